//! Finding an entry that matches.

use super::entry::{Entry, Token, stops_star};
use super::positions::matches_from_many;

/// Entries in the order of their prefixes, each knowing the next shorter prefix that it begins with.
///
/// All prefixes a string begins with are found from the last one that is not after it: what stands
/// between a prefix of the string and the string begins with that prefix too.
#[derive(Debug, Clone)]
pub(super) struct Entries {
    entries: Box<[Entry]>,
    shorter: Box<[Option<usize>]>,
}

impl Entries {
    pub(super) fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|one, other| one.prefix.cmp(&other.prefix));
        let mut shorter: Vec<Option<usize>> = Vec::with_capacity(entries.len());
        for (at, entry) in entries.iter().enumerate() {
            let mut before = at.checked_sub(1);
            while let Some(candidate) = before {
                if entry.prefix.starts_with(&*entries[candidate].prefix) {
                    break;
                }
                before = shorter[candidate];
            }
            shorter.push(before);
        }
        Self {
            entries: entries.into(),
            shorter: shorter.into(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether any entry matches the whole text.
    pub(super) fn matches(&self, text: &str) -> bool {
        let after = self.entries.partition_point(|entry| *entry.prefix <= *text);
        let mut candidate = after.checked_sub(1);
        while let Some(at) = candidate {
            let entry = &self.entries[at];
            if let Some(rest) = text.strip_prefix(&*entry.prefix)
                && matches_rest(&entry.rest, rest)
            {
                return true;
            }
            candidate = self.shorter[at];
        }
        false
    }
}

/// Tells whether tokens match a whole text.
///
/// Nearly always there is one place to go on from; where there may be several, all of them are
/// followed at once, so that no pattern makes this go back.
fn matches_rest(mut tokens: &[Token], mut text: &str) -> bool {
    loop {
        let rest = match tokens {
            [] => return text.is_empty(),
            [Token::Hash] => return true,
            [Token::Star] => return !text.bytes().any(stops_star),
            [Token::Hash, Token::Text(last)] => return text.ends_with(&**last),
            [Token::Text(literal), rest @ ..] => {
                let Some(after) = text.strip_prefix(&**literal) else {
                    return false;
                };
                text = after;
                rest
            }
            [Token::Star, Token::Text(literal), rest @ ..] => {
                let Some(after) = after_star(text, literal, rest.is_empty()) else {
                    return false;
                };
                text = after;
                rest
            }
            // The earliest place leaves the most to the next wildcard.
            [Token::Hash, Token::Text(literal), Token::Hash, ..] => {
                let Some(at) = text.find(&**literal) else {
                    return false;
                };
                text = &text[at + literal.len()..];
                &tokens[2..]
            }
            [Token::Either(word, meaning), rest @ ..] => {
                match (text.strip_prefix(&**word), text.strip_prefix(&**meaning)) {
                    (None, None) => return false,
                    (Some(after), None) | (None, Some(after)) => text = after,
                    (Some(_), Some(_)) => return matches_from_many(tokens, text),
                }
                rest
            }
            _ => return matches_from_many(tokens, text),
        };
        tokens = rest;
    }
}

/// What follows a `*` and a literal; there is one place at most where the literal can be.
fn after_star<'t>(text: &'t str, literal: &str, is_last: bool) -> Option<&'t str> {
    let run = text.bytes().position(stops_star).unwrap_or(text.len());
    let start = match literal.find('.') {
        // The dot of the literal is the one the run ends at.
        Some(dot) => run.checked_sub(dot)?,
        None if is_last && run == text.len() => run.checked_sub(literal.len())?,
        None if is_last => return None,
        // Another wildcard follows: the earliest place serves.
        None => text[..run].find(literal)?,
    };
    text.get(start..)?.strip_prefix(literal)
}
