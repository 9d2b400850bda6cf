//! The services of the mini PBX as programs of their own.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use trunkline_suite::{build, programs};

#[test]
fn each_service_runs_and_drains_when_told() {
    build().unwrap();
    for service in ["authd", "confd", "calld", "chatd", "call-logd"] {
        let program = format!("mini-pbx-{service}");
        let mut running = Command::new(programs().join(&program))
            .env("PBX_TRANSPORT", "memory:")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(running.stderr.take().unwrap()).lines();
        let mut until = |word: &str| log.any(|line| line.unwrap().contains(word));
        assert!(until("running"), "{service}");
        let id = running.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(until("drained"), "{service}");
        assert!(running.wait().unwrap().success(), "{service}");
    }
}

#[test]
fn a_service_that_is_misconfigured_says_which_key() {
    build().unwrap();
    let output = Command::new(programs().join("mini-pbx-confd"))
        .env("PBX_TRANSPROT", "memory:")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.to_lowercase().contains("transprot"), "{told}");
}
