//! Locks between processes, which the system takes back from whoever dies.

use std::fs::{File, OpenOptions};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

/// A lock on a file, held until dropped.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits for the lock; `alone` for one holder, otherwise many may hold it.
    pub(crate) fn take(path: &Path, alone: bool) -> Self {
        let operation = if alone {
            FlockOperation::LockExclusive
        } else {
            FlockOperation::LockShared
        };
        let file = open(path);
        while let Err(error) = flock(&file, operation) {
            assert_eq!(
                error,
                rustix::io::Errno::INTR,
                "{}: {error}",
                path.display()
            );
        }
        Self { _file: file }
    }

    /// Takes the lock if nobody else has it.
    pub(crate) fn try_take_alone(path: &Path) -> Option<Self> {
        let file = open(path);
        let taken = flock(&file, FlockOperation::NonBlockingLockExclusive);
        taken.is_ok().then_some(Self { _file: file })
    }
}

fn open(path: &Path) -> File {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path);
    file.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
