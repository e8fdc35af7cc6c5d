use super::Registry;
use crate::object::VersionedObject;

/// An object that said `#[object(collect)]`.
pub struct Collected {
    module: &'static str,
    name: &'static str,
    add: fn(Registry) -> Registry,
}

inventory::collect!(Collected);

impl Collected {
    #[doc(hidden)]
    pub const fn new<O: VersionedObject + Clone + Send + Sync + 'static>(
        module: &'static str,
        name: &'static str,
    ) -> Self {
        Collected { module, name, add: Registry::with::<O> }
    }

    /// The name of its crate, as in paths.
    fn krate(&self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }
}

impl Registry {
    /// Registers all objects that say `#[object(collect)]`, of every crate that is part of the program.
    ///
    /// ```
    /// # use versioned_objects::{Field, VersionedObject, registry::Registry};
    /// #[derive(VersionedObject, Clone)]
    /// #[object(versions("1.0"), collect)]
    /// struct Disk {
    ///     serial: Field<String>,
    /// }
    ///
    /// assert!(Registry::new().with_collected().names().any(|name| name == "Disk"));
    /// ```
    pub fn with_collected(self) -> Self {
        self.with_chosen(|_| true)
    }

    /// Registers those of one crate, named as in paths: `env!("CARGO_CRATE_NAME")` is the own one.
    pub fn with_collected_of(self, krate: &str) -> Self {
        self.with_chosen(|object| object.krate() == krate)
    }

    fn with_chosen(self, is_chosen: impl Fn(&Collected) -> bool) -> Self {
        // The linker's order is anybody's guess.
        let mut chosen: Vec<_> = inventory::iter::<Collected>().filter(|object| is_chosen(object)).collect();
        chosen.sort_by_key(|object| (object.module, object.name));
        chosen.into_iter().fold(self, |registry, object| (object.add)(registry))
    }
}
