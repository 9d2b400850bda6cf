use bytes::Bytes;
use proptest::prelude::*;
use serde_json::json;

use super::{HeaderError, HeaderLimits, Headers, Value, ValueKind, ValueRef, is_reserved_header};

fn wazo() -> Headers {
    let mut headers = Headers::new();
    headers.insert("name", "call_created").unwrap();
    headers.insert("origin_uuid", Value::Null).unwrap();
    headers.insert("user_uuid:*", true).unwrap();
    headers.insert("conference_id", 42).unwrap();
    headers
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(Value::Null, |inner, _| Value::List(vec![inner]))
}

#[test]
fn every_kind_comes_back_as_it_went_in() {
    let table = wazo();
    let values = [
        Value::Null,
        Value::Bool(false),
        Value::Int(i64::MIN),
        Value::Float(0.5),
        Value::from(""),
        Value::from("é☎"),
        Value::Bytes(Bytes::from_static(b"\0\xff")),
        Value::List(vec![Value::from(1), Value::from("a"), Value::List(vec![])]),
        Value::Table(table),
    ];
    let mut headers = Headers::new();
    for (number, value) in values.iter().enumerate() {
        headers.insert(&number.to_string(), value).unwrap();
    }
    for (number, value) in values.iter().enumerate() {
        let name = number.to_string();
        let found = headers.get(&name).unwrap();
        assert_eq!(found, value.as_ref());
        assert_eq!(found.kind(), value.kind());
        assert_eq!(found.to_value(), *value);
        assert_eq!(headers.remove(&name).as_ref(), Some(value));
    }
    assert!(headers.is_empty());
    assert_eq!(headers.byte_len(), 0);
}

#[test]
fn plain_rust_values_are_taken() {
    let mut headers = Headers::new();
    headers.insert("i32", -1_i32).unwrap();
    headers.insert("u32", u32::MAX).unwrap();
    headers.insert("u64", 7_u64).unwrap();
    headers.insert("f64", 1.5).unwrap();
    headers.insert("string", String::from("s")).unwrap();
    headers.insert("some", Some("s")).unwrap();
    headers.insert("none", None::<&str>).unwrap();
    headers.insert("bytes", &b"\x01"[..]).unwrap();
    headers.insert("list", vec![Value::from(1)]).unwrap();
    headers.insert("table", wazo()).unwrap();
    let kinds: Vec<_> = headers.iter().map(|(_, value)| value.kind()).collect();
    use ValueKind::*;
    assert_eq!(
        kinds,
        [Int, Int, Int, Float, Text, Text, Null, Bytes, List, Table]
    );
    let too_large = headers.insert("u64", u64::MAX).unwrap_err();
    assert_eq!(
        too_large,
        HeaderError::IntegerTooLarge { name: "u64".into() }
    );
    assert_eq!(headers.get("u64"), Some(ValueRef::Int(7)));
}

#[test]
fn a_later_value_takes_the_place_of_the_earlier() {
    for value in [
        Value::from("short"),
        Value::from("much longer than before"),
        Value::Null,
    ] {
        let mut headers = wazo();
        headers.insert("origin_uuid", &value).unwrap();
        let names: Vec<_> = headers.iter().map(|(name, _)| name).collect();
        assert_eq!(
            names,
            ["name", "origin_uuid", "user_uuid:*", "conference_id"]
        );
        assert_eq!(headers.get("origin_uuid"), Some(value.as_ref()));
        assert_eq!(headers.get("user_uuid:*"), Some(ValueRef::Bool(true)));
        assert_eq!(headers.get("conference_id"), Some(ValueRef::Int(42)));
        assert_eq!(headers.len(), 4);
    }
}

#[test]
fn removing_leaves_the_others() {
    let mut headers = wazo();
    assert_eq!(headers.remove("origin_uuid"), Some(Value::Null));
    assert_eq!(headers.remove("origin_uuid"), None);
    assert_eq!(headers.len(), 3);
    assert!(headers.contains("conference_id") && !headers.contains("origin_uuid"));
    assert_eq!(headers.text("name"), Some("call_created"));
    assert_eq!(headers.text("conference_id"), None);
}

