use hashbrown::HashTable;

use super::candidate::Candidate;

/// The slots that hang in one place. Nearly always one, which is then held without an allocation.
#[derive(Debug, Default)]
pub(super) enum Slots {
    #[default]
    None,
    One(Candidate),
    Many(Vec<Candidate>),
}

impl Slots {
    pub(super) fn as_slice(&self) -> &[Candidate] {
        match self {
            Self::None => &[],
            Self::One(only) => std::slice::from_ref(only),
            Self::Many(slots) => slots,
        }
    }

    pub(super) fn append_to(&self, found: &mut Vec<Candidate>) {
        match self {
            Self::None => {}
            Self::One(only) => found.push(*only),
            Self::Many(slots) => found.extend_from_slice(slots),
        }
    }

    pub(super) fn push(&mut self, candidate: Candidate) {
        match self {
            Self::None => *self = Self::One(candidate),
            Self::One(first) => *self = Self::Many(vec![*first, candidate]),
            Self::Many(slots) => slots.push(candidate),
        }
    }

    pub(super) fn remove(&mut self, slot: u32) {
        match self {
            Self::None => {}
            Self::One(_) => *self = Self::None,
            Self::Many(slots) => {
                if let Some(at) = slots.iter().position(|other| other.slot() == slot) {
                    slots.swap_remove(at);
                }
                if let [last] = slots[..] {
                    *self = Self::One(last);
                } else if slots.len() * 4 < slots.capacity() {
                    slots.shrink_to(slots.len() * 2);
                }
            }
        }
    }
}

/// Slots by a 64-bit hash. Two conditions may share a hash, so whoever asks must check what is
/// found.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    table: HashTable<(u64, Slots)>,
}

impl Buckets {
    /// Finds what hangs under a hash.
    pub(super) fn find(&self, hash: u64, found: &mut Vec<Candidate>) {
        if let Some((_, slots)) = self.table.find(hash, |bucket| bucket.0 == hash) {
            slots.append_to(found);
        }
    }

    /// Tells how many hang under a hash.
    pub(super) fn count(&self, hash: u64) -> usize {
        let bucket = self.table.find(hash, |bucket| bucket.0 == hash);
        bucket.map_or(0, |bucket| bucket.1.as_slice().len())
    }

    pub(super) fn push(&mut self, hash: u64, candidate: Candidate) {
        let entry = self
            .table
            .entry(hash, |bucket| bucket.0 == hash, |bucket| bucket.0);
        entry
            .or_insert((hash, Slots::None))
            .into_mut()
            .1
            .push(candidate);
    }

    pub(super) fn remove(&mut self, hash: u64, slot: u32) {
        let Ok(mut entry) = self.table.find_entry(hash, |bucket| bucket.0 == hash) else {
            return;
        };
        entry.get_mut().1.remove(slot);
        if entry.get().1.as_slice().is_empty() {
            entry.remove();
            let (len, capacity) = (self.table.len(), self.table.capacity());
            if len * 8 < capacity {
                self.table.shrink_to(len * 2, |bucket| bucket.0);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }
}
