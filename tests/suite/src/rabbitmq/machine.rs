//! The process of the node in a directory.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::wait_until;

/// The number of the node's process, if there is one.
pub(super) fn pid(directory: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(directory.join("pid")).ok()?;
    let pid = Pid::from_raw(text.trim().parse().ok()?)?;
    // A machine that went down leaves the file; then the number is nobody's, or another's.
    let command = std::fs::read(format!("/proc/{pid}/environ")).ok()?;
    let ours = directory.to_string_lossy();
    let is_ours = command
        .windows(ours.len())
        .any(|window| window == ours.as_bytes());
    is_ours.then_some(pid)
}

pub(super) fn signal(directory: &Path, signal: Signal) -> bool {
    pid(directory).is_some_and(|pid| kill_process(pid, signal).is_ok())
}

pub(super) fn thaw(directory: &Path) -> bool {
    signal(directory, Signal::CONT)
}

/// Kills what runs in a directory, and waits until it is gone.
pub(super) fn end(directory: &Path) {
    let gone = || !signal(directory, Signal::KILL) && !directory.join("pid").exists();
    if pid(directory).is_none() {
        let _ = std::fs::remove_file(directory.join("pid"));
        return;
    }
    wait_until(
        Duration::from_secs(20),
        format_args!("the end of the node in {}", directory.display()),
        gone,
    );
}
