//! What a derived object is made of, beside its schema.

/// Implements the traits of a derived object: how its fields are reached, and all that is the same for every object.
///
/// `$self` is the derive's own word, so that the fields are those of the struct. `__vo` and `__SCHEMA` are what the
/// derive's expansion calls so. Bindings have names that no constant of the user's has: a pattern would compare with it.
#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    (
        $self:ident, $object:ident, $name:literal, $major:literal, $minor:literal;
        rules $rules:literal;
        remembers $remembers:literal;
        fields { $($index:literal $wire:literal $field:ident $unset:path,)* }
        parts { $($part:ident: $ty:ty, $start:ident, $end:ident;)* }
        others { $($other:ident)* }
        object { $($object_items:tt)* }
        versioned { $($versioned_items:tt)* }
    ) => {
        #[automatically_derived]
        impl __vo::Object for $object {
            const HAS_RULES: __vo::bool =
                $rules $(|| <$ty as __vo::Object>::HAS_RULES)*;

            const OPENING: &'static __vo::str = {
                const __TEXT: [u8; __vo::opening_length(&__SCHEMA)] = __vo::opening(&__SCHEMA);
                __vo::opening_text(&__TEXT)
            };

            fn schema(&$self) -> &__vo::ObjectSchema {
                <Self as __vo::VersionedObject>::SCHEMA
            }

            fn visit<__V: __vo::Visitor>(
                &$self,
                __first: __vo::usize,
                __visitor: &mut __V,
            ) -> __vo::Result<(), __V::Error> {
                $(__vo::Visitor::field(__visitor, __first + $index, &$self.$field)?;)*
                $(__vo::Object::visit(&$self.$part, __first + $start, __visitor)?;)*
                __vo::Ok(())
            }

            fn field(
                &$self,
                __index: __vo::usize,
            ) -> __vo::Option<&dyn __vo::Seen> {
                match __index {
                    $($index => __vo::Some(&$self.$field),)*
                    $(_ if __index < $end => {
                        __vo::Object::field(&$self.$part, __index - $start)
                    })*
                    _ => __vo::None,
                }
            }

            fn validate_own(&$self) -> __vo::Result<(), __vo::Error> {
                __vo::validate_own($self)
            }

            $($object_items)*
        }

        #[automatically_derived]
        impl __vo::VersionedObject for $object {
            const SCHEMA: &'static __vo::ObjectSchema = &__SCHEMA;

            fn unset() -> Self {
                Self {
                    $($field: $unset(),)*
                    $($other: __vo::Default::default(),)*
                    $($part: <$ty as __vo::VersionedObject>::unset(),)*
                }
            }

            fn index_of(
                __name: &__vo::str,
            ) -> __vo::Option<__vo::usize> {
                match __name {
                    $($wire => return __vo::Some($index),)*
                    _ => {}
                }
                $(if let __vo::Some(__index) =
                    <$ty as __vo::VersionedObject>::index_of(__name)
                {
                    return __vo::Some(__index + $start);
                })*
                __vo::None
            }

            fn field_mut(
                &mut $self,
                __index: __vo::usize,
            ) -> __vo::Option<&mut dyn __vo::AnyField> {
                match __index {
                    $($index => __vo::Some(&mut $self.$field),)*
                    $(_ if __index < $end => {
                        __vo::VersionedObject::field_mut(&mut $self.$part, __index - $start)
                    })*
                    _ => __vo::None,
                }
            }

            fn visit_field_mut<__V: __vo::FieldVisitorMut>(
                &mut $self,
                __index: __vo::usize,
                __visitor: __V,
            ) -> __vo::Option<__V::Output> {
                match __index {
                    $($index => __vo::Some(
                        __vo::FieldVisitorMut::field(__visitor, &mut $self.$field),
                    ),)*
                    $(_ if __index < $end => __vo::VersionedObject::visit_field_mut(
                        &mut $self.$part,
                        __index - $start,
                        __visitor,
                    ),)*
                    _ => __vo::None,
                }
            }

            __vo::visit_mut! {
                $self;
                $($index $field)*;
                $($part $start)*
            }

            $($versioned_items)*
        }

        __vo::object_value! { $object, $name, $remembers }

        #[automatically_derived]
        impl __vo::serde::Serialize for $object {
            fn serialize<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::serialize_object(self, __serializer)
            }
        }

        #[automatically_derived]
        impl<'de> __vo::serde::Deserialize<'de> for $object {
            fn deserialize<__D: __vo::Deserializer<'de>>(
                __deserializer: __D,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::deserialize_object(__deserializer)
            }
        }

        #[automatically_derived]
        impl __vo::Current<$major, $minor> for $object {}
    };
}

