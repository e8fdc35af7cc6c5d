use std::fmt;

use serde::de::IntoDeserializer;
use serde::de::value::Error as Refusal;
use serde::ser::Serializer;

use super::equal::same;
use super::read::{Reading, Source};
use super::value::Value;
use crate::compat::survey_object;
use crate::error::{Error, ErrorKind};
use crate::field::{Encoded, Entity, Field, Path, Survey, check_value};
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot};
use crate::mask::{self, Masked};
use crate::object::{
    ByName as _, Fields, Object, Origin, Seen, ValueVisitor, Visitor, changed_fields, check_fields,
    has_changes, read_only, reset_field, unknown_field,
};
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Editable, Registry};
use crate::schema::{FieldSchema, ObjectSchema, Shared};
use crate::version::{Target, Version};
#[cfg(feature = "compact")]
use crate::wire;
use crate::wire::encode_object;

/// An object of a schema that no Rust type stands for.
///
/// [`ByName`](crate::ByName) and [`SetByName`](crate::SetByName) have what can be done with its fields, and a list object has its
/// [elements](DynamicObject::elements) too.
#[derive(Clone)]
pub struct DynamicObject {
    pub(super) schema: Shared<ObjectSchema>,
    pub(super) fields: Vec<Field<Value>>,
    pub(super) origin: Origin,
    /// Whether objects may stand in its fields that an older reader of the ones that they stand for doesn't know.
    pub(super) has_variants: bool,
}

impl DynamicObject {
    /// An object of the newest registered version of that name, with all fields unset; a list object holds an
    /// empty list, which counts as unchanged.
    ///
    /// # Errors
    /// Where no object of that name is registered.
    pub fn new(registry: &Registry, name: &str) -> Result<Self, Error> {
        Ok(DynamicObject::unset(registry.shared_schema(name)?.clone()))
    }

    /// Looks at the whole object and at the objects inside it, as
    /// [`VersionedObject::validate`](crate::VersionedObject::validate); what a Rust function checks isn't known here.
    ///
    /// # Errors
    /// As there.
    pub fn validate(&self) -> Result<(), Error> {
        self.survey(&Target::Own, Path::ROOT, &mut Survey::validity())
    }

    /// Returns an object of that name and version without any value.
    ///
    /// # Errors
    /// Where none is registered.
    pub fn of_version(registry: &Registry, name: &str, version: Version) -> Result<Self, Error> {
        let mut entries = registry.entries_of(name)?.iter();
        match entries.find(|entry| entry.schema.current() == version) {
            Some(entry) => Ok(DynamicObject::unset(entry.schema.clone())),
            None => Err(Error::new(ErrorKind::UnsupportedObject, format!("no {name} of version {version}"))),
        }
    }

    pub(crate) fn unset(schema: Shared<ObjectSchema>) -> Self {
        let has_variants = schema.has_newer_variants();
        DynamicObject::unset_with(schema, has_variants)
    }

    /// An object without any value, where it is known whether objects may stand in it of which older readers may not know.
    pub(super) fn unset_with(schema: Shared<ObjectSchema>, has_variants: bool) -> Self {
        let mut fields = Vec::new();
        fields.resize_with(schema.fields.len(), Field::unset);
        if schema.is_list() {
            let elements = fields.iter_mut().enumerate().filter(|(index, _)| schema.is_elements(*index));
            elements.for_each(|(_, field)| *field = Field::unchanged(Value::List(Vec::new())));
        }
        DynamicObject { schema, fields, origin: Origin::none(), has_variants }
    }

    /// The value of a field, where it is set.
    ///
    /// # Errors
    /// Where the object has no such field.
    pub fn get(&self, name: &str) -> Result<Option<&Value>, Error> {
        let index = self.index_of(name)?;
        Ok(self.fields.get(index).and_then(Field::get))
    }

    /// Sets a field to a value, coerced as its type does; null becomes the default where none may stand.
    ///
    /// # Errors
    /// Where the object has no such field, its type doesn't take the value, or it is read-only and has another.
    pub fn set(&mut self, registry: &Registry, name: &str, value: Primitive) -> Result<(), Error> {
        let index = self.index_of(name)?;
        self.assign(index, value, registry)
    }

    fn assign(&mut self, index: usize, value: Primitive, registry: &Registry) -> Result<(), Error> {
        let decoding = registry.decoding().of_caller();
        let reading = Reading {
            registry,
            schema: &self.schema,
            context: decoding.field_context(),
            source: Source::Caller,
        };
        let Some(own) = self.schema.fields.get(index) else { return Ok(()) };
        let read: Result<Value, Refusal> = reading.field(own, value.into_deserializer());
        let value = read.map_err(|error| self.schema.within(own, decoding.into_error(error)))?;
        check_value(own, &value).map_err(|error| self.schema.within(own, error))?;
        if let Some(old) = self.fields.get(index).and_then(Field::get) {
            let [before, after] = [old, &value].map(|value| value.as_plain().and_then(Primitive::as_str));
            if let (Some(before), Some(after)) = (before, after) {
                own.ty.may_follow(before, after).map_err(|error| self.schema.within(own, error))?;
            }
        }
        if let Some(old) = self.fields.get(index).and_then(Field::get).filter(|_| own.read_only) {
            let is_same = same(&own.ty, old, &value);
            return if is_same { Ok(()) } else { Err(self.schema.within(own, read_only(own))) };
        }
        if let Some(field) = self.fields.get_mut(index) {
            field.set(value);
        }
        Ok(())
    }

