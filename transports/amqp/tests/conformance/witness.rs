//! The witness: kombu, in a Python of its own.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::ChildStdin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use trunkline_conformance::{Foreign, Witness, WitnessInbox};
use trunkline_core::{Headers, Value};
use trunkline_suite::process::Process;
use trunkline_suite::python::Python;
use trunkline_suite::scratch::Scratch;

/// What the clients in Python are made of.
pub(crate) const PACKAGES: &[&str] = &["kombu==5.4.2", "pika==1.3.2"];

type Heard = mpsc::UnboundedSender<Json>;

/// A kombu client.
pub(crate) struct Kombu {
    input: Mutex<ChildStdin>,
    inboxes: Arc<Mutex<HashMap<u64, Heard>>>,
    done: tokio::sync::Mutex<mpsc::UnboundedReceiver<Json>>,
    next: AtomicU64,
    _process: Process,
    _log: Scratch,
}

impl Kombu {
    pub(crate) fn new(url: &str, exchange: &str, headers: bool) -> Self {
        let python = Python::with(PACKAGES);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/witness.py");
        let kind = if headers { "headers" } else { "topic" };
        let log = Scratch::new("kombu");
        let mut process = python
            .script(script)
            .args([url, exchange, kind])
            .piped()
            .log_to(log.file("log.txt"))
            .start();
        let (input, output) = process.take_pipes().unwrap();
        let inboxes: Arc<Mutex<HashMap<u64, Heard>>> = Arc::default();
        let (tell_done, done) = mpsc::unbounded_channel();
        let known = Arc::clone(&inboxes);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let told: Json = serde_json::from_str(&line).unwrap();
                match told["heard"].as_u64() {
                    Some(inbox) => drop(known.lock().unwrap()[&inbox].send(told)),
                    None => drop(tell_done.send(told)),
                }
            }
        });
        Self {
            input: Mutex::new(input),
            inboxes,
            done: tokio::sync::Mutex::new(done),
            next: AtomicU64::new(1),
            _process: process,
            _log: log,
        }
    }

    async fn command(&self, command: Json) {
        let mut done = self.done.lock().await;
        writeln!(self.input.lock().unwrap(), "{command}").unwrap();
        done.recv().await.expect("the witness lives");
    }
}

#[async_trait]
impl Witness for Kombu {
    async fn publish(&self, event: Foreign) {
        let headers: serde_json::Map<_, _> = event
            .headers
            .iter()
            .map(|(name, value)| (name.to_owned(), to_json(&value.to_value())))
            .collect();
        let command = json!({
            "key": event.key,
            "headers": headers,
            "content_type": event.content_type,
            "id": event.id,
            "body": STANDARD.encode(&event.body),
        });
        self.command(command).await;
    }

    async fn listen(&self, key: &str) -> Box<dyn WitnessInbox> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (heard, inbox) = mpsc::unbounded_channel();
        self.inboxes.lock().unwrap().insert(number, heard);
        self.command(json!({"listen": number, "key": key})).await;
        Box::new(KombuInbox(inbox))
    }
}

struct KombuInbox(mpsc::UnboundedReceiver<Json>);

#[async_trait]
impl WitnessInbox for KombuInbox {
    async fn next(&mut self) -> Foreign {
        let heard = self.0.recv().await.expect("the witness lives");
        let text = |name: &str| heard[name].as_str().map(str::to_owned);
        let body = STANDARD.decode(text("body").unwrap()).unwrap();
        let mut event = Foreign::new(text("key").unwrap(), body);
        event.content_type = text("content_type");
        event.id = text("id");
        let mut headers = Headers::new();
        for (name, value) in heard["headers"].as_object().unwrap() {
            headers.insert(name, from_json(value)).unwrap();
        }
        event.headers = headers;
        event
    }
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::Null => Json::Null,
        other => panic!("the witness is not asked to write {other:?}"),
    }
}

fn from_json(value: &Json) -> Value {
    match value {
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => match number.as_i64() {
            Some(int) => int.into(),
            None => number.as_f64().unwrap().into(),
        },
        Json::String(text) => text.as_str().into(),
        Json::Null => Value::Null,
        other => panic!("the witness heard {other:?}"),
    }
}
