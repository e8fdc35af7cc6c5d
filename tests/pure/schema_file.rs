//! Schema files: read, written, and what is wrong with one.

use serde_json::{Value, json};
use support::fixtures;
use versioned_objects::registry::Registry;
use versioned_objects::registry::Schemas;
use versioned_objects::schema::ObjectSchema;
use versioned_objects::{Target, wire};

fn of(registry: &Registry) -> Schemas {
    registry.names().map(|name| ObjectSchema::clone(registry.schema(name).unwrap())).collect()
}

#[test]
fn a_schema_file_reads_back() {
    for registry in [versioned_objects::nova::registry(), fixtures::registry()] {
        let text = of(&registry).to_string();
        let back: Schemas = text.parse().unwrap();
        assert_eq!(back.to_string(), text);
        let known = Registry::new().with_schemas(back);
        for name in registry.names() {
            let (read, own) = (known.schema(name).unwrap(), registry.schema(name).unwrap());
            assert_eq!(read.fingerprint_text(), own.fingerprint_text(), "{name}");
            let names = |schema: &ObjectSchema| {
                schema.fields.iter().map(|field| field.name.to_string()).collect::<Vec<_>>()
            };
            assert_eq!(names(read), names(own), "{name}: the order of the wire");
            assert_eq!(read.keep_children, own.keep_children, "{name}");
        }
    }
}

const WHOLE: &str = r#"{"objects": [{
    "name": "Port", "version": "1.2", "project_namespace": "net", "serial_namespace": "vo", "list": false,
    "fields": [
        {"name": "mtu", "type": {"kind": "Integer"}, "nullable": true, "since": "1.1", "absent": 1500},
        {"name": "kind", "type": {"kind": "Enum", "values": ["a", "b"], "tuple": true, "type_name": "PortKind"},
         "rules": [{"before": "1.2", "action": {"values": {"values": ["b"], "instead": {"write": "a"}}}}]},
        {"name": "child", "type": {"kind": "Object", "name": "Child", "subclasses": true}}
    ],
    "relationships": {"child": [["1.0", "1.0"]]}, "child_versions": {}, "bases": ["Base"], "keep_children": true,
    "tombstones": [{"name": "speed", "until": "1.0", "fill": 10}], "module": "net.port", "doc": "A port.",
    "methods": [{"name": "save", "spec": "ArgSpec(args=['self'], varargs=None, keywords=None, defaults=None)"}],
    "unsaid": [{"field": "mtu", "versions": ["1.0"], "what": "it is written twice"}]
}]}"#;

#[test]
fn all_that_a_schema_says_is_read() {
    let schemas: Schemas = WHOLE.parse().unwrap();
    let entry = schemas.get("Port").unwrap();
    assert!(entry.schema.is_open && entry.schema.keep_children);
    assert_eq!(entry.notes.unsaid[0].what, "it is written twice");
    let text = schemas.to_string();
    assert_eq!(text.parse::<Schemas>().unwrap().to_string(), text);
    support::snapshots("schema").bind(|| insta::assert_snapshot!("file", text));
}

