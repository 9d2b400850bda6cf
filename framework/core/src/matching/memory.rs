use std::hash::BuildHasher;
use std::mem;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use foldhash::fast::RandomState;

use super::candidate::Candidate;
use crate::keys::RoutingKey;
use crate::sync::Mutex;

/// What was found for keys that were seen before.
///
/// Each key has one place, which it shares with others. A key is remembered when it misses twice in
/// a row at its place, so that keys which come but once leave those alone that come often. A place
/// is written once and then read without a lock, until all is forgotten.
#[derive(Debug)]
pub(super) struct KeyMemory {
    places: Box<[Place]>,
    hasher: RandomState,
    /// The places that are taken, so that forgetting costs no more than remembering did.
    taken: Mutex<Vec<usize>>,
    /// How often a key was worth remembering but its place was taken.
    refused: AtomicUsize,
}

#[derive(Debug, Default)]
struct Place {
    missed: AtomicU64,
    known: OnceLock<Known>,
}

#[derive(Debug)]
struct Known {
    key: Box<str>,
    found: Box<[Candidate]>,
}

impl KeyMemory {
    /// Most keys remembered.
    const PLACES: usize = 4096;
    /// Longer keys are not remembered: no broker carries them.
    const LONGEST_KEY: usize = RoutingKey::MAX_BYTES;
    /// Longer findings are not remembered: reporting them takes longer than finding them.
    const LONGEST_FOUND: usize = 64;

    pub(super) fn new() -> Self {
        Self {
            places: (0..Self::PLACES).map(|_| Place::default()).collect(),
            hasher: RandomState::default(),
            taken: Mutex::default(),
            refused: AtomicUsize::new(0),
        }
    }

    /// What was found for `key`, if that is remembered.
    pub(super) fn recall(&self, key: &str) -> Option<&[Candidate]> {
        let known = self.places[self.place(self.hash(key))].known.get()?;
        (*known.key == *key).then_some(&*known.found)
    }

    /// Remembers what was found for `key`, if it is worth it and there is room.
    pub(super) fn remember(&self, key: &str, found: &[Candidate]) {
        if found.len() > Self::LONGEST_FOUND || key.len() > Self::LONGEST_KEY {
            return;
        }
        let hash = self.hash(key);
        let at = self.place(hash);
        if self.places[at].missed.swap(hash, Relaxed) != hash {
            return;
        }
        let known = Known {
            key: key.into(),
            found: found.into(),
        };
        if self.places[at].known.set(known).is_ok() {
            self.taken.lock().push(at);
        } else {
            self.refused.fetch_add(1, Relaxed);
        }
    }

    /// Tells whether so many keys found their places taken that it is time to forget.
    pub(super) fn is_stale(&self) -> bool {
        self.refused.load(Relaxed) > Self::PLACES
    }

    pub(super) fn forget(&mut self) {
        for at in mem::take(self.taken.get_mut()) {
            self.places[at].known.take();
        }
        *self.refused.get_mut() = 0;
    }

    fn hash(&self, key: &str) -> u64 {
        self.hasher.hash_one(key)
    }

    fn place(&self, hash: u64) -> usize {
        hash as usize % Self::PLACES
    }
}
