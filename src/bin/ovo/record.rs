//! `ovo record`: messages as they go by, with secrets masked.

use std::io::BufRead;

use versioned_objects::check::record_line;

/// Arguments of the command.
#[derive(clap::Args)]
pub struct Record {
    #[cfg(feature = "amqp")]
    #[command(flatten)]
    broker: broker::Options,
}

impl Record {
    /// Prints a line of a record for each message.
    ///
    /// # Errors
    /// Where the broker isn't there, or a line can't be read, or is no message.
    pub fn run(
        &self,
        messages: impl BufRead,
        print: impl Fn(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        #[cfg(feature = "amqp")]
        if let Some(config) = self.broker.config()? {
            return self.broker.run(&config, print);
        }
        for (number, line) in messages.lines().enumerate() {
            let line = line.map_err(|error| error.to_string())?;
            if !line.trim().is_empty() {
                let recorded = record_line(&line).map_err(|error| format!("line {}: {error}", number + 1))?;
                print(&format!("{recorded}\n"))?;
            }
        }
        Ok(())
    }
}

#[cfg(feature = "amqp")]
mod broker {
    use std::ops::ControlFlow;
    use std::path::PathBuf;
    use std::time::Duration;

    use versioned_objects::check::record_line;
    use versioned_objects::rpc::{AmqpConfig, AmqpOptions, Copies, TransportUrl, watch};

    /// The exchange of RabbitMQ's own copies.
    const TRACE: &str = "amq.rabbitmq.trace";

    #[derive(clap::Args)]
    pub struct Options {
        /// The broker whose messages are recorded, as a service's `transport_url` names it; standard input is read
        /// where none is named.
        #[arg(long, value_name = "URL", conflicts_with = "config")]
        broker: Option<TransportUrl>,
        /// A service's configuration file that names the broker, so that its password stands in no command line.
        #[arg(long, value_name = "FILE")]
        config: Vec<PathBuf>,
        /// The exchange whose messages are copied. RabbitMQ's own copies are those of `amq.rabbitmq.trace`, once
        /// `rabbitmqctl trace_on` turned it on.
        #[arg(long, value_name = "NAME", default_value = TRACE)]
        exchange: String,
        /// The routing keys, by a pattern; `publish.#` of RabbitMQ's own copies, which has each message once, and `#` of
        /// any other exchange.
        #[arg(long, value_name = "PATTERN")]
        key: Option<String>,
        /// A queue of copies to read, in place of an exchange. What is recorded is taken from it.
        #[arg(long, value_name = "NAME", conflicts_with_all = ["exchange", "key"])]
        queue: Option<String>,
        /// Ends after so many messages.
        #[arg(long, value_name = "NUMBER")]
        count: Option<u64>,
        /// Ends after so many seconds.
        #[arg(long, value_name = "SECONDS")]
        seconds: Option<u64>,
    }

    impl Options {
        /// How the broker is reached, where one is named.
        pub fn config(&self) -> Result<Option<AmqpConfig>, String> {
            if let Some(url) = &self.broker {
                return Ok(Some(AmqpConfig::new(url.clone(), AmqpOptions::default())));
            }
            if self.config.is_empty() {
                return Ok(None);
            }
            AmqpConfig::from_files(&self.config).map(Some).map_err(|error| error.to_string())
        }

        fn copies(&self) -> Copies {
            if let Some(queue) = &self.queue {
                return Copies::Queue(queue.clone());
            }
            let every = if self.exchange == TRACE { "publish.#" } else { "#" };
            let key = self.key.clone().unwrap_or_else(|| every.to_owned());
            Copies::Exchange { name: self.exchange.clone(), key }
        }

        /// Prints a line of a record for each message that goes by. What is no message of a host's is counted and left out.
        pub fn run(
            &self,
            config: &AmqpConfig,
            print: impl Fn(&str) -> Result<(), String>,
        ) -> Result<(), String> {
            let (mut recorded, mut left_out, mut failed) = (0_u64, 0_u64, None);
            let hears = |body: Result<std::borrow::Cow<'_, [u8]>, String>| {
                let line = body.and_then(|body| {
                    let text = std::str::from_utf8(&body).map_err(|error| error.to_string())?;
                    record_line(text).map_err(|error| error.to_string())
                });
                match line.map(|line| print(&format!("{line}\n"))) {
                    Ok(Ok(())) => recorded += 1,
                    // Nobody reads on.
                    Ok(Err(error)) => {
                        failed = Some(error);
                        return ControlFlow::Break(());
                    }
                    Err(_) => left_out += 1,
                }
                match self.count {
                    Some(count) if recorded >= count => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            };
            let copies = self.copies();
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            let outcome = runtime.block_on(async {
                let watching = watch(config, &copies, hears);
                match self.seconds {
                    Some(seconds) => {
                        let watched = tokio::time::timeout(Duration::from_secs(seconds), watching);
                        watched.await.unwrap_or(Ok(()))
                    }
                    None => watching.await,
                }
            });
            if left_out > 0 {
                anstream::eprintln!("{left_out} that are no messages of hosts were left out");
            }
            outcome.map_err(|error| error.to_string())?;
            failed.map_or(Ok(()), Err)
        }
    }
}
