use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::candidate::Candidate;
use super::memory::TextMemory;
use super::*;
use crate::headers::IntoHeader;
use crate::headers::Value;
use crate::keys::{KeyErrorKind, NamePattern};

fn all(tests: impl IntoIterator<Item = HeaderTest>) -> HeaderCondition {
    HeaderCondition::all(tests).unwrap()
}

fn any_of(tests: impl IntoIterator<Item = HeaderTest>) -> HeaderCondition {
    HeaderCondition::any(tests).unwrap()
}

fn equals(name: &str, value: impl Into<Value>) -> HeaderTest {
    HeaderTest::equals(name, value)
}

fn headers<V: IntoHeader + Clone>(entries: &[(&str, V)]) -> Headers {
    Headers::try_from_iter(entries.iter().map(|(name, value)| (name, value.clone()))).unwrap()
}

/// Matches in every way there is, and wants one answer of them.
fn matches(binding: &Binding, subject: &Subject<'_>) -> bool {
    let plain = binding.matches(subject);
    let mut index = BindingIndex::new();
    index.insert(binding.clone(), ());
    let mut found = Vec::new();
    index.matches_into(subject, &mut found);
    assert_eq!(
        found.len(),
        usize::from(plain),
        "{binding:?} against {subject:?}"
    );
    let shared = SharedIndex::new();
    shared.insert(binding.clone(), ());
    for time in 0..4 {
        found.clear();
        shared.matches_into(subject, &mut found);
        assert_eq!(
            found.len(),
            usize::from(plain),
            "time {time}: {binding:?}, {subject:?}"
        );
    }
    plain
}

