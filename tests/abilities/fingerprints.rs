use versioned_objects::registry::Registry;

/// Of nova 34's own table (`object_data`), all objects that are compiled here. `XenapiLiveMigrateData` is no longer
/// in it.
const NOVA_34: &[(&str, &str)] = &[
    ("HyperVLiveMigrateData", "1.5-b424b27305f259fb3c15d720856585c7"),
    ("LibvirtLiveMigrateBDMInfo", "1.1-5f4a68873560b6f834b74e7861d71aaf"),
    ("LibvirtLiveMigrateData", "1.14-0d605656259dc382c242f7496419ca76"),
    ("LibvirtLiveMigrateNUMAInfo", "1.0-0e777677f3459d0ed1634eabbdb6c22f"),
    ("Migration", "1.8-6ed577d80e71e9b9d88b8cf358af3781"),
    ("VIFMigrateData", "1.0-cb15282b25a039ab35046ed705eb931d"),
    ("VMwareLiveMigrateData", "1.1-14a63b00f1b8880453df6d19a883bc73"),
];

#[test]
fn fingerprints_of_nova_s_own_table() {
    let registry: Registry = versioned_objects::nova::objects::registry();
    let names: Vec<&str> = registry.names().filter(|name| *name != "XenapiLiveMigrateData").collect();
    assert_eq!(names, NOVA_34.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (name, fingerprint) in NOVA_34 {
        let schema = registry.schema(name).unwrap();
        assert_eq!(schema.fingerprint(), *fingerprint, "{name}: {}", schema.fingerprint_text());
    }
}
