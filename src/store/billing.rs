//! Contracts, estimates, invoices, payments, and the worked time that they are counted from.

use super::apply::read;
use super::{Reader, Row, Tx, sql, vals};
use crate::domain::billing::contract::{Contract, Kept};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::invoice::{Covered, Estimate, Invoice, Payment};
use crate::domain::billing::ledger::Work;
use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::Spread;
use crate::domain::entry::Entry;
use crate::domain::event::{Event, Noun, value};
use crate::domain::time::{Date, Moment};
use crate::error::{Error, Result};
use serde::de::DeserializeOwned;

/// A time entry as the ledger needs it, before its hours are told apart.
#[derive(Debug, Clone, Copy)]
pub struct Logged {
    /// The client.
    pub client: i64,
    /// What the ledger sees of it; its spread is empty, and nothing is posted yet.
    pub work: Work,
    /// When it began, where that is known.
    pub began: Option<Moment>,
    /// The id of the standing invoice that holds it.
    pub invoice: Option<i64>,
}

/// What an hour of an agent costs, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Whose hour.
    pub agent: i64,
    /// The first day.
    pub from: Date,
    /// The price.
    pub hour: Money,
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::bug("something about money is unreadable").because(e))
}

fn money(minor: i64, currency: &str) -> Result<Money> {
    Ok(Money::of(minor, Currency::of(currency)?))
}

fn contract_of(r: &Row<'_>) -> Result<Kept> {
    Ok(Kept { id: r.int(0)?, client: r.int(1)?, versions: json(&r.text(2)?)? })
}

fn invoice_of(r: &Row<'_>) -> Result<Invoice> {
    Ok(Invoice {
        id: r.int(0)?,
        client: r.int(1)?,
        number: r.int_or(2)?,
        credits: r.int_or(3)?,
        credited_by: r.int_or(4)?,
        first: r.day(5)?,
        last: r.day(6)?,
        issued_on: r.day_or(7)?,
        due_on: r.day_or(8)?,
        currency: Currency::of(&r.text(9)?)?,
        total: r.int(10)?,
        note: r.text(11)?,
        entries: json(&r.text(12)?)?,
        fees: json(&r.text(13)?)?,
        paper: json(&r.text(14)?)?,
    })
}

fn payment_of(r: &Row<'_>) -> Result<Payment> {
    Ok(Payment {
        id: r.int(0)?,
        client: r.int(1)?,
        invoice: r.int_or(2)?,
        day: r.day(3)?,
        money: money(r.int(4)?, &r.text(5)?)?,
        text: r.text(6)?,
    })
}

fn logged_of(r: &Row<'_>) -> Result<Logged> {
    let work = Work {
        id: r.int(1)?,
        minutes: r.int(5)?,
        ticket: r.int_or(2)?,
        day: r.day(3)?,
        posted: None,
        agent: r.int(4)?,
        billable: r.flag(6)?,
        contract: r.int_or(7)?,
        spread: Spread::default(),
    };
    Ok(Logged { client: r.int(0)?, work, began: r.at_or(8)?, invoice: r.int_or(9)? })
}

