//! The whole desk as lines: what people read of it (tickets, clients, contacts, …), each with what its way back needs besides,
//! and a record for everything else. What others point at comes first, so that it can come back line by line.

use super::walk::{PAGE, Walk, written};
use crate::domain::listed::Listed;
use crate::domain::message::Message;
use crate::domain::ticket::Priority;
use crate::domain::time::Moment;
use crate::error::Result;
use crate::formats::leave::Sealed;
use crate::render::Format;
use crate::report::leave::{self, Kept, Leaving, Named};
use crate::report::{Cell, Report};
use crate::store::Reader;
use crate::store::health::edition;
use crate::store::whole::kinds::{self, Column, Form, Kind};
use crate::store::whole::{Among, Held, elsewhere};
use std::collections::HashMap;
use std::io::Write;

/// The form of these lines.
const FORMAT: i64 = 1;
/// A ticket whose texts are longer together has them in lines of their own.
const TEXTS: usize = 8 << 20;
/// A text goes in pieces of so many bytes.
const PIECE: usize = 4 << 20;
/// So many rows at once.
const ROWS: i64 = 500;
/// So many of those that may be long.
const LONG_ROWS: i64 = 50;
/// So many events stand on a line.
const EVENTS: i64 = 200;

/// Lines on their way out.
struct Whole<'a> {
    lines: Sealed<'a>,
}

/// Writes everything.
pub(super) fn write(walk: &mut Walk<'_>, r: &mut Reader<'_>, out: &mut dyn Write) -> Result<()> {
    let mut whole = Whole { lines: Sealed::new(out) };
    whole.desk(r)?;
    for kind in [&kinds::SETTING, &kinds::MUTE] {
        whole.rows(r, kind)?;
    }
    whole.people(r)?;
    whole.rows(r, &kinds::SOURCE)?;
    walk.listed(r, |walk, r, listed| whole.ticket(walk, r, listed))?;
    whole.hidden(walk, r)?;
    for kind in [&kinds::LINK, &kinds::THREAD, &kinds::ORIGIN, &kinds::RATING, &kinds::ANSWER_USE, &kinds::TICKET_URL, &kinds::TOPIC, &kinds::ANNOUNCED] {
        whole.rows(r, kind)?;
    }
    whole.other_time(walk, r)?;
    for kind in kinds::MONEY {
        whole.rows(r, kind)?;
    }
    for kind in [&kinds::TIMER, &kinds::DRAFT] {
        whole.rows(r, kind)?;
    }
    whole.draft_files(r)?;
    whole.parked(r)?;
    for kind in [&kinds::SEEN, &kinds::OUTBOX, &kinds::BOOKMARK] {
        whole.rows(r, kind)?;
    }
    whole.operations(r)?;
    whole.lines.end()?;
    Ok(())
}

/// Calls `each` for every row of a table, in the order of its keys.
fn each_row(r: &mut Reader<'_>, kind: &Kind, among: Among, mut each: impl FnMut(&mut Reader<'_>, Vec<Held>) -> Result<()>) -> Result<()> {
    let long = [kinds::ORIGIN.word, kinds::DRAFT.word, kinds::RATING.word, kinds::INVOICE.word].contains(&kind.word);
    let most = if long { LONG_ROWS } else { ROWS };
    let mut after: Option<Vec<Held>> = None;
    loop {
        let rows = r.held_rows(kind, among, after.as_deref(), most)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.clone());
        rows.into_iter().try_for_each(|row| each(r, row))?;
    }
}

