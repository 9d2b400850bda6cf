//! The descriptor: what a plugin says of itself before anything of it runs.

use core::fmt;
use core::mem::size_of;

/// The descriptor's first bytes.
pub const META_MAGIC: [u8; 8] = *b"TLPLUGIN";
/// No panic of the plugin's language ends the process.
pub const META_CANNOT_ABORT: u32 = 1;
/// Built without optimisation.
pub const META_DEBUG_BUILD: u32 = 2;

/// The fixed part of a descriptor; the manifest's JSON follows.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetaHead {
    /// [`META_MAGIC`].
    pub magic: [u8; 8],
    /// Bytes of this struct: where the JSON begins.
    pub size: u32,
    /// Major version of the interface the plugin was built for.
    pub abi_major: u32,
    /// Minor version of the interface the plugin was built for.
    pub abi_minor: u32,
    /// `META_` flags.
    pub flags: u32,
    /// 32 or 64.
    pub pointer_bits: u32,
    /// Bytes of JSON.
    pub json_len: u32,
    /// The seal: SHA-256 of the whole file with these bytes zero. All zero in a file not sealed.
    pub digest: [u8; 32],
}

/// A descriptor with its JSON, as a plugin exports it.
#[repr(C)]
#[derive(Debug)]
pub struct Meta<const N: usize> {
    head: MetaHead,
    json: [u8; N],
}

impl<const N: usize> Meta<N> {
    /// Makes the descriptor of a plugin whose manifest is `json`.
    #[must_use]
    pub const fn new(flags: u32, json: [u8; N]) -> Self {
        let head = MetaHead {
            magic: META_MAGIC,
            size: size_of::<MetaHead>() as u32,
            abi_major: crate::ABI_MAJOR,
            abi_minor: crate::ABI_MINOR,
            flags,
            pointer_bits: usize::BITS,
            json_len: N as u32,
            digest: [0; 32],
        };
        Self { head, json }
    }

    /// The fixed part.
    #[must_use]
    pub const fn head(&self) -> &MetaHead {
        &self.head
    }

    /// The manifest.
    #[must_use]
    pub const fn json(&self) -> &[u8] {
        &self.json
    }
}

impl MetaHead {
    /// Bytes before the seal, in every version: it is found without reading the rest.
    ///
    /// cbindgen:ignore
    pub const DIGEST_AT: usize = 32;

    /// Reads a descriptor from the bytes of a file, which begin with it, and gives its JSON.
    ///
    /// # Errors
    /// [`MetaError`]: where it is cut off, or what is not a descriptor.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), MetaError> {
        let fixed = bytes.get(..size_of::<Self>()).ok_or(MetaError::CutOff)?;
        let word = |at: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&fixed[at..at + 4]);
            u32::from_ne_bytes(word)
        };
        let mut head = Self {
            magic: META_MAGIC,
            size: word(8),
            abi_major: word(12),
            abi_minor: word(16),
            flags: word(20),
            pointer_bits: word(24),
            json_len: word(28),
            digest: [0; 32],
        };
        if fixed[..8] != META_MAGIC {
            return Err(MetaError::NotOne);
        }
        head.digest.copy_from_slice(&fixed[Self::DIGEST_AT..]);
        let start = head.size as usize;
        if start < size_of::<Self>() {
            return Err(MetaError::NotOne);
        }
        let json = start
            .checked_add(head.json_len as usize)
            .and_then(|end| bytes.get(start..end))
            .ok_or(MetaError::CutOff)?;
        Ok((head, json))
    }
}

/// Why bytes are not a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetaError {
    /// They end too early.
    CutOff,
    /// They do not begin as a descriptor does.
    NotOne,
}

impl fmt::Display for MetaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CutOff => "the descriptor is cut off",
            Self::NotOne => "the descriptor does not begin as one; is it written by TL_META?",
        })
    }
}

#[cfg(feature = "std")]
impl std::error::Error for MetaError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(meta: &Meta<2>) -> [u8; 66] {
        let mut bytes = [0; 66];
        let head = meta.head();
        bytes[..8].copy_from_slice(&head.magic);
        let words = [
            head.size,
            head.abi_major,
            head.abi_minor,
            head.flags,
            head.pointer_bits,
            head.json_len,
        ];
        for (place, word) in bytes[8..32].chunks_mut(4).zip(words) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
        bytes[64..].copy_from_slice(meta.json());
        bytes
    }

    #[test]
    fn a_descriptor_reads_back() {
        let meta = Meta::new(META_CANNOT_ABORT, *b"{}");
        let bytes = bytes(&meta);
        let (head, json) = MetaHead::read(&bytes).unwrap();
        assert_eq!(&head, meta.head());
        assert_eq!(json, b"{}");
    }

    #[test]
    fn a_descriptor_cut_off_anywhere_is_refused() {
        let bytes = bytes(&Meta::new(0, *b"{}"));
        for end in 0..bytes.len() {
            assert_eq!(
                MetaHead::read(&bytes[..end]),
                Err(MetaError::CutOff),
                "{end}"
            );
        }
    }

    #[test]
    fn other_bytes_are_no_descriptor() {
        assert_eq!(MetaHead::read(&[b'x'; 80]), Err(MetaError::NotOne));
    }

    #[test]
    fn a_length_beyond_the_file_is_refused() {
        let mut bytes = bytes(&Meta::new(0, *b"{}"));
        bytes[28..32].copy_from_slice(&u32::MAX.to_ne_bytes());
        assert_eq!(MetaHead::read(&bytes), Err(MetaError::CutOff));
    }
}
