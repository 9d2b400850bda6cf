//! How deep JSON text nests.

/// Tells whether objects and arrays are more than `limit` deep.
///
/// The text need not be valid; it is followed in a loop, so that no depth exhausts the stack.
pub(crate) fn is_deeper(json: &[u8], limit: usize) -> bool {
    // Counting brackets is far quicker than following them, and nearly always answers.
    if count_opened(json) <= limit {
        return false;
    }
    let mut depth = 0_usize;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Counts opening brackets, in the blocks of bytes that a compiler turns into vectors.
fn count_opened(json: &[u8]) -> usize {
    const BLOCK: usize = 128;
    // `[` and `{` differ in one bit, and nothing else that is ASCII has the others.
    let opened = |block: &[u8]| -> u8 {
        block
            .iter()
            .map(|byte| u8::from(byte & !0x20 == b'['))
            .sum()
    };
    json.chunks(BLOCK)
        .map(|block| usize::from(opened(block)))
        .sum()
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}
