//! A terminal for tests: a real pty with the real program on it, and the screen that its bytes make.

use crate::stage::Stage;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// So long something that has to come is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program on a terminal.
pub struct Terminal {
    master: Option<File>,
    /// Our own end of it: how the terminal is set can be seen there, and bytes stay readable after the end.
    slave: File,
    program: Child,
    seen: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
    closed: Arc<AtomicBool>,
    size: (u16, u16),
}

impl Terminal {
    /// `desk` with these words on a terminal of so many cells.
    pub fn open(stage: &Stage, words: &[&str], size: (u16, u16)) -> Terminal {
        Terminal::with(stage.program(words), size)
    }

    /// A program on a terminal of so many cells.
    pub fn with(mut command: Command, size: (u16, u16)) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        // Else the program would hold this end, too, and never see the window closed.
        fcntl_setfd(&master, FdFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let slave = File::options().read(true).write(true).open(name).unwrap();
        let master = File::from(master);
        set_size(&master, size);
        let end = || Stdio::from(slave.try_clone().unwrap());
        command.env("TERM", "xterm").env("PATH", "/usr/bin:/bin").stdin(end()).stdout(end()).stderr(end());
        let program = command.spawn().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut reader, into) = (master.try_clone().unwrap(), Arc::clone(&seen));
        let closed = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&closed);
        let reader = std::thread::spawn(move || {
            let mut piece = [0; 4096];
            let soon = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
            while !ends.load(Ordering::SeqCst) {
                if poll(&mut [PollFd::new(&reader, PollFlags::IN)], Some(&soon)) == Ok(0) {
                    continue;
                }
                let Ok(n @ 1..) = reader.read(&mut piece) else { return };
                into.lock().unwrap().extend_from_slice(&piece[..n]);
            }
        });
        Terminal { master: Some(master), slave, program, seen, reader: Some(reader), closed, size }
    }

    /// Types, as a person does: what it is an answer to has been painted.
    pub fn types(&mut self, text: &str) {
        self.master.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Waits until the screen shows a text.
    pub fn shows(&self, text: &str) {
        self.waits(&format!("a screen with {text:?}"), |screen| screen.contains(text));
    }

    /// Waits until a text has gone from the screen.
    pub fn hides(&self, text: &str) {
        self.waits(&format!("a screen without {text:?}"), |screen| !screen.contains(text));
    }

    fn waits(&self, what: &str, holds: impl Fn(&str) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(&self.screen()) {
            let end_of = self.program.id();
            let state = std::fs::read_to_string(format!("/proc/{end_of}/stat")).unwrap_or_default();
            assert!(Instant::now() < end, "{what} was waited for ({state}):\n{}\n{:?}", self.screen(), self.bytes());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What stands on the screen.
    pub fn screen(&self) -> String {
        screen(&self.bytes(), usize::from(self.size.1))
    }

    /// Everything that was written.
    pub fn bytes(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap()).into_owned()
    }

    /// The window gets another size.
    pub fn resize(&mut self, size: (u16, u16)) {
        self.size = size;
        set_size(self.master.as_ref().unwrap(), size);
        self.signal(Signal::WINCH);
    }

    /// The window is closed: nobody reads or types any more.
    pub fn hang_up(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        drop(self.reader.take().map(JoinHandle::join));
        drop(self.master.take());
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.program), signal).unwrap();
    }

    /// Whether what is typed is echoed and edited by the terminal, as a shell expects.
    pub fn is_as_before(&self) -> bool {
        let modes = tcgetattr(&self.slave).unwrap().local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Waits for the end, however it comes: the exit code, or none where a signal ended it.
    pub fn end(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                self.reads_to_the_end();
                return status.code();
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until what the program wrote last has come through the terminal: bytes of ours after it have.
    fn reads_to_the_end(&mut self) {
        const MARK: &str = "<the end>";
        if self.closed.load(Ordering::SeqCst) {
            return;
        }
        self.slave.write_all(MARK.as_bytes()).unwrap();
        self.waits("the end of the bytes", |_| self.bytes().contains(MARK));
        // What was typed too late for the program is echoed after it.
        let written = self.bytes().find(MARK).unwrap();
        self.seen.lock().unwrap().truncate(written);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

fn set_size(master: &File, (columns, rows): (u16, u16)) {
    let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(master, size).unwrap();
}

/// The screen that these bytes make: what this program writes is understood, and no more.
fn screen(bytes: &str, rows: usize) -> String {
    let mut lines = vec![Vec::new(); rows];
    let (mut row, mut column) = (0, 0);
    let mut rest = bytes.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\x1b' => {
                rest.next_if_eq(&'[');
                let mut numbers = String::new();
                while let Some(n) = rest.next_if(|c| c.is_ascii_digit() || matches!(c, ';' | '?')) {
                    numbers.push(n);
                }
                let mut number = numbers.split(';').map(|n| n.parse::<usize>().unwrap_or(1));
                match rest.next() {
                    Some('H') => (row, column) = (number.next().unwrap_or(1) - 1, number.next().unwrap_or(1) - 1),
                    Some('K') => lines[row.min(rows - 1)].truncate(column),
                    Some('J') => lines.iter_mut().for_each(Vec::clear),
                    Some('h' | 'l') if numbers == "?1049" => lines.iter_mut().for_each(Vec::clear),
                    _ => {}
                }
            }
            '\r' => column = 0,
            '\n' if row + 1 < rows => row += 1,
            '\n' => lines.rotate_left(1),
            c if row < rows => {
                let line: &mut Vec<char> = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = c;
                column += 1;
            }
            _ => {}
        }
    }
    lines.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
