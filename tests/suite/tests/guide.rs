//! What the guide says of the code is what the code says.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use trunkline_suite::{build, programs, root};

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn the_configuration_reference_is_what_the_program_prints() {
    build().unwrap();
    let mut program = Command::new(programs().join("trunkline"));
    let output = program.args(["config", "reference"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.lines().count() > 5, "{printed}");
    let page = "framework/trunkline/docs/operating.md";
    assert!(read(page).contains(&printed), "{page} lacks\n{printed}");
}

/// Adds the names of metrics that the sources under a directory have in quotes.
fn metrics(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            metrics(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let starts = text.match_indices("\"trunkline_").map(|(at, _)| at + 1);
            let names = starts.filter_map(|at| text[at..].split('"').next());
            let fits = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            found.extend(names.filter(fits).map(str::to_owned));
        }
    }
}

#[test]
fn every_metric_is_explained() {
    let mut names = BTreeSet::new();
    metrics(&root().join("framework/core/src"), &mut names);
    assert!(names.len() > 5, "the metrics were not found: {names:?}");
    let page = read("framework/trunkline/docs/operating.md");
    for name in names {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn every_page_of_the_guide_is_part_of_the_documentation() {
    let guide = read("framework/trunkline/src/guide.rs");
    for page in fs::read_dir(root().join("framework/trunkline/docs")).unwrap() {
        let page = page.unwrap().file_name().into_string().unwrap();
        let included = format!("include_str!(\"../docs/{page}\")");
        assert!(guide.contains(&included), "{page}");
    }
}
