//! TLS towards the broker.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use trunkline_core::{BoxError, TransportError};

use crate::NAME;
use crate::config::{Address, TlsConfig};

/// Reads the files a configuration names. They are read for each connection, so that a renewed
/// certificate is used at the next one.
pub(crate) fn client(
    config: &TlsConfig,
    address: &Address,
) -> Result<Arc<ClientConfig>, TransportError> {
    build(config).map_err(|Problem { check, source }| TransportError::Denied {
        transport: NAME,
        endpoint: address.to_string(),
        check,
        source,
    })
}

struct Problem {
    check: &'static str,
    source: BoxError,
}

fn build(config: &TlsConfig) -> Result<Arc<ClientConfig>, Problem> {
    let provider = Arc::new(ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = versions.map_err(|source| Problem {
        check: "the build: its TLS provider has no safe protocol version",
        source: source.into(),
    })?;
    let builder = builder.with_root_certificates(roots(config)?);
    let client = match (&config.certificate, &config.key) {
        (Some(certificate), Some(key)) => {
            let (chain, key) = (certificates(certificate)?, private_key(key)?);
            let with_cert = builder.with_client_auth_cert(chain, key);
            with_cert.map_err(|source| Problem {
                check: "that `certificate` and `key` belong together",
                source: source.into(),
            })?
        }
        _ => builder.with_no_client_auth(),
    };
    Ok(Arc::new(client))
}

fn roots(config: &TlsConfig) -> Result<RootCertStore, Problem> {
    let mut roots = RootCertStore::empty();
    let certificates = match &config.ca {
        Some(file) => certificates(file)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let (taken, _) = roots.add_parsable_certificates(certificates);
    if taken == 0 {
        return Err(Problem {
            check: "`ca`, or the authorities of the system",
            source: "no certificate of an authority can be read".into(),
        });
    }
    Ok(roots)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let wrong = |source: BoxError| Problem {
        check: "that `ca` and `certificate` are PEM files of certificates",
        source: format!("{}: {source}", file.display()).into(),
    };
    let read = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.into()))?;
    let read: Result<Vec<_>, _> = read.collect();
    read.map_err(|error| wrong(error.into()))
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, Problem> {
    PrivateKeyDer::from_pem_file(file).map_err(|error| Problem {
        check: "that `key` is a PEM file of a private key",
        source: format!("{}: {error}", file.display()).into(),
    })
}
