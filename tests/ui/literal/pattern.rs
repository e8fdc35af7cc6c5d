use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0"))]
struct Patterns {
    #[field(check(pattern = "("))]
    open: Field<String>,
    #[field(check(pattern = "[z-a]"))]
    range: Field<Vec<String>>,
    #[field(check(pattern = r"\p{Grok}"))]
    class: Field<Option<String>>,
    #[field(check(pattern = r"^\p{Greek}+(?i:x){2,}$"))]
    fine: Field<String>,
}

fn main() {}
