use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Tuple(Field<bool>);

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Unit;

#[derive(VersionedObject)]
#[object(versions("1.0"))]
enum Choice {
    One,
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Generic<'a, T> {
    field: Field<T>,
    other: Field<&'a str>,
}

fn used<O: VersionedObject>() {}

fn main() {
    used::<Tuple>();
    used::<Unit>();
    used::<Choice>();
    used::<Generic<'static, bool>>();
}
