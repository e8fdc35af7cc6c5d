//! Fingerprints against the reference's, each case a file of objects of nova or of a made-up project: its schema
//! in the testee's form, and what the reference hashes and makes of it.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use versioned_objects::registry::Schemas;
use versioned_objects::schema::ObjectSchema;
use versioned_objects::{Field, FieldEnum, VersionedObject};

#[derive(Deserialize)]
struct Case {
    what: String,
    fingerprint: String,
    text: String,
    object: serde_json::Value,
}

#[test]
fn fingerprints_and_hashed_texts_are_the_references() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pure/fingerprint");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files: Vec<_> = files.filter(|file| file.extension().is_some_and(|ext| ext == "json")).collect();
    assert!(files.len() >= 18, "only {} cases", files.len());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let case: Case = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        let schema = read(&case.object.to_string());
        assert_eq!(schema.fingerprint_text(), case.text, "{}", case.what);
        assert_eq!(schema.fingerprint(), case.fingerprint, "{}", case.what);
    }
}

/// An object of a schema file.
#[track_caller]
fn read(object: &str) -> ObjectSchema {
    let schemas: Schemas = format!("{{\"objects\": [{object}]}}").parse().unwrap();
    schemas.objects.into_iter().next().unwrap().schema
}

/// Objects as nova has them: what a derive makes of them hashes as what Python makes of them.
#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(name = "CPUFeaturePolicy", rename_all = "kebab-case")]
enum CpuFeaturePolicy {
    Force,
    Require,
    Optional,
    Disable,
    Forbid,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(
    coerce,
    namespace = "nova",
    serial_namespace = "nova_object",
    versions("1.0"),
    name = "VirtCPUFeature"
)]
struct VirtCpuFeature {
    policy: Field<Option<CpuFeaturePolicy>>,
    name: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"))]
struct NumaPagesTopology {
    size_kb: Field<i64>,
    total: Field<i64>,
    #[field(default = 0)]
    used: Field<i64>,
    #[field(default = 0, since = "1.1")]
    reserved: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"), list)]
struct VirtCpuFeatureList {
    objects: Field<Vec<VirtCpuFeature>>,
}

#[test]
fn derived_objects_have_the_fingerprints_of_their_python_classes() {
    let of = |schema: &ObjectSchema| schema.fingerprint();
    assert_eq!(of(VirtCpuFeature::SCHEMA), "1.0-ea2464bdd09084bd388e5f61d5d4fc86");
    assert_eq!(of(NumaPagesTopology::SCHEMA), "1.1-edab9fa2dc43c117a38d600be54b4542");
    // Neither the name nor what is in the list counts, so this is nova's `PciDevicePoolList` as well.
    assert_eq!(of(VirtCpuFeatureList::SCHEMA), "1.1-15ecf022a68ddbb8c2a6739cfc9f8f5e");
}

fn schema_of(fields: &str) -> ObjectSchema {
    let text = format!(
        r#"{{"name": "Any", "version": "1.0", "project_namespace": "p", "serial_namespace": "s",
             "fields": [{fields}]}}"#
    );
    read(&text)
}

#[test]
fn what_python_prints_in_an_unusual_way_is_printed_so() {
    let schema = schema_of(
        r#"{"name": "a", "type": {"kind": "Set", "element": {"kind": "Float"}}, "default": [1, true, 1e16, 1e16]},
           {"name": "c", "type": {"kind": "Dict", "element": {"kind": "Opaque"}},
            "default": {"z": null, "a": [1e-7, "\u00e9\u200b\"'\n"]}},
           {"name": "b", "type": {"kind": "Enum", "values": ["one"], "tuple": true}}"#,
    );
    let unspecified = "<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>";
    let expected = format!(
        "([('a', Set(default=set([1,1e+16]),nullable=False)), \
         ('b', Enum(default={unspecified},nullable=False,valid_values=('one',))), \
         ('c', Dict(default={{'z': None, 'a': [1e-07, 'é\\u200b\"\\'\\n']}},nullable=False))], [])"
    );
    assert_eq!(schema.fingerprint_text(), expected);
}

#[test]
fn elements_and_read_only_are_outside_the_fingerprint() {
    let of = |element: &str, read_only: bool| {
        let field = format!(
            r#"{{"name": "a", "type": {{"kind": "List", "element": {{"kind": "{element}"}}}}, "read_only": {read_only}}}"#
        );
        schema_of(&field).fingerprint()
    };
    assert_eq!(of("String", false), of("Integer", true));
}
