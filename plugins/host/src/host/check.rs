//! What loading files would say, without loading them.

use std::path::{Path, PathBuf};

use super::PluginHost;
use crate::file::{self, Candidate};
use crate::inspect::Inspected;
use crate::link;
use crate::manifest::Manifest;
use crate::options::HostOptions;
use crate::refusal::{LoadError, Refusal};

impl PluginHost {
    /// Says everything of a file that loading it would, without running any of it.
    ///
    /// # Errors
    /// [`LoadError`]: the first thing that is wrong.
    pub fn check(path: &Path, options: &HostOptions) -> Result<Inspected, LoadError> {
        let error = |name, reason| LoadError {
            path: path.to_owned(),
            name,
            reason,
        };
        let candidate = file::read(path, options);
        let Candidate { inspected, .. } =
            candidate.map_err(|unfit| error(unfit.name, unfit.reason))?;
        match check_surroundings(path, &inspected.manifest, options) {
            Ok(()) => Ok(inspected),
            Err(reason) => Err(error(Some(inspected.manifest.name), reason)),
        }
    }

    /// Says of several files what loading them would: as [`check`](Self::check), and that of two in
    /// one directory that have one name neither would be loaded.
    pub fn check_all(
        paths: &[PathBuf],
        options: &HostOptions,
    ) -> Vec<Result<Inspected, LoadError>> {
        let checked: Vec<_> = paths
            .iter()
            .map(|path| Self::check(path, options))
            .collect();
        let names: Vec<_> = checked
            .iter()
            .map(|one| one.as_ref().ok().map(|one| one.manifest.name.clone()))
            .collect();
        let twin = |at: usize| {
            let (name, path) = (names[at].as_ref()?, &paths[at]);
            let others = paths.iter().zip(&names);
            let mut others = others.filter(|(other, _)| *other != path);
            let is_twin = |(other, named): &(&PathBuf, &Option<String>)| {
                named.as_ref() == Some(name) && other.parent() == path.parent()
            };
            others.find(is_twin).map(|(other, _)| other.clone())
        };
        let verdict = |(at, checked): (usize, Result<Inspected, LoadError>)| {
            let inspected = checked?;
            let Some(other) = twin(at) else {
                return Ok(inspected);
            };
            let name = inspected.manifest.name;
            Err(LoadError {
                path: paths[at].clone(),
                reason: Refusal::SameName {
                    other,
                    name: name.clone(),
                    outcome: "neither is loaded",
                },
                name: Some(name),
            })
        };
        checked.into_iter().enumerate().map(verdict).collect()
    }
}

/// What beside a file keeps its plugin from being loaded: what it needs and is not here, and its
/// settings.
fn check_surroundings(
    path: &Path,
    manifest: &Manifest,
    options: &HostOptions,
) -> Result<(), Refusal> {
    link::trace(path)?;
    let settings = options.defaults.beside(path, &manifest.name)?;
    if settings.enabled {
        Ok(())
    } else {
        Err(Refusal::Disabled)
    }
}
