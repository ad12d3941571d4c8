//! Which tickets a policy is for: the query that may stand in its `match`, and which query leaves nothing to another.

use crate::domain::refusal::Refusal;
use crate::domain::search::{self, Query, Term};
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
    const FORM: &str = "it may hold plan: client: prio: +tag from: channel: who:";
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
