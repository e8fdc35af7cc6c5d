use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::IndirectionApi;
use crate::registry::Registry;
use crate::rpc::CallContext;

/// The context of an object's method: the caller, and the place where the method runs.
///
/// It's a handle that is cheap to clone. A host has one of its own without a caller, and each request makes one
/// of that with [`ObjectContext::called_by`].
#[derive(Clone)]
pub struct ObjectContext {
    registry: Arc<Registry>,
    caller: Option<CallContext>,
    indirection: Option<Arc<dyn IndirectionApi>>,
    state: Option<Arc<dyn Any + Send + Sync>>,
}

impl ObjectContext {
    /// Returns a host's own context: without caller, and with methods that run here. Answers of others are read in the
    /// versions of the registry.
    pub fn new(registry: Arc<Registry>) -> Self {
        ObjectContext { registry, caller: None, indirection: None, state: None }
    }

    /// Sets the caller, without whom no method can be called (`OrphanedObjectError`).
    pub fn called_by(mut self, caller: CallContext) -> Self {
        self.caller = Some(caller);
        self
    }

    /// Has methods run behind an indirection (`indirection_api`).
    pub fn through(mut self, indirection: Arc<dyn IndirectionApi>) -> Self {
        self.indirection = Some(indirection);
        self
    }

    /// Adds state for methods that run here: a database, say.
    pub fn with_state<T: Send + Sync + 'static>(mut self, state: Arc<T>) -> Self {
        self.state = Some(state);
        self
    }

    /// Returns the context of the caller.
    pub fn caller(&self) -> Option<&CallContext> {
        self.caller.as_ref()
    }

    /// Where methods run, where that isn't here.
    pub fn indirection(&self) -> Option<&Arc<dyn IndirectionApi>> {
        self.indirection.as_ref()
    }

    /// The objects that are known here.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// Returns the state for methods that run here, where it is of that type.
    pub fn state<T: 'static>(&self) -> Option<&T> {
        self.state.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for ObjectContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectContext")
            .field("caller", &self.caller)
            .field("is_remote", &self.indirection.is_some())
            .finish_non_exhaustive()
    }
}
