use versioned_objects::nova::block_device::ConnectionData;
use versioned_objects::nova::scenario::Scenario;

fn shown(key: &str, value: &str) -> String {
    let mut data = ConnectionData::default();
    data.insert(key, value);
    assert_eq!(format!("{data:?}"), data.to_string());
    data.to_string()
}

#[test]
fn secrets_are_masked_by_key_and_by_pattern() {
    assert_eq!(shown("auth_password", "hunter2"), r#"{"auth_password":"***"}"#);
    assert_eq!(shown("note", "auth_password=hunter2 rest"), r#"{"note":"auth_password=*** rest"}"#);
    for text in [
        "AUTH_PASSWORD = 'hunter2'",
        "token \"hunter2\"",
        "run --password hunter2 now",
        "<chapsecret>hunter2</chapsecret>",
        "{'adminPass' : u'hunter2'}",
    ] {
        let shown = shown("note", text);
        assert!(shown.contains("***") && !shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_scenario_that_can_t_be_read_shows_no_secret() {
    let text = br#"{"volumes": [{"connection_info": {"data": {"auth_password": "hunter2", "note": "password=hunter2"}}}], "x": "#;
    for text in [&text[..], &[&text[..], b"5}"].concat()] {
        let error = Scenario::from_json(text).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
