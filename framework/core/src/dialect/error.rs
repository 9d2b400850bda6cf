//! What is wrong with an event that is written or read.

use metrics::counter;

use crate::error::BoxError;
use crate::headers::HeaderError;
use crate::keys::KeyError;

/// Why an event could not be written into an envelope.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A template names a variable the event does not have.
    #[error(
        "event `{event}`: {field} `{template}` names `{variable}`, which the event does not have; \
         add it to the content or correct the template"
    )]
    MissingVariable {
        /// The event.
        event: String,
        /// `routing_key` or `required_acl`.
        field: &'static str,
        /// The template.
        template: String,
        /// The variable, with its path.
        variable: String,
    },
    /// An event above the service level was given no tenant, or a user event no user where one
    /// is needed.
    #[error("event `{event}`: {missing} is missing; say whom the event is for")]
    MissingAudience {
        /// The event.
        event: String,
        /// `tenant` or `user`.
        missing: &'static str,
    },
    /// The content serialises to something other than a JSON object.
    #[error("event `{event}`: content is not a JSON object; wrap it in a struct or a map")]
    NotAnObject {
        /// The event.
        event: String,
    },
    /// The content cannot be serialised.
    #[error("event `{event}`: content cannot be written as JSON")]
    Content {
        /// The event.
        event: String,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
    /// The content is nested deeper than readers of the dialect go.
    #[error("event `{event}`: content is nested deeper than {limit} levels; flatten it")]
    TooDeep {
        /// The event.
        event: String,
        /// Levels allowed.
        limit: usize,
    },
    /// A value cannot travel as a header.
    #[error("event `{event}`: header `{header}` cannot be carried")]
    Header {
        /// The event.
        event: String,
        /// The header.
        header: String,
        /// Why.
        #[source]
        source: HeaderError,
    },
    /// The routing key that came out of the template cannot be one.
    #[error("event `{event}`: routing key `{key}` cannot be used")]
    RoutingKey {
        /// The event.
        event: String,
        /// The key.
        key: String,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The dialect refuses the event for a reason of its own.
    #[error("event `{event}`: the {dialect} dialect cannot write it")]
    Dialect {
        /// The event.
        event: String,
        /// The dialect.
        dialect: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
}

/// Why an envelope could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body is not UTF-8, so it cannot be JSON either.
    #[error("the body is not UTF-8; is it compressed, or an event of another dialect?")]
    NotUtf8(#[source] std::str::Utf8Error),
    /// The body is not JSON.
    #[error("the body is not JSON; is this event of another dialect?")]
    NotJson(#[source] serde_json::Error),
    /// The body is JSON, but not an object.
    #[error("the body is JSON but not an object")]
    NotAnObject,
    /// The body names a key twice, so that readers could differ about it.
    #[error("the body names the key `{0}` twice")]
    DuplicateKey(String),
    /// The body is nested deeper than any event of ours.
    #[error("the body is nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// The body lacks something the dialect always writes.
    #[error("the body has no `{0}`")]
    Missing(&'static str),
    /// The content is not of the type the handler takes.
    #[error("the data is not a `{event}`")]
    Data {
        /// The event the handler takes.
        event: String,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
    /// A header contradicts the dialect.
    #[error("header `{header}` is {found}; the dialect has {wanted} there")]
    Header {
        /// The header.
        header: String,
        /// What it holds.
        found: &'static str,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The dialect refuses the envelope for a reason of its own.
    #[error("the {dialect} dialect cannot read it")]
    Dialect {
        /// The dialect.
        dialect: &'static str,
        /// The reason in a word or two, `like_this`, for counters.
        reason: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
}

impl DecodeError {
    /// What is wrong in a word or two, `like_this`: few, and the same for ever, as counters want it.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotUtf8(_) => "not_utf8",
            Self::NotJson(_) => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::DuplicateKey(_) => "duplicate_key",
            Self::TooDeep { .. } => "too_deep",
            Self::Missing(_) => "missing",
            Self::Data { .. } => "data",
            Self::Header { .. } => "header",
            Self::Dialect { reason, .. } => reason,
        }
    }

    /// Counts it in `trunkline_unreadable_total`, by `dialect` and `reason`; for dialects.
    #[must_use]
    pub fn counted(self, dialect: &'static str) -> Self {
        let reason = self.reason();
        counter!("trunkline_unreadable_total", "dialect" => dialect, "reason" => reason)
            .increment(1);
        self
    }
}
