//! Methods of objects that run on another host where that is wanted (`remotable`, the indirection API).
//!
//! An object's methods stand in an impl block under `#[remotable]`. Called with an [`ObjectContext`] that has an
//! [`IndirectionApi`], they go out to a host that has [`ObjectActions`] for them, and what they changed there is
//! changed here; called with one that has none, they run where they are.
//!
//! ```
//! use std::sync::Arc;
//!
//! use versioned_objects::registry::Registry;
//! use versioned_objects::rpc::{CallContext, CallError, FakeIndirectionApi, ObjectActions, ObjectContext};
//! use versioned_objects::{Field, VersionedObject, remotable};
//!
//! #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
//! #[object(versions("1.0"), remotable)]
//! struct Service {
//!     host: Field<String>,
//!     report_count: Field<i64>,
//! }
//!
//! #[remotable]
//! impl Service {
//!     /// Runs in the process that has the database.
//!     async fn get_by_host(context: &ObjectContext, host: String) -> Result<Service, CallError> {
//!         Ok(Service { host: Field::unchanged(host), report_count: Field::unchanged(1) })
//!     }
//!
//!     async fn report(&mut self, context: &ObjectContext) -> Result<bool, CallError> {
//!         let count = self.report_count.get().copied().unwrap_or(0);
//!         self.report_count = Field::unchanged(count + 1);
//!         Ok(true)
//!     }
//! }
//!
//! let registry = Arc::new(Registry::new().with::<Service>());
//! let conductor = ObjectActions::new(ObjectContext::new(Arc::clone(&registry))).with::<Service>();
//! let context = ObjectContext::new(registry)
//!     .called_by(CallContext::new())
//!     .through(Arc::new(FakeIndirectionApi::new(conductor)));
//!
//! pollster::block_on(async {
//!     let mut service = Service::get_by_host(&context, "xen-a".to_owned()).await?;
//!     service.report(&context).await?;
//!     assert_eq!(service.report_count.get(), Some(&2));
//!     Ok::<(), CallError>(())
//! })?;
//! # Ok::<(), CallError>(())
//! ```

mod call;
mod context;
#[cfg(feature = "dynamic")]
mod dynamic;
mod endpoint;
mod fake;
mod indirection;
mod method_args;
mod parameters;

use super::{BoxFuture, Failure, Payload};
use crate::object::VersionedObject;
use crate::schema::MethodSchema;
use crate::version::Target;

pub use call::{
    act, act_class, argument, begin, give, give_back, no_method, or_default, put, read_result, remote_only,
};
pub use context::ObjectContext;
#[cfg(feature = "dynamic")]
pub use dynamic::DynamicMethods;
pub use endpoint::ObjectActions;
pub use fake::FakeIndirectionApi;
pub use indirection::{IndirectionApi, RpcIndirectionApi};
pub use method_args::MethodArgs;

#[diagnostic::on_unimplemented(
    message = "`{Self}` has no methods that other hosts call",
    note = "write them in a block `#[remotable] impl {Self} {{ ... }}`, and derive `Clone`"
)]
/// An object with methods that other hosts call. `#[remotable]` on an impl block implements it.
pub trait Remotable: VersionedObject + Clone + Send + Sync + 'static {
    /// The methods, sorted by name.
    const METHODS: &'static [MethodSchema];

    /// Calls a method of an object here, by name.
    fn call<'a>(
        &'a mut self,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>>;

    /// Calls a method of the class here, by name; the result is written for the target.
    fn call_class<'a>(
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
        target: Target<'a>,
    ) -> BoxFuture<'a, Result<Payload, Failure>>;
}
