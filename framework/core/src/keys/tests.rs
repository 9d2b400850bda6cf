use proptest::prelude::*;

use super::KeyErrorKind::*;
use super::{KeyPattern, NamePattern, PatternShape, RoutingKey, escape_segment, unescape_segment};

fn pattern(text: &str) -> KeyPattern {
    KeyPattern::new(text).unwrap()
}

/// The rows that every transport answers alike: pattern, key, whether it matches.
const TABLE: &[(&str, &str, bool)] = &[
    ("a.#", "a", true),
    ("a.#", "a.b.c", true),
    ("#", "a.b", true),
    ("#.b", "b", true),
    ("a.#.c", "a.c", true),
    ("a.#.c", "a.b.b.c", true),
    ("a.*", "a", false),
    ("a.*", "a.b.c", false),
    ("*.*", "a.b", true),
    ("a*", "ab", false),
    ("a.b", "A.b", false),
    ("é.*", "é.☎", true),
    ("calls.*", "calls.call.created", false),
    ("calls.#", "calls.call.created", true),
    ("a.#.z", "a.z", true),
    ("a.#.z", "a.b.z", true),
    ("a.#.z", "a.b.c.z", true),
    ("a.#.z", "a.b", false),
    ("#.a.#.a.#", "a.a", true),
    ("#.a.#.a.#", "b.a.b", false),
    ("*.#.*", "a", false),
    ("*.#.*", "a.b", true),
];

#[test]
fn patterns_match_as_the_table_says() {
    for &(wanted, key, expected) in TABLE {
        assert!(RoutingKey::new(key).is_ok(), "{key}");
        assert_eq!(
            pattern(wanted).matches(key),
            expected,
            "`{wanted}` against `{key}`"
        );
    }
}

#[test]
fn keys_of_the_table_that_no_transport_takes_are_refused() {
    for (key, kind, at) in [
        ("a.", EmptySegment, 2),
        ("a..b", EmptySegment, 2),
        ("", Empty, 0),
        (".x", EmptySegment, 0),
        ("$x.y", LeadingDollar, 0),
        ("a.*", Wildcard, 2),
        ("a#", Wildcard, 1),
        ("a.b\0", Control, 3),
        ("é\n", Control, 2),
        ("a\u{9f}", Control, 1),
    ] {
        let error = RoutingKey::new(key).unwrap_err();
        assert_eq!(
            (error.kind(), error.position(), error.text()),
            (kind, at, key)
        );
    }
    for (wanted, kind) in [
        ("a.b.", EmptySegment),
        ("", Empty),
        ("$x.#", LeadingDollar),
        ("a.\u{7f}", Control),
    ] {
        assert_eq!(
            KeyPattern::new(wanted).unwrap_err().kind(),
            kind,
            "{wanted}"
        );
    }
    let long = "é".repeat(128);
    assert_eq!(RoutingKey::new(long.as_str()).unwrap_err().kind(), TooLong);
    assert_eq!(
        RoutingKey::verbatim(long.as_str()).unwrap_err().kind(),
        TooLong
    );
    assert_eq!(KeyPattern::new(long.as_str()).unwrap_err().kind(), TooLong);
    assert!(RoutingKey::new("a".repeat(255)).is_ok());
}

#[test]
fn errors_say_what_where_and_what_to_do() {
    let error = RoutingKey::new("a..b").unwrap_err().to_string();
    let expected = "the routing key \"a..b\" has an empty segment at byte 2; \
                    put a word between any two `.`, and none first or last";
    assert_eq!(error, expected);
}

#[test]
fn verbatim_keys_are_kept_and_matched_as_they_are() {
    for key in ["", "a..b", ".x", "a.", "$x", "a.*.#", "with space.\n"] {
        let key = RoutingKey::verbatim(key).unwrap();
        assert!(!key.is_canonical(), "{key}");
    }
    // As RabbitMQ does: an empty word is a word, the empty key has none.
    assert!(pattern("a.*").matches("a."));
    assert!(pattern("a.*.b").matches("a..b"));
    assert!(pattern("*.x").matches(".x"));
    assert!(!pattern("*").matches(""));
    assert!(pattern("#").matches(""));
    assert_eq!(RoutingKey::verbatim("").unwrap().segments().count(), 0);
    assert_eq!(RoutingKey::verbatim("a\0").unwrap_err().kind(), Control);
}

