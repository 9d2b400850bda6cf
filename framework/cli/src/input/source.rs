//! Where lines come from: a file, or standard input.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::thread;

use tokio::sync::mpsc;

use super::{Forms, Lines, Recorded};
use crate::dialects::DialectName;
use crate::failure::{Failure, Refusal};

/// Events read ahead of the one that is due.
const AHEAD: usize = 64;

/// Events of a file or of standard input, read by a thread of their own: reading may wait for
/// ever, and the program must be able to end meanwhile.
#[derive(Debug)]
pub(crate) struct Source {
    name: String,
    events: mpsc::Receiver<Result<Result<Recorded, Refusal>, io::Error>>,
}

/// Opens a file, or standard input for `-`.
pub(crate) fn open(
    option: &str,
    path: &Path,
) -> Result<(String, BufReader<Box<dyn Read + Send>>), Failure> {
    let (name, reader): (_, Box<dyn Read + Send>) = if path == Path::new("-") {
        ("standard input".to_owned(), Box::new(io::stdin()))
    } else {
        let file = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            false => Ok(file),
        });
        let file = file.map_err(|error| {
            let problem = format!("`{}`: {error}", path.display());
            Failure::usage(
                option,
                problem,
                "name a file that can be read, or `-` for standard input",
            )
        })?;
        (path.display().to_string(), Box::new(file))
    };
    Ok((name, BufReader::with_capacity(64 << 10, reader)))
}

impl Source {
    /// Begins to read events of a dialect from a file, or from standard input for `-`.
    pub(crate) fn open(option: &str, path: &Path, dialect: DialectName) -> Result<Self, Failure> {
        let (name, reader) = open(option, path)?;
        Ok(Self::read(name, reader, dialect))
    }

    /// Begins to read events of a dialect.
    pub(crate) fn read(
        name: String,
        reader: BufReader<impl Read + Send + 'static>,
        dialect: DialectName,
    ) -> Self {
        let (sender, events) = mpsc::channel(AHEAD);
        thread::spawn(move || {
            let (mut lines, mut forms) = (Lines::new(reader), Forms::of(dialect));
            loop {
                let event = match lines.next() {
                    Ok(None) => return,
                    Ok(Some((number, line))) => Ok(line.and_then(|line| forms.read(number, line))),
                    Err(error) => Err(error),
                };
                let broken = event.is_err();
                if sender.blocking_send(event).is_err() || broken {
                    return;
                }
            }
        });
        Self { name, events }
    }

    /// What the lines are read from, for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The next event, or why its line was refused; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Result<Recorded, Refusal>>, Failure> {
        match self.events.recv().await {
            None => Ok(None),
            Some(Ok(event)) => Ok(Some(event)),
            Some(Err(error)) => {
                let message = format!("{} cannot be read on", self.name);
                Err(Failure::running(message).caused_by(error))
            }
        }
    }
}
