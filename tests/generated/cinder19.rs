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

/// `Volume` uses quota where nobody says, unless it is there for a while only.
pub fn volume_read(object: &mut super::Volume, _: Version) -> Result<(), Error> {
    if matches!(object.use_quota.get(), Some(Some(_))) {
        return Ok(());
    }
    let status = object.migration_status.get().and_then(Option::as_deref);
    let metadata = object.admin_metadata.get().and_then(Option::as_ref);
    let is_temporary = metadata.is_some_and(|held| held.get("temporary").is_some_and(|text| text == "True"));
    let was_changed = object.use_quota.is_changed();
    object.use_quota.set(Some(!(status.is_some_and(|text| text.starts_with("target:")) || is_temporary)));
    if !was_changed {
        object.use_quota.reset_changes();
    }
    Ok(())
}
