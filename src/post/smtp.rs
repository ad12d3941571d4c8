//! Giving a mail to an SMTP server, so that afterwards it is known whether it was taken: each step of the dialogue has its
//! own outcome. Building the mail, and trying again, are not here.

mod line;
mod login;

use super::address;
use super::{Bounds, Login};
use crate::domain::account::{Account, Security};
use crate::error::{Error, Kind, Result};
use crate::tls;
use line::{Break, Line, Reply};
use std::net::IpAddr;
use std::time::Duration;

/// From whom and to whom a mail goes, whatever its header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where reports of failure go; empty for a mail that must cause none.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken it.
    Sent {
        /// The server's words.
        said: String,
        /// Recipients that it did not take, each with its words.
        refused: Vec<(String, String)>,
    },
    /// It was surely not taken; the same may work later.
    Later(String),
    /// It was surely not taken, and never will be as it is.
    Never(String),
    /// The line broke when the server may have had it already: sending it again may make two of it.
    Unknown(String),
}

/// A server that we may give mails to, one after the other.
pub struct Smtp {
    line: Line,
    offers: Offers,
    overall: Duration,
    /// Why the line is of no use any more.
    broken: Option<String>,
}

/// What the server said it can do.
#[derive(Debug, Default, PartialEq, Eq)]
struct Offers {
    starttls: bool,
    utf8: bool,
    eight_bit: bool,
    /// The largest mail in bytes; none where it says nothing.
    size: Option<Option<u64>>,
    logins: Vec<String>,
}

/// Why a mail is not on its way.
enum Stop {
    Said(Outcome),
    Broke(Break),
}

impl From<Break> for Stop {
    fn from(b: Break) -> Stop {
        Stop::Broke(b)
    }
}

impl Smtp {
    /// Connects, makes the line private, logs in.
    ///
    /// # Errors
    /// [`Kind::Temporary`] when the server is not there, too slow or busy; [`Kind::Refused`] when its certificate is not
    /// trusted, the line cannot be made private, or it does not accept who we are.
    pub fn connect(account: &Account, login: &Login, bounds: &Bounds) -> Result<Smtp> {
        let broke = |b: Break| broken(account, b);
        let mut line = Line::open(&account.host, account.port, bounds.patience, bounds.overall).map_err(broke)?;
        let private = |line: Line| {
            let config = tls::client(bounds.ca.as_deref()).map_err(Error::refused)?;
            line.encrypt(&account.host, config).map_err(broke)
        };
        if account.security == Security::Tls {
            line = private(line)?;
        }
        let greeting = line.hear().map_err(broke)?;
        if !greeting.is_good() {
            return Err(unwelcome(account, "turns us away", &greeting));
        }
        let mut offers = hello(account, &mut line)?;
        if !line.is_private() && offers.starttls {
            let reply = line.ask("STARTTLS").map_err(broke)?;
            if !reply.is_good() {
                return Err(unwelcome(account, "does not make the line private", &reply));
            }
            line = private(line)?;
            offers = hello(account, &mut line)?;
        }
        let stays_here = account.is_local() && line.sides().1;
        if !line.is_private() && !stays_here {
            let what = format!("{} does not offer to make the line private (STARTTLS)", account.shown());
            let hint = "smtps:// encrypts from the first byte, mostly on port 465; nothing was sent";
            return Err(Error::refused(what).hint(hint));
        }
        introduce(account, login, &mut line, &offers)?;
        Ok(Smtp { line, offers, overall: bounds.overall, broken: None })
    }

