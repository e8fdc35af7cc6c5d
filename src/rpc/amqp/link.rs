use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures_lite::StreamExt;
use lapin::uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo};
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::config::{AmqpConfig, Broker};
use super::options::{AmqpOptions, Reconnect};
use super::out::Out;
use super::refusal::{LOST, Trouble, of_connecting, told};
use super::tls::{self, Hindrance};
use crate::rpc::TransportError;

/// How long one try to connect may take.
const ONE_TRY: Duration = Duration::from_secs(10);

/// How often it is looked whether a connection that something waits on is still there.
const LOOK: Duration = Duration::from_secs(1);

/// The pauses between rounds over the brokers, where no option says others: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// How many bytes are handed to the client library that the broker hasn't confirmed yet. What is beyond waits here,
/// where it can be given up.
pub(super) const WINDOW: usize = 4 << 20;

/// A connection to one of the brokers, made again whenever it is lost.
pub(super) struct Link {
    brokers: Vec<Broker>,
    virtual_host: String,
    name: String,
    pub(super) options: AmqpOptions,
    live: watch::Sender<Option<Arc<Live>>>,
    /// Whether somebody is at it.
    connecting: AtomicBool,
    /// The place of the broker that is tried next.
    next: AtomicUsize,
    trouble: Mutex<String>,
    /// Declarations that the broker refused, and how. Each is said once: it isn't asked for again, since a refusal may cost the connection.
    refused: Mutex<BTreeMap<String, String>>,
}

/// The connection until it is lost.
pub(super) struct Live {
    connection: Arc<Connection>,
    /// Where requests and replies go out.
    publishing: Out,
    /// Where that goes out whose exchange may vanish, which costs the channel.
    aside: Out,
    /// The exchanges and queues that were declared on it.
    declared: Mutex<BTreeSet<String>>,
    /// Held by who declares something: of many messages that want it at once, one asks the broker for it.
    declaring: tokio::sync::Mutex<()>,
    /// Why the broker takes nothing.
    blocked: watch::Receiver<Option<String>>,
    pub(super) window: Arc<Semaphore>,
}

impl Live {
    /// On a connection, with nothing declared yet.
    async fn on(connection: Arc<Connection>) -> lapin::Result<Self> {
        let (publishing, aside) = (Out::on(&connection).await?, Out::on(&connection).await?);
        let is_blocked = connection.status().blocked();
        let (sender, blocked) = watch::channel(is_blocked.then(|| "it has said so before".to_owned()));
        let mut events = connection.events_listener();
        tokio::spawn(async move {
            loop {
                // Each event goes to one listener: one whose channels are gone leaves them to the next.
                let event = tokio::select! {
                    event = events.next() => event,
                    () = sender.closed() => return,
                };
                let Some(event) = event else { return };
                match event {
                    Event::ConnectionBlocked(reason) => {
                        tracing::warn!(reason, "the broker takes no messages");
                        sender.send_replace(Some(reason));
                    }
                    Event::ConnectionUnblocked => {
                        tracing::info!("the broker takes messages again");
                        sender.send_replace(None);
                    }
                    Event::Error(_) => return,
                    _ => {}
                }
            }
        });
        let window = Arc::new(Semaphore::new(WINDOW));
        Ok(Live {
            connection,
            publishing,
            aside,
            declared: Mutex::default(),
            declaring: tokio::sync::Mutex::default(),
            blocked,
            window,
        })
    }

    pub(super) async fn channel(&self) -> lapin::Result<Channel> {
        self.connection.create_channel().await
    }

    /// Where messages go out.
    pub(super) fn out(&self, is_aside: bool) -> &Out {
        if is_aside { &self.aside } else { &self.publishing }
    }

    /// Replaces the channel that the broker was silent on, and doesn't wait for it.
    pub(super) fn renew(self: &Arc<Self>, is_aside: bool, silent: &Arc<Channel>) {
        let silent = Arc::clone(silent);
        let live = Arc::clone(self);
        tokio::spawn(async move { live.out(is_aside).renew(&live.connection, &silent).await });
    }

    pub(super) fn is_up(&self) -> bool {
        self.is_connected() && self.publishing.is_open() && self.aside.is_open()
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connection.status().connected()
    }

    /// Waits for something that goes over the connection; none, once that is lost: what the client library was asked for
    /// while it was being lost may never end.
    pub(super) async fn unless_lost<T>(&self, waited: impl Future<Output = T>) -> Option<T> {
        let lost = async {
            while self.is_connected() {
                sleep(LOOK).await;
            }
        };
        tokio::select! {
            biased;
            outcome = waited => Some(outcome),
            () = lost => None,
        }
    }

