use std::fmt;

use super::hooks::{Hook, Hooks};
use super::scratch::Scratch;
use super::trie::Active;
use super::{Binding, Subject};

/// Which binding of an index is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BindingId {
    slot: u32,
    /// Tells the binding from others that had the slot before or will have it.
    serial: u64,
}

/// Bindings with a value each, found by what they match.
///
/// Finding takes about the same time whether there are ten bindings or a hundred thousand: each is filed under its most
/// selective condition (a whole key; a header with its value, together with the name; a name; a key pattern in a tree of
/// words), and only those are looked at whose condition the event meets. [`SharedIndex`](super::SharedIndex) is the same for
/// many threads.
///
/// # Examples
///
/// ```
/// use trunkline_core::{Binding, BindingIndex, Headers, Subject};
///
/// let mut index = BindingIndex::new();
/// let calls = index.insert(Binding::builder().key("calls.#").build()?, "calls");
/// index.insert(Binding::everything(), "all");
///
/// let subject = Subject { name: None, key: "calls.created", headers: &Headers::new() };
/// let mut found = Vec::new();
/// index.matches_into(&subject, &mut found);
/// assert_eq!(found.len(), 2);
///
/// assert_eq!(index.remove(calls), Some("calls"));
/// # Ok::<(), trunkline_core::BindingError>(())
/// ```
pub struct BindingIndex<T> {
    slots: Vec<Option<Slot<T>>>,
    free: Vec<u32>,
    serial: u64,
    hooks: Hooks,
    /// How many bindings hang on more than one hook, and so may be found more than once.
    repeated: usize,
    key_version: u64,
    by_key: usize,
}

struct Slot<T> {
    serial: u64,
    binding: Binding,
    hooks: Box<[Hook]>,
    value: T,
}

/// A slot found by its key, and whether nothing but the key decides about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundByKey(u32);

impl FoundByKey {
    const ALONE: u32 = 1 << 31;

    pub(super) fn slot(self) -> u32 {
        self.0 & !Self::ALONE
    }
}

