//! Mail comes in from mailboxes: what is new is taken, exactly once, mail by mail, each with what was seen of it in one
//! write. A line that breaks loses nothing: what was taken stays taken, and the next time goes on where this one stopped.
//! Which ticket a mail belongs to is decided in `domain::intake`; here is the way there and back.

mod check;
mod evidence;
mod line;
mod receipt;
mod take;
mod watch;

use crate::desk::Desk;
use crate::domain::account::Spot;
use crate::domain::event::OperationKind;
use crate::domain::mail::Mail;
use crate::domain::message::Direction;
use crate::domain::time::Moment;
use crate::error::{Error, Kind, Result};
use crate::formats::limits::Limits;
use crate::formats::{head, mail};
use crate::host::Secret;
use crate::post::{Bounds, Login};
use crate::settings::mail::Mailbox;
use crate::store::Deed;
use crate::store::mailbox::{NewParked, Outcome, Source};
pub use check::{Counted, check};
use line::{Folder, Line, Listed};
use std::collections::BTreeSet;
use take::{Ground, Read, Taken};
pub use take_parked::{drop_parked, take_parked};
pub use watch::watch;

mod take_parked;

/// For so many seconds a folder is held by whoever fetches from it; each mail prolongs it.
const HELD: i64 = 120;
/// So long it is waited for somebody else who is at it.
const PATIENCE: u32 = 60;
/// Not all servers count as we do: a mail that is larger than they said is put aside, and no more than this of it read.
const AT_MOST: u64 = 64 << 20;
/// The size of a mail of which the server says none.
const UNKNOWN: u64 = u64::MAX;
/// Mails that are listed in one go.
const PAGE: usize = 500;

/// What came of a fetch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// By mailbox, in the order of the settings.
    pub mailboxes: Vec<Fetched>,
}

/// What came of a fetch from one mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The mailbox.
    pub mailbox: String,
    /// Mails that were new to the desk's list of what it has seen.
    pub read: usize,
    /// New tickets.
    pub opened: Vec<i64>,
    /// Tickets that got a further message from a customer.
    pub answered: Vec<i64>,
    /// Tickets to which somebody wrote who takes no part in them.
    pub strangers: Vec<i64>,
    /// Tickets that were rated, and the scores.
    pub rated: Vec<(i64, i64)>,
    /// Answers of ours that were written elsewhere.
    pub sent: usize,
    /// Mails of machines: recorded, and nobody is asked.
    pub automatic: usize,
    /// Mails that the desk had already.
    pub duplicates: usize,
    /// Mails that were put aside: number and why.
    pub parked: Vec<(i64, String)>,
    /// Mails older than what the mailbox is read from.
    pub skipped: usize,
    /// Tickets that came in closed, because they were over before the desk first looked.
    pub over: usize,
    /// Mails moved to the folder for what is done.
    pub moved: usize,
    /// Desks that answer from the same mailbox, and how many of their mails came by.
    pub others: Vec<(String, usize)>,
    /// Acknowledgements put into the outbox.
    pub receipts: usize,
    /// Why it was not read to the end, and the way out; and whether trying again may help.
    pub trouble: Option<(String, Option<String>, bool)>,
}

/// Fetches from the mailboxes of these names, or from all.
///
/// # Errors
/// No mailbox is set up, or none is called so. What goes wrong with one mailbox stands in its part of the summary.
pub fn fetch(desk: &mut Desk, names: &[String]) -> Result<Summary> {
    let mut summary = Summary::default();
    for mailbox in chosen(desk, names)? {
        let mut fetched = Fetched { mailbox: mailbox.name.clone(), ..Fetched::default() };
        let done = connect(desk, &mailbox).and_then(|mut line| {
            let done = from(desk, &mailbox, &mut line, &mut fetched);
            line.bye();
            done
        });
        if let Err(e) = done {
            fetched.trouble(desk, &e)?;
        }
        summary.mailboxes.push(fetched);
    }
    Ok(summary)
}

