//! `rename_all`, with the words that serde has for it.

use syn::LitStr;

use crate::attr::nearest;

#[derive(Clone, Copy, Debug)]
pub enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    pub fn read(text: &LitStr) -> syn::Result<Case> {
        let value = text.value();
        if let Some((_, case)) = CASES.iter().find(|(name, _)| *name == value) {
            return Ok(*case);
        }
        let known = CASES.map(|(name, _)| name);
        let message = match nearest(&value, &known) {
            Some(near) => format!("unknown case {value:?}; did you mean {near:?}?"),
            None => format!("unknown case {value:?}, expected one of \"{}\"", known.join("\", \"")),
        };
        Err(syn::Error::new(text.span(), message))
    }

    /// The name of a variant, which is in `PascalCase`.
    pub fn apply(self, variant: &str) -> String {
        match self {
            Case::Lower => variant.to_ascii_lowercase(),
            Case::Upper => variant.to_ascii_uppercase(),
            Case::Pascal => variant.to_owned(),
            Case::Camel => {
                let mut letters = variant.chars();
                letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
            }
            Case::Snake => parted(variant, '_'),
            Case::ScreamingSnake => parted(variant, '_').to_ascii_uppercase(),
            Case::Kebab => parted(variant, '-'),
            Case::ScreamingKebab => parted(variant, '-').to_ascii_uppercase(),
        }
    }
}

/// In lower case, with this before each letter that was upper case.
fn parted(variant: &str, separator: char) -> String {
    let mut out = String::new();
    for (place, letter) in variant.char_indices() {
        if place > 0 && letter.is_uppercase() {
            out.push(separator);
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cases_are_those_of_serde() {
        let names = CASES.map(|(_, case)| case.apply("OldStyle"));
        let expected = [
            "oldstyle",
            "OLDSTYLE",
            "OldStyle",
            "oldStyle",
            "old_style",
            "OLD_STYLE",
            "old-style",
            "OLD-STYLE",
        ];
        assert_eq!(names, expected);
    }
}
