//! `desk find`: full text over everything.

use super::args::Answer;
use super::ls;
use crate::desk::Desk;
use crate::domain::contact::{Point, PointKind};
use crate::domain::listed::Listed;
use crate::domain::search::{Query, Sort, SortKey, StatusTest, Term, Test, Word};
use crate::domain::words;
use crate::error::{Error, Result};
use crate::report::{Cell, ticket};
use crate::store::Reader;
use crate::store::list::{Ask, compare};
use crate::store::search::{Field, Wanted};

/// Search subjects, texts, names, tags and phones
#[derive(Debug, Clone, clap::Args)]
#[command(override_usage = "desk find [OPTIONS] <WORDS>… [QUERY]", after_help = "Word forms are found, Russian and English; all words must be there; \"a phrase\" stands as it is, word* finds
what begins so. Words of a query (desk ls --help) narrow it down. Closed tickets are searched too.

Examples:
  desk find password reset
  desk find не печатает client:acme
  desk find \"connection refused\" opened:30d")]
pub struct Find {
    /// What to look for
    #[arg(required_unless_present = "rest", value_name = "WORDS")]
    words: Vec<String>,
    /// Rows at most (50 on a terminal, all in a pipe)
    #[arg(short, long, value_name = "N")]
    limit: Option<i64>,
    /// Words that are text whatever they begin with
    #[arg(last = true, value_name = "TEXT")]
    rest: Vec<String>,
}

impl Find {
    /// Searches.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let mut query = ls::query(desk, &self.words, true)?;
        query.words.extend(self.rest.iter().map(|w| Word::Plain(w.clone())));
        if query.words.is_empty() {
            return Err(Error::usage("there is nothing to look for").hint("a word, or a list: desk ls QUERY"));
        }
        if !query.status_asked() {
            query.terms.push(Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] });
        }
        if self.limit.is_some_and(|n| n < 1) {
            return Err(Error::usage("-l takes a number of rows from 1"));
        }
        let limit = self.limit.or_else(|| desk.host.stdout_is_terminal.then_some(50));
        let mut found = search(desk, &query, limit)?;
        let untold = ls::pressed(desk, &mut found.rows);
        let mut report = ticket::list(&found.rows, Some(&found.snippets), None, "nothing found");
        if found.more {
            report.notes.push(format!("the first {}; more with -l", found.rows.len()));
        }
        report.notes.extend(untold);
        Ok(report.into())
    }
}

/// What a search found.
pub(super) struct Found {
    /// The tickets: hits in the subject first, then the newest.
    pub(super) rows: Vec<Listed>,
    /// Where it stands, in step with the rows.
    pub(super) snippets: Vec<Cell>,
    /// How many rows.
    pub(super) total: i64,
    /// Whether the limit cut the rest off.
    pub(super) more: bool,
}

/// Pages of candidates are asked of the index, and narrowed down by the rest of the query, until there are enough.
pub(super) fn search(desk: &mut Desk, query: &Query, limit: Option<i64>) -> Result<Found> {
    let ask = ls::ask(desk, None)?;
    let Some(Sort { key: SortKey::Urgency, descending }) = query.sort else {
        return desk.read(|r| search_in(r, query, &ask, limit));
    };
    // What is urgent, promises decide: all that was found must be known first.
    let mut found = desk.read(|r| search_in(r, query, &ask, None))?;
    let places = desk.places(&mut found.rows)?;
    let mut placed: Vec<_> = places.into_iter().zip(found.rows.into_iter().zip(found.snippets)).collect();
    placed.sort_by_key(|(place, _)| *place);
    if descending {
        placed.reverse();
    }
    let limit = limit.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    found.more = placed.len() > limit;
    (found.rows, found.snippets) = placed.into_iter().take(limit).map(|(_, row)| row).unzip();
    Ok(found)
}

/// The same within one look at the desk.
pub(super) fn search_in(r: &mut Reader<'_>, query: &Query, ask: &Ask, limit: Option<i64>) -> Result<Found> {
    let wanted = Looked::of(&query.words);
    let limit = limit.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    // One more than is shown tells whether there are more; for another order, all must be known.
    let enough = if query.sort.is_some() { usize::MAX } else { limit.saturating_add(1) };
        let mut found = Found { rows: Vec::new(), snippets: Vec::new(), total: 0, more: false };
        let mut seen = std::collections::HashSet::new();
        for field in [Field::Subject, Field::About, Field::Text] {
            let mut after = None;
            while found.rows.len() < enough {
                let page = if enough == usize::MAX { 2000 } else { 200 };
                let hits = r.hits(field, &wanted.terms, after, page)?;
                after = hits.last().copied();
                narrow(r, query, ask, &wanted, field, &hits, enough, &mut seen, &mut found)?;
                if i64::try_from(hits.len()).unwrap_or(0) < page {
                    break;
                }
            }
        }
    if let Some(sort) = query.sort {
        let mut pairs: Vec<(Listed, Cell)> = found.rows.into_iter().zip(found.snippets).collect();
        pairs.sort_by(|(a, _), (b, _)| compare(a, b, sort, ask.now));
        (found.rows, found.snippets) = pairs.into_iter().unzip();
    }
    found.more = found.rows.len() > limit;
    found.rows.truncate(limit);
    found.snippets.truncate(limit);
    found.total = i64::try_from(found.rows.len()).unwrap_or(0);
    Ok(found)
}

