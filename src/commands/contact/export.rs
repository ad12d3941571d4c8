//! `desk contact export`: all that is held of a person, as a folder that he can be given.

use crate::actions::contact::find;
use crate::commands::args::Answer;
use crate::commands::ls;
use crate::commands::show::{every, page};
use crate::commands::told::Teller;
use crate::desk::Desk;
use crate::domain::rating::Rating;
use crate::domain::contact::{Contact, Point, PointKind};
use crate::domain::mail::Part as File;
use crate::domain::message::{Direction, Message};
use crate::domain::safe_name::{page_name, safe_name};
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::error::Result;
use crate::host::saved::{empty_folder, save_folder};
use crate::host::{keep_file, make_folder};
use crate::render::{Dress, Format, front_matter, render};
use crate::report::leave::{self, Leaving};
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Table};
use crate::store::Reader;
use crate::store::erase::Held;
use crate::store::list::Ask;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "In the folder, for you alone (0700, files 0600), whole or not at all:
  person.json     names, addresses, phones, handles, client, when first and last seen, ratings, what changed about him
  tickets.json    his tickets with everything that hangs on them; of other people's tickets what he wrote and what was
                  written to him
  0042-….md       a page for each of these tickets
  mails/          mails that he wrote or that were written to him, as they came; also parked ones
  files/          what came with them
  imports.json    the records of imports that he and his tickets were made of

Notes of agents, their hours and drafts on his tickets are about him, too, and go along: look through them before you give
the folder away, or leave them out with --without-notes. Nothing in the desk is changed.

Examples:
  desk contact export anna@acme.test -o anna/
  desk contact export \"+7 921 555-01-02\" --without-notes     # into contact-17/, by his number")]
pub(super) struct Export {
    /// An address, a phone, a handle, a name or id:17
    #[arg(required = true, value_name = "CONTACT")]
    contact: Vec<String>,
    /// Leave out what agents noted for themselves: notes, hours, drafts
    #[arg(long)]
    without_notes: bool,
}

/// What was written.
#[derive(Debug, Default)]
struct Written {
    tickets: i64,
    messages: BTreeSet<i64>,
    mails: i64,
    files: i64,
}

impl Export {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let word = self.contact.join(" ");
        let own = desk.own_addresses()?;
        let ask = Ask { now: Moment::MIN, ..ls::ask(desk, None)? };
        let contact = desk.read(|r| find(r, &word))?;
        let folder = desk.output.take().filter(|o| o != "-").unwrap_or_else(|| format!("contact-{}", contact.id));
        let folder = PathBuf::from(folder);
        let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
        empty_folder(&folder)?;
        let dry = desk.dry;
        let written = desk.read(|r| {
            let held = r.held_of(&contact, &own)?;
            let leaving = Leave { contact: &contact, held: &held, ask: &ask, without_notes: self.without_notes };
            if dry {
                let messages = held.messages.iter().map(|m| m.0).collect();
                return Ok(Written {
                    tickets: leaving.tickets().len().try_into().unwrap_or(0),
                    messages,
                    ..Written::default()
                });
            }
            save_folder(&folder, |draft| leaving.write(r, draft))
        })?;
        Ok(told(&written, &folder, dry).into())
    }
}

fn told(w: &Written, folder: &Path, dry: bool) -> Report {
    let messages = i64::try_from(w.messages.len()).unwrap_or(i64::MAX);
    let place = folder.display().to_string();
    let count = |n: i64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let mut said = format!("{}, {}", count(w.tickets, "ticket"), count(messages, "message"));
    if !dry {
        said.push_str(&format!(", {}, {}", count(w.mails, "mail"), count(w.files, "file")));
    }
    let rows = vec![
        Fact::data("path", Cell::Text(place.clone())),
        Fact::data("tickets", Cell::Count(w.tickets)),
        Fact::data("messages", Cell::Count(messages)),
        Fact::data("mails", Cell::Count(w.mails)),
        Fact::data("files", Cell::Count(w.files)),
    ];
    let facts = Facts { audience: Audience::Data, rows, ..Facts::default() };
    let line = format!("{said} {} {place}", if dry { "would go to" } else { "to" });
    Report { parts: vec![Part::Facts(facts), Part::Prose(line)], ..Report::default() }
}

/// What leaves.
struct Leave<'a> {
    contact: &'a Contact,
    held: &'a Held,
    ask: &'a Ask,
    without_notes: bool,
}

