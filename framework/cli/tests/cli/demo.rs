//! `demo`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{AtWork, Left, run, text};

/// The demo where no samples were built, whatever lies beside the program.
fn without_plugins(arguments: &[&str]) -> Left {
    let nothing = TempDir::new().unwrap();
    run(&[&["demo", "--samples", text(nothing.path())], arguments].concat())
}

/// The directory with the sample plugins, built once and as the host's own tests build them.
fn samples() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let exe = std::env::current_exe().unwrap();
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "--lib", "--message-format", "json"]);
        let names = [
            "audit-log",
            "call-stats",
            "call-stats-next",
            "misbehaving",
            "welcome",
        ];
        command.args(names.iter().flat_map(|name| ["-p", name]));
        command
            .arg("--target-dir")
            .arg(exe.ancestors().nth(3).unwrap());
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let output = command.current_dir(workspace).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let messages = String::from_utf8(output.stdout).unwrap();
        let files = messages.lines().flat_map(|message| {
            let message: Value = serde_json::from_str(message).unwrap();
            message["filenames"].as_array().cloned().unwrap_or_default()
        });
        let mut files = files.map(|file| PathBuf::from(file.as_str().unwrap()));
        let library = files.find(|file| file.ends_with("libwelcome.so")).unwrap();
        library.parent().unwrap().to_owned()
    })
}

#[test]
fn it_ends_with_a_summary_and_without_colour_in_a_pipe() {
    let left = without_plugins(&["--seconds", "2"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let summary = left.out.split("Summary").nth(1).unwrap();
    for service in ["published", "calld", "call-logd", "chatd", "billing"] {
        assert!(summary.contains(service), "{service}");
    }
    assert!(left.out.contains("A dead letter, with its story"));
    assert!(!left.out.contains('\u{1b}') && !left.err.contains('\u{1b}'));
    assert_eq!(left.err, "");
    let said = left.out.lines().find(|line| line.starts_with("No plugins"));
    assert!(
        said.unwrap().contains("`cargo build`"),
        "how to build them is said"
    );
}

#[test]
fn programs_get_the_notable_steps_and_a_summary() {
    let left = without_plugins(&["--seconds", "2", "--json"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let steps = left.json();
    let count = |step: &str| steps.iter().filter(|one| one["step"] == step).count();
    for step in [
        "started",
        "failed",
        "retried",
        "recovered",
        "dead_letter",
        "mended",
        "replayed",
        "summary",
    ] {
        assert!(count(step) > 0, "{step}");
    }
    assert_eq!(count("dead_lettered"), 3);
    let summary = left.last();
    assert_eq!(summary["step"], json!("summary"));
    assert_eq!(
        (&summary["retried"], &summary["dead_lettered"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(
        (&summary["replayed"], &summary["dead_letters_left"]),
        (&json!(3), &json!(0))
    );
    assert!(
        summary["published"].as_u64().unwrap() > 96,
        "services publish too"
    );
}

#[test]
fn a_tenant_never_sees_anothers_events() {
    let left = without_plugins(&["--seconds", "2", "--json"]);
    let steps = left.json();
    let seen: Vec<_> = steps
        .iter()
        .filter(|step| step["step"] == "event")
        .collect();
    assert!(seen.len() > 80);
    assert!(seen.iter().all(|event| event["own"] == true));
    for tenant in left.last()["tenants"].as_array().unwrap() {
        assert_eq!(tenant["of_others"], json!(0));
        assert!(tenant["own"].as_u64().unwrap() > 30);
    }
}

fn with_plugins(arguments: &[&str]) -> Left {
    run(&[&["demo", "--samples", text(samples())], arguments].concat())
}

#[test]
fn a_plugin_is_swapped_and_another_survives_its_panic_while_events_flow() {
    let left = with_plugins(&["--seconds", "3", "--json"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let steps = left.json();
    let plugins: Vec<_> = steps
        .iter()
        .filter(|step| step["step"] == "plugin")
        .collect();
    let versions: Vec<_> = plugins
        .iter()
        .filter(|plugin| plugin["name"] == "call-stats")
        .map(|plugin| {
            (
                plugin["version"].as_str().unwrap(),
                plugin["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(versions, [("0.1.0", "active"), ("0.2.0", "active")]);
    let of = |step: &str| {
        let mut steps = steps.iter().filter(|one| one["step"] == step);
        steps.find(|one| one["service"] == "misbehaving/misbehave")
    };
    let panic = of("failed").unwrap()["error"].as_str().unwrap();
    assert!(panic.starts_with("the plugin panicked"), "{panic}");
    assert_eq!(of("recovered").unwrap()["attempt"], json!(2));
    let summary = left.last();
    let [stats, misbehaving, welcome] = &summary["plugins"].as_array().unwrap()[..] else {
        panic!("{summary}");
    };
    assert_eq!(
        (&stats["name"], &stats["version"]),
        (&json!("call-stats"), &json!("0.2.0"))
    );
    assert_eq!(
        (&stats["counts"]["failed"], &stats["counts"]["handed_back"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(stats["counts"]["calls"], stats["counts"]["done"]);
    assert!(stats["counts"]["published"].as_u64().unwrap() > 0);
    assert_eq!(misbehaving["counts"]["panics"], json!(1));
    assert_eq!(misbehaving["state"], json!("active"));
    assert_eq!(welcome["counts"]["published"], json!(1));
    assert_eq!(
        (&summary["dead_lettered"], &summary["dead_letters_left"]),
        (&json!(3), &json!(0))
    );
}

#[test]
fn the_summary_has_a_line_for_each_plugin() {
    let left = with_plugins(&["--seconds", "2"]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(left.err, "");
    assert!(
        left.out.contains("3 plugins were loaded from files"),
        "{}",
        left.out
    );
    let summary = left.out.split("Summary").nth(1).unwrap();
    for line in [
        "call-stats   0.2.0",
        "misbehaving  0.1.0",
        "welcome      0.1.0",
    ] {
        assert!(summary.contains(line), "{line}: {summary}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_with_the_summary() {
    let mut demo = AtWork::start(&["demo", "--seconds", "60", "--json"], Stdio::null());
    while !demo.line().contains("\"event\"") {}
    demo.signal("INT");
    let rest = demo.rest();
    let summary: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(summary["step"], json!("summary"));
    assert_eq!(demo.code(), Some(0));
}
