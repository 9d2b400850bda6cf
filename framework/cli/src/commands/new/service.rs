//! `trunkline new service`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::source::Source;
use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Writes a crate with configuration, one event, one handler and tests, a Dockerfile and a systemd unit.
///
/// It goes into a new directory of its name, and builds and passes its tests at once. It depends on
/// the clone of Trunkline that this program was built in or is run in, or on the one given; where there is
/// none, on the registry's.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline new service alarms && cd alarms && cargo test")]
pub(crate) struct Service {
    /// Its name, and its directory's: lower-case letters, digits, `-` and `_`
    #[arg(value_parser = name)]
    name: String,

    /// Depends on this clone of Trunkline
    #[arg(long, value_name = "DIR")]
    trunkline_path: Option<PathBuf>,
}

/// The text of a file of `templates/service`.
macro_rules! template {
    ($path:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/templates/service/",
            $path,
            ".in"
        ))
    };
}

/// The files of a service: their paths, and their texts before names are filled in.
static FILES: [(&str, &str); 13] = [
    ("Cargo.toml", template!("Cargo.toml")),
    ("README.md", template!("README.md")),
    ("src/main.rs", template!("src/main.rs")),
    ("src/lib.rs", template!("src/lib.rs")),
    ("src/config.rs", template!("src/config.rs")),
    ("src/events.rs", template!("src/events.rs")),
    ("src/handlers.rs", template!("src/handlers.rs")),
    ("tests/service.rs", template!("tests/service.rs")),
    ("{{name}}.toml", template!("config.toml")),
    ("{{name}}.service", template!("unit.service")),
    ("Dockerfile", template!("Dockerfile")),
    (".dockerignore", template!("dockerignore")),
    (".gitignore", template!("gitignore")),
];

/// What was written, for programs.
#[derive(Debug, Serialize)]
struct Written<'a> {
    service: &'a str,
    directory: &'a Path,
    trunkline: String,
    files: Vec<String>,
}

impl Service {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let source = Source::find(self.trunkline_path.as_deref())?;
        let directory = Path::new(&self.name);
        let place = directory.display();
        match fs::create_dir(directory) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let problem = format!("`{place}` is there already");
                return Err(Failure::usage("`<NAME>`", problem, "choose another name"));
            }
            Err(error) => return Err(unwritten(directory, error)),
        }
        let names = self.names(&source);
        let mut files = Vec::new();
        for (path, text) in &FILES {
            let path = fill(path, &names);
            write(&directory.join(&path), &fill(text, &names))?;
            files.push(path);
        }
        let output = &session.output;
        output.json(&Written {
            service: &self.name,
            directory,
            trunkline: source.words(),
            files,
        })?;
        output.text(format!(
            "{place}/ holds a service on trunkline {}",
            source.words()
        ))?;
        if !output.is_quiet() {
            output.text(format!("next: cd {place} && cargo test"))?;
        }
        if source == Source::Registry {
            output.note("no clone of Trunkline was found; `--trunkline-path DIR` depends on one");
        }
        Ok(Exit::Done)
    }

    /// What stands for what in the files.
    fn names(&self, source: &Source) -> [(&'static str, String); 7] {
        let crate_name = self.name.replace('-', "_");
        let build = format!("# docker build -t {} .", self.name);
        let (head, copy) = match source {
            Source::Registry => (build, String::new()),
            Source::Clone(path) => {
                let path = path.display();
                let build = build.replace(" .", &format!(" --build-context trunkline='{path}' ."));
                (build, format!("COPY --from=trunkline . \"{path}\"\n"))
            }
        };
        [
            ("{{name}}", self.name.clone()),
            ("{{PREFIX}}", crate_name.to_uppercase()),
            ("{{crate}}", crate_name),
            ("{{trunkline}}", source.dependency()),
            ("{{workspace}}", own_workspace()),
            ("{{docker_head}}", head),
            ("{{docker_copy}}", copy),
        ]
    }
}

/// Reads a name that cargo, systemd, Docker and the environment all take.
pub(crate) fn name(text: &str) -> Result<String, String> {
    /// What Rust, or its test runner, has for itself (Rust reference, "Keywords"; cargo refuses
    /// these as well).
    const TAKEN: &str = "abstract as async await become box break const continue core crate do dyn \
        else enum extern false final fn for gen if impl in let loop macro match mod move mut override \
        priv proc_macro pub ref return self static std struct super test trait true try type typeof \
        unsafe unsized use virtual where while yield alloc build deps examples incremental trunkline";
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if text.is_empty() || !text.chars().all(fits) || !text.starts_with(|c: char| c.is_alphabetic())
    {
        return Err("a name is of lower-case letters, digits, `-` and `_`, a letter first".into());
    }
    if text.len() > 64 {
        return Err("a name has 64 characters at most".into());
    }
    if TAKEN
        .split_whitespace()
        .any(|taken| taken == text.replace('-', "_"))
    {
        return Err(format!(
            "`{text}` is taken by Rust or by what the service depends on"
        ));
    }
    Ok(text.to_owned())
}

/// Keeps the crate apart from a workspace whose directory it is made in.
fn own_workspace() -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = here.ancestors().any(|directory| {
        let manifest = fs::read_to_string(directory.join("Cargo.toml"));
        manifest.is_ok_and(|manifest| manifest.contains("[workspace"))
    });
    let own = "\n\n# Its own, though it stands in the directory of another.\n[workspace]";
    if inside {
        own.to_owned()
    } else {
        String::new()
    }
}

pub(crate) fn fill(text: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(text.to_owned(), |text, (mark, name)| {
        text.replace(mark, name)
    })
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let parent = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(parent).and_then(|()| fs::write(path, text));
    written.map_err(|error| unwritten(path, error))
}

fn unwritten(path: &Path, error: io::Error) -> Failure {
    Failure::running(format!("`{}` cannot be written", path.display())).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_filled_in() {
        let service = Service {
            name: "night-alarms".to_owned(),
            trunkline_path: None,
        };
        for source in [Source::Registry, Source::Clone("/a clone".into())] {
            let names = service.names(&source);
            for (path, text) in &FILES {
                let (path, text) = (fill(path, &names), fill(text, &names));
                assert!(!path.contains("{{"), "{path}");
                assert!(!text.contains("{{"), "{path}: {text}");
            }
        }
    }

    #[test]
    fn names_that_something_would_refuse_are_refused_first() {
        for bad in [
            "",
            "9lives",
            "Alarms",
            "a b",
            "../x",
            "test",
            "async",
            "é",
            "trunkline",
        ] {
            assert!(name(bad).is_err(), "{bad}");
        }
        for good in ["alarms", "night-alarms", "call_log2"] {
            assert!(name(good).is_ok(), "{good}");
        }
    }
}
