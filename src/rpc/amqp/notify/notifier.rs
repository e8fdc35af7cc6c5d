use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::value::RawValue;
use uuid::Uuid;

use super::message::Notification;
use super::options::Driver;
use super::priority::Priority;
use crate::error::Error;
use crate::rpc::amqp::clock::{NEVER, NO_RECEIVER_PAUSE, after};
use crate::rpc::amqp::driver::Amqp;
use crate::rpc::amqp::envelope::{self, now_millis};
use crate::rpc::amqp::publish::{Outgoing, Unsent};
use crate::rpc::amqp::topology::{topic_exchange, topic_queue};
use crate::rpc::{Address, CallContext, CallError, Payload, TransportError};

/// How long one try to send a notification may take, where tries are counted.
const ONE_TRY: Duration = Duration::from_secs(10);

/// The keys of a context that say nothing secret; the others stay here, as in `oslo.messaging`.
const TOLD: [&str; 31] = [
    "user",
    "user_id",
    "user_name",
    "user_domain",
    "user_domain_id",
    "user_domain_name",
    "user_identity",
    "project",
    "project_id",
    "project_name",
    "project_domain",
    "project_domain_id",
    "project_domain_name",
    "domain",
    "domain_id",
    "domain_name",
    "service_user_id",
    "service_user_domain_id",
    "service_user_domain_name",
    "service_project_id",
    "service_project_name",
    "service_project_domain_id",
    "service_project_domain_name",
    "service_roles",
    "system_scope",
    "roles",
    "is_admin",
    "request_id",
    "global_request_id",
    "resource_uuid",
    "timestamp",
];

/// Tells others what happened (`oslo_messaging.Notifier`).
///
/// A notification goes to a queue of each topic, `TOPIC.PRIORITY`, which is made where it isn't there: what is told
/// before anybody listens isn't lost. It's sent at least once: one whose confirmation was lost goes out again under its
/// id, by which listeners know it.
#[derive(Clone)]
pub struct Notifier {
    amqp: Amqp,
    publisher_id: String,
    topics: Vec<String>,
    drivers: Vec<Driver>,
    retries: Option<u32>,
}

impl Notifier {
    /// A notifier of that publisher (`SERVICE:HOST`, as nova has it), by what the connection's configuration says:
    /// `[oslo_messaging_notifications]`, else the topic `notifications`.
    pub fn new(amqp: &Amqp, publisher_id: impl Into<String>) -> Self {
        let options = &amqp.link.options.notify;
        Notifier {
            amqp: amqp.clone(),
            publisher_id: publisher_id.into(),
            topics: options.topics.clone(),
            drivers: options.drivers.clone(),
            retries: options.retries,
        }
    }

    /// Notifications go to these topics.
    pub fn topics<T: Into<String>>(mut self, topics: impl IntoIterator<Item = T>) -> Self {
        self.topics = topics.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the notifier for another publisher.
    pub fn publisher_id(mut self, publisher_id: impl Into<String>) -> Self {
        self.publisher_id = publisher_id.into();
        self
    }

    /// How often a notification is sent again that wasn't taken; unless told otherwise, as often as it takes.
    pub fn retry(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Whether notifications go anywhere: a service's file may name no driver.
    pub fn is_enabled(&self) -> bool {
        self.drivers.iter().any(|driver| *driver != Driver::Silent)
    }

    /// Sends a notification. Of the context goes out what says nothing secret.
    ///
    /// # Errors
    /// Where it wasn't taken as often as it was to be tried, or the broker refuses it.
    pub async fn notify(
        &self,
        priority: Priority,
        context: &CallContext,
        event_type: impl Into<String>,
        payload: Payload,
    ) -> Result<(), CallError> {
        if !self.is_enabled() {
            return Ok(());
        }
        let (payload, _) = payload.into_parts();
        let notification = Notification {
            message_id: Uuid::new_v4().to_string(),
            publisher_id: self.publisher_id.clone(),
            event_type: event_type.into(),
            priority,
            timestamp: timestamp(now_millis()),
            context: told(context),
            payload,
        };
        let message = serde_json::to_vec(&notification).map_err(|error| Error::format(&error))?;
        for driver in &self.drivers {
            for topic in &self.topics {
                self.send(*driver, topic, priority, &message).await?;
            }
        }
        Ok(())
    }

    async fn send(
        &self,
        driver: Driver,
        topic: &str,
        priority: Priority,
        message: &[u8],
    ) -> Result<(), TransportError> {
        let queue = format!("{topic}.{priority}");
        let to = || Address::topic(&*queue);
        let failed = |reason: String| TransportError::Unreachable { to: to(), reason };
        let wrapped = match driver {
            Driver::Enveloped => envelope::cast(message),
            Driver::Bare => envelope::bare(message),
            Driver::Silent => return Ok(()),
        };
        let body = Arc::new(wrapped.map_err(failed)?);
        let link = &self.amqp.link;
        let outgoing =
            Outgoing::notification(topic_exchange(&link.options), topic_queue(&link.options, &queue), body);
        let patience = if self.retries.is_some() { ONE_TRY } else { NEVER };
        let mut tries = 0;
        loop {
            let unsent = match link.publish(&outgoing, after(patience)).await {
                Ok(_) => return Ok(()),
                Err(unsent) => unsent,
            };
            // What the broker refuses it refuses again.
            let is_worth_it = link.trouble().is_some() || matches!(unsent, Unsent::InDoubt(_));
            if !is_worth_it || self.retries.is_some_and(|most| tries >= most) {
                tracing::error!(queue, "a notification isn't sent");
                return Err(match unsent {
                    Unsent::Failed(reason) => failed(reason),
                    Unsent::InDoubt(reason) => TransportError::Unknown { to: to(), reason },
                });
            }
            tries += 1;
            tokio::time::sleep(NO_RECEIVER_PAUSE).await;
        }
    }

    /// Sends a notification of [`Priority::Info`].
    ///
    /// # Errors
    /// As [`Notifier::notify`].
    pub async fn info(
        &self,
        context: &CallContext,
        event_type: impl Into<String>,
        payload: Payload,
    ) -> Result<(), CallError> {
        self.notify(Priority::Info, context, event_type, payload).await
    }

    /// Sends a notification of [`Priority::Error`].
    ///
    /// # Errors
    /// As [`Notifier::notify`].
    pub async fn error(
        &self,
        context: &CallContext,
        event_type: impl Into<String>,
        payload: Payload,
    ) -> Result<(), CallError> {
        self.notify(Priority::Error, context, event_type, payload).await
    }
}

/// Part of a context that may be told to everybody.
fn told(context: &CallContext) -> CallContext {
    let mut told = CallContext::new();
    for (key, value) in context.raw() {
        if TOLD.contains(&key) {
            told.insert_raw(key, RawValue::to_owned(value));
        }
    }
    told
}

/// A time as Python prints it: `2026-11-28 20:30:05.123000`.
fn timestamp(millis: i64) -> String {
    let (days, of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // From days since 1970 to a date by the proleptic calendar, in eras of 400 years that begin with March.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (seconds, millis) = (of_day / 1000, of_day % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millis:03}000")
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier")
            .field("publisher_id", &self.publisher_id)
            .field("topics", &self.topics)
            .finish_non_exhaustive()
    }
}
