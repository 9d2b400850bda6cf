//! Seals, lock files and signatures.

use std::path::Path;
use std::process::Command;

use trunkline_plugin_host::TrustedKey;

use super::good;
use crate::support::{Source, Stage, eventually};

#[tokio::test]
async fn a_seal_proves_that_every_byte_is_there() {
    let stage = Stage::with(|options| options.require_seal = true).await;
    let path = stage.path("a.so");
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("is not sealed; run `trunkline plugin seal`"),
        "{text}"
    );
    trunkline_plugin_host::seal(&path).unwrap();
    stage.host.load(&path).await.unwrap();
    let sealed = std::fs::read(&path).unwrap();
    // A run of zeros between sections: nothing else would notice.
    let at = sealed
        .windows(16)
        .rposition(|bytes| bytes == [0; 16])
        .unwrap();
    let mut torn = sealed.clone();
    torn[at + 8] = 1;
    std::fs::write(&path, &torn).unwrap();
    let text = stage.host.load(&path).await.unwrap_err().to_string();
    assert!(
        text.contains("does not match its own seal: damaged"),
        "{text}"
    );
    stage.ping().await;
    eventually("what was loaded goes on", || stage.ledger.get(10) == 1).await;
    // Sealing again is for a new build; it makes a seal of what is there.
    trunkline_plugin_host::seal(&path).unwrap();
    stage.host.load(&path).await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_lock_file_says_which_bytes_may_be_loaded() {
    let stage = Stage::with(|options| options.require_lock = true).await;
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("does not match plugins.lock (expected nothing, is "),
        "{text}"
    );
    let sum = Command::new("sha256sum")
        .arg("a.so")
        .current_dir(stage.directory.path())
        .output()
        .unwrap();
    std::fs::write(stage.path("plugins.lock"), sum.stdout).unwrap();
    stage.host.load(&stage.path("a.so")).await.unwrap();
    let other = Source::new("good", "sync", "note(11);");
    let text = stage
        .try_load("a.so", &other)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("does not match plugins.lock (expected ") && !text.contains("nothing"),
        "{text}"
    );
    stage.ping().await;
    eventually("what was loaded goes on", || stage.ledger.get(10) == 1).await;
    stage.end().await;
}

/// Runs OpenSSL, which makes keys and signatures as operators make them.
fn openssl(directory: &Path, arguments: &str) {
    let run = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(directory)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "openssl {arguments}: {errors}");
}

#[tokio::test]
async fn a_trusted_key_says_whose_plugins_are_loaded() {
    let keys = tempfile::tempdir().unwrap();
    for owner in ["ours", "theirs"] {
        openssl(
            keys.path(),
            &format!("genpkey -algorithm ed25519 -out {owner}.pem"),
        );
        let public = format!("pkey -in {owner}.pem -pubout -out {owner}.pub");
        openssl(keys.path(), &public);
    }
    let trusted = TrustedKey::read(&keys.path().join("ours.pub")).unwrap();
    let stage = Stage::with(|options| options.trusted_keys = trusted).await;
    let sign = |key: &str| {
        let key = keys.path().join(key);
        let key = key.display();
        openssl(
            stage.directory.path(),
            &format!("pkeyutl -sign -rawin -inkey {key} -in a.so -out a.so.sig"),
        );
    };
    let path = stage.path("a.so");
    let refusal = async || stage.host.load(&path).await.unwrap_err().to_string();
    good().build(&path);
    let text = refusal().await;
    assert!(
        text.contains("has no valid signature by a trusted key (")
            && text.ends_with("a.so.sig\" is not there)"),
        "{text}"
    );
    sign("theirs.pem");
    let text = refusal().await;
    assert!(
        text.ends_with("is of other bytes, or by another key)"),
        "{text}"
    );
    std::fs::write(stage.path("a.so.sig"), "signed: me").unwrap();
    let text = refusal().await;
    assert!(
        text.ends_with("is not 64 bytes, as an Ed25519 signature is)"),
        "{text}"
    );
    sign("ours.pem");
    stage.host.load(&path).await.unwrap();
    // What was signed is what is loaded.
    trunkline_plugin_host::seal(&path).unwrap();
    let text = refusal().await;
    assert!(
        text.ends_with("is of other bytes, or by another key)"),
        "{text}"
    );
    stage.ping().await;
    eventually("what was loaded goes on", || stage.ledger.get(10) == 1).await;
    stage.end().await;
}
