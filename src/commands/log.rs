//! `desk log`: worked time as a new entry.

use super::args::{self, Answer};
use super::time::entry_number;
use crate::actions::echo::Echo;
use crate::actions::hours::{self, Work};
use crate::actions::{people, worth};
use crate::desk::Desk;
use crate::domain::billing::duration;
use crate::domain::entry::activity;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::when::{self, Lean};
use crate::error::{Error, Result};
use crate::report::{Report, time};
use crate::store::list::no_client;

/// Log worked time on a ticket or for a client
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Durations: 45m  1h30m  1h30  1.5h  1:30  1,5ч  2ч 30мин

Examples:
  desk log 42 25m cannot log in: cache cleared
  desk log . 1:30                          # on the ticket you changed last
  desk log acme 2h monthly report --on yesterday
  desk log 42 1,5ч звонок --on пт
  desk log 42 10m goodwill --free          # worked, never billed
  desk log acme 2h --from 21:30            # when it began: nights may count more
  desk log acme 1h --activity call --contract care
  desk log 42 20m forgot the test --corrects t17   # t17 is on an invoice

What happened to a ticket: desk history 42. What was logged: desk time

JSON: operation entries[{id day … actual_minutes billed_minutes covered_minutes overage_minutes amount
pool{contract left_minutes of_minutes left of}}]")]
pub struct Log {
    /// A ticket (42 · . · okdesk:1834) or a client (its handle, name or domain)
    #[arg(value_name = "ID|CLIENT")]
    target: Option<String>,
    /// How long, and what was done
    #[arg(value_name = "DUR [TEXT]")]
    words: Vec<String>,
    /// When it was worked: yesterday, fri, 20.11, 2026-11-20 (today)
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// When it began: 21:30
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Given away: it is not billed
    #[arg(long)]
    free: bool,
    /// What sort of work it was, in a word of your own
    #[arg(long, value_name = "WORD")]
    activity: Option<String>,
    /// The contract of the client that it belongs to
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
    /// The invoiced entry that it puts right
    #[arg(long, value_name = "tID")]
    corrects: Option<String>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Log {
    /// Logs.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (target, minutes, text) = self.read()?;
        hours::within_a_day(desk.yes, Some(minutes))?;
        let home = Home::of(desk, &target)?;
        let (day, began) = self.worked_on(desk)?;
        let activity = self.activity.as_deref().map(activity_of).transpose()?;
        let corrects = self.corrects.as_deref().map(entry_number).transpose()?;
        let house = desk.house_for_hours().ok();
        let (billable, yes, zone) = (!self.free, desk.yes, desk.zone()?);
        let written = desk.write(|tx| {
            let (ticket, client) = match &home {
                Home::Ticket(id) => {
                    let ticket = hours::ticket(tx, *id)?;
                    (Some(ticket.id), ticket.client)
                }
                Home::Client(word) => (None, Some(people::client(tx, word)?.id)),
            };
            let named = self.contract.as_deref();
            let contract = named.map(|word| worth::contract_called(tx, client, word)).transpose()?;
            let corrects = corrects.map(|id| worth::corrected(tx, client, id)).transpose()?;
            let (activity, text) = (activity.clone(), text.clone());
            let more = Work { billable, activity, began, contract, corrects, ..Work::of(day, minutes) };
            let work = Work { ticket, client, text, ..more };
            let entries = match began {
                Some(from) => hours::log_stretch(tx, &work, (from, from.plus(minutes.saturating_mul(60))), &zone)?,
                None => vec![hours::log(tx, &work)?],
            };
            hours::no_day_over(tx, yes, &entries)?;
            let ids: Vec<i64> = entries.iter().map(|entry| entry.id).collect();
            Echo::of(tx, house.as_ref(), &ids)
        })?;
        Ok(said("", written.value, written.operation).into())
    }

    /// The worked day, and when it began.
    fn worked_on(&self, desk: &mut Desk) -> Result<(Date, Option<Moment>)> {
        let day = self.on.as_deref().map(|text| past_day(desk, text)).transpose()?;
        let began = self.from.as_deref().map(|text| beginning(desk, day, text)).transpose()?;
        let zone = desk.zone()?;
        Ok((day.unwrap_or_else(|| zone.date(began.unwrap_or(desk.now))), began))
    }

    /// The target, the minutes and the text; where one is missing, how to write it.
    fn read(&self) -> Result<(String, Minutes, String)> {
        let Some(target) = self.target.as_deref() else {
            return Err(Error::usage("whose time, and how long?")
                .hint("desk log 42 25m what you did; what happened on the desk: desk history"));
        };
        let Some(first) = self.words.first() else {
            if duration::worked(target).is_ok() {
                return Err(Error::usage("which ticket or client was it for?").hint(format!("desk log 42 {target}")));
            }
            return Err(Error::usage("how long did it take?")
                .hint(format!("desk log {target} 25m what you did; what happened there: desk history {target}")));
        };
        match leading_duration(&self.words) {
            Ok((minutes, rest)) => {
                let words: Vec<&str> = rest.iter().chain(&self.rest).map(String::as_str).collect();
                Ok((target.to_owned(), minutes, words.join(" ")))
            }
            Err(_) if duration::worked(target).is_ok() => {
                Err(Error::usage("the ticket or client comes first").hint(format!("desk log {first} {target}")))
            }
            Err(no) => Err(no.into()),
        }
    }
}

