//! Plugins at work: loaded, swapped, let go, told of and listed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::wait_until;

use crate::plugins::{build, build_kind, plugins};
use crate::support::{AtWork, PATIENCE, morning, run, scratch, text};

/// The next line of a host that is wanted, which may be long in coming.
fn step_where(host: &mut AtWork, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let line = host.line();
        let line: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("it ended: {line}"));
        if wanted(&line) {
            return line;
        }
    }
}

/// The same, of a host that talks to people.
fn line_with(host: &mut AtWork, wanted: &str) -> String {
    loop {
        let line = host.line();
        assert!(!line.is_empty(), "it ended without: {wanted}");
        if line.contains(wanted) {
            return line.trim_end().to_owned();
        }
    }
}

fn listed(directory: &Path) -> Vec<Value> {
    run(&["plugin", "list", "--plugins", text(directory), "--json"]).json()
}

/// Lists until the first one is as wanted.
fn listed_until(directory: &Path, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut first = Value::Null;
    wait_until(PATIENCE, "the listing", || {
        first = listed(directory).remove(0);
        wanted(&first)
    });
    first
}

fn calls_of_the_morning() -> usize {
    let calls = std::fs::read_to_string(morning()).unwrap();
    let is_call = |line: &&str| line.contains("\"name\": \"call_created\"");
    calls.lines().filter(is_call).count()
}

/// Has a directory's plugins handle a recording; the steps that were told.
fn host_once(directory: &Path, options: &[&str]) -> Vec<Value> {
    let recording = morning();
    let run_it = ["run", "--input", text(&recording), "--json", "--plugins"];
    let left = run(&[&run_it[..], &[text(directory)], options].concat());
    assert_eq!(left.code, Some(0), "{}", left.err);
    left.json()
}

fn step<'a>(steps: &'a [Value], name: &str) -> Option<&'a Value> {
    steps.iter().find(|step| step["step"] == name)
}

#[test]
fn run_gives_plugins_the_events_of_a_recording() {
    let (directory, _) = plugins();
    std::fs::write(directory.path().join("bad.so"), "rubbish").unwrap();
    let steps = host_once(directory.path(), &[]);
    let plugin = step(&steps, "plugin").unwrap();
    assert_eq!(
        (&plugin["name"], &plugin["state"]),
        (&"counter".into(), &"active".into())
    );
    let refused = step(&steps, "plugin_refused").unwrap();
    assert!(refused["path"].as_str().unwrap().ends_with("bad.so"));
    assert_eq!(refused["name"], "bad.so", "for want of a better");
    let counted = &step(&steps, "summary").unwrap()["plugins"][0];
    let calls = calls_of_the_morning();
    assert!(calls > 0, "the recording has calls");
    assert_eq!(counted["counts"]["done"], calls, "{counted}");
    assert_eq!(counted["in_flight"], 0);
}

#[test]
fn a_newer_file_is_swapped_in_while_the_host_runs_and_listed() {
    let (directory, path) = plugins();
    let mut host = AtWork::start(
        &["run", "--plugins", text(directory.path()), "--json"],
        Stdio::null(),
    );
    step_where(&mut host, |line| {
        line["step"] == "plugin" && line["version"] == "1.0.0"
    });
    build(&path, 2);
    let swapped = step_where(&mut host, |line| {
        line["step"] == "plugin" && line["version"] == "2.0.0"
    });
    assert_eq!(swapped["state"], "active");
    listed_until(directory.path(), |listed| {
        listed["version"] == "2.0.0" && listed["state"] == "active"
    });
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
    assert_eq!(listed(directory.path())[0]["state"], "not loaded");
}

#[test]
fn a_plugin_that_goes_away_is_told_with_the_reason_and_an_end_of_the_host_is_not() {
    let (directory, path) = plugins();
    let mut host = AtWork::start(&["run", "--plugins", text(directory.path())], Stdio::null());
    line_with(&mut host, "plugin counter 1.0.0 (generation 1) is active");
    std::fs::remove_file(&path).unwrap();
    let gone = line_with(&mut host, "is retired");
    assert_eq!(
        gone,
        "plugin counter 1.0.0 (generation 1) is retired: its file is gone"
    );
    build(&path, 2);
    line_with(&mut host, "plugin counter 2.0.0 (generation 2) is active");
    let settings = directory.path().join("counter.toml");
    std::fs::write(&settings, "enabled = false").unwrap();
    let gone = line_with(&mut host, "is retired");
    assert_eq!(
        gone,
        "plugin counter 2.0.0 (generation 2) is retired: its settings switch it off"
    );
    std::fs::remove_file(settings).unwrap();
    line_with(&mut host, "plugin counter 2.0.0 (generation 3) is active");
    host.signal("TERM");
    let rest = host.rest();
    assert!(!rest.contains("retired"), "{rest}");
    assert_eq!(host.code(), Some(0));
}

