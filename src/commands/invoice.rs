//! `desk invoice`: drafts, issued invoices, credit notes, payments.

mod money;

use super::args::Answer;
use super::statement;
use crate::actions::invoice::{self, Dates};
use crate::actions::papers::Drawn;
use crate::actions::{papers, people};
use crate::desk::{Desk, House};
use crate::domain::billing::duration::spoken;
use crate::domain::billing::invoice::Invoice as Kept;
use crate::domain::billing::paper::Sort;
use crate::domain::client::Client;
use crate::domain::time::Date;
use crate::domain::when::{self, Lean};
use crate::error::{Error, Kind, Result};
use crate::render::paper::{self, Form};
use crate::report;
use crate::store::Reader;

/// Invoices: draft, issue, credit, paid
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "An invoice takes in what a client owes for a period: fees that fall due in it and hours that no pool pays, of all that is on
no invoice yet. A draft (d3) is counted anew at every look. Issued, it has the next number, without a gap; its hours are
locked and its paper stays as it was. What is logged later for those days goes on the next invoice. Nothing changes an
issued invoice: a credit note takes it back, and its hours can be invoiced anew.

Settings: desk config set invoice.tax 20% (or none), invoice.due 10 (days), invoice.prefix 2026-, invoice.first 118;
our details: desk config set details.inn …; the client's: desk client edit acme --detail inn=…

Examples:
  desk invoice acme                        # a draft of last month
  desk invoice all in:2026-10              # a draft for each client with something to invoice
  desk invoice show d3
  desk invoice issue d3
  desk invoice show 7 --format html -o invoice-7.html
  desk invoice paid 7                      # all of it, today
  desk invoice paid 7 20000 --on 2026-11-15
  desk invoice credit 7                    # takes it back")]
pub struct Invoice {
    #[command(subcommand)]
    word: Option<Word>,
    /// A client, or all
    #[arg(value_name = "CLIENT|all")]
    client: Option<String>,
    /// in:2026-10, in:last-month …
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// What there is: drafts, open, paid, credited
    Ls {
        /// Of one client
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
        /// Only those that are to be paid
        #[arg(long)]
        open: bool,
    },
    /// The paper
    #[command(after_help = "Examples:\n  desk invoice show 7\n  desk invoice show d3 --format html -o draft.html")]
    Show {
        /// 7, or a draft: d3
        #[arg(value_name = "N")]
        number: String,
    },
    /// Give a draft its number
    #[command(after_help = "Examples:\n  desk invoice issue d3\n  desk invoice issue d3 --on 2026-10-31 --due 2026-11-10")]
    Issue {
        /// The draft: d3
        #[arg(value_name = "dN")]
        number: String,
        /// Its day (today)
        #[arg(long, value_name = "DAY")]
        on: Option<String>,
        /// The last day to pay
        #[arg(long, value_name = "DAY")]
        due: Option<String>,
    },
    /// Take an invoice back by a credit note
    Credit {
        /// 7
        #[arg(value_name = "N")]
        number: String,
        /// Its day (today)
        #[arg(long, value_name = "DAY")]
        on: Option<String>,
    },
    /// Take a draft away
    Drop {
        /// The draft: d3
        #[arg(value_name = "dN")]
        number: String,
    },
    /// Note money that came in
    Paid(money::Paid),
    /// Payments, by day
    Payments {
        /// Of one client
        #[arg(value_name = "CLIENT")]
        client: Option<String>,
    },
    /// The built-in template, as a beginning for your own
    #[command(after_help = "Examples:
  desk invoice template invoice html > invoice.html.j2
  desk config set templates.invoice-html-ru \"$(cat invoice.html.j2)\"   # for Russian ones; invoice-html: for all")]
    Template {
        /// statement, invoice, credit or act
        #[arg(value_name = "PAPER")]
        sort: String,
        /// html, md or text
        #[arg(value_name = "FORM", default_value = "html")]
        form: String,
    },
}

