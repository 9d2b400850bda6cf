//! Keys and patterns: no text makes parsing or matching panic, escapes come back, and the index
//! agrees with the plain matcher.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_core::{
    Binding, BindingIndex, Headers, KeyPattern, NamePattern, RoutingKey, Subject, escape_segment,
    unescape_segment,
};

fuzz_target!(|input: &str| {
    let (left, right) = input.split_once('\n').unwrap_or((input, ""));
    if let Ok(escaped) = unescape_segment(left) {
        let _ = escaped.len();
    }
    let escaped = escape_segment(left);
    assert_eq!(unescape_segment(&escaped).expect("what was escaped comes back"), left);
    let _ = NamePattern::new(left).map(|pattern| pattern.matches(right));
    let _ = RoutingKey::verbatim(right);
    let Ok(pattern) = KeyPattern::new(left) else { return };
    let Ok(key) = RoutingKey::new(right) else { return };
    let plain = pattern.matches(key.as_str());
    let binding = Binding::builder().key(pattern).build().expect("one pattern is a binding");
    let mut index = BindingIndex::new();
    index.insert(binding, ());
    let headers = Headers::new();
    let subject = Subject { name: None, key: key.as_str(), headers: &headers };
    let mut found = 0;
    index.for_each_match(&subject, |()| found += 1);
    assert_eq!(found == 1, plain, "{left} against {right}");
});
