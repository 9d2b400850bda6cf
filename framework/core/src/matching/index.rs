use std::fmt;

use super::candidate::Candidate;
use super::hooks::{Hook, Hooks};
use super::memory::TextMemory;
use super::scratch::Scratch;
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
/// Finding takes about the same time whether there are ten bindings or a hundred thousand: each is
/// filed under its most selective condition (a whole key; a header with its value, together with
/// the name; a name; a key pattern in a tree of words), and only those are looked at whose
/// condition the event meets. [`SharedIndex`](super::SharedIndex) is the same for many threads.
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
    /// How many bindings are filed under their keys.
    by_key: usize,
}

struct Slot<T> {
    serial: u64,
    binding: Binding,
    hooks: Box<[Hook]>,
    value: T,
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
            by_key: 0,
        }
    }

    /// Adds a binding; equal ones may be added more than once.
    ///
    /// # Panics
    ///
    /// Panics when there are more than 2^31 bindings.
    pub fn insert(&mut self, binding: Binding, value: T) -> BindingId {
        let slot = self.free.pop().unwrap_or_else(|| {
            assert!(
                self.slots.len() < Candidate::SLOTS,
                "an index holds at most 2^31 bindings"
            );
            self.slots.push(None);
            self.slots.len() as u32 - 1
        });
        self.serial += 1;
        let serial = self.serial;
        let hooks = self.hooks.hang(&binding, slot);
        self.repeated += usize::from(hooks.len() > 1);
        self.by_key += usize::from(hooks.iter().any(Hook::is_of_key));
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
        let Slot {
            binding,
            hooks,
            value,
            ..
        } = place.take_if(|slot| slot.serial == id.serial)?;
        self.free.push(id.slot);
        for &hook in &hooks {
            self.hooks.take_down(hook, &binding, id.slot);
        }
        self.repeated -= usize::from(hooks.len() > 1);
        self.by_key -= usize::from(hooks.iter().any(Hook::is_of_key));
        if self.is_empty() {
            self.slots = Vec::new();
            self.free = Vec::new();
        }
        Some(value)
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
            self.report(&mut scratch.found, subject, &mut found);
        });
    }

    /// Appends the values of all bindings that match, each binding once, in no particular order.
    pub fn matches_into(&self, subject: &Subject<'_>, found: &mut Vec<T>)
    where
        T: Clone,
    {
        self.for_each_match(subject, |value| found.push(value.clone()));
    }

    fn report(
        &self,
        candidates: &mut Vec<Candidate>,
        subject: &Subject<'_>,
        found: &mut impl FnMut(&T),
    ) {
        self.dedup(candidates);
        candidates
            .iter()
            .for_each(|&candidate| self.report_one(candidate, subject, found));
    }

    fn dedup(&self, candidates: &mut Vec<Candidate>) {
        if self.repeated > 0 && candidates.len() > 1 {
            candidates.sort_unstable_by_key(|candidate| candidate.slot());
            candidates.dedup_by_key(|candidate| candidate.slot());
        }
    }

    /// Calls `found` if the candidate matches.
    pub(super) fn report_one(
        &self,
        candidate: Candidate,
        subject: &Subject<'_>,
        found: &mut impl FnMut(&T),
    ) {
        if let Some(slot) = &self.slots[candidate.slot() as usize]
            && (candidate.is_sure() || slot.binding.matches(subject))
        {
            found(&slot.value);
        }
    }

    /// Tells how many bindings are filed under their keys.
    pub(super) fn filed_by_key(&self) -> usize {
        self.by_key
    }

    /// Finds the bindings filed under their keys whose keys match, once each; sure ones where the
    /// key is all that counts.
    pub(super) fn candidates_by_key(&self, key: &str, scratch: &mut Scratch) {
        let Scratch { active, found } = scratch;
        self.hooks.by_key(key, active, found);
        self.dedup(found);
        found.retain_mut(|candidate| {
            let Some(Slot { binding, .. }) = &self.slots[candidate.slot() as usize] else {
                return false;
            };
            let matches = candidate.is_sure() || binding.matches_key(key);
            if binding.is_key_alone() {
                *candidate = candidate.sure();
            }
            matches
        });
    }

    /// Finds the bindings not filed under their keys whose names match, once each; sure ones where the
    /// name is all that counts. Only while [`others_are_by_name`](Self::others_are_by_name).
    pub(super) fn candidates_by_name(&self, name: &str, scratch: &mut Scratch) {
        let found = &mut scratch.found;
        self.hooks.by_name(name, found);
        self.dedup(found);
        found.retain_mut(|candidate| {
            let Some(Slot { binding, .. }) = &self.slots[candidate.slot() as usize] else {
                return false;
            };
            if binding.is_name_alone() {
                *candidate = candidate.sure();
            }
            binding.matches_name(Some(name))
        });
    }

    /// Tells whether all bindings not filed under their keys are found by the event's name.
    pub(super) fn others_are_by_name(&self) -> bool {
        !self.hooks.look_at_headers()
    }

    /// Calls `found` for what was found for a text when it was last seen, or for what `find` finds.
    pub(super) fn report_known(
        &self,
        memory: &TextMemory,
        text: &str,
        find: impl FnOnce(&mut Scratch),
        subject: &Subject<'_>,
        found: &mut impl FnMut(&T),
    ) {
        let mut report = |candidates: &[Candidate]| {
            let each = candidates.iter();
            each.for_each(|&candidate| self.report_one(candidate, subject, found));
        };
        match memory.recall(text) {
            Some(candidates) => report(candidates),
            None => Scratch::lend(|scratch| {
                find(scratch);
                report(&scratch.found);
                memory.remember(text, &scratch.found);
            }),
        }
    }

    /// Calls `found` for each binding that matches and is not filed under its keys.
    pub(super) fn report_others(&self, subject: &Subject<'_>, found: &mut impl FnMut(&T)) {
        if self.by_key < self.len() {
            Scratch::lend(|scratch| {
                self.hooks.by_name_and_headers(subject, &mut scratch.found);
                self.report(&mut scratch.found, subject, found);
            });
        }
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
