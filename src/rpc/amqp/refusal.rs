//! Refusals of the broker, told with the option that would mend them.

use lapin::ErrorKind;

use super::topology::{Exchange, Queue, Role};

/// Why something wasn't done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The connection was lost, or a node is down; it can be tried again.
    Lost(String),
    /// The broker refuses it, and would each time.
    Refused(String),
}

/// Reason of what was given up with its connection.
pub(super) const LOST: &str = "the connection was lost meanwhile";

impl Trouble {
    pub(super) fn into_reason(self) -> String {
        match self {
            Trouble::Lost(reason) | Trouble::Refused(reason) => reason,
        }
    }
}

/// Exchange or queue that was to be declared.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    Exchange(&'a Exchange),
    Queue(&'a Queue),
}

/// The code of AMQP and what the broker says with it, where it's the broker who refuses.
pub(super) fn said(error: &lapin::Error) -> Option<(u16, String)> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some((error.get_id(), one_line(error.get_message().as_str()))),
        _ => None,
    }
}

/// Text of the broker or of the network.
pub(super) fn told(error: &lapin::Error) -> String {
    said(error).map_or_else(|| one_line(&error.to_string()), |(code, text)| format!("{text} ({code})"))
}

/// The broker's words, without the line breaks in them and what doesn't belong on a terminal.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|found: char| found.is_whitespace() || found.is_control()).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

const ACCESS_REFUSED: u16 = 403;
const PRECONDITION_FAILED: u16 = 406;
const NOT_ALLOWED: u16 = 530;
const NOT_IMPLEMENTED: u16 = 540;
const INTERNAL_ERROR: u16 = 541;

/// Whether the broker would answer so each time.
fn is_refusal(code: u16, text: &str) -> bool {
    match code {
        ACCESS_REFUSED | PRECONDITION_FAILED | NOT_ALLOWED | NOT_IMPLEMENTED => true,
        // Else it is what a node says that isn't well.
        INTERNAL_ERROR => text.contains("not permitted") || text.contains("deprecated"),
        _ => false,
    }
}

/// Whether something of that name is there and is durable, or isn't, unlike what was asked for.
pub(super) fn is_of_durability(error: &lapin::Error) -> bool {
    said(error).is_some_and(|(code, text)| {
        code == PRECONDITION_FAILED && text.contains("inequivalent arg 'durable'")
    })
}

/// Outcome of a declaration.
pub(super) fn trouble(error: &lapin::Error, wanted: Wanted<'_>) -> Trouble {
    let Some((code, text)) = said(error) else { return Trouble::Lost(told(error)) };
    if !is_refusal(code, &text) {
        return Trouble::Lost(format!("{text} ({code})"));
    }
    let what = match wanted {
        Wanted::Exchange(exchange) => format!("exchange {}", exchange.name),
        Wanted::Queue(queue) => format!("queue {}", queue.name),
    };
    let mend = mend(code, &text, wanted);
    Trouble::Refused(format!("the broker refuses the {what}: {text} ({code}); {mend}"))
}

fn mend(code: u16, text: &str, wanted: Wanted<'_>) -> String {
    if code == ACCESS_REFUSED {
        return "the user of transport_url needs the permission to configure, write and read it".to_owned();
    }
    let is_topic = match wanted {
        Wanted::Exchange(exchange) => exchange.kind == lapin::ExchangeKind::Topic,
        Wanted::Queue(queue) => queue.role == Role::Topic,
    };
    if text.contains("transient_nonexcl_queues") || text.contains("not permitted") {
        return if is_topic {
            "rabbit_quorum_queue = true or amqp_durable_queues = true makes it one that the broker permits"
                .to_owned()
        } else {
            "rabbit_transient_quorum_queue = true makes it one that the broker permits".to_owned()
        };
    }
    let argument = text.split_once("inequivalent arg '").and_then(|(_, rest)| rest.split_once('\''));
    let options = match argument.map(|(argument, _)| argument) {
        Some("durable") if is_topic => "amqp_durable_queues or rabbit_quorum_queue",
        Some("durable") => "rabbit_transient_quorum_queue or rabbit_stream_fanout",
        Some("auto_delete") => "amqp_auto_delete",
        Some("x-queue-type") if is_topic => "rabbit_quorum_queue",
        Some("x-queue-type") => "rabbit_transient_quorum_queue or rabbit_stream_fanout",
        Some("x-expires" | "x-max-age") => "rabbit_transient_queues_ttl",
        Some("x-delivery-limit") => "rabbit_quorum_delivery_limit",
        Some("x-max-in-memory-length") => "rabbit_quorum_max_memory_length",
        Some("x-max-in-memory-bytes") => "rabbit_quorum_max_memory_bytes",
        Some("x-ha-policy") => "rabbit_ha_queues",
        _ if text.contains("non-durable") => {
            "amqp_durable_queues, rabbit_quorum_queue or rabbit_transient_quorum_queue"
        }
        _ => {
            return "its options in [oslo_messaging_rabbit] have to be those of the hosts that declared it"
                .to_owned();
        }
    };
    format!(
        "{options} has to be what it is for the hosts that declared it, or the {} deleted",
        match wanted {
            Wanted::Exchange(_) => "exchange",
            Wanted::Queue(_) => "queue",
        }
    )
}

/// Why a broker doesn't let this host in, with the option to look at.
pub(super) fn of_connecting(error: &lapin::Error) -> String {
    let said = said(error);
    let told = told(error);
    match said {
        Some((ACCESS_REFUSED, _)) => {
            format!("{told}; the user or password in transport_url, or rabbit_login_method, isn't right")
        }
        Some((NOT_ALLOWED, _)) => {
            format!("{told}; transport_url names a virtual host that isn't there, or isn't this user's")
        }
        _ => told,
    }
}
