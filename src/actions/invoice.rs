//! Invoices: drafts, the number that makes a fact of one, credit notes, payments.

use super::books::Books;
use super::papers::{self, Drawn};
use crate::desk::House;
use crate::domain::billing::invoice::{Invoice, Payment};
use crate::domain::billing::money::Money;
use crate::domain::client::Client;
use crate::domain::event::{Event, Noun};
use crate::domain::time::Date;
use crate::error::{Error, Result};
use crate::store::{Reader, Tx};
use chrono::Days;

/// When an invoice is issued, and when it is to be paid.
#[derive(Debug, Clone, Copy)]
pub struct Dates {
    /// Its day.
    pub on: Date,
    /// The last day to pay; none: as the settings say.
    pub due: Option<Date>,
}

/// What a draft comes to now.
///
/// # Errors
/// Where the period is on an invoice already, or nothing is to be invoiced.
pub fn look(r: &mut Reader<'_>, client: &Client, house: &House, days: (Date, Date)) -> Result<Drawn> {
    let books = Books::of(r, client.id, house, days.1)?;
    let on_it = books.covered.iter().find(|c| c.first <= days.1 && days.0 <= c.last);
    if let Some(c) = on_it {
        return Err(Error::refused(format!(
            "{} to {} of {} is on invoice {} already",
            c.first.max(days.0),
            c.last.min(days.1),
            client.handle,
            c.number
        ))
        .hint(format!(
            "what was logged later goes on the next one; to make it anew: desk invoice credit {}",
            c.number
        )));
    }
    papers::invoice(r, &books, client, house, days)
}

/// A standing invoice that was issued for other money than its hours and fees come to by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strayed {
    /// Its number.
    pub number: i64,
    /// What it says, without tax.
    pub says: Money,
    /// What it would say now.
    pub now: Money,
}

/// The standing invoices of a client that would come to something else now: an earlier day that is on no invoice drew on the
/// pool since, or the working hours changed. What the client was told stays; but somebody has to know.
pub fn strayed(r: &mut Reader<'_>, client: i64, house: &House) -> Result<Vec<Strayed>> {
    let books = Books::whole(r, client, house, house.today)?;
    let mut all = Vec::new();
    for covered in &books.covered {
        let Some(invoice) = r.invoice(covered.invoice)? else { continue };
        let Some(paper) = invoice.paper.as_deref() else { continue };
        let held = books.ledger.lines.iter().zip(&books.invoices).filter(|(_, on)| **on == Some(invoice.id));
        let fees = books.ledger.accounts.iter().filter(|a| invoice.fees.contains(&(a.contract, a.stretch.number)));
        let amounts = held.filter_map(|(line, _)| line.amount).chain(fees.filter_map(|a| a.fee));
        let now = Money::sum(amounts.filter(|amount| amount.minor != 0), paper.currency);
        let now = now.ok_or_else(|| Error::refused("the sum is beyond counting"))?;
        if now != paper.net {
            all.push(Strayed { number: covered.number, says: paper.net, now });
        }
    }
    Ok(all)
}

/// Whether a draft has anything on it.
#[must_use]
pub fn is_empty(drawn: &Drawn) -> bool {
    drawn.entries.is_empty() && drawn.fees.is_empty()
}

/// Makes a draft, unless there is one of the same client and days: that one then.
pub fn draft(tx: &mut Tx<'_>, client: &Client, house: &House, (first, last): (Date, Date)) -> Result<(Invoice, Drawn)> {
    let drawn = look(tx, client, house, (first, last))?;
    if is_empty(&drawn) {
        return Err(Error::refused(format!("there is nothing to invoice: {} from {first} to {last}", client.handle))
            .hint(format!(
                "what was agreed: desk contract ls {0}; what was worked: desk time client:{0}",
                client.handle
            )));
    }
    let same = |i: &Invoice| i.number.is_none() && (i.first, i.last) == (first, last);
    if let Some(known) = tx.invoices(Some(client.id))?.into_iter().find(same) {
        return Ok((known, drawn));
    }
    let invoice = Invoice {
        id: tx.next_ids(1)?,
        client: client.id,
        number: None,
        credits: None,
        credited_by: None,
        first,
        last,
        issued_on: None,
        due_on: None,
        currency: drawn.paper.currency,
        total: 0,
        note: String::new(),
        entries: Vec::new(),
        fees: Vec::new(),
        paper: None,
    };
    let at = tx.at;
    tx.apply([Event::about(Noun::Invoice, invoice.id, "", &(), &invoice, at)])?;
    Ok((invoice, drawn))
}

/// Takes a draft away.
pub fn drop_draft(tx: &mut Tx<'_>, draft: &Invoice) -> Result<()> {
    if draft.number.is_some() {
        return Err(issued(draft));
    }
    let at = tx.at;
    tx.apply([Event::about(Noun::Invoice, draft.id, "", draft, &(), at)])
}

