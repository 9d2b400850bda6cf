//! Plugins that were built in other ways than their host, in one process with it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use trunkline_core::{Envelope, PublishOptions, RoutingKey};

use crate::{Stage, eventually, workspace};

/// Debian's compiler, years older than ours: `tests/run` installs it.
const DEBIANS: &str = "/usr/bin/rustc";

/// The compiler that builds this test.
fn ours() -> PathBuf {
    Path::new(env!("CARGO")).with_file_name("rustc")
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; tests/run installs what tests need"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn version(compiler: &Path) -> String {
    run(Command::new(compiler).arg("--version"))
}

/// Builds the sample that needs nothing but the interface, with warnings as errors.
fn build(compiler: &Path, level: &str, name: &str, directory: &Path) {
    let rustc = |crate_type: &str, crate_name: &str| {
        let mut command = Command::new(compiler);
        command.args(["--edition", "2021", "-D", "warnings", "-C"]);
        command.arg(format!("opt-level={level}"));
        command.args(["--crate-type", crate_type, "--crate-name", crate_name]);
        command
    };
    let scratch = tempfile::tempdir().unwrap();
    let library = scratch.path().join("libtrunkline_plugin_abi.rlib");
    let mut abi = rustc("rlib", "trunkline_plugin_abi");
    abi.arg(workspace().join("plugins/abi/src/lib.rs"));
    run(abi.arg("-o").arg(&library));
    let mut plugin = rustc("cdylib", "key_count");
    plugin
        .arg("--extern")
        .arg(format!("trunkline_plugin_abi={}", library.display()));
    plugin.arg(workspace().join("plugins/samples/bare/key_count.rs"));
    let file = directory.join(format!("{name}.so"));
    run(plugin.env("PLUGIN_NAME", name).arg("-o").arg(file));
}

fn build_in_c(directory: &Path) {
    let mut command = Command::new("cc");
    command.args(["-std=c11", "-O2", "-shared", "-fPIC", "-fvisibility=hidden"]);
    command
        .arg("-I")
        .arg(workspace().join("plugins/abi/include"));
    command.arg(workspace().join("plugins/samples/c/key_count.c"));
    run(command.arg("-o").arg(directory.join("key-count.so")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plugins_of_other_compilers_and_optimised_otherwise_work_in_one_host() {
    const EVENTS: u64 = 50;
    let debians = Path::new(DEBIANS);
    assert_ne!(version(debians), version(&ours()), "two compilers");
    let stage = Stage::new().await;
    let directory = stage.directory.path().to_owned();
    let bare = ["debians-0", "debians-3", "ours-0", "ours-3"];
    for name in bare {
        let (whose, level) = name.split_once('-').unwrap();
        let compiler = if whose == "ours" {
            ours()
        } else {
            debians.into()
        };
        build(&compiler, level, name, &directory);
    }
    build_in_c(&directory);
    for name in bare.into_iter().chain(["key-count"]) {
        let file = directory.join(format!("{name}.so"));
        assert_eq!(stage.host.load(&file).await.unwrap().name, name);
    }
    // And one with the SDK and all it brings.
    stage.load("call-stats", "every = 1000000").await;
    let all = bare.into_iter().chain(["key-count", "call-stats"]);
    for n in 0..EVENTS {
        let content = json!({ "call_id": n.to_string() });
        stage.publish("call_created", content).await;
    }
    for name in all.clone() {
        let done = || stage.plugin(name).counts.done == EVENTS;
        eventually(&format!("{name} is done"), done).await;
    }

    // A panic of each stays with it: their copies of the standard library are strangers to ours.
    let broken = Envelope::new(RoutingKey::new("call_broken").unwrap(), "");
    let broken = broken.with_header("name", "call_broken").unwrap();
    let publisher = stage.bus.publisher();
    let published = publisher.publish_envelope(broken, PublishOptions::default());
    published.await.unwrap();
    let letters = stage.dead_letters(1).await;
    for name in bare {
        let told = format!("{name}/count: the plugin panicked: the body is empty");
        assert!(letters[0].error.contains(&told), "{}", letters[0].error);
        assert_eq!(stage.plugin(name).counts.panics, 3);
    }
    stage
        .publish("call_created", json!({ "call_id": "last" }))
        .await;
    for name in all {
        let done = || stage.plugin(name).counts.done == EVENTS + 1;
        eventually(&format!("{name} goes on"), done).await;
    }
    stage.end().await;
}