    /// Looks at the fields as ones of that version: whether those that it needs are set, and what they `check`.
    pub(super) fn validate_at(&self, version: Version) -> Result<(), Error> {
        let DynamicObject { schema, fields, .. } = self;
        let is_missing = |(own, field): (&FieldSchema, &Field<Value>)| {
            own.required && own.is_in(version) && !field.is_set()
        };
        match schema.fields.iter().zip(fields).position(is_missing) {
            Some(index) => {
                Err(schema.at(index, Error::invalid_value("the field is required, and it is unset")))
            }
            None => check_fields(self).map_err(|error| error.of(&schema.name)),
        }
    }

    fn index_of(&self, name: &str) -> Result<usize, Error> {
        self.schema.index_of(name).ok_or_else(|| unknown_field(&self.schema, name))
    }
}

/// The fields, but for what they hold that people should not read.
impl fmt::Debug for DynamicObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(&self.schema.name);
        for (own, field) in self.schema.fields.iter().zip(&self.fields) {
            let is_secret = own.ty.holds_secrets() || mask::is_secret(&own.name);
            match is_secret && field.get().is_some_and(|value| !value.is_null()) {
                true => out.field(&own.name, &format_args!("{}", mask::SECRET)),
                false => out.field(&own.name, &Masked(field)),
            };
        }
        out.finish()
    }
}

impl Entity for DynamicObject {
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.look_at_variants(target).map_err(serde::ser::Error::custom)?;
        encode_object(self, serializer, target)
    }

    #[cfg(feature = "compact")]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        self.look_at_variants(target)?;
        wire::pack_object(self, packer, slot, target)
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        let looked = self.look_at_variants(target);
        looked.map_err(|error| path.steps().fold(error, Error::within))?;
        survey_object(self, target, path, survey)
    }

    fn has_changes(&self) -> bool {
        has_changes(self)
    }

    fn reset_within(&mut self) {
        self.reset_changes();
    }

    fn forget_origins(&mut self) {
        self.origin.forget();
        self.fields.iter_mut().for_each(Field::forget_origins);
    }
}

impl Fields for DynamicObject {
    fn schema_of(&self) -> &ObjectSchema {
        &self.schema
    }

    fn to_primitive(&self) -> Result<Primitive, Error> {
        Primitive::of(&Encoded::new(self, &Target::Own))
    }

    fn is_set_at(&self, index: usize) -> bool {
        self.fields.get(index).is_some_and(Field::is_set)
    }

    fn value_at(&self, index: usize) -> Option<Result<Primitive, Error>> {
        self.fields.get(index).and_then(Field::get).map(Value::to_primitive)
    }

    fn assign_at(&mut self, index: usize, value: Primitive) -> Result<(), Error> {
        self.assign(index, value, Registry::none())
    }

    fn clear_at(&mut self, index: usize) -> bool {
        self.fields.get_mut(index).is_some_and(|field| field.clear().is_some())
    }

    fn reset_at(&mut self, index: usize, within: bool) {
        if let Some(field) = self.fields.get_mut(index) {
            reset_field(field, &self.schema, index, within);
        }
    }

    fn changed_indexes(&self) -> Vec<usize> {
        changed_fields(self)
    }

    fn tells_extra_fields(&self) -> bool {
        false
    }

    fn extra(&self, name: &str) -> Result<Primitive, Error> {
        self.extra_field(name)
    }
}

impl Editable for DynamicObject {
    fn assign_known(&mut self, index: usize, value: Primitive, registry: &Registry) -> Result<(), Error> {
        self.assign(index, value, registry)
    }
}

impl Object for DynamicObject {
    fn schema(&self) -> &ObjectSchema {
        &self.schema
    }

    fn visit<V: Visitor>(&self, first: usize, visitor: &mut V) -> Result<(), V::Error> {
        self.fields.iter().enumerate().try_for_each(|(index, field)| visitor.field(first + index, field))
    }

    fn field(&self, index: usize) -> Option<&dyn Seen> {
        match self.fields.get(index) {
            Some(field) => Some(field),
            None => None,
        }
    }

    fn origin(&self) -> Option<&Origin> {
        Some(&self.origin)
    }

    fn validate_own(&self) -> Result<(), Error> {
        self.validate_at(self.origin.version().unwrap_or(self.schema.current()))
    }

    fn extra_field(&self, name: &str) -> Result<Primitive, Error> {
        if !self.schema.has_extra_field(name) {
            return Err(unknown_field(&self.schema, name));
        }
        let message = format!("{name} is made by a Rust function, which a schema alone doesn't have");
        Err(Error::new(ErrorKind::ObjectAction, message).of(&self.schema.name))
    }

    fn convert<V: ValueVisitor>(
        &self,
        _: usize,
        _: Option<Primitive>,
        _: V,
    ) -> Result<Option<V::Output>, Error> {
        Err(Error::refused(UNCONVERTED))
    }

    fn make_compatible(&self, _: &mut Primitive, target: Version) -> Result<(), Error> {
        let routine = self.schema.compatible.as_deref().unwrap_or_default();
        Err(Error::refused(format_args!(
            "{} is finished for version {target} by {routine}, a Rust function, which a schema alone doesn't have",
            self.schema.name
        )))
    }
}

/// Error of a field that had another type.
pub(super) const UNCONVERTED: &str =
    "the field was of another type then, and its conversion is a Rust function";
impl From<DynamicObject> for AnyObject {
    fn from(object: DynamicObject) -> Self {
        AnyObject::from_erased(Box::new(object))
    }
}
