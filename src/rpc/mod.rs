//! Hosts that call each other: messages, dispatch, negotiation of versions, transports.
//!
//! A [`Client`] calls methods of a host, a [`Server`] dispatches them to its [`Endpoint`]s, and a
//! [`Transport`] carries the bytes between. The messages are the inner ones of `oslo.messaging`, and dispatch
//! and failures follow its rules, so that a host of either language can stand at either end.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use versioned_objects::rpc::{Address, Args, CallContext, Client, InProcess, ObjectVersions, Server};
//! use versioned_objects::registry::Registry;
//!
//! let bus = InProcess::new();
//! let registry = Arc::new(Registry::new());
//! bus.serve("compute", Server::new("xen-b").endpoint(ObjectVersions::new(registry)));
//!
//! let client = Client::new(Arc::new(bus.connect("xen-a")), Address::server("compute", "xen-b"))
//!     .namespace("ovo")
//!     .timeout(Duration::from_secs(10));
//! let answer = pollster::block_on(client.call("object_versions", Args::new(), &CallContext::new()))?;
//! assert_eq!(answer.as_json(), r#"{"versions":{},"fingerprints":{}}"#);
//! # Ok::<(), versioned_objects::rpc::CallError>(())
//! ```
//!
//! # Objects in messages
//! An argument or a result stays as it came, JSON text, until a method takes it with the type that it wants.
//! So an object is read once, straight into its type, in the versions that this host's registry reads. What
//! goes out is looked through before it is written: a backport that is refused never reaches the transport,
//! and a [`Sent`] record says which object went in which version, and what it left out. Whoever wants to know
//! of every message puts an [`Observer`] on the client and the server.
//!
//! # Transports
//! A [`Transport`] takes an address and bytes. [`InProcess`] is one: all hosts in one process, without set-up.
//!
//! `Amqp` (feature `amqp`) is the other one, over RabbitMQ, and this is the line between: [`Request`] and [`Reply`]
//! are the whole of what dispatch knows. The driver wraps these bytes in `oslo.messaging`'s envelope, adds its own
//! keys to them (`_msg_id`, `_reply_q`, `_unique_id`, `_timeout`, which are skipped here on reading), and owns
//! exchanges, queues, acknowledgements, reconnection and duplicates. It hands an arriving message to
//! [`Server::answer`], or to [`Server::take`] where the sender waits for no reply.
//!
//! Futures are boxed and `Send`, and nothing but `Amqp` needs a runtime of its own.

mod address;
#[cfg(feature = "amqp")]
mod amqp;
mod args;
mod base64;
mod base_rpc;
mod client;
mod compact;
mod context;
mod deadline;
mod endpoint;
mod error;
mod failure;
mod hop;
mod in_process;
mod message;
mod negotiation;
mod payload;
mod remotable;
mod serializer;
mod server;
mod transport;
mod versions;

use std::future::Future;
use std::pin::Pin;

pub use address::Address;
#[cfg(feature = "amqp")]
pub use amqp::{Amqp, AmqpOptions, Serving};
pub use args::Args;
pub use base_rpc::BaseRpc;
pub use client::{Answer, Client};
pub use context::CallContext;
pub use endpoint::{Endpoint, ObjectVersions};
pub use error::{CallError, TransportError};
pub use failure::Failure;
pub use hop::{Direction, Hop, Observer};
pub use in_process::{Connection, InProcess};
pub use message::{Reply, Request};
pub use negotiation::{Agreement, Negotiation, NoCommonVersion};
pub use payload::Payload;
pub use remotable::{
    Arguments, FakeIndirectionApi, IndirectionApi, ObjectActions, ObjectContext, Remotable, RpcIndirectionApi,
};
#[doc(hidden)]
pub use remotable::{
    act, act_class, argument, begin, give, no_method, or_default, put, read_result, remote_only,
};
pub use serializer::{ObjectSerializer, Received};
pub use server::Server;
pub use transport::{Patience, Transport};
pub use versions::Versions;

pub use crate::field::Sent;

/// A future that any executor can run.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
