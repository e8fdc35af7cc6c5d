use std::sync::Arc;

use super::{Args, BoxFuture, CallContext, Failure, Payload, Versions};
use crate::registry::Registry;
use crate::version::Version;

/// Methods that a host offers to the others, of one namespace in one version. [The module](super#a-service) has one.
pub trait Endpoint: Send + Sync {
    /// The part of the host's API that it is; most have none.
    fn namespace(&self) -> Option<&str> {
        None
    }

    /// Its version. A request for the same major version, and no greater minor one, is served.
    fn version(&self) -> Version {
        Version::new(1, 0)
    }

    /// The names of its methods. Those that begin with `_` can't be called.
    fn methods(&self) -> &[&str];

    /// Serves a call of one of its methods.
    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>>;
}

impl<E: Endpoint + ?Sized> Endpoint for Arc<E> {
    fn namespace(&self) -> Option<&str> {
        (**self).namespace()
    }

    fn version(&self) -> Version {
        (**self).version()
    }

    fn methods(&self) -> &[&str] {
        (**self).methods()
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        (**self).call(method, args, context)
    }
}

/// The endpoint that announces which versions of which objects this host reads.
#[derive(Clone, Debug)]
pub struct ObjectVersions {
    registry: Arc<Registry>,
    older: Option<Arc<Registry>>,
    #[cfg(feature = "compact")]
    compact: bool,
}

impl ObjectVersions {
    pub(super) const NAMESPACE: &str = "ovo";
    pub(super) const VERSION: Version = Version::new(1, 0);
    pub(super) const METHOD: &str = "object_versions";

    /// Announces what the registry reads.
    pub fn new(registry: Arc<Registry>) -> Self {
        ObjectVersions {
            registry,
            older: None,
            #[cfg(feature = "compact")]
            compact: false,
        }
    }

    /// Also that this host may go back to an older release, which reads what that registry does
    /// ([`Registry::as_released`] makes one of its locks). What is cast to the host is then written for both, since of
    /// a cast that it can't read nobody would hear.
    pub fn may_go_back_to(mut self, older: Arc<Registry>) -> Self {
        self.older = Some(older);
        self
    }

    /// Also the layouts of the objects, so that a peer that has the same sends them in the compact form.
    #[cfg(feature = "compact")]
    pub fn compact(mut self) -> Self {
        self.compact = true;
        self
    }
}

impl Endpoint for ObjectVersions {
    fn namespace(&self) -> Option<&str> {
        Some(Self::NAMESPACE)
    }

    fn version(&self) -> Version {
        Self::VERSION
    }

    fn methods(&self) -> &[&str] {
        &[Self::METHOD]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            if method != Self::METHOD {
                return Err(Failure::no_such_method(method));
            }
            args.finish()?;
            let versions = Versions::of(&self.registry);
            let versions = match &self.older {
                Some(older) => versions.may_go_back_to(older),
                None => versions,
            };
            #[cfg(feature = "compact")]
            let versions = if self.compact { versions.with_layouts(&self.registry) } else { versions };
            Ok(Payload::plain(&versions)?)
        })
    }
}
