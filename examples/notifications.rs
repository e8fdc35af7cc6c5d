//! Prints what the services of a fleet tell, as it comes.
//!
//! ```text
//! cargo run --features amqp --example notifications -- --config-file /etc/nova/nova.conf --pool mine
//! cargo run --features amqp --example notifications -- --transport-url rabbit://guest:guest@localhost/ --tell
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use versioned_objects::rpc::{
    Amqp, AmqpConfig, AmqpOptions, BoxFuture, CallContext, Handled, Notification, NotificationEndpoint,
    NotificationFilter, NotificationListener, Notifier, Payload,
};

/// Prints what the services of a fleet tell.
#[derive(Parser)]
struct Options {
    /// A service's file, as nova.conf; the later ones before the earlier
    #[arg(long, required_unless_present = "transport_url")]
    config_file: Vec<PathBuf>,
    /// The brokers, instead of files
    #[arg(long, conflicts_with = "config_file")]
    transport_url: Option<String>,
    /// The exchange of the services; in files it's control_exchange
    #[arg(long, default_value = "nova")]
    exchange: String,
    /// What is listened to
    #[arg(long, default_value = "versioned_notifications")]
    topic: String,
    /// Each notification goes to one listener of each pool
    #[arg(long)]
    pool: Option<String>,
    /// A pattern of event types
    #[arg(long, default_value = "")]
    event_type: String,
    /// Tells one itself, and ends when it has heard it
    #[arg(long)]
    tell: bool,
}

struct Printer {
    filter: NotificationFilter,
    heard: tokio::sync::mpsc::UnboundedSender<()>,
}

impl NotificationEndpoint for Printer {
    fn filter(&self) -> Option<&NotificationFilter> {
        Some(&self.filter)
    }

    fn take<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            let Notification { timestamp, priority, publisher_id, event_type, .. } = notification;
            println!("{timestamp} {priority:8} {publisher_id} {event_type}: {}", summary(notification));
            // Nobody counts, where this goes on until it's interrupted.
            let _ = self.heard.send(());
            Handled::Done
        })
    }
}

/// The object's name and version, and its plain fields.
fn summary(notification: &Notification) -> String {
    let Ok(payload) = notification.read_plain::<Value>() else { return notification.as_json().to_owned() };
    let text = |key: &str| payload.get(format!("nova_object.{key}")).and_then(Value::as_str);
    let (Some(name), Some(version)) = (text("name"), text("version")) else { return payload.to_string() };
    let data = payload.get("nova_object.data").and_then(Value::as_object);
    let plain = data.into_iter().flatten().filter(|(_, value)| !value.is_object() && !value.is_array());
    let shown: Vec<String> = plain.map(|(field, value)| format!("{field}={value}")).collect();
    format!("{name} {version} {}", shown.join(" "))
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("notifications: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let config = match &options.transport_url {
        Some(url) => AmqpConfig::new(url.parse()?, AmqpOptions::new().exchange(&options.exchange)),
        None => AmqpConfig::from_files(&options.config_file)?.notifications(),
    };
    let amqp = Amqp::connect_to(&config, "notifications").await?;
    let (heard, mut count) = tokio::sync::mpsc::unbounded_channel();
    let filter = NotificationFilter::new().event_type(&options.event_type)?;
    let listener = NotificationListener::new(&amqp).topic(&options.topic).endpoint(Printer { filter, heard });
    let listener = match &options.pool {
        Some(pool) => listener.pool(pool),
        None => listener,
    };
    let listening = listener.start().await?;
    if options.tell {
        let notifier = Notifier::new(&amqp, "example:here").topics([&options.topic]);
        let payload = Payload::plain(&"hello")?;
        notifier.info(&CallContext::new(), "example.hello", payload).await?;
        count.recv().await;
    } else {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            reason = listening.refused() => return Err(reason.into()),
        }
    }
    listening.stop().await;
    Ok(())
}
