//! What the desk itself says about hours and money.

use super::Desk;
use crate::domain::billing::contract::KeptVersion;
use crate::domain::billing::currency::Currency;
use crate::domain::billing::rounding::Rounding;
use crate::domain::calendar::Calendar;
use crate::domain::time::Date;
use crate::error::{Error, Result};
use crate::settings::money::{self, Invoicing};
use serde_json::Value;
use std::collections::BTreeMap;

/// The terms of a contract for which working hours have to be known.
const FACTORS: [&str; 3] = ["off-hours", "weekend", "holiday"];

/// What the desk says about hours and money, where a contract or a client says nothing.
#[derive(Debug, Clone)]
pub struct House {
    /// How worked time is rounded.
    pub rounding: Rounding,
    /// What prices are in; none: nobody has said.
    pub currency: Option<Currency>,
    /// The language of what clients get.
    pub lang: String,
    /// Whose hours tell off-hours, weekends and holidays.
    pub calendar: Calendar,
    /// Of invoices.
    pub invoicing: Invoicing,
    /// Our own details; `name` is always there.
    pub details: BTreeMap<String, String>,
    /// Papers in the team's own words.
    pub templates: BTreeMap<String, String>,
    /// Today, in the desk's zone.
    pub today: Date,
}

impl Desk {
    /// What the desk says about hours and money.
    ///
    /// # Errors
    /// Where its calendar cannot be told, see [`Desk::calendar`].
    pub fn house(&mut self) -> Result<House> {
        let calendar = self.calendar(None)?;
        self.house_with(calendar)
    }

    /// As [`Desk::house`]; where no contract asks for working hours, they are round the clock.
    ///
    /// # Errors
    /// As [`Desk::house`], where a contract asks.
    pub fn house_for_hours(&mut self) -> Result<House> {
        let asks = |version: &KeptVersion| FACTORS.iter().any(|key| version.terms.contains_key(*key));
        if self.exists()? && self.read(|r| r.contracts(None))?.iter().any(|kept| kept.versions.iter().any(asks)) {
            return self.house();
        }
        let always = Calendar::always(self.zone()?);
        self.house_with(always.ok_or_else(|| Error::bug("round the clock has no working time"))?)
    }

    fn house_with(&mut self, calendar: Calendar) -> Result<House> {
        let currency = self.setting("currency")?.as_str().map(Currency::of).transpose()?;
        let mut details = texts(&self.setting("details")?);
        if !details.contains_key("name") {
            details.insert("name".to_owned(), self.setting("name")?.as_str().unwrap_or_default().to_owned());
        }
        Ok(House {
            rounding: money::rounding(&self.setting("hours")?),
            currency,
            lang: self.setting("lang")?.as_str().unwrap_or("en").to_owned(),
            calendar,
            invoicing: money::invoicing(&self.setting("invoice")?),
            details,
            templates: texts(&self.setting("templates")?),
            today: self.zone()?.date(self.now),
        })
    }
}

fn texts(table: &Value) -> BTreeMap<String, String> {
    let all = table.as_object().into_iter().flatten();
    all.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}
