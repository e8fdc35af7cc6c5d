//! Hears nova's notifications, reads each with derived objects and with those of a schema alone, and tells what was read to
//! the topics `derived` and `dynamic`: `relay CONF SCHEMA`.

mod objects;

use versioned_objects::Target;
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::rpc::{
    Amqp, AmqpConfig, BoxFuture, Handled, Notification, NotificationEndpoint, NotificationListener, Notifier,
    Payload,
};

struct Relay {
    /// The objects, and who tells what was read with them.
    ways: [(Registry, Notifier); 2],
}

/// The payload as this host read it, or what is wrong with it.
fn read(notification: &Notification, registry: &Registry) -> Result<Payload, String> {
    let read = notification.read_any(registry).map_err(|error| error.to_string())?;
    if !read.newer.is_empty() {
        return Err(format!("newer than nova's own classes: {:?}", read.newer));
    }
    Payload::of(&read.payload, Target::Own).map_err(|error| error.to_string())
}

impl NotificationEndpoint for Relay {
    fn take<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            let Notification { priority, context, event_type, publisher_id, .. } = notification;
            for (registry, notifier) in &self.ways {
                let payload = read(notification, registry).unwrap_or_else(|reason| {
                    eprintln!("{event_type}: {reason}");
                    Payload::plain(&reason).expect("a text has a JSON form")
                });
                let notifier = notifier.clone().publisher_id(&**publisher_id);
                if let Err(error) = notifier.notify(*priority, context, &**event_type, payload).await {
                    eprintln!("{event_type}: {error}");
                    return Handled::Requeue;
                }
            }
            Handled::Done
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (conf, schema) = (arguments.next().ok_or("no CONF")?, arguments.next().ok_or("no SCHEMA")?);
    let schemas: Schemas = std::fs::read_to_string(schema)?.parse()?;
    let mut dynamic = Registry::new();
    for entry in schemas.objects {
        dynamic = dynamic.with_schema(entry.schema);
    }
    let config = AmqpConfig::from_files([conf])?.notifications();
    let amqp = Amqp::connect_to(&config, "relay").await?;
    let told = |topic| Notifier::new(&amqp, "relay").topics([topic]);
    let relay = Relay { ways: [(objects::registry(), told("derived")), (dynamic, told("dynamic"))] };
    let listener = NotificationListener::new(&amqp).topic("versioned_notifications");
    let _listening = listener.endpoint(relay).start().await?;
    println!("listening");
    tokio::signal::ctrl_c().await?;
    Ok(())
}
