//! The fewest hosts and steps that fail in one way.

use super::plan::{Act, Plan, Step};

/// So many plans are run at most to find a smaller one.
const MOST_RUNS: usize = 1500;

/// The smallest plan found of which `fails` is true. `allowed` takes away what can't be in a plan.
pub(super) fn shrunk(
    plan: Plan,
    allowed: impl Fn(&Plan) -> Plan,
    mut fails: impl FnMut(&Plan) -> bool,
) -> Plan {
    let mut best = plan;
    let mut runs = 0;
    loop {
        let before = best.clone();
        let mut chunk = best.steps.len().div_ceil(2);
        while chunk > 0 {
            let mut begin = 0;
            while begin < best.steps.len() {
                let mut steps = best.steps.clone();
                steps.drain(begin..(begin + chunk).min(best.steps.len()));
                let is_smaller =
                    try_one(Plan { steps, ..best.clone() }, &mut best, &allowed, &mut fails, &mut runs);
                if !is_smaller {
                    begin += chunk;
                }
            }
            chunk /= 2;
        }
        for host in best.hosts.clone() {
            let hosts: Vec<usize> = best.hosts.iter().copied().filter(|other| *other != host).collect();
            let steps = best.steps.iter().map(|step| without(step, host)).collect();
            try_one(Plan { hosts, steps }, &mut best, &allowed, &mut fails, &mut runs);
        }
        for place in 0..best.steps.len() {
            let Some(step) = best.steps.get(place).cloned() else { break };
            for simpler in simpler(&step) {
                let mut steps = best.steps.clone();
                if let Some(slot) = steps.get_mut(place) {
                    *slot = simpler;
                }
                if try_one(Plan { steps, ..best.clone() }, &mut best, &allowed, &mut fails, &mut runs) {
                    break;
                }
            }
        }
        if best == before || runs >= MOST_RUNS {
            return best;
        }
    }
}

fn try_one(
    plan: Plan,
    best: &mut Plan,
    allowed: &impl Fn(&Plan) -> Plan,
    fails: &mut impl FnMut(&Plan) -> bool,
    runs: &mut usize,
) -> bool {
    let plan = allowed(&plan);
    if plan == *best || *runs >= MOST_RUNS {
        return false;
    }
    *runs += 1;
    let is_failing = fails(&plan);
    if is_failing {
        *best = plan;
    }
    is_failing
}

/// The step without that host on its way, where it isn't the first or the last.
fn without(step: &Step, host: usize) -> Step {
    match step {
        Step::Begin { act: Act::Carry { object, sample, path, edit }, slow } if path.len() > 2 => {
            let path = path.iter().copied().filter(|other| *other != host).collect();
            Step::Begin {
                act: Act::Carry { object: *object, sample: *sample, path, edit: *edit },
                slow: *slow,
            }
        }
        step => step.clone(),
    }
}

/// Steps that say less, the simplest first.
fn simpler(step: &Step) -> Vec<Step> {
    let Step::Begin { act, slow } = step else { return Vec::new() };
    let mut found = Vec::new();
    let mut add = |act: Act| found.push(Step::Begin { act, slow: *slow });
    match act {
        Act::Carry { object, sample, path, edit } => {
            let of = |sample: usize, path: &[usize], edit: Option<usize>| Act::Carry {
                object: *object,
                sample,
                path: path.to_vec(),
                edit,
            };
            if edit.is_some() {
                add(of(*sample, path, None));
            }
            for place in (1..path.len()).filter(|_| path.len() > 2) {
                let mut shorter = path.clone();
                shorter.remove(place);
                add(of(*sample, &shorter, *edit));
            }
            lower(*sample).for_each(|sample| add(of(sample, path, *edit)));
            let edits = edit.iter().flat_map(|edit| lower(*edit));
            edits.for_each(|edit| add(of(*sample, path, Some(edit))));
        }
        Act::Tell { object, sample, from, to } => {
            let of = |sample| Act::Tell { object: *object, sample, from: *from, to: *to };
            lower(*sample).for_each(|sample| add(of(sample)));
        }
        Act::Store { object, sample, host, declared } => {
            let of = |sample| Act::Store { object: *object, sample, host: *host, declared: *declared };
            lower(*sample).for_each(|sample| add(of(sample)));
        }
        Act::Own { operation, hosts, number } if *number > 0 => {
            for number in [0, number / 2, number - 1] {
                add(Act::Own { operation: *operation, hosts: hosts.clone(), number });
            }
        }
        Act::Load { .. } | Act::Own { .. } => {}
    }
    if *slow {
        found.push(Step::Begin { act: act.clone(), slow: false });
    }
    found
}

/// Numbers below one, from zero: samples are sorted by size.
fn lower(sample: usize) -> impl Iterator<Item = usize> {
    0..sample
}
