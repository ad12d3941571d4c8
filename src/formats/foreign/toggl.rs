//! Toggl: the detailed report as CSV, a row for each stretch of work.

use super::facts::{billable, origin, ticket_in, worked};
use super::page::cell;
use super::shelf::Shelf;
use super::{Program, Sample};
use crate::domain::amount::Unit;
use crate::domain::incoming::{Incoming, IncomingTime, What};
use crate::domain::record::Record;

pub(super) const PROGRAM: Program = Program { word: "toggl", files: "the detailed report as CSV", looks, read };

fn looks(sample: &Sample<'_>) -> bool {
    let own = ["Email", "Description", "Project", "Billable", "Start date", "Start time", "Duration"];
    let old = sample.has(&["User", "End date", "End time"]);
    !sample.json && sample.has(&own) && (old || sample.has(&["Member", "Stop date", "Stop time"]))
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let lacks = |name: &str| format!("{name}: nothing stands there");
    let date = cell(record, "Start date").ok_or_else(|| lacks("Start date"))?;
    let day = shelf.dates.day(&date).map_err(|why| format!("Start date: {why}"))?;
    let duration = cell(record, "Duration").ok_or_else(|| lacks("Duration"))?;
    let Some(minutes) = worked("Duration", &duration, Unit::Hour)? else { return Ok(Vec::new()) };
    let name = cell(record, "User").or_else(|| cell(record, "Member"));
    let agent = cell(record, "Email").or(name);
    let start = cell(record, "Start time").unwrap_or_default();
    let who = agent.clone().unwrap_or_default();
    let task = cell(record, "Task");
    let text = cell(record, "Description");
    let ticket = text.iter().chain(&task).find_map(|text| ticket_in(text));
    let external = shelf.id_of_row(record, &[&who.to_lowercase(), &day.to_string(), &start, &duration]);
    let time = IncomingTime {
        external: Some(external),
        ticket: ticket.or_else(|| task.clone().filter(|task| task.bytes().all(|b| b.is_ascii_digit()))),
        client: cell(record, "Client"),
        agent,
        day,
        minutes,
        billable: billable("Billable", cell(record, "Billable"))?,
        text: text.or(task).or_else(|| cell(record, "Project")).unwrap_or_default(),
    };
    Ok(vec![Incoming { origin: origin(record), what: What::Time(time) }])
}
