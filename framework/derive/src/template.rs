//! Templates, and whether their placeholders name something.

use std::ops::Range;

use proc_macro2::Span;
use syn::LitStr;

use crate::fields::Fields;
use crate::grammar::{self, Piece, TemplateError, TemplateProblem};
use crate::level::Level;
use crate::problems::{Problems, listed, nearest, pointing_at};

/// A template and what it is made of; without pieces if it was refused.
pub(crate) struct Template {
    pub(crate) source: String,
    pub(crate) pieces: Vec<Piece>,
}

impl Template {
    /// A template that is plain text.
    pub(crate) fn text(text: String) -> Self {
        Self {
            pieces: vec![Piece::Text(text.clone())],
            source: text,
        }
    }

    /// The bytes it has whatever the values of its placeholders.
    pub(crate) fn text_bytes(&self) -> usize {
        let bytes = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Variable { .. } => 0,
        });
        bytes.sum()
    }
}

/// What the placeholders of an event may name.
pub(crate) struct Scope<'a> {
    pub(crate) event: String,
    pub(crate) level: Level,
    pub(crate) fields: &'a Fields,
}

impl Scope<'_> {
    /// Reads the template in the attribute `key` and checks its text, complaining at the literal.
    pub(crate) fn read(
        &self,
        key: &str,
        literal: &LitStr,
        check_text: fn(&Template, Span, &mut Problems),
        problems: &mut Problems,
    ) -> Template {
        let source = literal.value();
        let pieces = match grammar::parse(&source) {
            Ok(pieces) => pieces,
            Err(error) => {
                let picture = pointing_at(&source, fault_range(&source, &error));
                problems.at(literal, format!("`{key}` is malformed: {error}{picture}"));
                return Template {
                    source,
                    pieces: Vec::new(),
                };
            }
        };
        for (root, range) in placeholders(&pieces) {
            if let Some(fault) = self.fault(root) {
                let picture = pointing_at(&source, range);
                let known = self.known();
                let message = format!("`{key}`: {fault}{picture}\n\nplaceholders may name {known}");
                problems.at(literal, message);
            }
        }
        let template = Template { source, pieces };
        check_text(&template, literal.span(), problems);
        template
    }

    /// Why a placeholder cannot name this; `None` if it can.
    fn fault(&self, root: &str) -> Option<String> {
        if self.names().any(|name| name == root) {
            return None;
        }
        if self.fields.flattened().next().is_some() {
            return None;
        }
        if let Some(fault) = self.level.lacks(root) {
            return Some(format!("`{{{root}}}` has no value: {fault}"));
        }
        let event = &self.event;
        if let Some(field) = self.fields.by_ident(root) {
            let key = &field.key;
            return Some(if field.is_nameable() {
                format!(
                    "the field `{root}` of `{event}` is written as `{key}`; name it `{{{key}}}`"
                )
            } else {
                format!(
                    "serde skips the field `{root}` of `{event}`; write the field, or let it \
                     travel as a header with `#[event(header)]`"
                )
            });
        }
        let meant = nearest(root, self.names());
        let meant = meant
            .map(|name| format!("; did you mean `{{{name}}}`?"))
            .unwrap_or_default();
        Some(format!("`{event}` has no field `{root}`{meant}"))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.nameable().map(|field| &*field.key);
        fields.chain(self.level.variables().iter().copied())
    }

    /// Lists the fields, then what the level adds.
    fn known(&self) -> String {
        let fields: Vec<_> = self.fields.nameable().map(|field| &*field.key).collect();
        let variables = self.level.variables().iter().copied();
        let added = listed(variables.filter(|variable| !fields.contains(variable)));
        match (fields.is_empty(), added.is_empty()) {
            (true, _) => added,
            (_, true) => listed(fields),
            _ => format!("{}, and {added}", listed(fields)),
        }
    }
}

fn placeholders(pieces: &[Piece]) -> impl Iterator<Item = (&str, Range<usize>)> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Variable { root, span, .. } => Some((&**root, span.0..span.1)),
        Piece::Text(_) => None,
    })
}

/// The part of a template that an error is about.
fn fault_range(source: &str, error: &TemplateError) -> Range<usize> {
    let width = match &error.problem {
        TemplateProblem::BadName(text) | TemplateProblem::BadIndex(text) => text.len(),
        _ => source[error.at..].chars().next().map_or(0, char::len_utf8),
    };
    error.at..error.at + width
}
