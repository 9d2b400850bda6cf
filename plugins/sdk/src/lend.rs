//! Events as the interface lends them to the host.

use serde_json::Value as Json;
use trunkline_core::{Level, Outgoing};
use trunkline_plugin_abi as abi;

/// An event to be published, and what a view of it points to.
pub(crate) struct Publication<'a> {
    event: &'a dyn Outgoing,
    routing_key: String,
    required_acl: String,
    content: Vec<u8>,
    users: Vec<abi::Bytes>,
    headers: Vec<abi::Header>,
    /// What the headers point to.
    _texts: Vec<String>,
}

impl<'a> Publication<'a> {
    pub(crate) fn new(event: &'a dyn Outgoing) -> Result<Self, String> {
        let definition = event.event_definition();
        let tell = |error: serde_json::Error| error.to_string();
        let mut content = Vec::with_capacity(256);
        event.content().write_json(&mut content).map_err(tell)?;
        let mut texts = Vec::new();
        let mut kinds = Vec::new();
        for field in definition.header_fields.iter() {
            let Some(value) = event.content().attribute(field) else {
                continue;
            };
            let (kind, text) = header(value.map_err(tell)?);
            kinds.push((field, kind));
            texts.push(text);
        }
        let headers = kinds
            .iter()
            .zip(&texts)
            .map(|((name, kind), text)| abi::Header {
                name: abi::Bytes::text(name),
                value: abi::Bytes::text(text),
                kind: *kind,
                reserved: 0,
            });
        let users = event.audience().named_users().iter();
        let acl = definition.required_acl.as_ref();
        Ok(Self {
            routing_key: definition.routing_key.to_string(),
            required_acl: acl.map(ToString::to_string).unwrap_or_default(),
            users: users.map(|user| abi::Bytes::text(user.as_str())).collect(),
            headers: headers.collect(),
            _texts: texts,
            content,
            event,
        })
    }

    /// The event, for as long as this lives.
    pub(crate) fn view(&self) -> abi::Publication {
        let definition = self.event.event_definition();
        let audience = self.event.audience();
        let tenant = audience.tenant().map_or("", |tenant| tenant.as_str());
        abi::Publication {
            size: size_of::<abi::Publication>() as u32,
            level: match audience.level() {
                Level::Tenant => abi::LEVEL_TENANT,
                Level::User => abi::LEVEL_USER,
                Level::MultiUser => abi::LEVEL_MULTI_USER,
                _ => abi::LEVEL_SERVICE,
            },
            name: abi::Bytes::text(&definition.name),
            routing_key: abi::Bytes::text(&self.routing_key),
            required_acl: abi::Bytes::text(&self.required_acl),
            tenant: abi::Bytes::text(tenant),
            users: self.users.as_ptr(),
            user_count: self.users.len(),
            headers: self.headers.as_ptr(),
            header_count: self.headers.len(),
            content: abi::Bytes::of(&self.content),
        }
    }
}

fn header(value: Json) -> (u32, String) {
    match value {
        Json::Null => (abi::HEADER_NULL, String::new()),
        Json::Bool(value) => (abi::HEADER_BOOL, value.to_string()),
        Json::Number(value) if value.is_i64() => (abi::HEADER_INT, value.to_string()),
        Json::Number(value) => (abi::HEADER_FLOAT, value.to_string()),
        Json::String(text) => (abi::HEADER_TEXT, text),
        other => (abi::HEADER_JSON, other.to_string()),
    }
}
