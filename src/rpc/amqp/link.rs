use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use tokio::time::{sleep, timeout};

use super::AmqpOptions;
use super::envelope::Wrapped;
use crate::rpc::{Address, TransportError};

/// How long one try to connect may take.
const ONE_TRY: Duration = Duration::from_secs(10);

/// The pauses between tries: the first, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// A connection to the broker, made again whenever it is lost.
pub(super) struct Link {
    uri: AMQPUri,
    name: String,
    pub(super) options: AmqpOptions,
    live: tokio::sync::Mutex<Option<Arc<Live>>>,
    trouble: Mutex<String>,
}

/// The connection until it is lost.
pub(super) struct Live {
    connection: Arc<Connection>,
    publishing: Channel,
    /// The exchanges that were declared on it.
    declared: Mutex<BTreeSet<String>>,
}

impl Live {
    /// On a connection, with nothing declared yet.
    async fn on(connection: Arc<Connection>) -> lapin::Result<Self> {
        let publishing = connection.create_channel().await?;
        publishing.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Live { connection, publishing, declared: Mutex::default() })
    }

    pub(super) async fn channel(&self) -> lapin::Result<Channel> {
        self.connection.create_channel().await
    }

    fn is_up(&self) -> bool {
        self.connection.status().connected() && self.publishing.status().connected()
    }
}

/// What becomes of a published message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Published {
    /// It's in a queue; or it doesn't matter whether it is.
    Routed,
    /// There is no queue for it.
    NoReceiver,
}

/// A message on its way out.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    exchange: Option<(String, ExchangeKind)>,
    routing_key: String,
    body: &'a Wrapped,
    expiration: Option<Duration>,
    is_mandatory: bool,
}

impl<'a> Outgoing<'a> {
    pub(super) fn request(
        options: &AmqpOptions,
        to: &Address,
        body: &'a Wrapped,
        expiration: Option<Duration>,
        is_mandatory: bool,
    ) -> Self {
        let (exchange, routing_key) = if to.fanout {
            (fanout_exchange(&to.topic), String::new())
        } else {
            (topic_exchange(options), to.to_string())
        };
        Outgoing { exchange: Some(exchange), routing_key, body, expiration, is_mandatory }
    }

    pub(super) fn reply(queue: &str, body: &'a Wrapped) -> Self {
        let routing_key = queue.to_owned();
        Outgoing { exchange: None, routing_key, body, expiration: None, is_mandatory: true }
    }
}

pub(super) fn topic_exchange(options: &AmqpOptions) -> (String, ExchangeKind) {
    (options.exchange.clone(), ExchangeKind::Topic)
}

pub(super) fn fanout_exchange(topic: &str) -> (String, ExchangeKind) {
    (format!("{topic}_fanout"), ExchangeKind::Fanout)
}

/// Declares an exchange as `oslo.messaging` does.
pub(super) async fn declare(channel: &Channel, name: &str, kind: ExchangeKind) -> Result<(), String> {
    let auto_delete = kind == ExchangeKind::Fanout;
    let options = ExchangeDeclareOptions { auto_delete, ..ExchangeDeclareOptions::default() };
    channel.exchange_declare(short(name)?, kind, options, FieldTable::default()).await.map_err(told)
}

/// A name as AMQP has them.
///
/// # Errors
/// Where it is longer than 255 bytes.
pub(super) fn short(text: &str) -> Result<ShortString, String> {
    ShortString::try_new(text).map_err(|_| format!("a name of {} bytes, the most is 255", text.len()))
}

/// What the broker or the network says.
pub(super) fn told(error: lapin::Error) -> String {
    error.to_string()
}

impl Link {
    /// Connects, in one try.
    pub(super) async fn connect(url: &str, name: &str, options: AmqpOptions) -> Result<Self, TransportError> {
        let refused = |reason| TransportError::Broker { broker: shown(url), reason };
        let mut uri: AMQPUri = url.parse().map_err(refused)?;
        // The client would go on without a word, and the password in the clear.
        if uri.scheme == AMQPScheme::AMQPS {
            return Err(refused("connections aren't encrypted here, so it can't be amqps".to_owned()));
        }
        if uri.vhost.is_empty() {
            "/".clone_into(&mut uri.vhost);
        }
        let link = Link {
            uri,
            name: name.to_owned(),
            options,
            live: tokio::sync::Mutex::new(None),
            trouble: Mutex::new("it doesn't answer".to_owned()),
        };
        let live = link.one_try(None).await;
        let live = live.map_err(|reason| TransportError::Broker { broker: link.broker(), reason })?;
        *link.live.lock().await = Some(Arc::new(live));
        Ok(link)
    }

