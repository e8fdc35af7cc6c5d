//! A plan: what hosts do and when they change release.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::policy::{Policy, Standing};

/// Steps of a fleet, in their order; all hosts begin with the first release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Which of the fleet's hosts there are.
    pub(super) hosts: Vec<usize>,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A host changes to a release.
    Change { host: usize, release: usize },
    /// Something begins. Where it is slow, it goes on by one message in each later step.
    Begin { act: Act, slow: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// An object goes from the first host on to the others and all the way back; the last one may set a field.
    Carry { object: usize, sample: usize, path: Vec<usize>, edit: Option<usize> },
    /// An object is sent to another host, and nobody waits for an answer.
    Tell { object: usize, sample: usize, from: usize, to: usize },
    /// A host stores an object, with those inside it as its declarations have it, or else as a release has them.
    Store { object: usize, sample: usize, host: usize, declared: bool },
    /// A host reads all that is stored.
    Load { host: usize },
    /// An operation of the user's, with all hosts in some order.
    Own { operation: usize, hosts: Vec<usize>, number: u64 },
}

impl Act {
    pub(super) fn hosts(&self) -> Vec<usize> {
        match self {
            Act::Carry { path: hosts, .. } | Act::Own { hosts, .. } => hosts.clone(),
            Act::Tell { from, to, .. } => vec![*from, *to],
            Act::Store { host, .. } | Act::Load { host } => vec![*host],
        }
    }
}

/// Things that plans are drawn of.
pub(super) struct Palette<'a> {
    pub(super) hosts: &'a [String],
    pub(super) releases: usize,
    pub(super) objects: usize,
    pub(super) samples: usize,
    /// How many hosts each operation of the user's takes.
    pub(super) operations: &'a [usize],
    pub(super) tells: bool,
    pub(super) acts: bool,
    pub(super) most_steps: usize,
    pub(super) policy: &'a Policy,
}

/// Draws numbers of a seed.
struct Draw(TestRunner);

impl Draw {
    fn new(seed: u64, index: u32) -> Self {
        let mut bytes = [0; 32];
        for (place, byte) in seed.to_le_bytes().into_iter().chain(index.to_le_bytes()).enumerate() {
            if let Some(slot) = bytes.get_mut(place) {
                *slot = byte;
            }
        }
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Draw(TestRunner::new_with_rng(Config::default(), rng))
    }

    /// A number below that one.
    fn below(&mut self, end: usize) -> usize {
        if end < 2 {
            return 0;
        }
        (0..end).new_tree(&mut self.0).map_or(0, |tree| tree.current())
    }

    fn number(&mut self) -> u64 {
        any::<u64>().new_tree(&mut self.0).map_or(0, |tree| tree.current())
    }

    /// Whether one of so many chances came.
    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..count).collect();
        for place in (1..count).rev() {
            let other = self.below(place + 1);
            all.swap(place, other);
        }
        all
    }
}

impl Plan {
    pub(super) fn draw(palette: &Palette<'_>, seed: u64, index: u32) -> Plan {
        let mut draw = Draw::new(seed, index);
        let mut seats = standings(palette.hosts, 0..palette.hosts.len());
        let length = 2 + draw.below(palette.most_steps.max(1));
        let mut steps = Vec::with_capacity(length);
        for _ in 0..length {
            let mut moves =
                if draw.one_in(2) { palette.policy.moves(&seats, palette.releases) } else { Vec::new() };
            // A fleet that went back as often as on would never get far.
            let is_on = |(host, release): &(usize, usize)| {
                seats.get(*host).is_some_and(|seat| *release > seat.release)
            };
            if moves.iter().any(is_on) && !draw.one_in(4) {
                moves.retain(is_on);
            }
            if let Some((host, release)) = moves.get(draw.below(moves.len())).copied() {
                if let Some(seat) = seats.get_mut(host) {
                    seat.change(release);
                }
                steps.push(Step::Change { host, release });
            } else if let Some(act) = act(palette, &mut draw) {
                steps.push(Step::Begin { act, slow: draw.one_in(3) });
            }
        }
        Plan { hosts: (0..palette.hosts.len()).collect(), steps }
    }

    /// The plan without the changes that the policy doesn't allow, and without what hosts would do that aren't there.
    pub(super) fn allowed(&self, names: &[String], releases: usize, policy: &Policy) -> Plan {
        let mut seats = standings(names, self.hosts.iter().copied());
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            match step {
                Step::Change { host, release } => {
                    let Some(place) = self.hosts.iter().position(|other| other == host) else { continue };
                    if !policy.moves(&seats, releases).contains(&(place, *release)) {
                        continue;
                    }
                    if let Some(seat) = seats.get_mut(place) {
                        seat.change(*release);
                    }
                }
                Step::Begin { act, .. } if act.hosts().iter().any(|host| !self.hosts.contains(host)) => {
                    continue;
                }
                Step::Begin { .. } => {}
            }
            steps.push(step.clone());
        }
        Plan { hosts: self.hosts.clone(), steps }
    }
}

fn standings(names: &[String], hosts: impl Iterator<Item = usize>) -> Vec<Standing<'_>> {
    let named = hosts.filter_map(|host| names.get(host));
    named.map(|name| Standing { name, release: 0, came_from: None }).collect()
}

fn act(palette: &Palette<'_>, draw: &mut Draw) -> Option<Act> {
    let has_objects = palette.objects > 0;
    let mut kinds = Vec::new();
    if has_objects && palette.acts {
        kinds.extend([0, 0, 0, 1, 2]);
    }
    if has_objects && palette.tells {
        kinds.push(3);
    }
    kinds.extend(std::iter::repeat_n(4, palette.operations.len().min(4)));
    let kind = *kinds.get(draw.below(kinds.len()))?;
    let hosts = draw.shuffled(palette.hosts.len());
    let host = *hosts.first()?;
    let (object, sample) = (draw.below(palette.objects), draw.below(palette.samples));
    Some(match kind {
        0 => {
            let length = 2 + draw.below(3);
            let edit = draw.one_in(4).then(|| draw.below(palette.samples));
            Act::Carry { object, sample, path: hosts.into_iter().take(length).collect(), edit }
        }
        1 => Act::Store { object, sample, host, declared: draw.one_in(2) },
        2 => Act::Load { host },
        3 => Act::Tell { object, sample, from: host, to: *hosts.get(1)? },
        _ => {
            let operation = draw.below(palette.operations.len());
            let takes = *palette.operations.get(operation)?;
            let hosts = hosts.into_iter().take(takes).collect();
            Act::Own { operation, hosts, number: draw.number() }
        }
    })
}
