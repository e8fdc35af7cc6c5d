use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use super::casts::Casts;
use super::deadline::within;
use super::{Address, BoxFuture, Patience, Server, Transport, TransportError};

/// All hosts in one process, each message a call of the other host's server.
///
/// The work of a call runs on its caller's task, and no call waits in a queue. So a call that runs out of time stops its
/// method at the point where it waits, and there are as many methods at work as there are callers. A cast is done by
/// threads of the transport's own, and doesn't wait for its method; where a thousand are under way already, one more is
/// an error.
#[derive(Clone, Debug, Default)]
pub struct InProcess {
    bus: Arc<Bus>,
}

#[derive(Debug, Default)]
struct Bus {
    services: RwLock<BTreeMap<String, Vec<Arc<Server>>>>,
    turn: AtomicUsize,
    casts: Arc<Casts>,
}

impl InProcess {
    /// Returns a network without any host.
    pub fn new() -> Self {
        InProcess::default()
    }

    /// Serves a topic on a host. A server of the same host that served the topic before is replaced.
    pub fn serve(&self, topic: impl Into<String>, server: impl Into<Arc<Server>>) {
        let server = server.into();
        let mut services = self.bus.services.write().unwrap_or_else(PoisonError::into_inner);
        let servers = services.entry(topic.into()).or_default();
        servers.retain(|other| other.host() != server.host());
        servers.push(server);
    }

    /// The host no longer serves the topic.
    pub fn stop(&self, topic: &str, host: &str) {
        let mut services = self.bus.services.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(servers) = services.get_mut(topic) {
            servers.retain(|server| server.host() != host);
        }
    }

    /// Connects a host to the others. The connection doesn't keep them alive: a host whose server holds its
    /// own connection would never go away.
    pub fn connect(&self, host: impl Into<String>) -> Connection {
        Connection { host: host.into(), bus: Arc::downgrade(&self.bus) }
    }
}

/// One host's way to the others in its process.
#[derive(Clone, Debug)]
pub struct Connection {
    host: String,
    bus: Weak<Bus>,
}

impl Connection {
    /// The servers that a message goes to; more than one for a fanout alone.
    fn servers(&self, to: &Address) -> Result<Vec<Arc<Server>>, TransportError> {
        let unreachable =
            |reason: &str| TransportError::Unreachable { to: to.clone(), reason: reason.to_owned() };
        let bus = self.bus.upgrade().ok_or_else(|| unreachable("the transport was closed"))?;
        let services = bus.services.read().unwrap_or_else(PoisonError::into_inner);
        let servers = services.get(&to.topic).map_or(&[][..], Vec::as_slice);
        if to.fanout {
            return Ok(servers.to_vec());
        }
        let found = match &to.server {
            Some(host) => servers.iter().find(|server| server.host() == host),
            None => {
                let turn = bus.turn.fetch_add(1, Ordering::Relaxed);
                turn.checked_rem(servers.len()).and_then(|turn| servers.get(turn))
            }
        };
        found.map(|server| vec![Arc::clone(server)]).ok_or_else(|| unreachable("no such server"))
    }
}

impl Transport for Connection {
    fn host(&self) -> &str {
        &self.host
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let unreachable = |reason| TransportError::Unreachable { to: to.clone(), reason };
            let timeout = patience.timeout;
            let servers = self.servers(to)?;
            let [server] = servers.as_slice() else {
                return Err(unreachable("a call has one receiver".to_owned()));
            };
            match within(server.answer(&message, &self.host), timeout).await {
                Ok(Some(reply)) => Ok(reply),
                Ok(None) => Err(TransportError::Timeout { to: to.clone(), after: timeout }),
                Err(error) => Err(unreachable(format!("no thread for the deadline: {error}"))),
            }
        })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let servers = self.servers(to)?;
            let unreachable = |reason| TransportError::Unreachable { to: to.clone(), reason };
            let Some(bus) = self.bus.upgrade() else {
                return Err(unreachable("the transport was closed".to_owned()));
            };
            let message: Arc<[u8]> = message.into();
            for server in servers {
                let message = Arc::clone(&message);
                let work = async move {
                    // Nobody waits for what becomes of a cast; the server has logged it.
                    let _ = server.take(&message).await;
                };
                bus.casts.begin(Box::pin(work)).map_err(unreachable)?;
            }
            Ok(())
        })
    }
}
