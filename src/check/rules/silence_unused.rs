use crate::check::finding::{ChangeRule, Finding, GivesWay, Severity, Silence, Strictness};

pub(super) static RULE: ChangeRule = ChangeRule {
    id: "SILENCE_UNUSED",
    severity: Severity::Warning,
    strictness: Strictness::All,
    directions: &[],
    meaning: "a silence that silences nothing may silence what comes next",
    remedy: "delete the silence, or correct the rule or the place that it names",
    gives_way: GivesWay::To(&[]),
    // It is about what the other rules found, so who puts that together finds it.
    find: |_| Vec::new(),
};

pub(in crate::check) fn finding(silence: &Silence) -> Finding {
    Finding {
        rule: &RULE,
        place: silence.place.clone(),
        versions: Vec::new(),
        what: format!("{} is silenced ({}) and isn't broken", silence.rule, silence.reason),
    }
}
