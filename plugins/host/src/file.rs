//! From the operator's file to a private copy that nobody else touches.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::inspect::{self, Inspected};
use crate::options::HostOptions;
use crate::refusal::Refusal;
use crate::signature;

/// Largest file that is read. Larger ones are no plugins.
const MAX_BYTES: u64 = 256 << 20;

/// What tells that a file was not touched in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fingerprint {
    inode: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// A plugin's file, and what beside it is read with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    file: Fingerprint,
    /// Its settings, once its name is known.
    settings: Option<Fingerprint>,
    /// Its signature and the lock file, of a file that was refused: what is loaded stays loaded,
    /// whatever is said of it later.
    proofs: [Option<Fingerprint>; 2],
    /// The other file of its name, of one that was refused for that.
    twin: Option<Fingerprint>,
}

impl Seen {
    /// What there is of a file that is not loaded.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let beside = [signature::beside(path), lock_at(path)];
        Some(Self {
            file: Fingerprint::at(path)?,
            settings: None,
            proofs: beside.map(|path| Fingerprint::at(&path)),
            twin: None,
        })
    }

    /// The same with the settings as they are now, of a plugin of this name.
    pub(crate) fn with_settings(mut self, path: &Path, name: &str) -> Self {
        self.settings = Fingerprint::at(&path.with_file_name(format!("{name}.toml")));
        self
    }

    /// The same with the other file of its name, if there is one.
    pub(crate) fn with_twin(mut self, twin: Option<&Path>) -> Self {
        self.twin = twin.and_then(Fingerprint::at);
        self
    }

    /// The same of a plugin that is loaded.
    pub(crate) fn loaded(mut self) -> Self {
        self.proofs = [None; 2];
        self
    }
}

/// The file that says which bytes may be loaded.
fn lock_at(path: &Path) -> PathBuf {
    path.with_file_name("plugins.lock")
}

impl Fingerprint {
    /// The fingerprint of what a path names, if it names anything: of what a link leads to, or of
    /// the link if that is nothing.
    fn at(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).or_else(|_| std::fs::symlink_metadata(path));
        Some(Self::of(&metadata.ok()?))
    }

    fn of(metadata: &Metadata) -> Self {
        Self {
            inode: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// A file's bytes, read once and checked: these and no others are loaded.
pub(crate) struct Candidate {
    pub(crate) bytes: Vec<u8>,
    pub(crate) inspected: Inspected,
}

/// A file that is no candidate.
pub(crate) struct Unfit {
    /// The name its manifest gives it, if that could be read.
    pub(crate) name: Option<String>,
    pub(crate) reason: Refusal,
}

impl From<Refusal> for Unfit {
    fn from(reason: Refusal) -> Self {
        Self { name: None, reason }
    }
}

/// Reads a file and says what it is.
pub(crate) fn read(path: &Path, options: &HostOptions) -> Result<Candidate, Unfit> {
    let bytes = read_bytes(path, options)?;
    match examine(path, &bytes, options) {
        Ok(inspected) => Ok(Candidate { bytes, inspected }),
        Err(reason) => {
            let name = inspect::name(&bytes);
            Err(Unfit { name, reason })
        }
    }
}

fn read_bytes(path: &Path, options: &HostOptions) -> Result<Vec<u8>, Refusal> {
    let mut file = open(path, options)?;
    let before = file.metadata()?;
    check_type(&before)?;
    check_owner(path, &before, options)?;
    let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or_default());
    (&mut file).take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        let has = bytes.len() as u64;
        return Err(Refusal::Damaged(format!(
            "its {has} bytes are more than {MAX_BYTES}"
        )));
    }
    if Fingerprint::of(&file.metadata()?) != Fingerprint::of(&before) {
        return Err(Refusal::StillChanging);
    }
    Ok(bytes)
}

fn examine(path: &Path, bytes: &[u8], options: &HostOptions) -> Result<Inspected, Refusal> {
    let inspected = inspect::inspect(bytes)?;
    if options.require_seal && !inspected.sealed {
        return Err(Refusal::NotSealed);
    }
    if options.require_lock {
        check_lock(path, &inspected)?;
    }
    signature::check(path, bytes, &options.trusted_keys)?;
    Ok(inspected)
}

fn open(path: &Path, options: &HostOptions) -> Result<File, Refusal> {
    let follow = if options.follow_symlinks {
        0
    } else {
        libc::O_NOFOLLOW
    };
    // Without waiting: a pipe that nobody writes to would hold us for ever.
    let flags = libc::O_CLOEXEC | libc::O_NONBLOCK | follow;
    match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(file) => Ok(file),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {
            Err(Refusal::FileType("a symbolic link"))
        }
        Err(error) if error.raw_os_error() == Some(libc::ENXIO) => {
            Err(Refusal::FileType("a socket or a device"))
        }
        Err(error) => Err(error.into()),
    }
}

