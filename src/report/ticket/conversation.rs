//! The conversation of a ticket: each message as people read it, with what is to be known of its sender and of its way out,
//! and as data; the draft of the next one.

use super::page::{Drafted, Page, Way};
use crate::domain::mail::Address;
use crate::domain::message::{Attachment, Direction, Message};
use crate::domain::quote;
use crate::domain::time::{Moment, elapsed};
use crate::report::{Audience, Cell, Column, Style, Table};

/// So many characters of a machine's mail are shown.
const BEGINNING: usize = 40;

/// The messages one below the other, and the draft.
pub(super) fn cards(p: &Page) -> Table {
    let columns = vec![
        Column::new("direction", "", Style::Left),
        Column::new("author", "author", Style::Left),
        Column::new("at", "at", Style::Left),
        Column::new("id", "message", Style::Left),
        Column::new("automatic", "", Style::Left),
        Column::new("to", "to", Style::Left),
        Column::new("trust", "", Style::Left),
        Column::new("way", "", Style::Left),
        Column::new("bounced", "", Style::Left),
        Column::new("text", "text", Style::Body),
        Column::new("attachments", "files", Style::Body),
    ];
    let mut files = 0;
    let mut rows: Vec<_> = p.messages.iter().map(|(m, author)| card(p, m, author, &mut files)).collect();
    rows.extend(p.draft.as_ref().map(|d| draft(d, p.listed.ticket.id)));
    Table { key: "conversation", audience: Audience::People, columns, rows, ..Table::default() }
}

fn card(p: &Page, m: &Message, author: &str, files: &mut usize) -> Vec<Cell> {
    let ticket = p.listed.ticket.id;
    let way = p.ways.get(&m.id);
    let text = match (p.unfolded, &m.automatic) {
        (true, _) => m.text.clone(),
        // A list's mail is read as a person's; where nobody but machines has written, there is nothing else to read.
        (false, Some(kind)) if kind != "bulk" && !p.listed.automatic => beginning(&m.text, ticket),
        _ => folded(&m.text, ticket),
    };
    let begin = *files;
    *files += m.attachments.len();
    vec![
        Cell::Text(m.direction.word().to_owned()),
        Cell::Text(author.to_owned()),
        Cell::At(m.at),
        Cell::Text(format!("m{}", m.id)),
        Cell::text(m.automatic.as_deref()),
        addressed(m),
        Cell::text(m.trust.as_deref().map(trust)),
        Cell::text(way.and_then(|w| on_its_way(w, p.now))),
        Cell::text(way.and_then(|w| w.bounced.as_ref()).map(|(why, _)| format!("came back: {why}"))),
        Cell::Text(text),
        Cell::text(listed(&m.attachments, begin)),
    ]
}

/// To whom an answer went; of a customer's mail, who else got it, and where answers are wanted if not at its sender.
fn addressed(m: &Message) -> Cell {
    let Some(a) = &m.addressed else { return Cell::Empty };
    let named = |word: &str, list: &[Address]| -> Vec<Cell> {
        let lead = |n| if n == 0 { format!("{word} ") } else { String::new() };
        list.iter().enumerate().map(|(n, one)| Cell::Text(format!("{}{}", lead(n), one.email))).collect()
    };
    let elsewhere: Vec<Address> =
        a.reply_to.iter().filter(|r| !r.email.eq_ignore_ascii_case(&m.email)).cloned().collect();
    let all = match m.direction {
        Direction::Out => [named("to", &a.to), named("cc", &a.cc)].concat(),
        _ => [named("cc", &a.cc), named("answers to", &elsewhere)].concat(),
    };
    if all.is_empty() { Cell::Empty } else { Cell::List(all) }
}

/// What is to be known of a sender, in words.
fn trust(kept: &str) -> String {
    let words = |one: &str| match one {
        "unverified" => "unverified sender".to_owned(),
        "third-party" => "third party, by a link from a mail of ours".to_owned(),
        "id-reused" => "its Message-ID was used before".to_owned(),
        other => other.to_owned(),
    };
    let all: Vec<String> = kept.split([',', ' ']).filter(|w| !w.is_empty()).map(words).collect();
    all.join("; ")
}

/// Where an answer is that has not arrived; nothing to say of one that has.
fn on_its_way(way: &Way, now: Moment) -> Option<String> {
    let because = |said: &Option<String>| said.as_deref().map(|s| format!(": {}", first_line(s))).unwrap_or_default();
    Some(match way.state {
        "waiting" if way.attempts == 0 => "not sent yet".to_owned(),
        "waiting" => {
            let wait = way.next_at.since(now).max(0);
            let again =
                if wait == 0 { "tried again next".to_owned() } else { format!("tried again in {}", spell(wait)) };
            format!("not sent yet, {again}{}", because(&way.said))
        }
        "sending" => "being sent".to_owned(),
        "unknown" => "may have been sent: desk outbox".to_owned(),
        "held" => format!("not sent, held{}", because(&way.said)),
        "discarded" => "not sent: discarded".to_owned(),
        _ => return way.refused.as_deref().map(|r| format!("sent, but refused for {}", first_line(r))),
    })
}

