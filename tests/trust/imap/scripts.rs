//! What a mail server, or the line to it, may do that it should not: each script does one thing to what is said.

use crate::proxy::{Side, Turn};
use crate::stage::Dice;
use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;

/// A script: what it is called, what it does to each line, and what else the trial does.
pub struct Script {
    pub name: &'static str,
    turn: fn(&mut Mischief, &mut Line<'_>) -> Turn,
    pub around: Around,
}

/// What a trial does besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    Nothing,
    /// Mails move to another folder once they are kept.
    Moving,
    /// The server really numbers its mails anew.
    NewEpoch,
    /// Two fetch at once.
    Two,
    /// What the server hid is looked for when a day is over.
    NextDay,
}

/// A line of the protocol, or of a mail.
pub struct Line<'a> {
    side: Side,
    text: &'a mut Vec<u8>,
    is_mail: bool,
}

/// A script at work, and what it remembers.
pub struct Mischief {
    /// None: all is done as it should be.
    pub script: Option<&'static Script>,
    pub dice: Dice,
    /// The line of each side, from 1 on, at which something happens once.
    at: [usize; 2],
    /// How often something was done.
    pub struck: usize,
    /// The process that reads the mail.
    pub victim: Option<Pid>,
    /// Brings one more mail.
    pub deliver: Option<Box<dyn FnMut() + Send>>,
    /// How many lines each side said.
    pub lines: [usize; 2],
    /// So many bytes of a mail are still to come.
    literal: usize,
    /// The answer with a mail in it, as far as it came.
    kept: Vec<u8>,
    over: bool,
}

impl Mischief {
    pub fn new(dice: Dice) -> Mischief {
        Mischief {
            script: None,
            dice,
            at: [0; 2],
            struck: 0,
            victim: None,
            deliver: None,
            lines: [0; 2],
            literal: 0,
            kept: Vec::new(),
            over: false,
        }
    }

    /// A new fetch begins, to which this is done at that line.
    pub fn begin(&mut self, script: Option<&'static Script>, at: [usize; 2]) {
        (self.script, self.at, self.lines, self.literal, self.over) = (script, at, [0; 2], 0, false);
        self.kept.clear();
    }

    /// Decides about a line of a connection, `n` on its side.
    pub fn turn(&mut self, side: Side, n: usize, text: &mut Vec<u8>) -> Turn {
        self.lines[usize::from(side == Side::Server)] += 1;
        let mut is_mail = false;
        if side == Side::Server {
            self.literal = if n == 1 { 0 } else { self.literal };
            is_mail = self.literal > 0;
            self.literal = if is_mail { self.literal.saturating_sub(text.len()) } else { announced(text) };
        }
        let turn = self.script.map(|script| script.turn);
        turn.map_or(Turn::Pass, |turn| turn(self, &mut Line { side, text, is_mail }))
    }

    /// It is the line at which something happens once.
    fn strikes(&mut self, line: &Line<'_>, side: Side) -> bool {
        let of = usize::from(side == Side::Server);
        let now = !self.over && line.side == side && self.lines[of] >= self.at[of];
        self.over |= now;
        self.struck += usize::from(now);
        now
    }

    /// The first time, and then every third.
    fn at_times(&mut self) -> bool {
        let now = self.struck == 0 || self.dice.below(3) == 0;
        self.struck += usize::from(now);
        now
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.dice.below(end as u64)).unwrap_or(0)
    }

    fn kill(&mut self) {
        if let Some(victim) = self.victim {
            // Whoever has just ended need not be killed.
            let _ = kill_process(victim, Signal::KILL);
        }
    }
}

/// The length of the mail that a line announces.
fn announced(text: &[u8]) -> usize {
    let line = String::from_utf8_lossy(text);
    let number = line.trim_end().strip_suffix('}').and_then(|l| l.rsplit_once('{'));
    number.and_then(|(_, n)| n.parse().ok()).unwrap_or(0)
}

