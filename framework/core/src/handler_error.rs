//! How a handler fails.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::error::BoxError;
use crate::transport::DeadReason;

/// What becomes of a delivery whose handler failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disposition {
    /// Try again: after this wait, or when the service's retry policy says.
    Retry(Option<Duration>),
    /// Never again: to the dead letters.
    Reject(DeadReason),
}

/// Why a handler did not get its event done.
///
/// Any error turns into one with `?` and means *try again*; a handler that knows better says
/// [`reject`](HandlerError::reject) or [`retry_after`](HandlerError::retry_after).
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use trunkline_core::HandlerError;
///
/// fn parse(text: &str) -> Result<u32, HandlerError> {
///     if text.is_empty() {
///         return Err(HandlerError::reject("an empty extension will never be valid"));
///     }
///     Ok(text.parse()?)
/// }
/// assert!(parse("").is_err());
/// ```
pub struct HandlerError {
    disposition: Disposition,
    source: BoxError,
}

impl HandlerError {
    /// Tries again, when the service's retry policy says.
    pub fn retry(error: impl Into<BoxError>) -> Self {
        Self {
            disposition: Disposition::Retry(None),
            source: error.into(),
        }
    }

    /// Tries again after this wait.
    pub fn retry_after(wait: Duration, error: impl Into<BoxError>) -> Self {
        Self {
            disposition: Disposition::Retry(Some(wait)),
            source: error.into(),
        }
    }

    /// Never again: the delivery becomes a dead letter.
    pub fn reject(error: impl Into<BoxError>) -> Self {
        Self {
            disposition: Disposition::Reject(DeadReason::Rejected),
            source: error.into(),
        }
    }

    /// The event cannot be read, and never will be.
    pub fn undecodable(error: impl Into<BoxError>) -> Self {
        Self {
            disposition: Disposition::Reject(DeadReason::Undecodable),
            source: error.into(),
        }
    }

    /// What becomes of the delivery.
    pub fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// What went wrong.
    pub fn source(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.source
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self::retry(error)
    }
}

impl fmt::Display for HandlerError {
    /// Writes the error and everything that led to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        let mut cause = self.source.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandlerError({:?}, {self})", self.disposition)
    }
}
