//! Another desk: the records that `desk export` writes. A whole desk comes back into an empty one by another way, with its
//! history; here its tickets, clients, contacts and hours join those of a desk that has some, with numbers of their own.

use super::facts::{moment, origin};
use super::page::{first, flag, id, list, object, text, texts, whole};
use super::shelf::Shelf;
use super::{Program, Sample};
use crate::domain::incoming::{
    Incoming, IncomingClient, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, IncomingTime, Scale,
    Way, What,
};
use crate::domain::mapping::Dates;
use crate::domain::record::Record;
use serde_json::{Map, Value};

pub(super) const PROGRAM: Program = Program { word: "desk", files: "what desk export writes, as NDJSON", looks, read };

type Members = Map<String, Value>;

fn looks(sample: &Sample<'_>) -> bool {
    let kind = text(&sample.first.members, "kind").unwrap_or_default();
    let own: &[&str] = match kind.as_str() {
        "desk" => &["format", "edition", "uid"],
        "ticket" => &["number", "subject", "channel", "messages", "history"],
        "client" => &["handle", "domains", "plan"],
        "contact" => &["emails", "phones", "handles"],
        _ => return false,
    };
    sample.json && sample.has(own)
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let what = match text(members, "kind").as_deref() {
        Some("ticket") => return ticket(&shelf.dates, record),
        Some("client") => What::Client(IncomingClient {
            external: text(members, "handle"),
            handle: text(members, "handle"),
            name: text(members, "name").unwrap_or_default(),
            domains: texts(members, "domains", &[]),
            lang: text(members, "lang"),
            plan: text(members, "plan"),
            note: text(members, "note").unwrap_or_default(),
        }),
        Some("contact") => What::Contact(IncomingPerson {
            external: id(members, "id"),
            name: text(members, "name").unwrap_or_default(),
            emails: texts(members, "emails", &[]),
            phones: texts(members, "phones", &[]),
            handles: texts(members, "handles", &[]),
            client: text(members, "client"),
            agent: false,
        }),
        Some("time") => match worked(&shelf.dates, members, None)? {
            Some(time) => What::Time(time),
            None => return Ok(Vec::new()),
        },
        Some(_) => return Ok(Vec::new()),
        None => return Err("kind: nothing stands there".to_owned()),
    };
    let nobody = matches!(&what, What::Contact(p) if p.name.is_empty() && p.emails.is_empty() && p.phones.is_empty() && p.handles.is_empty());
    Ok(if nobody { Vec::new() } else { vec![Incoming { origin: origin(record), what }] })
}

fn ticket(dates: &Dates, record: &Record) -> Result<Vec<Incoming>, String> {
    let members = &record.members;
    let number = id(members, "number");
    let messages: Result<Vec<IncomingMessage>, String> = list(members, "messages").map(|m| message(dates, m)).collect();
    let ratings: Result<Vec<IncomingRating>, String> = list(members, "ratings").map(|m| rating(dates, m)).collect();
    let linked = |name: &str| texts(members, name, &[]);
    let ticket = IncomingTicket {
        external: number.clone(),
        subject: text(members, "subject").unwrap_or_default(),
        status: first(members, &["closed_as", "status"]),
        priority: text(members, "priority"),
        assignee: text(members, "assignee"),
        requester: object(members, "requester").map(requester),
        client: text(members, "client"),
        tags: linked("tags"),
        channel: text(members, "channel"),
        opened_at: moment(dates, members, "opened_at")?,
        updated_at: moment(dates, members, "updated_at")?,
        closed_at: moment(dates, members, "closed_at")?,
        due_at: moment(dates, members, "due_at")?,
        outbound: text(members, "opened_by").is_some(),
        messages: messages.map_err(|why| format!("messages: {why}"))?,
        links: linked("links"),
        merged_into: id(members, "merged_into"),
        ratings: ratings.map_err(|why| format!("ratings: {why}"))?,
        minutes: None,
        url: None,
    };
    let mut all = vec![Incoming { origin: origin(record), what: What::Ticket(Box::new(ticket)) }];
    for entry in list(members, "time") {
        let time = worked(dates, entry, number.clone()).map_err(|why| format!("time: {why}"))?;
        let raw = Value::Object(entry.clone()).to_string();
        all.extend(time.map(|time| Incoming {
            origin: crate::domain::incoming::Origin { place: record.place.clone(), raw },
            what: What::Time(time),
        }));
    }
    Ok(all)
}

