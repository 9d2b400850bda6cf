//! What comes from a broker in MQTT 3.1.1.

use rumqttc::mqttbytes as v4;
use trunkline_core::Routing;

use super::{Incoming, Malformed, Refusal, Welcome, unexpected};

pub(super) fn read(packet: v4::v4::Packet) -> Result<Incoming, Malformed> {
    use v4::v4::Packet as P;
    Ok(match packet {
        P::ConnAck(ack) => Incoming::Welcome(welcome(&ack)),
        P::PubAck(ack) => Incoming::Taken {
            pkid: ack.pkid,
            released: false,
            outcome: Ok(Routing::Unknown),
        },
        P::PubRec(ack) => Incoming::Taken {
            pkid: ack.pkid,
            released: true,
            outcome: Ok(Routing::Unknown),
        },
        P::PubComp(ack) => Incoming::PubComp(ack.pkid),
        P::SubAck(ack) => {
            use v4::v4::SubscribeReasonCode as Code;
            let codes = ack.return_codes.iter().map(|code| match code {
                Code::Success(v4::QoS::AtMostOnce) => {
                    Err("the broker grants QoS 0 only".to_owned())
                }
                Code::Success(_) => Ok(()),
                Code::Failure => Err("the broker gives no reason".to_owned()),
            });
            Incoming::SubAck(ack.pkid, codes.collect())
        }
        P::UnsubAck(ack) => Incoming::UnsubAck(ack.pkid, false),
        P::PingResp => Incoming::PingResp,
        other => return Err(unexpected(&other)),
    })
}

fn welcome(ack: &v4::v4::ConnAck) -> Result<Welcome, Refusal> {
    use v4::v4::ConnectReturnCode as Code;
    let check = match ack.code {
        Code::Success => {
            return Ok(Welcome {
                session_present: ack.session_present,
                receive_max: u16::MAX,
                max_packet: None,
                keep_alive: None,
                retain: true,
                shared: true,
                max_qos: 2,
            });
        }
        Code::BadUserNamePassword | Code::NotAuthorized => {
            Some("user and password in the URL, and the broker's access list")
        }
        Code::RefusedProtocolVersion => Some("`version` in the URL"),
        Code::BadClientId => Some("`client_id` in the URL"),
        Code::ServiceUnavailable => None,
    };
    Err(Refusal {
        reason: format!("{:?}", ack.code),
        check,
    })
}
