//! A lock that survives a panic elsewhere.

use std::sync::{MutexGuard, PoisonError};

/// A mutex without poisoning: every critical section here leaves its data whole at each step, so
/// a panic in a caller's code must not take the broker with it.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
