//! `memory:` URLs.

use std::collections::HashMap;
use std::sync::LazyLock;

use trunkline_core::TransportError;

use crate::broker::MemoryBroker;
use crate::client::Memory;
use crate::sync::Mutex;

/// Brokers by name, for the life of the process.
static NAMED: LazyLock<Mutex<HashMap<String, MemoryBroker>>> = LazyLock::new(Mutex::default);

/// The name in a URL, empty for none.
pub(crate) fn check(url: &str) -> Result<&str, TransportError> {
    let fault = |problem: String| TransportError::Url {
        url: url.to_owned(),
        problem,
        hint: "write `memory:` for a broker of its own, `memory:name` for a shared one".into(),
    };
    let Some(rest) = url.strip_prefix("memory:") else {
        return Err(fault("the scheme is not `memory`".into()));
    };
    let name = rest.strip_prefix("//").unwrap_or(rest);
    if let Some((_, parameters)) = name.split_once('?') {
        return Err(fault(format!(
            "`{parameters}`: this transport has no parameters"
        )));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.chars().all(is_name) {
        return Err(fault(format!("`{name}` is not a broker's name")));
    }
    Ok(name)
}

/// Connects to the broker a URL names: `memory:` is a new one, `memory:name` the one of that name
/// in this process.
///
/// # Errors
/// [`TransportError::Url`] for anything else.
pub fn connect(url: &str) -> Result<Memory, TransportError> {
    let name = check(url)?;
    if name.is_empty() {
        return Ok(MemoryBroker::new().connect());
    }
    Ok(NAMED.lock().entry(name.to_owned()).or_default().connect())
}