/// The mailboxes of these names, or all.
fn chosen(desk: &mut Desk, names: &[String]) -> Result<Vec<Mailbox>> {
    let all = desk.mailboxes()?;
    if all.is_empty() {
        return Err(Error::refused("no mailbox is set up")
            .hint("desk init mail asks what it needs; or: desk config set mailbox.support.imap imaps://…"));
    }
    if let Some(unknown) = names.iter().find(|n| !all.iter().any(|m| m.name.eq_ignore_ascii_case(n))) {
        let known = all.iter().map(|m| m.name.as_str());
        let near = crate::domain::nearest::nearest(unknown, known.clone());
        let known = known.collect::<Vec<_>>().join(", ");
        return Err(Error::missing(format!("no mailbox is called {unknown}"))
            .hint(near.map_or_else(|| format!("there are: {known}"), |n| format!("did you mean {n}?"))));
    }
    let meant = |m: &Mailbox| names.is_empty() || names.iter().any(|n| m.name.eq_ignore_ascii_case(n));
    Ok(all.into_iter().filter(meant).collect())
}

/// A line to the mailbox; the password is asked for where the mailbox needs one.
fn connect(desk: &mut Desk, mailbox: &Mailbox) -> Result<Line> {
    let login = match &mailbox.spot {
        Spot::Imap(_) => match desk.secret(&mailbox.name)? {
            Secret::None => {
                return Err(Error::usage(format!("nobody said where the password of {} comes from", mailbox.name))
                    .hint(format!("desk config set passwords.{}.command \"pass show support\"", mailbox.name)));
            }
            secret => secret.into(),
        },
        _ => Login::None,
    };
    Line::to(&mailbox.spot, &login, &Bounds { ca: mailbox.ca.clone(), ..Bounds::default() })
}

/// Everything new of a mailbox: what came in, then what was sent from elsewhere.
fn from(desk: &mut Desk, mailbox: &Mailbox, line: &mut Line, fetched: &mut Fetched) -> Result<()> {
    let folder = line.open_inbox(mailbox.done.is_some())?;
    from_folder(desk, mailbox, line, &folder, false, fetched)?;
    if mailbox.reads_sent
        && let Some(folder) = line.open_sent(mailbox.sent.as_deref())?
    {
        from_folder(desk, mailbox, line, &folder, true, fetched)?;
    }
    Ok(())
}

fn from_folder(
    desk: &mut Desk,
    mailbox: &Mailbox,
    line: &mut Line,
    folder: &Folder,
    sent: bool,
    fetched: &mut Fetched,
) -> Result<()> {
    let (source, holder) = held(desk, mailbox, folder)?;
    let work = Work { source, holder, mailbox, sent };
    let done = work.all(desk, line, fetched);
    if done.is_err() && !desk.dry {
        let (id, at) = (work.source.id, now(desk)?);
        // What went wrong before is what is said.
        drop(desk.store()?.bookkeep(at, |tx| tx.free_source(id, &work.holder)));
    }
    done
}

/// Takes the folder for this process, waiting for whoever is at it.
fn held(desk: &mut Desk, mailbox: &Mailbox, folder: &Folder) -> Result<(Source, String)> {
    let holder = desk.host.holder()?;
    if desk.dry {
        let known = if desk.exists()? { desk.read(|r| r.source(&folder.place))? } else { None };
        let known = known.unwrap_or_else(|| Source {
            place: folder.place.clone(),
            mailbox: mailbox.name.clone(),
            folder: folder.name.clone(),
            ..Source::default()
        });
        let stamp = known.stamp.filter(|_| known.epoch == folder.epoch);
        return Ok((Source { epoch: folder.epoch, stamp, ..known }, holder));
    }
    let mut busy = String::new();
    for attempt in 0..PATIENCE {
        let at = now(desk)?;
        let before = desk.read(|r| r.source(&folder.place)).ok().flatten().and_then(|s| s.held);
        let dead = before.as_ref().map(|(h, _)| h.clone()).filter(|h| desk.host.is_gone(h)).unwrap_or_default();
        let source = desk.store()?.bookkeep(at, |tx| {
            let source = tx.source_in(&folder.place, &mailbox.name, &folder.name, folder.epoch)?;
            Ok(tx.hold_source(source.id, &holder, at.plus(HELD), &dead)?.then_some(source))
        })?;
        if let Some(source) = source {
            return Ok((source, holder));
        }
        busy = before.map(|(h, _)| h).unwrap_or_default();
        if attempt + 1 < PATIENCE {
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
    }
    let by = busy.split(':').next().unwrap_or_default().to_owned();
    Err(Error::new(Kind::Temporary, format!("{} is being fetched on {by} just now", mailbox.name))
        .hint("try again when that has ended; nothing is lost"))
}

fn now(desk: &mut Desk) -> Result<Moment> {
    desk.now = desk.host.now()?;
    Ok(desk.now)
}

/// A folder that this process works on.
struct Work<'a> {
    source: Source,
    holder: String,
    mailbox: &'a Mailbox,
    sent: bool,
}

