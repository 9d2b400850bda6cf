use proptest::prelude::*;
use rumqttc::v5::mqttbytes::v5;

use super::*;

fn message() -> Message {
    let mut message = Message {
        topic: "calls/créés".into(),
        retain: true,
        content_type: Some("text/plain".into()),
        response_topic: Some("answers/here".into()),
        correlation: Some(Bytes::from_static(&[0, 255])),
        expiry: Some(77_000),
        payload: Bytes::from(vec![b'x'; 300]),
        ..Message::default()
    };
    message.set("name", "call_created");
    message.set("", "☎");
    message
}

fn written(version: MqttVersion, message: &Message, qos: PublishQos, id: u16) -> Bytes {
    let mut packet = Packet::new(version, message, qos).expect("it is small");
    packet.set_id(id);
    Bytes::copy_from_slice(packet.bytes())
}

fn read_back(version: MqttVersion, packet: &Bytes) -> (Message, u16) {
    let (header, length) = frame(packet).expect("well formed").expect("whole");
    assert_eq!(packet.len(), header + length);
    match read(version, packet[0] & 0x0F, packet.slice(header..)).expect("well formed") {
        Incoming::Publish { message, pkid, .. } => (message, pkid),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_written_is_what_rumqttc_reads() {
    let message = message();
    let packet = written(MqttVersion::V5, &message, PublishQos::AtLeastOnce, 513);
    let read = v5::Packet::read(&mut BytesMut::from(&packet[..]), None);
    let Ok(v5::Packet::Publish(publish)) = read else {
        panic!("{read:?}");
    };
    assert_eq!(
        (publish.pkid, publish.retain, publish.dup),
        (513, true, false)
    );
    assert_eq!(publish.topic, message.topic.as_bytes());
    assert_eq!(publish.payload, message.payload);
    let properties = publish.properties.expect("there are some");
    assert_eq!(properties.message_expiry_interval, message.expiry);
    assert_eq!(properties.response_topic, message.response_topic);
    assert_eq!(properties.correlation_data, message.correlation);
    assert_eq!(properties.content_type, message.content_type);
    let pairs = properties.user_properties.iter();
    let pairs: Pairs = pairs.map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(pairs, message.properties);
}

#[test]
fn what_rumqttc_writes_is_read() {
    let message = message();
    let pairs = message.properties.iter();
    let publish = v5::Publish {
        dup: true,
        qos: rumqttc::v5::mqttbytes::QoS::AtLeastOnce,
        retain: true,
        topic: message.topic.clone().into(),
        pkid: 7,
        payload: message.payload.clone(),
        properties: Some(v5::PublishProperties {
            payload_format_indicator: Some(1),
            message_expiry_interval: message.expiry,
            topic_alias: None,
            response_topic: message.response_topic.clone(),
            correlation_data: message.correlation.clone(),
            user_properties: pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
            subscription_identifiers: vec![1, 300],
            content_type: message.content_type.clone(),
        }),
    };
    let mut bytes = BytesMut::new();
    publish.write(&mut bytes).expect("it can be written");
    assert_eq!(read_back(MqttVersion::V5, &bytes.freeze()), (message, 7));
}

#[test]
fn the_old_version_has_no_properties() {
    let packet = written(MqttVersion::V311, &message(), PublishQos::AtLeastOnce, 3);
    let (got, id) = read_back(MqttVersion::V311, &packet);
    let plain = Message {
        topic: message().topic,
        retain: true,
        payload: message().payload,
        ..Message::default()
    };
    assert_eq!((got, id), (plain, 3));
}

fn numbered(version: MqttVersion) -> Message {
    let envelope = trunkline_core::Envelope::new(
        trunkline_core::RoutingKey::new("a.b").expect("a key"),
        "body",
    );
    let message = crate::wire::encode(&envelope, "me").expect("it can be written");
    let message = match version {
        MqttVersion::V5 => message,
        MqttVersion::V311 => message.pack(),
    };
    let mut packet = Packet::new(version, &message, PublishQos::AtMostOnce).expect("it is small");
    for count in [5, 6] {
        packet.set_number(|topic| {
            assert_eq!(topic, b"a/b");
            Number { series: 9, count }
        });
    }
    let bytes = Bytes::copy_from_slice(packet.bytes());
    read_back(version, &bytes).0.unpack()
}

#[test]
fn a_number_is_written_once_where_subscribers_read_it() {
    for version in [MqttVersion::V5, MqttVersion::V311] {
        let number = Number {
            series: 9,
            count: 5,
        };
        let message = numbered(version);
        let stamp = message.stamp().expect("it is ours");
        assert_eq!((stamp.number, stamp.publisher), (Some(number), "me"));
    }
}

#[test]
fn only_short_answers_are_read_at_once() {
    for (packet, known) in [
        (&[0x40, 2, 1, 2][..], true),
        (&[0x40, 3, 1, 2, 0x10], true),
        (&[0x40, 3, 1, 2, 0x87], false),
        (&[0x50, 2, 1, 2], false),
    ] {
        assert_eq!(read_puback(packet).is_some(), known);
    }
}

#[test]
fn a_packet_too_large_for_any_broker_is_not_written() {
    let large = Message {
        payload: vec![0; MAX_REMAINING].into(),
        ..Message::default()
    };
    assert!(Packet::new(MqttVersion::V5, &large, PublishQos::AtMostOnce).is_err());
}

proptest! {
    #[test]
    fn nothing_read_panics(bytes in prop::collection::vec(any::<u8>(), 0..64), flags in 0u8..16) {
        for version in [MqttVersion::V5, MqttVersion::V311] {
            let _ = read(version, flags, Bytes::from(bytes.clone()));
        }
        let _ = (frame(&bytes), read_puback(&bytes));
    }

    #[test]
    fn lengths_are_read_as_they_are_written(number in 0..=MAX_REMAINING) {
        let mut bytes = BytesMut::new();
        put_varint(&mut bytes, number);
        prop_assert_eq!(bytes.len(), varint_len(number));
        prop_assert_eq!(Rest(&bytes).varint().expect("whole"), number);
    }
}
