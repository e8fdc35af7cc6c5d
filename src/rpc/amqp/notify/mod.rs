//! Notifications: what services tell of what they did, to whoever listens, by the rules of `oslo.messaging`.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `priority`, `message` | a notification, and how it stands in a message |
//! | `newer` | payloads of a version that the listener doesn't know yet |
//! | `notifier` | sending |
//! | `filter`, `listener` | listening |

mod filter;
mod listener;
mod message;
mod newer;
mod notifier;
mod priority;

pub use filter::{NotificationFilter, PatternError};
pub use listener::{Handled, Listening, NotificationEndpoint, NotificationListener};
pub use message::Notification;
pub use newer::{Newer, Understood};
pub use notifier::Notifier;
pub use priority::Priority;

/// What a service's file says of its notifications (`[oslo_messaging_notifications]`).
#[derive(Clone, Debug)]
pub(super) struct NotifyOptions {
    pub(super) drivers: Vec<Driver>,
    pub(super) topics: Vec<String>,
    /// How often one is sent again; none for as often as it takes.
    pub(super) retries: Option<u32>,
}

/// What sends notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Driver {
    /// `messagingv2`.
    Enveloped,
    /// `messaging`: without the envelope.
    Bare,
    /// One that sends nothing over a broker.
    Silent,
}

impl Default for NotifyOptions {
    fn default() -> Self {
        NotifyOptions {
            drivers: vec![Driver::Enveloped],
            topics: vec!["notifications".to_owned()],
            retries: None,
        }
    }
}
