//! `trunkline plugin new`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::commands::new::{Source, crate_name, fill, write};
use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Where the crate of authors is, inside a clone.
const SDK: &str = "plugins/sdk";

/// Makes a crate for a plugin, which builds and passes its test at once.
///
/// It goes into a new directory of its name. It depends on the clone of Trunkline that this program
/// was built in or is run in, or on the one given; where there is none, on the registry's.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline plugin new greeter && cd greeter && cargo test")]
pub(crate) struct New {
    /// Its name, and its directory's: lower-case letters, digits, `-` and `_`
    #[arg(value_parser = crate_name)]
    name: String,

    /// Depends on this clone of Trunkline
    #[arg(long, value_name = "DIR")]
    trunkline_path: Option<PathBuf>,
}

/// What was written, for programs.
#[derive(Serialize)]
struct Written<'a> {
    plugin: &'a str,
    directory: &'a Path,
    trunkline: String,
}

/// The text of a file of `templates/plugin`.
macro_rules! template {
    ($path:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/templates/plugin/",
            $path
        ))
    };
}

/// The files, with `{{…}}` to be filled in.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", template!("Cargo.toml.in")),
    ("src/lib.rs", template!("src/lib.rs.in")),
    ("tests/plugin.rs", template!("tests/plugin.rs.in")),
    ("README.md", template!("README.md.in")),
    (".gitignore", "/target\n"),
];

impl New {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let source = Source::find(self.trunkline_path.as_deref())?;
        let directory = Path::new(&self.name);
        let place = directory.display();
        fs::create_dir(directory).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                let problem = format!("`{place}` is there already");
                Failure::usage("`<NAME>`", problem, "choose another name")
            }
            _ => Failure::running(format!("`{place}` cannot be made")).caused_by(error),
        })?;
        let names = [
            ("{{name}}", self.name.clone()),
            ("{{crate}}", self.name.replace('-', "_")),
            ("{{type}}", type_name(&self.name)),
            ("{{sdk}}", source.dependency_at(SDK)),
        ];
        for (path, text) in FILES {
            write(&directory.join(path), &fill(text, &names))?;
        }
        let output = &session.output;
        output.json(&Written {
            plugin: &self.name,
            directory,
            trunkline: source.words(),
        })?;
        let words = source.words();
        output.text(format!("{place}/ holds a plugin on trunkline {words}"))?;
        if !output.is_quiet() {
            output.text(format!(
                "next: cd {place} && cargo test && cargo build --release"
            ))?;
        }
        Ok(Exit::Done)
    }
}

/// `call-stats` is the type `CallStats`.
fn type_name(name: &str) -> String {
    let words = name.split(['-', '_']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    words.map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_type() {
        assert_eq!(type_name("call-stats"), "CallStats");
        assert_eq!(type_name("a__b"), "AB");
    }
}
