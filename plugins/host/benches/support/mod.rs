//! What the benchmarks share: plugins from C, an event, and what is made of many turns.

#![allow(dead_code, reason = "each benchmark uses some of it")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use trunkline_core::{Envelope, RoutingKey};

const BODY: &str = r#"{"call_id":"1722450601.113","direction":"internal","status":"Up","caller_id_name":"Alice","caller_id_number":"1001","creation_time":"2026-07-31T18:30:01.000000+0000","talking_to":{"1722450601.114":"d8a2c5e0-7d0e-4b5e-9a53-1c7f0e2d9b11"},"line_id":42}"#;

/// An event with five headers and a body of 248 bytes.
pub(crate) fn envelope() -> Envelope {
    Envelope::new(RoutingKey::new("calls.tick").unwrap(), BODY)
        .with_header("name", "tick")
        .and_then(|envelope| envelope.with_header("tenant", "acme"))
        .and_then(|envelope| envelope.with_header("origin_uuid", "a-b-c"))
        .and_then(|envelope| envelope.with_header("user_uuid:*", true))
        .and_then(|envelope| envelope.with_header("required_acl", "events.calls"))
        .unwrap()
        .with_content_type("application/json")
}

/// Builds a plugin that looks at an event's body and headers; an `async` one completes at once.
pub(crate) fn compile(directory: &Path, kind: &str) -> PathBuf {
    let end = if kind == "async" {
        "tl_complete(host, token, TL_OK, \"\"); return TL_PENDING;"
    } else {
        "return TL_OK;"
    };
    let body = format!("sum += event->body.len + event->header_count; {end}");
    build(directory, kind, "tick", kind, &body)
}

/// Builds a plugin on threads of its own, whose handler has this body in C.
pub(crate) fn compile_body(directory: &Path, name: &str, event: &str, body: &str) -> PathBuf {
    build(directory, name, event, "sync", body)
}

fn build(directory: &Path, name: &str, event: &str, kind: &str, body: &str) -> PathBuf {
    let text = format!(
        r#"#include "trunkline_plugin.h"
#include <unistd.h>
TL_META("{{\"name\":\"{name}\",\"publishes\":[\"noise\"],\"handlers\":[{{\"id\":0,\"fn\":\"{event}\",\"events\":[\"{event}\"],\"kind\":\"{kind}\"}}]}}");
static const tl_host *host;
static uint64_t sum;
static int32_t handle(void *state, uint32_t handler, const tl_event *event, uint64_t token) {{
    (void)state; (void)handler; (void)token; (void)host; (void)event; (void)sum;
    {body}
}}
static void destroy(void *state) {{ (void)state; }}
TL_ENTRY(given, out) {{
    host = given;
    out->size = (uint32_t)sizeof *out;
    out->handle = handle;
    out->destroy = destroy;
    return TL_OK;
}}
"#
    );
    let source = directory.join(format!("{name}.c"));
    std::fs::write(&source, text).unwrap();
    let path = directory.join(format!("{name}.so"));
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/include");
    let mut command = Command::new("cc");
    command.args([
        "-std=gnu11",
        "-O2",
        "-shared",
        "-fPIC",
        "-fvisibility=hidden",
    ]);
    command.arg("-I").arg(include).arg(&source);
    assert!(command.arg("-o").arg(&path).status().unwrap().success());
    path
}

/// The median of many measurements.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// One measurement in ten is quicker: what the machine does while nobody else disturbs it.
pub(crate) fn quick(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 10]
}

/// Nanoseconds for each of `count`.
pub(crate) fn each(time: Duration, count: usize) -> f64 {
    time.as_nanos() as f64 / count as f64
}
