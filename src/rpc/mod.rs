//! Hosts that call each other: messages, dispatch, negotiation of versions, transports.
//!
//! A [`Client`] calls methods of a host, a [`Server`] dispatches them to its [`Endpoint`]s, and a
//! [`Transport`] carries the bytes between. The messages are the inner ones of `oslo.messaging`, and dispatch
//! and failures follow its rules, so that a host of either language can stand at either end.
//!
//! # A service
//! An object, a method that takes it, and a caller that writes it for whatever the host reads:
//!
//! ```
//! use std::sync::Arc;
//!
//! use versioned_objects::registry::Registry;
//! use versioned_objects::rpc::{
//!     Address, CallContext, CallError, Client, Failure, InProcess, Negotiation, ObjectVersions, Server,
//! };
//! use versioned_objects::{Field, Origin, Version, VersionedObject, endpoint};
//!
//! #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
//! #[object(versions("1.0", "1.1"))]
//! struct Job {
//!     origin: Origin,
//!     id: Field<i64>,
//!     #[field(since = "1.1")]
//!     note: Field<String>,
//! }
//!
//! struct Jobs {
//!     registry: Arc<Registry>,
//! }
//!
//! impl Jobs {
//!     fn registry(&self) -> &Registry {
//!         &self.registry
//!     }
//! }
//!
//! #[endpoint(version = "2.1", registry = Self::registry, client = JobsClient)]
//! impl Jobs {
//!     /// Runs a job, which goes back in the version that it came with.
//!     async fn run(&self, _: &CallContext, mut job: Job, #[default(1)] times: i64) -> Result<Job, Failure> {
//!         let Some(id) = job.id.get().filter(|_| times > 0) else {
//!             return Err(Failure::new("my.exception", "JobRefused", "nothing to do"));
//!         };
//!         let id = id + times;
//!         job.id.set(id);
//!         Ok(job)
//!     }
//! }
//!
//! // A host of the older release, which also says what it reads.
//! let old = Arc::new(Registry::new().with::<Job>().held_to("Job", Version::new(1, 0))?);
//! let server = Server::new("host-b")
//!     .endpoint(Jobs { registry: Arc::clone(&old) })
//!     .endpoint(ObjectVersions::new(old));
//! let bus = InProcess::new();
//! bus.serve("jobs", server);
//!
//! let new = Arc::new(Registry::new().with::<Job>());
//! let client = Client::new(Arc::new(bus.connect("host-a")), Address::server("jobs", "host-b"));
//! let jobs = JobsClient::new(client, Arc::new(Negotiation::at_first_contact(new)));
//! let job = Job { id: 1.into(), note: String::from("for those who read it").into(), ..Job::default() };
//! pollster::block_on(async {
//!     let context = CallContext::new();
//!     let back = jobs.run(&context, &job, &4).await?;
//!     assert_eq!((back.id.get(), back.note.is_set()), (Some(&5), false));
//!
//!     let error = jobs.run(&context, &job, &0).await.unwrap_err();
//!     assert_eq!(error.as_remote().map(Failure::class), Some("JobRefused"));
//!     Ok::<(), CallError>(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same over RabbitMQ takes an `Amqp` (feature `amqp`) in place of the bus and its connections.
//!
//! # Which version goes out
//! [`Negotiation`] has three ways to settle on it: the peer announces what it reads ([`ObjectVersions`]), an operator
//! pins the fleet (a manifest, or an [`UpgradeLevel`] and the [`ReleaseMapping`] that there are), or the receiver has a
//! conductor write anew what it can't read ([`ObjectSerializer`], [`IndirectionApi`]). [`ObjectActions`] is the
//! conductor's part: backports of whatever its registry knows, and methods of objects that run there (`#[remotable]` on
//! derived ones, `DynamicMethods` for those of a schema alone).
//!
//! An answer goes back in versions that its caller told that it reads, whoever made the objects in it: [`Args::reading`],
//! which a client of `#[endpoint]` does by itself.
//!
//! # Objects in messages
//! An argument or a result stays as it came, JSON text, until a method takes it with the type that it wants.
//! So an object is read once, straight into its type, in the versions that this host's registry reads. What
//! goes out is looked through before it is written: a backport that is refused never reaches the transport,
//! and a [`Sent`] record says which object went in which version, and what it left out. Whoever wants to know
//! of every message puts an [`Observer`] on the client and the server.
//!
//! # What is logged and counted
//! Each call, cast and answer has a span of the crate `tracing` (`rpc`, at debug) with its method, peers, versions,
//! objects, what they left out, and bytes. A cast that fails, a method or an observer that panics, is a line of its own.
//! With the feature `metrics` the counter `versioned_objects_dropped_total` counts what was left out, by `peer`,
//! `object` and `field`. Secrets are masked in all of it ([`mask`](crate::mask)), and in every failure that goes out.
//!
//! # What is promised of a call
//! A method that panics is a failure, and ends nothing else. A peer that refuses an object is called again for it where
//! it says that nothing had begun ([`Failure::is_unbegun`]), and in no other case.
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
mod agreement;
#[cfg(feature = "amqp")]
mod amqp;
mod args;
mod base_rpc;
mod casts;
mod client;
#[cfg(feature = "compact")]
mod compact;
#[cfg(not(feature = "compact"))]
#[path = "named.rs"]
mod compact;
mod contained;
mod context;
mod deadline;
mod endpoint;
mod error;
mod failure;
mod hop;
mod in_process;
mod json;
mod marked;
mod message;
mod negotiation;
mod no_common;
mod payload;
mod reads;
mod remotable;
mod serializer;
mod server;
mod staged;
mod tap;
mod told;
mod transport;
mod typed;
mod upgrade_levels;
mod versions;

use std::future::Future;
use std::pin::Pin;

pub use address::Address;
pub use agreement::Agreement;
#[cfg(feature = "amqp")]
pub use amqp::{
    Amqp, AmqpConfig, AmqpOptions, ConfigError, Copies, Handled, Listening, Newer, Notification,
    NotificationEndpoint, NotificationFilter, NotificationListener, Notifier, PatternError, Priority,
    Serving, TransportUrl, Understood, watch,
};
pub use args::Args;
pub use base_rpc::BaseRpc;
pub use client::{Answer, Client};
pub use context::CallContext;
pub use endpoint::{Endpoint, ObjectVersions};
pub use error::{CallError, TransportError};
pub use failure::Failure;
pub use hop::{Hop, HopKind, Observer};
pub use in_process::{Connection, InProcess};
pub use message::{Reply, Request};
pub use negotiation::Negotiation;
pub use no_common::NoCommonVersion;
pub use payload::Payload;
#[cfg(feature = "dynamic")]
pub use remotable::DynamicMethods;
pub use remotable::{
    FakeIndirectionApi, IndirectionApi, MethodArgs, ObjectActions, ObjectContext, Remotable,
    RpcIndirectionApi,
};
#[doc(hidden)]
pub use remotable::{
    act, act_class, argument, begin, give, give_back, no_method, or_default, put, read_result, remote_only,
};
pub use serializer::{ObjectSerializer, Received};
pub use server::Server;
pub use staged::{Earlier, Finality, Staged};
pub use tap::Tap;
pub use transport::{Patience, Transport};
pub use typed::TypedClient;
#[doc(hidden)]
pub use typed::{default_to, no_registry, reply, reply_plain};
pub use upgrade_levels::{Pinned, Release, ReleaseMapping, UpgradeLevel, UpgradeLevelError};
pub use versions::Versions;

pub use crate::field::Sent;

/// A future that any executor can run.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
