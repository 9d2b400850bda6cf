use super::{HeaderError, Headers, packed};
use crate::keys::has_control;

/// How much a set of headers may hold before a publish refuses it.
///
/// These are the limits of a deployment, checked by [`Headers::check`]. [`Headers`] itself has
/// wider ones of its own, so that what a broker delivers can still be looked at.
///
/// # Examples
///
/// ```
/// use trunkline_core::{HeaderLimits, Headers};
///
/// let headers = Headers::try_from_iter([("a", 1), ("b", 2)])?;
/// assert!(headers.check(&HeaderLimits::default()).is_ok());
/// assert!(headers.check(&HeaderLimits::default().with_headers(1)).is_err());
/// # Ok::<(), trunkline_core::HeaderError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderLimits {
    /// Most headers at the top level. Default 256.
    pub headers: usize,
    /// Most bytes of a name, at the top level. Default 255, the AMQP short string.
    pub name_bytes: usize,
    /// Most lists and tables inside each other. Default 8.
    pub nesting: usize,
    /// Most bytes of all names and values together, as [`Headers::byte_len`] counts them. Default
    /// 64 KiB: RabbitMQ ends the connection when they pass one frame, 128 KiB by default.
    pub bytes: usize,
}

impl Default for HeaderLimits {
    fn default() -> Self {
        Self {
            headers: 256,
            name_bytes: Headers::MAX_NAME,
            nesting: 8,
            bytes: 64 << 10,
        }
    }
}

impl HeaderLimits {
    /// Sets the most headers.
    #[must_use]
    pub fn with_headers(mut self, headers: usize) -> Self {
        self.headers = headers;
        self
    }

    /// Sets the most bytes of a name.
    #[must_use]
    pub fn with_name_bytes(mut self, name_bytes: usize) -> Self {
        self.name_bytes = name_bytes;
        self
    }

    /// Sets the most lists and tables inside each other.
    #[must_use]
    pub fn with_nesting(mut self, nesting: usize) -> Self {
        self.nesting = nesting;
        self
    }

    /// Sets the most bytes of all headers together.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }
}

impl Headers {
    /// Checks that these headers keep within `limits`.
    ///
    /// # Errors
    ///
    /// The first limit that is passed: [`HeaderError::TooMany`], [`HeaderError::TooLarge`],
    /// [`HeaderError::NameTooLong`] or [`HeaderError::TooDeep`].
    pub fn check(&self, limits: &HeaderLimits) -> Result<(), HeaderError> {
        if self.len() > limits.headers {
            return Err(HeaderError::TooMany {
                count: self.len(),
                limit: limits.headers,
            });
        }
        let mut bytes = 0;
        for entry in self.raw() {
            let name = || packed_name(entry).to_owned();
            bytes += entry.whole.len();
            if bytes > limits.bytes {
                return Err(HeaderError::TooLarge {
                    name: name(),
                    limit: limits.bytes,
                });
            }
            if entry.name.len() > limits.name_bytes {
                return Err(name_too_long(packed_name(entry), limits.name_bytes));
            }
            if entry.value.depth() > limits.nesting {
                return Err(HeaderError::TooDeep {
                    name: name(),
                    limit: limits.nesting,
                });
            }
        }
        Ok(())
    }
}

/// Checks a name: not empty, at most 255 bytes, no control character.
pub(super) fn check_name(name: &str) -> Result<(), HeaderError> {
    if name.is_empty() {
        return Err(HeaderError::EmptyName);
    }
    if name.len() > Headers::MAX_NAME {
        return Err(name_too_long(name, Headers::MAX_NAME));
    }
    if !has_control(name) {
        return Ok(());
    }
    match name.char_indices().find(|(_, c)| c.is_control()) {
        Some((at, _)) => Err(HeaderError::ControlInName {
            name: name.to_owned(),
            at,
        }),
        None => Ok(()),
    }
}

fn name_too_long(name: &str, limit: usize) -> HeaderError {
    let shown = name.chars().take(40).collect();
    HeaderError::NameTooLong {
        shown,
        bytes: name.len(),
        limit,
    }
}

fn packed_name(entry: packed::RawEntry<'_>) -> &str {
    super::value::text(entry.name)
}
