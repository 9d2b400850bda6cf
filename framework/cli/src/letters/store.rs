//! Dead letters in a file, as `run --dead-letters-out` keeps them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use trunkline::DeadLetter;

use super::LetterLine;
use crate::failure::{Failure, Refusal};
use crate::input::Lines;

/// Dead letters in a file.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    letters: Vec<DeadLetter>,
}

impl Store {
    /// Reads a file; every line must be a dead letter, as what is not would be lost by writing.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let (name, reader) = crate::input::open("option `--store`", path)?;
        let unreadable =
            |error| Failure::running(format!("{name} cannot be read")).caused_by(error);
        let mut lines = Lines::new(reader);
        let mut letters = Vec::new();
        while let Some((number, line)) = lines.next().map_err(unreadable)? {
            let letter = line.and_then(|line| {
                LetterLine::read(line).map_err(|fault| Refusal::at(number, fault))
            });
            letters.push(letter.map_err(|refusal| Failure::input(&name, &refusal))?);
        }
        Ok(Self {
            path: path.to_owned(),
            letters,
        })
    }

    /// Keeps dead letters in a new file.
    pub(crate) fn create(path: &Path, letters: Vec<DeadLetter>) -> Result<Self, Failure> {
        let store = Self {
            path: path.to_owned(),
            letters,
        };
        store.save()?;
        Ok(store)
    }

    /// The dead letters, oldest first.
    pub(crate) fn letters(&self) -> &[DeadLetter] {
        &self.letters
    }

    /// Removes a dead letter.
    pub(crate) fn remove(&mut self, id: &str) {
        self.letters.retain(|letter| letter.id != id);
    }

    /// Adds a dead letter, at the end.
    pub(crate) fn add(&mut self, letter: DeadLetter) {
        self.letters.push(letter);
    }

    /// Writes the file: beside the old one first, so that a crash leaves one of the two whole.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        self.write(&beside)
            .and_then(|()| std::fs::rename(&beside, &self.path))
            .map_err(|error| {
                let message = format!("`{}` cannot be written", self.path.display());
                Failure::running(message).caused_by(error)
            })
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        for letter in &self.letters {
            serde_json::to_writer(&mut file, &LetterLine::new(letter))?;
            file.write_all(b"\n")?;
        }
        file.into_inner()
            .map_err(|error| error.into_error())?
            .sync_all()
    }
}
