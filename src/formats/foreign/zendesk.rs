//! Zendesk: the table of tickets that a view or a report exports, in the clock of the account and without conversations, and
//! the JSON export, one object on each line, with people and organizations in files of their own.

use super::page::{cell, cell_due, cell_instant, due, first, flag, id, instant, is_row, list, object, text, texts};
use super::shelf::Shelf;
use super::{Program, Sample, page, talk, words};
use crate::domain::incoming::{Incoming, IncomingMessage, IncomingPerson, IncomingRating, IncomingTicket, Way, What};
use crate::domain::record::Record;
use serde_json::{Map, Value};

/// See [`super::PROGRAMS`].
pub(super) const PROGRAM: Program = Program {
    word: "zendesk",
    files: "tickets as CSV; the JSON export: tickets with comments, users, organizations",
    looks,
    read,
};

/// Columns that other tables hardly have.
const COLUMNS: [&str; 13] = [
    "Summation column",
    "Requester id",
    "Requester external id",
    "Requester domain",
    "Submitter",
    "Initially assigned at",
    "Solved at",
    "Satisfaction Score",
    "Group stations",
    "Assignee stations",
    "Reopens",
    "First reply time in minutes",
    "Full resolution time in minutes",
];
/// Members of a ticket that others hardly have.
const TICKET: [&str; 14] = [
    "raw_subject",
    "requester_id",
    "submitter_id",
    "assignee_id",
    "collaborator_ids",
    "follower_ids",
    "email_cc_ids",
    "problem_id",
    "has_incidents",
    "satisfaction_rating",
    "custom_status_id",
    "followup_ids",
    "ticket_form_id",
    "brand_id",
];
/// Members of a user.
const USER: [&str; 8] = [
    "organization_id",
    "user_fields",
    "ticket_restriction",
    "only_private_comments",
    "default_group_id",
    "shared_agent",
    "iana_time_zone",
    "restricted_agent",
];
/// Members of an organization.
const ORGANIZATION: [&str; 5] =
    ["domain_names", "shared_tickets", "shared_comments", "organization_fields", "group_id"];

/// What a record of the JSON export tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ticket,
    User,
    Organization,
}

fn looks(sample: &Sample<'_>) -> bool {
    if !sample.json {
        return sample.among(&["Id", "Subject", "Status"]) == 3 && sample.among(&COLUMNS) >= 3;
    }
    let Some((kind, members)) = kind(&sample.first.members) else { return false };
    let among = |names| page::among(members.keys(), names);
    // A line of the export has nothing but the one member that says what it is, and needs less to be known.
    let alone = sample.first.members.len() == 1 && among(&["id"]) == 1;
    let spare = usize::from(alone);
    match kind {
        Kind::Ticket => {
            among(&TICKET) + spare >= 3 || alone && list(members, "comments").any(|c| c.contains_key("author_id"))
        }
        Kind::User => {
            let role = text(members, "role").is_some_and(|role| ROLES.contains(&role.as_str()));
            role && among(&USER) + 2 * spare >= 2
        }
        Kind::Organization => among(&ORGANIZATION) + spare >= 2,
    }
}

/// What the role of a user can be; all but the first are of the team.
const ROLES: [&str; 3] = ["end-user", "agent", "admin"];

/// What a record is, also where it stands in a member that says so.
fn kind(members: &Map<String, Value>) -> Option<(Kind, &Map<String, Value>)> {
    let has = |name: &str| members.contains_key(name);
    if let Some(ticket) = object(members, "ticket") {
        Some((Kind::Ticket, ticket))
    } else if ["subject", "raw_subject", "requester_id", "submitter_id", "comments"].into_iter().any(has) {
        Some((Kind::Ticket, members))
    } else if let Some(user) = object(members, "user") {
        Some((Kind::User, user))
    } else if let Some(organization) = object(members, "organization") {
        Some((Kind::Organization, organization))
    } else if has("domain_names") {
        Some((Kind::Organization, members))
    } else if has("role") {
        Some((Kind::User, members))
    } else {
        None
    }
}

