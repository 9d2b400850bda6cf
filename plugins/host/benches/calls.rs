//! What an event costs on its way through a plugin, beside the same work in the host: in the same
//! run, turn by turn.
//!
//! `cargo bench -p trunkline-plugin-host --bench calls`; ways named after `--` alone beside the
//! floor, for a profiler.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use trunkline_core::{Binding, Bus, Context, Envelope, HandlerOptions, Plain, PublishOptions};
use trunkline_core::{RoutingKey, RunningService};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, PluginHost};

const EVENTS: usize = 10_000;
const TURNS: usize = 60;
const BODY: &str = r#"{"call_id":"1722450601.113","direction":"internal","status":"Up","caller_id_name":"Alice","caller_id_number":"1001","creation_time":"2026-07-31T18:30:01.000000+0000","talking_to":{"1722450601.114":"d8a2c5e0-7d0e-4b5e-9a53-1c7f0e2d9b11"},"line_id":42}"#;

/// The same work in C: looks at the body and a header.
fn build(directory: &Path, kind: &str) -> PathBuf {
    let source = directory.join(format!("{kind}.c"));
    let later = kind == "async";
    let text = format!(
        r#"#include "trunkline_plugin.h"
TL_META("{{\"name\":\"{kind}\",\"handlers\":[{{\"id\":0,\"fn\":\"tick\",\"events\":[\"tick\"],\"kind\":\"{kind}\"}}]}}");
static const tl_host *host;
static uint64_t sum;
static int32_t handle(void *state, uint32_t handler, const tl_event *event, uint64_t token) {{
    (void)state; (void)handler; (void)token; (void)host;
    sum += event->body.len + event->header_count;
    {}
}}
static void destroy(void *state) {{ (void)state; }}
TL_ENTRY(given, out) {{
    host = given;
    out->size = (uint32_t)sizeof *out;
    out->handle = handle;
    out->destroy = destroy;
    return TL_OK;
}}
"#,
        if later {
            "tl_complete(host, token, TL_OK, \"\"); return TL_PENDING;"
        } else {
            "return TL_OK;"
        }
    );
    std::fs::write(&source, text).unwrap();
    let path = directory.join(format!("{kind}.so"));
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/include");
    let compiled = Command::new("cc")
        .args([
            "-std=c11",
            "-O2",
            "-shared",
            "-fPIC",
            "-fvisibility=hidden",
            "-I",
        ])
        .arg(include)
        .arg(&source)
        .arg("-o")
        .arg(&path)
        .status();
    assert!(compiled.unwrap().success());
    path
}

fn envelope() -> Envelope {
    Envelope::new(RoutingKey::new("calls.tick").unwrap(), BODY)
        .with_header("name", "tick")
        .and_then(|envelope| envelope.with_header("tenant", "acme"))
        .and_then(|envelope| envelope.with_header("origin_uuid", "a-b-c"))
        .and_then(|envelope| envelope.with_header("user_uuid:*", true))
        .and_then(|envelope| envelope.with_header("required_acl", "events.calls"))
        .unwrap()
        .with_content_type("application/json")
}

struct Way {
    name: &'static str,
    bus: Bus,
    service: RunningService,
    _host: Option<PluginHost>,
    done: u64,
    best: Duration,
}

impl Way {
    async fn new(name: &'static str, plugin: Option<&Path>) -> Self {
        let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
        let service = PluginHost::service("bench", bus.clone())
            .prefetch(1024)
            .build()
            .unwrap();
        let service = service.start().await.unwrap();
        let host = match plugin {
            Some(path) => {
                let host = PluginHost::new(service.handle(), HostOptions::new());
                host.load(path).await.unwrap();
                Some(host)
            }
            None => {
                let tick = Binding::builder().name("tick").build().unwrap();
                let options = HandlerOptions::new().named("tick");
                let sum = Arc::new(std::sync::atomic::AtomicUsize::new(0));
                let handle = move |context: Context| {
                    let envelope = context.envelope();
                    let more = envelope.body().len() + envelope.headers().len();
                    sum.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
                    async {}
                };
                service
                    .handle()
                    .on_binding(options, tick, handle)
                    .await
                    .unwrap();
                None
            }
        };
        Self {
            name,
            bus,
            service,
            _host: host,
            done: 0,
            best: Duration::MAX,
        }
    }

    async fn turn(&mut self) {
        let publisher = self.bus.publisher();
        let envelope = envelope();
        let handle = self.service.handle();
        let begun = Instant::now();
        for n in 0..EVENTS as u64 {
            let one = envelope.clone();
            publisher
                .publish_envelope(one, PublishOptions::default())
                .await
                .unwrap();
            if n % 1024 == 1023 {
                handle.settled(self.done + n.saturating_sub(1024)).await;
            }
        }
        self.done += EVENTS as u64;
        handle.settled(self.done).await;
        self.best = self.best.min(begun.elapsed());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let directory = tempfile::tempdir().unwrap();
    let mut ways = vec![Way::new("host handler", None).await];
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with("--"))
        .collect();
    let wanted = |kind: &&str| named.is_empty() || named.iter().any(|name| name == kind);
    for kind in ["inline", "async", "sync"].into_iter().filter(wanted) {
        let path = build(directory.path(), kind);
        ways.push(Way::new(kind, Some(&path)).await);
    }
    for _ in 0..TURNS {
        for way in &mut ways {
            way.turn().await;
        }
    }
    let floor = ways[0].best;
    println!("{EVENTS} events, published, handled and acked; best of {TURNS} turns");
    for way in &ways {
        let each = way.best.as_nanos() as f64 / EVENTS as f64;
        let rate = floor.as_secs_f64() / way.best.as_secs_f64();
        let beside = (way.best.as_nanos() as f64 - floor.as_nanos() as f64) / EVENTS as f64;
        println!(
            "{:14} {each:7.0} ns an event  {beside:+7.0} ns  {rate:5.2} of the floor's rate",
            way.name
        );
    }
}
