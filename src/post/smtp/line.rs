//! The line to a server: connecting, encrypting, saying a command, hearing a reply. Bounded in time and memory whatever the
//! server does. What the words of SMTP mean is not here.

use crate::post::address;
use crate::tls;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{IpAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A line of a reply longer than this is no reply (RFC 5321 allows 512 bytes).
const LONGEST_LINE: usize = 4096;
/// A reply of more lines than this is no reply.
const MOST_LINES: usize = 200;
/// What is kept of a server's words.
const LONGEST_SAID: usize = 300;

/// How a line ends before its time.
#[derive(Debug)]
pub(super) enum Break {
    /// Nobody there, too slow, hung up.
    Network(String),
    /// What was said is not SMTP.
    Garbage(String),
    /// No trust: the certificate is not the server's, or TLS was not agreed on.
    Trust(String),
}

impl Break {
    /// What happened, in words.
    pub(super) fn words(self) -> String {
        match self {
            Break::Network(words) | Break::Garbage(words) | Break::Trust(words) => words,
        }
    }
}

impl From<io::Error> for Break {
    fn from(e: io::Error) -> Break {
        let inner = e.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (inner, e.kind()) {
            (Some(inner), _) => Break::Trust(tls::distrust(&e).unwrap_or_else(|| inner.to_string())),
            (None, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
                Break::Network("the server did not answer in time".to_owned())
            }
            (None, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
                Break::Network("the server hung up".to_owned())
            }
            (None, _) => Break::Network(e.to_string()),
        }
    }
}

/// What a server said to one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// Three digits.
    pub(super) code: u16,
    /// The words of each line.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// `2xx`: done.
    pub(super) fn is_good(&self) -> bool {
        self.code / 100 == 2
    }

    /// `4xx`: try again.
    pub(super) fn is_temporary(&self) -> bool {
        self.code / 100 == 4
    }

    /// Code and words for messages: on one line, without what is not seen, not endless.
    pub(super) fn said(&self) -> String {
        let words = format!("{} {}", self.code, self.lines.join(" "));
        let visible = words.chars().map(|c| if address::is_invisible(c) { ' ' } else { c });
        visible.take(LONGEST_SAID).collect::<String>().trim_end().to_owned()
    }
}

/// A socket on which no wait outlasts `until`, however the bytes drip.
struct Timed {
    socket: TcpStream,
    until: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

enum Wire {
    Plain(Timed),
    Private(Box<StreamOwned<ClientConnection, Timed>>),
}

/// The line to one server.
pub(super) struct Line {
    wire: Wire,
    /// Heard, not yet read.
    heard: Vec<u8>,
    /// For each answer.
    patience: Duration,
    /// For all answers together; see [`Line::allow`].
    end: Instant,
}

impl Line {
    /// Connects; tries every address of the host, all of them together within `patience`.
    pub(super) fn open(host: &str, port: u16, patience: Duration, overall: Duration) -> Result<Line, Break> {
        let host = address::host(host).unwrap_or_else(|| host.to_owned());
        let until = Instant::now() + patience;
        let mut last = None;
        for address in (host.as_str(), port).to_socket_addrs()? {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(socket) => {
                    // Commands are small and wait for their answers: they are not to be held back.
                    let _ = socket.set_nodelay(true);
                    let wire = Wire::Plain(Timed { socket, until });
                    return Ok(Line { wire, heard: Vec::new(), patience, end: Instant::now() + overall });
                }
                Err(e) => last = Some(e),
            }
        }
        Err(last.map_or_else(|| Break::Network("the server did not answer in time".to_owned()), Break::from))
    }

    /// From now on everything together may take `overall`.
    pub(super) fn allow(&mut self, overall: Duration) {
        self.end = Instant::now() + overall;
    }

    /// Our side of the line and whether the other one is this machine too.
    pub(super) fn sides(&self) -> (Option<IpAddr>, bool) {
        let socket = match &self.wire {
            Wire::Plain(timed) => &timed.socket,
            Wire::Private(stream) => &stream.sock.socket,
        };
        let ours = socket.local_addr().ok().map(|a| a.ip());
        (ours, socket.peer_addr().is_ok_and(|a| a.ip().is_loopback()))
    }

    /// Whether nobody on the way can read along.
    pub(super) fn is_private(&self) -> bool {
        matches!(self.wire, Wire::Private(_))
    }

    /// Makes the line private. Words that came before are not carried over: somebody on the way may have put them in.
    pub(super) fn encrypt(self, host: &str, config: ClientConfig) -> Result<Line, Break> {
        if !self.heard.is_empty() {
            return Err(Break::Garbage("the server spoke before the line was private".to_owned()));
        }
        let Wire::Plain(mut timed) = self.wire else { return Ok(self) };
        let host = address::host(host).unwrap_or_else(|| host.to_owned());
        let name = ServerName::try_from(host).map_err(|e| Break::Trust(e.to_string()))?;
        let mut tls = ClientConnection::new(Arc::new(config), name).map_err(|e| Break::Trust(e.to_string()))?;
        timed.until = self.end.min(Instant::now() + self.patience);
        while tls.is_handshaking() {
            tls.complete_io(&mut timed)?;
        }
        let wire = Wire::Private(Box::new(StreamOwned::new(tls, timed)));
        Ok(Line { wire, heard: Vec::new(), patience: self.patience, end: self.end })
    }

