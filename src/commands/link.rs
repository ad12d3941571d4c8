//! `desk link`: where else a ticket is worked on, and which tickets are worked on at one place.

use super::args::Answer;
use super::deed::{Outcome, each};
use super::{ls, show};
use crate::actions::ticket;
use crate::desk::Desk;
use crate::domain::url::{is_meant, url};
use crate::error::{Error, Result};
use crate::report::ticket::list;
use crate::report::{Part, Report};
use crate::store::list::Ask;
use std::collections::BTreeSet;

/// Note where else a ticket is worked on: an issue of a tracker, a page
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A link alone lists its tickets, and says of how many clients they are.

Examples:
  desk link 42 https://tracker.test/shop/issues/7
  desk link 42,45 https://tracker.test/shop/issues/7
  desk link https://tracker.test/shop/issues/7     # who waits for it?")]
pub struct Link {
    /// Numbers: 42 · 42,45 · 40-45 · . · - · okdesk:1834; or the link, to see its tickets
    #[arg(value_name = "IDS")]
    ids: String,
    /// The link: http:// or https://
    #[arg(value_name = "URL")]
    url: Option<String>,
}

impl Link {
    /// Links, or lists.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.url {
            Some(url) => set(desk, &self.ids, &url, true),
            None if is_meant(&self.ids) => tickets(desk, &self.ids),
            None => Err(Error::usage("no link is given")
                .hint(format!("desk link {} https://tracker.test/issues/7; those it has: desk show {}", self.ids, self.ids))),
        }
    }
}

/// Notes a place on tickets, or takes it off.
pub(super) fn set(desk: &mut Desk, ids: &str, text: &str, on: bool) -> Result<Answer> {
    if is_meant(ids) && !is_meant(text) {
        return Err(Error::usage("the tickets come first").hint(format!("desk link {text} …")));
    }
    let url = url(text)?;
    let deed = if on { "link" } else { "unlink" };
    each(desk, &[ids.to_owned()], deed, |tx, t| {
        let changed = ticket::set_url(tx, t, &url, on)?;
        let nothing = if on { format!("is linked to {url} already") } else { format!("is not linked to {url}") };
        Ok(Outcome::of(changed, format!("{deed}ed {url}:"), nothing))
    })
}

/// The tickets that are worked on at a place; one that was merged stands for the one it went into.
fn tickets(desk: &mut Desk, text: &str) -> Result<Answer> {
    let url = url(text)?;
    let ask = ls::ask(desk, None)?;
    let rows = desk.read(|r| {
        let mut all = BTreeSet::new();
        for mut number in r.tickets_of_url(&url)? {
            while let Some(into) = r.ticket(number)?.and_then(|ticket| ticket.merged_into) {
                number = into;
            }
            all.insert(number);
        }
        let all: Vec<i64> = all.into_iter().collect();
        r.listed_among(&all, &show::every(), &Ask { limit: None, ..ask })
    })?;
    let mut rows = rows;
    let untold = ls::pressed(desk, &mut rows);
    let clients: BTreeSet<&str> = rows.iter().filter_map(|l| l.client.as_deref()).collect();
    let mut report = Report { title: url.clone(), ..list(&rows, None, None, "no ticket is linked to it") };
    if !rows.is_empty() {
        let (n, of) = (super::client::counted(rows.len(), "ticket", "tickets"), clients.len());
        let of = if of == 0 { String::new() } else { format!(" of {}", super::client::counted(of, "client", "clients")) };
        report.parts.insert(0, Part::Prose(format!("Asked by {n}{of}.")));
    }
    report.notes.extend(untold);
    Ok(Answer::from(report).paged())
}