    /// Gives one mail to the server. `about_to` is called when the server has accepted sender and recipients and is about
    /// to get the mail: from then on the outcome may stay unknown. Line ends are made CRLF.
    ///
    /// # Errors
    /// Only what `about_to` says; then nothing was sent. Everything else is an outcome.
    pub fn send(
        &mut self,
        envelope: &Envelope,
        mail: &[u8],
        about_to: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Outcome> {
        if let Some(why) = &self.broken {
            return Ok(Outcome::Later(why.clone()));
        }
        self.line.allow(self.overall);
        let refused = match self.address(envelope, mail) {
            Ok(refused) => refused,
            Err(stop) => return Ok(self.stopped(stop)),
        };
        if let Err(e) = about_to() {
            self.reset();
            return Err(e);
        }
        match self.begin() {
            Ok(()) => Ok(self.hand_over(mail, refused)),
            Err(stop) => Ok(self.stopped(stop)),
        }
    }

    /// Says goodbye; what the server answers does not matter any more.
    pub fn bye(mut self) {
        if self.broken.is_none() {
            self.line.allow(Duration::from_secs(5));
            let _ = self.line.ask("QUIT");
        }
    }

    /// Names the sender and each recipient; gives those that were refused.
    fn address(&mut self, envelope: &Envelope, mail: &[u8]) -> std::result::Result<Vec<(String, String)>, Stop> {
        if mail.contains(&0) {
            return Err(Stop::Said(Outcome::Never("the mail holds a NUL byte".to_owned())));
        }
        let from = match envelope.from.as_str() {
            "" => String::new(),
            from => self.fit(from).map_err(|why| Stop::Said(Outcome::Never(why)))?,
        };
        let known: Vec<_> = envelope.to.iter().map(|to| (to, self.fit(to))).collect();
        let international = |a: &String| !a.is_ascii();
        let head = mail.windows(4).position(|w| w == b"\r\n\r\n").map_or(mail, |end| mail.split_at(end).0);
        let utf8 = international(&from) || !head.is_ascii() || known.iter().flat_map(|(_, k)| k).any(international);
        let command = self.mail_from(&from, mail, utf8)?;
        self.agreed(&command)?;
        let mut refused: Vec<(String, String)> = Vec::new();
        let mut temporary = true;
        for (to, wired) in known {
            let reply = match wired {
                Ok(wired) => self.line.ask(&format!("RCPT TO:<{wired}>"))?,
                Err(why) => {
                    temporary = false;
                    refused.push((to.clone(), why));
                    continue;
                }
            };
            if reply.code == 421 {
                return Err(Stop::Broke(Break::Network(reply.said())));
            }
            if !reply.is_good() {
                temporary &= reply.is_temporary();
                refused.push((to.clone(), reply.said()));
            }
        }
        if refused.len() < envelope.to.len() {
            return Ok(refused);
        }
        let why: Vec<String> = refused.iter().map(|(to, said)| format!("{to}: {said}")).collect();
        let why = if why.is_empty() { "nobody to send it to".to_owned() } else { why.join("; ") };
        Err(Stop::Said(if temporary && !refused.is_empty() { Outcome::Later(why) } else { Outcome::Never(why) }))
    }

    /// The address as this server takes it, or why it cannot.
    fn fit(&self, email: &str) -> std::result::Result<String, String> {
        let wired = address::wire(email)?;
        if wired.is_ascii() || self.offers.utf8 {
            Ok(wired)
        } else {
            Err("the server takes no address with letters beyond a–z (SMTPUTF8)".to_owned())
        }
    }

    fn mail_from(&self, from: &str, mail: &[u8], utf8: bool) -> std::result::Result<String, Stop> {
        let mut command = format!("MAIL FROM:<{from}>");
        if let Some(most) = self.offers.size {
            if most.is_some_and(|most| u64::try_from(mail.len()).is_ok_and(|n| n > most)) {
                let most = most.unwrap_or_default() >> 20;
                let why = format!("the mail is larger than the server takes ({most} MiB)");
                return Err(Stop::Said(Outcome::Never(why)));
            }
            command.push_str(&format!(" SIZE={}", mail.len()));
        }
        if self.offers.eight_bit && !mail.is_ascii() {
            command.push_str(" BODY=8BITMIME");
        }
        if self.offers.utf8 && utf8 {
            command.push_str(" SMTPUTF8");
        }
        Ok(command)
    }

    fn begin(&mut self) -> std::result::Result<(), Stop> {
        let reply = self.line.ask("DATA")?;
        match reply.code {
            354 => Ok(()),
            400..=599 => Err(refusal(&reply)),
            _ => Err(Stop::Broke(Break::Garbage(format!("the server answered DATA with {}", reply.said())))),
        }
    }

    /// From here on the server may have the mail, whatever we hear.
    fn hand_over(&mut self, mail: &[u8], refused: Vec<(String, String)>) -> Outcome {
        let poured = self.line.pour(&stuffed(mail));
        // Also a server that hung up in the middle may have said why.
        match (self.line.hear_patiently(), poured) {
            (Ok(reply), _) if reply.code / 100 >= 4 => match refusal(&reply) {
                Stop::Said(outcome) => outcome,
                Stop::Broke(b) => {
                    let why = b.words();
                    self.broken = Some(why.clone());
                    Outcome::Later(why)
                }
            },
            (Ok(reply), Ok(())) if reply.is_good() => Outcome::Sent { said: reply.said(), refused },
            (Ok(reply), Ok(())) => self.lost(format!("the server answered the mail with {}", reply.said())),
            (Err(b), Ok(())) | (_, Err(b)) => self.lost(b.words()),
        }
    }

    fn lost(&mut self, why: String) -> Outcome {
        self.broken = Some(why.clone());
        Outcome::Unknown(why)
    }

    fn agreed(&mut self, command: &str) -> std::result::Result<(), Stop> {
        let reply = self.line.ask(command)?;
        match reply.code {
            200..=299 => Ok(()),
            400..=599 => Err(refusal(&reply)),
            _ => Err(Stop::Broke(Break::Garbage(format!("the server answered {}", reply.said())))),
        }
    }

    /// What came of a mail that the server surely does not have.
    fn stopped(&mut self, stop: Stop) -> Outcome {
        match stop {
            Stop::Said(outcome) => {
                self.reset();
                outcome
            }
            Stop::Broke(b) => {
                let why = b.words();
                self.broken = Some(why.clone());
                Outcome::Later(why)
            }
        }
    }

    /// Takes back sender and recipients, so that the next mail begins anew.
    fn reset(&mut self) {
        match self.line.ask("RSET") {
            Ok(reply) if reply.is_good() => {}
            Ok(reply) => self.broken = Some(reply.said()),
            Err(b) => self.broken = Some(b.words()),
        }
    }
}

/// A refusal as an outcome; after `421` the server hangs up.
fn refusal(reply: &Reply) -> Stop {
    match reply.code {
        421 => Stop::Broke(Break::Network(reply.said())),
        400..=499 => Stop::Said(Outcome::Later(reply.said())),
        _ => Stop::Said(Outcome::Never(reply.said())),
    }
}

/// The mail as it goes over the line: each line end CRLF, a dot doubled where it begins a line, one final dot.
fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len() + mail.len() / 32 + 8);
    let mut begins = true;
    let mut before = 0;
    for &byte in mail {
        match byte {
            b'\n' if before == b'\r' => {}
            b'\r' | b'\n' => {
                out.extend_from_slice(b"\r\n");
                begins = true;
            }
            _ => {
                if begins && byte == b'.' {
                    out.push(b'.');
                }
                out.push(byte);
                begins = false;
            }
        }
        before = byte;
    }
    out.extend_from_slice(if begins { b".\r\n" } else { b"\r\n.\r\n" });
    out
}