fn read(shelf: &mut Shelf, record: &Record) -> Result<Vec<Incoming>, String> {
    let what = if is_row(record) {
        row(shelf, record)?.map(|ticket| What::Ticket(Box::new(ticket)))
    } else {
        match kind(&record.members) {
            Some((Kind::Ticket, members)) => ticket(shelf, members)?.map(|ticket| What::Ticket(Box::new(ticket))),
            Some((Kind::User, members)) => shelf.meet(user(shelf, members)),
            Some((Kind::Organization, members)) => {
                shelf.found(members, "domain_names", &["details", "notes"]).map(What::Client)
            }
            None => return Err("neither a ticket nor a user nor an organization".to_owned()),
        }
    };
    Ok(what.map(|what| talk::incoming(record, what)).into_iter().collect())
}

/// Whether a ticket of this status was deleted.
fn is_gone(status: Option<&String>) -> bool {
    status.is_some_and(|status| status.eq_ignore_ascii_case("deleted"))
}

/// A ticket of the table; none where it was deleted.
fn row(shelf: &Shelf, record: &Record) -> Result<Option<IncomingTicket>, String> {
    let cell = |name| cell(record, name);
    let status = cell("Status");
    if is_gone(status.as_ref()) {
        return Ok(None);
    }
    let instant = |name| cell_instant(record, name, &shelf.dates);
    let client = cell("Organization");
    let requester = talk::in_cells(cell("Requester id"), cell("Requester"), cell("Requester email"));
    let mut ticket = IncomingTicket {
        external: cell("Id").and_then(|id| page::unmarked(&id)),
        subject: cell("Subject").unwrap_or_default(),
        status,
        priority: cell("Priority"),
        assignee: cell("Assignee"),
        requester: requester.map(|person| IncomingPerson { client: client.clone(), ..person }),
        client,
        tags: words::tags(cell("Tags"), |c| c.is_whitespace() || c == ','),
        channel: cell("Via").map(|via| words::channel(&via)),
        opened_at: instant("Created at")?,
        updated_at: instant("Updated at")?,
        closed_at: instant("Solved at")?,
        due_at: cell_due(record, "Due date", &shelf.dates)?,
        ratings: cell("Satisfaction Score").and_then(|word| words::rating(&word, None, None)).into_iter().collect(),
        ..Default::default()
    };
    talk::finish(&mut ticket);
    Ok(Some(ticket))
}

/// A ticket of the JSON export; none where it was deleted.
fn ticket(shelf: &Shelf, members: &Map<String, Value>) -> Result<Option<IncomingTicket>, String> {
    let status = text(members, "status");
    if is_gone(status.as_ref()) {
        return Ok(None);
    }
    let whole = Whole { shelf, members };
    let requester = whole.person("requester");
    let company = shelf.company(whole.id_of("organization"), object(members, "organization"));
    let instant = |name| instant(members, name, &shelf.dates);
    let solved = object(members, "metric_set").map(|set| page::instant(set, "solved_at", &shelf.dates));
    let via = object(members, "via");
    let from = via.and_then(|via| object(via, "source")).and_then(|source| object(source, "from"));
    let mut ticket = IncomingTicket {
        external: id(members, "id"),
        subject: first(members, &["subject", "raw_subject"]).unwrap_or_default(),
        status,
        priority: text(members, "priority"),
        assignee: whole.person("assignee").as_ref().and_then(talk::called),
        client: company.or_else(|| requester.as_ref()?.client.clone()),
        requester,
        tags: tags(members),
        channel: via.and_then(|via| text(via, "channel")).map(|via| words::channel(&via)),
        opened_at: instant("created_at")?,
        updated_at: instant("updated_at")?,
        closed_at: instant("solved_at")?.or(solved.transpose()?.flatten()),
        due_at: due(members, "due_at", &shelf.dates)?,
        messages: whole.messages()?,
        url: text(members, "url").map(|url| page_of(&url)),
        ratings: rating(members).into_iter().collect(),
        links: texts(members, "followup_ids", &["id"]).into_iter().chain(id(members, "problem_id")).collect(),
        ..Default::default()
    };
    ticket.links.extend(from.and_then(|from| id(from, "ticket_id")));
    talk::finish(&mut ticket);
    ticket.merged_into = merged(&ticket);
    Ok(Some(ticket))
}

fn tags(members: &Map<String, Value>) -> Vec<String> {
    match members.get("tags") {
        Some(Value::Array(_)) => texts(members, "tags", &["name"]),
        _ => words::tags(text(members, "tags"), char::is_whitespace),
    }
}