#[test]
fn header_conditions_match_as_the_table_says() {
    let n = |value: i64| Value::from(value);
    type Row = (HeaderCondition, Vec<(&'static str, Value)>, bool);
    let rows: Vec<Row> = vec![
        (
            all([equals("name", "n")]),
            vec![("name", "n".into()), ("b", n(1))],
            true,
        ),
        (
            all([equals("name", "n"), equals("t", 1)]),
            vec![("name", "n".into())],
            false,
        ),
        (
            any_of([equals("a", 1), equals("b", 2)]),
            vec![("b", n(2))],
            true,
        ),
        (
            any_of([equals("a", 1), equals("b", 2)]),
            vec![("c", n(2))],
            false,
        ),
        (
            any_of([equals("a", 1), equals("b", 2)]),
            vec![("b", n(2)), ("a", n(1))],
            true,
        ),
        (all([equals("v", true)]), vec![("v", "true".into())], false),
        (all([equals("v", 1)]), vec![("v", "1".into())], false),
        (all([equals("v", 1)]), vec![("v", 1.0.into())], true),
        (all([equals("v", 1.5)]), vec![("v", 1.5.into())], true),
        (all([equals("v", 0.0)]), vec![("v", (-0.0).into())], true),
        (all([equals("v", 1)]), vec![("v", f64::NAN.into())], false),
        (all([HeaderTest::present("a")]), vec![("a", n(7))], true),
        (
            all([HeaderTest::present("a")]),
            vec![("a", Value::Null)],
            true,
        ),
        (all([HeaderTest::present("a")]), vec![("b", n(7))], false),
        (
            any_of([HeaderTest::present("a"), equals("b", 1)]),
            vec![("b", n(1))],
            true,
        ),
        (
            all([equals("user_uuid:*", true)]),
            vec![("user_uuid:*", true.into())],
            true,
        ),
        (
            all([equals("user_uuid:*", true)]),
            vec![("user_uuid:1", true.into())],
            false,
        ),
        (
            all([equals("l", vec![n(1), "x".into()])]),
            vec![("l", vec![Value::from(1.0), "x".into()].into())],
            true,
        ),
        (
            all([equals("t", headers(&[("a", 1), ("b", 2)]))]),
            vec![("t", headers(&[("b", 2), ("a", 1)]).into())],
            true,
        ),
    ];
    for (condition, entries, expected) in rows {
        let entries = headers(&entries);
        let binding = Binding::from(condition);
        let subject = Subject {
            name: None,
            key: "k",
            headers: &entries,
        };
        assert_eq!(
            matches(&binding, &subject),
            expected,
            "{binding:?} against {entries:?}"
        );
    }
}

#[test]
fn conditions_that_brokers_read_differently_are_refused() {
    let refused = |tests: Vec<HeaderTest>| HeaderCondition::all(tests).unwrap_err();
    assert_eq!(refused(vec![]), BindingError::NoTest);
    assert_eq!(HeaderCondition::any([]), Err(BindingError::NoTest));
    let reserved = BindingError::ReservedHeader {
        name: "x-foo".into(),
    };
    assert_eq!(refused(vec![equals("x-foo", 1), equals("a", 1)]), reserved);
    assert_eq!(
        HeaderCondition::any([HeaderTest::present("x-foo")]),
        Err(reserved)
    );
    let name = || "a".to_owned();
    assert_eq!(
        refused(vec![equals("a", Value::Null)]),
        BindingError::NullValue { name: name() }
    );
    assert_eq!(
        refused(vec![equals("a", f64::NAN)]),
        BindingError::NotANumber { name: name() }
    );
    let twice = vec![equals("a", 1), equals("b", 1), equals("a", 2)];
    assert_eq!(
        refused(twice.clone()),
        BindingError::Conflict { name: name() }
    );
    assert!(HeaderCondition::any(twice).is_ok());
    assert!(HeaderCondition::all([equals("a", 1), equals("a", 1.0)]).is_ok());
    assert!(HeaderCondition::all([equals("a", 1), HeaderTest::present("a")]).is_ok());
    assert!(matches!(
        refused(vec![equals("", 1)]),
        BindingError::Header(_)
    ));
}

#[test]
fn a_binding_without_a_condition_must_be_asked_for() {
    assert_eq!(Binding::builder().build(), Err(BindingError::NoCondition));
    assert!(Binding::everything().is_everything());
    let subject = Subject {
        name: None,
        key: "",
        headers: &Headers::new(),
    };
    assert!(matches(&Binding::everything(), &subject));
}

#[test]
fn the_builder_tells_what_is_wrong() {
    let twice = Binding::builder().name("a").name("b").build();
    assert_eq!(
        twice,
        Err(BindingError::Twice {
            what: "name pattern"
        })
    );
    let condition = all([equals("a", 1)]);
    let twice = Binding::builder()
        .headers(condition.clone())
        .headers(condition)
        .build();
    assert_eq!(
        twice,
        Err(BindingError::Twice {
            what: "header condition"
        })
    );
    let malformed = Binding::builder().key("a..b").name("later").build();
    let Err(BindingError::Pattern(error)) = malformed else {
        panic!("{malformed:?}")
    };
    assert_eq!(error.kind(), KeyErrorKind::EmptySegment);
    let keys = Binding::builder().keys(["a", "b", "a"]).build().unwrap();
    assert_eq!(keys.keys().len(), 2);
}

#[test]
fn every_condition_of_a_binding_must_hold_and_any_key() {
    let condition = all([equals("t", 1)]);
    let binding = Binding::builder()
        .name("n")
        .headers(condition)
        .keys(["a.*", "b"])
        .build()
        .unwrap();
    let good = headers(&[("t", 1)]);
    let other = headers(&[("t", 2)]);
    for (name, key, headers, expected) in [
        (Some("n"), "a.x", &good, true),
        (Some("n"), "b", &good, true),
        (Some("n"), "c", &good, false),
        (Some("m"), "b", &good, false),
        (None, "b", &good, false),
        (Some("n"), "b", &other, false),
    ] {
        assert_eq!(
            matches(&binding, &Subject { name, key, headers }),
            expected,
            "{name:?} {key}"
        );
    }
    let named = Binding::from(NamePattern::everything());
    assert!(!matches(
        &named,
        &Subject {
            name: None,
            key: "b",
            headers: &good
        }
    ));
    assert!(matches(
        &named,
        &Subject {
            name: Some(""),
            key: "b",
            headers: &good
        }
    ));
}

#[test]
fn a_binding_that_matches_in_many_ways_is_reported_once() {
    let mut index = BindingIndex::new();
    index.insert(
        Binding::builder()
            .keys(["a.b", "a.*", "#.b", "#"])
            .build()
            .unwrap(),
        1,
    );
    index.insert(Binding::from(any_of([equals("a", 1), equals("b", 1)])), 2);
    index.insert(
        Binding::from(any_of([HeaderTest::present("a"), equals("b", 1)])),
        3,
    );
    let headers = headers(&[("a", 1), ("b", 1)]);
    let mut found = Vec::new();
    index.matches_into(
        &Subject {
            name: None,
            key: "a.b",
            headers: &headers,
        },
        &mut found,
    );
    found.sort_unstable();
    assert_eq!(found, [1, 2, 3]);
}

#[test]
fn an_id_is_good_for_its_binding_alone() {
    let mut index = BindingIndex::new();
    let first = index.insert(Binding::everything(), "first");
    let kept = index.insert(Binding::everything(), "kept");
    assert_eq!(index.remove(first), Some("first"));
    let second = index.insert(Binding::everything(), "second");
    assert_eq!(index.remove(first), None);
    assert_eq!(index.get(first), None);
    assert_eq!(index.get(second).map(|found| *found.1), Some("second"));
    assert_eq!(
        (index.remove(second), index.remove(kept)),
        (Some("second"), Some("kept"))
    );
    let third = index.insert(Binding::everything(), "third");
    assert_eq!((index.remove(kept), index.len()), (None, 1));
    assert_eq!(index.remove(third), Some("third"));
}

#[test]
fn adversarial_patterns_do_not_blow_up() {
    let mut index = BindingIndex::new();
    // Every pattern of seven words out of three matches, by very many ways each.
    for number in 0..3_u32.pow(7) {
        let words = (0..7).map(|place| ["a", "*", "#"][(number / 3_u32.pow(place)) as usize % 3]);
        let pattern = words.collect::<Vec<_>>().join(".");
        index.insert(Binding::builder().key(pattern).build().unwrap(), ());
    }
    index.insert(
        Binding::builder()
            .key(["#.a"; 63].join("."))
            .build()
            .unwrap(),
        (),
    );
    let key = ["a"; 127].join(".");
    let subject = Subject {
        name: None,
        key: &key,
        headers: &Headers::new(),
    };
    let mut found = Vec::new();
    index.matches_into(&subject, &mut found);
    assert_eq!(found.len(), 3_usize.pow(7) - 2_usize.pow(7) + 1);
}

#[test]
fn removing_everything_leaves_nothing() {
    let bindings = stock(&any_binding(), &mut TestRunner::deterministic());
    let mut index = BindingIndex::new();
    let empty = index.held();
    for _ in 0..2 {
        let fresh = bindings.iter().cycle().take(10_000);
        let ids: Vec<_> = fresh
            .map(|binding| index.insert(binding.clone(), ()))
            .collect();
        assert_eq!(index.len(), 10_000);
        let (odd, even): (Vec<_>, Vec<_>) = ids.iter().partition(|id| id.slot() % 2 == 1);
        for &id in odd.into_iter().chain(even) {
            assert!(index.remove(id).is_some());
        }
        assert_eq!(index.held(), empty);
    }
}

#[test]
fn what_is_remembered_is_bounded_and_makes_room() {
    let mut memory = TextMemory::new(4096);
    let found = [Candidate::new(1).sure()];
    memory.remember("once", &found);
    assert_eq!(memory.recall("once"), None);
    memory.remember("once", &found);
    assert_eq!(memory.recall("once"), Some(&found[..]));
    memory.forget();
    assert_eq!(memory.recall("once"), None);

    let long = [found[0]; 65];
    for _ in 0..2 {
        memory.remember("long", &long);
    }
    assert_eq!(memory.recall("long"), None);

    let keys: Vec<_> = (0..20_000).map(|number| number.to_string()).collect();
    for key in &keys {
        memory.remember(key, &found);
        memory.remember(key, &found);
    }
    let known = keys
        .iter()
        .filter(|key| memory.recall(key).is_some())
        .count();
    assert!((2_000..=4_096).contains(&known), "{known}");
    assert!(memory.is_stale());
    memory.forget();
    assert!(!memory.is_stale());
    assert!(keys.iter().all(|key| memory.recall(key).is_none()));
}

#[test]
fn a_binding_that_stays_is_never_missed_while_others_come_and_go() {
    let index = SharedIndex::new();
    let headers = headers(&[("user_uuid:1", true), ("tenant_uuid", true)]);
    let subject = Subject {
        name: Some("n"),
        key: "a.b.c",
        headers: &headers,
    };
    let kept = [
        Binding::builder().key("a.b.c"),
        Binding::builder().key("a.*.c"),
        Binding::builder().key("#.c"),
        Binding::builder().name("n"),
        Binding::builder()
            .name("n")
            .headers(all([equals("user_uuid:1", true)])),
    ];
    for (number, binding) in kept.into_iter().enumerate() {
        index.insert(binding.build().unwrap(), number);
    }
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for churner in 0..2 {
            let (index, done) = (&index, &done);
            scope.spawn(move || {
                for round in 0..3_000 {
                    let name = format!("user_uuid:{}", round % 3);
                    let bindings = [
                        Binding::builder().key("a.b.c"),
                        Binding::builder().key(format!("a.*.{round}")),
                        Binding::builder().keys(["#.c", "a.b.*"]),
                        Binding::builder()
                            .name("n")
                            .headers(all([equals(&name, true)])),
                    ];
                    let ids = bindings.map(|b| index.insert(b.build().unwrap(), 100 + churner));
                    for id in ids {
                        assert_eq!(index.remove(id), Some(100 + churner));
                    }
                }
                done.store(true, SeqCst);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let mut found = Vec::new();
                while !done.load(SeqCst) {
                    found.clear();
                    index.matches_into(&subject, &mut found);
                    found.sort_unstable();
                    assert_eq!(found[..5], [0, 1, 2, 3, 4]);
                    assert!(found[5..].iter().all(|&value| value >= 100) && found.len() <= 13);
                }
            });
        }
    });
    assert_eq!(index.len(), 5);
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::from(1)),
        Just(Value::from(1.0)),
        Just(Value::from("1")),
        Just(Value::from(true)),
        Just(Value::from(vec![Value::from(1)])),
    ]
}

