//! The families of messages: where each is published, and under which key.

use std::borrow::Cow;

use crate::error::KazooError;
use crate::message::Message;
use crate::vocabulary::{ACCOUNT_ID, CALL_ID, EVENT_CATEGORY, EVENT_NAME, OBJECTS, REQUIRED};
use crate::word::{decode_word, encode_word};

const KNOWN: &str = "`call_event`, `conference`, `fax`, `configuration` and `presence`";

/// A family of messages, by its `Event-Category`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// What happens to the legs of calls.
    Call,
    /// What happens in conferences.
    Conference,
    /// How faxes are getting on.
    Fax,
    /// Documents and databases that changed.
    Configuration,
    /// Dialogs, presence and waiting messages.
    Presence,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Call,
        Self::Conference,
        Self::Fax,
        Self::Configuration,
        Self::Presence,
    ];

    /// The `Event-Category` of its messages.
    pub fn category(self) -> &'static str {
        match self {
            Self::Call => "call_event",
            Self::Conference => "conference",
            Self::Fax => "fax",
            Self::Configuration => "configuration",
            Self::Presence => "presence",
        }
    }

    /// The exchange its messages are published on: topic, not durable, not deleted by itself
    /// (Kazoo, `kz_amqp_util.erl`).
    pub fn exchange(self) -> &'static str {
        match self {
            Self::Call => "callevt",
            Self::Conference => "conference",
            Self::Fax => "faxes",
            Self::Configuration => "configuration",
            Self::Presence => "presence",
        }
    }

    /// The family of that category.
    pub fn of_category(category: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.category() == category)
    }

    /// The family of a message that says one; without one, a call event.
    pub(crate) fn of(message: &Message<'_>) -> Result<Self, KazooError> {
        if message.lacks(EVENT_CATEGORY) {
            return Ok(Self::Call);
        }
        let category = message.text(EVENT_CATEGORY);
        category
            .as_deref()
            .and_then(Self::of_category)
            .ok_or_else(|| KazooError::Category {
                found: category.unwrap_or_default().into_owned(),
                known: KNOWN,
            })
    }

    /// The keys its messages must have beside those all have.
    fn required(self, message: &Message<'_>) -> &'static [&'static str] {
        match (self, message.text(EVENT_NAME).as_deref()) {
            (Self::Call, _) => &[CALL_ID],
            (Self::Conference, Some("event")) => &["Event", "Conference-ID", "Instance-ID"],
            (Self::Conference, _) => &["Conference-ID"],
            (Self::Fax, _) => &["Job-ID"],
            (Self::Configuration, _) => &["ID", "Database"],
            (Self::Presence, Some("update")) => &["Presence-ID", "State"],
            (Self::Presence, Some("mwi_update")) => &["Messages-New", "Messages-Saved", "To"],
            (Self::Presence, _) => &["From", "To"],
        }
    }

    /// Checks a message as Kazoo's applications do before they publish and after they receive.
    pub(crate) fn validate(self, message: &Message<'_>) -> Result<(), KazooError> {
        let required = REQUIRED.iter().chain(self.required(message));
        for field in required {
            if !message.has(field) {
                return Err(KazooError::Missing { field });
            }
        }
        if message.text(EVENT_CATEGORY).as_deref() != Some(self.category()) {
            return Err(KazooError::Kind {
                field: EVENT_CATEGORY,
                wanted: "the category of its family",
            });
        }
        let objects = OBJECTS.iter().filter(|_| self == Self::Call);
        for field in objects {
            if message
                .get(field)
                .is_some_and(|json| !json.starts_with('{'))
            {
                return Err(KazooError::Kind {
                    field,
                    wanted: "an object",
                });
            }
        }
        Ok(())
    }

    /// The key a message is published under.
    pub(crate) fn routing_key(self, message: &Message<'_>) -> Result<String, KazooError> {
        let name = needed(message, EVENT_NAME)?;
        match self {
            Self::Call => {
                let call = call_id_of_key(message).ok_or(KazooError::Missing { field: CALL_ID })?;
                Ok(call_key(&name, &*call))
            }
            Self::Conference => conference_key(message, &name),
            Self::Fax => {
                // Without an account a `*` stands there: a plain word, never a wildcard, in a key.
                let account = message.id(ACCOUNT_ID).unwrap_or("*".into());
                let fax = message.id("Fax-ID").or_else(|| message.id("Job-ID"));
                let fax = fax.map_or_else(|| "*".to_owned(), |id| encode_word(&*id));
                Ok(format!("fax.status.{account}.{fax}"))
            }
            Self::Configuration => document_key(message, &name),
            Self::Presence => presence_key(message, &name),
        }
    }
}

