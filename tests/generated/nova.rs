//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

use versioned_objects::{Error, Primitive, Version};

const V1_1: Version = Version::new(1, 1);
const V1_2: Version = Version::new(1, 2);
const V1_3: Version = Version::new(1, 3);
const V1_4: Version = Version::new(1, 4);

fn remove(data: &mut Primitive, names: &[&str]) {
    if let Some(data) = data.as_map_mut() {
        names.iter().for_each(|name| drop(data.shift_remove(*name)));
    }
}

/// `BuildRequest` before 1.3: tags go, unless the block devices did.
pub fn build_request(
    object: &super::BuildRequest,
    data: &mut Primitive,
    target: Version,
) -> Result<(), Error> {
    let lost_devices = target < V1_1 && object.block_device_mappings.is_set();
    if target < V1_3 && !lost_devices {
        remove(data, &["tags"]);
    }
    Ok(())
}

/// `InstanceGroup` before 1.11: its one policy is a list.
pub fn instance_group(
    object: &super::InstanceGroup,
    data: &mut Primitive,
    target: Version,
) -> Result<(), Error> {
    if target < Version::new(1, 11)
        && let Some(data) = data.as_map_mut()
    {
        let policy = object.policy.get().cloned().flatten().filter(|policy| !policy.is_empty());
        data.insert("policies".to_owned(), Primitive::List(policy.into_iter().map(Into::into).collect()));
    }
    Ok(())
}

/// `Migration`: what came together goes together, where the first of it is set.
pub fn migration(object: &super::Migration, data: &mut Primitive, target: Version) -> Result<(), Error> {
    if target < V1_2 && object.migration_type.is_set() {
        remove(data, &["migration_type", "hidden"]);
    }
    if target < V1_4 && object.memory_total.is_set() {
        remove(
            data,
            &[
                "memory_total",
                "memory_processed",
                "memory_remaining",
                "disk_total",
                "disk_processed",
                "disk_remaining",
            ],
        );
    }
    Ok(())
}

/// `PciDevice` 1.4 has no word for some states; without a parent's address nobody looks.
pub fn pci_device(object: &super::PciDevice, _: &mut Primitive, target: Version) -> Result<(), Error> {
    let status = object.status.get().map(|status| status.to_string());
    match status.as_deref() {
        Some(status @ ("unavailable" | "unclaimable")) if target == V1_4 && object.parent_addr.is_set() => {
            Err(Error::refused(format_args!("status={status} not supported in version {target}")))
        }
        _ => Ok(()),
    }
}

/// `Flavor` compares these with what it was made with, so that what was read counts as changed.
pub fn flavor_read(object: &mut super::Flavor, _: Version) -> Result<(), Error> {
    if object.extra_specs.get().is_some_and(|held| !held.is_empty()) {
        object.extra_specs.get_mut();
    }
    if object.projects.get().is_some_and(|held| !held.is_empty()) {
        object.projects.get_mut();
    }
    Ok(())
}