impl<T> BindingIndex<T> {
    /// Makes an empty index.
    #[must_use]
    pub fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            serial: 0,
            hooks: Hooks::new(),
            repeated: 0,
            key_version: 0,
            by_key: 0,
        }
    }

    /// Adds a binding; equal ones may be added more than once.
    ///
    /// # Panics
    ///
    /// When there are more than 2^31 bindings.
    pub fn insert(&mut self, binding: Binding, value: T) -> BindingId {
        let slot = self.free.pop().unwrap_or_else(|| {
            let slot = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
            assert!(
                slot < FoundByKey::ALONE,
                "an index holds at most 2^31 bindings"
            );
            self.slots.push(None);
            slot
        });
        self.serial += 1;
        let hooks = self.hooks.hang(&binding, slot);
        self.repeated += usize::from(hooks.len() > 1);
        if hooks.iter().any(Hook::is_of_key) {
            self.by_key += 1;
            self.key_version += 1;
        }
        let serial = self.serial;
        self.slots[slot as usize] = Some(Slot {
            serial,
            binding,
            hooks,
            value,
        });
        BindingId { slot, serial }
    }

    /// Removes a binding and returns its value; `None` when it is no longer there.
    pub fn remove(&mut self, id: BindingId) -> Option<T> {
        let place = self.slots.get_mut(id.slot as usize)?;
        let removed = place.take_if(|slot| slot.serial == id.serial)?;
        self.free.push(id.slot);
        for &hook in &removed.hooks {
            self.hooks.take_down(hook, id.slot);
        }
        self.repeated -= usize::from(removed.hooks.len() > 1);
        if removed.hooks.iter().any(Hook::is_of_key) {
            self.by_key -= 1;
            self.key_version += 1;
        }
        if self.is_empty() {
            self.slots = Vec::new();
            self.free = Vec::new();
        }
        Some(removed.value)
    }

    /// Looks a binding up, with its value.
    #[must_use]
    pub fn get(&self, id: BindingId) -> Option<(&Binding, &T)> {
        let slot = self.slots.get(id.slot as usize)?.as_ref()?;
        (slot.serial == id.serial).then_some((&slot.binding, &slot.value))
    }

    /// Tells how many bindings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Tells whether there is no binding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `found` for each binding that matches, once, in no particular order.
    pub fn for_each_match(&self, subject: &Subject<'_>, mut found: impl FnMut(&T)) {
        Scratch::lend(|scratch| {
            self.hooks
                .by_key(subject.key, &mut scratch.active, &mut scratch.found);
            self.hooks.by_name_and_headers(subject, &mut scratch.found);
            self.dedup(&mut scratch.found);
            for &slot in &scratch.found {
                self.report(slot, subject, &mut found);
            }
        });
    }

    /// Appends the values of all bindings that match, each binding once, in no particular order.
    pub fn matches_into(&self, subject: &Subject<'_>, found: &mut Vec<T>)
    where
        T: Clone,
    {
        self.for_each_match(subject, |value| found.push(value.clone()));
    }

    fn report(&self, slot: u32, subject: &Subject<'_>, found: &mut impl FnMut(&T)) {
        if let Some(slot) = &self.slots[slot as usize]
            && slot.binding.matches(subject)
        {
            found(&slot.value);
        }
    }

    fn dedup(&self, found: &mut Vec<u32>) {
        if self.repeated > 0 && found.len() > 1 {
            found.sort_unstable();
            found.dedup();
        }
    }

    /// Changes whenever [`keys_into`](Self::keys_into) may find something else.
    pub(super) fn key_version(&self) -> u64 {
        self.key_version
    }

    /// Tells whether any binding is found by its key.
    pub(super) fn has_keys(&self) -> bool {
        self.by_key > 0
    }

    /// Finds the bindings filed under their keys whose keys match, once each.
    pub(super) fn keys_into(&self, key: &str, scratch: &mut Scratch) -> Vec<FoundByKey> {
        let Scratch { active, found } = scratch;
        self.find_keys(key, active, found);
        let checked = found.iter().filter_map(|&number| {
            let binding = &self.slots[number as usize].as_ref()?.binding;
            let matches = binding.keys().iter().any(|pattern| pattern.matches(key));
            let alone = if binding.is_key_alone() {
                FoundByKey::ALONE
            } else {
                0
            };
            matches.then_some(FoundByKey(number | alone))
        });
        checked.collect()
    }

    fn find_keys(&self, key: &str, active: &mut Active, found: &mut Vec<u32>) {
        self.hooks.by_key(key, active, found);
        self.dedup(found);
    }

    /// Reports a slot that [`keys_into`](Self::keys_into) found, if the rest of its binding matches too.
    pub(super) fn report_key(
        &self,
        known: FoundByKey,
        subject: &Subject<'_>,
        found: &mut impl FnMut(&T),
    ) {
        if known.0 & FoundByKey::ALONE == 0 {
            self.report(known.slot(), subject, found);
        } else if let Some(slot) = &self.slots[known.slot() as usize] {
            found(&slot.value);
        }
    }

    /// Reports the bindings that are not filed under their keys.
    pub(super) fn report_others(&self, subject: &Subject<'_>, found: &mut impl FnMut(&T)) {
        if self.by_key == self.len() {
            return;
        }
        Scratch::lend(|scratch| {
            self.hooks.by_name_and_headers(subject, &mut scratch.found);
            self.dedup(&mut scratch.found);
            for &slot in &scratch.found {
                self.report(slot, subject, found);
            }
        });
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.hooks.len() + self.slots.len() + self.free.len()
    }
}

impl<T> Default for BindingIndex<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for BindingIndex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BindingIndex")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl BindingId {
    pub(super) fn slot(self) -> u32 {
        self.slot
    }
}
