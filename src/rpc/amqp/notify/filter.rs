use std::fmt;

use regex::Regex;
use serde_json::Value;

use super::message::Notification;
use crate::rpc::{CallContext, json};

/// Which notifications an endpoint takes (`oslo_messaging.NotificationFilter`): patterns that have to fit the beginning
/// of a text, each of them.
///
/// ```
/// # use versioned_objects::rpc::NotificationFilter;
/// let filter = NotificationFilter::new()
///     .publisher_id("nova-compute:.*")?
///     .event_type(r"instance\.live_migration_.*\.end$")?
///     .field("state", "active$")?;
/// # Ok::<(), versioned_objects::rpc::PatternError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NotificationFilter {
    publisher_id: Option<Regex>,
    event_type: Option<Regex>,
    context: Vec<(String, Regex)>,
    metadata: Vec<(String, Regex)>,
    payload: Vec<(String, Regex)>,
    fields: Vec<(String, Regex)>,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

/// A pattern that fits from the beginning, as Python's `match`.
fn pattern(text: &str) -> Result<Regex, PatternError> {
    Regex::new(&format!(r"\A(?:{text})")).map_err(|error| {
        let told = error.to_string();
        PatternError(told.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned())
    })
}

impl NotificationFilter {
    /// One that takes all.
    pub fn new() -> Self {
        NotificationFilter::default()
    }

    /// The publisher fits the pattern.
    ///
    /// # Errors
    /// Where that is no pattern; so for the others.
    pub fn publisher_id(mut self, text: &str) -> Result<Self, PatternError> {
        self.publisher_id = Some(pattern(text)?);
        Ok(self)
    }

    /// A pattern that the event's type has to fit.
    ///
    /// # Errors
    /// Where that is no pattern.
    pub fn event_type(mut self, text: &str) -> Result<Self, PatternError> {
        self.event_type = Some(pattern(text)?);
        Ok(self)
    }

    /// A key of the context is there, and its text fits the pattern.
    ///
    /// # Errors
    /// Where that is no pattern.
    pub fn context(mut self, key: impl Into<String>, text: &str) -> Result<Self, PatternError> {
        self.context.push((key.into(), pattern(text)?));
        Ok(self)
    }

    /// `message_id` or `timestamp` fits the pattern.
    ///
    /// # Errors
    /// Where that is no pattern.
    pub fn metadata(mut self, key: impl Into<String>, text: &str) -> Result<Self, PatternError> {
        self.metadata.push((key.into(), pattern(text)?));
        Ok(self)
    }

    /// A key of the payload is there, and its text fits the pattern. An object's own keys are those of its envelope.
    ///
    /// # Errors
    /// Where that is no pattern.
    pub fn payload(mut self, key: impl Into<String>, text: &str) -> Result<Self, PatternError> {
        self.payload.push((key.into(), pattern(text)?));
        Ok(self)
    }

    /// A field of the object that is the payload is there, and its text fits the pattern.
    ///
    /// # Errors
    /// Where that is no pattern.
    pub fn field(mut self, name: impl Into<String>, text: &str) -> Result<Self, PatternError> {
        self.fields.push((name.into(), pattern(text)?));
        Ok(self)
    }

    /// Whether a notification is one of those.
    pub fn takes(&self, notification: &Notification) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
        };
        if !fits(&self.publisher_id, &notification.publisher_id)
            || !fits(&self.event_type, &notification.event_type)
        {
            return false;
        }
        let of_context = |context: &CallContext, key: &str| context.get::<String>(key);
        let of_metadata = |key: &str| match key {
            "message_id" => Some(notification.message_id.clone()),
            "timestamp" => Some(notification.timestamp.clone()),
            _ => None,
        };
        all(&self.context, |key| of_context(&notification.context, key))
            && all(&self.metadata, of_metadata)
            && self.takes_payload(notification)
    }

    fn takes_payload(&self, notification: &Notification) -> bool {
        if self.payload.is_empty() && self.fields.is_empty() {
            return true;
        }
        let Ok(Value::Object(payload)) = json::read_value(notification.as_json()) else { return false };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let data = payload.iter().find(|(key, _)| key.ends_with(".data")).map(|(_, data)| data);
        all(&self.payload, |key| text(payload.get(key)))
            && all(&self.fields, |name| text(data.and_then(|data| data.get(name))))
    }
}

fn all(patterns: &[(String, Regex)], text: impl Fn(&str) -> Option<String>) -> bool {
    patterns.iter().all(|(key, pattern)| text(key).is_some_and(|text| pattern.is_match(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notification() -> Notification {
        Notification::from_text(
            r#"{"publisher_id": "nova-compute:h", "event_type": "instance.update", "priority": "INFO",
                "timestamp": "2026-11-28 20:30:05.123456", "_context_tenant": "t1",
                "payload": {"nova_object.name": "P", "nova_object.data": {"state": "active", "memory": 5}, "a": "b"}}"#,
        )
        .unwrap()
    }

    #[test]
    fn filters_fit_as_in_oslo_messaging() {
        let new = NotificationFilter::new;
        for (filter, takes) in [
            (Ok(new()), true),
            (new().publisher_id("nova-compute"), true),
            (new().publisher_id("compute"), false),
            (new().publisher_id("NOVA").and_then(|filter| filter.event_type("x")), false),
            (new().publisher_id("(?i)NOVA"), true),
            (new().event_type(r"instance\.\w+$"), true),
            (new().event_type("a|instance"), true),
            (new().context("tenant", "t"), true),
            (new().context("project", ""), false),
            (new().metadata("timestamp", r"2026-11-28\s"), true),
            (new().metadata("nothing", ""), false),
            (new().payload("a", "b"), true),
            (new().payload("state", "active"), false),
            (new().field("state", "act"), true),
            (new().field("memory", "5"), false),
        ] {
            let filter: NotificationFilter = filter.unwrap();
            assert_eq!(filter.takes(&notification()), takes, "{filter:?}");
        }
        assert_eq!(new().event_type("(").unwrap_err().to_string(), "unclosed group");
    }
}
