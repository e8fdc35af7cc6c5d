//! Writing an object as an envelope.

use serde::ser::{Error as _, SerializeMap, Serializer};

use crate::compat::{Changed, Data, Plan, finished};
use crate::error::Error;
use crate::field::{Entity, Path, Survey};
use crate::object::Object;
use crate::version::{IntoTarget, Target};

/// Writes a value for a target into a format.
///
/// # Errors
/// Where the target refuses the value, before anything is written, and where the format fails.
pub fn encode<'a, T: Entity + ?Sized, S: Serializer>(
    value: &T,
    target: impl IntoTarget<'a>,
    serializer: S,
) -> Result<S::Ok, Error> {
    let target = target.into_target()?;
    value.survey(&target, Path::ROOT, &mut Survey::refusals())?;
    value.encode(serializer, &target).map_err(|error| Error::format(&error))
}

/// Writes an object for a target.
///
/// # Errors
/// The serializer's own, and where a rule refuses the backport.
pub fn encode_object<O: Object, S: Serializer>(
    object: &O,
    serializer: S,
    target: &Target<'_>,
) -> Result<S::Ok, S::Error> {
    let refused = |error: Error| S::Error::custom(error);
    let plan = &Plan::of(object, target).map_err(refused)?;
    let schema = object.schema();
    if O::HAS_RULES && plan.may_refuse(schema) {
        object.survey(target, Path::ROOT, &mut Survey::refusals()).map_err(refused)?;
    }
    let finished = if O::HAS_RULES && plan.has_routine(schema) {
        Some(finished(object, plan).map_err(refused)?)
    } else {
        None
    };
    let changes = Changed::of(object, plan, finished.as_ref());
    let has_changes = changes.is_any();
    let mut map = serializer.serialize_map(Some(4 + usize::from(has_changes)))?;
    let keys = &schema.keys;
    map.serialize_entry(&keys.name, &*schema.name)?;
    map.serialize_entry(&keys.namespace, &*schema.namespace)?;
    let arrived = object.origin().and_then(|origin| origin.arriving());
    match (plan.label(), arrived) {
        (None, Some(arrived)) => map.serialize_entry(&keys.version, arrived)?,
        (label, _) => map.serialize_entry(&keys.version, &label.unwrap_or(schema.current()))?,
    }
    match &finished {
        Some(data) => map.serialize_entry(&keys.data, data)?,
        None => map.serialize_entry(&keys.data, &Data::new(object, &changes))?,
    }
    if has_changes {
        map.serialize_entry(&keys.changes, &changes)?;
    }
    map.end()
}
