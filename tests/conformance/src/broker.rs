//! What a transport's author gives the suite: a broker to run on, and ways to make it fail.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use trunkline_core::{Transport, TransportError};

use crate::witness::Witness;

/// A broker the suite may run on, seen through one transport.
///
/// Only [`client`](Broker::client) must be written. Every other hook is *not offered* by default,
/// and the cases that need it say so instead of passing.
///
/// # Contract
/// - Clients of one broker see each other's events; nothing else publishes there under the names
///   the suite uses.
/// - The broker keeps no strong reference to the transports it gave out: a case may drop one to
///   see what is left.
/// - A hook that returns `Ok` has done what it says, or has begun it in a way that cannot be
///   overtaken.
#[async_trait]
pub trait Broker: Send + Sync {
    /// Connects a client.
    ///
    /// `name` is unique among the clients alive. The same name later is the same client come back:
    /// for MQTT its client id, for AMQP the name of its connection.
    ///
    /// # Errors
    /// What the transport says when it cannot connect.
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError>;

    /// Whether others use this broker at the same time. Default [`Shared`](Isolation::Shared),
    /// which asks nothing.
    fn isolation(&self) -> Isolation {
        Isolation::Shared
    }

    /// Longest time anything that ought to happen takes on this broker, the machine's load
    /// included. Default 20 s.
    fn patience(&self) -> Duration {
        Duration::from_secs(20)
    }

    /// Longest time until a link that has gone silent is noticed. Default 20 s: two heartbeats of
    /// 10 s.
    fn notices_within(&self) -> Duration {
        Duration::from_secs(20)
    }

    /// Makes something go wrong, or right again.
    ///
    /// # Errors
    /// [`NotOffered`] for what this broker cannot be made to do.
    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        Err(NotOffered(fault.need()))
    }

    /// What the broker still holds for clients and groups whose names begin with `prefix`.
    ///
    /// # Errors
    /// [`NotOffered`] where the broker cannot be asked.
    async fn leftovers(&self, prefix: &str) -> Result<Leftovers, NotOffered> {
        let _ = prefix;
        Err(NotOffered(Need::Leftovers))
    }

    /// Connects in ways the broker must refuse: a wrong password, a wrong virtual host, plain text
    /// where TLS is wanted. `secret` serves as the password.
    ///
    /// # Errors
    /// [`NotOffered`] where everybody is let in.
    async fn denials(&self, secret: &str) -> Result<Vec<Denial>, NotOffered> {
        let _ = secret;
        Err(NotOffered(Need::Denials))
    }

    /// A client of the same broker that shares no code with the transport.
    ///
    /// # Errors
    /// [`NotOffered`] where there is none.
    async fn witness(&self) -> Result<Arc<dyn Witness>, NotOffered> {
        Err(NotOffered(Need::Witness))
    }
}

/// Whether a broker is one case's alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// Made for one case: routing keys are used as the cases write them, and the broker may be
    /// stopped.
    Own,
    /// Others are on it: every key and name gets a prefix, and cases that must be alone are left
    /// out.
    Shared,
}

/// Something that goes wrong, or right again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault<'a> {
    /// A client's link breaks and both ends learn of it; nothing keeps the client from connecting
    /// again.
    Cut {
        /// The client.
        client: &'a str,
    },
    /// A client's process ends without a word. Its transport does nothing any more, and does not
    /// come back.
    Kill {
        /// The client.
        client: &'a str,
    },
    /// Nothing passes a client's link any more, either way, and nobody is told.
    Freeze {
        /// The client.
        client: &'a str,
    },
    /// Ends a freeze, if the link has lived through it; the client may connect again in any case.
    Thaw {
        /// The client.
        client: &'a str,
    },
    /// The broker goes down and keeps what is durable.
    Stop,
    /// The broker comes up again.
    Start,
    /// The broker goes down and comes up again at once.
    Restart,
    /// The broker stores a client's next publish, but the confirm is lost together with the link.
    LoseConfirm {
        /// The client.
        client: &'a str,
    },
    /// An operator deletes a group's queue under its members.
    DropQueue {
        /// The group.
        group: &'a str,
    },
    /// The broker throws a client out, saying why; the client may connect again.
    Evict {
        /// The client.
        client: &'a str,
    },
    /// The broker takes no publish for now, as with a memory alarm.
    Block,
    /// The broker takes publishes again.
    Unblock,
    /// The broker itself gives up deliveries of a group after so many attempts.
    LimitDeliveries {
        /// The group, which does not exist yet.
        group: &'a str,
        /// Most attempts.
        limit: u32,
    },
    /// Somebody else declares a group's queue, otherwise than the transport would.
    ForeignQueue {
        /// The group, which does not exist yet.
        group: &'a str,
    },
    /// The address a client uses stops answering; another it was given still does.
    LoseAddress {
        /// The client.
        client: &'a str,
    },
}

