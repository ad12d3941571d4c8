//! The terminal one key at a time: what a loop of single keys reads and paints on. It takes the whole screen, and gives it
//! back as it was on every way out: an end, an error, a panic, a signal. On a stage the input is what is typed, and what is
//! painted goes to the talk.

use super::{Host, Stage};
use crate::error::{Error, Kind, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize, tcsetattr,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
use signal_hook::flag;
use std::io::{Write, stderr, stdin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

/// A key, as far as anybody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit, a sign.
    Char(char),
    /// With Ctrl, as the lower-case letter.
    Ctrl(char),
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// Escape.
    Esc,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// A screen up.
    PageUp,
    /// A screen down.
    PageDown,
    /// A text that was pasted: it is no row of keys.
    Paste(String),
    /// Any other.
    Other,
}

/// What came of waiting for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A key; and whether it was pressed before [`Host::unseen_keys`] was called last.
    Key(Key, bool),
    /// Nothing yet.
    Nothing,
    /// Nobody is there any more, or a signal asks to end.
    End,
}

/// A text that is pasted may be so long.
const MOST_PASTED: usize = 64 << 10;
/// The rest of the bytes of one key comes within this time.
const ONE_KEY: Duration = Duration::from_millis(60);
/// Another screen than that of the shell, pasted texts in brackets, no cursor.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[2J";
const GIVE: &str = "\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// Whether a terminal is held, and what panics said meanwhile: it would go down with the screen that is given back.
static PANICS: Mutex<Option<String>> = Mutex::new(None);

/// The terminal while it is held.
#[derive(Debug)]
pub(super) struct Keys {
    /// How it was before; none on a stage.
    before: Option<Termios>,
    bytes: Vec<u8>,
    /// So many of the bytes came too early.
    early: usize,
    asked_to_end: Arc<AtomicBool>,
    /// Given back for a while: then signals do what they do everywhere.
    given: Arc<AtomicBool>,
}

impl Host {
    /// Whether keys can be read one by one: somebody sits there, and looks.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        let terminal = self.stdin_is_terminal && self.stdout_is_terminal && self.stderr_is_terminal;
        !self.silent && terminal && self.variable("TERM").is_none_or(|t| t != "dumb")
    }

    /// Takes the terminal.
    ///
    /// # Errors
    /// Where it does not let itself be taken.
    pub fn take_terminal(&mut self) -> Result<()> {
        let real = matches!(self.stage, Stage::Real);
        if self.keys.is_none() {
            let bytes = match &mut self.stage {
                Stage::Real => Vec::new(),
                Stage::Set { input, .. } => std::mem::take(input),
            };
            self.keys = Some(Keys::of(real, bytes)?);
        }
        if let Some(keys) = &mut self.keys {
            keys.take()?;
        }
        Ok(())
    }

    /// Gives the terminal back for a while: to an editor, a pager, questions. [`Host::take_terminal`] takes it again.
    pub fn lend_terminal(&mut self) {
        if let Some(keys) = &mut self.keys {
            keys.bytes.clear();
            keys.early = 0;
            keys.give();
        }
    }

    /// Gives the terminal back.
    pub fn give_terminal(&mut self) {
        self.keys = None;
    }

    /// Waits until somebody has read what was said.
    pub fn wait_for_enter(&mut self, what: &str) {
        self.talk(what);
        if matches!(self.stage, Stage::Real) {
            drop(stdin().read_line(&mut String::new()));
        }
    }

    /// Puts this program to sleep until the shell wakes it.
    pub fn sleep_in_background(&mut self) {
        if matches!(self.stage, Stage::Real) {
            self.lend_terminal();
            rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).ok();
        }
    }

    /// Columns and rows of the terminal that is held.
    #[must_use]
    pub fn screen_size(&self) -> (usize, usize) {
        let set = |name| self.variable(name).and_then(|n| n.trim().parse::<usize>().ok()).filter(|n| *n > 0);
        let real = matches!(self.stage, Stage::Real).then(|| tcgetwinsize(stderr()).ok()).flatten();
        let one = |cells: Option<u16>, name, usual| match (cells.filter(|n| *n > 0).map(usize::from), set(name)) {
            (Some(real), Some(set)) => real.min(set),
            (Some(n), None) | (None, Some(n)) => n,
            (None, None) => usual,
        };
        (one(real.map(|s| s.ws_col), "COLUMNS", 80), one(real.map(|s| s.ws_row), "LINES", 24))
    }

    /// Writes to the terminal that is held, at once.
    ///
    /// # Errors
    /// Where nobody is there any more.
    pub fn paint(&mut self, text: &str) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        match &mut self.stage {
            Stage::Real => {
                let mut out = stderr().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|_| gone())
            }
            Stage::Set { talk, .. } => {
                talk.extend_from_slice(text.as_bytes());
                Ok(())
            }
        }
    }

    /// The next key, if one comes within this time.
    ///
    /// # Errors
    /// Where the terminal is not held.
    pub fn key(&mut self, patience: Duration) -> Result<Heard> {
        let keys = self.keys.as_mut().ok_or_else(|| Error::bug("keys are read from a terminal that is not held"))?;
        Ok(keys.next(patience))
    }

    /// Whatever was pressed so far was meant for another screen than the one that is painted now.
    pub fn unseen_keys(&mut self) {
        if let Some(keys) = &mut self.keys
            && keys.before.is_some()
        {
            keys.read(Duration::ZERO);
            keys.early = keys.bytes.len();
        }
    }
}

