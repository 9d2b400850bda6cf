//! What the tests share: plugins from C, and a stage to play them on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use trunkline_core::{
    Bus, DeadLetter, DynamicEvent, Plain, RetryPolicy, RunningService, ServiceBuilder,
};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, LoadError, PluginHost, PluginSettings, PluginStatus};

/// Longest wait for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A plugin's source in C.
#[derive(Clone)]
pub(crate) struct Source {
    meta: String,
    manifest: String,
    code: String,
    handle: String,
    init: String,
    shutdown: String,
    arguments: Vec<String>,
}

impl Source {
    /// A plugin with one handler of events named `ping`, of this kind, whose body in C is `handle`.
    pub(crate) fn new(name: &str, kind: &str, handle: &str) -> Self {
        Self::with_manifest(
            &json!({
                "name": name, "version": "1.0.0", "publishes": ["pong"],
                "handlers": [{"id": 0, "fn": "ping", "events": ["ping"], "kind": kind}],
            }),
            handle,
        )
    }

    pub(crate) fn with_manifest(manifest: &Value, handle: &str) -> Self {
        Self {
            meta: "TL_META(".into(),
            manifest: manifest.to_string(),
            code: String::new(),
            handle: handle.into(),
            init: String::new(),
            shutdown: String::new(),
            arguments: Vec::new(),
        }
    }

    /// The start of the descriptor's macro.
    pub(crate) fn meta(mut self, meta: &str) -> Self {
        self.meta = meta.into();
        self
    }

    pub(crate) fn manifest_text(mut self, manifest: &str) -> Self {
        self.manifest = manifest.into();
        self
    }

    /// Code before the functions.
    pub(crate) fn code(mut self, code: &str) -> Self {
        self.code.push_str(code);
        self
    }

    /// What the entry function begins with.
    pub(crate) fn init(mut self, init: &str) -> Self {
        self.init = init.into();
        self
    }

    pub(crate) fn shutdown(mut self, shutdown: &str) -> Self {
        self.shutdown = shutdown.into();
        self
    }

    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.into());
        self
    }

    fn text(&self) -> String {
        let manifest = self.manifest.replace('\\', "\\\\").replace('"', "\\\"");
        let Self {
            meta,
            code,
            handle,
            init,
            shutdown,
            ..
        } = self;
        format!(
            r#"#include "trunkline_plugin.h"
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <unistd.h>
{meta} "{manifest}");
static const tl_host *host;
/* Numbers that the test sees: its address stands in the configuration. */
static uint64_t *ledger;
static int stopped;
static uint64_t number_after(tl_bytes text, const char *mark) {{
    size_t at, len = strlen(mark);
    for (at = 0; at + len < text.len; at++)
        if (!memcmp(text.ptr + at, mark, len)) return strtoull((const char *)text.ptr + at + len, 0, 10);
    return 0;
}}
static void note(uint64_t at) {{ if (ledger) __atomic_fetch_add(&ledger[at], 1, __ATOMIC_SEQ_CST); }}
{code}
static int32_t handle(void *state, uint32_t handler, const tl_event *event, uint64_t token) {{
    (void)state; (void)handler; (void)event; (void)token;
    if (__atomic_load_n(&stopped, __ATOMIC_SEQ_CST)) note(1);
    {handle}
    return TL_OK;
}}
static int32_t stop(void *state, uint64_t token) {{
    (void)state; (void)token;
    __atomic_store_n(&stopped, 1, __ATOMIC_SEQ_CST);
    {shutdown}
    return TL_OK;
}}
static void destroy(void *state) {{ (void)state; note(2); }}
TL_ENTRY(given, out) {{
    host = given;
    ledger = (uint64_t *)number_after(host->config(host->ctx), "\"ledger\":");
    out->size = (uint32_t)sizeof *out;
    out->handle = handle;
    out->shutdown = stop;
    out->destroy = destroy;
    {init}
    return TL_OK;
}}
"#
        )
    }

    /// Compiles it to a file.
    pub(crate) fn build(&self, path: &Path) {
        let scratch = tempfile::tempdir().unwrap();
        let source = scratch.path().join("plugin.c");
        std::fs::write(&source, self.text()).unwrap();
        let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/include");
        let output = Command::new("cc")
            .args([
                "-std=gnu11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-O1",
                "-shared",
                "-fPIC",
            ])
            .args(["-fvisibility=hidden", "-pthread", "-I"])
            .arg(include)
            .arg(&source)
            .arg("-o")
            .arg(path)
            .args(&self.arguments)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("plugin.so");
        self.build(&path);
        std::fs::read(path).unwrap()
    }
}

/// Numbers that plugins count in: 1 calls after shutdown, 2 destroyed, the rest as a test likes.
pub(crate) struct Ledger(Box<[AtomicU64]>);

