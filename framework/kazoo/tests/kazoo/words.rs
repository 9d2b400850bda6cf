//! Words of routing keys.

use proptest::prelude::*;
use trunkline_kazoo::{
    CallKey, call_key, decode_word, encode_word, gregorian_seconds, rfc3339, unix_seconds,
};

proptest! {
    #[test]
    fn any_bytes_come_back(bytes: Vec<u8>) {
        let word = encode_word(&bytes);
        prop_assert_eq!(decode_word(&word).unwrap(), bytes.clone());
        let is_wildcard = matches!(&bytes[..], b"*" | b"#");
        prop_assert!(is_wildcard || !word.contains(['.', '*', '#']), "{}", word);
    }

    #[test]
    fn any_call_comes_back_from_its_key(event in "[A-Z_:a-z]{1,20}", call in "\\PC{1,40}") {
        prop_assume!(!["*", "#"].contains(&&*call));
        let key = call_key(&event, &call);
        let parsed = CallKey::parse(&key).unwrap();
        prop_assert_eq!(parsed.event, event);
        prop_assert_eq!(parsed.call_id, call.into_bytes());
    }

    #[test]
    fn no_word_makes_the_decoder_panic(word: String) {
        let _ = decode_word(&word);
        let _ = CallKey::parse(&word);
    }

    #[test]
    fn times_come_back(unix in 0_i64..253_402_300_800) {
        prop_assert_eq!(unix_seconds(gregorian_seconds(unix)).unwrap(), unix);
        prop_assert!(rfc3339(unix).is_some());
    }
}

#[test]
fn dates_follow_the_calendar() {
    for (unix, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
    ] {
        assert_eq!(rfc3339(unix).as_deref(), Some(text));
    }
    assert_eq!(rfc3339(253_402_300_800), None);
    assert_eq!(rfc3339(i64::MAX), None);
}