fn gone() -> Error {
    Error::new(Kind::Interrupted, "nobody is at the terminal any more")
}

impl Keys {
    fn of(real: bool, bytes: Vec<u8>) -> Result<Keys> {
        let before = if real { Some(tcgetattr(stdin()).map_err(refused)?) } else { None };
        let (asked_to_end, given) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
        if real {
            for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
                // Once the terminal is given back, a signal does what it does everywhere.
                let usual = flag::register_conditional_default(signal, Arc::clone(&given));
                let ends = usual.and_then(|_| flag::register(signal, Arc::clone(&asked_to_end)));
                ends.map_err(|e| Error::from(e).doing("listening to signals"))?;
            }
            // Nothing to remember: it ends the waiting, and whoever paints asks for the size.
            drop(flag::register(SIGWINCH, Arc::new(AtomicBool::new(false))));
        }
        Ok(Keys { before, bytes, early: 0, asked_to_end, given })
    }

    /// Set while the terminal is given back.
    pub(super) fn given(&self) -> &Arc<AtomicBool> {
        &self.given
    }

    fn take(&mut self) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        if !self.given.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        let mut raw = before.clone();
        raw.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN);
        raw.input_modes.remove(InputModes::ICRNL | InputModes::INLCR | InputModes::IXON | InputModes::ISTRIP);
        raw.special_codes[SpecialCodeIndex::VMIN] = 1;
        raw.special_codes[SpecialCodeIndex::VTIME] = 0;
        keep_panics();
        tcsetattr(stdin(), OptionalActions::Now, &raw).map_err(refused)?;
        drop(stderr().lock().write_all(TAKE.as_bytes()));
        Ok(())
    }

    /// As the terminal was. Nobody being there any more is no failure.
    fn give(&mut self) {
        if let Some(before) = self.before.as_ref().filter(|_| !self.given.load(Ordering::SeqCst)) {
            drop(stderr().lock().write_all(GIVE.as_bytes()));
            tcsetattr(stdin(), OptionalActions::Now, before).ok();
            self.given.store(true, Ordering::SeqCst);
            let said = PANICS.lock().ok().and_then(|mut kept| kept.take()).unwrap_or_default();
            // One that was caught did no harm.
            if std::thread::panicking() {
                drop(stderr().lock().write_all(said.as_bytes()));
            }
        }
    }

    fn next(&mut self, patience: Duration) -> Heard {
        if self.asked_to_end.load(Ordering::SeqCst) {
            return Heard::End;
        }
        if self.bytes.is_empty() {
            match self.read(patience) {
                Some(true) => {}
                Some(false) => return Heard::Nothing,
                None => return Heard::End,
            }
        }
        loop {
            match first_key(&self.bytes) {
                Some((key, used)) => return self.used(key, used),
                None if self.bytes.len() < MOST_PASTED && self.read(ONE_KEY) == Some(true) => {}
                // A lone Escape; else the beginning of a key that never came whole.
                None if self.bytes == [ESC] => return self.used(Key::Esc, 1),
                None => {
                    let all = self.bytes.len();
                    return self.used(Key::Other, all);
                }
            }
        }
    }

    fn used(&mut self, key: Key, bytes: usize) -> Heard {
        self.bytes.drain(..bytes.min(self.bytes.len()));
        let early = self.early > 0;
        self.early = self.early.saturating_sub(bytes);
        Heard::Key(key, early)
    }

    /// Reads what is there within this time: whether anything came; none at the end.
    fn read(&mut self, patience: Duration) -> Option<bool> {
        self.before.as_ref()?;
        let input = stdin();
        let mut wanted = [PollFd::new(&input, PollFlags::IN)];
        let timeout = Timespec::try_from(patience).unwrap_or(Timespec { tv_sec: 1, tv_nsec: 0 });
        match poll(&mut wanted, Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Some(false),
            Ok(_) => {}
            Err(_) => return None,
        }
        let mut piece = [0; 4096];
        match rustix::io::read(&input, &mut piece) {
            Ok(0) => None,
            Ok(n) => {
                self.bytes.extend(piece.get(..n)?);
                Some(true)
            }
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Some(false),
            Err(_) => None,
        }
    }
}

/// From now on panics say what they say once the terminal is given back.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let kept = PANICS.lock().map(|mut kept| kept.as_mut().map(|kept| kept.push_str(&format!("{panic}\n"))));
            if !matches!(kept, Ok(Some(()))) {
                usual(panic);
            }
        }));
    });
    if let Ok(mut kept) = PANICS.lock() {
        *kept = Some(String::new());
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.give();
    }
}

