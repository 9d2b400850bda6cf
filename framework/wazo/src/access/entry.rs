//! One entry of an access list, taken apart.

use super::Holder;

/// A pattern: text that must stand first, then the rest.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) prefix: Box<str>,
    pub(super) rest: Box<[Token]>,
}

/// A piece of a pattern.
///
/// Two texts or two wildcards never follow each other, and a choice stands first or after a text
/// that ends in a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(Box<str>),
    /// Either of two texts: a reserved word, and what it stands for.
    Either(Box<str>, Box<str>),
    /// `*`: a run without `.` and `#`.
    Star,
    /// `#`: any run.
    Hash,
}

/// Tells whether `*` stops before this byte.
pub(super) fn stops_star(byte: u8) -> bool {
    matches!(byte, b'.' | b'#')
}

impl Entry {
    pub(super) fn compile(entry: &str, holder: &Holder<'_>) -> Self {
        let mut tokens = Vec::new();
        for (at, word) in entry.split('.').enumerate() {
            if at > 0 {
                push_text(&mut tokens, ".");
            }
            match meaning(word, holder) {
                Some(meaning) if meaning != word => {
                    tokens.push(Token::Either(word.into(), meaning.into()));
                }
                Some(word) => push_text(&mut tokens, word),
                None => push_word(&mut tokens, word),
            }
        }
        let prefix = match tokens.first_mut() {
            Some(Token::Text(text)) => {
                let text = std::mem::take(text);
                tokens.remove(0);
                text
            }
            _ => "".into(),
        };
        Self {
            prefix,
            rest: tokens.into(),
        }
    }
}

/// What a reserved word stands for beside itself.
fn meaning<'a>(word: &str, holder: &Holder<'a>) -> Option<&'a str> {
    match word {
        "me" => holder.auth_id,
        "my_session" => holder.session_id,
        "edit" => Some("update"),
        _ => None,
    }
}

/// Adds a word that is not reserved.
fn push_word(tokens: &mut Vec<Token>, word: &str) {
    let mut rest = word;
    while let Some(at) = rest.find(['*', '#']) {
        push_text(tokens, &rest[..at]);
        push_wildcard(tokens, rest.as_bytes()[at]);
        rest = &rest[at + 1..];
    }
    push_text(tokens, rest);
}

fn push_text(tokens: &mut Vec<Token>, text: &str) {
    if text.is_empty() {
        return;
    }
    match tokens.last_mut() {
        Some(Token::Text(before)) => *before = [before, text].concat().into(),
        _ => tokens.push(Token::Text(text.into())),
    }
}

/// Adds a wildcard; of several in a row, the widest is left.
fn push_wildcard(tokens: &mut Vec<Token>, mark: u8) {
    let wildcard = if mark == b'#' {
        Token::Hash
    } else {
        Token::Star
    };
    match tokens.last_mut() {
        Some(Token::Hash) => {}
        Some(before @ Token::Star) => *before = wildcard,
        _ => tokens.push(wildcard),
    }
}
