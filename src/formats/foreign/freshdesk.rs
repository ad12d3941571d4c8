//! Freshdesk: the table of tickets that it exports, with durations that are not to be trusted, and tickets as its interface
//! for programs writes them, where statuses, priorities and sources are numbers.

use super::page::{cell, cell_due, cell_instant, due, flag, id, instant, is_row, list, object, text, texts};
use super::shelf::Shelf;
use super::{Program, Sample, page, talk, words};
use crate::domain::incoming::{Incoming, IncomingClient, IncomingMessage, IncomingPerson, IncomingTicket, Way, What};
use crate::domain::record::Record;
use crate::domain::time::{Minutes, minutes};
use serde_json::{Map, Value};

/// See [`super::PROGRAMS`].
pub(super) const PROGRAM: Program = Program {
    word: "freshdesk",
    files: "tickets as CSV; JSON of its API: tickets with conversations, contacts, agents, companies",
    looks,
    read,
};

/// Columns that other tables hardly have.
const COLUMNS: [&str; 11] = [
    "Due by Time",
    "Initial response time",
    "First response time (in hrs)",
    "Resolution time (in hrs)",
    "Agent interactions",
    "Customer interactions",
    "Resolution status",
    "First response status",
    "Every response status",
    "Survey results",
    "Association type",
];
/// Members of a ticket that others hardly have.
const TICKET: [&str; 10] = [
    "responder_id",
    "requester_id",
    "fr_escalated",
    "is_escalated",
    "fr_due_by",
    "due_by",
    "description_text",
    "email_config_id",
    "fwd_emails",
    "reply_cc_emails",
];
/// Members of a contact.
const CONTACT: [&str; 6] =
    ["other_emails", "view_all_tickets", "other_companies", "unique_external_id", "twitter_id", "company_id"];
/// Members of an agent.
const AGENT: [&str; 5] = ["ticket_scope", "occasional", "available", "available_since", "group_ids"];
/// Members of a company.
const COMPANY: [&str; 5] = ["domains", "health_score", "account_tier", "renewal_date", "industry"];

/// What a record tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ticket,
    Contact,
    Agent,
    Company,
}

fn looks(sample: &Sample<'_>) -> bool {
    if !sample.json {
        return sample.among(&["Ticket ID", "Subject", "Status"]) == 3 && sample.among(&COLUMNS) >= 2;
    }
    let Some((kind, members)) = kind(&sample.first.members) else { return false };
    let among = |names| page::among(members.keys(), names);
    match kind {
        Kind::Ticket => among(&TICKET) >= 3 && page::whole(members, "status").is_some(),
        Kind::Contact => among(&CONTACT) >= 3,
        Kind::Agent => among(&AGENT) >= 2,
        Kind::Company => among(&COMPANY) >= 3,
    }
}

/// What a record is, also where it stands in a member that says so.
fn kind(members: &Map<String, Value>) -> Option<(Kind, &Map<String, Value>)> {
    let has = |name: &str| members.contains_key(name);
    for name in ["ticket", "helpdesk_ticket"] {
        if let Some(ticket) = object(members, name) {
            return Some((Kind::Ticket, ticket));
        }
    }
    if ["subject", "requester_id", "responder_id", "conversations"].into_iter().any(has) {
        return Some((Kind::Ticket, members));
    }
    if let Some(contact) = object(members, "contact") {
        // The person of an agent stands beside what he may do.
        return Some(if has("id") { (Kind::Agent, members) } else { (Kind::Contact, contact) });
    }
    let inside = [("agent", Kind::Agent), ("company", Kind::Company)];
    let inside = inside.into_iter().find_map(|(name, kind)| Some((kind, object(members, name)?)));
    inside.or_else(|| match () {
        () if has("domains") => Some((Kind::Company, members)),
        () if has("email") || has("mobile") || has("company_id") => Some((Kind::Contact, members)),
        () => None,
    })
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let what = if is_row(record) {
        Some(What::Ticket(Box::new(row(shelf, record)?)))
    } else {
        match kind(&record.members) {
            Some((Kind::Ticket, members)) => ticket(shelf, members)?.map(|ticket| What::Ticket(Box::new(ticket))),
            Some((Kind::Contact, members)) => shelf.meet(contact(shelf, members)),
            Some((Kind::Agent, members)) => shelf.meet(agent(members)),
            Some((Kind::Company, members)) => {
                let client = shelf.found(members, "domains", &["description", "note"]);
                client.map(|client| What::Client(IncomingClient { plan: text(members, "account_tier"), ..client }))
            }
            None => return Err("neither a ticket nor a contact nor an agent nor a company".to_owned()),
        }
    };
    Ok(what.map(|what| talk::incoming(record, what)).into_iter().collect())
}

