//! The private line to a mail server: which certificates are believed, and that nothing is said where none is.

use crate::certificate::{Authority, Signed, self_signed};
use frontdesk::domain::account::{Account, Security};
use frontdesk::error::{Error, Kind};
use frontdesk::post::imap::Imap;
use frontdesk::post::{Bounds, Login};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// A server with a certificate; gives its port, and in the end what it heard under TLS.
fn serve(signed: &Signed, starttls: bool) -> (u16, JoinHandle<String>) {
    let chain = CertificateDer::pem_slice_iter(signed.certificate.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(signed.key.as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut heard = String::new();
        if starttls {
            converse(stream.try_clone().unwrap(), "* OK ready\r\n", "STARTTLS", &mut heard);
            assert!(!heard.contains("AUTHENTICATE"), "{heard}");
        }
        let session = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let greeting = if starttls { "" } else { "* OK ready\r\n" };
        converse(rustls::StreamOwned::new(session, stream), greeting, "LOGOUT", &mut heard);
        heard
    });
    (port, heard)
}

/// Answers until a word is heard.
fn converse(stream: impl Read + Write, greeting: &str, last: &str, heard: &mut String) -> Option<()> {
    let mut lines = BufReader::with_capacity(1, stream);
    lines.get_mut().write_all(greeting.as_bytes()).ok()?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        heard.push_str(&line);
        let tag = line.split(' ').next()?;
        let can = if last == "STARTTLS" { " STARTTLS" } else { "" };
        let data = if line.contains("CAPABILITY") { "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN" } else { "* OK" };
        lines.get_mut().write_all(format!("{data}{can}\r\n{tag} OK\r\n").as_bytes()).ok()?;
        lines.get_mut().flush().ok()?;
        if line.contains(last) {
            return Some(());
        }
    }
}

fn connect(port: u16, host: &str, security: Security, ca: Option<&Path>) -> Result<(), Error> {
    let account =
        Account { user: Some("mila".to_owned()), host: host.to_owned(), port, security, folder: "INBOX".to_owned() };
    let seconds = Duration::from_secs(10);
    let bounds = Bounds { patience: seconds, overall: seconds, ca: ca.map(Path::to_path_buf) };
    Imap::connect(&account, &Login::Password("secret".to_owned()), &bounds).map(Imap::bye)
}

/// An authority whose file lies in a folder.
fn known() -> (Authority, tempfile::TempDir) {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
    (authority, folder)
}

#[test]
fn a_certificate_of_an_own_authority_is_believed() {
    let (authority, folder) = known();
    let signed = authority.sign(&["localhost", "127.0.0.1"], 2020..2100);
    for (security, host) in
        [(Security::Tls, "localhost"), (Security::Tls, "127.0.0.1"), (Security::StartTls, "localhost")]
    {
        let (port, heard) = serve(&signed, security == Security::StartTls);
        connect(port, host, security, Some(&folder.path().join("ca.pem"))).unwrap();
        assert!(heard.join().unwrap().contains("AUTHENTICATE PLAIN AG1pbGEAc2VjcmV0"));
    }
}

#[test]
fn a_certificate_that_is_not_believed_is_named_and_nothing_is_said() {
    let (authority, folder) = known();
    let all = ["localhost", "127.0.0.1"];
    let cases = [
        (self_signed(&all), "nobody whom this machine believes has signed the certificate"),
        (Authority::new().sign(&all, 2020..2100), "the certificate was not signed by whom it names"),
        (authority.sign(&all, 2020..2021), "the certificate has expired"),
        (authority.sign(&all, 2098..2100), "the certificate is not valid yet, or the clock of this machine is wrong"),
        (
            authority.sign(&["mail.acme.test"], 2020..2100),
            "the certificate is not for localhost but for mail.acme.test",
        ),
    ];
    for (signed, why) in &cases {
        for security in [Security::Tls, Security::StartTls] {
            let (port, heard) = serve(signed, security == Security::StartTls);
            let e = connect(port, "localhost", security, Some(&folder.path().join("ca.pem"))).unwrap_err();
            assert_eq!((e.kind, e.cause.as_deref()), (Kind::Refused, Some(*why)));
            assert!(e.hint.unwrap().contains("ca"));
            assert!(!heard.join().unwrap().contains("AUTHENTICATE"), "{why}");
        }
    }
}

#[test]
fn a_self_signed_certificate_is_believed_when_it_is_named() {
    let signed = self_signed(&["localhost"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.pem");
    std::fs::write(&file, &signed.certificate).unwrap();
    let (port, _) = serve(&signed, false);
    connect(port, "localhost", Security::Tls, Some(&file)).unwrap();
}

#[test]
fn a_file_of_authorities_that_is_missing_is_named_before_anything_is_said() {
    let (port, _) = serve(&self_signed(&["localhost"]), false);
    let e = connect(port, "localhost", Security::Tls, Some(Path::new("/nowhere/ca.pem"))).unwrap_err();
    assert!(e.kind == Kind::Refused && e.what.contains("/nowhere/ca.pem"), "{e:?}");
}
