//! Harvest: the detailed time report as CSV, a row for each person, day and task.

use super::facts::{billable, origin, ticket_in, worked};
use super::page::cell;
use super::shelf::Shelf;
use super::{Program, Sample};
use crate::domain::amount::Unit;
use crate::domain::incoming::{Incoming, IncomingTime, What};
use crate::domain::record::Record;

pub(super) const PROGRAM: Program = Program { word: "harvest", files: "the detailed time report as CSV", looks, read };

fn looks(sample: &Sample<'_>) -> bool {
    let own = ["Date", "Client", "Project", "Project Code", "Task", "Notes", "Hours", "Billable?"];
    !sample.json && sample.has(&own) && (sample.has(&["First Name", "Last Name"]) || sample.has(&["Invoiced?"]))
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let lacks = |name: &str| format!("{name}: nothing stands there");
    let date = cell(record, "Date").ok_or_else(|| lacks("Date"))?;
    let day = shelf.dates.day(&date).map_err(|why| format!("Date: {why}"))?;
    let hours = cell(record, "Hours").ok_or_else(|| lacks("Hours"))?;
    let Some(minutes) = worked("Hours", &hours, Unit::Hour)? else { return Ok(Vec::new()) };
    let [client, project, task, notes, first, last] =
        ["Client", "Project", "Task", "Notes", "First Name", "Last Name"].map(|name| cell(record, name));
    let name: Vec<&str> = [&first, &last].into_iter().flatten().map(String::as_str).collect();
    let agent = cell(record, "Email").or_else(|| (!name.is_empty()).then(|| name.join(" ")));
    let (day_text, minutes_text) = (day.to_string(), minutes.to_string());
    let columns = [&client, &project, &task, &notes, &first, &last].map(|text| text.as_deref().unwrap_or_default());
    let told: Vec<&str> = [day_text.as_str(), minutes_text.as_str()].into_iter().chain(columns).collect();
    let external = shelf.id_of_row(record, &told);
    let ticket = notes.iter().chain(&task).find_map(|text| ticket_in(text));
    let time = IncomingTime {
        external: Some(external),
        ticket,
        client,
        agent,
        day,
        minutes,
        billable: billable("Billable?", cell(record, "Billable?"))?,
        text: notes.or(task).or(project).unwrap_or_default(),
    };
    Ok(vec![Incoming { origin: origin(record), what: What::Time(time) }])
}
