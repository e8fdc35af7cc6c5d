use std::sync::Arc;

use super::Sent;

/// One message between two hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The sender of the message.
    pub from: String,
    /// Who it went to: the host, or the service where no host was named.
    pub to: String,
    /// The method that it calls, or that it is the reply of.
    pub method: String,
    /// Which way it goes.
    pub kind: HopKind,
    /// The outermost objects in it.
    pub sent: Vec<Sent>,
    /// Its length, without what a transport wraps around it.
    pub bytes: usize,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HopKind {
    /// A request, from the caller.
    Request,
    /// To the caller, with a result.
    Reply,
    /// To the caller, with a failure.
    Failure,
}

/// Is told of each message by the side that wrote it, just before it is sent.
pub type Observer = Arc<dyn Fn(Hop) + Send + Sync>;
