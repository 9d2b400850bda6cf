//! Files that are refused: one sentence each, and everything else goes on.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use trunkline_plugin_host::{HostOptions, PluginHost, TrustedKey};

use crate::support::{Source, Stage, eventually};

fn good() -> Source {
    Source::new("good", "sync", "note(10);")
}

/// The sentence a file is refused with; another plugin meanwhile works on.
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

async fn refusal_on(stage: Stage, file: &str) -> String {
    let witness = Source::new("witness", "inline", "note(20);");
    let was = stage.host.load(&stage.path(file)).await.unwrap_err();
    let text = was.to_string();
    let prefix = format!("plugin {:?}: ", stage.path(file));
    let sentence = text
        .strip_prefix(&prefix)
        .unwrap_or_else(|| panic!("{text}"));
    assert!(!sentence.contains('\n'), "one sentence: {sentence}");
    assert_eq!(
        stage.host.refused(),
        [(stage.path(file), sentence.to_owned())]
    );
    if file != "unwitnessed.so" {
        stage.load("witness.so", &witness).await;
        stage.ping().await;
        eventually("the witness works", || stage.ledger.get(20) == 1).await;
    }
    stage.end().await;
    sentence.to_owned()
}

#[tokio::test]
async fn text_and_nothing_are_no_library() {
    assert_eq!(
        refusal("a.so", b"hello, world").await,
        "is not a shared library (starts with [68, 65, 6c, 6c])"
    );
    assert_eq!(refusal("a.so", b"").await, "is empty");
}

#[tokio::test]
async fn a_library_cut_off_anywhere_is_truncated() {
    let bytes = good().bytes();
    let stage = Stage::new().await;
    for part in 1..100 {
        let end = bytes.len() * part / 100;
        std::fs::write(stage.path("a.so"), &bytes[..end]).unwrap();
        let text = stage
            .host
            .load(&stage.path("a.so"))
            .await
            .unwrap_err()
            .to_string();
        let wanted = format!("has {end} (copied while still being written?)");
        assert!(text.contains("is truncated: needs "), "{part} %: {text}");
        assert!(text.contains(&wanted), "{part} %: {text}");
    }
    std::fs::write(stage.path("a.so"), &bytes[..bytes.len() - 1]).unwrap();
    assert!(stage.host.load(&stage.path("a.so")).await.is_err());
    stage.end().await;
}

#[tokio::test]
async fn a_library_for_another_machine_or_system_is_named() {
    let bytes = good().bytes();
    let with = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        bytes
    };
    // ELF gABI: e_machine at 18, EI_CLASS at 4, EI_DATA at 5.
    let text = refusal("a.so", &with(18, 0xb7)).await;
    assert!(
        text.starts_with("is built for aarch64; this host is "),
        "{text}"
    );
    let text = refusal("a.so", &with(4, 1)).await;
    assert!(text.starts_with("is built for 32-bit "), "{text}");
    let text = refusal("a.so", &[0xcf, 0xfa, 0xed, 0xfe, 0, 0, 0, 0]).await;
    assert_eq!(
        text,
        "is a Mach-O file; this host loads ELF shared libraries"
    );
    let text = refusal("a.so", b"\0asm\x01\0\0\0").await;
    assert!(text.starts_with("is a WebAssembly file"), "{text}");
}

#[tokio::test]
async fn a_program_an_object_and_an_archive_are_no_library() {
    let program = std::fs::read("/bin/true").unwrap();
    assert_eq!(
        refusal("a.so", &program).await,
        "is a program, not a shared library"
    );
    let object = good().argument("-c").argument("-fno-lto");
    let mut object = object.bytes_of_object();
    assert_eq!(
        refusal("a.so", &object).await,
        "is an object file, not a shared library"
    );
    object.splice(0..0, *b"!<arch>\n");
    assert!(refusal("a.so", &object).await.starts_with("is an archive"));
}

impl Source {
    fn bytes_of_object(&self) -> Vec<u8> {
        let scratch = tempfile::tempdir().unwrap();
        let source = scratch.path().join("a.c");
        std::fs::write(&source, "int x;").unwrap();
        let object = scratch.path().join("a.o");
        let mut command = Command::new("cc");
        assert!(
            command
                .arg("-c")
                .arg(&source)
                .arg("-o")
                .arg(&object)
                .status()
                .unwrap()
                .success()
        );
        std::fs::read(object).unwrap()
    }
}

fn library(code: &str) -> Vec<u8> {
    let scratch = tempfile::tempdir().unwrap();
    let source = scratch.path().join("a.c");
    std::fs::write(&source, code).unwrap();
    let out = scratch.path().join("a.so");
    let mut command = Command::new("cc");
    command
        .args(["-shared", "-fPIC"])
        .arg(&source)
        .arg("-o")
        .arg(&out);
    assert!(command.status().unwrap().success());
    std::fs::read(out).unwrap()
}

