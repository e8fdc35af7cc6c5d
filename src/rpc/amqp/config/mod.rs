//! The configuration of a service as its fleet has it.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `ini` | files in oslo.config's dialect |
//! | `url` | `transport_url` |
//! | `table` | the options that there are, and what becomes of each |
//! | `value` | values as oslo.config's types read them |

mod error;
mod ini;
mod table;
mod url;
mod value;

use std::path::Path;

use self::ini::Ini;
use self::table::{DEFAULT, NOTIFICATIONS, TABLE, apply, markdown, set, set_rabbit, unknown};
use super::options::AmqpOptions;

pub use self::error::ConfigError;
pub use self::url::TransportUrl;

pub(super) use self::error::RABBIT;
pub(super) use self::url::Broker;

/// Where the brokers are, and what a connection to them is made with: what a service reads from its configuration.
#[derive(Clone, Debug)]
pub struct AmqpConfig {
    /// The `transport_url`, taken apart.
    pub url: TransportUrl,
    /// `[oslo_messaging_rabbit]` and the RPC part of `[DEFAULT]`.
    pub options: AmqpOptions,
    notifications: Option<TransportUrl>,
}

impl AmqpConfig {
    /// A configuration of brokers and options.
    pub fn new(url: TransportUrl, options: AmqpOptions) -> Self {
        AmqpConfig { url, options, notifications: None }
    }

    /// The configuration for notifications: they may have brokers of their own.
    pub fn notifications(&self) -> AmqpConfig {
        AmqpConfig { url: self.notifications.clone().unwrap_or_else(|| self.url.clone()), ..self.clone() }
    }

    /// Reads a service's files (`--config-file`), the later ones before the earlier.
    ///
    /// `[DEFAULT]` holds the options of the whole service, so what isn't known there is passed over; in
    /// `[oslo_messaging_rabbit]` it's an error.
    ///
    /// # Errors
    /// Where a file can't be read, or says what can't be: one line that names the file, the option or the line.
    pub fn from_files<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<Self, ConfigError> {
        let mut ini = Ini::default();
        for file in files {
            let file = file.as_ref();
            let shown = file.display().to_string();
            let bytes = std::fs::read(file)
                .map_err(|error| ConfigError::new(format!("can't be read: {error}")).in_file(&shown))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| ConfigError::new("the file isn't utf-8").in_file(&shown))?;
            ini.read(&text).map_err(|error| error.in_file(&shown))?;
        }
        AmqpConfig::of(&ini)
    }

    /// Reads the text of one file.
    ///
    /// # Errors
    /// Where it says what can't be.
    pub fn from_text(text: &str) -> Result<Self, ConfigError> {
        let mut ini = Ini::default();
        ini.read(text)?;
        AmqpConfig::of(&ini)
    }

    fn of(ini: &Ini) -> Result<Self, ConfigError> {
        let mut options = AmqpOptions::new();
        // A file that names no driver sends no notifications.
        options.notify.drivers.clear();
        let mut url = "rabbit://".to_owned();
        let mut notifications = None;
        for row in TABLE {
            let current = ini.values(row.group, row.name).last();
            let former = row.former.and_then(|former| ini.values(row.group, former).last());
            let Some(value) = current.or(former) else { continue };
            let at = |reason: String| ConfigError::new(reason).at_option(row.group, row.name);
            let value = if (row.group, row.name) == (NOTIFICATIONS, "driver") {
                &ini.values(row.group, row.name).join("\n")
            } else {
                value
            };
            let value = ini.substituted(row.group, value).map_err(at)?;
            if (row.group, row.name) == (NOTIFICATIONS, "transport_url") {
                notifications =
                    Some(value.parse().map_err(|error: ConfigError| error.at_option(row.group, row.name))?);
            } else if row.name == "transport_url" {
                url = value;
            } else {
                apply(&mut options, row, &value)?;
            }
        }
        let known = |name: &str| {
            TABLE.iter().any(|row| row.group == RABBIT && (row.name == name || row.former == Some(name)))
        };
        if let Some((name, _)) = ini.section(RABBIT).find(|(name, _)| !known(name)) {
            return Err(unknown(RABBIT, name, |row| row.group == RABBIT));
        }
        for (name, _) in ini.section(DEFAULT) {
            let nearest = TABLE.iter().find(|row| {
                row.group == DEFAULT && row.name != name && strsim::damerau_levenshtein(row.name, name) <= 2
            });
            if let Some(nearest) = nearest {
                tracing::warn!(
                    option = name,
                    nearest = nearest.name,
                    "an option that oslo.messaging doesn't know"
                );
            }
        }
        let config = AmqpConfig { url: url.parse()?, options, notifications };
        config.resolved()?;
        Ok(config)
    }

    /// The options with those of the URL's query in their place.
    pub(super) fn resolved(&self) -> Result<AmqpOptions, ConfigError> {
        let mut options = self.options.clone();
        for (name, value) in &self.url.query {
            set_rabbit(&mut options, name, value)?;
        }
        options.tls.is_on |= self.url.is_tls;
        options.check()?;
        Ok(options)
    }
}

