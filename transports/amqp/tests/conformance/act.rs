//! Acts of other clients: a program in Python does one thing, and tells of it line by line.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::ChildStdout;
use std::time::Duration;

use serde_json::Value as Json;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline_suite::process::Process;
use trunkline_suite::python::Python;
use trunkline_suite::rabbitmq::Vhost;
use trunkline_suite::scratch::Scratch;

use crate::witness::PACKAGES;

/// Longest wait for a word, on a machine that does other things too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A Python program at one of its acts.
pub(crate) struct Act {
    lines: Lines<BufReader<ChildStdout>>,
    _process: Process,
    _log: Scratch,
}

impl Act {
    pub(crate) async fn start(
        script: &'static str,
        vhost: &Vhost,
        act: &'static str,
        what: &'static str,
    ) -> Self {
        let url = vhost.url();
        let begin = move || {
            let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
            let log = Scratch::new("act");
            let mut process = Python::with(PACKAGES)
                .script(home.join(script))
                .args([act, &url, what])
                .piped()
                .log_to(log.file("log.txt"))
                .start();
            let (_, output) = process.take_pipes().unwrap();
            Self {
                lines: BufReader::new(output).lines(),
                _process: process,
                _log: log,
            }
        };
        spawn_blocking(begin).await.unwrap()
    }

    /// The next thing it says, and the act again.
    pub(crate) async fn says(mut self) -> (Json, Self) {
        let said = spawn_blocking(move || {
            let line = self.lines.next().expect("it says something").unwrap();
            (serde_json::from_str(&line).unwrap(), self)
        });
        timeout(PATIENCE, said).await.unwrap().unwrap()
    }
}