impl Work<'_> {
    /// Takes everything that is new in the folder.
    fn all(&self, desk: &mut Desk, line: &mut Line, fetched: &mut Fetched) -> Result<()> {
        let stamp = line.stamp();
        if stamp.is_some() && stamp == self.source.stamp && self.mailbox.done.is_none() {
            return self.finished(desk, stamp.as_deref());
        }
        let ground = self.ground(desk)?;
        let new = self.new_marks(desk, line)?;
        for page in new.chunks(PAGE) {
            let listed = line.list(page)?;
            let fine = self.sorted_out(desk, line, &ground, listed, fetched)?;
            line.read(&fine, AT_MOST, &mut |listed, raw| match raw {
                Ok(raw) => self.one(desk, &ground, listed, &raw, fetched),
                Err(why) => self.put_aside(desk, &ground, listed, b"", &why, None, fetched),
            })?;
        }
        if let Some(done) = self.mailbox.done.as_deref().filter(|_| !self.sent && !desk.dry) {
            self.move_done(desk, line, done, fetched)?;
        }
        // What the server listed and did not give is asked for again: only what was wholly seen is passed over.
        let before = self.source.stamp.as_deref();
        let whole = desk.dry || self.unseen(desk, &new, before)?.is_empty();
        let reached = stamp.or_else(|| new.last().cloned().max(self.source.stamp.clone()));
        self.finished(desk, if whole { reached.as_deref() } else { before })
    }

    /// Which of the marks were never seen.
    fn unseen(&self, desk: &mut Desk, marks: &[String], after: Option<&str>) -> Result<Vec<String>> {
        let (id, epoch) = (self.source.id, self.source.epoch);
        if marks.is_empty() || id == 0 {
            return Ok(marks.to_vec());
        }
        // The marks of a Maildir do not come in their order.
        let after = after.filter(|after| marks.iter().all(|mark| mark.as_str() > *after)).unwrap_or_default();
        let seen = desk.read(|r| r.marks(id, epoch, after))?;
        let seen: BTreeSet<String> = seen.into_iter().map(|(mark, ..)| mark).collect();
        Ok(marks.iter().filter(|m| !seen.contains(*m)).cloned().collect())
    }

    /// Everything was seen, and the folder is let go.
    fn finished(&self, desk: &mut Desk, stamp: Option<&str>) -> Result<()> {
        let (id, at) = (self.source.id, now(desk)?);
        if desk.dry {
            return Ok(());
        }
        desk.store()?.bookkeep(at, |tx| {
            tx.source_fetched(id, stamp)?;
            tx.free_source(id, &self.holder)
        })
    }

    /// What the mails of this folder are judged by.
    fn ground(&self, desk: &mut Desk) -> Result<Ground> {
        let (source, epoch) = (self.source.id, self.source.epoch);
        let mut ground = ground(desk, self.mailbox)?;
        ground.source = source;
        ground.epoch = epoch;
        ground.sent = self.sent;
        // A first look that broke off is not over yet.
        ground.first_look = self.source.fetched_at.is_none();
        Ok(ground)
    }

    /// The marks that were never seen, oldest first. A server is asked for what lies behind the mark up to which all was
    /// seen; once a day for everything, in case that something came in before its turn.
    fn new_marks(&self, desk: &mut Desk, line: &mut Line) -> Result<Vec<String>> {
        let lately = self.source.fetched_at.is_some_and(|at| desk.now.since(at) < take::DAY);
        let last = self.source.stamp.as_deref().filter(|_| lately);
        let found = line.marks_after(last)?;
        self.unseen(desk, &found, last)
    }

    /// Puts aside what is too large and leaves out what is too old. What remains is read.
    fn sorted_out(
        &self,
        desk: &mut Desk,
        line: &mut Line,
        ground: &Ground,
        listed: Vec<Listed>,
        fetched: &mut Fetched,
    ) -> Result<Vec<Listed>> {
        let cap = Limits::default().mail_bytes;
        let zone = desk.zone()?;
        let since = self.mailbox.since.map(|day| zone.start_of_day(day));
        let mut fine = Vec::with_capacity(listed.len());
        for l in listed {
            if since.zip(l.arrived).is_some_and(|(since, arrived)| arrived < since) {
                self.kept(desk, |tx| take::skip(tx, ground, &l.mark))?;
                fetched.read += 1;
                fetched.skipped += 1;
            } else if l.bytes > cap && l.bytes != UNKNOWN {
                let header = line.head(&l)?.unwrap_or_default();
                self.put_aside(desk, ground, &l, &header, &too_large(l.bytes), None, fetched)?;
            } else {
                fine.push(l);
            }
        }
        Ok(fine)
    }

    /// Takes one mail.
    fn one(&self, desk: &mut Desk, ground: &Ground, listed: &Listed, raw: &[u8], fetched: &mut Fetched) -> Result<()> {
        let bytes = u64::try_from(raw.len()).unwrap_or(UNKNOWN);
        let listed = &Listed { bytes, ..listed.clone() };
        if bytes > Limits::default().mail_bytes {
            return self.put_aside(desk, ground, listed, raw, &too_large(bytes), None, fetched);
        }
        match parsed(raw) {
            Err(why) => self.put_aside(desk, ground, listed, raw, &why, Some(raw), fetched),
            Ok(mail) => {
                let read = Read { raw, mail: &mail, arrived: listed.arrived };
                let taken = self.kept(desk, |tx| take::take(tx, ground, &listed.mark, &read))?;
                if let Some(taken) = taken {
                    fetched.count(desk, &taken)?;
                    if taken.receipt && receipt::acknowledge(desk, ground, &taken, &mail)? {
                        fetched.receipts += 1;
                    }
                }
                Ok(())
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what is known of a mail that cannot be taken, and where it goes")]
    fn put_aside(
        &self,
        desk: &mut Desk,
        ground: &Ground,
        listed: &Listed,
        header: &[u8],
        why: &str,
        raw: Option<&[u8]>,
        fetched: &mut Fetched,
    ) -> Result<()> {
        let (from, subject) = head::who_and_what(header);
        let parked = NewParked {
            source: ground.source,
            reason: why,
            author: &from.name,
            email: &from.email,
            subject: &subject,
            bytes: i64::try_from(listed.bytes).unwrap_or(i64::MAX),
            raw,
        };
        match self.kept(desk, |tx| take::park(tx, ground, &listed.mark, &parked))? {
            Some(taken) => fetched.count(desk, &taken),
            None => Ok(()),
        }
    }

    /// One write of this fetch; it prolongs the hold on the folder.
    fn kept<T>(&self, desk: &mut Desk, change: impl FnOnce(&mut crate::store::Tx<'_>) -> Result<T>) -> Result<T> {
        let at = now(desk)?;
        let key = desk.host.unique_word(12)?;
        let (me, dry) = (desk.me.clone(), desk.dry);
        let command = format!("fetch {}", self.mailbox.name);
        let deed = Deed { agent: &me, command: &command, kind: OperationKind::Fetch, at, key };
        let (id, holder) = (self.source.id, self.holder.as_str());
        let written = desk.store()?.write(&deed, dry, |tx| {
            if !dry && !tx.hold_source(id, holder, at.plus(HELD), "")? {
                return Err(Error::new(Kind::Temporary, "somebody else has taken over this mailbox")
                    .hint("nothing is lost: what was taken stays, the other goes on"));
            }
            if id == 0 {
                tx.imagine_source(&self.source)?;
            }
            change(tx)
        })?;
        Ok(written.value)
    }

    /// Moves away what is in the desk and still lies in the folder.
    fn move_done(&self, desk: &mut Desk, line: &mut Line, done: &str, fetched: &mut Fetched) -> Result<()> {
        let (id, epoch) = (self.source.id, self.source.epoch);
        let there: BTreeSet<String> = line.marks_after(None)?.into_iter().collect();
        let marks = desk.read(|r| r.marks(id, epoch, ""))?;
        let kept = |outcome: &Outcome| matches!(outcome, Outcome::Ticket | Outcome::Automatic | Outcome::Duplicate);
        for (mark, ..) in marks.iter().filter(|(mark, outcome, _)| there.contains(mark) && kept(outcome)) {
            line.move_to(mark, done)?;
            let at = now(desk)?;
            desk.store()?.bookkeep(at, |tx| tx.seen_moved(id, epoch, mark))?;
            fetched.moved += 1;
        }
        Ok(())
    }
}

/// What mails of a mailbox are judged by.
fn ground(desk: &mut Desk, mailbox: &Mailbox) -> Result<Ground> {
    let mut own = desk.own_addresses()?;
    own.extend(desk.sender()?.map(|from| from.email.to_lowercase()));
    if let Spot::Imap(account) = &mailbox.spot {
        own.extend(account.user.as_ref().filter(|u| u.contains('@')).map(|u| u.to_lowercase()));
    }
    own.sort_unstable();
    own.dedup();
    let reopen_days = desk.setting("reopen_days")?.as_i64().unwrap_or(30);
    let (uid, secret, agents) = desk.store()?.read(|r| Ok((r.uid()?, r.secret()?, r.agents()?)))?;
    let agents = agents.into_iter().filter_map(|a| a.email.map(|e| (e.to_lowercase(), a.id))).collect();
    Ok(Ground {
        source: 0,
        epoch: 0,
        sent: false,
        first_look: false,
        reopen_days,
        strict: mailbox.strict,
        authserv: mailbox.authserv.clone(),
        own,
        agents,
        uid,
        secret,
        no_limits: false,
    })
}

fn too_large(bytes: u64) -> String {
    format!("larger than {} MiB: {} MiB", Limits::default().mail_bytes >> 20, bytes >> 20)
}

/// Hostile mail can nest deeply: it is read on a stack that is deep enough.
fn parsed(raw: &[u8]) -> std::result::Result<Mail, String> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new()
            .stack_size(64 << 20)
            .spawn_scoped(scope, || mail::mail(raw, &Limits::default()))
            .map_err(|e| format!("no second thread could be started: {e}"))?;
        reader.join().unwrap_or_else(|_| Err("too broken to be read".to_owned()))
    })
}

