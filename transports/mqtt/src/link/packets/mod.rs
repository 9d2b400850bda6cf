//! Packets of both protocol versions, written and read with rumqttc's coding but for those that
//! carry events.

#[path = "v311.rs"]
mod from_v311;
#[path = "v5.rs"]
mod from_v5;
mod publish;

use bytes::BytesMut;
use rumqttc::mqttbytes as v4;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5;
use trunkline_core::Routing;

use super::Plan;
use crate::config::{MqttConfig, MqttVersion};
use crate::wire::Message;
pub(crate) use publish::Packet;

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
        let Some((header, length)) = publish::frame(from)? else {
            return Ok(None);
        };
        if length > self.max_incoming {
            let limit = self.max_incoming;
            return Err(Malformed(format!(
                "{length} bytes are over our limit of {limit}"
            )));
        }
        if from.len() < header + length {
            return Ok(None);
        }
        let mut packet = from.split_to(header + length);
        if packet[0] >> 4 == 3 {
            let flags = packet[0] & 0x0F;
            let body = packet.freeze().slice(header..);
            return publish::read(self.version, flags, body).map(Some);
        }
        match publish::read_puback(&packet) {
            Some(answer) => Ok(Some(answer)),
            None => self.read_other(&mut packet).map(Some),
        }
    }

    fn read_other(self, packet: &mut BytesMut) -> Result<Incoming, Malformed> {
        match self.version {
            MqttVersion::V5 => {
                let packet = v5::Packet::read(packet, None);
                from_v5::read(packet.map_err(|error| Malformed(error.to_string()))?)
            }
            MqttVersion::V311 => {
                let packet = v4::v4::Packet::read(packet, usize::MAX);
                from_v311::read(packet.map_err(|error| Malformed(error.to_string()))?)
            }
        }
    }
}

fn unexpected(packet: &impl std::fmt::Debug) -> Malformed {
    let kind = format!("{packet:?}");
    let name = kind.split(['(', ' ']).next().unwrap_or_default();
    Malformed(format!("a broker sends no {name}"))
}
