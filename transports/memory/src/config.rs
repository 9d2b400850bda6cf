//! What a broker in memory allows.

use std::time::Duration;

use trunkline_core::{
    AttemptCount, Capabilities, HeaderLimits, HeaderSupport, Ordering, PatternShape, Redelivery,
    UnroutableDetection,
};

/// What a broker in memory allows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MemoryConfig {
    /// Largest body in bytes. Default 16 MiB.
    pub max_payload: usize,
    /// Most and largest headers.
    pub header_limits: HeaderLimits,
    /// Most dead letters kept for each group; beyond it the oldest goes, with a warning. Default
    /// 10 000.
    pub max_dead_letters: usize,
    /// How often a link shows that it lives; after two of these in silence it is lost. Default
    /// 10 s.
    pub heartbeat: Duration,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self {
            max_payload: 16 * 1024 * 1024,
            header_limits: HeaderLimits::default(),
            max_dead_letters: 10_000,
            heartbeat: Duration::from_secs(10),
        }
    }
}

impl MemoryConfig {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the largest body, in bytes.
    #[must_use]
    pub fn with_max_payload(mut self, bytes: usize) -> Self {
        self.max_payload = bytes;
        self
    }

    /// Sets the most and largest headers.
    #[must_use]
    pub fn with_header_limits(mut self, limits: HeaderLimits) -> Self {
        self.header_limits = limits;
        self
    }

    /// Sets the most dead letters kept for each group.
    #[must_use]
    pub fn with_max_dead_letters(mut self, count: usize) -> Self {
        self.max_dead_letters = count;
        self
    }

    /// Sets how often a link shows that it lives.
    #[must_use]
    pub fn with_heartbeat(mut self, heartbeat: Duration) -> Self {
        self.heartbeat = heartbeat;
        self
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        let mut can = Capabilities::none();
        can.durable_subscription = true;
        can.groups = true;
        can.broadcast = true;
        can.exclusive = true;
        can.redelivery = Redelivery::Immediate;
        can.attempt_count = AttemptCount::Exact;
        can.headers = HeaderSupport::Typed;
        can.pattern = PatternShape::MultiAnywhere;
        can.header_match = true;
        can.ordering = Ordering::PerSubscription;
        can.delay = true;
        can.cancel_delay = true;
        can.expiry = true;
        can.dead_letter = true;
        can.retain = true;
        can.no_local = true;
        can.publish_confirm = true;
        can.unroutable = UnroutableDetection::Always;
        can.ack_sure = true;
        can.max_payload = self.max_payload;
        can.header_limits = self.header_limits.clone();
        can.flow_control = true;
        can
    }
}
