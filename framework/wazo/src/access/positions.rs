//! Following several places in a text at once.

use smallvec::{SmallVec, smallvec};

use super::entry::{Token, stops_star};

/// Words of 64 places that need no allocation: texts up to 1 023 bytes.
const INLINE: usize = 16;

/// A set of places in a text, one bit each.
struct Positions(SmallVec<[u64; INLINE]>);

/// Tells whether tokens match a whole text, from its beginning.
///
/// The time is bounded by the length of the text times that of the tokens.
pub(super) fn matches_from_many(tokens: &[Token], text: &str) -> bool {
    let mut here = Positions::none(text.len());
    here.insert(0);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Star => here.spread_to_stops(text.as_bytes()),
            Token::Hash => here.spread_to_end(text.len()),
            // All that matters before a `#` is the earliest place.
            Token::Text(literal) => {
                let first_alone = tokens.get(at + 1) == Some(&Token::Hash);
                here = here.after(text, [literal, literal], first_alone);
            }
            Token::Either(word, meaning) => here = here.after(text, [word, meaning], false),
        }
        if here.is_empty() {
            return false;
        }
    }
    here.contains(text.len())
}

impl Positions {
    /// No place of those from 0 to `last`.
    fn none(last: usize) -> Self {
        Self(smallvec![0; last / 64 + 1])
    }

    fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn contains(&self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.checked_sub(1)?;
                Some(at * 64 + bit)
            })
        })
    }

    /// The places after either literal, from each place it stands at.
    fn after(&self, text: &str, literals: [&str; 2], first_alone: bool) -> Self {
        let mut after = Self::none(text.len());
        for start in self.iter() {
            for literal in literals {
                if text.as_bytes()[start..].starts_with(literal.as_bytes()) {
                    after.insert(start + literal.len());
                    if first_alone {
                        return after;
                    }
                }
            }
        }
        after
    }

    /// Adds the places up to the next `.` or `#` after each.
    fn spread_to_stops(&mut self, text: &[u8]) {
        for (at, byte) in text.iter().enumerate() {
            if self.contains(at) && !stops_star(*byte) {
                self.insert(at + 1);
            }
        }
    }

    /// Adds all places after the first.
    fn spread_to_end(&mut self, last: usize) {
        let first = self.iter().next();
        let Some(first) = first else { return };
        self.0[first / 64] |= u64::MAX << (first % 64);
        self.0[first / 64 + 1..].fill(u64::MAX);
        // Places beyond the text are none.
        self.0[last / 64] &= u64::MAX >> (63 - last % 64);
    }
}
