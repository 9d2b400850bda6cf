//! Dead letters, on a broker or in a file.

mod line;
mod store;
mod words;

pub(crate) use line::{LetterLine, LetterShown};
pub(crate) use store::Store;
pub(crate) use words::{name, story, time};

use std::sync::Arc;

use trunkline::{DeadLetter, DeadLetters};

use crate::failure::Failure;

/// Dead letters read at a time.
const PAGE: usize = 256;

/// Reads all the dead letters there are now, oldest first.
pub(crate) async fn all(letters: &Arc<dyn DeadLetters>) -> Result<Vec<DeadLetter>, Failure> {
    let mut all: Vec<DeadLetter> = Vec::new();
    loop {
        let after = all.last().map(|letter| letter.id.clone());
        let page = letters.list(after.as_deref(), PAGE).await?;
        let last = page.len() < PAGE;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}
