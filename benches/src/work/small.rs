use std::collections::BTreeMap;

use versioned_objects::{Field, VersionedObject};

/// A volume of an instance.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0"))]
pub struct Volume {
    /// Its serial number.
    pub serial: Field<String>,
    /// What the guest sees it on.
    pub bus: Field<String>,
    /// Its place in the order of booting.
    pub boot_index: Field<Option<i64>>,
}

/// An object of 15 fields.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"))]
pub struct Instance {
    /// Its id.
    pub uuid: Field<String>,
    /// What people call it.
    pub display_name: Field<String>,
    /// The host that it runs on.
    pub host: Field<String>,
    /// The host as its hypervisor calls it.
    pub node: Field<String>,
    /// Whose it is.
    pub project_id: Field<String>,
    /// Who made it.
    pub user_id: Field<String>,
    /// What it was made of.
    pub image_ref: Field<String>,
    /// Whether it runs.
    pub power_state: Field<Option<i64>>,
    /// Whether it is gone.
    pub deleted: Field<bool>,
    /// Whether it may be changed.
    pub locked: Field<bool>,
    /// Whether its disk is resized by itself.
    pub auto_disk_config: Field<bool>,
    /// The ports of its consoles.
    pub serial_ports: Field<Vec<i64>>,
    /// What its owner noted.
    pub metadata: Field<BTreeMap<String, String>>,
    /// Its volumes.
    #[field(child_versions("1.0" => "1.0"))]
    pub volumes: Field<Vec<Volume>>,
    /// Why it may not be changed.
    #[field(since = "1.1")]
    pub locked_reason: Field<Option<String>>,
}

/// An instance that was just made; the seed is in its texts.
pub fn instance(seed: usize) -> Instance {
    let metadata = [
        ("purpose", "database"),
        ("owner", "infra"),
        ("tier", "gold"),
        ("backup", "daily"),
        ("contact", "ops@example.org"),
    ];
    let volume = |place: usize, boot_index: Option<i64>| Volume {
        serial: format!("8a6c7b9e-{seed:04x}-{place:04x}-9d7a-7f1f4a3f2b01").into(),
        bus: "virtio".to_owned().into(),
        boot_index: boot_index.into(),
    };
    Instance {
        uuid: format!("c3a7a0d4-{:04x}-4c39-a8a5-0a2f5d3c1e77", seed & 0xffff).into(),
        display_name: format!("database-{seed}").into(),
        host: format!("compute-{}", seed % 97).into(),
        node: format!("compute-{}.example.org", seed % 97).into(),
        project_id: "5f7c2d0b6a5d4e1c9d1c2f3a4b5c6d7e".to_owned().into(),
        user_id: "0d9c8b7a6f5e4d3c2b1a0f9e8d7c6b5a".to_owned().into(),
        image_ref: "70a599e0-31e7-49b7-b260-868f441e862b".to_owned().into(),
        power_state: Some(1).into(),
        deleted: false.into(),
        locked: false.into(),
        auto_disk_config: true.into(),
        serial_ports: vec![10000, 10001, 10002].into(),
        metadata: metadata
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect::<BTreeMap<_, _>>()
            .into(),
        volumes: vec![volume(0, Some(0)), volume(1, None)].into(),
        locked_reason: Some("maintenance".to_owned()).into(),
    }
}

/// That many of them, each a little different.
pub fn instances(count: usize) -> Vec<Instance> {
    (0..count).map(instance).collect()
}

/// That many of them, as a service lists what it has: neighbours are on one host and of one owner, and ids are random.
pub fn inventory(count: usize) -> Vec<Instance> {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random ^ random >> 29
    };
    let mut uuid = move || {
        let (high, low) = (next(), next());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    };
    let owners: Vec<_> = (0..40).map(|_| uuid().replace('-', "")).collect();
    let images: Vec<_> = (0..12).map(|_| uuid()).collect();
    let instances = (0..count).map(|seed| {
        let (host, owner) = (seed / 50, &owners[seed / 7 % owners.len()]);
        let mut instance = instance(seed);
        instance.uuid = uuid().into();
        instance.host = format!("compute-{host}").into();
        instance.node = format!("compute-{host}.example.org").into();
        instance.project_id = owner.clone().into();
        instance.user_id = owners[(seed / 7 + 1) % owners.len()].clone().into();
        instance.image_ref = images[seed / 3 % images.len()].clone().into();
        for volume in instance.volumes.get_mut().into_iter().flatten() {
            volume.serial = uuid().into();
        }
        if seed % 9 != 0 {
            instance.locked_reason = None.into();
        }
        instance.serial_ports = vec![10_000 + (seed % 50) as i64].into();
        instance
    });
    instances.collect()
}
