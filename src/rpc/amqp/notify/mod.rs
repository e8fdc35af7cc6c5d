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
mod options;
mod priority;

pub use filter::{NotificationFilter, PatternError};
pub use listener::{Handled, Listening, NotificationEndpoint, NotificationListener};
pub use message::Notification;
pub use newer::{Newer, Understood};
pub use notifier::Notifier;
pub use priority::Priority;

pub(super) use options::{Driver, NotifyOptions};
