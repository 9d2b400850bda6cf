use std::convert::Infallible;

use crate::headers::HeaderError;
use crate::keys::KeyError;

/// Why a binding or a header condition was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BindingError {
    /// The builder was given no condition.
    #[error("a binding has no condition; say `Binding::everything()` if it is to match all")]
    NoCondition,
    /// The name or the header condition was given twice.
    #[error("a binding has one {what}, and it was given twice; make two bindings")]
    Twice {
        /// Which of them.
        what: &'static str,
    },
    /// A header condition has no test: RabbitMQ would match all for `all` and nothing for `any`.
    #[error("a header condition has no test; leave it away, or say `Binding::everything()`")]
    NoTest,
    /// A condition names a header that RabbitMQ never looks at.
    #[error("a condition on the header `{name}` cannot hold: brokers ignore `x-`; rename it")]
    ReservedHeader {
        /// The header.
        name: String,
    },
    /// A condition asks for null, which a broker takes for mere presence.
    #[error("a condition wants `{name}` to be null; use `HeaderTest::present` for any value")]
    NullValue {
        /// The header.
        name: String,
    },
    /// A condition asks for NaN, which equals nothing.
    #[error("a condition wants `{name}` to be NaN, which equals nothing; test for a number")]
    NotANumber {
        /// The header.
        name: String,
    },
    /// A condition asks that one header have two values at once.
    #[error("a condition wants two values of `{name}` at once; use `HeaderCondition::any`")]
    Conflict {
        /// The header.
        name: String,
    },
    /// A header cannot exist.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// A name or key pattern is malformed.
    #[error(transparent)]
    Pattern(#[from] KeyError),
}

impl From<Infallible> for BindingError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