/// Shows all fields, to be changed: for the compact form alone.
#[cfg(feature = "compact")]
#[doc(hidden)]
#[macro_export]
macro_rules! __visit_mut {
    ($self:ident; $($index:literal $field:ident)*; $($part:ident $start:ident)*) => {
        fn visit_mut<__V: __vo::VisitorMut>(
            &mut $self,
            __first: __vo::usize,
            __visitor: &mut __V,
        ) -> __vo::Result<(), __V::Error> {
            $(__vo::VisitorMut::field(__visitor, __first + $index, &mut $self.$field)?;)*
            $(__vo::VersionedObject::visit_mut(&mut $self.$part, __first + $start, __visitor)?;)*
            __vo::Ok(())
        }
    };
}

#[cfg(not(feature = "compact"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __visit_mut {
    ($($anything:tt)*) => {};
}

/// How an object is written and read as a value: in the same way for every object.
#[doc(hidden)]
#[macro_export]
macro_rules! __object_value {
    ($object:ident, $name:literal, $remembers:literal) => {
        #[automatically_derived]
        impl __vo::Entity for $object {
            const REMEMBERS: __vo::bool = $remembers;

            fn encode<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
                __target: &__vo::Target<'_>,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::encode_object(self, __serializer, __target)
            }

            __vo::pack! {}

            fn show(&self, __target: &__vo::Target<'_>, __see: &mut dyn __vo::FnMut(__vo::Shown<'_>)) {
                __vo::show_object(self, __target, __see)
            }

            #[inline]
            fn survey(
                &self,
                __target: &__vo::Target<'_>,
                __path: __vo::Path<'_>,
                __survey: &mut __vo::Survey<'_>,
            ) -> __vo::Result<(), __vo::Error> {
                __vo::survey_object(self, __target, __path, __survey)
            }

            #[inline]
            fn has_changes(&self) -> __vo::bool {
                __vo::has_changes(self)
            }

            #[inline]
            fn reset_within(&mut self) {
                __vo::reset_changes(self)
            }

            #[inline]
            fn forget_origins(&mut self) {
                __vo::forget_origins(self)
            }
        }

        #[automatically_derived]
        impl __vo::FieldType for $object {
            const TYPE: __vo::TypeSchema = __vo::object_type::<$object>($name);

            fn decode<'de, __D: __vo::Deserializer<'de>>(
                __deserializer: __D,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::decode_object(__deserializer, __context)
            }

            fn decode_behind(
                __input: &mut dyn __vo::Input<'_>,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __vo::Failed> {
                __vo::decode_object_behind(__input, __context)
            }

            __vo::unpack! {}
        }
    };
}

#[cfg(feature = "compact")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pack {
    () => {
        #[inline]
        fn pack<'__a>(
            &self,
            __packer: &mut impl __vo::Pack<'__a>,
            __slot: __vo::Slot<'_>,
            __target: &__vo::Target<'_>,
        ) -> __vo::Result<(), __vo::Error> {
            __vo::pack_object(self, __packer, __slot, __target)
        }
    };
}

#[cfg(not(feature = "compact"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pack {
    () => {};
}

#[cfg(feature = "compact")]
#[doc(hidden)]
#[macro_export]
macro_rules! __unpack {
    () => {
        #[inline]
        fn unpack(
            __unpacker: &mut __vo::Unpacker<'_>,
            __slot: __vo::Slot<'_>,
            __context: __vo::Context<'_>,
        ) -> __vo::Result<Self, __vo::Error> {
            __vo::unpack_object(__unpacker, __slot, __context)
        }
    };
}

#[cfg(not(feature = "compact"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __unpack {
    () => {};
}

#[cfg(feature = "compact")]
#[doc(hidden)]
#[macro_export]
macro_rules! __never_visited {
    () => {
        fn visit_mut<__V: __vo::VisitorMut>(
            &mut self,
            _: __vo::usize,
            _: &mut __V,
        ) -> __vo::Result<(), __V::Error> {
            __vo::never_built()
        }
    };
}

#[cfg(not(feature = "compact"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __never_visited {
    () => {};
}
