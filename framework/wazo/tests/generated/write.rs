//! The modules of typed events.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::Files;
use crate::data::Event;
use crate::names::{camel, field, type_of};
use crate::types::{Fields, Shapes};

const HEAD: &str = "// Generated from `data/events.json` by `tests/generated`: change those.\n";

/// Most lines of a file, which leaves a little below what the house allows.
const LONGEST: usize = 580;

/// All modules.
pub(crate) fn modules(events: &[Event]) -> Files {
    let mut by_module: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        by_module.entry(&event.module).or_default().push(event);
    }
    let mut files = Files::new();
    let mut root = format!("{HEAD}//! The services, one module each.\n\n");
    for (module, events) in by_module {
        let about = match module {
            "common" => "Events that any service publishes.".to_owned(),
            "historical" => "Events that nobody publishes any more.".to_owned(),
            module => format!("Events of wazo-{}.", module.replace('_', "-")),
        };
        let _ = writeln!(root, "#[cfg(feature = \"{module}\")]\npub mod {module};");
        service(module, &about, &events, &mut files);
    }
    files.insert("src/events/generated/mod.rs".into(), root);
    files
}

/// The module of a service: files by what their events are about.
fn service(module: &str, about: &str, events: &[&Event], files: &mut Files) {
    let mut groups: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    for event in events {
        groups.entry(group(event)).or_default().push(event);
    }
    let mut text = format!("{HEAD}//! {about}\n\n");
    for name in groups.keys() {
        let _ = writeln!(text, "mod {name};");
    }
    text.push('\n');
    for (name, events) in &groups {
        let _ = writeln!(text, "pub use {name}::*;");
        let file = file(module, events);
        let lines = file.lines().count();
        assert!(lines <= LONGEST, "{module}/{name} has {lines} lines");
        files.insert(
            format!("src/events/generated/{module}/{name}.rs").into(),
            file,
        );
    }
    files.insert(format!("src/events/generated/{module}/mod.rs").into(), text);
}

/// What an event is about: the first word of its resource, and of its name where that is too wide.
fn group(event: &Event) -> String {
    let first = |text: &str| text.split(['_', '{']).next().unwrap().to_owned();
    match &*event.resource {
        "calls" => first(&event.name),
        resource if resource.starts_with("user_") => resource.to_owned(),
        // A module inside one of the same name confuses.
        resource if first(resource) == event.module => "own".to_owned(),
        resource => first(resource),
    }
}

fn file(module: &str, events: &[&Event]) -> String {
    let mut shapes = Shapes::default();
    let mut body = String::new();
    for event in events {
        event_text(module, event, &mut shapes, &mut body);
    }
    let mut at = 0;
    while at < shapes.records.len() {
        let (name, fields) = shapes.records[at].clone();
        record_text(&name, &fields, &mut shapes, &mut body);
        at += 1;
    }
    format!("{HEAD}\n{}\n{}\n", imports(&body), body.trim_end())
}

/// The names a file uses, in the order of `rustfmt`.
fn imports(body: &str) -> String {
    let uses =
        |word: &&str| body.contains(&format!(": {word},")) || body.contains(&format!("<{word}>"));
    let calls = |name: &&str| body.lines().any(|line| line == format!("{name}! {{"));
    let json: Vec<_> = ["Number", "Value"].into_iter().filter(uses).collect();
    let open: Vec<_> = ["open_name"].into_iter().filter(calls).collect();
    let macros: Vec<_> = ["event", "record"].into_iter().filter(calls).collect();
    let own: Vec<_> = ["Object", "TimeText", "UuidText"]
        .into_iter()
        .filter(uses)
        .collect();
    let mut ours = [
        import("crate::events::named", &open),
        import("crate::events::record", &macros),
        import("crate::events", &own),
    ];
    // A type's name sorts before those of modules, a list of them after.
    if own.len() == 1 {
        ours.rotate_right(1);
    }
    let json = import("serde_json", &json);
    let blank = if json.is_empty() { "" } else { "\n" };
    format!("{json}{blank}{}", ours.concat())
}

fn import(path: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("use {path}::{only};\n"),
        several => format!("use {path}::{{{}}};\n", several.join(", ")),
    }
}

fn event_text(module: &str, event: &Event, shapes: &mut Shapes, out: &mut String) {
    let open = event.open_part().is_some();
    out.push_str(if open { "open_name! {\n" } else { "event! {\n" });
    documents(event, out);
    let (level, variant) = match &*event.level {
        "service" => ("ServiceEvent", "Service"),
        "tenant" => ("TenantEvent", "Tenant"),
        "user" => ("UserEvent", "User"),
        "multi_user" => ("MultiUserEvent", "MultiUser"),
        other => panic!("`{other}` is no level"),
    };
    let name = type_of(&event.name);
    let acl = match &event.required_acl {
        Some(acl) => format!("Some({acl:?})"),
        None => "None".to_owned(),
    };
    let service = event.service.as_deref().unwrap_or_default();
    if open {
        let (before, after) = event.around();
        let header = match &event.headers[..] {
            [] => "None".to_owned(),
            [header] => format!("Some({header:?})"),
            _ => panic!("an open name has one header at most"),
        };
        let _ = writeln!(
            out,
            "    {name}({variant}) = ({before:?}, {after:?}) by {service:?},"
        );
        let _ = writeln!(out, "    {:?}, {acl}, {header};", event.routing_key);
    } else {
        let texts = |texts: &[String]| format!("{texts:?}");
        let _ = writeln!(
            out,
            "    {name}: {level}({variant}) = {:?} by {service:?},",
            event.name
        );
        let _ = writeln!(
            out,
            "    {:?}, {acl}, {}, {};",
            event.routing_key,
            texts(&event.headers),
            texts(&event.aliases)
        );
    }
    let prefix = camel(if module == "calld" || module == "confd" {
        group_prefix(event)
    } else {
        module
    });
    fields_text(&prefix, event, open, shapes, out);
    out.push_str("}\n\n");
}

