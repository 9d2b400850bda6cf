//! The catalogue as an AsyncAPI document, judged by AsyncAPI's own parser (`tests/asyncapi`).

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trunkline::catalog::Catalog;
use trunkline::{ServiceEvent, UserEvent};

/// A part was assembled.
#[derive(Serialize, Deserialize, JsonSchema, UserEvent)]
#[event(
    name = "part_assembled",
    service = "assembly",
    routing_key = "parts.{part[id]}.assembled",
    required_acl = "events.parts.{user_uuid}",
    alias = "part_made"
)]
struct PartAssembled {
    /// What was made.
    part: Part,
    #[event(header)]
    line: u8,
}

/// A part, which has parts.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Part {
    id: String,
    weight: Option<f64>,
    parts: Vec<Part>,
}

#[derive(Serialize, Deserialize, JsonSchema, ServiceEvent)]
#[event(
    name = "line_stopped",
    service = "assembly",
    routing_key = "lines.stopped"
)]
struct LineStopped;

/// Kazoo's events that have types.
const KAZOO: usize = 41;

/// Runs a script of `tests/asyncapi` on a document: what it printed, or its complaint.
fn run(script: &str, arguments: &[&Path], document: &str) -> Result<String, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../asyncapi");
    assert!(
        directory.join("node_modules").exists(),
        "run `npm ci --prefix tests/asyncapi` first, as tests/run does"
    );
    let mut node = Command::new("node")
        .arg(directory.join(script))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Node.js is there; tests/run installs it");
    let mut input = node.stdin.take().unwrap();
    input.write_all(document.as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(text(&output.stderr)),
    }
}

fn parse(document: &Value) -> Result<Value, String> {
    let found = run("check.mjs", &[], &document.to_string())?;
    Ok(serde_json::from_str(&found).unwrap())
}

fn catalog() -> Catalog {
    Catalog::new("assembly", "1.0.0")
        .with_wazo()
        .with_kazoo()
        .with_event::<PartAssembled>()
        .with_event::<LineStopped>()
}

#[test]
fn the_official_parser_finds_no_error_in_known_and_own_events() {
    let document = catalog().asyncapi();
    let found = parse(&document).unwrap();
    for part in ["channels", "operations", "messages"] {
        assert_eq!(found[part], 392 + KAZOO + 2, "{part}");
    }
    let own = &document["components"]["messages"]["part_assembled"];
    assert_eq!(own["description"], "A part was assembled.");
    assert_eq!(own["x-required-acl"], "events.parts.{user_uuid}");
    assert_eq!(own["x-aliases"][0], "part_made");
    let part = &own["payload"]["properties"]["data"]["properties"]["part"];
    assert_eq!(part["description"], "What was made.");
    assert_eq!(own["headers"]["properties"]["line"]["type"], "integer");
    let channel = &document["channels"]["part_assembled"];
    assert_eq!(channel["address"], "parts.{part_id}.assembled");
    assert!(document["components"]["schemas"]["Part"]["properties"]["parts"].is_object());
}

#[test]
fn the_official_parser_is_asked_indeed() {
    let mut document = Catalog::new("x", "1")
        .with_event::<LineStopped>()
        .asyncapi();
    document["channels"]["line_stopped"]["messages"]["line_stopped"]["$ref"] = "#/nowhere".into();
    let errors = parse(&document).unwrap_err();
    assert!(errors.contains("error"), "{errors}");
}

#[test]
fn the_official_template_renders_known_and_own_events() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("asyncapi");
    let _ = std::fs::remove_dir_all(&out);
    run("render.mjs", &[&out], &catalog().asyncapi().to_string()).unwrap();
    let html = std::fs::read_to_string(out.join("index.html")).unwrap();
    for name in [
        "call_held",
        "CHANNEL_HOLD",
        "part_assembled",
        "events.parts.{user_uuid}",
    ] {
        assert!(html.contains(name), "{name}");
    }
}