/// Gives a draft its number: from now on its paper, its entries and its fees stay as they are.
pub fn issue(tx: &mut Tx<'_>, draft: &Invoice, client: &Client, house: &House, dates: Dates) -> Result<Invoice> {
    if draft.number.is_some() {
        return Err(issued(draft));
    }
    let Drawn { mut paper, entries, fees, .. } = look(tx, client, house, (draft.first, draft.last))?;
    if entries.is_empty() && fees.is_empty() {
        return Err(Error::refused(format!("there is nothing on {} any more", draft.called()))
            .hint(format!("desk invoice drop {}", draft.called())));
    }
    let number = next_number(tx, house)?;
    let due = dates.due.or_else(|| dates.on.checked_add_days(Days::new(house.invoicing.due?)));
    if due.is_some_and(|due| due < dates.on) {
        return Err(Error::usage("an invoice cannot be due before it is issued").hint("--due with a later day"));
    }
    (paper.number, paper.on, paper.due) = (Some(papers::printed(house, number)), Some(dates.on), due);
    paper.balance = Some(match paper.balance {
        Some(before) => before.plus(paper.total).ok_or_else(|| Error::refused("the balance is beyond counting"))?,
        None => paper.total,
    });
    let invoice = Invoice {
        number: Some(number),
        issued_on: Some(dates.on),
        due_on: due,
        currency: paper.currency,
        total: paper.total.minor,
        entries,
        fees,
        paper: Some(Box::new(paper)),
        ..draft.clone()
    };
    let at = tx.at;
    tx.apply([Event::about(Noun::Invoice, invoice.id, "invoice", draft, &invoice, at)])?;
    Ok(invoice)
}

/// Takes an issued invoice back by a credit note, which is given the next number; its hours can be invoiced again.
pub fn credit(tx: &mut Tx<'_>, invoice: &Invoice, house: &House, on: Date) -> Result<Invoice> {
    let called = invoice.called();
    let refused = |why: String, hint: &str| Err(Error::refused(why).hint(hint.to_owned()));
    let Some(paper) = invoice.paper.as_deref().filter(|_| invoice.number.is_some()) else {
        return refused(format!("{called} is a draft"), &format!("desk invoice drop {called}"));
    };
    if invoice.credits.is_some() {
        return refused(format!("{called} is a credit note itself"), "desk invoice ls");
    }
    if invoice.credited_by.is_some() {
        return refused(format!("invoice {called} was taken back already"), "desk invoice ls");
    }
    if let Some(issued) = invoice.issued_on.filter(|issued| on < *issued) {
        return Err(Error::usage(format!("invoice {called} is of {issued}: it cannot be taken back before"))
            .hint(format!("--on {issued}, or a later day")));
    }
    let number = next_number(tx, house)?;
    let paper = papers::credit(paper, papers::printed(house, number), on);
    let note = Invoice {
        id: tx.next_ids(1)?,
        number: Some(number),
        credits: Some(invoice.id),
        issued_on: Some(on),
        due_on: None,
        total: paper.total.minor,
        entries: Vec::new(),
        fees: Vec::new(),
        paper: Some(Box::new(paper)),
        ..invoice.clone()
    };
    let at = tx.at;
    let taken = Invoice { credited_by: Some(note.id), ..invoice.clone() };
    tx.apply([
        Event::about(Noun::Invoice, note.id, "", &(), &note, at),
        Event::about(Noun::Invoice, invoice.id, "invoice", invoice, &taken, at),
    ])?;
    Ok(note)
}

/// Notes money that came in; below zero: it went back.
pub fn pay(tx: &mut Tx<'_>, client: i64, invoice: Option<i64>, day: Date, money: Money, text: &str) -> Result<Payment> {
    if money.minor == 0 {
        return Err(Error::usage("nothing is no payment").hint("desk invoice paid 7 32 666.67"));
    }
    let payment = Payment { id: tx.next_ids(1)?, client, invoice, day, money, text: text.to_owned() };
    let at = tx.at;
    tx.apply([Event::about(Noun::Payment, payment.id, "", &(), &payment, at)])?;
    Ok(payment)
}

/// The invoice or draft that a word means: `7`, `d3`, or its number as printed.
///
/// # Errors
/// There is none, or the word is no number.
pub fn called(r: &mut Reader<'_>, word: &str, prefix: &str) -> Result<Invoice> {
    let bare = word.trim().trim_start_matches(['#', '№']).trim();
    let number =
        |digits: &str| digits.parse::<i64>().ok().filter(|n| *n > 0 && digits.bytes().all(|b| b.is_ascii_digit()));
    let missing = || Error::missing(format!("there is no invoice {word}")).hint("desk invoice ls");
    if let Some(id) = bare.strip_prefix(['d', 'D', 'д']).and_then(number) {
        return r.invoice(id)?.ok_or_else(missing);
    }
    let own = bare.strip_prefix(prefix).filter(|_| !prefix.is_empty()).and_then(number);
    match own.or_else(|| number(bare)) {
        Some(number) => r.invoice_numbered(number)?.ok_or_else(missing),
        None => Err(Error::usage(format!("{word:?} is no invoice")).hint("7, or a draft: d3; all: desk invoice ls")),
    }
}

fn next_number(tx: &mut Tx<'_>, house: &House) -> Result<i64> {
    // Where numbers begin is asked for once: later it would leave a gap.
    Ok(match tx.last_invoice()? {
        0 => house.invoicing.first,
        last => last + 1,
    })
}

fn issued(invoice: &Invoice) -> Error {
    Error::refused(format!("invoice {} is issued already", invoice.called()))
        .hint(format!("to take it back: desk invoice credit {}", invoice.called()))
}
