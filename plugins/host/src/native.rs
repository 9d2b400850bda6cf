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
    let mut keys = Vec::with_capacity(KEYS_LEFT);
    for _ in 0..KEYS_LEFT {
        let mut key: libc::pthread_key_t = 0;
        // SAFETY: `key` is a place for one, and there is no destructor.
        if unsafe { libc::pthread_key_create(&mut key, None) } != 0 {
            break;
        }
        keys.push(key);
    }
    let enough = keys.len() == KEYS_LEFT;
    for key in keys {
        // SAFETY: made above, and used by nobody.
        unsafe { libc::pthread_key_delete(key) };
    }
    if enough {
        return Ok(());
    }
    Err(Refusal::ThreadKeys {
        wanted: KEYS_LEFT,
        loaded,
    })
}
