//! The compact form, in rows and by column, beside the primitives.

use super::journey::Journey;
use super::{Kept, Law, copy};
use crate::check::understood::read;
use crate::error::{Error, ErrorKind};
use crate::format::compact::Layouts;
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::version::{Manifest, Version};
use crate::wire::to_compact;

/// So many of one object are in a list.
const LIST: usize = 3;

/// Looks whether a reader gets of the compact form what it gets of the primitives, and is refused where these are.
pub(super) fn agree(
    journey: &Journey<'_>,
    whole: &Primitive,
    written: Option<&Primitive>,
    target: Version,
) -> Kept {
    let broken = |form: &str, error: Error| (Law::FormsAgree, format!("for {target}, {form}: {error}"));
    let read_by = |registry: &Registry, envelope: &Primitive| {
        read(registry, envelope).map_err(|error| broken("as primitives", error))
    };
    let mut sides = vec![(journey.registry, journey.object.clone())];
    if copy::function_within(journey.registry, journey.schema).is_none() {
        sides.push((journey.copy, read_by(journey.copy, whole)?));
    }
    for (registry, object) in sides {
        let own = |object: AnyObject| Primitive::of(&object).map_err(|error| broken("as primitives", error));
        let expected = written.map(|written| own(read_by(registry, written)?)).transpose()?;
        let mut manifest = journey.manifest.unwrap_or(registry.manifest()).clone();
        manifest.insert(&*journey.schema.name, target);
        for (form, found) in forms(journey, registry, &object, &manifest, target) {
            let found = match found {
                Err(error) if error.kind() == ErrorKind::ObjectAction => Vec::new(),
                found => found.map_err(|error| broken(form, error))?,
            };
            if found.is_empty() {
                journey.same(Law::FormsAgree, target, expected.as_ref(), None)?;
            }
            found.iter().try_for_each(|found| {
                journey.same(Law::FormsAgree, target, expected.as_ref(), Some(found))
            })?;
        }
    }
    Ok(())
}

type Form = (&'static str, Result<Vec<Primitive>, Error>);

/// Objects that come out of each form, as primitives in the versions that they came in.
fn forms(
    journey: &Journey<'_>,
    registry: &Registry,
    object: &AnyObject,
    manifest: &Manifest,
    target: Version,
) -> [Form; 3] {
    let target = journey.target(target);
    let list = vec![object.clone(); LIST];
    let rows = registry.layouts(manifest);
    let columns = rows.clone().columnar_from(1);
    let one = to_compact(object, target, &rows).and_then(|bytes| registry.decode_compact(&bytes, &rows));
    let several = |layouts: &Layouts| {
        let bytes = to_compact(&list, target, layouts)?;
        registry.decode_compact_list(&bytes, layouts)?.iter().map(Primitive::of).collect()
    };
    [
        ("in the compact form", one.and_then(|object| Ok(vec![Primitive::of(&object)?]))),
        ("as a list in rows", several(&rows)),
        ("as a list by column", several(&columns)),
    ]
}
