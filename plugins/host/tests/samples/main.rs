//! The sample plugins, built by cargo and loaded from their files.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod compilers;
#[path = "../shared/log.rs"]
mod log;
mod logging;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use trunkline_core::{Bus, DeadLetter, DynamicEvent, Plain, RetryPolicy, RunningService};
use trunkline_memory::MemoryBroker;
use trunkline_plugin_host::{HostOptions, LoadError, PluginHost, PluginStatus};

const SAMPLES: [&str; 5] = [
    "audit-log",
    "call-stats",
    "call-stats-next",
    "misbehaving",
    "welcome",
];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The directory this test was built in, where what the samples need is built already.
fn target() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    exe.ancestors().nth(3).unwrap().to_owned()
}

/// The file of a sample; all are built once.
fn sample(name: &str) -> PathBuf {
    static BUILT: OnceLock<Vec<PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "--lib", "--message-format", "json"]);
        command.args(SAMPLES.iter().flat_map(|sample| ["-p", sample]));
        let command = command.arg("--target-dir").arg(target());
        let output = command.current_dir(workspace()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let text = String::from_utf8(output.stdout).unwrap();
        let messages = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let files = messages.flat_map(|message| {
            let files = message["filenames"].as_array().cloned().unwrap_or_default();
            files
                .into_iter()
                .map(|file| PathBuf::from(file.as_str().unwrap()))
        });
        files
            .filter(|file| file.extension().is_some_and(|end| end == "so"))
            .collect()
    });
    let file = format!("lib{}.so", name.replace('-', "_"));
    let found = built.iter().find(|path| path.ends_with(&file));
    found
        .unwrap_or_else(|| panic!("{file} is not among {built:?}"))
        .clone()
}

struct Stage {
    directory: TempDir,
    bus: Bus,
    host: PluginHost,
    service: RunningService,
}

impl Stage {
    async fn new() -> Self {
        let bus = Bus::new(Arc::new(MemoryBroker::new().connect()), Plain);
        let service = PluginHost::service("plugins", bus.clone())
            .retry(RetryPolicy::ladder([5, 10].map(Duration::from_millis)))
            .build()
            .unwrap();
        let service = service.start().await.unwrap();
        let mut options = HostOptions::new();
        options.drain_timeout = Duration::from_millis(300);
        options.defaults.timeout_ms = 2000;
        Self {
            directory: tempfile::tempdir().unwrap(),
            host: PluginHost::new(service.handle(), options),
            bus,
            service,
        }
    }

    async fn load(&self, name: &str, config: &str) -> PluginStatus {
        let settings = format!("[config]\n{config}");
        self.load_with(name, &settings).await.unwrap()
    }

    async fn load_with(&self, name: &str, settings: &str) -> Result<PluginStatus, LoadError> {
        let path = self.directory.path().join(format!("{name}.so"));
        std::fs::copy(sample(name), &path).unwrap();
        std::fs::write(path.with_extension("toml"), settings).unwrap();
        self.host.load(&path).await
    }

    async fn publish(&self, name: &'static str, content: Value) {
        let event = DynamicEvent::tenant(name, name, "acme").unwrap();
        let event = event.with_content(&content).unwrap();
        self.bus.publisher().publish(&event).await.unwrap();
    }

    fn plugin(&self, name: &str) -> PluginStatus {
        let mut plugins = self.host.plugins().into_iter();
        plugins.find(|plugin| plugin.name == name).unwrap()
    }

