//! Why a transport could not do what was asked.

use std::time::Duration;

use crate::error::BoxError;
use crate::headers::HeaderError;
use crate::keys::KeyError;

/// The kinds of trouble a transport meets, to decide by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request itself is at fault: a key, a header, a size, an option.
    Refused,
    /// The transport does not offer it.
    Unsupported,
    /// The URL or the configuration is at fault.
    Configuration,
    /// The broker cannot be reached, or said no to us as a whole.
    Unreachable,
    /// The broker did not answer in time; whether it has the event is not known.
    Unknown,
    /// There is no room at present.
    Full,
    /// Another subscriber is in the way.
    Conflict,
    /// The transport or the subscription is closed.
    Closed,
    /// The broker did something unexpected.
    Broker,
}

/// Why a transport could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The routing key or pattern cannot go on the wire.
    #[error("{transport}: `{key}` cannot be a routing key or pattern")]
    Key {
        /// The transport.
        transport: &'static str,
        /// The key.
        key: String,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A header, or all of them together, cannot go on the wire.
    #[error("{transport}: the headers cannot be sent")]
    Header {
        /// The transport.
        transport: &'static str,
        /// Why.
        #[source]
        source: HeaderError,
    },
    /// A header name that belongs to brokers and to us.
    #[error("{transport}: header `{header}` begins with the reserved `x-`; give it another name")]
    ReservedHeader {
        /// The transport.
        transport: &'static str,
        /// The header.
        header: String,
    },
    /// The body is over the limit.
    #[error(
        "{transport}: the body has {size} bytes, the limit is {limit}; \
         send less, or raise `max_payload`"
    )]
    PayloadTooLarge {
        /// The transport.
        transport: &'static str,
        /// Bytes of this body.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The transport does not offer this, as its capabilities say.
    #[error("{transport}: {what} is not offered; {hint}")]
    Unsupported {
        /// The transport.
        transport: &'static str,
        /// What was asked.
        what: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
    /// A subscription that could never receive anything.
    #[error("{transport}: the subscription has no bindings; say `Binding::everything()` for all")]
    NoBindings {
        /// The transport.
        transport: &'static str,
    },
    /// The URL is at fault.
    #[error("`{url}`: {problem}; {hint}")]
    Url {
        /// The URL, without credentials.
        url: String,
        /// What is wrong.
        problem: String,
        /// The accepted forms.
        hint: String,
    },
    /// Nothing answered at the configured address.
    #[error("{transport}: cannot reach {endpoint}; check the host and port in `url`")]
    Unreachable {
        /// The transport.
        transport: &'static str,
        /// Host and port.
        endpoint: String,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The broker turned us away: credentials, virtual host, TLS, protocol level.
    #[error("{transport}: {endpoint} refuses the connection; check {check}")]
    Denied {
        /// The transport.
        transport: &'static str,
        /// Host and port.
        endpoint: String,
        /// What to check.
        check: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
    /// The broker did not confirm in time.
    #[error(
        "{transport}: no publisher confirm for `{routing_key}` within {waited:?}; \
         look for a broker alarm, or raise the timeout"
    )]
    ConfirmTimeout {
        /// The transport.
        transport: &'static str,
        /// The key of the event.
        routing_key: String,
        /// How long was waited.
        waited: Duration,
    },
    /// The link was lost while the answer was awaited; the broker may have the event.
    #[error(
        "{transport}: the link was lost; whether the broker has `{routing_key}` is not known; \
         publish again with the same id"
    )]
    Lost {
        /// The transport.
        transport: &'static str,
        /// The key of the event.
        routing_key: String,
    },
    /// There is no room for more unread events.
    #[error(
        "{transport}: `{subscription}` has no room for `{routing_key}` ({limit} unread); \
         let its subscribers catch up, or raise `max_unread`"
    )]
    Full {
        /// The transport.
        transport: &'static str,
        /// The subscription or group.
        subscription: String,
        /// The key of the event.
        routing_key: String,
        /// Most unread events allowed.
        limit: usize,
    },
    /// Members of one group differ in what they want.
    #[error(
        "{transport}: group `{group}` exists with other {what}; \
         give every member the same, or use another group"
    )]
    GroupConflict {
        /// The transport.
        transport: &'static str,
        /// The group.
        group: String,
        /// `bindings`, `kind`, …
        what: &'static str,
    },
    /// The group cannot be removed while it has members.
    #[error("{transport}: group `{group}` is in use; close its members first")]
    InUse {
        /// The transport.
        transport: &'static str,
        /// The group.
        group: String,
    },
    /// The transport or the subscription is closed.
    #[error("{transport}: closed")]
    Closed {
        /// The transport.
        transport: &'static str,
    },
    /// The broker did something unexpected.
    #[error("{transport}: {what}")]
    Broker {
        /// The transport.
        transport: &'static str,
        /// What it did.
        what: String,
        /// Why.
        #[source]
        source: Option<BoxError>,
    },
}

impl TransportError {
    /// The kind of trouble, to decide by.
    pub fn kind(&self) -> TransportErrorKind {
        use TransportErrorKind as Kind;
        match self {
            Self::Key { .. }
            | Self::Header { .. }
            | Self::ReservedHeader { .. }
            | Self::PayloadTooLarge { .. }
            | Self::NoBindings { .. } => Kind::Refused,
            Self::Unsupported { .. } => Kind::Unsupported,
            Self::Url { .. } => Kind::Configuration,
            Self::Unreachable { .. } | Self::Denied { .. } => Kind::Unreachable,
            Self::ConfirmTimeout { .. } | Self::Lost { .. } => Kind::Unknown,
            Self::Full { .. } => Kind::Full,
            Self::GroupConflict { .. } | Self::InUse { .. } => Kind::Conflict,
            Self::Closed { .. } => Kind::Closed,
            Self::Broker { .. } => Kind::Broker,
        }
    }

    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        use TransportErrorKind as Kind;
        match self {
            Self::Denied { .. } => false,
            other => {
                matches!(
                    other.kind(),
                    Kind::Unreachable | Kind::Unknown | Kind::Full | Kind::Broker
                )
            }
        }
    }
}
