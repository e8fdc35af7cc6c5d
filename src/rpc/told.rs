//! Telling of each message: the fields of its span, and counters of what it left out.

use std::fmt;

use tracing::{Span, field};

use super::{Failure, Sent};
use crate::shortened::Plain;

/// The objects in a message, each in its version.
struct Objects<'a>(&'a [Sent]);

impl fmt::Display for Objects<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, sent) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{} {}", sent.object, sent.version)?;
        }
        Ok(())
    }
}

/// The fields that a message left out.
struct Dropped<'a>(&'a [Sent]);

impl fmt::Display for Dropped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, loss) in self.0.iter().flat_map(|sent| &sent.dropped).enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{}", loss.path)?;
        }
        Ok(())
    }
}

/// Tells of a message that goes out to a peer.
pub(super) fn sent(span: &Span, peer: &str, sent: &[Sent]) {
    #[cfg(feature = "metrics")]
    count(peer, sent);
    #[cfg(not(feature = "metrics"))]
    let _ = peer;
    if span.is_disabled() || sent.is_empty() {
        return;
    }
    span.record("objects", field::display(Objects(sent)));
    if sent.iter().any(|sent| !sent.dropped.is_empty()) {
        span.record("dropped", field::display(Dropped(sent)));
    }
}

/// Tells of a failure that came or goes out.
pub(super) fn failed(span: &Span, failure: &Failure) {
    span.record("failure", field::display(Plain(failure.class())));
}

/// Counts what a message left out, by peer, object and field.
#[cfg(feature = "metrics")]
fn count(peer: &str, sent: &[Sent]) {
    for loss in sent.iter().flat_map(|sent| &sent.dropped) {
        let (peer, object, field) = (peer.to_owned(), loss.object.clone(), loss.field.clone());
        metrics::counter!("versioned_objects_dropped_total", "peer" => peer, "object" => object, "field" => field)
            .increment(1);
    }
}
