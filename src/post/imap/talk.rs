//! One command and its answers: tags, continuations, deadlines, limits, and what is noticed in passing (new mail, a
//! farewell). Which commands there are is not known here.

use super::answer;
use super::line::{Answer, Caps, Lines, Trouble};
use super::wire::Wire;
use crate::error::{Error, Kind, Result};
use crate::post::Bounds;
use imap_proto::{Capability, MailboxDatum, Outcome, Response, ResponseCode, Status};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// So many answers that nobody asked for may stand before the end of a command.
const UNASKED: usize = 20_000;

/// A conversation with a server.
pub(super) struct Talk {
    pub(super) lines: Lines<Wire>,
    /// Whom we talk to, for messages.
    pub(super) server: String,
    pub(super) bounds: Bounds,
    /// What the server says it can, in capitals.
    pub(super) can: BTreeSet<String>,
    /// Mails in the open folder, as far as we were told.
    pub(super) exists: u32,
    /// Whether there were more of them since the last look.
    pub(super) news: bool,
    /// The epoch of the open folder.
    pub(super) epoch: Option<u32>,
    tag: u32,
    given_up: bool,
}

/// What a command came to.
pub(super) struct Ending {
    pub(super) fine: bool,
    /// The server did not understand it.
    pub(super) bad: bool,
    pub(super) words: String,
}

/// What a command makes of one answer: whether it was asked for, so that the clock starts anew.
pub(super) type Each<'a> = dyn FnMut(Response<'_>, Option<Vec<u8>>) -> Result<bool> + 'a;

/// The same for one that answers back in the midst.
type EachInTalk<'a> = dyn FnMut(&mut Talk, Response<'_>, Option<Vec<u8>>) -> Result<bool> + 'a;

impl Talk {
    pub(super) fn new(wire: Wire, server: String, bounds: &Bounds) -> Talk {
        Talk {
            lines: Lines::new(wire),
            server,
            bounds: bounds.clone(),
            can: BTreeSet::new(),
            exists: 0,
            news: false,
            epoch: None,
            tag: 0,
            given_up: false,
        }
    }

    /// Says a command and hears it out. `pieces` are said one by one, each after the first when the server asks for it.
    pub(super) fn ask(&mut self, pieces: &[&[u8]], caps: Caps, each: &mut Each<'_>) -> Result<Ending> {
        let tag = self.begin(pieces.first().copied().unwrap_or_default())?;
        let mut rest = pieces.iter().skip(1);
        self.hear(&tag, caps, &mut |talk, response, literal| match response {
            Response::Continue(_) => match rest.next() {
                Some(piece) => talk.say(&[piece, b"\r\n"]).map(|()| false),
                None => Ok(false),
            },
            other => each(other, literal),
        })
    }

    /// A command whose answers are of no interest.
    pub(super) fn tell(&mut self, command: &str) -> Result<Ending> {
        self.ask(&[command.as_bytes()], Caps::SHORT, &mut |_, _| Ok(false))
    }

    /// Starts the clock and says the first line of a command; gives its tag.
    pub(super) fn begin(&mut self, line: &[u8]) -> Result<String> {
        if self.given_up {
            return Err(self.broken("it was given up before"));
        }
        self.tag = self.tag.wrapping_add(1);
        let tag = format!("D{}", self.tag);
        self.start_clock();
        self.say(&[tag.as_bytes(), b" ", line, b"\r\n"])?;
        Ok(tag)
    }

    pub(super) fn say(&mut self, parts: &[&[u8]]) -> Result<()> {
        // Short ones leave in one packet, a long mail is not copied.
        let said = match parts.iter().map(|p| p.len()).sum::<usize>() {
            0..=8192 => self.lines.wire().write_all(&parts.concat()),
            _ => parts.iter().try_for_each(|part| self.lines.wire().write_all(part)),
        };
        said.and_then(|()| self.lines.wire().flush()).map_err(|e| self.give_up(Trouble::Broken(e)))
    }

    /// Hears answers up to the end of the command with this tag.
    pub(super) fn hear(&mut self, tag: &str, caps: Caps, each: &mut EachInTalk<'_>) -> Result<Ending> {
        let mut unasked = 0;
        while unasked < UNASKED {
            let Answer { mut text, literal } = self.next(caps)?;
            let Some(response) = answer::read(&mut text) else {
                unasked += 1;
                self.pass_over(&text)?;
                continue;
            };
            self.notice(&response)?;
            if let Response::Done { tag: of, status, outcome } = response {
                if of.0 != tag {
                    return Err(self.give_up_for("it answers what was not asked"));
                }
                return Ok(ending(&status, &outcome));
            }
            match each(self, response, literal) {
                Ok(true) => self.start_clock(),
                Ok(false) => unasked += 1,
                Err(e) => {
                    // What is still under way would be taken for the answer to the next command.
                    self.given_up = true;
                    return Err(e);
                }
            }
        }
        Err(self.give_up_for("it talks without end"))
    }

