use serde::Deserialize;
use serde_json::{Value, json};
use versioned_objects::nova::block_device::ConnectionData;
use versioned_objects::nova::virt::xenapi::volume_utils::{NAMING_CONVENTION, parse_sr_info};

fn connection(data: Value) -> ConnectionData {
    serde_json::from_value(data).unwrap()
}

fn whole() -> Value {
    json!({
        "volume_id": "12345678-1234-1234-1234-1234567890ab", "target_portal": "10.2.3.4:3260",
        "target_iqn": "iqn.2010-10.org.openstack:volume-x", "target_lun": 1,
        "auth_method": "CHAP", "auth_username": "user", "auth_password": "swordfish",
    })
}

fn with(key: &str, value: Value) -> ConnectionData {
    let mut data = whole();
    data[key] = value;
    connection(data)
}

#[track_caller]
fn sr_uuid(connection: &ConnectionData, expected: &str) {
    assert_eq!(parse_sr_info(connection, "").unwrap().uuid, expected);
}

#[track_caller]
fn refused(connection: &ConnectionData, start: &str) {
    let error = parse_sr_info(connection, "").unwrap_err().to_string();
    assert!(error.starts_with(start), "{error}");
    assert!(!error.contains("swordfish"), "{error}");
}

#[test]
fn new_names_are_those_that_python_makes() {
    #[derive(Deserialize)]
    struct Row {
        portal: String,
        iqn: String,
        sr_uuid: String,
    }
    let rows: Vec<Row> = serde_json::from_str(include_str!("sr_identity.json")).unwrap();
    assert!(rows.len() > 200);
    for row in rows {
        let data = json!({"volume_id": "v", "target_portal": row.portal, "target_iqn": row.iqn});
        sr_uuid(&connection(data), &row.sr_uuid);
    }
}

#[test]
fn old_names_are_made_from_the_volume() {
    let old = with(NAMING_CONVENTION, json!("old-style"));
    sr_uuid(&old, "FA15E-D15C-12345678-1234-1234-1234-1234567890ab");
}

#[test]
fn a_carried_uuid_is_kept() {
    let mut data = whole();
    data["sr_uuid"] = json!("any-text");
    data[NAMING_CONVENTION] = json!("old-style");
    sr_uuid(&connection(data), "any-text");
    sr_uuid(&connection(json!({"sr_uuid": "alone"})), "alone");
}

#[test]
fn what_is_missing_is_named_and_the_password_is_not_shown() {
    for missing in [json!(null), json!("")] {
        refused(&with("target_portal", missing), "connection without a host in its `target_portal`: {");
    }
    refused(&with("target_portal", json!(":3260")), "connection without a host in its `target_portal`: {");
    refused(&with("volume_id", json!(null)), "connection without a `volume_id`: {");
    refused(&with("target_iqn", json!(null)), "connection without a `target_iqn`: {");
    refused(&with(NAMING_CONVENTION, json!("odd")), "connection with an unknown naming convention: {");
    refused(&with("sr_uuid", json!(5)), "connection whose `sr_uuid` is no text: {");
    refused(&with("auth_username", json!(null)), "CHAP connection without an `auth_username`: {");
}

#[test]
fn the_error_shows_the_connection() {
    let error = parse_sr_info(&with("target_iqn", json!(null)), "").unwrap_err().to_string();
    let shown = concat!(
        r#"connection without a `target_iqn`: {"auth_method":"CHAP","auth_password":"***","auth_username":"user","#,
        r#""target_iqn":null,"target_lun":1,"target_portal":"10.2.3.4:3260","#,
        r#""volume_id":"12345678-1234-1234-1234-1234567890ab"}"#,
    );
    assert_eq!(error, shown);
}

#[test]
fn debug_shows_no_secret() {
    let whole = connection(whole());
    let info = parse_sr_info(&whole, "Disk-for:i").unwrap();
    assert_eq!(info.label.name, format!("tempSR-{}", info.uuid));
    assert_eq!(info.device_config.get("chappassword"), Some("swordfish"));
    assert!(!format!("{info:?} {whole:?}").contains("swordfish"));
}
