//! A module that gives the usual names other meanings.

#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals, unused_macros)]

mod shadowed {
    use versioned_objects::{Field as Slot, FieldEnum, Origin, UnknownFields, VersionedObject};

    pub struct Result;
    pub struct Option;
    pub struct String;
    pub struct Vec;
    pub struct Box;
    pub struct Cow;
    pub struct Field;
    pub struct FieldSchema;
    pub struct Version;
    pub struct Error;
    pub struct str;
    pub struct bool;
    pub struct u32;
    pub struct usize;
    pub trait Default {}
    pub trait From {}
    pub trait AsRef {}
    pub trait Display {}
    pub trait Entity {}
    pub trait FieldType {}
    pub trait Serialize {}
    pub mod serde {}
    pub mod core {}
    pub mod std {}
    pub fn Ok() {}
    pub fn Err() {}
    pub fn Some() {}
    pub const None: () = ();
    pub const index: i8 = 0;
    pub const name: i8 = 0;
    pub const visitor: i8 = 0;
    macro_rules! assert {
        () => {};
    }

    type Text = ::std::string::String;

    #[derive(FieldEnum)]
    #[field_enum(rename_all = "kebab-case")]
    pub enum Style {
        OldStyle,
        NewStyle,
        #[variant(other)]
        Other(Text),
    }

    #[derive(VersionedObject)]
    #[object(versions("1.0"))]
    pub struct Part {
        pub origin: Origin,
        pub inherited: Slot<i64>,
    }

    #[derive(VersionedObject)]
    #[object(versions("1.0..=1.3"), compatible = Shadows::older, validate = Shadows::look, coerce)]
    #[object(removed(name = "old", until = "1.1", fill = { "k": [1, null] }))]
    pub struct Shadows {
        pub origin: Origin,
        pub unknown: UnknownFields,
        #[field(since = "1.1", absent = "old-style", values("new-style", since = "1.2", older = refuse))]
        pub style: Slot<Style>,
        #[field(was(type = Text, since = "1.1", to_older = Shadows::text, from_older = Shadows::number))]
        #[field(default = 3)]
        pub number: Slot<i64>,
        #[field(child_versions("1.1" => "1.0"))]
        pub part: Slot<Part>,
        #[field(extends(inherited(since = "1.1")))]
        pub base: Part,
    }

    impl Shadows {
        fn older(
            &self,
            _: &mut versioned_objects::Primitive,
            _: versioned_objects::Version,
        ) -> ::std::result::Result<(), Text> {
            ::std::result::Result::Ok(())
        }

        fn look(&self) -> ::std::result::Result<(), Text> {
            ::std::result::Result::Ok(())
        }

        fn text(number: &i64) -> ::std::result::Result<Text, Text> {
            ::std::result::Result::Ok(::std::string::ToString::to_string(number))
        }

        fn number(text: Text) -> ::std::result::Result<i64, Text> {
            text.parse().map_err(|_| text)
        }
    }
}

fn main() {
    use versioned_objects::VersionedObject;

    assert_eq!(shadowed::Shadows::SCHEMA.fields.len(), 4);
}
