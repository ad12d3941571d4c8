//! Somebody between client and server who sees every line of the server, and may change it or cut the connection.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What is to become of a line: its place in the connection, from 1 on, and its bytes, which may be changed. The
/// connection is cut where it says no.
type Fate = dyn FnMut(usize, &mut Vec<u8>) -> bool + Send;

/// A running one, on a port of 127.0.0.1.
pub(crate) struct Proxy {
    port: u16,
    over: Arc<AtomicBool>,
}

impl Proxy {
    pub(crate) fn before(
        server: (&'static str, u16),
        fate: impl FnMut(usize, &mut Vec<u8>) -> bool + Send + 'static,
    ) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let over = Arc::new(AtomicBool::new(false));
        let (ended, fate): (_, Arc<Mutex<Box<Fate>>>) = (Arc::clone(&over), Arc::new(Mutex::new(Box::new(fate))));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(server) = TcpStream::connect(server) {
                    join(client, server, &fate);
                }
            }
        });
        Proxy { port, over }
    }

    /// The address of a user's INBOX, through here.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("imap://{}@127.0.0.1:{}/INBOX", user.replace('@', "%40"), self.port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Two threads carry what is said, one in each direction, until one side ends.
fn join(client: TcpStream, server: TcpStream, fate: &Arc<Mutex<Box<Fate>>>) {
    // Line by line is slow where each waits for the other side to say that it has the last one.
    for stream in [&client, &server] {
        stream.set_nodelay(true).unwrap();
    }
    let (mut to_server, from_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut &from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let fate = Arc::clone(fate);
    std::thread::spawn(move || {
        let (mut to_client, mut lines, mut line) = (client, BufReader::new(server), Vec::new());
        for at in 1.. {
            line.clear();
            if lines.read_until(b'\n', &mut line).unwrap_or(0) == 0 || !(fate.lock().unwrap())(at, &mut line) {
                break;
            }
            if to_client.write_all(&line).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
        let _ = lines.get_ref().shutdown(Shutdown::Both);
    });
}
