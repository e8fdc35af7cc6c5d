use std::fmt::Write as _;
use std::time::Duration;

use lapin::uri::SASLMechanism;

use super::error::{ConfigError, RABBIT};
use super::value::{boolean, choice, seconds, whole, whole_seconds};
use crate::rpc::amqp::compression::Compression;
use crate::rpc::amqp::notify::Driver;
use crate::rpc::amqp::options::{AmqpOptions, MOST_WORKERS};

pub(super) const DEFAULT: &str = "DEFAULT";
pub(super) const NOTIFICATIONS: &str = "oslo_messaging_notifications";

type Setter = fn(&mut AmqpOptions, &str) -> Result<(), String>;

/// An option that `oslo.messaging` 18.3 has.
pub(super) struct Row {
    pub(super) group: &'static str,
    pub(super) name: &'static str,
    /// The name that it had.
    pub(super) former: Option<&'static str>,
    default: &'static str,
    /// Use that is made of it here.
    fate: Fate,
    set: Setter,
}

enum Fate {
    /// As in `oslo.messaging`.
    Done,
    /// Done, with a difference.
    But(&'static str),
    /// Taken and checked, without effect: why.
    NoEffect(&'static str),
}

use Fate::{But, Done, NoEffect};

const fn row(group: &'static str, name: &'static str, default: &'static str, fate: Fate, set: Setter) -> Row {
    Row { group, name, former: None, default, fate, set }
}

const MOST: i64 = i64::MAX;

fn only_boolean(_: &mut AmqpOptions, text: &str) -> Result<(), String> {
    boolean(text).map(drop)
}

fn only_whole(_: &mut AmqpOptions, text: &str) -> Result<(), String> {
    whole(text, i64::MIN, MOST).map(drop)
}

fn seconds_of(text: &str, least: i64) -> Result<Duration, String> {
    let seconds = whole(text, least, i64::from(u32::MAX))?;
    Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

fn path(text: &str) -> Option<std::path::PathBuf> {
    (!text.is_empty()).then(|| text.into())
}

fn name_of(text: &str) -> Result<Option<String>, String> {
    if text.contains('/') {
        return Err("a / can't stand in the name of a queue that has a file of its own".to_owned());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn driver(name: &str) -> Result<Driver, String> {
    choice(
        name,
        &[
            ("messagingv2", Driver::Enveloped),
            ("messaging", Driver::Bare),
            ("routing", Driver::Silent),
            ("log", Driver::Silent),
            ("test", Driver::Silent),
            ("noop", Driver::Silent),
        ],
    )
}

/// The options, in the order in which they are told.
pub(super) const TABLE: &[Row] = &[
    row(
        DEFAULT,
        "transport_url",
        "rabbit://",
        But("`amqp://` and `amqps://` too; `kombu://` connects"),
        |_, text| text.parse::<super::url::TransportUrl>().map(drop).map_err(|error| error.to_string()),
    ),
    row(DEFAULT, "control_exchange", "openstack", Done, |options, text| {
        text.clone_into(&mut options.exchange);
        Ok(())
    }),
    Row {
        former: Some("rpc_thread_pool_size"),
        ..row(
            DEFAULT,
            "executor_thread_pool_size",
            "64",
            But("tasks, not threads; the others stay with the broker"),
            |options, text| {
                let workers = whole(text, 1, MOST)?;
                options.workers = usize::try_from(workers).unwrap_or(MOST_WORKERS).min(MOST_WORKERS);
                Ok(())
            },
        )
    },
    row(
        DEFAULT,
        "rpc_response_timeout",
        "60",
        But("for clients that `Amqp::client` makes"),
        |options, text| {
            options.response_timeout = seconds_of(text, 0)?;
            Ok(())
        },
    ),
    row(DEFAULT, "rpc_ping_enabled", "false", Done, |options, text| {
        options.ping = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "amqp_durable_queues", "false", Done, |options, text| {
        options.queues.durable = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "amqp_auto_delete", "false", Done, |options, text| {
        options.queues.auto_delete = boolean(text)?;
        Ok(())
    }),
    row(
        RABBIT,
        "rpc_conn_pool_size",
        "30",
        NoEffect("one connection carries all, by channels"),
        |_, text| whole(text, 1, MOST).map(drop),
    ),
    row(RABBIT, "conn_pool_min_size", "2", NoEffect("one connection carries all"), only_whole),
    row(RABBIT, "conn_pool_ttl", "1200", NoEffect("one connection carries all"), only_whole),
    row(
        RABBIT,
        "ssl",
        "false",
        But(
            "needs the feature `amqp-tls`; without `ssl_ca_file` the certificate is checked by the system's, where Python checks nothing",
        ),
        |options, text| {
            options.tls.is_on = boolean(text)?;
            Ok(())
        },
    ),
    row(
        RABBIT,
        "ssl_version",
        "",
        NoEffect("TLS 1.2 or 1.3, whichever both have; older ones are refused"),
        |_, text| match text.to_lowercase().as_str() {
            "" | "sslv23" | "tlsv1_2" => Ok(()),
            "tlsv1" | "tlsv1_1" | "sslv2" | "sslv3" => {
                Err("TLS before 1.2 isn't spoken here; leave it out".to_owned())
            }
            _ => Err("none of TLSv1, SSLv23, SSLv2, SSLv3, TLSv1_1, TLSv1_2".to_owned()),
        },
    ),
    row(RABBIT, "ssl_key_file", "", Done, |options, text| {
        options.tls.key = path(text);
        Ok(())
    }),
    row(RABBIT, "ssl_cert_file", "", Done, |options, text| {
        options.tls.certificate = path(text);
        Ok(())
    }),
    row(RABBIT, "ssl_ca_file", "", Done, |options, text| {
        options.tls.ca = path(text);
        Ok(())
    }),
    row(
        RABBIT,
        "ssl_enforce_hostname_verification",
        "true",
        NoEffect("the name of each broker is always checked, with several brokers too"),
        only_boolean,
    ),
    row(RABBIT, "ssl_enforce_fips_mode", "false", NoEffect("nor has it in Python"), only_boolean),
    row(RABBIT, "kombu_reconnect_delay", "1.0", But("0 unless it is set"), |options, text| {
        options.reconnect.delay = seconds(text, 4.5)?;
        Ok(())
    }),
    row(RABBIT, "kombu_reconnect_splay", "0.0", Done, |options, text| {
        options.reconnect.splay = seconds(text, f64::from(u32::MAX))?;
        Ok(())
    }),
    row(
        RABBIT,
        "kombu_compression",
        "",
        But(
            "`gzip`, `zlib`, `bzip2`, `bzip`, `brotli`, `lzma`, `xz`, `zstd`, `zstandard` and their media types, with the feature `amqp-compression`; `bz2`, which the help of the option names, is known to neither; kombu knows `brotli` where its package is installed",
        ),
        |options, text| {
            options.compression = if text.is_empty() { None } else { Some(Compression::named(text)?) };
            Ok(())
        },
    ),
    Row {
        former: Some("kombu_reconnect_timeout"),
        ..row(RABBIT, "kombu_missing_consumer_retry_timeout", "60", Done, |options, text| {
            options.retry = whole_seconds(text)?;
            Ok(())
        })
    },
    row(RABBIT, "kombu_failover_strategy", "round-robin", Done, |options, text| {
        options.reconnect.shuffles = choice(text, &[("round-robin", false), ("shuffle", true)])?;
        Ok(())
    }),
    row(RABBIT, "rabbit_login_method", "AMQPLAIN", Done, |options, text| {
        options.login = choice(
            text,
            &[
                ("PLAIN", SASLMechanism::Plain),
                ("AMQPLAIN", SASLMechanism::AMQPlain),
                ("EXTERNAL", SASLMechanism::External),
                ("RABBIT-CR-DEMO", SASLMechanism::RabbitCrDemo),
            ],
        )?;
        Ok(())
    }),
    row(RABBIT, "rabbit_retry_interval", "1", But("0.1 unless one of the three is set"), |options, text| {
        options.reconnect.interval = Some(seconds_of(text, 1)?);
        Ok(())
    }),
    row(
        RABBIT,
        "rabbit_retry_backoff",
        "2",
        But("doubled unless one of the three is set"),
        |options, text| {
            options.reconnect.backoff = Some(seconds_of(text, 0)?);
            Ok(())
        },
    ),
    row(RABBIT, "rabbit_interval_max", "30", But("2 unless one of the three is set"), |options, text| {
        options.reconnect.longest = Some(seconds_of(text, 1)?);
        Ok(())
    }),
    row(RABBIT, "rabbit_ha_queues", "false", Done, |options, text| {
        options.queues.ha = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_quorum_queue", "false", Done, |options, text| {
        options.queues.quorum = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_transient_quorum_queue", "false", Done, |options, text| {
        options.queues.transient_quorum = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_quorum_delivery_limit", "0", Done, |options, text| {
        options.queues.delivery_limit = whole(text, i64::MIN, MOST)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_quorum_max_memory_length", "0", Done, |options, text| {
        options.queues.max_memory_length = whole(text, i64::MIN, MOST)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_quorum_max_memory_bytes", "0", Done, |options, text| {
        options.queues.max_memory_bytes = whole(text, i64::MIN, MOST)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_transient_queues_ttl", "1800", Done, |options, text| {
        let most = i64::from(u32::MAX) / 1000;
        options.queues.transient_ttl = u32::try_from(whole(text, 0, most)?).unwrap_or(u32::MAX / 1000);
        Ok(())
    }),
    row(
        RABBIT,
        "rabbit_qos_prefetch_count",
        "0",
        But(
            "0 is 4 messages of a server's queue and 32 replies, where Python has no limit: what a server has no room for stays with the broker",
        ),
        |options, text| {
            options.prefetch = u16::try_from(whole(text, 0, i64::from(u16::MAX))?).unwrap_or(u16::MAX);
            Ok(())
        },
    ),
    row(
        RABBIT,
        "heartbeat_timeout_threshold",
        "60",
        But(
            "0 leaves it to the broker, whose own default is 60: the client library can't turn heartbeats off",
        ),
        |options, text| {
            let most = i64::from(u16::MAX);
            options.heartbeat = u16::try_from(whole(text, i64::MIN, most)?.max(0)).unwrap_or(u16::MAX);
            Ok(())
        },
    ),
    row(
        RABBIT,
        "heartbeat_rate",
        "3",
        NoEffect(
            "two heartbeats in the time, as AMQP recommends; a broker that was silent for twice the time is gone",
        ),
        only_whole,
    ),
    row(
        RABBIT,
        "direct_mandatory_flag",
        "true",
        NoEffect("replies are always mandatory, as in Python by now"),
        only_boolean,
    ),
    row(RABBIT, "enable_cancel_on_failover", "false", Done, |options, text| {
        options.queues.cancel_on_failover = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "use_queue_manager", "false", Done, |options, text| {
        options.names.managed = boolean(text)?;
        Ok(())
    }),
    row(RABBIT, "hostname", "the machine's", Done, |options, text| {
        options.names.host = name_of(text)?;
        Ok(())
    }),
    row(RABBIT, "processname", "the program's", Done, |options, text| {
        options.names.process = name_of(text)?;
        Ok(())
    }),
    row(RABBIT, "rabbit_stream_fanout", "false", Done, |options, text| {
        options.queues.stream_fanout = boolean(text)?;
        Ok(())
    }),
    // A list in a file; here one value a line.
    row(
        NOTIFICATIONS,
        "driver",
        "",
        But(
            "`messagingv2` and `messaging` send; `routing`, `log`, `test` and `noop` send nothing here. A file without it sends none, as in Python",
        ),
        |options, text| {
            options.notify.drivers =
                text.lines().filter(|name| !name.is_empty()).map(driver).collect::<Result<_, _>>()?;
            Ok(())
        },
    ),
    row(
        NOTIFICATIONS,
        "transport_url",
        "",
        But("`AmqpConfig::notifications` gives the configuration with it"),
        |_, text| text.parse::<super::url::TransportUrl>().map(drop).map_err(|error| error.to_string()),
    ),
    row(NOTIFICATIONS, "topics", "notifications", Done, |options, text| {
        options.notify.topics =
            text.split(',').map(|topic| topic.trim().to_owned()).filter(|topic| !topic.is_empty()).collect();
        Ok(())
    }),
    row(NOTIFICATIONS, "retry", "-1", Done, |options, text| {
        options.notify.retries = u32::try_from(whole(text, i64::MIN, i64::from(u32::MAX))?).ok();
        Ok(())
    }),
];

/// Sets an option by its name.
pub(in crate::rpc::amqp) fn set(
    options: &mut AmqpOptions,
    name: &str,
    value: &str,
) -> Result<(), ConfigError> {
    let is_settable = |row: &Row| row.group != NOTIFICATIONS && row.name != "transport_url";
    let row = TABLE.iter().find(|row| row.name == name && is_settable(row));
    let row = row.ok_or_else(|| unknown(RABBIT, name, is_settable))?;
    apply(options, row, value)
}

/// Sets an option of the driver's group, as one in the query of a URL is.
pub(in crate::rpc::amqp) fn set_rabbit(
    options: &mut AmqpOptions,
    name: &str,
    value: &str,
) -> Result<(), ConfigError> {
    let row = TABLE.iter().find(|row| row.name == name && row.group == RABBIT);
    let row = row.ok_or_else(|| unknown(RABBIT, name, |row| row.group == RABBIT))?;
    apply(options, row, value)
}

pub(super) fn apply(options: &mut AmqpOptions, row: &Row, value: &str) -> Result<(), ConfigError> {
    (row.set)(options, value).map_err(|reason| ConfigError::new(reason).at_option(row.group, row.name))
}

/// The error for a name that no option has.
pub(super) fn unknown(group: &str, name: &str, is_of: impl Fn(&Row) -> bool) -> ConfigError {
    let names = TABLE.iter().filter(|row| is_of(row)).map(|row| row.name);
    let reason = match names.max_by(|one, other| near(one, name).total_cmp(&near(other, name))) {
        Some(nearest) if near(nearest, name) >= NEAR => {
            format!("there is no such option in oslo.messaging 18.3; the nearest is {nearest}")
        }
        _ => "there is no such option in oslo.messaging 18.3".to_owned(),
    };
    // A name may come from a URL, and so from a password that was written down wrongly.
    let is_name = !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|found| found == '_' || found == '-' || found.is_ascii_alphanumeric());
    ConfigError::new(reason).at_option(group, if is_name { name } else { "(no name)" })
}

/// How much of a name has to be right for the nearest one to be told.
const NEAR: f64 = 0.5;

fn near(known: &str, name: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(known, name)
}

/// The table as the documentation has it.
pub(in crate::rpc::amqp) fn markdown() -> String {
    let mut text = String::from("| group | option | default | here |\n| --- | --- | --- | --- |\n");
    for Row { group, name, former, default, fate, .. } in TABLE {
        let former = former.map(|former| format!(" (formerly `{former}`)")).unwrap_or_default();
        let default = match *default {
            "" => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let fate = match fate {
            Done => "done".to_owned(),
            But(difference) => format!("done: {difference}"),
            NoEffect(reason) => format!("no effect: {reason}"),
        };
        let _ = writeln!(text, "| `[{group}]` | `{name}`{former} | {default} | {fate} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the table changes, `WRITE_OPTIONS=1` writes the documentation anew.
    #[test]
    fn the_documentation_tells_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rpc/amqp/options.md");
        if std::env::var_os("WRITE_OPTIONS").is_some() {
            std::fs::write(path, markdown()).unwrap();
        }
        let told = std::fs::read_to_string(path).unwrap();
        assert!(told == markdown(), "options.md differs from the table; WRITE_OPTIONS=1 writes it anew");
    }

    #[test]
    fn each_default_is_a_value_and_changes_nothing() {
        let before = format!("{:?}", AmqpOptions::new());
        for row in TABLE {
            if row.default.starts_with("the ") || row.default.is_empty() {
                continue;
            }
            let mut options = AmqpOptions::new();
            apply(&mut options, row, row.default).unwrap();
            if !matches!(
                row.name,
                "kombu_reconnect_delay"
                    | "rabbit_retry_interval"
                    | "rabbit_retry_backoff"
                    | "rabbit_interval_max"
            ) {
                assert_eq!(format!("{options:?}"), before, "{}", row.name);
            }
        }
    }

    #[test]
    fn an_unknown_option_is_told_with_the_nearest() {
        let told = |name| AmqpOptions::new().set(name, "1").unwrap_err().to_string();
        assert_eq!(
            told("rabbit_quorum_queu"),
            "[oslo_messaging_rabbit] rabbit_quorum_queu: there is no such option in oslo.messaging 18.3; the nearest is \
             rabbit_quorum_queue"
        );
        assert_eq!(told("ssl_cafile").rsplit(' ').next(), Some("ssl_ca_file"));
        assert_eq!(
            told("zzz"),
            "[oslo_messaging_rabbit] zzz: there is no such option in oslo.messaging 18.3"
        );
        assert!(!told("p@ss:w0rd").contains("w0rd"));
    }

    #[test]
    fn a_value_that_an_option_cannot_have_is_told() {
        for (name, value, told) in [
            ("rabbit_quorum_queue", "maybe", "neither true, yes, on, 1 nor false, no, off, 0"),
            ("rabbit_login_method", "plain", "none of PLAIN, AMQPLAIN, EXTERNAL, RABBIT-CR-DEMO"),
            ("kombu_reconnect_delay", "4.6", "more than 4.5"),
            ("rabbit_transient_queues_ttl", "-1", "less than 0"),
            ("rabbit_retry_interval", "0", "less than 1"),
            ("ssl_version", "TLSv1", "TLS before 1.2 isn't spoken here; leave it out"),
            ("executor_thread_pool_size", "many", "not a whole number"),
        ] {
            let error = AmqpOptions::new().set(name, value).unwrap_err();
            assert_eq!(error.option(), Some(name));
            assert!(error.to_string().ends_with(told), "{error}");
        }
    }
}