/// A time to wait in words, at least a minute.
fn spell(seconds: i64) -> String {
    elapsed(((seconds + 59) / 60).max(1))
}

fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default()
}

/// The text with what it only repeats folded away, and said so.
fn folded(text: &str, ticket: i64) -> String {
    let new = quote::new_text(text);
    // A lone carriage return ends a line of the new text, though not of the old one.
    let hidden = written(text).saturating_sub(written(&new));
    let lines = if hidden == 1 { "line" } else { "lines" };
    if hidden == 0 { new } else { format!("{new}\n[{hidden} folded {lines}: desk show {ticket} --raw]") }
}

/// The first line of a machine's mail, and how much more there is.
fn beginning(text: &str, ticket: i64) -> String {
    let line = first_line(text);
    let short: String = line.chars().take(BEGINNING).collect();
    let cut = if short.len() < line.len() { "…" } else { "" };
    match (written(text), cut) {
        (0 | 1, "") => short,
        (0 | 1, _) => format!("{short}{cut} [the rest: desk show {ticket} --raw]"),
        (lines, _) => format!("{short}{cut} [{} more lines: desk show {ticket} --raw]", lines - 1),
    }
}

fn written(text: &str) -> usize {
    text.lines().filter(|l| !l.trim().is_empty()).count()
}

