//! Lines of input, one at a time and none of them too long.

use std::io::{self, BufRead};

use crate::failure::Refusal;

/// Longest line read: an envelope of the largest body there is, in base64, fits.
const LONGEST: usize = 64 << 20;

/// Reads lines, numbered from 1.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: R,
    number: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            number: 0,
            line: Vec::new(),
        }
    }

    /// The next line that is not blank, with its number; one that is no text is refused.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, Result<&str, Refusal>)>> {
        loop {
            self.line.clear();
            let Some(fits) = self.take()? else {
                return Ok(None);
            };
            self.number += 1;
            if fits && self.line.trim_ascii().is_empty() {
                continue;
            }
            return Ok(Some((self.number, self.text(fits))));
        }
    }

    /// Whether the next line may have to be waited for.
    pub(crate) fn would_wait(&mut self) -> bool
    where
        R: Buffered,
    {
        !self.reader.has_line()
    }

    fn text(&self, fits: bool) -> Result<&str, Refusal> {
        let refused = |reason: String| Refusal {
            line: self.number,
            field: "line".into(),
            reason,
        };
        if !fits {
            return Err(refused(format!("longer than {LONGEST} bytes")));
        }
        // Files that Windows wrote may begin with a mark.
        let line = match self.line.strip_prefix("\u{feff}".as_bytes()) {
            Some(rest) if self.number == 1 => rest,
            _ => &self.line,
        };
        std::str::from_utf8(line)
            .map(str::trim_end)
            .map_err(|error| refused(format!("not UTF-8 text: {error}")))
    }

    /// Takes a line, its end included; false for one that is too long, of which nothing is kept.
    fn take(&mut self) -> io::Result<Option<bool>> {
        let (mut any, mut fits) = (false, true);
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok(any.then_some(fits));
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(chunk.len(), |end| end + 1);
            fits = fits && self.line.len() + taken <= LONGEST;
            if fits {
                self.line.extend_from_slice(&chunk[..taken]);
            } else {
                self.line.clear();
            }
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(Some(fits));
            }
        }
    }
}

/// A reader that knows whether a whole line is here already.
pub(crate) trait Buffered {
    /// Whether a whole line can be had without waiting.
    fn has_line(&self) -> bool;
}

impl<R: io::Read> Buffered for io::BufReader<R> {
    fn has_line(&self) -> bool {
        self.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    fn read(bytes: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let mut lines = Lines::new(BufReader::with_capacity(7, Cursor::new(bytes.to_vec())));
        let mut read = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            read.push((
                number,
                line.map(str::to_owned).map_err(|refusal| refusal.field),
            ));
        }
        read
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_passed_over() {
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(
            read(b"\xef\xbb\xbfone\r\n\n  \nfour and more\n\xff\nsix"),
            [
                (1, ok("one")),
                (4, ok("four and more")),
                (5, Err("line".into())),
                (6, ok("six")),
            ]
        );
        assert_eq!(read(b""), []);
    }

    #[test]
    fn a_line_too_long_is_refused_and_the_next_one_read() {
        let mut bytes = vec![b'x'; LONGEST + 1];
        bytes.extend(b"\nnext\n");
        let mut lines = Lines::new(BufReader::new(Cursor::new(bytes)));
        assert!(lines.next().unwrap().unwrap().1.is_err());
        assert_eq!(lines.next().unwrap().unwrap().1, Ok("next"));
        assert!(lines.next().unwrap().is_none());
    }
}
