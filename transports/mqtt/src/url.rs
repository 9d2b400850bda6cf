//! `mqtt:` and `mqtts:` URLs.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use trunkline_core::TransportError;

use crate::client::Mqtt;
use crate::config::{Address, MqttConfig, MqttVersion, PublishQos, TlsConfig};

/// What may stand behind the `?`, with the form of its value.
const PARAMETERS: &[(&str, &str)] = &[
    ("version", "`5` or `3.1.1`"),
    ("client_id", "a name"),
    ("clean", "`true` or `false`"),
    ("session_expiry", "seconds"),
    ("keep_alive", "seconds, 1 to 65535"),
    ("connect_timeout", "seconds"),
    ("qos", "`0`, `1` or `2`"),
    ("max_packet", "bytes, 1024 to 268435455"),
    ("shared", "`true` or `false`"),
    ("envelope", "`true` or `false`"),
    ("retain", "`true` or `false`"),
    ("ca", "a PEM file"),
    ("certificate", "a PEM file"),
    ("key", "a PEM file"),
];

/// Connects to the broker a URL names:
/// `mqtt://user:password@host:1883?client_id=billing-1`, `mqtts://host`. Several addresses are
/// separated by commas and tried in turn. User, password and values are percent-decoded.
///
/// | parameter | is | default |
/// | --- | --- | --- |
/// | `version` | `5` or `3.1.1` | `5` |
/// | `client_id` | the instance's own name; groups want one | random |
/// | `clean` | keep nothing at the broker for members that are away | `false` |
/// | `session_expiry` | seconds the broker keeps what waits for a member that is away | 86400 |
/// | `keep_alive` | seconds between signs of life | 10 |
/// | `connect_timeout` | seconds | 10 |
/// | `qos` | `0`, `1` or `2`, of what is published | `1` |
/// | `max_packet` | bytes | 17039360 |
/// | `shared` | shared subscriptions with version 3.1.1 | `false` |
/// | `envelope` | publish with version 5 what subscribers of 3.1.1 can read | `false` |
/// | `retain` | `false` for a broker that keeps no messages, or only says so of single topics | `true` |
/// | `ca`, `certificate`, `key` | PEM files, for `mqtts:` | the system's authorities |
///
/// # Errors
/// [`TransportError::Url`] for what is not such a URL, listing the known parameters;
/// [`TransportError::Unreachable`] and [`TransportError::Denied`] from the first connection.
pub async fn connect(url: &str) -> Result<Mqtt, TransportError> {
    Mqtt::connect(parse(url)?).await
}

/// Reads a URL.
pub(crate) fn parse(url: &str) -> Result<MqttConfig, TransportError> {
    let shown = without_credentials(url);
    read(url).map_err(|Fault { problem, hint }| TransportError::Url {
        url: shown,
        problem,
        hint,
    })
}

struct Fault {
    problem: String,
    hint: String,
}

fn fault(problem: impl Into<String>, hint: impl Into<String>) -> Fault {
    Fault {
        problem: problem.into(),
        hint: hint.into(),
    }
}

const FORM: &str = "write `mqtt://user:password@host:port?parameter=value`, or `mqtts://…` for TLS";

fn read(url: &str) -> Result<MqttConfig, Fault> {
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| fault("there is no `://`", FORM))?;
    let tls = match scheme {
        "mqtt" => false,
        "mqtts" => true,
        other => return Err(fault(format!("the scheme is `{other}`"), FORM)),
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.strip_suffix('/').unwrap_or(place);
    if place.contains('/') {
        return Err(fault("MQTT knows no path", FORM));
    }
    let (login, hosts) = match place.rsplit_once('@') {
        Some((login, hosts)) => (Some(login), hosts),
        None => (None, place),
    };
    let port = if tls { 8883 } else { 1883 };
    let addresses = hosts.split(',').map(|host| address(host, port));
    let mut config = MqttConfig::with_addresses(addresses.collect::<Result<_, _>>()?);
    config.tls = tls.then(TlsConfig::default);
    if let Some(login) = login {
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        config.credentials = Some((decoded("user", user)?, decoded("password", password)?));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameter(&mut config, name, &decoded(name, value)?)?;
    }
    if let Some(tls) = &config.tls
        && tls.certificate.is_some() != tls.key.is_some()
    {
        let hint = "give both, or neither";
        return Err(fault("`certificate` and `key` belong together", hint));
    }
    Ok(config)
}