fn check_type(metadata: &Metadata) -> Result<(), Refusal> {
    let kind = metadata.file_type();
    let found = if kind.is_file() {
        return Ok(());
    } else if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a pipe"
    } else {
        "a device"
    };
    Err(Refusal::FileType(found))
}

/// The file, its directory, and the one that a link leads to belong to us or to root, and nobody else
/// may write to them.
fn check_owner(path: &Path, metadata: &Metadata, options: &HostOptions) -> Result<(), Refusal> {
    if options.allow_writable {
        return Ok(());
    }
    check_owned("", metadata)?;
    check_owned("its directory ", &directory_of(path)?)?;
    if options.follow_symlinks {
        let real = path.canonicalize()?;
        check_owned("the directory it leads to ", &directory_of(&real)?)?;
    }
    Ok(())
}

fn directory_of(path: &Path) -> io::Result<Metadata> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    std::fs::metadata(parent.unwrap_or(Path::new(".")))
}

fn check_owned(what: &str, metadata: &Metadata) -> Result<(), Refusal> {
    // SAFETY: takes nothing and always succeeds.
    let us = unsafe { libc::geteuid() };
    let mode = metadata.permissions().mode() & 0o7777;
    match who_else_writes(metadata.uid(), us, mode, metadata.is_dir()) {
        Some(who) => Err(Refusal::Owner(format!("{what}{who}"))),
        None => Ok(()),
    }
}

/// Who may write to a file or a directory besides us and root, if anybody.
fn who_else_writes(owner: u32, us: u32, mode: u32, is_directory: bool) -> Option<String> {
    if owner != us && owner != 0 {
        return Some(format!("belongs to user {owner}, not to root or user {us}"));
    }
    // In a sticky directory others may add files, but not touch ours.
    let sticky = is_directory && mode & 0o1000 != 0;
    let others = mode & 0o022 != 0 && !sticky;
    others.then(|| format!("is writable by group or others (mode {mode:04o})"))
}

/// `plugins.lock` beside the file: lines of `SHA256  NAME`, as `sha256sum` writes them.
fn check_lock(path: &Path, inspected: &Inspected) -> Result<(), Refusal> {
    let text = match std::fs::read_to_string(lock_at(path)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error.into()),
    };
    let found = hex(&inspected.digest);
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let listed = text
        .lines()
        .filter_map(|line| line.split_once(char::is_whitespace));
    let expected = listed
        .map(|(digest, name)| (digest, name.trim_start().trim_start_matches('*')))
        .find(|(_, name)| *name == file || *name == inspected.manifest.name)
        .map_or("nothing", |(digest, _)| digest);
    if expected.eq_ignore_ascii_case(&found) {
        return Ok(());
    }
    Err(Refusal::Lock {
        expected: expected.to_owned(),
        found,
    })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where private copies live: for this process and nobody else.
#[derive(Debug)]
pub(crate) struct PrivateDirectory {
    directory: tempfile::TempDir,
}

impl PrivateDirectory {
    pub(crate) fn new(options: &HostOptions) -> Result<Self, Refusal> {
        let parent = options
            .private_dir
            .clone()
            .unwrap_or_else(std::env::temp_dir);
        let directory = tempfile::Builder::new()
            .prefix("trunkline-plugins-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(|source| Refusal::Copy {
                directory: parent,
                source,
            })?;
        Ok(Self { directory })
    }

    /// Writes the bytes to a file of their own: a path that was opened before would give the old
    /// image, and a file that is overwritten while mapped ends the process.
    pub(crate) fn copy(&self, candidate: &Candidate, generation: u64) -> Result<PathBuf, Refusal> {
        let digest = hex(&candidate.inspected.digest[..4]);
        let name = &candidate.inspected.manifest.name;
        let path = self
            .directory
            .path()
            .join(format!("{name}-{generation}-{digest}.so"));
        let write = || -> io::Result<()> {
            use std::io::Write;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(0o500);
            options.open(&path)?.write_all(&candidate.bytes)
        };
        write().map_err(|source| Refusal::Copy {
            directory: self.directory.path().to_owned(),
            source,
        })?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_ours_and_of_root_that_nobody_else_writes_to_are_trusted() {
        let trouble = |owner, mode| who_else_writes(owner, 1000, mode, false);
        assert_eq!(trouble(1000, 0o644), None);
        assert_eq!(trouble(0, 0o755), None);
        assert_eq!(
            trouble(33, 0o644).as_deref(),
            Some("belongs to user 33, not to root or user 1000")
        );
        for mode in [0o664, 0o646, 0o1666] {
            let text = format!("is writable by group or others (mode {mode:04o})");
            assert_eq!(trouble(1000, mode), Some(text));
        }
    }

    #[test]
    fn a_directory_others_may_only_add_to_is_trusted() {
        assert_eq!(who_else_writes(0, 1000, 0o1777, true), None);
        assert!(who_else_writes(0, 1000, 0o777, true).is_some());
    }
}
