//! Bodies that are no events: each is told apart, and none makes the dialect panic.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use trunkline_core::{Audience, DecodeError, Dialect, DialectExt, Envelope};
use trunkline_kazoo::{Kazoo, KazooError, MAX_UNPACKED, events::ChannelHold};

use crate::support::{ACME, call, delivered};

const KEY: &str = "call.CHANNEL_HOLD.c";

fn kazoo() -> Kazoo {
    Kazoo::new("ivr", "1.0")
}

fn gzip(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for part in parts {
        encoder.write_all(part.as_ref()).unwrap();
    }
    encoder.finish().unwrap().into()
}

fn packed(body: Bytes) -> Envelope {
    let mut envelope = delivered(KEY, body);
    envelope.properties_mut().set_content_encoding(Some("gzip"));
    envelope
}

fn of_dialect(error: DecodeError) -> KazooError {
    match error {
        DecodeError::Dialect { source, .. } => *source.downcast().unwrap(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_body_in_gzip_is_read() {
    let message = call("CHANNEL_HOLD", "c", Some(ACME)).to_string();
    let envelope = packed(gzip([message]));
    assert_eq!(
        kazoo().audience(&envelope).unwrap(),
        Audience::Tenant(ACME.into())
    );
    let event: ChannelHold = kazoo().decode(&envelope).unwrap();
    assert_eq!(event.call_id(), Some("c"));
}

#[test]
fn a_gzip_bomb_is_refused_before_it_is_whole() {
    let megabyte = vec![b' '; 1 << 20];
    let bomb = gzip(std::iter::repeat_n(&megabyte, 256));
    assert!(bomb.len() < 1 << 20);
    let error = of_dialect(kazoo().data(&packed(bomb)).unwrap_err());
    assert!(matches!(
        error,
        KazooError::TooLarge {
            limit: MAX_UNPACKED
        }
    ));
}

#[test]
fn what_is_no_gzip_or_cut_short_is_refused() {
    let whole = gzip([call("X", "c", None).to_string()]);
    for body in [
        Bytes::from_static(b"{}"),
        whole.slice(..whole.len() - 9),
        Bytes::new(),
    ] {
        let error = of_dialect(kazoo().data(&packed(body)).unwrap_err());
        assert!(matches!(error, KazooError::Gzip(_)), "{error}");
    }
}

#[test]
fn other_types_and_encodings_are_refused_by_their_name() {
    let with = |content_type: &str, encoding: &str| {
        let mut envelope = delivered(KEY, "{}");
        envelope
            .properties_mut()
            .set_content_type(Some(content_type));
        envelope
            .properties_mut()
            .set_content_encoding(Some(encoding));
        kazoo()
            .data(&envelope)
            .map(|data| data.into_owned())
            .map_err(of_dialect)
    };
    assert!(matches!(
        with("application/erlang", ""),
        Err(KazooError::Erlang)
    ));
    assert!(
        matches!(with("text/plain", ""), Err(KazooError::ContentType { found }) if found == "text/plain")
    );
    let error = with("application/json", "deflate");
    assert!(matches!(error, Err(KazooError::ContentEncoding { found }) if found == "deflate"));
    assert_eq!(with("", "identity").unwrap(), "{}");
}

#[test]
fn bodies_that_are_no_message_are_told_apart() {
    let read = |body: &'static [u8]| kazoo().data(&delivered(KEY, body)).map(|_| ()).unwrap_err();
    assert!(matches!(read(b"\xff"), DecodeError::NotUtf8(_)));
    assert!(matches!(read(b"{"), DecodeError::NotJson(_)));
    assert!(matches!(read(b""), DecodeError::NotJson(_)));
    assert!(matches!(read(b"[]"), DecodeError::NotAnObject));
    assert!(matches!(read(b"null"), DecodeError::NotAnObject));
    assert!(matches!(read(br#"{"A":1,"A":2}"#), DecodeError::DuplicateKey(key) if key == "A"));
    let deep = format!(r#"{{"A":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let error = kazoo().data(&delivered(KEY, deep)).unwrap_err();
    assert!(matches!(error, DecodeError::TooDeep { .. }));
}

#[test]
fn variables_that_are_no_object_belong_to_no_account() {
    let mut message = call("CHANNEL_HOLD", "c", None);
    message["Custom-Channel-Vars"] = "nope".into();
    let envelope = delivered(KEY, message.to_string());
    assert_eq!(kazoo().audience(&envelope).unwrap(), Audience::Service);
}

#[test]
fn questions_commands_and_letters_to_a_process_are_no_events() {
    for key in [
        "call.status_req.channels",
        "call.usurp_control.c",
        "call.usurp_publisher.c",
    ] {
        assert_eq!(kazoo().event_name(&delivered(key, "{}")), None, "{key}");
    }
    let query = r#"{"Event-Category":"call_event","Event-Name":"query_channels_req"}"#;
    assert_eq!(kazoo().event_name(&delivered("", query)), None);
    let letter = delivered(KEY, "{}")
        .with_header("Deliver-To-PID", "<0.1.0>")
        .unwrap();
    assert_eq!(kazoo().event_name(&letter), None);
}

#[test]
fn a_name_is_read_from_the_key_without_the_body_and_from_the_body_without_the_key() {
    let name = |key: &str, body: &str| {
        let envelope = delivered(key, body.to_owned());
        kazoo().event_name(&envelope).map(|name| name.into_owned())
    };
    assert_eq!(name(KEY, "no JSON at all").as_deref(), Some("CHANNEL_HOLD"));
    assert_eq!(
        name("conference.event.x", r#"{"Event-Name":"event"}"#).as_deref(),
        Some("event")
    );
    for (key, body) in [
        ("", "{"),
        ("x", "{}"),
        ("call..c", "[]"),
        ("call.X.a.b", r#"{"Event-Name":""}"#),
    ] {
        assert_eq!(name(key, body), None, "{key}");
    }
}