/// A hook of [`Broker`] that a case cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Need {
    /// [`Fault::Cut`].
    Cut,
    /// [`Fault::Kill`].
    Kill,
    /// [`Fault::Freeze`] and [`Fault::Thaw`].
    Freeze,
    /// [`Fault::Stop`] and [`Fault::Start`].
    Outage,
    /// [`Fault::Restart`].
    Restart,
    /// [`Fault::LoseConfirm`].
    LoseConfirm,
    /// [`Fault::DropQueue`].
    DropQueue,
    /// [`Fault::Evict`].
    Evict,
    /// [`Fault::Block`] and [`Fault::Unblock`].
    Block,
    /// [`Fault::LimitDeliveries`].
    LimitDeliveries,
    /// [`Fault::ForeignQueue`].
    ForeignQueue,
    /// [`Fault::LoseAddress`].
    LoseAddress,
    /// [`Broker::leftovers`].
    Leftovers,
    /// [`Broker::denials`].
    Denials,
    /// [`Broker::witness`].
    Witness,
}

impl Fault<'_> {
    /// The hook this fault belongs to.
    pub fn need(&self) -> Need {
        match self {
            Self::Cut { .. } => Need::Cut,
            Self::Kill { .. } => Need::Kill,
            Self::Freeze { .. } | Self::Thaw { .. } => Need::Freeze,
            Self::Stop | Self::Start => Need::Outage,
            Self::Restart => Need::Restart,
            Self::LoseConfirm { .. } => Need::LoseConfirm,
            Self::DropQueue { .. } => Need::DropQueue,
            Self::Evict { .. } => Need::Evict,
            Self::Block | Self::Unblock => Need::Block,
            Self::LimitDeliveries { .. } => Need::LimitDeliveries,
            Self::ForeignQueue { .. } => Need::ForeignQueue,
            Self::LoseAddress { .. } => Need::LoseAddress,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cut => "cut",
            Self::Kill => "kill",
            Self::Freeze => "freeze",
            Self::Outage => "stop and start",
            Self::Restart => "restart",
            Self::LoseConfirm => "lose a confirm",
            Self::DropQueue => "drop a queue",
            Self::Evict => "evict",
            Self::Block => "block publishers",
            Self::LimitDeliveries => "limit deliveries",
            Self::ForeignQueue => "foreign queue",
            Self::LoseAddress => "lose an address",
            Self::Leftovers => "leftovers",
            Self::Denials => "denials",
            Self::Witness => "witness",
        })
    }
}

/// A broker's word that it does not offer a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOffered(pub Need);

/// What a broker holds for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leftovers {
    /// Connections and sessions, by client.
    pub connections: Vec<String>,
    /// Live subscriptions and memberships of groups.
    pub subscriptions: Vec<String>,
    /// Queues, of groups and of live subscriptions, with whatever waits in them.
    pub queues: Vec<String>,
    /// Deliveries handed out and not settled.
    pub unsettled: usize,
    /// Events that wait to be due.
    pub delayed: usize,
}

impl Leftovers {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A connection that the broker ought to have refused, and what came of it.
#[derive(Debug)]
pub struct Denial {
    /// What was wrong with it: `wrong password`.
    pub what: &'static str,
    /// What the transport said.
    pub outcome: Result<Arc<dyn Transport>, TransportError>,
}
