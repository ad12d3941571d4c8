//! What came of an import of records, as it is told.

use crate::actions::import::records::Summary;
use crate::domain::mapping::Kind;
use crate::report::{Audience, Cell, Column, Fact, Facts, Part, Report, Style, Table, ticket};

/// Of long lists so many are told in words; all are in the data.
const TOLD: usize = 12;

/// The report of an import, or of a plan.
pub(super) fn report(s: &Summary, dry: bool, me: &str) -> Report {
    let mut report = Report::default();
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows: facts(s, dry), ..Facts::default() }));
    report.parts.push(Part::Prose(told(s, dry)));
    if dry && !s.refused && !s.shown.is_empty() {
        let mut table = ticket::for_people(&s.shown, None, "");
        table.title = if s.tickets > s.shown.len() { "The first tickets" } else { "The tickets" }.to_owned();
        report.parts.push(Part::Table(table));
    }
    let columns =
        vec![Column::new("place", "place", Style::Left), Column::new("reason", "why it is bad", Style::Flex)];
    let rows: Vec<_> =
        s.rejected.iter().map(|(place, why)| vec![Cell::Text(place.clone()), Cell::Text(why.clone())]).collect();
    let audience = if rows.is_empty() { Audience::Data } else { Audience::All };
    report.parts.push(Part::Table(Table { key: "rejected", audience, columns, rows, ..Table::default() }));
    report.notes = notes(s, dry, me);
    report
}

fn facts(s: &Summary, dry: bool) -> Vec<Fact> {
    let n = |n: usize| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let texts = |list: &[String]| Cell::List(list.iter().cloned().map(Cell::Text).collect());
    let found = |(column, field): &(String, &'static str)| {
        Cell::Record(vec![("column", Cell::Text(column.clone())), ("field", Cell::Text((*field).to_owned()))])
    };
    let guess = |(field, word, taken, count): &(&'static str, String, String, usize)| {
        Cell::Record(vec![
            ("field", Cell::Text((*field).to_owned())),
            ("word", Cell::Text(word.clone())),
            ("as", Cell::Text(taken.clone())),
            ("count", n(*count)),
        ])
    };
    vec![
        Fact::data("format", Cell::Text(s.format.clone())),
        Fact::data("source", Cell::Text(s.source.clone())),
        Fact::data("kind", Cell::text(s.kind.map(Kind::word))),
        Fact::data("read", n(s.read)),
        Fact::data("created", n(s.created)),
        Fact::data("updated", n(s.updated)),
        Fact::data("duplicates", n(s.duplicates)),
        Fact::data("skipped", n(s.differing + s.told)),
        Fact::data("tickets", n(s.tickets)),
        Fact::data("messages", n(s.messages)),
        Fact::data("entries", n(s.entries)),
        Fact::data("ratings", n(s.ratings)),
        Fact::data("contacts", n(s.contacts)),
        Fact::data("clients", n(s.clients)),
        Fact::data("agents", texts(&s.new_agents)),
        Fact::data("closed", n(s.closed_silent)),
        Fact::data("found", Cell::List(s.found.iter().map(found).collect())),
        Fact::data("unused", texts(&s.unused)),
        Fact::data("guesses", Cell::List(s.guesses.iter().map(guess).collect())),
        Fact::data("rejected_count", n(s.bad())),
        Fact::data("kept", Cell::Flag(!s.refused && !dry)),
        Fact::data("operation", s.operation.map_or(Cell::Empty, Cell::Count)),
    ]
}

/// The summary in words, a line for each thing that is worth one.
fn told(s: &Summary, dry: bool) -> String {
    let read = counted(s.read, s.kind);
    let mut lines = vec![match (s.refused, dry) {
        (true, _) => format!("{read} read from {}, nothing was imported: {} bad", s.format, s.bad()),
        (false, true) => format!("{read} read from {}; nothing was changed, this is the plan:", s.format),
        (false, false) => format!("{read} read from {}", s.format),
    }];
    if s.refused {
        return lines.concat();
    }
    let mut say = |n: usize, one: &str, more: &str| {
        if n > 0 {
            lines.push(format!("{n:>7} {}", if n == 1 { one } else { more }));
        }
    };
    say(s.created, "new", "new");
    say(s.updated, "changed", "changed");
    say(s.duplicates, "known already", "known already");
    let differing = "known, and different now: left as it is here (--on-conflict update takes what has changed there)";
    say(s.differing, differing, &differing.replace("it is here", "they are here"));
    say(s.told, "that tells only of others, or of nothing to keep", "that tell only of others, or of nothing to keep");
    say(s.bad(), "bad, left out", "bad, left out");
    for (status, count) in &s.statuses {
        let word = status.word();
        say(*count, &format!("ticket {word}"), &format!("tickets {word}"));
    }
    say(s.closed_silent, "of them closed because of silence", "of them closed because of silence");
    say(s.messages, "message", "messages");
    say(s.entries, "time entry", "time entries");
    say(s.ratings, "rating", "ratings");
    say(s.contacts, "new contact", "new contacts");
    say(s.clients, "new client", "new clients");
    lines.join("\n")
}

