//! A wire to a PostgreSQL server that can be cut and mended: a socket of its own that hands on what it hears.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// The name of a server's socket in its folder.
const SOCKET: &str = ".s.PGSQL.5432";

/// The wire.
pub struct Wire {
    folder: tempfile::TempDir,
    server: PathBuf,
    ends: Arc<Mutex<Vec<UnixStream>>>,
    /// The address of the server at this end.
    pub address: String,
}

impl Wire {
    /// A whole wire to the server of this address: `postgres://desk@%2Ffolder/…`.
    pub fn to(address: &str) -> Wire {
        let (before, rest) = address.split_once('@').unwrap();
        let (host, after) = rest.split_once('/').unwrap();
        let folder = tempfile::Builder::new().prefix("desk-wire-").tempdir_in("/tmp").unwrap();
        let here = folder.path().to_str().unwrap().replace('/', "%2F");
        let server = PathBuf::from(host.replace("%2F", "/")).join(SOCKET);
        let wire = Wire { folder, server, ends: Arc::default(), address: format!("{before}@{here}/{after}") };
        wire.mend();
        wire
    }

    /// Nobody is heard any more, and nobody is let in.
    pub fn cut(&mut self) {
        std::fs::remove_file(self.folder.path().join(SOCKET)).unwrap();
        for end in self.ends.lock().unwrap().drain(..) {
            // It may have ended by itself.
            drop(end.shutdown(Shutdown::Both));
        }
    }

    /// It is whole again.
    pub fn mend(&self) {
        let listener = UnixListener::bind(self.folder.path().join(SOCKET)).unwrap();
        let (server, ends) = (self.server.clone(), Arc::clone(&self.ends));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = UnixStream::connect(&server).unwrap();
                ends.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                let (back, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || hand_on(client, to));
                std::thread::spawn(move || hand_on(server, back));
            }
        });
    }
}

fn hand_on(mut from: UnixStream, mut to: UnixStream) {
    let mut piece = [0; 8192];
    while let Ok(n @ 1..) = from.read(&mut piece) {
        if to.write_all(&piece[..n]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
}
