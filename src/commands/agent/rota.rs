//! `desk agent rota`, `away` and `back`: who has duty when, and who is not there. The rule is in `domain::rota`; the turns
//! themselves are a shared setting.

use super::still_his;
use crate::actions;
use crate::actions::things as deeds;
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::domain::agent::same;
use crate::domain::period::Period;
use crate::domain::rota::{Days, Rota, joined, without};
use crate::domain::time::{Date, Moment, monday};
use crate::domain::when::{self, Lean};
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::formats::ics::write::{Event, calendar};
use crate::report::rota::{Page, page, why};
use crate::report::things;
use crate::settings;
use crate::store::Tx;
use serde_json::Value;

/// The word of the format that calendar programs read.
pub(super) const ICS: &str = "ics";
/// So many days are told where nothing is said.
const USUAL: i64 = 14;
/// More days are told at once by nobody.
const MOST: i64 = 1100;

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Whose turn it is stands in the shared settings: by weekday (rota.mon … rota.sun), or week by week (rota.weeks and rota.from). Who is
away is left out; where all whose turn it is are away, the next in order stands in.

Examples:
  desk agent rota                       # the next 14 days
  desk agent rota 30d                   # the next 30
  desk agent rota 2026-12
  desk agent rota 90d -o rota.ics       # for a calendar program; also --format ics
  desk config set rota.mon mila,oleg    # both on Mondays
  desk config set rota.limit 15         # desk assign … next gives nobody more

