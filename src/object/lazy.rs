use std::future::Future;

use super::{ByName as _, VersionedObject};
use crate::error::{Error, ErrorKind};

/// An object that fetches fields when they are asked for (`obj_load_attr`).
///
/// Nothing is fetched behind the back of whoever reads a field: [`LazyLoad::load`] says where it may happen.
///
/// ```
/// use versioned_objects::object::LazyLoad;
/// use versioned_objects::{Error, Field, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Default)]
/// #[object(versions("1.0"))]
/// struct Instance {
///     uuid: Field<String>,
///     host: Field<Option<String>>,
/// }
///
/// impl LazyLoad for Instance {
///     type Error = Error;
///
///     async fn load_attr(&mut self, name: &'static str) -> Result<(), Error> {
///         if name == "host" {
///             self.host = Field::unchanged(Some("xen-a".to_owned()));
///         }
///         Ok(())
///     }
/// }
///
/// let mut instance = Instance::default();
/// pollster::block_on(instance.load("host"))?;
/// assert_eq!(instance.host.get(), Some(&Some("xen-a".to_owned())));
/// assert!(pollster::block_on(instance.load("uuid")).is_err(), "nothing was fetched");
/// # Ok::<(), Error>(())
/// ```
pub trait LazyLoad: VersionedObject {
    /// The error of a load.
    type Error: From<Error>;

    /// Fetches the field of that name and sets it. A field that is set counts as changed, as in the reference;
    /// [`Field::unchanged`](crate::Field::unchanged) is one that doesn't.
    fn load_attr(&mut self, name: &'static str) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Sees to it that the field has a value, fetching it where it is unset.
    ///
    /// # Errors
    /// Where there is no such field, it can't be fetched, or [`LazyLoad::load_attr`] left it unset.
    fn load(&mut self, name: &str) -> impl Future<Output = Result<(), Self::Error>> + Send
    where
        Self: Send,
    {
        async move {
            if self.is_set(name)? {
                return Ok(());
            }
            let field = Self::SCHEMA.field(name).ok_or_else(|| super::unknown_field(Self::SCHEMA, name))?;
            self.load_attr(&field.name).await?;
            if self.is_set(name)? {
                return Ok(());
            }
            let message = format!("cannot load {name:?}: it was left unset");
            let error = Error::new(ErrorKind::ObjectAction, message);
            Err(Self::SCHEMA.within(field, error).into())
        }
    }
}