    /// Takes queues, as long as the connection is there.
    pub(super) async fn taken<T>(
        &self,
        taking: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        let lost = || Err(Trouble::Lost(LOST.to_owned()));
        self.unless_lost(taking).await.unwrap_or_else(lost)
    }

    /// Why the broker takes no messages, where it says that it doesn't.
    pub(super) fn is_blocked(&self) -> Option<String> {
        self.blocked.borrow().clone()
    }

    /// Ends when the broker takes messages, or the connection is lost.
    pub(super) async fn is_open(&self) {
        let mut blocked = self.blocked.clone();
        // The sender goes with the connection.
        let _ = blocked.wait_for(Option::is_none).await;
    }

    /// The turn to declare something that isn't known, while it's held.
    pub(super) async fn declaring(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.declaring.lock().await
    }

    /// Whether that was declared on this connection.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }

    pub(super) fn learn(&self, name: &str) {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }
}

impl Link {
    /// Connects, in one round over the brokers.
    pub(super) async fn connect(config: &AmqpConfig, name: &str) -> Result<Arc<Self>, TransportError> {
        let mut brokers = config.url.brokers.clone();
        // As in `oslo.messaging`: not all hosts of a fleet go to the same one.
        shuffle(&mut brokers);
        let shown = all(&brokers);
        let refused = |reason: String| TransportError::Broker { broker: shown.clone(), reason };
        let options = config.resolved().map_err(|error| refused(error.to_string()))?;
        tls::check(&options.tls).map_err(refused)?;
        let link = Arc::new(Link {
            brokers,
            virtual_host: config.url.virtual_host.clone(),
            name: name.to_owned(),
            options,
            live: watch::Sender::new(None),
            connecting: AtomicBool::new(false),
            next: AtomicUsize::new(0),
            trouble: Mutex::new(String::new()),
            refused: Mutex::default(),
        });
        match link.round(None).await {
            Ok(live) => link.live.send_replace(Some(Arc::new(live))),
            Err(reason) => return Err(refused(reason)),
        };
        Ok(link)
    }

    /// The brokers' addresses, without users and passwords.
    pub(super) fn broker(&self) -> String {
        all(&self.brokers)
    }

    /// Obstacle, where there is no connection.
    pub(super) fn trouble(&self) -> Option<String> {
        if self.live.borrow().as_ref().is_some_and(|live| live.is_up()) {
            return None;
        }
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let trouble = if trouble.is_empty() { "the connection was lost" } else { trouble.as_str() };
        Some(format!("the broker at {} is away: {trouble}", self.broker()))
    }

    /// How the broker refused to declare what has that name, where it did. Hardly ever is there anything to look for.
    pub(super) fn refusal(&self, name: impl FnOnce() -> String) -> Option<String> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.is_empty() { None } else { refused.get(&name()).cloned() }
    }

    pub(super) fn keep_refusal(&self, name: &str, reason: &str) {
        tracing::error!(reason, "what is sent there can't be sent");
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), reason.to_owned());
    }

    /// The connection; where it was lost, as soon as there is one again. Who can't wait so long drops this.
    pub(super) async fn live(self: &Arc<Self>) -> Arc<Live> {
        if let Some(live) = self.live.borrow().as_ref().filter(|live| live.is_up()) {
            return Arc::clone(live);
        }
        let mut changes = self.live.subscribe();
        loop {
            let current = changes.borrow_and_update().clone();
            if let Some(live) = current.filter(|live| live.is_up()) {
                return live;
            }
            if !self.connecting.swap(true, Ordering::AcqRel) {
                tokio::spawn(again(Arc::downgrade(self)));
            }
            // The sender is this link's own.
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Tries each broker once, beginning with the one that is next. On a connection that is there yet, its channels
    /// alone are made again.
    async fn round(&self, kept: Option<Arc<Connection>>) -> Result<Live, String> {
        if let Some(connection) = kept {
            match timeout(ONE_TRY, Live::on(connection)).await {
                Ok(Ok(live)) => return Ok(live),
                Ok(Err(error)) => tracing::debug!(error = told(&error), "no channels on the connection"),
                Err(_) => {}
            }
        }
        let mut reasons = Vec::new();
        let mut order = self.brokers.clone();
        if self.options.reconnect.shuffles {
            shuffle(&mut order);
        } else {
            let first = self.next.load(Ordering::Relaxed) % order.len().max(1);
            order.rotate_left(first);
        }
        for broker in &order {
            let reason = match timeout(ONE_TRY, self.one_try(broker)).await {
                Ok(Ok(live)) => return Ok(live),
                Ok(Err(reason)) => reason,
                Err(_) => format!("no answer within {ONE_TRY:?}"),
            };
            self.next.fetch_add(1, Ordering::Relaxed);
            reasons.push(if order.len() == 1 { reason } else { format!("{broker}: {reason}") });
        }
        Err(reasons.join("; "))
    }

    async fn one_try(&self, broker: &Broker) -> Result<Live, String> {
        let Broker { host, port, user, password } = broker.clone();
        let options = &self.options;
        let uri = AMQPUri {
            scheme: AMQPScheme::AMQP,
            authority: AMQPAuthority { userinfo: AMQPUserInfo { username: user, password }, host, port },
            vhost: self.virtual_host.clone(),
            query: AMQPQueryString {
                heartbeat: Some(options.heartbeat),
                auth_mechanism: Some(options.login),
                ..AMQPQueryString::default()
            },
        };
        let properties = ConnectionProperties::default().with_connection_name(self.name.as_str().into());
        let connection =
            tls::connect(uri, properties, &options.tls).await.map_err(|hindrance| match hindrance {
                Hindrance::Files(reason) => reason,
                Hindrance::Broker(error) => of_connecting(&error),
            })?;
        Live::on(Arc::new(connection)).await.map_err(|error| told(&error))
    }

    fn keep_trouble(&self, reason: &str) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if *trouble != reason {
            tracing::warn!(brokers = self.broker(), reason, "the broker is away");
            reason.clone_into(&mut trouble);
        }
    }
}

