//! The one place that writes to standard output.

mod columns;
mod progress;
mod style;
mod text;

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;

pub(crate) use columns::Columns;
pub(crate) use progress::{Progress, width};
pub(crate) use style::{Paint, Tone};
pub(crate) use text::printable;

/// Standard output, for people or for programs.
///
/// Cloning names the same output. Once the reader is gone, everything else written fails with
/// [`OutputError::Closed`], which is no mistake: the command ends, and successfully.
#[derive(Clone)]
pub(crate) struct Output {
    writer: Arc<Mutex<Writer>>,
    gone: watch::Receiver<bool>,
    json: bool,
    quiet: bool,
    paint: Paint,
}

struct Writer {
    out: BufWriter<Stdout>,
    ended: Option<OutputError>,
    tell: watch::Sender<bool>,
}

/// Why nothing more can be written.
#[derive(Debug)]
pub(crate) enum OutputError {
    /// The reader has gone.
    Closed,
    /// Writing failed, as on a full disk.
    Failed(io::Error),
}

impl Output {
    /// Takes standard output: `json` for programs, `quiet` without what is not the result.
    pub(crate) fn open(json: bool, quiet: bool) -> Self {
        let (tell, gone) = watch::channel(false);
        Self {
            writer: Arc::new(Mutex::new(Writer {
                out: BufWriter::new(io::stdout()),
                ended: None,
                tell,
            })),
            gone,
            json,
            quiet,
            paint: Paint::for_stdout(),
        }
    }

    /// Whether output is for programs: one JSON object a line.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether nothing but the result is wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// How text is coloured, if at all.
    pub(crate) fn paint(&self) -> Paint {
        self.paint
    }

    /// Writes a line of text for people; nothing in JSON mode.
    pub(crate) fn text(&self, line: impl AsRef<str>) -> Result<(), OutputError> {
        if self.json {
            return Ok(());
        }
        self.write(line.as_ref().as_bytes())
    }

    /// Writes an object for programs; nothing in text mode.
    pub(crate) fn json(&self, object: &impl Serialize) -> Result<(), OutputError> {
        if !self.json {
            return Ok(());
        }
        self.object(object)
    }

    /// Writes an object on a line, whatever the mode: for commands whose output is JSON anyway.
    pub(crate) fn object(&self, object: &impl Serialize) -> Result<(), OutputError> {
        let line = serde_json::to_vec(object)
            .map_err(|error| OutputError::Failed(io::Error::other(error)))?;
        self.write(&line)
    }

    /// Writes text as it is, without ending the line.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Result<(), OutputError> {
        self.lock().write(bytes)
    }

    /// Hands what was written on to the reader.
    pub(crate) fn flush(&self) -> Result<(), OutputError> {
        self.lock().flush()
    }

    /// Says something beside the result on standard error, unless told to be quiet.
    pub(crate) fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            say(text.as_ref());
        }
    }

    /// Returns once the reader is gone, or nothing more can be written.
    pub(crate) async fn gone(&self) {
        let mut gone = self.gone.clone();
        if gone.wait_for(|gone| *gone).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    fn write(&self, line: &[u8]) -> Result<(), OutputError> {
        let mut writer = self.lock();
        writer.write(line)?;
        writer.write(b"\n")
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // A writer that panicked left whole lines or none.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a line to standard error; a closed one is nobody's loss.
pub(crate) fn say(line: &str) {
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

impl Writer {
    fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.check()?;
        let written = self.out.write_all(bytes);
        self.keep(written)
    }

    fn flush(&mut self) -> Result<(), OutputError> {
        self.check()?;
        let flushed = self.out.flush();
        self.keep(flushed)
    }

    fn check(&self) -> Result<(), OutputError> {
        match &self.ended {
            None => Ok(()),
            Some(ended) => Err(ended.again()),
        }
    }

    /// Remembers the first trouble: nothing written later could follow what is missing.
    fn keep(&mut self, result: io::Result<()>) -> Result<(), OutputError> {
        let Err(error) = result else {
            return Ok(());
        };
        let ended = match error.kind() {
            io::ErrorKind::BrokenPipe => OutputError::Closed,
            _ => OutputError::Failed(error),
        };
        let told = ended.again();
        self.ended = Some(ended);
        self.tell.send_replace(true);
        Err(told)
    }
}

impl OutputError {
    fn again(&self) -> Self {
        match self {
            Self::Closed => Self::Closed,
            Self::Failed(error) => Self::Failed(io::Error::new(error.kind(), error.to_string())),
        }
    }
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output")
            .field("json", &self.json)
            .field("quiet", &self.quiet)
            .finish_non_exhaustive()
    }
}
