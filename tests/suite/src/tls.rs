//! Certificates made for one run.

use std::path::PathBuf;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};

use crate::scratch::Scratch;

/// A certificate authority of one test, and what it has signed.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    directory: Scratch,
}

/// A certificate and its key, as PEM files.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The certificate's file.
    pub certificate: PathBuf,
    /// The private key's file (PKCS #8).
    pub key: PathBuf,
}

impl Authority {
    /// Makes an authority nobody knows yet.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named(name);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key can be made");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("the parameters are sound");
        let directory = Scratch::new("tls");
        let made = Self { issuer, directory };
        made.write("authority.pem", &made.issuer.pem());
        made
    }

    /// The authority's own certificate, which its peers are to trust.
    pub fn certificate(&self) -> PathBuf {
        self.directory.file("authority.pem")
    }

    /// Signs a server's certificate for these names and addresses.
    pub fn server(&self, names: &[&str]) -> Pair {
        let mut params = params(names);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(&format!("server-{}", names.join("-")), params)
    }

    /// Signs a server's certificate that is no longer valid.
    pub fn expired_server(&self, names: &[&str]) -> Pair {
        let mut params = params(names);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2021, 1, 1);
        self.sign(&format!("expired-{}", names.join("-")), params)
    }

    /// Signs a client's certificate.
    pub fn client(&self, name: &str) -> Pair {
        let mut params = params(&[]);
        params.distinguished_name = named(name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&format!("client-{name}"), params)
    }

    fn sign(&self, file: &str, params: CertificateParams) -> Pair {
        let key = KeyPair::generate().expect("a key can be made");
        let signed = params.signed_by(&key, &self.issuer);
        let signed = signed.expect("the parameters are sound");
        Pair {
            certificate: self.write(&format!("{file}.pem"), &signed.pem()),
            key: self.write(&format!("{file}.key"), &key.serialize_pem()),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.file(name);
        std::fs::write(&path, text).expect("the directory is ours");
        path
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("the names are host names or addresses");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.distinguished_name = named("a test of Trunkline");
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut full = DistinguishedName::new();
    full.push(DnType::CommonName, name);
    full
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority")
            .field("directory", &self.directory.path())
            .finish_non_exhaustive()
    }
}