/// The duration that words begin with, `2ч 30мин` too, and the words after it. A number alone never ends it: `1h 5 calls`.
pub(super) fn leading_duration(words: &[String]) -> std::result::Result<(Minutes, &[String]), Refusal> {
    let whole = |n: usize| {
        let (said, rest) = words.split_at_checked(n)?;
        let unit = n == 1 || said.last().is_some_and(|w| w.chars().any(char::is_alphabetic));
        duration::worked(&said.join(" ")).ok().filter(|_| unit).map(|minutes| (minutes, rest))
    };
    match (1..=4).rev().find_map(whole) {
        Some(read) => Ok(read),
        None => duration::worked(words.first().map_or("", String::as_str)).map(|minutes| (minutes, words)),
    }
}

/// What time is logged on.
enum Home {
    Ticket(i64),
    /// As it was typed: looked up once more when it is written.
    Client(String),
}

impl Home {
    fn of(desk: &mut Desk, word: &str) -> Result<Home> {
        let number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || ",-".contains(c));
        if number || word == "." || word.starts_with('#') || word.contains(':') {
            return Ok(Home::Ticket(args::ticket(desk, word)?.id));
        }
        desk.read(|r| match r.client_called(word)? {
            Some(_) => Ok(Home::Client(word.to_owned())),
            None => Err(no_client(word, &r.client_handles()?)),
        })
    }
}

/// What became of entries, as a report: each entry in a line after `deed`.
pub(super) fn said(deed: &str, echo: Echo, operation: Option<i64>) -> Report {
    let lines: Vec<String> = echo.entries.iter().flat_map(|w| time::told(deed, w)).collect();
    let mut report = time::done(&lines, &echo.entries, operation);
    report.notes.extend(echo.notes);
    report
}

/// When work began: a time on `day`, else the last time that clocks showed it. It is never still to come.
pub(super) fn beginning(desk: &mut Desk, day: Option<Date>, text: &str) -> Result<Moment> {
    const FORM: &str = "a time of day is wanted: --from 21:30, and the day by --on";
    let zone = desk.zone()?;
    let phrase = day.map_or_else(|| text.to_owned(), |day| format!("{day} {text}"));
    let said = when::when(&phrase, Lean::Past, desk.now, &zone)
        .map_err(|_| Error::usage(format!("cannot read {text:?} as a time")).hint(FORM))?;
    if said.date_only {
        return Err(Error::usage(format!("{text:?} has no time of day")).hint(FORM));
    }
    if said.at > desk.now {
        let at = zone.local(said.at).format("%Y-%m-%d %H:%M");
        return Err(Error::usage(format!("{at} has not come yet")).hint("--from 21:30 --on yesterday"));
    }
    desk.notes.extend(said.note);
    Ok(said.at)
}

/// A sort of work.
pub(super) fn activity_of(text: &str) -> Result<String> {
    let word = activity(text);
    word.ok_or_else(|| Error::usage(format!("{text:?} is no activity")).hint("one word: call, support, deep-work"))
}

/// The day that a word means, none that is still to come.
pub(super) fn past_day(desk: &mut Desk, text: &str) -> Result<Date> {
    let zone = desk.zone()?;
    let day = when::day(text, Lean::Past, desk.now, &zone)?;
    if day > zone.date(desk.now) {
        let why = format!("{day} has not come yet");
        return Err(Refusal::Impossible {
            text: text.to_owned(),
            why,
            hint: "--on yesterday, --on 2026-11-20".to_owned(),
        }
        .into());
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(Minutes, String)> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        leading_duration(&words).ok().map(|(minutes, rest)| (minutes, rest.join(" ")))
    }

    #[test]
    fn a_duration_of_several_words_is_read_before_the_text() {
        let of = |minutes: Minutes, text: &str| Some((minutes, text.to_owned()));
        assert_eq!(read("25m"), of(25, ""));
        assert_eq!(read("2ч 30мин звонок в банк"), of(150, "звонок в банк"));
        assert_eq!(read("2 ч 15 м звонок"), of(135, "звонок"));
        assert_eq!(read("45 минут"), of(45, ""));
        assert_eq!(read("1,5ч 1:30 на кассе"), of(90, "1:30 на кассе"));
    }

    #[test]
    fn a_number_that_begins_the_text_is_text() {
        assert_eq!(read("1h 5 calls"), Some((60, "5 calls".to_owned())));
        assert_eq!(read("45 30m"), None);
        assert_eq!(read("45 calls"), None);
    }
}
