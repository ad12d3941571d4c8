//! Somebody between client and server who hears every line of both sides, and may change it, hold it back, or cut the
//! connection wherever he likes.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Who says a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It goes on, perhaps changed.
    Pass,
    /// The connection is cut after so many bytes of it.
    CutAfter(usize),
    /// It goes on byte by byte, with this pause after each.
    Drip(Duration),
}

/// Decides what becomes of a line: who says it, its place among the lines of that side in this connection, from 1 on, and
/// its bytes, which may be changed.
type Fate = dyn FnMut(Side, usize, &mut Vec<u8>) -> Turn + Send;

/// A running one, on a port of 127.0.0.1.
pub(crate) struct Proxy {
    port: u16,
    over: Arc<AtomicBool>,
    cuts: Arc<AtomicUsize>,
}

impl Proxy {
    /// One who decides about the lines of the server alone: the connection is cut before the line where he says no.
    pub(crate) fn before(
        server: (&'static str, u16),
        mut fate: impl FnMut(usize, &mut Vec<u8>) -> bool + Send + 'static,
    ) -> Proxy {
        Proxy::between(server, move |side, at, line| match side {
            Side::Server if !fate(at, line) => Turn::CutAfter(0),
            _ => Turn::Pass,
        })
    }

    /// One who decides about every line.
    pub(crate) fn between(
        server: (&'static str, u16),
        fate: impl FnMut(Side, usize, &mut Vec<u8>) -> Turn + Send + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (over, cuts) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let fate: Arc<Mutex<Box<Fate>>> = Arc::new(Mutex::new(Box::new(fate)));
        let (ended, counted) = (Arc::clone(&over), Arc::clone(&cuts));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(server) = TcpStream::connect(server) {
                    join(&client, &server, &fate, &counted);
                }
            }
        });
        Proxy { port, over, cuts }
    }

    /// The address of a user's INBOX, through here.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("imap://{}@127.0.0.1:{}/INBOX", user.replace('@', "%40"), self.port)
    }

    /// How many connections were cut.
    pub(crate) fn cuts(&self) -> usize {
        self.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Two threads carry what is said, one in each direction, until one side ends.
fn join(client: &TcpStream, server: &TcpStream, fate: &Arc<Mutex<Box<Fate>>>, cuts: &Arc<AtomicUsize>) {
    // Line by line is slow where each waits for the other side to say that it has the last one.
    for stream in [client, server] {
        stream.set_nodelay(true).unwrap();
    }
    for (side, from, to) in [(Side::Client, client, server), (Side::Server, server, client)] {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let (fate, cuts) = (Arc::clone(fate), Arc::clone(cuts));
        std::thread::spawn(move || carry(side, from, to, &fate, &cuts));
    }
}

fn carry(side: Side, from: TcpStream, mut to: TcpStream, fate: &Mutex<Box<Fate>>, cuts: &AtomicUsize) {
    let (mut lines, mut line) = (BufReader::new(from), Vec::new());
    for at in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            break;
        }
        let turn = (fate.lock().unwrap())(side, at, &mut line);
        let said = match turn {
            Turn::Pass => to.write_all(&line),
            Turn::CutAfter(bytes) => to.write_all(line.get(..bytes).unwrap_or(&line)),
            Turn::Drip(pause) => line.iter().try_for_each(|byte| {
                std::thread::sleep(pause);
                to.write_all(&[*byte])
            }),
        };
        if matches!(turn, Turn::CutAfter(_)) {
            cuts.fetch_add(1, Ordering::Relaxed);
            break;
        }
        if said.is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = lines.get_ref().shutdown(Shutdown::Both);
}
