//! Packets of both protocol versions, written and read with rumqttc's coding.

#[path = "v311.rs"]
mod from_v311;
#[path = "v5.rs"]
mod from_v5;

use bytes::{Bytes, BytesMut};
use rumqttc::mqttbytes as v4;
use rumqttc::v5::mqttbytes::v5;
use rumqttc::v5::mqttbytes::{self as v5bytes, QoS};
use trunkline_core::Routing;

use super::Plan;
use crate::config::{MqttConfig, MqttVersion, PublishQos};
use crate::wire::Message;

/// A packet that cannot be read: the link is of no use any more.
#[derive(Debug, thiserror::Error)]
#[error("a packet cannot be read: {0}")]
pub(crate) struct Malformed(String);

/// What a broker says when a link begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Welcome {
    pub(crate) session_present: bool,
    /// Most publishes it has in hand at a time.
    pub(crate) receive_max: u16,
    pub(crate) max_packet: Option<u32>,
    pub(crate) keep_alive: Option<u16>,
    pub(crate) retain: bool,
    pub(crate) shared: bool,
    pub(crate) max_qos: u8,
}

/// What comes from a broker.
#[derive(Debug)]
pub(super) enum Incoming {
    Welcome(Result<Welcome, Refusal>),
    Publish {
        message: Message,
        /// Zero for what needs no ack.
        pkid: u16,
        dup: bool,
    },
    /// PUBACK, or PUBREC of QoS 2.
    Taken {
        pkid: u16,
        released: bool,
        outcome: Result<Routing, String>,
    },
    PubComp(u16),
    SubAck(u16, Vec<Result<(), String>>),
    /// The id, and whether there was no such subscription, as far as it is told.
    UnsubAck(u16, bool),
    PingResp,
    Disconnect(Goodbye),
}

/// Why a broker turns us away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: String,
    /// What to check, if trying again is of no use.
    pub(crate) check: Option<&'static str>,
}

/// Why a broker ends a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goodbye {
    pub(crate) reason: String,
    pub(crate) taken_over: bool,
}

/// A topic filter to subscribe to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Filter {
    pub(crate) path: String,
}

/// A PUBLISH packet, complete but for its id.
#[derive(Debug)]
pub(crate) struct Packet {
    bytes: BytesMut,
    id_at: Option<usize>,
}

impl Packet {
    /// Writes a message as a packet.
    pub(crate) fn new(version: MqttVersion, message: Message, qos: PublishQos) -> Self {
        let qos = match qos {
            PublishQos::AtMostOnce => QoS::AtMostOnce,
            PublishQos::AtLeastOnce => QoS::AtLeastOnce,
            PublishQos::Handshake => QoS::ExactlyOnce,
        };
        let mut bytes = BytesMut::new();
        let topic = message.topic.len();
        let written = match version {
            MqttVersion::V5 => {
                let publish = publish_v5(message, qos);
                bytes.reserve(publish.size());
                publish.write(&mut bytes).map_err(|error| error.to_string())
            }
            MqttVersion::V311 => {
                let qos = v4::qos(qos as u8).expect("the versions share their QoS");
                let mut publish = v4::v4::Publish::from_bytes(message.topic, qos, message.payload);
                publish.retain = message.retain;
                publish.pkid = u16::from(qos != v4::QoS::AtMostOnce);
                bytes.reserve(publish.size());
                publish.write(&mut bytes).map_err(|error| error.to_string())
            }
        };
        written.expect("sizes are checked before, and the id is not zero");
        let length_bytes = bytes[1..].iter().take_while(|byte| **byte & 0x80 != 0);
        let header = 2 + length_bytes.count();
        let id_at = (qos != QoS::AtMostOnce).then_some(header + 2 + topic);
        Self { bytes, id_at }
    }

