//! What stands in for a value, and came no earlier than that.

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0..=1.6"))]
struct StandIns {
    #[field(values("c", since = "1.6", older = "b"), values("b", since = "1.4", older = "a"))]
    one: Field<String>,
    #[field(values("c", since = "1.4", older = "a"), values("c", since = "1.6", older = "b"))]
    #[field(values("b", since = "1.4", older = "a"))]
    fine: Field<String>,
}

fn main() {}
