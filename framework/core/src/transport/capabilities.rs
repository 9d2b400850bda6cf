//! What a transport can do.

use crate::headers::HeaderLimits;
use crate::keys::PatternShape;

/// When deliveries left unsettled come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redelivery {
    /// As soon as the link or the subscription that held them is gone.
    Immediate,
    /// When the same subscriber connects again.
    OnReconnect,
    /// Never.
    None,
}

/// How well attempts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptCount {
    /// 1, 2, 3, ….
    Exact,
    /// First, or not first.
    Flag,
    /// Not at all.
    None,
}

/// How headers travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderSupport {
    /// With their types, natively.
    Typed,
    /// As text that carries the type.
    Text,
    /// Inside the body, in an envelope of ours.
    Envelope,
}

/// In which order deliveries come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ordering {
    /// As published, within one subscription.
    PerSubscription,
    /// As published, within one routing key.
    PerKey,
    /// In none.
    None,
}

/// Whether a publish that reaches nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnroutableDetection {
    /// Always.
    Always,
    /// When the broker cares to say.
    Advisory,
    /// Never.
    Never,
}

/// What a transport, as configured, can do. What it does not claim it refuses.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Groups outlive their members and catch up.
    pub durable_subscription: bool,
    /// Members of a group share its deliveries.
    pub groups: bool,
    /// Live subscriptions each get every event.
    pub broadcast: bool,
    /// One active member at a time, with takeover.
    pub exclusive: bool,
    /// When unsettled deliveries come back.
    pub redelivery: Redelivery,
    /// How well attempts are counted.
    pub attempt_count: AttemptCount,
    /// How headers travel.
    pub headers: HeaderSupport,
    /// The widest key pattern a binding may have; what the broker itself cannot match, the transport
    /// sorts out.
    pub pattern: PatternShape,
    /// Bindings may put conditions on headers.
    pub header_match: bool,
    /// In which order deliveries come.
    pub ordering: Ordering,
    /// Events may be published to arrive later.
    pub delay: bool,
    /// A delayed event may be withdrawn.
    pub cancel_delay: bool,
    /// Events may expire while they wait.
    pub expiry: bool,
    /// Rejected and exhausted deliveries are kept, with their story.
    pub dead_letter: bool,
    /// The last event of a key may be kept for later subscribers.
    pub retain: bool,
    /// A subscription may leave out what its own transport published.
    pub no_local: bool,
    /// `publish` returns when the broker owns the envelope.
    pub publish_confirm: bool,
    /// Whether a publish that reaches nobody is told.
    pub unroutable: UnroutableDetection,
    /// `ack_sure` returns when the ack cannot be lost any more.
    pub ack_sure: bool,
    /// Largest body in bytes.
    pub max_payload: usize,
    /// Most and largest headers.
    pub header_limits: HeaderLimits,
    /// Longest routing key in bytes.
    pub max_key: usize,
    /// The broker, or the transport for it, holds back a publisher that is too fast.
    pub flow_control: bool,
}

impl Capabilities {
    /// Claims nothing but the limits every transport shares; an adapter raises what it can do.
    pub fn none() -> Self {
        Self {
            durable_subscription: false,
            groups: false,
            broadcast: false,
            exclusive: false,
            redelivery: Redelivery::None,
            attempt_count: AttemptCount::None,
            headers: HeaderSupport::Envelope,
            pattern: PatternShape::Single,
            header_match: false,
            ordering: Ordering::None,
            delay: false,
            cancel_delay: false,
            expiry: false,
            dead_letter: false,
            retain: false,
            no_local: false,
            publish_confirm: false,
            unroutable: UnroutableDetection::Never,
            ack_sure: false,
            max_payload: 16 * 1024 * 1024,
            header_limits: HeaderLimits::default(),
            max_key: 255,
            flow_control: false,
        }
    }
}
