//! How the transport is set up.

use std::num::{NonZeroU16, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use trunkline_core::{
    AttemptCount, Capabilities, HeaderLimits, HeaderSupport, Ordering, PatternShape, Redelivery,
    TransportError, UnroutableDetection,
};

use crate::secret::Secret;

/// How an exchange matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExchangeType {
    /// By the routing key.
    Topic,
    /// By headers.
    Headers,
}

impl ExchangeType {
    /// The type's word in URLs and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Headers => "headers",
        }
    }
}

/// The exchange events are published to and consumed from; durable, but for those of Kazoo's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// Its name.
    pub name: String,
    /// How it matches.
    pub kind: ExchangeType,
}

impl Exchange {
    /// A topic exchange.
    pub fn topic(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: ExchangeType::Topic,
        }
    }

    /// A headers exchange.
    pub fn headers(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: ExchangeType::Headers,
        }
    }
}

/// How a group's queue is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum QueueType {
    /// On one node, on disk. The default.
    #[default]
    Classic,
    /// On several nodes of a cluster, which agree (Raft); RabbitMQ counts attempts itself.
    Quorum,
}

impl QueueType {
    /// The type's word in URLs and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Quorum => "quorum",
        }
    }
}

/// Whose conventions are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Profile {
    /// Ours: one exchange.
    #[default]
    Plain,
    /// The Wazo platform's: `xivo` and `wazo-headers`, with the binding between them, and its names
    /// of live queues.
    Wazo,
    /// Kazoo's: its exchanges are topic exchanges and not durable, `callevt` unless another is named.
    Kazoo,
}

/// Where a broker listens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// How the transport is set up. Made from a URL by [`parse`](Self::parse), which has every field.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AmqpConfig {
    /// The broker, or the nodes of a cluster, tried in turn.
    pub addresses: Vec<Address>,
    /// Speak TLS.
    pub tls: bool,
    /// A file with the certificates (PEM) of authorities to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// The user; the password is kept beside it and shown nowhere.
    pub user: String,
    pub(crate) password: Secret,
    /// The virtual host. Default `/`.
    pub vhost: String,
    /// Where events are published to and consumed from. Default a topic exchange `trunkline`.
    pub exchange: Exchange,
    /// Whose conventions are followed.
    pub profile: Profile,
    /// How the queues of groups are kept.
    pub queue: QueueType,
    /// What the connections are called in RabbitMQ's lists; `-publish` and `-consume` are added.
    pub name: String,
    /// How often a link shows that it lives; after two of these in silence it is lost. Default 5 s.
    pub heartbeat: NonZeroU16,
    /// Longest wait for one connection to be made. Default 10 s.
    pub connect_timeout: Duration,
    /// Most publishes that wait for the broker's word at a time; more wait for a place. Default
    /// 1000.
    pub window: NonZeroUsize,
    /// Largest body in bytes. Default 16 MiB; RabbitMQ takes 128 MiB.
    pub max_payload: usize,
    /// Most and largest headers. What does not fit a frame is refused in any case.
    pub header_limits: HeaderLimits,
}

impl AmqpConfig {
    /// Reads a URL, as [`connect`](crate::connect) describes it.
    ///
    /// # Errors
    /// [`TransportError::Url`], naming what is wrong and listing what is known.
    pub fn parse(url: &str) -> Result<Self, TransportError> {
        crate::url::parse(url)
    }

    pub(crate) fn new(tls: bool) -> Self {
        let port = if tls { 5671 } else { 5672 };
        Self {
            addresses: vec![Address {
                host: "localhost".into(),
                port,
            }],
            tls,
            authority: None,
            user: "guest".into(),
            password: Secret::new("guest"),
            vhost: "/".into(),
            exchange: Exchange::topic("trunkline"),
            profile: Profile::Plain,
            queue: QueueType::Classic,
            name: "trunkline".into(),
            heartbeat: NonZeroU16::new(5).expect("5 is not zero"),
            connect_timeout: Duration::from_secs(10),
            window: NonZeroUsize::new(1000).expect("1000 is not zero"),
            max_payload: 16 << 20,
            header_limits: HeaderLimits::default(),
        }
    }

    /// Sets how often a link shows that it lives, in seconds.
    #[must_use]
    pub fn with_heartbeat(mut self, seconds: NonZeroU16) -> Self {
        self.heartbeat = seconds;
        self
    }

    /// Sets what the connections are called.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the exchange.
    #[must_use]
    pub fn with_exchange(mut self, exchange: Exchange) -> Self {
        self.exchange = exchange;
        self
    }

    /// Sets how the queues of groups are kept.
    #[must_use]
    pub fn with_queue(mut self, queue: QueueType) -> Self {
        self.queue = queue;
        self
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        let mut can = Capabilities::none();
        can.durable_subscription = true;
        can.groups = true;
        can.broadcast = true;
        can.exclusive = true;
        can.redelivery = Redelivery::Immediate;
        // RabbitMQ counts deliveries, begun or not: a classic queue to two, and a quorum queue also
        // those that were on their way to a member that left.
        can.attempt_count = AttemptCount::Flag;
        can.ordering = match self.queue {
            // What goes back goes back into its place.
            QueueType::Classic => Ordering::PerSubscription,
            // What goes back comes again in the order in which it went back.
            QueueType::Quorum => Ordering::None,
        };
        can.headers = HeaderSupport::Typed;
        can.pattern = PatternShape::MultiAnywhere;
        can.header_match = true;
        can.delay = true;
        can.expiry = true;
        can.dead_letter = true;
        can.publish_confirm = true;
        can.unroutable = UnroutableDetection::Always;
        can.ack_sure = true;
        can.max_payload = self.max_payload;
        can.header_limits = self.header_limits.clone();
        can
    }
}
