//! What conversations of other programs have in common: who is who in them, texts that may be HTML, files, the order of
//! messages, and what follows from the messages for the ticket.

use super::page::{first, id, texts, whole};
use crate::domain::contact::{PointKind, read_person};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingTicket, Origin, Way, What};
use crate::domain::mapping::status_of;
use crate::domain::record::Record;
use crate::domain::ticket::Status;
use crate::formats::html::text_of_html;
use crate::formats::limits::Limits;
use serde_json::{Map, Value};

/// What a record brings, with the place and the text of the record.
pub(super) fn incoming(record: &Record, what: What) -> Incoming {
    Incoming { origin: Origin { place: record.place.clone(), raw: record.raw.clone() }, what }
}

/// A person as most programs write one: id, name in one or two members, addresses and phones.
pub(super) fn person(members: &Map<String, Value>) -> IncomingPerson {
    let parts = [&["first_name", "firstName", "first"][..], &["last_name", "lastName", "last"]];
    let joined = parts.iter().filter_map(|names| first(members, names)).collect::<Vec<_>>().join(" ");
    let mut person = IncomingPerson {
        external: id(members, "id"),
        name: first(members, &["name", "display_name"]).unwrap_or(joined),
        ..Default::default()
    };
    for name in ["email", "from_email"] {
        reach(&mut person, first(members, &[name]));
    }
    for more in ["emails", "other_emails"].iter().flat_map(|name| texts(members, name, &["value", "email"])) {
        reach(&mut person, Some(more));
    }
    let phones = ["phone", "mobile", "work_phone"].iter().filter_map(|name| first(members, &[name]));
    for phone in phones.chain(texts(members, "phones", &["value"])) {
        if !person.phones.contains(&phone) {
            person.phones.push(phone);
        }
    }
    person
}

/// Adds an address, also one with a name before it; what is none is left out.
pub(super) fn reach(person: &mut IncomingPerson, text: Option<String>) {
    let Some((name, Some(point))) = text.map(|text| read_person(&text)) else { return };
    if point.kind == PointKind::Email && !person.emails.iter().any(|known| known.eq_ignore_ascii_case(&point.value)) {
        person.emails.push(point.value);
    }
    if person.name.is_empty() {
        person.name = name;
    }
}

/// A person of a table: his id, his name and his address in cells of their own.
pub(super) fn in_cells(id: Option<String>, name: Option<String>, email: Option<String>) -> Option<IncomingPerson> {
    let mut person = IncomingPerson { external: id, ..Default::default() };
    let (name, point) = read_person(&name.unwrap_or_default());
    person.name = name;
    reach(&mut person, email);
    match point {
        Some(point) if point.kind == PointKind::Email && person.emails.is_empty() => person.emails.push(point.value),
        Some(point) if point.kind == PointKind::Phone => person.phones.push(point.value),
        Some(point) if point.kind == PointKind::Handle => person.handles.push(point.value),
        _ => {}
    }
    (person != IncomingPerson::default()).then_some(person)
}

/// How a person is called: by the address, else by the name.
pub(super) fn called(person: &IncomingPerson) -> Option<String> {
    person.emails.first().or(Some(&person.name)).filter(|word| !word.is_empty()).cloned()
}

/// A text that may be HTML. What has no element in it stays as it stands where it has lines, which HTML would join.
pub(super) fn written(text: &str) -> String {
    let element = |at: usize| {
        let inside = text.get(at + 1..).unwrap_or_default();
        inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') && inside.contains('>')
    };
    // The first places are enough: HTML begins with an element or has one soon.
    let html = text.match_indices('<').take(100).any(|(at, _)| element(at));
    if html || !text.trim().contains('\n') {
        text_of_html(text, Limits::default().html)
    } else {
        text.trim().to_owned()
    }
}

/// The text of a message that stands in these members as HTML and in those as plain text; the HTML is taken, unless
/// nothing is left of it or it is beyond bounds.
pub(super) fn body(members: &Map<String, Value>, html: &[&str], plain: &[&str]) -> String {
    let plain = || first(members, plain);
    let page = first(members, html);
    if page.as_ref().is_some_and(|page| page.len() > Limits::default().html)
        && let Some(plain) = plain()
    {
        return plain;
    }
    page.map(|page| written(&page)).filter(|text| !text.is_empty()).or_else(plain).unwrap_or_default()
}

/// Names and sizes of the files of a message.
pub(super) fn files<'a>(list: impl Iterator<Item = &'a Map<String, Value>>) -> Vec<(String, Option<i64>)> {
    let named = |file: &Map<String, Value>| {
        let name = first(file, &["file_name", "filename", "fileName", "name"])?;
        let size = ["size", "filesize", "file_size"].iter().find_map(|member| whole(file, member));
        Some((name, size.filter(|size| *size >= 0)))
    };
    list.filter_map(named).collect()
}

