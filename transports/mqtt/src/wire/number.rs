//! Which of a publisher's events an event is, so that a subscriber notices what a broker dropped.
//!
//! A broker that has no room for a subscriber drops what comes for it, and tells the publisher that
//! all is well. So a publisher counts its events of each topic. The count stands before its name in
//! [`names::FROM`](super::names::FROM), always as wide: it is written into a packet that is made.

use super::{Message, names};

/// An event's place among those of its publisher and topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    /// Left to chance; another one begins when the publisher does.
    pub(crate) series: u32,
    /// From 1.
    pub(crate) count: u64,
}

/// Stands where no number has been written.
pub(super) const NONE: &str = "00000000-000000000000 ";

impl Number {
    /// Bytes of a number on the wire.
    pub(crate) const WIDTH: usize = NONE.len() - 1;

    const MAX: u64 = 0xFFFF_FFFF_FFFF;

    /// Writes it over [`WIDTH`](Self::WIDTH) bytes.
    pub(crate) fn write(self, place: &mut [u8]) {
        let (series, count) = place.split_at_mut(8);
        write_hex(series, self.series.into());
        write_hex(&mut count[1..], self.count.min(Self::MAX));
    }

    fn read(text: &str) -> Option<Self> {
        let (series, count) = text.split_once('-')?;
        let hex = |text: &str, width| {
            let fits = text.len() == width && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            fits.then(|| u64::from_str_radix(text, 16).ok()).flatten()
        };
        let series = u32::try_from(hex(series, 8)?).ok()?;
        let count = hex(count, 12)?;
        Some(Self { series, count })
    }
}

/// Fills a place with digits: formatting them took longer than all else that numbering does.
fn write_hex(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}

impl Message {
    /// Who published it, and which of its events it is, if that is told.
    pub(crate) fn publisher(&self) -> Option<(&str, Option<Number>)> {
        let from = self.property(names::FROM)?;
        let numbered = from.split_once(' ');
        let numbered = numbered.and_then(|(number, name)| Some((name, Number::read(number)?)));
        Some(match numbered {
            Some((name, number)) => (name, Some(number).filter(|number| number.count > 0)),
            None => (from, None),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Message {
        let mut message = Message::default();
        message.set(names::FROM, text);
        message
    }

    #[test]
    fn a_number_is_read_as_it_was_written() {
        let number = Number {
            series: 7,
            count: 0xAB_CDEF,
        };
        let mut text = NONE.to_owned().into_bytes();
        number.write(&mut text[..Number::WIDTH]);
        let text = String::from_utf8(text).expect("digits") + "some name";
        assert_eq!(text, "00000007-000000abcdef some name");
        assert_eq!(from(&text).publisher(), Some(("some name", Some(number))));
    }

    #[test]
    fn without_a_number_there_is_a_name() {
        let text = format!("{NONE}me");
        assert_eq!(from(&text).publisher(), Some(("me", None)));
        for name in ["me", "you and me", "1-2 x", "0000000é-000000000001 x", ""] {
            assert_eq!(from(name).publisher(), Some((name, None)));
        }
        assert_eq!(Message::default().publisher(), None);
    }
}
