//! How mail stands, on the first screen: when it was last fetched, what came back, what has not left, what waits for a
//! person. Silent where there is nothing to say.

use super::{Audience, Cell, Fact, Facts, Part};
use crate::domain::time::{Moment, elapsed, minutes};

/// A mail that leaves by itself is worth a word when it has waited so long, in seconds.
const LONG: i64 = 600;
/// So many of a kind are named one by one.
const SINGLY: usize = 5;

/// How mail stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// The mailboxes.
    pub fetched: Vec<Fetched>,
    /// Answers that came back: ticket, why, when.
    pub came_back: Vec<(i64, String, Moment)>,
    /// Mails that leave at the next occasion.
    pub waiting: i64,
    /// Since when the oldest of them waits.
    pub waits_since: Option<Moment>,
    /// Mails that may have left.
    pub unknown: i64,
    /// Mails that are not tried again by themselves.
    pub held: i64,
    /// Mails that wait for a decision.
    pub parked: i64,
    /// Mails of people who take no part, in tickets that are closed: ticket, who, when.
    pub third_parties: Vec<(i64, String, Moment)>,
    /// Drafts: ticket, whose, when.
    pub drafts: Vec<(i64, Whose, Moment)>,
}

/// Whose draft it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Of whoever looks.
    Mine(String),
    /// A colleague's: it waits for another's eye.
    Another(String),
}

/// A mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Its name.
    pub mailbox: String,
    /// When all of it was seen last.
    pub at: Option<Moment>,
    /// Why the last attempt failed.
    pub trouble: Option<String>,
}

/// The sentences for people, and everything for programs.
#[must_use]
pub fn parts(mail: &Mail, now: Moment) -> Vec<Part> {
    let mut lines = fetched(&mail.fetched, now);
    lines.extend(came_back(&mail.came_back));
    lines.extend(unsent(mail, now));
    lines.extend(mail.third_parties.iter().take(SINGLY).map(|(ticket, who, _)| {
        format!("{who}, who takes no part in {ticket}, wrote to it after it was closed: desk show {ticket}")
    }));
    lines.extend(drafts(&mail.drafts));
    let mut parts = vec![Part::Facts(data(mail))];
    if !lines.is_empty() {
        parts.insert(0, Part::lines(&lines));
    }
    parts
}

fn fetched(all: &[Fetched], now: Moment) -> Vec<String> {
    let ago = |at: Option<Moment>| at.map_or_else(|| "never".to_owned(), |at| distance(at, now));
    let (sound, troubled): (Vec<&Fetched>, Vec<&Fetched>) = all.iter().partition(|f| f.trouble.is_none());
    let mut lines: Vec<String> = match sound.as_slice() {
        [] => Vec::new(),
        [one] if all.len() == 1 => vec![format!("mail last fetched {}", ago(one.at))],
        several => {
            let each: Vec<String> = several.iter().map(|f| format!("{} {}", f.mailbox, ago(f.at))).collect();
            vec![format!("mail last fetched: {}", each.join(", "))]
        }
    };
    let trouble = |f: &&Fetched| {
        let why = f.trouble.as_deref().map(first_line).unwrap_or_default();
        format!("{} cannot be fetched: {why} (last fetched {})", f.mailbox, ago(f.at))
    };
    lines.extend(troubled.iter().map(trouble));
    lines
}

fn came_back(all: &[(i64, String, Moment)]) -> Vec<String> {
    let line =
        |(ticket, why, _): &(i64, String, Moment)| format!("the answer to {ticket} came back: {}", first_line(why));
    let mut lines: Vec<String> = all.iter().take(SINGLY).map(line).collect();
    if all.len() > SINGLY {
        lines.push(format!("and {} more came back: desk outbox --all", all.len() - SINGLY));
    }
    lines
}

fn unsent(mail: &Mail, now: Moment) -> Vec<String> {
    let mails = |n: i64| if n == 1 { "1 mail".to_owned() } else { format!("{n} mails") };
    let is = |n: i64| if n == 1 { "is" } else { "are" };
    let mut lines = Vec::new();
    if mail.unknown > 0 {
        lines.push(format!("{} may have been sent: desk outbox", mails(mail.unknown)));
    }
    if mail.held > 0 {
        lines.push(format!("{} {} held: desk outbox", mails(mail.held), is(mail.held)));
    }
    if let Some(since) = mail.waits_since.filter(|since| mail.waiting > 0 && now.since(*since) >= LONG) {
        let has = if mail.waiting == 1 { "has" } else { "have" };
        let wait = elapsed(minutes(now.since(since)));
        lines.push(format!("{} {has} been waiting for {wait} to be sent: desk outbox send", mails(mail.waiting)));
    }
    if mail.parked > 0 {
        lines.push(format!("{} {} parked: desk parked", mails(mail.parked), is(mail.parked)));
    }
    lines
}

fn drafts(all: &[(i64, Whose, Moment)]) -> Vec<String> {
    let (mut mine, mut others) = (Vec::new(), Vec::new());
    for (ticket, whose, _) in all {
        match whose {
            Whose::Mine(_) => mine.push(ticket.to_string()),
            Whose::Another(name) => others.push(format!("{ticket} by {name}")),
        }
    }
    let listed = |what: &str, named: &[String]| {
        let shown: Vec<&str> = named.iter().take(SINGLY).map(String::as_str).collect();
        let more = named.len().saturating_sub(SINGLY);
        let rest = if more > 0 { format!(" and {more} more: desk ls draft:any") } else { String::new() };
        (!named.is_empty()).then(|| format!("{what}{}{rest}", shown.join(", ")))
    };
    [listed("drafts that wait for your eye: ", &others), listed("your drafts: ", &mine)].into_iter().flatten().collect()
}