JSON: from to days[{day,weekday,duty[],away[],stands_in}] absences[{agent,first,last}] full[{agent,open,limit}]")]
pub(super) struct Duty {
    /// A period (2026-12, this-week), or how many days from today on (30d)
    #[arg(value_name = "PERIOD")]
    period: Vec<String>,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "He has no duty then, and desk assign … next gives him no tickets.

Examples:
  desk agent away mila 2026-12-01..2026-12-14
  desk agent away mila 2026-12-24,2026-12-31
  desk agent away me mon..fri")]
pub(super) struct Away {
    /// Who
    #[arg(value_name = "AGENT")]
    name: String,
    /// Days: 2026-12-24, 2026-12-01..2026-12-14, mon..fri
    #[arg(value_name = "DAYS", required = true)]
    days: Vec<String>,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without days, from today on to the end of this absence; later ones stay.

Examples:
  desk agent back mila
  desk agent back mila 2026-12-24         # that day is taken out of his absences")]
pub(super) struct Back {
    /// Who
    #[arg(value_name = "AGENT")]
    name: String,
    /// Days on which he is there after all
    #[arg(value_name = "DAYS")]
    days: Vec<String>,
}

impl Duty {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (now, zone) = (desk.now, desk.zone()?);
        let (first, last) = span(&self.period.join(" "), now, &zone)?;
        desk.read(|_| Ok(()))?;
        let rota = desk.rota()?;
        let days: Vec<Date> = first.iter_days().take_while(|day| *day <= last).collect();
        let file = desk.output.as_deref().is_some_and(|file| file.to_lowercase().ends_with(".ics"));
        if desk.format.as_deref() == Some(ICS) || (file && desk.format.is_none()) {
            let name = desk.setting("name")?;
            let name = format!("{} duty", name.as_str().unwrap_or("desk"));
            let uid = desk.read(|r| r.uid())?;
            return Ok(Answer::bytes(calendar(&name, now, &events(&rota, &days, &uid)).into_bytes()));
        }
        let team = desk.read(|r| r.agent_loads())?;
        let full = team.into_iter().filter(|(agent, _)| agent.active).filter_map(|(agent, open)| {
            let most = rota.limit_of(&agent.name).filter(|most| open >= *most)?;
            Some((agent.name, open, most))
        });
        let label = format!("{}, {}", Period::of(first, last, &zone).label(), zone.name());
        let (away, set) = (absences(&rota, first, last), rota.has_turns());
        let days = days.into_iter().map(|day| (day, rota.duty(day))).collect();
        Ok(Answer::from(page(&Page { days, away, full: full.collect(), label, set })).paged())
    }
}

/// The absences that these days meet, by their beginning.
fn absences(rota: &Rota, first: Date, last: Date) -> Vec<(String, Days)> {
    let all = rota.away.iter().flat_map(|(who, days)| days.iter().map(move |days| (who.clone(), *days)));
    let mut all: Vec<(String, Days)> = all.filter(|(_, days)| days.meets(Days { first, last })).collect();
    all.sort_by(|(a, one), (b, other)| one.cmp(other).then_with(|| a.cmp(b)));
    all
}

/// An event for everybody who has duty, for each day: so that a change of one day leaves the others as they are.
fn events(rota: &Rota, days: &[Date], uid: &str) -> Vec<Event> {
    let of_day = |day: &Date| {
        let duty = rota.duty(*day);
        let description = why(&duty);
        let event = |name: &String| Event {
            uid: format!("duty-{day}-{}@{uid}.frontdesk", name.to_lowercase()),
            first: *day,
            last: *day,
            summary: format!("duty: {name}"),
            description: description.clone(),
        };
        // A rota of an older program may name somebody twice: he has one duty on a day.
        let mut once: Vec<&String> = Vec::new();
        for name in &duty.on {
            if !once.iter().any(|known| same(known, name)) {
                once.push(name);
            }
        }
        once.into_iter().map(event).collect::<Vec<_>>()
    };
    days.iter().flat_map(of_day).collect()
}

/// The days that are meant: those of a period, or so many from today on.
fn span(text: &str, now: Moment, zone: &Zone) -> Result<(Date, Date)> {
    let today = zone.date(now);
    let ahead = |from: Date, days: i64| (from, from + chrono::Duration::days(days - 1));
    let said = text.trim().trim_start_matches("in:").to_lowercase();
    let (first, last) = match said.as_str() {
        "" => ahead(today, USUAL),
        "next-week" | "next week" => ahead(monday(today) + chrono::Duration::days(7), 7),
        said => match count(said) {
            Some(days) if (1..=MOST).contains(&days) => ahead(today, days),
            Some(days) => return Err(Error::usage(format!("{days} days cannot be told")).hint("desk agent rota 30d")),
            None => {
                let period = Period::parse(said, now, zone)?;
                (period.first, period.last)
            }
        },
    };
    if (last - first).num_days() >= MOST {
        return Err(Error::usage(format!("{text} has more than {MOST} days")).hint("desk agent rota 2026-12"));
    }
    Ok((first, last))
}

/// `30d`, `30 days`, `next 2 weeks`: how many days.
fn count(said: &str) -> Option<i64> {
    let said = said.strip_prefix("next ").unwrap_or(said).trim();
    let digits = said.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = said.split_at_checked(digits)?;
    let each = match unit.trim() {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(each)
}

/// Days as they are typed: `2026-12-24`, `2026-12-01..2026-12-14`, `mon..fri`, several with commas or blanks between them.
fn typed(words: &[String], now: Moment, zone: &Zone) -> Result<Vec<Days>> {
    let pieces = |texts: Vec<&str>| texts.into_iter().map(|text| one(text.trim(), now, zone)).collect::<Result<Vec<_>>>();
    let each = pieces(words.iter().flat_map(|word| word.split(',')).filter(|piece| !piece.trim().is_empty()).collect());
    // A day of several words: 1 dec..14 dec.
    each.or_else(|e| if words.len() > 1 { pieces(words.join(" ").split(',').collect()).map_err(|_| e) } else { Err(e) })
}

fn one(text: &str, now: Moment, zone: &Zone) -> Result<Days> {
    if text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-') {
        return Ok(Days::read(text)?);
    }
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let first = when::day(first, Lean::Future, now, zone)?;
    // The end lies ahead of the beginning: mon..fri is one week, whatever today is.
    let last = if text.contains("..") { when::day(last, Lean::Future, zone.start_of_day(first), zone)? } else { first };
    Ok(Days::read(&format!("{first}..{last}"))?)
}

fn said(days: &[Days]) -> String {
    days.iter().map(Days::to_string).collect::<Vec<_>>().join(", ")
}

/// What a change of somebody's absences came to.
struct Changed {
    name: String,
    /// His open tickets.
    open: i64,
    /// Days on which nobody is left for duty now.
    bare: Vec<Date>,
}

impl Away {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (now, zone) = (desk.now, desk.zone()?);
        let today = zone.date(now);
        let days = joined(&typed(&self.days, now, &zone)?);
        let written = desk.write(|tx| {
            let agent = deeds::member(tx, &self.name)?;
            let set = held(tx)?;
            let before = settings::rota::rota(&set)?;
            let old = before.absences(&agent.name);
            let new = joined(&old.iter().chain(&days).copied().collect::<Vec<_>>());
            if new == old {
                return Err(Error::refused(format!("{} is away then already", agent.name)).hint("desk agent rota"));
            }
            let after = put(tx, &set, &agent.name, &new)?;
            let open = tx.agent_loads()?.into_iter().find(|(a, _)| a.id == agent.id).map_or(0, |(_, open)| open);
            let meant = days.iter().flat_map(|days| days.first.iter_days().take_while(|day| *day <= days.last)).take(400);
            let bare = meant.filter(|day| !before.duty(*day).on.is_empty() && after.duty(*day).on.is_empty()).collect();
            Ok(Changed { name: agent.name, open, bare })
        })?;
        let Changed { name, open, bare } = written.value;
        let mut report = things::done(&[format!("{name} is away {}", said(&days))], written.operation);
        if !bare.is_empty() {
            let days: Vec<String> = bare.iter().map(Date::to_string).collect();
            report.notes.push(format!("nobody is left for duty on {}", days.join(", ")));
        }
        report.notes.extend(days.iter().any(|days| days.has(today)).then(|| still_his(&name, open)).flatten());
        Ok(report.into())
    }
}

