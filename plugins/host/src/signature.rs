//! Signatures: who built a plugin, by keys the operator trusts.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use ed25519_dalek::pkcs8::DecodePublicKey;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::refusal::Refusal;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";

/// A public key whose owner's plugins are loaded.
#[derive(Clone, PartialEq, Eq)]
pub struct TrustedKey(VerifyingKey);

/// Why a file of trusted keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustedKeyError {
    /// It cannot be read.
    #[error("{path:?} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds no public key.
    #[error("there is no `{BEGIN}`; write keys as `openssl pkey -pubout` does")]
    None,
    /// One of its keys is none of this kind.
    #[error("key {number} is not an Ed25519 public key")]
    Key {
        /// Which one, from 1.
        number: usize,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl TrustedKey {
    /// Reads keys from text: Ed25519 public keys in PEM (RFC 7468, RFC 8410), one after the other,
    /// as `openssl pkey -pubout` writes them. What stands around them is let be.
    ///
    /// # Errors
    /// [`TrustedKeyError::None`] if there is none, [`TrustedKeyError::Key`] if one is of another
    /// kind or damaged.
    pub fn from_pem(text: &str) -> Result<Vec<Self>, TrustedKeyError> {
        let blocks = text.match_indices(BEGIN).map(|(at, _)| &text[at..]);
        let keys: Result<Vec<_>, _> = (1..)
            .zip(blocks)
            .map(|(number, block)| {
                let key = VerifyingKey::from_public_key_pem(first_block(block));
                key.map(Self).map_err(|error| TrustedKeyError::Key {
                    number,
                    source: error.into(),
                })
            })
            .collect();
        match keys {
            Ok(none) if none.is_empty() => Err(TrustedKeyError::None),
            keys => keys,
        }
    }

    /// Reads keys from a file.
    ///
    /// # Errors
    /// [`TrustedKeyError`].
    pub fn read(path: &Path) -> Result<Vec<Self>, TrustedKeyError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|source| TrustedKeyError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_pem(&text)
    }
}

impl fmt::Debug for TrustedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = crate::file::hex(&self.0.as_bytes()[..8]);
        write!(f, "TrustedKey({id}…)")
    }
}

/// The first block of several, and nothing after it.
fn first_block(text: &str) -> &str {
    const END: &str = "-----END PUBLIC KEY-----";
    text.find(END).map_or(text, |at| &text[..at + END.len()])
}

/// Where a plugin's signature is.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Checks the signature beside a plugin's file, if any key is trusted: an Ed25519 signature (RFC
/// 8032) of all its bytes, 64 bytes, as `openssl pkeyutl -sign -rawin` writes it.
///
/// # Errors
/// [`Refusal::Signature`] unless one of the keys made it.
pub(crate) fn check(path: &Path, bytes: &[u8], trusted: &[TrustedKey]) -> Result<(), Refusal> {
    if trusted.is_empty() {
        return Ok(());
    }
    let beside = beside(path);
    let refuse = |problem| {
        Err(Refusal::Signature {
            path: beside.clone(),
            problem,
        })
    };
    let signature = match std::fs::read(&beside) {
        Ok(signature) => signature,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return refuse("is not there"),
        Err(error) => return Err(error.into()),
    };
    let Ok(signature) = Signature::from_slice(&signature) else {
        return refuse("is not 64 bytes, as an Ed25519 signature is");
    };
    // Strictly: keys and signatures that several messages would fit are no good.
    if trusted
        .iter()
        .any(|key| key.0.verify_strict(bytes, &signature).is_ok())
    {
        return Ok(());
    }
    refuse("is of other bytes, or by another key")
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use ed25519_dalek::pkcs8::EncodePublicKey;
    use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;

    use super::*;

    fn pem(seed: u8) -> String {
        let key = SigningKey::from_bytes(&[seed; 32]).verifying_key();
        key.to_public_key_pem(LineEnding::LF).unwrap()
    }

    #[test]
    fn a_file_holds_several_keys_and_what_is_said_of_them() {
        let text = format!("release key\n{}\nand the next\n{}", pem(1), pem(2));
        let keys = TrustedKey::from_pem(&text).unwrap();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn what_is_no_key_is_told_which() {
        let none = TrustedKey::from_pem("ssh-ed25519 AAAA").unwrap_err();
        assert!(matches!(none, TrustedKeyError::None), "{none}");
        let torn = pem(2).replace("MCow", "MCoX");
        let text = TrustedKey::from_pem(&(pem(1) + &torn)).unwrap_err();
        assert_eq!(text.to_string(), "key 2 is not an Ed25519 public key");
    }
}
