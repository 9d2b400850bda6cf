//! The layers, put together by figment, which remembers who said what.

use std::path::{Path, PathBuf};

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider, Source};

use super::keys::{KEYS, Key};
use crate::failure::Failure;

const PREFIX: &str = "TRUNKLINE_";
/// Says where the file is, so it cannot be in the file.
const CONFIG: &str = "CONFIG";

/// What was said on the command line.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The file, if one was named.
    pub(crate) config: Option<PathBuf>,
    /// Keys and values given as options.
    pub(crate) options: Vec<(&'static str, String)>,
}

/// A value and who said it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) value: String,
    pub(super) origin: String,
}

/// A key's name in the environment.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

/// Reads all layers: one value for each of [`KEYS`], in their order, and what was passed over.
pub(super) fn read(given: &Given) -> Result<(Vec<Found>, Vec<String>), Failure> {
    let mut layers = Figment::new();
    for key in &KEYS {
        layers = layers.merge(Serialized::default(key.name, key.default));
    }
    if let Some(file) = file(given)? {
        layers = layers.merge(Toml::file_exact(file));
    }
    layers = layers
        .merge(Env::prefixed(PREFIX).ignore(&[CONFIG]))
        .merge(Options(&given.options));
    let all: Dict = layers.extract().map_err(|error| broken(&error))?;
    let warnings = unknown_keys(&layers, &all)?;
    let found = KEYS.iter().map(|key| look_up(&layers, key));
    Ok((found.collect::<Result<_, _>>()?, warnings))
}

/// The file to read, which must be there: a misspelt path is not to be passed over.
fn file(given: &Given) -> Result<Option<PathBuf>, Failure> {
    let (place, path) = match &given.config {
        Some(path) => ("option `--config`", path.clone()),
        None => match std::env::var_os("TRUNKLINE_CONFIG") {
            Some(path) if !path.is_empty() => {
                ("environment `TRUNKLINE_CONFIG`", PathBuf::from(path))
            }
            _ => return Ok(None),
        },
    };
    let readable = std::fs::File::open(&path).and_then(|file| file.metadata());
    match readable {
        Ok(metadata) if metadata.is_file() => Ok(Some(path)),
        Ok(_) => Err(unreadable(place, &path, "is not a file")),
        Err(error) => Err(unreadable(place, &path, &error.to_string())),
    }
}

fn unreadable(place: &str, path: &Path, problem: &str) -> Failure {
    let problem = format!("`{}`: {problem}", path.display());
    Failure::usage(place, problem, "name a TOML file that can be read")
}

/// A file that is not TOML.
fn broken(error: &Error) -> Failure {
    let place = error
        .metadata
        .as_ref()
        .map_or("configuration".into(), |metadata| origin(metadata, ""));
    let text = error.kind.to_string();
    Failure::usage(
        place,
        text.trim(),
        "write TOML, as `config show` prints the keys",
    )
}

/// Refuses keys of the file that nobody reads, and points at those of the environment.
fn unknown_keys(layers: &Figment, all: &Dict) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    for name in all.keys() {
        if KEYS.iter().any(|key| key.name == name) {
            continue;
        }
        let Some(metadata) = layers.find_metadata(name) else {
            continue;
        };
        let known: Vec<_> = KEYS.iter().map(|key| format!("`{}`", key.name)).collect();
        let known = format!("the keys are {}", known.join(", "));
        if metadata.source.is_none() {
            // Tests and other programs may keep variables of their own beside ours.
            warnings.push(format!("{} is no setting; {known}", origin(metadata, name)));
            continue;
        }
        let place = format!("key `{name}` in {}", origin(metadata, name));
        return Err(Failure::usage(place, "there is no such key", known));
    }
    Ok(warnings)
}

fn look_up(layers: &Figment, key: &Key) -> Result<Found, Failure> {
    let value = layers
        .find_value(key.name)
        .map_err(|error| broken(&error))?;
    let origin = match layers.get_metadata(value.tag()) {
        Some(metadata) => origin(metadata, key.name),
        None => "default".to_owned(),
    };
    let place = || place(key.name, &origin);
    let Some(text) = text(&value) else {
        return Err(Failure::usage(
            place(),
            "is not a single value",
            key.form.words(),
        ));
    };
    match key.form.check(&text) {
        Ok(()) => Ok(Found {
            value: text,
            origin,
        }),
        Err((problem, form)) => Err(Failure::usage(place(), problem, form)),
    }
}

/// Where a value comes from, for errors about it.
pub(super) fn place(key: &str, origin: &str) -> String {
    match origin.strip_prefix("option ") {
        Some(option) => format!("option `{option}`"),
        None => format!("key `{key}` in {origin}"),
    }
}

/// Variables are read as TOML values where they look like some, so a number may mean text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Char(_, text) => Some(text.to_string()),
        Value::Bool(_, flag) => Some(flag.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|number| number.to_string())
            .or_else(|| number.to_u128().map(|number| number.to_string()))
            .or_else(|| number.to_f64().map(|number| number.to_string())),
        Value::Empty(..) => Some(String::new()),
        Value::Dict(..) | Value::Array(..) => None,
    }
}

fn origin(metadata: &Metadata, key: &str) -> String {
    match &metadata.source {
        Some(Source::File(path)) => format!("file {}", path.display()),
        _ if metadata.name == Options::NAME => format!("option --{}", key.replace('_', "-")),
        _ if metadata.name.contains("environment") => {
            format!("environment {PREFIX}{}", key.to_uppercase())
        }
        _ => "default".to_owned(),
    }
}

/// Options of the command line, as a layer.
struct Options<'a>(&'a [(&'static str, String)]);

impl Options<'_> {
    const NAME: &'static str = "options";
}

impl Provider for Options<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(Self::NAME)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let values = self
            .0
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())));
        Ok(Profile::Default.collect(values.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::Form;
    use super::*;

    #[test]
    fn every_default_fits_its_key() {
        for key in &KEYS {
            assert_eq!(key.form.check(key.default), Ok(()), "{}", key.name);
        }
    }

    #[test]
    fn a_log_is_levels_and_nothing_else() {
        for fits in ["warn", "OFF", "warn,trunkline_core=debug"] {
            assert!(Form::Log.check(fits).is_ok(), "{fits}");
        }
        for fails in ["loud", "warn,", "=debug", "trunkline_core"] {
            assert!(Form::Log.check(fails).is_err(), "{fails}");
        }
    }
}