#[test]
fn programs_are_told_of_a_plugin_that_goes_away_too() {
    let (directory, path) = plugins();
    let mut host = AtWork::start(
        &["run", "--plugins", text(directory.path()), "--json"],
        Stdio::null(),
    );
    step_where(&mut host, |line| line["state"] == "active");
    std::fs::remove_file(&path).unwrap();
    let gone = step_where(&mut host, |line| line["state"] == "retired");
    assert_eq!(
        (&gone["step"], &gone["name"], &gone["generation"]),
        (&"plugin".into(), &"counter".into(), &1.into())
    );
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
}

#[test]
fn a_plugin_and_its_host_go_though_the_broker_is_gone() {
    let mut broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}?client_id=plugins", broker.port());
    let (directory, path) = plugins();
    let run_it = ["run", "--json", "--transport", &url, "--plugins"];
    let mut host = AtWork::start(
        &[&run_it[..], &[text(directory.path())]].concat(),
        Stdio::null(),
    );
    step_where(&mut host, |line| line["state"] == "active");
    broker.kill();
    let told = Instant::now();
    std::fs::remove_file(path).unwrap();
    step_where(&mut host, |line| line["state"] == "retired");
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
    // Seconds: the transport itself waits for half a minute for whatever it asks of a broker.
    assert!(
        told.elapsed() < Duration::from_secs(20),
        "{:?}",
        told.elapsed()
    );
}

#[test]
fn a_refused_file_is_listed_under_the_name_that_is_known() {
    let (directory, path) = plugins();
    std::fs::write(directory.path().join("bad.so"), "rubbish").unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    let sealed = directory.path().join("z-of-another-version.so");
    build(&sealed, 1);
    let settings = directory.path().join("counter.toml");
    std::fs::write(&settings, "threads = 0").unwrap();
    let names = |listed: &[Value]| {
        let name = |plugin: &Value| plugin["name"].as_str().unwrap().to_owned();
        assert!(listed.iter().all(|plugin| plugin["state"] == "refused"));
        listed.iter().map(name).collect::<Vec<_>>()
    };
    // What others may write to is not read at all.
    let wanted = ["bad.so", "counter.so", "counter"];
    assert_eq!(names(&listed(directory.path())), wanted);
    let mut host = AtWork::start(
        &["run", "--plugins", text(directory.path()), "--json"],
        Stdio::null(),
    );
    for _ in 0..3 {
        step_where(&mut host, |line| line["step"] == "plugin_refused");
    }
    let list = ["plugin", "list", "--plugins", text(directory.path())];
    wait_until(PATIENCE, "a host to tell of them", || {
        !run(&list).err.contains("no host runs")
    });
    assert_eq!(
        names(&listed(directory.path())),
        wanted,
        "of a host as well"
    );
    let left = run(&list);
    let row = |start: &str| left.out.lines().any(|line| line.starts_with(start));
    assert!(
        row("bad.so ") && row("counter.so ") && row("counter "),
        "{}",
        left.out
    );
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
}

#[test]
fn a_plugin_that_is_switched_off_is_listed_as_such() {
    let (directory, path) = plugins();
    std::fs::write(directory.path().join("counter.toml"), "enabled = false").unwrap();
    let listed = listed(directory.path()).remove(0);
    assert_eq!(
        (&listed["name"], &listed["state"]),
        (&"counter".into(), &"switched off".into())
    );
    let left = run(&["plugin", "check", text(&path)]);
    assert_eq!(left.code, Some(4), "a host would not load it either");
    assert!(
        left.out.contains("is switched off (`enabled = false`)"),
        "{}",
        left.out
    );
}