    /// The next answer, whatever it is about.
    pub(super) fn next(&mut self, caps: Caps) -> Result<Answer> {
        self.lines.answer(caps).map_err(|trouble| self.give_up(trouble))
    }

    /// What every answer is looked at for.
    pub(super) fn notice(&mut self, response: &Response<'_>) -> Result<()> {
        match response {
            Response::Data { status: Status::Bye, outcome } => {
                self.given_up = true;
                let e = Error::new(Kind::Temporary, format!("{} ended the conversation", self.server));
                return Err(e.because(words(outcome)).hint("try again later"));
            }
            Response::MailboxData(MailboxDatum::Exists(n)) => {
                self.news |= *n > self.exists;
                self.exists = *n;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            Response::Capabilities(list) => self.learn(list),
            Response::Data { outcome, .. } | Response::Done { outcome, .. } => match &outcome.code {
                Some(ResponseCode::Capabilities(list)) => self.learn(list),
                Some(ResponseCode::UidValidity(n)) if self.epoch.is_some_and(|epoch| epoch != *n) => {
                    return Err(self.give_up_for("the folder was numbered anew while it was read"));
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// An answer that cannot be read is passed over where nothing depends on it.
    pub(super) fn pass_over(&mut self, text: &[u8]) -> Result<()> {
        if answer::may_be_skipped(text) {
            return Ok(());
        }
        let said = answer::shown(&String::from_utf8_lossy(text.get(..80).unwrap_or(text)));
        Err(self.give_up_for(&format!("it said what is not IMAP: {said}")))
    }

    fn learn(&mut self, list: &[Capability<'_>]) {
        self.can = list
            .iter()
            .map(|can| match can {
                Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                Capability::Auth(how) => format!("AUTH={}", how.to_ascii_uppercase()),
                Capability::Atom(word) => word.to_ascii_uppercase(),
            })
            .collect();
    }

    pub(super) fn can(&self, word: &str) -> bool {
        self.can.contains(word)
    }

    pub(super) fn start_clock(&mut self) {
        let until = Instant::now() + self.bounds.overall;
        self.lines.wire().set_until(until);
    }

    /// Waits for the beginning of an answer, at most until then; the answer itself is heard with [`Talk::next`].
    pub(super) fn await_line(&mut self, until: Instant) -> Result<bool> {
        self.lines.wire().set_until(until);
        loop {
            match self.lines.has_line() {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(Trouble::Broken(e)) if e.kind() == io::ErrorKind::TimedOut => {}
                Err(trouble) => return Err(self.give_up(trouble)),
            }
            if Instant::now() >= until {
                return Ok(false);
            }
        }
    }

    pub(super) fn give_up(&mut self, trouble: Trouble) -> Error {
        self.give_up_for(&match trouble {
            Trouble::Broken(e) if e.kind() == io::ErrorKind::TimedOut => "no whole answer in time".to_owned(),
            Trouble::Broken(e) if e.kind() == io::ErrorKind::UnexpectedEof => "the server hung up".to_owned(),
            Trouble::Broken(e) => e.to_string(),
            Trouble::Endless => "it sends a line without end".to_owned(),
            Trouble::TooLong(n) => format!("it announces {n} bytes where so many were not agreed"),
        })
    }

    pub(super) fn give_up_for(&mut self, why: &str) -> Error {
        self.given_up = true;
        self.broken(why)
    }

    fn broken(&self, why: &str) -> Error {
        Error::new(Kind::Temporary, format!("the connection to {} is given up", self.server))
            .because(why)
            .hint("try again; what was read before stays")
    }

    /// A farewell that is not waited for long.
    pub(super) fn leave(mut self) {
        self.bounds.overall = self.bounds.overall.min(Duration::from_secs(3));
        // A server says BYE first, which ends the conversation as it should.
        let _ = self.tell("LOGOUT");
    }
}

impl Ending {
    /// Whether it may be otherwise next time (RFC 5530).
    pub(super) fn passes(&self) -> bool {
        let passing = ["[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[LIMIT]"];
        !self.bad && passing.iter().any(|code| self.words.to_ascii_uppercase().contains(code))
    }

    /// What the server did not do, as an error.
    pub(super) fn refusal(&self, what: impl Into<String>) -> Error {
        let kind = if self.passes() { Kind::Temporary } else { Kind::Refused };
        let error = Error::new(kind, what);
        let error = if self.passes() { error.hint("try again later; what was read before stays") } else { error };
        if self.words.is_empty() { error } else { error.because(&self.words) }
    }
}

fn ending(status: &Status, outcome: &Outcome<'_>) -> Ending {
    Ending { fine: *status == Status::Ok, bad: *status == Status::Bad, words: words(outcome) }
}

fn words(outcome: &Outcome<'_>) -> String {
    answer::shown(outcome.information.as_deref().unwrap_or_default())
}