impl Fetched {
    fn count(&mut self, desk: &mut Desk, taken: &Taken) -> Result<()> {
        self.read += 1;
        if let Some((ticket, score, _)) = taken.rated {
            self.rated.push((ticket, score));
        }
        match taken.outcome {
            Outcome::Duplicate => self.duplicates += 1,
            Outcome::Parked => self.parked.extend(taken.parked.clone()),
            Outcome::Skipped => self.skipped += 1,
            Outcome::Automatic => self.automatic += 1,
            Outcome::Ticket if taken.direction == Direction::Out => self.sent += 1,
            Outcome::Ticket if taken.rated.is_some_and(|(.., wants)| !wants) => {}
            Outcome::Ticket => match taken.ticket {
                Some((id, true)) => {
                    self.opened.push(id);
                    let over = !desk.dry && desk.read(|r| r.closed_at(id))?.is_some();
                    self.over += usize::from(over);
                }
                Some((id, false)) if taken.stranger => self.strangers.push(id),
                Some((id, false)) if !self.answered.contains(&id) && !self.opened.contains(&id) => {
                    self.answered.push(id);
                }
                _ => {}
            },
        }
        if let Some(other) = &taken.other_desk {
            match self.others.iter_mut().find(|(desk, _)| desk == other) {
                Some((_, n)) => *n += 1,
                None => self.others.push((other.clone(), 1)),
            }
        }
        Ok(())
    }

    /// Notes why the mailbox was not read to the end, here and where the others see it.
    fn trouble(&mut self, desk: &mut Desk, e: &Error) -> Result<()> {
        let what = e.cause.as_ref().map_or_else(|| e.what.clone(), |cause| format!("{}: {cause}", e.what));
        self.trouble = Some((what.clone(), e.hint.clone(), e.kind == Kind::Temporary));
        if matches!(e.kind, Kind::Bug | Kind::Interrupted) {
            return Err(Error { kind: e.kind, what: e.what.clone(), hint: e.hint.clone(), cause: e.cause.clone() });
        }
        if desk.dry || !desk.exists()? {
            return Ok(());
        }
        let name = self.mailbox.clone();
        let at = now(desk)?;
        let sources: Vec<i64> =
            desk.read(|r| r.sources())?.into_iter().filter(|s| s.mailbox == name).map(|s| s.id).collect();
        desk.store()?.bookkeep(at, |tx| sources.iter().try_for_each(|id| tx.source_trouble(*id, &what)))
    }
}
