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
pub fn read_match(text: &str) -> std::result::Result<Query, Refusal> {
    const FORM: &str = "it may hold plan: client: prio: +tag from: channel: who:";
    let no = |word: &str, why| Err(Refusal::Misused { word: word.to_owned(), why, hint: FORM.to_owned() });
    let words = arguments(text);
    for word in &words {
        let said = word.to_lowercase();
        let bare = said.strip_prefix("not:").unwrap_or(&said);
        let (key, value) = bare.split_once(':').unwrap_or(("", bare));
        match key {
            _ if MOVING.contains(&key) => return no(word, "cannot choose a policy: it changes with time"),
            "sla" | "draft" => return no(word, "cannot choose a policy: it is no field of the ticket"),
            "sort" | "in" => return no(word, "cannot choose a policy: it is no condition on a ticket"),
            "who" if value.split(',').any(|name| name.trim() == "me") => return no(word, MINE),
            "" if bare.strip_prefix('@').is_some_and(|who| who.split(',').any(|name| name.trim() == "me")) => {
                return no(word, MINE);
            }
            _ => {}
        }
    }
    // Nothing that is left depends on the moment or the zone.
    let query = search::parse(&words, false, Moment::default(), &Zone::utc())?;
    match words.iter().find(|_| !query.words.is_empty()).and_then(|_| words.iter().find(|word| is_text(word))) {
        Some(word) => no(word, "cannot choose a policy: it is text, not a field"),
        None => Ok(query),
    }
}

const MINE: &str = "cannot choose a policy: each would be somebody else";

/// Keys whose answer changes while nobody touches the ticket, or with its status.
const MOVING: &[&str] = &["status", "reason", "due", "waiting", "older", "opened", "updated", "closed"];

/// Whether a word of a query is full text.
fn is_text(word: &str) -> bool {
    let alone = [word.to_owned()];
    search::parse(&alone, false, Moment::default(), &Zone::utc()).is_ok_and(|query| !query.words.is_empty())
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
