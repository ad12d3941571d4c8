//! `desk sla simulate`: past tickets under other promises. Nothing is written.

use super::super::args::Answer;
use super::super::chosen::{Chosen, unfinished};
use crate::desk::Desk;
use crate::domain::period::Period;
use crate::domain::sla::{Policy, attainment};
use crate::error::{Error, Kind, Result};
use crate::report::sla::kept::{Simulated, promised, simulated};
use crate::settings::{self, LARGEST};

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "FILE holds sections [[sla]] alone, as desk config apply takes them; calendars are those of the desk.
Without in:PERIOD, the last 4 complete weeks. A promise belongs to the period in which it was due.

Examples:
  desk sla simulate faster.toml
  desk sla simulate faster.toml in:last-month client:acme
  printf '[[sla]]\\nname = \"all\"\\nfirst_response = \"4h\"\\n' | desk sla simulate -")]
pub(super) struct Simulate {
    /// A TOML file with [[sla]], - for standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

impl Simulate {
    pub(super) fn run(self, desk: &mut Desk) -> Result<Answer> {
        let (now, zone) = (desk.now, desk.zone()?);
        let others = policies(desk, &self.file)?;
        let others = desk.promises_of(others)?;
        let today = desk.promises()?;
        let chosen = Chosen::read(desk, &self.query, now)?;
        let period = chosen.period.unwrap_or_else(|| Period::last_weeks(4, now, &zone));
        desk.store_of_existing()?.prepare_for_bulk()?;
        let from = others.reach(period.from).min(today.reach(period.from));
        let cases = desk.read(|r| {
            let mut cases = r.cases(from, period.to.min(now.plus(1)))?;
            cases.retain(|case| chosen.has(case.number));
            r.complete(&mut cases)?;
            Ok(cases)
        })?;
        let span = (period.from, period.to);
        let mut report = simulated(&Simulated {
            label: chosen.label(&period),
            days: (period.first, period.last),
            policies: others.policies(),
            then: attainment(&cases, span, now, &|case, at| others.to(case, at)),
            kinds_now: promised(today.policies()),
            now: attainment(&cases, span, now, &|case, at| today.to(case, at)),
        });
        report.notes.extend(unfinished(&period, now, &zone));
        Ok(report.into())
    }
}

/// The policies of a file, checked as if they were to be set.
fn policies(desk: &mut Desk, file: &str) -> Result<Vec<Policy>> {
    let bytes = if file == "-" {
        desk.host.input("the promises")?
    } else {
        let failed = |e: std::io::Error| {
            let missing = e.kind() == std::io::ErrorKind::NotFound;
            let error = Error::from(e).doing(format!("reading {file}"));
            if missing { Error { kind: Kind::Missing, ..error } } else { error }
        };
        if std::fs::metadata(file).map_err(failed)?.len() > LARGEST {
            return Err(Error::usage(format!("{file}:1:1: promises of more than 1 MiB are none")));
        }
        std::fs::read(file).map_err(failed)?
    };
    let name = if file == "-" { "standard input" } else { file };
    let text = String::from_utf8(bytes).map_err(|_| Error::usage(format!("{name}: this is not UTF-8 text")))?;
    let wanted = settings::read_shared(&text, name, &|zone| desk.host.zone(zone).is_some())?;
    if let Some((other, _)) = wanted.iter().find(|(key, _)| key != "sla") {
        return Err(Error::usage(format!("{name}: {other} is no promise"))
            .hint("keep sections [[sla]] alone; calendars are those of the desk"));
    }
    let set = ["calendar", "default_calendar"].map(|key| desk.setting(key).map(|value| (key.to_owned(), value)));
    let set: Vec<_> = set.into_iter().collect::<Result<_>>()?;
    settings::agree(&text, name, &set, &wanted)?;
    let list = wanted.into_iter().next().map(|(_, list)| list);
    let list = list.ok_or_else(|| Error::usage(format!("{name}: there is no [[sla]] in it")).hint("desk sla simulate -h"))?;
    settings::sla::policies(&list)
}