#[test]
fn normal_forms_of_one_word_are_two_words() {
    assert!(!pattern("\u{e9}").matches("e\u{301}"));
    assert_ne!(
        RoutingKey::new("\u{e9}").unwrap(),
        RoutingKey::new("e\u{301}").unwrap()
    );
}

#[test]
fn segments_escape_what_is_reserved() {
    for (value, escaped) in [
        ("plain", "plain"),
        ("", "%"),
        ("%", "%25"),
        (".", "%2E"),
        ("1700000000.42", "1700000000%2E42"),
        ("a/b*c+d#e%f", "a%2Fb%2Ac%2Bd%23e%25f"),
        ("$x", "%24x"),
        ("\0\n\u{7f}\u{85}", "%00%0A%7F%C2%85"),
        ("a b é☎", "a b é☎"),
    ] {
        assert_eq!(escape_segment(value), escaped);
        assert_eq!(unescape_segment(escaped).unwrap(), value);
        let key = RoutingKey::from_segments(["a", value]).unwrap();
        assert_eq!(key.as_str(), format!("a.{escaped}"));
        let back: Vec<_> = key.unescaped_segments().map(Result::unwrap).collect();
        assert_eq!(back, ["a", value]);
        assert!(pattern("a.*").matches(key.as_str()));
        assert!(pattern(key.as_str()).matches(key.as_str()));
    }
    assert_eq!(unescape_segment("%2e%41").unwrap(), ".A");
    for (bad, at) in [
        ("a%", 1),
        ("a%2", 1),
        ("%2G", 0),
        ("a%%", 1),
        ("%+1", 0),
        ("b%FF", 1),
    ] {
        let error = unescape_segment(bad).unwrap_err();
        assert_eq!((error.kind(), error.position()), (BadEscape, at), "{bad}");
    }
    assert_eq!(
        RoutingKey::from_segments([""; 0]).unwrap_err().kind(),
        Empty
    );
    assert_eq!(
        RoutingKey::from_segments(["a"; 128]).map(|key| key.as_str().len()),
        Ok(255)
    );
    assert_eq!(
        RoutingKey::from_segments(["a"; 129]).unwrap_err().kind(),
        TooLong
    );
}

#[test]
fn patterns_tell_what_they_need() {
    use PatternShape::*;
    for (wanted, shape, exact) in [
        ("a.b", Single, true),
        ("a*.b", Single, true),
        ("a.*", Single, false),
        ("#", MultiTail, false),
        ("a.*.#", MultiTail, false),
        ("#.a", MultiAnywhere, false),
        ("a.#.#", MultiAnywhere, false),
    ] {
        assert_eq!(
            (pattern(wanted).shape(), pattern(wanted).is_exact()),
            (shape, exact),
            "{wanted}"
        );
    }
    assert_eq!(KeyPattern::everything(), pattern("#"));
    assert!(Single < MultiTail && MultiTail < MultiAnywhere);
}

#[test]
fn names_match_exactly_or_as_a_glob() {
    for (wanted, name, expected) in [
        ("call_created", "call_created", true),
        ("call_created", "call_created2", false),
        ("call_*", "call_", true),
        ("call_*", "call_created", true),
        ("call_*", "Call_created", false),
        ("*_created", "call_created", true),
        ("a*a", "a", false),
        ("a*a", "aa", true),
        ("a**b", "ab", true),
        ("a*b*c", "axbxc", true),
        ("a*b*c", "acb", false),
        ("a*bc*bc", "abc", false),
        ("a*bc*bc", "abcbc", true),
        ("*", "", true),
        ("*é*", "xéy", true),
    ] {
        let wanted = NamePattern::new(wanted).unwrap();
        assert_eq!(
            wanted.matches(name),
            expected,
            "`{wanted}` against `{name}`"
        );
    }
    assert!(NamePattern::new("a.b $#").unwrap().is_exact());
    assert_eq!(NamePattern::new("").unwrap_err().kind(), Empty);
    assert_eq!(NamePattern::new("a\n").unwrap_err().kind(), Control);
    assert_eq!(NamePattern::everything(), NamePattern::new("*").unwrap());
}

#[test]
fn adversarial_patterns_end_in_time() {
    let wanted = pattern(&["#.a"; 63].join("."));
    let key = ["a"; 127].join(".");
    assert!(wanted.matches(&key));
    assert!(!wanted.matches(&format!("{}.b", &key[2..])));
    let glob = NamePattern::new(format!("{}b", "*a".repeat(127))).unwrap();
    assert!(!glob.matches(&"a".repeat(100_000)));
}