/// Says hello by our own address (a machine at a desk has no name that means anything to others) and hears what is offered.
fn hello(account: &Account, line: &mut Line) -> Result<Offers> {
    let us = match line.sides().0 {
        Some(IpAddr::V4(ip)) => format!("[{ip}]"),
        Some(IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
        None => "[127.0.0.1]".to_owned(),
    };
    let reply = line.ask(&format!("EHLO {us}")).map_err(|b| broken(account, b))?;
    if reply.is_good() { Ok(offered(&reply)) } else { Err(unwelcome(account, "does not return our greeting", &reply)) }
}

fn offered(reply: &Reply) -> Offers {
    let mut offers = Offers::default();
    for text in reply.lines.iter().skip(1) {
        // `AUTH=PLAIN` is how some old servers write it.
        let mut words = text.split([' ', '=']).filter(|w| !w.is_empty());
        match words.next().map(str::to_ascii_uppercase).as_deref() {
            Some("STARTTLS") => offers.starttls = true,
            Some("SMTPUTF8") => offers.utf8 = true,
            Some("8BITMIME") => offers.eight_bit = true,
            Some("SIZE") => offers.size = Some(words.next().and_then(|n| n.parse().ok()).filter(|&n| n > 0)),
            Some("AUTH") => offers.logins.extend(words.map(str::to_owned)),
            _ => {}
        }
    }
    offers
}

/// Logs in where there is something to log in with; the line is private by now, or does not leave this machine.
fn introduce(account: &Account, login: &Login, line: &mut Line, offers: &Offers) -> Result<()> {
    if *login == Login::None {
        return Ok(());
    }
    let Some(user) = &account.user else {
        return Err(Error::refused(format!("the address of {} lacks the name to log in with", account.shown()))
            .hint("smtps://support%40acme.test@mail.acme.test"));
    };
    match login::log_in(line, user, login, &offers.logins).map_err(|b| broken(account, b))? {
        Some(reply) if reply.is_good() => Ok(()),
        Some(reply) if reply.is_temporary() => Err(unwelcome(account, "cannot log us in", &reply)),
        Some(reply) => Err(Error::refused(format!("{} does not accept the login", account.shown()))
            .because(reply.said())
            .hint("look at the name in the address and at the password; nothing was sent")),
        None => {
            let ways = if offers.logins.is_empty() { "none".to_owned() } else { offers.logins.join(", ") };
            Err(Error::refused(format!("{} offers no way to log in that desk knows", account.shown()))
                .because(format!("it offers: {ways}"))
                .hint("desk knows PLAIN, LOGIN and, with a token, XOAUTH2"))
        }
    }
}

fn unwelcome(account: &Account, how: &str, reply: &Reply) -> Error {
    let kind = if reply.is_temporary() { Kind::Temporary } else { Kind::Refused };
    Error::new(kind, format!("{} {how}", account.shown())).because(reply.said()).hint("nothing was sent")
}

fn broken(account: &Account, b: Break) -> Error {
    let shown = account.shown();
    match b {
        Break::Network(why) => Error::new(Kind::Temporary, format!("no connection to {shown}"))
            .because(why)
            .hint("look at the network and the address, then try again; nothing was sent"),
        Break::Garbage(why) => Error::new(Kind::Temporary, format!("{shown} is not understood"))
            .because(why)
            .hint("look at the port: smtps:// is mostly 465, smtp:// 587; nothing was sent"),
        Break::Trust(why) => Error::refused(format!("the line to {shown} cannot be made private"))
            .because(why)
            .hint("a server with a certificate of its own needs its authority named (ca); smtps:// is mostly port 465, smtp:// 587"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dots_are_doubled_once_and_every_line_ends_in_crlf() {
        for (mail, wired) in [
            ("a\r\n.b\r\n", "a\r\n..b\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            ("", ".\r\n"),
            ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r\n.\r\nMAIL FROM:<x@y>\r\n", "a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
            ("a\r\r\n\n\rb.", "a\r\n\r\n\r\n\r\nb.\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8(stuffed(mail.as_bytes())).unwrap(), wired, "{mail:?}");
        }
    }

    #[test]
    fn offers_are_read_as_servers_write_them() {
        let lines = [
            "mail.test at your service",
            "size 1048576",
            "AUTH=LOGIN",
            "AUTH PLAIN XOAUTH2",
            "STARTTLS",
            "8bitmime",
            "",
        ];
        let reply = Reply { code: 250, lines: lines.map(str::to_owned).to_vec() };
        let offers = offered(&reply);
        assert_eq!(offers.logins, ["LOGIN", "PLAIN", "XOAUTH2"]);
        assert_eq!(
            (offers.size, offers.starttls, offers.eight_bit, offers.utf8),
            (Some(Some(1_048_576)), true, true, false)
        );
        let unlimited = Reply { code: 250, lines: vec![String::new(), "SIZE 0".to_owned(), "SIZE".to_owned()] };
        assert_eq!(offered(&unlimited).size, Some(None));
    }

    proptest! {
        #[test]
        fn whatever_the_mail_it_ends_once(mail in "[a.\r\n]{0,40}|\\PC*") {
            let wired = stuffed(mail.as_bytes());
            let wired = std::str::from_utf8(&wired).unwrap();
            prop_assert!(!wired.replace("\r\n", "").contains(['\r', '\n']));
            let lines: Vec<&str> = wired.split("\r\n").collect();
            prop_assert_eq!(lines.iter().filter(|l| **l == ".").count(), 1);
            prop_assert_eq!(&lines[lines.len() - 2..], &[".", ""]);
        }
    }
}
