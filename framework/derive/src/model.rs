//! An event as its derive understands it.

use proc_macro2::{Ident, Span};
use syn::{Data, DataStruct, DeriveInput, LitStr, Path};

use crate::fields::Fields;
use crate::level::Level;
use crate::literals::{check_name, check_required_acl, check_routing_key};
use crate::names::event_name;
use crate::problems::Problems;
use crate::serde_attributes::SerdeType;
use crate::settings::Settings;
use crate::template::{Scope, Template};

/// An event as its derive understands it.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) level: Level,
    pub(crate) krate: Path,
    pub(crate) name: String,
    pub(crate) service: String,
    pub(crate) routing_key: Template,
    pub(crate) required_acl: Option<Template>,
    pub(crate) aliases: Vec<String>,
    pub(crate) fields: Fields,
    pub(crate) is_unit: bool,
}

impl Model {
    /// Reads a type; `None` if it is of a kind that cannot be an event at all.
    ///
    /// With mistakes in attributes there still is a model, so that the compiler does not go on to
    /// say that the type is no event.
    pub(crate) fn read(input: &DeriveInput, level: Level, problems: &mut Problems) -> Option<Self> {
        let data = event_data(input, problems)?;
        let settings = Settings::read(&input.attrs, problems);
        let serde = SerdeType::read(&input.attrs);
        if let Some(attribute) = &serde.hides_fields {
            problems.at(
                attribute,
                "an event is written as an object of its fields; remove this serde attribute, \
                 or implement `Event` by hand",
            );
        }
        let fields = Fields::read(data, &serde, problems);
        let krate = settings.crate_path(problems);
        let names = Names::read(&input.ident, &settings, problems);
        let scope = Scope {
            event: input.ident.to_string(),
            level,
            fields: &fields,
        };
        let routing_key = routing_key(&names, &settings, &scope, problems);
        let required_acl = settings
            .required_acl
            .as_ref()
            .map(|literal| scope.read("required_acl", literal, check_required_acl, problems));
        Some(Self {
            ident: input.ident.clone(),
            level,
            krate,
            aliases: aliases(&names.name, &settings, problems),
            name: names.name,
            service: names.service,
            routing_key,
            required_acl,
            fields,
            is_unit: matches!(data.fields, syn::Fields::Unit),
        })
    }
}

/// The struct behind the type, if it is of the kind events are.
fn event_data<'a>(input: &'a DeriveInput, problems: &mut Problems) -> Option<&'a DataStruct> {
    if !input.generics.params.is_empty() {
        problems.at(
            &input.generics,
            "an event has no generics: it is read back into a type of its own; \
             write a `struct` for each kind of event",
        );
        return None;
    }
    match &input.data {
        Data::Struct(data) if !matches!(data.fields, syn::Fields::Unnamed(_)) => Some(data),
        Data::Struct(_) => {
            problems.at(
                &input.ident,
                "a tuple struct has no names for what it says; name its fields, \
                 as in `struct CallCreated { call_id: String }`",
            );
            None
        }
        Data::Enum(_) | Data::Union(_) => {
            problems.at(
                &input.ident,
                "an event is a `struct`; write one for each kind of event",
            );
            None
        }
    }
}

/// What the event is called.
struct Names {
    name: String,
    service: String,
    /// Whether nothing is wrong with them.
    are_good: bool,
    /// The one to point at, if any is written out.
    place: Option<Span>,
}

impl Names {
    fn read(ident: &Ident, settings: &Settings, problems: &mut Problems) -> Self {
        let mut are_good = true;
        let given = [("name", &settings.name), ("service", &settings.service)];
        for (key, literal) in given {
            if let Some(literal) = literal {
                are_good &= check_name(key, literal, problems);
            }
        }
        let name = settings.name.as_ref().map(LitStr::value);
        Self {
            name: name.unwrap_or_else(|| event_name(&ident.to_string())),
            service: settings
                .service
                .as_ref()
                .map(LitStr::value)
                .unwrap_or_default(),
            are_good,
            place: settings
                .name
                .as_ref()
                .or(settings.service.as_ref())
                .map(LitStr::span),
        }
    }
}

/// The template given, or `{service}.{name}` as plain text.
fn routing_key(
    names: &Names,
    settings: &Settings,
    scope: &Scope<'_>,
    problems: &mut Problems,
) -> Template {
    if let Some(literal) = &settings.routing_key {
        return scope.read("routing_key", literal, check_routing_key, problems);
    }
    let words = [&*names.service, &*names.name]
        .into_iter()
        .filter(|word| !word.is_empty());
    let template = Template::text(words.collect::<Vec<_>>().join("."));
    if let Some(place) = names.place.filter(|_| names.are_good) {
        check_routing_key(&template, place, problems);
    }
    template
}

fn aliases(name: &str, settings: &Settings, problems: &mut Problems) -> Vec<String> {
    let mut aliases: Vec<String> = Vec::new();
    for literal in &settings.aliases {
        let alias = literal.value();
        check_name("alias", literal, problems);
        if alias == name {
            problems.at(
                literal,
                format!("`{name}` is the event's own name; an alias is an older one"),
            );
        } else if aliases.contains(&alias) {
            problems.at(
                literal,
                format!("the alias `{alias}` is given twice; keep one of them"),
            );
        } else {
            aliases.push(alias);
        }
    }
    aliases
}