impl Invoice {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.word {
            None => match self.client {
                Some(client) => draft(desk, &client, &self.query),
                None => list(desk, None, false),
            },
            Some(Word::Ls { client, open }) => list(desk, client.as_deref(), open),
            Some(Word::Show { number }) => show(desk, &number),
            Some(Word::Issue { number, on, due }) => issue(desk, &number, on.as_deref(), due.as_deref()),
            Some(Word::Credit { number, on }) => credit(desk, &number, on.as_deref()),
            Some(Word::Drop { number }) => drop_draft(desk, &number),
            Some(Word::Paid(paid)) => paid.run(desk),
            Some(Word::Payments { client }) => money::payments(desk, client.as_deref()),
            Some(Word::Template { sort, form }) => template(&sort, &form),
        }
    }
}

/// The invoice of a word and whose it is.
pub(super) fn found(r: &mut Reader<'_>, word: &str, house: &House) -> Result<(Kept, Client)> {
    let invoice = invoice::called(r, word, &house.invoicing.prefix)?;
    let client = r.client(invoice.client)?.ok_or_else(|| Error::bug("an invoice of nobody"))?;
    Ok((invoice, client))
}

fn draft(desk: &mut Desk, client: &str, query: &[String]) -> Result<Answer> {
    let period = statement::period(desk, query, "an invoice")?;
    let house = desk.house()?;
    let days = (period.first, period.last);
    let written = desk.write(|tx| {
        if client != "all" {
            let client = people::client(tx, client)?;
            let (draft, drawn) = invoice::draft(tx, &client, &house, days)?;
            return Ok(vec![(client, draft, drawn)]);
        }
        let mut all = Vec::new();
        let mut clients: Vec<i64> = tx.contracts(None)?.into_iter().map(|c| c.client).collect();
        clients.dedup();
        for id in clients {
            let Some(client) = tx.client(id)? else { continue };
            let covered = tx.covered(Some(id))?.iter().any(|(_, c)| c.first <= days.1 && days.0 <= c.last);
            if !covered && !invoice::is_empty(&invoice::look(tx, &client, &house, days)?) {
                let (draft, drawn) = invoice::draft(tx, &client, &house, days)?;
                all.push((client, draft, drawn));
            }
        }
        Ok(all)
    })?;
    let mut lines: Vec<String> = Vec::new();
    for (client, draft, drawn) in &written.value {
        lines.extend(told(client, draft, drawn));
        lines.extend(warned(desk, client, draft, &house)?);
    }
    if lines.is_empty() {
        return Err(Error::refused(format!("there is nothing to invoice for {}", period.label()))
            .hint("what was agreed: desk contract ls; what was invoiced: desk invoice ls"));
    }
    let rows: Vec<_> = written.value.iter().map(|(client, draft, drawn)| report::invoice::row(draft, client, Some(drawn.paper.total), None, house.today)).collect();
    Ok(report::invoice::done(&lines, rows, written.operation).into())
}

/// What a draft comes to, and what its maker should know.
fn told(client: &Client, draft: &Kept, drawn: &Drawn) -> Vec<String> {
    let p = &drawn.paper;
    let (fees, hours) = (p.fees.len(), p.work.iter().filter(|w| w.amount.minor != 0).count());
    let tax = p.tax.map_or_else(String::new, |tax| {
        format!(", tax {}{}", tax.amount.told(), if tax.included { " in it" } else { "" })
    });
    let count = |n: usize, one: &str, many: &str| (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { many }));
    let paid = p.time.covered_minutes + p.time.flat_minutes;
    let parts = [
        count(fees, "fee", "fees"),
        count(hours, "entry by the hour", "entries by the hour"),
        (paid > 0).then(|| format!("{} paid by pools and fees", spoken(paid))),
    ];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (total, client_is) = (p.total.told(), &client.handle);
    let mut lines =
        vec![format!("draft {} for {client_is}, {} to {}: {total}{tax} ({parts})", draft.called(), draft.first, draft.last)];

    if drawn.unpaid > 0 {
        lines.push(format!(
            "  {} of it nobody pays: the contract has no price for hours beyond its pool (desk contract edit {} --overage …)",
            spoken(drawn.unpaid),
            client.handle
        ));
    }
    if drawn.unassigned > 0 {
        lines.push(format!("  {} of the period no contract takes: desk time ls client:{} --unassigned", spoken(drawn.unassigned), client.handle));
    }
    lines.push(format!("  to see it: desk invoice show {0}; to give it a number: desk invoice issue {0}", draft.called()));
    lines
}