/// The words of a query as the index and the highlighter want them.
pub(super) struct Looked {
    terms: Vec<Wanted>,
    stems: Vec<String>,
    phrases: Vec<Vec<String>>,
}

impl Looked {
    /// What the words of a query look for.
    pub(super) fn of(query: &[Word]) -> Looked {
        let mut looked = Looked { terms: Vec::new(), stems: Vec::new(), phrases: Vec::new() };
        for word in query {
            let phone = |text: &String| Point::read(text).filter(|p| p.kind == PointKind::Phone).map(|p| p.key());
            let stems = match word {
                // The Russian trunk prefix: the number is kept, and found, as +7.
                Word::Plain(text) | Word::Phrase(text)
                    if text.trim_start().starts_with('8') && phone(text).is_some_and(|key| key.starts_with('7')) =>
                {
                    phone(text).into_iter().collect()
                }
                Word::Plain(text) => words::terms(text),
                Word::Prefix(text) => words::prefix_terms(text),
                Word::Phrase(text) => {
                    let terms = words::terms(text);
                    looked.phrases.push(terms.clone());
                    terms
                }
            };
            let wanted = |stem: &String| Wanted { term: stem.trim_end_matches('*').to_owned(), prefix: stem.ends_with('*') };
            looked.terms.extend(stems.iter().map(wanted));
            looked.stems.extend(stems);
        }
        looked
    }
}

impl Looked {
    /// Whether a text has all of it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let terms = words::terms(text);
        let found = |w: &Wanted| terms.iter().any(|t| if w.prefix { t.starts_with(&w.term) } else { *t == w.term });
        self.terms.iter().all(found) && self.phrases.iter().all(|p| words::has_phrase(text, p))
    }
}

#[expect(clippy::too_many_arguments, reason = "one page of one search; a struct would only rename the arguments")]
fn narrow(
    r: &mut Reader<'_>,
    query: &Query,
    ask: &Ask,
    wanted: &Looked,
    field: Field,
    hits: &[i64],
    limit: usize,
    seen: &mut std::collections::HashSet<i64>,
    found: &mut Found,
) -> Result<()> {
    let pairs = if field == Field::Text { r.tickets_of_messages(hits)? } else { hits.iter().map(|id| (*id, *id)).collect() };
    let fresh: Vec<(i64, i64)> = pairs.into_iter().filter(|(_, ticket)| !seen.contains(ticket)).collect();
    let ids: Vec<i64> = fresh.iter().map(|(_, ticket)| *ticket).collect();
    let rows = r.listed_among(&ids, query, ask)?;
    let mut by_id: std::collections::HashMap<i64, Listed> = rows.into_iter().map(|l| (l.ticket.id, l)).collect();
    for (doc, ticket) in fresh {
        if found.rows.len() >= limit {
            break;
        }
        if !by_id.contains_key(&ticket) {
            continue;
        }
        let text = if field == Field::Text { r.text(doc)?.unwrap_or_default() } else { String::new() };
        let subject = by_id.get(&ticket).map(|l| l.ticket.subject.clone()).unwrap_or_default();
        // Names, phones and tags have no order of words; a subject has.
        let of_subject = if field == Field::About { words::terms(&subject) } else { Vec::new() };
        let beside = |phrase: &Vec<String>| field == Field::About && !phrase.iter().all(|t| of_subject.contains(t));
        let holds = |phrase: &Vec<String>| words::has_phrase(&text, phrase) || words::has_phrase(&subject, phrase) || beside(phrase);
        if !wanted.phrases.iter().all(holds) {
            continue;
        }
        if let (true, Some(row)) = (seen.insert(ticket), by_id.remove(&ticket)) {
            found.snippets.push(snippet(r, field, &text, ticket, &wanted.stems)?);
            found.rows.push(row);
        }
    }
    Ok(())
}

/// A line of the text around the first hit; where only the subject was hit, the beginning of the conversation.
fn snippet(r: &mut Reader<'_>, field: Field, text: &str, ticket: i64, stems: &[String]) -> Result<Cell> {
    let own;
    let text = if field == Field::Text {
        text
    } else {
        own = r.first_text(ticket)?.unwrap_or_default();
        &own
    };
    let (line, marks) = words::snippet(text, stems, 120);
    Ok(if line.is_empty() { Cell::Empty } else { Cell::Marked(line, marks) })
}