    /// The broker's address, without the password.
    pub(super) fn broker(&self) -> String {
        format!("{}:{}", self.uri.authority.host, self.uri.authority.port)
    }

    /// What stood in the way of the last connection.
    pub(super) fn trouble(&self) -> String {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        format!("the broker at {} is away: {trouble}", self.broker())
    }

    /// The connection; where it was lost, as soon as there is one again. Who can't wait so long drops this.
    pub(super) async fn live(&self) -> Arc<Live> {
        let mut held = self.live.lock().await;
        if let Some(live) = held.as_ref().filter(|live| live.is_up()) {
            return Arc::clone(live);
        }
        // The broker closes a channel for what was said on it; the connection is none the worse.
        let mut connection = held.take().map(|live| Arc::clone(&live.connection));
        let [mut pause, longest] = PAUSES;
        loop {
            let kept = connection.take().filter(|connection| connection.status().connected());
            match self.one_try(kept).await {
                Ok(live) => {
                    let live = Arc::new(live);
                    *held = Some(Arc::clone(&live));
                    return live;
                }
                Err(reason) => {
                    *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = reason;
                    sleep(pause).await;
                    pause = (pause * 2).min(longest);
                }
            }
        }
    }

    /// Connects, unless there is a connection.
    async fn one_try(&self, connection: Option<Arc<Connection>>) -> Result<Live, String> {
        let making = async {
            let connection = match connection {
                Some(connection) => connection,
                None => {
                    let properties =
                        ConnectionProperties::default().with_connection_name(self.name.as_str().into());
                    Arc::new(Connection::connect_uri(self.uri.clone(), properties).await?)
                }
            };
            Live::on(connection).await
        };
        match timeout(ONE_TRY, making).await {
            Ok(made) => made.map_err(told),
            Err(_) => Err(format!("no answer within {ONE_TRY:?}")),
        }
    }

    /// Publishes a message, and waits until the broker has it. A message that was under way while the connection
    /// was lost is published again; who gets it twice knows it by its id. So is one that was on its way beside
    /// another for which the broker closed the channel, but once only: it may be that other itself.
    ///
    /// # Errors
    /// Where the broker refuses it.
    pub(super) async fn publish(&self, outgoing: &Outgoing<'_>) -> Result<Published, String> {
        let mut was_closed = false;
        loop {
            let live = self.live().await;
            let outcome = publish_once(&live, outgoing).await;
            if outcome.is_ok() || live.is_up() {
                return outcome;
            }
            if live.connection.status().connected() && std::mem::replace(&mut was_closed, true) {
                return outcome;
            }
        }
    }
}

async fn publish_once(live: &Live, outgoing: &Outgoing<'_>) -> Result<Published, String> {
    let exchange = match &outgoing.exchange {
        Some((name, kind)) => {
            let is_known = |live: &Live| {
                let declared = live.declared.lock().unwrap_or_else(PoisonError::into_inner);
                declared.contains(name)
            };
            // The exchange of a fanout goes with its last queue.
            if *kind == ExchangeKind::Fanout || !is_known(live) {
                // One that there is in another form costs its channel, so that is one of its own.
                let channel = live.channel().await.map_err(told)?;
                declare(&channel, name, kind.clone()).await?;
                channel.close(200, "OK".into()).await.map_err(told)?;
                live.declared.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
            }
            short(name)?
        }
        None => ShortString::default(),
    };
    let options = BasicPublishOptions { mandatory: outgoing.is_mandatory, immediate: false };
    let mut properties = BasicProperties::default()
        .with_content_type("application/json".into())
        .with_content_encoding("utf-8".into())
        .with_headers(FieldTable::default())
        .with_delivery_mode(2)
        .with_priority(0);
    if let Some(expiration) = outgoing.expiration {
        let most = u128::from(u32::MAX);
        properties = properties.with_expiration(short(&expiration.as_millis().min(most).to_string())?);
    }
    let routing_key = short(&outgoing.routing_key)?;
    let body = outgoing.body.as_bytes();
    let confirm = live.publishing.basic_publish(exchange, routing_key, options, body, properties).await;
    let confirmed = confirm.map_err(told)?.await.map_err(told)?;
    if confirmed.is_nack() {
        return Err("the broker didn't take the message".to_owned());
    }
    Ok(if confirmed.take_message().is_some() { Published::NoReceiver } else { Published::Routed })
}

/// A URL without what stands before its host, where a password may be.
fn shown(url: &str) -> String {
    url.rsplit_once('@').map_or(url, |(_, host)| host).to_owned()
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("name", &self.name).field("broker", &self.broker()).finish()
    }
}
