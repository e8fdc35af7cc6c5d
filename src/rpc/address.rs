use std::fmt;

/// Who a message goes to (`oslo.messaging`'s target, without the parts that belong to the method).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The topic: the service's name.
    pub topic: String,
    /// One host of the service; any one of them, where it is absent.
    pub server: Option<String>,
    /// Whether all hosts of the service are meant. Only casts go to them all.
    pub fanout: bool,
}

impl Address {
    /// Any one host of the service.
    pub fn topic(topic: impl Into<String>) -> Self {
        Address { topic: topic.into(), server: None, fanout: false }
    }

    /// One host of the service.
    pub fn server(topic: impl Into<String>, server: impl Into<String>) -> Self {
        Address { topic: topic.into(), server: Some(server.into()), fanout: false }
    }

    /// All hosts of the service.
    pub fn fanout(topic: impl Into<String>) -> Self {
        Address { topic: topic.into(), server: None, fanout: true }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.server, self.fanout) {
            (Some(server), _) => write!(f, "{}.{server}", self.topic),
            (None, true) => write!(f, "{}_fanout", self.topic),
            (None, false) => f.write_str(&self.topic),
        }
    }
}
