//! Templates for routing keys and access strings: `calls.{call_id}.created`.

mod grammar;

use std::borrow::Cow;
use std::fmt;

pub use grammar::{TemplateError, TemplateProblem};

use crate::keys::KeyPattern;

/// A routing-key or access-string template such as `calls.{call_id}.created`.
///
/// `{name}` stands for a variable, `{name[key]}` looks into a nested object (or, with digits, a
/// list), `{{` and `}}` are literal braces. How a value is printed and escaped is the dialect's
/// business; see [`Dialect`](crate::Dialect).
///
/// # Examples
/// ```
/// use trunkline_core::{Template, TemplatePart};
///
/// let template = Template::parse("calls.{call_id}.created")?;
/// let names: Vec<_> = template.variables().map(|v| v.root()).collect();
/// assert_eq!(names, ["call_id"]);
/// assert!(Template::parse("calls.{call_id").is_err());
/// # Ok::<(), trunkline_core::TemplateError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    source: Cow<'static, str>,
    parts: Cow<'static, [TemplatePart]>,
}

/// One piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplatePart {
    /// Text copied as it stands.
    Text(Cow<'static, str>),
    /// A variable to look up.
    Variable(TemplateVariable),
}

/// A `{root[key]…}` placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVariable {
    root: Cow<'static, str>,
    path: Cow<'static, [Cow<'static, str>]>,
}

impl TemplateVariable {
    /// Makes a placeholder in a `static`; written by the derive macros.
    #[doc(hidden)]
    pub const fn from_static(root: &'static str, path: &'static [Cow<'static, str>]) -> Self {
        Self {
            root: Cow::Borrowed(root),
            path: Cow::Borrowed(path),
        }
    }

    /// The variable's own name.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The keys looked up inside the variable, outermost first; usually empty.
    pub fn path(&self) -> impl ExactSizeIterator<Item = &str> {
        self.path.iter().map(AsRef::as_ref)
    }

    /// Whether the placeholder indexes into a nested value.
    pub fn is_nested(&self) -> bool {
        !self.path.is_empty()
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`] with the byte position for an unbalanced brace, an empty placeholder, or
    /// a form templates do not have (`{a.b}`, `{a!r}`, `{a:spec}`).
    pub fn parse(source: impl Into<Cow<'static, str>>) -> Result<Self, TemplateError> {
        let source = source.into();
        let parts = grammar::parse(&source)?
            .into_iter()
            .map(|part| match part {
                grammar::Piece::Text(text) => TemplatePart::Text(Cow::Owned(text)),
                grammar::Piece::Variable { root, path, .. } => {
                    TemplatePart::Variable(TemplateVariable {
                        root: Cow::Owned(root),
                        path: Cow::Owned(path.into_iter().map(Cow::Owned).collect()),
                    })
                }
            })
            .collect::<Vec<_>>();
        Ok(Self {
            source,
            parts: Cow::Owned(parts),
        })
    }

    /// Makes a template whose parts the derive macros already checked.
    #[doc(hidden)]
    pub const fn from_static(source: &'static str, parts: &'static [TemplatePart]) -> Self {
        Self {
            source: Cow::Borrowed(source),
            parts: Cow::Borrowed(parts),
        }
    }

    /// The template as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The pieces, in order.
    pub fn parts(&self) -> &[TemplatePart] {
        &self.parts
    }

    /// The placeholders, in order.
    pub fn variables(&self) -> impl Iterator<Item = &TemplateVariable> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Variable(variable) => Some(variable),
            TemplatePart::Text(_) => None,
        })
    }

    /// A pattern of the routing keys that come of this template; `None` if none can be.
    ///
    /// A segment with a variable in it is `#`: dialects that do not escape values give keys with more
    /// segments where a value has dots.
    ///
    /// # Examples
    /// ```
    /// use trunkline_core::Template;
    ///
    /// let template = Template::parse("calls.{call_id}.created")?;
    /// let pattern = template.key_pattern().expect("it gives keys");
    /// assert_eq!(pattern.as_str(), "calls.#.created");
    /// assert!(pattern.matches("calls.1700000000.42.created"));
    /// # Ok::<(), trunkline_core::TemplateError>(())
    /// ```
    pub fn key_pattern(&self) -> Option<KeyPattern> {
        let mut segments: Vec<Segment> = vec![Segment::default()];
        for part in self.parts.iter() {
            let last = segments.len() - 1;
            match part {
                TemplatePart::Variable(_) => segments[last].varies = true,
                TemplatePart::Text(text) => {
                    let mut pieces = text.split('.');
                    segments[last].text.push_str(pieces.next()?);
                    segments.extend(pieces.map(Segment::fixed));
                }
            }
        }
        let mut words: Vec<_> = segments.iter().map(Segment::pattern).collect();
        words.dedup_by(|one, before| *one == "#" && *before == "#");
        KeyPattern::new(words.join(".")).ok()
    }
}

/// What lies between two dots of a template.
#[derive(Default)]
struct Segment {
    text: String,
    varies: bool,
}

impl Segment {
    fn fixed(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            varies: false,
        }
    }

    fn pattern(&self) -> &str {
        if self.varies { "#" } else { &self.text }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.source)
    }
}

#[cfg(test)]
mod tests;
