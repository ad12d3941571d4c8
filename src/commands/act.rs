//! `desk act`: that the work of an invoice was done and taken.

use super::args::Answer;
use super::statement;
use crate::actions::{invoice, papers};
use crate::desk::Desk;
use crate::error::{Error, Result};

/// The act of an issued invoice: the work was done and is taken
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Both sides sign it; Russian bookkeeping wants one beside each invoice. It has the lines of the invoice.

Examples:
  desk act 7
  desk act 7 --format html -o act-7.html     # print it from a browser")]
pub struct Act {
    /// The invoice: 7
    #[arg(value_name = "N")]
    number: String,
}

impl Act {
    /// Writes it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let house = desk.house()?;
        let (invoice, client) = desk.read(|r| {
            let invoice = invoice::called(r, &self.number, &house.invoicing.prefix)?;
            let client = r.client(invoice.client)?.ok_or_else(|| Error::bug("an invoice of nobody"))?;
            Ok((invoice, client))
        })?;
        let called = invoice.called();
        let Some(paper) = invoice.paper.as_deref().filter(|_| invoice.stands()) else {
            let (why, hint) = match (invoice.number, invoice.credits) {
                (None, _) => ("is a draft", format!("desk invoice issue {called}")),
                (_, Some(_)) => ("is a credit note", "desk invoice ls".to_owned()),
                _ => ("was taken back", "desk invoice ls".to_owned()),
            };
            return Err(Error::refused(format!("{called} {why}: there is nothing to take")).hint(hint));
        };
        Ok(statement::answer(papers::act(paper), &client, None, &house))
    }
}
