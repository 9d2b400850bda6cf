//! The manifest: JSON in the descriptor, written while compiling.
//!
//! ```json
//! {"name":"welcome","version":"1.2.0","lang":"rust","needs_minor":0,"publishes":["mail_*"],
//!  "handlers":[{"id":0,"fn":"greet","events":["user_created"],"keys":["users.#"],
//!               "kind":"async","concurrency":16,"timeout_ms":5000}]}
//! ```
//!
//! `events` are names or globs of names, `keys` patterns of routing keys, `headers` an object of
//! texts, booleans and numbers the headers must equal; a handler has at least one of the three, and
//! an event must fit each that is there. `kind` is `sync` (a thread of the plugin's own pool; the
//! default), `inline` (at once, on the dispatcher's thread: for what never waits) or `async`
//! (called at once, completes later). `publishes` are the names of events, or globs, that the
//! plugin may publish. Keys that are not known are ignored.

/// A piece of JSON.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// Written as it is.
    Raw(&'a str),
    /// Written as a JSON string.
    Text(&'a str),
    /// Written as a number.
    Number(u64),
    /// Written as `,`, unless something was just opened.
    Comma,
    /// Written as how many groups came before this one, the first not counted.
    Place,
}

/// How many bytes [`write()`] needs.
#[must_use]
pub const fn len(groups: &[&[Piece<'_>]]) -> usize {
    run(groups, &mut [], false)
}

/// Writes groups of pieces one after the other.
///
/// # Panics
/// Unless `N` is their [`len`]: a compile error where this is used, in constants.
#[must_use]
pub const fn write<const N: usize>(groups: &[&[Piece<'_>]]) -> [u8; N] {
    let mut out = [0; N];
    let end = run(groups, &mut out, true);
    assert!(end == N, "N is the length of the pieces");
    out
}

struct Out<'a> {
    bytes: &'a mut [u8],
    keep: bool,
    at: usize,
    last: u8,
}

impl Out<'_> {
    const fn put(&mut self, byte: u8) {
        if self.keep {
            self.bytes[self.at] = byte;
        }
        self.at += 1;
        self.last = byte;
    }

    const fn put_all(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self.put(bytes[at]);
            at += 1;
        }
    }

    const fn put_escaped(&mut self, text: &str) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.put(b'"');
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b'"' || byte == b'\\' {
                self.put(b'\\');
                self.put(byte);
            } else if byte < 0x20 {
                self.put_all("\\u00");
                self.put(HEX[(byte >> 4) as usize]);
                self.put(HEX[(byte & 15) as usize]);
            } else {
                self.put(byte);
            }
            at += 1;
        }
        self.put(b'"');
    }

    const fn put_number(&mut self, number: u64) {
        let mut place = 1;
        while number / place >= 10 {
            place *= 10;
        }
        while place > 0 {
            self.put(b'0' + (number / place % 10) as u8);
            place /= 10;
        }
    }
}

const fn run(groups: &[&[Piece<'_>]], bytes: &mut [u8], keep: bool) -> usize {
    let mut out = Out {
        bytes,
        keep,
        at: 0,
        last: b'{',
    };
    let mut group = 0;
    while group < groups.len() {
        let mut at = 0;
        while at < groups[group].len() {
            match groups[group][at] {
                Piece::Raw(text) => out.put_all(text),
                Piece::Text(text) => out.put_escaped(text),
                Piece::Number(number) => out.put_number(number),
                Piece::Comma if matches!(out.last, b'{' | b'[') => {}
                Piece::Comma => out.put(b','),
                Piece::Place => out.put_number(group as u64 - 1),
            }
            at += 1;
        }
        group += 1;
    }
    out.at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_json_while_compiling() {
        const PIECES: &[&[Piece<'_>]] = &[
            &[Piece::Raw("{\"a\":[")],
            &[Piece::Comma, Piece::Text("x\"\\\n\u{e9}")],
            &[
                Piece::Comma,
                Piece::Number(0),
                Piece::Comma,
                Piece::Place,
                Piece::Comma,
                Piece::Number(1020),
            ],
            &[Piece::Raw("]}")],
        ];
        const JSON: [u8; len(PIECES)] = write(PIECES);
        assert_eq!(
            core::str::from_utf8(&JSON).unwrap(),
            "{\"a\":[\"x\\\"\\\\\\u000a\u{e9}\",0,1,1020]}"
        );
    }
}
