//! Values in the compact form, read by what a schema says of their type.

use indexmap::IndexMap;
use serde::de::DeserializeSeed as _;

use super::read::Reading;
use super::value::Value;
use crate::error::{Error, Step};
use crate::format::compact::{Fault, Slot, Unpacker};
use crate::schema::{Element, FieldSchema, Kind, TypeSchema};

impl Reading<'_> {
    /// The value of a field.
    pub(super) fn unpack(&self, own: &FieldSchema, unpacker: &mut Unpacker<'_>) -> Result<Value, Error> {
        let value = self.as_said(own, |reading| {
            if holds_objects(&own.ty) {
                return reading.unpack_value(&own.ty, own.nullable, unpacker);
            }
            let seed = reading.nullable(&own.ty, true);
            reading.typed(seed.deserialize(unpacker.value(Slot::of(own))))
        })?;
        self.typed(self.or_default(own, Ok(value)))
    }

    fn unpack_value(
        &self,
        ty: &TypeSchema,
        nullable: bool,
        unpacker: &mut Unpacker<'_>,
    ) -> Result<Value, Error> {
        if nullable && !unpacker.bit()? {
            return Ok(Value::NULL);
        }
        let slot = Slot::new(ty, false);
        match &ty.kind {
            Kind::Object { name, subclasses, .. } => {
                let class = (&*self.schema.namespace, &self.schema.keys);
                let object = self.registry.unpack(unpacker, slot, Some(class), self.context)?;
                self.typed(self.fitting(object, name, *subclasses)).map(Value::Object)
            }
            Kind::List(element) if holds_objects(&element.ty) => {
                self.elements(element, unpacker).map(Value::List)
            }
            Kind::Set(element) if holds_objects(&element.ty) => {
                self.elements(element, unpacker).map(Value::Set)
            }
            Kind::Dict(element) if holds_objects(&element.ty) => {
                let mut list = unpacker.list()?;
                let reading = self.inside()?;
                let mut entries = IndexMap::new();
                self.context.spend(0, list.most().saturating_mul(2 * size_of::<(String, Value)>()))?;
                let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker);
                for _ in 0..list.count {
                    let key = unpacker.inner(0)?.text()?.to_owned();
                    let value = reading.unpack_value(&element.ty, element.nullable, unpacker.inner(1)?);
                    let value = value.map_err(|error| error.within(Step::Key(key.clone())))?;
                    entries.insert(key, value);
                }
                list.end()?;
                Ok(Value::Dict(Box::new(entries)))
            }
            _ => self.typed(self.nullable(ty, false).deserialize(unpacker.value(slot))),
        }
    }

    fn elements(&self, element: &Element, unpacker: &mut Unpacker<'_>) -> Result<Vec<Value>, Error> {
        let mut list = unpacker.list()?;
        let reading = self.inside()?;
        self.context.spend(0, list.most().saturating_mul(size_of::<Value>()))?;
        let unpacker = list.columns.as_deref_mut().unwrap_or(unpacker);
        let read = |index| {
            let value = unpacker
                .inner(0)
                .and_then(|unpacker| reading.unpack_value(&element.ty, element.nullable, unpacker));
            value.map_err(|error| error.within(Step::Index(index)))
        };
        let values = (0..list.count).map(read).collect::<Result<_, _>>()?;
        list.end()?;
        Ok(values)
    }

    fn typed<T>(&self, read: Result<T, Fault>) -> Result<T, Error> {
        read.map_err(|fault| self.context.typed(fault.into_error()))
    }
}

/// Whether there may be objects in values of that type.
fn holds_objects(ty: &TypeSchema) -> bool {
    match &ty.kind {
        Kind::Object { .. } => true,
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => holds_objects(&element.ty),
        _ => false,
    }
}
