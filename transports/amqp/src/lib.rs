//! Trunkline's AMQP 0-9-1 transport: RabbitMQ as the bus, at home in a Wazo stack.
//!
//! ```no_run
//! use trunkline_core::{Binding, Envelope, PublishOptions, RoutingKey, SubscribeOptions, Transport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let rabbit = trunkline_amqp::connect("amqp://guest:guest@localhost:5672/?exchange=events").await?;
//! let calls = Binding::builder().key("calls.#").build()?;
//! let mut subscription = rabbit.subscribe(SubscribeOptions::group("billing", [calls])).await?;
//!
//! let envelope = Envelope::new(RoutingKey::new("calls.created")?, r#"{"id":1}"#);
//! rabbit.publish(envelope, PublishOptions::new()).await?;
//!
//! let delivery = subscription.recv().await.ok_or("the subscription ended")?;
//! delivery.ack().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What stands behind it
//! - **Publishing** is confirmed and `mandatory`: it returns when the broker owns the event, and
//!   says whether anybody was bound to it. A lost link is waited for, and what had no confirm is
//!   sent again, with the same id. What the broker does not take (a queue is full, or a quorum queue
//!   without a leader) is sent once more, a second later and on another channel if there is reason to; then
//!   the caller is told. Publishing and consuming have a connection each, so that a
//!   publisher that RabbitMQ holds back stops no ack.
//! - **Groups** are durable queues of their name. A retry or a dead letter is a copy, confirmed and
//!   routed before the original is acked; waits are spent in queues at the broker. Attempts are
//!   counted in the copy, and by this process, so that failing handlers see exact counts.
//!   What a *process* that died had in hand, or on its way to it, has no more than RabbitMQ's word:
//!   a flag on a classic queue, a count of deliveries, begun or not, on a quorum queue. So no exact
//!   counts are claimed. Order is claimed for classic queues alone: what goes back to a quorum queue
//!   comes again in the order in which it went back, ahead of what was not delivered yet.
//! - **Live subscriptions** are auto-delete queues. They are told when they may have missed events.
//! - **Links** that are lost are made again without end, at every address in turn. Exchanges,
//!   queues, bindings, prefetch and consumers are there before [`Health`](trunkline_core::Health)
//!   says `Running`.
//!
//! # Headers
//! Headers travel with their types. Names beginning with `x-` belong to RabbitMQ and to us, and are
//! refused. What AMQP has no property for travels in headers beginning with `x-trunkline-`.
//!
//! # Bindings
//! A topic exchange matches keys. A headers exchange matches names and headers; for keys there is a
//! topic exchange beside it, `<exchange>.keys`, which everything is passed on to once. Whatever the
//! broker cannot match is matched here, after a wider binding. So are more than eight header
//! bindings of one subscription: each would slow every publisher on the exchange. Those with keys
//! then go by key, on the topic exchange; and if there are too many without, the subscription asks
//! for everything. `BENCHMARKS.md` has the figures; [`inspect`] tells what was chosen.
//!
//! A group's bindings outlast its members, and AMQP cannot list them: what an earlier version of a service
//! was bound to, and a later one does not ask for, stays bound, and comes. A service warns of the first
//! such event, and acks it. `trunkline topology --management …` lists what is left over, as `surplus`; who
//! binds it once more and unbinds it has taken it away.
//!
//! # What is declared
//! [`inspect`] tells what would be declared and what the broker has of it, and declares nothing;
//! `trunkline topology` prints it.

mod client;
mod codec;
mod config;
mod consume;
mod dead;
mod error;
mod inspect;
mod link;
mod publish;
mod secret;
mod topology;
mod url;

use trunkline_core::TransportError;

pub use client::Amqp;
pub use config::{Address, AmqpConfig, Exchange, ExchangeType, Profile, QueueType};
pub use inspect::{AmqpInspector, inspect};

/// The transport's name in errors, logs and metrics.
pub(crate) const NAME: &str = "amqp";

/// Connects to the broker a URL names: `amqp://user:password@host:5672/vhost?exchange=name`, or
/// `amqps:` for TLS.
///
/// Several hosts, parted by commas, are tried in turn. A `/` in the name of a virtual host is
/// written `%2F`; without one it is `/`. Parameters:
///
/// | parameter | means | default |
/// | --- | --- | --- |
/// | `exchange` | where events go to and come from | `trunkline`; `wazo-headers` with the profile |
/// | `exchange_type` | `topic` or `headers`; known for `wazo-headers`, `xivo` and RabbitMQ's own | `topic` |
/// | `profile` | `wazo`: declares `xivo` and `wazo-headers` as Wazo's services do; `kazoo`: the exchange is `callevt` unless named, and not durable | none |
/// | `queue` | `classic` or `quorum`: how the queues of groups are kept | `classic` |
/// | `name` | what the connections and live queues are called | `trunkline` |
/// | `heartbeat` | seconds; a silent link is lost after two | 5 |
/// | `connect_timeout` | seconds for one connection to be made | 10 |
/// | `window` | most unconfirmed publishes | 1000 |
/// | `max_payload` | bytes | 16 MiB |
/// | `cacert` | a PEM file of authorities to trust beside the system's | none |
///
/// # Errors
/// [`TransportError::Url`] for what is not understood; otherwise as [`Amqp::connect`].
pub async fn connect(url: &str) -> Result<Amqp, TransportError> {
    Amqp::connect(AmqpConfig::parse(url)?).await
}