fn any_test() -> impl Strategy<Value = HeaderTest> {
    ("[ab]", prop::option::weighted(0.8, any_value())).prop_map(|(name, value)| match value {
        Some(value) => HeaderTest::equals(name, value),
        None => HeaderTest::present(name),
    })
}

fn any_condition() -> impl Strategy<Value = Option<HeaderCondition>> {
    prop::option::of((any::<bool>(), prop::collection::vec(any_test(), 1..3))).prop_map(|given| {
        let (is_all, tests) = given?;
        let all = HeaderCondition::all(tests.clone()).ok().filter(|_| is_all);
        all.or_else(|| HeaderCondition::any(tests).ok())
    })
}

fn any_binding() -> impl Strategy<Value = Binding> {
    let name = prop::option::weighted(0.4, "[mn]|[mn]\\*|\\*[mn]|\\*");
    let key = prop::collection::vec("[ab]|\\*|#", 1..5).prop_map(|words| words.join("."));
    let keys = prop_oneof![Just(Vec::new()), prop::collection::vec(key, 1..4)];
    (name, any_condition(), keys).prop_map(|(name, condition, keys)| {
        let mut builder = Binding::builder().keys(keys);
        if let Some(name) = name {
            builder = builder.name(name);
        }
        if let Some(condition) = condition {
            builder = builder.headers(condition);
        }
        builder.build().unwrap_or_else(|_| Binding::everything())
    })
}

