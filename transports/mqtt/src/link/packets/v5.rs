//! What comes from a broker in MQTT 5.

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5;
use trunkline_core::Routing;

use super::{Goodbye, Incoming, Malformed, Refusal, Welcome, unexpected};

pub(super) fn read(packet: v5::Packet) -> Result<Incoming, Malformed> {
    Ok(match packet {
        v5::Packet::ConnAck(ack) => Incoming::Welcome(welcome(ack)),
        v5::Packet::PubAck(ack) => {
            use v5::PubAckReason as Reason;
            Incoming::Taken {
                pkid: ack.pkid,
                released: false,
                outcome: match ack.reason {
                    Reason::Success => Ok(Routing::Unknown),
                    Reason::NoMatchingSubscribers => Ok(Routing::Unroutable),
                    other => Err(format!("{other:?}")),
                },
            }
        }
        v5::Packet::PubRec(ack) => {
            use v5::PubRecReason as Reason;
            Incoming::Taken {
                pkid: ack.pkid,
                released: true,
                outcome: match ack.reason {
                    Reason::Success => Ok(Routing::Unknown),
                    Reason::NoMatchingSubscribers => Ok(Routing::Unroutable),
                    other => Err(format!("{other:?}")),
                },
            }
        }
        v5::Packet::PubComp(ack) => Incoming::PubComp(ack.pkid),
        v5::Packet::SubAck(ack) => {
            let codes = ack.return_codes.iter().map(|code| match code {
                v5::SubscribeReasonCode::Success(QoS::AtMostOnce) => {
                    Err("the broker grants QoS 0 only".to_owned())
                }
                v5::SubscribeReasonCode::Success(_) => Ok(()),
                other => Err(format!("{other:?}")),
            });
            Incoming::SubAck(ack.pkid, codes.collect())
        }
        v5::Packet::UnsubAck(ack) => {
            let missing = v5::UnsubAckReason::NoSubscriptionExisted;
            Incoming::UnsubAck(ack.pkid, ack.reasons.contains(&missing))
        }
        v5::Packet::PingResp(_) => Incoming::PingResp,
        v5::Packet::Disconnect(bye) => {
            let said = bye.properties.and_then(|more| more.reason_string);
            let code = format!("{:?}", bye.reason_code);
            Incoming::Disconnect(Goodbye {
                reason: said.map_or(code.clone(), |said| format!("{code}: {said}")),
                taken_over: bye.reason_code == v5::DisconnectReasonCode::SessionTakenOver,
            })
        }
        other => return Err(unexpected(&other)),
    })
}

fn welcome(ack: v5::ConnAck) -> Result<Welcome, Refusal> {
    use v5::ConnectReturnCode as Code;
    let said = ack
        .properties
        .as_ref()
        .and_then(|more| more.reason_string.as_ref());
    let reason = said.map_or_else(
        || format!("{:?}", ack.code),
        |said| format!("{:?}: {said}", ack.code),
    );
    let check = match ack.code {
        Code::Success => {
            let more = ack.properties;
            let more = more.as_ref();
            let flag = |value: Option<u8>| value != Some(0);
            return Ok(Welcome {
                session_present: ack.session_present,
                receive_max: more.and_then(|more| more.receive_max).unwrap_or(u16::MAX),
                max_packet: more.and_then(|more| more.max_packet_size),
                keep_alive: more.and_then(|more| more.server_keep_alive),
                retain: flag(more.and_then(|more| more.retain_available)),
                shared: flag(more.and_then(|more| more.shared_subscription_available)),
                max_qos: more.and_then(|more| more.max_qos).unwrap_or(2),
            });
        }
        Code::BadUserNamePassword | Code::NotAuthorized | Code::BadAuthenticationMethod => {
            Some("user and password in the URL, and the broker's access list")
        }
        Code::UnsupportedProtocolVersion | Code::RefusedProtocolVersion => {
            Some("`version` in the URL")
        }
        Code::ClientIdentifierNotValid | Code::BadClientId => Some("`client_id` in the URL"),
        Code::Banned => Some("why the broker bans this client"),
        _ => None,
    };
    Err(Refusal { reason, check })
}
