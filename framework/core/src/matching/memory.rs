use std::hash::BuildHasher;
use std::mem;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use foldhash::fast::RandomState;

use super::candidate::Candidate;
use crate::keys::RoutingKey;
use crate::sync::Mutex;

/// What was found for keys or names that were seen before.
///
/// Each text has one place, which it shares with others. A text is remembered when it misses twice in
/// a row at its place, so that texts which come but once leave those alone that come often. A place
/// is written once and then read without a lock, until all is forgotten.
#[derive(Debug)]
pub(super) struct TextMemory {
    /// As many as a power of two; made when the first text is worth remembering.
    places: OnceLock<Box<[Place]>>,
    size: usize,
    hasher: RandomState,
    /// The places that are taken, so that forgetting costs no more than remembering did.
    taken: Mutex<Vec<usize>>,
    /// How often a text was worth remembering but its place was taken.
    refused: AtomicUsize,
}

#[derive(Debug, Default)]
struct Place {
    missed: AtomicU64,
    known: OnceLock<Known>,
}

#[derive(Debug)]
struct Known {
    text: Box<str>,
    found: Box<[Candidate]>,
}

impl TextMemory {
    /// Longer texts are not remembered: no broker carries them.
    const LONGEST_TEXT: usize = RoutingKey::MAX_BYTES;
    /// Longer findings are not remembered: reporting them takes longer than finding them.
    const LONGEST_FOUND: usize = 64;

    /// Remembers so many texts at most; a power of two.
    pub(super) fn new(size: usize) -> Self {
        debug_assert!(size.is_power_of_two());
        Self {
            places: OnceLock::new(),
            size,
            hasher: RandomState::default(),
            taken: Mutex::default(),
            refused: AtomicUsize::new(0),
        }
    }

    /// What was found for `text`, if that is remembered.
    pub(super) fn recall(&self, text: &str) -> Option<&[Candidate]> {
        let places = self.places.get()?;
        let known = places[self.place(self.hash(text))].known.get()?;
        (*known.text == *text).then_some(&*known.found)
    }

    /// Remembers what was found for `text`, if it is worth it and there is room.
    pub(super) fn remember(&self, text: &str, found: &[Candidate]) {
        if found.len() > Self::LONGEST_FOUND || text.len() > Self::LONGEST_TEXT {
            return;
        }
        let hash = self.hash(text);
        let at = self.place(hash);
        let places = self
            .places
            .get_or_init(|| (0..self.size).map(|_| Place::default()).collect());
        if places[at].missed.swap(hash, Relaxed) != hash {
            return;
        }
        let known = Known {
            text: text.into(),
            found: found.into(),
        };
        if places[at].known.set(known).is_ok() {
            self.taken.lock().push(at);
        } else {
            self.refused.fetch_add(1, Relaxed);
        }
    }

    /// Tells whether so many texts found their places taken that it is time to forget.
    pub(super) fn is_stale(&self) -> bool {
        self.refused.load(Relaxed) > self.size
    }

    pub(super) fn forget_if_stale(&mut self) {
        if self.is_stale() {
            self.forget();
        }
    }

    pub(super) fn forget(&mut self) {
        let Some(places) = self.places.get_mut() else {
            return;
        };
        for at in mem::take(self.taken.get_mut()) {
            places[at].known.take();
        }
        *self.refused.get_mut() = 0;
    }

    fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }

    fn place(&self, hash: u64) -> usize {
        hash as usize & (self.size - 1)
    }
}
