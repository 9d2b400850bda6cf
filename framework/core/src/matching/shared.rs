use std::fmt;
use std::sync::PoisonError;

use crossbeam_utils::sync::{ShardedLock, ShardedLockReadGuard, ShardedLockWriteGuard};

use super::memory::TextMemory;
use super::scratch::Scratch;
use super::{Binding, BindingId, BindingIndex, Subject};

/// A [`BindingIndex`] for many threads, where bindings come and go while others match.
///
/// A match sees every binding whose insertion returned before it began and whose removal did not
/// begin before it ended. Adding or removing one binding holds matches up for less than a
/// microsecond (`benches/matching.rs`) whether there are ten or 100,000; only the removal of one
/// among thousands that share every condition has to look for it among those.
///
/// What was found for a key that is seen again is remembered, for 4096 keys at most, until a
/// binding that is filed under its keys comes or goes; and what was found for a name, for 1024 names
/// at most, until another binding does.
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
    /// Sharded, because readers of a plain lock write to one place in memory: two threads that
    /// matched at once took 300 ns for a key seen before, and 20 ns with this
    /// (`benches/matching.rs`).
    inner: ShardedLock<Inner<T>>,
}

struct Inner<T> {
    index: BindingIndex<T>,
    /// What was found by keys.
    keys: TextMemory,
    /// What was found by names, where neither key nor header has a say.
    names: TextMemory,
}

/// Most keys remembered: calls and lines have one each.
const KEYS: usize = 4096;
/// Most names remembered: a system has a few hundred.
const NAMES: usize = 1024;

impl<T> SharedIndex<T> {
    /// Makes an empty index.
    #[must_use]
    pub fn new() -> Self {
        let inner = Inner {
            index: BindingIndex::new(),
            keys: TextMemory::new(KEYS),
            names: TextMemory::new(NAMES),
        };
        Self {
            inner: ShardedLock::new(inner),
        }
    }

    /// Adds a binding; every match that begins afterwards sees it.
    ///
    /// # Panics
    ///
    /// Panics when there are more than 2^31 bindings.
    pub fn insert(&self, binding: Binding, value: T) -> BindingId {
        self.change(|index| index.insert(binding, value))
    }

    /// Removes a binding and returns its value; `None` when it is no longer there. No match that
    /// begins afterwards sees it.
    pub fn remove(&self, id: BindingId) -> Option<T> {
        self.change(|index| index.remove(id))
    }

    // A panic while changing can only be an assertion before anything is changed, or a lack of
    // memory, so a poisoned lock holds nothing that is broken.
    fn read(&self) -> ShardedLockReadGuard<'_, Inner<T>> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> ShardedLockWriteGuard<'_, Inner<T>> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<R>(&self, change: impl FnOnce(&mut BindingIndex<T>) -> R) -> R {
        let Inner { index, keys, names } = &mut *self.write();
        let before = index.filed_by_key();
        let result = change(index);
        if index.filed_by_key() == before {
            names.forget();
        } else {
            keys.forget();
        }
        result
    }

    /// Tells how many bindings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().index.len()
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
    /// There is no form with a callback, because one that came back to the index would wait for
    /// itself.
    pub fn matches_into(&self, subject: &Subject<'_>, found: &mut Vec<T>) {
        let inner = self.read();
        let Inner { index, keys, names } = &*inner;
        let mut push = |value: &T| found.push(value.clone());
        if index.filed_by_key() > 0 {
            let find = |scratch: &mut Scratch| index.candidates_by_key(subject.key, scratch);
            index.report_known(keys, subject.key, find, subject, &mut push);
        }
        match subject.name {
            Some(name) if index.others_are_by_name() => {
                let find = |scratch: &mut Scratch| index.candidates_by_name(name, scratch);
                index.report_known(names, name, find, subject, &mut push);
            }
            _ => index.report_others(subject, &mut push),
        }
        if keys.is_stale() || names.is_stale() {
            drop(inner);
            let Inner { keys, names, .. } = &mut *self.write();
            // Another thread may have been first.
            [keys, names]
                .into_iter()
                .for_each(TextMemory::forget_if_stale);
        }
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
