//! Registering objects that have a schema alone.

use std::sync::Arc;

use super::DynamicObject;
use crate::registry::any::Erased;
use crate::registry::{Entry, Registry};
use crate::schema::{ObjectSchema, Shared};

impl Registry {
    /// Registers an object that has a schema and no Rust type.
    pub fn with_schema(self, schema: impl Into<Arc<ObjectSchema>>) -> Self {
        let schema = Shared::Owned(schema.into());
        let unset: fn(&Shared<ObjectSchema>) -> Box<dyn Erased> = match schema.has_newer_variants() {
            true => |schema| Box::new(DynamicObject::unset_with(schema.clone(), true)),
            false => |schema| Box::new(DynamicObject::unset_with(schema.clone(), false)),
        };
        self.with_entry(Entry { schema, unset, relay: false })
    }

    /// Registers the objects of a schema file: what a gateway knows.
    ///
    /// ```
    /// # use versioned_objects::registry::{Registry, Schemas};
    /// # let text = r#"{"objects": []}"#;
    /// let registry = Registry::new().with_schemas(text.parse::<Schemas>()?);
    /// # Ok::<(), versioned_objects::registry::SchemaError>(())
    /// ```
    #[cfg(feature = "json")]
    pub fn with_schemas(self, schemas: crate::registry::Schemas) -> Self {
        let schemas = schemas.objects.into_iter().map(|entry| entry.schema);
        schemas.fold(self, |registry, schema| registry.with_schema(schema))
    }
}
