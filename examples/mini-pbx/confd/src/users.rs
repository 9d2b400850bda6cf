//! What confd knows. A real one keeps it in a database.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A user's settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) do_not_disturb: bool,
    /// Where calls go while the line is busy.
    pub(crate) forward_busy: Option<String>,
}

/// Users by their UUID.
#[derive(Debug, Default)]
pub(crate) struct Users(Mutex<HashMap<String, User>>);

impl Users {
    fn all(&self) -> MutexGuard<'_, HashMap<String, User>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, uuid: &str) -> Option<User> {
        self.all().get(uuid).cloned()
    }

    pub(crate) fn put(&self, uuid: String, user: User) {
        self.all().insert(uuid, user);
    }
}
