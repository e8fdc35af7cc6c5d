use versioned_objects::object::{PersistentObject, TimestampedObject};
use versioned_objects::prelude::*;
use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Row {
    id: Field<i64>,
    #[field(extends(deleted(since = "1.1")))]
    row: PersistentObject,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Dated {
    id: Field<i64>,
    #[field(extends)]
    dates: TimestampedObject,
}

#[test]
fn timestamps_and_persistent_mix_ins() {
    let names = |schema: &versioned_objects::schema::ObjectSchema| {
        schema.fields.iter().map(|field| field.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(Row::SCHEMA), ["id", "created_at", "updated_at", "deleted_at", "deleted"]);
    assert_eq!(names(Dated::SCHEMA), ["id", "created_at", "updated_at"]);
    let mut row = Row::default();
    row.set_defaults().unwrap();
    assert_eq!(row.row.deleted, Field::from(false));
    row.set_by_name("created_at", "2026-01-02T03:04:05Z").unwrap();
    assert_eq!(
        serde_json::to_value(&row).unwrap()["versioned_object.data"],
        serde_json::json!({"created_at": "2026-01-02T03:04:05Z", "deleted": false})
    );
}
