//! The sets of options that hosts of both kinds meet under.

/// Options of the driver's group by the name of the set. Each option of the table in the documentation is in one.
const SETS: &[(&str, &[&str])] = &[
    ("plain", &[]),
    ("durable", &["amqp_durable_queues = true"]),
    ("auto_delete", &["amqp_auto_delete = true"]),
    ("quorum", &["rabbit_quorum_queue = true"]),
    (
        "limits",
        &[
            "rabbit_quorum_queue = true",
            "rabbit_transient_quorum_queue = true",
            "rabbit_quorum_delivery_limit = 7",
            "rabbit_quorum_max_memory_length = 1000",
            "rabbit_quorum_max_memory_bytes = 1000000",
        ],
    ),
    ("transient", &["rabbit_transient_quorum_queue = true"]),
    (
        "durable_transient",
        &["amqp_durable_queues = true", "amqp_auto_delete = true", "rabbit_transient_quorum_queue = true"],
    ),
    ("ha", &["rabbit_ha_queues = true", "amqp_durable_queues = true"]),
    ("ha_auto_delete", &["rabbit_ha_queues = true", "amqp_auto_delete = true"]),
    ("managed", &["use_queue_manager = true", "hostname = a-host"]),
    (
        "stream",
        &[
            "rabbit_quorum_queue = true",
            "rabbit_stream_fanout = true",
            "rabbit_transient_quorum_queue = true",
            "rabbit_qos_prefetch_count = 10",
        ],
    ),
    ("gzip", &["kombu_compression = gzip"]),
    ("bzip2", &["kombu_compression = bzip2"]),
    ("brotli", &["kombu_compression = brotli"]),
    ("xz", &["kombu_compression = xz"]),
    ("zstd", &["kombu_compression = zstd"]),
    ("tls", &["ssl = true"]),
    (
        "tls_told",
        &[
            "ssl = true",
            "ssl_version = TLSv1_2",
            "ssl_enforce_hostname_verification = false",
            "ssl_enforce_fips_mode = false",
            "rabbit_login_method = AMQPLAIN",
        ],
    ),
    ("external", &["ssl = true", "rabbit_login_method = EXTERNAL"]),
    ("heartbeats", &["heartbeat_timeout_threshold = 2", "heartbeat_rate = 4", "rabbit_login_method = PLAIN"]),
    (
        "rest",
        &[
            "enable_cancel_on_failover = true",
            "rabbit_login_method = PLAIN",
            "heartbeat_timeout_threshold = 0",
            "rabbit_qos_prefetch_count = 1",
            "kombu_failover_strategy = shuffle",
            "kombu_reconnect_delay = 0.5",
            "kombu_reconnect_splay = 0.1",
            "kombu_missing_consumer_retry_timeout = 20",
            "rabbit_retry_interval = 1",
            "rabbit_retry_backoff = 1",
            "rabbit_interval_max = 5",
            "rpc_conn_pool_size = 4",
            "conn_pool_min_size = 1",
            "conn_pool_ttl = 600",
            "direct_mandatory_flag = false",
        ],
    ),
];

/// Options that the file of each set has.
pub const ALWAYS: [&str; 5] =
    ["rabbit_transient_queues_ttl", "processname", "ssl_ca_file", "ssl_cert_file", "ssl_key_file"];

/// The sets that the broker is tried with: all, or those in TEST_BROKER_SETS.
pub fn sets() -> Vec<&'static (&'static str, &'static [&'static str])> {
    let wanted = std::env::var("TEST_BROKER_SETS").ok();
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|sets| sets.split(',').any(|set| set == name));
    SETS.iter().filter(|(name, _)| is_wanted(name)).collect()
}

#[test]
fn the_sets_have_each_option_of_the_table() {
    const TABLE: &str = include_str!("../../../src/rpc/amqp/options.md");
    let of_group = TABLE.lines().filter_map(|row| row.strip_prefix("| `[oslo_messaging_rabbit]` | `"));
    let options: Vec<&str> = of_group.filter_map(|row| row.split('`').next()).collect();
    assert!(options.len() > 30, "{options:?}");
    let of_sets =
        SETS.iter().flat_map(|(_, options)| *options).filter_map(|option| option.split(" = ").next());
    let tried: Vec<&str> = of_sets.chain(ALWAYS).collect();
    let untried: Vec<&str> = options.into_iter().filter(|option| !tried.contains(option)).collect();
    assert!(untried.is_empty(), "no set has {untried:?}");
}
