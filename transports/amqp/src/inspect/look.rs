//! Asking a broker by AMQP alone for what it has, in ways that can make nothing.
//!
//! A passive declaration says whether something is there, and compares nothing. Comparing is what a
//! declaration in earnest does; so that it can never make anything, should what was there a moment
//! ago be gone, it carries an argument with which RabbitMQ refuses to make it.

use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Connection};
use trunkline_core::{PartState, Purpose};

use super::Planned;
use crate::error::soft;
use crate::topology::{Declaration, is_the_brokers};

/// The name of another exchange, as a number: no exchange is made with it. RabbitMQ compares it
/// after everything else.
const NO_EXCHANGE: &str = "alternate-exchange";
/// An age that is none, for a kind of queue that is none of ours: no queue is made with it.
const NO_QUEUE: &str = "x-max-age";

const UNLISTED: &str = "AMQP cannot list bindings";
const ONE_EACH: &str = "each process has one of its own while it listens";
const FORBIDDEN: &str = "its settings were not compared: the user may not configure it";
const LOCKED: &str = "it belongs to another connection";

/// What a broker said to a declaration.
enum Answer {
    Yes,
    NotThere,
    Forbidden,
    Locked,
    /// An argument that differs, and how.
    Differs(String, String),
    /// It could not be made.
    Refused,
}

pub(super) async fn look_for(
    connection: &Connection,
    planned: &Planned,
) -> lapin::Result<PartState> {
    if planned.purpose == Purpose::Live {
        return Ok(PartState::Unknown(ONE_EACH.into()));
    }
    let declaration = &planned.declaration;
    if let Declaration::ExchangeBinding { .. } | Declaration::QueueBinding { .. } = declaration {
        return Ok(PartState::Unknown(UNLISTED.into()));
    }
    Ok(match ask(connection, declaration, true).await? {
        Answer::NotThere => PartState::Missing,
        Answer::Forbidden => PartState::Unknown("the user may not see it".into()),
        Answer::Locked => PartState::There(LOCKED.into()),
        Answer::Differs(_, _) | Answer::Refused | Answer::Yes => match declaration {
            Declaration::Exchange { name, .. } if is_the_brokers(name) => PartState::Same,
            _ => compare(connection, declaration).await?,
        },
    })
}

/// Compares what was there a moment ago.
async fn compare(connection: &Connection, declaration: &Declaration) -> lapin::Result<PartState> {
    Ok(match ask(connection, declaration, false).await? {
        Answer::Yes => PartState::Same,
        Answer::Differs(argument, _) if argument == NO_EXCHANGE || argument == NO_QUEUE => {
            PartState::Same
        }
        Answer::Differs(argument, how) => PartState::Differs(format!("{argument}: {how}")),
        Answer::Forbidden => PartState::There(FORBIDDEN.into()),
        Answer::Locked => PartState::There(LOCKED.into()),
        Answer::NotThere | Answer::Refused => PartState::Missing,
    })
}

/// Asks for one thing, on a channel of its own: most answers end it.
async fn ask(
    connection: &Connection,
    declaration: &Declaration,
    passive: bool,
) -> lapin::Result<Answer> {
    let channel = connection.create_channel().await?;
    let asked = match passive {
        true => is_there(&channel, declaration).await,
        false => is_so(&channel, declaration).await,
    };
    let Err(error) = asked else {
        let _ = channel.close(200, "done".into()).await;
        return Ok(Answer::Yes);
    };
    Ok(match soft(&error) {
        Some((AMQPSoftError::NOTFOUND, _)) => Answer::NotThere,
        Some((AMQPSoftError::ACCESSREFUSED, _)) => Answer::Forbidden,
        Some((AMQPSoftError::RESOURCELOCKED, _)) => Answer::Locked,
        Some((AMQPSoftError::PRECONDITIONFAILED, told)) => match difference(told) {
            Some((argument, how)) => Answer::Differs(argument, how),
            None => Answer::Refused,
        },
        _ => return Err(error),
    })
}

async fn is_there(channel: &Channel, declaration: &Declaration) -> lapin::Result<()> {
    let none = FieldTable::default();
    match declaration {
        Declaration::Exchange { name, kind, .. } => {
            let options = ExchangeDeclareOptions {
                passive: true,
                ..ExchangeDeclareOptions::default()
            };
            let name = name.as_str().into();
            channel
                .exchange_declare(name, kind.on_wire(), options, none)
                .await
        }
        Declaration::Queue { name, .. } => {
            let options = QueueDeclareOptions {
                passive: true,
                ..QueueDeclareOptions::default()
            };
            let declared = channel.queue_declare(name.as_str().into(), options, none);
            declared.await.map(drop)
        }
        // They cannot be asked for.
        Declaration::ExchangeBinding { .. } | Declaration::QueueBinding { .. } => Ok(()),
    }
}

async fn is_so(channel: &Channel, declaration: &Declaration) -> lapin::Result<()> {
    match declaration {
        Declaration::Exchange {
            name,
            kind,
            durable,
            auto_delete,
        } => {
            let options = ExchangeDeclareOptions {
                durable: *durable,
                auto_delete: *auto_delete,
                ..ExchangeDeclareOptions::default()
            };
            let mut arguments = FieldTable::default();
            arguments.insert(NO_EXCHANGE.into(), AMQPValue::LongInt(0));
            let name = name.as_str().into();
            channel
                .exchange_declare(name, kind.on_wire(), options, arguments)
                .await
        }
        Declaration::Queue {
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
            let mut arguments = arguments.clone();
            arguments.insert(NO_QUEUE.into(), AMQPValue::LongString("none".into()));
            let declared = channel.queue_declare(name.as_str().into(), options, arguments);
            declared.await.map(drop)
        }
        Declaration::ExchangeBinding { .. } | Declaration::QueueBinding { .. } => Ok(()),
    }
}

/// What differs, as RabbitMQ tells it: "inequivalent arg 'type' for exchange 'x' in vhost 'v':
/// received 'topic' but current is 'headers'".
fn difference(told: &str) -> Option<(String, String)> {
    let (_, rest) = told.split_once("inequivalent arg '")?;
    let (argument, rest) = rest.split_once('\'')?;
    let how = match rest
        .rsplit_once("received ")
        .and_then(|(_, values)| values.split_once(" but current is "))
    {
        Some((planned, found)) => format!("planned {planned}, found {found}"),
        None => "differs".to_owned(),
    };
    Some((argument.to_owned(), how))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn what_differs_is_read_from_the_brokers_words() {
        let told = "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'x' in vhost 'v': \
                    received 'topic' but current is 'headers'";
        let (argument, how) = difference(told).unwrap();
        assert_eq!(argument, "type");
        assert_eq!(how, "planned 'topic', found 'headers'");
        let refused = "PRECONDITION_FAILED - invalid type 'signedint' for arg 'alternate-exchange'";
        assert_eq!(difference(refused), None);
    }
}
