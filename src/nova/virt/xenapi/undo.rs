use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Hypervisor, PbdRef, SrRef, VdiRef, XenApiFailure};

/// A ledger of all that migrations made on a host, by instance, so that it can be undone.
///
/// It's written as things are made, so that a migration that is broken off in the middle leaves nothing unknown.
#[derive(Debug, Default)]
pub struct Ledger {
    pages: Mutex<BTreeMap<String, Vec<Step>>>,
}

/// The page of one migration in the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    ledger: &'a Ledger,
    instance: &'a str,
}

/// One thing that a migration made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Introduced a storage repository.
    Sr(SrRef),
    /// Created a connection to one.
    Pbd(PbdRef),
    /// Plugged a connection to storage.
    Plug(PbdRef),
    /// Took a disk in.
    Vdi(VdiRef),
}

impl Ledger {
    /// With nothing in it.
    pub fn new() -> Self {
        Ledger::default()
    }

    /// Opens the page of an instance's migration, where more may be added.
    pub fn open<'a>(&'a self, instance: &'a str) -> Page<'a> {
        self.pages().entry(instance.to_owned()).or_default();
        self.page(instance)
    }

    /// Returns the page of an instance's migration, if one is under way.
    pub fn page<'a>(&'a self, instance: &'a str) -> Page<'a> {
        Page { ledger: self, instance }
    }

    fn pages(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Step>>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page<'_> {
    /// Adds what was just made.
    ///
    /// # Errors
    /// Where the page was closed meanwhile, since the migration is over. What was just made is then taken away
    /// again: nobody else would.
    pub async fn add<H: Hypervisor>(self, hypervisor: &H, step: Step) -> Result<(), XenApiFailure> {
        let late = match self.ledger.pages().get_mut(self.instance) {
            Some(steps) => {
                steps.push(step);
                return Ok(());
            }
            None => step,
        };
        let outcome = late.undo(hypervisor).await;
        let stays = outcome.err().map(|failure| format!("{}: {failure}", late.undoing()));
        Err(XenApiFailure::new(
            XenApiFailure::TASK_CANCELLED,
            [stays.as_deref().unwrap_or("the migration is over")],
        ))
    }

    /// Closes the page: all that was made stays.
    pub fn close(self) -> Vec<Step> {
        self.ledger.pages().remove(self.instance).unwrap_or_default()
    }

    /// Takes all that was made away again, last things first. A call that fails is made again once; gives what
    /// failed all the same, a line each.
    pub async fn undo<H: Hypervisor>(self, hypervisor: &H) -> Vec<String> {
        let mut failed = Vec::new();
        for step in self.close().iter().rev() {
            if let Err(failure) = step.undo(hypervisor).await {
                failed.push(format!("{}: {failure}", step.undoing()));
            }
        }
        failed
    }
}

impl Step {
    async fn undo<H: Hypervisor>(&self, hypervisor: &H) -> Result<(), XenApiFailure> {
        let outcome = match self {
            Step::Sr(sr) => twice(move || hypervisor.sr_forget(sr)).await,
            Step::Pbd(pbd) => twice(move || hypervisor.pbd_destroy(pbd)).await,
            Step::Plug(pbd) => twice(move || hypervisor.pbd_unplug(pbd)).await,
            Step::Vdi(vdi) => twice(move || hypervisor.vdi_forget(vdi)).await,
        };
        match outcome {
            Err(failure) if failure.code() == XenApiFailure::HANDLE_INVALID => Ok(()),
            outcome => outcome,
        }
    }

    fn undoing(&self) -> String {
        match self {
            Step::Sr(sr) => format!("SR.forget of {sr}"),
            Step::Pbd(pbd) => format!("PBD.destroy of {pbd}"),
            Step::Plug(pbd) => format!("PBD.unplug of {pbd}"),
            Step::Vdi(vdi) => format!("VDI.forget of {vdi}"),
        }
    }
}

/// Makes a clean-up call, and once more where it fails.
pub(super) async fn twice<T, F, A>(call: A) -> Result<T, XenApiFailure>
where
    A: Fn() -> F,
    F: Future<Output = Result<T, XenApiFailure>>,
{
    match call().await {
        Ok(value) => Ok(value),
        Err(_) => call().await,
    }
}