impl Line<'_> {
    /// The server says what is no mail.
    fn is_answer(&self) -> bool {
        self.side == Side::Server && !self.is_mail
    }

    fn begins(&self, with: &str) -> bool {
        self.is_answer() && self.text.starts_with(with.as_bytes())
    }

    fn contains(&self, what: &str) -> bool {
        self.is_answer() && String::from_utf8_lossy(self.text).contains(what)
    }

    fn before(&mut self, more: &str) {
        self.text.splice(..0, more.bytes());
    }

    fn replace(&mut self, from: &str, to: &str) {
        *self.text = String::from_utf8_lossy(self.text).replacen(from, to, 1).into_bytes();
    }

    /// Changes the numbers that a search gives.
    fn numbers(&mut self, change: impl FnOnce(&mut Vec<String>)) {
        let text = String::from_utf8_lossy(self.text).into_owned();
        let mut all = text.split_whitespace().skip(2).map(str::to_owned).collect();
        change(&mut all);
        *self.text = format!("* SEARCH {}\r\n", all.join(" ")).replace(" \r", "\r").into_bytes();
    }

    /// The number behind a word.
    fn behind(&self, word: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.text).into_owned();
        let (_, rest) = text.split_once(word)?;
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!number.is_empty()).then_some(number)
    }
}

const fn script(name: &'static str, turn: fn(&mut Mischief, &mut Line<'_>) -> Turn) -> Script {
    Script { name, turn, around: Around::Nothing }
}

const fn with(around: Around, name: &'static str, turn: fn(&mut Mischief, &mut Line<'_>) -> Turn) -> Script {
    Script { name, turn, around }
}

/// The server begins an answer that holds a mail.
fn is_mail_coming(line: &Line<'_>) -> bool {
    line.contains("BODY[] {")
}

/// Says something more before an answer now and then.
fn slip_in(m: &mut Mischief, line: &mut Line<'_>, what: &str) -> Turn {
    if line.is_answer() && m.at_times() {
        line.before(what);
    }
    Turn::Pass
}

/// A tagged answer is another one.
fn ends_as(m: &mut Mischief, line: &mut Line<'_>, how: &str) -> Turn {
    if line.begins("D") && m.at_times() {
        line.replace(" OK", how);
    }
    Turn::Pass
}

/// An answer to a search is changed.
fn search(m: &mut Mischief, line: &mut Line<'_>, change: fn(&mut Vec<String>)) -> Turn {
    if line.begins("* SEARCH") {
        m.struck += 1;
        line.numbers(change);
    }
    Turn::Pass
}

/// The length of a mail is another one.
fn length(m: &mut Mischief, line: &mut Line<'_>, other: fn(usize) -> String) -> Turn {
    if is_mail_coming(line) && m.at_times() {
        let is = announced(line.text);
        line.replace(&format!("{{{is}}}"), &format!("{{{}}}", other(is)));
    }
    Turn::Pass
}

/// A number of the answer is another one, or the word is.
fn word(m: &mut Mischief, line: &mut Line<'_>, word: &str, number: &str) -> Turn {
    if let Some(is) = line.behind(word).filter(|_| line.is_answer()) {
        m.struck += 1;
        line.replace(&format!("{word}{is}"), &format!("{word}{number}"));
    }
    Turn::Pass
}

fn cut(m: &mut Mischief, line: &Line<'_>, side: Side, bytes: fn(&mut Mischief, usize) -> usize) -> Turn {
    if m.strikes(line, side) { Turn::CutAfter(bytes(m, line.text.len())) } else { Turn::Pass }
}

/// Before the line, and the other side never sees it; or it sees what of it `turn` lets pass.
fn kill(m: &mut Mischief, line: &Line<'_>, side: Side, turn: Turn) -> Turn {
    if !m.strikes(line, side) {
        return Turn::Pass;
    }
    m.kill();
    turn
}

/// A little later, while what was said is being worked on.
fn kill_soon(m: &mut Mischief, line: &mut Line<'_>) -> Turn {
    if m.strikes(line, Side::Server)
        && let Some(victim) = m.victim
    {
        let pause = Duration::from_micros(m.dice.below(4_000));
        std::thread::spawn(move || {
            std::thread::sleep(pause);
            let _ = kill_process(victim, Signal::KILL);
        });
    }
    Turn::Pass
}

