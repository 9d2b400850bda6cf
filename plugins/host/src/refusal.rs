//! Why a file is not loaded, in one sentence each.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use trunkline_core::TransportError;

/// A plugin's file that was not loaded, and why.
#[derive(Debug, thiserror::Error)]
#[error("plugin {path:?}: {reason}")]
pub struct LoadError {
    /// The file.
    pub path: PathBuf,
    /// The plugin's name, if its manifest could be read.
    pub name: Option<String>,
    /// Why.
    #[source]
    pub reason: Refusal,
}

/// A file that was refused, as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedFile {
    /// The file.
    pub path: PathBuf,
    /// The plugin's name, if its manifest could be read.
    pub name: Option<String>,
    /// Why, in one sentence.
    pub reason: String,
}

/// Why a file is not loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It has no bytes.
    #[error("is empty")]
    Empty,
    /// Its first bytes are those of no library.
    #[error("is not a shared library (starts with {first:02x?})")]
    NotALibrary {
        /// The first bytes, four at most.
        first: Vec<u8>,
    },
    /// It is in another system's format.
    #[error("is {found}; this host loads ELF shared libraries")]
    Format {
        /// What it is.
        found: &'static str,
    },
    /// It is for another machine.
    #[error("is built for {found}; this host is {host}")]
    Machine {
        /// What it is for.
        found: String,
        /// What we are.
        host: &'static str,
    },
    /// It is another kind of ELF file.
    #[error("is {found}, not a shared library")]
    Kind {
        /// What it is.
        found: &'static str,
    },
    /// It ends too early.
    #[error("is truncated: needs {needs} bytes, has {has} (copied while still being written?)")]
    Truncated {
        /// Bytes its own tables speak of.
        needs: u64,
        /// Bytes there are.
        has: u64,
    },
    /// Its tables contradict themselves.
    #[error("is damaged: {0}")]
    Damaged(String),
    /// It has no descriptor.
    #[error(
        "is a shared library but not a trunkline plugin (no {}); \
         is export_plugin! there and crate-type = [\"cdylib\"]?",
        trunkline_plugin_abi::META_SYMBOL
    )]
    NoDescriptor,
    /// It speaks another version of the interface.
    #[error(
        "speaks plugin ABI {found}; this host speaks {}.0 to {}.{}: \
         rebuild it with a matching SDK, or update the host",
        trunkline_plugin_abi::ABI_MAJOR,
        trunkline_plugin_abi::ABI_MAJOR,
        trunkline_plugin_abi::ABI_MINOR
    )]
    OtherAbi {
        /// The version it speaks.
        found: String,
    },
    /// It needs a newer minor version of the interface.
    #[error(
        "needs plugin ABI {}.{needs}; this host has {}.{}: update the host",
        trunkline_plugin_abi::ABI_MAJOR,
        trunkline_plugin_abi::ABI_MAJOR,
        trunkline_plugin_abi::ABI_MINOR
    )]
    NeedsMinor {
        /// The minor version it needs.
        needs: u32,
    },
    /// It has no entry function.
    #[error("has a descriptor but no {}", trunkline_plugin_abi::ENTRY_SYMBOL)]
    NoEntry,
    /// A panic in it would end this process.
    #[error(
        "was built with panic = \"abort\": one panic would kill this process; \
         remove that from its profile"
    )]
    PanicAborts,
    /// Its manifest is not one.
    #[error("manifest: {place}: {problem}")]
    Manifest {
        /// Where in the manifest.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// The linker cannot load it.
    #[error("{0}")]
    Link(LinkProblem),
    /// It died while a trial process loaded it.
    #[error("{what} while being loaded (before any of its handlers ran)")]
    Constructor {
        /// How it died.
        what: String,
    },
    /// Others may write to it, or it belongs to another.
    #[error("{0}; anyone who can write there can run code in this process")]
    Owner(String),
    /// It is no regular file.
    #[error("is {0}, not a regular file")]
    FileType(&'static str),
    /// It changed while it was read.
    #[error("is still being written; will look again")]
    StillChanging,
    /// It does not match its seal.
    #[error(
        "does not match its own seal: damaged, or caught while being overwritten \
         (install plugins by rename)"
    )]
    Seal,
    /// It has no seal, and must.
    #[error("is not sealed; run `trunkline plugin seal`, or set `require_seal = false`")]
    NotSealed,
    /// It is not what the lock file says.
    #[error("does not match plugins.lock (expected {expected}, is {found})")]
    Lock {
        /// The digest in the lock file; empty if it is not listed.
        expected: String,
        /// The file's digest.
        found: String,
    },
    /// No trusted key has signed it.
    #[error("has no valid signature by a trusted key ({path:?} {problem})")]
    Signature {
        /// Where its signature must be.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Its private copy cannot be made.
    #[error("cannot be copied to {directory:?}: {source}")]
    Copy {
        /// Where to.
        directory: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Its entry function failed.
    #[error("init failed: {message}")]
    Init {
        /// What it said.
        message: String,
    },
    /// Its entry function panicked.
    #[error("panicked in init: {message}")]
    InitPanicked {
        /// What it said.
        message: String,
    },
    /// Its entry function did not return.
    #[error("did not start within {waited:?}")]
    InitHung {
        /// How long was waited.
        waited: Duration,
    },
    /// Its entry function left a function out that must be there.
    #[error("its entry gave no `{0}` function")]
    Table(&'static str),
    /// Another file has the same name.
    #[error("and {other:?} are both named \"{name}\"; {outcome}")]
    SameName {
        /// The other file.
        other: PathBuf,
        /// The name both have.
        name: String,
        /// What became of the other.
        outcome: &'static str,
    },
    /// Too many generations were loaded.
    #[error(
        "{loaded} plugin versions were loaded in this process, as many as it may have; restart it"
    )]
    Generations {
        /// How many.
        loaded: usize,
    },
    /// The process has too few thread-local keys left.
    #[error(
        "this process has fewer than {wanted} thread-local keys left after {loaded} plugin \
         versions; restart it"
    )]
    ThreadKeys {
        /// Keys wanted.
        wanted: usize,
        /// Versions loaded so far.
        loaded: usize,
    },
    /// Its settings are wrong.
    #[error("settings: {0}")]
    Settings(String),
    /// It is switched off.
    #[error("is switched off (`enabled = false`)")]
    Disabled,
    /// The broker did not take its bindings.
    #[error("its handlers cannot be bound: {0}")]
    Binding(#[source] Box<TransportError>),
    /// The host is closing.
    #[error("the host is closing")]
    Closing,
    /// This system cannot load plugins.
    #[error("native plugins are loaded on Linux alone, for now")]
    System,
}

impl From<TransportError> for Refusal {
    fn from(error: TransportError) -> Self {
        Self::Binding(Box::new(error))
    }
}

/// What the linker says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkProblem {
    /// A library it needs is not there.
    Library(String),
    /// A symbol it needs is nowhere.
    Symbol(String),
    /// It needs a newer version of a library.
    Version(String),
    /// The directory of private copies is mounted without the right to execute.
    NoExec,
    /// This program has no linker to load anything with.
    StaticHost,
    /// Something else.
    Other(String),
}

impl fmt::Display for LinkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(name) => write!(f, "needs {name}, which is not installed"),
            Self::Symbol(name) => write!(f, "needs symbol `{name}`, which no library here has"),
            Self::Version(name) => write!(
                f,
                "needs {name}, which this system does not have (build it on an older system)"
            ),
            Self::NoExec => f.write_str(
                "cannot be mapped: is the directory of private copies mounted noexec? \
                 set `private_dir`",
            ),
            Self::StaticHost => f.write_str(
                "cannot be loaded: this host is statically linked, and such a program loads no \
                 native plugins; build it for a target whose C library is a shared one",
            ),
            Self::Other(text) => write!(f, "cannot be linked: {text}"),
        }
    }
}
