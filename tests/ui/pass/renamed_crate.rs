//! A user who knows the crate by another name.

mod inner {
    pub extern crate versioned_objects as vo;

    use self::vo::{Field, FieldEnum, VersionedObject};

    #[derive(FieldEnum)]
    #[field_enum(crate = self::vo)]
    pub enum Style {
        Old,
        New,
    }

    #[derive(VersionedObject)]
    #[object(versions("1.0"), crate = vo)]
    pub struct Renamed {
        pub style: Field<Style>,
    }

    #[derive(VersionedObject)]
    #[object(versions("1.0"), crate = crate::inner::vo)]
    pub struct FromTheRoot {
        pub style: Field<Style>,
    }
}

fn main() {
    let object = inner::Renamed { style: inner::Style::New.into() };
    assert!(object.style.is_set());
}
