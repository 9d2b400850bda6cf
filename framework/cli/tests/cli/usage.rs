//! No arguments, wrong ones, help, and pipes that break.

use std::process::Stdio;

use crate::support::{AtWork, morning, run, text};

/// Every command, with arguments it accepts but for one.
const WRONG: &[(&[&str], &str)] = &[
    (&["demo", "--seconds", "0"], "--seconds"),
    (&["demo", "--seconds", "x"], "--seconds"),
    (&["demo", "--transport", "amqp://host"], "--transport"),
    (&["run", "--input", "/nowhere"], "--input"),
    (&["run", "--fail", "a=x"], "--fail"),
    (&["publish"], "<NAME>"),
    (&["publish", "x", "--stdin"], "--stdin"),
    (&["publish", "x", "--level", "all"], "--level"),
    (&["publish", "x", "--level", "user"], "--tenant"),
    (&["publish", "x", "--level", "tenant"], "--tenant"),
    (&["publish", "x", "--user", "u"], "--tenant"),
    (
        &["publish", "x", "--level", "service", "--tenant", "t"],
        "--tenant",
    ),
    (
        &[
            "publish", "x", "--level", "tenant", "--tenant", "t", "--user", "u",
        ],
        "--user",
    ),
    (&["publish", "x", "--data", "[1]"], "--data"),
    (&["publish", "x", "--data", "{"], "--data"),
    (&["publish", "x", "--data", "@/nowhere"], "--data"),
    (&["publish", "x", "--routing-key", "{"], "--routing-key"),
    (&["publish", "x", "--routing-key", "a..b"], "--routing-key"),
    (
        &["publish", "x", "--routing-key", "{nothing}"],
        "--routing-key",
    ),
    (&["publish", "x", "--acl", "{nothing}"], "--acl"),
    (&["publish", "x", "--header", "novalue"], "--header"),
    (&["publish", "x", "--header", "x-death=1"], "--header"),
    (
        &["publish", "x", "--transport", "gopher://u:s3cret@h"],
        "--transport",
    ),
    (
        &["publish", "x", "--transport", "memory:?a=b"],
        "--transport",
    ),
    (&["publish", "x", "--dialect", "xml"], "--dialect"),
    (&["publish", "x", "--dialect", "kazoo"], "--data"),
    (&["acl", "check"], "--acl"),
    (&["catalog", "show", "no_such"], "NAME"),
    (&["catalog", "list", "--service", "no_such"], "--service"),
    (&["catalog", "list", "--level", "all"], "--level"),
    (&["catalog", "asyncapi", "--format", "xml"], "--format"),
    (&["acl", "check", "--acl", "x"], "REQUIRED"),
    (&["collectd", "encode", "--nothing"], "--nothing"),
    (&["listen", "--for", "soon"], "--for"),
    (&["listen", "--count", "0"], "--count"),
    (&["listen", "--key", "a..b"], "--key"),
    (&["listen", "--name", ""], "--name"),
    (&["listen", "--header", "=1"], "--header"),
    (&["listen", "--input", "/nowhere"], "--input"),
    (&["new", "service"], "<NAME>"),
    (&["new", "service", "Alarms"], "<NAME>"),
    (
        &["new", "service", "a", "--trunkline-path", "/x"],
        "--trunkline-path",
    ),
    (&["record"], "--out"),
    (&["record", "--out", "/nowhere/x"], "--out"),
    (&["replay"], "<FILE>"),
    (&["replay", "/nowhere"], "FILE"),
    (&["replay", "-", "--speed", "0"], "--speed"),
    (&["replay", "-", "--speed", "fast"], "--speed"),
    (&["replay", "-", "--tenant-map", "a"], "--tenant-map"),
    (&["dead-letters", "list"], "--group"),
    (&["dead-letters", "list", "--store", "/nowhere"], "--store"),
    (&["dead-letters", "replay", "--group", "a"], "<ID>"),
    (
        &["dead-letters", "replay", "1", "--all", "--group", "a"],
        "--all",
    ),
    (&["bench", "--workers", "3"], "--workers"),
    (&["bench", "--count", "0"], "--count"),
    (&["config", "show", "--log", "loud"], "--log"),
    (&["config", "show", "--config", "/nowhere"], "--config"),
    (&["completions", "tcsh"], "<SHELL>"),
    (&["encode", "--unknown"], "--unknown"),
    (&["upgrade"], "upgrade"),
];