impl Back {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (now, zone) = (desk.now, desk.zone()?);
        let today = zone.date(now);
        let wanted = if self.days.is_empty() { None } else { Some(joined(&typed(&self.days, now, &zone)?)) };
        let written = desk.write(|tx| {
            let agent = deeds::member(tx, &self.name)?;
            let set = held(tx)?;
            let rota = settings::rota::rota(&set)?;
            let old = rota.absences(&agent.name);
            let this = rota.absence(&agent.name, today).map(|days| Days { first: today, last: days.last });
            let gone = wanted.clone().unwrap_or_else(|| this.into_iter().collect());
            let new = gone.iter().fold(old.to_vec(), |left, gone| without(&left, *gone));
            if new == old {
                let when = if wanted.is_some() { "then" } else { "today" };
                let later: Vec<Days> = old.iter().filter(|days| days.last >= today).copied().collect();
                let hint = match later.first() {
                    Some(next) => format!("away {}: desk agent back {} {next}", said(&later), agent.name),
                    None => "desk agent rota".to_owned(),
                };
                return Err(Error::refused(format!("{} is not away {when}", agent.name)).hint(hint));
            }
            put(tx, &set, &agent.name, &new)?;
            Ok((agent.name, new.into_iter().filter(|days| days.last >= today).collect::<Vec<_>>()))
        })?;
        let (name, later) = written.value;
        let line = match (&wanted, later.is_empty()) {
            (Some(days), _) => format!("{name} is there {}", said(days)),
            (None, true) => format!("{name} is back"),
            (None, false) => format!("{name} is back; away again {}", said(&later)),
        };
        Ok(things::done(&[line], written.operation).into())
    }
}

/// The setting as it is.
fn held(tx: &mut Tx<'_>) -> Result<Value> {
    Ok(tx.settings()?.into_iter().find(|(key, _)| key == "rota").map(|(_, value)| value).unwrap_or_default())
}

/// Sets the absences of an agent: the rota as it is then.
fn put(tx: &mut Tx<'_>, set: &Value, name: &str, days: &[Days]) -> Result<Rota> {
    let wanted = settings::rota::with_absences(set, name, days);
    let rota = settings::rota::rota(&wanted)?;
    actions::settings::put(tx, &[("rota".to_owned(), wanted)])?;
    Ok(rota)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        Moment::parse_rfc3339("2026-11-20T12:00:00Z").unwrap()
    }

    #[test]
    fn the_days_of_a_rota_lie_ahead() {
        let days = |text: &str| span(text, now(), &Zone::utc()).map(|(a, b)| format!("{a} {b}"));
        for (text, wanted) in [
            ("", "2026-11-20 2026-12-03"),
            ("30d", "2026-11-20 2026-12-19"),
            ("next 3 days", "2026-11-20 2026-11-22"),
            ("2 weeks", "2026-11-20 2026-12-03"),
            ("next week", "2026-11-23 2026-11-29"),
            ("in:2026-12", "2026-12-01 2026-12-31"),
            ("this-week", "2026-11-16 2026-11-22"),
            ("2026-12-24", "2026-12-24 2026-12-24"),
        ] {
            assert_eq!(days(text).unwrap(), wanted, "{text}");
        }
        for text in ["0d", "9999d", "soon", "2020-01-01..2026-01-01", "99999999999999999999d"] {
            assert!(days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn absences_are_typed_as_dates_are() {
        let days = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            typed(&words, now(), &Zone::utc()).map(|days| said(&days))
        };
        assert_eq!(days(&["2026-12-01..2026-12-14", "2026-12-24"]).unwrap(), "2026-12-01..2026-12-14, 2026-12-24");
        assert_eq!(days(&["2026-12-24,2026-12-31"]).unwrap(), "2026-12-24, 2026-12-31");
        assert_eq!(days(&["mon..fri"]).unwrap(), "2026-11-23..2026-11-27");
        assert_eq!(days(&["today"]).unwrap(), "2026-11-20");
        assert!(days(&["2026-02-30"]).is_err() && days(&["2026-12-14..2026-12-01"]).is_err());
    }
}