#[test]
fn equality_is_typed_and_ignores_order() {
    assert_ne!(Value::from(1), Value::from("1"));
    assert_ne!(Value::from(true), Value::from("true"));
    assert_ne!(Value::from(true), Value::from(1));
    assert_ne!(Value::from("a"), Value::Bytes(Bytes::from_static(b"a")));
    assert_eq!(Value::from(1), Value::from(1.0));
    assert_eq!(Value::from(0), Value::from(-0.0));
    assert_ne!(Value::from(f64::NAN), Value::from(f64::NAN));
    // 2^53 + 1 has no float: comparing as floats would call them equal.
    assert_ne!(
        Value::from((1_i64 << 53) + 1),
        Value::from(9_007_199_254_740_992.0)
    );
    assert_ne!(
        Value::from(i64::MAX),
        Value::from(9_223_372_036_854_775_808.0)
    );
    assert_eq!(
        Value::from(i64::MIN),
        Value::from(-9_223_372_036_854_775_808.0)
    );

    let forth = Headers::try_from_iter([("a", 1.0), ("b", 2.0)]).unwrap();
    let back = Headers::try_from_iter([("b", 2), ("a", 1)]).unwrap();
    assert_eq!(forth, back);
    assert!(!forth.is_identical(&back) && forth.is_identical(&forth.clone()));
    assert_eq!(Value::Table(forth.clone()), Value::Table(back));
    assert_ne!(forth, Headers::try_from_iter([("a", 1)]).unwrap());
}

#[test]
fn bad_names_are_refused_and_change_nothing() {
    let mut headers = wazo();
    let before = headers.clone();
    let long = "n".repeat(256);
    assert_eq!(headers.insert("", 1), Err(HeaderError::EmptyName));
    assert!(matches!(
        headers.insert(&long, 1),
        Err(HeaderError::NameTooLong { bytes: 256, .. })
    ));
    for bad in ["a\0", "a\n", "a\u{85}"] {
        assert!(matches!(
            headers.insert(bad, 1),
            Err(HeaderError::ControlInName { at: 1, .. })
        ));
    }
    assert!(headers.is_identical(&before));
    headers.insert(&long[1..], 1).unwrap();
    assert_eq!(headers.get(&long[1..]), Some(ValueRef::Int(1)));
}

#[test]
fn nesting_bombs_are_refused() {
    let mut headers = wazo();
    let before = headers.clone();
    headers
        .insert("deep", nested(Headers::MAX_NESTING))
        .unwrap();
    headers.remove("deep");
    for depth in [Headers::MAX_NESTING + 1, 1000] {
        let refused = headers.insert("deep", nested(depth));
        assert!(
            matches!(refused, Err(HeaderError::TooDeep { .. })),
            "{depth}: {refused:?}"
        );
    }
    let mut bomb = Headers::new();
    for _ in 0..Headers::MAX_NESTING {
        let mut outer = Headers::new();
        outer.insert("t", &bomb).unwrap();
        bomb = outer;
    }
    assert!(matches!(
        headers.insert("deep", bomb),
        Err(HeaderError::TooDeep { .. })
    ));
    assert!(headers.is_identical(&before));

    let text = format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100));
    let error = serde_json::from_str::<Headers>(&text)
        .unwrap_err()
        .to_string();
    assert!(error.contains("more than 32 deep"), "{error}");
    let text = text.replace('[', "{\"t\":[").replace(']', "]}");
    assert!(serde_json::from_str::<Headers>(&text).is_err());
}

#[test]
fn holding_too_much_is_refused() {
    let mut headers = Headers::new();
    for number in 0..Headers::MAX_LEN {
        headers.insert(&number.to_string(), true).unwrap();
    }
    assert!(matches!(
        headers.insert("more", true),
        Err(HeaderError::TooMany { .. })
    ));
    headers.insert("0", "replacing is no addition").unwrap();

    let mut headers = Headers::new();
    let ten = vec![0_u8; 10 << 20];
    headers.insert("a", &ten[..]).unwrap();
    assert!(matches!(
        headers.insert("b", &ten[..]),
        Err(HeaderError::TooLarge { .. })
    ));
    let twice = vec![Value::Bytes(ten.clone().into()), Value::Bytes(ten.into())];
    assert!(matches!(
        headers.insert("a", twice),
        Err(HeaderError::TooLarge { .. })
    ));
    assert_eq!(headers.len(), 1);
}

