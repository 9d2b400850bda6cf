//! Writing records as JSON text, without the way around through serde.

use super::write::{more, written};
use super::{Record, Slot};
use crate::json::{write_name, write_plain_name, write_text};

/// Writes the content of a record, as [`write`](super::write) would with `serde_json`.
pub(in crate::events) fn write_json(
    record: &dyn Record,
    out: &mut Vec<u8>,
) -> serde_json::Result<()> {
    out.push(b'{');
    let start = out.len();
    for (key, slot) in written(record) {
        separate(out, start);
        write_plain_name(out, key);
        write_slot(out, slot)?;
    }
    for (key, value) in more(record) {
        separate(out, start);
        write_name(out, key);
        serde_json::to_writer(&mut *out, value)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_slot(out: &mut Vec<u8>, slot: Slot<'_>) -> serde_json::Result<()> {
    match slot {
        Slot::Null => out.extend_from_slice(b"null"),
        Slot::Bool(true) => out.extend_from_slice(b"true"),
        Slot::Bool(false) => out.extend_from_slice(b"false"),
        Slot::Text(text) => write_text(out, text),
        Slot::Record(record) => write_json(record, out)?,
        Slot::List(items) => {
            out.push(b'[');
            let start = out.len();
            for at in 0..items.count() {
                separate(out, start);
                write_slot(out, items.item(at))?;
            }
            out.push(b']');
        }
        other => serde_json::to_writer(out, &other)?,
    }
    Ok(())
}

fn separate(out: &mut Vec<u8>, start: usize) {
    if out.len() > start {
        out.push(b',');
    }
}