fn refused(e: rustix::io::Errno) -> Error {
    Error::usage("the terminal does not give its keys one by one").because(e)
}

const ESC: u8 = 0x1b;

/// The first key of what was typed, and its bytes; none where more of them are to come.
fn first_key(bytes: &[u8]) -> Option<(Key, usize)> {
    let first = *bytes.first()?;
    Some(match first {
        ESC => return after_escape(bytes),
        b'\r' | b'\n' => (Key::Enter, 1),
        b'\t' => (Key::Tab, 1),
        0x7f | 0x08 => (Key::Backspace, 1),
        0..0x20 => (Key::Ctrl(char::from(first | 0x60)), 1),
        _ => return letter(bytes),
    })
}

/// A character in UTF-8.
fn letter(bytes: &[u8]) -> Option<(Key, usize)> {
    let length = match bytes.first()? {
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => 1,
    };
    let whole = bytes.get(..length)?;
    let read = std::str::from_utf8(whole).ok().and_then(|text| text.chars().next());
    Some(read.map_or((Key::Other, 1), |c| (Key::Char(c), length)))
}

fn after_escape(bytes: &[u8]) -> Option<(Key, usize)> {
    match *bytes.get(1)? {
        b'[' => sequence(bytes),
        b'O' => Some((arrow(*bytes.get(2)?), 3)),
        ESC => Some((Key::Esc, 1)),
        // With Alt: it is not that key.
        _ => first_key(bytes.get(1..)?).map(|(_, used)| (Key::Other, used + 1)),
    }
}

/// `ESC [`, numbers, and a last byte that says what it is.
fn sequence(bytes: &[u8]) -> Option<(Key, usize)> {
    const PASTE: &[u8] = b"\x1b[200~";
    const PASTED: &[u8] = b"\x1b[201~";
    if bytes.starts_with(PASTE) {
        let body = bytes.get(PASTE.len()..)?;
        let end = body.windows(PASTED.len()).position(|w| w == PASTED)?;
        let text = String::from_utf8_lossy(body.get(..end)?).into_owned();
        return Some((Key::Paste(text), PASTE.len() + end + PASTED.len()));
    }
    let last = bytes.iter().skip(2).position(|b| (0x40..=0x7e).contains(b))? + 2;
    let numbers = std::str::from_utf8(bytes.get(2..last)?).unwrap_or_default();
    let key = match (*bytes.get(last)?, numbers.split(';').next().unwrap_or_default()) {
        (b'~', "1" | "7") => Key::Home,
        (b'~', "4" | "8") => Key::End,
        (b'~', "3") => Key::Delete,
        (b'~', "5") => Key::PageUp,
        (b'~', "6") => Key::PageDown,
        (b'~', _) => Key::Other,
        (other, _) => arrow(other),
    };
    Some((key, last + 1))
}

fn arrow(last: u8) -> Key {
    match last {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'M' => Key::Enter,
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::of(false, bytes.to_vec()).unwrap();
        std::iter::from_fn(|| match keys.next(Duration::ZERO) {
            Heard::Key(key, _) => Some(key),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn keys_are_told_from_their_bytes() {
        assert_eq!(typed("aЯ請\r".as_bytes()), [Key::Char('a'), Key::Char('Я'), Key::Char('請'), Key::Enter]);
        assert_eq!(typed(b"\x03\x04\x1a"), [Key::Ctrl('c'), Key::Ctrl('d'), Key::Ctrl('z')]);
        assert_eq!(typed(b"\x1b[A\x1bOB\x1b[1;5C\x1b[3~\x1b[15~"), {
            [Key::Up, Key::Down, Key::Right, Key::Delete, Key::Other]
        });
    }

    #[test]
    fn a_lone_escape_is_a_key_and_one_before_a_letter_is_alt() {
        assert_eq!(typed(b"\x1b"), [Key::Esc]);
        assert_eq!(typed(b"\x1b\x1b"), [Key::Esc, Key::Esc]);
        assert_eq!(typed("\x1bcя".as_bytes()), [Key::Other, Key::Char('я')]);
    }

    #[test]
    fn a_pasted_text_is_no_row_of_keys() {
        assert_eq!(typed(b"\x1b[200~close\rall\x1b[201~q"), [Key::Paste("close\rall".into()), Key::Char('q')]);
        assert_eq!(typed(b"\x1b[200~never ends"), [Key::Other]);
    }

    #[test]
    fn what_is_no_text_is_no_key_that_does_anything() {
        assert_eq!(typed(b"\xff\xc3(q"), [Key::Other, Key::Other, Key::Char('('), Key::Char('q')]);
    }

    proptest! {
        #[test]
        fn every_byte_is_used_and_none_twice(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut rest = &bytes[..];
            while let Some((_, used)) = first_key(rest) {
                prop_assert!(used > 0 && used <= rest.len());
                rest = &rest[used..];
            }
        }
    }
}
