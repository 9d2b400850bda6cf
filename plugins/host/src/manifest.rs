//! The manifest, read and checked.

use serde::Deserialize;
use serde_json::{Map, Value as Json};
use trunkline_core::{
    Binding, BindingError, HeaderCondition, HeaderTest, KeyPattern, NamePattern, Value,
};

use crate::refusal::Refusal;

/// Most bytes of a plugin's or handler's name: it stands in headers and metrics.
const MAX_NAME: usize = 64;
/// Most handlers of one plugin.
const MAX_HANDLERS: usize = 256;

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// Its name, by which it is known whatever its file is called.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The language it is written in; empty if not said.
    pub language: String,
    /// What it was compiled with; empty if not said.
    pub compiler: String,
    /// The names of events it may publish, or globs of them.
    pub publishes: Vec<NamePattern>,
    /// Its handlers.
    pub handlers: Vec<HandlerManifest>,
}

/// What a plugin says of one handler.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HandlerManifest {
    /// The number it is called by.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The events it wants: those that one of these matches.
    pub bindings: Vec<Binding>,
    /// How it is called.
    pub kind: HandlerKind,
    /// The longest it takes, in milliseconds; `None` leaves that to the host.
    pub timeout_ms: Option<u64>,
}

/// How a handler is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HandlerKind {
    /// On a thread of the plugin's own pool: it may wait.
    Sync,
    /// At once, on the dispatcher's thread: it never waits.
    Inline,
    /// At once, and it completes later.
    Async,
}

impl HandlerKind {
    /// The kind's word, as manifests have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Inline => "inline",
            Self::Async => "async",
        }
    }
}

#[derive(Deserialize)]
struct Raw {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    rustc: String,
    #[serde(default)]
    needs_minor: u32,
    #[serde(default)]
    publishes: Vec<String>,
    #[serde(default)]
    handlers: Vec<RawHandler>,
}

#[derive(Deserialize)]
struct RawHandler {
    id: u32,
    #[serde(rename = "fn", default)]
    function: String,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    headers: Map<String, Json>,
    #[serde(default = "HandlerKind::default_kind")]
    kind: HandlerKind,
    #[serde(default)]
    timeout_ms: u64,
}

impl HandlerKind {
    fn default_kind() -> Self {
        Self::Sync
    }
}

impl Manifest {
    /// The name in a manifest, whatever else stands there; `None` if it has none that may be one.
    pub(crate) fn name(json: &[u8]) -> Option<String> {
        #[derive(Deserialize)]
        struct Named {
            name: String,
        }
        let Named { name } = serde_json::from_slice(json).ok()?;
        check_name("name", &name).ok().map(|()| name)
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`Refusal::Manifest`], saying where and what; [`Refusal::NeedsMinor`].
    pub(crate) fn read(json: &[u8]) -> Result<Self, Refusal> {
        let raw: Raw = serde_json::from_slice(json).map_err(|error| {
            at(
                format!("line {} column {}", error.line(), error.column()),
                error,
            )
        })?;
        if raw.needs_minor > trunkline_plugin_abi::ABI_MINOR {
            return Err(Refusal::NeedsMinor {
                needs: raw.needs_minor,
            });
        }
        check_name("name", &raw.name)?;
        if raw.handlers.len() > MAX_HANDLERS {
            let count = raw.handlers.len();
            return Err(at(
                "handlers",
                format!("{count} are more than {MAX_HANDLERS}"),
            ));
        }
        let publishes = patterns(&raw.publishes, |n| format!("publishes[{n}]"))?;
        let mut handlers = Vec::<HandlerManifest>::new();
        for (n, raw) in raw.handlers.into_iter().enumerate() {
            let handler = read_handler(n, raw)?;
            if handlers.iter().any(|other| other.id == handler.id) {
                return Err(at(format!("handlers[{n}].id"), "is another handler's"));
            }
            if handlers.iter().any(|other| other.name == handler.name) {
                return Err(at(format!("handlers[{n}].fn"), "is another handler's"));
            }
            handlers.push(handler);
        }
        Ok(Self {
            name: raw.name,
            version: raw.version,
            language: raw.lang,
            compiler: raw.rustc,
            publishes,
            handlers,
        })
    }
}

fn at(place: impl Into<String>, problem: impl ToString) -> Refusal {
    Refusal::Manifest {
        place: place.into(),
        problem: problem.to_string(),
    }
}

fn check_name(place: &str, name: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(allowed) {
        let problem = format!("\"{name}\" is not 1 to {MAX_NAME} letters, digits, `-` or `_`");
        return Err(at(place, problem));
    }
    Ok(())
}

