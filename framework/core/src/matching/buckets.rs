use hashbrown::HashTable;

/// The slots that hang in one place. Nearly always one, which is then held without an allocation.
#[derive(Debug, Default)]
pub(super) enum Slots {
    #[default]
    None,
    One(u32),
    Many(Vec<u32>),
}

impl Slots {
    pub(super) fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(slot) => std::slice::from_ref(slot),
            Self::Many(slots) => slots,
        }
    }

    pub(super) fn push(&mut self, slot: u32) {
        match self {
            Self::None => *self = Self::One(slot),
            Self::One(first) => *self = Self::Many(vec![*first, slot]),
            Self::Many(slots) => slots.push(slot),
        }
    }

    pub(super) fn remove(&mut self, slot: u32) {
        match self {
            Self::None => {}
            Self::One(_) => *self = Self::None,
            Self::Many(slots) => {
                if let Some(at) = slots.iter().position(|&other| other == slot) {
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

/// Slots by a 64-bit hash. Two conditions may share a hash, so whoever asks must check what is found.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    table: HashTable<(u64, Slots)>,
}

impl Buckets {
    pub(super) fn get(&self, hash: u64) -> &[u32] {
        self.table
            .find(hash, |bucket| bucket.0 == hash)
            .map_or(&[], |bucket| bucket.1.as_slice())
    }

    pub(super) fn push(&mut self, hash: u64, slot: u32) {
        let entry = self
            .table
            .entry(hash, |bucket| bucket.0 == hash, |bucket| bucket.0);
        entry.or_insert((hash, Slots::None)).into_mut().1.push(slot);
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
