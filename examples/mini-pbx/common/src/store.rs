//! What a service remembers: by key, in memory, and in a file where it is to outlive the process.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::{Database, ReadableTable, TableDefinition};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The one table of a file: keys, and values as JSON.
const TABLE: TableDefinition<&str, &str> = TableDefinition::new("remembered");

/// What can go wrong with a file; a handler that meets it is tried again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be opened, read or written.
    #[error("the file in `state` cannot be used")]
    File(#[source] redb::Error),
    /// The file holds something else than this service remembers.
    #[error("the file in `state` holds something else")]
    Content(#[from] serde_json::Error),
    /// The directory cannot be made.
    #[error("the directory `state` cannot be made")]
    Directory(#[from] std::io::Error),
    /// The process is about to end.
    #[error("writing was cut short")]
    CutShort(#[from] tokio::task::JoinError),
}

/// Each step of the database has errors of its own, which are all one to us.
macro_rules! from_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> Self {
                Self::File(error.into())
            }
        }
    )*};
}
from_redb!(
    CommitError,
    DatabaseError,
    StorageError,
    TableError,
    TransactionError
);

/// What a service remembers. What is put is on the disk when [`put`](Store::put) returns, so that an
/// event is acked after what it changed is safe. Reading never waits.
///
/// A key is one writer's at a time: services see to that with their lanes.
pub struct Store<V> {
    values: Mutex<BTreeMap<String, V>>,
    file: Option<Arc<Database>>,
}

impl<V> Store<V> {
    /// A store that ends with the process.
    pub fn memory() -> Self {
        let values = Mutex::default();
        Self { values, file: None }
    }

    fn values(&self) -> MutexGuard<'_, BTreeMap<String, V>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone + Serialize + DeserializeOwned> Store<V> {
    /// The store in a file, which is made if it is not there.
    ///
    /// # Errors
    /// That the file cannot be used, or holds something else.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = Database::create(path)?;
        let writing = file.begin_write()?;
        let mut values = BTreeMap::new();
        for entry in writing.open_table(TABLE)?.iter()? {
            let (key, value) = entry?;
            values.insert(key.value().to_owned(), serde_json::from_str(value.value())?);
        }
        writing.commit()?;
        Ok(Self {
            values: Mutex::new(values),
            file: Some(Arc::new(file)),
        })
    }

    /// What is remembered of a key.
    pub fn get(&self, key: &str) -> Option<V> {
        self.values().get(key).cloned()
    }

    /// Everything.
    pub fn all(&self) -> Vec<(String, V)> {
        let values = self.values();
        let pairs = values.iter();
        pairs
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Remembers. Dropping the future may remember all the same.
    ///
    /// # Errors
    /// That the file cannot be written; then nothing has changed.
    pub async fn put(&self, key: &str, value: V) -> Result<(), StoreError> {
        if let Some(file) = &self.file {
            let (file, key) = (Arc::clone(file), key.to_owned());
            let text = serde_json::to_string(&value)?;
            // A commit waits for the disk, which other handlers need not.
            tokio::task::spawn_blocking(move || write(&file, &key, &text)).await??;
        }
        self.values().insert(key.to_owned(), value);
        Ok(())
    }
}

fn write(file: &Database, key: &str, text: &str) -> Result<(), StoreError> {
    let writing = file.begin_write()?;
    writing.open_table(TABLE)?.insert(key, text)?;
    writing.commit()?;
    Ok(())
}

impl<V> fmt::Debug for Store<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("values", &self.values().len())
            .field("in_file", &self.file.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_put_is_there_after_the_process_has_ended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store");
        let store = Store::open(&path).unwrap();
        for (key, value) in [("ada", 1), ("bo", 2), ("ada", 3)] {
            store.put(key, value).await.unwrap();
        }
        drop(store);
        let store = Store::<i32>::open(&path).unwrap();
        assert_eq!(store.all(), [("ada".to_owned(), 3), ("bo".to_owned(), 2)]);
    }

    #[tokio::test]
    async fn a_file_that_holds_something_else_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store");
        Store::open(&path)
            .unwrap()
            .put("ada", "text".to_owned())
            .await
            .unwrap();
        assert!(Store::<i32>::open(&path).is_err());
    }
}
