//! Files that are refused: one sentence each, and everything else goes on.

mod bytes;
mod interface;
mod linking;
mod place;
mod proofs;
mod start;

use std::path::Path;
use std::process::Command;

use trunkline_plugin_host::{HostOptions, PluginHost, Refusal};

use crate::support::{Source, Stage, Witness};

fn good() -> Source {
    Source::new("good", "sync", "note(10);")
}

/// The sentence a file is refused with.
async fn refusal(file: &str, bytes: &[u8]) -> String {
    let stage = Stage::new().await;
    std::fs::write(stage.path(file), bytes).unwrap();
    refusal_on(stage, file).await
}

async fn refusal_of(source: &Source) -> String {
    refusal_where(source, |_| {}).await
}

async fn refusal_where(source: &Source, change: impl FnOnce(&mut HostOptions)) -> String {
    let stage = Stage::with(change).await;
    source.build(&stage.path("bad.so"));
    refusal_on(stage, "bad.so").await
}

/// Has a file refused; the host and another plugin go on, and a check says the same of it.
async fn refusal_on(stage: Stage, file: &str) -> String {
    let witness = Witness::new(&stage).await;
    let path = stage.path(file);
    let error = stage.host.load(&path).await.unwrap_err();
    let text = error.to_string();
    let sentence = text.strip_prefix(&format!("plugin {path:?}: "));
    let sentence = sentence.unwrap_or_else(|| panic!("{text}")).to_owned();
    assert!(!sentence.contains('\n'), "one sentence: {sentence}");
    let [refused] = &stage.host.refused()[..] else {
        panic!("{:?}", stage.host.refused());
    };
    assert_eq!((&refused.path, &refused.reason), (&path, &sentence));
    if is_told_without_running(&error.reason) {
        let checked = PluginHost::check(&path, &stage.options).unwrap_err();
        assert_eq!(checked.to_string(), text, "a check says the same");
        assert_eq!(checked.name, error.name);
    }
    witness.goes_on(&stage).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let another = elsewhere.path().join("another.so");
    Source::new("another", "sync", "").build(&another);
    stage.host.load(&another).await.unwrap();
    stage.end().await;
    sentence
}

fn is_told_without_running(reason: &Refusal) -> bool {
    !matches!(
        reason,
        Refusal::Constructor { .. }
            | Refusal::Init { .. }
            | Refusal::InitPanicked { .. }
            | Refusal::InitHung { .. }
            | Refusal::Table(_)
    )
}

/// Compiles C as it stands.
fn compile(code: &str, arguments: &[&str], out: &Path) {
    let scratch = tempfile::tempdir().unwrap();
    let source = scratch.path().join("a.c");
    std::fs::write(&source, code).unwrap();
    let mut command = Command::new("cc");
    command.args(arguments).arg(&source).arg("-o").arg(out);
    assert!(command.status().unwrap().success());
}

fn library(code: &str) -> Vec<u8> {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("a.so");
    compile(code, &["-shared", "-fPIC"], &out);
    std::fs::read(out).unwrap()
}