    /// Says a command and hears the reply.
    pub(super) fn ask(&mut self, command: &str) -> Result<Reply, Break> {
        self.say(command)?;
        self.hear()
    }

    /// Says a line; `command` is without its end.
    pub(super) fn say(&mut self, command: &str) -> Result<(), Break> {
        self.wait_until(Instant::now() + self.patience);
        self.write(format!("{command}\r\n").as_bytes())
    }

    /// Sends many bytes as they are.
    pub(super) fn pour(&mut self, bytes: &[u8]) -> Result<(), Break> {
        self.wait_until(self.end);
        self.write(bytes)
    }

    /// Hears one reply, for which the server has its usual time.
    pub(super) fn hear(&mut self) -> Result<Reply, Break> {
        self.wait_until(Instant::now() + self.patience);
        self.reply()
    }

    /// Hears one reply, for which the server has all the time that is left: it has a whole mail to put away.
    pub(super) fn hear_patiently(&mut self) -> Result<Reply, Break> {
        self.wait_until(self.end);
        self.reply()
    }

    fn wait_until(&mut self, until: Instant) {
        let until = until.min(self.end);
        match &mut self.wire {
            Wire::Plain(timed) => timed.until = until,
            Wire::Private(stream) => stream.sock.until = until,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Break> {
        let wire: &mut dyn Write = match &mut self.wire {
            Wire::Plain(timed) => timed,
            Wire::Private(stream) => stream,
        };
        wire.write_all(bytes)?;
        Ok(wire.flush()?)
    }

    fn reply(&mut self) -> Result<Reply, Break> {
        let mut reply = Reply { code: 0, lines: Vec::new() };
        loop {
            let (code, more, words) = taken_apart(&self.line()?)?;
            if reply.lines.len() >= MOST_LINES || !reply.lines.is_empty() && reply.code != code {
                return Err(Break::Garbage("the server gave a reply without an end".to_owned()));
            }
            reply.code = code;
            reply.lines.push(words);
            if !more {
                return Ok(reply);
            }
        }
    }

    fn line(&mut self) -> Result<Vec<u8>, Break> {
        let mut chunk = [0; 1024];
        loop {
            if let Some(end) = self.heard.iter().position(|&b| b == b'\n') {
                return Ok(self.heard.drain(..=end).collect());
            }
            if self.heard.len() > LONGEST_LINE {
                return Err(Break::Garbage("the server gave a line without an end".to_owned()));
            }
            let wire: &mut dyn Read = match &mut self.wire {
                Wire::Plain(timed) => timed,
                Wire::Private(stream) => stream,
            };
            let n = match wire.read(&mut chunk) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => 0,
                Err(e) => return Err(e.into()),
            };
            self.heard.extend_from_slice(chunk.get(..n).unwrap_or_default());
        }
    }
}

/// `250-words` as code, whether more lines come, words.
fn taken_apart(line: &[u8]) -> Result<(u16, bool, String), Break> {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end_matches(['\r', '\n']);
    let digits = text.get(..3).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let code = digits.and_then(|d| d.parse().ok()).filter(|code| (200..600).contains(code));
    let rest = text.get(3..).unwrap_or_default();
    match (code, rest.chars().next()) {
        (Some(code), None | Some(' ' | '-')) => {
            Ok((code, rest.starts_with('-'), rest.get(1..).unwrap_or_default().to_owned()))
        }
        _ => {
            let seen: String = text.chars().filter(|&c| !address::is_invisible(c)).take(60).collect();
            Err(Break::Garbage(format!("the server does not speak SMTP: {seen:?}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn replies_are_told_from_garbage() {
        for (line, code, more, words) in [
            ("250 ok\r\n", 250, false, "ok"),
            ("250-SIZE 1\r\n", 250, true, "SIZE 1"),
            ("354\n", 354, false, ""),
            ("250 \r\n", 250, false, ""),
        ] {
            assert_eq!(taken_apart(line.as_bytes()).unwrap(), (code, more, words.to_owned()));
        }
        for line in
            ["", "\r\n", "25 ok", "2500 ok", "abc ok", "* OK IMAP4rev1", "999 x", "199 x", "HTTP/1.1 400", "２５０ ok"]
        {
            assert!(taken_apart(line.as_bytes()).is_err(), "{line}");
        }
    }

    #[test]
    fn a_hostile_reply_is_short_and_visible() {
        let reply = Reply { code: 550, lines: vec!["no\u{1b}[2J\u{202e}".to_owned(), "x".repeat(5000)] };
        assert!(reply.said().starts_with("550 no [2J") && reply.said().chars().count() <= 300);
    }

    proptest! {
        #[test]
        fn any_line_is_a_reply_or_garbage(line in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = taken_apart(&line);
        }
    }
}