/// Each answer that holds a mail comes twice.
fn mail_twice(m: &mut Mischief, line: &mut Line<'_>) -> Turn {
    if is_mail_coming(line) {
        m.kept.clone_from(line.text);
    } else if line.is_mail {
        m.kept.extend_from_slice(line.text);
    } else if line.begins(")") && !m.kept.is_empty() {
        m.struck += 1;
        m.kept.extend_from_slice(line.text);
        line.text.append(&mut m.kept);
    }
    Turn::Pass
}

/// Some byte of an answer, but not the end of its line.
fn byte(m: &mut Mischief, line: &mut Line<'_>, change: fn(&mut Vec<u8>, usize)) -> Turn {
    if line.begins("* ") && m.at_times() {
        let at = m.below(line.text.len().saturating_sub(2));
        change(line.text, at);
    }
    Turn::Pass
}

/// Every script; the short run has the first ones.
pub const SCRIPTS: &[Script] = &[
    script("cut before a line", |m, l| cut(m, l, Side::Server, |_, _| 0)),
    script("cut within a line", |m, l| cut(m, l, Side::Server, |m, all| m.below(all))),
    script("killed before a line comes", |m, l| kill(m, l, Side::Server, Turn::CutAfter(0))),
    script("killed behind a line", kill_soon),
    script("killed behind a command", |m, l| kill(m, l, Side::Client, Turn::Pass)),
    script("a mail twice", mail_twice),
    script("a mail longer than said", |m, l| length(m, l, |n| n.saturating_sub(7).to_string())),
    script("a mail shorter than said", |m, l| length(m, l, |n| (n + 7).to_string())),
    script("a mail left out", |m, l| {
        if is_mail_coming(l) && m.at_times() {
            l.replace("UID ", "UID 900");
        }
        Turn::Pass
    }),
    script("another epoch for once", |m, l| word(m, l, "[UIDVALIDITY ", "77")),
    with(Around::NewEpoch, "numbered anew, and cut", |m, l| cut(m, l, Side::Server, |_, _| 0)),
    with(Around::Moving, "killed while mails move", |m, l| kill(m, l, Side::Server, Turn::CutAfter(0))),
    script("cut behind a line", |m, l| cut(m, l, Side::Server, |_, all| all)),
    script("cut before a command", |m, l| cut(m, l, Side::Client, |_, _| 0)),
    script("cut within a command", |m, l| cut(m, l, Side::Client, |m, all| m.below(all))),
    script("cut behind a command", |m, l| cut(m, l, Side::Client, |_, all| all)),
    script("killed before a command", |m, l| kill(m, l, Side::Client, Turn::CutAfter(0))),
    script("killed, and the line goes on", |m, l| kill(m, l, Side::Server, Turn::Pass)),
    with(Around::Moving, "cut while mails move", |m, l| cut(m, l, Side::Client, |_, all| all)),
    with(Around::Two, "two at once, one is cut", |m, l| cut(m, l, Side::Server, |_, _| 0)),
    with(Around::NewEpoch, "numbered anew", |_, _| Turn::Pass),
    script("BYE", |m, l| {
        if l.is_answer() && m.strikes(l, Side::Server) {
            *l.text = b"* BYE going down\r\n".to_vec();
            return Turn::CutAfter(l.text.len());
        }
        Turn::Pass
    }),
    script("NO", |m, l| ends_as(m, l, " NO")),
    script("NO, later", |m, l| ends_as(m, l, " NO [UNAVAILABLE]")),
    script("BAD", |m, l| ends_as(m, l, " BAD")),
    script("garbage between answers", |m, l| slip_in(m, l, "\0\u{fffd} (((\r\n")),
    script("a NUL", |m, l| byte(m, l, |text, at| text[at] = 0)),
    script("a flipped byte", |m, l| byte(m, l, |text, at| text[at] ^= 0x55)),
    script("half an answer", |m, l| byte(m, l, |text, at| drop(text.drain(at..text.len() - 2)))),
    script("parentheses", |m, l| byte(m, l, |text, at| drop(text.splice(at..at, [b'('; 300])))),
    script("an answer twice", |m, l| {
        if l.begins("* ") && announced(l.text) == 0 && m.at_times() {
            *l.text = l.text.repeat(2);
        }
        Turn::Pass
    }),
    script("mails nobody asked for", |m, l| slip_in(m, l, "* 9 FETCH (UID 4000000 BODY[] {5}\r\nhello)\r\n")),
    script("no mail where there is one", |m, l| {
        if let Some(uid) = l.behind("UID ").filter(|_| is_mail_coming(l)) {
            m.struck += 1;
            l.before(&format!("* 1 FETCH (UID {uid} BODY[] NIL)\r\n"));
        }
        Turn::Pass
    }),
    script("marks", |m, l| slip_in(m, l, "* 1 FETCH (FLAGS (\\Seen \\Deleted))\r\n")),
    script("gone mails", |m, l| slip_in(m, l, "* 1 EXPUNGE\r\n")),
    script("more mails", |m, l| slip_in(m, l, "* 1000 EXISTS\r\n* 5 RECENT\r\n")),
    script("a mail of 4 GiB", |m, l| length(m, l, |_| "4294967295".to_owned())),
    script("a length of 30 digits", |m, l| length(m, l, |_| "9".repeat(30))),
    script("numbers backwards", |m, l| search(m, l, |all| all.reverse())),
    script("numbers twice", |m, l| search(m, l, |all| all.extend(all.clone()))),
    script("numbers of no mail", |m, l| {
        search(m, l, |all| all.extend(["500", "501", "4294967295"].map(str::to_owned)))
    }),
    script("number 0", |m, l| search(m, l, |all| all.push("0".to_owned()))),
    script("number 2^32", |m, l| search(m, l, |all| all.push("4294967296".to_owned()))),
    script("no numbers", |m, l| search(m, l, Vec::clear)),
    with(Around::NextDay, "only the last number", |m, l| {
        search(m, l, |all| drop(all.drain(..all.len().saturating_sub(1))))
    }),
    script("a new epoch in the midst", |m, l| slip_in(m, l, "* OK [UIDVALIDITY 78] anew\r\n")),
    script("no epoch", |m, l| word(m, l, "[UIDVALIDITY ", "")),
    script("epoch 0", |m, l| word(m, l, "[UIDVALIDITY ", "0")),
    script("sizes of 0", |m, l| word(m, l, "RFC822.SIZE ", "0")),
    script("sizes three times as large", |m, l| word(m, l, "RFC822.SIZE ", "999999")),
    script("dates of no day", |m, l| word(m, l, "INTERNALDATE \"", "99")),
    script("who claims to know us", |m, l| {
        if l.begins("* OK") && m.lines[1] == 1 {
            m.struck += 1;
            l.replace("* OK", "* PREAUTH");
        }
        Turn::Pass
    }),
    script("little skill", |m, l| {
        if l.begins("* CAPABILITY") || l.contains("[CAPABILITY ") {
            m.struck += 1;
            let tagged = l.begins("D");
            let tag = l.behind("D").unwrap_or_default();
            *l.text = if tagged { format!("D{tag} OK in\r\n") } else { "* CAPABILITY IMAP4rev1\r\n".to_owned() }.into();
        }
        Turn::Pass
    }),
    script("tags of others", |m, l| slip_in(m, l, "D999 OK done\r\n")),
    script("go on", |m, l| slip_in(m, l, "+ go on\r\n")),
    script("long words", |m, l| slip_in(m, l, &format!("* OK [ALERT] {}\r\n", "words ".repeat(500)))),
    script("a line without end", |m, l| slip_in(m, l, &format!("* OK {}\r\n", "x".repeat(2 << 20)))),
    script("bare line ends", |m, l| {
        if l.is_answer() && l.text.ends_with(b"\r\n") && m.at_times() {
            l.replace("\r\n", "\n");
        }
        Turn::Pass
    }),
    script("a line that drips", |m, l| {
        m.struck += 1;
        if l.side == Side::Server { Turn::Drip(Duration::from_micros(50)) } else { Turn::Pass }
    }),
    script("mail comes meanwhile", |m, l| {
        if l.side == Side::Client && String::from_utf8_lossy(l.text).contains("UID FETCH") && m.at_times() {
            m.deliver.iter_mut().for_each(|deliver| deliver());
        }
        Turn::Pass
    }),
];
