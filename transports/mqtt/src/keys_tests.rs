#![allow(clippy::unwrap_used, reason = "a test may")]

use proptest::prelude::*;
use trunkline_core::escape_segment;

use super::*;

/// MQTT's own matching (MQTT 5 §4.7), written for the tests.
fn lets_through(filter: &str, topic: &str) -> bool {
    let (mut filter, mut topic) = (filter.split('/'), topic.split('/'));
    loop {
        match (filter.next(), topic.next()) {
            (Some("#"), _) | (None, None) => return true,
            (Some(level), Some(word)) if level == "+" || level == word => {}
            _ => return false,
        }
    }
}

fn on(patterns: &[&str]) -> Vec<Binding> {
    let binding = |pattern: &&str| Binding::from(KeyPattern::new(*pattern).unwrap());
    patterns.iter().map(binding).collect()
}

#[test]
fn words_are_levels_and_wildcards_are_wildcards() {
    assert_eq!(
        topic("calls.call.created"),
        ("calls/call/created".into(), true)
    );
    for (pattern, wanted) in [
        ("a.*.b", "a/+/b"),
        ("a.#", "a/#"),
        ("#", "#"),
        ("#.b", "#"),
        ("a.#.c", "a/#"),
        ("a*", "a*"),
        ("a/b.+", "a%2Fb/%2B"),
    ] {
        assert_eq!(filter(&KeyPattern::new(pattern).unwrap()), wanted);
    }
}

#[test]
fn what_a_level_cannot_hold_is_escaped_and_the_key_travels_beside_it() {
    assert_eq!(topic("a/b.c"), ("a%2Fb/c".into(), false));
    assert_eq!(topic("a.+.\u{FFFE}"), ("a/%2B/%EF%BF%BE".into(), false));
    let escaped = format!("a.{}", escape_segment("x/y.z"));
    assert_eq!(topic(&escaped), ("a/x%2Fy%2Ez".into(), true));
}

#[test]
fn a_foreign_topic_has_a_key_of_its_own() {
    assert_eq!(key("a.b/c").unwrap().as_str(), "a%2Eb.c");
    assert_eq!(key("a//b").unwrap().as_str(), "a..b");
    assert_eq!(key("a*/b").unwrap().as_str(), "a%2A.b");
    assert!(key(&"a".repeat(256)).is_none());
}

#[test]
fn overlapping_patterns_become_one_filter() {
    assert_eq!(filters(&on(&["a.#", "a.b", "a"])), ["a/#"]);
    assert_eq!(filters(&on(&["a.*", "*.b"])), ["+/+"]);
    assert_eq!(filters(&on(&["a.b", "c.d"])), ["a/b", "c/d"]);
    assert_eq!(filters(&on(&["a.b", "a.b"])), ["a/b"]);
    let mut all = on(&["a.b"]);
    all.push(Binding::everything());
    assert_eq!(filters(&all), ["#"]);
}

#[test]
fn filters_are_exact_where_nothing_is_left_to_look_at_here() {
    let exact = |bindings: &[Binding]| are_exact(bindings, &filters(bindings));
    for patterns in [
        &["calls.call.created"][..],
        &["calls.#"],
        &["calls.*.created", "calls.*.ended"],
        &["a.#", "a.b", "a"],
        &["*.b"],
    ] {
        assert!(exact(&on(patterns)), "{patterns:?}");
    }
    for patterns in [
        // Said by a wider filter.
        &["#.b"][..],
        &["a.#.c"],
        // Joined to one.
        &["a.*", "*.b"],
        // The same level as that of another key.
        &["a/b"],
        &["a%2Fb"],
        // They let our own messages through.
        &["#"],
        &["*.#"],
        &["*.*.c"],
    ] {
        assert!(!exact(&on(patterns)), "{patterns:?}");
    }
    let everything = Binding::everything();
    assert!(!exact(&[everything]));
    let named = Binding::builder().name("call_created").key("calls.#");
    assert!(!exact(&[named.build().unwrap()]));
}

fn pattern() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["a", "b", "c", "*", "#"]);
    prop::collection::vec(word, 1..5).prop_map(|words| words.join("."))
}

proptest! {
    #[test]
    fn what_a_binding_matches_comes_through_one_filter_exactly(
        patterns in prop::collection::vec(pattern(), 1..8),
        words in prop::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 1..6),
    ) {
        let patterns: Vec<_> = patterns.iter().map(String::as_str).collect();
        let key = words.join(".");
        let through = filters(&on(&patterns))
            .iter()
            .filter(|filter| lets_through(filter, &topic(&key).0))
            .count();
        let wanted = patterns
            .iter()
            .any(|pattern| KeyPattern::new(*pattern).unwrap().matches(&key));
        prop_assert!(through <= 1, "{through} copies");
        prop_assert!(through == 1 || !wanted, "lost");
    }

    #[test]
    fn a_key_comes_back_from_its_topic_or_is_said_not_to(key_text in "[a-c%/+*é.]{1,12}") {
        let Ok(wanted) = RoutingKey::new(key_text) else { return Ok(()) };
        let (topic, exact) = topic(wanted.as_str());
        prop_assert!(!topic.contains(['+', '#']));
        prop_assert_eq!(exact, key(&topic).as_ref() == Some(&wanted));
    }
}
