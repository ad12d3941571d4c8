//! The line to the server: a socket that gives up in time, plain or private. What is said on it is not known here.

use crate::domain::account::Account;
use crate::error::{Error, Kind, Result};
use crate::post::Bounds;
use crate::tls;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A socket on which nothing lasts longer than `patience`, and nothing at all goes on after `until`.
pub(super) struct Socket {
    stream: TcpStream,
    patience: Duration,
    until: Instant,
}

/// A socket in clear text or under TLS.
pub(super) enum Wire {
    Plain(Socket),
    Private(Box<StreamOwned<ClientConnection, Socket>>),
}

impl Socket {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now()).min(self.patience);
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// The two names that systems have for the end of patience become one.
fn in_time<T>(done: io::Result<T>) -> io::Result<T> {
    done.map_err(|e| if e.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { e })
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        in_time(self.stream.read(into))
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        in_time(self.stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Wire {
    /// A plain line to the server, or why there is none. All its addresses share one patience.
    pub(super) fn connect(account: &Account, bounds: &Bounds) -> Result<Wire> {
        let gone = |e: io::Error| no_connection(account, &e);
        let places: Vec<_> = (account.host.as_str(), account.port).to_socket_addrs().map_err(gone)?.collect();
        let end = Instant::now() + bounds.patience;
        let mut failed: io::Error = io::ErrorKind::NotFound.into();
        for (place, after) in places.iter().zip((0..places.len()).rev()) {
            let others = u32::try_from(after).unwrap_or(u32::MAX).saturating_add(1);
            let share = end.saturating_duration_since(Instant::now()) / others;
            match TcpStream::connect_timeout(place, share.max(Duration::from_millis(1))) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(gone)?;
                    let until = Instant::now() + bounds.overall;
                    return Ok(Wire::Plain(Socket { stream, patience: bounds.patience, until }));
                }
                Err(e) => failed = e,
            }
        }
        Err(gone(failed))
    }

    /// Whether the other end is this machine, whatever its name says.
    pub(super) fn is_local(&self) -> bool {
        self.socket().stream.peer_addr().is_ok_and(|peer| peer.ip().to_canonical().is_loopback())
    }

    /// The same line made private. The certificate is always looked at.
    pub(super) fn private(self, account: &Account, bounds: &Bounds) -> Result<Wire> {
        let Wire::Plain(mut socket) = self else { return Ok(self) };
        let config = tls::client(bounds.ca.as_deref()).map_err(Error::refused)?;
        let no_name = |e: &dyn std::fmt::Display| {
            Error::refused(format!("{} is no name that a certificate can be for", account.host))
                .because(e)
                .hint("write a name beyond ASCII in its xn-- form")
        };
        let name = ServerName::try_from(account.host.clone()).map_err(|e| no_name(&e))?;
        let mut client = ClientConnection::new(Arc::new(config), name).map_err(|e| no_name(&e))?;
        while client.is_handshaking() {
            match client.complete_io(&mut socket) {
                Ok((0, 0)) => return Err(no_connection(account, &io::ErrorKind::UnexpectedEof.into())),
                Ok(_) => {}
                Err(e) => return Err(no_privacy(account, &e)),
            }
        }
        Ok(Wire::Private(Box::new(StreamOwned::new(client, socket))))
    }

    /// Nothing goes on after this instant.
    pub(super) fn set_until(&mut self, until: Instant) {
        match self {
            Wire::Plain(socket) => socket.until = until,
            Wire::Private(stream) => stream.sock.until = until,
        }
    }

    fn socket(&self) -> &Socket {
        match self {
            Wire::Plain(socket) => socket,
            Wire::Private(stream) => &stream.sock,
        }
    }
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.read(into),
            Wire::Private(stream) => stream.read(into),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.write(bytes),
            Wire::Private(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(socket) => socket.flush(),
            Wire::Private(stream) => stream.flush(),
        }
    }
}

fn no_connection(account: &Account, e: &io::Error) -> Error {
    let why = match e.kind() {
        io::ErrorKind::TimedOut => "no answer in time".to_owned(),
        io::ErrorKind::UnexpectedEof => "the server hung up".to_owned(),
        io::ErrorKind::NotFound => "the name has no address".to_owned(),
        _ => e.to_string(),
    };
    Error::new(Kind::Temporary, format!("no connection to {}:{}", account.host, account.port))
        .because(why)
        .hint("look at the network and the address, then try again")
}

/// The line could not be made private: what will not change by itself is refused, a weak network is not.
fn no_privacy(account: &Account, e: &io::Error) -> Error {
    let server = format!("{}:{}", account.host, account.port);
    if let Some(why) = tls::distrust(e) {
        return Error::refused(format!("the certificate of {server} is not believed"))
            .because(why)
            .hint("where it is an authority of your own, name its file (PEM) in the setting ca");
    }
    match e.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidMessage(_)) => Error::refused(format!("{server} does not speak TLS here"))
            .because(e)
            .hint("imaps:// is for port 993, imap:// (with STARTTLS) for port 143"),
        Some(other) => Error::refused(format!("no private line to {server}")).because(other),
        None => no_connection(account, e),
    }
}
