//! mosquitto's own clients.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use trunkline_suite::mosquitto::Mosquitto;
use trunkline_suite::wait_until;

use crate::PATIENCE;

const INSTALLED: &str = "tests/run installs mosquitto-clients";

fn program(name: &str, broker: &Mosquitto, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(["-V", "mqttv5", "-q", "1", "-p", &broker.port().to_string()]);
    command.args(arguments);
    command
}

pub(crate) fn mosquitto_pub(broker: &Mosquitto, arguments: &[&str]) {
    mosquitto_pub_reading(broker, arguments, b"");
}

/// Publishes what it reads: one message with `-s`, one a line with `-l`.
pub(crate) fn mosquitto_pub_reading(broker: &Mosquitto, arguments: &[&str], input: &[u8]) {
    let mut command = program("mosquitto_pub", broker, arguments);
    let mut child = command.stdin(Stdio::piped()).spawn().expect(INSTALLED);
    // One that reads nothing may have ended.
    let _ = child.stdin.take().unwrap().write_all(input);
    assert!(child.wait().unwrap().success());
}

/// Begins to listen for so many events; returns once the broker has granted it.
pub(crate) fn mosquitto_sub(
    broker: &Mosquitto,
    id: &str,
    count: usize,
    arguments: &[&str],
) -> Listening {
    let mut command = program("mosquitto_sub", broker, arguments);
    command.args(["-i", id, "-W", "60", "-C", &count.to_string()]);
    let child = command.stdout(Stdio::piped()).spawn().expect(INSTALLED);
    let granted = format!("Sending SUBACK to {id}");
    wait_until(PATIENCE, &granted, || broker.log().contains(&granted));
    Listening(child)
}

/// Asks, and waits for one answer.
pub(crate) fn mosquitto_rr(broker: &Mosquitto, arguments: &[&str]) -> Listening {
    let mut command = program("mosquitto_rr", broker, arguments);
    let child = command.args(["-W", "60"]).stdout(Stdio::piped()).spawn();
    Listening(child.expect(INSTALLED))
}

/// A client that writes what it hears. Dropped, it ends.
pub(crate) struct Listening(Child);

impl Listening {
    /// All it heard, once it has heard as many as it was to.
    pub(crate) fn bytes(mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        let mut output = self.0.stdout.take().unwrap();
        std::io::Read::read_to_end(&mut output, &mut heard).unwrap();
        heard
    }

    pub(crate) fn lines(self) -> Vec<String> {
        let text = String::from_utf8(self.bytes()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// What it hears before a line.
    pub(crate) fn lines_before(mut self, last: &str) -> Vec<String> {
        let lines = BufReader::new(self.0.stdout.take().unwrap()).lines();
        let lines = lines.map(Result::unwrap);
        lines.take_while(|line| line != last).collect()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended of itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
