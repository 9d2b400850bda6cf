//! Declaring queues.

use lapin::Channel;
use lapin::options::{QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use trunkline_core::{Overflow, SubscribeOptions, SubscriptionKind, TransportError};

use super::Plan;
use crate::NAME;
use crate::config::{AmqpConfig, Profile, QueueType};
use crate::error::{broker, conflict, soft};

/// Most bytes of a group's name: others are made from it, and AMQP ends names at 255.
const MOST_GROUP: usize = 200;

/// More deliveries than we will ever let a quorum queue make: attempts are limited by us, and told.
/// RabbitMQ 4 would give an event up after 20 of its own accord.
const DELIVERY_LIMIT: i64 = 1_000_000;

/// The queue of a subscription.
#[derive(Debug, Clone)]
pub(crate) struct QueueSpec {
    pub(crate) name: ShortString,
    /// The group, if it outlives its members.
    pub(crate) group: Option<String>,
    pub(crate) exclusive: bool,
    pub(crate) quorum: bool,
    pub(crate) keep_dead_letters: bool,
    /// Most events it keeps; beyond it the oldest goes.
    pub(crate) room: Option<usize>,
}

impl QueueSpec {
    pub(crate) fn of(
        options: &SubscribeOptions,
        config: &AmqpConfig,
    ) -> Result<Self, TransportError> {
        let unsupported = |what, hint| TransportError::Unsupported {
            transport: NAME,
            what,
            hint,
        };
        if options.no_local {
            return Err(unsupported(
                "leaving out one's own events",
                "compare a header of your own in the handler",
            ));
        }
        if matches!(options.overflow, Some(Overflow::Wait | Overflow::Refuse)) {
            return Err(unsupported(
                "holding publishers back at a full subscription",
                "RabbitMQ bounds a queue by memory and disk; or drop the oldest",
            ));
        }
        let group = options.kind.group().map(str::to_owned);
        let name = match &group {
            None => live_name(config),
            Some(group) => check_group(group)?,
        };
        let drops = options.overflow_or_default() == Overflow::DropOldest;
        Ok(Self {
            name,
            exclusive: matches!(options.kind, SubscriptionKind::Exclusive { .. }),
            quorum: group.is_some() && config.queue == QueueType::Quorum,
            keep_dead_letters: options.keep_dead_letters && group.is_some(),
            // Wazo's queues have no arguments.
            room: (drops && (group.is_some() || config.profile != Profile::Wazo))
                .then_some(options.max_unread),
            group,
        })
    }

    fn arguments(&self) -> FieldTable {
        let mut arguments = FieldTable::default();
        let mut set = |name: &str, value: AMQPValue| {
            arguments.insert(name.into(), value);
        };
        let text = |text: &str| AMQPValue::LongString(text.into());
        if self.quorum {
            set("x-queue-type", text("quorum"));
            set("x-delivery-limit", AMQPValue::LongLongInt(DELIVERY_LIMIT));
        }
        if self.exclusive {
            set("x-single-active-consumer", AMQPValue::Boolean(true));
        }
        if let Some(room) = self.room {
            let room = i64::try_from(room).unwrap_or(i64::MAX);
            set("x-max-length", AMQPValue::LongLongInt(room));
            set("x-overflow", text("drop-head"));
        }
        if let Some(group) = self.group.as_ref().filter(|_| self.keep_dead_letters) {
            // For what the broker itself gives up: too old, or delivered too often.
            set("x-dead-letter-exchange", text(""));
            set("x-dead-letter-routing-key", text(&dead_queue(group)));
        }
        arguments
    }
}

/// A name for a live subscription's queue, as Wazo's own clients make them.
fn live_name(config: &AmqpConfig) -> ShortString {
    let digits = fastrand::u32(..1 << 24);
    let name: String = config.name.chars().take(100).collect();
    ShortString::try_new(format!("{name}.{digits:06x}"))
        .unwrap_or_else(|_| format!("trunkline.{digits:06x}").into())
}

fn check_group(group: &str) -> Result<ShortString, TransportError> {
    let refuse = |what, hint| TransportError::Unsupported {
        transport: NAME,
        what,
        hint,
    };
    if group.is_empty() || group.len() > MOST_GROUP || group.chars().any(char::is_control) {
        return Err(refuse("this name of a group", "use 1 to 200 bytes of text"));
    }
    if group.starts_with("amq.") {
        return Err(refuse(
            "a group whose name begins with `amq.`",
            "that is RabbitMQ's own",
        ));
    }
    Ok(group.into())
}

/// Where a group's dead letters are.
pub(crate) fn dead_queue(group: &str) -> String {
    format!("{group}.dead")
}

/// The queue by which the members of a group agree; see [`agree`].
pub(crate) fn marker(group: &str) -> String {
    format!("{group}.members")
}

fn durable() -> QueueDeclareOptions {
    QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    }
}

