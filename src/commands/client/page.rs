//! `desk client page`: what a client may see of his desk, as a page of his own.

use super::super::args::Answer;
use super::super::{ls, statement};
use crate::actions::books::Books;
use crate::actions::{papers, people};
use crate::desk::{Desk, House};
use crate::domain::billing::client_page::{ClientPage, PageTicket};
use crate::domain::client::Client;
use crate::domain::listed::Listed;
use crate::domain::search::{Query, Sort, SortKey, StatusTest, Term, Test};
use crate::domain::ticket::{Reason, Status};
use crate::domain::time::Date;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::host;
use crate::render::{guard, paper};
use crate::report::Audience;
use crate::store::list::Ask;
use chrono::{Datelike, Days};
use std::path::{Path, PathBuf};

/// Days for which closed tickets are shown.
const DONE: u64 = 30;

/// A page for the client himself
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Plain HTML in his language for any web host, without scripts: his open tickets and where they stand, what was promised, how
many hours are left, what was done. Only his own and public things: no notes, no prices, nobody else. Make it anew as often
as you like, for example from cron.

Examples:
  desk client page acme -o /srv/www/acme/        # writes /srv/www/acme/index.html
  desk client page all -o /srv/www/clients/      # a folder for each client with contracts
  desk client page acme > acme.html")]
pub(super) struct Page {
    /// A client, or all who have contracts
    #[arg(value_name = "CLIENT|all")]
    client: String,
}

impl Page {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        if desk.reader == Audience::Data || desk.format.as_deref() == Some("md") {
            return Err(Error::usage("a client's page is HTML and nothing else").hint("desk client page acme > acme.html"));
        }
        let house = desk.house()?;
        let folder = desk.output.take().filter(|place| place != "-");
        if self.client != "all" {
            let client = desk.read(|r| people::client(r, &self.client))?;
            let html = html(desk, &client, &house)?;
            let Some(folder) = folder else { return Ok(Answer::bytes(html.into_bytes())) };
            let file = put(desk, Path::new(&folder), &html)?;
            return Ok(told(&[format!("{}  {}", client.handle, file.display())]));
        }
        let Some(folder) = folder else {
            return Err(Error::usage("several pages need a folder").hint("desk client page all -o pages/"));
        };
        let clients = desk.read(|r| {
            let mut ids: Vec<i64> = r.contracts(None)?.into_iter().map(|c| c.client).collect();
            ids.dedup();
            ids.into_iter().filter_map(|id| r.client(id).transpose()).collect::<Result<Vec<_>>>()
        })?;
        let mut lines = Vec::new();
        for client in clients {
            let html = html(desk, &client, &house)?;
            let own = statement::file_name(&client.handle, "", lines.len());
            let file = put(desk, &Path::new(&folder).join(own), &html)?;
            lines.push(format!("{}  {}", client.handle, file.display()));
        }
        Ok(told(&lines))
    }
}

fn told(lines: &[String]) -> Answer {
    let said: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Answer::bytes(guard::body(&said).into_bytes())
}

/// Writes the page into a folder, which is made; the file in it.
fn put(desk: &Desk, folder: &Path, html: &str) -> Result<PathBuf> {
    let file = folder.join("index.html");
    if !desk.dry {
        host::make_folder(folder)?;
        host::write_file(&file, html.as_bytes())?;
    }
    Ok(file)
}

fn html(desk: &mut Desk, client: &Client, house: &House) -> Result<String> {
    let zone = desk.zone()?;
    let ask = ls::ask(desk, None)?;
    let today = house.today;
    let since = today.checked_sub_days(Days::new(DONE)).unwrap_or(today);
    let page = desk.read(|r| {
        let tickets = of_client(r, client, &ask)?;
        let books = Books::of(r, client.id, house, today)?;
        let here = |a: &&crate::domain::billing::ledger::Account| a.stretch.first <= today && today <= a.stretch.last;
        let now: Vec<_> = books.ledger.accounts.iter().filter(here).collect();
        let month = today.with_day(1).unwrap_or(today);
        let first = match now.as_slice() {
            [one] if one.stretch.last != Date::MAX => one.stretch.first,
            _ => month,
        };
        let drawn = papers::statement(r, &books, client, house, (first, today))?.paper;
        let pools = drawn.pools.into_iter().filter(|p| p.first <= today && p.last.is_none_or(|last| today <= last));
        let shown = |l: &&Listed| l.ticket.standing.status != Status::Closed;
        let lately = |l: &&Listed| l.state.closed_at.is_some_and(|at| zone.date(at) >= since);
        let (open, closed): (Vec<&Listed>, Vec<&Listed>) = tickets.iter().partition(shown);
        Ok(ClientPage {
            lang: drawn.lang,
            name: client.name.clone(),
            made_on: today,
            open: open.into_iter().map(|l| ticket(l, &zone, ask.now)).collect(),
            done: closed.iter().filter(|l| lately(l)).map(|l| ticket(l, &zone, ask.now)).collect(),
            pools: pools.collect(),
            work: drawn.work,
            time: drawn.time,
        })
    })?;
    paper::client_page(&page)
}

/// What the client knows of himself: nothing from machines, no spam, nothing that became part of another ticket.
fn of_client(r: &mut crate::store::Reader<'_>, client: &Client, ask: &Ask) -> Result<Vec<Listed>> {
    let term = |test| Term { negated: false, alternatives: vec![test] };
    let query = Query {
        terms: vec![term(Test::Client(Some(client.handle.clone()))), term(Test::Status(StatusTest::All))],
        sort: Some(Sort { key: SortKey::Updated, descending: true }),
        ..Query::default()
    };
    let mut rows = r.list(&query, ask)?.rows;
    rows.retain(|l| {
        let spam = l.ticket.standing.reason == Some(Reason::Spam);
        !l.automatic && !l.muted && !spam && l.ticket.merged_into.is_none()
    });
    Ok(rows)
}

fn ticket(l: &Listed, zone: &Zone, now: crate::domain::time::Moment) -> PageTicket {
    let standing = l.ticket.standing;
    let over = standing.until.is_some_and(|until| until <= now);
    let status = if over && standing.status != Status::Closed { Status::Open } else { standing.status };
    PageTicket {
        number: l.ticket.id,
        subject: l.ticket.subject.clone(),
        status,
        opened: zone.date(l.ticket.opened_at),
        due: l.ticket.due_at.map(|at| zone.date(at)),
        waiting: status == Status::Pending,
        closed: l.state.closed_at.filter(|_| status == Status::Closed).map(|at| zone.date(at)),
    }
}