fn requester(members: &Members) -> IncomingPerson {
    IncomingPerson {
        name: text(members, "name").unwrap_or_default(),
        emails: text(members, "email").into_iter().collect(),
        phones: text(members, "phone").into_iter().collect(),
        ..IncomingPerson::default()
    }
}

fn message(dates: &Dates, members: &Members) -> Result<IncomingMessage, String> {
    let way = match text(members, "direction").as_deref() {
        Some("out") => Way::Out,
        Some("note") => Way::Note,
        _ => Way::In,
    };
    let agent = text(members, "agent");
    let files = list(members, "attachments").map(|file| {
        let name = first(file, &["name", "type"]).unwrap_or_default();
        (name, whole(file, "bytes"))
    });
    Ok(IncomingMessage {
        external: id(members, "id"),
        way,
        author: Some(IncomingPerson {
            name: agent.clone().or_else(|| text(members, "author")).unwrap_or_default(),
            emails: text(members, "email").into_iter().collect(),
            agent: agent.is_some(),
            ..IncomingPerson::default()
        }),
        at: moment(dates, members, "at")?,
        text: members.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        files: files.collect(),
    })
}

fn rating(dates: &Dates, members: &Members) -> Result<IncomingRating, String> {
    let scale = if text(members, "scale").as_deref() == Some(Scale::Nps.word()) { Scale::Nps } else { Scale::Csat };
    Ok(IncomingRating {
        scale,
        score: whole(members, "score").ok_or("score: nothing stands there")?,
        comment: text(members, "comment").unwrap_or_default(),
        at: moment(dates, members, "at")?,
    })
}

/// Worked time; none of what was struck out.
fn worked(dates: &Dates, members: &Members, ticket: Option<String>) -> Result<Option<IncomingTime>, String> {
    if flag(members, "void") == Some(true) {
        return Ok(None);
    }
    let day = text(members, "day").ok_or("day: nothing stands there")?;
    Ok(Some(IncomingTime {
        external: text(members, "id"),
        ticket,
        client: text(members, "client"),
        agent: text(members, "agent"),
        day: dates.day(&day).map_err(|why| format!("day: {why}"))?,
        minutes: whole(members, "minutes").ok_or("minutes: nothing stands there")?,
        billable: flag(members, "billable"),
        text: text(members, "text").unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{brought, tickets};
    use super::*;

    #[test]
    fn the_tickets_of_another_desk_come_with_their_talk_and_hours() {
        let all = brought("desk", &["desk.ndjson"]);
        let found = tickets(&all);
        let [first, second] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((first.external.as_deref(), first.status.as_deref()), (Some("12"), Some("workaround")));
        assert_eq!((first.tags.join(" "), first.links.join(" ")), ("касса".to_owned(), "13".to_owned()));
        let told: Vec<(Way, bool)> =
            first.messages.iter().map(|m| (m.way, m.author.as_ref().is_some_and(|a| a.agent))).collect();
        assert_eq!(told, [(Way::In, false), (Way::Out, true), (Way::Note, true)]);
        let asked = first.messages.first().unwrap();
        assert_eq!(
            (asked.text.as_str(), &asked.files),
            ("  С утра не печатает.", &vec![("чек.png".to_owned(), Some(2048))])
        );
        assert!(second.outbound && second.due_at.is_some() && second.requester.is_none());
        let hours = all.iter().filter_map(|one| if let What::Time(time) = &one.what { Some(time) } else { None });
        let hours: Vec<_> = hours.map(|t| (t.ticket.as_deref(), t.minutes, t.billable)).collect();
        assert_eq!(hours, [(Some("12"), 25, Some(false)), (None, 90, Some(true))]);
        let people = all.iter().filter(|one| matches!(one.what, What::Contact(_) | What::Client(_))).count();
        assert_eq!(people, 2);
    }
}