/// What records of an event's file begin with.
fn group_prefix(event: &Event) -> &str {
    &event.resource
}

fn documents(event: &Event, out: &mut String) {
    let for_whom = match &*event.level {
        "service" => "for services",
        "tenant" => "for a tenant",
        "user" => "for a user",
        _ => "for several users",
    };
    let _ = writeln!(out, "    /// `{}`, {for_whom}.", event.name);
    let acl = event.required_acl.clone();
    let acl = acl.unwrap_or_else(|| format!("events.{}", event.routing_key));
    let _ = writeln!(
        out,
        "    ///\n    /// Key `{}`, access `{acl}`.",
        event.routing_key
    );
    for alias in &event.aliases {
        let _ = writeln!(out, "    /// Once called `{alias}`.");
    }
    if let Some(note) = &event.note {
        let _ = writeln!(out, "    ///\n    /// {note}");
    }
    if let Some(deprecated) = &event.deprecated {
        let instead = match &deprecated.replaced_by {
            Some(name) => format!("nobody publishes it any more; see `{name}`"),
            None => "nobody publishes it any more".to_owned(),
        };
        if let Some(note) = &deprecated.note {
            let _ = writeln!(
                out,
                "    ///\n    /// {}",
                note.replace('<', "`<").replace('>', ">`")
            );
        }
        let _ = writeln!(out, "    #[deprecated(note = {instead:?})]");
    }
}

fn fields_text(prefix: &str, event: &Event, open: bool, shapes: &mut Shapes, out: &mut String) {
    let constant = |key: &String| event.constants.iter().any(|(own, _)| own == key);
    // Headers and variables that the content does not have. An open name's header is its own part.
    let beside = event.headers.iter().chain(&event.variables);
    let beside = beside.filter(|key| !open && !event.fields.has(key) && !constant(key));
    let beside: Vec<_> = beside.collect();
    let omits: u64 = (event.fields.iter().enumerate())
        .filter(|(_, (key, _))| event.optional.contains(key))
        .map(|(at, _)| 1 << at)
        .sum();
    assert!(event.fields.len() + beside.len() <= 64, "{}", event.name);
    let _ = write!(out, "    [{}, {omits}] ", event.fields.len());
    if !event.constants.is_empty() {
        let constants = event
            .constants
            .iter()
            .map(|(key, value)| format!("({key:?}, {value:?})"));
        let _ = write!(out, "[{}] ", constants.collect::<Vec<_>>().join(", "));
    }
    out.push_str("{\n");
    for (at, (key, said)) in event.fields.iter().enumerate() {
        let (rust, note) = shapes.of(prefix, key, said);
        field_text(at, key, &rust, &note, out);
    }
    for (at, key) in event.own_headers.iter().enumerate() {
        let at = at + event.fields.len() + beside.len();
        own_header_text(at, key, out);
    }
    for (at, key) in beside.into_iter().enumerate() {
        let at = at + event.fields.len();
        let rust = if key == "conference_id" {
            "i64"
        } else {
            "String"
        };
        let is_header = event.headers.contains(key);
        let note = if is_header {
            "A header, not in the content."
        } else {
            "For the routing key alone."
        };
        field_text(at, key, rust, note, out);
    }
    out.push_str("    }\n");
}

/// A header that the content has a field for, too.
fn own_header_text(at: usize, key: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "        /// The header `{key}`, where it says something else than the content; reading leaves it empty."
    );
    let _ = writeln!(out, "        {at} header_{key} {key:?}: String,");
}

fn field_text(at: usize, key: &str, rust: &str, note: &str, out: &mut String) {
    let note = if note.is_empty() {
        String::new()
    } else {
        format!(" {note}")
    };
    let _ = writeln!(out, "        /// `{key}`.{note}");
    let _ = writeln!(out, "        {at} {} {key:?}: {rust},", field(key));
}

fn record_text(name: &str, fields: &Fields, shapes: &mut Shapes, out: &mut String) {
    out.push_str("record! {\n");
    let _ = writeln!(out, "    /// An object in the content of events.");
    let _ = writeln!(out, "    {name} [{}, 0] {{", fields.len());
    for (at, (key, said)) in fields.iter().enumerate() {
        let (rust, note) = shapes.of(name, key, said);
        field_text(at, key, &rust, &note, out);
    }
    out.push_str("    }\n}\n\n");
}
