//! `desk topic split`: a topic that is two. How parts are found is in `domain::insight::topics`.

use super::{one, page, some_text};
use crate::actions::topics::{Piece, split as write};
use crate::commands::args::{self, Answer};
use crate::commands::chosen::Chosen;
use crate::desk::{Desk, Span};
use crate::domain::insight::topics::{Ticket, Topic, parted, parts};
use crate::domain::topic::Known;
use crate::error::{Error, Result};
use crate::render::guard;
use crate::report::topic::{Part, parts as report};
use crate::store::topic::Said;
use std::collections::BTreeSet;

/// So many tickets are looked at, the newest ones.
const LOOKED_AT: usize = 600;

/// What was asked for.
pub(super) struct Wanted {
    /// Names of the parts.
    pub(super) into: Vec<String>,
    /// Tickets, and the name of what they become.
    pub(super) by_hand: Option<(String, String)>,
}

/// Splits.
pub(super) fn split(desk: &mut Desk, id: i64, wanted: &Wanted, query: &[String]) -> Result<Answer> {
    let names: Vec<String> = wanted.into.iter().map(|name| some_text(name, "the name")).collect::<Result<_>>()?;
    if names.len() == 1 {
        return Err(Error::usage("one name is no two parts").hint(format!("desk topic split {id} --into NAME NAME; to call it so: desk topic name {id} {:?}", names.concat())));
    }
    let topic = one(desk, id, query)?;
    let chosen = Chosen::read(desk, query, desk.now)?;
    let year = Span::year_to(desk.now.plus(1));
    let span = chosen.period.map_or(year, |period| Span::of(period.from, period.to));
    let mut numbers: Vec<i64> = page::tickets(desk, &topic, &chosen, span)?.iter().map(|l| l.ticket.id).collect();
    numbers.drain(..numbers.len().saturating_sub(LOOKED_AT));
    let said = desk.read(|r| r.said_of(&numbers))?;
    let tickets: Vec<Ticket<'_>> = said.iter().map(Said::mined).collect();
    let (found, names) = match &wanted.by_hand {
        Some((ids, name)) => {
            let own = by_hand(desk, id, ids, &numbers)?;
            let found = parted(&tickets, &own).map(Vec::from).unwrap_or_default();
            (found, vec![topic.name.clone(), some_text(name, "the name")?])
        }
        None => (parts(&tickets, (!names.is_empty()).then_some(names.len())), names),
    };
    if found.is_empty() {
        return Err(indivisible(&topic, tickets.len(), wanted));
    }
    if wanted.by_hand.is_none() && wanted.into.is_empty() {
        agreed(desk, &topic, &found)?;
    }
    let name = |at: usize, part: &Topic| names.get(at).cloned().or((at > 0).then(|| part.name.clone()));
    let pieces: Vec<Piece> = found
        .iter()
        .enumerate()
        .map(|(at, part)| Piece { name: name(at, part), signature: part.signature.clone() })
        .collect();
    let written = desk.write(|tx| write(tx, &topic, &pieces))?;
    let rows: Vec<Part> = written.value.into_iter().zip(found).map(|(known, part)| row(known, part)).collect();
    Ok(report(&rows, written.operation).into())
}

fn row(known: Known, part: Topic) -> Part {
    Part { number: known.id, name: known.name, tickets: part.tickets, examples: part.examples, terms: part.terms }
}

/// The tickets that were named; all of them are of the topic, and not all that it has.
fn by_hand(desk: &mut Desk, id: i64, ids: &str, numbers: &[i64]) -> Result<BTreeSet<i64>> {
    let named = args::tickets(desk, &[ids.to_owned()])?;
    let own: BTreeSet<i64> = named.tickets.iter().map(|ticket| ticket.id).collect();
    let strange: Vec<String> = own.iter().filter(|n| !numbers.contains(n)).map(i64::to_string).collect();
    if !strange.is_empty() {
        let are = if strange.len() == 1 { "is not of" } else { "are not of" };
        return Err(Error::refused(format!("{} {are} topic {id}", strange.join(", ")))
            .hint(format!("desk ls status:all topic:{id}")));
    }
    if own.len() == numbers.len() {
        return Err(Error::refused(format!("these are all tickets of topic {id}")).hint(format!("desk topic name {id}")));
    }
    Ok(own)
}

fn indivisible(topic: &Known, tickets: usize, wanted: &Wanted) -> Error {
    let id = topic.id;
    if wanted.by_hand.is_some() {
        return Error::refused(format!("these tickets say what the others of topic {id} say"))
            .hint("name all that belong together; nothing was changed");
    }
    let of = if tickets == 1 { "1 ticket".to_owned() } else { format!("{tickets} tickets") };
    let many = if wanted.into.len() > 2 { format!(" of {} parts", wanted.into.len()) } else { String::new() };
    let hint = format!("by hand: desk topic split {id} --tickets 42,45 --name \"…\"");
    if many.is_empty() {
        Error::refused(format!("topic {id} is one issue, as far as its {of} tell")).hint(hint)
    } else {
        Error::refused(format!("topic {id} is no issue{many}, as far as its {of} tell")).hint(hint)
    }
}

/// Shows the parts, and asks; where nobody can be asked, `-y` says it.
fn agreed(desk: &mut Desk, topic: &Known, found: &[Topic]) -> Result<()> {
    if desk.dry || desk.yes {
        return Ok(());
    }
    let many = found.len();
    if !desk.host.can_ask() {
        return Err(Error::usage(format!("topic {} has {many} parts", topic.id))
            .hint("-n shows them, -y makes topics of them; --into gives them names"));
    }
    for part in found {
        let such: Vec<String> = part.examples.iter().map(i64::to_string).collect();
        let line = format!("{:>4}  {}  (such as {})", part.tickets.len(), part.name, such.join(", "));
        desk.host.talk(&guard::line(&line));
    }
    if desk.host.confirm(&format!("make {many} topics of topic {}?", topic.id))? {
        Ok(())
    } else {
        Err(Error::refused("nothing was changed"))
    }
}
