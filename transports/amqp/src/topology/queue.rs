//! Declaring queues.

use lapin::Channel;
use lapin::protocol::AMQPSoftError;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use trunkline_core::{Overflow, SubscribeOptions, SubscriptionKind, TransportError};

use super::{Declaration, Native, Plan, refusal};
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
        let mut arguments = match self.quorum {
            true => quorum_arguments(),
            false => FieldTable::default(),
        };
        let mut set = |name: &str, value: AMQPValue| {
            arguments.insert(name.into(), value);
        };
        let text = |text: &str| AMQPValue::LongString(text.into());
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

impl QueueSpec {
    /// The queue of a subscription, the queue of its dead letters, and the bindings.
    pub(crate) fn declarations(&self, plan: &Plan) -> Vec<Declaration> {
        let mut all = Vec::with_capacity(plan.natives.len() + 2);
        if let Some(group) = self.group.as_ref().filter(|_| self.keep_dead_letters) {
            all.push(dead(group, self.quorum));
        }
        let name = self.name.as_str();
        all.push(match self.group {
            Some(_) => Declaration::queue(name, self.arguments()),
            None => Declaration::passing_queue(name, self.arguments()),
        });
        all.extend(plan.natives.iter().map(|native| self.binding(native)));
        all
    }

    pub(crate) fn binding(&self, native: &Native) -> Declaration {
        Declaration::QueueBinding {
            to: self.name.as_str().to_owned(),
            from: native.clone(),
        }
    }
}

/// The queue of a group's dead letters: on as many nodes as the group's own, or the group could not
/// be had while the one node is away.
fn dead(group: &str, quorum: bool) -> Declaration {
    let arguments = match quorum {
        true => quorum_arguments(),
        false => FieldTable::default(),
    };
    Declaration::queue(&dead_queue(group), arguments)
}

/// What makes a queue a quorum queue.
pub(super) fn quorum_arguments() -> FieldTable {
    let mut arguments = FieldTable::default();
    let kind = AMQPValue::LongString("quorum".into());
    arguments.insert("x-queue-type".into(), kind);
    let limit = AMQPValue::LongLongInt(DELIVERY_LIMIT);
    arguments.insert("x-delivery-limit".into(), limit);
    arguments
}

/// Declares the queue of a group's dead letters.
pub(crate) async fn declare_dead(
    channel: &Channel,
    group: &str,
    quorum: bool,
) -> Result<(), TransportError> {
    declare(channel, &dead(group, quorum)).await
}

/// Declares a subscription's queue, the queue of its dead letters, and the bindings.
pub(crate) async fn declare_queue(
    channel: &Channel,
    spec: &QueueSpec,
    plan: &Plan,
) -> Result<(), TransportError> {
    for declaration in spec.declarations(plan) {
        declare(channel, &declaration).await?;
    }
    Ok(())
}

async fn declare(channel: &Channel, declaration: &Declaration) -> Result<(), TransportError> {
    let declared = declaration.declare(channel).await;
    declared.map_err(|error| match (declaration, soft(&error)) {
        (
            Declaration::Queue { name, .. },
            Some((AMQPSoftError::PRECONDITIONFAILED | AMQPSoftError::RESOURCELOCKED, message)),
        ) => conflict(name, message),
        _ => broker(refusal(declaration), error),
    })
}

/// The queue by which the members of a group agree; see [`agree`].
pub(crate) fn members(group: &str, digest: u64) -> Declaration {
    let mut arguments = FieldTable::default();
    let text = |text: &str| AMQPValue::LongString(text.into());
    arguments.insert("x-dead-letter-exchange".into(), text(""));
    arguments.insert(
        "x-dead-letter-routing-key".into(),
        text(&format!("bindings-{digest:016x}")),
    );
    Declaration::passing_queue(&marker(group), arguments)
}

/// Holds that the members of a group want the same: each declares a queue in which nothing ever
/// is, with the digest of its wishes for an argument. The broker refuses a second one that differs;
/// the queue goes with the last member, so that the next generation may want something else.
pub(crate) async fn agree(
    channel: &Channel,
    group: &str,
    digest: u64,
) -> Result<(), TransportError> {
    let declared = members(group, digest).declare(channel).await;
    declared.map_err(|error| match soft(&error) {
        Some((AMQPSoftError::PRECONDITIONFAILED, _)) => TransportError::GroupConflict {
            transport: NAME,
            group: group.to_owned(),
            what: "bindings",
        },
        _ => broker(format!("the members of `{group}` cannot be asked"), error),
    })
}
