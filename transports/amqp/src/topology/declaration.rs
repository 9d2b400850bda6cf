//! What is declared, as values: made in one place, then declared, shown or looked for.

use lapin::options::{
    ExchangeBindOptions, ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{Channel, ExchangeKind};

use super::Native;
use crate::config::ExchangeType;

/// Something that is declared on the broker.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Declaration {
    Exchange {
        name: String,
        kind: Kind,
        durable: bool,
        auto_delete: bool,
    },
    Queue {
        name: String,
        durable: bool,
        auto_delete: bool,
        arguments: FieldTable,
    },
    /// What of an exchange goes on to another.
    ExchangeBinding { to: String, from: Native },
    /// What of an exchange goes into a queue.
    QueueBinding { to: String, from: Native },
}

/// How a declared exchange matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Events(ExchangeType),
    Fanout,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Events(kind) => kind.as_str(),
            Self::Fanout => "fanout",
        }
    }

    pub(crate) fn on_wire(self) -> ExchangeKind {
        match self {
            Self::Events(ExchangeType::Topic) => ExchangeKind::Topic,
            Self::Events(ExchangeType::Headers) => ExchangeKind::Headers,
            Self::Fanout => ExchangeKind::Fanout,
        }
    }
}

/// Whether an exchange is RabbitMQ's own: there from the start, and not to be declared.
pub(crate) fn is_the_brokers(exchange: &str) -> bool {
    exchange.is_empty() || exchange.starts_with("amq.")
}

impl Declaration {
    pub(crate) fn exchange(name: &str, kind: ExchangeType, durable: bool) -> Self {
        Self::Exchange {
            name: name.to_owned(),
            kind: Kind::Events(kind),
            durable,
            auto_delete: false,
        }
    }

    /// A durable queue.
    pub(crate) fn queue(name: &str, arguments: FieldTable) -> Self {
        Self::Queue {
            name: name.to_owned(),
            durable: true,
            auto_delete: false,
            arguments,
        }
    }

    /// A queue that goes with its last consumer, and with the broker.
    pub(crate) fn passing_queue(name: &str, arguments: FieldTable) -> Self {
        Self::Queue {
            name: name.to_owned(),
            durable: false,
            auto_delete: true,
            arguments,
        }
    }

    pub(crate) async fn declare(&self, channel: &Channel) -> lapin::Result<()> {
        match self {
            Self::Exchange {
                name,
                kind,
                durable,
                auto_delete,
            } => {
                let options = ExchangeDeclareOptions {
                    durable: *durable,
                    auto_delete: *auto_delete,
                    passive: is_the_brokers(name),
                    ..ExchangeDeclareOptions::default()
                };
                let (name, none) = (name.as_str().into(), FieldTable::default());
                let declared = channel.exchange_declare(name, kind.on_wire(), options, none);
                declared.await
            }
            Self::Queue {
                name,
                durable,
                auto_delete,
                arguments,
            } => {
                let options = QueueDeclareOptions {
                    durable: *durable,
                    auto_delete: *auto_delete,
                    ..QueueDeclareOptions::default()
                };
                let declared =
                    channel.queue_declare(name.as_str().into(), options, arguments.clone());
                declared.await.map(drop)
            }
            Self::ExchangeBinding { to, from } => {
                let bound = channel.exchange_bind(
                    to.as_str().into(),
                    from.exchange.as_str().into(),
                    from.key.as_str().into(),
                    ExchangeBindOptions::default(),
                    from.arguments.clone(),
                );
                bound.await
            }
            Self::QueueBinding { to, from } => {
                let bound = channel.queue_bind(
                    to.as_str().into(),
                    from.exchange.as_str().into(),
                    from.key.as_str().into(),
                    QueueBindOptions::default(),
                    from.arguments.clone(),
                );
                bound.await
            }
        }
    }
}
