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

/// What a byte means in a key.
const PLAIN: u8 = 0;
const DOT: u8 = 1;
const WILDCARD: u8 = 2;
const CONTROL: u8 = 4;
/// Begins U+0080 to U+00BF, of which the lower half are controls.
const MAYBE_CONTROL: u8 = 8;

/// The meaning of every byte: one look-up for each, where comparing would take several.
static CLASSES: [u8; 256] = {
    let mut classes = [PLAIN; 256];
    let mut byte = 0;
    while byte < 0x20 {
        classes[byte] = CONTROL;
        byte += 1;
    }
    classes[0x7F] = CONTROL;
    classes[0xC2] = MAYBE_CONTROL;
    classes[b'.' as usize] = DOT;
    classes[b'*' as usize] = WILDCARD;
    classes[b'#' as usize] = WILDCARD;
    classes
};

/// Whether a text has a control character, in one walk over its bytes.
pub(crate) fn has_control(text: &str) -> bool {
    let seen = text
        .bytes()
        .fold(0, |seen, byte| seen | CLASSES[usize::from(byte)]);
    match seen & (CONTROL | MAYBE_CONTROL) {
        0 => false,
        MAYBE_CONTROL => text.contains(char::is_control),
        _ => true,
    }
}

/// Whether a text is a canonical key, in one walk over its bytes; a refusal is explained elsewhere.
pub(super) fn is_canonical(text: &str) -> bool {
    let (mut seen, mut before, mut empty_word) = (0, DOT, false);
    for byte in text.bytes() {
        let class = CLASSES[usize::from(byte)];
        empty_word |= class & before & DOT != 0;
        seen |= class;
        before = class;
    }
    // An empty text and a last dot leave an empty word, too.
    let bad = empty_word || before == DOT || seen & (WILDCARD | CONTROL) != 0;
    let unsure = seen & MAYBE_CONTROL != 0;
    !bad && text.len() <= MAX_BYTES
        && text.as_bytes()[0] != b'$'
        && !(unsure && text.contains(char::is_control))
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