/// What follows from the messages for the ticket: their order, a subject where there is none, who began; a time of
/// closing stays only where the ticket is not known to be open.
pub(super) fn finish(ticket: &mut IncomingTicket) {
    in_order(&mut ticket.messages);
    if ticket.subject.is_empty() {
        ticket.subject = ticket.messages.iter().find_map(|message| first_line(&message.text)).unwrap_or_default();
    }
    let began = ticket.messages.iter().find(|message| message.way != Way::Note);
    ticket.outbound |= began.is_some_and(|message| message.way == Way::Out);
    let status = ticket.status.as_deref().and_then(status_of);
    if status.is_some_and(|(status, _)| status != Status::Closed) {
        ticket.closed_at = None;
    }
    let mut links = Vec::new();
    for link in std::mem::take(&mut ticket.links) {
        if ticket.external.as_ref() != Some(&link) && !links.contains(&link) {
            links.push(link);
        }
    }
    ticket.links = links;
}

/// Oldest first. Programs write them either way round, which matters for those of one second; without a time on each of
/// them nothing is moved.
fn in_order(messages: &mut [IncomingMessage]) {
    if messages.iter().any(|message| message.at.is_none()) {
        return;
    }
    if let [newest, .., oldest] = &messages
        && newest.at > oldest.at
    {
        messages.reverse();
    }
    messages.sort_by_key(|message| message.at);
}

/// The first line in which something stands, as a subject.
fn first_line(text: &str) -> Option<String> {
    const MOST: usize = 100;
    text.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.chars().take(MOST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Moment;

    fn message(external: &str, at: Option<i64>) -> IncomingMessage {
        let external = Some(external.to_owned());
        IncomingMessage {
            external,
            way: Way::In,
            author: None,
            at: at.map(Moment),
            text: String::new(),
            files: Vec::new(),
        }
    }

    fn ordered(messages: &[(&str, Option<i64>)]) -> String {
        let mut messages: Vec<_> = messages.iter().map(|(external, at)| message(external, *at)).collect();
        in_order(&mut messages);
        messages.into_iter().filter_map(|message| message.external).collect()
    }

    #[test]
    fn messages_come_oldest_first_whichever_way_round_they_were() {
        assert_eq!(ordered(&[("a", Some(1)), ("c", Some(3)), ("b", Some(1))]), "abc");
        assert_eq!(ordered(&[("c", Some(3)), ("b", Some(1)), ("a", Some(1))]), "abc", "the newest was first");
        assert_eq!(ordered(&[("a", Some(3)), ("b", None), ("c", Some(1))]), "abc", "times are missing");
    }

    #[test]
    fn plain_texts_keep_their_lines_and_html_loses_its_marks() {
        assert_eq!(written("a\n b < c > d\n"), "a\n b < c > d");
        assert_eq!(written("a<br>b &amp; c"), "a\nb & c");
        assert_eq!(written("Tom &amp; Jerry"), "Tom & Jerry");
        assert_eq!(written("a\n<!-- x -->b"), "a b");
        assert_eq!(written(""), "");
    }

    #[test]
    fn html_of_which_nothing_is_left_or_that_is_too_long_gives_way_to_the_plain_text() {
        let read = |page: &str| {
            let members = [("html", page), ("plain", "as it was")].map(|(name, text)| (name.to_owned(), text.into()));
            body(&Map::from_iter(members), &["html"], &["plain"])
        };
        assert_eq!(
            (read("<p>x</p>").as_str(), read("<img src=x>").as_str(), read("").as_str()),
            ("x", "as it was", "as it was")
        );
        assert_eq!(read(&"<p>x</p>".repeat(100_000)), "as it was");
    }

    #[test]
    fn people_are_read_from_whichever_cells_tell_of_them() {
        let read = |name: &str, email: &str| {
            let cell = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            in_cells(None, cell(name), cell(email)).map(|p| (p.name, p.emails.join(","), p.phones.join(",")))
        };
        let person = |name: &str, email: &str, phone: &str| Some((name.to_owned(), email.to_owned(), phone.to_owned()));
        assert_eq!(read("Anna", "anna@acme.test"), person("Anna", "anna@acme.test", ""));
        assert_eq!(read("", "Anna <anna@acme.test>"), person("Anna", "anna@acme.test", ""));
        assert_eq!(read("anna@acme.test", ""), person("", "anna@acme.test", ""));
        assert_eq!(read("+7 495 123-45-67", ""), person("", "", "+7 495 123-45-67"));
        assert_eq!((read("Anna", "no address"), read("", "")), (person("Anna", "", ""), None));
    }
}
