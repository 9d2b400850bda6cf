//! What transports keep on their brokers, as values: to be shown and compared.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::{Capabilities, SubscribeOptions, TransportError};
use crate::headers::Headers;

/// Tells what a transport would declare, and what its broker has of it; changes nothing there.
///
/// A transport that is connected may declare things at once, so that this is a thing of its own,
/// made from the same URL.
///
/// # Contract
/// - `plan` asks nobody, and says what connecting, subscribing and retrying really declare: it is
///   made by the code that declares.
/// - `look` neither makes nor changes anything on the broker, not even for a moment.
/// - What cannot be asked for is [`Unknown`](PartState::Unknown), with the reason; it is never
///   passed off as there or missing.
#[async_trait]
pub trait Inspector: fmt::Debug + Send + Sync {
    /// The transport's name, such as `amqp`.
    fn name(&self) -> &'static str;

    /// What the transport, as configured, can do.
    fn capabilities(&self) -> &Capabilities;

    /// What is declared by connecting, by these subscriptions, and when their deliveries are tried
    /// again after these waits.
    ///
    /// # Errors
    /// [`Unsupported`](TransportError::Unsupported) for what `subscribe` would refuse.
    fn plan(
        &self,
        subscriptions: &[SubscribeOptions],
        waits: &[Duration],
    ) -> Result<Topology, TransportError>;

    /// What the broker has of the plan for these: a state for each of its parts, in their order.
    ///
    /// Cancel safe.
    ///
    /// # Errors
    /// As `plan`, and [`TransportError`] when the broker cannot be asked at all.
    async fn look(
        &self,
        subscriptions: &[SubscribeOptions],
        waits: &[Duration],
    ) -> Result<Vec<PartState>, TransportError>;
}

/// What a transport declares.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Topology {
    /// The things, in the order in which they are declared.
    pub parts: Vec<Part>,
    /// How each subscription is matched.
    pub matching: Vec<Matching>,
    /// What else is to be known, a sentence each.
    pub notes: Vec<String>,
}

/// One thing a transport declares on its broker.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// What it is, in the broker's own words, such as `exchange` or `topic filter`.
    pub kind: &'static str,
    /// Its name; of a binding, what it leads to.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// How long it is there.
    pub lasting: Lasting,
    /// Everything else that was declared of it, typed.
    pub settings: Headers,
}

impl Part {
    /// A part without settings that is there for good.
    pub fn new(kind: &'static str, name: impl Into<String>, purpose: Purpose) -> Self {
        Self {
            kind,
            name: name.into(),
            purpose,
            lasting: Lasting::Always,
            settings: Headers::new(),
        }
    }

    /// Sets how long it is there.
    #[must_use]
    pub fn with_lasting(mut self, lasting: Lasting) -> Self {
        self.lasting = lasting;
        self
    }

    /// Sets what else was declared of it.
    #[must_use]
    pub fn with_settings(mut self, settings: Headers) -> Self {
        self.settings = settings;
        self
    }
}

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Takes events from publishers.
    Events,
    /// Holds the events of a group.
    Group,
    /// Holds what the members of a group agree on.
    Members,
    /// Holds the events of a live subscription.
    Live,
    /// Holds dead letters.
    DeadLetters,
    /// Holds what waits for its next attempt.
    Wait,
}

impl Purpose {
    /// The purpose in words, such as `dead letters`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Group => "group",
            Self::Members => "members",
            Self::Live => "live subscription",
            Self::DeadLetters => "dead letters",
            Self::Wait => "wait",
        }
    }
}

/// How long a part is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lasting {
    /// From its declaration on, until somebody removes it.
    Always,
    /// As long as somebody uses it.
    WhileUsed,
    /// From its first use until nobody has used it for a while.
    WhenNeeded,
}

impl Lasting {
    /// The word for it, such as `while used`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::WhileUsed => "while used",
            Self::WhenNeeded => "when needed",
        }
    }
}

/// How the events of a subscription are matched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matching {
    /// The subscription's group, or what its live queue is called.
    pub subscription: String,
    /// Whether the broker sends just what is wanted; otherwise more, and the rest is left out here.
    pub exact: bool,
    /// What was chosen and why, in a sentence.
    pub how: String,
}

impl Matching {
    /// Says how a subscription is matched.
    pub fn new(subscription: impl Into<String>, exact: bool, how: impl Into<String>) -> Self {
        Self {
            subscription: subscription.into(),
            exact,
            how: how.into(),
        }
    }
}

/// What the broker has of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartState {
    /// It is there as planned.
    Same,
    /// It is there; why its settings could not be compared.
    There(String),
    /// It is there, and otherwise: what differs.
    Differs(String),
    /// It is not there.
    Missing,
    /// It could not be asked for, and why.
    Unknown(String),
}

impl PartState {
    /// A word for the state, such as `missing`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::There(_) => "there",
            Self::Differs(_) => "differs",
            Self::Missing => "missing",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What there is to add to the word.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::There(text) | Self::Differs(text) | Self::Unknown(text) => Some(text),
            Self::Same | Self::Missing => None,
        }
    }

    /// Whether this is a difference between plan and broker. What comes and goes with its use is
    /// none by its absence.
    pub fn is_difference(&self, part: &Part) -> bool {
        match self {
            Self::Differs(_) => true,
            Self::Missing => part.lasting == Lasting::Always,
            _ => false,
        }
    }
}
