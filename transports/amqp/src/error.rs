//! lapin's errors as the framework's.

use std::io;

use lapin::ErrorKind;
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use trunkline_core::TransportError;

use crate::NAME;
use crate::config::Address;

/// Why a connection could not be made.
pub(crate) fn connecting(error: lapin::Error, address: &Address) -> TransportError {
    let endpoint = address.to_string();
    let check = match error.kind() {
        ErrorKind::ProtocolError(told) => match told.kind() {
            AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED) => {
                Some("user and password, and that the user may log in from here")
            }
            AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED | AMQPHardError::INVALIDPATH) => {
                Some("that the virtual host exists and the user may use it")
            }
            _ => None,
        },
        ErrorKind::IOError(error) if is_certificate(error) => {
            Some("the broker's certificate, the host it is for, and `cacert`")
        }
        ErrorKind::InvalidProtocolVersion(_) => Some("that AMQP 0-9-1 is spoken there"),
        _ => None,
    };
    match check {
        Some(check) => TransportError::Denied {
            transport: NAME,
            endpoint,
            check,
            source: Box::new(error),
        },
        None => TransportError::Unreachable {
            transport: NAME,
            endpoint,
            source: Box::new(error),
        },
    }
}

/// Whether TLS failed over what the peer showed, rather than over the link.
fn is_certificate(error: &io::Error) -> bool {
    let text = error.to_string();
    [
        "certificate",
        "Certificate",
        "corrupt message",
        "unknown CA",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Something the broker refused or the link did not survive.
pub(crate) fn broker(what: impl Into<String>, error: lapin::Error) -> TransportError {
    TransportError::Broker {
        transport: NAME,
        what: what.into(),
        source: Some(Box::new(error)),
    }
}

/// The transport is closed.
pub(crate) fn closed() -> TransportError {
    TransportError::Closed { transport: NAME }
}

/// What the broker said on a channel, if it was the channel's own fault and not the link's.
pub(crate) fn soft(error: &lapin::Error) -> Option<(AMQPSoftError, &str)> {
    match error.kind() {
        ErrorKind::ProtocolError(told) => match told.kind() {
            AMQPErrorKind::Soft(kind) => Some((kind.clone(), told.get_message().as_str())),
            AMQPErrorKind::Hard(_) => None,
        },
        _ => None,
    }
}

/// Whether something was gone that had been there a moment ago.
pub(crate) fn is_gone(error: &TransportError) -> bool {
    let TransportError::Broker {
        source: Some(source),
        ..
    } = error
    else {
        return false;
    };
    let told = source.downcast_ref::<lapin::Error>().and_then(soft);
    matches!(told, Some((AMQPSoftError::NOTFOUND, _)))
}

/// A queue that exists otherwise than it is wanted: names the argument that differs.
pub(crate) fn conflict(group: &str, message: &str) -> TransportError {
    // RabbitMQ: "inequivalent arg 'x-queue-type' for queue 'q' in vhost 'v': received … but
    // current is …".
    let argument = message
        .split_once("inequivalent arg '")
        .and_then(|(_, rest)| rest.split_once('\''))
        .map_or("", |(argument, _)| argument);
    let what = match argument {
        "x-single-active-consumer" => "kind",
        "x-queue-type" => "queue type",
        "durable" => "durability",
        "x-dead-letter-exchange" | "x-dead-letter-routing-key" => "keeping of dead letters",
        "x-max-length" | "x-overflow" => "limits",
        "auto_delete" => "auto-delete",
        "exclusive" => "exclusivity",
        _ => "arguments",
    };
    TransportError::GroupConflict {
        transport: NAME,
        group: group.to_owned(),
        what,
    }
}
