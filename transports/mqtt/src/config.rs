//! How to reach a broker, and what to ask of it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use trunkline_core::{
    AttemptCount, Capabilities, HeaderLimits, HeaderSupport, Ordering, PatternShape, Redelivery,
    UnroutableDetection,
};

/// Which protocol is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum MqttVersion {
    /// MQTT 5: headers are user properties, and refusals have reasons.
    #[default]
    V5,
    /// MQTT 3.1.1: headers and properties travel in an envelope before the body.
    V311,
}

/// How surely the broker takes what is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PublishQos {
    /// At most once: a publish returns when it is on its way.
    AtMostOnce,
    /// At least once: a publish returns with the broker's PUBACK.
    #[default]
    AtLeastOnce,
    /// The longer handshake of QoS 2: a publish returns with the broker's PUBCOMP. It saves doubles
    /// between client and broker on a live link, not behind the broker.
    Handshake,
}

/// Host and port of a broker.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// Name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// TLS towards the broker. Certificates are always verified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TlsConfig {
    /// PEM file of the authorities to trust. Default: those of the system.
    pub ca: Option<PathBuf>,
    /// PEM file of our certificate, for brokers that ask for one.
    pub certificate: Option<PathBuf>,
    /// PEM file of its key.
    pub key: Option<PathBuf>,
}

/// How to reach a broker, and what to ask of it.
#[derive(Clone)]
#[non_exhaustive]
pub struct MqttConfig {
    /// Where the broker is; tried in turn, beginning with the first.
    pub addresses: Vec<Address>,
    /// TLS, if it is to be used.
    pub tls: Option<TlsConfig>,
    /// Which protocol is spoken. Default MQTT 5.
    pub version: MqttVersion,
    /// User name and password.
    pub credentials: Option<(String, String)>,
    /// Names this instance to the broker, the same at every start and no other instance's. Groups
    /// want one, because the broker keeps a group's events under it. Default none: a random name.
    pub client_id: Option<String>,
    /// Keep nothing at the broker for members of groups that are away. Default false.
    pub clean: bool,
    /// How long the broker keeps what waits for a member that is away (MQTT 5 §3.1.2.11.2).
    /// Default one day. Longer than the longest outage to be got over.
    pub session_expiry: Duration,
    /// How often the link shows that it lives, in whole seconds; silence is noticed within twice
    /// that. Default 10 s.
    pub keep_alive: Duration,
    /// Longest wait for a connection to be made. Default 10 s.
    pub connect_timeout: Duration,
    /// How surely the broker takes what is published. Default [`PublishQos::AtLeastOnce`].
    pub qos: PublishQos,
    /// Largest packet sent or accepted, in bytes. Default 16 MiB and 256 KiB.
    pub max_packet: usize,
    /// Use shared subscriptions, and so groups, with MQTT 3.1.1, where they are an extension: the
    /// broker must have it, or members get nothing. With MQTT 5 the broker says itself. Default
    /// false.
    pub shared: bool,
    /// Publish the envelope of MQTT 3.1.1 with MQTT 5, too, so that subscribers of either version
    /// read everything. Default false.
    pub envelope: bool,
    /// Whether the broker keeps messages and gives them out by filters with wildcards, as dead
    /// letters and groups need (MQTT 3.1.1 §3.3.1.3). With MQTT 5 the broker says when it keeps
    /// none. RabbitMQ's plugin finds them by single topics only. Default true.
    pub retain: bool,
}

/// The largest envelope of headers and properties beside a body.
const ENVELOPE_ROOM: usize = 256 << 10;

/// Most bytes of all headers: any one of them must fit a property of 65,535 bytes, and bytes grow
/// by a third as text.
const HEADER_BYTES: usize = 48_000;

impl MqttConfig {
    /// The defaults, for a broker at this place.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        let host = host.into();
        Self::with_addresses(vec![Address { host, port }])
    }

    pub(crate) fn with_addresses(addresses: Vec<Address>) -> Self {
        Self {
            addresses,
            tls: None,
            version: MqttVersion::default(),
            credentials: None,
            client_id: None,
            clean: false,
            session_expiry: Duration::from_secs(24 * 3600),
            keep_alive: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            qos: PublishQos::default(),
            max_packet: (16 << 20) + ENVELOPE_ROOM,
            shared: false,
            envelope: false,
            retain: true,
        }
    }

    /// Sets the name of this instance.
    #[must_use]
    pub fn with_client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// Sets which protocol is spoken.
    #[must_use]
    pub fn with_version(mut self, version: MqttVersion) -> Self {
        self.version = version;
        self
    }

    /// Sets user name and password.
    #[must_use]
    pub fn with_credentials(
        mut self,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Sets how often the link shows that it lives.
    #[must_use]
    pub fn with_keep_alive(mut self, keep_alive: Duration) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// Sets whether nothing is kept for members that are away.
    #[must_use]
    pub fn with_clean(mut self, clean: bool) -> Self {
        self.clean = clean;
        self
    }

    /// Sets TLS.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Whether the broker keeps anything for members that are away.
    pub(crate) fn is_durable(&self) -> bool {
        !self.clean && self.client_id.is_some()
    }

    /// Whether metadata travels in an envelope before the body.
    pub(crate) fn uses_envelope(&self) -> bool {
        self.envelope || self.version == MqttVersion::V311
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        let v5 = self.version == MqttVersion::V5;
        let groups = (v5 || self.shared) && self.retain && (self.clean || self.client_id.is_some());
        let durable = groups && self.is_durable();
        let mut can = Capabilities::none();
        can.groups = groups;
        can.durable_subscription = durable;
        can.broadcast = true;
        can.redelivery = match durable {
            true => Redelivery::OnReconnect,
            false => Redelivery::None,
        };
        can.attempt_count = match durable {
            true => AttemptCount::Exact,
            false => AttemptCount::None,
        };
        can.headers = match self.uses_envelope() {
            true => HeaderSupport::Envelope,
            false => HeaderSupport::Text,
        };
        can.pattern = PatternShape::MultiAnywhere;
        can.header_match = true;
        can.ordering = Ordering::PerSubscription;
        can.expiry = v5;
        can.dead_letter = self.retain;
        can.retain = self.retain;
        can.no_local = true;
        can.publish_confirm = self.qos != PublishQos::AtMostOnce;
        can.unroutable = match v5 && can.publish_confirm {
            true => UnroutableDetection::Advisory,
            false => UnroutableDetection::Never,
        };
        can.max_payload = self.max_packet.saturating_sub(ENVELOPE_ROOM);
        can.header_limits = HeaderLimits::default().with_bytes(HEADER_BYTES);
        can
    }
}

impl fmt::Debug for MqttConfig {
    /// Shows everything but the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MqttConfig")
            .field("addresses", &self.addresses)
            .field("tls", &self.tls)
            .field("version", &self.version)
            .field("user", &self.credentials.as_ref().map(|(user, _)| user))
            .field("client_id", &self.client_id)
            .field("clean", &self.clean)
            .field("session_expiry", &self.session_expiry)
            .field("keep_alive", &self.keep_alive)
            .field("qos", &self.qos)
            .field("max_packet", &self.max_packet)
            .finish_non_exhaustive()
    }
}
