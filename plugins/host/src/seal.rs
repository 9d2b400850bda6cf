//! Seals: a plugin's own SHA-256, which proves that all of it is there.

use std::fs;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};
use trunkline_plugin_abi::MetaHead;

use crate::inspect;
use crate::refusal::{LoadError, Refusal};

/// SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of a plugin whose descriptor is at `at`, as if it had no seal.
fn unsealed(bytes: &[u8], at: usize) -> [u8; 32] {
    let start = at + MetaHead::DIGEST_AT;
    let mut digest = Sha256::new();
    digest.update(&bytes[..start]);
    digest.update([0; 32]);
    digest.update(&bytes[start + 32..]);
    digest.finalize().into()
}

/// Whether a plugin is sealed.
///
/// # Errors
/// [`Refusal::Seal`] if it is, and does not match.
pub(crate) fn check(bytes: &[u8], at: usize, head: &MetaHead) -> Result<bool, Refusal> {
    if head.digest == [0; 32] {
        return Ok(false);
    }
    if head.digest != unsealed(bytes, at) {
        return Err(Refusal::Seal);
    }
    Ok(true)
}

/// Seals a plugin's file: writes its own SHA-256 into it, the last step of a build. Whoever reads
/// the file sees the old one or the new one, whole. Gives the seal.
///
/// A seal proves that the file is whole, not where it comes from.
///
/// # Errors
/// [`LoadError`] if it is not a plugin, or cannot be written.
pub fn seal(path: &Path) -> Result<[u8; 32], LoadError> {
    write_seal(path).map_err(|reason| LoadError {
        path: path.to_owned(),
        name: None,
        reason,
    })
}

fn write_seal(path: &Path) -> Result<[u8; 32], Refusal> {
    let mut bytes = fs::read(path)?;
    let at = inspect::descriptor_at(&bytes)?;
    let start = at + MetaHead::DIGEST_AT;
    let too_short = || Refusal::Damaged("its descriptor is cut off".into());
    bytes.get(start..start + 32).ok_or_else(too_short)?;
    let digest = unsealed(&bytes, at);
    bytes[start..start + 32].copy_from_slice(&digest);
    inspect::inspect(&bytes)?;
    // Beside the file, so that the rename stays on its file system.
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut new = tempfile::Builder::new()
        .prefix(".sealing-")
        .tempfile_in(directory.unwrap_or(Path::new(".")))?;
    new.write_all(&bytes)?;
    new.as_file()
        .set_permissions(fs::metadata(path)?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(|error| error.error)?;
    Ok(digest)
}
