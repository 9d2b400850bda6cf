//! Patterns beside the keys that are known: one that matches none of them is a mistake, as
//! `calls.*` is where the key is `calls.call.created`.

use std::collections::{BTreeMap, BTreeSet};

use trunkline::catalog::Catalog;
use trunkline::{KeyPattern, SubscribeOptions};

use crate::dialects::DialectName;

/// A word of a known key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Is(String),
    /// Filled in by each event; it may hold dots, and so be several words.
    Filled,
}

/// The keys that are known.
#[derive(Debug)]
pub(super) struct Known {
    /// As they are written, and word by word.
    keys: BTreeMap<String, Vec<Word>>,
    /// Whether the user gave some: then they know them all.
    given: bool,
}

impl Known {
    /// The keys of a dialect's events, and of the user's own.
    pub(super) fn of(dialect: DialectName, own: &[String]) -> Self {
        let catalog = Catalog::new("", "");
        let catalog = match dialect {
            DialectName::Wazo => catalog.with_wazo(),
            DialectName::Kazoo => catalog.with_kazoo(),
            DialectName::Plain | DialectName::CloudEvents(_) => catalog,
        };
        let entries = catalog.entries().iter();
        let keys = entries.map(|entry| entry.routing_key.as_str());
        let keys = keys.chain(own.iter().map(String::as_str));
        Self {
            keys: keys.map(|key| (key.to_owned(), words(key))).collect(),
            given: !own.is_empty(),
        }
    }

    /// A sentence for each pattern that can never match.
    pub(super) fn warnings(&self, subscriptions: &[SubscribeOptions]) -> Vec<String> {
        let bindings = subscriptions.iter().flat_map(|options| &options.bindings);
        let patterns: BTreeSet<_> = bindings
            .flat_map(|binding| binding.keys())
            .map(KeyPattern::as_str)
            .collect();
        patterns
            .into_iter()
            .filter_map(|pattern| self.warning(pattern))
            .collect()
    }

    fn warning(&self, pattern: &str) -> Option<String> {
        // The `plain` dialect knows no events; then only the user can tell.
        if self.keys.is_empty() {
            return None;
        }
        match self.matching(pattern).len() {
            0 => Some(self.never(pattern)),
            matched => self.seldom(pattern, matched),
        }
    }

    /// What there is to say of a pattern that matches nothing.
    fn never(&self, pattern: &str) -> String {
        let count = self.keys.len();
        let text = format!("`{pattern}` matches none of the {count} known routing keys");
        match self.wider(pattern) {
            Some((wider, matched)) => format!(
                "{text}, so that nothing may ever come; `{wider}` matches {} of them",
                matched.len()
            ),
            None if self.given => format!("{text}, and none of them begins like it"),
            None => format!(
                "{text}, and none of them begins like it; if it is for events of your own, give \
                 their keys with --known-key"
            ),
        }
    }

    /// What there is to say of a pattern with a `*` that was meant for more than it matches.
    fn seldom(&self, pattern: &str, matched: usize) -> Option<String> {
        let words: Vec<_> = pattern.split('.').collect();
        if words.contains(&"#") || !words.contains(&"*") {
            return None;
        }
        let (wider, all) = self.wider(pattern)?;
        if matched * 2 >= all.len() {
            return None;
        }
        let met = self.matching(pattern);
        let left_out = all.iter().find(|key| !met.contains(*key))?;
        Some(format!(
            "a `*` is one word: `{pattern}` matches {matched} of the {} known routing keys that \
             begin like it, and never `{left_out}`; `{wider}` matches all of them",
            all.len()
        ))
    }

    /// The keys a pattern matches.
    fn matching(&self, pattern: &str) -> Vec<&str> {
        let pattern: Vec<_> = pattern.split('.').collect();
        let keys = self.keys.iter().filter(|(_, key)| meets(&pattern, key));
        keys.map(|(text, _)| text.as_str()).collect()
    }

