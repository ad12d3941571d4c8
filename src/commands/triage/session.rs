//! The loop: a ticket is painted, a key is waited for, and what it asks for is done. Meanwhile it is watched what others do.

use super::keys::{Wish, latin, wish};
use super::line::{Line, Typed};
use super::page::Page;
use super::queue::{Left, Queue};
use super::screen::{Bottom, Laid, View, help, lay};
use crate::desk::Desk;
use crate::error::{Error, Kind, Result};
use crate::host::keys::{Heard, Key};
use crate::render::screen::{Row, Screen, lines};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a key is waited for before the size of the screen is looked at again.
const PATIENCE: Duration = Duration::from_secs(1);
/// After so many waits it is asked what others did.
const WATCH: u32 = 3;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// There is nothing more, or it was left.
    Finished,
    /// By Ctrl-C, a signal, or because nobody is there any more.
    Interrupted,
}

/// A deed that can be taken back.
pub(super) struct Step {
    pub(super) operation: i64,
    /// Where it was done.
    pub(super) ticket: i64,
    /// All that it changed.
    pub(super) tickets: Vec<i64>,
}

/// One round through the queue.
pub(super) struct Session<'a> {
    pub(super) desk: &'a mut Desk,
    pub(super) queue: &'a mut Queue,
    page: Option<Page>,
    /// How many come after those that were seen, and how many left without being seen.
    left: Left,
    /// What others did to the ticket that is shown.
    pub(super) alerts: Vec<String>,
    /// What was just done, or why not.
    pub(super) told: Vec<String>,
    /// What can be taken back, the last one last.
    pub(super) steps: Vec<Step>,
    /// Tickets that were not to have the same done to them.
    pub(super) declined: BTreeSet<i64>,
    screen: Screen,
    scroll: usize,
    room: usize,
    /// The ticket was not painted yet.
    unseen: bool,
    /// It was not noted yet that it was seen.
    unnoted: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(desk: &'a mut Desk, queue: &'a mut Queue) -> Session<'a> {
        let earlier = queue.skipped_earlier();
        let told = (earlier > 0).then(|| format!("resuming: {earlier} skipped earlier, at the end")).into_iter().collect();
        let (alerts, steps, declined, screen) = (Vec::new(), Vec::new(), BTreeSet::new(), Screen::default());
        let (page, left, scroll, room, unseen, unnoted) = (None, Left::default(), 0, 0, true, true);
        Session { desk, queue, page, left, alerts, told, steps, declined, screen, scroll, room, unseen, unnoted }
    }

    /// Goes on until there is nothing more, or somebody ends it.
    pub(super) fn run(&mut self) -> Result<End> {
        let ended = self.forward().and_then(|some| if some { self.go_on() } else { Ok(()) });
        match ended {
            Ok(()) => Ok(End::Finished),
            Err(e) if e.kind == Kind::Interrupted => Ok(End::Interrupted),
            Err(e) => Err(e),
        }
    }

    fn go_on(&mut self) -> Result<()> {
        loop {
            let (key, early) = self.heard(&Bottom::Keys, None)?;
            let Some(wish) = wish(&key) else {
                if matches!(key, Key::Paste(_)) {
                    self.told = vec!["a text was pasted: it is no key, nothing was done".to_owned()];
                }
                continue;
            };
            if let Wish::Scroll { lines, screens } = wish {
                self.scroll_by(lines, screens);
                continue;
            }
            self.told.clear();
            if early && wish.ends() {
                self.told = vec!["that key was pressed before this ticket was shown: press it again".to_owned()];
                continue;
            }
            let goes_on = match wish {
                Wish::Quit => false,
                Wish::Skip => {
                    self.queue.skip(self.desk)?;
                    self.forward()?
                }
                Wish::Back => self.backward()?,
                Wish::Help => self.help()?,
                Wish::Sleep => {
                    self.desk.host.sleep_in_background();
                    self.take_again()?
                }
                Wish::Repaint => self.take_again()?,
                deed => self.deed(deed)?,
            };
            if !goes_on {
                return Ok(());
            }
        }
    }

    /// The ticket that is shown.
    pub(super) fn page(&self) -> Result<&Page> {
        self.page.as_ref().ok_or_else(|| Error::bug("no ticket is shown"))
    }

    /// Its number.
    pub(super) fn number(&self) -> Result<i64> {
        Ok(self.page()?.listed.ticket.id)
    }

    /// Goes to the next ticket; false at the end.
    pub(super) fn forward(&mut self) -> Result<bool> {
        self.desk.now = self.desk.host.now()?;
        while let Some(id) = self.queue.next(self.desk)? {
            if self.open(id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn backward(&mut self) -> Result<bool> {
        match self.queue.back() {
            Some(id) if self.open(id)? => {}
            Some(id) => self.told = vec![format!("ticket {id} is gone")],
            None => self.told = vec!["this is the first one".to_owned()],
        }
        Ok(true)
    }

    /// Shows a ticket from its beginning; false where it is gone.
    pub(super) fn open(&mut self, ticket: i64) -> Result<bool> {
        self.alerts.clear();
        (self.scroll, self.unseen) = (0, true);
        self.reload(ticket)
    }

    /// Reads the ticket anew.
    fn reload(&mut self, ticket: i64) -> Result<bool> {
        self.desk.now = self.desk.host.now()?;
        let Some(page) = Page::of(self.desk, ticket)? else { return Ok(false) };
        self.unnoted = true;
        self.left = self.queue.left(self.desk)?;
        self.page = Some(page);
        Ok(true)
    }

    /// Shows the same ticket as it is now; the next one where it is gone. False where there is none.
    pub(super) fn stay(&mut self) -> Result<bool> {
        let id = self.number()?;
        if self.reload(id)? {
            return Ok(true);
        }
        self.told.push(format!("ticket {id} is gone"));
        self.forward()
    }

    /// Whether the ticket is as it was painted. Where it is not, it is painted anew with what others did.
    pub(super) fn is_as_painted(&mut self) -> Result<bool> {
        let before = self.number()?;
        if !self.catch_up()? {
            return Ok(true);
        }
        if self.number()? == before {
            self.told = vec!["nothing was done: look again, then press the key again".to_owned()];
        }
        Ok(false)
    }

    /// Whether something had happened to the ticket.
    fn catch_up(&mut self) -> Result<bool> {
        let page = self.page.as_ref().ok_or_else(|| Error::bug("no ticket is shown"))?;
        let Some(news) = page.news(self.desk)? else { return Ok(false) };
        let id = page.listed.ticket.id;
        self.alerts = if news.is_empty() { vec![format!("ticket {id} has just changed")] } else { news };
        if !self.reload(id)? {
            self.alerts = vec![format!("ticket {id} is gone: somebody took back what had opened it")];
        }
        Ok(true)
    }

    /// The next key. Meanwhile the screen keeps its size, and what others do is shown.
    pub(super) fn heard(&mut self, bottom: &Bottom<'_>, list: Option<&[Row]>) -> Result<(Key, bool)> {
        let mut waits = 0;
        loop {
            self.paint(bottom, list)?;
            match self.desk.host.key(PATIENCE)? {
                Heard::End | Heard::Key(Key::Ctrl('c'), _) => return Err(Error::new(Kind::Interrupted, "interrupted")),
                Heard::Key(key, early) => return Ok((key, early)),
                Heard::Nothing => waits += 1,
            }
            // Nobody is disturbed because a desk cannot be asked just now.
            if waits % WATCH == 0 {
                drop(self.catch_up());
            }
        }
    }

    fn paint(&mut self, bottom: &Bottom<'_>, list: Option<&[Row]>) -> Result<()> {
        let size = self.desk.host.screen_size();
        let view = View {
            page: self.page()?,
            progress: self.queue.progress(self.left),
            alerts: &self.alerts,
            told: &self.told,
            list,
            bottom,
            scroll: self.scroll,
        };
        let Laid { rows, cursor, furthest, room } = lay(&view, size);
        (self.scroll, self.room) = (self.scroll.min(furthest), room);
        let bytes = self.drawn(&rows, size, cursor);
        // Before the painting: once a ticket can be seen, every key that is pressed is meant for it.
        if std::mem::take(&mut self.unseen) {
            self.desk.host.unseen_keys();
        }
        self.desk.host.paint(&bytes)?;
        // After the painting: a desk that somebody else is writing to keeps nobody waiting for the screen.
        if let Some(page) = self.page.as_ref().filter(|_| std::mem::take(&mut self.unnoted)) {
            page.looked(self.desk);
        }
        Ok(())
    }

    /// What brings the screen to these rows.
    fn drawn(&mut self, rows: &[Row], size: (usize, usize), cursor: Option<(usize, usize)>) -> String {
        let colour = match self.desk.own.color.as_deref() {
            Some("always") => true,
            Some("never") => false,
            _ => self.desk.host.colour(true),
        };
        self.screen.show(lines(rows, size.0, colour), size, cursor)
    }

    fn scroll_by(&mut self, lines: i64, screens: i64) {
        let room = i64::try_from(self.room.saturating_sub(1).max(1)).unwrap_or(1);
        let by = lines.saturating_add(screens.saturating_mul(room));
        let to = i64::try_from(self.scroll).unwrap_or(0).saturating_add(by).max(0);
        self.scroll = usize::try_from(to).unwrap_or(0);
    }

    /// The page of keys, until one is pressed.
    fn help(&mut self) -> Result<bool> {
        loop {
            let size = self.desk.host.screen_size();
            let bytes = self.drawn(&help(size), size, None);
            self.desk.host.paint(&bytes)?;
            match self.desk.host.key(PATIENCE)? {
                Heard::Nothing => {}
                Heard::End | Heard::Key(Key::Ctrl('c'), _) => return Err(Error::new(Kind::Interrupted, "interrupted")),
                Heard::Key(..) => return Ok(true),
            }
        }
    }

    /// Lets something else have the terminal.
    pub(super) fn lending<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.desk.host.lend_terminal();
        let done = work(self);
        self.take_again()?;
        done
    }

    fn take_again(&mut self) -> Result<bool> {
        self.desk.host.take_terminal()?;
        self.screen.forget();
        Ok(true)
    }

    /// Asks for a line; `by_enter` is what Enter alone means. None where it was given up.
    pub(super) fn ask(&mut self, question: &str, by_enter: &str, words: Vec<String>) -> Result<Option<String>> {
        let mut line = Line::completing(words);
        loop {
            let (key, _) = self.heard(&Bottom::Typing { question, line: &line, by_enter }, None)?;
            match line.take(&key) {
                Typed::Goes => {}
                Typed::Left => return Ok(None),
                Typed::Done => {
                    let text = line.text().trim().to_owned();
                    let text = if text.is_empty() { by_enter.to_owned() } else { text };
                    return Ok(Some(text).filter(|t| !t.is_empty()));
                }
            }
        }
    }

    /// Asks for one of some keys; Enter is `'\n'`. None where it was given up.
    pub(super) fn choose(&mut self, question: &str, keys: &str, list: Option<&[Row]>) -> Result<Option<char>> {
        loop {
            let (key, _) = self.heard(&Bottom::Choice(question), list)?;
            let pressed = match key {
                Key::Enter => '\n',
                Key::Char(c) => latin(c),
                Key::Esc | Key::Ctrl('d') => return Ok(None),
                key => {
                    if let Some(Wish::Scroll { lines, screens }) = wish(&key) {
                        self.scroll_by(lines, screens);
                    }
                    continue;
                }
            };
            if keys.contains(pressed) {
                return Ok(Some(pressed));
            }
        }
    }

    /// From the first row of whatever is shown next.
    pub(super) fn scroll_up(&mut self) {
        self.scroll = 0;
    }
}
