//! What is wrong with something of Kazoo's.

/// Why a key, a message or a body is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KazooError {
    /// A `%` in a word of a routing key without two hex digits.
    #[error("`{word}`: the `%` at byte {at} is not followed by two hex digits")]
    BadEscape {
        /// The word.
        word: String,
        /// Byte position.
        at: usize,
    },
    /// The routing key is not that of a call event.
    #[error("`{key}` is not `call.EVENT.CALL-ID`, each a word that can be read")]
    BadRoutingKey {
        /// The key.
        key: String,
    },
    /// An account's id is not 32 bytes.
    #[error("an account's id has 32 bytes, not {found}")]
    BadAccountId {
        /// Bytes it has.
        found: usize,
    },
    /// A time before 1970, which is a Unix time nearly always.
    #[error(
        "{seconds} is no Gregorian time; they count from the year 0, so none is below 62167219200"
    )]
    NotGregorian {
        /// The seconds.
        seconds: i64,
    },
    /// A key every message of its kind has is missing or null.
    #[error("the message has no `{field}`")]
    Missing {
        /// The key.
        field: &'static str,
    },
    /// The message belongs to another category.
    #[error("`Event-Category` is `{found}`; known are {known}")]
    Category {
        /// What it is.
        found: String,
        /// Those that are known.
        known: &'static str,
    },
    /// A value is of another kind than it must be.
    #[error("`{field}` is not {wanted}")]
    Kind {
        /// The key.
        field: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// The message says it is another account's, or another user's, than it is published for.
    #[error("`{field}` is not the one the event is published for; leave it out or make them agree")]
    Audience {
        /// The key.
        field: &'static str,
    },
    /// Kazoo's events are for an account, or for one user of it.
    #[error("a Kazoo event is for an account or one user; publish it once for each")]
    SeveralUsers,
    /// The key given names another event than the message does.
    #[error("the routing key `{key}` is that of another event")]
    OtherEvent {
        /// The key.
        key: String,
    },
    /// The text is no recorded event: no `name` and `args`, or another kind of packet.
    #[error("not an event: {reason}")]
    NotAnEvent {
        /// Why.
        reason: &'static str,
    },
    /// The body is in Erlang's external term format.
    #[error("the body is `application/erlang`; set Kazoo to publish JSON")]
    Erlang,
    /// The body is of a type no Kazoo application writes.
    #[error("the body is `{found}`, not `application/json`")]
    ContentType {
        /// Its type.
        found: String,
    },
    /// The body is compressed in a way no Kazoo application does.
    #[error("the body's encoding is `{found}`, not `gzip`")]
    ContentEncoding {
        /// Its encoding.
        found: String,
    },
    /// The body is not gzip, or cut short.
    #[error("the body is not gzip")]
    Gzip(#[source] std::io::Error),
    /// The body is larger than any message once unpacked.
    #[error("the body has more than {limit} bytes when unpacked")]
    TooLarge {
        /// Most bytes.
        limit: u64,
    },
    /// The message is no JSON object, or names a key twice.
    #[error(transparent)]
    Decode(#[from] Box<trunkline_core::DecodeError>),
}

impl KazooError {
    /// A short word for the kind, for counters and lines of output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadEscape { .. } => "bad_escape",
            Self::BadRoutingKey { .. } => "bad_routing_key",
            Self::BadAccountId { .. } => "bad_account_id",
            Self::NotGregorian { .. } => "not_gregorian",
            Self::NotAnEvent { .. } => "not_an_event",
            Self::Erlang => "erlang",
            Self::ContentType { .. } => "content_type",
            Self::ContentEncoding { .. } => "content_encoding",
            Self::Gzip(_) => "gzip",
            Self::TooLarge { .. } => "too_large",
            Self::Decode(_) => "not_json",
            Self::Missing { .. }
            | Self::Category { .. }
            | Self::Kind { .. }
            | Self::Audience { .. }
            | Self::SeveralUsers
            | Self::OtherEvent { .. } => "invalid",
        }
    }
}
