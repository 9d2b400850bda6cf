//! `trunkline plugin check`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use trunkline::plugins::{Inspected, LoadError, PluginHost};

use crate::failure::{Exit, Failure};
use crate::output::{Output, Tone};
use crate::session::Session;

/// Says of each file what a host would, without running any of it; exits 4 if one is refused.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline plugin check target/release/libwelcome.so")]
pub(crate) struct Check {
    /// The plugins' files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Verdict<'a> {
    path: &'a Path,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    plugin: Option<Described>,
}

/// What a plugin says of itself.
#[derive(Serialize)]
struct Described {
    name: String,
    version: String,
    language: String,
    handlers: Vec<Handler>,
    publishes: Vec<String>,
    sealed: bool,
    debug_build: bool,
    sha256: String,
}

#[derive(Serialize)]
struct Handler {
    name: String,
    kind: &'static str,
    wants: Vec<String>,
    timeout_ms: Option<u64>,
}

impl Check {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let output = &session.output;
        let options = &session.settings.plugins;
        let mut exit = Exit::Done;
        let verdicts = PluginHost::check_all(&self.files, options);
        for (path, verdict) in self.files.iter().zip(verdicts) {
            if verdict.is_err() {
                exit = Exit::Input;
            }
            tell(output, path, verdict)?;
        }
        Ok(exit)
    }
}

fn tell(
    output: &Output,
    path: &Path,
    verdict: Result<Inspected, LoadError>,
) -> Result<(), Failure> {
    let (plugin, reason) = match verdict {
        Ok(inspected) => (Some(Described::of(&inspected)), None),
        Err(error) => (None, Some(error.reason.to_string())),
    };
    let (paint, place) = (output.paint(), path.display());
    if let Some(reason) = &reason {
        let word = paint.tone(Tone::Bad, "refused");
        output.text(format!("{place}: {word}: it {reason}"))?;
    }
    if let Some(plugin) = &plugin {
        let word = paint.tone(Tone::Good, "good");
        let seal = if plugin.sealed {
            "sealed"
        } else {
            "not sealed"
        };
        let build = if plugin.debug_build {
            ", a debug build"
        } else {
            ""
        };
        let (name, version) = (&plugin.name, &plugin.version);
        output.text(format!("{place}: {word}: {name} {version}, {seal}{build}"))?;
        for handler in &plugin.handlers {
            let wants = handler.wants.join(", ");
            output.text(format!("  {} ({}): {wants}", handler.name, handler.kind))?;
        }
        if !plugin.publishes.is_empty() {
            output.text(format!("  may publish {}", plugin.publishes.join(", ")))?;
        }
    }
    output.json(&Verdict {
        path,
        ok: reason.is_none(),
        reason,
        plugin,
    })?;
    Ok(())
}

impl Described {
    fn of(inspected: &Inspected) -> Self {
        let manifest = &inspected.manifest;
        let handler = |handler: &trunkline::plugins::HandlerManifest| Handler {
            name: handler.name.clone(),
            kind: handler.kind.as_str(),
            wants: handler.bindings.iter().map(wants).collect(),
            timeout_ms: handler.timeout_ms,
        };
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            language: manifest.language.clone(),
            handlers: manifest.handlers.iter().map(handler).collect(),
            publishes: manifest.publishes.iter().map(ToString::to_string).collect(),
            sealed: inspected.sealed,
            debug_build: inspected.debug_build,
            sha256: hex(&inspected.digest),
        }
    }
}

/// What a binding asks for, in a few words.
fn wants(binding: &trunkline::Binding) -> String {
    let name = binding.name().map(ToString::to_string);
    let keys = binding.keys().iter().map(|key| format!("key {key}"));
    let headers = binding
        .headers()
        .map(|headers| format!("headers {headers:?}"));
    let parts: Vec<String> = name.into_iter().chain(keys).chain(headers).collect();
    parts.join(" with ")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