impl Ledger {
    pub(crate) fn new(size: usize) -> Arc<Self> {
        Arc::new(Self((0..size).map(|_| AtomicU64::new(0)).collect()))
    }

    pub(crate) fn get(&self, at: usize) -> u64 {
        self.0[at].load(Ordering::SeqCst)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = u64> {
        self.0.iter().map(|count| count.load(Ordering::SeqCst))
    }

    fn address(&self) -> u64 {
        self.0.as_ptr() as u64
    }
}

/// A service with a host in it, on a broker of its own.
pub(crate) struct Stage {
    pub(crate) broker: MemoryBroker,
    pub(crate) directory: TempDir,
    pub(crate) bus: Bus,
    pub(crate) host: PluginHost,
    pub(crate) service: Option<RunningService>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) options: HostOptions,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut HostOptions)) -> Self {
        let ledger = Ledger::new(64);
        Self::with_ledger(ledger, change).await
    }

    pub(crate) async fn with_ledger(
        ledger: Arc<Ledger>,
        change: impl FnOnce(&mut HostOptions),
    ) -> Self {
        Self::in_service(ledger, |service| service, change).await
    }

    /// A host in a service that is built as the test likes.
    pub(crate) async fn in_service(
        ledger: Arc<Ledger>,
        build: impl FnOnce(ServiceBuilder) -> ServiceBuilder,
        change: impl FnOnce(&mut HostOptions),
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let broker = MemoryBroker::new();
        let bus = Bus::new(Arc::new(broker.connect()), Plain);
        let service = PluginHost::service("plugins", bus.clone())
            .retry(RetryPolicy::ladder([10, 20].map(Duration::from_millis)))
            .prefetch(256);
        let service = build(service).build().unwrap();
        let service = service.start().await.unwrap();
        let mut options = HostOptions::new().with_settle(Duration::from_millis(60));
        options.poll = Duration::from_millis(200);
        options.generations = 100_000;
        let mut config = Map::new();
        config.insert("ledger".into(), ledger.address().into());
        options.defaults = PluginSettings::default().with_config(config);
        options.drain_timeout = Duration::from_secs(5);
        change(&mut options);
        Self {
            broker,
            host: PluginHost::new(service.handle(), options.clone()),
            options,
            directory,
            bus,
            service: Some(service),
            ledger,
        }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    /// Compiles a plugin into the directory and loads it.
    pub(crate) async fn load(&self, file: &str, source: &Source) -> PluginStatus {
        self.try_load(file, source).await.unwrap()
    }

    pub(crate) async fn try_load(
        &self,
        file: &str,
        source: &Source,
    ) -> Result<PluginStatus, LoadError> {
        let path = self.path(file);
        source.build(&path);
        self.host.load(&path).await
    }

    pub(crate) async fn publish(&self, name: &str, content: Value) {
        let event = DynamicEvent::tenant(name.to_owned(), name.to_owned(), "acme").unwrap();
        let event = event.with_content(&content).unwrap();
        self.bus.publisher().publish(&event).await.unwrap();
    }

    pub(crate) async fn ping(&self) {
        self.publish("ping", json!({"n": 10})).await;
    }

    pub(crate) fn plugin(&self, name: &str) -> PluginStatus {
        let mut plugins = self.host.plugins().into_iter();
        plugins.find(|plugin| plugin.name == name).unwrap()
    }

    /// The dead letters, once there are so many.
    pub(crate) async fn dead_letters(&self, count: usize) -> Vec<DeadLetter> {
        let letters = self.bus.transport().dead_letters("plugins").await.unwrap();
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let listed = letters.list(None, usize::MAX).await.unwrap();
            if listed.len() >= count {
                return listed;
            }
            assert!(
                tokio::time::Instant::now() < until,
                "{} dead letters",
                listed.len()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends everything, in the right order.
    pub(crate) async fn end(mut self) {
        self.service.take().unwrap().drain().await.unwrap();
        self.host.close().await;
    }
}

/// A plugin that has nothing to do with what happens to others.
pub(crate) struct Witness {
    /// Of its own, so that it is whatever is wrong with the stage's.
    _directory: TempDir,
}

impl Witness {
    /// Loads it, and sees that it works.
    pub(crate) async fn new(stage: &Stage) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("witness.so");
        Source::new("witness", "inline", "note(20);").build(&path);
        stage.host.load(&path).await.unwrap();
        let witness = Self {
            _directory: directory,
        };
        witness.goes_on(stage).await;
        witness
    }

    /// Sees that it works.
    pub(crate) async fn goes_on(&self, stage: &Stage) {
        let before = stage.ledger.get(20);
        stage.ping().await;
        eventually("the witness works", || stage.ledger.get(20) == before + 1).await;
        assert_eq!(stage.plugin("witness").state.as_str(), "active");
    }
}

/// Waits until something holds.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = tokio::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(tokio::time::Instant::now() < until, "never: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
