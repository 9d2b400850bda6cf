use std::cell::Cell;

use super::candidate::Candidate;
use super::trie::Active;

/// Working memory of a match, kept by each thread so that matching allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) found: Vec<Candidate>,
    pub(super) active: Active,
}

impl Scratch {
    /// What a thread keeps between matches is bounded, in slots.
    const KEPT: usize = 4096;

    /// Lends the thread's working memory. A match inside a match gets a fresh one.
    pub(super) fn lend<R>(work: impl FnOnce(&mut Self) -> R) -> R {
        thread_local! {
            static KEPT: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
        }
        let mut scratch = KEPT.take().unwrap_or_default();
        scratch.found.clear();
        let result = work(&mut scratch);
        if scratch.found.capacity() <= Self::KEPT && scratch.active.capacity() <= Self::KEPT {
            KEPT.set(Some(scratch));
        }
        result
    }
}
