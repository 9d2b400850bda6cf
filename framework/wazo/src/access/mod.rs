//! Access lists: which events the holder of a token may see.

mod entry;
mod matching;
mod positions;
#[cfg(test)]
mod tests;

use std::fmt;

use trunkline_core::{Headers, ValueKind, ValueRef};

use crate::names;
use entry::Entry;

/// Whom an access list belongs to: what the words `me` and `my_session` in it stand for.
///
/// # Examples
/// ```
/// use trunkline_wazo::{AccessList, Holder};
///
/// let alice = Holder::new().with_auth_id("a11ce");
/// let access = AccessList::of_holder(["events.calls.me"], alice);
/// assert!(access.grants(Some("events.calls.a11ce")));
/// assert!(!access.grants(Some("events.calls.b0b")));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder<'a> {
    /// What `me` matches beside itself; a user's UUID in wazo-websocketd.
    pub auth_id: Option<&'a str>,
    /// What `my_session` matches beside itself.
    pub session_id: Option<&'a str>,
}

impl<'a> Holder<'a> {
    /// Nobody in particular: `me` and `my_session` match only themselves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what `me` stands for.
    #[must_use]
    pub fn with_auth_id(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.auth_id = id.into();
        self
    }

    /// Sets what `my_session` stands for.
    #[must_use]
    pub fn with_session_id(mut self, id: impl Into<Option<&'a str>>) -> Self {
        self.session_id = id.into();
        self
    }
}

/// The access list of a token, compiled: decides what its holder may see.
///
/// An entry matches a whole required string, case-sensitively (xivo-lib-python,
/// `xivo/auth_verifier.py`):
///
/// - `*` stands for any run, even an empty one, of characters other than `.` and `#`;
/// - `#` for any run, even an empty one, of any characters;
/// - a whole word `me` matches `me` or the [holder](Holder)'s id, `my_session` itself or the
///   session's id, `edit` itself or `update`;
/// - everything else is literal, and wildcards in the *required* string always are.
///
/// An entry that begins with `!` refuses what the rest of it matches, wherever it stands in the list.
/// What no entry grants is refused. `foo.#` does not grant `foo`.
///
/// A check allocates nothing for required strings up to 1 023 bytes, and its time grows with the
/// length of string and entries, whatever they hold.
///
/// # Examples
/// ```
/// use trunkline_wazo::AccessList;
///
/// let access = AccessList::new(["events.calls.#", "!events.calls.*.secret"]);
/// assert!(access.grants(Some("events.calls.created")));
/// assert!(!access.grants(Some("events.calls.42.secret")));
/// assert!(!access.grants(Some("events.queues.created")));
/// assert!(access.grants(None));
/// ```
#[derive(Clone)]
pub struct AccessList {
    refusals: matching::Entries,
    grants: matching::Entries,
}

impl AccessList {
    /// Compiles a list that belongs to nobody in particular.
    pub fn new(entries: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self::of_holder(entries, Holder::new())
    }

    /// Compiles the list of a token's holder.
    pub fn of_holder(
        entries: impl IntoIterator<Item = impl AsRef<str>>,
        holder: Holder<'_>,
    ) -> Self {
        let (mut refusals, mut grants) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry.as_ref().strip_prefix('!') {
                Some(refusal) => refusals.push(Entry::compile(refusal, &holder)),
                None => grants.push(Entry::compile(entry.as_ref(), &holder)),
            }
        }
        Self {
            refusals: matching::Entries::new(refusals),
            grants: matching::Entries::new(grants),
        }
    }

    /// Tells whether the list grants what requires this access; `None`, null on the wire, is open
    /// to everyone.
    pub fn grants(&self, required: Option<&str>) -> bool {
        match required {
            None => true,
            Some(required) => !self.refusals.matches(required) && self.grants.matches(required),
        }
    }

    /// Decides about an event by its headers, as wazo-websocketd does: by `required_acl` alone.
    ///
    /// A null there is open to everyone, and an absent one to nobody, whatever the list says.
    pub fn decide(&self, headers: &Headers) -> Access {
        match headers.get(names::REQUIRED_ACL) {
            None => Access::Unstated,
            Some(ValueRef::Null) => Access::Granted,
            Some(ValueRef::Text(required)) if self.grants(Some(required)) => Access::Granted,
            Some(ValueRef::Text(_)) => Access::Refused,
            Some(other) => Access::Malformed(other.kind()),
        }
    }
}

impl fmt::Debug for AccessList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Entries hold the ids of people.
        f.debug_struct("AccessList")
            .field("grants", &self.grants.len())
            .field("refusals", &self.refusals.len())
            .finish()
    }
}

/// What an [`AccessList`] says of an event. All but [`Granted`](Access::Granted) hide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// The holder may see it.
    Granted,
    /// The list does not grant it, or refuses it.
    Refused,
    /// The event does not say what it requires: no header `required_acl`.
    Unstated,
    /// The header `required_acl` is neither text nor null.
    Malformed(ValueKind),
}

impl Access {
    /// Whether the holder may see the event.
    pub fn is_granted(self) -> bool {
        self == Self::Granted
    }
}
