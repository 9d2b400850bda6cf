//! A watched directory.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;
use std::time::Duration;

use crate::support::{Source, Stage, eventually};

fn run(program: &str, arguments: &[&std::path::Path]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success());
}

fn active(stage: &Stage, generation: u64) -> bool {
    let plugins = stage.host.plugins();
    plugins
        .iter()
        .any(|plugin| plugin.state.as_str() == "active" && plugin.generation >= generation)
}

#[tokio::test]
async fn every_way_to_put_a_file_there_is_recognised() {
    let stage = Stage::with(|options| options.poll = Duration::from_secs(3600)).await;
    let build = tempfile::tempdir().unwrap();
    let built = build.path().join("built.so");
    let watching = stage.host.watch(stage.directory.path());
    let target = stage.path("a.so");
    for (way, generation) in ["cp", "mv", "install", "ln"].into_iter().zip(1..) {
        let note = format!("note({});", 10 + generation);
        Source::new("a", "sync", &note).build(&built);
        if way == "ln" {
            // As cargo does it: away with the old, and a hard link to the new.
            std::fs::remove_file(&target).unwrap();
        }
        run(way, &[&built, &target]);
        eventually(way, || active(&stage, generation)).await;
        stage.ping().await;
        let at = 10 + usize::try_from(generation).unwrap();
        eventually(way, || stage.ledger.get(at) == 1).await;
        let _ = std::fs::remove_file(&built);
    }
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn a_change_that_no_event_tells_of_is_found_by_looking_now_and_then() {
    let stage = Stage::new().await;
    // Events tell of what is done in the directory: this file has another name in another one.
    let elsewhere = tempfile::tempdir_in(stage.directory.path()).unwrap();
    let other_name = elsewhere.path().join("build.so");
    Source::new("a", "sync", "note(10);").build(&other_name);
    std::fs::hard_link(&other_name, stage.path("a.so")).unwrap();
    let watching = stage.host.watch(stage.directory.path());
    eventually("loaded", || active(&stage, 1)).await;
    let newer = Source::new("a", "sync", "note(11);").bytes();
    std::fs::write(&other_name, newer).unwrap();
    eventually("swapped", || active(&stage, 2)).await;
    stage.ping().await;
    eventually("the new one works", || stage.ledger.get(11) == 1).await;
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn a_file_that_is_taken_away_takes_its_plugin_along() {
    let stage = Stage::new().await;
    let watching = stage.host.watch(stage.directory.path());
    Source::new("a", "sync", "note(10);").build(&stage.path("a.so"));
    eventually("loaded", || active(&stage, 1)).await;
    std::fs::remove_file(stage.path("a.so")).unwrap();
    eventually("let go", || stage.host.plugins().is_empty()).await;
    eventually("freed", || stage.ledger.get(2) == 1).await;
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn rubbish_is_refused_once_and_forgotten_when_it_goes() {
    let stage = Stage::new().await;
    let watching = stage.host.watch(stage.directory.path());
    std::fs::write(stage.path("a.so"), "rubbish").unwrap();
    std::fs::write(stage.path(".hidden.so"), "rubbish").unwrap();
    std::fs::write(stage.path("b.so.part"), "rubbish").unwrap();
    eventually("refused", || stage.host.refused().len() == 1).await;
    std::fs::remove_file(stage.path("a.so")).unwrap();
    eventually("forgotten", || stage.host.refused().is_empty()).await;
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn a_refused_plugin_is_tried_again_when_what_was_wrong_beside_it_changes() {
    let stage = Stage::with(|options| options.require_lock = true).await;
    let watching = stage.host.watch(stage.directory.path());
    std::fs::write(stage.path("a.toml"), "threads = 0").unwrap();
    Source::new("a", "sync", "").build(&stage.path("a.so"));
    let refused_for = |what: &str| {
        let refused = stage.host.refused();
        refused.iter().any(|file| file.reason.contains(what))
    };
    eventually("not in the lock file", || refused_for("plugins.lock")).await;
    let sum = Command::new("sha256sum")
        .arg("a.so")
        .current_dir(stage.directory.path())
        .output()
        .unwrap();
    std::fs::write(stage.path("plugins.lock"), &sum.stdout).unwrap();
    eventually("its settings are wrong", || refused_for("`threads`")).await;
    std::fs::write(stage.path("a.toml"), "threads = 1").unwrap();
    eventually("loaded", || active(&stage, 1)).await;
    assert!(stage.host.refused().is_empty());
    // What is loaded stays as it is whatever the lock file says later.
    std::fs::write(stage.path("plugins.lock"), "").unwrap();
    std::fs::write(stage.path("b.so"), "rubbish").unwrap();
    eventually("looked again", || refused_for("not a shared library")).await;
    assert!(active(&stage, 1));
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn settings_switch_a_plugin_off_and_on_again() {
    let stage = Stage::new().await;
    let watching = stage.host.watch(stage.directory.path());
    Source::new("a", "sync", "").build(&stage.path("a.so"));
    eventually("loaded", || active(&stage, 1)).await;
    std::fs::write(stage.path("a.toml"), "enabled = false").unwrap();
    eventually("let go", || stage.host.plugins().is_empty()).await;
    assert!(stage.host.refused().is_empty(), "it is the operator's wish");
    std::fs::write(stage.path("a.toml"), "enabled = true").unwrap();
    eventually("loaded again", || active(&stage, 2)).await;
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn of_two_files_of_one_name_the_one_that_is_left_is_loaded() {
    let stage = Stage::new().await;
    Source::new("a", "sync", "").build(&stage.path("one.so"));
    Source::new("a", "sync", "").build(&stage.path("two.so"));
    let watching = stage.host.watch(stage.directory.path());
    eventually("both refused", || stage.host.refused().len() == 2).await;
    assert!(stage.host.plugins().is_empty());
    std::fs::remove_file(stage.path("two.so")).unwrap();
    eventually("the other is loaded", || active(&stage, 1)).await;
    assert!(stage.host.refused().is_empty());
    watching.stop().await;
    stage.end().await;
}

#[tokio::test]
async fn new_settings_are_a_new_version() {
    let stage = Stage::new().await;
    let watching = stage.host.watch(stage.directory.path());
    let source = Source::new("a", "sync", "");
    source.build(&stage.path("a.so"));
    eventually("loaded", || active(&stage, 1)).await;
    std::fs::write(stage.path("a.toml"), "[config]\nfrom = \"x\"").unwrap();
    eventually("loaded again", || active(&stage, 2)).await;
    watching.stop().await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_stalls_longer_than_the_wait_is_never_loaded_torn() {
    let stage = Stage::new().await;
    let path = stage.path("a.so");
    let first = Source::new("a", "sync", "note(10);");
    first.build(&path);
    trunkline_plugin_host::seal(&path).unwrap();
    let first = std::fs::read(&path).unwrap();
    Source::new("a", "sync", "note(11);").build(&path);
    trunkline_plugin_host::seal(&path).unwrap();
    let second = std::fs::read(&path).unwrap();
    std::fs::write(&path, &first).unwrap();
    stage.host.load(&path).await.unwrap();
    let watching = stage.host.watch(stage.directory.path());
    // Written over in place, with stops in between that outlast the settle time.
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    let (one, rest) = second.split_at(second.len() / 3);
    file.write_all(one).unwrap();
    eventually("the mixture is refused", || {
        !stage.host.refused().is_empty()
    })
    .await;
    let refused = stage.host.refused().remove(0);
    assert_eq!(refused.path, path);
    let why = refused.reason;
    assert!(why.contains("seal") || why.contains("truncated"), "{why}");
    assert_eq!(stage.plugin("a").generation, 1);
    stage.ping().await;
    eventually("the old one works", || stage.ledger.get(10) == 1).await;
    file.write_all(rest).unwrap();
    file.set_len(second.len() as u64).unwrap();
    drop(file);
    eventually("the whole is loaded", || active(&stage, 2)).await;
    stage.ping().await;
    eventually("the new one works", || stage.ledger.get(11) == 1).await;
    watching.stop().await;
    stage.end().await;
}
