//! `amqp:` URLs.

use std::num::{NonZeroU16, NonZeroUsize};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use trunkline_core::TransportError;

use crate::config::{Address, AmqpConfig, Exchange, ExchangeType, Profile, QueueType};
use crate::secret::Secret;

const FORM: &str = "write amqp://user:password@host:5672/vhost?exchange=name";

/// The parameters there are, each with its form.
const PARAMETERS: &[(&str, &str)] = &[
    ("profile", "wazo or kazoo"),
    ("exchange", "a name"),
    ("exchange_type", "topic or headers"),
    ("queue", "classic or quorum"),
    ("name", "text"),
    ("heartbeat", "seconds, from 1 to 600"),
    ("connect_timeout", "seconds, from 1 to 600"),
    ("window", "a number from 1 to 65535"),
    ("max_payload", "bytes"),
    ("cacert", "the path of a PEM file"),
];

/// Why a URL was not understood.
struct Fault {
    problem: String,
    hint: String,
}

fn fault<T>(problem: impl Into<String>, hint: impl Into<String>) -> Result<T, Fault> {
    Err(Fault {
        problem: problem.into(),
        hint: hint.into(),
    })
}

pub(crate) fn parse(url: &str) -> Result<AmqpConfig, TransportError> {
    read(url).map_err(|fault| TransportError::Url {
        url: without_credentials(url),
        problem: fault.problem,
        hint: fault.hint,
    })
}

fn read(url: &str) -> Result<AmqpConfig, Fault> {
    let (tls, rest) = match url.split_once("://") {
        Some(("amqp", rest)) => (false, rest),
        Some(("amqps", rest)) => (true, rest),
        _ => return fault("the scheme is neither `amqp` nor `amqps`", FORM),
    };
    let mut config = AmqpConfig::new(tls);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    if query.contains('#') || place.contains('#') {
        return fault("`#` has no place in the URL", "write it as %23");
    }
    let (authority, vhost) = match place.split_once('/') {
        Some((authority, vhost)) => (authority, Some(vhost)),
        None => (place, None),
    };
    // RabbitMQ's own rule gives `amqp://host/` the virtual host ``; nobody who writes it means that.
    if let Some(vhost) = vhost.filter(|vhost| !vhost.is_empty()) {
        if vhost.contains('/') {
            return fault(
                "the path has more than one segment",
                "write a `/` in the name of a virtual host as %2F",
            );
        }
        config.vhost = decoded("virtual host", vhost)?;
    }
    let hosts = match authority.rsplit_once('@') {
        Some((user, hosts)) => {
            credentials(&mut config, user)?;
            hosts
        }
        None => authority,
    };
    config.addresses = addresses(hosts, if tls { 5671 } else { 5672 })?;
    parameters(&mut config, query)?;
    Ok(config)
}

fn credentials(config: &mut AmqpConfig, text: &str) -> Result<(), Fault> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    config.user = decoded("user", user)?;
    config.password = Secret::new(decoded("password", password)?);
    Ok(())
}

fn addresses(text: &str, port: u16) -> Result<Vec<Address>, Fault> {
    let one = |text: &str| {
        let closed = text.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match text[closed..].rfind(':') {
            Some(at) => {
                let (host, port) = (&text[..closed + at], &text[closed + at + 1..]);
                match port.parse() {
                    Ok(number) if number != 0 => (host, number),
                    _ => return fault(format!("`{port}` is not a port"), FORM),
                }
            }
            None => (text, port),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return fault("there is no host", FORM);
        }
        let host = decoded("host", host)?;
        Ok(Address { host, port })
    };
    text.split(',').map(one).collect()
}

fn decoded(what: &str, text: &str) -> Result<String, Fault> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => fault(format!("the {what} is not UTF-8 once decoded"), FORM),
    }
}

fn parameters(config: &mut AmqpConfig, query: &str) -> Result<(), Fault> {
    let mut exchange = None;
    let mut kind = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded("query", value)?;
        let refuse = |form: &str| fault(format!("`{value}` is no `{key}`"), format!("give {form}"));
        let Some((_, form)) = PARAMETERS.iter().find(|(known, _)| *known == key) else {
            let known: Vec<_> = PARAMETERS.iter().map(|(known, _)| *known).collect();
            return fault(
                format!("there is no parameter `{key}`"),
                format!("the known ones are {}", known.join(", ")),
            );
        };
        match (key, value.as_str()) {
            ("profile", "wazo") => config.profile = Profile::Wazo,
            ("profile", "kazoo") => config.profile = Profile::Kazoo,
            ("exchange", name) if !name.is_empty() && name.len() <= 127 => {
                exchange = Some(name.to_owned());
            }
            ("exchange_type", "topic") => kind = Some(ExchangeType::Topic),
            ("exchange_type", "headers") => kind = Some(ExchangeType::Headers),
            ("queue", "classic") => config.queue = QueueType::Classic,
            ("queue", "quorum") => config.queue = QueueType::Quorum,
            ("name", name) if !name.is_empty() => config.name = name.to_owned(),
            ("cacert", path) if !path.is_empty() => config.authority = Some(path.into()),
            ("heartbeat", text) => match text.parse::<NonZeroU16>() {
                Ok(seconds) if seconds.get() <= 600 => config.heartbeat = seconds,
                _ => return refuse(form),
            },
            ("connect_timeout", text) => match text.parse::<u64>() {
                Ok(seconds @ 1..=600) => config.connect_timeout = Duration::from_secs(seconds),
                _ => return refuse(form),
            },
            ("window", text) => match text.parse::<NonZeroU16>() {
                Ok(window) => config.window = NonZeroUsize::from(window),
                Err(_) => return refuse(form),
            },
            ("max_payload", text) => match text.parse() {
                Ok(bytes) => config.max_payload = bytes,
                Err(_) => return refuse(form),
            },
            _ => return refuse(form),
        }
    }
    choose_exchange(config, exchange, kind)
}

