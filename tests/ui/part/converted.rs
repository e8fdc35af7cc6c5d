use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"))]
struct Converted {
    #[field(was(type = String, since = "1.1", to_older = to_text, from_older = from_text))]
    one: Field<i64>,
}

fn to_text(number: &i64) -> Result<String, String> {
    Ok(number.to_string())
}

fn from_text(text: String) -> Result<i64, String> {
    text.parse().map_err(|_| text)
}

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct OfConverted {
    #[field(extends)]
    part: Converted,
}

fn main() {}