fn rating(members: &Map<String, Value>) -> Option<IncomingRating> {
    let rating = object(members, "satisfaction_rating")?;
    words::rating(&text(rating, "score")?, text(rating, "comment"), None)
}

/// The page of a ticket, where the address is that of the interface for programs.
fn page_of(url: &str) -> String {
    let number = url.split_once("/api/v2/tickets/").and_then(|(host, rest)| Some((host, rest.strip_suffix(".json")?)));
    number.map_or_else(|| url.to_owned(), |(host, number)| format!("{host}/agent/tickets/{number}"))
}

/// The ticket that it was merged into stands only in the last words of one that was closed by that.
fn merged(ticket: &IncomingTicket) -> Option<String> {
    if !ticket.tags.iter().any(|tag| tag == "closed_by_merge") {
        return None;
    }
    ticket.messages.iter().rev().find_map(|message| {
        let (_, rest) = message.text.split_once("merged into request #")?;
        let number = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        (!number.is_empty()).then(|| number.to_owned())
    })
}

/// A ticket of the JSON export and whom other files told of.
struct Whole<'a> {
    shelf: &'a Shelf,
    members: &'a Map<String, Value>,
}

impl Whole<'_> {
    /// The id of who or what has a role: `requester_id`, or that of the object `requester`.
    fn id_of(&self, role: &str) -> Option<String> {
        let own = object(self.members, role).and_then(|object| id(object, "id"));
        id(self.members, &format!("{role}_id")).or(own)
    }

    fn person(&self, role: &str) -> Option<IncomingPerson> {
        self.shelf.who(self.id_of(role), object(self.members, role))
    }

    /// The conversation. Its first comment is the description, which counts only where no comments came along.
    fn messages(&self) -> Result<Vec<IncomingMessage>, String> {
        let comments = list(self.members, "comments").map(|comment| self.comment(comment));
        let mut messages: Vec<IncomingMessage> = comments.collect::<Result<_, String>>()?;
        let description = text(self.members, "description").filter(|_| messages.is_empty());
        if let Some(text) = description {
            let author = self.person("submitter").or_else(|| self.person("requester"));
            let at = instant(self.members, "created_at", &self.shelf.dates)?;
            let (way, author) = self.way(author, flag(self.members, "is_public"));
            messages.push(IncomingMessage { external: None, way, author, at, text, files: Vec::new() });
        }
        Ok(messages)
    }

    fn comment(&self, comment: &Map<String, Value>) -> Result<IncomingMessage, String> {
        let at = instant(comment, "created_at", &self.shelf.dates).map_err(|why| format!("comments.{why}"))?;
        let inner = Whole { shelf: self.shelf, members: comment };
        let (way, author) = self.way(inner.person("author"), flag(comment, "public"));
        Ok(IncomingMessage {
            external: id(comment, "id"),
            way,
            author,
            at,
            text: talk::body(comment, &["html_body"], &["plain_body", "body"]),
            files: talk::files(list(comment, "attachments")),
        })
    }

    /// Which way the words of somebody went. Who asks is served, also where he is one of the team; who has the ticket is
    /// one of the team, also where no file tells so.
    fn way(&self, author: Option<IncomingPerson>, public: Option<bool>) -> (Way, Option<IncomingPerson>) {
        let external = author.as_ref().and_then(|author| author.external.clone());
        if external.as_deref() == Some("-1") {
            return (Way::Note, None);
        }
        let has = |role| external.is_some() && self.id_of(role) == external;
        let team = author.as_ref().is_some_and(|author| author.agent) || has("assignee");
        let author = author.map(|author| IncomingPerson { agent: team, ..author });
        let way = match public {
            Some(false) => Way::Note,
            _ if team && !has("requester") => Way::Out,
            _ => Way::In,
        };
        (way, author)
    }
}