/// The files, numbered across the ticket.
fn listed(files: &[Attachment], begin: usize) -> Option<String> {
    let one = |(i, a): (usize, &Attachment)| {
        let name = if a.name.is_empty() { &a.media_type } else { &a.name };
        format!("[{}] {name} {}", begin + i + 1, size(a.bytes))
    };
    let all: Vec<String> = files.iter().enumerate().map(one).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// `12 kB` (thousands, as disks are sold).
fn size(bytes: i64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", (bytes + 500) / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The draft, last, with how to send it.
fn draft(d: &Drafted, ticket: i64) -> Vec<Cell> {
    let named = |word: &str, list: &[(String, String)]| -> Vec<Cell> {
        let lead = |n| if n == 0 { word } else { "" };
        list.iter().enumerate().map(|(n, (_, email))| Cell::Text(format!("{}{email}", lead(n)))).collect()
    };
    let whom = [named("to ", &d.draft.to), named("cc ", &d.draft.cc)].concat();
    let then = d.draft.then.as_deref().map(|t| format!(", then {t}")).unwrap_or_default();
    let files: Vec<String> = d.files.iter().map(|f| format!("{} {}", f.name, size(f.bytes))).collect();
    let send = format!("[not sent{then}: desk reply {ticket} --send]");
    let below = if files.is_empty() { send } else { format!("with {}\n{send}", files.join(", ")) };
    vec![
        Cell::Text("draft".to_owned()),
        Cell::Text(d.agent.clone()),
        Cell::At(d.draft.at),
        Cell::Empty,
        Cell::Empty,
        if whom.is_empty() { Cell::Empty } else { Cell::List(whom) },
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Text(d.draft.text.clone()),
        Cell::Text(below),
    ]
}

/// The draft for programs.
pub(super) fn draft_as_data(d: &Drafted) -> Cell {
    let people = |list: &[(String, String)]| Cell::List(list.iter().map(|(name, email)| person(name, email)).collect());
    Cell::Record(vec![
        ("agent", Cell::Text(d.agent.clone())),
        ("at", Cell::At(d.draft.at)),
        ("text", Cell::Text(d.draft.text.clone())),
        ("to", people(&d.draft.to)),
        ("cc", people(&d.draft.cc)),
        ("then", Cell::text(d.draft.then.as_deref())),
        ("attachments", Cell::List(d.files.iter().map(|f| Cell::Record(file(f))).collect())),
    ])
}

/// Every message for programs.
pub(super) fn as_data(p: &Page) -> Table {
    const KEYS: [&str; 15] = [
        "id",
        "direction",
        "author",
        "email",
        "at",
        "text",
        "new_text",
        "message_id",
        "in_reply_to",
        "automatic",
        "attachments",
        "to",
        "cc",
        "trust",
        "outbox",
    ];
    let mut files = 0;
    let rows = p.messages.iter().map(|(m, author)| {
        let numbered = |a: &Attachment| {
            files += 1;
            Cell::Record(file(a).into_iter().chain([("n", Cell::Count(files))]).collect())
        };
        let to = m.addressed.as_ref();
        vec![
            Cell::Count(m.id),
            Cell::Text(m.direction.word().to_owned()),
            Cell::Text(author.clone()),
            Cell::Text(m.email.clone()),
            Cell::At(m.at),
            Cell::Text(m.text.clone()),
            Cell::Text(quote::new_text(&m.text)),
            Cell::text(m.message_id.as_deref()),
            Cell::text(m.in_reply_to.as_deref()),
            Cell::text(m.automatic.as_deref()),
            Cell::List(m.attachments.iter().map(numbered).collect()),
            people(to.map_or(&[], |a| &a.to)),
            people(to.map_or(&[], |a| &a.cc)),
            Cell::text(m.trust.as_deref()),
            p.ways.get(&m.id).map_or(Cell::Empty, way_as_data),
        ]
    });
    let rows = rows.collect();
    let columns = KEYS.iter().map(|k| Column::data(k)).collect();
    Table { key: "messages", audience: Audience::Data, columns, rows, ..Table::default() }
}

fn file(a: &Attachment) -> Vec<(&'static str, Cell)> {
    vec![
        ("name", Cell::Text(a.name.clone())),
        ("type", Cell::Text(a.media_type.clone())),
        ("bytes", Cell::Bytes(a.bytes)),
    ]
}

fn people(list: &[Address]) -> Cell {
    Cell::List(list.iter().map(|a| person(&a.name, &a.email)).collect())
}

fn person(name: &str, email: &str) -> Cell {
    Cell::Record(vec![("name", Cell::Text(name.to_owned())), ("email", Cell::Text(email.to_owned()))])
}

fn way_as_data(way: &Way) -> Cell {
    Cell::Record(vec![
        ("state", Cell::Text(way.state.to_owned())),
        ("said", Cell::text(way.said.as_deref())),
        ("bounced", Cell::text(way.bounced.as_ref().map(|(why, _)| why.as_str()))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(state: &'static str) -> Way {
        Way {
            state,
            said: Some("550 no such user\nbye".into()),
            refused: None,
            next_at: Moment(290),
            attempts: 1,
            bounced: None,
        }
    }

    #[test]
    fn an_answer_says_where_it_is_until_it_has_arrived() {
        let said = |way: &Way| on_its_way(way, Moment(0));
        assert_eq!(said(&way("sent")), None);
        assert_eq!(said(&way("held")).unwrap(), "not sent, held: 550 no such user");
        assert_eq!(said(&way("unknown")).unwrap(), "may have been sent: desk outbox");
        assert_eq!(said(&way("sending")).unwrap(), "being sent");
        assert_eq!(said(&way("discarded")).unwrap(), "not sent: discarded");
        assert_eq!(said(&way("waiting")).unwrap(), "not sent yet, tried again in 5m: 550 no such user");
        assert_eq!(said(&Way { attempts: 0, ..way("waiting") }).unwrap(), "not sent yet");
        assert_eq!(
            on_its_way(&way("waiting"), Moment(290)).unwrap(),
            "not sent yet, tried again next: 550 no such user"
        );
        let partly = Way { refused: Some("b@x.test 550 no\nc@x.test 550 no".into()), ..way("sent") };
        assert_eq!(said(&partly).unwrap(), "sent, but refused for b@x.test 550 no");
    }

    #[test]
    fn marks_of_a_sender_are_told_in_words() {
        assert_eq!(trust("unverified"), "unverified sender");
        assert_eq!(
            trust("third-party id-reused"),
            "third party, by a link from a mail of ours; its Message-ID was used before"
        );
        assert_eq!(trust("something-new"), "something-new");
    }

    #[test]
    fn a_mail_of_a_machine_is_one_line() {
        assert_eq!(beginning("I am away.\n", 3), "I am away.");
        assert_eq!(
            beginning("\n I am away.\n\nBack on Monday\n-- \n", 3),
            "I am away. [2 more lines: desk show 3 --raw]"
        );
        let long = beginning(&"ы".repeat(41), 3);
        assert_eq!(long, format!("{}… [the rest: desk show 3 --raw]", "ы".repeat(40)));
        assert_eq!(beginning("", 3), "");
    }

    #[test]
    fn files_are_numbered_across_the_ticket() {
        let file = |name: &str, bytes| Attachment { name: name.into(), media_type: "image/png".into(), bytes };
        assert_eq!(listed(&[file("a.png", 999), file("", 1_000)], 0).unwrap(), "[1] a.png 999 B, [2] image/png 1 kB");
        assert_eq!(listed(&[file("б.png", 2_340_000)], 2).unwrap(), "[3] б.png 2.3 MB");
        assert_eq!(listed(&[], 2), None);
    }
}
