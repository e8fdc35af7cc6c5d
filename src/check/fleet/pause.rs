//! Waiting for the plan.

use std::future::poll_fn;
use std::task::Poll;

/// Waits until the plan lets it go on.
pub(super) async fn held_up() {
    let mut was_asked = false;
    poll_fn(|task| {
        if was_asked {
            return Poll::Ready(());
        }
        was_asked = true;
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