    /// Whether the broker answers it.
    pub(crate) fn is_answered(&self) -> bool {
        self.id_at.is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn set_id(&mut self, id: u16) {
        if let Some(at) = self.id_at {
            self.bytes[at..at + 2].copy_from_slice(&id.to_be_bytes());
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn publish_v5(message: Message, qos: QoS) -> v5::Publish {
    let properties = v5::PublishProperties {
        payload_format_indicator: None,
        message_expiry_interval: message.expiry,
        topic_alias: None,
        response_topic: message.response_topic,
        correlation_data: message.correlation,
        user_properties: message.properties,
        subscription_identifiers: Vec::new(),
        content_type: message.content_type,
    };
    v5::Publish {
        dup: false,
        qos,
        retain: message.retain,
        topic: Bytes::from(message.topic),
        pkid: u16::from(qos != QoS::AtMostOnce),
        payload: message.payload,
        properties: Some(properties),
    }
}

/// Writes and reads packets of one version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codec {
    pub(super) version: MqttVersion,
    pub(super) max_incoming: usize,
}

impl Codec {
    fn put(
        self,
        out: &mut BytesMut,
        v5: impl FnOnce() -> v5::Packet,
        v4: impl FnOnce() -> v4::v4::Packet,
    ) {
        let written = match self.version {
            MqttVersion::V5 => v5().write(out, None).map_err(|error| error.to_string()),
            MqttVersion::V311 => v4()
                .write(out, usize::MAX)
                .map_err(|error| error.to_string()),
        };
        written.expect("packets of ours are well formed and small");
    }

    pub(super) fn connect(self, config: &MqttConfig, plan: &Plan, out: &mut BytesMut) {
        let keep_alive = u16::try_from(config.keep_alive.as_secs()).unwrap_or(u16::MAX);
        let v5 = || {
            let mut properties = v5::ConnectProperties::new();
            properties.session_expiry_interval = Some(plan.session_expiry);
            properties.receive_maximum = Some(plan.receive_max);
            properties.max_packet_size = u32::try_from(config.max_packet).ok();
            let connect = v5::Connect {
                keep_alive,
                client_id: plan.client_id.clone(),
                clean_start: plan.clean_start,
                properties: Some(properties),
            };
            let will = plan.will.as_ref();
            let will = will.map(|(topic, payload)| {
                v5::LastWill::new(
                    topic.as_str(),
                    payload.clone(),
                    QoS::AtLeastOnce,
                    true,
                    None,
                )
            });
            let login = config.credentials.as_ref();
            let login = login.map(|(user, password)| v5::Login::new(user, password));
            v5::Packet::Connect(connect, will, login)
        };
        let v4 = || {
            let mut connect = v4::v4::Connect::new(plan.client_id.as_str());
            connect.keep_alive = keep_alive;
            connect.clean_session = plan.session_expiry == 0;
            let will = plan.will.as_ref();
            connect.last_will = will.map(|(topic, payload)| {
                let payload = payload.clone();
                v4::v4::LastWill::new(topic.as_str(), payload, v4::QoS::AtLeastOnce, true)
            });
            let login = config.credentials.as_ref();
            connect.login = login.map(|(user, password)| v4::v4::Login::new(user, password));
            v4::v4::Packet::Connect(connect)
        };
        self.put(out, v5, v4);
    }

    pub(super) fn subscribe(self, id: u16, filters: &[Filter], out: &mut BytesMut) {
        let paths = || filters.iter().map(|filter| filter.path.clone());
        let v5 = || {
            let filters = paths().map(|path| v5::Filter::new(path, QoS::AtLeastOnce));
            let mut subscribe = v5::Subscribe::new_many(filters, None);
            subscribe.pkid = id;
            v5::Packet::Subscribe(subscribe)
        };
        let v4 = || {
            let filters =
                paths().map(|path| v4::v4::SubscribeFilter::new(path, v4::QoS::AtLeastOnce));
            let mut subscribe = v4::v4::Subscribe::new_many(filters);
            subscribe.pkid = id;
            v4::v4::Packet::Subscribe(subscribe)
        };
        self.put(out, v5, v4);
    }

    pub(super) fn unsubscribe(self, id: u16, filters: &[Filter], out: &mut BytesMut) {
        let paths = || filters.iter().map(|filter| filter.path.clone()).collect();
        let v5 = || {
            v5::Packet::Unsubscribe(v5::Unsubscribe {
                pkid: id,
                filters: paths(),
                properties: None,
            })
        };
        let v4 = || {
            v4::v4::Packet::Unsubscribe(v4::v4::Unsubscribe {
                pkid: id,
                topics: paths(),
            })
        };
        self.put(out, v5, v4);
    }

    pub(super) fn puback(self, id: u16, out: &mut BytesMut) {
        // The same in both versions when there is nothing more to say (MQTT 5 §3.4.2.1).
        out.extend_from_slice(&[0x40, 2]);
        out.extend_from_slice(&id.to_be_bytes());
    }

    pub(super) fn pubrel(self, id: u16, out: &mut BytesMut) {
        out.extend_from_slice(&[0x62, 2]);
        out.extend_from_slice(&id.to_be_bytes());
    }

    pub(super) fn ping(self, out: &mut BytesMut) {
        out.extend_from_slice(&[0xC0, 0]);
    }

    /// Says goodbye. A will is published all the same: it tells the others that we are away
    /// (MQTT 5 §3.14.2.1). MQTT 3.1.1 has no such word, and there nothing is said: false.
    pub(super) fn disconnect(self, will: bool, out: &mut BytesMut) -> bool {
        match (will, self.version) {
            (false, _) => out.extend_from_slice(&[0xE0, 0]),
            (true, MqttVersion::V5) => out.extend_from_slice(&[0xE0, 1, 0x04]),
            (true, MqttVersion::V311) => return false,
        }
        true
    }

    /// Takes one packet off the front, if it is there as a whole.
    pub(super) fn read(self, from: &mut BytesMut) -> Result<Option<Incoming>, Malformed> {
        match self.version {
            MqttVersion::V5 => {
                let limit = u32::try_from(self.max_incoming).ok();
                match v5::check(from.iter(), limit) {
                    Ok(_) => {}
                    Err(v5bytes::Error::InsufficientBytes(_)) => return Ok(None),
                    Err(error) => return Err(Malformed(error.to_string())),
                }
                let packet = v5::Packet::read(from, limit);
                from_v5::read(packet.map_err(|error| Malformed(error.to_string()))?).map(Some)
            }
            MqttVersion::V311 => {
                match v4::check(from.iter(), self.max_incoming) {
                    Ok(_) => {}
                    Err(v4::Error::InsufficientBytes(_)) => return Ok(None),
                    Err(error) => return Err(Malformed(error.to_string())),
                }
                let packet = v4::v4::Packet::read(from, self.max_incoming);
                from_v311::read(packet.map_err(|error| Malformed(error.to_string()))?).map(Some)
            }
        }
    }
}

fn unexpected(packet: &impl std::fmt::Debug) -> Malformed {
    let kind = format!("{packet:?}");
    let name = kind.split(['(', ' ']).next().unwrap_or_default();
    Malformed(format!("a broker sends no {name}"))
}
