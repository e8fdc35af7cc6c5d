//! The channels that messages go out by.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::{Channel, Connection};
use tokio::time::timeout;

/// How long the broker may take to confirm a message before its channel is replaced. A node keeps back what it has for a
/// quorum queue that has no leader yet, and all that comes by the same channel after it, for ten seconds and more.
pub(super) const SILENCE: Duration = Duration::from_secs(2);

/// How long a new channel may take.
const OPENING: Duration = Duration::from_secs(5);

/// A channel whose messages are confirmed. One that the broker is silent on is replaced: what waits on it may be
/// confirmed yet, and what comes later needn't wait behind it.
#[derive(Debug)]
pub(super) struct Out {
    /// Shared, since a channel of the client library is a dozen counted pointers, which each message would count.
    current: Mutex<Arc<Channel>>,
    is_renewing: AtomicBool,
}

async fn open(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}

impl Out {
    pub(super) async fn on(connection: &Connection) -> lapin::Result<Self> {
        let channel = Arc::new(open(connection).await?);
        Ok(Out { current: Mutex::new(channel), is_renewing: AtomicBool::new(false) })
    }

    fn current(&self) -> MutexGuard<'_, Arc<Channel>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn channel(&self) -> Arc<Channel> {
        Arc::clone(&self.current())
    }

    pub(super) fn is_open(&self) -> bool {
        self.current().status().connected()
    }

    /// Replaces the channel that the broker was silent on, unless somebody has done so, or is at it.
    pub(super) async fn renew(&self, connection: &Connection, silent: &Channel) {
        if self.current().id() != silent.id() || self.is_renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Ok(Ok(channel)) = timeout(OPENING, open(connection)).await {
            tracing::info!("the broker is silent on a channel; what follows goes by another one");
            *self.current() = Arc::new(channel);
        }
        self.is_renewing.store(false, Ordering::Release);
    }
}
