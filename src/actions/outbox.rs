//! Mail leaves: what waits in the outbox is claimed, given to a server or to a program of this machine, and what became of
//! it is noted. No transaction is open while a server is spoken to. A mail that may have left is never sent again unasked.

use crate::actions::reply::survey;
use crate::desk::Desk;
use crate::domain::account::{Account, Spot};
use crate::domain::flood::next_try;
use crate::domain::time::Moment;
use crate::error::{Error, Kind, Result};
use crate::post::imap::Imap;
use crate::post::sendmail;
use crate::post::smtp::{Envelope, Outcome, Smtp};
use crate::post::{Bounds, Login};
use crate::store::outbox::{Posting, Settled, State};

/// The bookmark of nobody (agent 0) that says when automatic mail was let go again, in seconds.
pub const RESUMED: &str = "outbox:resumed";
/// After so many seconds nobody believes any more that a mail is still being sent.
const LONGEST: i64 = 15 * 60;
/// How many words of a server are kept.
const MOST_WORDS: usize = 500;

/// What became of the mails that were due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// So many have left.
    pub sent: usize,
    /// So many are tried again later.
    pub later: usize,
    /// So many stay until somebody does something about them.
    pub held: usize,
    /// So many may have left.
    pub unknown: usize,
    /// So many are not sent at all: what they ask is not to be asked any more.
    pub dropped: usize,
    /// What is to be known about them, in sentences.
    pub notes: Vec<String>,
}

/// What became of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The mail as it was before.
    pub posting: Posting,
    /// Where it stands now.
    pub state: State,
    /// When it is tried again.
    pub next_at: Moment,
    /// What the server said, or why it did not work.
    pub said: String,
    /// Recipients that the server did not take, each with its words.
    pub refused: Vec<(String, String)>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// Sends what is due. Where this machine has no way to send, that is only noted: a colleague's may have one.
///
/// # Errors
/// Where the desk cannot be read or written.
pub fn send_due(desk: &mut Desk) -> Result<Sent> {
    let mut sent = Sent::default();
    if desk.dry {
        return Ok(sent);
    }
    sent.notes = note_lost(desk)?;
    sent.unknown = sent.notes.len();
    let now = desk.host.now()?;
    let due = desk.read(|r| r.unsent())?;
    let due: Vec<Posting> = due.into_iter().filter(|p| p.state == State::Waiting && p.next_at <= now).collect();
    if due.is_empty() {
        return Ok(sent);
    }
    let mut post = match Post::of(desk) {
        Ok(post) => post,
        Err(e) => {
            sent.notes.push(format!("{} wait in the outbox: {}", mails(due.len()), e.what));
            return Ok(sent);
        }
    };
    for posting in due {
        if let Some(tried) = post.send(desk, posting)? {
            sent.add(&tried, now);
        }
    }
    post.bye();
    Ok(sent)
}

/// Sends these mails now, one after the other. What somebody else has taken meanwhile is not among the answers.
///
/// # Errors
/// Nothing says how mail is sent; the desk cannot be read or written.
pub fn send(desk: &mut Desk, postings: Vec<Posting>) -> Result<Vec<Tried>> {
    let mut post = Post::of(desk)?;
    let mut all = Vec::with_capacity(postings.len());
    for posting in postings {
        all.extend(post.send(desk, posting)?);
    }
    post.bye();
    Ok(all)
}

/// Refuses where nothing says how mail is sent.
///
/// # Errors
/// That.
pub fn can_send(desk: &mut Desk) -> Result<()> {
    if desk.smtp()?.is_some() {
        return Ok(());
    }
    Err(Error::refused("nothing says how mail is sent").hint("desk init mail asks what it needs"))
}

/// Notes of mails whose sender is gone that they may have left; a sentence for each.
///
/// # Errors
/// Where the desk cannot be read or written.
pub fn note_lost(desk: &mut Desk) -> Result<Vec<String>> {
    let now = desk.host.now()?;
    let sending = desk.read(|r| r.being_sent())?;
    let lost: Vec<_> = sending.into_iter().filter(|(_, holder, since)| is_lost(desk, holder, *since, now)).collect();
    let mut notes = Vec::new();
    for (id, holder, _) in lost {
        let store = desk.store_of_existing()?;
        store.bookkeep(now, |tx| tx.posting_lost(id, &holder, "the program that was sending it ended"))?;
        if let Some(p) = desk.read(|r| r.posting(id))?.filter(|p| p.state == State::Unknown) {
            notes.push(format!(
                "the mail to {} on {} may have left: {}",
                p.recipients.join(", "),
                p.ticket,
                again(p.id)
            ));
        }
    }
    Ok(notes)
}

