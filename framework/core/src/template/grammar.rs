// The template grammar. `framework/derive` reads this same file (by a symbolic link), so that a
// template is judged by one set of rules at compile time and at run time. It may use `std` alone.

use std::fmt;

/// Why a template cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// Byte position in the template.
    pub at: usize,
    /// What is wrong there.
    pub problem: TemplateProblem,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateProblem {
    /// A `{` without its `}`.
    Unclosed,
    /// A `}` without its `{`.
    Unopened,
    /// `{}`: nothing between the braces.
    Empty,
    /// The text between the braces is not a variable's name.
    BadName(String),
    /// `[…]` is malformed: empty, unclosed, or followed by something else.
    BadIndex(String),
    /// A form of Python's that templates do not have: `{a.b}`, `{a!r}`, `{a:spec}`.
    Unsupported(char),
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            TemplateProblem::Unclosed => {
                write!(f, "the `{{` at byte {} is never closed", self.at)?;
                f.write_str("; add `}`, or write `{{` for a literal brace")
            }
            TemplateProblem::Unopened => {
                write!(f, "the `}}` at byte {} closes nothing", self.at)?;
                f.write_str("; write `}}` for a literal brace")
            }
            TemplateProblem::Empty => {
                write!(
                    f,
                    "the placeholder at byte {} is empty; name a variable in it",
                    self.at
                )
            }
            TemplateProblem::BadName(name) => write!(
                f,
                "`{name}` at byte {} is not a variable's name; \
                 use letters, digits and `_`, not beginning with a digit",
                self.at
            ),
            TemplateProblem::BadIndex(text) => write!(
                f,
                "the index `{text}` at byte {} is malformed; write `{{name[key]}}`",
                self.at
            ),
            TemplateProblem::Unsupported(mark) => write!(
                f,
                "`{mark}` at byte {} is not part of a template; \
                 nested values are written `{{name[key]}}`",
                self.at
            ),
        }
    }
}

impl std::error::Error for TemplateError {}

/// A piece of a template as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Variable {
        root: String,
        path: Vec<String>,
        /// Byte range of the whole placeholder, braces included.
        #[allow(
            dead_code,
            reason = "the derive points at it; the run-time reader does not"
        )]
        span: (usize, usize),
    },
}

/// Reads a template into its pieces, in one pass.
pub(crate) fn parse(source: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = source;
    while let Some(brace) = rest.find(['{', '}']) {
        let at = source.len() - rest.len() + brace;
        text.push_str(&rest[..brace]);
        let tail = &rest[brace..];
        if let Some(after) = tail.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = tail.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else if tail.starts_with('}') {
            return Err(TemplateError {
                at,
                problem: TemplateProblem::Unopened,
            });
        } else {
            let Some(end) = tail.find('}') else {
                return Err(TemplateError {
                    at,
                    problem: TemplateProblem::Unclosed,
                });
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            let (root, path) = placeholder(&tail[1..end], at + 1)?;
            pieces.push(Piece::Variable {
                root,
                path,
                span: (at, at + end + 1),
            });
            rest = &tail[end + 1..];
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

/// Reads `root[key][key]`, the inside of a placeholder that begins at byte `at`.
fn placeholder(inside: &str, at: usize) -> Result<(String, Vec<String>), TemplateError> {
    let root_end = inside.find('[').unwrap_or(inside.len());
    let root = &inside[..root_end];
    if root.is_empty() {
        return Err(TemplateError {
            at,
            problem: TemplateProblem::Empty,
        });
    }
    if let Some((offset, mark)) = root.char_indices().find(|(_, c)| ".!:{".contains(*c)) {
        let problem = TemplateProblem::Unsupported(mark);
        return Err(TemplateError {
            at: at + offset,
            problem,
        });
    }
    let starts_well = root.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if !starts_well || root.contains(|c: char| !(c.is_alphanumeric() || "_-".contains(c))) {
        return Err(TemplateError {
            at,
            problem: TemplateProblem::BadName(root.to_owned()),
        });
    }
    let mut path = Vec::new();
    let mut rest = &inside[root_end..];
    while !rest.is_empty() {
        let here = at + inside.len() - rest.len();
        let bad = || TemplateError {
            at: here,
            problem: TemplateProblem::BadIndex(rest.to_owned()),
        };
        let tail = rest.strip_prefix('[').ok_or_else(bad)?;
        let end = tail.find(']').ok_or_else(bad)?;
        if end == 0 {
            return Err(bad());
        }
        path.push(tail[..end].to_owned());
        rest = &tail[end + 1..];
    }
    Ok((root.to_owned(), path))
}