#[test]
fn bad_usage_exits_with_2_and_names_what_is_wrong() {
    for (arguments, named) in WRONG {
        let left = run(arguments);
        assert_eq!(left.code, Some(2), "{arguments:?}: {}", left.err);
        assert!(left.err.contains(named), "{arguments:?}: {}", left.err);
        assert!(left.out.is_empty(), "{arguments:?}: {}", left.out);
        assert!(!left.err.contains("s3cret"), "{arguments:?}: {}", left.err);
        assert!(
            !left.err.contains("panicked"),
            "{arguments:?}: {}",
            left.err
        );
    }
}

#[test]
fn without_arguments_the_commands_are_listed() {
    let left = run(&[]);
    assert_eq!(left.code, Some(2));
    for command in [
        "demo", "run", "encode", "decode", "publish", "listen", "record", "replay",
    ] {
        assert!(left.err.contains(command), "{command}");
    }
    let subcommands = run(&["dead-letters"]);
    assert_eq!(subcommands.code, Some(2));
    assert!(subcommands.err.contains("purge"));
}

#[test]
fn help_of_each_command_shows_an_example() {
    let commands: &[&[&str]] = &[
        &["demo"],
        &["run"],
        &["publish"],
        &["listen"],
        &["encode"],
        &["decode"],
        &["record"],
        &["replay"],
        &["dead-letters", "list"],
        &["dead-letters", "show"],
        &["dead-letters", "replay"],
        &["dead-letters", "purge"],
        &["bench"],
        &["config", "show"],
        &["config", "reference"],
        &["topology"],
        &["bridge"],
        &["new", "service"],
        &["completions"],
    ];
    for command in commands {
        let left = run(&[command, &["--help"][..]].concat());
        assert_eq!(left.code, Some(0), "{command:?}");
        let example = left.out.split("Example").nth(1);
        let example = example.unwrap_or_else(|| panic!("{command:?}: {}", left.out));
        assert!(example.contains("trunkline"), "{command:?}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_mistake() {
    let morning = morning();
    let input = text(&morning);
    let commands: &[&[&str]] = &[
        &["demo", "--seconds", "2"],
        &["run", "--input", input],
        &["listen", "--input", input],
        &["record", "--input", input, "--out", "-"],
        &["replay", input, "--speed", "max", "--json"],
        &["config", "show"],
        &["completions", "bash"],
    ];
    for command in commands {
        let mut at_work = AtWork::start(command, Stdio::null());
        at_work.line();
        assert_eq!(at_work.stop_reading().code(), Some(0), "{command:?}");
    }
}

#[test]
fn an_empty_standard_input_is_no_mistake() {
    for command in [
        &["encode"][..],
        &["decode"],
        &["publish", "--stdin"],
        &["replay", "-"],
        &["run", "--input", "-"],
        &["listen", "--input", "-"],
    ] {
        let left = run(command);
        assert_eq!(left.code, Some(0), "{command:?}: {}", left.err);
    }
}

#[test]
fn a_full_disk_is_told() {
    let full = std::fs::File::options().write(true).open("/dev/full");
    let Ok(full) = full else { return };
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_trunkline"));
    let output = command
        .args(["config", "show"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("standard output cannot be written"), "{told}");
}

#[test]
fn completions_are_a_script() {
    let left = run(&["completions", "bash"]);
    assert_eq!(left.code, Some(0));
    assert!(left.out.contains("dead-letters"));
}
