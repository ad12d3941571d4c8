//! Everything the screen shows of one ticket, as it is now, and what others did to it while it was shown.

use crate::actions::looked;
use crate::actions::similar::{Advice, advice};
use crate::commands::ls;
use crate::commands::show::{Names, every};
use crate::desk::{AsSeen, Desk};
use crate::domain::listed::Listed;
use crate::domain::message::{Direction, Message};
use crate::domain::quote;
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::report::sla::Line;
use crate::store::Reader;

/// More of a message nobody reads on a screen: bytes.
const MOST: usize = 32 << 10;

/// A ticket as the screen shows it.
pub(super) struct Page {
    pub(super) listed: Listed,
    /// The plan of its client.
    pub(super) plan: Option<String>,
    /// Its clocks that go on, each in words, and whether it is late.
    pub(super) clocks: Vec<(String, bool)>,
    pub(super) talk: Vec<Said>,
    /// Whose draft waits on it.
    pub(super) draft: Option<String>,
    pub(super) advice: Advice,
    /// How it was when it was read.
    pub(super) as_seen: AsSeen,
    /// The desk's last change then.
    pub(super) change: i64,
    pub(super) now: Moment,
    pub(super) zone: Zone,
}

/// A message.
pub(super) struct Said {
    pub(super) direction: Direction,
    pub(super) who: String,
    pub(super) at: Moment,
    /// What is new in it, its beginning where it is very long.
    pub(super) text: String,
    /// Whether there is more than that.
    pub(super) more: bool,
    pub(super) files: Vec<String>,
    /// What kind of machine wrote it.
    pub(super) automatic: Option<String>,
    /// What is to be known of its sender.
    pub(super) trust: Option<String>,
}

impl Page {
    /// Reads a ticket; none where it is gone.
    pub(super) fn of(desk: &mut Desk, ticket: i64) -> Result<Option<Page>> {
        let ask = ls::ask(desk, None)?;
        let zone = desk.zone()?;
        let page = desk.read(|r| {
            let Some(raw) = r.ticket(ticket)? else { return Ok(None) };
            let Some(listed) = r.listed_among(&[ticket], &every(), &ask)?.pop() else { return Ok(None) };
            let mut names = Names::default();
            let talk = r.messages(ticket)?.into_iter().map(|m| said(r, m, &mut names)).collect::<Result<Vec<_>>>()?;
            let draft = r.draft(ticket)?.map(|d| names.of(r, d.agent)).transpose()?;
            let plan = raw.client.map(|id| r.client(id)).transpose()?.flatten().and_then(|c| c.plan);
            let as_seen = AsSeen { change: r.last_change_of(ticket)?, ticket: raw };
            let (advice, change) = (advice(r, ticket)?, r.change_no()?);
            let (clocks, now) = (Vec::new(), ask.now);
            Ok(Some(Page { listed, plan, clocks, talk, draft, advice, as_seen, change, now, zone }))
        })?;
        let Some(mut page) = page else { return Ok(None) };
        // A promise that cannot be told keeps nobody from working.
        page.clocks = clocks(desk, ticket).unwrap_or_default();
        drop(desk.mark_outside(std::slice::from_mut(&mut page.listed)));
        Ok(Some(page))
    }

    /// Notes that the agent has seen all of it, as `desk show` does.
    pub(super) fn looked(&self, desk: &mut Desk) {
        let (me, ticket) = (desk.me.clone(), self.listed.ticket.id);
        let Ok(marks) = desk.read(|r| looked::looks(r, &me, &[ticket])) else { return };
        let marks: Vec<(&str, i64)> = marks.iter().map(|(name, at)| (name.as_str(), *at)).collect();
        if !marks.is_empty() {
            drop(desk.store_of_existing().and_then(|store| store.bookmark(&me, &marks)));
        }
    }

    /// What others did to the ticket since this page was read, in words; none where nothing is different.
    pub(super) fn news(&self, desk: &mut Desk) -> Result<Option<Vec<String>>> {
        if desk.read(|r| r.change_no())? == self.change {
            return Ok(None);
        }
        let (me, id, zone) = (desk.me.clone(), self.listed.ticket.id, &self.zone);
        let (is, changes) = desk.read(|r| {
            let me = r.agent_named(&me)?.map(|a| a.id);
            let ticket = r.ticket(id)?;
            let change = r.last_change_of(id)?;
            let is = ticket.map(|ticket| AsSeen { ticket, change });
            Ok((is, looked::after(r, id, me, self.as_seen.change)?))
        })?;
        if is.as_ref() == Some(&self.as_seen) {
            return Ok(None);
        }
        let told = changes.into_iter().map(|c| {
            let line = if c.line.is_empty() { String::new() } else { format!(": {}", c.line) };
            format!("{} {} {}{line}", zone.local(c.at).format("%H:%M"), c.who, c.deed)
        });
        Ok(Some(told.collect()))
    }
}

fn said(r: &mut Reader<'_>, m: Message, names: &mut Names) -> Result<Said> {
    let who = match (m.agent, m.author.is_empty()) {
        (Some(agent), _) => names.of(r, agent)?,
        (None, false) => m.author,
        (None, true) => m.email,
    };
    let end = m.text.floor_char_boundary(MOST);
    let beginning = m.text.get(..end).unwrap_or_default();
    let text = quote::new_text(beginning);
    let written = |text: &str| text.lines().filter(|l| !l.trim().is_empty()).count();
    let more = end < m.text.len() || written(beginning) > written(&text);
    let files = m.attachments.into_iter().map(|a| if a.name.is_empty() { a.media_type } else { a.name }).collect();
    Ok(Said { direction: m.direction, who, at: m.at, text, more, files, automatic: m.automatic, trust: m.trust })
}

fn clocks(desk: &mut Desk, ticket: i64) -> Result<Vec<(String, bool)>> {
    let promises = desk.promises()?;
    if promises.is_empty() {
        return Ok(Vec::new());
    }
    let now = desk.now;
    let cases = desk.read(|r| r.cases_of(&[ticket]))?;
    let clocks = cases.iter().flat_map(|case| promises.clocks(case, now)).map(|clock| Line::of(&clock));
    let told = |line: Line| (format!("{} {}", line.said(), line.told(now)), line.due_at <= now);
    Ok(clocks.filter(|line| line.state.goes_on()).map(told).collect())
}
