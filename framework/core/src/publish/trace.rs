//! W3C trace context, carried from event to event.

use std::fmt;
use std::str::FromStr;

/// The header that carries a trace (W3C Trace Context §3.2).
pub const TRACEPARENT: &str = "traceparent";
/// The header that carries what tracing systems add (W3C Trace Context §3.3).
pub const TRACESTATE: &str = "tracestate";

/// A place in a distributed trace, as the `traceparent` header has it.
///
/// # Examples
/// ```
/// use trunkline_core::TraceContext;
///
/// let parent: TraceContext =
///     "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".parse()?;
/// let child = parent.child();
/// assert_eq!(child.trace_id(), parent.trace_id());
/// assert_ne!(child.span_id(), parent.span_id());
/// # Ok::<(), trunkline_core::TraceContextError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceContext {
    trace_id: u128,
    span_id: u64,
    flags: u8,
}

impl TraceContext {
    /// Begins a new, sampled trace.
    pub fn generate() -> Self {
        // All-zero ids are invalid (W3C Trace Context §3.2.2).
        Self {
            trace_id: fastrand::u128(1..),
            span_id: fastrand::u64(1..),
            flags: 1,
        }
    }

    /// A new span of the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            span_id: fastrand::u64(1..),
            ..*self
        }
    }

    /// The trace all its spans share.
    pub fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// This span.
    pub fn span_id(&self) -> u64 {
        self.span_id
    }

    /// Whether the trace is recorded.
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id, self.span_id, self.flags
        )
    }
}

/// A `traceparent` that is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a W3C traceparent; expected `00-<32 hex>-<16 hex>-<2 hex>`, ids not all zero")]
pub struct TraceContextError;

impl FromStr for TraceContext {
    type Err = TraceContextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let part = parts.next().ok_or(TraceContextError)?;
            let fits = part.len() == digits
                && part
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if !fits {
                return Err(TraceContextError);
            }
            u128::from_str_radix(part, 16).map_err(|_| TraceContextError)
        };
        let version = part(2)?;
        let (trace_id, span_id, flags) = (part(32)?, part(16)?, part(2)?);
        // Later versions may append fields; version 0 may not (W3C Trace Context §4.3).
        let ends = version != 0 || parts.next().is_none();
        if version == 0xff || trace_id == 0 || span_id == 0 || !ends {
            return Err(TraceContextError);
        }
        let span_id = u64::try_from(span_id).map_err(|_| TraceContextError)?;
        let flags = u8::try_from(flags).map_err(|_| TraceContextError)?;
        Ok(Self {
            trace_id,
            span_id,
            flags,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let context = TraceContext::generate();
        assert_eq!(context.to_string().parse(), Ok(context));
    }

    #[test]
    fn malformed_contexts_are_refused() {
        let zero = "0".repeat(32);
        for text in [
            "",
            "00",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-+af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            &format!("00-{zero}-b7ad6b7169203331-01"),
        ] {
            assert_eq!(
                text.parse::<TraceContext>(),
                Err(TraceContextError),
                "{text}"
            );
        }
    }
}
