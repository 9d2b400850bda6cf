//! The house rules that a program can check: who depends on whom, and how large things are.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Our crates, with those of ours each depends on outside tests.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ours = |name: &str| name == "trunkline" || name.starts_with("trunkline-");
    let packages = metadata["packages"].as_array().unwrap();
    let arrows = packages.iter().map(|package| {
        let dependencies = package["dependencies"].as_array().unwrap();
        let normal = dependencies.iter().filter(|one| one["kind"].is_null());
        let names = normal.map(|one| one["name"].as_str().unwrap().to_owned());
        (
            package["name"].as_str().unwrap().to_owned(),
            names.filter(|name| ours(name)).collect(),
        )
    });
    arrows.collect()
}

#[test]
fn arrows_point_inward() {
    let arrows = arrows();
    let only = |names: &[&str]| {
        names
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert!(arrows["trunkline-core"].is_subset(&only(&["trunkline-derive"])));
    assert_eq!(arrows["trunkline-derive"], only(&[]));
    for inner in [
        "trunkline-memory",
        "trunkline-amqp",
        "trunkline-mqtt",
        "trunkline-wazo",
        "trunkline-kazoo",
        "trunkline-cloudevents",
        "trunkline-conformance",
    ] {
        assert_eq!(arrows[inner], only(&["trunkline-core"]), "{inner}");
    }
    assert_eq!(arrows["trunkline-plugin-abi"], only(&[]));
    let inner = only(&["trunkline-core", "trunkline-plugin-abi"]);
    assert_eq!(arrows["trunkline-plugin-host"], inner);
    // The facade and the host are for the harness of authors' tests.
    let mut outer = inner;
    outer.extend(only(&["trunkline", "trunkline-plugin-host"]));
    assert!(arrows["trunkline-plugin"].is_subset(&outer));
    let programs = ["trunkline-cli", "trunkline-examples", "trunkline-suite"];
    for (name, dependencies) in &arrows {
        for program in programs {
            assert!(
                !dependencies.contains(program),
                "{name} depends on the program {program}"
            );
        }
    }
}

/// The top-level modules of the core, with those each uses.
fn module_arrows() -> BTreeMap<String, BTreeSet<String>> {
    let sources_of_core = root().join("framework/core/src");
    let mut files = Vec::new();
    sources(&sources_of_core, &mut files);
    let mut arrows = BTreeMap::<String, BTreeSet<String>>::new();
    for path in files {
        let inside = path
            .strip_prefix(&sources_of_core)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let module = inside.split(['/', '.']).next().unwrap().to_owned();
        if module == "lib" || inside.contains("tests") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let used = text.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '_'));
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        arrows
            .entry(module.clone())
            .or_default()
            .extend(used.filter(|used| *used != module));
    }
    arrows
}

#[test]
fn no_two_modules_of_the_core_need_each_other() {
    let mut left = module_arrows();
    assert!(left.len() > 10, "the modules were not found");
    // Taking away what needs nothing more, again and again, leaves the circles.
    loop {
        let needed: BTreeSet<String> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, uses| uses.iter().any(|used| needed.contains(used)));
        if left.len() == before {
            break;
        }
    }
    assert!(
        left.is_empty(),
        "these need each other in a circle: {left:?}"
    );
}

/// The `.rs` files of the workspace that are ours to shape.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_source_file_is_over_600_lines() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    assert!(files.len() > 50, "the sources were not found");
    let lines = |path: &PathBuf| std::fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = files
        .iter()
        .map(|path| (path, lines(path)))
        .filter(|(_, lines)| *lines > 600)
        .collect();
    assert!(long.is_empty(), "split by idea: {long:?}");
}

#[test]
fn library_code_holds_no_unfinished_work() {
    let mut files = Vec::new();
    sources(&root(), &mut files);
    let marks = [concat!("todo", "!("), concat!("unimplemented", "!(")];
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{} has {mark}", path.display());
        }
    }
}
