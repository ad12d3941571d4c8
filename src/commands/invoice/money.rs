//! `desk invoice paid`, `desk invoice payments`: money that came in.

use super::super::args::Answer;
use super::{day, found};
use crate::actions::{invoice, papers, people};
use crate::desk::Desk;
use crate::domain::billing::invoice::Payment;
use crate::domain::billing::money::Money;
use crate::domain::client::Client;
use crate::domain::when::Lean;
use crate::error::{Error, Result};
use crate::report;

/// Note money that came in
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without an amount it is all that is open. Money that no invoice asked for is noted for the client: it is on account.
Money that goes back is written below zero, after --.

Examples:
  desk invoice paid 7
  desk invoice paid 7 20000 --on 2026-11-15 -m \"first half\"
  desk invoice paid acme 50000             # on account
  desk invoice paid acme -- -1500          # back to him")]
pub(super) struct Paid {
    /// An invoice, or a client: on account
    #[arg(value_name = "N|CLIENT")]
    what: String,
    /// How much
    #[arg(value_name = "AMOUNT")]
    amount: Vec<String>,
    /// When it came (today)
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// What else is worth knowing
    #[arg(short = 'm', long, value_name = "TEXT")]
    text: Option<String>,
}

impl Paid {
    /// Notes it.
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let house = desk.house()?;
        let on = self.on.as_deref().map(|text| day(desk, text, Lean::Past)).transpose()?.unwrap_or(house.today);
        if on > house.today {
            return Err(Error::usage(format!("{on} has not come yet")).hint("money is noted when it is there: --on 2026-11-20"));
        }
        let amount = self.amount.join(" ");
        let text = self.text.unwrap_or_default();
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let bare = self.what.trim_start_matches(['#', '№']);
        let printed = bare.strip_prefix(&house.invoicing.prefix).or_else(|| bare.strip_prefix('d')).is_some_and(digits);
        let written = desk.write(|tx| {
            // A number is an invoice's, whatever clients are called; 1c.ru is no number.
            if !digits(bare) && (!printed || tx.client_of_handle(&self.what)?.is_some()) {
                let client = people::client(tx, &self.what)?;
                let usual = tx.invoices(Some(client.id))?.last().map(|i| i.currency).or(house.currency);
                let usual = usual.ok_or_else(|| {
                    Error::usage("in which currency?").hint("name it: 50000 RUB, or: desk config set currency RUB")
                })?;
                if amount.is_empty() {
                    return Err(Error::usage("how much came in?").hint(format!("desk invoice paid {} 50000", client.handle)));
                }
                let payment = invoice::pay(tx, client.id, None, on, Money::parse(&amount, usual)?, &text)?;
                return Ok((client, payment, None));
            }
            let (kept, client) = found(tx, &self.what, &house)?;
            if !kept.stands() {
                return Err(Error::refused(format!("{} is no invoice that stands", kept.called())).hint("desk invoice ls"));
            }
            let open = papers::open_of(tx, &kept)?;
            let money = if amount.is_empty() { open } else { Money::parse(&amount, kept.currency)? };
            if money.currency != kept.currency {
                return Err(Error::refused(format!("invoice {} is in {}", kept.called(), kept.currency))
                    .hint(format!("what came in for it, in {}; or on account: desk invoice paid {} {amount}", kept.currency, client.handle)));
            }
            if amount.is_empty() && open.minor <= 0 {
                return Err(Error::refused(format!("invoice {} is paid", kept.called())).hint("desk invoice payments"));
            }
            let payment = invoice::pay(tx, client.id, Some(kept.id), on, money, &text)?;
            let left = papers::open_of(tx, &kept)?;
            Ok((client, payment, Some((kept, left))))
        })?;
        let (client, payment, of) = &written.value;
        let line = match of {
            None => format!("{} from {} on {}, on account", payment.money.told(), client.handle, payment.day),
            Some((kept, left)) => {
                let after = match left.minor {
                    0 => "it is paid".to_owned(),
                    below if below < 0 => format!("{} too much: on account", Money::of(-below, left.currency).told()),
                    _ => format!("{} open", left.told()),
                };
                format!("{} for invoice {} of {} on {}: {after}", payment.money.told(), kept.called(), client.handle, payment.day)
            }
        };
        let number = of.as_ref().and_then(|(kept, _)| kept.number);
        Ok(report::invoice::paid(&line, payment, client, number, written.operation).into())
    }
}

/// Payments by day.
pub(super) fn payments(desk: &mut Desk, client: Option<&str>) -> Result<Answer> {
    let rows = desk.read(|r| {
        let client = client.map(|word| people::client(r, word)).transpose()?;
        let mut rows: Vec<(Payment, Client, Option<i64>)> = Vec::new();
        for payment in r.payments(client.as_ref().map(|c| c.id))? {
            let Some(whose) = r.client(payment.client)? else { continue };
            let number = match payment.invoice {
                Some(id) => r.invoice(id)?.and_then(|i| i.number),
                None => None,
            };
            rows.push((payment, whose, number));
        }
        Ok(rows)
    })?;
    Ok(Answer::from(report::invoice::payments(&rows)).paged())
}
