//! Hosts that call each other over RabbitMQ, by the rules of `oslo.messaging`'s rabbit driver.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `driver` | a host's connection, and the calls over it |
//! | `config` | `transport_url`, a service's files, the options that there are |
//! | `options` | what a connection is made with |
//! | `topology`, `names` | names and arguments of exchanges and queues |
//! | `envelope` | what the driver wraps around a message, and its keys in it |
//! | `compression` | bodies that are compressed |
//! | `link`, `tls` | the connection to a broker, made again whenever it is lost |
//! | `out` | the channels that messages go out by |
//! | `declare`, `refusal` | declarations, and what the broker says no to |
//! | `publish`, `consume` | one message on its way out, and the stream of those that come in |
//! | `replies` | a caller's side: its reply queue, and who waits for what |
//! | `listener` | a server's side: its queues, and what it takes from them |
//! | `serving` | one request: its method, heartbeats meanwhile, the reply |
//! | `notify` | notifications: sending them, and listening |
//! | `ping` | whether a server is there |
//! | `watch` | listening in: copies of what goes over a broker |
//! | `recent` | small memories: what came already, and who is gone |

mod clock;
mod compression;
mod config;
mod consume;
mod declare;
mod driver;
mod envelope;
mod link;
mod listener;
mod names;
mod notify;
mod options;
mod out;
mod ping;
mod publish;
mod recent;
mod refusal;
mod replies;
mod serving;
mod tls;
mod topology;
mod watch;

pub use config::{AmqpConfig, ConfigError, TransportUrl};
pub use driver::Amqp;
pub use listener::Serving;
pub use notify::{
    Handled, Listening, Newer, Notification, NotificationEndpoint, NotificationFilter, NotificationListener,
    Notifier, PatternError, Priority, Understood,
};
pub use options::AmqpOptions;
pub use watch::{Copies, watch};
