//! paho-mqtt, in Python, as the witness.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use trunkline_conformance::{Foreign, Witness, WitnessInbox};
use trunkline_core::{Headers, Value};
use trunkline_suite::process::Process;
use trunkline_suite::python::Python;

type Inboxes = Arc<Mutex<Vec<(String, mpsc::UnboundedSender<Foreign>)>>>;

/// A Python program that publishes and subscribes with paho-mqtt.
pub(crate) struct Paho {
    input: Mutex<ChildStdin>,
    answers: tokio::sync::Mutex<mpsc::UnboundedReceiver<Json>>,
    inboxes: Inboxes,
    _process: Process,
}

impl Paho {
    pub(crate) fn start(port: u16, old: bool) -> Self {
        Self::start_as("", "", port, old)
    }

    /// Starts it with a user and a password.
    pub(crate) fn start_as(user: &str, password: &str, port: u16, old: bool) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/under_test/witness.py");
        let python = Python::with(&["paho-mqtt==2.1.0"]);
        let launch = python.script(script).arg(port.to_string());
        let launch = launch.arg(if old { "3.1.1" } else { "5" });
        let launch = launch.args([user, password]);
        let mut process = launch.piped().start();
        let (input, output) = process.take_pipes().expect("it was started with pipes");
        let inboxes = Inboxes::default();
        let (told, answers) = mpsc::unbounded_channel();
        let readers = Arc::clone(&inboxes);
        std::thread::spawn(move || read(output, &told, &readers));
        Self {
            input: Mutex::new(input),
            answers: tokio::sync::Mutex::new(answers),
            inboxes,
            _process: process,
        }
    }

    async fn ask(&self, question: Json) {
        let mut answers = self.answers.lock().await;
        writeln!(
            self.input.lock().expect("nobody panics with it"),
            "{question}"
        )
        .expect("the witness reads");
        answers.recv().await.expect("the witness answers");
    }
}

fn read(output: ChildStdout, told: &mpsc::UnboundedSender<Json>, inboxes: &Inboxes) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let line: Json = serde_json::from_str(&line).expect("the witness writes JSON");
        if line["what"] != "event" {
            let _ = told.send(line);
            continue;
        }
        let event = foreign(&line);
        let inboxes = inboxes.lock().expect("nobody panics with it");
        for (_, inbox) in inboxes.iter().filter(|(key, _)| *key == event.key) {
            let _ = inbox.send(event.clone());
        }
    }
}

fn foreign(line: &Json) -> Foreign {
    let text = |name: &str| line[name].as_str().map(str::to_owned);
    let body = STANDARD.decode(text("body").expect("a body"));
    let mut headers = Headers::new();
    for (name, value) in line["headers"].as_object().expect("headers") {
        let value = Value::try_from(value).expect("a header's value");
        headers.insert(name, value).expect("a header");
    }
    Foreign {
        headers,
        content_type: text("content_type"),
        id: text("id"),
        ..Foreign::new(text("key").expect("a key"), body.expect("base 64"))
    }
}

#[async_trait]
impl Witness for Paho {
    async fn publish(&self, event: Foreign) {
        let headers = Json::try_from(&event.headers).expect("headers that JSON can hold");
        self.ask(json!({
            "what": "publish",
            "key": event.key,
            "headers": headers,
            "content_type": event.content_type,
            "id": event.id,
            "body": STANDARD.encode(&event.body),
        }))
        .await;
    }

    async fn listen(&self, key: &str) -> Box<dyn WitnessInbox> {
        let (inbox, reader) = mpsc::unbounded_channel();
        self.inboxes
            .lock()
            .expect("nobody panics with it")
            .push((key.to_owned(), inbox));
        self.ask(json!({ "what": "listen", "key": key })).await;
        Box::new(Inbox(reader))
    }
}

struct Inbox(mpsc::UnboundedReceiver<Foreign>);

#[async_trait]
impl WitnessInbox for Inbox {
    async fn next(&mut self) -> Foreign {
        self.0.recv().await.expect("the witness lives")
    }
}