    /// The narrowest pattern with the same beginning that matches something, and what.
    fn wider(&self, pattern: &str) -> Option<(String, Vec<&str>)> {
        let words: Vec<_> = pattern.split('.').collect();
        let fixed = words
            .iter()
            .take_while(|word| !matches!(**word, "*" | "#"))
            .count();
        (1..=fixed).rev().find_map(|kept| {
            let wider = format!("{}.#", words[..kept].join("."));
            let matched = self.matching(&wider);
            (!matched.is_empty()).then_some((wider, matched))
        })
    }
}

/// The words of a key or of a template of keys. A word is filled in as a whole or in part, and
/// nobody knows with what.
fn words(template: &str) -> Vec<Word> {
    template
        .split('.')
        .map(|word| match word.contains('{') {
            true => Word::Filled,
            false => Word::Is(word.to_owned()),
        })
        .collect()
}

/// Whether some key that a template makes matches a pattern.
fn meets(pattern: &[&str], key: &[Word]) -> bool {
    // `row[j]`: whether what is left of the pattern meets what of the key begins at `j`.
    let mut row = vec![false; key.len() + 1];
    row[key.len()] = true;
    for word in pattern.iter().rev() {
        let mut next = vec![false; key.len() + 1];
        next[key.len()] = *word == "#" && row[key.len()];
        for at in (0..key.len()).rev() {
            next[at] = match (&key[at], *word) {
                (_, "#") => row[at] || next[at + 1],
                // One word of those it may be: the last of them, or more come.
                (Word::Filled, _) => row[at + 1] || row[at],
                (Word::Is(_), "*") => row[at + 1],
                (Word::Is(is), word) => is == word && row[at + 1],
            };
        }
        row = next;
    }
    row[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(keys: &[&str]) -> Known {
        let own: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        Known::of(DialectName::Plain, &own)
    }

    #[test]
    fn a_star_is_one_word_and_a_hash_any_number() {
        let key = words("calls.call.created");
        let meets = |pattern: &str| meets(&pattern.split('.').collect::<Vec<_>>(), &key);
        for fits in [
            "#",
            "calls.#",
            "calls.*.created",
            "*.*.*",
            "calls.call.created.#",
            "#.created",
        ] {
            assert!(meets(fits), "{fits}");
        }
        for fails in [
            "calls.*",
            "*.*.*.*",
            "calls",
            "calls.call.ended",
            "calls.call.created.*",
        ] {
            assert!(!meets(fails), "{fails}");
        }
    }

    #[test]
    fn what_is_filled_in_may_be_several_words() {
        let key = words("calls.{call_id}.created");
        let meets = |pattern: &str| meets(&pattern.split('.').collect::<Vec<_>>(), &key);
        for fits in [
            "calls.*.created",
            "calls.*.*.created",
            "calls.1.2.created",
            "calls.#",
        ] {
            assert!(meets(fits), "{fits}");
        }
        for fails in ["calls.created", "calls.*", "calls.*.ended"] {
            assert!(!meets(fails), "{fails}");
        }
    }

    #[test]
    fn a_pattern_that_is_too_short_is_told_with_one_that_fits() {
        let known = known(&["calls.call.created", "calls.call.ended", "chat.room"]);
        let warning = known.warning("calls.*").unwrap();
        assert!(warning.contains("`calls.*` matches none"), "{warning}");
        assert!(warning.contains("`calls.#` matches 2"), "{warning}");
        assert_eq!(known.warning("calls.*.*"), None);
        let warning = known.warning("fax.*").unwrap();
        assert!(warning.contains("begins like it"), "{warning}");
    }

    #[test]
    fn wazos_own_keys_are_known() {
        let known = Known::of(DialectName::Wazo, &[]);
        assert!(known.keys.len() > 50);
        // `calls.missed` is the only one of two words.
        let warning = known.warning("calls.*").unwrap();
        assert!(warning.contains("matches 1 of"), "{warning}");
        assert!(warning.contains("`calls.#` matches all"), "{warning}");
        assert_eq!(known.warning("calls.call.created"), None);
        assert_eq!(known.warning("calls.missed"), None);
        assert_eq!(known.warning("#"), None);
    }
}
