//! What `#[serde(…)]` says, as far as it decides which keys the content has.
//!
//! Serde reports its own mistakes; what cannot be read here is passed over.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Path, Token};

use crate::names::Case;
use crate::settings::{key_of, skip_value};

/// What `#[serde(…)]` says on the type.
pub(crate) struct SerdeType {
    pub(crate) rename_all: Case,
    /// The attribute that makes the content something else than an object of the fields.
    pub(crate) hides_fields: Option<Path>,
}

impl SerdeType {
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut read = Self {
            rename_all: Case::AsWritten,
            hides_fields: None,
        };
        for_each_key(attributes, |meta| {
            match &*key_of(&meta) {
                "rename_all" => {
                    if let Some(case) = written_name(&meta)? {
                        read.rename_all = Case::named(&case);
                    }
                }
                "transparent" | "into" => {
                    skip_value(meta.input)?;
                    read.hides_fields = Some(meta.path);
                }
                _ => skip_value(meta.input)?,
            }
            Ok(())
        });
        read
    }
}

/// What `#[serde(…)]` says on a field.
#[derive(Default)]
pub(crate) struct SerdeField {
    pub(crate) rename: Option<String>,
    pub(crate) skip_serializing: bool,
    pub(crate) skip_deserializing: bool,
    pub(crate) skip_if: Option<TokenStream>,
    /// The function that writes the field, instead of its type's own `Serialize`.
    pub(crate) write_with: Option<TokenStream>,
    pub(crate) flatten: bool,
}

impl SerdeField {
    pub(crate) fn read(attributes: &[Attribute]) -> Self {
        let mut read = Self::default();
        for_each_key(attributes, |meta| {
            match &*key_of(&meta) {
                "rename" => read.rename = written_name(&meta)?.or(read.rename.take()),
                "skip" => (read.skip_serializing, read.skip_deserializing) = (true, true),
                "skip_serializing" => read.skip_serializing = true,
                "skip_deserializing" => read.skip_deserializing = true,
                "flatten" => read.flatten = true,
                "skip_serializing_if" => read.skip_if = Some(path(&meta)?),
                "serialize_with" => read.write_with = Some(path(&meta)?),
                "with" => {
                    let module = path(&meta)?;
                    read.write_with = Some(quote!(#module::serialize));
                }
                _ => skip_value(meta.input)?,
            }
            Ok(())
        });
        read
    }
}

fn for_each_key(
    attributes: &[Attribute],
    mut read: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Serde says what is wrong with it.
        let _ = attribute.parse_nested_meta(&mut read);
    }
}

/// The name for writing: `key = "name"` or `key(serialize = "name", …)`.
fn written_name(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    if meta.input.peek(Token![=]) {
        return Ok(Some(meta.value()?.parse::<LitStr>()?.value()));
    }
    let mut name = None;
    meta.parse_nested_meta(|inner| {
        if inner.path.is_ident("serialize") {
            name = Some(inner.value()?.parse::<LitStr>()?.value());
            return Ok(());
        }
        skip_value(inner.input)
    })?;
    Ok(name)
}

/// A path in a string, as tokens: `As::<Text>` may have generics.
fn path(meta: &ParseNestedMeta<'_>) -> syn::Result<TokenStream> {
    meta.value()?.parse::<LitStr>()?.parse()
}
