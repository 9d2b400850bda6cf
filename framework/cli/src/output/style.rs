//! Colour, on a terminal alone.

use std::fmt::Display;
use std::io;

use anstyle::{AnsiColor, Style};

/// Colours text, or does not: none in a pipe, and none where `NO_COLOR` is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

/// What a text is, rather than what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A heading.
    Heading,
    /// What matters in a line.
    Strong,
    /// What need not be read.
    Faint,
    /// It went well.
    Good,
    /// It did not, but will be tried again.
    Warn,
    /// It failed for good.
    Bad,
    /// One of several that are to be told apart.
    Lane(usize),
}

impl Paint {
    /// As standard output, its reader and the environment want it.
    pub(crate) fn for_stdout() -> Self {
        let choice = anstream::AutoStream::choice(&io::stdout());
        Self {
            on: choice != anstream::ColorChoice::Never,
        }
    }

    /// Colours a text.
    pub(crate) fn tone(self, tone: Tone, text: impl Display) -> String {
        if !self.on {
            return text.to_string();
        }
        let style = tone.style();
        format!("{style}{text}{style:#}")
    }
}

impl Tone {
    fn style(self) -> Style {
        const LANES: [AnsiColor; 4] = [
            AnsiColor::Cyan,
            AnsiColor::Magenta,
            AnsiColor::Blue,
            AnsiColor::Yellow,
        ];
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Heading => Style::new().bold().underline(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Warn => colour(AnsiColor::Yellow),
            Self::Bad => colour(AnsiColor::Red).bold(),
            Self::Lane(lane) => colour(LANES[lane % LANES.len()]),
        }
    }
}
