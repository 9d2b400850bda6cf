/// Why headers were refused.
///
/// Values are never shown: a header may carry a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// A header has no name.
    #[error("a header has an empty name; give it one")]
    EmptyName,
    /// A name is longer than AMQP can carry.
    #[error("the header name `{shown}` has {bytes} bytes; use {limit} at most")]
    NameTooLong {
        /// The beginning of the name.
        shown: String,
        /// The length of the name, in bytes.
        bytes: usize,
        /// The most bytes a name may have.
        limit: usize,
    },
    /// A name holds a control character.
    #[error("the header name {name:?} has a control character at byte {at}; remove it")]
    ControlInName {
        /// The name.
        name: String,
        /// Where the character stands, in bytes.
        at: usize,
    },
    /// There are more headers than allowed.
    #[error("{count} headers are more than the {limit} allowed; send fewer, or raise the limit")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The headers take more bytes than allowed.
    #[error("with `{name}` the headers exceed {limit} bytes; put large values into the payload")]
    TooLarge {
        /// The header that does not fit.
        name: String,
        /// The most bytes all headers may take.
        limit: usize,
    },
    /// Lists and tables are nested too deeply.
    #[error("the header `{name}` nests lists or tables more than {limit} deep; flatten it")]
    TooDeep {
        /// The header.
        name: String,
        /// How deep values may be nested.
        limit: usize,
    },
    /// An integer is above the largest 64-bit signed one.
    #[error("the header `{name}` holds an integer above 2^63 - 1; send it as text")]
    IntegerTooLarge {
        /// The header.
        name: String,
    },
    /// JSON has no byte strings.
    #[error("JSON cannot hold the bytes in `{name}`; encode them as text first")]
    BytesInJson {
        /// The header.
        name: String,
    },
    /// JSON has neither NaN nor infinities.
    #[error("JSON cannot hold the number in `{name}`, which is NaN or infinite; send it as text")]
    NotFiniteInJson {
        /// The header.
        name: String,
    },
}