fn address(text: &str, port: u16) -> Result<Address, Fault> {
    let (host, port) = match text.rsplit_once(':') {
        // A colon inside brackets belongs to an IPv6 address.
        Some((host, digits)) if !digits.contains(']') => {
            let port = digits.parse().ok().filter(|&port| port > 0);
            let wrong = || fault(format!("`{digits}` is no port"), "write 1 to 65535");
            (host, port.ok_or_else(wrong)?)
        }
        _ => (text, port),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() {
        return Err(fault("a host is missing", FORM));
    }
    Ok(Address {
        host: host.to_owned(),
        port,
    })
}

/// Decodes `%XX`. The text itself stays out of the error: it may be a password.
fn decoded(what: &str, text: &str) -> Result<String, Fault> {
    let decoded = percent_decode_str(text).decode_utf8();
    let wrong = |_| fault(format!("`{what}` is not UTF-8"), "percent-encode it");
    decoded.map(Into::into).map_err(wrong)
}

fn parameter(config: &mut MqttConfig, name: &str, value: &str) -> Result<(), Fault> {
    let Some((_, form)) = PARAMETERS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<_> = PARAMETERS
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let problem = format!("there is no parameter `{name}`");
        return Err(fault(
            problem,
            format!("the known ones are {}", known.join(", ")),
        ));
    };
    let wrong = || fault(format!("`{name}={value}`"), format!("write {form}"));
    let seconds = || number(value, 0, u32::MAX).map(|secs| Duration::from_secs(secs.into()));
    match name {
        "version" => {
            config.version = match value {
                "5" => MqttVersion::V5,
                "3.1.1" => MqttVersion::V311,
                _ => return Err(wrong()),
            }
        }
        "qos" => {
            config.qos = match value {
                "0" => PublishQos::AtMostOnce,
                "1" => PublishQos::AtLeastOnce,
                "2" => PublishQos::Handshake,
                _ => return Err(wrong()),
            }
        }
        "client_id" => {
            let fits = !value.is_empty() && value.len() <= 128 && !value.contains(char::is_control);
            config.client_id = Some(value.to_owned()).filter(|_| fits);
            config.client_id.as_ref().ok_or_else(wrong)?;
        }
        "clean" => config.clean = value.parse().map_err(|_| wrong())?,
        "shared" => config.shared = value.parse().map_err(|_| wrong())?,
        "retain" => config.retain = value.parse().map_err(|_| wrong())?,
        "envelope" => config.envelope = value.parse().map_err(|_| wrong())?,
        "session_expiry" => config.session_expiry = seconds().ok_or_else(wrong)?,
        "connect_timeout" => config.connect_timeout = seconds().ok_or_else(wrong)?,
        "keep_alive" => {
            let most = u32::from(u16::MAX);
            let secs = number(value, 1, most).ok_or_else(wrong)?;
            config.keep_alive = Duration::from_secs(secs.into());
        }
        "max_packet" => {
            config.max_packet = number(value, 1024, 268_435_455).ok_or_else(wrong)? as usize;
        }
        file => {
            let tls = config.tls.as_mut();
            let plain = || fault(format!("`{file}` is for TLS"), "write `mqtts://`");
            let tls = tls.ok_or_else(plain)?;
            let path = Some(PathBuf::from(value)).filter(|_| !value.is_empty());
            *match file {
                "ca" => &mut tls.ca,
                "certificate" => &mut tls.certificate,
                _ => &mut tls.key,
            } = Some(path.ok_or_else(wrong)?);
        }
    }
    Ok(())
}

fn number(text: &str, least: u32, most: u32) -> Option<u32> {
    let number = u32::from_str(text).ok()?;
    (least..=most).contains(&number).then_some(number)
}

/// A URL fit for a message: whatever may be a password is left out.
fn without_credentials(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    match url.rfind('@') {
        Some(at) if at >= start => format!("{}…@{}", &url[..start], &url[at + 1..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;