/// Whether a mail is no longer being sent, although it says so.
#[must_use]
pub fn is_lost(desk: &Desk, holder: &str, since: Moment, now: Moment) -> bool {
    desk.host.is_gone(holder) || now.since(since) > LONGEST
}

/// The way out for a mail that may have left.
#[must_use]
pub fn again(id: i64) -> String {
    format!("ask whether it came; desk outbox send o{id} sends it again, desk outbox discard o{id} leaves it")
}

/// How long until an instant, as people say it: `1 min`, `2 h`.
#[must_use]
pub fn until(at: Moment, now: Moment) -> String {
    match at.since(now).max(0) {
        seconds @ ..5_400 => format!("{} min", (seconds + 59).max(60) / 60),
        seconds => format!("{} h", (seconds + 1_800) / 3_600),
    }
}

fn mails(n: usize) -> String {
    if n == 1 { "1 mail".to_owned() } else { format!("{n} mails") }
}

impl Sent {
    fn add(&mut self, tried: &Tried, now: Moment) {
        let count = match tried.state {
            State::Sent => &mut self.sent,
            State::Waiting | State::Sending => &mut self.later,
            State::Held => &mut self.held,
            State::Unknown => &mut self.unknown,
            State::Discarded => &mut self.dropped,
        };
        *count += 1;
        self.notes.extend(tried.trouble(now));
    }
}

impl Tried {
    /// What went wrong, in sentences; nothing where the mail has left to all.
    #[must_use]
    pub fn trouble(&self, now: Moment) -> Vec<String> {
        let (p, said) = (&self.posting, &self.said);
        let about = format!("the mail to {} on {}", p.recipients.join(", "), p.ticket);
        let mut notes: Vec<String> = match self.state {
            State::Sent => Vec::new(),
            State::Waiting | State::Sending => {
                vec![format!("{about} is tried again in {}: {said}", until(self.next_at, now))]
            }
            State::Discarded => vec![format!("{about} is not sent: {said}")],
            State::Held => {
                let way = format!("desk outbox send o{0} tries again, desk outbox discard o{0} leaves it", p.id);
                vec![format!("{about} is held: {said}"), way]
            }
            State::Unknown => vec![format!("{about} may have left: {said}"), again(p.id)],
        };
        notes.extend(self.refused.iter().map(|(to, said)| format!("{to} does not get it: {said}")));
        notes.extend(self.notes.iter().cloned());
        notes
    }
}

/// The way that mail leaves this machine.
struct Post {
    way: Way,
    /// Where a copy of what was sent is put.
    copies: Option<Copies>,
}

enum Way {
    /// Each mail is given to a program.
    Program(String),
    /// A server.
    Server(Box<Server>),
    /// It does not work just now; why.
    Shut(String),
}

/// A server that takes mails, connected with the first one.
struct Server {
    account: Account,
    login: Login,
    bounds: Bounds,
    line: Option<Smtp>,
}

/// The Sent folder on a server.
struct Copies {
    account: Account,
    login: Login,
    bounds: Bounds,
    folder: Option<String>,
    line: Option<Imap>,
}

impl Post {
    fn of(desk: &mut Desk) -> Result<Post> {
        can_send(desk)?;
        let Some(smtp) = desk.smtp()? else { return Err(Error::bug("nothing says how mail is sent")) };
        let way = match (desk.sendmail()?, smtp.account) {
            (Some(program), _) => Way::Program(program.display().to_string()),
            (None, None) => Way::Shut("neither a server nor a program is named".to_owned()),
            (None, Some(account)) => match desk.secret("smtp") {
                Err(e) => Way::Shut(words(&e)),
                Ok(secret) => {
                    let bounds = Bounds { ca: smtp.ca, ..Bounds::default() };
                    Way::Server(Box::new(Server { account, login: secret.into(), bounds, line: None }))
                }
            },
        };
        let copies = if smtp.sent_copy { Copies::of(desk)? } else { None };
        Ok(Post { way, copies })
    }

