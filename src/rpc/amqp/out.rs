//! The channels that messages go out by.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
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
    current: Mutex<Channel>,
    is_renewing: AtomicBool,
}

async fn open(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}

impl Out {
    pub(super) async fn on(connection: &Connection) -> lapin::Result<Self> {
        Ok(Out { current: Mutex::new(open(connection).await?), is_renewing: AtomicBool::new(false) })
    }

    pub(super) fn channel(&self) -> Channel {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_open(&self) -> bool {
        self.channel().status().connected()
    }

    /// Replaces the channel that the broker was silent on, unless somebody has done so, or is at it.
    pub(super) async fn renew(&self, connection: &Connection, silent: &Channel) {
        if self.channel().id() != silent.id() || self.is_renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Ok(Ok(channel)) = timeout(OPENING, open(connection)).await {
            tracing::info!("the broker is silent on a channel; what follows goes by another one");
            *self.current.lock().unwrap_or_else(PoisonError::into_inner) = channel;
        }
        self.is_renewing.store(false, Ordering::Release);
    }
}
