//! Options of publish and subscribe, and what publish returns.

use std::fmt;
use std::num::NonZeroU16;
use std::time::Duration;

use crate::matching::Binding;

/// How one envelope is published.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PublishOptions {
    /// Deliver no sooner than this from now. Default none: at once.
    pub delay: Option<Duration>,
    /// Keep the event as the last value of its key, for later subscribers; an empty body clears
    /// it. Default false.
    pub retain: bool,
    /// Longest wait for room, for the link and for the broker's word. Default 30 s.
    pub timeout: Duration,
}

impl Default for PublishOptions {
    fn default() -> Self {
        Self {
            delay: None,
            retain: false,
            timeout: Duration::from_secs(30),
        }
    }
}

impl PublishOptions {
    /// The defaults: at once, not kept, 30 s of patience.
    pub fn new() -> Self {
        Self::default()
    }

    /// Delivers no sooner than this from now.
    #[must_use]
    pub fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Keeps the event as the last value of its key.
    #[must_use]
    pub fn with_retain(mut self, retain: bool) -> Self {
        self.retain = retain;
        self
    }

    /// Waits this long at most.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

/// Whether a published event reached anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Routing {
    /// At least one subscription has it.
    Routed,
    /// Nobody is bound to it.
    Unroutable,
    /// The broker does not say.
    Unknown,
}

/// Names a delayed event, to withdraw it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DelayId(Box<str>);

impl DelayId {
    /// Takes the transport's own id.
    pub fn new(id: impl Into<Box<str>>) -> Self {
        Self(id.into())
    }

    /// The transport's own id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DelayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The broker's word that it owns a published event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// Whether it reached anybody.
    pub routing: Routing,
    /// For a delayed event, what to withdraw it by.
    pub delay_id: Option<DelayId>,
}

impl Receipt {
    /// A receipt that says where the event went.
    pub fn new(routing: Routing) -> Self {
        Self {
            routing,
            delay_id: None,
        }
    }

    /// A receipt for an event to be delivered later.
    pub fn delayed(id: DelayId) -> Self {
        Self {
            routing: Routing::Unknown,
            delay_id: Some(id),
        }
    }

    /// Whether the broker said that nobody is bound to the event.
    pub fn is_unroutable(&self) -> bool {
        self.routing == Routing::Unroutable
    }
}

/// Who shares a subscription's deliveries, and what outlives it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionKind {
    /// Its own copy of every event, while it lives.
    Live,
    /// Members share the deliveries; what is unread outlives them all.
    Group {
        /// The group's name, unique on the broker.
        name: String,
    },
    /// A group with one active member; the next takes over when it leaves.
    Exclusive {
        /// The group's name, unique on the broker.
        name: String,
    },
}

impl SubscriptionKind {
    /// The group's name, if there is one.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::Live => None,
            Self::Group { name } | Self::Exclusive { name } => Some(name),
        }
    }
}

/// What happens when a subscription's place for unread events is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Publishers wait, and are told [`Full`](super::TransportError::Full) at their timeout.
    /// The default of groups.
    Wait,
    /// Publishers are told [`Full`](super::TransportError::Full) at once.
    Refuse,
    /// The oldest unread event goes, and the subscriber is told of the gap. The default of live
    /// subscriptions, so that a stuck one holds nobody up.
    DropOldest,
}

/// How a subscription behaves.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SubscribeOptions {
    /// Who shares the deliveries.
    pub kind: SubscriptionKind,
    /// What reaches the subscription; any one binding suffices, and an event that several match
    /// arrives once.
    pub bindings: Vec<Binding>,
    /// Most unsettled deliveries in flight. Default 64. Higher is faster; more comes back after
    /// a crash.
    pub prefetch: NonZeroU16,
    /// Most unread events kept for the subscription, where the transport keeps them. Default
    /// 10 000.
    pub max_unread: usize,
    /// What happens beyond `max_unread`. `None` takes the kind's default.
    pub overflow: Option<Overflow>,
    /// Keep rejected deliveries as dead letters. Default true; false drops and counts them.
    pub keep_dead_letters: bool,
    /// Leave out what this same transport published. Default false.
    pub no_local: bool,
}

impl SubscribeOptions {
    /// A subscription of its own, which ends with the subscriber.
    pub fn live(bindings: impl IntoIterator<Item = Binding>) -> Self {
        Self::new(SubscriptionKind::Live, bindings)
    }

    /// A member of a durable group.
    pub fn group(name: impl Into<String>, bindings: impl IntoIterator<Item = Binding>) -> Self {
        Self::new(SubscriptionKind::Group { name: name.into() }, bindings)
    }

    /// A member of a durable group with one active member at a time.
    pub fn exclusive(name: impl Into<String>, bindings: impl IntoIterator<Item = Binding>) -> Self {
        Self::new(SubscriptionKind::Exclusive { name: name.into() }, bindings)
    }

    /// A subscription of the given kind.
    pub fn new(kind: SubscriptionKind, bindings: impl IntoIterator<Item = Binding>) -> Self {
        Self {
            kind,
            bindings: bindings.into_iter().collect(),
            prefetch: NonZeroU16::new(64).expect("64 is not zero"),
            max_unread: 10_000,
            overflow: None,
            keep_dead_letters: true,
            no_local: false,
        }
    }

    /// Sets the most unsettled deliveries in flight.
    #[must_use]
    pub fn with_prefetch(mut self, prefetch: NonZeroU16) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Sets the most unread events kept.
    #[must_use]
    pub fn with_max_unread(mut self, max_unread: usize) -> Self {
        self.max_unread = max_unread;
        self
    }

    /// Sets what happens beyond `max_unread`.
    #[must_use]
    pub fn with_overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = Some(overflow);
        self
    }

    /// Sets whether rejected deliveries are kept.
    #[must_use]
    pub fn with_dead_letters(mut self, keep: bool) -> Self {
        self.keep_dead_letters = keep;
        self
    }

    /// Sets whether this transport's own events are left out.
    #[must_use]
    pub fn with_no_local(mut self, no_local: bool) -> Self {
        self.no_local = no_local;
        self
    }

    /// What happens beyond `max_unread`, the kind's default filled in.
    pub fn overflow_or_default(&self) -> Overflow {
        self.overflow.unwrap_or(match self.kind {
            SubscriptionKind::Live => Overflow::DropOldest,
            SubscriptionKind::Group { .. } | SubscriptionKind::Exclusive { .. } => Overflow::Wait,
        })
    }
}
