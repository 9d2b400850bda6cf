//! No content type, no headers and no body make the CloudEvents dialect panic; what it reads agrees
//! with itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_cloudevents::CloudEvents;
use trunkline_core::{Dialect, Envelope, Headers, Properties, RoutingKey};

fuzz_target!(|input: &[u8]| {
    // The first line is the content type, the second the headers as JSON, the rest the body.
    let mut parts = input.splitn(3, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let content_type = String::from_utf8_lossy(part());
    let headers: Headers = serde_json::from_slice(part()).unwrap_or_default();
    let body = part().to_vec();
    let mut properties = Properties::new();
    properties.set_content_type(Some(&*content_type).filter(|text| !text.is_empty()));
    let key = RoutingKey::verbatim("calls.created").expect("a plain key");
    let envelope = Envelope::from_parts(key, headers, properties, body);
    let dialect = CloudEvents::new("/fuzz").expect("a URI reference");
    let name = dialect.event_name(&envelope);
    let read = dialect.read(&envelope);
    if let Ok(event) = &read {
        assert_eq!(name.as_deref(), Some(event.name()));
        assert!(!event.id().is_empty() && !event.source().is_empty());
        assert_eq!(event.attribute("specversion"), Some("1.0"));
        assert_eq!(event.time().is_some(), event.attribute("time").is_some());
    }
    assert!(read.is_ok() || dialect.audience(&envelope).is_err());
    assert!(read.is_ok() || dialect.data(&envelope).is_err());
    if let Ok(data) = dialect.data(&envelope) {
        let _ = serde_json::from_str::<serde_json::Value>(&data);
    }
});
