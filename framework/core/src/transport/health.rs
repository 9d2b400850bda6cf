//! The truth about a link.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// How a transport or a service is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// Not connected yet.
    Connecting,
    /// Everything promised is being done.
    Running,
    /// The link is gone and being restored; since when, and why.
    Degraded {
        /// When the trouble began.
        since: SystemTime,
        /// What the trouble is, without secrets.
        reason: Arc<str>,
    },
    /// Finishing what is in hand; taking nothing new.
    Draining,
    /// Ended.
    Closed,
}

impl Health {
    /// Whether everything promised is being done.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running)
    }

    /// The state's word, as logs, metrics and the program print it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Running => "running",
            Self::Degraded { .. } => "degraded",
            Self::Draining => "draining",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Degraded { reason, .. } => write!(f, "degraded: {reason}"),
            other => f.write_str(other.as_str()),
        }
    }
}
