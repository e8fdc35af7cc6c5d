use super::python;
use super::text::checked_text_type;
use crate::version::read_pep440;

checked_text_type! {
    /// Requirements on a version, `>=1.0,<2`, kept as they were written (`VersionPredicate`).
    VersionPredicate, "VersionPredicate" VersionPredicate, wanted: "a version predicate (`>=1.0,<2`)",
    normal: |text| text.split(',').all(is_predicate).then(|| text.to_owned()),
    is_own_form: |_, _| true
}

fn is_predicate(text: &str) -> bool {
    let text = text.trim_matches(python::is_space);
    let version = ["<=", ">=", "<", ">", "!=", "=="].iter().find_map(|operator| text.strip_prefix(operator));
    let Some(version) = version.map(|version| version.trim_start_matches(python::is_space)) else {
        return false;
    };
    !version.contains(python::is_space) && read_pep440(version).is_some()
}
