//! The C header: generated from the Rust definitions, and read as C and as C++.
//!
//! `TRUNKLINE_BLESS=1 cargo test -p trunkline-plugin-abi` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use cbindgen::{Builder, Config, DocumentationStyle, Language, RenameRule, Style};
use tempfile::TempDir;

const TYPES: [(&str, &str); 9] = [
    ("Bytes", "tl_bytes"),
    ("Header", "tl_header"),
    ("Event", "tl_event"),
    ("Audience", "tl_audience"),
    ("Publication", "tl_publication"),
    ("Reply", "tl_reply"),
    ("Host", "tl_host"),
    ("Plugin", "tl_plugin"),
    ("MetaHead", "tl_meta"),
];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn generated() -> String {
    let mut config = Config {
        language: Language::C,
        style: Style::Both,
        cpp_compat: true,
        documentation_style: DocumentationStyle::C99,
        include_guard: Some("TRUNKLINE_PLUGIN_H".into()),
        no_includes: true,
        sys_includes: vec!["stddef.h".into(), "stdint.h".into()],
        header: Some(
            "/* The interface between Trunkline and its plugins, version 1.\n * \
             Generated from plugins/abi/src: change that, not this.\n * \
             The rules are in the documentation of the crate trunkline-plugin-abi. */"
                .into(),
        ),
        trailer: Some(std::fs::read_to_string(here().join("include/helpers.h")).unwrap()),
        line_length: 100,
        usize_is_size_t: true,
        ..Config::default()
    };
    config.structure.rename_fields = RenameRule::None;
    config.export.include = TYPES.iter().map(|(rust, _)| (*rust).to_owned()).collect();
    for (rust, c) in TYPES {
        config.export.rename.insert(rust.into(), c.into());
    }
    // Constants have no renaming of their own: each gets the prefix here.
    config.export.exclude = vec![
        "META_MAGIC".into(),
        "META_SYMBOL".into(),
        "META_SYMBOL_STEM".into(),
        "ENTRY_SYMBOL".into(),
        "Entry".into(),
    ];
    config.export.prefix = Some("TL_".into());
    let mut out = Vec::new();
    let builder = ["status", "view", "tables", "meta", "lib"]
        .iter()
        .fold(Builder::new().with_config(config), |builder, file| {
            builder.with_src(here().join(format!("src/{file}.rs")))
        });
    builder.generate().unwrap().write(&mut out);
    let mut text = String::from_utf8(out).unwrap();
    for (_, c) in TYPES {
        text = text.replace(&format!("TL_{c}"), c);
    }
    // A negative number is in brackets, so that it stays one number wherever it is put.
    let bracketed = |line: &str| match line.rsplit_once(" -") {
        Some((define, number)) if line.starts_with("#define") => format!("{define} (-{number})"),
        _ => line.to_owned(),
    };
    let mut text = text.lines().map(bracketed).collect::<Vec<_>>().join("\n");
    // The helpers are guarded too: they are read once, however often the header is included.
    let guard = "#endif  /* TRUNKLINE_PLUGIN_H */";
    assert_eq!(text.matches(guard).count(), 1, "{text}");
    text = text.replace(guard, "");
    text + "\n" + guard + "\n"
}

#[test]
fn the_checked_in_header_is_current() {
    let path = here().join("include/trunkline_plugin.h");
    let wanted = generated();
    if std::env::var_os("TRUNKLINE_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "include/trunkline_plugin.h is not what the definitions say; write it anew with \
         TRUNKLINE_BLESS=1 cargo test -p trunkline-plugin-abi"
    );
}

/// The numbers of `layout.rs`, read from there, as assertions in C.
fn assertions() -> String {
    let text = std::fs::read_to_string(here().join("tests/layout.rs")).unwrap();
    let mut out = String::new();
    for one in text.split("layout!(").skip(2) {
        let inside = one.split(");").next().unwrap();
        let mut words = inside
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        let rust = words.next().unwrap();
        let c = TYPES.iter().find(|(name, _)| *name == rust).unwrap().1;
        let size = words.next().unwrap();
        writeln!(out, "TL_ASSERT(sizeof({c}) == {size}, \"{c}\");").unwrap();
        for word in words {
            let (field, at) = word.split_once(" = ").unwrap();
            writeln!(
                out,
                "TL_ASSERT(offsetof({c}, {field}) == {at}, \"{c}.{field}\");"
            )
            .unwrap();
        }
    }
    assert!(
        out.lines().count() > 60,
        "the numbers were not found: {out}"
    );
    out
}

fn compile(compiler: &str, arguments: &[&str], name: &str, source: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, source).unwrap();
    let output = Command::new(compiler)
        .args([
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-shared",
            "-fPIC",
            "-fvisibility=hidden",
        ])
        .args(arguments)
        .arg("-I")
        .arg(here().join("include"))
        .arg(&path)
        .arg("-o")
        .arg(directory.path().join("out.so"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{compiler}: {errors}");
    directory
}

const PLUGIN: &str = r#"
TL_META("{\"name\":\"layout\",\"version\":\"1.0.0\",\"handlers\":[]}");

static int32_t handle(void *state, uint32_t handler, const tl_event *event, uint64_t token) {
    const tl_host *host = (const tl_host *)state;
    (void)handler;
    if (tl_equal(event->name, tl_str("call_created"))) {
        tl_log(host, token, TL_LOG_INFO, "seen");
        return TL_OK;
    }
    return event->body.len ? tl_retry(host, token, "later") : tl_reject(host, token, "empty");
}

static void destroy(void *state) { (void)state; }

TL_ENTRY(host, out) {
    out->size = (uint32_t)sizeof *out;
    out->state = (void *)host;
    out->handle = handle;
    out->destroy = destroy;
    return TL_OK;
}
"#;

fn source() -> String {
    format!("#include \"trunkline_plugin.h\"\n{}{PLUGIN}", assertions())
}

#[test]
fn c_agrees_about_the_layout() {
    compile("cc", &["-std=c11"], "layout.c", &source());
}

#[test]
fn cpp_agrees_about_the_layout() {
    compile("c++", &["-std=c++11"], "layout.cpp", &source());
}

#[test]
fn a_plugin_in_c_exports_the_two_symbols_and_nothing_else() {
    let directory = compile("cc", &["-std=c11"], "plugin.c", &source());
    let output = Command::new("nm")
        .args(["--dynamic", "--defined-only", "--format=posix"])
        .arg(directory.path().join("out.so"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut names: Vec<_> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            trunkline_plugin_abi::ENTRY_SYMBOL,
            trunkline_plugin_abi::META_SYMBOL
        ]
    );
}
