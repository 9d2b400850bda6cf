//! What is wrong with an event.

use trunkline_core::DecodeError;

use crate::DIALECT;

/// Why something is no CloudEvent, or cannot be one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CloudEventsError {
    /// Neither content type nor headers say that it is a CloudEvent.
    #[error(
        "nothing says that it is a CloudEvent: no `specversion`, no content type of CloudEvents"
    )]
    NotACloudEvent,
    /// Several events in one message.
    #[error("the message is a batch of CloudEvents; publish them one by one")]
    Batch,
    /// Structured mode in another format than JSON.
    #[error("the event is written as `{found}`; only application/cloudevents+json is read")]
    Format {
        /// The content type.
        found: String,
    },
    /// The body is packed in a way that CloudEvents does not know.
    #[error("the body is encoded as `{found}`; it must be sent as it is")]
    ContentEncoding {
        /// The content encoding.
        found: String,
    },
    /// Another version of the specification.
    #[error("`specversion` is `{found}`; only 1.0 is read")]
    Version {
        /// What it is.
        found: String,
    },
    /// An attribute that every event has is missing or empty.
    #[error("the event has no `{attribute}`")]
    Missing {
        /// The attribute.
        attribute: &'static str,
    },
    /// A name that no attribute may have.
    #[error("`{name}` cannot be an attribute: names are lower-case letters a-z and digits")]
    AttributeName {
        /// The name.
        name: String,
    },
    /// A value that no attribute may have.
    #[error("attribute `{name}` is {found}; attributes are text, whole numbers, true or false")]
    AttributeValue {
        /// The attribute.
        name: String,
        /// What it holds.
        found: &'static str,
    },
    /// A field of an event would be an attribute that has a meaning already.
    #[error(
        "the header field `{field}` would be the attribute `{attribute}`, which is taken; rename it"
    )]
    Taken {
        /// The field.
        field: String,
        /// The attribute.
        attribute: String,
    },
    /// The source is no URI reference, or is empty.
    #[error(
        "the source `{found}` is no URI reference; write `https://example.com/calld` or `/calld`"
    )]
    Source {
        /// What it is.
        found: String,
    },
    /// The time is none of RFC 3339.
    #[error("`time` is `{found}`, which is no time; write it like `2026-02-03T04:05:06.078901Z`")]
    Time {
        /// What it is.
        found: String,
    },
    /// Attributes under two prefixes, so that readers could differ about the event.
    #[error("attributes are written twice, as `{first}…` and as `{second}…`")]
    TwoPrefixes {
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// `data` and `data_base64`, of which there may be one.
    #[error("the event has both `data` and `data_base64`")]
    TwoData,
    /// `data_base64` is not base64.
    #[error("`data_base64` is not base64")]
    Base64(#[source] base64::DecodeError),
    /// `data` that is not JSON by its content type is not text either.
    #[error("`data` is of type `{content_type}`, but neither text nor `data_base64`")]
    DataKind {
        /// The type it says it is of.
        content_type: String,
    },
    /// The data is no JSON, so no event type can be made of it.
    #[error("the data is `{content_type}`, not JSON; read its bytes with `CloudEvents::read`")]
    NotJson {
        /// The type it says it is of.
        content_type: String,
    },
}

impl CloudEventsError {
    /// A short word for counters.
    fn reason(&self) -> &'static str {
        match self {
            Self::NotACloudEvent => "not_a_cloudevent",
            Self::Batch => "batch",
            Self::Format { .. } => "format",
            Self::ContentEncoding { .. } => "content_encoding",
            Self::Version { .. } => "version",
            Self::Missing { .. } => "missing",
            Self::AttributeName { .. } => "attribute_name",
            Self::AttributeValue { .. } => "attribute_value",
            Self::Taken { .. } => "taken",
            Self::Source { .. } => "source",
            Self::Time { .. } => "time",
            Self::TwoPrefixes { .. } => "two_prefixes",
            Self::TwoData => "two_data",
            Self::Base64(_) => "base64",
            Self::DataKind { .. } => "data_kind",
            Self::NotJson { .. } => "data_not_json",
        }
    }
}

impl From<CloudEventsError> for DecodeError {
    fn from(error: CloudEventsError) -> Self {
        Self::Dialect {
            dialect: DIALECT,
            reason: error.reason(),
            source: error.into(),
        }
    }
}
