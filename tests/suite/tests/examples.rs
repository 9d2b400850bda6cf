//! Each example prints what its header says, when it is run as its header says. A table with
//! times and outcomes follows where all are run at once.

#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use trunkline_suite::{cargo, compare, root};

/// A line of the table: example, time, outcome.
type Row = (String, Duration, &'static str);
type Table = Arc<Mutex<Vec<Row>>>;

fn main() {
    let mut arguments = Arguments::from_args();
    // One after the other: cargo would wait for cargo, and the table would tell of that.
    arguments.test_threads.get_or_insert(1);
    let table = Table::default();
    let trials = examples().into_iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let table = Arc::clone(&table);
        Trial::test(name.clone(), move || {
            let began = Instant::now();
            let outcome = prints_what_it_promises(&path);
            let word = outcome.as_ref().map_or("failed", |_| "passed");
            let took = outcome.as_ref().map_or(began.elapsed(), |took| *took);
            table.lock().unwrap().push((name, took, word));
            outcome.map(drop)
        })
    });
    let listed = Trial::test("the_list_names_them_all", the_list_names_them_all);
    let conclusion = libtest_mimic::run(&arguments, trials.chain([listed]).collect());
    print(&mut table.lock().unwrap());
    conclusion.exit();
}

/// The programs: the numbered files of `examples`.
fn examples() -> Vec<PathBuf> {
    let numbered = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".rs") && name.starts_with(|first: char| first.is_ascii_digit())
    };
    let files = fs::read_dir(root().join("examples")).unwrap();
    let mut files: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(numbered)
        .collect();
    files.sort();
    files
}

fn the_list_names_them_all() -> Result<(), Failed> {
    let list = fs::read_to_string(root().join("examples/README.md")).unwrap();
    let in_list = |path: &&PathBuf| {
        let file = path.file_name().unwrap().to_string_lossy();
        list.contains(&format!("]({file})"))
    };
    match examples().iter().find(|path| !in_list(path)) {
        None => Ok(()),
        Some(path) => Err(format!("examples/README.md lacks {}", path.display()).into()),
    }
}

/// The lines of a header that follow the one which ends so.
fn under(heading: &str, source: &str) -> Vec<String> {
    let lines = source.lines().skip_while(|line| !line.ends_with(heading));
    let indented = |line: &str| line.strip_prefix("//!     ").map(str::to_owned);
    lines.skip(1).map_while(indented).collect()
}

/// Runs an example; tells how long it took, building aside.
fn prints_what_it_promises(path: &Path) -> Result<Duration, Failed> {
    let source = fs::read_to_string(path).unwrap();
    if source.lines().count() > 100 {
        return Err("it is over 100 lines".into());
    }
    let (commands, promised) = (under("Run it:", &source), under("It prints:", &source));
    let [command] = &commands[..] else {
        return Err("its header has no command, or several".into());
    };
    let Some(arguments) = command.strip_prefix("cargo ") else {
        return Err(format!("`{command}` is not cargo's").into());
    };
    if promised.is_empty() {
        return Err("its header promises nothing".into());
    }
    let mut parts = arguments.split(' ');
    let (verb, rest) = (parts.next(), parts.collect::<Vec<_>>());
    built(verb, &rest)?;
    let began = Instant::now();
    let output = cargo().args(verb).args(&rest).output().unwrap();
    let took = began.elapsed();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    // The test runner begins with an empty line.
    let printed: Vec<_> = printed.trim_start().lines().map(str::to_owned).collect();
    compare(&promised, &printed)?;
    Ok(took)
}

/// Builds what `cargo run …` or `cargo test …` is going to run.
fn built(verb: Option<&str>, arguments: &[&str]) -> Result<(), Failed> {
    let mut build = cargo();
    match verb {
        Some("run") => build.arg("build"),
        _ => build.args(["test", "--no-run"]),
    };
    // What follows is for the program.
    let own = arguments.iter().take_while(|argument| **argument != "--");
    let output = build.args(own).output().unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}

fn print(table: &mut Vec<Row>) {
    if table.len() < 2 {
        return;
    }
    table.sort();
    println!("| example | time | outcome |\n| --- | ---: | --- |");
    for (name, took, outcome) in table {
        println!("| {name} | {:.2} s | {outcome} |", took.as_secs_f64());
    }
}