fn patterns(
    texts: &[String],
    place: impl Fn(usize) -> String,
) -> Result<Vec<NamePattern>, Refusal> {
    let read = |(n, text): (usize, &String)| {
        NamePattern::new(text.clone()).map_err(|error| at(place(n), format!("\"{text}\": {error}")))
    };
    texts.iter().enumerate().map(read).collect()
}

fn read_handler(n: usize, raw: RawHandler) -> Result<HandlerManifest, Refusal> {
    let name = match raw.function {
        none if none.is_empty() => format!("handler{}", raw.id),
        name => name,
    };
    check_name(&format!("handlers[{n}].fn"), &name)?;
    let names = patterns(&raw.events, |m| format!("handlers[{n}].events[{m}]"))?;
    let mut keys = Vec::new();
    for (m, text) in raw.keys.iter().enumerate() {
        let place = format!("handlers[{n}].keys[{m}]");
        let key = KeyPattern::new(text.clone());
        keys.push(key.map_err(|error| at(place, format!("\"{text}\": {error}")))?);
    }
    let place = format!("handlers[{n}]");
    let headers = condition(&raw.headers).map_err(|error| at(format!("{place}.headers"), error))?;
    if names.is_empty() && keys.is_empty() && headers.is_none() {
        return Err(at(
            place,
            "wants nothing: give `events`, `keys` or `headers`",
        ));
    }
    let bindings = bindings(names, &keys, headers.as_ref());
    Ok(HandlerManifest {
        id: raw.id,
        name,
        bindings: bindings.map_err(|error| at(place, error))?,
        kind: raw.kind,
        timeout_ms: (raw.timeout_ms > 0).then_some(raw.timeout_ms),
    })
}

/// One binding for each name, or one alone where any name will do.
fn bindings(
    names: Vec<NamePattern>,
    keys: &[KeyPattern],
    headers: Option<&HeaderCondition>,
) -> Result<Vec<Binding>, BindingError> {
    let names = if names.is_empty() {
        vec![None]
    } else {
        names.into_iter().map(Some).collect()
    };
    let binding = |name: Option<NamePattern>| {
        let mut builder = Binding::builder().keys(keys.iter().cloned());
        if let Some(headers) = headers {
            builder = builder.headers(headers.clone());
        }
        match name {
            Some(name) => builder.name(name).build(),
            None => builder.build(),
        }
    };
    names.into_iter().map(binding).collect()
}

fn condition(headers: &Map<String, Json>) -> Result<Option<HeaderCondition>, String> {
    if headers.is_empty() {
        return Ok(None);
    }
    let mut tests = Vec::new();
    for (name, wanted) in headers {
        let value = Value::try_from(wanted.clone()).map_err(|error| error.to_string())?;
        tests.push(HeaderTest::equals(name, value));
    }
    HeaderCondition::all(tests)
        .map(Some)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        Manifest::read(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_manifest_says_what_each_handler_wants() {
        let json = br#"{"name":"stats","version":"1.2.0","future":{"x":1},"publishes":["call_*"],
            "handlers":[{"id":3,"fn":"count","events":["call_*","agent_login"],"keys":["calls.#"],
            "headers":{"origin":"a"},"kind":"inline","timeout_ms":5}]}"#;
        let manifest = Manifest::read(json).unwrap();
        assert_eq!(manifest.name, "stats");
        let handler = &manifest.handlers[0];
        assert_eq!((handler.id, handler.name.as_str()), (3, "count"));
        assert_eq!(handler.bindings.len(), 2);
        assert_eq!(handler.kind, HandlerKind::Inline);
        assert_eq!(handler.timeout_ms, Some(5));
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        assert!(refusal("{").starts_with("manifest: line 1 column 1: "));
        let text = refusal(
            r#"{"name":"a","handlers":[{"id":0,"events":["x"]},{"id":1,"keys":["user..x"]}]}"#,
        );
        assert!(
            text.starts_with("manifest: handlers[1].keys[0]: \"user..x\": "),
            "{text}"
        );
        let text = refusal(r#"{"name":"a/b"}"#);
        assert!(text.starts_with("manifest: name: \"a/b\" is not"), "{text}");
        let text = refusal(r#"{"name":"a","handlers":[{"id":0}]}"#);
        assert!(text.contains("handlers[0]: wants nothing"), "{text}");
        let text =
            refusal(r#"{"name":"a","handlers":[{"id":0,"events":["x"]},{"id":0,"events":["x"]}]}"#);
        assert!(
            text.contains("handlers[1].id: is another handler's"),
            "{text}"
        );
        let text = refusal(r#"{"name":"a","needs_minor":7}"#);
        assert!(
            text.starts_with("needs plugin ABI 1.7; this host has 1.0"),
            "{text}"
        );
    }
}
