//! Publishing: what applications send, and our own messages.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use trunkline_core::{Envelope, PublishOptions, Receipt, Routing, TransportError, check_publish};

use crate::NAME;
use crate::client::Client;
use crate::config::PublishQos;
use crate::link::{LinkState, Packet, Unanswered};
use crate::wire::{Message, encode};

/// Longest wait for the broker to take a message of our own.
const OWN_PATIENCE: Duration = Duration::from_secs(30);

/// Longer than anybody waits.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

impl Client {
    pub(crate) async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.board().check_open()?;
        let can = self.capabilities();
        check_publish(NAME, can, &envelope)?;
        let refuse = |what, hint| TransportError::Unsupported {
            transport: NAME,
            what,
            hint,
        };
        if options.delay.is_some() {
            return Err(refuse("a delayed delivery", "publish when it is due"));
        }
        if options.retain && !can.retain {
            return Err(refuse("a last value", "the broker says that it keeps none"));
        }
        if envelope.properties().expiration().is_some() && !can.expiry {
            return Err(refuse("an expiry", "use `version=5`, or none"));
        }
        let encoded = encode(&envelope, self.name());
        let mut message = encoded.map_err(|source| TransportError::Header {
            transport: NAME,
            source,
        })?;
        message.retain = options.retain;
        if options.retain && envelope.body().is_empty() {
            // Clears what is kept: no envelope around nothing.
            message.properties.clear();
        } else if self.config().uses_envelope() {
            message = message.pack();
        }
        let mut packet = self.packet(&message, self.config().qos)?;
        if envelope.properties().expiration().is_some() {
            // Brokers drop what has expired, and nobody is to miss it.
            packet = packet.unnumbered();
        }
        let key = envelope.routing_key().as_str();
        let wait = options.timeout.min(NEVER);
        let seeks_subscribers = !options.retain;
        let sent = self.send_packet(packet, key, wait, seeks_subscribers);
        sent.await.map(Receipt::new)
    }

    /// Sends a message of ours, which subscribers need not count.
    pub(crate) async fn send(
        &self,
        message: Message,
        qos: PublishQos,
        wait: Duration,
    ) -> Result<Routing, TransportError> {
        let packet = self.packet(&message, qos)?.unnumbered();
        self.send_packet(packet, &message.topic, wait, false).await
    }

    fn packet(&self, message: &Message, qos: PublishQos) -> Result<Packet, TransportError> {
        let limit = self.publisher().max_packet().min(self.config().max_packet);
        let too_large = |size| TransportError::PayloadTooLarge {
            transport: NAME,
            size,
            limit,
        };
        let packet = Packet::new(self.config().version, message, qos).map_err(too_large)?;
        match packet.len() {
            size if size > limit => Err(too_large(size)),
            _ => Ok(packet),
        }
    }

    async fn send_packet(
        &self,
        packet: Packet,
        key: &str,
        wait: Duration,
        seeks_subscribers: bool,
    ) -> Result<Routing, TransportError> {
        let begun = Instant::now();
        let link = self.publisher();
        let sent = link.publish(packet, begun + wait, seeks_subscribers).await;
        sent.map_err(|unanswered| match unanswered {
            Unanswered::Closed => self.why_closed(),
            Unanswered::NotTaken { endpoint, reason } => not_taken(key, endpoint, reason),
            Unanswered::InTime => {
                let (transport, routing_key) = (NAME, key.to_owned());
                match *link.state().borrow() {
                    LinkState::Up => TransportError::ConfirmTimeout {
                        transport,
                        routing_key,
                        waited: begun.elapsed(),
                    },
                    _ => TransportError::Lost {
                        transport,
                        routing_key,
                    },
                }
            }
        })
    }

    /// Sends a message of ours; returns when the broker has it.
    pub(crate) async fn send_own(&self, message: Message) -> Result<Routing, TransportError> {
        let v5 = self.config().version == crate::config::MqttVersion::V5;
        let message = if v5 { message } else { message.pack() };
        let qos = PublishQos::AtLeastOnce;
        self.send(message, qos, OWN_PATIENCE).await
    }

    /// Has the broker keep a message of ours.
    pub(crate) async fn keep(&self, message: Message) -> Result<(), TransportError> {
        self.send_own(message).await.map(drop)
    }

    /// Has the broker keep a text of ours.
    pub(crate) async fn say(&self, topic: String, payload: Bytes) -> Result<(), TransportError> {
        let message = Message {
            topic,
            retain: true,
            payload,
            ..Message::default()
        };
        let qos = PublishQos::AtLeastOnce;
        self.send(message, qos, OWN_PATIENCE).await.map(drop)
    }

    /// Has the broker forget what it keeps under a topic (MQTT 5 §3.3.1.3).
    pub(crate) async fn clear(&self, topic: &str) -> Result<(), TransportError> {
        self.say(topic.to_owned(), Bytes::new()).await
    }
}

/// The broker answered that it does not take a publish.
fn not_taken(key: &str, endpoint: String, reason: String) -> TransportError {
    if reason.contains("NotAuthorized") {
        return TransportError::Denied {
            transport: NAME,
            endpoint,
            check: "the broker's access list: it takes no such publish from us",
            source: format!("`{key}`: {reason}").into(),
        };
    }
    TransportError::Broker {
        transport: NAME,
        what: format!("the broker does not take `{key}`: {reason}"),
        source: None,
    }
}
