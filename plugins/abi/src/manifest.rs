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
    run::<0>(groups).at
}

/// Writes groups of pieces one after the other.
///
/// # Panics
/// Unless `N` is their [`len`]: a compile error where this is used, in constants.
#[must_use]
pub const fn write<const N: usize>(groups: &[&[Piece<'_>]]) -> [u8; N] {
    let out = run::<N>(groups);
    assert!(out.at == N, "N is the length of the pieces");
    out.bytes
}

/// The first bytes of what is written, and how much it is. Handed on by value: old compilers know
/// no mutable reference in constants.
struct Out<const N: usize> {
    bytes: [u8; N],
    at: usize,
    last: u8,
}

impl<const N: usize> Out<N> {
    const fn put(mut self, byte: u8) -> Self {
        if self.at < N {
            self.bytes[self.at] = byte;
        }
        self.at += 1;
        self.last = byte;
        self
    }

    const fn put_all(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self = self.put(bytes[at]);
            at += 1;
        }
        self
    }

    const fn put_escaped(self, text: &str) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut out = self.put(b'"');
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            out = if byte == b'"' || byte == b'\\' {
                out.put(b'\\').put(byte)
            } else if byte < 0x20 {
                let out = out.put_all("\\u00");
                out.put(HEX[(byte >> 4) as usize])
                    .put(HEX[(byte & 15) as usize])
            } else {
                out.put(byte)
            };
            at += 1;
        }
        out.put(b'"')
    }

    const fn put_number(mut self, number: u64) -> Self {
        let mut place = 1;
        while number / place >= 10 {
            place *= 10;
        }
        while place > 0 {
            self = self.put(b'0' + (number / place % 10) as u8);
            place /= 10;
        }
        self
    }
}

const fn run<const N: usize>(groups: &[&[Piece<'_>]]) -> Out<N> {
    let mut out = Out {
        bytes: [0; N],
        at: 0,
        last: b'{',
    };
    let mut group = 0;
    while group < groups.len() {
        let mut at = 0;
        while at < groups[group].len() {
            out = match groups[group][at] {
                Piece::Raw(text) => out.put_all(text),
                Piece::Text(text) => out.put_escaped(text),
                Piece::Number(number) => out.put_number(number),
                Piece::Comma if matches!(out.last, b'{' | b'[') => out,
                Piece::Comma => out.put(b','),
                Piece::Place => out.put_number(group as u64 - 1),
            };
            at += 1;
        }
        group += 1;
    }
    out
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
