//! What the tests share.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use trunkline_suite::wait_until;

/// Longest wait for a program that should have ended.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The program, with nothing of this machine's configuration.
pub(crate) fn trunkline(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRUNKLINE_")) {
        command.env_remove(name);
    }
    command
        .env_remove("CLICOLOR_FORCE")
        .args(arguments)
        .timeout(PATIENCE);
    command
}

/// What a finished program left.
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Left {
    /// Standard output as JSON, a value a line; nothing else may be there.
    pub(crate) fn json(&self) -> Vec<Value> {
        let lines = self.out.lines();
        let value = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        lines.map(value).collect()
    }

    /// The last object of standard output.
    pub(crate) fn last(&self) -> Value {
        self.json().pop().unwrap()
    }
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Left {
    run_with(arguments, "")
}

/// Runs the program to its end, with something on standard input.
pub(crate) fn run_with(arguments: &[&str], input: impl Into<Vec<u8>>) -> Left {
    left(&trunkline(arguments).write_stdin(input).output().unwrap())
}

fn left(output: &std::process::Output) -> Left {
    Left {
        code: output.status.code(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

/// A program at work, which is ended with the test.
pub(crate) struct AtWork {
    child: Ended,
    out: BufReader<std::process::ChildStdout>,
}

impl AtWork {
    pub(crate) fn start(arguments: &[&str], input: Stdio) -> Self {
        Self::spawn(arguments, input, Stdio::null())
    }

    /// Starts it, to be heard on standard error as well.
    pub(crate) fn start_heard(
        arguments: &[&str],
        input: Stdio,
    ) -> (Self, BufReader<std::process::ChildStderr>) {
        let mut started = Self::spawn(arguments, input, Stdio::piped());
        let said = BufReader::new(started.child.0.stderr.take().unwrap());
        (started, said)
    }

    fn spawn(arguments: &[&str], input: Stdio, said: Stdio) -> Self {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_trunkline"));
        let command = command.args(arguments).stdin(input);
        let started = command.stdout(Stdio::piped()).stderr(said).spawn();
        let mut child = started.unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self {
            child: Ended(child),
            out,
        }
    }

    /// Waits for its next line.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// What it writes from here to its end.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest
    }

    pub(crate) fn stdin(&mut self) -> std::process::ChildStdin {
        self.child.0.stdin.take().unwrap()
    }

    /// Its exit code, once it has ended.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let status = self.child.0.try_wait().unwrap();
        status.map(|status| status.code().expect("no signal ends it"))
    }

    /// Sends it a signal: `TERM`, `INT`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.0.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &id])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Reads no more of what it writes.
    pub(crate) fn stop_reading(self) -> Ended {
        drop(self.out);
        self.child
    }

    /// Waits for its end, and gives its exit code.
    pub(crate) fn code(self) -> Option<i32> {
        self.stop_reading().code()
    }
}

/// A program nobody reads from any more. Dropped, it is killed.
pub(crate) struct Ended(Child);

impl Ended {
    pub(crate) fn code(mut self) -> Option<i32> {
        let mut status = None;
        wait_until(PATIENCE, "the end of the program", || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        status.and_then(|status| status.code())
    }
}

impl Drop for Ended {
    /// Nothing outlives its test; what has ended is not there to be killed.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Messages recorded from the real wazo-bus.
pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wazo/tests/vectors/wazo-vectors.jsonl")
}

/// The recording that the demo plays.
pub(crate) fn morning() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/telephony.jsonl")
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A file of this test's own.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join(name);
    let _ = std::fs::remove_file(&path);
    path
}
