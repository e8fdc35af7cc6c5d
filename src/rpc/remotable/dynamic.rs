//! Methods of objects that no Rust type stands for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::endpoint::{Dispatch, answer, values};
use super::parameters::parameters;
use super::{MethodArgs, ObjectContext, call};
use crate::error::{Error, ErrorKind};
use crate::registry::dynamic::DynamicObject;
use crate::rpc::{Args, BoxFuture, Failure, Payload};
use crate::schema::{ObjectSchema, Shared};
use crate::version::Target;

type Answer<'a> = BoxFuture<'a, Result<Payload, Failure>>;
type OfObject = dyn for<'a> Fn(&'a mut DynamicObject, Args, &'a ObjectContext) -> Answer<'a> + Send + Sync;
type OfClass = dyn for<'a> Fn(Args, &'a ObjectContext, Target<'a>) -> Answer<'a> + Send + Sync;

/// The bodies of the methods of an object that no Rust type stands for, by name.
///
/// Which methods there are, and which arguments each takes, its schema says: arguments come to a body by their names
/// there, whether a caller passed them by place or by name. One that has a default there may be missing, and
/// [`Args::contains`] tells.
///
/// ```
/// use std::sync::Arc;
///
/// use versioned_objects::registry::Registry;
/// use versioned_objects::rpc::{DynamicMethods, ObjectActions, ObjectContext, Payload};
/// use versioned_objects::{Target, dynamic::DynamicObject};
/// # use versioned_objects::{Field, VersionedObject, remotable, rpc::CallError};
/// # #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
/// # #[object(versions("1.0"), remotable)]
/// # struct Service { host: Field<String>, report_count: Field<i64> }
/// # #[remotable]
/// # impl Service {
/// #     async fn get_by_host(context: &ObjectContext, host: String) -> Result<Service, CallError>;
/// #     async fn report(&mut self, context: &ObjectContext, count: i64) -> Result<bool, CallError>;
/// # }
/// # let schema = Service::SCHEMA.clone();
///
/// // `schema` was read at run time: a Service with `get_by_host(cls, context, host)` and `report(self, count)`.
/// let registry = Arc::new(Registry::new().with_schema(schema));
/// let methods = DynamicMethods::new("Service")
///     .class_method("get_by_host", |mut args, context, target| {
///         Box::pin(async move {
///             let host: String = args.take_plain("host")?;
///             let mut service = DynamicObject::new(context.registry(), "Service")?;
///             service.set(context.registry(), "host", host.into())?;
///             Ok(Payload::of(&service, target)?)
///         })
///     })
///     .method("report", |service, mut args, context| {
///         Box::pin(async move {
///             let count: i64 = args.take_plain("count")?;
///             service.set(context.registry(), "report_count", count.into())?;
///             Ok(Payload::plain(&true)?)
///         })
///     });
/// let conductor = ObjectActions::new(ObjectContext::new(registry)).with_dynamic(methods)?;
/// # Ok::<(), versioned_objects::Error>(())
/// ```
pub struct DynamicMethods {
    object: String,
    of_object: BTreeMap<String, Box<OfObject>>,
    of_class: BTreeMap<String, Box<OfClass>>,
}

impl DynamicMethods {
    /// Of the object of that name, without any body.
    pub fn new(object: impl Into<String>) -> Self {
        DynamicMethods { object: object.into(), of_object: BTreeMap::new(), of_class: BTreeMap::new() }
    }

    /// The body of a method of an object (`remotable`). What it sets is told to the caller.
    pub fn method<F>(mut self, name: impl Into<String>, body: F) -> Self
    where
        F: for<'a> Fn(&'a mut DynamicObject, Args, &'a ObjectContext) -> Answer<'a> + Send + Sync + 'static,
    {
        self.of_object.insert(name.into(), Box::new(body));
        self
    }

    /// The body of a method of the class (`remotable_classmethod`). It writes its result for the target: objects go
    /// out in the versions that the caller reads.
    pub fn class_method<F>(mut self, name: impl Into<String>, body: F) -> Self
    where
        F: for<'a> Fn(Args, &'a ObjectContext, Target<'a>) -> Answer<'a> + Send + Sync + 'static,
    {
        self.of_class.insert(name.into(), Box::new(body));
        self
    }

    pub(super) fn object(&self) -> &str {
        &self.object
    }

    /// The methods of each of these schemas of the object.
    ///
    /// # Errors
    /// Where a body is one of no schema's methods.
    pub(super) fn of(self, schemas: Vec<Shared<ObjectSchema>>) -> Result<Vec<Box<dyn Dispatch>>, Error> {
        if schemas.is_empty() {
            let message = format!("{} isn't registered as an object without Rust type", self.object);
            return Err(Error::new(ErrorKind::UnsupportedObject, message).of(&self.object));
        }
        let of_class = self.of_class.keys().map(|name| (name, true));
        for (name, is_class) in self.of_object.keys().map(|name| (name, false)).chain(of_class) {
            let is_there = |schema: &Shared<ObjectSchema>| parameters(schema, name, is_class).is_some();
            if !schemas.iter().any(is_there) {
                let kind = if is_class { "method of the class" } else { "method" };
                let message = format!("the schema of {} has no {kind} {name}", self.object);
                return Err(Error::new(ErrorKind::UnknownField, message).of(&self.object));
            }
        }
        let bodies = Arc::new(self);
        let all = schemas
            .into_iter()
            .map(|schema| -> Box<dyn Dispatch> { Box::new(Methods { schema, bodies: Arc::clone(&bodies) }) });
        Ok(all.collect())
    }
}

impl fmt::Debug for DynamicMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicMethods")
            .field("object", &self.object)
            .field("of_object", &self.of_object.keys())
            .field("of_class", &self.of_class.keys())
            .finish()
    }
}

/// The methods of an object in one of its versions.
struct Methods {
    schema: Shared<ObjectSchema>,
    bodies: Arc<DynamicMethods>,
}

impl Methods {
    fn bind(&self, method: &str, is_class: bool, arguments: MethodArgs) -> Result<Args, Failure> {
        let parameters = parameters(&self.schema, method, is_class);
        parameters.ok_or_else(|| call::no_such(&self.schema, method))?.bind(method, arguments)
    }
}

impl Dispatch for Methods {
    fn schema(&self) -> &ObjectSchema {
        &self.schema
    }

    fn action<'a>(
        &'a self,
        object: Box<RawValue>,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
    ) -> Answer<'a> {
        Box::pin(async move {
            let body = self.bodies.of_object.get(method);
            let body = body.ok_or_else(|| call::no_such(&self.schema, method))?;
            let args = self.bind(method, false, arguments)?;
            let mut any = context.registry().decode_json(object.get().as_bytes())?;
            let Some(object) = any.downcast_mut::<DynamicObject>() else {
                return Err(call::no_such(&self.schema, method));
            };
            let before = values(object)?;
            let result = body(object, args, context).await?;
            answer(&before, object, result, context)
        })
    }

    fn class_action<'a>(
        &'a self,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
        target: Target<'a>,
    ) -> Answer<'a> {
        Box::pin(async move {
            let body = self.bodies.of_class.get(method);
            let body = body.ok_or_else(|| call::no_such(&self.schema, method))?;
            let args = self.bind(method, true, arguments)?;
            body(args, context, target).await
        })
    }
}