/// Connects until there is a connection, or nobody who wants one.
async fn again(link: Weak<Link>) {
    let mut rounds = 0;
    loop {
        let Some(link) = link.upgrade() else { return };
        let lost = link.live.borrow().clone();
        if lost.as_ref().is_some_and(|live| live.is_up()) {
            link.connecting.store(false, Ordering::Release);
            return;
        }
        let kept = lost.filter(|live| live.is_connected()).filter(|_| rounds == 0);
        let made = link.round(kept.map(|live| Arc::clone(&live.connection))).await;
        let pause = match made {
            Ok(live) => {
                tracing::info!(brokers = link.broker(), "connected to the broker again");
                link.trouble.lock().unwrap_or_else(PoisonError::into_inner).clear();
                link.connecting.store(false, Ordering::Release);
                link.live.send_replace(Some(Arc::new(live)));
                return;
            }
            Err(reason) => {
                link.keep_trouble(&reason);
                pause(&link.options.reconnect, rounds)
            }
        };
        drop(link);
        sleep(pause).await;
        rounds += 1;
    }
}

/// How long to wait after that many rounds over the brokers.
fn pause(reconnect: &Reconnect, rounds: u32) -> Duration {
    let Reconnect { interval, backoff, longest, delay, splay, .. } = reconnect;
    let pause = if interval.is_some() || backoff.is_some() || longest.is_some() {
        let (interval, backoff) =
            (interval.unwrap_or(Duration::from_secs(1)), backoff.unwrap_or(Duration::from_secs(2)));
        let longest = longest.unwrap_or(Duration::from_secs(30));
        interval.saturating_add(backoff.saturating_mul(rounds)).min(longest)
    } else {
        let [first, longest] = PAUSES;
        first.saturating_mul(1 << rounds.min(10)).min(longest)
    };
    pause.saturating_add(*delay).saturating_add(splay.mul_f64(fraction()))
}

/// At random, from zero to one.
fn fraction() -> f64 {
    let (high, _) = uuid::Uuid::new_v4().as_u64_pair();
    // 32 bits fit a float exactly.
    f64::from(u32::try_from(high >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

fn shuffle<T>(list: &mut [T]) {
    list.sort_by_cached_key(|_| uuid::Uuid::new_v4());
}

fn all(brokers: &[Broker]) -> String {
    let shown: Vec<String> = brokers.iter().map(ToString::to_string).collect();
    shown.join(", ")
}

/// A future on the heap.
pub(super) type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("name", &self.name).field("broker", &self.broker()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_those_of_the_options() {
        let seconds = |reconnect: &Reconnect| -> Vec<f64> {
            (0..5).map(|rounds| pause(reconnect, rounds).as_secs_f64()).collect()
        };
        assert_eq!(seconds(&Reconnect::default()), [0.1, 0.2, 0.4, 0.8, 1.6]);
        assert_eq!(pause(&Reconnect::default(), u32::MAX), Duration::from_secs(2));
        let longest = Some(Duration::from_secs(6));
        let told = Reconnect { longest, delay: Duration::from_secs(1), ..Reconnect::default() };
        assert_eq!(seconds(&told), [2.0, 4.0, 6.0, 7.0, 7.0]);
        let splay = Reconnect { splay: Duration::from_secs(1), ..Reconnect::default() };
        assert!((0.1..=1.1).contains(&pause(&splay, 0).as_secs_f64()));
    }
}
