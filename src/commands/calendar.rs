//! `desk calendar`: arithmetic with working time, and what a calendar says.

use super::args::Answer;
use crate::desk::Desk;
use crate::domain::calendar::{Calendar, Lapse};
use crate::domain::period::Period;
use crate::domain::time::Moment;
use crate::domain::when::{Lean, when};
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::report::calendar::{self, Shown};
use chrono::Days;

/// Days that are shown at most: a year and the rest of its weeks.
const MOST_DAYS: i64 = 372;
/// Days ahead in which exceptions are looked for.
const AHEAD: u64 = 400;

/// Working time: how much lies between two times, when so much has passed, which hours there are
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "A calendar is a section of the shared settings: hours of each weekday in a zone, holidays,
days with hours of their own, and under them the production calendar of a country (ru).
Without --calendar it is the one that default_calendar names, the one called default, or the
only one; where none is set, every hour counts. Times are real elapsed time, also in a night
in which clocks are set.

Examples:
  desk calendar                                      # the hours, the next exceptions, this month
  desk calendar between \"fri 17:00\" now
  desk calendar after \"2026-11-20 17:00\" 4h
  desk calendar after now 3 days                     # the same time of day, three working days on
  desk config set calendar.office.mon 09:00-13:00,14:00-18:00
  desk config set calendar.office.holidays 2026-01-01..2026-01-08,05-09
  desk config set calendar.office.days.2026-11-07 09:00-16:00
  desk config set calendar.office.country ru
  desk config set calendar.office.ics holidays.ics   # read now, kept as days")]
pub struct CalendarWord {
    #[command(subcommand)]
    word: Option<Word>,
    #[command(flatten)]
    show: Show,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// Working time between two times
    Between(Between),
    /// When so much working time has passed
    After(After),
    /// The hours of a week, the next exceptions, a month
    Show(Show),
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A day without a time is meant from its beginning. Data: business_minutes, business_seconds.

Examples:
  desk calendar between 2026-11-20T14:00:00Z 2026-11-23T07:30:00Z
  desk calendar between \"2026-11-20 17:00\" \"2026-11-23 10:30\"
  desk calendar between 2026-11-01 2026-12-01 --calendar office --json")]
struct Between {
    /// From: "2026-11-20 17:00", "fri 17:00", yesterday, or RFC 3339
    #[arg(value_name = "FROM")]
    from: String,
    /// To; a time before FROM is taken as the next one of that name
    #[arg(value_name = "TO")]
    to: String,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "What ends exactly at closing time ends at closing time. Working days keep the time of
day, at most to that day's closing; what begins on a day off is due at closing. Data: at.

Examples:
  desk calendar after now 4h
  desk calendar after \"fri 17:00\" 1h30m
  desk calendar after 2026-11-20T14:00:00Z 90s --json
  desk calendar after \"2026-11-20 17:00\" 3 days --calendar office")]
struct After {
    /// From: "2026-11-20 17:00", "fri 17:00", now, or RFC 3339
    #[arg(value_name = "FROM")]
    from: String,
    /// 90s, 30m, 4h, 1h30m of working time, or working days: 3 days
    #[arg(required = true, value_name = "DUR")]
    length: Vec<String>,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk calendar show
  desk calendar show 2026-05
  desk calendar show in:2026 --calendar office
  desk calendar show --calendar office --json")]
struct Show {
    /// this-month, 2026-05, 2026-W19, 2026-05-01..2026-05-15; at most a year
    #[arg(value_name = "PERIOD")]
    period: Option<String>,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Clone, clap::Args)]
struct Which {
    /// A calendar of the settings; else that of the desk
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
}

impl CalendarWord {
    /// Counts, or shows.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.word {
            Some(Word::Between(between)) => between.run(desk),
            Some(Word::After(after)) => after.run(desk),
            Some(Word::Show(show)) => show.run(desk),
            None => self.show.run(desk),
        }
    }
}

impl Which {
    fn calendar(&self, desk: &mut Desk) -> Result<Calendar> {
        desk.read(|_| Ok(()))?;
        desk.calendar(self.calendar.as_deref())
    }
}

/// A time as it was typed; a day without one is its beginning.
fn instant(desk: &mut Desk, text: &str, lean: Lean, zone: &Zone) -> Result<Moment> {
    let read = when(text, lean, desk.now, zone)?;
    desk.notes.extend(read.note);
    Ok(if read.date_only { zone.start_of_day(zone.date(read.at)) } else { read.at })
}

impl Between {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let calendar = self.which.calendar(desk)?;
        let zone = desk.zone()?;
        let from = instant(desk, &self.from, Lean::Past, &zone)?;
        let mut to = instant(desk, &self.to, Lean::Past, &zone)?;
        if to < from {
            to = instant(desk, &self.to, Lean::Future, &zone)?;
        }
        if to < from {
            let shown = |at: Moment| zone.local(at).format("%Y-%m-%d %H:%M").to_string();
            return Err(Error::usage(format!("{} is before {}", shown(to), shown(from)))
                .hint("the earlier time comes first"));
        }
        Ok(calendar::between(&calendar, &zone, from, to).into())
    }
}

impl After {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let calendar = self.which.calendar(desk)?;
        let zone = desk.zone()?;
        let from = instant(desk, &self.from, Lean::Past, &zone)?;
        let lapse = Lapse::read(&self.length.join(" "))?;
        let at = calendar.end(from, lapse);
        if at == Moment::MAX {
            return Err(Error::refused(format!("{lapse} from there end after the year 9999")));
        }
        Ok(calendar::after(&calendar, &zone, from, lapse, at).into())
    }
}

impl Show {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let calendar = self.which.calendar(desk)?;
        let word = self.period.as_deref().map(|p| p.strip_prefix("in:").unwrap_or(p));
        let period = Period::parse(word.unwrap_or("this-month"), desk.now, calendar.zone())?;
        if period.days() > MOST_DAYS {
            return Err(Error::usage(format!("{} are more days than a year has", period.days()))
                .hint("desk calendar show 2026, or a month: 2026-05"));
        }
        let today = calendar.zone().date(desk.now);
        let ahead = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
        let exceptions = if word.is_some() { (period.first, period.last) } else { (today, ahead) };
        Ok(calendar::show(&Shown { calendar: &calendar, now: desk.now, period: &period, exceptions }).into())
    }
}
