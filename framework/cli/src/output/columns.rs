//! Plain columns of text.

use super::{Output, OutputError, Tone};

/// Rows of text in columns, as wide as their widest cell; numbers stand to the right.
#[derive(Debug)]
pub(crate) struct Columns {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// Begins with the columns' names.
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        Self {
            head: head.map(str::to_owned).into(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Writes them, as text for people.
    pub(crate) fn write(&self, output: &Output) -> Result<(), OutputError> {
        let widths: Vec<usize> = (0..self.head.len()).map(|at| self.width(at)).collect();
        let numbers: Vec<bool> = (0..self.head.len()).map(|at| self.is_number(at)).collect();
        let line = |cells: &[String]| {
            let padded = cells.iter().enumerate().map(|(at, cell)| {
                let (width, number) = (widths[at], numbers[at]);
                let room = " ".repeat(width.saturating_sub(cell.chars().count()));
                if number {
                    room + cell
                } else {
                    cell.clone() + &room
                }
            });
            let joined = padded.collect::<Vec<_>>().join("  ");
            joined.trim_end().to_owned()
        };
        output.text(output.paint().tone(Tone::Strong, line(&self.head)))?;
        self.rows.iter().try_for_each(|row| output.text(line(row)))
    }

    fn width(&self, at: usize) -> usize {
        let cells = self.rows.iter().chain([&self.head]);
        cells
            .filter_map(|row| row.get(at))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    }

    /// A column of numbers stands to the right.
    fn is_number(&self, at: usize) -> bool {
        let is_number = |cell: &String| cell.parse::<f64>().is_ok();
        !self.rows.is_empty()
            && self
                .rows
                .iter()
                .filter_map(|row| row.get(at))
                .all(is_number)
    }
}
