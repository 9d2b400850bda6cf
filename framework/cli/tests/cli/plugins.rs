//! Plugins: made, checked, sealed, and let in or not.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Left, morning, run, text, trunkline};

/// A plugin in C that takes every call, of this version.
pub(crate) fn build(path: &Path, version: u32) {
    build_kind(path, version, "inline");
}

/// The same, called in another way.
pub(crate) fn build_kind(path: &Path, version: u32, kind: &str) {
    let source = format!(
        r#"#include "trunkline_plugin.h"
TL_META("{{\"name\":\"counter\",\"version\":\"{version}.0.0\",\"lang\":\"c\","
        "\"handlers\":[{{\"id\":0,\"fn\":\"count\",\"events\":[\"call_created\"],\"kind\":\"{kind}\"}}]}}");
static int32_t handle(void *state, uint32_t handler, const tl_event *event, uint64_t token) {{
    (void)state; (void)handler; (void)event; (void)token;
    return TL_OK;
}}
static void destroy(void *state) {{ (void)state; }}
TL_ENTRY(host, out) {{
    (void)host;
    out->size = (uint32_t)sizeof *out;
    out->handle = handle;
    out->destroy = destroy;
    return TL_OK;
}}
"#
    );
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("counter.c");
    std::fs::write(&file, source).unwrap();
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/abi/include");
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
        .arg(file)
        .arg("-o")
        .arg(path)
        .status();
    assert!(compiled.unwrap().success());
}

/// A directory with that plugin.
pub(crate) fn plugins() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("counter.so");
    build(&path, 1);
    (directory, path)
}

#[test]
fn check_says_what_a_host_would() {
    let (directory, good) = plugins();
    let bad = directory.path().join("bad.so");
    std::fs::write(&bad, "rubbish").unwrap();
    let left = run(&["plugin", "check", text(&good), text(&bad), "--json"]);
    assert_eq!(left.code, Some(4), "{}", left.err);
    let [good_one, bad_one] = left.json().try_into().unwrap();
    assert_eq!(good_one["ok"], true);
    assert_eq!(good_one["name"], "counter");
    assert_eq!(good_one["handlers"][0]["name"], "count");
    assert_eq!(good_one["handlers"][0]["wants"][0], "call_created");
    assert_eq!(good_one["sealed"], false);
    assert_eq!(bad_one["ok"], false);
    assert_eq!(
        bad_one["reason"],
        "is not a shared library (starts with [72, 75, 62, 62])"
    );
    let left = run(&["plugin", "check", text(&good)]);
    assert_eq!(left.code, Some(0));
    assert!(
        left.out.contains("good: counter 1.0.0, not sealed"),
        "{}",
        left.out
    );
    let twin = directory.path().join("twin.so");
    build(&twin, 2);
    let left = run(&["plugin", "check", text(&good), text(&twin)]);
    assert_eq!(left.code, Some(4), "{}", left.out);
    let told = left
        .out
        .matches("are both named \"counter\"; neither is loaded");
    assert_eq!(told.count(), 2, "{}", left.out);
}

#[test]
fn seal_makes_a_plugin_prove_that_it_is_whole() {
    let (directory, path) = plugins();
    let Left { code, out, err } = run(&["plugin", "seal", text(&path)]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains(": sealed "), "{out}");
    assert_eq!(
        run(&["plugin", "check", text(&path), "--json"]).last()["sealed"],
        true
    );
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes
        .windows(16)
        .rposition(|bytes| bytes == [0; 16])
        .unwrap();
    bytes[at] = 1;
    std::fs::write(&path, bytes).unwrap();
    let left = run(&["plugin", "check", text(&path), "--json"]);
    assert!(
        left.last()["reason"]
            .as_str()
            .unwrap()
            .starts_with("does not match its own seal")
    );
    let none = directory.path().join("none.so");
    assert_eq!(run(&["plugin", "seal", text(&none)]).code, Some(4));
}

#[test]
fn an_operator_may_require_seals_and_locks() {
    let (directory, path) = plugins();
    let refusal = |options: &[&str]| {
        let recording = morning();
        let run_it = ["run", "--input", text(&recording), "--json", "--plugins"];
        let left = run(&[&run_it[..], &[text(directory.path())], options].concat());
        assert_eq!(left.code, Some(0), "{}", left.err);
        let refused = left
            .json()
            .into_iter()
            .find(|line| line["step"] == "plugin_refused");
        refused.map(|line| line["reason"].as_str().unwrap().to_owned())
    };
    let private = tempfile::tempdir().unwrap();
    let sealed = ["--plugin-require-seal"];
    assert!(refusal(&sealed).unwrap().contains("seal"));
    assert!(
        refusal(&["--plugin-require-lock"])
            .unwrap()
            .contains("lock")
    );
    let checked = trunkline(&["plugin", "check", text(&path)])
        .env("TRUNKLINE_PLUGIN_REQUIRE_SEAL", "true")
        .output();
    assert_eq!(checked.unwrap().status.code(), Some(4), "as a host would");
    assert_eq!(run(&["plugin", "seal", text(&path)]).code, Some(0));
    let place = ["--plugin-private-dir", text(private.path())];
    assert_eq!(refusal(&[&sealed[..], &place].concat()), None);
    let missing = directory.path().join("none");
    let place = ["--plugin-private-dir", text(&missing)];
    assert!(
        refusal(&place).is_some(),
        "the directory is the one that is used"
    );
}