impl Reader<'_> {
    /// The contracts of a client, or of all, by client and age.
    pub fn contracts(&mut self, client: Option<i64>) -> Result<Vec<Kept>> {
        self.all(sql::CONTRACTS, vals![client], contract_of)
    }

    /// Whether there is any contract.
    pub fn has_contracts(&mut self) -> Result<bool> {
        Ok(self.number(sql::CONTRACT_ANY, &[])? > 0)
    }

    /// Whether a client has any contract.
    pub fn has_contract(&mut self, client: i64) -> Result<bool> {
        Ok(self.number(sql::CONTRACTS_OF_CLIENT, vals![client])? > 0)
    }

    /// The clients who have a contract, by id.
    pub fn clients_with_contract(&mut self) -> Result<Vec<i64>> {
        self.all(sql::CONTRACT_CLIENTS, &[], |r| r.int(0))
    }

    /// The contract with this id.
    pub fn contract(&mut self, id: i64) -> Result<Option<Kept>> {
        self.first(sql::CONTRACT_GET, vals![id], contract_of)
    }

    /// Worked time of a client, or of all clients, by client, day and number; nothing that was struck out.
    pub fn logged(&mut self, client: Option<i64>) -> Result<Vec<Logged>> {
        match client {
            Some(client) => self.all(sql::WORK_OF_CLIENT, vals![client], logged_of),
            None => self.all(sql::WORK_OF_ALL, &[], logged_of),
        }
    }

    /// Minutes of the days from `first` to `last` by agent: his name, all of them, the billable ones.
    pub fn agent_work(&mut self, first: Date, last: Date) -> Result<Vec<(String, i64, i64)>> {
        let (first, last) = (first.to_string(), last.to_string());
        self.all(sql::AGENT_WORK, vals![&first, &last], |r| Ok((r.text(0)?, r.int(1)?, r.int(2)?)))
    }

    /// Worked time of a client that may be drawn on a day from `since` on, by day and number; `late`: he has invoices, so work
    /// of earlier days may be drawn later.
    pub fn logged_since(&mut self, client: i64, since: Date, late: bool) -> Result<Vec<Logged>> {
        let text = if late { sql::WORK_DRAWN_SINCE } else { sql::WORK_SINCE };
        self.all(text, vals![client, &since.to_string()], logged_of)
    }

    /// Worked time of no client on the days from `first` to `last`, by day and number; nothing that was struck out.
    pub fn logged_for_nobody(&mut self, first: Date, last: Date) -> Result<Vec<Work>> {
        let (first, last) = (first.to_string(), last.to_string());
        Ok(self
            .all(sql::WORK_OF_NOBODY, vals![&first, &last], logged_of)?
            .into_iter()
            .map(|logged| logged.work)
            .collect())
    }

    /// What hours cost, by agent and day.
    pub fn costs(&mut self) -> Result<Vec<Cost>> {
        self.all(sql::COSTS, &[], |r| {
            Ok(Cost { agent: r.int(0)?, from: r.day(1)?, hour: money(r.int(2)?, &r.text(3)?)? })
        })
    }

    /// The estimate of a ticket.
    pub fn estimate(&mut self, ticket: i64) -> Result<Option<Estimate>> {
        self.first(sql::ESTIMATE_GET, vals![ticket], |r| Ok(Estimate { minutes: r.int(0)?, approved: r.int_or(1)? }))
    }

    /// The estimates of a client's tickets: number, estimate, subject.
    pub fn estimates(&mut self, client: i64) -> Result<Vec<(i64, Estimate, String)>> {
        self.all(sql::ESTIMATES, vals![client], |r| {
            Ok((r.int(0)?, Estimate { minutes: r.int(1)?, approved: r.int_or(2)? }, r.text(3)?))
        })
    }

    /// The invoice or draft with this id.
    pub fn invoice(&mut self, id: i64) -> Result<Option<Invoice>> {
        self.first(sql::INVOICE_GET, vals![id], invoice_of)
    }

    /// The invoice or credit note of this number.
    pub fn invoice_numbered(&mut self, number: i64) -> Result<Option<Invoice>> {
        self.first(sql::INVOICE_NUMBERED, vals![number], invoice_of)
    }

    /// The invoices, credit notes and drafts of a client, or of all: by number, drafts last; without papers, entries and fees.
    pub fn invoices(&mut self, client: Option<i64>) -> Result<Vec<Invoice>> {
        self.all(sql::INVOICES, vals![client], invoice_of)
    }

    /// The last number that an invoice got; 0 before the first.
    pub fn last_invoice(&mut self) -> Result<i64> {
        self.number(sql::INVOICE_LAST, &[])
    }

    /// The number of the standing invoice that holds an entry.
    pub fn invoice_of_entry(&mut self, entry: i64) -> Result<Option<i64>> {
        self.first(sql::INVOICE_OF_ENTRY, vals![entry], |r| r.int(0))
    }

    /// The fees that standing invoices of a client, or of all, hold: contract and number of the period.
    pub fn invoiced_fees(&mut self, client: Option<i64>) -> Result<Vec<(i64, u32)>> {
        self.all(sql::INVOICE_FEES, vals![client], |r| Ok((r.int(0)?, u32::try_from(r.int(1)?).unwrap_or(u32::MAX))))
    }

    /// The days that standing invoices are for: client and days, by client and day.
    pub fn covered(&mut self, client: Option<i64>) -> Result<Vec<(i64, Covered)>> {
        self.all(sql::COVERED, vals![client], |r| {
            let (first, last) = (r.day(3)?, r.day(4)?);
            let covered = Covered { invoice: r.int(1)?, number: r.int(2)?, first, last };
            Ok((r.int(0)?, covered))
        })
    }

    /// The payment with this id.
    pub fn payment(&mut self, id: i64) -> Result<Option<Payment>> {
        self.first(sql::PAYMENT_GET, vals![id], payment_of)
    }

    /// The payments of a client, or of all, by day.
    pub fn payments(&mut self, client: Option<i64>) -> Result<Vec<Payment>> {
        self.all(sql::PAYMENTS, vals![client], payment_of)
    }
}

