use std::time::Duration;

use tokio::time::Instant;

/// How long to wait until a message without receiver is tried again.
pub(super) const NO_RECEIVER_PAUSE: Duration = Duration::from_millis(250);

/// How long to wait before a broker that isn't well is asked again.
pub(super) const LOST_PAUSE: Duration = Duration::from_secs(1);

/// As long as no clock of a user runs.
pub(super) const NEVER: Duration = Duration::from_secs(86_400 * 365);

/// That long from now. A time that no clock can show is as good as never.
pub(super) fn after(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait.min(NEVER)).unwrap_or(now)
}