impl Whole<'_> {
    fn put(&mut self, record: &Report) -> Result<()> {
        Ok(self.lines.put(&written(record, Format::Ndjson)?)?)
    }

    fn put_with(&mut self, record: &Report, data: &[u8]) -> Result<()> {
        Ok(self.lines.put_with(&written(record, Format::Ndjson)?, data)?)
    }

    fn desk(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let row = r.held_rows(&kinds::DESK, Among::default(), None, 1)?.pop().unwrap_or_default();
        let first = [("format", Cell::Count(FORMAT)), ("edition", Cell::Count(edition()))];
        self.put(&leave::record("desk", first.into_iter().chain(all(&kinds::DESK, row)).collect()))
    }

    /// A record for each row.
    fn rows(&mut self, r: &mut Reader<'_>, kind: &Kind) -> Result<()> {
        each_row(r, kind, Among::default(), |_, row| {
            let row = if kind.word == kinds::OUTBOX.word { not_left(row) } else { row };
            self.put(&leave::record(kind.word, all(kind, row)))
        })
    }

    fn people(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let mut agents = r.agents()?;
        agents.sort_by_key(|a| a.id);
        agents.iter().try_for_each(|a| self.put(&leave::agent(a)))?;
        let mut clients = r.clients()?;
        clients.sort_by_key(|c| c.client.id);
        for line in &clients {
            self.put(&leave::client(line, rest(r, &kinds::CLIENT, line.client.id)?))?;
        }
        let handles: HashMap<i64, String> = clients.into_iter().map(|c| (c.client.id, c.client.handle)).collect();
        let mut after = 0;
        loop {
            let ids = r.contact_ids(after, PAGE as i64)?;
            let Some(last) = ids.last() else { break };
            after = *last;
            for id in ids {
                let Some(contact) = r.contact(id)? else { continue };
                let mut kept = rest(r, &kinds::CONTACT, id)?;
                let points = r.held_rows(&kinds::POINT, Among { within: Some(("contact_id", id)), without: None }, None, i64::MAX)?;
                let point = |row| Cell::Record(all(&kinds::POINT, row).into_iter().filter(|(key, _)| *key != "contact").collect());
                kept.push(("points", Cell::List(points.into_iter().map(point).collect())));
                let handle = contact.client.and_then(|id| handles.get(&id)).map(String::as_str);
                self.put(&leave::contact(&contact, handle, &r.points(id)?, kept))?;
            }
        }
        let mut answers = r.answers()?;
        answers.sort_by_key(|a| a.id);
        for a in &answers {
            self.put(&leave::answer(a, rest(r, &kinds::ANSWER, a.id)?))?;
        }
        Ok(())
    }

    fn ticket(&mut self, walk: &mut Walk<'_>, r: &mut Reader<'_>, listed: Listed) -> Result<()> {
        let mut t = walk.whole_page(r, listed)?;
        for way in t.page.ways.values_mut() {
            way.state = elsewhere(way.state);
        }
        t.kept = Some(kept(r, &t)?);
        self.put(&leave::ticket(&t))?;
        let apart = t.kept.as_ref().is_some_and(|k| !k.apart.is_empty());
        t.page.messages.iter().try_for_each(|(m, _)| self.behind(r, m, apart))
    }

    /// Messages that no ticket shows.
    fn hidden(&mut self, walk: &mut Walk<'_>, r: &mut Reader<'_>) -> Result<()> {
        each_row(r, &kinds::MESSAGE, Among { within: None, without: Some("ticket_id") }, |r, row| {
            let Some(m) = row.first().and_then(Held::whole).map(|id| r.message(id)).transpose()?.flatten() else { return Ok(()) };
            let author = m.agent.map(|a| walk.teller.names.of(r, a)).transpose()?.unwrap_or_default();
            let apart = m.text.len() > TEXTS;
            self.put(&leave::message(&m, &author, apart, untold(&kinds::MESSAGE, row)))?;
            self.behind(r, &m, apart)
        })
    }

    /// What stands behind a message: its text where that is long, its mail, and the files that are not in that.
    fn behind(&mut self, r: &mut Reader<'_>, m: &Message, apart: bool) -> Result<()> {
        let of = ("message", Cell::Count(m.id));
        let mut text = if apart { m.text.as_str() } else { "" };
        while !text.is_empty() {
            let (piece, rest) = text.split_at(text.floor_char_boundary(PIECE));
            self.put(&leave::record("text", vec![of.clone(), ("text", Cell::Text(piece.to_owned()))]))?;
            text = rest;
        }
        let mut inside = Vec::new();
        if let Some((mail, places)) = r.mail_with_places(m.id, &m.attachments)? {
            let count = |n: usize| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
            let place = |(n, at, length): &(i64, usize, usize)| {
                Cell::Record(vec![("n", Cell::Count(*n)), ("at", count(*at)), ("length", count(*length))])
            };
            let files = Cell::List(places.iter().map(place).collect());
            self.put_with(&leave::record("raw", vec![of.clone(), ("files", files)]), &mail)?;
            inside.extend(places.iter().map(|(n, ..)| *n));
        }
        for n in (0..).take(m.attachments.len()).filter(|n| !inside.contains(n)) {
            if let Some(file) = r.attachment(m.id, n)? {
                self.put_with(&leave::record("file", vec![of.clone(), ("n", Cell::Count(n))]), &file.content)?;
            }
        }
        Ok(())
    }

    /// Worked time that hangs on no ticket.
    fn other_time(&mut self, walk: &mut Walk<'_>, r: &mut Reader<'_>) -> Result<()> {
        let mut after = 0;
        loop {
            let entries = r.entries_without_ticket(after, ROWS)?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = last.id;
            for e in &entries {
                let agent = walk.teller.names.of(r, e.agent)?;
                let client = e.client.map(|id| r.client(id)).transpose()?.flatten().map(|c| c.handle);
                self.put(&leave::entry(e, &agent, client.as_deref(), rest(r, &kinds::TIME, e.id)?))?;
            }
        }
    }

    fn draft_files(&mut self, r: &mut Reader<'_>) -> Result<()> {
        each_row(r, &kinds::DRAFT_FILE, Among::default(), |r, row| {
            let (draft, n) = (row.first().and_then(Held::whole), row.get(1).and_then(Held::whole));
            let content = r.draft_file(draft.unwrap_or_default(), n.unwrap_or_default())?;
            self.put_with(&leave::record(kinds::DRAFT_FILE.word, all(&kinds::DRAFT_FILE, row)), &content)
        })
    }

    fn parked(&mut self, r: &mut Reader<'_>) -> Result<()> {
        each_row(r, &kinds::PARKED, Among::default(), |r, row| {
            let mail = row.first().and_then(Held::whole).map(|id| r.parked_raw(id)).transpose()?.flatten();
            let record = leave::record(kinds::PARKED.word, all(&kinds::PARKED, row));
            if let Some(mail) = mail { self.put_with(&record, &mail) } else { self.put(&record) }
        })
    }

    /// Operations with their events; one with many goes on in further lines.
    fn operations(&mut self, r: &mut Reader<'_>) -> Result<()> {
        each_row(r, &kinds::OPERATION, Among::default(), |r, row| {
            let Some(id) = row.first().and_then(Held::whole) else { return Ok(()) };
            let mut record = ("operation", all(&kinds::OPERATION, row));
            let mut after: Option<Vec<Held>> = None;
            loop {
                let among = Among { within: Some(("operation_id", id)), without: None };
                let events = r.held_rows(&kinds::EVENT, among, after.as_deref(), EVENTS)?;
                after = events.last().cloned();
                if events.is_empty() && record.0 == "events" {
                    return Ok(());
                }
                let event = |row| Cell::Record(all(&kinds::EVENT, row).into_iter().filter(|(key, _)| *key != "operation").collect());
                record.1.push(("events", Cell::List(events.into_iter().map(event).collect())));
                self.put(&leave::record(record.0, record.1))?;
                if after.is_none() {
                    return Ok(());
                }
                record = ("events", vec![("operation", Cell::Count(id))]);
            }
        })
    }
}

