//! A record and its mapping become what comes in. What cannot be read is named by its column.

use super::cells::{Cells, columns};
use super::dates::{Dates, Stamp, short};
use super::fields::Kind;
use super::values::{spent, unit_in, yes_of};
use super::{From, Mapping};
use crate::domain::amount::Unit;
use crate::domain::contact::{PointKind, is_address, read_person};
use crate::domain::incoming::{
    Incoming, IncomingClient, IncomingMessage, IncomingPerson, IncomingTicket, IncomingTime, Origin, Way, What,
};
use crate::domain::record::Record;
use crate::domain::time::Minutes;

impl Mapping {
    /// What comes in with a record. Statuses, priorities and names stay as they are written; see
    /// [`super::status_of`] and [`super::priority_of`].
    ///
    /// # Errors
    /// `Column: why` for a value that cannot be read, or for what the record lacks.
    pub fn apply(&self, record: &Record, dates: &Dates) -> Result<Incoming, String> {
        let values = Values::new(self, record, dates);
        let what = match self.kind {
            Kind::Tickets => What::Ticket(Box::new(ticket(&values)?)),
            Kind::Clients => What::Client(client(&values)?),
            Kind::Contacts => What::Contact(contact(&values)?),
            Kind::Time => What::Time(time(&values)?),
        };
        Ok(Incoming { origin: Origin { place: record.place.clone(), raw: record.raw.clone() }, what })
    }
}

/// The values of a record by the fields they go to.
struct Values<'a> {
    found: Vec<Value>,
    /// The columns that have nothing in them, by the fields they go to.
    empty: Vec<(&'static str, String)>,
    dates: &'a Dates,
}

struct Value {
    field: &'static str,
    /// What messages call it: the column, or the word of the mapping.
    column: String,
    unit: Option<Unit>,
    texts: Vec<String>,
}

