//! Typed publishing.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::task::coop::consume_budget;

use super::trace::TraceContext;
use super::{Bus, TRACEPARENT, TRACESTATE};
use crate::dialect::EncodeError;
use crate::envelope::Envelope;
use crate::event::{EventView, Outgoing, PublishExtras};
use crate::headers::{HeaderError, Headers, IntoHeader};
use crate::transport::{PublishOptions, Receipt, TransportError};

/// Publishes events on a bus.
///
/// A publisher taken from a handler's [`Context`](crate::Context) carries the conversation on:
/// what it publishes has the same correlation id and trace, and the handled event as its cause.
///
/// # Examples
/// ```no_run
/// # use trunkline_core::{DynamicEvent, Publisher};
/// # async fn example(publisher: Publisher) -> Result<(), Box<dyn std::error::Error>> {
/// let event = DynamicEvent::service("lift_off", "pad.39a.lift_off")?;
/// publisher.publish(&event).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Publisher {
    bus: Bus,
    cause: Option<Envelope>,
}

impl Publisher {
    pub(crate) fn new(bus: Bus) -> Self {
        Self { bus, cause: None }
    }

    /// A publisher of what `cause` led to.
    pub fn caused_by(bus: Bus, cause: Envelope) -> Self {
        Self {
            bus,
            cause: Some(cause),
        }
    }

    /// The bus published on.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// Publishes an event; await the result, or add to it first.
    pub fn publish<'a>(&'a self, event: &'a impl Outgoing) -> Publication<'a> {
        Publication {
            publisher: self,
            event,
            extras: PublishExtras::default(),
            options: PublishOptions::default(),
            expiration: None,
            correlation_id: None,
            fault: None,
        }
    }

    /// Publishes an envelope as it is, but for the conversation it belongs to.
    ///
    /// Publishes that one task begins one after the other arrive in that order, if they share their key and the
    /// link holds, also while earlier ones wait for their confirms.
    ///
    /// # Errors
    /// [`TransportError`], as [`Transport::publish`](crate::Transport::publish) says.
    pub async fn publish_envelope(
        &self,
        mut envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        if let Some(cause) = &self.cause {
            follow(&mut envelope, cause);
        }
        let observers = self.bus.observers();
        let watched = observers.watch_publish(&envelope);
        let transport = self.bus.transport();
        let outcome = match transport.publish_at_once(envelope, &options) {
            Ok(outcome) => outcome,
            Err(envelope) => transport.publish(envelope, options).await,
        };
        observers.published(watched, &outcome);
        // There may have been no reason to wait, but other tasks must run all the same. Not before: of
        // publishes that overlap, the next must not overtake this one.
        consume_budget().await;
        outcome
    }
}

/// Marks an envelope as what `cause` led to.
fn follow(envelope: &mut Envelope, cause: &Envelope) {
    let properties = envelope.properties_mut();
    let id = cause.id().map(ToString::to_string);
    if properties.correlation_id().is_none() {
        let conversation = cause.properties().correlation_id().or(id.as_deref());
        properties.set_correlation_id(conversation);
    }
    properties.set_causation_id(id.as_deref());
    let Some(parent) = cause.headers().text(TRACEPARENT) else {
        return;
    };
    // A trace context we cannot read is not ours to carry on (W3C Trace Context §3.2).
    let Ok(parent) = parent.parse::<TraceContext>() else {
        return;
    };
    let headers = envelope.headers_mut();
    let trace = parent.child().to_string();
    let state = cause.headers().text(TRACESTATE);
    let set = headers
        .insert(TRACEPARENT, trace)
        .and_then(|()| state.map_or(Ok(()), |state| headers.insert(TRACESTATE, state)));
    debug_assert!(set.is_ok(), "trace headers are short text");
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher")
            .field("bus", &self.bus)
            .field("cause", &self.cause.as_ref().and_then(Envelope::id))
            .finish()
    }
}

/// An event about to be published: await it, or add to it first.
#[must_use = "nothing is published unless awaited"]
pub struct Publication<'a> {
    publisher: &'a Publisher,
    event: &'a dyn Outgoing,
    extras: PublishExtras,
    options: PublishOptions,
    expiration: Option<Duration>,
    correlation_id: Option<String>,
    /// The first mistake made while adding; told when awaited.
    fault: Option<(String, HeaderError)>,
}

impl Publication<'_> {
    /// Adds a header; where the event has one of that name, the event's wins.
    pub fn header(mut self, name: &str, value: impl IntoHeader) -> Self {
        if let Err(error) = self.extras.headers.insert(name, value) {
            self.fault.get_or_insert((name.to_owned(), error));
        }
        self
    }

    /// Adds several headers.
    pub fn headers(mut self, headers: Headers) -> Self {
        self.extras.headers = headers;
        self
    }

    /// Puts data beneath the event's content.
    pub fn initial_data(mut self, data: Map<String, Value>) -> Self {
        self.extras.initial_data = Some(data);
        self
    }

    /// Uses this routing key instead of the event's; empty means the event's.
    pub fn routing_key(mut self, key: impl Into<String>) -> Self {
        self.extras.routing_key = Some(key.into());
        self
    }

    /// Delivers no sooner than this from now.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.options.delay = Some(delay);
        self
    }

    /// Lets the event expire when it has waited this long.
    pub fn expires_in(mut self, expiration: Duration) -> Self {
        self.expiration = Some(expiration);
        self
    }

    /// Sets the id of the conversation.
    pub fn correlation_id(mut self, id: impl Into<String>) -> Self {
        self.correlation_id = Some(id.into());
        self
    }

    /// Keeps the event as the last value of its key.
    pub fn retain(mut self) -> Self {
        self.options.retain = true;
        self
    }

    /// Waits this long at most. Default 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = timeout;
        self
    }

    /// The envelope that awaiting this would publish, but for the conversation it joins.
    ///
    /// # Errors
    /// [`EncodeError`], naming the event and the field.
    pub fn encode(&self) -> Result<Envelope, EncodeError> {
        let view = EventView::new(self.event, &self.extras);
        if let Some((header, source)) = &self.fault {
            return Err(EncodeError::Header {
                event: view.name().to_owned(),
                header: header.clone(),
                source: source.clone(),
            });
        }
        let mut envelope = self.publisher.bus.dialect().encode(&view)?;
        if self.expiration.is_some() {
            envelope = envelope.with_expiration(self.expiration);
        }
        if let Some(id) = &self.correlation_id {
            envelope = envelope.with_correlation_id(id);
        }
        Ok(envelope)
    }
}

impl<'a> IntoFuture for Publication<'a> {
    type Output = Result<Receipt, PublishError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let envelope = self.encode()?;
            Ok(self
                .publisher
                .publish_envelope(envelope, self.options)
                .await?)
        })
    }
}

impl fmt::Debug for Publication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publication")
            .field("event", &self.event.event_definition().name)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Why an event was not published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// It could not be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// It could not be sent.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl PublishError {
    /// Whether publishing the same event again may succeed.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Encode(_) => false,
            Self::Transport(error) => error.is_retryable(),
        }
    }
}
