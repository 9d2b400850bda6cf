//! The header table of an event, and the body that repeats it.

use trunkline_core::{Audience, EncodeError, EventView, HeaderError, Headers, Value, ValueRef};

use super::{content_fault, header_fault};
use crate::json::{write_name, write_plain_name, write_value};
use crate::names;
use crate::time::LocalTime;

/// Room for the headers of an ordinary event, so that they are allocated once.
const USUAL_HEADERS: usize = 384;
/// Room for the body of an ordinary event.
const USUAL_BODY: usize = 1024;

/// Headers, and the body as far as it repeats them: an object not yet closed.
pub(super) struct Table<'a> {
    event: &'a EventView<'a>,
    pub(super) headers: Headers,
    pub(super) body: Vec<u8>,
    /// Whether a header took the place of an earlier one, which the body then has twice.
    replaced: bool,
    scratch: String,
}

/// Writes the headers in the order of wazo-bus, later ones replacing earlier ones: the
/// publisher's, the event's, the access strings, then name, origin and time.
pub(super) fn write<'a>(
    event: &'a EventView<'a>,
    acl: &str,
    origin: Option<&str>,
    now: &LocalTime,
) -> Result<Table<'a>, EncodeError> {
    let mut table = Table::start(event);
    for (name, value) in event.extras.headers.iter() {
        table.set(name, value)?;
    }
    if let Some(tenant) = event.audience.tenant() {
        table.set_own(names::TENANT, ValueRef::Text(tenant.as_str()))?;
    }
    if let Audience::Tenant(_) = event.audience {
        table.set_own(names::EVERYONE, ValueRef::Bool(true))?;
    }
    table.set_attributes()?;
    table.set_own(names::NAME, ValueRef::Text(event.name()))?;
    table.set_users()?;
    table.set_required_access()?;
    table.set_own(names::REQUIRED_ACL, ValueRef::Text(acl))?;
    table.set_own(names::ORIGIN, origin.map_or(ValueRef::Null, ValueRef::Text))?;
    table.set_own(names::TIMESTAMP, ValueRef::Text(now.text().as_str()))?;
    table.repeat_again()?;
    Ok(table)
}

/// Tells whether the audience speaks under this name, so that an attribute may not: what an event
/// says of itself must not change whom it reaches.
pub(super) fn is_audience(event: &EventView<'_>, name: &str) -> bool {
    match event.audience {
        Audience::Service => false,
        Audience::Tenant(_) => matches!(name, names::TENANT | names::EVERYONE),
        Audience::User { .. } => matches!(name, names::TENANT | names::USER),
        _ => name == names::TENANT,
    }
}

/// Makes a header's value of JSON.
pub(crate) fn header_value(name: &str, json: &serde_json::Value) -> Result<Value, HeaderError> {
    let named = || name.to_owned();
    Value::try_from(json).map_err(|error| match error {
        HeaderError::IntegerTooLarge { .. } => HeaderError::IntegerTooLarge { name: named() },
        HeaderError::TooDeep { limit, .. } => HeaderError::TooDeep {
            name: named(),
            limit,
        },
        other => other,
    })
}

impl<'a> Table<'a> {
    fn start(event: &'a EventView<'a>) -> Self {
        let extra = event.extras.headers.byte_len();
        let mut body = Vec::with_capacity(USUAL_BODY + extra);
        body.push(b'{');
        let headers = Headers::with_capacity(USUAL_HEADERS + extra);
        Self {
            event,
            headers,
            body,
            replaced: false,
            scratch: String::new(),
        }
    }

    /// Sets a header of any name.
    fn set(&mut self, name: &str, value: ValueRef<'_>) -> Result<(), EncodeError> {
        self.put(name, value, write_name)
    }

    /// Sets a header whose name needs no escape in JSON.
    fn set_own(&mut self, name: &'static str, value: ValueRef<'_>) -> Result<(), EncodeError> {
        self.put(name, value, write_plain_name)
    }

    fn put(
        &mut self,
        name: &str,
        value: ValueRef<'_>,
        write_name: impl FnOnce(&mut Vec<u8>, &str),
    ) -> Result<(), EncodeError> {
        let before = self.headers.len();
        let refused = |source| header_fault(self.event, name, source);
        self.headers.insert(name, value).map_err(refused)?;
        self.replaced |= self.headers.len() == before;
        // A header called `data` stays a header: in the body, the content has that name.
        if name != names::DATA {
            write_name(&mut self.body, name);
            write_value(&mut self.body, name, value).map_err(refused)?;
            self.body.push(b',');
        }
        Ok(())
    }

    fn set_attributes(&mut self) -> Result<(), EncodeError> {
        let event = self.event;
        for name in event.definition.header_fields.iter() {
            if is_audience(event, name) {
                continue;
            }
            let Some(value) = event.content.attribute(name) else {
                continue;
            };
            let value = value.map_err(|source| content_fault(event, source))?;
            let value = header_value(name, &value).map_err(|e| header_fault(event, name, e))?;
            self.set(name, value.as_ref())?;
        }
        Ok(())
    }

    fn set_users(&mut self) -> Result<(), EncodeError> {
        // Nobody, and for a user event also the empty user, is no header at all; a multi-user
        // event takes what it is given (wazo-bus, `wazo_bus/resources/common/event.py`).
        let is_one = matches!(self.event.audience, Audience::User { .. });
        for user in self.event.audience.named_users() {
            if is_one && user.as_str().is_empty() {
                continue;
            }
            let name = self.join(names::USER_PREFIX, user.as_str());
            self.set(&name, ValueRef::Bool(true))?;
            self.scratch = name;
        }
        Ok(())
    }

    fn set_required_access(&mut self) -> Result<(), EncodeError> {
        let access = self.join("event.", self.event.name());
        self.set_own(names::REQUIRED_ACCESS, ValueRef::Text(&access))?;
        self.scratch = access;
        Ok(())
    }

    /// Joins two texts in the scratch, which the caller gives back.
    fn join(&mut self, head: &str, tail: &str) -> String {
        let mut joined = std::mem::take(&mut self.scratch);
        joined.clear();
        joined.push_str(head);
        joined.push_str(tail);
        joined
    }

    /// Writes what the body repeats once more, if it names something twice.
    fn repeat_again(&mut self) -> Result<(), EncodeError> {
        if !self.replaced {
            return Ok(());
        }
        self.body.truncate(1);
        for (name, value) in self.headers.iter().filter(|(name, _)| *name != names::DATA) {
            write_name(&mut self.body, name);
            write_value(&mut self.body, name, value)
                .map_err(|source| header_fault(self.event, name, source))?;
            self.body.push(b',');
        }
        Ok(())
    }
}
