//! Which host may change to which release, and when.

use std::collections::BTreeSet;

/// An upgrade policy: which changes of release a plan may make.
///
/// There are two releases in the fleet at a time, unless [`Policy::any_mix`] says otherwise: a fleet is through with
/// one upgrade before the next begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    first: BTreeSet<String>,
    order: Vec<String>,
    canaries: BTreeSet<String>,
    skips: bool,
    goes_back: bool,
    is_free: bool,
}

impl Policy {
    /// Host after host, in any order, one release at a time.
    pub fn rolling() -> Self {
        Policy::default()
    }

    /// Any host changes to any release at any time: the widest mix.
    pub fn any_mix() -> Self {
        Policy { is_free: true, ..Policy::default() }
    }

    /// These hosts go to a release before all others, and go back after them: the control plane.
    pub fn first<N: Into<String>>(mut self, hosts: impl IntoIterator<Item = N>) -> Self {
        self.first.extend(hosts.into_iter().map(N::into));
        self
    }

    /// Hosts go to a release in this order, one after the other.
    pub fn in_order<N: Into<String>>(mut self, hosts: impl IntoIterator<Item = N>) -> Self {
        self.order.extend(hosts.into_iter().map(N::into));
        self
    }

    /// An upgrade begins with one of these hosts.
    pub fn canary<N: Into<String>>(mut self, hosts: impl IntoIterator<Item = N>) -> Self {
        self.canaries.extend(hosts.into_iter().map(N::into));
        self
    }

    /// An upgrade may pass over releases.
    pub fn skip_level(mut self) -> Self {
        self.skips = true;
        self
    }

    /// Any host may go back to the release that it came from, at any step.
    pub fn roll_back(mut self) -> Self {
        self.goes_back = true;
        self
    }

    /// The changes that may come next: a place among the seats, and a release.
    pub(super) fn moves(&self, seats: &[Standing<'_>], releases: usize) -> Vec<(usize, usize)> {
        let places = || seats.iter().enumerate();
        if self.is_free {
            let all = places().flat_map(|(place, seat)| {
                (0..releases).filter(|to| *to != seat.release).map(move |to| (place, to))
            });
            return all.collect();
        }
        let newest = seats.iter().map(|seat| seat.release).max().unwrap_or(0);
        let oldest = seats.iter().map(|seat| seat.release).min().unwrap_or(0);
        let mut moves = Vec::new();
        if oldest == newest {
            let last = if self.skips { releases } else { (newest + 2).min(releases) };
            let has_canary = seats.iter().any(|seat| self.canaries.contains(seat.name));
            let begins = |seat: &Standing<'_>| !has_canary || self.canaries.contains(seat.name);
            for to in newest + 1..last {
                moves.extend(places().filter(|(_, seat)| begins(seat)).map(|(place, _)| (place, to)));
            }
        } else {
            moves
                .extend(places().filter(|(_, seat)| seat.release < newest).map(|(place, _)| (place, newest)));
        }
        moves.retain(|(place, to)| self.may_follow(seats, *place, *to));
        if self.goes_back {
            let back = |seat: &Standing<'_>| match oldest < newest {
                true => (seat.release == newest).then_some(oldest),
                false => seat.came_from,
            };
            let all = places().filter_map(|(place, seat)| Some((place, back(seat)?)));
            moves.extend(all.filter(|(place, _)| self.may_leave(seats, *place, newest)));
        }
        moves
    }

    /// Whether all that go first are there already.
    fn may_follow(&self, seats: &[Standing<'_>], place: usize, to: usize) -> bool {
        let is_first = |seat: &Standing<'_>| self.first.contains(seat.name);
        let name = seats.get(place).map(|seat| seat.name);
        let earlier = self.order.iter().take_while(|other| Some(other.as_str()) != name);
        let has_gone = |other: &String| seats.iter().all(|seat| seat.name != *other || seat.release == to);
        earlier.into_iter().all(has_gone)
            && (seats.get(place).is_some_and(is_first)
                || seats.iter().filter(|seat| is_first(seat)).all(|seat| seat.release == to))
    }

    /// Whether nobody is left that goes back before those that go first.
    fn may_leave(&self, seats: &[Standing<'_>], place: usize, newest: usize) -> bool {
        let is_first = |seat: &Standing<'_>| self.first.contains(seat.name);
        !seats.get(place).is_some_and(is_first)
            || !seats.iter().any(|seat| !is_first(seat) && seat.release == newest)
    }

    /// The oldest release that a host runs, or may go back to.
    pub(super) fn floor(&self, seats: &[Standing<'_>]) -> usize {
        if self.is_free {
            return 0;
        }
        let back = |seat: &Standing<'_>| seat.came_from.filter(|_| self.goes_back).unwrap_or(seat.release);
        seats.iter().map(back).min().unwrap_or(0)
    }
}

/// A host's release, and the one before, where that was older.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing<'a> {
    pub(super) name: &'a str,
    pub(super) release: usize,
    pub(super) came_from: Option<usize>,
}

impl Standing<'_> {
    pub(super) fn change(&mut self, to: usize) {
        self.came_from = (to > self.release).then_some(self.release);
        self.release = to;
    }
}
