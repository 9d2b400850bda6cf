use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use crate::headers::packed::{self, RawEntry, float_as_int};

/// What the hash of a bucket was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole routing key.
    Key,
    /// A header with its value, and the name of the event.
    NameAndHeader,
    /// A header with its value.
    Header,
    /// The name of a header.
    Present,
    /// The name of an event.
    Name,
    /// The beginning of the name of an event.
    Head,
}

/// Hashes of what events and bindings have in common. The seed is random, so that no event can be
/// made to collide.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    hasher: RandomState,
}

impl Hashes {
    /// Hashes a header with its value such that equal values, as matching sees them, have equal
    /// hashes.
    pub(super) fn header(&self, entry: &RawEntry<'_>) -> u64 {
        let value = entry.value;
        let number = match value.tag() {
            packed::INT => value.int() as u64,
            packed::FLOAT => {
                let float = value.float();
                float_as_int(float).map_or(float.to_bits(), |int| int as u64)
            }
            // Tables are equal in any order; the name alone must do.
            packed::LIST | packed::TABLE => u64::from(value.tag()),
            _ => return self.of(Kind::Header, entry.whole),
        };
        let name = self.of(Kind::Header, entry.name);
        self.mix(name, number)
    }

    pub(super) fn of(&self, kind: Kind, bytes: &[u8]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(bytes);
        // Keeps equal text of different kinds apart: a binding must be found once for each hook.
        hasher.finish() ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    pub(super) fn mix(&self, one: u64, other: u64) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_u64(one);
        hasher.write_u64(other);
        hasher.finish()
    }
}
