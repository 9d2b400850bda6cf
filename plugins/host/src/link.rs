//! What the linker thinks of a file, asked in a process that may die of it.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::refusal::{LinkProblem, Refusal};

/// The program that loads a file on trial: it does nothing else.
const IDLE: &str = "/bin/true";
/// Longest a trial may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Loads a file in a process of its own, where its constructors run: one that kills or hangs does
/// so there.
///
/// The linker itself is asked, by preloading the file into a program that does nothing: no helper
/// program of ours must be installed. A path with a blank or a colon cannot be preloaded, and is
/// not tried.
pub(crate) fn try_loading(path: &Path) -> Result<(), Refusal> {
    let Some(text) = path.to_str().filter(|text| !text.contains([' ', ':'])) else {
        return Ok(());
    };
    if !Path::new(IDLE).exists() {
        return Ok(());
    }
    let mut command = Command::new(IDLE);
    command.env("LD_PRELOAD", text).env("LD_BIND_NOW", "1");
    let (ended, said) = watch(command)?;
    if let Some(problem) = problem(&said) {
        return Err(Refusal::Link(problem));
    }
    match ended {
        None => Err(Refusal::Constructor {
            what: format!("did not return within {PATIENCE:?}"),
        }),
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(Refusal::Constructor {
            what: format!("ended a trial process ({status})"),
        }),
    }
}

/// Asks the linker what a file needs that is not here, without running anything of it.
pub(crate) fn trace(path: &Path) -> Result<(), Refusal> {
    let (Some(linker), Ok(path)) = (linker(), path.canonicalize()) else {
        return Ok(());
    };
    let mut command = Command::new(linker);
    command
        .arg(path)
        .env("LD_TRACE_LOADED_OBJECTS", "1")
        .env("LD_WARN", "yes")
        .env("LD_BIND_NOW", "1");
    let (_, said) = watch(command)?;
    match problem(&said) {
        Some(problem) => Err(Refusal::Link(problem)),
        None => Ok(()),
    }
}

/// The linker this process was started by.
fn linker() -> Option<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let mut paths = maps
        .lines()
        .filter_map(|line| line.split_whitespace().nth(5));
    let found = paths.find(|path| {
        path.rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with("ld-"))
    });
    found.map(str::to_owned)
}

/// Runs a program to its end, or to the end of our patience; gives what it said too.
fn watch(mut command: Command) -> Result<(Option<std::process::ExitStatus>, String), Refusal> {
    let mut child = command
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let ended = wait(&mut child)?;
    if ended.is_none() {
        child.kill()?;
        child.wait()?;
    }
    let mut said = Vec::new();
    // A child of its own may hold the other end open: the first part is enough.
    if ended.is_some() {
        if let Some(out) = child.stdout.take() {
            out.take(64 << 10).read_to_end(&mut said)?;
        }
        if let Some(out) = child.stderr.take() {
            out.take(64 << 10).read_to_end(&mut said)?;
        }
    }
    Ok((ended, String::from_utf8_lossy(&said).into_owned()))
}

fn wait(child: &mut Child) -> Result<Option<std::process::ExitStatus>, Refusal> {
    let until = Instant::now() + PATIENCE;
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// What the linker's words mean, if they mean trouble.
pub(crate) fn problem(said: &str) -> Option<LinkProblem> {
    said.lines().find_map(problem_in)
}

fn problem_in(line: &str) -> Option<LinkProblem> {
    let line = line.trim();
    let before = |mark: &str| line.split_once(mark).map(|(before, _)| before.trim());
    let after = |mark: &str| line.split_once(mark).map(|(_, after)| after.trim());
    let word = |text: &str| {
        let word = text.trim_start_matches([' ', '`', '\'']);
        let end = word.find(|c: char| c.is_whitespace() || matches!(c, '\'' | ',' | ':' | '('));
        word[..end.unwrap_or(word.len())].to_owned()
    };
    if let Some(name) = before("=> not found") {
        return Some(LinkProblem::Library(name.to_owned()));
    }
    if let Some(symbol) = after("undefined symbol:") {
        return Some(LinkProblem::Symbol(word(symbol)));
    }
    if let (Some(version), true) = (after("version `"), line.contains("not found")) {
        return Some(LinkProblem::Version(word(version)));
    }
    if line.contains("failed to map segment") {
        return Some(LinkProblem::NoExec);
    }
    // What musl says in a program without a linker.
    if line.contains("Dynamic loading not supported") {
        return Some(LinkProblem::StaticHost);
    }
    if let Some(rest) = before("cannot open shared object file") {
        let name = rest.trim_end_matches(':');
        let name = name.rsplit([' ', '(']).next().unwrap_or(name);
        return Some(LinkProblem::Library(name.to_owned()));
    }
    if line.contains("cannot be preloaded") || line.contains("error while loading") {
        return Some(LinkProblem::Other(line.to_owned()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linkers_words_are_translated() {
        let tell = |text: &str| problem(text).map(|problem| problem.to_string());
        assert_eq!(
            tell("\tlibfoo.so.2 => not found\n").as_deref(),
            Some("needs libfoo.so.2, which is not installed")
        );
        assert_eq!(
            tell("libfoo.so.2: cannot open shared object file: No such file or directory")
                .as_deref(),
            Some("needs libfoo.so.2, which is not installed")
        );
        assert_eq!(
            tell("/bin/true: symbol lookup error: /x/a.so: undefined symbol: frob, version V")
                .as_deref(),
            Some("needs symbol `frob`, which no library here has")
        );
        assert_eq!(
            tell("/lib/libc.so.6: version `GLIBC_2.99' not found (required by ./a.so)").as_deref(),
            Some("needs GLIBC_2.99, which this system does not have (build it on an older system)")
        );
        assert_eq!(
            tell("./a.so: failed to map segment from shared object").as_deref(),
            Some(
                "cannot be mapped: is the directory of private copies mounted noexec? \
                 set `private_dir`"
            )
        );
        assert_eq!(
            tell("Dynamic loading not supported").as_deref(),
            Some(
                "cannot be loaded: this host is statically linked, and such a program loads no \
                 native plugins; build it for a target whose C library is a shared one"
            )
        );
        assert_eq!(tell("\tlinux-vdso.so.1 (0x00007ffd)\n"), None);
    }
}
