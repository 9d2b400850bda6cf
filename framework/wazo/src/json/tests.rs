use super::*;

fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

#[test]
fn depth_counts_levels_that_are_open_at_once() {
    for (json, depth) in [
        ("1", 0),
        ("[]", 1),
        ("[[],[],{}]", 2),
        (r#"{"a":{"b":[1]}}"#, 3),
    ] {
        assert!(!is_deeper(json.as_bytes(), depth), "{json}");
        assert!(
            depth == 0 || is_deeper(json.as_bytes(), depth - 1),
            "{json}"
        );
    }
}

#[test]
fn brackets_in_text_have_no_depth() {
    let json = format!(r#"["{}\"[[[", "\\", []]"#, "[{".repeat(500));
    assert!(!is_deeper(json.as_bytes(), 2));
    assert!(is_deeper(json.as_bytes(), 1));
}

#[test]
fn a_million_levels_are_counted_and_skipped_without_recursion() {
    let bomb = nested(1_000_000);
    assert!(is_deeper(bomb.as_bytes(), MAX_DEPTH));
    let body = format!(r#"{{"data":{bomb}}}"#);
    let object = Object::parse(&body).unwrap();
    assert_eq!(object.get("data"), Some(bomb.as_str()));
    assert!(matches!(check(&bomb, MAX_DEPTH), Err(Flaw::TooDeep)));
}

#[test]
fn as_many_levels_as_allowed_are_read_by_every_reader() {
    let deepest = nested(MAX_DEPTH);
    assert!(check(&deepest, MAX_DEPTH).is_ok());
    assert!(exact(&deepest).is_some());
    assert!(serde_json::from_str::<serde_json::Value>(&deepest).is_ok());
}

#[test]
fn what_is_no_object_is_told_apart() {
    for json in [
        "",
        "nonsense",
        "{",
        r#"{"a":}"#,
        r#"{"a":1} x"#,
        "[1",
        "\u{0}",
    ] {
        assert!(
            matches!(Object::parse(json), Err(ObjectError::NotJson(_))),
            "{json}"
        );
    }
    for json in ["1", "null", "[]", r#""{}""#, " [{}] "] {
        assert!(
            matches!(Object::parse(json), Err(ObjectError::NotAnObject)),
            "{json}"
        );
    }
}

#[test]
fn a_name_that_is_there_twice_is_found_however_it_is_written_and_among_any_number() {
    let many: String = (0..500).map(|at| format!(r#""k{at}":{at},"#)).collect();
    for json in [
        r#"{"a":1,"a":1}"#.to_owned(),
        r#"{"a":1,"b":2,"\u0061":3}"#.to_owned(),
        format!(r#"{{{many}"a":1,"b":2,"a":3}}"#),
    ] {
        let found = Object::parse(&json);
        assert!(
            matches!(found, Err(ObjectError::Duplicate(name)) if name == "a"),
            "{json}"
        );
    }
    assert!(Object::parse(&format!(r#"{{{many}"a":1}}"#)).is_ok());
}

#[test]
fn names_inside_are_checked_too() {
    for json in [
        r#"{"o":{"a":1,"a":2}}"#,
        r#"{"l":[{"a":1,"b":[{"a":1,"a":2}]}]}"#,
    ] {
        assert!(matches!(check(json, MAX_DEPTH), Err(Flaw::Duplicate(name)) if name == "a"));
    }
}

#[test]
fn what_no_reader_can_read_is_refused() {
    for json in [r#"{"a":1e400}"#, r#"["\ud800"]"#, r#"{"\udfff":1}"#] {
        assert!(
            matches!(check(json, MAX_DEPTH), Err(Flaw::Unreadable(_))),
            "{json}"
        );
    }
}

#[test]
fn exact_values_keep_kind_and_digits_or_are_refused() {
    let cases = [
        ("1", Some("1")),
        ("1.0", Some("1.0")),
        ("-0", Some("0")),
        ("18446744073709551615", Some("18446744073709551615")),
        ("18446744073709551616", None),
        ("-9223372036854775809", None),
        (r#"{"a":[1e2,{"b":18446744073709551616}]}"#, None),
        (r#"{"a":[100.0,"é"]}"#, Some(r#"{"a":[100.0,"é"]}"#)),
    ];
    for (json, wanted) in cases {
        let value = exact(json).map(|value| value.to_string());
        assert_eq!(value.as_deref(), wanted, "{json}");
    }
}

#[test]
fn members_are_borrowed_and_keep_their_order() {
    let object = Object::parse(r#" {"z": [ 1 ], "a\n": "x"} "#).unwrap();
    let members: Vec<_> = object.iter().collect();
    assert_eq!(members, [("z", "[ 1 ]"), ("a\n", r#""x""#)]);
}
