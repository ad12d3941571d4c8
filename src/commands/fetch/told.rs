//! How it is said what a fetch brought, and what a check of the mailboxes found.

use crate::actions::fetch::{Counted, Fetched, Summary};
use crate::actions::outbox::Sent;
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table};

/// What a mail was to its ticket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// It has opened it.
    New,
    /// Its customer wrote.
    Answered,
    /// No more than a rating: the score.
    Rated(i64),
    /// Somebody wrote who takes no part.
    Stranger,
}

/// A ticket that a mail came to.
pub(super) struct Line {
    pub(super) number: i64,
    pub(super) what: What,
    pub(super) subject: String,
    /// Who wrote.
    pub(super) from: String,
    /// What should not be overlooked about it.
    pub(super) note: Option<String>,
}

/// One line for whoever watches.
pub(super) fn line(l: &Line) -> String {
    format!("{:<8} {:>5}  {}  — {}", word(l), l.number, l.subject, l.from)
}

fn word(l: &Line) -> String {
    match l.what {
        What::New => "new".to_owned(),
        What::Answered => "answered".to_owned(),
        What::Rated(score) => format!("rated {score}"),
        What::Stranger => "no part".to_owned(),
    }
}

fn n(n: usize) -> Cell {
    Cell::Count(i64::try_from(n).unwrap_or(i64::MAX))
}

/// What a fetch brought.
pub(super) fn fetched(summary: &Summary, lines: &[Line], sent: &Sent, dry: bool) -> Report {
    let mut report = Report::default();
    // Where nothing happened there is nothing to answer: with -q a line of cron stays silent.
    let (quiet, told): (Vec<_>, Vec<_>) = summary.mailboxes.iter().partition(|m| parts(m).is_empty() && m.trouble.is_none());
    report.notes.extend(quiet.into_iter().map(|m| in_words(m, dry)));
    let said: Vec<String> = told.into_iter().map(|m| in_words(m, dry)).collect();
    if !said.is_empty() {
        report.parts.push(Part::lines(&said));
    }
    let columns = ["mailbox", "read", "sent", "automatic", "duplicates", "skipped", "moved", "receipts", "opened", "answered", "strangers", "rated", "parked", "trouble"];
    let columns = columns.map(|key| Column::new(key, key, Style::Left)).to_vec();
    let rows = summary.mailboxes.iter().map(row).collect();
    let table = Table { key: "mailboxes", audience: Audience::Data, columns, rows, ..Table::default() };
    report.parts.push(Part::Table(table));
    let rows = [("sent", sent.sent), ("later", sent.later), ("held", sent.held), ("unknown", sent.unknown), ("dropped", sent.dropped)];
    let rows = rows.map(|(key, count)| Fact::data(key, n(count))).to_vec();
    report.parts.push(Part::Facts(Facts { key: "outbox", audience: Audience::Data, rows, ..Facts::default() }));
    let columns = vec![
        Column::new("number", "#", Style::Right),
        Column::new("what", "", Style::Left),
        Column::new("subject", "subject", Style::Flex),
        Column::new("from", "from", Style::Left),
    ];
    let rows: Vec<Vec<Cell>> = lines
        .iter()
        .map(|l| {
            let what = Cell::Text(word(l));
            vec![Cell::Ticket(l.number), what, Cell::Text(l.subject.clone()), Cell::Text(l.from.clone())]
        })
        .collect();
    let audience = if rows.is_empty() { Audience::Data } else { Audience::All };
    report.parts.push(Part::Table(Table { key: "tickets", audience, columns, rows, ..Table::default() }));
    report.notes.extend(lines.iter().filter_map(|l| l.note.clone()));
    report.notes.extend(summary.mailboxes.iter().flat_map(notes));
    if sent.sent > 0 {
        let mails = if sent.sent == 1 { "1 mail".to_owned() } else { format!("{} mails", sent.sent) };
        report.notes.push(format!("{mails} left the outbox"));
    }
    report.notes.extend(sent.notes.iter().cloned());
    report
}

fn row(m: &Fetched) -> Vec<Cell> {
    let numbers = |ids: &[i64]| Cell::List(ids.iter().map(|id| Cell::Count(*id)).collect());
    let rated = m.rated.iter().map(|(ticket, score)| {
        Cell::Record(vec![("ticket", Cell::Ticket(*ticket)), ("score", Cell::Count(*score))])
    });
    let parked = m.parked.iter().map(|(id, why)| {
        Cell::Record(vec![("id", Cell::Count(*id)), ("reason", Cell::Text(why.clone()))])
    });
    vec![
        Cell::Text(m.mailbox.clone()),
        n(m.read),
        n(m.sent),
        n(m.automatic),
        n(m.duplicates),
        n(m.skipped),
        n(m.moved),
        n(m.receipts),
        numbers(&m.opened),
        numbers(&m.answered),
        numbers(&m.strangers),
        Cell::List(rated.collect()),
        Cell::List(parked.collect()),
        m.trouble.as_ref().map_or(Cell::Empty, |(what, ..)| Cell::Text(what.clone())),
    ]
}