/// What would cost money if nobody noticed: days that are still to come, and invoices that no longer say what hours come to.
fn warned(desk: &mut Desk, client: &Client, draft: &Kept, house: &House) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    if draft.last > house.today {
        lines.push(format!(
            "  its days are not over: what is worked from now to {} is drawn after it, out of later hours; an invoice of fees alone: in:{1}..{1}",
            draft.last, draft.first
        ));
    }
    for stray in desk.read(|r| invoice::strayed(r, client.id, house))? {
        lines.push(format!(
            "  invoice {} says {}, by what was logged or changed since it would say {}: to make it anew, desk invoice credit {0}",
            stray.number,
            stray.says.told(),
            stray.now.told()
        ));
    }
    Ok(lines)
}

fn list(desk: &mut Desk, client: Option<&str>, open: bool) -> Result<Answer> {
    let house = desk.house()?;
    let rows = desk.read(|r| {
        let client = client.map(|word| people::client(r, word)).transpose()?;
        let mut rows = Vec::new();
        for kept in r.invoices(client.as_ref().map(|c| c.id))? {
            let Some(whose) = r.client(kept.client)? else { continue };
            let left = papers::open_of(r, &kept)?;
            if open && left.minor <= 0 {
                continue;
            }
            let total = match kept.number {
                Some(_) => Some(kept.total()),
                None => invoice::look(r, &whose, &house, (kept.first, kept.last)).ok().map(|drawn| drawn.paper.total),
            };
            rows.push(report::invoice::row(&kept, &whose, total, Some(left), house.today));
        }
        Ok(rows)
    })?;
    Ok(Answer::from(report::invoice::list(rows)).paged())
}

fn show(desk: &mut Desk, word: &str) -> Result<Answer> {
    let house = desk.house()?;
    let (kept, client, paper) = desk.read(|r| {
        let (kept, client) = found(r, word, &house)?;
        let paper = match &kept.paper {
            Some(paper) => paper.as_ref().clone(),
            None => invoice::look(r, &client, &house, (kept.first, kept.last))?.paper,
        };
        Ok((kept, client, paper))
    })?;
    let draft = kept.number.is_none().then(|| kept.called());
    Ok(statement::answer(paper, &client, draft.as_deref(), &house))
}

