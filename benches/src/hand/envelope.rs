use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// What the envelope's code is told of a type.
pub trait HandWritten: Default {
    /// The object's name.
    const NAME: &'static str;
    /// Its current version.
    const VERSION: &'static str;
    /// The older version of the work.
    const OLDER: &'static str;
    /// The names of the fields.
    const FIELDS: &'static [&'static str];
    /// The place of the field of that name.
    fn place(name: &str) -> Option<usize>;
    /// Writes the set fields, those of the older version alone where it is asked for.
    ///
    /// # Errors
    /// The serializer's own.
    fn write<M: SerializeMap>(&self, map: &mut M, older: bool) -> Result<(), M::Error>;
    /// Reads the field at that place.
    ///
    /// # Errors
    /// The deserializer's own.
    fn read<'de, A: MapAccess<'de>>(&mut self, place: usize, map: &mut A) -> Result<(), A::Error>;
    /// A bit for each changed field.
    fn changes(&self) -> u64;
    /// The same, to be changed.
    fn changes_mut(&mut self) -> &mut u64;
    /// A bit for each field that the older version has.
    const IN_OLDER: u64;
}

/// The older version of an object, or of a list of them.
#[derive(Clone, Copy)]
pub struct Older<T>(pub T);

impl<T: HandWritten> Serialize for Older<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Envelope { object: self.0, older: true }.serialize(serializer)
    }
}

impl<T> Serialize for Older<&Vec<T>>
where
    for<'a> Older<&'a T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Older))
    }
}

/// An object in one of its versions.
pub struct Envelope<'a, T> {
    /// The object.
    pub object: &'a T,
    /// Whether it is the older one.
    pub older: bool,
}

impl<T: HandWritten> Serialize for Envelope<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Envelope { object, older } = *self;
        let changes = if older { object.changes() & T::IN_OLDER } else { object.changes() };
        let mut map = serializer.serialize_map(Some(if changes == 0 { 4 } else { 5 }))?;
        map.serialize_entry("nova_object.name", T::NAME)?;
        map.serialize_entry("nova_object.namespace", "nova")?;
        map.serialize_entry("nova_object.version", if older { T::OLDER } else { T::VERSION })?;
        map.serialize_entry("nova_object.data", &Data { object, older })?;
        if changes != 0 {
            map.serialize_entry("nova_object.changes", &Changes(changes, T::FIELDS))?;
        }
        map.end()
    }
}

struct Data<'a, T> {
    object: &'a T,
    older: bool,
}

impl<T: HandWritten> Serialize for Data<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.object.write(&mut map, self.older)?;
        map.end()
    }
}

/// The names of the changed fields.
pub struct Changes(pub u64, pub &'static [&'static str]);

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.count_ones() as usize))?;
        for (place, name) in self.1.iter().enumerate() {
            if self.0 & 1 << place != 0 {
                seq.serialize_element(name)?;
            }
        }
        seq.end()
    }
}

/// Reads an object.
///
/// # Errors
/// The deserializer's own.
pub fn read<'de, T: HandWritten, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Read<T>(PhantomData<T>);

    impl<'de, T: HandWritten> Visitor<'de> for Read<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an envelope")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let mut object = T::default();
            let mut known = false;
            while let Some(key) = map.next_key::<Key>()? {
                match key {
                    Key::Name => {
                        let name: &str = map.next_value()?;
                        if name != T::NAME {
                            return Err(de::Error::custom("another object"));
                        }
                    }
                    Key::Namespace => {
                        let namespace: &str = map.next_value()?;
                        if namespace != "nova" {
                            return Err(de::Error::custom("another namespace"));
                        }
                    }
                    Key::Version => {
                        let version: &str = map.next_value()?;
                        known = version == T::VERSION || version == T::OLDER;
                    }
                    Key::Data if known => map.next_value_seed(ReadData(&mut object))?,
                    Key::Data => return Err(de::Error::custom("an unknown version")),
                    Key::Changes => map.next_value_seed(ReadChanges(&mut object))?,
                    Key::Other => {
                        map.next_value::<de::IgnoredAny>()?;
                    }
                }
            }
            Ok(object)
        }
    }

    deserializer.deserialize_map(Read(PhantomData))
}

