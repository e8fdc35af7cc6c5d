//! Names and arguments of exchanges and queues, as `oslo.messaging` 18.3 declares them under the same options.

use lapin::ExchangeKind;
use lapin::types::{AMQPValue, FieldTable};

use super::options::{AmqpOptions, Queues};

/// An exchange as it is declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exchange {
    pub(super) name: String,
    pub(super) kind: ExchangeKind,
    pub(super) durable: bool,
    pub(super) auto_delete: bool,
}

/// A queue as it is declared, and how it is consumed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Queue {
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) durable: bool,
    pub(super) auto_delete: bool,
    pub(super) arguments: FieldTable,
    pub(super) consumer_arguments: FieldTable,
}

/// Purpose of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Requests, or notifications, of a topic.
    Topic,
    /// Requests to all hosts of a topic.
    Fanout,
    /// A caller's replies.
    Reply,
}

/// The exchange of the topics.
pub(super) fn topic_exchange(options: &AmqpOptions) -> Exchange {
    let queues = &options.queues;
    Exchange {
        name: options.exchange.clone(),
        kind: ExchangeKind::Topic,
        durable: queues.durable || queues.quorum,
        auto_delete: queues.auto_delete,
    }
}

/// The exchange of what goes to all hosts of a topic. It goes with its last queue.
pub(super) fn fanout_exchange(options: &AmqpOptions, topic: &str) -> Exchange {
    Exchange {
        name: format!("{topic}_fanout"),
        kind: ExchangeKind::Fanout,
        // A stream needs transient quorum queues, so both sides say the same.
        durable: options.queues.transient_quorum,
        auto_delete: true,
    }
}

/// A queue of a topic, or of one host of it.
pub(super) fn topic_queue(options: &AmqpOptions, name: &str) -> Queue {
    let queues = &options.queues;
    Queue {
        name: name.to_owned(),
        role: Role::Topic,
        durable: queues.durable || queues.quorum,
        auto_delete: queues.auto_delete,
        arguments: arguments(queues, queues.quorum, 0),
        consumer_arguments: consumer_arguments(queues),
    }
}

/// A host's queue of what goes to all hosts of a topic: one of its own, or the one stream.
pub(super) fn fanout_queue(options: &AmqpOptions, topic: &str, unique: &str) -> Queue {
    let queues = &options.queues;
    if queues.stream_fanout {
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), text("stream"));
        if queues.transient_ttl > 0 {
            arguments.insert("x-max-age".into(), text(&format!("{}s", queues.transient_ttl)));
        }
        let mut consumer_arguments = FieldTable::default();
        consumer_arguments.insert("x-stream-offset".into(), text("last"));
        return Queue {
            name: format!("{topic}_fanout"),
            role: Role::Fanout,
            durable: true,
            auto_delete: false,
            arguments,
            consumer_arguments,
        };
    }
    Queue {
        name: format!("{topic}_fanout_{unique}"),
        role: Role::Fanout,
        durable: queues.transient_quorum,
        auto_delete: false,
        arguments: arguments(queues, queues.transient_quorum, queues.transient_ttl),
        consumer_arguments: consumer_arguments(queues),
    }
}

/// A caller's queue.
pub(super) fn reply_queue(options: &AmqpOptions, unique: &str) -> Queue {
    let queues = &options.queues;
    Queue {
        name: format!("reply_{unique}"),
        role: Role::Reply,
        durable: queues.transient_quorum,
        auto_delete: false,
        arguments: arguments(queues, queues.transient_quorum, queues.transient_ttl),
        consumer_arguments: consumer_arguments(queues),
    }
}

fn arguments(queues: &Queues, is_quorum: bool, ttl: u32) -> FieldTable {
    let mut arguments = FieldTable::default();
    if queues.ha {
        arguments.insert("x-ha-policy".into(), text("all"));
    }
    if is_quorum {
        arguments.insert("x-queue-type".into(), text("quorum"));
        for (name, limit) in [
            ("x-delivery-limit", queues.delivery_limit),
            ("x-max-in-memory-length", queues.max_memory_length),
            ("x-max-in-memory-bytes", queues.max_memory_bytes),
        ] {
            if limit != 0 {
                arguments.insert(name.into(), AMQPValue::LongLongInt(limit));
            }
        }
    }
    if ttl > 0 {
        arguments.insert("x-expires".into(), AMQPValue::LongLongInt(i64::from(ttl) * 1000));
    }
    arguments
}

fn consumer_arguments(queues: &Queues) -> FieldTable {
    let mut arguments = FieldTable::default();
    if queues.cancel_on_failover {
        arguments.insert("x-cancel-on-ha-failover".into(), AMQPValue::Boolean(true));
    }
    arguments
}

fn text(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: &[(&str, &str)]) -> AmqpOptions {
        set.iter().fold(AmqpOptions::new(), |options, (name, value)| options.set(name, value).unwrap())
    }

    fn shown(table: &FieldTable) -> String {
        let shown: Vec<String> = table
            .inner()
            .iter()
            .map(|(name, value)| match value {
                AMQPValue::LongString(text) => format!("{name}={text}"),
                other => format!("{name}={other:?}"),
            })
            .collect();
        shown.join(" ")
    }

    #[test]
    fn a_stream_has_no_argument_but_its_own() {
        let options = with(&[
            ("rabbit_stream_fanout", "1"),
            ("rabbit_transient_quorum_queue", "1"),
            ("enable_cancel_on_failover", "1"),
        ]);
        let queue = fanout_queue(&options, "compute", "unique");
        assert_eq!((queue.name.as_str(), queue.durable), ("compute_fanout", true));
        assert_eq!(shown(&queue.arguments), "x-max-age=1800s x-queue-type=stream");
        assert_eq!(shown(&queue.consumer_arguments), "x-stream-offset=last");
        assert!(fanout_exchange(&options, "compute").durable);
    }

    #[test]
    fn quorum_queues_of_topics_leave_transient_ones_alone() {
        let options = with(&[("rabbit_quorum_queue", "1"), ("rabbit_quorum_delivery_limit", "5")]);
        let topic = topic_queue(&options, "compute");
        assert!(topic.durable && topic_exchange(&options).durable);
        assert_eq!(shown(&topic.arguments), "x-delivery-limit=LongLongInt(5) x-queue-type=quorum");
        let reply = reply_queue(&options, "unique");
        assert!(!reply.durable);
        assert_eq!(shown(&reply.arguments), "x-expires=LongLongInt(1800000)");
        let forever = with(&[("rabbit_transient_queues_ttl", "0"), ("rabbit_ha_queues", "1")]);
        assert_eq!(shown(&reply_queue(&forever, "u").arguments), "x-ha-policy=all");
    }
}
