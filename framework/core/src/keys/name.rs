use super::error::KeyError;
use super::{check, text_newtype};

/// Which event names are wanted: one name, or a glob in which `*` stands for any run of characters,
/// none included.
///
/// # Examples
///
/// ```
/// use trunkline_core::NamePattern;
///
/// let pattern = NamePattern::new("call_*")?;
/// assert!(pattern.matches("call_created"));
/// assert!(!pattern.matches("queue_call_created"));
/// # Ok::<(), trunkline_core::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamePattern {
    text: Box<str>,
}

text_newtype!(NamePattern, parse: new, read: new);

impl NamePattern {
    /// Makes a pattern.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] when it is empty, over 255 bytes, or has a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        let text = text.into();
        check::plain("name pattern", &text)?;
        Ok(Self { text: text.into() })
    }

    /// Makes the pattern that every name matches: `*`.
    #[must_use]
    pub fn everything() -> Self {
        Self { text: "*".into() }
    }

    /// Tells whether `name` matches, in time linear in both lengths.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let Some((head, rest)) = self.text.split_once('*') else {
            return *self.text == *name;
        };
        let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(name) = name
            .strip_prefix(head)
            .and_then(|name| name.strip_suffix(tail))
        else {
            return false;
        };
        // The first place that fits each piece leaves the most room for the next.
        let found = middle.split('*').try_fold(name, |name, piece| {
            name.find(piece).map(|at| &name[at + piece.len()..])
        });
        found.is_some()
    }

    /// Tells whether the pattern has no `*`, so that it matches one name: itself.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.text.contains('*')
    }

    /// The text before the first `*`: every matching name begins with it.
    pub(crate) fn head(&self) -> &str {
        self.text.split('*').next().unwrap_or_default()
    }
}
