//! Writes every event to a file, one JSON object a line. The one to copy.
//!
//! ```toml
//! # audit-log.toml
//! [config]
//! path = "/var/log/trunkline/audit.jsonl"
//! ```

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use trunkline_plugin::{Context, Event, HandlerError, Host, Result, export_plugin};

/// What `[config]` holds.
#[derive(Deserialize)]
struct Config {
    /// The file, made if it is not there and written to at its end.
    path: PathBuf,
}

/// The plugin.
pub struct AuditLog {
    file: Mutex<File>,
}

/// A line of the file.
#[derive(Serialize)]
struct Line<'a> {
    /// Milliseconds since 1970 UTC.
    time: Option<u128>,
    id: Option<&'a str>,
    name: Option<&'a str>,
    routing_key: &'a str,
    attempt: u32,
    content: Option<&'a RawValue>,
}

impl AuditLog {
    fn new(host: &Host) -> Result<Self> {
        let config: Config = host.config()?;
        let opened = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&config.path);
        let file = opened.map_err(|error| {
            HandlerError::reject(format!(
                "`path` {:?} cannot be written: {error}",
                config.path
            ))
        })?;
        Ok(Self {
            file: Mutex::new(file),
        })
    }

    /// A `fn`, not an `async fn`: it runs on a thread of the plugin's own and may wait for the disk.
    fn write(&self, event: Event<'_>, cx: &Context) -> Result {
        let since = event
            .time()
            .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let line = Line {
            time: since.map(|since| since.as_millis()),
            id: event.id(),
            name: event.name(),
            routing_key: event.routing_key(),
            attempt: event.attempt(),
            // What cannot be read is noted all the same.
            content: cx
                .content_text()
                .ok()
                .and_then(|text| serde_json::from_str(text).ok()),
        };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        // One write for each line, so that lines of several processes do not mix.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(file.write_all(&text)?)
    }
}

export_plugin! {
    AuditLog { "*" => write }
}