impl<'a> Values<'a> {
    fn new(mapping: &Mapping, record: &Record, dates: &'a Dates) -> Values<'a> {
        let cells = Cells::new(record);
        let mut found: Vec<Value> = Vec::new();
        for way in &mapping.said {
            let (column, texts) = way.value(&cells);
            let named = if let From::Column(name) = &way.from { unit_in(name) } else { None };
            found.push(Value { field: way.field.name, unit: way.unit.or(named), column, texts });
        }
        let own;
        let guessed = match &mapping.table {
            Some(table) => table,
            None => {
                own = mapping.guessed(&columns(record));
                &own
            }
        };
        for (column, field) in guessed {
            let texts = cells.get(column);
            found.push(Value { field: field.name, unit: unit_in(column), column: column.clone(), texts });
        }
        let (found, empty): (Vec<Value>, Vec<Value>) = found.into_iter().partition(|value| !value.texts.is_empty());
        let empty = empty.into_iter().map(|value| (value.field, value.column)).collect();
        Values { found, empty, dates }
    }

    /// The value of a field; several texts are one, with commas.
    fn text(&self, field: &str) -> Option<String> {
        let value = self.found.iter().find(|value| value.field == field)?;
        let text = value.texts.join(", ").trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// The value of a field that is no text of its own: a dash or NULL stands for nothing.
    fn word(&self, field: &str) -> Option<(&Value, String)> {
        let text = self.text(field)?;
        let value = self.found.iter().find(|value| value.field == field)?;
        (!is_nothing(&text)).then_some((value, text))
    }

    fn plain(&self, field: &str) -> Option<String> {
        self.word(field).map(|(_, text)| text)
    }

    /// The id or number, without `#`.
    fn external(&self) -> Option<String> {
        self.plain("number").map(|id| id.trim_start_matches(['#', '№']).trim().to_owned()).filter(|id| !id.is_empty())
    }

    /// The parts of all values of a field, cut where `cut` says; a list of JSON is cut already.
    fn parts(&self, field: &str, cut: fn(&str) -> Vec<&str>) -> Vec<(&str, String)> {
        let mut parts: Vec<(&str, String)> = Vec::new();
        for value in self.found.iter().filter(|value| value.field == field) {
            let list = value.texts.len() > 1;
            for text in &value.texts {
                let cut = if list { vec![text.as_str()] } else { cut(text) };
                let words = cut.into_iter().map(str::trim).filter(|part| !part.is_empty() && !is_nothing(part));
                for word in words {
                    if !parts.iter().any(|(_, known)| known == word) {
                        parts.push((&value.column, word.to_owned()));
                    }
                }
            }
        }
        parts
    }

    fn list(&self, field: &str, cut: fn(&str) -> Vec<&str>) -> Vec<String> {
        self.parts(field, cut).into_iter().map(|(_, part)| part).collect()
    }

    fn stamp(&self, field: &str) -> Result<Option<Stamp>, String> {
        let Some((value, text)) = self.word(field) else { return Ok(None) };
        self.dates.stamp(&text).map(Some).map_err(|why| format!("{}: {why}", value.column))
    }

    fn minutes(&self) -> Result<Option<Minutes>, String> {
        let Some((value, text)) = self.word("minutes") else { return Ok(None) };
        let said = |why: String| format!("{}: {}", value.column, why.replace("COLUMN", &value.column));
        spent(&text, value.unit).map(Some).map_err(said)
    }

    /// The addresses of a field; `Anna <anna@acme.test>` gives the address.
    fn addresses(&self, field: &str) -> Result<Vec<String>, String> {
        let read = |(column, text): (&str, String)| match read_person(&text).1 {
            Some(point) if point.kind == PointKind::Email => Ok(point.value),
            _ => Err(format!("{column}: \"{}\" is no address", short(&text))),
        };
        self.parts(field, between).into_iter().map(read).collect()
    }

    fn missing(&self, field: &str) -> String {
        let found = self.found.iter().find(|value| value.field == field).map(|value| &value.column);
        let empty = || self.empty.iter().find(|(name, _)| *name == field).map(|(_, column)| column);
        match found.or_else(empty) {
            Some(column) => format!("{column}: nothing in it"),
            None => format!("{field}: nothing in it, or no column goes there; say which one: --map COLUMN={field}"),
        }
    }
}

fn ticket(values: &Values<'_>) -> Result<IncomingTicket, String> {
    let opened = values.stamp("opened_at")?.map(|stamp| stamp.at);
    // A day alone begins with its first instant, which may be before the ticket was opened.
    let later = |stamp: Stamp| if stamp.date_only { stamp.at.max(opened.unwrap_or(stamp.at)) } else { stamp.at };
    let due = |stamp: Stamp| if stamp.date_only { values.dates.end_of_day(stamp.at) } else { stamp.at };
    let requester = requester(values)?;
    let body = values.text("body");
    let subject = values.text("subject").or_else(|| body.as_deref().and_then(first_line));
    let external = values.external();
    if subject.is_none() && external.is_none() {
        return Err(values.missing("subject"));
    }
    let message = |way, author: Option<IncomingPerson>, text| IncomingMessage {
        external: None,
        way,
        author,
        at: opened,
        text,
        files: Vec::new(),
    };
    let asked = body.map(|text| message(Way::In, requester.clone(), text));
    let note = values.text("note").map(|text| message(Way::Note, None, text));
    Ok(IncomingTicket {
        external,
        subject: subject.unwrap_or_default(),
        status: values.plain("status"),
        priority: values.plain("priority"),
        assignee: values.plain("assignee"),
        client: values.plain("client"),
        tags: values.list("tags", tags),
        channel: values.plain("channel"),
        opened_at: opened,
        updated_at: values.stamp("updated_at")?.map(later),
        closed_at: values.stamp("closed_at")?.map(later),
        due_at: values.stamp("due_at")?.map(due),
        outbound: false,
        messages: asked.into_iter().chain(note).collect(),
        minutes: values.minutes()?.filter(|minutes| *minutes > 0),
        url: values.plain("url"),
        ratings: Vec::new(),
        links: Vec::new(),
        merged_into: None,
        requester,
    })
}

/// Who asked, out of all columns that tell something of him.
fn requester(values: &Values<'_>) -> Result<Option<IncomingPerson>, String> {
    let mut person = IncomingPerson::default();
    if let Some(text) = values.plain("requester") {
        let (name, point) = read_person(&text);
        person.name = name;
        match point {
            Some(point) if point.kind == PointKind::Email => person.emails.push(point.value),
            Some(point) if point.kind == PointKind::Phone => person.phones.push(point.value),
            Some(point) => person.handles.push(point.value),
            None => {}
        }
    }
    if let Some(name) = values.plain("requester_name") {
        person.name = name;
    }
    add(&mut person.emails, values.addresses("requester_email")?);
    add(&mut person.phones, values.list("requester_phone", between));
    Ok((person != IncomingPerson::default()).then_some(person))
}

fn contact(values: &Values<'_>) -> Result<IncomingPerson, String> {
    let parts = [values.plain("first_name"), values.plain("last_name")];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let (name, point) = read_person(&values.plain("name").unwrap_or(joined));
    let mut emails: Vec<String> = point.into_iter().filter(|p| is_address(&p.value)).map(|p| p.value).collect();
    add(&mut emails, values.addresses("emails")?);
    let person = IncomingPerson {
        external: values.external(),
        name,
        emails,
        phones: values.list("phones", between),
        handles: values.list("handles", blanks),
        client: values.plain("client"),
        agent: false,
    };
    let reachable = !person.emails.is_empty() || !person.phones.is_empty() || !person.handles.is_empty();
    if person.name.is_empty() && !reachable { Err(values.missing("name")) } else { Ok(person) }
}

fn client(values: &Values<'_>) -> Result<IncomingClient, String> {
    let handle = values.plain("handle");
    let Some(name) = values.plain("name").or_else(|| handle.clone()) else { return Err(values.missing("name")) };
    Ok(IncomingClient {
        external: values.external(),
        handle,
        name,
        domains: values.list("domains", blanks),
        lang: values.plain("lang"),
        plan: values.plain("plan"),
        note: values.text("note").unwrap_or_default(),
    })
}

fn time(values: &Values<'_>) -> Result<IncomingTime, String> {
    let Some((value, text)) = values.word("day") else { return Err(values.missing("day")) };
    let day = values.dates.day(&text).map_err(|why| format!("{}: {why}", value.column))?;
    let minutes = values.minutes()?.ok_or_else(|| values.missing("minutes"))?;
    if minutes < 1 {
        let column = values.word("minutes").map_or_else(String::new, |(value, _)| value.column.clone());
        return Err(format!("{column}: it comes to no minute"));
    }
    let billable = match values.word("billable") {
        None => None,
        Some((value, text)) => {
            let said = || format!("{}: \"{}\" is neither yes nor no", value.column, short(&text));
            Some(yes_of(&text).ok_or_else(said)?)
        }
    };
    Ok(IncomingTime {
        external: values.external(),
        ticket: values.plain("ticket").map(|ticket| ticket.trim_start_matches(['#', '№']).to_owned()),
        client: values.plain("client"),
        agent: values.plain("agent"),
        day,
        minutes,
        billable,
        text: values.text("text").unwrap_or_default(),
    })
}

fn add(to: &mut Vec<String>, more: Vec<String>) {
    for text in more {
        if !to.contains(&text) {
            to.push(text);
        }
    }
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "-" | "–" | "—" | "NULL" | "null" | "\\N" | "N/A" | "n/a")
}

/// The first line in which something stands, as a subject.
fn first_line(text: &str) -> Option<String> {
    const MOST: usize = 100;
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.chars().take(MOST).collect())
}

fn between(text: &str) -> Vec<&str> {
    text.split([',', ';', '\n']).collect()
}

fn blanks(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').collect()
}

/// Tags stand between commas, or between blanks where there are none.
fn tags(text: &str) -> Vec<&str> {
    if text.contains([',', ';', '\n']) { between(text) } else { text.split_whitespace().collect() }
}
