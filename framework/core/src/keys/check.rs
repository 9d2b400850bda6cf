use super::error::{KeyError, KeyErrorKind};

/// Most bytes of a key, a pattern or a name: the AMQP short string (AMQP 0-9-1 §4.2.5.3).
pub(super) const MAX_BYTES: usize = 255;

/// Splits a key or a pattern into its words; the empty text has none, as RabbitMQ sees it.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words((!text.is_empty()).then_some(text))
}

#[derive(Debug, Clone)]
pub(crate) struct Words<'a>(Option<&'a str>);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0?;
        // By hand: keys are short, and setting up a searcher costs more than it finds.
        match rest.bytes().position(|byte| byte == b'.') {
            Some(dot) => {
                self.0 = Some(&rest[dot + 1..]);
                Some(&rest[..dot])
            }
            None => self.0.take(),
        }
    }
}

/// Refuses a text that is over 255 bytes.
pub(super) fn length(what: &'static str, text: &str) -> Result<(), KeyError> {
    if text.len() > MAX_BYTES {
        return Err(KeyError::new(what, text, MAX_BYTES, KeyErrorKind::TooLong));
    }
    Ok(())
}

/// Refuses a text that is empty, over 255 bytes, or has control characters.
pub(super) fn plain(what: &'static str, text: &str) -> Result<(), KeyError> {
    if text.is_empty() {
        return Err(KeyError::new(what, text, 0, KeyErrorKind::Empty));
    }
    length(what, text)?;
    match text.char_indices().find(|(_, c)| c.is_control()) {
        Some((at, _)) => Err(KeyError::new(what, text, at, KeyErrorKind::Control)),
        None => Ok(()),
    }
}

/// Whether a text has a control character, in one walk over its bytes.
pub(crate) fn has_control(text: &str) -> bool {
    let mut before = 0;
    text.bytes().any(|byte| {
        // U+0080 to U+009F, the controls beyond ASCII, are 0xC2 and then a byte below 0xA0.
        let control = byte < 0x20 || byte == 0x7F || (before == 0xC2 && byte < 0xA0);
        before = byte;
        control
    })
}

/// Whether a text is a canonical key, in one walk over its bytes; a refusal is explained elsewhere.
pub(super) fn is_canonical(text: &str) -> bool {
    let mut before = b'.';
    let fits = |byte: u8| {
        let fits = match byte {
            b'.' => before != b'.',
            b'*' | b'#' | 0x7F | 0..0x20 => false,
            0x80..0xA0 => before != 0xC2,
            _ => true,
        };
        before = byte;
        fits
    };
    let ends_well = !text.is_empty() && !text.ends_with('.') && !text.starts_with('$');
    ends_well && text.len() <= MAX_BYTES && text.bytes().all(fits)
}

/// Refuses what neither a canonical key nor a pattern may have.
pub(super) fn segments(what: &'static str, text: &str) -> Result<(), KeyError> {
    plain(what, text)?;
    if text.starts_with('$') {
        return Err(KeyError::new(what, text, 0, KeyErrorKind::LeadingDollar));
    }
    let mut start = 0;
    for word in words(text) {
        if word.is_empty() {
            return Err(KeyError::new(what, text, start, KeyErrorKind::EmptySegment));
        }
        start += word.len() + 1;
    }
    Ok(())
}
