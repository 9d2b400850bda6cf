use super::check::words;
use super::error::KeyError;
use super::{check, text_newtype};

/// Which keys are wanted: words with `.` between them, where `*` stands for one word and `#` for
/// zero or more.
///
/// `calls.*` has `calls.created` but not `calls.call.created`; `calls.#` has both, and `calls` too.
/// `#` may stand anywhere and more than once. A wildcard is a whole word: in `a*` the star is a
/// plain character, which no canonical key has.
///
/// # Examples
///
/// ```
/// use trunkline_core::KeyPattern;
///
/// let pattern = KeyPattern::new("calls.*.ended")?;
/// assert!(pattern.matches("calls.42.ended"));
/// assert!(!pattern.matches("calls.ended"));
/// # Ok::<(), trunkline_core::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPattern {
    text: Box<str>,
}

text_newtype!(KeyPattern, parse: new, read: new);

/// What a pattern asks of a transport. Each asks more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PatternShape {
    /// Words and `*` only.
    Single,
    /// One `#`, in last place.
    MultiTail,
    /// `#` somewhere else, or more than once.
    MultiAnywhere,
}

impl KeyPattern {
    /// Makes a pattern.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] when it is empty, over 255 bytes, has an empty word or a control character,
    /// or begins with `$`.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        let text = text.into();
        check::segments("key pattern", &text)?;
        Ok(Self { text: text.into() })
    }

    /// Makes the pattern that every key matches: `#`.
    #[must_use]
    pub fn everything() -> Self {
        Self { text: "#".into() }
    }

    /// Tells whether `key` matches. The key need not be canonical: an empty word is a word, and the
    /// empty key has none.
    ///
    /// The time is at most the product of both lengths, whatever the pattern.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        // Always right, since a wildcard matches itself, and the usual case when an index has found
        // the pattern.
        if *self.text == *key {
            return true;
        }
        let (mut pattern, mut key) = (words(&self.text), words(key));
        // After the last `#`: the pattern behind it, and the key from which that is to be tried
        // next.
        let mut retry = None;
        loop {
            match (pattern.next(), key.clone().next()) {
                (Some("#"), _) => retry = Some((pattern.clone(), key.clone())),
                (None, None) => return true,
                (Some(wanted), Some(word)) if wanted == "*" || wanted == word => {
                    key.next();
                }
                // Let the last `#` take one word more. Those before it need no second try: what
                // they could take, it can.
                _ => {
                    let Some((behind, from)) = &mut retry else {
                        return false;
                    };
                    if from.next().is_none() {
                        return false;
                    }
                    (pattern, key) = (behind.clone(), from.clone());
                }
            }
        }
    }

    /// Tells whether the pattern has no wildcard, so that it matches one key: itself.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        words(&self.text).all(|word| word != "*" && word != "#")
    }

    /// Tells which capability of a transport the pattern needs.
    #[must_use]
    pub fn shape(&self) -> PatternShape {
        match words(&self.text).position(|word| word == "#") {
            None => PatternShape::Single,
            Some(first) if first + 1 == words(&self.text).count() => PatternShape::MultiTail,
            Some(_) => PatternShape::MultiAnywhere,
        }
    }

    /// Walks the words, wildcards among them.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        words(&self.text)
    }
}
