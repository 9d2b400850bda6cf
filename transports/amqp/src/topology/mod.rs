//! What is declared on the broker: exchanges, queues, bindings.
//!
//! | thing | name | kind |
//! | --- | --- | --- |
//! | events | `exchange` of the URL | topic or headers, durable but for Kazoo's |
//! | keys beside a headers exchange | `<exchange>.keys` | topic, durable, bound to it once |
//! | a group | the group's name | queue, durable |
//! | what its members agree on | `<group>.members` | queue, auto-delete |
//! | its dead letters | `<group>.dead` | queue, durable |
//! | a live subscription | `<name>.<six hexadecimal digits>` | queue, auto-delete |
//! | a wait | `trunkline.delay.<ms>`, `<exchange>.delay.<ms>` | exchange and queue, expiring |

mod bind;
mod delay;
mod queue;

use std::sync::Arc;

use lapin::options::{ExchangeBindOptions, ExchangeDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};
use trunkline_core::TransportError;

pub(crate) use bind::{Native, Plan};
pub(crate) use delay::Delays;
pub(crate) use queue::{QueueSpec, agree, dead_queue, declare_queue, marker};

use crate::config::{AmqpConfig, ExchangeType, Profile};
use crate::error::broker;
use crate::link::Up;

/// Opens a channel.
pub(crate) async fn channel(up: &Arc<Up>) -> Result<Channel, TransportError> {
    let opened = up.connection().create_channel().await;
    opened.map_err(|error| broker("no channel can be opened", error))
}

/// The topic exchange that matches keys for a headers exchange, which cannot.
pub(crate) fn keys_exchange(exchange: &str) -> String {
    format!("{exchange}.keys")
}

/// The argument that makes a headers exchange match every message.
fn everything() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-match".into(), AMQPValue::LongString("all".into()));
    arguments
}

/// Declares what events are published to.
pub(crate) async fn declare_exchanges(
    channel: &Channel,
    config: &AmqpConfig,
) -> Result<(), TransportError> {
    // Kazoo declares its exchanges so, and other flags are refused.
    let durable = config.profile != Profile::Kazoo;
    if config.profile == Profile::Wazo {
        // Wazo's own pair, and the binding by which the new exchange sees what the old one gets.
        declare(channel, "xivo", ExchangeType::Topic, durable).await?;
        declare(channel, "wazo-headers", ExchangeType::Headers, durable).await?;
        bind(channel, "wazo-headers", "xivo", "#", FieldTable::default()).await?;
    }
    let exchange = &config.exchange;
    declare(channel, &exchange.name, exchange.kind, durable).await?;
    if exchange.kind == ExchangeType::Headers {
        let keys = keys_exchange(&exchange.name);
        declare(channel, &keys, ExchangeType::Topic, durable).await?;
        bind(channel, &keys, &exchange.name, "", everything()).await?;
    }
    Ok(())
}

async fn declare(
    channel: &Channel,
    name: &str,
    kind: ExchangeType,
    durable: bool,
) -> Result<(), TransportError> {
    let type_on_wire = match kind {
        ExchangeType::Topic => ExchangeKind::Topic,
        ExchangeType::Headers => ExchangeKind::Headers,
    };
    let options = ExchangeDeclareOptions {
        durable,
        // RabbitMQ's own exchanges are there, and may not be declared.
        passive: name.starts_with("amq."),
        ..ExchangeDeclareOptions::default()
    };
    let declared = channel
        .exchange_declare(name.into(), type_on_wire, options, FieldTable::default())
        .await;
    declared.map_err(|error| {
        let kind = kind.as_str();
        let lasting = if durable { "durable" } else { "not durable" };
        broker(
            format!(
                "the exchange `{name}` cannot be had as a {kind} exchange that is {lasting}; check \
                 its type and the user's permissions"
            ),
            error,
        )
    })
}

async fn bind(
    channel: &Channel,
    to: &str,
    from: &str,
    key: &str,
    arguments: FieldTable,
) -> Result<(), TransportError> {
    let options = ExchangeBindOptions::default();
    let bound = channel.exchange_bind(to.into(), from.into(), key.into(), options, arguments);
    bound
        .await
        .map_err(|error| broker(format!("`{to}` cannot be bound to `{from}`"), error))
}
