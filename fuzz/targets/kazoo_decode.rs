//! No key, no content encoding and no body make the Kazoo dialect panic; a message that is read is
//! told apart without loss.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use trunkline_core::{Dialect, Envelope, Headers, Properties, RoutingKey};
use trunkline_kazoo::{CallKey, Kazoo, Message, decode_word, read_legacy_event};

fuzz_target!(|input: &[u8]| {
    // The first line is the routing key, the rest the body; a `!` in front says gzip.
    let (key, body) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (&b"call.CHANNEL_HOLD.c"[..], input),
    };
    let key = String::from_utf8_lossy(key);
    let packed = key.starts_with('!');
    let key = key.trim_start_matches('!');
    let _ = CallKey::parse(key);
    if let Ok(bytes) = decode_word(key) {
        let word = trunkline_kazoo::encode_word(&bytes);
        assert_eq!(decode_word(&word).expect("what was encoded"), bytes);
    }
    let Ok(key) = RoutingKey::verbatim(key) else { return };
    let mut properties = Properties::new();
    properties.set_content_encoding(packed.then_some("gzip"));
    let envelope = Envelope::from_parts(key, Headers::new(), properties, body.to_vec());
    let kazoo = Kazoo::new("fuzz", "1");
    let _ = kazoo.event_name(&envelope);
    let _ = kazoo.audience(&envelope);
    let _ = kazoo.data(&envelope);
    if let Ok(text) = std::str::from_utf8(body) {
        let _ = read_legacy_event(text);
        if let Ok(message) = Message::parse(text) {
            let described = message.describe();
            let read = |json: &str| serde_json::from_str::<Map<String, Value>>(json);
            if let (Ok(whole), Ok(mut part), Ok(data)) =
                (read(text), read(described.headers.get()), read(described.data.get()))
            {
                part.extend(data);
                assert_eq!(part, whole);
            }
            let _ = message.validate();
            let _ = message.publish("n@h");
        }
    }
});
