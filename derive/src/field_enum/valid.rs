//! What an enum of texts may not say.

use super::ast::Choices;
use crate::ctxt::Ctxt;

pub fn check(cx: &Ctxt, choices: &Choices<'_>) {
    check_names(cx, choices);
    check_next(cx, choices);
}

/// A text on the wire stands for one variant.
fn check_names(cx: &Ctxt, choices: &Choices<'_>) {
    for (index, variant) in choices.variants.iter().enumerate() {
        let earlier = choices.variants.iter().take(index).find(|other| other.name == variant.name);
        if let Some(other) = earlier {
            cx.error(variant.span, format!("{:?} is the name of `{}` too", variant.name, other.ident));
        }
    }
}

/// Refuses a follower of a state that is no state itself.
fn check_next(cx: &Ctxt, choices: &Choices<'_>) {
    for next in choices.variants.iter().filter_map(|variant| variant.next.as_ref()).flatten() {
        if !choices.variants.iter().any(|variant| variant.ident == next) {
            cx.error(next.span(), format!("`{next}` is no variant of this enum"));
        }
    }
}
