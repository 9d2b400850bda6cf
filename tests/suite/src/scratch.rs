//! Directories for one test, under `target/`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Where everything the tests write lies: `target/trunkline-tests`.
pub fn root() -> PathBuf {
    let root = target().join("trunkline-tests");
    std::fs::create_dir_all(&root).expect("target/ can be written");
    root
}

/// Cargo's target directory: the one this very program was built into.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().expect("a program knows where it lies");
    let marked = |path: &&Path| path.join("CACHEDIR.TAG").is_file();
    match program.ancestors().find(marked) {
        Some(target) => target.to_owned(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
    }
}

/// A directory of one test. It goes with the value, unless the test fails: then it stays, to be
/// looked at.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes an empty directory whose name begins with `name`.
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = root().join(format!("{name}-{}-{number}", std::process::id()));
        // A process of the same number may have left one when its test failed.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("target/ can be written");
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what the failed test wrote is in {}", self.path.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
