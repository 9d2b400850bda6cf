//! The heart of Trunkline: events, envelopes, keys and matching, the transport contract, the
//! dispatcher and the service.
//!
//! Applications depend on the crate `trunkline`, which re-exports all of this; transports, dialects
//! and middleware depend on this one.

#[doc(hidden)]
pub mod __private;
mod dialect;
mod dispatch;
mod envelope;
mod error;
mod event;
mod handler;
mod handler_error;
mod headers;
mod keys;
mod matching;
mod observe;
mod publish;
mod service;
mod sync;
mod template;
mod transport;

pub use dialect::{DecodeError, Dialect, DialectExt, EncodeError, Plain};
pub use dispatch::{DrainReport, Guarantee, HandlerId, Lanes, RetryPolicy};
pub use envelope::{Envelope, EventId, Properties};
pub use error::BoxError;
pub use event::{
    Addressed, Audience, Content, ContentError, DynamicEvent, Event, EventDefinition, EventView,
    Level, MultiUserEvent, Outgoing, PublishExtras, ServiceEvent, TenantEvent, TenantId, UserEvent,
    UserId,
};
pub use handler::{
    AttemptNumber, Context, Data, EventName, FromContext, HandlerFuture, HandlerService,
    IntoOutcome, RawHandler, State, TypedHandler,
};
pub use handler_error::{Disposition, HandlerError};
pub use headers::{
    HeaderError, HeaderLimits, HeaderRef, Headers, IntoHeader, ListRef, TableRef, Value, ValueKind,
    ValueRef, is_reserved_header,
};
pub use keys::{
    KeyError, KeyErrorKind, KeyPattern, NamePattern, PatternShape, RoutingKey, escape_segment,
    unescape_segment,
};
pub use matching::{
    Binding, BindingBuilder, BindingError, BindingId, BindingIndex, HeaderCondition, HeaderTest,
    SharedIndex, Subject, TestMode,
};
pub use observe::{Attempt, Ending, Observer, count_reconnect};
pub use publish::{
    Bus, Publication, PublishError, Publisher, RequestError, Requester, TRACEPARENT, TRACESTATE,
    TraceContext, TraceContextError, answer,
};
pub use service::{
    BuildError, HandlerOptions, RunningService, Service, ServiceBuilder, ServiceError,
    ServiceHandle,
};
pub use template::{Template, TemplateError, TemplatePart, TemplateProblem, TemplateVariable};
pub use transport::{
    AttemptCount, Capabilities, DeadLetter, DeadLetters, DeadReason, DelayId, Delivery, Gap,
    HANDLERS_HEADER, HeaderSupport, Health, Incoming, Inspector, Lasting, Matching, Nack, Ordering,
    Overflow, Part, PartState, PublishOptions, Purpose, Receipt, Redelivery, Rejection, Routing,
    SettleError, SettleFuture, Settlement, Settler, Source, SubscribeOptions, Subscription,
    SubscriptionControl, SubscriptionKind, Ticket, Topology, Transport, TransportError,
    TransportErrorKind, UnroutableDetection, check_publish,
};
