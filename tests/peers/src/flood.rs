//! Half a million events that nobody reads.

use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ruststream::memory::prelude::*;
use ruststream::{ConnectedBroker, OutgoingMessage, Subscribe};
use serde::{Deserialize, Serialize};
use trunkline_core::{
    Binding, PublishOptions, SubscribeOptions, Transport, TransportError, TransportErrorKind,
};

use crate::load::{self, Flavour};
use crate::ours;

const EVENTS: u64 = 500_000;

/// What became of the flood.
#[derive(Debug, Serialize, Deserialize)]
pub struct Flood {
    pub name: String,
    pub accepted: u64,
    pub told_full: u64,
    pub resident_before_mib: f64,
    pub resident_after_mib: f64,
    /// What a publisher with half a second of patience is told, and when.
    pub patient: String,
}

pub const CONTENDERS: [&str; 2] = ["trunkline", "ruststream"];

/// Floods each contender in a process of its own, so that neither's memory is the other's.
pub fn all() -> Vec<Flood> {
    let program = std::env::current_exe().expect("this program has a path");
    let flood = |name: &&str| {
        let output = Command::new(&program)
            .args(["flood-of", name])
            .output()
            .expect("it runs");
        serde_json::from_slice(&output.stdout).expect("it prints JSON")
    };
    CONTENDERS.iter().map(flood).collect()
}

/// Floods one contender in this process and prints what became of it.
pub fn one(name: &str) {
    let runtime = Flavour::OneThread.runtime();
    let flood = match name {
        "trunkline" => runtime.block_on(trunkline()),
        _ => runtime.block_on(ruststream()),
    };
    println!(
        "{}",
        serde_json::to_string(&flood).expect("figures are JSON")
    );
}

async fn trunkline() -> Flood {
    let memory = trunkline_memory::MemoryBroker::new().connect();
    let options = SubscribeOptions::group("nobody", [Binding::everything()]);
    drop(memory.subscribe(options).await.expect("a group"));
    let body = load::body();
    let before = resident_mib();
    let (mut accepted, mut told_full) = (0, 0);
    let hasty = PublishOptions::new().with_timeout(Duration::ZERO);
    for _ in 0..EVENTS {
        match memory.publish(ours::envelope(&body), hasty.clone()).await {
            Ok(_) => accepted += 1,
            Err(error) if is_full(&error) => told_full += 1,
            Err(error) => panic!("{error}"),
        }
    }
    let after = resident_mib();
    let begun = Instant::now();
    let patient = PublishOptions::new().with_timeout(Duration::from_millis(500));
    let told = memory.publish(ours::envelope(&body), patient).await;
    let told = told.map_or_else(|error| error.to_string(), |_| "accepted".into());
    Flood {
        name: "trunkline".into(),
        accepted,
        told_full,
        resident_before_mib: before,
        resident_after_mib: after,
        patient: format!("{told} (after {:.1?})", begun.elapsed()),
    }
}

fn is_full(error: &TransportError) -> bool {
    error.kind() == TransportErrorKind::Full
}

async fn ruststream() -> Flood {
    let broker = MemoryBroker::new();
    let connected = broker.clone().connect().await.expect("a bus");
    let _unread = connected
        .subscribe(load::NAME)
        .await
        .expect("a subscription");
    let (publisher, body) = (connected.publisher(), load::body());
    let before = resident_mib();
    let (mut accepted, mut told_full) = (0, 0);
    for _ in 0..EVENTS {
        let message = OutgoingMessage::produced(
            load::NAME,
            BytesMut::from(&Bytes::copy_from_slice(&body)[..]),
        );
        match publisher.publish(message, None).await {
            Ok(()) => accepted += 1,
            Err(_) => told_full += 1,
        }
    }
    let after = resident_mib();
    let flood = Flood {
        name: "ruststream".into(),
        accepted,
        told_full,
        resident_before_mib: before,
        resident_after_mib: after,
        patient: "has no patience to set".into(),
    };
    connected.shutdown().await.expect("a shutdown");
    flood
}

/// Memory of this process that is really there.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has /proc");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("and VmRSS in it");
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a number");
    kib / 1024.0
}