    async fn dead_letters(&self, count: usize) -> Vec<DeadLetter> {
        let letters = self.bus.transport().dead_letters("plugins").await.unwrap();
        for _ in 0..10_000 {
            let listed = letters.list(None, usize::MAX).await.unwrap();
            if listed.len() >= count {
                return listed;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("there are no {count} dead letters");
    }

    async fn end(self) {
        self.service.drain().await.unwrap();
        self.host.close().await;
    }
}

async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plugins_in_rust_and_in_c_work_side_by_side() {
    let stage = Stage::new().await;
    let log = stage.directory.path().join("audit.jsonl");
    let status = stage.load("audit-log", &format!("path = {log:?}")).await;
    assert_eq!(status.handlers, ["audit-log/write"]);
    stage.load("call-stats", "every = 5").await;
    stage.load("welcome", "from = \"hi@example.com\"").await;
    let c = stage.directory.path().join("key-count.so");
    let compiled = Command::new("cc")
        .args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-O2",
            "-shared",
            "-fPIC",
        ])
        .args([
            "-fvisibility=hidden",
            "-I",
            "plugins/abi/include",
            "plugins/samples/c/key_count.c",
        ])
        .arg("-o")
        .arg(&c)
        .current_dir(workspace())
        .status();
    assert!(compiled.unwrap().success());
    stage.host.load(&c).await.unwrap();
    for n in 0..20 {
        stage
            .publish("call_created", json!({ "call_id": n.to_string() }))
            .await;
        stage
            .publish("call_ended", json!({ "call_id": n.to_string() }))
            .await;
    }
    stage
        .publish("user_created", json!({ "email": "ada@example.com" }))
        .await;
    eventually("all counted", || {
        stage.plugin("call-stats").counts.done == 40
    })
    .await;
    eventually("summaries", || {
        stage.plugin("call-stats").counts.published == 4
    })
    .await;
    eventually("greeted", || stage.plugin("welcome").counts.published == 1).await;
    eventually("counted in C", || {
        stage.plugin("key-count").counts.done >= 40
    })
    .await;
    let lines = || {
        std::fs::read_to_string(&log)
            .unwrap()
            .lines()
            .filter(|line| line.contains("mail_wanted"))
            .count()
    };
    eventually("the audit log hears of it too", || lines() == 1).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_stay_with_the_plugin_that_has_them() {
    let stage = Stage::new().await;
    stage.load("misbehaving", "").await;
    stage.load("welcome", "from = \"hi@example.com\"").await;
    for how in ["fail", "reject", "panic", "trespass"] {
        stage.publish("misbehave", json!({ "how": how })).await;
    }
    let letters = stage.dead_letters(4).await;
    let error = |part: &str| letters.iter().any(|letter| letter.error.contains(part));
    assert!(error("told to reject"), "{letters:?}");
    assert!(
        error("the plugin panicked: at plugins/samples/misbehaving/src/lib.rs:"),
        "{letters:?}"
    );
    assert!(
        letters
            .iter()
            .all(|letter| letter.handlers == ["misbehaving/misbehave"])
    );
    assert_eq!(stage.plugin("misbehaving").counts.panics, 3);
    stage
        .publish("user_created", json!({ "email": "ada@example.com" }))
        .await;
    eventually("greeted", || stage.plugin("welcome").counts.published == 1).await;
    stage.end().await;
}

/// A panic of a plugin in a file is of another copy of the standard library: a stranger to the host's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_any_entry_point_and_in_drop_ends_no_host() {
    let stage = Stage::new().await;
    stage.load("welcome", "from = \"hi@example.com\"").await;
    let settings =
        |when: &str| format!("panics = 100\ntimeout_ms = 200\n[config]\n{when} = \"panic\"");
    let refused = stage.load_with("misbehaving", &settings("start")).await;
    let reason = refused.unwrap_err().reason.to_string();
    assert!(reason.starts_with("panicked in init: "), "{reason}");
    assert!(reason.ends_with("told to panic"), "{reason}");
    stage
        .load_with("misbehaving", &settings("end"))
        .await
        .unwrap();
    // In the handler, in what it drops, on the plugin's own runtime, and when that is told to give up.
    for (name, how) in [
        ("misbehave", "panic"),
        ("misbehave", "panic_in_drop"),
        ("misbehave_later", "panic_once"),
        ("misbehave_later", "panic_when_given_up"),
    ] {
        stage.publish(name, json!({ "how": how })).await;
    }
    let letters = stage.dead_letters(3).await;
    let told = |part: &str| letters.iter().any(|letter| letter.error.contains(part));
    assert!(
        told("told to panic") && told("while being dropped"),
        "{letters:?}"
    );
    assert!(told("was not done within"), "{letters:?}");
    let counts = || stage.plugin("misbehaving").counts;
    // Three tries each, and the one that panicked once was done then.
    eventually("all are counted", || {
        (counts().panics, counts().done) == (10, 1)
    })
    .await;
    eventually("all are let go", || {
        stage.plugin("misbehaving").in_flight == 0
    })
    .await;
    // When it must go with an event in its hands, and in `Drop` of the plugin.
    let waits = json!({ "how": "panic_when_given_up" });
    stage.publish("misbehave_later", waits).await;
    eventually("it waits", || stage.plugin("misbehaving").in_flight == 1).await;
    assert!(stage.host.unload("misbehaving").await);
    let user = json!({ "email": "ada@example.com" });
    stage.publish("user_created", user).await;
    eventually("greeted", || stage.plugin("welcome").counts.published == 1).await;
    stage.load("misbehaving", "").await;
    stage.publish("misbehave", json!({ "how": "behave" })).await;
    eventually("it is loaded anew", || {
        stage.plugin("misbehaving").counts.done == 1
    })
    .await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_in_rust_is_swapped_under_load_without_losing_an_event() {
    let stage = Arc::new(Stage::new().await);
    stage.load("call-stats", "every = 1000000").await;
    let publishing = tokio::spawn({
        let stage = Arc::clone(&stage);
        async move {
            for n in 0..4000 {
                stage
                    .publish("call_created", json!({ "call_id": n.to_string() }))
                    .await;
                stage
                    .publish("call_ended", json!({ "call_id": n.to_string() }))
                    .await;
            }
        }
    });
    let mut swaps = 0;
    while !publishing.is_finished() || swaps < 20 {
        let path = stage.directory.path().join("call-stats.so");
        stage.host.load(&path).await.unwrap();
        swaps += 1;
        if swaps > 100 {
            break;
        }
    }
    publishing.await.unwrap();
    stage.service.handle().settled(8000).await;
    let counts = stage.plugin("call-stats").counts;
    assert_eq!(
        (counts.calls, counts.done, counts.failed),
        (8000, 8000, 0),
        "over {swaps} swaps"
    );
    assert_eq!((counts.handed_back, counts.late), (0, 0));
    Arc::into_inner(stage).unwrap().end().await;
}

#[test]
fn a_plugin_whose_panics_abort_does_not_compile() {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "rustc",
        "--quiet",
        "-p",
        "welcome",
        "--lib",
        "--crate-type",
        "cdylib",
    ]);
    command
        .arg("--target-dir")
        .arg(target())
        .args(["--", "-Cpanic=abort"]);
    let output = command.current_dir(workspace()).output().unwrap();
    assert!(!output.status.success());
    let errors = String::from_utf8_lossy(&output.stderr);
    let wanted = "a plugin cannot be built with panic = \"abort\": one panic would end its host";
    assert!(errors.contains(wanted), "{errors}");
}
