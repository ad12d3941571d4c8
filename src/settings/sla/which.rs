//! Which tickets a policy is for: the query that may stand in its `match`, and which query leaves nothing to another.

use crate::domain::refusal::Refusal;
use crate::domain::search::{self, Query, Term, Test, Who};
use crate::domain::ticket::Priority;
use crate::domain::time::Moment;
use crate::domain::zone::Zone;

/// Reads which tickets a policy is for: conditions on what a ticket is, none on how it stands at the moment.
///
/// ```
/// use frontdesk::settings::sla::read_match;
/// assert_eq!(read_match("plan:pro prio:high,urgent not:+internal").unwrap().terms.len(), 3);
/// assert_eq!(read_match(r#"client:"Acme Ltd" channel:phone"#).unwrap().terms.len(), 2);
/// assert_eq!(read_match("status:open").unwrap_err().to_string(), r#""status:open" cannot choose a policy: it changes with time"#);
/// ```
///
/// # Errors
/// A [`Refusal`] for what is no query, and for what cannot choose a policy.
pub fn read_match(text: &str) -> Result<Query, Refusal> {
    const FORM: &str = "it may hold plan: vip: client: prio: +tag from: channel: who:";
    let mut query = Query::default();
    for word in arguments(text) {
        if let Some(why) = unfit(&word.to_lowercase()) {
            return Err(Refusal::Misused { word, why, hint: FORM.to_owned() });
        }
        // What is fit depends neither on the moment nor on the zone.
        let read = search::parse(std::slice::from_ref(&word), false, Moment::default(), &Zone::utc())?;
        if !read.words.is_empty() {
            return Err(Refusal::Misused {
                word,
                why: "cannot choose a policy: it is text, not a field",
                hint: FORM.to_owned(),
            });
        }
        query.terms.extend(read.terms);
    }
    Ok(query)
}

/// Why a word of a query cannot choose a policy, as far as its beginning shows it.
fn unfit(word: &str) -> Option<&'static str> {
    let bare = word.strip_prefix("not:").unwrap_or(word);
    let (key, value) = match bare.strip_prefix('@') {
        Some(names) => ("who", names),
        None => bare.split_once(':')?,
    };
    match key {
        "status" | "reason" | "due" | "waiting" | "older" | "opened" | "updated" | "closed" => {
            Some("cannot choose a policy: it changes with time")
        }
        "sla" | "draft" => Some("cannot choose a policy: it is no field of the ticket"),
        "sort" | "in" => Some("cannot choose a policy: it is no condition on a ticket"),
        "who" if value.split(',').any(|name| name.trim() == "me") => {
            Some("cannot choose a policy: for each of the team it means another")
        }
        _ => None,
    }
}

/// The words of a line; what stands between `"` is not divided.
fn arguments(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match (c, words.last_mut()) {
            ('"', _) => quoted = !quoted,
            (c, _) if c.is_whitespace() && !quoted => words.push(String::new()),
            (c, Some(word)) => word.push(c),
            (_, None) => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether every ticket that `narrow` finds is found by `wide` as well, as far as their words show it.
pub(super) fn covers(wide: &Query, narrow: &Query) -> bool {
    let all = |few: &Term, many: &Term| few.alternatives.iter().all(|test| many.alternatives.contains(test));
    let follows = |wide: &Term, narrow: &Term| match (wide.negated, narrow.negated) {
        (false, false) => all(narrow, wide),
        (true, true) => all(wide, narrow),
        _ => false,
    };
    wide.terms.iter().all(|wide| narrow.terms.iter().any(|narrow| follows(wide, narrow)))
}

/// Why no ticket meets a query, as far as its words show it: two of its conditions exclude each other.
pub(super) fn contradiction(query: &Query) -> Option<&'static str> {
    let refused = |test: &Test| query.terms.iter().any(|term| term.negated && term.alternatives.contains(test));
    if query.terms.iter().any(|term| !term.negated && term.alternatives.iter().all(refused)) {
        return Some("it asks for what it also leaves out");
    }
    if Priority::ALL.iter().all(|priority| refused(&Test::Priority(*priority))) {
        return Some("it leaves out every priority");
    }
    for field in [Field::Plan, Field::Vip, Field::Priority, Field::Client, Field::Channel, Field::Who] {
        let mut wanted =
            query.terms.iter().filter(|term| !term.negated && term.alternatives.iter().all(|t| field.has(t)));
        let Some(first) = wanted.next() else { continue };
        let left = |test: &&Test| {
            !refused(test) && wanted.clone().all(|term| term.alternatives.iter().any(|other| field.agree(test, other)))
        };
        if !first.alternatives.iter().any(|test| left(&test)) {
            return Some(field.why());
        }
    }
    None
}

/// Whether a ticket of this priority can meet a query, as far as its words show it.
pub(super) fn allows(query: &Query, priority: Priority) -> bool {
    let mut narrower = query.clone();
    narrower.terms.push(Term { negated: false, alternatives: vec![Test::Priority(priority)] });
    contradiction(&narrower).is_none()
}

/// A field of which a ticket has one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Plan,
    Vip,
    Priority,
    Client,
    Channel,
    Who,
}

impl Field {
    fn has(self, test: &Test) -> bool {
        self == match test {
            Test::Plan(_) => Field::Plan,
            Test::Vip(_) => Field::Vip,
            Test::Priority(_) => Field::Priority,
            Test::Client(_) => Field::Client,
            Test::Channel(_) => Field::Channel,
            Test::Who(_) => Field::Who,
            _ => return false,
        }
    }

    /// Whether one ticket can meet both. A client has several names, so that two words may mean the same one.
    fn agree(self, one: &Test, other: &Test) -> bool {
        match (one, other) {
            (Test::Client(Some(_)), Test::Client(Some(_))) => true,
            (Test::Who(Who::Name(one)), Test::Who(Who::Name(other))) => one.to_lowercase() == other.to_lowercase(),
            _ => one == other,
        }
    }

    fn why(self) -> &'static str {
        match self {
            Field::Plan => "a client has one plan",
            Field::Vip => "a client is a VIP or is none",
            Field::Priority => "a ticket has one priority",
            Field::Client => "a ticket without a client is of none",
            Field::Channel => "a ticket came by one channel",
            Field::Who => "a ticket has one assignee",
        }
    }
}
