//! The typed events are generated from `data/events.json`; this writes them, and tells when they are
//! not what the data says.
//!
//! After a change of the data: `TRUNKLINE_BLESS=1 cargo test -p trunkline-wazo --test generated`.
#![expect(clippy::unwrap_used, reason = "a failed test is all that comes of it")]

mod data;
mod names;
mod registry;
mod types;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files by their place in the crate.
type Files = BTreeMap<PathBuf, String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files under a directory.
fn found(directory: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found(&path, files);
        } else {
            files.insert(path.strip_prefix(root()).unwrap().to_owned());
        }
    }
}

#[test]
fn the_generated_code_is_what_the_data_says() {
    let events = data::read();
    let mut files: Files = write::modules(&events);
    files.insert("tests/typed/registry.rs".into(), registry::write(&events));
    let mut there = BTreeSet::new();
    found(&root().join("src/events/generated"), &mut there);
    let bless = std::env::var_os("TRUNKLINE_BLESS").is_some();
    for (path, text) in &files {
        let path = root().join(path);
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        let current = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            current == *text,
            "{} is not current; see {}",
            path.display(),
            file!()
        );
    }
    for stale in there.iter().filter(|path| !files.contains_key(*path)) {
        if bless {
            fs::remove_file(root().join(stale)).unwrap();
        }
        assert!(bless, "{} is not generated any more", stale.display());
    }
}

#[test]
fn every_event_has_a_module_whose_feature_exists() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let modules: BTreeSet<_> = data::read().into_iter().map(|event| event.module).collect();
    for module in &modules {
        let feature = manifest
            .lines()
            .any(|line| line.starts_with(&format!("{module} = ")));
        assert!(feature, "{module}");
    }
    assert_eq!(modules.len(), 13);
}

#[test]
fn keys_need_no_escape_in_json() {
    for event in data::read() {
        for (key, _) in event.fields.iter() {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            assert!(key.chars().all(plain), "{}: {key}", event.name);
        }
    }
}
