//! No body and no headers make a dialect panic; what it reads, it reads again the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_core::{Dialect, Envelope, Headers, Plain, Properties, RoutingKey};
use trunkline_wazo::Wazo;

fuzz_target!(|input: &[u8]| {
    // The first line is the headers as JSON, the rest the body.
    let (head, body) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (&b"{}"[..], input),
    };
    let headers: Headers = serde_json::from_slice(head).unwrap_or_default();
    let key = RoutingKey::verbatim("calls.created").expect("a plain key");
    let body = bytes::Bytes::copy_from_slice(body);
    let envelope = Envelope::from_parts(key, headers, Properties::new(), body);
    let dialects: [&dyn Dialect; 2] = [&Wazo::new(), &Plain];
    for dialect in dialects {
        let name = dialect.event_name(&envelope);
        assert_eq!(name, dialect.event_name(&envelope));
        let _ = dialect.audience(&envelope);
        if let Ok(data) = dialect.data(&envelope) {
            let _ = serde_json::from_str::<serde_json::Value>(&data);
        }
    }
});
