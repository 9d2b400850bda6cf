//! Opening libraries.

use std::path::PathBuf;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use trunkline_plugin_abi as abi;

use crate::link;
use crate::refusal::{LinkProblem, Refusal};

/// Where a plugin's code is.
#[derive(Debug)]
pub(crate) enum Code {
    /// In a file of our own that nobody changes.
    File(PathBuf),
    /// In this program.
    Linked(abi::Entry),
}

/// Thread-local keys that must be left before a library is opened: its own language needs one or
/// two, and the host's threads some.
const KEYS_LEFT: usize = 64;

impl Code {
    /// Opens the library, for ever, and finds its entry function. Its constructors run here.
    pub(crate) fn open(self) -> Result<abi::Entry, Refusal> {
        let path = match self {
            Self::Linked(entry) => return Ok(entry),
            Self::File(path) => path,
        };
        // NODELETE: a library with thread-locals that is unmapped crashes its process later.
        let flags = RTLD_NOW | RTLD_LOCAL | libc::RTLD_NODELETE;
        // SAFETY: this runs the library's constructors: what the operator put into the directory of
        // plugins is trusted with that. The file is whole and nobody changes it.
        let library = unsafe { Library::open(Some(&path), flags) };
        let library = library.map_err(|error| Refusal::Link(link_problem(&error)))?;
        // SAFETY: the symbol is a function of this type, as its name says.
        let entry = unsafe { library.get::<abi::Entry>(abi::ENTRY_SYMBOL.as_bytes()) };
        let entry = *entry.map_err(|_| Refusal::NoEntry)?;
        // Never closed: the function must stay where it is.
        std::mem::forget(library);
        Ok(entry)
    }
}

fn link_problem(error: &libloading::Error) -> LinkProblem {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text = source.to_string();
        cause = source.source();
    }
    link::problem(&text).unwrap_or(LinkProblem::Other(text))
}

/// Whether the process has thread-local keys to spare: without one it would abort while loading.
pub(crate) fn has_thread_keys(loaded: usize) -> Result<(), Refusal> {
    if take_keys(KEYS_LEFT).len() == KEYS_LEFT {
        return Ok(());
    }
    Err(Refusal::ThreadKeys {
        wanted: KEYS_LEFT,
        loaded,
    })
}

/// A thread-local key of the process, taken until this is dropped.
struct Key(libc::pthread_key_t);

/// Takes so many, or as many as there are.
fn take_keys(most: usize) -> Vec<Key> {
    let take = || {
        let mut key: libc::pthread_key_t = 0;
        // SAFETY: `key` is a place for one, and there is no destructor.
        let failed = unsafe { libc::pthread_key_create(&mut key, None) };
        (failed == 0).then_some(Key(key))
    };
    std::iter::from_fn(take).take(most).collect()
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: it was made by `take_keys`, and is used by nobody.
        unsafe { libc::pthread_key_delete(self.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_out_of_thread_local_keys_is_told_before_it_has() {
        assert!(has_thread_keys(3).is_ok());
        let mut taken = take_keys(usize::MAX);
        // Some for the other threads of this process: without one they would end it.
        taken.truncate(taken.len() - KEYS_LEFT / 2);
        let refusal = has_thread_keys(3).unwrap_err().to_string();
        assert_eq!(
            refusal,
            "this process has fewer than 64 thread-local keys left after 3 plugin versions; \
             restart it"
        );
        drop(taken);
        assert!(has_thread_keys(3).is_ok());
    }
}