/// `12m ago`, `just now`.
fn distance(at: Moment, now: Moment) -> String {
    match now.since(at) / 60 {
        ..1 => "just now".to_owned(),
        n => format!("{} ago", elapsed(n)),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default()
}

fn data(mail: &Mail) -> Facts {
    let record = |members: Vec<(&'static str, Cell)>| Cell::Record(members);
    let mailbox = |f: &Fetched| {
        record(vec![
            ("mailbox", Cell::Text(f.mailbox.clone())),
            ("fetched_at", Cell::at(f.at)),
            ("trouble", Cell::text(f.trouble.as_deref())),
        ])
    };
    let back = |(ticket, why, at): &(i64, String, Moment)| {
        record(vec![("number", Cell::Ticket(*ticket)), ("why", Cell::Text(why.clone())), ("at", Cell::At(*at))])
    };
    let third = |(ticket, who, at): &(i64, String, Moment)| {
        record(vec![("number", Cell::Ticket(*ticket)), ("from", Cell::Text(who.clone())), ("at", Cell::At(*at))])
    };
    let draft = |(ticket, whose, at): &(i64, Whose, Moment)| {
        let (Whose::Mine(agent) | Whose::Another(agent)) = whose;
        record(vec![("number", Cell::Ticket(*ticket)), ("agent", Cell::Text(agent.clone())), ("at", Cell::At(*at))])
    };
    let outbox = [("waiting", mail.waiting), ("unknown", mail.unknown), ("held", mail.held)];
    let rows = vec![
        Fact::data("mailboxes", Cell::List(mail.fetched.iter().map(mailbox).collect())),
        Fact::data("came_back", Cell::List(mail.came_back.iter().map(back).collect())),
        Fact::data("outbox", record(outbox.into_iter().map(|(key, n)| (key, Cell::Count(n))).collect())),
        Fact::data("parked", Cell::Count(mail.parked)),
        Fact::data("third_parties", Cell::List(mail.third_parties.iter().map(third).collect())),
        Fact::data("drafts", Cell::List(mail.drafts.iter().map(draft).collect())),
    ];
    Facts { key: "mail", audience: Audience::Data, rows, ..Facts::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_000_000);

    fn said(mail: &Mail) -> String {
        match parts(mail, NOW).first() {
            Some(Part::Prose(text)) => text.clone(),
            _ => String::new(),
        }
    }

    fn mailbox(name: &str, ago: Option<i64>, trouble: Option<&str>) -> Fetched {
        Fetched { mailbox: name.into(), at: ago.map(|s| NOW.plus(-s)), trouble: trouble.map(str::to_owned) }
    }

    #[test]
    fn without_mail_nothing_is_said() {
        assert_eq!(said(&Mail::default()), "");
        assert_eq!(said(&Mail { waiting: 3, waits_since: Some(NOW.plus(-599)), ..Mail::default() }), "");
    }

    #[test]
    fn it_says_when_mail_was_last_fetched() {
        let of = |fetched: &[Fetched]| said(&Mail { fetched: fetched.to_vec(), ..Mail::default() });
        assert_eq!(of(&[mailbox("support", Some(3 * 3600), None)]), "mail last fetched 3h ago");
        assert_eq!(of(&[mailbox("support", Some(59), None)]), "mail last fetched just now");
        assert_eq!(of(&[mailbox("support", None, None)]), "mail last fetched never");
        assert_eq!(
            of(&[mailbox("support", Some(120), None), mailbox("sales", Some(3 * 86_400), None)]),
            "mail last fetched: support 2m ago, sales 3d ago"
        );
        assert_eq!(
            of(&[
                mailbox("support", Some(7200), Some("the password is refused\nbye")),
                mailbox("sales", Some(60), None)
            ]),
            "mail last fetched: sales 1m ago\nsupport cannot be fetched: the password is refused (last fetched 2h ago)"
        );
    }

    #[test]
    fn what_needs_a_person_is_said_with_the_way_to_it() {
        let mail = Mail {
            came_back: (1..=7).map(|n| (n, "no such user".to_owned(), NOW)).collect(),
            waiting: 2,
            waits_since: Some(NOW.plus(-7200)),
            unknown: 1,
            held: 2,
            parked: 3,
            drafts: vec![
                (42, Whose::Another("ana".into()), NOW),
                (45, Whose::Mine("mila".into()), NOW),
                (46, Whose::Another("bob".into()), NOW),
            ],
            ..Mail::default()
        };
        let text = said(&mail);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "the answer to 1 came back: no such user");
        assert_eq!(
            lines[5..],
            [
                "and 2 more came back: desk outbox --all",
                "1 mail may have been sent: desk outbox",
                "2 mails are held: desk outbox",
                "2 mails have been waiting for 2h to be sent: desk outbox send",
                "3 mails are parked: desk parked",
                "drafts that wait for your eye: 42 by ana, 46 by bob",
                "your drafts: 45",
            ]
        );
    }
}
