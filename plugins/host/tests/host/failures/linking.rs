//! Plugins that cannot be linked here, or whose loading ends a process.

use super::{compile, good, refusal_of};
use crate::support::Source;

#[tokio::test]
async fn what_the_linker_lacks_is_named() {
    let scratch = tempfile::tempdir().unwrap();
    let library = scratch.path().join("libfrob.so");
    let code = "int frobnicate(void) { return 1; }";
    compile(code, &["-shared", "-fPIC"], &library);
    let source = Source::new("bad", "sync", "frobnicate();").code("int frobnicate(void);");
    let directory = scratch.path().to_str().unwrap();
    let with = source.clone().argument("-L").argument(directory);
    assert_eq!(
        refusal_of(&with.argument("-lfrob")).await,
        "needs libfrob.so, which is not installed"
    );
    assert_eq!(
        refusal_of(&source).await,
        "needs symbol `frobnicate`, which no library here has"
    );
}

#[tokio::test]
async fn a_plugin_of_a_newer_system_is_told_what_it_needs() {
    let scratch = tempfile::tempdir().unwrap();
    // What the C library of years to come may have: a version that this one does not know.
    let versions = scratch.path().join("versions");
    std::fs::write(&versions, "GLIBC_2.999 { global: frobnicate; };").unwrap();
    let script = format!("-Wl,--version-script={}", versions.display());
    let library = scratch.path().join("libnewer.so");
    compile(
        "int frobnicate(void) { return 1; }",
        &["-shared", "-fPIC", "-Wl,-soname,libc.so.6", &script],
        &library,
    );
    let source = Source::new("bad", "sync", "frobnicate();").code("int frobnicate(void);");
    assert_eq!(
        refusal_of(&source.argument(library.to_str().unwrap())).await,
        "needs GLIBC_2.999, which this system does not have (build it on an older system)"
    );
}

#[tokio::test]
async fn a_constructor_that_ends_the_process_ends_a_trial_process() {
    let aborts = good().code("__attribute__((constructor)) static void on_load(void) { abort(); }");
    let text = refusal_of(&aborts).await;
    assert!(
        text.starts_with("ended a trial process (signal: 6"),
        "{text}"
    );
    assert!(
        text.ends_with("while being loaded (before any of its handlers ran)"),
        "{text}"
    );
    let exits = good().code("__attribute__((constructor)) static void on_load(void) { _exit(9); }");
    let text = refusal_of(&exits).await;
    assert!(
        text.starts_with("ended a trial process (exit status: 9)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_constructor_that_hangs_hangs_a_trial_process() {
    let hangs = good().code("__attribute__((constructor)) static void on_load(void) { pause(); }");
    let text = refusal_of(&hangs).await;
    assert!(
        text.starts_with("did not return within 5s while being loaded"),
        "{text}"
    );
}
