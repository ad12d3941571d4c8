//! `desk watch`: the queue on a screen that stays, painted anew when something changes. It may run for days, and does not end
//! because a desk cannot be asked for a while. What is shown is laid out in `screen`.

mod screen;

use super::args::Answer;
use super::{find, ls, news};
use crate::desk::{Desk, Queue};
use crate::domain::queue::Claim;
use crate::domain::search::Query;
use crate::domain::ticket::Status;
use crate::domain::time::Moment;
use crate::error::{Error, Kind, Result};
use crate::host::keys::{Heard, Key};
use crate::render::screen::{Screen, lines};
use crate::report::news::{Item, Kind as What};
use screen::{Frame, lay};
use std::collections::VecDeque;
use std::time::Duration;

/// The queue, live: painted anew when something changes
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Below the queue stand the last five things that happened: new, answered, assigned to me, closed, promises broken, woken.
The desk is asked every two seconds whether anything has changed. While it cannot be asked, that is said, and tried again.

Keys: q leaves (exit 0); so does Ctrl-C (exit 130).

Examples:
  desk watch
  desk watch who:me,none
  desk watch prio:urgent --bell      # rings on a new ticket and on a broken promise
In scripts and for cron: desk news --since-last")]
pub struct Watch {
    /// Which tickets, in the words of desk ls
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Ring on a new ticket and on a broken promise
    #[arg(long)]
    bell: bool,
}

/// How long a key is waited for before the desk is asked again.
const PATIENCE: Duration = Duration::from_secs(2);
/// More rows fit on no screen.
const MOST: i64 = 200;
/// So many of the last events are shown.
const EVENTS: usize = 5;

impl Watch {
    /// Watches.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        by_hand(desk)?;
        let mut watcher = Watcher::of(desk, &self)?;
        watcher.desk.host.take_terminal()?;
        let ended = watcher.watch();
        watcher.desk.host.give_terminal();
        match ended {
            Err(e) if e.kind != Kind::Interrupted => Err(e),
            Err(_) => Ok(Answer::bytes(Vec::new()).ending(Kind::Interrupted)),
            Ok(()) => Ok(Answer::bytes(Vec::new())),
        }
    }
}

/// Refuses where nobody sees the screen.
fn by_hand(desk: &Desk) -> Result<()> {
    const INSTEAD: &str = "in scripts: desk news --since-last, or desk ls";
    if desk.format.as_deref().is_some_and(|f| f != "text") || desk.output.is_some() {
        return Err(Error::usage("watch is a screen: it has no other format").hint(INSTEAD));
    }
    if !desk.host.has_keys() {
        return Err(Error::usage("watch needs a terminal that it can paint on").hint(INSTEAD));
    }
    Ok(())
}

/// Somebody who watches.
struct Watcher<'a> {
    desk: &'a mut Desk,
    asked: &'a Watch,
    frame: Frame,
    /// The last operation that is shown, and the instant up to which it was looked what time made happen.
    seen: (i64, Moment),
    events: VecDeque<Item>,
    /// Why the desk cannot be asked.
    trouble: Option<String>,
    screen: Screen,
    rings: bool,
}

impl<'a> Watcher<'a> {
    /// The first look; what is wrong with the words is said before the screen is taken.
    fn of(desk: &'a mut Desk, asked: &'a Watch) -> Result<Watcher<'a>> {
        let change = desk.read(|r| r.change_no())?;
        let frame = frame(desk, &asked.query)?;
        let (seen, screen) = ((change, desk.now), Screen::default());
        Ok(Watcher { desk, asked, frame, seen, events: VecDeque::new(), trouble: None, screen, rings: false })
    }

    /// Until somebody leaves.
    fn watch(&mut self) -> Result<()> {
        loop {
            self.paint()?;
            match self.desk.host.key(PATIENCE)? {
                Heard::End | Heard::Key(Key::Ctrl('c'), _) => return Err(Error::new(Kind::Interrupted, "interrupted")),
                Heard::Key(Key::Char('q' | 'Q' | 'й' | 'Й') | Key::Ctrl('d'), _) => return Ok(()),
                Heard::Key(Key::Ctrl('z'), _) => {
                    self.desk.host.sleep_in_background();
                    self.desk.host.take_terminal()?;
                    self.screen.forget();
                }
                Heard::Key(Key::Ctrl('l'), _) => self.screen.forget(),
                Heard::Key(..) | Heard::Nothing => {}
            }
            match self.catch_up() {
                Ok(()) => self.trouble = None,
                Err(e) => {
                    self.trouble = Some(e.to_string());
                    self.desk.look_anew();
                }
            }
        }
    }

    /// Looks again where anything has changed, or the clocks have turned by a minute.
    fn catch_up(&mut self) -> Result<()> {
        self.desk.now = self.desk.host.now()?;
        let change = self.desk.read(|r| r.change_no())?;
        let turned = self.desk.now.0.div_euclid(60) != self.seen.1.0.div_euclid(60);
        if change == self.seen.0 && !turned && self.trouble.is_none() {
            return Ok(());
        }
        // Settings may be others by now, and so may the file.
        self.desk.look_anew();
        self.desk.notes.clear();
        let (news, change) = news::since(self.desk, &self.asked.query, self.seen)?;
        self.frame = frame(self.desk, &self.asked.query)?;
        self.seen = (change, self.desk.now);
        let loud = |item: &Item| matches!(item.kind, What::New | What::Breached);
        self.rings |= self.asked.bell && news.iter().any(loud);
        let many = news.len().saturating_sub(EVENTS);
        self.events.extend(news.into_iter().skip(many));
        let old = self.events.len().saturating_sub(EVENTS);
        self.events.drain(..old);
        Ok(())
    }

    /// One frame, in one write.
    fn paint(&mut self) -> Result<()> {
        let size = self.desk.host.screen_size();
        let rows = lay(&self.frame, (&self.events, self.trouble.as_deref()), self.desk.now, size);
        let colour = match self.desk.own.color.as_deref() {
            Some("always") => true,
            Some("never") => false,
            _ => self.desk.host.colour(true),
        };
        let mut bytes = self.screen.show(lines(&rows, size.0, colour), size, None);
        if std::mem::take(&mut self.rings) {
            bytes.push('\u{7}');
        }
        self.desk.host.paint(&bytes)
    }
}

/// What is on the screen: without words the tickets that wait for us or are late, else those that were asked for.
fn frame(desk: &mut Desk, words: &[String]) -> Result<Frame> {
    let query = ls::query(desk, words, false)?;
    let ask = ls::ask(desk, Some(MOST))?;
    let queue = if !query.words.is_empty() {
        let mut found = find::search(desk, &query, Some(MOST))?;
        let untold = ls::pressed(desk, &mut found.rows);
        Queue { total: found.total, rows: found.rows, untold, ..Queue::default() }
    } else if query.is_empty() {
        let waits = |c: &Claim| matches!(c.status, Status::New | Status::Open) || c.is_late(ask.now);
        desk.queue(&Query::default(), &ask, &waits)?
    } else {
        desk.queue(&query, &ask, &|_| true)?
    };
    let counts = desk.read(|r| r.queue_counts(ask.me, ask.now))?;
    let zone = desk.zone()?;
    let duty = desk.on_duty(zone.date(ask.now)).unwrap_or_default();
    let ascii = desk.host.is_ascii();
    Ok(Frame { words: words.join(" "), queue, counts, duty, zone, ascii })
}
