//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

use versioned_objects::{Error, Field, Version};

/// What was read counts as changed, unless it is empty.
fn claim<T>(field: &mut Field<T>, is_empty: impl Fn(&T) -> bool) {
    if field.get().is_some_and(|held| !is_empty(held)) {
        field.get_mut();
    }
}

/// `Backup` compares its metadata with those that it was made with.
pub fn backup_read(object: &mut super::Backup, _: Version) -> Result<(), Error> {
    claim(&mut object.metadata, |held| held.as_ref().is_some_and(|held| held.is_empty()));
    Ok(())
}

/// As a `Backup`.
pub fn backup_import_read(object: &mut super::BackupImport, _: Version) -> Result<(), Error> {
    claim(&mut object.metadata, |held| held.as_ref().is_some_and(|held| held.is_empty()));
    Ok(())
}

/// `QualityOfServiceSpecs` compares its specs with those that it was made with, once it has an id.
pub fn quality_of_service_specs_read(
    object: &mut super::QualityOfServiceSpecs,
    _: Version,
) -> Result<(), Error> {
    if object.id.is_set() {
        object.specs.reset_changes();
        claim(&mut object.specs, |held| held.as_ref().is_some_and(|held| held.is_empty()));
    }
    Ok(())
}
