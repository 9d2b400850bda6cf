//! An event read back into what it was made from.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::value::RawValue;
use trunkline_core::{BoxError, DecodeError, Envelope, Level};

use super::{has_own_headers, not_text, read_body};
use crate::json::{self, NULL, Object};
use crate::line::Description;
use crate::names;

/// The headers of an event as JSON, taken away one by one; what is left is the event's own.
struct Entries<'e>(Vec<(Cow<'e, str>, Cow<'e, str>)>);

pub(crate) fn describe(envelope: &Envelope) -> Result<Description, DecodeError> {
    let body = read_body(envelope)?;
    let data = body.get(names::DATA).filter(|json| *json != NULL);
    let content = data.map(raw).transpose()?;
    let mut entries = Entries::of_headers(envelope)?;
    if !has_own_headers(envelope.headers()) {
        entries.add_body(body);
    }
    let name = match entries.take_text(names::NAME)? {
        Some(name) => name,
        None => super::event_name(envelope)?.into_owned(),
    };
    let mut event = Description::new(Level::Service, name);
    event.content = content;
    event.service_uuid = entries.take_text(names::ORIGIN)?;
    event.now = entries.take_text(names::TIMESTAMP)?;
    entries.take(names::REQUIRED_ACCESS);
    set_templates(&mut event, &mut entries, envelope.routing_key().as_str())?;
    set_audience(&mut event, &mut entries)?;
    // A user event has a variable of that name, which an attribute would have to give way to.
    let is_caller = |name: &str| event.level == Level::User && name == names::USER;
    let (caller, own): (Vec<_>, Vec<_>) = entries.0.into_iter().partition(|(n, _)| is_caller(n));
    event.extra_vars = Some(object(&own)?);
    event.extra_headers = if caller.is_empty() {
        None
    } else {
        Some(object(&caller)?)
    };
    Ok(event)
}

/// Takes key and access string for templates without variables.
fn set_templates(
    event: &mut Description,
    entries: &mut Entries<'_>,
    key: &str,
) -> Result<(), DecodeError> {
    event.routing_key_fmt = literal(key);
    let Some(acl) = entries.take(names::REQUIRED_ACL) else {
        return Ok(());
    };
    if acl == NULL {
        event.required_acl = Some(None);
        return Ok(());
    }
    let text = json::text(&acl);
    let text = text.ok_or_else(|| not_text(names::REQUIRED_ACL, json::kind(&acl)))?;
    let is_derived = text.strip_prefix("events.") == Some(key);
    event.required_acl_fmt = (!is_derived).then(|| literal(&text));
    event.required_acl = Some(Some(text.into_owned()));
    Ok(())
}

fn set_audience(event: &mut Description, entries: &mut Entries<'_>) -> Result<(), DecodeError> {
    // Without a tenant, whatever names users is a header like any other.
    if entries.get(names::TENANT).is_none_or(|json| json == NULL) {
        return Ok(());
    }
    event.tenant_uuid = entries.take_text(names::TENANT)?;
    let mut users = entries.take_users();
    event.level = match &users[..] {
        [user] if user == "*" => Level::Tenant,
        [] => Level::User,
        [user] if !user.is_empty() => {
            event.user_uuid = users.pop();
            Level::User
        }
        _ => {
            event.user_uuids = Some(users);
            Level::MultiUser
        }
    };
    Ok(())
}

/// A template that stands for exactly this text.
fn literal(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

impl<'e> Entries<'e> {
    fn of_headers(envelope: &'e Envelope) -> Result<Self, DecodeError> {
        let mut entries = Vec::new();
        for (name, value) in envelope.headers().iter() {
            let mut json = Vec::new();
            json::write_value(&mut json, name, value).map_err(decode_error)?;
            let json = String::from_utf8(json).map_err(decode_error)?;
            entries.push((Cow::Borrowed(name), Cow::Owned(json)));
        }
        Ok(Self(entries))
    }

    /// Adds what the body says beside its data, where the headers do not say it.
    fn add_body(&mut self, body: Object<'e>) {
        let known: HashSet<_> = self.0.iter().map(|(name, _)| name.clone()).collect();
        let members = body.into_members();
        let news = members.filter(|(name, _)| name != names::DATA && !known.contains(name));
        self.0
            .extend(news.map(|(name, json)| (name, Cow::Borrowed(json))));
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, json)| &**json)
    }

    fn take(&mut self, name: &str) -> Option<Cow<'e, str>> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    /// Takes a text; absent and null are the same.
    fn take_text(&mut self, name: &str) -> Result<Option<String>, DecodeError> {
        match self.take(name) {
            Some(json) if json != NULL => match json::text(&json) {
                Some(text) => Ok(Some(text.into_owned())),
                None => Err(not_text(name, json::kind(&json))),
            },
            _ => Ok(None),
        }
    }

    /// Takes the users the event is for, everyone's `*` among them.
    fn take_users(&mut self) -> Vec<String> {
        let mut users = Vec::new();
        self.0
            .retain(|(name, json)| match name.strip_prefix(names::USER_PREFIX) {
                Some(user) if json == "true" => {
                    users.push(user.to_owned());
                    false
                }
                _ => true,
            });
        users
    }
}

fn object(members: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Box<RawValue>, DecodeError> {
    let mut out = vec![b'{'];
    for (at, (name, json)) in members.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json::write_name(&mut out, name);
        out.extend_from_slice(json.as_bytes());
    }
    out.push(b'}');
    raw(&String::from_utf8(out).map_err(decode_error)?)
}

fn raw(json: &str) -> Result<Box<RawValue>, DecodeError> {
    RawValue::from_string(json.to_owned()).map_err(DecodeError::NotJson)
}

/// A refusal that the dialect alone has.
fn decode_error(source: impl Into<BoxError>) -> DecodeError {
    DecodeError::Dialect {
        dialect: crate::DIALECT,
        reason: "header",
        source: source.into(),
    }
}
