use std::time::Duration;

use tokio::sync::Semaphore;

/// What a semaphore can count, and the number of its permits that can be had at once.
const MOST_WORKERS: usize =
    if Semaphore::MAX_PERMITS < u32::MAX as usize { Semaphore::MAX_PERMITS } else { u32::MAX as usize };

/// What a host's connection to RabbitMQ is made with.
#[derive(Clone, Debug)]
pub struct AmqpOptions {
    pub(super) exchange: String,
    pub(super) retry: Duration,
    pub(super) receiver_grace: Duration,
    pub(super) max_message: usize,
    pub(super) workers: usize,
}

impl AmqpOptions {
    /// Those of `oslo.messaging`, where it has them.
    pub fn new() -> Self {
        AmqpOptions {
            exchange: "openstack".to_owned(),
            retry: Duration::from_secs(60),
            receiver_grace: Duration::from_secs(5),
            max_message: 16 << 20,
            workers: 64,
        }
    }

    /// The exchange of all topics (`control_exchange`); `openstack`, unless told otherwise.
    pub fn exchange(mut self, exchange: impl Into<String>) -> Self {
        self.exchange = exchange.into();
        self
    }

    /// How long a cast or a reply waits for a broker that is away, and a reply for a caller that is
    /// (`kombu_missing_consumer_retry_timeout`); a minute, unless told otherwise.
    pub fn retry(mut self, retry: Duration) -> Self {
        self.retry = retry;
        self
    }

    /// How long a call waits for its receiver to have a queue; five seconds, unless told otherwise. In
    /// `oslo.messaging` such a call waits in vain until its time is out.
    pub fn receiver_grace(mut self, grace: Duration) -> Self {
        self.receiver_grace = grace;
        self
    }

    /// The longest message, in bytes, that is read; 16 MiB, unless told otherwise. A longer request is answered
    /// with a failure.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// How many requests a server works on at a time (`executor_thread_pool_size`); 64, unless told otherwise. The
    /// others stay with the broker.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers.clamp(1, MOST_WORKERS);
        self
    }
}

impl Default for AmqpOptions {
    fn default() -> Self {
        AmqpOptions::new()
    }
}