fn issue(desk: &mut Desk, word: &str, on: Option<&str>, due: Option<&str>) -> Result<Answer> {
    let house = desk.house()?;
    let dates = Dates {
        on: on.map(|text| day(desk, text, Lean::Past)).transpose()?.unwrap_or(house.today),
        due: due.map(|text| day(desk, text, Lean::Future)).transpose()?,
    };
    if dates.on > house.today {
        return Err(Error::usage(format!("{} has not come yet", dates.on)).hint("an invoice is of today or before: --on 2026-11-20"));
    }
    let (kept, client) = desk.read(|r| found(r, word, &house))?;
    let mut agreed = None;
    if kept.number.is_none() {
        let total = desk.read(|r| invoice::look(r, &client, &house, (kept.first, kept.last)))?.paper.total;
        let days = format!("{} to {}", kept.first, kept.last);
        let question = format!("{} gets an invoice of {} for {days}. Issue it?", client.handle, total.told());
        if !desk.sure(&question)? {
            return Err(Error::refused("nothing was issued"));
        }
        agreed = Some(total).filter(|_| desk.host.can_ask() && !desk.yes);
    }
    let written = desk.write(|tx| {
        let now = invoice::called(tx, word, &house.invoicing.prefix)?;
        let issued = invoice::issue(tx, &now, &client, &house, dates)?;
        match agreed {
            // Somebody logged while the question stood.
            Some(total) if total != issued.total() => {
                let error = Error::new(Kind::Temporary, format!("it comes to {} by now", issued.total().told()));
                Err(error.hint(format!("look once more: desk invoice show {}", kept.called())))
            }
            _ => Ok(issued),
        }
    })?;
    let is = &written.value;
    let called = is.called();
    let due = is.due_on.map_or_else(String::new, |due| format!(", to be paid by {due}"));
    let lines = vec![
        format!("invoice {called} to {}: {}{due}", client.handle, is.total().told()),
        format!("  for the client: desk invoice show {called} --format html -o invoice-{called}.html"),
    ];
    let row = report::invoice::row(is, &client, Some(is.total()), Some(is.total()), house.today);
    let mut report = report::invoice::done(&lines, vec![row], written.operation);
    report.notes = vec![format!("it stays as it is; to take it back: desk invoice credit {called}")];
    Ok(report.into())
}

fn credit(desk: &mut Desk, word: &str, on: Option<&str>) -> Result<Answer> {
    let house = desk.house()?;
    let on = on.map(|text| day(desk, text, Lean::Past)).transpose()?.unwrap_or(house.today);
    let (kept, client) = desk.read(|r| found(r, word, &house))?;
    let question = format!("Invoice {} to {} over {} is taken back for good. Sure?", kept.called(), client.handle, kept.total().told());
    if kept.stands() && !desk.sure(&question)? {
        return Err(Error::refused("nothing was taken back"));
    }
    let written = desk.write(|tx| {
        let now = invoice::called(tx, word, &house.invoicing.prefix)?;
        invoice::credit(tx, &now, &house, on)
    })?;
    let note = &written.value;
    let mut lines = vec![format!("credit note {} takes invoice {} back: {}", note.called(), kept.called(), note.total().told())];
    let paid = desk.read(|r| Ok(r.payments(Some(client.id))?.iter().any(|p| p.invoice == Some(kept.id))))?;
    if paid {
        lines.push(format!("  what came in for it is on account of {} now", client.handle));
    }
    let row = report::invoice::row(note, &client, Some(note.total()), None, house.today);
    let mut report = report::invoice::done(&lines, vec![row], written.operation);
    report.notes = vec![format!("to invoice its hours anew: desk invoice {} in:{}..{}", client.handle, kept.first, kept.last)];
    Ok(report.into())
}

fn drop_draft(desk: &mut Desk, word: &str) -> Result<Answer> {
    let house = desk.house()?;
    let written = desk.write(|tx| {
        let (kept, client) = found(tx, word, &house)?;
        invoice::drop_draft(tx, &kept)?;
        Ok(format!("draft {} of {} is gone", kept.called(), client.handle))
    })?;
    Ok(report::Report::of_deed(&[written.value], written.operation).into())
}

fn template(sort: &str, form: &str) -> Result<Answer> {
    let sort = [Sort::Statement, Sort::Invoice, Sort::Credit, Sort::Act]
        .into_iter()
        .find(|known| statement::sort_word(*known) == sort)
        .ok_or_else(|| Error::usage(format!("there is no paper {sort}")).hint("statement, invoice, credit, act"))?;
    let form = match form {
        "html" => Form::Html,
        "md" => Form::Markdown,
        "text" | "txt" => Form::Text,
        _ => return Err(Error::usage(format!("no paper is written as {form}")).hint("html, md, text")),
    };
    Ok(Answer::bytes(paper::built_in(sort, form, "en").as_bytes().to_vec()))
}

/// A day as it is said.
fn day(desk: &mut Desk, text: &str, lean: Lean) -> Result<Date> {
    let zone = desk.zone()?;
    Ok(when::day(text, lean, desk.now, &zone)?)
}