/// A status in a word; numbers of an account's own statuses have none.
fn status(text: String) -> String {
    match text.as_str() {
        "2" => "open".to_owned(),
        "3" => "pending".to_owned(),
        "4" => "resolved".to_owned(),
        "5" => "closed".to_owned(),
        "6" => "waiting on customer".to_owned(),
        "7" => "waiting on third party".to_owned(),
        _ => text,
    }
}

/// A priority in a word: the greatest number is the most urgent.
fn priority(text: String) -> String {
    match text.as_str() {
        "1" => "low".to_owned(),
        "2" => "medium".to_owned(),
        "3" => "high".to_owned(),
        "4" => "urgent".to_owned(),
        _ => text,
    }
}

/// The number of a mail that an agent sent to begin with.
const OUTBOUND: &str = "10";

/// How a ticket came, of numbers and of words.
fn source(text: &str) -> String {
    let word = match text {
        "1" | OUTBOUND => "email",
        "2" => "portal",
        "3" => "phone",
        "4" => "forum",
        "5" => "twitter",
        "6" => "facebook",
        "7" => "chat",
        "8" => "mobile",
        "9" => "web",
        "11" => "ecommerce",
        "12" => "bot",
        "13" => "whatsapp",
        other => return words::channel(other),
    };
    word.to_owned()
}

/// A ticket of the table.
fn row(shelf: &Shelf, record: &Record) -> Result<IncomingTicket, String> {
    let cell = |name| cell(record, name);
    let instant = |name| cell_instant(record, name, &shelf.dates);
    let either = |one, other| instant(one).and_then(|at| if at.is_none() { instant(other) } else { Ok(at) });
    let client = cell("Company Name");
    let requester = talk::in_cells(cell("Contact ID"), cell("Full name"), cell("Email"));
    let came = cell("Source");
    let mut ticket = IncomingTicket {
        external: cell("Ticket ID").and_then(|id| page::unmarked(&id)),
        subject: cell("Subject").unwrap_or_default(),
        status: cell("Status").map(status),
        priority: cell("Priority").map(priority),
        assignee: cell("Agent").filter(|agent| !agent.eq_ignore_ascii_case("No Agent")),
        requester: requester.map(|person| IncomingPerson { client: client.clone(), ..person }),
        client,
        tags: words::tags(cell("Tags"), |c| c == ','),
        outbound: came.as_ref().is_some_and(|came| came == OUTBOUND || came.eq_ignore_ascii_case("Outbound Email")),
        channel: came.map(|came| source(&came)),
        opened_at: instant("Created time")?,
        updated_at: either("Last update time", "Last updated time")?,
        closed_at: either("Resolved time", "Closed time")?,
        due_at: cell_due(record, "Due by Time", &shelf.dates)?,
        minutes: tracked(record)?,
        ratings: cell("Survey results").and_then(|word| words::rating(&word, None, None)).into_iter().collect(),
        ..Default::default()
    };
    talk::finish(&mut ticket);
    Ok(ticket)
}

/// The worked time of a row, hours and minutes and seconds; less than nothing is nothing.
fn tracked(record: &Record) -> Result<Option<Minutes>, String> {
    const COLUMN: &str = "Time tracked";
    let Some(text) = cell(record, COLUMN).filter(|text| !text.starts_with(['-', '−'])) else { return Ok(None) };
    let number = |part: &str| part.parse::<u32>().ok().map(i64::from);
    let parts: Option<Vec<i64>> = text.split(':').map(number).collect();
    let seconds = match parts.as_deref() {
        Some([hours, minutes @ 0..60, seconds @ 0..60]) => hours * 3_600 + minutes * 60 + seconds,
        Some([hours, minutes @ 0..60]) => hours * 3_600 + minutes * 60,
        _ => {
            let quoted: String = text.chars().take(60).collect();
            return Err(format!("{COLUMN}: \"{quoted}\" is no length of time: 01:30:00 is one"));
        }
    };
    Ok(Some(minutes(seconds)).filter(|minutes| *minutes > 0))
}

