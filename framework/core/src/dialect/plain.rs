//! The smallest dialect that keeps every promise.

use std::borrow::Cow;
use std::cell::Cell;

use bytes::Bytes;

use super::{DecodeError, Dialect, EncodeError};
use crate::envelope::{Envelope, Properties};
use crate::event::{Audience, EventView, TenantId, UserId};
use crate::headers::{HeaderError, Headers, IntoHeader, Value};
use crate::matching::Binding;

const NAME: &str = "name";
const TENANT: &str = "tenant";
const USERS: &str = "users";

/// The smallest dialect that keeps every promise: the content is the body, name and audience are
/// headers, and values in routing keys are escaped so that they can be read back.
///
/// For services that only talk among themselves; those that share a bus with Wazo speak `wazo`.
/// It is also the one to read before writing a dialect.
///
/// # Examples
/// ```
/// use trunkline_core::{Dialect, DynamicEvent, EventView, Plain, PublishExtras};
///
/// let event = DynamicEvent::tenant("doors_opened", "doors.{floor}.opened", "t1")?
///     .with_content(&serde_json::json!({"floor": "2.a"}))?;
/// let envelope = Plain.encode(&EventView::new(&event, &PublishExtras::default()))?;
/// assert_eq!(envelope.routing_key().as_str(), "doors.2%2Ea.opened");
/// assert_eq!(envelope.body().as_ref(), br#"{"floor":"2.a"}"#);
/// assert_eq!(Plain.event_name(&envelope).as_deref(), Some("doors_opened"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain;

impl Dialect for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
        let headers = headers(event)?;
        let body = body(event)?;
        let key = event.readable_key()?;
        let mut properties = Properties::fresh();
        properties.set_content_type(Some("application/json"));
        Ok(Envelope::from_parts(key, headers, properties, body))
    }

    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>> {
        envelope.headers().text(NAME).map(Cow::Borrowed)
    }

    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError> {
        let headers = envelope.headers();
        let Some(tenant) = headers.text(TENANT).map(TenantId::from) else {
            return Ok(Audience::Service);
        };
        let Some(users) = headers.get(USERS) else {
            return Ok(Audience::Tenant(tenant));
        };
        let fault = || DecodeError::Header {
            header: USERS.into(),
            found: "not a list of texts",
            wanted: "a list of texts",
        };
        let crate::headers::ValueRef::List(users) = users else {
            return Err(fault().counted(self.name()));
        };
        let users: Option<Vec<UserId>> = users
            .iter()
            .map(|user| user.as_text().map(UserId::from))
            .collect();
        Ok(Audience::Users {
            tenant,
            users: users.ok_or_else(|| fault().counted(self.name()))?,
        })
    }

    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError> {
        let text = std::str::from_utf8(envelope.body())
            .map_err(|error| DecodeError::NotUtf8(error).counted(self.name()))?;
        Ok(Cow::Borrowed(text))
    }

    fn binding_for(&self, event_name: &str) -> Binding {
        // A name that is no pattern of names is no event's: nothing narrower is needed.
        Binding::builder()
            .name(event_name)
            .build()
            .unwrap_or_else(|_| Binding::everything())
    }
}

/// Room for a name and a tenant, which nearly every event has.
const USUAL_HEADERS: usize = 96;

fn headers(event: &EventView<'_>) -> Result<Headers, EncodeError> {
    let mut headers = match &event.extras.headers {
        none if none.is_empty() => Headers::with_capacity(USUAL_HEADERS),
        extra => extra.clone(),
    };
    for field in event.definition.header_fields.iter() {
        let value = match event.content.attribute(field) {
            Some(Ok(value)) => value,
            Some(Err(source)) => {
                return Err(EncodeError::Content {
                    event: event.name().into(),
                    source,
                });
            }
            None => continue,
        };
        let value = Value::try_from(value).map_err(|source| fault(event, field, source))?;
        set(&mut headers, event, field, value)?;
    }
    set(&mut headers, event, NAME, event.name())?;
    if let Some(tenant) = event.audience.tenant() {
        set(&mut headers, event, TENANT, tenant.as_str())?;
    }
    if matches!(
        event.audience,
        Audience::User { .. } | Audience::Users { .. }
    ) {
        let users = event.audience.named_users().iter();
        let users = users.map(|user| Value::from(user.as_str())).collect();
        set(&mut headers, event, USERS, Value::List(users))?;
    }
    Ok(headers)
}

fn set(
    headers: &mut Headers,
    event: &EventView<'_>,
    name: &str,
    value: impl IntoHeader,
) -> Result<(), EncodeError> {
    let set = headers.insert(name, value);
    set.map_err(|source| fault(event, name, source))
}

fn fault(event: &EventView<'_>, header: &str, source: HeaderError) -> EncodeError {
    EncodeError::Header {
        event: event.name().into(),
        header: header.into(),
        source,
    }
}

thread_local! {
    /// Where contents are written: their size is known only afterwards, and a body takes no more.
    static SHEET: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What a thread keeps between events is bounded, in bytes.
const KEPT_SHEET: usize = 64 << 10;

fn body(event: &EventView<'_>) -> Result<Bytes, EncodeError> {
    let mut sheet = SHEET.take();
    sheet.clear();
    let body = event
        .write_data(&mut sheet)
        .map(|()| Bytes::copy_from_slice(&sheet));
    if sheet.capacity() <= KEPT_SHEET {
        SHEET.set(sheet);
    }
    body
}