/// The key of a call event, or a binding to some: `*` stands for any event or any call.
///
/// # Examples
/// ```
/// use trunkline_kazoo::call_key;
///
/// assert_eq!(call_key("PARK_PARKED", "abc.def"), "call.PARK_PARKED.abc%2Edef");
/// assert_eq!(call_key("*", "*"), "call.*.*");
/// ```
pub fn call_key(event: &str, call_id: impl AsRef<[u8]>) -> String {
    format!("call.{event}.{}", encode_word(call_id))
}

/// The call a message is filed under, which need not be its `Call-ID`.
pub(crate) fn call_id_of_key<'m>(message: &'m Message<'_>) -> Option<Cow<'m, str>> {
    let is_loopback = matches!(
        message.get("Channel-Is-Loopback"),
        Some("true" | "\"true\"")
    );
    let own = [CALL_ID, "Unique-ID"];
    let first = (!is_loopback).then_some("Origination-Call-ID");
    first
        .into_iter()
        .chain(own)
        .find_map(|field| message.id(field))
}

/// A call event's key, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallKey<'k> {
    /// The event's name.
    pub event: &'k str,
    /// The call's id, which may be any bytes.
    pub call_id: Vec<u8>,
}

impl<'k> CallKey<'k> {
    /// Takes a key apart.
    ///
    /// # Errors
    /// [`KazooError::BadRoutingKey`] unless it has three words, the first `call`, none of them
    /// empty, and the last can be read.
    pub fn parse(key: &'k str) -> Result<Self, KazooError> {
        let bad = || KazooError::BadRoutingKey {
            key: key.to_owned(),
        };
        let (event, call) = split_call_key(key).ok_or_else(bad)?;
        let call_id = decode_word(call).map_err(|_| bad())?;
        Ok(Self { event, call_id })
    }
}

/// Event and call of a key, still encoded.
pub(crate) fn split_call_key(key: &str) -> Option<(&str, &str)> {
    let (event, call) = key.strip_prefix("call.")?.split_once('.')?;
    let is_whole = !event.is_empty() && !call.is_empty() && !call.contains('.');
    is_whole.then_some((event, call))
}

fn needed<'m>(message: &'m Message<'_>, field: &'static str) -> Result<Cow<'m, str>, KazooError> {
    message.id(field).ok_or(KazooError::Missing { field })
}

fn conference_key(message: &Message<'_>, name: &str) -> Result<String, KazooError> {
    let conference = needed(message, "Conference-ID")?;
    if name != "event" {
        return Ok(format!("conference.command.{conference}"));
    }
    let (event, account) = (needed(message, "Event")?, needed(message, ACCOUNT_ID)?);
    let call = message.id(CALL_ID).unwrap_or(Cow::Borrowed(&conference));
    let call = encode_word(&*call);
    Ok(format!(
        "conference.event.{event}.{account}.{conference}.{call}"
    ))
}

fn document_key(message: &Message<'_>, name: &str) -> Result<String, KazooError> {
    let (id, database) = (needed(message, "ID")?, needed(message, "Database")?);
    let kind = match message.id("Type") {
        Some(kind) => kind,
        None if name.starts_with("db_") => "database".into(),
        None => return Err(KazooError::Missing { field: "Type" }),
    };
    Ok(format!("{name}.{database}.{kind}.{}", encode_word(&*id)))
}

fn presence_key(message: &Message<'_>, name: &str) -> Result<String, KazooError> {
    let (word, field) = match name {
        "dialog_update" => ("dialog", "To"),
        "mwi_update" => ("mwi_updates", "To"),
        _ => ("update", "Presence-ID"),
    };
    let address = needed(message, field)?;
    let (user, realm) = address.split_once('@').ok_or(KazooError::Kind {
        field,
        wanted: "`user@realm`",
    })?;
    let last = match word {
        "mwi_updates" => user.into(),
        _ => message.id(CALL_ID).unwrap_or(user.into()),
    };
    Ok(format!(
        "{word}.{}.{}",
        encode_word(realm),
        encode_word(&*last)
    ))
}

/// The key pattern that brings changes of documents: action, database, type and id, each a word or
/// `*`.
///
/// An action without `doc_` or `db_` in front gets `doc_`, here as in the key that events have, so
/// that what is asked for is what comes.
///
/// # Examples
/// ```
/// use trunkline_kazoo::document_pattern;
///
/// assert_eq!(document_pattern(["created", "db", "user", "a.b"]), "doc_created.db.user.a%2Eb");
/// assert_eq!(document_pattern(["*", "*", "*", "*"]), "#");
/// ```
pub fn document_pattern([action, database, kind, id]: [&str; 4]) -> String {
    if [action, database, kind, id] == ["*"; 4] {
        return "#".to_owned();
    }
    let is_whole = action == "*" || action.starts_with("doc_") || action.starts_with("db_");
    let prefix = if is_whole { "" } else { "doc_" };
    format!("{prefix}{action}.{database}.{kind}.{}", encode_word(id))
}
