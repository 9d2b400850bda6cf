//! Clients in Python, as witnesses of another make.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::lock::FileLock;
use crate::process::Launch;
use crate::scratch;

/// A Python of its own with packages from PyPI, made once and kept under `target/`.
#[derive(Debug, Clone)]
pub struct Python {
    program: PathBuf,
}

impl Python {
    /// A Python that has these packages, such as `pika==1.3.2`. The first to ask makes it, the
    /// others wait.
    ///
    /// # Panics
    /// When there is no `python3` with `venv`, or PyPI does not answer.
    pub fn with(packages: &[&str]) -> Self {
        let name = format!("python-{}", packages.join("-").replace("==", "-"));
        let home = scratch::root().join(&name);
        let _one_at_a_time = FileLock::take(&scratch::root().join(format!("{name}.lock")), true);
        let done = home.join("done");
        if !done.is_file() {
            eprintln!("making {} with {packages:?}", home.display());
            // What a killed run left half made would lack packages.
            let _ = std::fs::remove_dir_all(&home);
            // Debian's own before one on the PATH that may lack `venv`.
            let debian = Path::new("/usr/bin/python3");
            let python = if debian.exists() {
                debian
            } else {
                Path::new("python3")
            };
            run(Command::new(python).args(["-m", "venv"]).arg(&home));
            let pip = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ];
            run(Command::new(home.join("bin/python"))
                .args(pip)
                .args(packages));
            std::fs::write(done, "").expect("target/ can be written");
        }
        Self {
            program: home.join("bin/python"),
        }
    }

    /// Begins to run a script.
    pub fn script(&self, script: impl AsRef<Path>) -> Launch {
        // Unbuffered: a test reads line by line.
        Launch::new(&self.program).arg("-u").arg(script.as_ref())
    }
}

fn run(command: &mut Command) {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed; tests/run installs python3 and python3-venv\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
