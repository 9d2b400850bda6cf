//! Layers of settings, and who said what.

use crate::support::{run, scratch, text, trunkline};

#[test]
fn each_setting_is_shown_with_who_said_so() {
    let file = scratch("layers.toml");
    std::fs::write(
        &file,
        "prefetch = 7\ntransport = \"memory:file\"\nlog = \"info\"\n",
    )
    .unwrap();
    let output = trunkline(&["config", "show", "--json", "--log", "error"])
        .env("TRUNKLINE_CONFIG", &file)
        .env("TRUNKLINE_TRANSPORT", "amqp://wazo:s3cret@host/vhost")
        .env("TRUNKLINE_SERVICE_UUID", "42")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let out = String::from_utf8(output.stdout).unwrap();
    let shown: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |key: &str| {
        let found = shown.iter().find(|shown| shown["key"] == key).unwrap();
        (
            found["value"].as_str().unwrap().to_owned(),
            found["origin"].as_str().unwrap().to_owned(),
        )
    };
    let said = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(
        of("prefetch"),
        said("7", &format!("file {}", file.display()))
    );
    assert_eq!(
        of("transport"),
        said(
            "amqp://wazo:***@host/vhost",
            "environment TRUNKLINE_TRANSPORT"
        )
    );
    assert_eq!(of("log"), said("error", "option --log"));
    assert_eq!(
        of("service_uuid"),
        said("42", "environment TRUNKLINE_SERVICE_UUID")
    );
    assert_eq!(of("dialect"), said("wazo", "default"));
}

#[test]
fn a_bad_file_is_refused_with_the_key_and_the_accepted_form() {
    for (content, named) in [
        ("prefetch = 0", "prefetch"),
        ("prefetch = [1]", "prefetch"),
        ("publish_timeout = \"soon\"", "30s"),
        ("prefech = 1", "`prefetch`"),
        ("json = \"yes\"", "`true` or `false`"),
        (
            "dialect = \"xml\"",
            "`wazo`, `kazoo`, `plain`, `cloudevents`",
        ),
        ("prefetch = ", "TOML"),
    ] {
        let file = scratch("bad.toml");
        std::fs::write(&file, content).unwrap();
        let left = run(&["config", "show", "--config", text(&file)]);
        assert_eq!(left.code, Some(2), "{content}: {}", left.err);
        assert!(left.err.contains(named), "{content}: {}", left.err);
        assert!(left.err.contains(text(&file)), "{content}: {}", left.err);
    }
}

#[test]
fn the_environment_and_options_set_what_the_commands_do() {
    let output = trunkline(&["publish", "lift_off"])
        .env("TRUNKLINE_JSON", "true")
        .output();
    let out = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(out.starts_with('{'), "{out}");
    let left = run(&["publish", "lift_off", "--dialect", "plain", "--quiet"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
}

#[test]
fn a_misspelt_variable_is_pointed_at() {
    let output = trunkline(&["config", "show"])
        .env("TRUNKLINE_PREFECH", "1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "other programs may have it");
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(
        err.contains("TRUNKLINE_PREFECH") && err.contains("`prefetch`"),
        "{err}"
    );
}

#[test]
fn every_setting_is_explained_as_it_is_shown() {
    let json = |command: &str| run(&["config", command, "--json"]).json();
    let (shown, explained) = (json("show"), json("reference"));
    let keys = |settings: &[serde_json::Value]| -> Vec<_> {
        let keys = settings.iter().map(|setting| setting["key"].clone());
        keys.collect()
    };
    assert_eq!(keys(&shown), keys(&explained));
    for (shown, explained) in shown.iter().zip(&explained) {
        // `--json` was an option here.
        if shown["key"] != "json" {
            assert_eq!(shown["value"], explained["default"]);
        }
        for told in ["is", "form"] {
            assert!(!explained[told].as_str().unwrap().is_empty(), "{explained}");
        }
    }
}