#[test]
fn what_a_plugin_has_in_hand_and_uses_of_the_processor_is_listed() {
    let (directory, path) = plugins();
    let inline = host_once(directory.path(), &[]);
    let of = |steps: &[Value]| step(steps, "summary").unwrap()["plugins"][0].clone();
    assert_eq!(
        (&of(&inline)["in_flight"], &of(&inline)["cpu_ms"]),
        (&0.into(), &Value::Null)
    );
    build_kind(&path, 2, "sync");
    let pooled = of(&host_once(directory.path(), &[]));
    assert!(pooled["cpu_ms"].is_u64(), "{pooled}");
    let mut host = AtWork::start(&["run", "--plugins", text(directory.path())], Stdio::null());
    line_with(&mut host, "is active");
    let hosted = listed_until(directory.path(), |listed| listed["state"] == "active");
    assert_eq!(hosted["in_flight"], 0);
    let left = run(&["plugin", "list", "--plugins", text(directory.path())]);
    let head = left.out.lines().next().unwrap();
    assert!(head.contains("in flight  cpu ms"), "{head}");
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
}

#[test]
fn symbolic_links_are_followed_if_the_operator_says_so_and_not_otherwise() {
    let (releases, first) = plugins();
    let second = releases.path().join("counter-2.so");
    build(&second, 2);
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("counter.so");
    std::os::unix::fs::symlink(&first, &link).unwrap();
    let steps = host_once(directory.path(), &[]);
    assert_eq!(
        step(&steps, "plugin_refused").unwrap()["reason"],
        "is a symbolic link, not a regular file"
    );
    assert_eq!(step(&steps, "plugin"), None);
    let follow = "--plugin-follow-symlinks";
    let steps = host_once(directory.path(), &[follow]);
    assert_eq!(step(&steps, "plugin_refused"), None);
    let counted = &step(&steps, "summary").unwrap()["plugins"][0];
    assert_eq!(counted["counts"]["done"], calls_of_the_morning());
    // A link that leads elsewhere is a newer version.
    let run_it = ["run", "--json", follow, "--plugins", text(directory.path())];
    let mut host = AtWork::start(&run_it, Stdio::null());
    step_where(&mut host, |line| line["version"] == "1.0.0");
    let new = directory.path().join("new");
    std::os::unix::fs::symlink(&second, &new).unwrap();
    std::fs::rename(&new, &link).unwrap();
    let swapped = step_where(&mut host, |line| line["version"] == "2.0.0");
    assert_eq!(swapped["state"], "active");
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
}

#[test]
fn beyond_the_limit_of_versions_what_is_loaded_goes_on() {
    let (directory, path) = plugins();
    let config = scratch("one-version.toml");
    std::fs::write(&config, "plugin_generations = 1").unwrap();
    let run_it = ["run", "--json", "--config", text(&config), "--plugins"];
    let mut host = AtWork::start(
        &[&run_it[..], &[text(directory.path())]].concat(),
        Stdio::null(),
    );
    step_where(&mut host, |line| line["version"] == "1.0.0");
    build(&path, 2);
    let refused = step_where(&mut host, |line| line["step"] == "plugin_refused");
    assert_eq!(
        refused["reason"],
        "1 plugin versions were loaded in this process, as many as it may have; restart it"
    );
    let hosted = listed(directory.path());
    let active = hosted.iter().find(|plugin| plugin["state"] == "active");
    assert_eq!(active.unwrap()["version"], "1.0.0");
    host.signal("TERM");
    host.rest();
    assert_eq!(host.code(), Some(0));
}

/// Mounts a file system, in a name space of the test's own. Where the machine allows nobody that,
/// there is nothing to see; what the linker says is looked at by a unit test of the host everywhere.
#[test]
fn where_nothing_may_be_executed_private_copies_cannot_be_and_that_is_said() {
    let own_mounts = ["--map-root-user", "--mount"];
    let may = Command::new("unshare")
        .args(own_mounts)
        .arg("true")
        .status();
    if !may.is_ok_and(|status| status.success()) {
        return;
    }
    let (directory, _) = plugins();
    let private = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o noexec none \"$1\" && shift && exec \"$@\"";
    let (recording, program) = (morning(), env!("CARGO_BIN_EXE_trunkline"));
    let mut command = Command::new("unshare");
    command.args(own_mounts).args(["sh", "-c", script, "sh"]);
    command.args([text(private.path()), program, "run", "--json"]);
    command.args([
        "--input",
        text(&recording),
        "--plugins",
        text(directory.path()),
    ]);
    command.args(["--plugin-private-dir", text(private.path())]);
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let out = String::from_utf8(output.stdout).unwrap();
    let steps: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        step(&steps, "plugin_refused").unwrap()["reason"],
        "cannot be mapped: is the directory of private copies mounted noexec? set `private_dir`"
    );
    assert!(step(&steps, "summary").is_some(), "the host goes on");
}
