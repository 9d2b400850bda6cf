//! Where a new crate's `trunkline` comes from.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The library, inside a clone.
const LIBRARY: &str = "framework/trunkline";

/// Where a new crate's `trunkline` comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A clone of the workspace.
    Clone(PathBuf),
    /// The registry, in the version of this program.
    Registry,
}

impl Source {
    /// The clone that is given; else the one that this program was built in, or that the current
    /// directory is in; else the registry.
    pub(crate) fn find(given: Option<&Path>) -> Result<Self, Failure> {
        let Some(given) = given else {
            let places = [env::current_exe(), env::current_dir()];
            let mut places = places.into_iter().flatten();
            let found = places.find_map(|place| clone_around(&place));
            return Ok(found.map_or(Self::Registry, Self::Clone));
        };
        let clone = given.canonicalize().ok().filter(|path| is_clone(path));
        clone.map(Self::Clone).ok_or_else(|| {
            Failure::usage(
                "option `--trunkline-path`",
                format!("`{}` has no `{LIBRARY}`", given.display()),
                "name the top directory of a clone",
            )
        })
    }

    /// The dependency on `trunkline`, as the inside of a table of `Cargo.toml`.
    pub(crate) fn dependency(&self) -> String {
        self.dependency_at(LIBRARY)
    }

    /// The dependency on the crate at this place inside a clone.
    pub(crate) fn dependency_at(&self, place: &str) -> String {
        match self {
            Self::Clone(path) => format!("path = {}", toml_text(&path.join(place))),
            Self::Registry => concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"").to_owned(),
        }
    }

    /// Where it is, in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Clone(path) => format!("from the clone {}", path.display()),
            Self::Registry => format!("{} from the registry", env!("CARGO_PKG_VERSION")),
        }
    }
}

fn clone_around(place: &Path) -> Option<PathBuf> {
    let place = place.canonicalize().ok()?;
    place
        .ancestors()
        .find(|path| is_clone(path))
        .map(Path::to_path_buf)
}

fn is_clone(path: &Path) -> bool {
    let manifest = path.join(LIBRARY).join("Cargo.toml");
    fs::read_to_string(manifest).is_ok_and(|text| text.contains("name = \"trunkline\""))
}

/// A path as a TOML string: JSON's escapes are among TOML's.
fn toml_text(path: &Path) -> String {
    serde_json::Value::from(path.to_string_lossy()).to_string()
}