#[test]
fn serde_reads_what_it_wrote() {
    let key = RoutingKey::verbatim("a..*").unwrap();
    let text = serde_json::to_string(&key).unwrap();
    assert_eq!(text, "\"a..*\"");
    assert_eq!(serde_json::from_str::<RoutingKey>(&text).unwrap(), key);
    assert!(serde_json::from_str::<KeyPattern>(&text).is_err());
}

/// The definition, word by word and without any cleverness.
fn by_definition(pattern: &[&str], key: &[&str]) -> bool {
    match (pattern, key) {
        ([], _) => key.is_empty(),
        (["#", rest @ ..], _) => (0..=key.len()).any(|taken| by_definition(rest, &key[taken..])),
        ([word, rest @ ..], [first, others @ ..]) => {
            (*word == "*" || word == first) && by_definition(rest, others)
        }
        _ => false,
    }
}

fn glob_by_definition(glob: &[u8], name: &[u8]) -> bool {
    match (glob, name) {
        ([], _) => name.is_empty(),
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|at| glob_by_definition(rest, &name[at..])),
        ([a, rest @ ..], [b, others @ ..]) => a == b && glob_by_definition(rest, others),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn matching_follows_the_definition(
        wanted in prop::collection::vec("[ab]|\\*|#", 1..7),
        key in prop::collection::vec("[ab]", 0..8),
    ) {
        let (words, key_words): (Vec<_>, Vec<_>) =
            (wanted.iter().map(String::as_str).collect(), key.iter().map(String::as_str).collect());
        let expected = by_definition(&words, &key_words);
        prop_assert_eq!(pattern(&wanted.join(".")).matches(&key.join(".")), expected);
    }

    #[test]
    fn globs_follow_the_definition(glob in "[ab*]{1,8}", name in "[ab]{0,10}") {
        let expected = glob_by_definition(glob.as_bytes(), name.as_bytes());
        prop_assert_eq!(NamePattern::new(glob).unwrap().matches(&name), expected);
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), key in any::<String>()) {
        let _ = RoutingKey::new(text.as_str()).map(|key| key.segments().count());
        let _ = RoutingKey::verbatim(text.as_str()).map(|key| key.unescaped_segments().count());
        let _ = unescape_segment(&text);
        let _ = KeyPattern::new(text.as_str()).map(|wanted| wanted.matches(&key));
        let _ = NamePattern::new(text.as_str()).map(|wanted| wanted.matches(&key));
    }

    #[test]
    fn escaping_is_reversible_and_makes_canonical_keys(
        values in prop::collection::vec(".{0,12}|[./*+#%$\0-\u{9f}]{0,8}", 1..5),
    ) {
        for value in &values {
            let escaped = escape_segment(value);
            prop_assert_eq!(unescape_segment(&escaped).unwrap(), value.as_str());
        }
        if let Ok(key) = RoutingKey::from_segments(&values) {
            prop_assert!(key.is_canonical());
            let back: Vec<_> = key.unescaped_segments().map(Result::unwrap).collect();
            prop_assert_eq!(back, values);
        }
    }
}

#[test]
fn the_quick_look_at_a_key_agrees_with_the_explanation() {
    let texts = [
        "", ".", "a", "a.", ".a", "a..b", "a.b", "$a", "a.$b", "a*", "*", "#", "a.#", "a/b+c%",
        "é.☎", "a\u{7f}", "a\u{80}b", "a\u{9f}", "a\u{a0}b", "Â.b", "a\n", "a\0b", "\u{1f}",
    ];
    let long = ["k".repeat(255), "k".repeat(256)];
    for text in texts.iter().copied().chain(long.iter().map(String::as_str)) {
        let Ok(key) = RoutingKey::verbatim(text) else {
            continue;
        };
        assert_eq!(
            key.is_canonical(),
            key.check_canonical().is_ok(),
            "{text:?}"
        );
        assert_eq!(
            key.is_canonical(),
            RoutingKey::new(text).is_ok(),
            "{text:?}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_canonical_by_one_look_and_refused_by_the_other(text in ".{0,40}") {
        if let Ok(key) = RoutingKey::verbatim(text.as_str()) {
            let slow = super::key::explain(&text).is_ok();
            proptest::prop_assert_eq!(key.is_canonical(), slow);
        }
    }
}
