//! An SMTP server for tests, in threads, on a free port of this machine. It keeps what it was given, and misbehaves on
//! request: see [`Behaviour`]. Any test crate may take it in with `#[path]`; not each uses all of it.

use frontdesk::domain::account::{Account, Security};
use frontdesk::post::Bounds;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A mail that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients that were accepted.
    pub to: Vec<String>,
    /// The mail with its doubled dots single again.
    pub bytes: Vec<u8>,
}

/// What the server does out of the ordinary. `at` is a verb (`EHLO`, `MAIL`, `RCPT`, `DATA`, …), `""` for the greeting or
/// `"."` for the end of a mail.
#[derive(Debug, Clone, Default)]
pub enum Behaviour {
    /// Nothing.
    #[default]
    Good,
    /// Refuses these recipients, each with its reply.
    RefuseRecipients(Vec<(String, String)>),
    /// Answers with this line instead.
    Answer { at: &'static str, with: &'static str },
    /// Hangs up without an answer; a mail that ended with `"."` is kept all the same.
    HangUp { at: &'static str },
    /// Answers, then hangs up.
    AnswerAndHangUp { at: &'static str },
    /// Answers one byte at a time, ten in a second, without an end.
    Drip { at: &'static str },
    /// Answers with a line that does not end: so many bytes.
    Flood { at: &'static str, bytes: usize },
    /// Answers with lines that go on and on.
    NeverDone { at: &'static str },
    /// Says something more behind the answer to STARTTLS, while anybody may read and write along.
    Inject,
}

/// How the line is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Privacy {
    /// Not at all.
    #[default]
    None,
    /// From the first byte.
    Tls,
    /// After STARTTLS.
    StartTls,
}

/// What kind of server it is.
#[derive(Debug, Clone)]
pub struct Setup {
    /// How the line is kept private.
    pub privacy: Privacy,
    /// Who may log in with which password or token, and how; without it anybody may send.
    pub login: Option<(&'static str, &'static str, &'static str)>,
    /// The names on its certificate.
    pub names: Vec<String>,
    /// Further lines of the answer to EHLO.
    pub offers: Vec<&'static str>,
    /// Each mail that it takes is put there, too, as a file of its own, before it is acknowledged.
    pub keeps_in: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Setup {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        Setup { privacy: Privacy::None, login: None, names, offers: vec!["8BITMIME", "SIZE 1048576"], keeps_in: None }
    }
}

/// The server; it stops when it is dropped.
pub struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
    folder: tempfile::TempDir,
}

struct Shared {
    setup: Setup,
    tls: Arc<ServerConfig>,
    mails: Mutex<Vec<Accepted>>,
    heard: Mutex<Vec<String>>,
    behaviour: Mutex<Behaviour>,
    stopped: AtomicBool,
}

impl SmtpServer {
    /// A plain server that takes everything.
    pub fn start() -> SmtpServer {
        SmtpServer::start_as(Setup::default())
    }

    /// A server of this kind.
    pub fn start_as(setup: Setup) -> SmtpServer {
        let folder = tempfile::tempdir().unwrap();
        let (tls, ca) = certificates(&setup.names);
        std::fs::write(folder.path().join("ca.pem"), ca).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            setup,
            tls,
            mails: Mutex::default(),
            heard: Mutex::default(),
            behaviour: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                if serving.stopped.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || {
                    // A line that breaks is what these tests are about.
                    let _ = Talk::begin(socket, shared).and_then(Talk::serve);
                });
            }
        });
        SmtpServer { port, shared, folder }
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The mails it took, oldest first.
    pub fn mails(&self) -> Vec<Accepted> {
        self.shared.mails.lock().unwrap().clone()
    }

    /// Every command it heard, each as it came.
    pub fn heard(&self) -> Vec<String> {
        self.shared.heard.lock().unwrap().clone()
    }

    /// From now on it behaves so.
    pub fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// The file with the certificate of its authority.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Its address, for `user`.
    pub fn account(&self, user: Option<&str>) -> Account {
        let security = if self.shared.setup.privacy == Privacy::Tls { Security::Tls } else { Security::StartTls };
        let user = user.map(str::to_owned);
        Account { user, host: "127.0.0.1".to_owned(), port: self.port, security, folder: String::new() }
    }

    /// Bounds that trust it and are soon out of patience.
    pub fn bounds(&self) -> Bounds {
        Bounds { patience: Duration::from_millis(700), overall: Duration::from_secs(3), ca: Some(self.ca()) }
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// What the server shows, and the PEM of the authority that signed it.
fn certificates(names: &[String]) -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(names.to_vec()).unwrap().signed_by(&key, &ca).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![own.der().clone()], key).unwrap();
    (Arc::new(config), ca.pem())
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// One connection.
struct Talk {
    socket: TcpStream,
    wire: Box<dyn Wire>,
    heard: Vec<u8>,
    shared: Arc<Shared>,
    private: bool,
    known: bool,
}

/// What follows an answer.
#[derive(PartialEq, Eq)]
enum Next {
    Go,
    /// The usual answer was replaced: the command did not happen.
    Refused,
}

impl Talk {
    fn begin(socket: TcpStream, shared: Arc<Shared>) -> io::Result<Talk> {
        socket.set_read_timeout(Some(Duration::from_secs(10)))?;
        socket.set_nodelay(true)?;
        let wire = Box::new(socket.try_clone()?);
        let known = shared.setup.login.is_none();
        let mut talk = Talk { socket, wire, heard: Vec::new(), shared, private: false, known };
        if talk.shared.setup.privacy == Privacy::Tls {
            talk.encrypt()?;
        }
        Ok(talk)
    }

    fn encrypt(&mut self) -> io::Result<()> {
        let connection = ServerConnection::new(Arc::clone(&self.shared.tls)).map_err(io::Error::other)?;
        self.wire = Box::new(StreamOwned::new(connection, self.socket.try_clone()?));
        self.heard.clear();
        self.private = true;
        Ok(())
    }

    fn serve(mut self) -> io::Result<()> {
        self.answer("", "220 mail.test ready")?;
        let (mut from, mut to) = (None, Vec::new());
        loop {
            let command = String::from_utf8_lossy(&self.until(b"\r\n")?).trim_end().to_owned();
            self.shared.heard.lock().unwrap().push(command.clone());
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let path = || Some(command.split_once('<')?.1.split_once('>')?.0.to_owned());
            match verb.as_str() {
                "EHLO" => {
                    let offers = self.offers();
                    self.answer("EHLO", &offers)?;
                }
                "STARTTLS" if self.offers_starttls() => {
                    if self.answer("STARTTLS", "220 go on")? == Next::Go {
                        self.encrypt()?;
                    }
                }
                "AUTH" => self.log_in(&command)?,
                "MAIL" if !self.known => self.say("530 5.7.0 who are you")?,
                "MAIL" => {
                    if self.answer("MAIL", "250 ok")? == Next::Go {
                        from = path();
                    }
                }
                "RCPT" if from.is_some() => {
                    let recipient = path().unwrap_or_default();
                    let refusal = self.refusal(&recipient).unwrap_or_else(|| "250 ok".to_owned());
                    if self.answer("RCPT", &refusal)? == Next::Go && refusal.starts_with("250") {
                        to.push(recipient);
                    }
                }
                "DATA" if !to.is_empty() => {
                    if self.answer("DATA", "354 go on")? == Next::Go {
                        let from = from.take().unwrap_or_default();
                        self.take(Accepted { from, to: std::mem::take(&mut to), bytes: Vec::new() })?;
                    }
                }
                "RSET" => {
                    (from, to) = (None, Vec::new());
                    self.answer("RSET", "250 ok")?;
                }
                "QUIT" => return self.say("221 bye"),
                _ => self.say("503 5.5.1 not now")?,
            }
        }
    }

    /// The mail itself.
    fn take(&mut self, mut mail: Accepted) -> io::Result<()> {
        // The final dot may be the first line: it is looked for behind the end of the line before.
        self.heard.splice(..0, *b"\r\n");
        let wired = self.until(b"\r\n.\r\n")?;
        for line in wired[2..(wired.len() - 3).max(2)].split_inclusive(|&b| b == b'\n') {
            mail.bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
        let kept = !matches!(*self.shared.behaviour.lock().unwrap(), Behaviour::Answer { at: ".", .. });
        if kept {
            let mut mails = self.shared.mails.lock().unwrap();
            if let Some(folder) = &self.shared.setup.keeps_in {
                std::fs::write(folder.join(format!("mail.{}", mails.len())), &mail.bytes)?;
            }
            mails.push(mail);
        }
        self.answer(".", "250 2.0.0 queued as 1").map(|_| ())
    }

    fn log_in(&mut self, command: &str) -> io::Result<()> {
        let Some((way, user, secret)) = self.shared.setup.login else { return self.say("503 nobody needs to") };
        let mut words = command.split(' ').skip(1);
        let known = match (words.next().filter(|w| *w == way), words.next()) {
            (Some("PLAIN"), Some(word)) => word == base64(&format!("\0{user}\0{secret}")),
            (Some("XOAUTH2"), Some(word)) => {
                let right = word == base64(&format!("user={user}\x01auth=Bearer {secret}\x01\x01"));
                if !right {
                    self.say("334 eyJzdGF0dXMiOiI0MDAifQ==")?;
                    self.until(b"\r\n")?;
                }
                right
            }
            (Some("LOGIN"), None) => {
                self.say("334 VXNlcm5hbWU6")?;
                let one = self.until(b"\r\n")? == format!("{}\r\n", base64(user)).into_bytes();
                self.say("334 UGFzc3dvcmQ6")?;
                one & (self.until(b"\r\n")? == format!("{}\r\n", base64(secret)).into_bytes())
            }
            _ => false,
        };
        let usual = if known { "235 welcome" } else { "535 5.7.8 no" };
        self.known |= self.answer("AUTH", usual)? == Next::Go && known;
        Ok(())
    }

    fn offers_starttls(&self) -> bool {
        self.shared.setup.privacy == Privacy::StartTls && !self.private
    }

    fn offers(&self) -> String {
        let mut lines = vec!["mail.test".to_owned()];
        lines.extend(self.shared.setup.offers.iter().map(|o| (*o).to_owned()));
        if self.offers_starttls() {
            lines.push("STARTTLS".to_owned());
        } else if let Some((way, ..)) = self.shared.setup.login {
            lines.push(format!("AUTH {way}"));
        }
        let last = lines.len() - 1;
        let line = |(n, text): (usize, String)| format!("250{}{text}", if n == last { ' ' } else { '-' });
        lines.into_iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn refusal(&self, recipient: &str) -> Option<String> {
        match &*self.shared.behaviour.lock().unwrap() {
            Behaviour::RefuseRecipients(list) => {
                list.iter().find(|(to, _)| to == recipient).map(|(_, with)| with.clone())
            }
            _ => None,
        }
    }

    /// Says the usual words, or what the behaviour wants at this point.
    fn answer(&mut self, point: &str, usual: &str) -> io::Result<Next> {
        let behaviour = self.shared.behaviour.lock().unwrap().clone();
        match behaviour {
            Behaviour::Answer { at, with } if at == point => {
                self.say(with)?;
                return Ok(Next::Refused);
            }
            Behaviour::HangUp { at } if at == point => return self.hang_up(),
            Behaviour::AnswerAndHangUp { at } if at == point => {
                self.say(usual)?;
                return self.hang_up();
            }
            Behaviour::Drip { at } if at == point => loop {
                self.wire.write_all(b"2")?;
                self.wire.flush()?;
                thread::sleep(Duration::from_millis(100));
            },
            Behaviour::Flood { at, bytes } if at == point => {
                self.wire.write_all(&vec![b'2'; bytes])?;
                self.wire.flush()?;
            }
            Behaviour::NeverDone { at } if at == point => loop {
                self.say("250-and")?;
            },
            Behaviour::Inject if point == "STARTTLS" => self.say("220 go on\r\n250 injected")?,
            _ => self.say(usual)?,
        }
        Ok(Next::Go)
    }

    fn hang_up<T>(&mut self) -> io::Result<T> {
        self.socket.shutdown(Shutdown::Both)?;
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        self.wire.write_all(format!("{line}\r\n").as_bytes())?;
        self.wire.flush()
    }

    /// Everything up to `end`, with it.
    fn until(&mut self, end: &[u8]) -> io::Result<Vec<u8>> {
        let mut chunk = [0; 16 << 10];
        let mut searched = 0;
        loop {
            if let Some(at) = self.heard[searched..].windows(end.len()).position(|w| w == end) {
                return Ok(self.heard.drain(..searched + at + end.len()).collect());
            }
            searched = self.heard.len().saturating_sub(end.len());
            match self.wire.read(&mut chunk)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => self.heard.extend_from_slice(&chunk[..n]),
            }
        }
    }
}

/// Base64, so that the server does not lean on what it tests.
fn base64(text: &str) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<bool> = text.bytes().flat_map(|b| (0..8).rev().map(move |n| b >> n & 1 == 1)).collect();
    let letter = |six: &[bool]| letters[(0..6).fold(0, |v, n| v * 2 + usize::from(six.get(n) == Some(&true)))];
    let mut out: String = bits.chunks(6).map(letter).collect();
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

#[test]
fn the_server_of_the_tests_does_what_is_asked_of_it() {
    for privacy in [Privacy::None, Privacy::Tls, Privacy::StartTls] {
        let server = SmtpServer::start_as(Setup { privacy, ..Setup::default() });
        let said = |behaviour: Behaviour| {
            server.behave(behaviour);
            let mut socket = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
            socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            let mut greeting = [0; 3];
            // Nothing, or less than was hoped for, is an answer too.
            let _ = socket.read_exact(&mut greeting);
            String::from_utf8_lossy(&greeting).into_owned()
        };
        let (ready, nothing) = ("220", "\0\0\0");
        for (behaviour, expected) in [
            (Behaviour::Good, ready),
            (Behaviour::RefuseRecipients(vec![]), ready),
            (Behaviour::Inject, ready),
            (Behaviour::Answer { at: "", with: "554 no" }, "554"),
            (Behaviour::HangUp { at: "" }, nothing),
            (Behaviour::AnswerAndHangUp { at: "" }, ready),
            (Behaviour::Flood { at: "", bytes: 1000 }, "222"),
            (Behaviour::NeverDone { at: "" }, "250"),
            (Behaviour::Drip { at: "" }, "222"),
        ] {
            let expected = if privacy == Privacy::Tls { nothing } else { expected };
            assert_eq!(said(behaviour), expected);
        }
        assert!(server.mails().is_empty() && server.heard().is_empty());
        assert_eq!((server.account(None).port, server.bounds().ca), (server.port(), Some(server.ca())));
    }
    assert!(SmtpServer::start().mails().is_empty());
}
