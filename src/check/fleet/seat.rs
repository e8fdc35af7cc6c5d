//! Releases, the processes of hosts, and what a user's closures get of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::pause::held_up;
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::rpc::Transport;

/// A release, with the objects that plans are about.
pub(super) struct ReleaseOf {
    pub(super) name: String,
    pub(super) registry: Arc<Registry>,
    pub(super) samples: BTreeMap<String, Vec<Primitive>>,
}

/// One process of a host: it ends when its host changes release.
pub struct Seat<W = ()> {
    pub(super) host: String,
    pub(super) release: String,
    pub(super) registry: Arc<Registry>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) world: Arc<W>,
}

impl<W> Clone for Seat<W> {
    fn clone(&self) -> Self {
        Seat {
            host: self.host.clone(),
            release: self.release.clone(),
            registry: Arc::clone(&self.registry),
            transport: Arc::clone(&self.transport),
            world: Arc::clone(&self.world),
        }
    }
}

impl<W> Seat<W> {
    /// The name of the host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The name of the release that it runs.
    pub fn release(&self) -> &str {
        &self.release
    }

    /// The objects that it knows.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// Its way to the others: what goes over it is looked at.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// The state of this plan that the user's closures share.
    pub fn world(&self) -> &Arc<W> {
        &self.world
    }
}

impl<W> fmt::Debug for Seat<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat")
            .field("host", &self.host)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}

/// An operation that begins: the hosts that take part in it, as they are at that moment.
pub struct Call<W = ()> {
    pub(super) seats: Vec<Seat<W>>,
    pub(super) number: u64,
    pub(super) world: Arc<W>,
}

impl<W> Call<W> {
    /// The hosts, in an order that was drawn.
    pub fn seats(&self) -> &[Seat<W>] {
        &self.seats
    }

    /// A number that was drawn, for whatever the operation chooses; zero, once a plan is as small as it can be.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The state of this plan that the user's closures share.
    pub fn world(&self) -> &Arc<W> {
        &self.world
    }

    /// Waits, so that hosts may change meanwhile; so does every message by itself.
    pub async fn pause(&self) {
        held_up().await;
    }
}

impl<W> fmt::Debug for Call<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("seats", &self.seats)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// A fleet between two steps of a plan, for invariants.
#[derive(Debug)]
pub struct Moment<'a, W = ()> {
    /// The state of this plan that the user's closures share.
    pub world: &'a W,
    /// The hosts, and the release of each.
    pub hosts: Vec<(&'a str, &'a str)>,
    /// How much is under way; zero at the end.
    pub under_way: usize,
}
