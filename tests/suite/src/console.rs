//! The console blocks of a Markdown file, as a session that can be run.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::{fs, io};

use crate::scratch::target;
use crate::{compare, programs, root};

/// Commands that run these very tests; what they do is shown by running at all.
const ELSEWHERE: [&str; 2] = ["tests/run", ".ci/run"];

/// A RabbitMQ just installed, as pages name it.
const RABBITMQ: &str = "amqp://guest:guest@localhost:5672/";

/// Longest time a page may take, in seconds; building what it builds is most of it.
const PATIENCE: &str = "900";

/// One command that a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The line it begins at, from 1.
    pub line: usize,
    /// What is typed.
    pub text: String,
    /// What the page says it prints; without a line, nothing is said.
    pub prints: Vec<String>,
}

/// The commands of one page, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The commands.
    pub commands: Vec<Command>,
}

impl Session {
    /// Reads the blocks marked `console` of a page: lines with `$ ` are typed, what follows is
    /// what they print.
    pub fn read(page: &str) -> Self {
        let mut commands: Vec<Command> = Vec::new();
        let mut inside = false;
        for (line, text) in (1..).zip(page.lines()) {
            if let Some(fence) = text.trim_start().strip_prefix("```") {
                inside = !inside && fence.trim() == "console";
            } else if !inside {
            } else if let Some(typed) = text.strip_prefix("$ ") {
                let (text, prints) = (typed.to_owned(), Vec::new());
                commands.push(Command { line, text, prints });
            } else if let Some(command) = commands.last_mut() {
                if command.text.ends_with('\\') {
                    let _ = write!(command.text, "\n{text}");
                } else {
                    command.prints.push(text.to_owned());
                }
            }
        }
        commands.retain(|command| {
            let program = command.text.split_whitespace().next();
            program.is_none_or(|program| !ELSEWHERE.contains(&program))
        });
        Self { commands }
    }

    /// Whether a command names the broker that readers are told to have on their machine.
    pub fn needs_rabbitmq(&self) -> bool {
        self.commands
            .iter()
            .any(|command| command.text.contains(RABBITMQ))
    }

    /// Has the commands use this broker instead of the reader's.
    pub fn use_rabbitmq(&mut self, url: &str) {
        for command in &mut self.commands {
            command.text = command.text.replace(RABBITMQ, url);
        }
    }

    /// Runs the commands in one shell, as somebody would who follows the page: in `directory`,
    /// beside a clone of the workspace called `trunkline`, with the program on the path.
    ///
    /// # Errors
    /// The first command that failed or did not print what the page says.
    pub fn run(&self, directory: &Path) -> Result<(), String> {
        let outputs = directory.join(".outputs");
        self.start(directory, &outputs)
            .map_err(|error| format!("the shell: {error}"))?;
        for (number, command) in self.commands.iter().enumerate() {
            let output = |kind: &str| {
                fs::read_to_string(outputs.join(format!("{number}.{kind}"))).unwrap_or_default()
            };
            let told = |problem: String| {
                let (line, text) = (command.line, &command.text);
                format!("line {line}: $ {text}\n{problem}")
            };
            let printed = output("out");
            match output("code").trim() {
                "0" => {}
                code => return Err(told(format!("exit code {code:?}\n{printed}"))),
            }
            if !command.prints.is_empty() {
                let printed: Vec<_> = printed.lines().map(str::to_owned).collect();
                compare(&command.prints, &printed).map_err(told)?;
            }
        }
        Ok(())
    }

    fn start(&self, directory: &Path, outputs: &Path) -> io::Result<()> {
        fs::create_dir_all(outputs)?;
        std::os::unix::fs::symlink(root(), directory.join("trunkline"))?;
        let script = outputs.join("script");
        fs::write(&script, self.script(outputs))?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths([programs()].into_iter().chain(std::env::split_paths(&path)));
        let mut shell = Process::new("timeout");
        for (name, _) in std::env::vars_os() {
            // What cargo told this test, or somebody this machine, is not for the reader's shell.
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("TRUNKLINE_") || name.starts_with("CARGO_PKG_") {
                shell.env_remove(name);
            }
        }
        shell
            .args([PATIENCE, "bash"])
            .arg(&script)
            .env("PATH", path.map_err(io::Error::other)?)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_COLOR", "never")
            .env("COLUMNS", "100")
            .stdin(Stdio::null())
            .current_dir(directory)
            .status()
            .map(drop)
    }

    /// Each command writes its output and its code into files of its own, and the first that
    /// fails is the last.
    fn script(&self, outputs: &Path) -> String {
        let mut script = String::new();
        for (number, command) in self.commands.iter().enumerate() {
            let file = outputs.join(number.to_string());
            let (text, file) = (&command.text, file.display());
            let _ = write!(
                script,
                "{{\n{text}\n}} > {file}.out 2>&1\ncode=$?\necho $code > {file}.code\n\
                 [ $code = 0 ] || exit 0\n"
            );
        }
        script
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "text\n```console\n$ echo one; cd /  # a word\none\n$ pwd\n/\n```\n\
        ```rust\n$ not this\n```\n```console\n$ echo a \\\n    b\na b\n$ tests/run\n```\n";

    #[test]
    fn commands_are_read_with_what_they_print() {
        let commands = Session::read(PAGE).commands;
        let lines: Vec<_> = commands.iter().map(|command| command.line).collect();
        assert_eq!(lines, [3, 5, 12]);
        assert_eq!(commands[1].prints, ["/"]);
        assert_eq!(commands[2].text, "echo a \\\n    b");
    }
}
