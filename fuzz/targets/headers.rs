//! Headers come back from JSON as they went in, whatever they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_core::{HeaderLimits, Headers};

fuzz_target!(|input: &[u8]| {
    let Ok(headers) = serde_json::from_slice::<Headers>(input) else { return };
    let text = serde_json::to_string(&headers).expect("headers are JSON");
    let again: Headers = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(headers, again);
    let _ = headers.check(&HeaderLimits::default());
    let names: Vec<String> = headers.iter().map(|(name, _)| name.to_owned()).collect();
    let mut emptied = headers.clone();
    for name in names {
        assert!(emptied.remove(&name).is_some());
    }
    assert!(emptied.is_empty());
});
