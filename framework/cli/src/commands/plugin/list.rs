//! `trunkline plugin list`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use trunkline::plugins::{Inspected, LoadError, PluginHost, Refusal};

use crate::failure::{Exit, Failure};
use crate::host::{Listing, plugin_files, refused};
use crate::output::Columns;
use crate::session::Session;

/// Lists the plugins in a directory: what the `trunkline run` that hosts them says of each, or that
/// none does.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline plugin list --plugins plugins")]
pub(crate) struct List {
    /// The directory
    #[arg(long, value_name = "DIR", default_value = "plugins")]
    plugins: PathBuf,
}

impl List {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let output = &session.output;
        let files = plugin_files(&self.plugins)?;
        let hosted = Listing::read(&self.plugins);
        if hosted.is_none() {
            output.note("no host runs on this directory; start one with `trunkline run --plugins`");
        }
        let mut plugins = hosted.unwrap_or_default().plugins;
        let path_of = |plugin: &Value| plugin["path"].as_str().map(PathBuf::from);
        let known: Vec<_> = plugins.iter().filter_map(path_of).collect();
        let unknown = |path: &PathBuf| !known.contains(path);
        let files: Vec<_> = files.into_iter().filter(unknown).collect();
        let verdicts = PluginHost::check_all(&files, &session.settings.plugins);
        plugins.extend(files.iter().zip(verdicts).map(not_hosted));
        let mut columns = Columns::new([
            "name",
            "version",
            "generation",
            "state",
            "calls",
            "failed",
            "in flight",
            "cpu ms",
            "handlers",
        ]);
        for plugin in &plugins {
            output.json(plugin)?;
            let text = |value: &Value| match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let handlers = plugin["handlers"].as_array().into_iter().flatten();
            let handlers: Vec<String> = handlers.map(text).collect();
            columns.row([
                text(&plugin["name"]),
                text(&plugin["version"]),
                text(&plugin["generation"]),
                text(&plugin["state"]),
                text(&plugin["counts"]["calls"]),
                text(&plugin["counts"]["failed"]),
                text(&plugin["in_flight"]),
                text(&plugin["cpu_ms"]),
                handlers.join(" "),
            ]);
        }
        columns.write(output)?;
        for plugin in &plugins {
            if let Some(reason) = plugin["reason"].as_str() {
                output.text(format!("{}: {reason}", text_of(&plugin["path"])))?;
            }
        }
        Ok(Exit::Done)
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A file that no host has loaded, as its bytes describe it.
fn not_hosted((path, verdict): (&PathBuf, Result<Inspected, LoadError>)) -> Value {
    match verdict {
        Ok(inspected) => {
            let manifest = inspected.manifest;
            let handler = |handler: &trunkline::plugins::HandlerManifest| {
                format!("{}/{}", manifest.name, handler.name)
            };
            let handlers: Vec<String> = manifest.handlers.iter().map(handler).collect();
            json!({
                "name": manifest.name, "version": manifest.version, "generation": null,
                "state": "not loaded", "path": path, "handlers": handlers, "in_flight": null,
                "cpu_ms": null, "counts": null,
            })
        }
        Err(error) => {
            let state = match error.reason {
                Refusal::Disabled => "switched off",
                _ => "refused",
            };
            refused(
                error.name.as_deref(),
                path,
                state,
                &error.reason.to_string(),
            )
        }
    }
}
