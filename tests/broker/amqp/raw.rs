//! A peer that says what it wants.

use futures_lite::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions,
    QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer, ExchangeKind};
use serde_json::{Value, json};

use support::broker;

pub struct Raw {
    _connection: Connection,
    pub channel: Channel,
}

pub fn json_properties() -> BasicProperties {
    BasicProperties::default().with_content_type("application/json".into())
}

/// What the envelope wraps.
pub fn inner(delivery: &Delivery) -> Value {
    let envelope: Value = serde_json::from_slice(&delivery.data).unwrap();
    assert_eq!(envelope["oslo.version"], "2.0");
    serde_json::from_str(envelope["oslo.message"].as_str().unwrap()).unwrap()
}

pub fn envelope(message: &Value) -> Vec<u8> {
    json!({"oslo.version": "2.0", "oslo.message": message.to_string()}).to_string().into_bytes()
}

impl Raw {
    pub async fn connect() -> Self {
        let url = format!("{}%2f", broker::url());
        let connection = Connection::connect(&url, ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
        Raw { _connection: connection, channel }
    }

    /// Takes a queue, declared as `oslo.messaging` does.
    pub async fn queue(&self, name: &str, is_transient: bool) -> Consumer {
        let mut arguments = FieldTable::default();
        if is_transient {
            arguments.insert("x-expires".into(), AMQPValue::LongUInt(1_800_000));
        }
        let options = QueueDeclareOptions::default();
        self.channel.queue_declare(name.into(), options, arguments).await.unwrap();
        let options = BasicConsumeOptions::default();
        self.channel.basic_consume(name.into(), "".into(), options, FieldTable::default()).await.unwrap()
    }

    /// Hears what goes through a topic exchange under these keys, beside whom it is for.
    pub async fn tap(&self, exchange: &str, keys: &[&str]) -> Consumer {
        let options = ExchangeDeclareOptions::default();
        let plain = FieldTable::default;
        self.channel.exchange_declare(exchange.into(), ExchangeKind::Topic, options, plain()).await.unwrap();
        let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        let queue = self.channel.queue_declare("".into(), options, plain()).await.unwrap();
        for key in keys {
            let (name, options) = (queue.name().clone(), QueueBindOptions::default());
            self.channel.queue_bind(name, exchange.into(), (*key).into(), options, plain()).await.unwrap();
        }
        let (name, options) = (queue.name().clone(), BasicConsumeOptions::default());
        self.channel.basic_consume(name, "".into(), options, plain()).await.unwrap()
    }

    pub async fn publish(&self, exchange: &str, key: &str, body: &[u8], properties: BasicProperties) {
        let options = BasicPublishOptions { mandatory: true, immediate: false };
        let confirm = self.channel.basic_publish(exchange.into(), key.into(), options, body, properties);
        let confirmed = confirm.await.unwrap().await.unwrap();
        assert!(confirmed.is_ack() && confirmed.take_message().is_none(), "nobody takes {key}");
    }
}

pub async fn next(consumer: &mut Consumer) -> Delivery {
    let waiting = tokio::time::timeout(std::time::Duration::from_secs(60), consumer.next());
    let delivery = waiting.await.expect("a message in time").unwrap().unwrap();
    delivery.acker.ack(BasicAckOptions::default()).await.unwrap();
    delivery
}