/// The exchanges whose type need not be said.
const KNOWN: &[(&str, ExchangeType)] = &[
    ("wazo-headers", ExchangeType::Headers),
    ("xivo", ExchangeType::Topic),
    ("amq.headers", ExchangeType::Headers),
    ("amq.match", ExchangeType::Headers),
    ("amq.topic", ExchangeType::Topic),
];

fn choose_exchange(
    config: &mut AmqpConfig,
    name: Option<String>,
    kind: Option<ExchangeType>,
) -> Result<(), Fault> {
    let default = match config.profile {
        Profile::Wazo => "wazo-headers",
        Profile::Kazoo => "callevt",
        Profile::Plain => "trunkline",
    };
    let name = name.unwrap_or_else(|| default.to_owned());
    let known = KNOWN.iter().find(|(known, _)| *known == name);
    if let (Some((_, known)), Some(kind)) = (known, kind)
        && *known != kind
    {
        return fault(
            format!("`{name}` is no {} exchange", kind.as_str()),
            format!(
                "it is a {} exchange; leave `exchange_type` out",
                known.as_str()
            ),
        );
    }
    let kind = kind.or(known.map(|(_, kind)| *kind));
    config.exchange = Exchange {
        name,
        kind: kind.unwrap_or(ExchangeType::Topic),
    };
    Ok(())
}

/// A URL fit for a message: whatever may be a password is left out.
fn without_credentials(url: &str) -> String {
    let (place, query) = url
        .split_once('?')
        .map_or((url, None), |(a, b)| (a, Some(b)));
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    match (place.find("://"), place.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => {
            format!("{}://…@{}{query}", &place[..scheme], &place[at + 1..])
        }
        (None, Some(at)) => format!("…@{}{query}", &place[at + 1..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_url_is_read() {
        let config = parse(
            "amqps://me:s%40cret@one,two:5670,[::1]:9/my%2Fhost?exchange=wazo-headers\
             &queue=quorum&heartbeat=7&window=10&name=calld&max_payload=9&connect_timeout=3",
        )
        .unwrap();
        let addresses: Vec<_> = config.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["one:5671", "two:5670", "::1:9"]);
        assert_eq!(
            (config.user.as_str(), config.password.expose()),
            ("me", "s@cret")
        );
        assert_eq!(config.vhost, "my/host");
        assert_eq!(config.exchange, Exchange::headers("wazo-headers"));
        assert_eq!(config.queue, QueueType::Quorum);
        assert_eq!((config.heartbeat.get(), config.window.get()), (7, 10));
        assert_eq!((config.max_payload, config.name.as_str()), (9, "calld"));
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        let config = parse("amqp://localhost").unwrap();
        assert_eq!(config.addresses[0].to_string(), "localhost:5672");
        assert_eq!(
            (config.user.as_str(), config.vhost.as_str()),
            ("guest", "/")
        );
        assert_eq!(config.exchange, Exchange::topic("trunkline"));
        assert_eq!(
            parse("amqp://h/?profile=wazo").unwrap().exchange.name,
            "wazo-headers"
        );
        assert_eq!(
            parse("amqp://h/?profile=kazoo").unwrap().exchange,
            Exchange::topic("callevt")
        );
        assert_eq!(parse("amqp://h/").unwrap().vhost, "/");
    }

    #[test]
    fn a_bad_url_says_what_is_wrong_and_what_is_known() {
        for (url, word) in [
            ("amqp://h/v?color=red", "profile, exchange"),
            ("amqp://h:0/", "`0` is not a port"),
            ("amqp://", "there is no host"),
            ("amqp://h/a/b", "%2F"),
            ("amqp://h/?queue=stream", "classic or quorum"),
            ("amqp://h/?heartbeat=0", "from 1 to 600"),
            (
                "amqp://h/?exchange=xivo&exchange_type=headers",
                "topic exchange",
            ),
            ("http://h/", "neither"),
            ("amqp://h/?profile=asterisk", "give wazo or kazoo"),
        ] {
            let error = parse(url).unwrap_err().to_string();
            assert!(error.contains(word), "{url}: {error}");
        }
    }

    #[test]
    fn no_text_shows_the_password() {
        let error = parse("amqp://me:secret@h/?color=red").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret"));
        let config = parse("amqp://me:secret@h/").unwrap();
        assert!(!format!("{config:?}").contains("secret"));
    }
}