#[test]
fn limits_are_checked_to_the_last() {
    let headers = wazo();
    let limits = HeaderLimits::default();
    assert_eq!(headers.check(&limits), Ok(()));
    assert_eq!(headers.check(&limits.clone().with_headers(4)), Ok(()));
    assert_eq!(
        headers.check(&limits.clone().with_headers(3)),
        Err(HeaderError::TooMany { count: 4, limit: 3 })
    );
    let bytes = headers.byte_len();
    assert_eq!(headers.check(&limits.clone().with_bytes(bytes)), Ok(()));
    assert!(matches!(
        headers.check(&limits.clone().with_bytes(bytes - 1)),
        Err(HeaderError::TooLarge { name, .. }) if name == "conference_id"
    ));
    assert_eq!(headers.check(&limits.clone().with_name_bytes(13)), Ok(()));
    assert!(matches!(
        headers.check(&limits.clone().with_name_bytes(12)),
        Err(HeaderError::NameTooLong { bytes: 13, .. })
    ));
    let mut deep = Headers::new();
    deep.insert("a", nested(8)).unwrap();
    assert_eq!(deep.check(&limits), Ok(()));
    deep.insert("a", nested(9)).unwrap();
    assert!(matches!(
        deep.check(&limits),
        Err(HeaderError::TooDeep { limit: 8, .. })
    ));
}

#[test]
fn reserved_names_can_be_held_and_are_told() {
    let mut headers = Headers::new();
    headers.insert("x-death", 1).unwrap();
    assert!(
        is_reserved_header("x-death") && !is_reserved_header("X-y") && !is_reserved_header("x")
    );
}

#[test]
fn json_text_keeps_types() {
    let text = r#"{"a":1,"b":1.0,"c":"1","d":true,"e":null,"f":[1,{"g":-2}],"h":{},"i":1e3}"#;
    let headers: Headers = serde_json::from_str(text).unwrap();
    let kinds: Vec<_> = headers.iter().map(|(_, value)| value.kind()).collect();
    use ValueKind::*;
    assert_eq!(kinds, [Int, Float, Text, Bool, Null, List, Table, Float]);
    assert_eq!(
        serde_json::to_string(&headers).unwrap(),
        text.replace("1e3", "1000.0")
    );
}

