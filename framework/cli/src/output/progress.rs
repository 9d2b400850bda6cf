//! A line that tells how far a command is, on a terminal alone.

use std::io::{self, IsTerminal, Write};

use super::Output;

/// A line on standard error that is drawn over itself.
#[derive(Debug)]
pub(crate) struct Progress {
    on: bool,
    drawn: bool,
}

/// Characters of the bar.
const WIDTH: usize = 24;

impl Progress {
    /// A line beside an output: nothing unless both are on a terminal and people are to read them.
    pub(crate) fn on(output: &Output) -> Self {
        let terminal = io::stderr().is_terminal() && io::stdout().is_terminal();
        Self {
            on: terminal && !output.is_json() && !output.is_quiet(),
            drawn: false,
        }
    }

    /// Draws the line: how much is done, from 0 to 1, and some words.
    pub(crate) fn draw(&mut self, done: f64, text: &str) {
        if self.on {
            let full = (done.clamp(0.0, 1.0) * WIDTH as f64).round() as usize;
            let (bar, rest) = ("━".repeat(full), "┄".repeat(WIDTH - full));
            let line = format!("{bar}{rest}  {text}");
            // A line that wraps could not be drawn over.
            let line: String = line.chars().take(width().saturating_sub(1)).collect();
            self.write(&format!("\r\x1b[2K{line}"));
            self.drawn = true;
        }
    }

    /// Takes the line away, so that another can be written in its place.
    pub(crate) fn clear(&mut self) {
        if self.drawn {
            self.write("\r\x1b[2K");
            self.drawn = false;
        }
    }

    fn write(&self, text: &str) {
        let mut err = io::stderr().lock();
        // A terminal that is gone has nobody in front of it.
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

/// Characters that fit on a line of the terminal.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0))
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
