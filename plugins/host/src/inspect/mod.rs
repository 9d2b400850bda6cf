//! What a file is, told from its bytes: nothing of it runs.

mod elf;

use trunkline_plugin_abi::{META_CANNOT_ABORT, META_DEBUG_BUILD, MetaHead};

use crate::manifest::Manifest;
use crate::refusal::Refusal;

/// What a plugin's bytes say.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inspected {
    /// What the plugin says of itself.
    pub manifest: Manifest,
    /// Whether it was built without optimisation.
    pub debug_build: bool,
    /// Whether it carries a seal; it then matches.
    pub sealed: bool,
    /// SHA-256 of all its bytes.
    pub digest: [u8; 32],
}

/// Says what a plugin's bytes are, or why they are none.
///
/// # Errors
/// [`Refusal`]: the first thing that is wrong.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Inspected, Refusal> {
    let library = elf::Library::read(bytes)?;
    let at = library.descriptor()?;
    let (head, json) = read_meta(&bytes[at..])?;
    let sealed = crate::seal::check(bytes, at, &head)?;
    if !library.has_entry() {
        return Err(Refusal::NoEntry);
    }
    let manifest = describe(&head, json)?;
    Ok(Inspected {
        manifest,
        debug_build: head.flags & META_DEBUG_BUILD != 0,
        sealed,
        digest: crate::seal::sha256(bytes),
    })
}

/// The name that a plugin's bytes give it, if it can be read though something else is wrong with
/// them.
pub(crate) fn name(bytes: &[u8]) -> Option<String> {
    let at = descriptor_at(bytes).ok()?;
    let (_, json) = read_meta(bytes.get(at..)?).ok()?;
    Manifest::name(json)
}

/// Where the descriptor of a plugin begins in its bytes.
///
/// # Errors
/// [`Refusal`] if they are no plugin's.
pub(crate) fn descriptor_at(bytes: &[u8]) -> Result<usize, Refusal> {
    elf::Library::read(bytes)?.descriptor()
}

fn read_meta(bytes: &[u8]) -> Result<(MetaHead, &[u8]), Refusal> {
    MetaHead::read(bytes).map_err(|error| Refusal::Damaged(error.to_string()))
}

/// Checks what a descriptor says, wherever it comes from.
pub(crate) fn describe(head: &MetaHead, json: &[u8]) -> Result<Manifest, Refusal> {
    if head.abi_major != trunkline_plugin_abi::ABI_MAJOR {
        return Err(Refusal::OtherAbi {
            found: format!("{}.{}", head.abi_major, head.abi_minor),
        });
    }
    if head.pointer_bits != usize::BITS {
        return Err(Refusal::Damaged(format!(
            "its descriptor is for {} bit pointers",
            head.pointer_bits
        )));
    }
    if head.flags & META_CANNOT_ABORT == 0 {
        return Err(Refusal::PanicAborts);
    }
    Manifest::read(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        inspect(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_library_is_told_by_its_first_bytes() {
        assert_eq!(refusal(b""), "is empty");
        assert_eq!(
            refusal(b"hello"),
            "is not a shared library (starts with [68, 65, 6c, 6c])"
        );
        assert!(refusal(b"\0asm\x01\0\0\0").contains("WebAssembly"));
        assert!(refusal(b"MZ\x90\0").contains("Windows"));
        assert!(refusal(&[0xcf, 0xfa, 0xed, 0xfe, 7]).contains("Mach-O"));
        assert!(refusal(b"!<arch>\nfoo").contains("archive"));
        assert!(refusal(b"\x7fELF").contains("truncated"));
    }

    #[test]
    fn no_run_of_bytes_makes_it_panic() {
        let mut state = 1_u64;
        for length in 0..2000 {
            let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
            for _ in 0..length {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                bytes.push((state >> 56) as u8);
            }
            assert!(inspect(&bytes).is_err());
        }
    }
}
