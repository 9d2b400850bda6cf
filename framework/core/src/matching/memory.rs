use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use parking_lot::RwLock;

use super::index::FoundByKey;

/// What was found for keys that were seen before.
///
/// Each key has one place, which it shares with others. A key is remembered when it misses twice in a row at its place, so that
/// keys which come but once leave those alone that come often. No call ever waits here: a place that is busy
/// is as good as empty.
#[derive(Debug)]
pub(super) struct KeyMemory {
    places: Box<[RwLock<Place>]>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Place {
    missed: u64,
    known: Option<Known>,
}

#[derive(Debug)]
struct Known {
    key: Box<str>,
    version: u64,
    found: Box<[FoundByKey]>,
}

impl KeyMemory {
    /// Most keys remembered: about 100 KiB for the places, and a key and a short list for each that is taken.
    const PLACES: usize = 4096;
    /// Longer findings are not remembered: reporting them takes longer than finding them.
    const LONGEST: usize = 64;

    pub(super) fn new() -> Self {
        let places = (0..Self::PLACES).map(|_| RwLock::default()).collect();
        Self {
            places,
            hasher: RandomState::default(),
        }
    }

    /// Shows what was found for `key` at `version`; tells whether it was known.
    pub(super) fn recall(&self, key: &str, version: u64, show: impl FnOnce(&[FoundByKey])) -> bool {
        let Some(place) = self.place(self.hash(key)).try_read() else {
            return false;
        };
        match &place.known {
            Some(known) if known.version == version && *known.key == *key => {
                show(&known.found);
                true
            }
            _ => false,
        }
    }

    /// Remembers what was found for `key` at `version`, if it is worth it.
    pub(super) fn remember(&self, key: &str, version: u64, found: Vec<FoundByKey>) {
        let hash = self.hash(key);
        let Some(mut place) = self.place(hash).try_write() else {
            return;
        };
        if place.missed != hash {
            place.missed = hash;
        } else if found.len() <= Self::LONGEST {
            place.known = Some(Known {
                key: key.into(),
                version,
                found: found.into(),
            });
        }
    }

    fn hash(&self, key: &str) -> u64 {
        self.hasher.hash_one(key)
    }

    fn place(&self, hash: u64) -> &RwLock<Place> {
        &self.places[hash as usize % Self::PLACES]
    }
}