/// What the way back of a ticket needs.
fn kept(r: &mut Reader<'_>, t: &Leaving) -> Result<Kept> {
    let id = t.page.listed.ticket.id;
    let mut of = |kind: &Kind| -> Result<HashMap<i64, Vec<Named>>> {
        let rows = r.held_rows(kind, Among { within: Some(("ticket_id", id)), without: None }, None, i64::MAX)?;
        let keyed = rows.into_iter().filter_map(|row| Some((row.first()?.whole()?, untold(kind, row))));
        Ok(keyed.collect())
    };
    let (messages, time) = (of(&kinds::MESSAGE)?, of(&kinds::TIME)?);
    let long = t.page.messages.iter().map(|(m, _)| m.text.len()).sum::<usize>() > TEXTS;
    let apart = t.page.messages.iter().filter(|_| long).map(|(m, _)| m.id).collect();
    Ok(Kept { ticket: rest(r, &kinds::TICKET, id)?, messages, time, apart })
}

/// What of a row people do not read.
fn rest(r: &mut Reader<'_>, kind: &Kind, id: i64) -> Result<Vec<Named>> {
    Ok(r.held_row(kind, id)?.map(|row| untold(kind, row)).unwrap_or_default())
}

fn untold(kind: &Kind, row: Vec<Held>) -> Vec<Named> {
    row.into_iter().zip(kind.columns).filter(|(_, column)| !column.told).map(named).collect()
}

fn all(kind: &Kind, row: Vec<Held>) -> Vec<Named> {
    row.into_iter().zip(kind.columns).map(named).collect()
}

fn named((held, column): (Held, &Column)) -> Named {
    let cell = match (held, column.form) {
        (Held::Nothing, _) => Cell::Empty,
        (Held::Whole(n), Form::Flag) => Cell::Flag(n != 0),
        (Held::Whole(n), Form::At) if Moment(n) == Moment(n).held() => Cell::At(Moment(n)),
        (Held::Whole(n), Form::Priority) => {
            Priority::ALL.iter().copied().find(|p| *p as i64 == n).map_or(Cell::Count(n), Cell::Priority)
        }
        (Held::Whole(n), Form::Entry) => Cell::Text(format!("t{n}")),
        (Held::Whole(n), _) => Cell::Count(n),
        (Held::Text(text), _) => Cell::Text(text),
        (Held::Bytes(bytes), _) => Cell::Text(crate::formats::leave::packed(&bytes)),
    };
    (column.member, cell)
}

/// A mail that has not left yet does not leave from a desk that comes back: somebody may send it from here.
fn not_left(mut row: Vec<Held>) -> Vec<Held> {
    let member = |name: &str| kinds::OUTBOX.columns.iter().position(|c| c.member == name).unwrap_or_default();
    let state = row.get(member("state")).map(|held| held.text().to_owned()).unwrap_or_default();
    let then = elsewhere(&state);
    if then != state {
        if let Some(held) = row.get_mut(member("state")) {
            *held = Held::Text(then.to_owned());
        }
        if let Some(said @ Held::Nothing) = row.get_mut(member("said")) {
            *said = Held::Text("it had not left when the desk was exported".to_owned());
        }
    }
    row
}