#[tokio::test]
async fn a_library_without_a_descriptor_or_an_entry_is_no_plugin() {
    let text = refusal("a.so", &library("int x;")).await;
    assert!(
        text.starts_with("is a shared library but not a trunkline plugin (no "),
        "{text}"
    );
    let text = refusal("a.so", &library("const int trunkline_plugin_meta_v2 = 1;")).await;
    assert!(
        text.starts_with("speaks plugin ABI 2.0; this host speaks 1.0 to 1.0"),
        "{text}"
    );
    let text = refusal(
        "a.so",
        &library("const char trunkline_plugin_meta_v1[128] = \"x\";"),
    )
    .await;
    assert!(
        text.contains("the descriptor does not begin as one"),
        "{text}"
    );
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../abi/include/trunkline_plugin.h");
    let code = format!("#include \"{}\"\nTL_META(\"{{}}\");", include.display());
    let text = refusal("a.so", &library(&code)).await;
    assert_eq!(text, "has a descriptor but no trunkline_plugin_entry_v1");
}

#[tokio::test]
async fn a_plugin_of_another_interface_is_told_what_to_do() {
    let text = refusal_of(&good().meta("TL_META_WITH(2, 0, TL_META_CANNOT_ABORT,")).await;
    assert!(
        text.starts_with("speaks plugin ABI 2.0; this host speaks 1.0 to 1.0: rebuild it"),
        "{text}"
    );
    let newer = good().manifest_text(r#"{"name":"a","needs_minor":4}"#);
    let text = refusal_of(&newer).await;
    assert!(
        text.starts_with("needs plugin ABI 1.4; this host has 1.0"),
        "{text}"
    );
    let text = refusal_of(&good().meta("TL_META_WITH(1, 0, 0,")).await;
    assert!(
        text.starts_with("was built with panic = \"abort\": one panic would kill"),
        "{text}"
    );
}

#[tokio::test]
async fn a_bad_manifest_is_told_with_its_place() {
    let text = refusal_of(&good().manifest_text("{\"name\":")).await;
    assert!(text.starts_with("manifest: line 1 column "), "{text}");
    let pattern = json!({"name": "a", "handlers": [
        {"id": 0, "events": ["x"]}, {"id": 1, "keys": ["user..x"]}]});
    let text = refusal_of(&Source::with_manifest(&pattern, "")).await;
    assert!(
        text.starts_with("manifest: handlers[1].keys[0]: \"user..x\": "),
        "{text}"
    );
}

#[tokio::test]
async fn what_the_linker_lacks_is_named() {
    let stage = Stage::new().await;
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(
        scratch.path().join("f.c"),
        "int frobnicate(void) { return 1; }",
    )
    .unwrap();
    let mut command = Command::new("cc");
    command
        .args(["-shared", "-fPIC", "-o"])
        .arg(scratch.path().join("libfrob.so"));
    assert!(
        command
            .arg(scratch.path().join("f.c"))
            .status()
            .unwrap()
            .success()
    );
    let source = Source::new("bad", "sync", "frobnicate();").code("int frobnicate(void);");
    let with = source
        .clone()
        .argument("-L")
        .argument(scratch.path().to_str().unwrap());
    let with = with.argument("-lfrob");
    let text = refusal_of(&with).await;
    assert_eq!(text, "needs libfrob.so, which is not installed");
    let text = refusal_of(&source).await;
    assert_eq!(text, "needs symbol `frobnicate`, which no library here has");
    // A check says the same, and runs nothing.
    with.build(&stage.path("a.so"));
    let text = PluginHost::check(&stage.path("a.so"), &HostOptions::new())
        .unwrap_err()
        .to_string();
    assert!(
        text.ends_with("needs libfrob.so, which is not installed"),
        "{text}"
    );
    source.build(&stage.path("a.so"));
    let text = PluginHost::check(&stage.path("a.so"), &HostOptions::new())
        .unwrap_err()
        .to_string();
    assert!(
        text.ends_with("needs symbol `frobnicate`, which no library here has"),
        "{text}"
    );
    stage.end().await;
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
    good().build(&stage.path("unwitnessed.so"));
    std::fs::set_permissions(stage.directory.path(), mode(0o777)).unwrap();
    let text = refusal_on(stage, "unwitnessed.so").await;
    assert!(
        text.starts_with("its directory is writable by group or others"),
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
async fn two_files_of_one_name_are_both_refused() {
    let stage = Stage::new().await;
    good().build(&stage.path("one.so"));
    good().build(&stage.path("two.so"));
    for (path, outcome) in stage
        .host
        .load_directory(stage.directory.path())
        .await
        .unwrap()
    {
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
async fn a_seal_proves_that_every_byte_is_there() {
    let stage = Stage::with(|options| options.require_seal = true).await;
    let path = stage.path("a.so");
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("is not sealed; run `trunkline plugin seal`"),
        "{text}"
    );
    trunkline_plugin_host::seal(&path).unwrap();
    stage.host.load(&path).await.unwrap();
    let sealed = std::fs::read(&path).unwrap();
    // A run of zeros between sections: nothing else would notice.
    let at = sealed
        .windows(16)
        .rposition(|bytes| bytes == [0; 16])
        .unwrap();
    let mut torn = sealed.clone();
    torn[at + 8] = 1;
    std::fs::write(&path, &torn).unwrap();
    let text = stage.host.load(&path).await.unwrap_err().to_string();
    assert!(
        text.contains("does not match its own seal: damaged"),
        "{text}"
    );
    // Sealing again is for a new build; it makes a seal of what is there.
    trunkline_plugin_host::seal(&path).unwrap();
    stage.host.load(&path).await.unwrap();
    stage.end().await;
}

#[tokio::test]
async fn a_lock_file_says_which_bytes_may_be_loaded() {
    let stage = Stage::with(|options| options.require_lock = true).await;
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("does not match plugins.lock (expected nothing, is "),
        "{text}"
    );
    let sum = Command::new("sha256sum")
        .arg("a.so")
        .current_dir(stage.directory.path())
        .output()
        .unwrap();
    std::fs::write(stage.path("plugins.lock"), sum.stdout).unwrap();
    stage.host.load(&stage.path("a.so")).await.unwrap();
    stage.end().await;
}

/// Runs OpenSSL, which makes keys and signatures as operators make them.
fn openssl(directory: &Path, arguments: &str) {
    let run = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(directory)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "openssl {arguments}: {errors}");
}

#[tokio::test]
async fn a_trusted_key_says_whose_plugins_are_loaded() {
    let keys = tempfile::tempdir().unwrap();
    for owner in ["ours", "theirs"] {
        openssl(
            keys.path(),
            &format!("genpkey -algorithm ed25519 -out {owner}.pem"),
        );
        let public = format!("pkey -in {owner}.pem -pubout -out {owner}.pub");
        openssl(keys.path(), &public);
    }
    let trusted = TrustedKey::read(&keys.path().join("ours.pub")).unwrap();
    let stage = Stage::with(|options| options.trusted_keys = trusted).await;
    let sign = |key: &str| {
        let key = keys.path().join(key);
        let key = key.display();
        openssl(
            stage.directory.path(),
            &format!("pkeyutl -sign -rawin -inkey {key} -in a.so -out a.so.sig"),
        );
    };
    let path = stage.path("a.so");
    let refusal = async || stage.host.load(&path).await.unwrap_err().to_string();
    good().build(&path);
    let text = refusal().await;
    assert!(
        text.contains("has no valid signature by a trusted key (")
            && text.ends_with("a.so.sig\" is not there)"),
        "{text}"
    );
    sign("theirs.pem");
    let text = refusal().await;
    assert!(
        text.ends_with("is of other bytes, or by another key)"),
        "{text}"
    );
    std::fs::write(stage.path("a.so.sig"), "signed: me").unwrap();
    let text = refusal().await;
    assert!(
        text.ends_with("is not 64 bytes, as an Ed25519 signature is)"),
        "{text}"
    );
    sign("ours.pem");
    stage.host.load(&path).await.unwrap();
    // What was signed is what is loaded.
    trunkline_plugin_host::seal(&path).unwrap();
    let text = refusal().await;
    assert!(
        text.ends_with("is of other bytes, or by another key)"),
        "{text}"
    );
    assert_eq!(stage.plugin("good").state.as_str(), "active");
    stage.end().await;
}

#[tokio::test]
async fn an_entry_that_fails_panics_or_hangs_is_refused() {
    let fails =
        good().init("return tl_complete(host, 0, TL_FAILED, \"missing config key \\\"from\\\"\");");
    assert_eq!(
        refusal_of(&fails).await,
        "init failed: missing config key \"from\""
    );
    let fails = good().init("return -1;");
    assert_eq!(refusal_of(&fails).await, "init failed: status -1");
    let panics = good().init("return tl_complete(host, 0, TL_PANIC, \"at src/lib.rs:11: oh\");");
    assert_eq!(
        refusal_of(&panics).await,
        "panicked in init: at src/lib.rs:11: oh"
    );
    let hangs = good().init("for (;;) pause();");
    let text = refusal_where(&hangs, |options| {
        options.start_timeout = Duration::from_millis(100);
    });
    assert_eq!(text.await, "did not start within 100ms");
    let without = good().init("out->handle = 0;");
    assert_eq!(
        refusal_of(&without).await,
        "its entry gave no `handle` function"
    );
    let short = good().init("out->size = 16;");
    assert_eq!(
        refusal_of(&short).await,
        "its entry gave no `handle` function"
    );
}

#[tokio::test]
async fn wrong_settings_are_told_and_switch_a_plugin_off() {
    let stage = Stage::new().await;
    std::fs::write(stage.path("good.toml"), "threads = 0").unwrap();
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.ends_with("settings: `threads` must be 1 or more"),
        "{text}"
    );
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
    assert!(stage.host.plugins().is_empty());
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
    stage.end().await;
}

#[tokio::test]
async fn more_generations_than_allowed_are_refused_with_a_sentence() {
    let stage = Stage::with(|options| options.generations = 0).await;
    let text = stage
        .try_load("a.so", &good())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("plugin versions were loaded in this process"),
        "{text}"
    );
    stage.end().await;
}
