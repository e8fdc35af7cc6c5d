use versioned_objects::{Field, Primitive, Version, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"), compatible = finish, validate = look)]
struct Routines {
    #[field(was(type = String, since = "1.1", to_older = to_text, from_older = from_text))]
    one: Field<i64>,
}

fn finish(_: &Routines, _: &mut Primitive, _: Version) {}

fn look(_: Routines) -> Result<(), String> {
    Ok(())
}

fn to_text(number: &i64) -> Result<i32, String> {
    Ok(*number as i32)
}

fn from_text(text: String) -> i64 {
    text.len() as i64
}

fn main() {}
