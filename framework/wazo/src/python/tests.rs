use super::*;

fn printed(json: &str) -> String {
    let mut out = String::new();
    write_str(&mut out, json).expect("valid JSON");
    out
}

#[test]
fn numbers_print_as_python_prints_them() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("7", "7"),
        ("-7", "-7"),
        ("42", "42"),
        ("12345678901234567890", "12345678901234567890"),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("0.0", "0.0"),
        ("-0.0", "-0.0"),
        ("1.0", "1.0"),
        ("2.0", "2.0"),
        ("-2.5", "-2.5"),
        ("0.1", "0.1"),
        ("0.0001", "0.0001"),
        ("0.00012", "0.00012"),
        ("0.00001", "1e-05"),
        ("1e-7", "1e-07"),
        ("1.5e-7", "1.5e-07"),
        ("123456789.123", "123456789.123"),
        ("9999999999999998.0", "9999999999999998.0"),
        ("1e15", "1000000000000000.0"),
        ("1e16", "1e+16"),
        ("1.0e16", "1e+16"),
        ("1.5E16", "1.5e+16"),
        ("123456789012345680.0", "1.2345678901234568e+17"),
        ("1e22", "1e+22"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("5e-324", "5e-324"),
        ("593349443380239.25", "593349443380239.2"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("1e5", "100000.0"),
        ("100e-2", "1.0"),
    ];
    for (json, python) in cases {
        assert_eq!(printed(json), python, "{json}");
    }
}

#[test]
fn true_false_and_null_have_pythons_names() {
    let cases = [("true", "True"), ("false", "False"), ("null", "None")];
    for (json, python) in cases {
        assert_eq!(printed(json), python, "{json}");
    }
}

#[test]
fn text_prints_as_it_is() {
    let cases = [
        (r#""""#, ""),
        (r#""a.b""#, "a.b"),
        (r#""it's""#, "it's"),
        (r#""\u00e9""#, "é"),
    ];
    for (json, python) in cases {
        assert_eq!(printed(json), python, "{json}");
    }
}

#[test]
fn text_inside_a_list_is_quoted_as_python_quotes_it() {
    let cases = [
        (r#"[""]"#, "['']"),
        (r#"["plain"]"#, "['plain']"),
        (r#"["it's"]"#, r#"["it's"]"#),
        (r#"["say \"hi\""]"#, r#"['say "hi"']"#),
        (r#"["both ' and \""]"#, r#"['both \' and "']"#),
        (r#"["back\\slash"]"#, r#"['back\\slash']"#),
        (r#"["tab\tline\nreturn\r"]"#, r#"['tab\tline\nreturn\r']"#),
        (
            r#"["bell\u0007 del\u007f nbsp\u00a0 soft\u00ad"]"#,
            r#"['bell\x07 del\x7f nbsp\xa0 soft\xad']"#,
        ),
        (r#"["\u00e9 \u65e5\u672c \u00f1"]"#, "['é 日本 ñ']"),
        (r#"["\u0301 mark"]"#, "['́ mark']"),
        (r#"["zero\u200bwidth"]"#, r#"['zero\u200bwidth']"#),
        (r#"["\u2028"]"#, r#"['\u2028']"#),
        (r#"["\ud83d\ude00"]"#, "['😀']"),
        (r#"["\udb40\udc01"]"#, r#"['\U000e0001']"#),
        (r#"["\ue000"]"#, r#"['\ue000']"#),
        (r#"["a.b#c*d"]"#, "['a.b#c*d']"),
    ];
    for (json, python) in cases {
        assert_eq!(printed(json), python, "{json}");
    }
}

#[test]
fn lists_and_objects_print_in_their_order() {
    let cases = [
        ("[]", "[]"),
        ("{}", "{}"),
        (r#"[1, 2.0, null, true, "x"]"#, "[1, 2.0, None, True, 'x']"),
        (
            r#"{"z": 1, "a": {"k": [false]}}"#,
            "{'z': 1, 'a': {'k': [False]}}",
        ),
        (r#"[[], {}, [""]]"#, "[[], {}, ['']]"),
        (
            r#"{"it's": "\"", "b": -0.0}"#,
            r#"{"it's": '"', 'b': -0.0}"#,
        ),
    ];
    for (json, python) in cases {
        assert_eq!(printed(json), python, "{json}");
    }
}

#[test]
fn malformed_json_prints_nothing() {
    let mut out = String::new();
    for json in ["", "[1", "{\"a\" 1}", r#""\ud800""#, "[\"\\ud800\"]"] {
        assert_eq!(write_str(&mut out, json), None, "{json}");
    }
}
