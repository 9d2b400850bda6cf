//! What the derives write.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;

use crate::fields::Field;
use crate::grammar::Piece;
use crate::model::Model;
use crate::template::Template;

/// Implements `Event` and the trait of the level.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let Model {
        ident,
        level,
        krate,
        name,
        ..
    } = model;
    let level_trait = level.level_trait();
    let is_unit = model.is_unit.then(|| {
        quote!(
            const IS_UNIT: bool = true;
        )
    });
    let definition = definition(model);
    let field = field(model);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #krate::Event for #ident {
            const NAME: &'static str = #name;
            #is_unit
            fn definition() -> &'static #krate::EventDefinition {
                #definition
            }
            fn field(&self, name: &str) -> #krate::__private::FieldValue {
                #field
            }
        }
        #[automatically_derived]
        #[allow(deprecated)]
        impl #krate::#level_trait for #ident {}
    }
}

fn definition(model: &Model) -> TokenStream {
    let Model {
        krate,
        name,
        service,
        ..
    } = model;
    let level = model.level.variant();
    let (routing_key, routing_key_parts) = template("ROUTING_KEY", &model.routing_key, krate);
    let required_acl = model.required_acl.as_ref();
    let required_acl = required_acl.map(|acl| template("REQUIRED_ACL", acl, krate));
    let (required_acl, required_acl_parts) = match required_acl {
        Some((acl, parts)) => (quote!(::core::option::Option::Some(#acl)), parts),
        None => (quote!(::core::option::Option::None), TokenStream::new()),
    };
    let headers = texts(model.fields.headers());
    let aliases = texts(model.aliases.iter().map(|alias| &**alias));
    quote! {
        #routing_key_parts
        #required_acl_parts
        static DEFINITION: #krate::EventDefinition = #krate::EventDefinition::from_static(
            #name,
            #service,
            #krate::Level::#level,
            #routing_key,
            #required_acl,
            [#headers, #aliases],
        );
        &DEFINITION
    }
}

/// A template, and the constant its parts are in.
fn template(constant: &str, template: &Template, krate: &Path) -> (TokenStream, TokenStream) {
    let constant = format_ident!("{constant}");
    let Template { source, pieces } = template;
    let parts = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => {
            quote!(#krate::TemplatePart::Text(::std::borrow::Cow::Borrowed(#text)))
        }
        Piece::Variable { root, path, .. } => {
            let path = texts(path.iter().map(|key| &**key));
            quote! {
                #krate::TemplatePart::Variable(#krate::TemplateVariable::from_static(#root, #path))
            }
        }
    });
    (
        quote!(#krate::Template::from_static(#source, #constant)),
        quote!(const #constant: &[#krate::TemplatePart] = &[#(#parts),*];),
    )
}

fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> TokenStream {
    quote!(&[#(::std::borrow::Cow::Borrowed(#texts)),*])
}

/// The body of `Event::field`.
fn field(model: &Model) -> TokenStream {
    let arms = model.fields.nameable().map(|field| {
        let (key, value) = (&field.key, value(field, &model.krate));
        quote!(#key => #value,)
    });
    let arms: TokenStream = arms.collect();
    let krate = &model.krate;
    let flattened = model.fields.flattened().map(|field| value(field, krate));
    let others = quote! {
        ::core::option::Option::None
            #(.or_else(|| #krate::__private::flattened(#flattened, name)))*
    };
    if arms.is_empty() {
        return quote! { let _ = name; #others };
    }
    quote! {
        match name {
            #arms
            _ => #others,
        }
    }
}

/// A field's value as serde writes it.
fn value(field: &Field, krate: &Path) -> TokenStream {
    let ident = &field.ident;
    let value = match &field.write_with {
        Some(write) => quote! {
            ::core::option::Option::Some(
                #write(&self.#ident, #krate::__private::ValueSerializer)
            )
        },
        None => quote!(#krate::__private::value(&self.#ident)),
    };
    match &field.skip_if {
        Some(skip) => quote! {
            if #skip(&self.#ident) { ::core::option::Option::None } else { #value }
        },
        None => value,
    }
}
