use std::path::PathBuf;
use std::time::Duration;

use lapin::uri::SASLMechanism;
use tokio::sync::Semaphore;

use super::compression::Compression;
use super::config::{ConfigError, RABBIT};
use super::notify::NotifyOptions;

/// Greatest count of a semaphore, and the number of its permits that can be had at once.
pub(super) const MOST_WORKERS: usize =
    if Semaphore::MAX_PERMITS < u32::MAX as usize { Semaphore::MAX_PERMITS } else { u32::MAX as usize };

/// Options of a host's connection to RabbitMQ: those of `[oslo_messaging_rabbit]` and of the RPC part of
/// `[DEFAULT]`, and some that `oslo.messaging` hasn't.
///
/// The options that a file can set, and what becomes of each:
///
#[doc = include_str!("options.md")]
#[derive(Clone, Debug)]
pub struct AmqpOptions {
    pub(super) exchange: String,
    pub(super) response_timeout: Duration,
    pub(super) ping: bool,
    pub(super) workers: usize,
    pub(super) retry: Duration,
    pub(super) receiver_grace: Duration,
    pub(super) max_message: usize,
    pub(super) compression: Option<Compression>,
    pub(super) tls: Tls,
    pub(super) login: SASLMechanism,
    pub(super) reconnect: Reconnect,
    /// Seconds; zero for what the broker wants.
    pub(super) heartbeat: u16,
    /// Zero for what suits this driver.
    pub(super) prefetch: u16,
    pub(super) queues: Queues,
    pub(super) names: Names,
    pub(super) notify: NotifyOptions,
}

/// How a connection is encrypted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tls {
    pub(super) is_on: bool,
    pub(super) ca: Option<PathBuf>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) key: Option<PathBuf>,
}

/// When a connection that was lost is tried again, and where.
#[derive(Clone, Debug, Default)]
pub(super) struct Reconnect {
    /// The pause after the first round over all brokers, what each further one is longer by, and the longest.
    pub(super) interval: Option<Duration>,
    pub(super) backoff: Option<Duration>,
    pub(super) longest: Option<Duration>,
    pub(super) delay: Duration,
    pub(super) splay: Duration,
    pub(super) shuffles: bool,
}

/// Arguments that exchanges and queues are declared with.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct Queues {
    pub(super) durable: bool,
    pub(super) auto_delete: bool,
    pub(super) ha: bool,
    pub(super) quorum: bool,
    pub(super) transient_quorum: bool,
    pub(super) delivery_limit: i64,
    pub(super) max_memory_length: i64,
    pub(super) max_memory_bytes: i64,
    /// Seconds; zero for ever.
    pub(super) transient_ttl: u32,
    pub(super) stream_fanout: bool,
    pub(super) cancel_on_failover: bool,
}

/// Where the names of reply and fanout queues come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) managed: bool,
    pub(super) host: Option<String>,
    pub(super) process: Option<String>,
}

impl AmqpOptions {
    /// Those of `oslo.messaging`, where it has them.
    pub fn new() -> Self {
        AmqpOptions {
            exchange: "openstack".to_owned(),
            response_timeout: Duration::from_secs(60),
            ping: false,
            workers: 64,
            retry: Duration::from_secs(60),
            receiver_grace: Duration::from_secs(5),
            max_message: 16 << 20,
            compression: None,
            tls: Tls::default(),
            login: SASLMechanism::AMQPlain,
            reconnect: Reconnect::default(),
            heartbeat: 60,
            prefetch: 0,
            queues: Queues {
                durable: false,
                auto_delete: false,
                ha: false,
                quorum: false,
                transient_quorum: false,
                delivery_limit: 0,
                max_memory_length: 0,
                max_memory_bytes: 0,
                transient_ttl: 1800,
                stream_fanout: false,
                cancel_on_failover: false,
            },
            names: Names::default(),
            notify: NotifyOptions::default(),
        }
    }

    /// The exchange of all topics (`control_exchange`); `openstack`, unless told otherwise.
    pub fn exchange(mut self, exchange: impl Into<String>) -> Self {
        self.exchange = exchange.into();
        self
    }

    /// How long a reply waits for a caller that is away (`kombu_missing_consumer_retry_timeout`), and a cast or a reply
    /// for a broker that is; a minute, unless told otherwise.
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

    /// The longest message, in bytes, that is sent or read; 16 MiB, unless told otherwise. A longer request is answered
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

    /// How long a call waits for its reply unless it says otherwise (`rpc_response_timeout`); a minute, unless told
    /// otherwise.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Refuses what can't stand together, as `oslo.messaging` does.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        const GROUP: &str = RABBIT;
        let queues = &self.queues;
        if queues.ha && (queues.quorum || queues.transient_quorum) {
            let reason = "a queue is mirrored or a quorum queue, not both; leave one of rabbit_ha_queues and \
                          rabbit_quorum_queue or rabbit_transient_quorum_queue out";
            return Err(ConfigError::new(reason).at_option(GROUP, "rabbit_ha_queues"));
        }
        if queues.stream_fanout && self.prefetch == 0 {
            let reason = "needs rabbit_qos_prefetch_count to be more than 0";
            return Err(ConfigError::new(reason).at_option(GROUP, "rabbit_stream_fanout"));
        }
        if queues.stream_fanout && !queues.transient_quorum {
            let reason = "needs rabbit_transient_quorum_queue = true";
            return Err(ConfigError::new(reason).at_option(GROUP, "rabbit_stream_fanout"));
        }
        if self.tls.certificate.is_some() != self.tls.key.is_some() {
            let lacking = if self.tls.key.is_some() { "ssl_cert_file" } else { "ssl_key_file" };
            let reason = "a client's certificate needs its key, and a key its certificate";
            return Err(ConfigError::new(reason).at_option(GROUP, lacking));
        }
        Ok(())
    }
}

impl Default for AmqpOptions {
    fn default() -> Self {
        AmqpOptions::new()
    }
}
