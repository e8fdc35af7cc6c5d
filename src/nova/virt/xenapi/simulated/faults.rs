use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use super::calls::is_known;
use crate::nova::virt::xenapi::XenApiFailure;

/// A call that fails without effect: the n-th one of its name, counted from the migration's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The call that fails.
    pub call: CallName,
    /// Which one of that name, from one.
    pub nth: NonZeroU32,
}

/// The name of a XenAPI call: `SR.introduce`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallName(String);

impl FromStr for CallName {
    type Err = String;

    /// # Errors
    /// Where XenAPI has no call of that name, of its classes SR, PBD, VDI, VBD, VM and host.
    fn from_str(text: &str) -> Result<Self, String> {
        if !is_known(text) {
            return Err(format!("{text:?} is no XenAPI call on an SR, PBD, VDI, VBD, VM or host"));
        }
        Ok(CallName(text.to_owned()))
    }
}

impl fmt::Display for CallName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The calls since the migration's start, and those among them that shall fail.
#[derive(Debug, Default)]
pub(super) struct Faults {
    planned: Vec<Fault>,
    counts: BTreeMap<&'static str, u32>,
}

impl Faults {
    pub(super) fn new(planned: Vec<Fault>) -> Self {
        Faults { planned, counts: BTreeMap::new() }
    }

    pub(super) fn meet(&mut self, call: &'static str) -> Result<(), XenApiFailure> {
        let count = self.counts.entry(call).or_default();
        *count = count.saturating_add(1);
        let is_now = |fault: &Fault| fault.call.0 == call && fault.nth.get() == *count;
        if self.planned.iter().any(is_now) {
            let about = format!("call {count} of {call} was told to fail");
            return Err(XenApiFailure::new(XenApiFailure::INTERNAL_ERROR, [&about]));
        }
        Ok(())
    }
}