impl Leave<'_> {
    /// Every ticket that he asked for or wrote in, and whether it is his.
    fn tickets(&self) -> BTreeMap<i64, bool> {
        let others = self.held.messages.iter().filter_map(|(_, ticket, _)| ticket.map(|t| (t, false)));
        others.chain(self.held.tickets.iter().map(|t| (*t, true))).collect()
    }

    fn write(&self, r: &mut Reader<'_>, folder: &Path) -> Result<Written> {
        let mut done = Written::default();
        let mut teller = Teller::new(&Zone::utc());
        let (mails, files) = (folder.join("mails"), folder.join("files"));
        make_folder(&mails)?;
        make_folder(&files)?;
        let mut records = Vec::new();
        for (id, his) in self.tickets() {
            let Some(listed) = r.listed_among(&[id], &every(), self.ask)?.pop() else { continue };
            let externals = r.externals(id)?;
            let opened_by = listed.ticket.opened_by.map(|a| teller.names.of(r, a)).transpose()?;
            let page = page(r, listed, self.ask, true, &mut teller)?;
            let leaving = self.kept(Leaving { page, externals, opened_by, kept: None }, his);
            let name = page_name(id, &leaving.page.listed.ticket.subject);
            keep_file(&folder.join(name), text_of(&leaving, his)?.as_bytes())?;
            records.push(record_of(&leaving, his)?);
            for (m, _) in &leaving.page.messages {
                self.files_of(r, m, &files, &mut done)?;
                let to_him = m.direction == Direction::Out || m.contact.is_none();
                if (his && to_him) || self.names(m.id) {
                    mail_of(r, m.id, &mails, &mut done)?;
                }
            }
            done.tickets += 1;
        }
        self.unshown(r, &mails, &files, &mut done)?;
        keep_file(&folder.join("tickets.json"), format!("[\n{}\n]\n", records.join(",\n")).as_bytes())?;
        keep_file(&folder.join("person.json"), self.person(r, &mut teller)?.as_bytes())?;
        keep_file(&folder.join("imports.json"), self.imports()?.as_bytes())?;
        for parked in &self.held.parked {
            if let Some(raw) = r.parked_raw(parked.id)? {
                keep_file(&mails.join(format!("parked-{}.eml", parked.id)), &raw)?;
                done.mails += 1;
            }
        }
        Ok(done)
    }

    fn names(&self, message: i64) -> bool {
        self.held.messages.iter().any(|(id, ..)| *id == message)
    }

    /// Of a ticket of somebody else only what he wrote or what was written to him.
    fn kept(&self, mut leaving: Leaving, his: bool) -> Leaving {
        let page = &mut leaving.page;
        if !his {
            page.messages.retain(|(m, _)| self.names(m.id));
            page.listed.ticket.subject = String::new();
            (page.time, page.events, page.draft) = (Vec::new(), Vec::new(), None);
        } else if self.without_notes {
            page.messages.retain(|(m, _)| m.direction != Direction::Note);
            (page.time, page.draft) = (Vec::new(), None);
            page.events.retain(|(.., kind, _)| kind != "entry" && kind != "draft");
        }
        leaving
    }

    /// Messages of his that no ticket shows any more.
    fn unshown(&self, r: &mut Reader<'_>, mails: &Path, files: &Path, done: &mut Written) -> Result<()> {
        for (id, ..) in self.held.messages.iter().filter(|(_, ticket, _)| ticket.is_none()) {
            if let Some(m) = r.message(*id)? {
                self.files_of(r, &m, files, done)?;
                mail_of(r, *id, mails, done)?;
            }
        }
        Ok(())
    }

    fn files_of(&self, r: &mut Reader<'_>, m: &Message, folder: &Path, done: &mut Written) -> Result<()> {
        done.messages.insert(m.id);
        for n in 0..m.attachments.len() {
            let Some(File { name, media_type, content }) = r.attachment(m.id, i64::try_from(n).unwrap_or(i64::MAX))?
            else {
                continue;
            };
            let name = format!("m{}-{}-{}", m.id, n + 1, safe_name(&name, &media_type, n + 1));
            keep_file(&folder.join(name), &content)?;
            done.files += 1;
        }
        Ok(())
    }

    fn person(&self, r: &mut Reader<'_>, teller: &mut Teller) -> Result<String> {
        let c = self.contact;
        let points = r.points(c.id)?;
        let client = c.client.map(|id| r.client(id)).transpose()?.flatten();
        let opened = r.listed_among(&self.held.tickets, &every(), self.ask)?.into_iter().map(|l| l.ticket.opened_at);
        let seen: Vec<Moment> = self.held.messages.iter().map(|(.., at)| *at).chain(opened).collect();
        let of = |list: &[Point], kind| {
            Cell::List(list.iter().filter(|p| p.kind == kind).map(|p| Cell::Text(p.value.clone())).collect())
        };
        let texts = |list: &[String]| Cell::List(list.iter().cloned().map(Cell::Text).collect());
        let rows = vec![
            Fact::data("id", Cell::Count(c.id)),
            Fact::data("name", Cell::Text(c.name.clone())),
            Fact::data("names", texts(&self.held.names)),
            Fact::data("client", Cell::text(client.as_ref().map(|c| c.handle.as_str()))),
            Fact::data("emails", of(&points, PointKind::Email)),
            Fact::data("phones", of(&points, PointKind::Phone)),
            Fact::data("handles", of(&points, PointKind::Handle)),
            Fact::data("former", Cell::List(self.held.former.iter().map(|p| Cell::Text(p.value.clone())).collect())),
            Fact::data("first_at", Cell::at(seen.iter().min().copied())),
            Fact::data("last_at", Cell::at(seen.iter().max().copied())),
            Fact::data("muted", Cell::Flag(self.held.muted)),
        ];
        let mut parts = vec![Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })];
        let rating = |g: &Rating| {
            let comment = Cell::Text(g.comment.clone());
            vec![
                g.ticket.map_or(Cell::Empty, Cell::Ticket),
                Cell::Text(g.scale.word().to_owned()),
                Cell::Count(g.score),
                comment,
                Cell::At(g.at),
            ]
        };
        parts.push(table(
            "ratings",
            &["ticket", "scale", "score", "comment", "at"],
            self.held.ratings.iter().map(rating).collect(),
        ));
        let mut unshown = Vec::new();
        for (id, _, at) in self.held.messages.iter().filter(|(_, ticket, _)| ticket.is_none()) {
            unshown.push(vec![Cell::Count(*id), Cell::At(*at), Cell::Text(r.text(*id)?.unwrap_or_default())]);
        }
        parts.push(table("unshown", &["message", "at", "text"], unshown));
        let parked = self.held.parked.iter().map(|p| {
            let texts = [&p.author, &p.email, &p.subject, &p.reason].map(|t| Cell::Text(t.clone()));
            [Cell::Count(p.id), Cell::At(p.at)].into_iter().chain(texts).collect()
        });
        parts.push(table("parked", &["id", "at", "author", "email", "subject", "reason"], parked.collect()));
        parts.push(table("history", &["op", "at", "kind", "detail"], history(r, c.id, teller)?));
        written(&Report { parts, ..Report::default() }, Format::Json)
    }

    fn imports(&self) -> Result<String> {
        let rows = self.held.records.iter().map(|o| {
            let texts = [o.kind, &o.source, &o.number].map(|t| Cell::Text(t.to_owned()));
            texts.into_iter().chain([Cell::text(o.record.as_deref())]).collect()
        });
        let parts = vec![table("imports", &["kind", "source", "number", "record"], rows.collect())];
        written(&Report { parts, ..Report::default() }, Format::Json)
    }
}