enum Key {
    Name,
    Namespace,
    Version,
    Data,
    Changes,
    Other,
}

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, text: &str) -> Result<Key, E> {
                Ok(match text {
                    "nova_object.name" => Key::Name,
                    "nova_object.namespace" => Key::Namespace,
                    "nova_object.version" => Key::Version,
                    "nova_object.data" => Key::Data,
                    "nova_object.changes" => Key::Changes,
                    _ => Key::Other,
                })
            }
        }

        deserializer.deserialize_str(Text)
    }
}

struct Place<T>(PhantomData<T>);

impl<'de, T: HandWritten> DeserializeSeed<'de> for Place<T> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T: HandWritten> Visitor<'_> for Place<T> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<usize>, E> {
        Ok(T::place(text))
    }
}

struct ReadData<'a, T>(&'a mut T);

impl<'de, T: HandWritten> DeserializeSeed<'de> for ReadData<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: HandWritten> Visitor<'de> for ReadData<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(place) = map.next_key_seed(Place::<T>(PhantomData))? {
            match place {
                Some(place) => self.0.read(place, &mut map)?,
                None => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct ReadChanges<'a, T>(&'a mut T);

impl<'de, T: HandWritten> DeserializeSeed<'de> for ReadChanges<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: HandWritten> Visitor<'de> for ReadChanges<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names of fields")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(place) = seq.next_element_seed(Place::<T>(PhantomData))? {
            if let Some(place) = place {
                *self.0.changes_mut() |= 1 << place;
            }
        }
        Ok(())
    }
}

/// The code for one object.
macro_rules! object {
    (
        $(#[$attribute:meta])* $name:ident = $wire:literal $version:literal older $older:literal:
        $($place:literal $field:ident $text:literal: $ty:ty, $($since:ident)?;)*
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $(#[doc = $text] pub $field: Option<$ty>,)*
            /// A bit for each changed field.
            pub changes: u64,
        }

        impl $crate::hand::HandWritten for $name {
            const NAME: &'static str = $wire;
            const VERSION: &'static str = $version;
            const OLDER: &'static str = $older;
            const FIELDS: &'static [&'static str] = &[$($text),*];
            const IN_OLDER: u64 = 0 $(| $crate::hand::envelope::in_older!($place $($since)?))*;

            fn place(name: &str) -> Option<usize> {
                match name {
                    $($text => Some($place),)*
                    _ => None,
                }
            }

            #[inline]
            #[allow(unused_variables, reason = "not every object has newer fields")]
            fn write<M: serde::ser::SerializeMap>(&self, map: &mut M, older: bool) -> Result<(), M::Error> {
                $(
                    if let Some(value) = &self.$field {
                        $crate::hand::envelope::entry!(map older $text value $($since)?);
                    }
                )*
                Ok(())
            }

            #[inline]
            fn read<'de, A: serde::de::MapAccess<'de>>(&mut self, place: usize, map: &mut A) -> Result<(), A::Error> {
                match place {
                    $($place => self.$field = Some(map.next_value()?),)*
                    _ => {}
                }
                Ok(())
            }

            fn changes(&self) -> u64 {
                self.changes
            }

            fn changes_mut(&mut self) -> &mut u64 {
                &mut self.changes
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::hand::Envelope { object: self, older: false }.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::hand::envelope::read(deserializer)
            }
        }
    };
}

/// The bit of a field that the older version has.
macro_rules! in_older {
    ($place:literal newer) => {
        0
    };
    ($place:literal $($objects:ident)?) => {
        1 << $place
    };
}

/// Writes a field: always, not into the older version, or objects in their older version.
macro_rules! entry {
    ($map:ident $older:ident $text:literal $value:ident newer) => {
        if !$older {
            $map.serialize_entry($text, $value)?;
        }
    };
    ($map:ident $older:ident $text:literal $value:ident objects) => {
        if $older {
            $map.serialize_entry($text, &$crate::hand::Older($value))?;
        } else {
            $map.serialize_entry($text, $value)?;
        }
    };
    ($map:ident $older:ident $text:literal $value:ident) => {
        $map.serialize_entry($text, $value)?;
    };
}

pub(super) use {entry, in_older, object};
