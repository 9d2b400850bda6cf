//! A test's way from the class of a recorded event to its type.

use std::fmt::Write;

use crate::data::Event;
use crate::names::type_of;

/// The function that checks a recorded event by its type.
pub(crate) fn write(events: &[Event]) -> String {
    let mut text = String::from(
        "// Generated from `data/events.json` by `tests/generated`: change those.\n\n\
         use serde_json::Value;\nuse trunkline_wazo::events::*;\n\n\
         use super::check;\n\n\
         /// Checks a recorded event by its type; false if there is none.\n\
         pub(crate) fn check_typed(name: &str, vector: &Value) -> bool {\n    match name {\n",
    );
    let typed = events.iter().filter(|event| event.open_part().is_none());
    for event in typed.filter(|event| event.class.is_some()) {
        let (level, path) = (function(&event.level), type_of(&event.name));
        let path = format!("{}::{path}", event.module);
        let set = match &event.own_headers[..] {
            [] => "|_, _| {}".to_owned(),
            [key] => format!("|event, header| event.header_{key} = Some(header)"),
            _ => panic!("one such header is all there is"),
        };
        let _ = writeln!(
            text,
            "        {:?} => check::{level}::<{path}>(vector, {set}, |event| event.rest.is_empty()),",
            event.name
        );
    }
    text.push_str("        _ => return false,\n    }\n    true\n}\n");
    text
}

/// A level's function: one called `tenant` would be in the way of the tenant.
fn function(level: &str) -> &str {
    match level {
        "tenant" => "tenant_event",
        level => level,
    }
}