#[test]
fn what_is_wrong_with_a_schema_is_said_in_one_line() {
    let swapped = |from: &str, to: &str| {
        assert!(WHOLE.contains(from), "{from}");
        WHOLE.replacen(from, to, 1)
    };
    let texts = [
        String::new(),
        "[]".to_owned(),
        "{\"objects\": [1]}".to_owned(),
        swapped("{\"objects\"", "{\"format\": 1, \"objects\""),
        swapped("{\"objects\"", "{\"format\": 3, \"objects\""),
        swapped("\"name\": \"Port\", ", ""),
        swapped("\"project_namespace\": \"net\", ", ""),
        swapped("\"version\": \"1.2\"", "\"version\": \"1\""),
        swapped("\"version\": \"1.2\", ", ""),
        swapped("\"version\": \"1.2\", ", "\"versions\": [\"1.2\", \"1.1\"], "),
        swapped("\"version\": \"1.2\", ", "\"version\": \"1.2\", \"versions\": [\"1.2\"], "),
        swapped("\"list\": false", "\"list\": true"),
        swapped("{\"kind\": \"Integer\"}", "\"Intager\""),
        swapped("{\"kind\": \"Integer\"}", "{\"kind\": \"List\"}"),
        swapped("{\"kind\": \"Integer\"}", "{\"kind\": \"Set\", \"element\": \"Strong\"}"),
        swapped("{\"kind\": \"Integer\"}", "[]"),
        swapped("\"since\": \"1.1\"", "\"sinse\": \"1.1\""),
        swapped("\"absent\": 1500", "\"absent\": 170141183460469231731687303715884105728"),
        swapped("\"name\": \"kind\"", "\"name\": \"mtu\""),
        swapped("[\"a\", \"b\"]", "[]"),
        swapped("\"instead\": {\"write\": \"a\"}", "\"instead\": \"away\""),
        swapped("{\"values\": {", "{\"valaes\": {"),
        swapped("\"name\": \"Child\", ", ""),
        swapped("{\"child\": [[", "{\"chyld\": [["),
        swapped("\"until\": \"1.0\", ", ""),
        swapped(
            "{\"values\": {\"values\": [\"b\"], \"instead\": {\"write\": \"a\"}}}",
            "{\"take\": {\"from\": \"nowhere\"}}",
        ),
    ];
    let errors = texts.map(|text| text.parse::<Schemas>().unwrap_err().to_string());
    assert!(errors.iter().all(|error| !error.contains('\n')));
    support::snapshots("errors").bind(|| insta::assert_snapshot!("schema_file", errors.join("\n")));
    let missing = Schemas::read("no such file").unwrap_err().to_string();
    assert!(missing.starts_with("no such file: "), "{missing}");
}

#[test]
fn names_that_need_escapes_are_read_as_what_they_stand_for() {
    let port = |name: &str| {
        let field = json!({"name": name, "type": {"kind": "Integer"}});
        let objects = json!([{"name": "Port", "version": "1.0", "project_namespace": "net",
            "serial_namespace": "vo", "fields": [field]}]);
        let file: Schemas = json!({ "objects": objects }).to_string().parse().unwrap();
        Registry::new().with_schemas(file)
    };
    let envelope = |name: &str| {
        format!(
            r#"{{"vo.name":"Port","vo.namespace":"net","vo.version":"1.0","vo.data":{{"{name}":5}},"vo.changes":["{name}"]}}"#
        )
    };
    for name in ["say \"x\"", "back\\slash", "two\nlines", "\u{7}", "a\\u0041"] {
        let spelled = serde_json::to_string(name).unwrap();
        let text = envelope(&spelled[1..spelled.len() - 1]);
        let read = port(name).decode_json(text.as_bytes()).unwrap();
        let written = wire::to_json(&read, Target::Own).unwrap();
        let (written, sent): (Value, Value) =
            (serde_json::from_slice(&written).unwrap(), serde_json::from_str(&text).unwrap());
        assert_eq!(written, sent, "{name}");
    }
    // The name of the field begins with a backslash; the one on the wire is `AA`.
    let read = port("\\u0041A").decode_json(envelope("\\u0041A").as_bytes()).unwrap();
    let written: Value = serde_json::from_slice(&wire::to_json(&read, Target::Own).unwrap()).unwrap();
    assert_eq!(written["vo.data"], json!({}));
    // A quote within a name ends the text.
    port("a\"b").decode_json(envelope("a\"b").as_bytes()).unwrap_err();
}

/// A file with one object that has these fields, and whatever else.
fn file(fields: &str, more: &str) -> String {
    format!(
        r#"{{"objects": [{{"name": "Disk", "version": "1.1", "project_namespace": "net", "serial_namespace": "vo", "fields": [{fields}]{more}}}]}}"#
    )
}