#[test]
fn an_operator_may_say_whose_plugins_are_loaded_and_that_all_must_be() {
    let (directory, path) = plugins();
    let keys = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl").args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{errors}");
    };
    let [private, public] = ["key.pem", "key.pub"].map(|name| keys.path().join(name));
    let make = ["genpkey", "-algorithm", "ed25519", "-out", text(&private)];
    openssl(&make);
    let publish = [
        "pkey",
        "-pubout",
        "-in",
        text(&private),
        "-out",
        text(&public),
    ];
    openssl(&publish);
    let host = |options: &[&str]| {
        let recording = morning();
        let run_it = ["run", "--input", text(&recording), "--plugins"];
        run(&[&run_it[..], &[text(directory.path())], options].concat())
    };
    let strict = ["--plugin-strict", "--plugin-trusted-keys", text(&public)];
    let left = host(&strict);
    assert_eq!(left.code, Some(4), "{}", left.err);
    assert!(
        left.err.contains("has no valid signature by a trusted key") && left.err.contains("strict"),
        "{}",
        left.err
    );
    // Without `strict` one bad plugin stops nothing.
    assert_eq!(host(&strict[1..]).code, Some(0));
    let signature = path.with_extension("so.sig");
    let sign = ["pkeyutl", "-sign", "-rawin", "-inkey", text(&private)];
    let files = ["-in", text(&path), "-out", text(&signature)];
    openssl(&[&sign[..], &files].concat());
    let left = host(&strict);
    assert_eq!(left.code, Some(0), "{}", left.err);
    std::fs::write(&public, "ssh-ed25519 AAAA").unwrap();
    let left = host(&strict);
    assert_eq!(left.code, Some(2), "{}", left.err);
    assert!(
        left.err.contains("option `--plugin-trusted-keys`")
            && left.err.contains("BEGIN PUBLIC KEY"),
        "{}",
        left.err
    );
}

#[test]
fn limits_of_plugins_are_settings() {
    let (directory, _) = plugins();
    let limits = [
        "--plugin-concurrency",
        "0",
        "--plugins",
        text(directory.path()),
    ];
    let left = run(&[&["run"], &limits[..]].concat());
    assert_eq!(left.code, Some(2));
    assert!(
        left.err.contains("option `--plugin-concurrency`"),
        "{}",
        left.err
    );
    let shown = trunkline(&["config", "show", "--json"])
        .env("TRUNKLINE_PLUGIN_TIMEOUT", "2s")
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let line = |key: &str| shown.lines().find(|line| line.contains(key)).unwrap();
    assert!(line("plugin_timeout").contains("\"2s\""), "{shown}");
    assert!(line("plugin_panics").contains("\"5\""), "{shown}");
}

#[test]
fn a_directory_that_is_not_there_is_bad_usage() {
    for command in [&["run"][..], &["plugin", "list"]] {
        let left = run(&[command, &["--plugins", "/no/such/directory"]].concat());
        assert_eq!(left.code, Some(2), "{}", left.err);
        assert!(
            left.err.contains("option `--plugins` /no/such/directory"),
            "{}",
            left.err
        );
    }
}

#[test]
fn new_makes_a_crate_that_builds_and_passes_its_test_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("greeter");
    let clone = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let new = |name: &str| {
        let mut command = trunkline(&["plugin", "new", name, "--trunkline-path", text(&clone)]);
        let output = command.current_dir(directory.path()).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, err) = new("greeter");
    assert_eq!(code, Some(0), "{err}");
    let (code, err) = new("greeter");
    assert_eq!(code, Some(2));
    assert!(err.contains("is there already"), "{err}");
    assert_eq!(new("9lives").0, Some(2));
    // The versions this workspace is tested with.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    std::fs::copy(lock, path.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-new");
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        let output = command.args(arguments).arg("--target-dir").arg(&target);
        let output = output.current_dir(&path).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    let tested = cargo(&["test", "--quiet", "--test", "plugin"]);
    assert!(tested.contains("1 passed"), "{tested}");
    cargo(&["build", "--quiet"]);
    let built = target.join("debug/libgreeter.so");
    let left = run(&["plugin", "check", text(&built), "--json"]);
    assert_eq!(left.code, Some(0), "{}", left.out);
    assert_eq!(left.last()["name"], "greeter");
}
