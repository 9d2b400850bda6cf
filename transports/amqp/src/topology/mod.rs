//! What is declared on the broker: exchanges, queues, bindings.
//!
//! | thing | name | kind |
//! | --- | --- | --- |
//! | events | `exchange` of the URL | topic or headers, durable but for Kazoo's |
//! | keys beside a headers exchange | `<exchange>.keys` | topic, durable, bound to it once |
//! | a group | the group's name | queue, durable |
//! | what its members agree on | `<group>.members` | queue, auto-delete |
//! | its dead letters | `<group>.dead` | queue, durable, of the group's type |
//! | a live subscription | `<name>.<six hexadecimal digits>` | queue, auto-delete |
//! | a wait | `trunkline.delay.<ms>`, `<exchange>.delay.<ms>` | exchange and queue, expiring |
//! | a wait, beside quorum queues | the same with `.quorum` behind it | the same, a quorum queue |

mod bind;
mod declaration;
mod delay;
mod queue;

use std::sync::Arc;

use lapin::Channel;
use lapin::types::{AMQPValue, FieldTable};
use trunkline_core::TransportError;

pub(crate) use bind::{Native, Plan};
pub(crate) use declaration::{Declaration, is_the_brokers};
pub(crate) use delay::{Delays, wait};
pub(crate) use queue::{
    QueueSpec, agree, dead_queue, declare_dead, declare_queue, marker, members,
};

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

/// What events are published to.
pub(crate) fn exchanges(config: &AmqpConfig) -> Vec<Declaration> {
    let mut all = Vec::new();
    // Kazoo declares its exchanges so, and other flags are refused.
    let durable = config.profile != Profile::Kazoo;
    let declared = |name: &str, kind| Declaration::exchange(name, kind, durable);
    if config.profile == Profile::Wazo {
        // Wazo's own pair, and the binding by which the new exchange sees what the old one gets.
        all.push(declared("xivo", ExchangeType::Topic));
        all.push(declared("wazo-headers", ExchangeType::Headers));
        all.push(pass_on("xivo", "#", FieldTable::default(), "wazo-headers"));
    }
    let exchange = &config.exchange;
    let events = declared(&exchange.name, exchange.kind);
    if !all.contains(&events) {
        all.push(events);
    }
    if exchange.kind == ExchangeType::Headers {
        let keys = keys_exchange(&exchange.name);
        all.push(declared(&keys, ExchangeType::Topic));
        all.push(pass_on(&exchange.name, "", everything(), &keys));
    }
    all
}

fn pass_on(from: &str, key: &str, arguments: FieldTable, to: &str) -> Declaration {
    let from = Native {
        exchange: from.to_owned(),
        key: key.to_owned(),
        arguments,
    };
    Declaration::ExchangeBinding {
        to: to.to_owned(),
        from,
    }
}

/// Declares what events are published to.
pub(crate) async fn declare_exchanges(
    channel: &Channel,
    config: &AmqpConfig,
) -> Result<(), TransportError> {
    for declaration in exchanges(config) {
        let declared = declaration.declare(channel).await;
        declared.map_err(|error| broker(refusal(&declaration), error))?;
    }
    Ok(())
}

/// What a declaration that failed was about, and what to look at.
pub(crate) fn refusal(declaration: &Declaration) -> String {
    match declaration {
        Declaration::Exchange {
            name,
            kind,
            durable,
            ..
        } => format!(
            "the exchange `{name}` cannot be had as a {} exchange that is {}; check its type and the \
             user's permissions",
            kind.as_str(),
            if *durable { "durable" } else { "not durable" }
        ),
        Declaration::Queue { name, .. } => format!("the queue `{name}` cannot be had"),
        Declaration::ExchangeBinding { to, from } | Declaration::QueueBinding { to, from } => {
            format!("`{to}` cannot be bound to `{}`", from.exchange)
        }
    }
}
