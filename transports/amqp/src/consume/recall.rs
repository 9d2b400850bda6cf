//! What this process knows of deliveries that will come again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use trunkline_core::Envelope;

/// Most deliveries remembered. Beyond it the flag of the broker has to do.
const MOST: usize = 20_000;

/// How many attempts were begun at deliveries that went back, for all clients of this process: a
/// broker says no more than that there was one before, and says so of those that nobody has seen.
#[derive(Debug, Default)]
pub(super) struct Recall {
    hasher: RandomState,
    begun: Mutex<HashMap<u64, u32>>,
}

static RECALL: LazyLock<Recall> = LazyLock::new(Recall::default);

impl Recall {
    /// What this process knows.
    pub(super) fn here() -> &'static Self {
        &RECALL
    }

    fn key(&self, queue: &str, envelope: &Envelope) -> u64 {
        match envelope.id() {
            Some(id) => self.hasher.hash_one((queue, id)),
            None => {
                let key = envelope.routing_key().as_str();
                self.hasher.hash_one((queue, key, envelope.body()))
            }
        }
    }

    /// Remembers the attempts begun at a delivery.
    pub(super) fn remember(&self, queue: &str, envelope: &Envelope, begun: u32) {
        let key = self.key(queue, envelope);
        let mut known = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, begun);
    }

    /// The attempts begun at a delivery that came again, if this process knows.
    pub(super) fn recall(&self, queue: &str, envelope: &Envelope) -> Option<u32> {
        let key = self.key(queue, envelope);
        let mut known = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&key)
    }
}