fn counted(n: usize, kind: Option<Kind>) -> String {
    let (one, more) = match kind {
        None => ("record", "records"),
        Some(Kind::Tickets) => ("ticket", "tickets"),
        Some(Kind::Clients) => ("client", "clients"),
        Some(Kind::Contacts) => ("contact", "contacts"),
        Some(Kind::Time) => ("time entry", "time entries"),
    };
    format!("{n} {}", if n == 1 { one } else { more })
}

/// What was guessed, and what is worth knowing before one goes on.
fn notes(s: &Summary, dry: bool, me: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if !s.found.is_empty() {
        let pair = |(column, field): &(String, &'static str)| {
            if column == field { column.clone() } else { format!("{column} → {field}") }
        };
        notes.push(format!("by their names: {}", listed(s.found.iter().map(pair))));
    }
    if !s.unused.is_empty() {
        notes.push(format!("in no field (the row is kept): {}", listed(s.unused.iter().cloned())));
    }
    if s.refused {
        notes.extend((s.more_rejected > 0).then(|| format!("and {} more bad records", s.more_rejected)));
        notes.push("mend them and import again, or keep the good ones: --skip-bad --rejects FILE".to_owned());
        return notes;
    }
    guessed(s, &mut notes);
    doubtful(s, dry, me, &mut notes);
    notes.extend((s.more_rejected > 0).then(|| format!("and {} more bad records", s.more_rejected)));
    notes.extend(s.operation.map(|n| format!("operation {n}; to take the whole import back: desk undo")));
    notes
}

/// The first few, and how many more there are.
fn listed(all: impl ExactSizeIterator<Item = String>) -> String {
    let more = all.len().saturating_sub(TOLD);
    let first: Vec<String> = all.take(TOLD).collect();
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}

/// A word for the shell, whatever stands in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Words that nobody knows, and what was made of them.
fn guessed(s: &Summary, notes: &mut Vec<String>) {
    for (field, word, taken, count) in s.guesses.iter().take(TOLD) {
        let came = if *count == 1 { "1 ticket came".to_owned() } else { format!("{count} tickets came") };
        let map = quoted(&format!("{field}:{word}=…"));
        notes.push(format!("the {field} {word:?} is unknown: {came} in as {taken}; to say what it means: --map {map}"));
    }
    if s.guesses.len() > TOLD {
        notes.push(format!("and {} more such words: --json tells all", s.guesses.len() - TOLD));
    }
    for word in &s.idle {
        notes.push(format!("--map {} met nothing", quoted(word)));
    }
    if !s.new_agents.is_empty() {
        notes.push(format!(
            "new agents: {}; one who is here already: --map 'assignee:NAME THERE=name'; one who has left: desk agent off NAME",
            listed(s.new_agents.iter().cloned())
        ));
    }
}

/// What is easily wrong without being bad.
fn doubtful(s: &Summary, dry: bool, me: &str, notes: &mut Vec<String>) {
    let mut say = |n: usize, one: &str, more: &str| {
        if n > 0 {
            notes.push(if n == 1 { format!("1 {one}") } else { format!("{n} {more}") });
        }
    };
    if s.differing > 0 {
        let source = format!("known by the same numbers as {}:…; what is from elsewhere needs a name of its own: --source NAME", s.source);
        say(s.differing, &format!("is {source}"), &format!("are {source}"));
    }
    if s.kind == Some(Kind::Tickets) {
        let known = "without a number there: a second import knows a row again only as long as it stays the same (--map COLUMN=number)";
        say(s.numberless, &format!("ticket came in {known}"), &format!("tickets came in {known}"));
    }
    let nameless = "known by a number alone, and whether one of them is an agent is not known at all: give the files that tell of people and companies along with the tickets";
    say(s.nameless, &format!("contact is {nameless}"), &format!("contacts are {nameless}"));
    let again = "when it is here, this file again with --on-conflict update puts them there";
    say(
        s.strays,
        &format!("time entry names a ticket that is not here, its number stands before the text; {again}"),
        &format!("time entries name tickets that are not here, their numbers stand before the texts; {again}"),
    );
    let yours = format!("nobody who worked, and counts as yours, {me}");
    say(s.nobodys, &format!("time entry names {yours}"), &format!("time entries name {}", yours.replace("counts", "count")));
    let (is, are) = if dry { ("would wait", "would wait") } else { ("waits", "wait") };
    let quiet = "for you although nothing happened for a month: --close-older 30d closes such";
    say(s.quiet, &format!("of the new tickets {is} {quiet}"), &format!("of the new tickets {are} {quiet}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_file_is_no_command_for_the_shell() {
        assert_eq!(quoted("a'; rm -rf ~ #$(x)"), r"'a'\''; rm -rf ~ #$(x)'");
    }

    #[test]
    fn long_lists_are_cut() {
        let names = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>().into_iter();
        assert_eq!(listed(names(2)), "0, 1");
        assert!(listed(names(100)).ends_with("11 and 88 more"));
    }
}