/// What a mailbox brought, in parts of a sentence.
fn parts(m: &Fetched) -> Vec<String> {
    let many = |n: usize, one: &str, more: &str| (n > 0).then(|| format!("{n} {}", if n == 1 { one } else { more }));
    [
        many(m.opened.len(), "new ticket", "new tickets"),
        many(m.answered.len(), "ticket answered by its customer", "tickets answered by their customers"),
        many(m.strangers.len(), "mail of somebody who takes no part", "mails of people who take no part"),
        many(m.rated.len(), "rating", "ratings"),
        many(m.sent, "mail of ours sent from elsewhere", "mails of ours sent from elsewhere"),
        many(m.automatic, "automatic mail", "automatic mails"),
        many(m.duplicates, "mail known already", "mails known already"),
        many(m.parked.len(), "mail parked", "mails parked"),
        many(m.skipped, "older mail left alone", "older mails left alone"),
        many(m.receipts, "receipt", "receipts"),
        many(m.moved, "mail moved", "mails moved"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// "support: 3 new tickets, 2 answered, 1 sent from elsewhere"
fn in_words(m: &Fetched, dry: bool) -> String {
    let parts = parts(m);
    let what = match (parts.is_empty(), &m.trouble) {
        (true, Some((why, ..))) => format!("not read: {why}"),
        (true, None) => "nothing new".to_owned(),
        (false, Some((why, ..))) => format!("{}; then not read to the end: {why}", parts.join(", ")),
        (false, None) => parts.join(", "),
    };
    format!("{}: {}{what}", m.mailbox, if dry { "would bring " } else { "" })
}

fn notes(m: &Fetched) -> Vec<String> {
    let mut notes = Vec::new();
    if m.over > 0 {
        notes.push(format!(
            "{} of the new tickets were over long before this first look and came in closed: desk ls status:closed",
            m.over
        ));
    }
    for (id, why) in m.parked.iter().take(3) {
        notes.push(format!("parked: {why} (desk parked show {id})"));
    }
    for (other, mails) in &m.others {
        let mails = if *mails == 1 { "a mail".to_owned() } else { format!("{mails} mails") };
        notes.push(format!(
            "another desk ({other}) answers from {} too: {mails} of its own; two desks are two queues — share one: desk config set desks.work postgres://…",
            m.mailbox
        ));
    }
    notes.extend(m.trouble.iter().filter_map(|(_, hint, _)| hint.as_ref()).map(|h| format!("hint: {h}")));
    notes
}

/// What a check of the mailboxes found.
pub(super) fn checked(counted: &[Counted]) -> Report {
    let mut report = Report::default();
    report.parts.push(Part::Prose(counted.iter().map(sum).collect::<Vec<_>>().join("\n")));
    let keys = ["mailbox", "folder", "mails", "tickets", "automatic", "duplicates", "parked", "skipped", "unaccounted"];
    let columns = keys.map(|key| Column::new(key, key, Style::Left)).to_vec();
    let rows = counted.iter().map(|c| {
        let mut row = vec![Cell::Text(c.mailbox.clone()), Cell::Text(c.folder.clone())];
        row.extend([c.mails, c.tickets, c.automatic, c.duplicates, c.parked, c.skipped, c.unaccounted].map(n));
        row
    });
    let rows = rows.collect();
    report.parts.push(Part::Table(Table { key: "mailboxes", audience: Audience::Data, columns, rows, ..Table::default() }));
    if counted.iter().any(|c| c.unaccounted > 0) {
        report.notes.push("what is not accounted for comes with the next fetch: desk fetch".to_owned());
    }
    report
}

/// "support INBOX: 214 mails = 198 in tickets + 16 automatic, 0 unaccounted"
fn sum(c: &Counted) -> String {
    let mut parts = vec![format!("{} in tickets", c.tickets)];
    let more = [(c.automatic, "automatic"), (c.duplicates, "known from elsewhere"), (c.parked, "parked"), (c.skipped, "older, left alone")];
    parts.extend(more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
    let mails = if c.mails == 1 { "1 mail".to_owned() } else { format!("{} mails", c.mails) };
    format!("{} {}: {mails} = {}, {} unaccounted", c.mailbox, c.folder, parts.join(" + "), c.unaccounted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_adds_up_in_one_line() {
        let counted = Counted {
            mailbox: "support".into(),
            folder: "INBOX".into(),
            mails: 214,
            tickets: 198,
            automatic: 16,
            ..Counted::default()
        };
        assert_eq!(sum(&counted), "support INBOX: 214 mails = 198 in tickets + 16 automatic, 0 unaccounted");
        let counted = Counted { mails: 1, tickets: 0, automatic: 0, unaccounted: 1, ..counted };
        assert_eq!(sum(&counted), "support INBOX: 1 mail = 0 in tickets, 1 unaccounted");
    }
}
