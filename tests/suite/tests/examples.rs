//! Each example prints what its header says.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The lines under `It prints:` in an example's header.
fn promised(source: &str) -> Vec<String> {
    source
        .lines()
        .skip_while(|line| !line.ends_with("It prints:"))
        .skip(1)
        .map_while(|line| line.strip_prefix("//!     "))
        .map(str::to_owned)
        .collect()
}

fn prints_what_it_promises(name: &str) {
    let source = std::fs::read_to_string(root().join(format!("examples/{name}.rs"))).unwrap();
    let promised = promised(&source);
    assert!(
        !promised.is_empty(),
        "the header of {name} promises nothing"
    );
    assert!(source.lines().count() <= 100, "{name} is over 100 lines");
    let output = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--offline",
            "-p",
            "trunkline-examples",
            "--bin",
            name,
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let (out, err) = (&output.stdout, &output.stderr);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(err));
    let printed: Vec<_> = String::from_utf8_lossy(out)
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(printed, promised);
}

#[test]
fn hello() {
    prints_what_it_promises("hello");
}

#[test]
fn audiences() {
    prints_what_it_promises("audiences");
}

#[test]
fn dead_letters() {
    prints_what_it_promises("dead_letters");
}
