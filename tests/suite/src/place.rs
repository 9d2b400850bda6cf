//! Where things are, and how they are built.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::scratch::target;

/// The workspace.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize()
        .expect("tests run where their sources are")
}

/// The directory of the programs that belong to this test.
pub fn programs() -> PathBuf {
    let test = std::env::current_exe().expect("a running program knows its place");
    // target/debug/deps/examples-0123456789abcdef
    let programs = test.ancestors().nth(2).map(Path::to_path_buf);
    programs.expect("cargo puts tests into `deps`")
}

/// The cargo that runs this test, at work on the same target directory, without a network.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .current_dir(root());
    cargo
}

/// Builds the programs of the workspace, unless they are fresh: with all features, as `tests/run`
/// has built them already.
///
/// # Errors
/// What cargo printed.
pub fn build() -> Result<(), String> {
    let built = cargo()
        .args([
            "build",
            "--quiet",
            "--workspace",
            "--all-features",
            "--bins",
        ])
        .output();
    let built = built.map_err(|error| format!("cargo: {error}"))?;
    if built.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&built.stderr).into_owned())
    }
}