/// Declares a subscription's queue, the queue of its dead letters, and the bindings.
pub(crate) async fn declare_queue(
    channel: &Channel,
    spec: &QueueSpec,
    plan: &Plan,
) -> Result<(), TransportError> {
    if let Some(group) = spec.group.as_ref().filter(|_| spec.keep_dead_letters) {
        let dead = dead_queue(group);
        let declared =
            channel.queue_declare(dead.as_str().into(), durable(), FieldTable::default());
        declared.await.map_err(|error| refused(group, error))?;
    }
    let options = match spec.group {
        Some(_) => durable(),
        None => QueueDeclareOptions {
            auto_delete: true,
            ..QueueDeclareOptions::default()
        },
    };
    let declared = channel.queue_declare(spec.name.clone(), options, spec.arguments());
    declared
        .await
        .map_err(|error| refused(spec.name.as_str(), error))?;
    for native in &plan.natives {
        let bound = channel.queue_bind(
            spec.name.clone(),
            native.exchange.as_str().into(),
            native.key.as_str().into(),
            QueueBindOptions::default(),
            native.arguments.clone(),
        );
        bound.await.map_err(|error| {
            broker(
                format!("`{}` cannot be bound to `{}`", spec.name, native.exchange),
                error,
            )
        })?;
    }
    Ok(())
}

/// Holds that the members of a group want the same: each declares a queue in which nothing ever
/// is, with the digest of its wishes for an argument. The broker refuses a second one that differs;
/// the queue goes with the last member, so that the next generation may want something else.
pub(crate) async fn agree(
    channel: &Channel,
    group: &str,
    digest: u64,
) -> Result<(), TransportError> {
    let mut arguments = FieldTable::default();
    let text = |text: &str| AMQPValue::LongString(text.into());
    arguments.insert("x-dead-letter-exchange".into(), text(""));
    arguments.insert(
        "x-dead-letter-routing-key".into(),
        text(&format!("bindings-{digest:016x}")),
    );
    let options = QueueDeclareOptions {
        auto_delete: true,
        ..QueueDeclareOptions::default()
    };
    let declared = channel.queue_declare(marker(group).into(), options, arguments);
    declared
        .await
        .map(drop)
        .map_err(|error| match soft(&error) {
            Some((AMQPSoftError::PRECONDITIONFAILED, _)) => TransportError::GroupConflict {
                transport: NAME,
                group: group.to_owned(),
                what: "bindings",
            },
            _ => broker(format!("the members of `{group}` cannot be asked"), error),
        })
}

fn refused(name: &str, error: lapin::Error) -> TransportError {
    match soft(&error) {
        Some((AMQPSoftError::PRECONDITIONFAILED | AMQPSoftError::RESOURCELOCKED, message)) => {
            conflict(name, message)
        }
        _ => broker(format!("the queue `{name}` cannot be had"), error),
    }
}
