//! Programs the tests start, none of which outlives the test process.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, kill_process_group};

pub use rustix::process::Signal;

/// Ends what is still there when this process is gone, in whatever way it went: the shell's input
/// is a pipe that the system closes with us.
const GUARD: &str = r#"
while read -r what group; do
    case "$what" in
        +) groups="$groups $group " ;;
        -) groups=$(printf %s "$groups" | sed "s/ $group //") ;;
    esac
done
for group in $groups; do kill -9 "-$group" 2> /dev/null; done
"#;

static WATCH: LazyLock<Mutex<ChildStdin>> = LazyLock::new(|| Mutex::new(guard()));

#[expect(clippy::zombie_processes, reason = "it ends when this process does")]
fn guard() -> ChildStdin {
    let mut command = Command::new("sh");
    command
        .args(["-c", GUARD])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // Of a group of its own, so that Ctrl-C at the terminal does not end it before its work.
    let guard = command.process_group(0).spawn().expect("there is `sh`");
    guard.stdin.expect("its input is a pipe")
}

fn tell_guard(what: char, group: u32) {
    let mut guard = WATCH.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(guard, "{what} {group}").expect("the guard lives as long as this process");
}

/// A program to be started.
#[derive(Debug)]
pub struct Launch {
    command: Command,
    name: String,
    log: Option<PathBuf>,
    piped: bool,
}

impl Launch {
    /// A program by its name or path. It reads nothing, and what it writes is dropped.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        Self {
            command: Command::new(program),
            name: program.to_string_lossy().into_owned(),
            log: None,
            piped: false,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn directory(mut self, path: impl AsRef<Path>) -> Self {
        self.command.current_dir(path);
        self
    }

    /// Writes its outputs to the end of a file, which [`Process::log`] reads.
    #[must_use]
    pub fn log_to(mut self, path: impl Into<PathBuf>) -> Self {
        self.log = Some(path.into());
        self
    }

    /// Gives its input and output to the test: see [`Process::take_pipes`]. Errors still go to the
    /// log.
    #[must_use]
    pub fn piped(mut self) -> Self {
        self.piped = true;
        self
    }

    /// Starts it, in a process group of its own.
    ///
    /// # Panics
    /// When there is no such program.
    pub fn start(mut self) -> Process {
        let log = || match &self.log {
            Some(path) => Stdio::from(append_to(path)),
            None => Stdio::null(),
        };
        let (input, output) = if self.piped {
            (Stdio::piped(), Stdio::piped())
        } else {
            (Stdio::null(), log())
        };
        self.command.stdin(input).stdout(output).stderr(log());
        let child = self.command.process_group(0).spawn();
        let child = child.unwrap_or_else(|error| {
            panic!(
                "`{}` cannot be started ({error}); tests/run installs it",
                self.name
            )
        });
        tell_guard('+', child.id());
        Process {
            child,
            name: self.name,
            log: self.log,
            ended: None,
        }
    }
}

fn append_to(path: &Path) -> File {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A program the test started. Dropped, it is killed with all it started itself.
pub struct Process {
    child: Child,
    name: String,
    log: Option<PathBuf>,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Its id, which is also its group's.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its input and output, once, if it was started [`piped`](Launch::piped).
    pub fn take_pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        self.child.stdin.take().zip(self.child.stdout.take())
    }

    /// What it wrote so far, if that is kept.
    pub fn log(&self) -> String {
        let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap_or_default();
        self.log.as_ref().map(read).unwrap_or_default()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none()
            && let Some(status) = self.child.try_wait().expect("it is our child")
        {
            self.ended = Some(status);
            tell_guard('-', self.child.id());
        }
        self.ended
    }

    /// Sends a signal to it and to all it started; nothing once it has ended.
    pub fn signal(&mut self, signal: Signal) {
        // Its number may be another's after it was waited for.
        if self.ended().is_none() {
            signal_group(self.child.id(), signal);
        }
    }

    /// Stops its time, as SIGSTOP does.
    pub fn freeze(&mut self) {
        self.signal(Signal::STOP);
    }

    /// Ends a [`freeze`](Self::freeze).
    pub fn thaw(&mut self) {
        self.signal(Signal::CONT);
    }

    /// Kills it at once, and waits until it is gone.
    pub fn kill(&mut self) -> ExitStatus {
        self.signal(Signal::KILL);
        self.wait(Duration::from_secs(10))
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    ///
    /// # Panics
    /// When it is still there after `limit`.
    pub fn terminate(&mut self, limit: Duration) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait(limit)
    }

    /// Waits until it has ended of itself.
    ///
    /// # Panics
    /// When it is still there after `limit`; quotes the end of its log.
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        let give_up = Instant::now() + limit;
        loop {
            if let Some(status) = self.ended() {
                return status;
            }
            assert!(
                Instant::now() < give_up,
                "`{}` has not ended within {limit:?}; it wrote:\n{}",
                self.name,
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Signals a process group; one that is gone needs no signal.
pub(crate) fn signal_group(group: u32, signal: Signal) {
    let group = i32::try_from(group).ok().and_then(Pid::from_raw);
    let group = group.expect("a process has a positive number");
    let _ = kill_process_group(group, signal);
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            signal_group(self.child.id(), Signal::KILL);
            let _ = self.child.wait();
            tell_guard('-', self.child.id());
        }
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("name", &self.name)
            .field("id", &self.child.id())
            .finish_non_exhaustive()
    }
}
