//! A service that `trunkline new service` wrote passes what this workspace asks of its own crates,
//! and runs.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use trunkline_suite::{build, cargo, programs, root};

fn assert_passes(directory: &Path, arguments: &[&str]) {
    let Output { status, stderr, .. } = cargo()
        .args(arguments)
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .current_dir(directory)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "cargo {}: {told}", arguments.join(" "));
}

#[test]
fn a_new_service_passes_at_once_and_drains_when_told() {
    build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let made = Command::new(programs().join("trunkline"))
        .args(["new", "service", "fire-alarms", "--trunkline-path"])
        .arg(root())
        .current_dir(directory.path())
        .status();
    assert!(made.unwrap().success());

    let directory = directory.path().join("fire-alarms");
    assert_passes(&directory, &["fmt", "--check"]);
    let strict = ["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"];
    assert_passes(&directory, &strict);
    assert_passes(&directory, &["test", "--quiet"]);
    assert_passes(&directory, &["build", "--quiet"]);

    let mut running = Command::new(programs().join("fire-alarms"))
        .arg("fire-alarms.toml")
        .current_dir(&directory)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(running.stderr.take().unwrap()).lines();
    let mut until = |word: &str| log.any(|line| line.unwrap().contains(word));
    assert!(until("running"));
    let id = running.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    assert!(until("drained"));
    assert!(running.wait().unwrap().success());
}
