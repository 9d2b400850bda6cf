//! The data.

use crate::types::Fields;
use serde::Deserialize;

/// An event, as the data has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) level: String,
    pub(crate) service: Option<String>,
    pub(crate) module: String,
    pub(crate) resource: String,
    pub(crate) routing_key: String,
    pub(crate) required_acl: Option<String>,
    pub(crate) headers: Vec<String>,
    /// Headers that may say something else than the content's field of that name.
    #[serde(default)]
    pub(crate) own_headers: Vec<String>,
    #[serde(default)]
    pub(crate) variables: Vec<String>,
    pub(crate) optional: Vec<String>,
    pub(crate) fields: Fields,
    pub(crate) class: Option<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    #[serde(default)]
    pub(crate) known_names: Vec<String>,
    pub(crate) deprecated: Option<Deprecated>,
    pub(crate) note: Option<String>,
    /// Headers that have the same value in every event of this type.
    #[serde(skip)]
    pub(crate) constants: Vec<(String, String)>,
}

/// Why an event is historical.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Deprecated {
    pub(crate) replaced_by: Option<String>,
    pub(crate) note: Option<String>,
}

impl Event {
    /// The variable in the event's name, if there is one.
    pub(crate) fn open_part(&self) -> Option<&str> {
        let (_, rest) = self.name.split_once('{')?;
        rest.split_once('}').map(|(part, _)| part)
    }

    /// What stands around it.
    pub(crate) fn around(&self) -> (&str, &str) {
        let (before, rest) = self.name.split_once('{').unwrap();
        (before, rest.split_once('}').unwrap().1)
    }

    /// The event of one known name, of those whose name is open.
    fn named(&self, name: &str) -> Self {
        let (before, after) = self.around();
        let variable = self.open_part().unwrap();
        let part = name
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        let part = part.unwrap();
        let mut event = self.clone();
        event.name = name.to_owned();
        event.routing_key = self.routing_key.replace(&format!("{{{variable}}}"), part);
        event.constants = vec![(variable.to_owned(), part.to_owned())];
        event.known_names.clear();
        event
    }
}

/// All events, those of known names among them.
pub(crate) fn read() -> Vec<Event> {
    #[derive(Deserialize)]
    struct Data {
        events: Vec<Event>,
    }
    let data: Data = serde_json::from_str(include_str!("../../data/events.json")).unwrap();
    assert_eq!(data.events.len(), 385 + 6 + 1);
    let known = data
        .events
        .iter()
        .flat_map(|event| event.known_names.iter().map(|name| event.named(name)));
    let known: Vec<_> = known.collect();
    data.events.into_iter().chain(known).collect()
}