#[test]
fn json_text_that_headers_cannot_hold_is_refused() {
    for (text, reason) in [
        (r#"{"a":9223372036854775808}"#, "`a` holds an integer above"),
        (r#"{"":1}"#, "empty name"),
        (r#"{"a":{"b\u0000":1}}"#, "control character"),
        (r#"{"a":{"$bytes":"0"}}"#, "hexadecimal"),
        (r#"{"a":{"$bytes":"0g"}}"#, "hexadecimal"),
        (r#"{"a":{"$bytes":1}}"#, "hexadecimal"),
        ("[]", "a map of headers"),
    ] {
        let error = serde_json::from_str::<Headers>(text)
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason), "{text}: {error}");
    }
    let nan = Headers::try_from_iter([("a", f64::NAN)]).unwrap();
    assert!(serde_json::to_string(&nan).is_err());
}

#[test]
fn bytes_and_tables_that_look_like_bytes_are_told_apart_in_json() {
    let lone =
        |name: &str, value: &str| Value::Table(Headers::try_from_iter([(name, value)]).unwrap());
    let mut headers = Headers::new();
    headers.insert("bytes", &b"\x00\xff"[..]).unwrap();
    headers.insert("table", lone("$bytes", "00")).unwrap();
    headers.insert("more", lone("$$bytes", "00")).unwrap();
    headers.insert("other", lone("$byte", "00")).unwrap();
    headers
        .insert(
            "two",
            Headers::try_from_iter([("$bytes", "00"), ("b", "")]).unwrap(),
        )
        .unwrap();
    headers
        .insert("longest", lone(&format!("{}bytes", "$".repeat(250)), ""))
        .unwrap();
    headers.insert("$bytes", 1).unwrap();
    let text = serde_json::to_string(&headers).unwrap();
    assert!(text.starts_with(
        r#"{"bytes":{"$bytes":"00ff"},"table":{"$$bytes":"00"},"more":{"$$$bytes":"00"},"other":{"$byte""#
    ));
    let back: Headers = serde_json::from_str(&text).unwrap();
    assert!(back.is_identical(&headers), "{back:?}");
}

#[test]
fn json_values_convert_or_are_refused_by_type() {
    let json = json!({"a": [1, 1.5, "x", null, false], "$bytes": {"$bytes": "00"}});
    let value = Value::try_from(&json).unwrap();
    assert_eq!(serde_json::Value::try_from(&value), Ok(json));

    let too_large = Value::try_from(json!({"a": u64::MAX}));
    assert_eq!(
        too_large,
        Err(HeaderError::IntegerTooLarge { name: "a".into() })
    );
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert!(matches!(
        Value::try_from(deep),
        Err(HeaderError::TooDeep { .. })
    ));
    let bytes = Headers::try_from_iter([("a", &b""[..])]).unwrap();
    let refused = serde_json::Value::try_from(&bytes);
    assert_eq!(refused, Err(HeaderError::BytesInJson { name: "a".into() }));
    let infinite = serde_json::Value::try_from(&Value::from(f64::INFINITY));
    assert!(matches!(infinite, Err(HeaderError::NotFiniteInJson { .. })));
}

#[test]
fn debug_is_a_map() {
    let mut headers = wazo();
    headers.insert("b", &b"\x00a"[..]).unwrap();
    let shown = r#"{"name": "call_created", "origin_uuid": null, "user_uuid:*": true, "conference_id": 42, "b": b"\x00a"}"#;
    assert_eq!(format!("{headers:?}"), shown);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::Float),
        ".*".prop_map(Value::from),
        any::<Vec<u8>>().prop_map(|bytes| Value::Bytes(bytes.into())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec(("\\$*(bytes|a|b)", inner), 0..4)
                .prop_map(|entries| Value::Table(Headers::try_from_iter(entries).unwrap())),
        ]
    })
}

proptest! {
    #[test]
    fn headers_behave_as_an_ordered_map(
        steps in prop::collection::vec(("[a-d]", prop::option::of(any_value())), 0..24),
    ) {
        let mut headers = Headers::new();
        let mut model: Vec<(String, Value)> = Vec::new();
        for (name, value) in steps {
            let at = model.iter().position(|(known, _)| *known == name);
            match (value, at) {
                (Some(value), at) => {
                    headers.insert(&name, &value).unwrap();
                    match at {
                        Some(at) => model[at].1 = value,
                        None => model.push((name, value)),
                    }
                }
                (None, Some(at)) => {
                    prop_assert_eq!(headers.remove(&name), Some(model.remove(at).1));
                }
                (None, None) => prop_assert_eq!(headers.remove(&name), None),
            }
            prop_assert_eq!(headers.len(), model.len());
            let both = headers.iter().zip(&model);
            for ((name, value), (model_name, model_value)) in both {
                prop_assert_eq!(name, model_name);
                prop_assert_eq!(value, model_value.as_ref());
                prop_assert_eq!(value.kind(), model_value.kind());
            }
        }
        let text = serde_json::to_string(&headers).unwrap();
        let back: Headers = serde_json::from_str(&text).unwrap();
        prop_assert!(back.is_identical(&headers), "{:?} is not {:?}", back, headers);
    }

    #[test]
    fn no_name_or_json_text_panics(name in any::<String>(), text in any::<String>()) {
        let _ = Headers::new().insert(&name, text.as_str());
        let _ = serde_json::from_str::<Headers>(&text);
    }
}
