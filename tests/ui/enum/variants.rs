use versioned_objects::FieldEnum;

#[derive(FieldEnum)]
struct NoEnum;

#[derive(FieldEnum)]
enum Empty {}

#[derive(FieldEnum)]
#[field_enum(rename_all = "kebap-case", nmae = "X")]
enum Data {
    One(String),
    Two { field: String },
    #[variant(nane = "3")]
    Three,
}

#[derive(FieldEnum)]
#[field_enum(rename_all = "banana")]
enum Twice {
    #[variant(name = "b")]
    A,
    #[variant(name = "b")]
    B,
}

#[derive(FieldEnum)]
enum Others {
    Known,
    #[variant(other)]
    One(String),
    #[variant(other)]
    Two(String),
    #[variant(other, name = "x")]
    Three,
}

#[derive(FieldEnum)]
enum OtherType {
    Known,
    #[variant(other)]
    Other(u8),
}

fn used<T: versioned_objects::FieldType + std::str::FromStr + std::fmt::Display>() {}

fn main() {
    used::<Data>();
    used::<Twice>();
}