/// What changed about a contact, when.
fn history(r: &mut Reader<'_>, contact: i64, teller: &mut Teller) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::new();
    for happened in r.events_of_contact(contact)? {
        let (kind, detail) = teller.tell(r, &happened.event)?;
        rows.push(vec![
            Cell::Count(happened.operation),
            Cell::At(happened.event.at),
            Cell::Text(kind),
            Cell::Text(detail),
        ]);
    }
    Ok(rows)
}

fn table(key: &'static str, columns: &[&'static str], rows: Vec<Vec<Cell>>) -> Part {
    let columns = columns.iter().map(|k| Column::data(k)).collect();
    Part::Table(Table { key, audience: Audience::Data, columns, rows, ..Table::default() })
}

/// The page of a ticket; of somebody else's the messages alone, under its number.
fn text_of(t: &Leaving, his: bool) -> Result<String> {
    let head = if his { leave::head(t) } else { number(t) };
    let mut body = leave::conversation(t);
    if !his {
        body.parts.retain(|p| matches!(p, Part::Cards(_)));
    }
    Ok(format!("{}\n{}", front_matter(&head), written(&body, Format::Md)?))
}

/// A ticket as a record on one line.
fn record_of(t: &Leaving, his: bool) -> Result<String> {
    let mut record = leave::ticket(t);
    if !his {
        record.parts.retain(|p| matches!(p, Part::Table(t) if t.key == "messages"));
        record.parts.splice(0..0, number(t).parts);
    }
    Ok(written(&record, Format::Ndjson)?.trim_end().to_owned())
}

fn number(t: &Leaving) -> Report {
    let rows = vec![
        Fact::data("kind", Cell::Text("ticket".to_owned())),
        Fact::data("number", Cell::Ticket(t.page.listed.ticket.id)),
    ];
    Report {
        parts: vec![Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })],
        ..Report::default()
    }
}

fn mail_of(r: &mut Reader<'_>, message: i64, folder: &Path, done: &mut Written) -> Result<()> {
    if let Some(raw) = r.raw(message)? {
        done.mails += i64::from(keep_file(&folder.join(format!("m{message}.eml")), &raw)?);
    }
    Ok(())
}

/// The report in a format that depends on nothing around.
fn written(report: &Report, format: Format) -> Result<String> {
    render(report, format, None, &Dress::plain(Moment::MIN))
}
