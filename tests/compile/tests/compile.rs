//! What must not compile, and what must: the compiler's words are part of the interface.
//!
//! After a change of wording, run with `TRYBUILD=overwrite` and read the difference.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The compiler whose words the `.stderr` files hold.
const RECORDED_WITH: &str = "rustc 1.95.";

/// Where the cases are, if not where they belong.
const CASES: &str = "TRUNKLINE_UI_CASES";

const AREAS: [&str; 3] = ["events", "handlers", "settlement"];

#[test]
fn misuse_is_refused_with_words_that_name_the_fix() {
    let elsewhere = env::var_os(CASES);
    if elsewhere.is_none() && !compiler().starts_with(RECORDED_WITH) {
        println!("the words are those of {RECORDED_WITH} with this one only refusals are checked");
        return misuse_is_refused_in_whatever_words();
    }
    let ui = elsewhere.map_or_else(|| "tests/ui".into(), PathBuf::from);
    let cases = trybuild::TestCases::new();
    for area in AREAS {
        cases.compile_fail(ui.join(area).join("*.rs"));
    }
}

#[test]
fn what_is_right_compiles() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

/// Another compiler says the same in other words: what it says is written beside copies of the
/// cases, and compared with nothing.
fn misuse_is_refused_in_whatever_words() {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    // A case that is no more would go on being checked.
    let _ = fs::remove_dir_all(&copies);
    for area in AREAS {
        copy_cases(&Path::new("tests/ui").join(area), &copies.join(area));
    }
    let this_test = env::current_exe().expect("a test is a program");
    let run = Command::new(this_test)
        .args([
            "--exact",
            "misuse_is_refused_with_words_that_name_the_fix",
            "--nocapture",
        ])
        .env(CASES, copies)
        .env("TRYBUILD", "overwrite")
        .status();
    assert!(run.expect("this program runs").success());
}

fn compiler() -> String {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler).arg("--version").output();
    let version = version.expect("the compiler runs").stdout;
    String::from_utf8_lossy(&version).into_owned()
}

fn copy_cases(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target directory can be written");
    for case in fs::read_dir(from).expect("the cases are there") {
        let case = case.expect("a directory can be read").path();
        if case.extension() == Some(OsStr::new("rs")) {
            let name = case.file_name().expect("a file has a name");
            fs::copy(&case, to.join(name)).expect("the target directory can be written");
        }
    }
}
