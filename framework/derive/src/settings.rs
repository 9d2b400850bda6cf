//! What `#[event(…)]` says on the type.

use proc_macro2::TokenTree;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::{Attribute, Error, LitStr, Path, Token, bracketed, token};

use crate::problems::{Problems, listed, nearest};

/// The keys of `#[event(…)]` on a type.
pub(crate) const KEYS: [&str; 6] = [
    "name",
    "service",
    "routing_key",
    "required_acl",
    "alias",
    "crate",
];

/// What `#[event(…)]` says on the type.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) name: Option<LitStr>,
    pub(crate) service: Option<LitStr>,
    pub(crate) routing_key: Option<LitStr>,
    pub(crate) required_acl: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    krate: Option<LitStr>,
}

impl Settings {
    /// Reads all `#[event(…)]` of a type.
    pub(crate) fn read(attributes: &[Attribute], problems: &mut Problems) -> Self {
        let mut settings = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("event"))
        {
            let read = attribute.parse_nested_meta(|meta| settings.read_key(&meta, problems));
            if let Err(error) = read {
                problems.add(error);
            }
        }
        settings
    }

    fn read_key(&mut self, meta: &ParseNestedMeta<'_>, problems: &mut Problems) -> syn::Result<()> {
        let key = key_of(meta);
        let place = match &*key {
            "name" => &mut self.name,
            "service" => &mut self.service,
            "routing_key" => &mut self.routing_key,
            "required_acl" => &mut self.required_acl,
            "crate" => &mut self.krate,
            "alias" => {
                self.aliases.extend(texts(meta)?);
                return Ok(());
            }
            "header" => {
                problems.at(
                    &meta.path,
                    "`header` belongs on a field; write `#[event(header)]` above the field \
                     that also travels as a header",
                );
                return skip_value(meta.input);
            }
            _ => {
                problems.at(&meta.path, unknown(&key, "an event", &KEYS));
                return skip_value(meta.input);
            }
        };
        let value = text(meta)?;
        if place.is_some() {
            problems.at(
                &meta.path,
                format!("`{key}` is given twice; keep one of them"),
            );
        } else {
            *place = Some(value);
        }
        Ok(())
    }

    /// The path of the crate whose items the expansion names.
    pub(crate) fn crate_path(&self, problems: &mut Problems) -> Path {
        let Some(given) = &self.krate else {
            return syn::parse_quote!(::trunkline);
        };
        given.parse_with(Path::parse_mod_style).unwrap_or_else(|_| {
            let path = given.value();
            problems.at(
                given,
                format!("`{path}` is not the path of a crate; write `\"::trunkline_core\"`"),
            );
            syn::parse_quote!(::trunkline)
        })
    }
}

/// The key being read; empty for a path of several words.
pub(crate) fn key_of(meta: &ParseNestedMeta<'_>) -> String {
    meta.path
        .get_ident()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Complains of a key nobody knows.
pub(crate) fn unknown(key: &str, what: &str, known: &[&str]) -> String {
    let meant = nearest(key, known.iter().copied());
    let meant = meant
        .map(|key| format!("; did you mean `{key}`?"))
        .unwrap_or_default();
    format!(
        "{what} has no attribute `{key}`{meant}\n\nknown here: {}",
        listed(known.iter().copied())
    )
}

/// Reads past the value of a key that is not understood.
pub(crate) fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let key = key_of(meta);
    if !meta.input.peek(Token![=]) {
        return Err(meta.error(format!("`{key}` needs a value: `{key} = \"…\"`")));
    }
    let value = meta.value()?;
    value.parse().map_err(|error| {
        Error::new(
            error.span(),
            format!("`{key}` takes a string literal: `{key} = \"…\"`"),
        )
    })
}

/// One text or a bracketed list of them.
fn texts(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    let ahead = meta.input.fork();
    let is_list = ahead.parse::<Token![=]>().is_ok() && ahead.peek(token::Bracket);
    if !is_list {
        return Ok(vec![text(meta)?]);
    }
    let value = meta.value()?;
    let list;
    bracketed!(list in value);
    let texts = list.parse_terminated(<LitStr as syn::parse::Parse>::parse, Token![,])?;
    Ok(texts.into_iter().collect())
}
