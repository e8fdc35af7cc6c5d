//! What a target makes of a schema and its values: kept, dropped, converted, refused.
use crate::error::Error;
use crate::field::{Path, Survey};
use crate::object::Object;
use crate::version::Target;

/// Looks at an object before it is written.
///
/// # Errors
/// Where the backport is refused.
pub fn survey_object<O: Object>(_: &O, _: &Target<'_>, _: Path<'_>, _: &mut Survey<'_>) -> Result<(), Error> {
    todo!()
}
