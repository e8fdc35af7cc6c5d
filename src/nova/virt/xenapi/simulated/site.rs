use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use super::link::Link;
use super::lun::{Lun, TargetAddress};
use super::state::State;

/// The site that simulated hosts share: its storage, and the network on which they find each other.
#[derive(Debug, Default)]
pub struct Site {
    targets: Mutex<BTreeMap<TargetAddress, Vec<Lun>>>,
    hosts: Mutex<BTreeMap<String, Weak<Mutex<State>>>>,
    elsewhere: OnceLock<Arc<dyn Link>>,
}

impl Site {
    /// Without storage and hosts.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Puts a disk on a target.
    pub fn add_lun(&self, address: TargetAddress, lun: Lun) {
        lock(&self.targets).entry(address).or_default().push(lun);
    }

    /// Machines reach hosts of other processes by that way; by the first, if it's said twice.
    pub fn link(&self, elsewhere: Arc<dyn Link>) {
        let _ = self.elsewhere.set(elsewhere);
    }

    /// The way to hosts of other processes, where there is one.
    pub(super) fn elsewhere(&self) -> Option<&dyn Link> {
        self.elsewhere.get().map(|link| &**link)
    }

    /// The disks of a target; `None` where there is no target at that address.
    pub(super) fn luns(&self, address: &TargetAddress) -> Option<Vec<Lun>> {
        lock(&self.targets).get(address).cloned()
    }

    pub(super) fn join(&self, name: &str, host: &Arc<Mutex<State>>) {
        lock(&self.hosts).insert(name.to_owned(), Arc::downgrade(host));
    }

    /// The host of that name, where it is simulated in this process.
    pub(super) fn host(&self, name: &str) -> Option<Arc<Mutex<State>>> {
        lock(&self.hosts).get(name).and_then(Weak::upgrade)
    }
}

/// Each change of what these locks guard is whole, so one that another thread died in is as good as any.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
