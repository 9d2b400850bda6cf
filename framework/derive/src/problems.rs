//! Mistakes found, all of them told in one compilation.

use std::fmt::Display;
use std::ops::Range;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Problems(Option<Error>);

impl Problems {
    /// Adds a mistake that points at `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    /// Adds a mistake that already knows its place.
    pub(crate) fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The mistakes as `compile_error!`s; nothing if there are none.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(Error::into_compile_error).unwrap_or_default()
    }
}

/// Shows `text` with carets under a byte range of it: a span cannot point into a string literal.
pub(crate) fn pointing_at(text: &str, range: Range<usize>) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect();
    let before = text[..range.start].chars().count();
    let width = text[range].chars().count().max(1);
    format!("\n\n    {shown}\n    {:before$}{:^<width$}", "", "")
}

/// The known word nearest to a wrong one, if any is near enough to have been meant.
pub(crate) fn nearest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wrong = plain(wrong);
    let near = known
        .into_iter()
        .map(|word| (distance(&wrong, &plain(word)), word));
    let (distance, word) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= wrong.len().max(3) / 3).then_some(word)
}

/// A word without what spellings differ in: `callId`, `call-id` and `call_id` are one.
fn plain(word: &str) -> Vec<char> {
    word.chars()
        .filter(|c| !"_-".contains(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// How many letters must be added, removed or exchanged to make one word of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, right) in b.iter().enumerate() {
            let exchanged = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Writes words as a list in prose: `a`, `b`.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words
        .into_iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_the_fault() {
        assert_eq!(pointing_at("é.{b}", 3..6), "\n\n    é.{b}\n      ^^^");
        assert_eq!(pointing_at("", 0..0), "\n\n    \n    ^");
    }

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["call_id", "queue", "tenant_uuid"];
        assert_eq!(nearest("cal_id", known), Some("call_id"));
        assert_eq!(nearest("callId", known), Some("call_id"));
        assert_eq!(nearest("tennant_uid", known), Some("tenant_uuid"));
        assert_eq!(nearest("extension", known), None);
        assert_eq!(nearest("x", []), None);
    }
}
