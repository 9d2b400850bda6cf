//! The body of an envelope as text.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use trunkline_core::{DecodeError, Envelope};

use crate::DIALECT;
use crate::error::KazooError;

/// Most bytes of a body once unpacked: 16 MiB. A body of a kilobyte can hold a gigabyte of nothing.
pub const MAX_UNPACKED: u64 = 16 << 20;

/// Reads the body, which may be gzip.
pub(crate) fn text(envelope: &Envelope) -> Result<Cow<'_, str>, DecodeError> {
    let properties = envelope.properties();
    let refused = |error: KazooError| dialect_error(error);
    match properties.content_type() {
        None | Some("" | "application/json") => {}
        Some("application/erlang") => return Err(refused(KazooError::Erlang)),
        Some(other) => {
            let found = other.to_owned();
            return Err(refused(KazooError::ContentType { found }));
        }
    }
    let body = envelope.body();
    match properties.content_encoding() {
        None | Some("" | "identity" | "utf-8") => std::str::from_utf8(body)
            .map(Cow::Borrowed)
            .map_err(DecodeError::NotUtf8),
        Some("gzip") => unpack(body).map(Cow::Owned),
        Some(other) => {
            let found = other.to_owned();
            Err(refused(KazooError::ContentEncoding { found }))
        }
    }
}

fn unpack(body: &[u8]) -> Result<String, DecodeError> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells that there are more.
    let mut reader = MultiGzDecoder::new(body).take(MAX_UNPACKED + 1);
    let read = reader.read_to_end(&mut bytes);
    read.map_err(|error| dialect_error(KazooError::Gzip(error)))?;
    if bytes.len() as u64 > MAX_UNPACKED {
        let limit = MAX_UNPACKED;
        return Err(dialect_error(KazooError::TooLarge { limit }));
    }
    String::from_utf8(bytes).map_err(|error| DecodeError::NotUtf8(error.utf8_error()))
}

pub(crate) fn dialect_error(error: KazooError) -> DecodeError {
    DecodeError::Dialect {
        dialect: DIALECT,
        reason: error.code(),
        source: error.into(),
    }
}
