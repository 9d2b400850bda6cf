use proptest::prelude::*;

use super::*;

const ME: &str = "40000000-0000-4000-8000-00000000000a";

fn holder() -> Holder<'static> {
    Holder::new().with_auth_id(ME).with_session_id("session")
}

/// The rules written down once more, in the plainest way there is, which may take for ever.
fn slow(entry: &[char], text: &[char]) -> bool {
    let Some((first, rest)) = entry.split_first() else {
        return text.is_empty();
    };
    let run = |stops: &dyn Fn(&char) -> bool| text.iter().position(stops).unwrap_or(text.len());
    let mut ends = match first {
        '*' => 0..run(&|c| matches!(c, '.' | '#')) + 1,
        '#' => 0..text.len() + 1,
        _ => return text.first() == Some(first) && slow(rest, &text[1..]),
    };
    ends.any(|end| slow(rest, &text[end..]))
}

/// The entries that one with reserved words stands for.
fn spelled_out(entry: &str, holder: &Holder<'_>) -> Vec<String> {
    let mut all = vec![String::new()];
    for (at, word) in entry.split('.').enumerate() {
        let other = match word {
            "me" => holder.auth_id,
            "my_session" => holder.session_id,
            "edit" => Some("update"),
            _ => None,
        };
        let dot = if at > 0 { "." } else { "" };
        let words = std::iter::once(word).chain(other);
        let longer =
            words.flat_map(|word| all.iter().map(move |begin| format!("{begin}{dot}{word}")));
        all = longer.collect();
    }
    all
}

fn slowly_grants(entries: &[String], holder: &Holder<'_>, required: &str) -> bool {
    let text: Vec<char> = required.chars().collect();
    let matches = |entry: &str| {
        let spelled = spelled_out(entry, holder);
        spelled
            .iter()
            .any(|entry| slow(&entry.chars().collect::<Vec<_>>(), &text))
    };
    let refused = entries
        .iter()
        .filter_map(|entry| entry.strip_prefix('!'))
        .any(matches);
    let granted = entries.iter().filter(|entry| !entry.starts_with('!'));
    !refused && granted.map(String::as_str).any(matches)
}

proptest! {
    #[test]
    fn lists_decide_as_their_rules_say(
        entries in proptest::collection::vec("!?(me|edit|my_session|[ab.*#]|\\.me|a\\.){0,7}", 0..6),
        required in "(me|update|[ab.é#*]|\\.me|a\\.|mee|e\\.b){0,7}",
    ) {
        // An id that makes the choice between it and its word an open one.
        for id in ["me.a", "b", ""] {
            let holder = Holder::new().with_auth_id(id).with_session_id("a.me");
            let list = AccessList::of_holder(&entries, holder);
            prop_assert_eq!(
                list.grants(Some(&required)),
                slowly_grants(&entries, &holder, &required),
                "{:?} of {:?} for {:?}", entries, id, required
            );
        }
    }
}

#[test]
fn hostile_patterns_end() {
    let text = "a".repeat(20_000);
    let dotted = "a.".repeat(10_000);
    for pattern in [
        "*a", "#a", "#a*", "#*a.", "*a#", "#a.*", "#.me.*", "a*", "#a*b",
    ] {
        let entry = pattern.repeat(2_000) + "b";
        let list = AccessList::of_holder([entry], holder());
        assert!(!list.grants(Some(&text)), "{pattern}");
        assert!(!list.grants(Some(&dotted)), "{pattern}");
    }
}

#[test]
fn nesting_prefixes_are_all_tried() {
    let entries: Vec<String> = (0..200).map(|length| "a".repeat(length) + "*b").collect();
    let list = AccessList::new(&entries);
    assert!(list.grants(Some("ab")));
    assert!(list.grants(Some(&("a".repeat(500) + "b"))));
    assert!(!list.grants(Some(&"a".repeat(500))));
}

#[test]
fn words_are_reserved_only_whole() {
    let list = AccessList::of_holder(
        ["x.me.y", "meme", "*me", "my_session", "update.x"],
        holder(),
    );
    for granted in [
        &format!("x.{ME}.y"),
        "x.me.y",
        "meme",
        "xme",
        "session",
        "update.x",
    ] {
        assert!(list.grants(Some(granted)), "{granted}");
    }
    for refused in [&format!("me{ME}"), "x.meme.y", "edit.x", ME] {
        assert!(!list.grants(Some(refused)), "{refused}");
    }
    let nobody = AccessList::new(["me", "my_session"]);
    assert!(nobody.grants(Some("me")) && nobody.grants(Some("my_session")));
    assert!(!nobody.grants(Some(ME)));
}

#[test]
fn an_absent_access_header_is_refused_and_a_null_one_open() {
    let nothing = AccessList::new([""; 0]);
    let everything = AccessList::new(["#"]);
    let mut headers = Headers::new();
    for list in [&nothing, &everything] {
        assert_eq!(list.decide(&headers), Access::Unstated);
    }
    headers.insert("required_access", "event.x").unwrap();
    assert_eq!(everything.decide(&headers), Access::Unstated);
    headers.insert("required_acl", ValueRef::Null).unwrap();
    assert_eq!(nothing.decide(&headers), Access::Granted);
    headers.insert("required_acl", "events.x").unwrap();
    assert_eq!(nothing.decide(&headers), Access::Refused);
    assert_eq!(everything.decide(&headers), Access::Granted);
    headers.insert("required_acl", true).unwrap();
    assert_eq!(
        everything.decide(&headers),
        Access::Malformed(ValueKind::Bool)
    );
    assert!(!everything.decide(&headers).is_granted());
}

#[test]
fn a_list_shows_none_of_its_entries() {
    let list = AccessList::of_holder(["events.me", "!events.secret"], holder());
    assert_eq!(format!("{list:?}"), "AccessList { grants: 1, refusals: 1 }");
}