#[test]
fn a_rule_of_any_kind_speaks_of_fields_that_are_there() {
    for action in [
        r#"{"take": {"from": "other"}}"#,
        r#"{"take": {"from": "size", "when": {"field": "other", "value": 1}}}"#,
        r#"{"insert": {"key": "k", "from": "other"}}"#,
        r#"{"first": {"from": "other"}}"#,
    ] {
        let rules = format!(r#""rules": [{{"before": "1.1", "action": {action}}}]"#);
        let size = r#"{"name": "size", "type": {"kind": "Integer"}}"#;
        let text =
            file(&format!(r#"{size}, {{"name": "extra", "type": {{"kind": "Integer"}}, {rules}}}"#), "");
        let error = text.parse::<Schemas>().unwrap_err().to_string();
        assert!(
            error.contains(r#"Disk.extra: a rule speaks of "other", and there is no such field"#),
            "{error}"
        );
        assert!(text.replace("other", "size").parse::<Schemas>().is_ok(), "{action}");
    }
}

#[test]
fn floats_without_digits_stand_in_a_file_as_python_writes_them() {
    for number in ["NaN", "Infinity", "-Infinity", "1.5", "-2.0"] {
        let text =
            file(&format!(r#"{{"name": "size", "type": {{"kind": "Float"}}, "default": {number}}}"#), "");
        let schemas: Schemas = text.parse().unwrap();
        assert!(schemas.to_string().contains(&format!("\"default\": {number}")), "{schemas}");
        assert_eq!(schemas.to_string().parse::<Schemas>().unwrap().to_string(), schemas.to_string());
    }
}

#[test]
fn rows_with_a_version_twice_stay_as_they_are() {
    let child = r#"{"name": "port", "type": {"kind": "Object", "name": "Port"}}"#;
    for rows in [r#"[["1.0","1.0"],["1.0","1.1"]]"#, r#"[["1.1","1.0"],["1.0","1.1"]]"#] {
        let text = file(child, &format!(r#", "relationships": {{"port": {rows}}}"#));
        let written = text.parse::<Schemas>().unwrap().to_string();
        let plain: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(plain.contains(&format!(r#""relationships":{{"port":{rows}}}"#)), "{plain}");

        let objects =
            r#"{"name": "objects", "type": {"kind": "List", "element": {"kind": "Object", "name": "Port"}}}"#;
        let text = file(objects, &format!(r#", "list": true, "child_versions": {rows}"#));
        let written = text.parse::<Schemas>().unwrap().to_string();
        let plain: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(plain.contains(&format!(r#""child_versions":{rows}"#)), "{plain}");
    }
}

#[test]
fn a_version_stands_once_in_a_history() {
    let text = file("", "").replacen(r#""version": "1.1""#, r#""versions": ["1.0", "1.1", "1.1"]"#, 1);
    let error = text.parse::<Schemas>().unwrap_err().to_string();
    assert!(error.contains("its versions have to stand oldest first, each once"), "{error}");
}

/// Whether nested objects are converted is said where there are some, and nowhere else.
#[test]
fn a_file_says_of_nested_objects_where_there_are_some() {
    let object = r#"{"kind": "Object", "name": "Port"}"#;
    let of = |kind: &str, element: &str| format!(r#"{{"kind": "{kind}", "element": {element}}}"#);
    let objects = of("List", object);
    let says = |name: &str, ty: &str| {
        let field = format!(r#"{{"name": "{name}", "type": {ty}}}"#);
        let text = file(&field, r#", "converts_nested": true"#);
        let schemas: Schemas = text.parse().unwrap();
        assert!(schemas.get("Disk").unwrap().schema.converts_nested);
        schemas.to_string().contains("converts_nested")
    };
    for (ty, expected) in [
        (r#"{"kind": "Integer"}"#.to_owned(), false),
        (of("Dict", r#"{"kind": "Integer"}"#), false),
        (object.to_owned(), false),
        (objects.clone(), false),
        (of("Dict", object), true),
        (of("Set", object), true),
        (of("List", &objects), true),
    ] {
        assert_eq!(says("ports", &ty), expected, "{ty}");
        assert_eq!(says("objects", &ty), expected, "{ty}");
    }
    // A list object of the reference converts its elements alone, and not what stands beside them.
    let list = format!(r#"{{"name": "objects", "type": {objects}}}"#);
    for (beside, expected) in [(r#"{"kind": "Integer"}"#, false), (object, true), (&*objects, true)] {
        let fields = format!(r#"{list}, {{"name": "beside", "type": {beside}}}"#);
        let more = r#", "list": true, "child_versions": {}, "converts_nested": true"#;
        let written = file(&fields, more).parse::<Schemas>().unwrap().to_string();
        assert_eq!(written.contains("converts_nested"), expected, "{beside}");
    }
}
