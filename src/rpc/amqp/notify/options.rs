/// Options of a service's file for its notifications (`[oslo_messaging_notifications]`).
#[derive(Clone, Debug)]
pub(in crate::rpc::amqp) struct NotifyOptions {
    pub(in crate::rpc::amqp) drivers: Vec<Driver>,
    pub(in crate::rpc::amqp) topics: Vec<String>,
    /// How often one is sent again; none for as often as it takes.
    pub(in crate::rpc::amqp) retries: Option<u32>,
}

/// Driver that sends notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rpc::amqp) enum Driver {
    /// `messagingv2`.
    Enveloped,
    /// `messaging`: without the envelope.
    Bare,
    /// One that sends nothing over a broker.
    Silent,
}

impl Default for NotifyOptions {
    fn default() -> Self {
        NotifyOptions {
            drivers: vec![Driver::Enveloped],
            topics: vec!["notifications".to_owned()],
            retries: None,
        }
    }
}
