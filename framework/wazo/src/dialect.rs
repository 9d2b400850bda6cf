//! The dialect itself.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use trunkline_core::{
    Audience, Binding, DecodeError, Dialect, EncodeError, Envelope, EventView, HeaderCondition,
    HeaderTest,
};

use crate::line::Description;
use crate::time::LocalTime;
use crate::{DIALECT, decode, encode, names};

/// Writes and reads events as the services of a Wazo platform do.
///
/// # Examples
/// ```
/// use trunkline_core::{Audience, Dialect, DynamicEvent, EventView, PublishExtras};
/// use trunkline_wazo::Wazo;
///
/// let wazo = Wazo::new().with_origin("6b1f6f0e-0c53-4c0f-9a0e-3f6c3a1d2b4c");
/// let event = DynamicEvent::user("call_held", "calls.{call_id}.held", "t1", "u1")?
///     .with_required_acl("events.calls.{user_uuid}")?
///     .with_content(&serde_json::json!({"call_id": "1700000000.42"}))?;
/// let envelope = wazo.encode(&EventView::new(&event, &PublishExtras::default()))?;
///
/// assert_eq!(envelope.routing_key().as_str(), "calls.1700000000__DOT__42.held");
/// assert_eq!(envelope.headers().text("required_acl"), Some("events.calls.u1"));
/// assert_eq!(wazo.audience(&envelope)?, *event.audience());
/// assert_eq!(wazo.data(&envelope)?, r#"{"call_id":"1700000000.42"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Wazo {
    origin: Option<Box<str>>,
    clock: Option<Arc<dyn Fn() -> LocalTime + Send + Sync>>,
}

impl Wazo {
    /// Speaks for no stack in particular, by the system's clock.
    ///
    /// Without an [origin](Self::with_origin) no client of wazo-websocketd sees the events.
    pub fn new() -> Self {
        Self {
            origin: None,
            clock: None,
        }
    }

    /// Sets the UUID of the Wazo stack that publishes, the header `origin_uuid`.
    pub fn with_origin(mut self, uuid: impl Into<Box<str>>) -> Self {
        self.origin = Some(uuid.into());
        self
    }

    /// Sets the clock that events are dated by, for tests. Default [`LocalTime::now`].
    pub fn with_clock(mut self, clock: impl Fn() -> LocalTime + Send + Sync + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Reads an envelope back into the description of its event.
    ///
    /// # Errors
    /// [`DecodeError`] when the body is not UTF-8, not JSON, not an object, names a key twice or
    /// nests deeper than [`MAX_DEPTH`](crate::MAX_DEPTH), when no name is to be found, or when a
    /// header is of a kind Wazo does not have there.
    pub fn describe(&self, envelope: &Envelope) -> Result<Description, DecodeError> {
        decode::describe(envelope)
    }
}

impl Default for Wazo {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Wazo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wazo")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

fn counted(error: DecodeError) -> DecodeError {
    error.counted(DIALECT)
}

impl Dialect for Wazo {
    fn name(&self) -> &'static str {
        DIALECT
    }

    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
        let now = self
            .clock
            .as_ref()
            .map_or_else(LocalTime::now, |clock| clock());
        encode::encode(event, self.origin.as_deref(), &now).map(|encoded| encoded.envelope)
    }

    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>> {
        // Nobody may ask further after an event without a name: what is wrong counts here.
        decode::event_name(envelope).map_err(counted).ok()
    }

    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError> {
        decode::audience(envelope).map_err(counted)
    }

    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError> {
        decode::data(envelope).map(Cow::Borrowed).map_err(counted)
    }

    fn binding_for(&self, event_name: &str) -> Binding {
        let by_name = Binding::builder().name(event_name).build();
        // A name that reads as a glob, or cannot be a name's pattern, is asked for as a header.
        match by_name {
            Ok(binding) if binding.name().is_some_and(|name| name.is_exact()) => binding,
            _ => HeaderCondition::all([HeaderTest::equals(names::NAME, event_name)])
                .map_or_else(|_| Binding::everything(), Binding::from),
        }
    }
}
