//! No entry and no required string make an access list panic, or take longer than their lengths
//! allow; what is granted without a wildcard is what is written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trunkline_wazo::{AccessList, Holder};

fuzz_target!(|input: &[u8]| {
    // The last line is what is required, the others are entries.
    let text = String::from_utf8_lossy(input);
    let mut entries: Vec<&str> = text.split('\n').collect();
    let required = entries.pop().unwrap_or_default();
    let holder = Holder::new().with_auth_id("me.a").with_session_id("s");
    let list = AccessList::of_holder(&entries, holder);
    let granted = list.grants(Some(required));
    let is_plain = |entry: &&&str| !entry.starts_with('!');
    if entries.iter().any(|entry| *entry == "!#") {
        assert!(!granted);
    } else if entries.iter().all(|entry| is_plain(&entry)) {
        let literal = entries.iter().any(|entry| *entry == required && !required.contains('#'));
        let plain = !required.contains('*');
        assert!(granted || !(literal && plain));
    }
});