impl AmqpOptions {
    /// Sets an option of `[oslo_messaging_rabbit]`, or of the RPC part of `[DEFAULT]`, by its name, to a value as it
    /// would stand in a file.
    ///
    /// # Errors
    /// Where there is no such option, and then the error says which has the nearest name; where it can't have that
    /// value; and where this driver can't do what it asks for.
    pub fn set(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        set(&mut self, name, value)?;
        Ok(self)
    }

    /// The options that [`set`](Self::set) and files know, and what becomes of each, as a table in Markdown.
    pub fn table() -> String {
        markdown()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        AmqpConfig::from_text(text).unwrap_err().to_string()
    }

    #[test]
    fn a_file_gives_the_options_that_it_names() {
        let config = AmqpConfig::from_text(
            "[DEFAULT]\ndebug = true\nhost_of_mq = mq\ntransport_url = rabbit://nova:p$$w@$host_of_mq:5/cell?heartbeat_rate=2&\
             amqp_auto_delete=yes\nrpc_thread_pool_size = 7\nrpc_response_timeout = 11\n[oslo_messaging_rabbit]\n\
             kombu_reconnect_timeout = 5\nrabbit_quorum_queue = true\nrabbit_quorum_queue = false\namqp_auto_delete = no\n",
        )
        .unwrap();
        assert_eq!(config.url.brokers[0].password, "p$w");
        assert_eq!(config.url.brokers[0].to_string(), "mq:5");
        let options = config.resolved().unwrap();
        assert_eq!(
            (options.workers, options.response_timeout.as_secs(), options.retry.as_secs()),
            (7, 11, 5)
        );
        assert!(!options.queues.quorum && options.queues.auto_delete);
    }

    #[test]
    fn what_a_configuration_cannot_have_is_one_line() {
        const NEAREST: &str = "there is no such option in oslo.messaging 18.3; the nearest is";
        for (text, told) in [
            (
                "[oslo_messaging_rabbit]\nrabbit_durable_queues = true\n",
                format!("[oslo_messaging_rabbit] rabbit_durable_queues: {NEAREST} amqp_durable_queues"),
            ),
            (
                "[DEFAULT]\ntransport_url = rabbit://h/?driver=x\n",
                "[oslo_messaging_rabbit] driver: there is no such option in oslo.messaging 18.3".to_owned(),
            ),
            (
                "[DEFAULT]\ntransport_url = rabbit://u:pa$word@h/\n",
                "[DEFAULT] transport_url: a $ in it names no option of this file; the character itself is $$".to_owned(),
            ),
            (
                "[oslo_messaging_rabbit]\nrabbit_stream_fanout = 1\nrabbit_qos_prefetch_count = 5\n",
                "[oslo_messaging_rabbit] rabbit_stream_fanout: needs rabbit_transient_quorum_queue = true".to_owned(),
            ),
            (
                "[oslo_messaging_rabbit]\nssl_key_file = k\n",
                "[oslo_messaging_rabbit] ssl_cert_file: a client's certificate needs its key, and a key its certificate"
                    .to_owned(),
            ),
        ] {
            assert_eq!(refused(text), told);
        }
        let both = refused("[oslo_messaging_rabbit]\nrabbit_ha_queues = 1\nrabbit_quorum_queue = 1\n");
        assert!(both.starts_with("[oslo_messaging_rabbit] rabbit_ha_queues: "), "{both}");
        let missing = AmqpConfig::from_files(["/nowhere/nova.conf"]).unwrap_err().to_string();
        assert!(missing.starts_with("/nowhere/nova.conf: can't be read: "), "{missing}");
    }
}
