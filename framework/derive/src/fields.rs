//! The fields of an event and the keys they have in its content.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, DataStruct, Token};

use crate::literals::MAX_BYTES;
use crate::problems::Problems;
use crate::serde_attributes::{SerdeField, SerdeType};
use crate::settings::{KEYS, key_of, skip_value, unknown};

/// One field.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// Its key in the content.
    pub(crate) key: String,
    /// Whether it also travels as a header.
    pub(crate) is_header: bool,
    /// Whether the content may have it.
    is_content: bool,
    is_flattened: bool,
    pub(crate) skip_if: Option<TokenStream>,
    pub(crate) write_with: Option<TokenStream>,
}

impl Field {
    fn read(
        ident: &Ident,
        attributes: &[Attribute],
        serde_type: &SerdeType,
        problems: &mut Problems,
    ) -> Self {
        let serde = SerdeField::read(attributes);
        let by_case = || serde_type.rename_all.apply(&ident.unraw().to_string());
        let key = serde.rename.clone().unwrap_or_else(by_case);
        let mut is_header = says_header(attributes, problems);
        if let Some(fault) = header_fault(&key, &serde).filter(|_| is_header) {
            problems.at(ident, fault);
            is_header = false;
        }
        Self {
            ident: ident.clone(),
            key,
            is_header,
            is_content: !serde.skip_serializing,
            is_flattened: serde.flatten,
            skip_if: serde.skip_if,
            write_with: serde.write_with,
        }
    }

    /// Whether templates may name it.
    pub(crate) fn is_nameable(&self) -> bool {
        (self.is_content || self.is_header) && !self.is_flattened
    }
}

/// The fields of an event.
pub(crate) struct Fields(Vec<Field>);

impl Fields {
    /// Reads the fields of a struct with named fields, or of a unit struct.
    pub(crate) fn read(data: &DataStruct, serde: &SerdeType, problems: &mut Problems) -> Self {
        let mut fields = Self(Vec::new());
        for field in &data.fields {
            let Some(ident) = &field.ident else { continue };
            let field = Field::read(ident, &field.attrs, serde, problems);
            let twin = fields
                .nameable()
                .find(|other| field.is_nameable() && other.key == field.key);
            if let Some(twin) = twin {
                let (key, twin) = (&field.key, &twin.ident);
                let message =
                    format!("`{ident}` and `{twin}` are both written as `{key}`; rename one");
                problems.at(ident, message);
            } else {
                fields.0.push(field);
            }
        }
        fields
    }

    /// The fields with a key of their own.
    pub(crate) fn nameable(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().filter(|field| field.is_nameable())
    }

    /// The fields that add keys of theirs, unknown here.
    pub(crate) fn flattened(&self) -> impl Iterator<Item = &Field> {
        self.0
            .iter()
            .filter(|field| field.is_flattened && field.is_content)
    }

    /// The keys of the fields that also travel as headers.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|field| field.is_header)
            .map(|field| &*field.key)
    }

    /// The field of that name in Rust.
    pub(crate) fn by_ident(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.ident.unraw() == name)
    }
}

/// Whether a field says `#[event(header)]`.
fn says_header(attributes: &[Attribute], problems: &mut Problems) -> bool {
    let mut is_header = false;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("event"))
    {
        let read = attribute.parse_nested_meta(|meta| {
            if let Err(fault) = check_header_key(&meta) {
                problems.at(&meta.path, fault);
            } else if is_header {
                problems.at(&meta.path, "`header` is given twice; keep one of them");
            }
            is_header = true;
            skip_value(meta.input)
        });
        if let Err(error) = read {
            problems.add(error);
        }
    }
    is_header
}

fn check_header_key(meta: &ParseNestedMeta<'_>) -> Result<(), String> {
    match &*key_of(meta) {
        "header" if meta.input.peek(Token![=]) => Err(
            "`header` takes no value: the header is called as the field is written; \
             rename the field with `#[serde(rename = \"…\")]`"
                .to_owned(),
        ),
        "header" => Ok(()),
        key if KEYS.contains(&key) => Err(format!(
            "`{key}` belongs on the type; write it above the `struct`"
        )),
        key => Err(unknown(key, "a field", &["header"])),
    }
}

/// Why a field cannot travel as a header.
fn header_fault(key: &str, serde: &SerdeField) -> Option<String> {
    if serde.flatten {
        return Some(
            "a flattened field has no name to travel under as a header; add a field of its own \
             for the header"
                .to_owned(),
        );
    }
    if serde.skip_serializing && serde.skip_deserializing {
        return Some(format!(
            "the header `{key}` would never be read back, because serde skips the field; to keep it \
             out of the content alone, write `#[serde(skip_serializing)]`"
        ));
    }
    let fault = match key {
        "name" => "the header `name` holds the event's own name",
        _ if key.starts_with("x-") => "headers beginning with `x-` are kept for brokers",
        _ if key.is_empty() || key.len() > MAX_BYTES || key.contains(char::is_control) => {
            "the name of a header has 1 to 255 bytes and no control characters"
        }
        _ => return None,
    };
    Some(format!(
        "{fault}; rename the field with `#[serde(rename = \"…\")]`"
    ))
}