/// A ticket of the interface for programs; none where it was deleted.
fn ticket(shelf: &Shelf, members: &Map<String, Value>) -> Result<Option<IncomingTicket>, String> {
    if flag(members, "deleted") == Some(true) {
        return Ok(None);
    }
    let requester = requester(shelf, members);
    let instant = |name| instant(members, name, &shelf.dates);
    let when = |name| object(members, "stats").map_or(Ok(None), |stats| page::instant(stats, name, &shelf.dates));
    let spam = flag(members, "spam") == Some(true);
    let came = text(members, "source");
    let responder = shelf.who(id(members, "responder_id"), object(members, "responder"));
    let mut ticket = IncomingTicket {
        external: id(members, "id"),
        subject: text(members, "subject").unwrap_or_default(),
        status: if spam { Some("spam".to_owned()) } else { text(members, "status").map(status) },
        priority: text(members, "priority").map(priority),
        assignee: responder.as_ref().and_then(talk::called),
        client: company(shelf, members).or_else(|| requester.as_ref()?.client.clone()),
        requester,
        tags: texts(members, "tags", &["name"]),
        outbound: came.as_deref() == Some(OUTBOUND),
        channel: came.map(|came| source(&came)),
        opened_at: instant("created_at")?,
        updated_at: instant("updated_at")?,
        closed_at: when("resolved_at")?.or(when("closed_at")?),
        due_at: due(members, "due_by", &shelf.dates)?,
        messages: messages(shelf, members)?,
        ..Default::default()
    };
    talk::finish(&mut ticket);
    Ok(Some(ticket))
}

fn requester(shelf: &Shelf, members: &Map<String, Value>) -> Option<IncomingPerson> {
    shelf.who(id(members, "requester_id"), object(members, "requester"))
}

/// The name of the company of a ticket or contact.
fn company(shelf: &Shelf, members: &Map<String, Value>) -> Option<String> {
    shelf.company(id(members, "company_id"), object(members, "company"))
}

/// The description and the conversations. A description is what the customer wrote, unless an agent began.
fn messages(shelf: &Shelf, members: &Map<String, Value>) -> Result<Vec<IncomingMessage>, String> {
    let mut messages = Vec::new();
    let description = talk::body(members, &["description"], &["description_text"]);
    let files = talk::files(list(members, "attachments"));
    if !description.is_empty() || !files.is_empty() {
        let out = text(members, "source").as_deref() == Some(OUTBOUND);
        let responder = id(members, "responder_id").map(|id| IncomingPerson { agent: true, ..shelf.person(id) });
        let author = if out { responder } else { requester(shelf, members) };
        let way = if out { Way::Out } else { Way::In };
        let at = instant(members, "created_at", &shelf.dates)?;
        messages.push(IncomingMessage { external: None, way, author, at, text: description, files });
    }
    for one in list(members, "conversations") {
        messages.push(conversation(shelf, one).map_err(|why| format!("conversations.{why}"))?);
    }
    Ok(messages)
}

fn conversation(shelf: &Shelf, members: &Map<String, Value>) -> Result<IncomingMessage, String> {
    let way = match (flag(members, "private"), flag(members, "incoming")) {
        (Some(true), _) => Way::Note,
        (_, Some(true)) => Way::In,
        _ => Way::Out,
    };
    let mut author = id(members, "user_id").map(|id| shelf.person(id)).unwrap_or_default();
    if talk::called(&author).is_none() && way == Way::In {
        talk::reach(&mut author, text(members, "from_email"));
    }
    author.agent |= way != Way::In;
    Ok(IncomingMessage {
        external: id(members, "id"),
        way,
        author: (author != IncomingPerson { agent: author.agent, ..Default::default() }).then_some(author),
        at: instant(members, "created_at", &shelf.dates)?,
        text: talk::body(members, &["body"], &["body_text"]),
        files: talk::files(list(members, "attachments")),
    })
}

