//! Event ids.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// The id of one event, stable over retries, dead letters and replays.
///
/// Ours are UUIDs of version 7, so they sort by time of creation (RFC 9562 §5.7); whatever text
/// another publisher uses is kept as it is.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(Repr);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Repr {
    Uuid(Uuid),
    Text(Box<str>),
}

impl EventId {
    /// Makes a new id from the clock and a per-thread generator seeded by the system.
    pub fn generate() -> Self {
        Self::generate_at(SystemTime::now())
    }

    pub(crate) fn generate_at(now: SystemTime) -> Self {
        let millis = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |elapsed| elapsed.as_millis());
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        // Not for secrets: uniqueness is all an event id owes.
        let random = fastrand::u128(..).to_le_bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        Self(Repr::Uuid(
            uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid(),
        ))
    }

    /// Takes the id another publisher gave. A UUID in its usual form is stored as one.
    pub fn from_text(text: &str) -> Self {
        match Uuid::try_parse(text) {
            // Only the form we would print again: an id must come out as it went in.
            Ok(id) if id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text => {
                Self(Repr::Uuid(id))
            }
            _ => Self(Repr::Text(text.into())),
        }
    }

    /// The id as a UUID, if it is one.
    pub fn as_uuid(&self) -> Option<Uuid> {
        match self.0 {
            Repr::Uuid(id) => Some(id),
            Repr::Text(_) => None,
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        match &self.0 {
            Repr::Uuid(_) => 0,
            Repr::Text(text) => text.len(),
        }
    }
}

impl From<Uuid> for EventId {
    fn from(id: Uuid) -> Self {
        Self(Repr::Uuid(id))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Uuid(id) => fmt::Display::fmt(id, f),
            Repr::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_out_as_they_went_in() {
        for text in ["0199-x", "", "ABCDEF00-0000-7000-8000-000000000000"] {
            assert_eq!(EventId::from_text(text).to_string(), text);
        }
        let ours = EventId::generate();
        assert_eq!(EventId::from_text(&ours.to_string()), ours);
        assert_eq!(ours.as_uuid().unwrap().get_version_num(), 7);
    }

    #[test]
    fn ids_differ() {
        let ids: std::collections::HashSet<_> = (0..10_000).map(|_| EventId::generate()).collect();
        assert_eq!(ids.len(), 10_000);
    }
}
