//! Files that lie where or as they must not, and what lies beside them.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use trunkline_plugin_host::{PluginHost, Refusal};

use super::{good, refusal_on};
use crate::support::{PATIENCE, Source, Stage, Witness, eventually};

#[tokio::test]
async fn what_others_may_write_to_is_not_loaded() {
    let stage = Stage::new().await;
    good().build(&stage.path("a.so"));
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(stage.path("a.so"), mode(0o666)).unwrap();
    let text = refusal_on(stage, "a.so").await;
    assert!(
        text.starts_with("is writable by group or others (mode 0666)"),
        "{text}"
    );
    let stage = Stage::new().await;
    good().build(&stage.path("b.so"));
    std::fs::set_permissions(stage.directory.path(), mode(0o777)).unwrap();
    let text = refusal_on(stage, "b.so").await;
    assert!(
        text.starts_with("its directory is writable by group or others"),
        "{text}"
    );
}

#[tokio::test]
async fn a_link_into_a_directory_others_may_write_to_is_not_followed() {
    let stage = Stage::with(|options| options.follow_symlinks = true).await;
    let open = tempfile::tempdir().unwrap();
    let real = open.path().join("real.so");
    good().build(&real);
    std::os::unix::fs::symlink(&real, stage.path("a.so")).unwrap();
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(open.path(), mode(0o777)).unwrap();
    let text = refusal_on(stage, "a.so").await;
    assert!(
        text.starts_with("the directory it leads to is writable by group or others (mode 0777)"),
        "{text}"
    );
}

#[tokio::test]
async fn what_is_no_regular_file_is_not_opened() {
    let stage = Stage::new().await;
    good().build(&stage.path("real"));
    std::os::unix::fs::symlink(stage.path("real"), stage.path("a.so")).unwrap();
    assert_eq!(
        refusal_on(stage, "a.so").await,
        "is a symbolic link, not a regular file"
    );
    let stage = Stage::new().await;
    let made = Command::new("mkfifo")
        .arg(stage.path("a.so"))
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(
        refusal_on(stage, "a.so").await,
        "is a pipe, not a regular file"
    );
    let stage = Stage::new().await;
    std::fs::create_dir(stage.path("a.so")).unwrap();
    assert_eq!(
        refusal_on(stage, "a.so").await,
        "is a directory, not a regular file"
    );
}

#[tokio::test]
async fn a_file_that_is_being_written_to_is_not_loaded_and_not_refused_for_good() {
    let stage = Stage::new().await;
    let witness = Witness::new(&stage).await;
    let path = stage.path("a.so");
    good().build(&path);
    let enough = Arc::new(AtomicBool::new(false));
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    let is_enough = Arc::clone(&enough);
    let writer = std::thread::spawn(move || {
        while !is_enough.load(Ordering::SeqCst) {
            file.write_all(&[0]).unwrap();
        }
    });
    let until = tokio::time::Instant::now() + PATIENCE;
    let error = loop {
        assert!(tokio::time::Instant::now() < until, "never seen to change");
        // What the writer appends harms nobody, where it was not seen to.
        if let Err(error) = stage.host.load(&path).await {
            break error;
        }
    };
    assert!(matches!(error.reason, Refusal::StillChanging), "{error}");
    assert!(
        error
            .to_string()
            .ends_with("is still being written; will look again"),
        "{error}"
    );
    assert_eq!(stage.host.refused(), [], "it is yet to come");
    enough.store(true, Ordering::SeqCst);
    writer.join().unwrap();
    stage.host.load(&path).await.unwrap();
    witness.goes_on(&stage).await;
    eventually("it works", || stage.ledger.get(10) > 0).await;
    stage.end().await;
}

#[tokio::test]
async fn two_files_of_one_name_are_both_refused() {
    let stage = Stage::new().await;
    let witness = Witness::new(&stage).await;
    Source::new("bystander", "sync", "note(11);").build(&stage.path("bystander.so"));
    good().build(&stage.path("one.so"));
    good().build(&stage.path("two.so"));
    let directory = stage.directory.path();
    for (path, outcome) in stage.host.load_directory(directory).await.unwrap() {
        if path.ends_with("bystander.so") {
            assert_eq!(outcome.unwrap().name, "bystander");
            continue;
        }
        let text = outcome.unwrap_err().to_string();
        assert!(
            text.contains("are both named \"good\"; neither was loaded"),
            "{text}"
        );
        assert!(
            text.contains("one.so") && text.contains("two.so"),
            "{path:?}: {text}"
        );
    }
    let paths = ["one.so", "bystander.so", "two.so"].map(|file| stage.path(file));
    let checked = PluginHost::check_all(&paths, &stage.options);
    let told: Vec<_> = checked
        .into_iter()
        .map(|one| one.err().map(|error| error.reason.to_string()))
        .collect();
    let twin = |at: usize| {
        let other = &paths[at];
        let text = format!("and {other:?} are both named \"good\"; neither is loaded");
        Some(text)
    };
    assert_eq!(told, [twin(2), None, twin(0)], "a check says it of both");
    witness.goes_on(&stage).await;
    eventually("the bystander works", || stage.ledger.get(11) == 1).await;
    std::fs::remove_file(stage.path("two.so")).unwrap();
    stage.host.load(&stage.path("one.so")).await.unwrap();
    let text = stage
        .try_load("two.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(text.contains("that one stays loaded"), "{text}");
    assert_eq!(stage.plugin("good").state.as_str(), "active");
    stage.end().await;
}

#[tokio::test]
async fn wrong_settings_are_told_and_switch_a_plugin_off() {
    let stage = Stage::new().await;
    std::fs::write(stage.path("good.toml"), "threads = 0").unwrap();
    good().build(&stage.path("a.so"));
    assert_eq!(
        refusal_on(stage, "a.so").await,
        "settings: `threads` must be 1 or more"
    );
    let stage = Stage::new().await;
    std::fs::write(stage.path("good.toml"), "enabled = false").unwrap();
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.ends_with("is switched off (`enabled = false`)"),
        "{text}"
    );
    let checked = PluginHost::check(&stage.path("a.so"), &stage.options).unwrap_err();
    assert_eq!(checked.to_string(), text, "a check says the same");
    assert!(stage.host.plugins().is_empty());
    std::fs::write(stage.path("good.toml"), "").unwrap();
    stage.host.load(&stage.path("a.so")).await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_private_directory_that_cannot_be_written_is_named() {
    let stage = Stage::with(|options| options.private_dir = Some("/proc/no/such".into())).await;
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("cannot be copied to \"/proc/no/such\""),
        "{text}"
    );
    assert_eq!(stage.host.refused().len(), 1);
    stage.end().await;
}