fn any_subject() -> impl Strategy<Value = (Option<String>, String, Headers)> {
    let name = prop::option::weighted(0.8, "[mn]{0,2}");
    let key = prop::collection::vec("[ab]", 0..5).prop_map(|words| words.join("."));
    let header = ("[ab]", prop_oneof![any_value(), Just(Value::Null)]);
    let headers = prop::collection::vec(header, 0..3);
    (
        name,
        key,
        headers.prop_map(|entries| Headers::try_from_iter(entries).unwrap()),
    )
}

/// 1,000 runs of 100 subjects each against indexes that change all the while.
#[test]
fn the_index_agrees_with_the_plain_matcher() {
    let mut runner = TestRunner::deterministic();
    // Drawn from a stock, since making a case takes far longer than checking it.
    let bindings = stock(&any_binding(), &mut runner);
    let subjects = stock(&any_subject(), &mut runner);
    let mut draw = |below: usize| runner.rng().random_range(0..below);
    for run in 0..1_000 {
        let mut plain = BTreeMap::new();
        let mut index = BindingIndex::new();
        let shared = SharedIndex::new();
        for step in 0..100 {
            if draw(3) == 0 && !plain.is_empty() {
                let &number = plain.keys().nth(draw(plain.len())).unwrap();
                let (_, id, shared_id): (&Binding, _, _) = plain.remove(&number).unwrap();
                assert_eq!(index.remove(id), Some(number));
                assert_eq!(shared.remove(shared_id), Some(number));
            } else {
                let binding = &bindings[draw(bindings.len())];
                let id = index.insert(binding.clone(), step);
                plain.insert(step, (binding, id, shared.insert(binding.clone(), step)));
            }
            let (name, key, headers) = &subjects[draw(subjects.len())];
            let subject = Subject {
                name: name.as_deref(),
                key,
                headers,
            };
            let matching = plain
                .iter()
                .filter(|(_, (binding, ..))| binding.matches(&subject));
            let expected: Vec<_> = matching.map(|(&number, _)| number).collect();
            let mut found = Vec::new();
            index.matches_into(&subject, &mut found);
            found.sort_unstable();
            assert_eq!(found, expected, "run {run}, step {step}: {subject:?}");
            // More than once, so that what is remembered is asked too.
            for _ in 0..3 {
                found.clear();
                shared.matches_into(&subject, &mut found);
                found.sort_unstable();
                assert_eq!(
                    found, expected,
                    "shared: run {run}, step {step}: {subject:?}"
                );
            }
        }
    }
}

fn stock<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> Vec<S::Value> {
    (0..2_000)
        .map(|_| strategy.new_tree(runner).unwrap().current())
        .collect()
}