    /// Tries one mail; none where somebody else has taken it meanwhile.
    fn send(&mut self, desk: &mut Desk, posting: Posting) -> Result<Option<Tried>> {
        let holder = desk.host.holder()?;
        // One mail that is damaged keeps none of the others back.
        let mail = match desk.read(|r| r.raw(posting.message)) {
            Ok(Some(mail)) => mail,
            Ok(None) => return give_up(desk, posting, &holder, "its source is not in the desk"),
            Err(e) if e.kind == Kind::Refused => return give_up(desk, posting, &holder, &e.what),
            Err(e) => return Err(e),
        };
        let envelope = Envelope { from: posting.sender.clone(), to: posting.recipients.clone() };
        let mut claimed = None;
        let given = self.way.give(&envelope, &mail, &mut || {
            let taken = claim(desk, &posting, &holder)?;
            let ours = taken == Claim::Taken;
            claimed = Some(taken);
            if ours { Ok(()) } else { Err(Error::refused("it is not ours to send")) }
        });
        let outcome = match (given, &claimed) {
            (_, Some(Claim::Elsewhere | Claim::Dropped(_))) => Outcome::Later(String::new()),
            (Ok(outcome), _) => outcome,
            // Where the claim itself failed, the desk is out of reach: nothing has left, and nothing can be noted.
            (Err(e), None) if e.kind != Kind::Refused => return Err(e),
            (Err(e), _) => Outcome::Later(words(&e)),
        };
        let claimed = claimed.map_or_else(|| claim(desk, &posting, &holder), Ok)?;
        match claimed {
            Claim::Taken => {}
            Claim::Elsewhere => return Ok(None),
            Claim::Dropped(said) => {
                let next_at = posting.next_at;
                let (state, refused, notes) = (State::Discarded, Vec::new(), Vec::new());
                return Ok(Some(Tried { posting, state, next_at, said, refused, notes }));
            }
        }
        let mut tried = settle(desk, posting, &holder, outcome)?;
        if tried.state == State::Sent && !tried.posting.automatic {
            tried.notes.extend(self.copy(desk, &tried.posting, &mail)?);
        }
        Ok(Some(tried))
    }

    /// Puts a copy into the Sent folder; why it did not work.
    fn copy(&mut self, desk: &mut Desk, posting: &Posting, mail: &[u8]) -> Result<Option<String>> {
        let Some(copies) = &mut self.copies else { return Ok(None) };
        if let Err(e) = copies.put(mail) {
            self.copies = None;
            return Ok(Some(format!("no copy in the Sent folder: {}", words(&e))));
        }
        let now = desk.host.now()?;
        desk.store_of_existing()?.bookkeep(now, |tx| tx.posting_copied(posting.id))?;
        Ok(None)
    }

    fn bye(self) {
        if let Way::Server(server) = self.way
            && let Some(line) = server.line
        {
            line.bye();
        }
        if let Some(line) = self.copies.and_then(|c| c.line) {
            line.bye();
        }
    }
}

impl Way {
    fn give(&mut self, envelope: &Envelope, mail: &[u8], about_to: &mut dyn FnMut() -> Result<()>) -> Result<Outcome> {
        match self {
            Way::Shut(why) => Ok(Outcome::Later(why.clone())),
            Way::Program(program) => sendmail::send(program, envelope, mail, about_to),
            Way::Server(server) => {
                let connected = server.line.take().map_or_else(|| server.connect(), Ok);
                let mut line = match connected {
                    Ok(line) => line,
                    Err(e) => {
                        let why = words(&e);
                        *self = Way::Shut(why.clone());
                        return Ok(Outcome::Later(why));
                    }
                };
                let outcome = line.send(envelope, mail, about_to);
                // After anything but a success the next mail begins on a new line.
                match outcome {
                    Ok(Outcome::Sent { .. }) => server.line = Some(line),
                    _ => line.bye(),
                }
                outcome
            }
        }
    }
}

impl Server {
    fn connect(&self) -> Result<Smtp> {
        Smtp::connect(&self.account, &self.login, &self.bounds)
    }
}

