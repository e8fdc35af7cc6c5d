//! No field, a field of a raw name, a field behind an alias, an object within a function, an object from a macro.

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(unreleased = "1.0")]
struct Empty {}

type Text = Field<String>;

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Raw {
    r#type: Text,
}

macro_rules! object {
    ($name:ident, $ty:ty, $since:literal, $default:literal) => {
        #[derive(VersionedObject)]
        #[object(versions("1.0", "1.1"))]
        struct $name {
            #[field(since = $since, default = $default)]
            field: Field<$ty>,
        }
    };
}

object!(FromMacro, Option<String>, "1.1", "a");

fn main() {
    #[derive(VersionedObject)]
    #[object(versions("1.0"))]
    struct Local {
        inner: Field<Raw>,
    }

    assert_eq!(Raw::index_of("type"), Some(0));
    assert!(Empty::SCHEMA.fields.is_empty());
    assert!(FromMacro::SCHEMA.fields[0].nullable);
    assert_eq!(Local::SCHEMA.fields.len(), 1);
}