impl Tx<'_> {
    /// Makes the current state of contracts, costs, estimates, invoices and payments what the event says.
    pub(super) fn billing_becomes(&mut self, e: &Event) -> Result<()> {
        match e.noun {
            Noun::Contract => match self.contract_becomes(e)? {
                Some(c) => {
                    let versions = value(&c.versions).to_string();
                    self.run(sql::CONTRACT_ADD, vals![c.id, c.client, &versions]).map(drop)
                }
                None if self.number(sql::CONTRACT_USED, vals![e.id])? > 0 => {
                    Err(Error::refused("the contract is on an invoice, or hours were logged for it by now")
                        .hint("end it instead: desk contract end"))
                }
                None => self.run(sql::CONTRACT_DROP, vals![e.id]).map(drop),
            },
            Noun::Cost => match read::<Option<Money>>(&e.to)? {
                Some(hour) => {
                    self.run(sql::COST_PUT, vals![e.id, &e.field, hour.minor, hour.currency.code()]).map(drop)
                }
                None => self.run(sql::COST_DROP, vals![e.id, &e.field]).map(drop),
            },
            Noun::Estimate => match read::<Option<Estimate>>(&e.to)? {
                Some(x) => self.run(sql::ESTIMATE_PUT, vals![e.id, x.minutes, x.approved]).map(drop),
                None => self.run(sql::ESTIMATE_DROP, vals![e.id]).map(drop),
            },
            Noun::Payment => match read::<Option<Payment>>(&e.to)? {
                Some(p) => {
                    let (day, currency) = (p.day.to_string(), p.money.currency.code());
                    let vals = vals![p.id, p.client, p.invoice, &day, p.money.minor, currency, &p.text];
                    self.run(sql::PAYMENT_PUT, vals).map(drop)
                }
                None => self.run(sql::PAYMENT_DROP, vals![e.id]).map(drop),
            },
            _ => self.invoice_becomes(e),
        }
    }

    /// What a contract becomes. Days that a client has an invoice for count as they did, whatever changes it: a command, an
    /// undo, a redo. One that goes to another client takes his invoices along, see [`Tx::nothing_torn`].
    fn contract_becomes(&mut self, e: &Event) -> Result<Option<Kept>> {
        let (was, becomes) = (read::<Option<Kept>>(&e.from)?, read::<Option<Kept>>(&e.to)?);
        let Some(known) = was.as_ref().or(becomes.as_ref()) else { return Ok(None) };
        if becomes.as_ref().is_some_and(|is| is.client != known.client) {
            self.regrouped = true;
            return Ok(becomes);
        }
        let states = was.iter().chain(&becomes).map(Kept::contract).collect::<std::result::Result<Vec<_>, _>>()?;
        let from = match states.as_slice() {
            [was, is] => was.differs_from(is),
            all => all.first().map(Contract::start),
        };
        let Some(from) = from else { return Ok(becomes) };
        let mut last = states.iter().map(|state| state.last_day().unwrap_or(Date::MAX)).max().unwrap_or(Date::MAX);
        // What is left of it goes on into the next one, and of that into the one after.
        let all = self
            .contracts(Some(known.client))?
            .iter()
            .map(Kept::contract)
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let mut line = known.id;
        for _ in &all {
            let Some(next) = all.iter().find(|next| next.follows() == Some(line)) else { break };
            (line, last) = (next.id, last.max(next.last_day().unwrap_or(Date::MAX)));
        }
        let covered = self.covered(Some(known.client))?;
        match covered.into_iter().find(|(_, c)| c.first <= last && from <= c.last) {
            None => Ok(becomes),
            Some((_, c)) => {
                let name = states.first().map(|state| state.terms().name.clone()).unwrap_or_default();
                Err(Error::refused(format!(
                    "{name} would count otherwise from {from} on, and invoice {} is issued for {} … {}",
                    c.number, c.first, c.last
                ))
                .hint(format!("desk invoice credit {}", c.number)))
            }
        }
    }

    /// Whether each standing invoice and what it holds are one client's.
    ///
    /// # Errors
    /// Where something of an invoice would go to another client without it: the taking back of a merge after it.
    pub(super) fn nothing_torn(&mut self) -> Result<()> {
        if !self.regrouped {
            return Ok(());
        }
        match self.first(sql::INVOICE_TORN, &[], |r| r.int(0))? {
            None => Ok(()),
            Some(number) => Err(Error::refused(format!("invoice {number} holds something of it by now"))
                .hint(format!("desk invoice credit {number}"))),
        }
    }

    /// An invoice with a number keeps it: nothing makes a draft of it, or nothing at all.
    fn invoice_becomes(&mut self, e: &Event) -> Result<()> {
        let (was, becomes) = (read::<Option<Invoice>>(&e.from)?, read::<Option<Invoice>>(&e.to)?);
        let issued = was.as_ref().and_then(|was| was.number);
        if let Some(number) = issued.filter(|_| becomes.as_ref().is_none_or(|is| is.number != issued)) {
            let error = Error::refused(format!("invoice {number} is issued: it cannot be called back"));
            return Err(error.hint(format!("desk invoice credit {number}")));
        }
        if let (Some(was), Some(is)) = (&was, &becomes)
            && was.credited_by.is_some()
            && is.credited_by.is_none()
        {
            return Err(Error::refused(format!("invoice {} was taken back by a credit note", was.called()))
                .hint("make a new one: desk invoice CLIENT"));
        }
        self.regrouped |= matches!((&was, &becomes), (Some(was), Some(is)) if was.client != is.client);
        self.run(sql::INVOICE_ENTRIES_DROP, vals![e.id])?;
        self.run(sql::INVOICE_FEES_DROP, vals![e.id])?;
        let Some(i) = becomes else {
            return self.run(sql::INVOICE_DROP, vals![e.id]).map(drop);
        };
        let (first, last) = (i.first.to_string(), i.last.to_string());
        let (issued_on, due_on) = (i.issued_on.map(|d| d.to_string()), i.due_on.map(|d| d.to_string()));
        let (entries, fees) = (value(&i.entries).to_string(), value(&i.fees).to_string());
        let paper = value(&i.paper).to_string();
        self.run(
            sql::INVOICE_PUT,
            vals![
                i.id,
                i.client,
                i.number,
                i.credits,
                i.credited_by,
                &first,
                &last,
                &issued_on,
                &due_on,
                i.currency.code(),
                i.total,
                &i.note,
                &entries,
                &fees,
                &paper
            ],
        )?;
        if i.stands() { self.hold(&i) } else { Ok(()) }
    }

    /// The entries and fees of an invoice are on no other one.
    fn hold(&mut self, i: &Invoice) -> Result<()> {
        for entry in &i.entries {
            if self.run(sql::INVOICE_ENTRY_ADD, vals![*entry, i.id])? == 0 {
                let other = self.invoice_of_entry(*entry)?.unwrap_or(0);
                return Err(Error::refused(format!("t{entry} is on invoice {other} by now"))
                    .hint(format!("desk invoice show {other}")));
            }
        }
        for (contract, n) in &i.fees {
            if self.run(sql::INVOICE_FEE_ADD, vals![*contract, i64::from(*n), i.id])? == 0 {
                return Err(Error::refused("a fee of it is on another invoice by now").hint("desk invoice ls"));
            }
        }
        Ok(())
    }

    /// An entry on an issued invoice stays as the client was told; it may only go along with its ticket or its client.
    pub(super) fn may_change(&mut self, was: &Entry, becomes: Option<&Entry>) -> Result<()> {
        let moved = becomes.is_some_and(|is| Entry { ticket: was.ticket, client: was.client, ..is.clone() } == *was);
        self.regrouped |= becomes.is_some_and(|is| is.client != was.client);
        match self.invoice_of_entry(was.id)? {
            Some(number) if !moved => Err(on_invoice(was.id, number)),
            _ => Ok(()),
        }
    }
}

/// The error for an entry that cannot change any more.
#[must_use]
pub fn on_invoice(entry: i64, number: i64) -> Error {
    Error::refused(format!("t{entry} is on invoice {number}, which the client has")).hint(format!(
        "what is missing is a new entry: desk log … --corrects t{entry}; what is too much: desk invoice credit {number}"
    ))
}
