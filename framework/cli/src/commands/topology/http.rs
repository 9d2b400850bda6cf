//! Getting JSON over HTTP, with a password that nobody is shown.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::DeserializeOwned;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::failure::Failure;
use crate::settings::masked_url;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most bytes of an answer: some 100 000 bindings.
const MOST: u64 = 64 << 20;

/// A place that is asked by HTTP.
pub(super) struct Http {
    agent: ureq::Agent,
    base: String,
    /// The address without its password, for messages.
    shown: String,
    authorization: Option<String>,
}

impl Http {
    /// Takes `http://user:password@host:15672`, or `https:`; `place` is where it was said.
    pub(super) fn new(url: &str, place: &str) -> Result<Self, Failure> {
        let fault = |problem: &str| {
            let form = "write `http://user:password@host:15672`, or `https:`";
            Failure::usage(place, problem, form)
        };
        let (scheme, rest) = url
            .split_once("://")
            .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
            .ok_or_else(|| fault("is not the URL of an HTTP API"))?;
        let (login, host) = match rest.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, rest),
        };
        if host.is_empty() || host.contains('?') || host.contains('#') {
            return Err(fault("does not name a host"));
        }
        let authorization = match login {
            None => None,
            Some(login) => {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                let mut login = percent_decode_str(user).collect::<Vec<u8>>();
                login.push(b':');
                login.extend(percent_decode_str(password));
                let login = STANDARD.encode(login);
                Some(format!("Basic {login}"))
            }
        };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // A redirection could take the password elsewhere.
            .max_redirects(0)
            .tls_config(tls())
            .build();
        Ok(Self {
            agent: agent.into(),
            base: format!("{scheme}://{}", host.trim_end_matches('/')),
            shown: masked_url(url),
            authorization,
        })
    }

    /// Gets a value; blocks.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let shown = &self.shown;
        let unreachable = |error: ureq::Error| {
            Failure::unreachable(format!("{shown}: cannot be asked; check host and port"))
                .caused_by(error)
        };
        let mut answer = request.call().map_err(unreachable)?;
        match answer.status().as_u16() {
            200 => {}
            401 | 403 => {
                return Err(Failure::unreachable(format!(
                    "{shown}: refuses us; check user and password, and that the user has the tag \
                     `management`"
                )));
            }
            404 => {
                return Err(Failure::unreachable(format!(
                    "{shown}: does not know `{path}`; check that this is RabbitMQ's management \
                     API, and the virtual host"
                )));
            }
            status => {
                return Err(Failure::unreachable(format!("{shown}: answers {status}")));
            }
        }
        let body = answer.body_mut().with_config().limit(MOST).reader();
        serde_json::from_reader(body).map_err(|error| {
            Failure::running(format!("{shown}: its answer cannot be read")).caused_by(error)
        })
    }
}

/// The system's certificates, as operators expect; none that cannot be read.
fn tls() -> TlsConfig {
    let found = rustls_native_certs::load_native_certs().certs;
    let certificates: Vec<_> = found
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    TlsConfig::builder()
        .root_certs(RootCerts::from(certificates))
        .build()
}

/// Text as one segment of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_http_url_is_refused_without_its_password() {
        for bad in [
            "amqp://me:s3cret@host",
            "me:s3cret@host",
            "http://me:s3cret@",
        ] {
            let Err(failure) = Http::new(bad, "option `--management`") else {
                panic!("{bad}");
            };
            let text = format!("{failure:?}");
            assert!(text.contains("http://user:password@host:15672"), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn a_virtual_host_is_one_segment_of_a_path() {
        assert_eq!(segment("/"), "%2F");
        assert_eq!(segment("a/b c"), "a%2Fb%20c");
    }
}
