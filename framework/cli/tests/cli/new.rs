//! What `trunkline new` writes. That it builds and passes is held by `tests/suite`.

use std::path::{Path, PathBuf};

use crate::support::{scratch, trunkline};

/// An empty directory of this test's own.
fn empty(name: &str) -> PathBuf {
    let directory = scratch(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

fn new_service(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = trunkline(&[&["new", "service"], arguments].concat())
        .current_dir(directory)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// The clone these tests are in.
fn clone() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_service_is_named_throughout() {
    let directory = empty("new-named");
    let (code, out, err) = new_service(
        &directory,
        &[
            "night-alarms",
            "--trunkline-path",
            clone().to_str().unwrap(),
        ],
    );
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.starts_with("night-alarms/ holds a service on trunkline "),
        "{out}"
    );
    let service = directory.join("night-alarms");
    assert!(read(service.join("src/main.rs")).contains("use night_alarms::config::Config;"));
    assert!(read(service.join("src/config.rs")).contains("\"NIGHT_ALARMS_\""));
    let unit = read(service.join("night-alarms.service"));
    assert!(
        unit.contains("ExecStart=/usr/local/bin/night-alarms\n"),
        "{unit}"
    );
    let docker = read(service.join("Dockerfile"));
    assert!(docker.contains("target/release/night-alarms "), "{docker}");
}

#[test]
fn every_file_written_is_told_to_programs() {
    let directory = empty("new-json");
    let (code, out, _) = new_service(&directory, &["alarms", "--json"]);
    assert_eq!(code, Some(0));
    let told: serde_json::Value = serde_json::from_str(out.trim()).unwrap();
    let files = told["files"].as_array().unwrap();
    assert!(files.len() > 10);
    for file in files {
        let path = directory.join("alarms").join(file.as_str().unwrap());
        assert!(path.is_file(), "{}", path.display());
    }
}

#[test]
fn what_is_there_already_is_left_as_it_is() {
    let directory = empty("new-twice");
    std::fs::create_dir(directory.join("alarms")).unwrap();
    let (code, out, err) = new_service(&directory, &["alarms"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("`alarms` is there already"), "{err}");
    let left = std::fs::read_dir(directory.join("alarms")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn a_clone_that_is_none_is_refused_before_anything_is_written() {
    let directory = empty("new-no-clone");
    let arguments = ["alarms", "--trunkline-path", "/nowhere"];
    let (code, _, err) = new_service(&directory, &arguments);
    assert_eq!(code, Some(2));
    assert!(
        err.contains("--trunkline-path") && err.contains("/nowhere"),
        "{err}"
    );
    assert!(!directory.join("alarms").exists());
}

#[test]
fn inside_another_workspace_it_stands_for_itself() {
    let directory = empty("new-inside");
    std::fs::write(directory.join("Cargo.toml"), "[workspace]\n").unwrap();
    let (code, _, _) = new_service(&directory, &["alarms"]);
    assert_eq!(code, Some(0));
    let manifest = read(directory.join("alarms/Cargo.toml"));
    assert!(manifest.ends_with("[workspace]\n"), "{manifest}");
}