impl Copies {
    /// The Sent folder of the first mailbox that is on a server.
    fn of(desk: &mut Desk) -> Result<Option<Copies>> {
        for mailbox in desk.mailboxes()? {
            if let Spot::Imap(account) = mailbox.spot {
                let Ok(secret) = desk.secret(&mailbox.name) else { return Ok(None) };
                let bounds = Bounds { ca: mailbox.ca, ..Bounds::default() };
                return Ok(Some(Copies { account, login: secret.into(), bounds, folder: mailbox.sent, line: None }));
            }
        }
        Ok(None)
    }

    fn put(&mut self, mail: &[u8]) -> Result<()> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => Imap::connect(&self.account, &self.login, &self.bounds)?,
        };
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => {
                let sent = line.folders()?.into_iter().find(|f| f.sent && f.selectable);
                sent.ok_or_else(|| Error::refused("the server names none: desk config set mailbox.NAME.sent Sent"))?
                    .name
            }
        };
        line.append(&folder, mail)?;
        self.folder = Some(folder);
        self.line = Some(line);
        Ok(())
    }
}

/// What came of taking a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Claim {
    /// It is ours to send.
    Taken,
    /// It is not any more as we know it: somebody else has tried it.
    Elsewhere,
    /// What it asks is not to be asked any more, and why: it was put away.
    Dropped(String),
}

/// Takes the mail before anything leaves. A question for a rating is looked at once more, for its ticket may have gone on while
/// it waited.
fn claim(desk: &mut Desk, posting: &Posting, holder: &str) -> Result<Claim> {
    let now = desk.host.now()?;
    desk.store_of_existing()?.bookkeep(now, |tx| {
        let same = |p: &Posting| p.state == posting.state && p.attempts == posting.attempts;
        if !tx.posting(posting.id)?.is_some_and(|p| same(&p)) {
            return Ok(Claim::Elsewhere);
        }
        if let Some(why) = survey::no_more(tx, posting)? {
            tx.drop_posting(posting.id, &why)?;
            return Ok(Claim::Dropped(why));
        }
        Ok(if tx.claim_posting(posting.id, holder)? { Claim::Taken } else { Claim::Elsewhere })
    })
}

/// Holds a mail that cannot be sent as it is.
fn give_up(desk: &mut Desk, posting: Posting, holder: &str, why: &str) -> Result<Option<Tried>> {
    if claim(desk, &posting, holder)? != Claim::Taken {
        return Ok(None);
    }
    settle(desk, posting, holder, Outcome::Never(why.to_owned())).map(Some)
}

/// Notes what became of the mail.
fn settle(desk: &mut Desk, posting: Posting, holder: &str, outcome: Outcome) -> Result<Tried> {
    let now = desk.host.now()?;
    let tries = posting.attempts + 1;
    let wait = next_try(tries);
    let (state, said, refused) = match (outcome, wait) {
        (Outcome::Sent { said, refused }, _) => (State::Sent, said, refused),
        (Outcome::Later(said), Some(_)) => (State::Waiting, said, Vec::new()),
        (Outcome::Later(said), None) => (State::Held, format!("{said} (tried {tries} times)"), Vec::new()),
        (Outcome::Never(said), _) => (State::Held, said, Vec::new()),
        (Outcome::Unknown(said), _) => (State::Unknown, said, Vec::new()),
    };
    let said: String = said.chars().take(MOST_WORDS).collect();
    let next_at = now.plus(wait.filter(|_| state == State::Waiting).unwrap_or(0));
    let lines: Vec<String> = refused.iter().map(|(to, said)| format!("{to}: {said}")).collect();
    let lines = Some(lines.join("\n")).filter(|l| !l.is_empty());
    let settled = Settled { state, next_at, said: &said, refused: lines.as_deref() };
    desk.store_of_existing()?.bookkeep(now, |tx| tx.settle_posting(posting.id, holder, &settled))?;
    Ok(Tried { posting, state, next_at, said, refused, notes: Vec::new() })
}

/// An error as words that are kept: what, and what the outside said.
fn words(e: &Error) -> String {
    e.cause.as_ref().map_or_else(|| e.what.clone(), |cause| format!("{}: {cause}", e.what))
}