fn contact(shelf: &Shelf, members: &Map<String, Value>) -> IncomingPerson {
    IncomingPerson { client: company(shelf, members), ..talk::person(members) }
}

/// An agent: what is his own stands in `contact`, the id beside it.
fn agent(members: &Map<String, Value>) -> IncomingPerson {
    let person = talk::person(object(members, "contact").unwrap_or(members));
    IncomingPerson { external: id(members, "id").or(person.external), agent: true, ..person }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::foreign::tests::{brought, of_texts, tickets, when};

    const ALL: [&str; 4] =
        ["freshdesk-companies.json", "freshdesk-contacts.json", "freshdesk-agents.json", "freshdesk.json"];

    #[test]
    fn the_table_gives_what_it_has_and_no_durations() {
        let all = brought("freshdesk", &["freshdesk.csv"]);
        let all = tickets(&all);
        let [a, b, c] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("301"), "Login fails"));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("Resolved"), Some("Urgent")));
        assert_eq!((a.assignee.as_deref(), a.client.as_deref()), (Some("Kim Lee"), Some("Acme")));
        let anna = IncomingPerson {
            external: Some("8001".into()),
            name: "Anna Petrova".into(),
            emails: vec!["anna@acme.test".into()],
            client: Some("Acme".into()),
            ..Default::default()
        };
        assert_eq!(a.requester, Some(anna));
        assert_eq!(a.tags, ["web", "key account"]);
        assert_eq!((a.channel.as_deref(), a.outbound, a.minutes), (Some("email"), false, Some(90)));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-01T09:30:00Z"));
        assert_eq!(when(a.updated_at).as_deref(), Some("2026-03-03T09:30:05Z"));
        assert_eq!(when(a.due_at).as_deref(), Some("2026-03-02T06:02:00Z"));
        assert_eq!(a.ratings[0].score, 5);

        assert_eq!((b.assignee.as_deref(), b.minutes, b.due_at), (None, None, None));
        assert_eq!((b.channel.as_deref(), b.client.as_deref()), (Some("portal"), None));
        assert_eq!((c.outbound, c.channel.as_deref(), c.minutes), (true, Some("email"), None));
        assert_eq!((c.ratings.len(), c.closed_at), (0, None), "open again");
    }

    #[test]
    fn headers_in_other_letters_and_numbers_for_words_are_read() {
        let text =
            "TICKET ID;SUBJECT;status;PRIORITY;source;RESOLUTION STATUS;due by TIME\n#9;x;4;4;3;;2026-03-02 06:00\n";
        let all = of_texts("freshdesk", &[("t.csv", text)]).unwrap();
        let ticket = tickets(&all)[0];
        assert_eq!((ticket.external.as_deref(), ticket.channel.as_deref()), (Some("9"), Some("phone")));
        assert_eq!((ticket.status.as_deref(), ticket.priority.as_deref()), (Some("resolved"), Some("urgent")));
        assert!(ticket.due_at.is_some());
    }

    #[test]
    fn companies_contacts_and_agents_come_in_themselves() {
        let all = brought("freshdesk", &ALL);
        let What::Client(acme) = &all[0].what else { panic!("{:?}", all[0]) };
        assert_eq!((acme.external.as_deref(), acme.name.as_str()), (Some("700"), "Acme"));
        assert_eq!((acme.domains.as_slice(), acme.plan.as_deref()), (&["acme.test".to_owned()][..], Some("Premium")));
        assert_eq!(acme.note, "Since 2019\nPays late");
        let What::Contact(anna) = &all[1].what else { panic!("{:?}", all[1]) };
        assert_eq!((anna.external.as_deref(), anna.client.as_deref(), anna.agent), (Some("8001"), Some("Acme"), false));
        assert_eq!(anna.emails, ["anna@acme.test", "anna.p@example.com"]);
        assert_eq!(anna.phones, ["+7 495 123-45-67"]);
        let What::Contact(kim) = &all[2].what else { panic!("{:?}", all[2]) };
        assert_eq!((kim.external.as_deref(), kim.name.as_str(), kim.agent), (Some("6001"), "Kim Lee", true));
    }

    #[test]
    fn a_ticket_has_words_for_its_numbers_and_its_conversation_in_order() {
        let all = brought("freshdesk", &ALL);
        let a = tickets(&all)[0];
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("401"), "Login fails"));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("resolved"), Some("urgent")));
        assert_eq!((a.assignee.as_deref(), a.client.as_deref()), (Some("kim@example.com"), Some("Acme")));
        assert_eq!(a.requester.as_ref().unwrap().emails[0], "anna@acme.test");
        assert_eq!((a.tags.join("|").as_str(), a.channel.as_deref()), ("web|key account", Some("email")));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.updated_at).as_deref(), Some("2026-03-03T09:30:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-01T09:30:00Z"));
        assert_eq!(when(a.due_at).as_deref(), Some("2026-03-02T06:02:00Z"));
        assert!(!a.outbound);
        let said: Vec<_> = a.messages.iter().map(|m| (m.external.as_deref(), m.way, m.text.as_str())).collect();
        assert_eq!(
            said,
            [
                (None, Way::In, "It says 500."),
                (Some("9102"), Way::Note, "Database was full"),
                (Some("9101"), Way::Out, "Try again, please."),
                (Some("9103"), Way::In, "Спасибо,\nработает")
            ]
        );
        assert_eq!(a.messages[0].files, [("log.txt".to_owned(), Some(120))]);
        let author = |n: usize| a.messages[n].author.clone().unwrap();
        assert_eq!(
            (author(0).name.as_str(), author(1).name.as_str(), author(1).agent),
            ("Anna Petrova", "Kim Lee", true)
        );
        let ivan = author(3);
        assert_eq!((ivan.external.as_deref(), ivan.name.as_str()), (Some("8009"), "Ivan"));
        assert_eq!((ivan.emails.as_slice(), ivan.agent), (&["ivan@acme.test".to_owned()][..], false));
    }

    #[test]
    fn other_tickets_are_waiting_outbound_spam_gone_or_of_states_of_their_own() {
        let all = brought("freshdesk", &ALL);
        let all = tickets(&all);
        let ids: Vec<_> = all.iter().map(|one| one.external.as_deref().unwrap()).collect();
        assert_eq!(ids, ["401", "402", "403", "404", "406"]);
        let [_, b, c, spam, own] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((b.subject.as_str(), b.status.as_deref()), ("Не приходит счёт", Some("waiting on customer")));
        assert_eq!(b.requester.as_ref().unwrap().phones, ["+7 900 000-00-00"]);
        assert_eq!(
            (b.priority.as_deref(), b.channel.as_deref(), b.client.as_deref()),
            (Some("low"), Some("portal"), None)
        );
        assert_eq!((c.outbound, c.messages[0].way), (true, Way::Out));
        assert_eq!(c.messages[0].author.as_ref().unwrap().name, "Kim Lee");
        assert_eq!(c.client.as_deref(), Some("Acme"), "that of who asked");
        assert_eq!(spam.status.as_deref(), Some("spam"));
        assert_eq!(
            (own.status.as_deref(), own.channel.as_deref(), own.assignee.as_deref()),
            (Some("12"), Some("99"), None)
        );
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let row = |time: &str| {
            let text = format!("Ticket ID,Subject,Status,Time tracked\n1,x,Open,{time}\n");
            of_texts("freshdesk", &[("t.csv", &text)]).map(|all| tickets(&all)[0].minutes)
        };
        assert_eq!((row("120:00:00"), row("0:45"), row("-01:00:00")), (Ok(Some(7_200)), Ok(Some(45)), Ok(None)));
        for odd in ["soon", "1:75:00", "1:2:3:4", "99999999999:00"] {
            assert!(row(odd).unwrap_err().starts_with("Time tracked: "), "{odd}");
        }
        let nested = r#"[{"id":1,"subject":"x","conversations":[{"created_at":"soon"}]}]"#;
        let why = of_texts("freshdesk", &[("t.json", nested)]).unwrap_err();
        assert!(why.starts_with("conversations.created_at: "), "{why}");
    }
}
