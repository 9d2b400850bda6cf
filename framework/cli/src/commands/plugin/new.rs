//! `trunkline plugin new`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::session::Session;

/// Makes a crate for a plugin, which builds and passes its test at once.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  trunkline plugin new greeter && cd greeter && cargo test")]
pub(crate) struct New {
    /// The plugin's name: letters, digits, `-` and `_`
    #[arg(value_name = "NAME")]
    name: String,

    /// The directory to make. Default: the name
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,

    /// Where the crate `trunkline-plugin` is, instead of the registry. Default: beside the source
    /// this program was built from, if that is there
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

#[derive(Serialize)]
struct Made<'a> {
    name: &'a str,
    path: &'a Path,
}

/// The files, with `{…}` to be filled in.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    ("src/lib.rs", include_str!("template/lib.rs.in")),
    ("tests/plugin.rs", include_str!("template/test.rs.in")),
    ("README.md", include_str!("template/README.md.in")),
    (".gitignore", "/target\n"),
];

impl New {
    pub(crate) fn run(self, session: &Session) -> Result<Exit, Failure> {
        let name = &self.name;
        check_name(name)?;
        let path = self.path.unwrap_or_else(|| PathBuf::from(name));
        if path.exists() {
            let place = format!("{}", path.display());
            return Err(Failure::usage(
                place,
                "is there already",
                "give another NAME or `--path`",
            ));
        }
        let sdk = self.sdk.or_else(beside_our_source);
        let dependency = match &sdk {
            Some(sdk) => {
                let sdk = sdk.canonicalize().map_err(|error| {
                    let place = format!("option `--sdk` {}", sdk.display());
                    Failure::bad_value(place, error)
                })?;
                format!("path = {:?}", sdk.display().to_string())
            }
            None => format!("version = {:?}", env!("CARGO_PKG_VERSION")),
        };
        for (file, template) in FILES {
            let text = template
                .replace("{name}", name)
                .replace("{crate}", &name.replace('-', "_"))
                .replace("{type}", &type_name(name))
                .replace("{sdk}", &dependency);
            write(&path.join(file), &text)?;
        }
        let output = &session.output;
        output.json(&Made { name, path: &path })?;
        let place = path.display();
        output.text(format!(
            "made {place}; next: cd {place} && cargo test && cargo build --release"
        ))?;
        Ok(Exit::Done)
    }
}

fn check_name(name: &str) -> Result<(), Failure> {
    let first = name
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic());
    let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if first && name.len() <= 64 && name.chars().all(rest) {
        return Ok(());
    }
    let form = "write a letter, then letters, digits, `-` or `_`, 64 at most";
    Err(Failure::usage(
        format!("NAME {name:?}"),
        "is not a plugin's name",
        form,
    ))
}

/// The SDK in the source tree this program was built from: until there is a release, the only one.
fn beside_our_source() -> Option<PathBuf> {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/sdk");
    sdk.join("Cargo.toml").exists().then_some(sdk)
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

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let place =
        |error| Failure::running(format!("{} cannot be written", path.display())).caused_by(error);
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(place)?;
    }
    fs::write(path, text).map_err(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_type() {
        assert_eq!(type_name("call-stats"), "CallStats");
        assert_eq!(type_name("a__b"), "AB");
        assert!(check_name("a-1_B").is_ok());
        for bad in ["", "1a", "a b", "../a", "-a"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
