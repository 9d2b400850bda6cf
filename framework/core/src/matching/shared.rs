use std::fmt;

use parking_lot::RwLock;

use super::memory::KeyMemory;
use super::scratch::Scratch;
use super::{Binding, BindingId, BindingIndex, Subject};

/// A [`BindingIndex`] for many threads, where bindings come and go while others match.
///
/// A match sees every binding whose insertion returned before it began and whose removal did not begin before it ended.
/// Adding or removing one binding holds matches up for about a microsecond; nothing is copied. Findings for keys that are
/// seen again are remembered, for 4096 keys at most.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use trunkline_core::{Binding, Headers, SharedIndex, Subject};
///
/// let index = Arc::new(SharedIndex::new());
/// let id = index.insert(Binding::builder().key("calls.*").build()?, 7);
///
/// let mut found = Vec::new();
/// let subject = Subject { name: None, key: "calls.created", headers: &Headers::new() };
/// index.matches_into(&subject, &mut found);
/// assert_eq!(found, [7]);
/// assert_eq!(index.remove(id), Some(7));
/// # Ok::<(), trunkline_core::BindingError>(())
/// ```
pub struct SharedIndex<T> {
    index: RwLock<BindingIndex<T>>,
    memory: KeyMemory,
}

impl<T> SharedIndex<T> {
    /// Makes an empty index.
    #[must_use]
    pub fn new() -> Self {
        Self {
            index: RwLock::new(BindingIndex::new()),
            memory: KeyMemory::new(),
        }
    }

    /// Adds a binding; every match that begins afterwards sees it.
    ///
    /// # Panics
    ///
    /// When there are more than 2^31 bindings.
    pub fn insert(&self, binding: Binding, value: T) -> BindingId {
        self.index.write().insert(binding, value)
    }

    /// Removes a binding and returns its value; `None` when it is no longer there. No match that begins afterwards sees it.
    pub fn remove(&self, id: BindingId) -> Option<T> {
        self.index.write().remove(id)
    }

    /// Tells how many bindings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.read().len()
    }

    /// Tells whether there is no binding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Clone> SharedIndex<T> {
    /// Appends the values of all bindings that match, each binding once, in no particular order.
    ///
    /// There is no form with a callback, because one that came back to the index would wait for itself.
    pub fn matches_into(&self, subject: &Subject<'_>, found: &mut Vec<T>) {
        let index = self.index.read();
        let mut push = |value: &T| found.push(value.clone());
        if index.has_keys() {
            let (key, version) = (subject.key, index.key_version());
            let known = self.memory.recall(key, version, |known| {
                known
                    .iter()
                    .for_each(|&known| index.report_key(known, subject, &mut push));
            });
            if !known {
                let known = Scratch::lend(|scratch| index.keys_into(key, scratch));
                known
                    .iter()
                    .for_each(|&known| index.report_key(known, subject, &mut push));
                self.memory.remember(key, version, known);
            }
        }
        index.report_others(subject, &mut push);
    }
}

impl<T> Default for SharedIndex<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for SharedIndex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedIndex")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
