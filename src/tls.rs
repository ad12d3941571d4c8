//! The private line to a server: whom to believe, and why somebody is not believed. One provider (ring), one set of
//! protocols, for mail and database alike. Who connects, and where to, is not known here.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// What every private line begins with: the machine's authorities (or those of `SSL_CERT_FILE`), and those of the PEM file
/// `ca` besides them.
///
/// # Errors
/// In words: the file cannot be read or holds no certificate.
pub fn client(ca: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca {
        add(&mut roots, file).map_err(|why| format!("the certificates in {}: {why}", file.display()))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| format!("TLS cannot be set up: {e}"))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn add(roots: &mut RootCertStore, file: &Path) -> Result<(), String> {
    let mut found = 0;
    for certificate in CertificateDer::pem_file_iter(file).map_err(|e| e.to_string())? {
        let certificate = certificate.map_err(|e| e.to_string())?;
        roots.add(certificate).map_err(|e| e.to_string())?;
        found += 1;
    }
    if found == 0 { Err("none is there; a PEM file has -----BEGIN CERTIFICATE-----".to_owned()) } else { Ok(()) }
}

/// Why the certificate of a server was not believed, in words; none where something else went wrong. Looks through
/// everything that the error wraps.
#[must_use]
pub fn distrust(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(why)) = error.downcast_ref() {
            return Some(in_words(why));
        }
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    None
}

fn in_words(why: &CertificateError) -> String {
    use CertificateError as E;
    match why {
        E::Expired | E::ExpiredContext { .. } => "the certificate has expired".to_owned(),
        E::NotValidYet | E::NotValidYetContext { .. } => {
            "the certificate is not valid yet, or the clock of this machine is wrong".to_owned()
        }
        E::NotValidForName => "the certificate is for another name".to_owned(),
        E::NotValidForNameContext { expected, presented } => {
            // `DnsName("mail.acme.test")` as the library shows it.
            let plain = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
            let others = presented.iter().take(5).map(plain).collect::<Vec<_>>().join(", ");
            format!("the certificate is not for {} but for {others}", expected.to_str())
        }
        E::UnknownIssuer => "nobody whom this machine believes has signed the certificate".to_owned(),
        E::BadSignature => "the certificate was not signed by whom it names".to_owned(),
        E::Revoked => "the certificate was revoked".to_owned(),
        other => match other.to_string() {
            words if words.contains("CaUsedAsEndEntity") => {
                "the certificate is that of an authority (CA:TRUE), not of a server".to_owned()
            }
            words => words,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_authorities_must_hold_some() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        assert!(client(Some(&file)).unwrap_err().starts_with("the certificates in "));
        std::fs::write(&file, "nothing").unwrap();
        assert!(client(Some(&file)).unwrap_err().ends_with("-----BEGIN CERTIFICATE-----"));
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&file, own.cert.pem()).unwrap();
        assert!(client(Some(&file)).is_ok());
    }

    #[test]
    fn the_reason_is_found_however_deep_it_is_wrapped() {
        let expired = rustls::Error::InvalidCertificate(CertificateError::Expired);
        let wrapped = std::io::Error::other(std::io::Error::other(expired));
        assert_eq!(distrust(&wrapped).as_deref(), Some("the certificate has expired"));
        assert_eq!(distrust(&std::io::Error::other("no")), None);
    }
}
