//! Tokens: numbers that stand for events in a plugin's hands.

use std::sync::{Arc, Mutex};

use super::Call;
use crate::sync::lock;

/// The calls that are not completed, by token.
#[derive(Default)]
pub(super) struct Tokens {
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    all: Vec<Slot>,
    free: Vec<u32>,
}

struct Slot {
    /// Changes with each use, so that an old token finds nothing.
    version: u32,
    call: Option<Arc<Call>>,
}

impl Tokens {
    /// The token of `shutdown`: no event's, as a slot's number is never that high.
    pub(super) const SHUTDOWN: u64 = u64::MAX;

    pub(super) fn insert(&self, call: Arc<Call>) -> u64 {
        let mut slots = lock(&self.slots);
        let at = match slots.free.pop() {
            Some(at) => at,
            None => {
                let at = u32::try_from(slots.all.len()).expect("events in flight are bounded");
                slots.all.push(Slot {
                    version: 1,
                    call: None,
                });
                at
            }
        };
        let slot = &mut slots.all[at as usize];
        slot.call = Some(call);
        u64::from(slot.version) << 32 | u64::from(at)
    }

    pub(super) fn remove(&self, token: u64) -> Option<Arc<Call>> {
        let mut slots = lock(&self.slots);
        let at = find(&slots, token)?;
        let slot = &mut slots.all[at];
        let call = slot.call.take();
        // Zero would make a token of 0, which stands for no event.
        slot.version = slot.version.wrapping_add(1).max(1);
        slots.free.push(at as u32);
        call
    }

    pub(super) fn get(&self, token: u64) -> Option<Arc<Call>> {
        let slots = lock(&self.slots);
        let at = find(&slots, token)?;
        slots.all[at].call.clone()
    }

    pub(super) fn has(&self, token: u64) -> bool {
        find(&lock(&self.slots), token).is_some()
    }

    pub(super) fn all(&self) -> Vec<Arc<Call>> {
        let slots = lock(&self.slots);
        slots
            .all
            .iter()
            .filter_map(|slot| slot.call.clone())
            .collect()
    }
}

fn find(slots: &Slots, token: u64) -> Option<usize> {
    let at = (token & u64::from(u32::MAX)) as usize;
    let slot = slots.all.get(at)?;
    (u64::from(slot.version) == token >> 32 && slot.call.is_some()).then_some(at)
}