fn user(shelf: &Shelf, members: &Map<String, Value>) -> IncomingPerson {
    let company = shelf.company(id(members, "organization_id"), None);
    let team = text(members, "role").is_some_and(|role| role != "end-user");
    IncomingPerson { client: company, agent: team, ..talk::person(members) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::foreign::tests::{brought, of_texts, tickets, when};

    const ALL: [&str; 3] = ["zendesk-organizations.ndjson", "zendesk-users.ndjson", "zendesk.ndjson"];

    #[test]
    fn the_table_gives_what_it_has_in_the_clock_of_the_account() {
        let all = brought("zendesk", &["zendesk.csv"]);
        let all = tickets(&all);
        let [a, b, c] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("101"), "Login fails"));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("Solved"), Some("High")));
        assert_eq!((a.assignee.as_deref(), a.client.as_deref()), (Some("Kim Lee"), Some("Acme")));
        let anna = IncomingPerson {
            external: Some("9001".into()),
            name: "Anna Petrova".into(),
            emails: vec!["anna@acme.test".into()],
            client: Some("Acme".into()),
            ..Default::default()
        };
        assert_eq!(a.requester, Some(anna));
        assert_eq!((a.tags.as_slice(), a.channel.as_deref()), (&["web".into(), "vip".into()][..], Some("email")));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.updated_at).as_deref(), Some("2026-03-02T15:00:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!((a.ratings[0].score, a.ratings[0].comment.as_str(), a.ratings[0].at), (5, "", None));
        assert_eq!((a.due_at, a.minutes, a.messages.len(), a.outbound), (None, None, 0, false));

        assert_eq!((b.status.as_deref(), b.priority.as_deref(), b.assignee.as_deref()), (Some("On-hold"), None, None));
        assert_eq!(when(b.due_at).as_deref(), Some("2026-03-10T20:59:00Z"), "a day lasts to its end");
        assert_eq!((b.ratings.len(), b.channel.as_deref(), b.client.as_deref()), (0, Some("web"), None));

        assert_eq!((c.ratings[0].score, c.closed_at), (1, None), "open again");
        assert_eq!(when(c.due_at).as_deref(), Some("2026-03-08T09:00:00Z"));
        assert_eq!(c.channel.as_deref(), Some("phone"));
        assert_eq!(c.requester.as_ref().unwrap().name, "Caller");
    }

    #[test]
    fn people_and_organizations_come_in_themselves() {
        let all = brought("zendesk", &ALL);
        let [What::Client(acme), What::Client(other), What::Contact(anna), What::Contact(petr), What::Contact(kim), ..] =
            all.iter().map(|one| one.what.clone()).collect::<Vec<_>>().try_into().map(|all: [What; 9]| all).unwrap()
        else {
            panic!("{all:?}")
        };
        assert_eq!((acme.external.as_deref(), acme.name.as_str()), (Some("360001"), "Acme"));
        assert_eq!(acme.domains, ["acme.test", "acme.example.com"]);
        assert_eq!(
            (acme.note.as_str(), other.name.as_str(), other.note.as_str()),
            ("Since 2019\nPays late", "Ромашка", "")
        );
        assert_eq!((anna.external.as_deref(), anna.client.as_deref(), anna.agent), (Some("9001"), Some("Acme"), false));
        assert_eq!(
            (anna.emails, anna.phones),
            (vec!["anna@acme.test".to_owned()], vec!["+7 495 123-45-67".to_owned()])
        );
        assert_eq!((petr.client.as_deref(), petr.phones.len()), (Some("Ромашка"), 0));
        assert_eq!((kim.name.as_str(), kim.agent, kim.client), ("Kim Lee", true, None));
    }

    #[test]
    fn a_ticket_of_the_export_is_joined_with_its_people() {
        let all = brought("zendesk", &ALL);
        let a = tickets(&all)[0];
        assert_eq!((a.external.as_deref(), a.subject.as_str()), (Some("201"), "Login fails"));
        assert_eq!((a.status.as_deref(), a.priority.as_deref()), (Some("solved"), Some("high")));
        assert_eq!((a.assignee.as_deref(), a.client.as_deref()), (Some("kim@example.com"), Some("Acme")));
        assert_eq!(a.requester.as_ref().unwrap().name, "Anna Petrova");
        assert_eq!((a.tags.as_slice(), a.channel.as_deref()), (&["web".into(), "vip".into()][..], Some("email")));
        assert_eq!(when(a.opened_at).as_deref(), Some("2026-03-01T06:02:00Z"));
        assert_eq!(when(a.closed_at).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!((a.ratings[0].score, a.ratings[0].comment.as_str()), (5, "Quick!"));
        assert_eq!(a.links, ["250", "251", "150"]);
        assert_eq!(a.url.as_deref(), Some("https://acme.zendesk.com/agent/tickets/201"));
        assert_eq!((a.outbound, a.merged_into.as_deref()), (false, None));
        let said: Vec<_> =
            a.messages.iter().map(|m| (m.external.as_deref().unwrap(), m.way, m.text.as_str())).collect();
        assert_eq!(
            said,
            [
                ("5001", Way::In, "It says 500."),
                ("5002", Way::Out, "Try again, please."),
                ("5003", Way::Note, "Database was full")
            ],
            "the description once, oldest first"
        );
        assert_eq!(a.messages[0].files, [("снимок.png".to_owned(), Some(2048))]);
        assert_eq!(
            a.messages[2].author.as_ref().map(|author| (author.name.as_str(), author.agent)),
            Some(("Олег", true))
        );
    }

    #[test]
    fn without_comments_the_description_is_what_was_said_and_deleted_tickets_stay_away() {
        let all = brought("zendesk", &ALL);
        let all = tickets(&all);
        assert_eq!(all.iter().map(|one| one.external.as_deref().unwrap()).collect::<Vec<_>>(), ["201", "202", "204"]);
        let b = all[1];
        assert_eq!((b.subject.as_str(), b.client.as_deref()), ("Здравствуйте!", Some("Ромашка")));
        let [said] = b.messages.as_slice() else { panic!("{b:?}") };
        assert_eq!((said.way, said.text.as_str(), said.at), (Way::In, "Здравствуйте!\nНе приходит счёт.", b.opened_at));
        assert_eq!((when(b.due_at).as_deref(), b.ratings.len()), (Some("2026-03-10T09:00:00Z"), 0));
    }

    #[test]
    fn an_agent_who_begins_writes_outwards_and_the_rest_by_ids_alone() {
        let all = brought("zendesk", &["zendesk.ndjson"]);
        let c = tickets(&all)[2];
        let ways: Vec<_> = c.messages.iter().map(|m| m.way).collect();
        assert_eq!((ways, c.outbound), (vec![Way::Out, Way::In, Way::Note], true));
        assert_eq!((c.links.as_slice(), c.merged_into.as_deref()), (&["190".to_owned()][..], Some("201")));
        let person = IncomingPerson { external: Some("9001".into()), ..Default::default() };
        assert_eq!((c.requester.clone(), c.assignee.as_deref(), c.client.as_deref()), (Some(person), None, None));
        assert_eq!(c.messages[1].author.as_ref().and_then(|author| author.external.as_deref()), Some("9100"));
        assert_eq!(c.messages[2].author, None, "what the program itself noted");
    }

    #[test]
    fn what_stands_in_the_ticket_itself_serves_where_no_file_told_of_it() {
        let text = r#"{"ticket":{"id":12345678901234567890123,"subject":"x","status":"Open","requester":{"id":5,"name":"Ira",
            "email":"ira@example.com"},"assignee":{"id":6.0,"name":"Kim"},"organization":{"id":7,"name":"Acme"},
            "comments":[{"author":{"id":6,"name":"Kim"},"body":"a","public":true},{"author_id":5,"body":"b"}]}}"#;
        let all = of_texts("zendesk", &[("t.json", text)]).unwrap();
        let ticket = tickets(&all)[0];
        assert_eq!(ticket.external.as_deref(), Some("12345678901234567890123"));
        assert_eq!((ticket.assignee.as_deref(), ticket.client.as_deref()), (Some("Kim"), Some("Acme")));
        assert_eq!(ticket.requester.as_ref().unwrap().emails, ["ira@example.com"]);
        assert_eq!(ticket.messages.iter().map(|m| m.way).collect::<Vec<_>>(), [Way::Out, Way::In]);
    }

    #[test]
    fn a_date_that_nobody_can_read_is_named() {
        let read = |text: &str| of_texts("zendesk", &[("t.json", text)]).unwrap_err();
        assert!(read(r#"{"ticket":{"id":1,"created_at":"soon"}}"#).starts_with("created_at: \"soon\" is no date"));
        let nested = r#"{"ticket":{"id":1,"comments":[{"created_at":"2026-02-30T00:00:00Z","body":"x"}]}}"#;
        assert!(read(nested).starts_with("comments.created_at: "));
        let row = "ID,Subject,Status,Solved at\n1,x,Open,11/20/2026\n";
        assert!(of_texts("zendesk", &[("t.csv", row)]).unwrap_err().starts_with("Solved at: "));
        assert_eq!(of_texts("zendesk", &[("t.csv", "ID,Subject,Status\n1,x,Deleted\n")]), Ok(Vec::new()));
    }
}
