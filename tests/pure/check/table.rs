//! Edits of a small service's schemas as a stranger makes them, each with all that it breaks: in `edits/post.json`, where an
//! edit is a patch (RFC 7396) of the base.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use versioned_objects::check::{self, Hosts, Unshown};

use super::rules::{has_one_form, locks, patch};

#[derive(Deserialize)]
struct Table {
    base: Value,
    cases: Map<String, Value>,
}

#[derive(Deserialize)]
struct Case {
    breaks: Vec<String>,
    edit: Value,
}

#[test]
fn each_edit_names_its_rules_and_shows_them() {
    let table: Table = serde_json::from_str(include_str!("edits/post.json")).unwrap();
    let old = locks(&table.base);
    let mut wrong = String::new();
    for (name, case) in table.cases {
        let Case { breaks, edit } = serde_json::from_value(case).unwrap();
        let mut edited = table.base.clone();
        patch(&mut edited, &edit);
        let new = locks(&edited);
        let findings = check::compare(&old, &new, &[]);
        let found: Vec<_> =
            findings.iter().map(|finding| format!("{} {}", finding.rule.id, finding.place)).collect();
        if found != breaks {
            writeln!(wrong, "{name}: {found:?} in place of {breaks:?}").unwrap();
        }
        let hosts = Hosts::new(&old, &new);
        for finding in &findings {
            match hosts.witness(finding) {
                Err(Unshown::Nothing) => writeln!(wrong, "{name}: nothing shows {finding}").unwrap(),
                Ok(witness) if witness.sent == witness.answer => {
                    writeln!(wrong, "{name}: {witness}").unwrap()
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A type of each kind, and what may be in a list, a set and a dict, also within each other.
fn types() -> Vec<Value> {
    let plain = "String SensitiveString VersionPredicate UUID MACAddress PCIAddress Integer NonNegativeInteger Float \
                 NonNegativeFloat Boolean FlexibleBoolean IPAddress IPV4Address IPV6Address IPV4AndV6Address IPNetwork \
                 IPV4Network IPV6Network CheckedUUID EUIText IPNetworkText JsonText FlexibleDict FlexibleList";
    let mut out: Vec<Value> = plain.split_whitespace().map(Value::from).collect();
    out.push(json!("DateTime"));
    out.push(json!({"kind": "DateTime", "tzinfo_aware": false}));
    out.push(json!({"kind": "Enum", "values": ["a", "b"]}));
    out.push(json!({"kind": "Object", "name": "Part"}));
    let within = |kind: &str, element: &Value| json!({"kind": kind, "element": element});
    let elements = out.clone();
    for kind in ["List", "Set", "Dict"] {
        // Python has no set of dicts, nor of lists.
        let elements =
            elements.iter().filter(|element| kind != "Set" || !element.to_string().contains("Flexible"));
        out.extend(elements.map(|element| within(kind, element)));
        let inner = ["Integer", "Boolean"].map(Value::from);
        let inner = inner.iter().flat_map(|element| ["List", "Dict"].map(|kind| within(kind, element)));
        out.extend(inner.map(|element| within(kind, &element)));
    }
    out
}

/// Whatever the kind of a field, what an edit of it breaks is shown by a message.
#[test]
fn an_edit_is_shown_whatever_the_kind_of_the_field() {
    type Edit = fn(&mut Map<String, Value>);
    let edits: [(&str, &str, Edit); 7] = [
        ("strict", "FIELD_NOW_STRICT", |field| drop(field.insert("strict".to_owned(), json!(true)))),
        ("nullable", "FIELD_NOW_NULLABLE", |field| drop(field.insert("nullable".to_owned(), json!(true)))),
        ("read only", "FIELD_READ_ONLY_CHANGED", |field| {
            drop(field.insert("read_only".to_owned(), json!(true)))
        }),
        ("later", "FIELD_SINCE_CHANGED", |field| drop(field.insert("since".to_owned(), json!("1.1")))),
        ("of another type", "FIELD_TYPE_CHANGED", |field| {
            let is_number = field["type"] == json!("Integer");
            field.insert("type".to_owned(), if is_number { json!("IPAddress") } else { json!("Integer") });
        }),
        ("a list of it", "FIELD_TYPE_CHANGED", |field| {
            let of = field["type"].take();
            field.insert("type".to_owned(), json!({"kind": "List", "element": of}));
        }),
        ("null no more", "FIELD_NOW_NON_NULL", |field| {
            drop(field.insert("nullable".to_owned(), json!(false)))
        }),
    ];
    let (mut wrong, mut shown) = (String::new(), std::collections::BTreeMap::<&str, usize>::new());
    for ty in types() {
        for (what, rule, edit) in edits {
            let lock = |name: &str, fields: Value| {
                json!({"format": 2, "name": name, "versions": ["1.0", "1.1"], "project_namespace": "p",
                       "serial_namespace": "vo", "fields": fields})
            };
            let part = lock("Part", json!({"number": {"type": "Integer"}}));
            let was_nullable = what == "null no more";
            let base = json!({
                "Part": part,
                "Machine": lock("Machine", json!({"held": {"type": ty, "nullable": was_nullable}})),
            });
            let mut edited = base.clone();
            edit(edited["Machine"]["fields"]["held"].as_object_mut().unwrap());
            let (old, new) = (locks(&base), locks(&edited));
            let findings = check::compare(&old, &new, &[]);
            let hosts = Hosts::new(&old, &new);
            for finding in &findings {
                *shown.entry(finding.rule.id).or_default() += 1;
                match hosts.witness(finding) {
                    Ok(witness) if witness.sent != witness.answer => {}
                    other => writeln!(wrong, "{ty} {what}: {finding}: {other:?}").unwrap(),
                }
            }
            let is_found = findings.iter().any(|finding| finding.rule.id == rule);
            if is_found == (rule == "FIELD_NOW_STRICT" && has_one_form(&ty)) {
                writeln!(wrong, "{ty} {what}: {rule} is found: {is_found}").unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}{shown:?}");
}
