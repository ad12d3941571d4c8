//! The tickets that are like another one: found through the full-text index by its words, compared by what their customers
//! wrote. Bounded: so many look-ups, so many texts, however large the desk is.

use crate::domain::insight::similar::{LIKE, likeness, rarity, stems};
use crate::domain::insight::topics::Ticket;
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::search::{Field, Wanted};
use crate::store::similar::Saying;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// So many of the newest places of a word are looked at.
const PLACES: i64 = 80;
/// A desk of few messages has so many more: a word that two of three tickets say is not common yet.
const FEW: i64 = 20;
/// So many words that stand in more places than that are also looked up together, two by two.
const TOGETHER: usize = 3;
/// So many messages are traced to their tickets.
const TRACED: usize = 60;
/// So many tickets are read and compared.
const COMPARED: usize = 12;
/// So many other tickets of the same customer show what he puts under all he writes.
const OF_ONE_HAND: i64 = 4;

/// A ticket, and what is like it.
pub(super) struct Near {
    /// The ticket.
    pub(super) ticket: Saying,
    /// Its telling words, and how rare each is.
    pub(super) rarities: BTreeMap<String, u32>,
    /// Tickets that are like it, the most alike first.
    pub(super) alike: Vec<(Saying, u32)>,
}

impl Near {
    /// Looks around on the whole desk.
    pub(super) fn on_the_desk(r: &mut Reader<'_>, ticket: i64) -> Result<Near> {
        let (ticket, hand) = read(r, ticket)?;
        let hand: Vec<Ticket<'_>> = hand.iter().map(Saying::read).collect();
        let mut found = Places::of(r, &stems(&ticket.read(), &hand))?;
        found.tickets.retain(|number| *number != ticket.number);
        found.tickets.truncate(COMPARED);
        let mut others = r.sayings(&found.tickets)?;
        others.retain(|other| !other.apart);
        let alike = compared(&ticket, others, &hand, &found.rarities, LIKE);
        Ok(Near { rarities: found.rarities, alike, ticket })
    }

    /// Those of `among` that are alike from `least` on, in the order they came in.
    pub(super) fn among(r: &mut Reader<'_>, ticket: i64, among: &[i64], least: u32) -> Result<Vec<i64>> {
        let (ticket, hand) = read(r, ticket)?;
        let hand: Vec<Ticket<'_>> = hand.iter().map(Saying::read).collect();
        let found = Places::of(r, &stems(&ticket.read(), &hand))?;
        let mut asked: Vec<i64> = among.iter().copied().filter(|number| *number != ticket.number).collect();
        if asked.len() > TRACED {
            // Too many to be read: those in which the words were found.
            let likely: BTreeSet<i64> = found.tickets.iter().copied().collect();
            asked.retain(|number| likely.contains(number));
        }
        let mut others = r.sayings(&asked)?;
        others.retain(|other| !other.apart);
        let alike: BTreeSet<i64> = compared(&ticket, others, &hand, &found.rarities, least)
            .into_iter()
            .map(|(other, _)| other.number)
            .collect();
        Ok(asked.into_iter().filter(|number| alike.contains(number)).collect())
    }
}

/// A ticket, and others of its customer.
fn read(r: &mut Reader<'_>, ticket: i64) -> Result<(Saying, Vec<Saying>)> {
    let missing = || Error::missing(format!("there is no ticket {ticket}"));
    let said = r.sayings(&[ticket])?.pop().ok_or_else(missing)?;
    let Some(requester) = said.requester else { return Ok((said, Vec::new())) };
    let mut others = r.tickets_lately_of(requester, OF_ONE_HAND)?;
    others.retain(|number| *number != ticket);
    Ok((said, r.sayings(&others)?))
}

fn compared(
    ticket: &Saying,
    others: Vec<Saying>,
    hand: &[Ticket<'_>],
    rarities: &BTreeMap<String, u32>,
    least: u32,
) -> Vec<(Saying, u32)> {
    let read: Vec<Ticket<'_>> = others.iter().map(Saying::read).collect();
    let likeness = likeness(&ticket.read(), &read, hand, rarities);
    let mut alike: Vec<(Saying, u32)> =
        others.into_iter().zip(likeness).filter(|(_, likeness)| *likeness >= least).collect();
    alike.sort_by_key(|(other, likeness)| (Reverse(*likeness), Reverse(other.number)));
    alike
}

/// Where words stand.
struct Places {
    /// How rare each word is.
    rarities: BTreeMap<String, u32>,
    /// The tickets with the most telling of them, the likeliest first.
    tickets: Vec<i64>,
}

impl Places {
    fn of(r: &mut Reader<'_>, stems: &[String]) -> Result<Places> {
        let all = r.last_message()?.saturating_add(FEW);
        let (mut messages, mut tickets) = (Weights::default(), Weights::default());
        let mut rarities = BTreeMap::new();
        let mut frequent: Vec<(u32, &String)> = Vec::new();
        for stem in stems {
            let said = r.hits(Field::Text, &wanted(&[stem]), None, PLACES)?;
            let named = r.hits(Field::Subject, &wanted(&[stem]), None, PLACES)?;
            let weight = rarity(spread(if said.is_empty() { &named } else { &said }, all), all);
            messages.add(&said, weight);
            tickets.add(&named, weight);
            rarities.insert(stem.clone(), weight);
            if !is_whole(&said) {
                frequent.push((weight, stem));
            }
        }
        frequent.sort_by_key(|(weight, stem)| (Reverse(*weight), *stem));
        frequent.truncate(TOGETHER);
        for (at, (weight, stem)) in frequent.iter().enumerate() {
            for (other_weight, other) in frequent.iter().skip(at + 1) {
                let both = r.hits(Field::Text, &wanted(&[stem, other]), None, PLACES)?;
                messages.raise(&both, weight.saturating_add(*other_weight));
            }
        }
        let likely = messages.heaviest(TRACED);
        let weights: BTreeMap<i64, u64> = likely.iter().copied().collect();
        let ids: Vec<i64> = likely.iter().map(|(id, _)| *id).collect();
        for (message, ticket) in r.tickets_of_messages(&ids)? {
            let weight = weights.get(&message).copied().unwrap_or(0);
            let known = tickets.0.entry(ticket).or_insert(0);
            *known = weight.max(*known);
        }
        let tickets = tickets.heaviest(usize::MAX).into_iter().map(|(ticket, _)| ticket).collect();
        Ok(Places { rarities, tickets })
    }
}

/// What things weigh by their ids.
#[derive(Default)]
struct Weights(BTreeMap<i64, u64>);

impl Weights {
    fn add(&mut self, ids: &[i64], weight: u32) {
        ids.iter().for_each(|id| *self.0.entry(*id).or_insert(0) += u64::from(weight));
    }

    /// Lets each of these weigh so much at least.
    fn raise(&mut self, ids: &[i64], weight: u32) {
        for id in ids {
            let known = self.0.entry(*id).or_insert(0);
            *known = u64::from(weight).max(*known);
        }
    }

    /// The heaviest, of equals the newest first.
    fn heaviest(&self, most: usize) -> Vec<(i64, u64)> {
        let mut all: Vec<(i64, u64)> = self.0.iter().map(|(id, weight)| (*id, *weight)).collect();
        all.sort_unstable_by_key(|(id, weight)| (Reverse(*weight), Reverse(*id)));
        all.truncate(most);
        all
    }
}

fn wanted(stems: &[&String]) -> Vec<Wanted> {
    stems.iter().map(|stem| Wanted { term: (*stem).clone(), prefix: false }).collect()
}

/// Whether these are all the places there are.
fn is_whole(places: &[i64]) -> bool {
    i64::try_from(places.len()).is_ok_and(|count| count < PLACES)
}

/// In how many of `all` messages a word stands that stands in these, the newest ones: as dense as there, where there are more.
fn spread(places: &[i64], all: i64) -> i64 {
    let count = i64::try_from(places.len()).unwrap_or(PLACES);
    match places.last() {
        Some(oldest) if !is_whole(places) => count.saturating_mul(all) / (all - oldest + 1).max(1),
        _ => count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_a_frequent_word_is_said_is_told_by_its_newest_places() {
        assert_eq!(spread(&[9, 5, 2], 1_000), 3);
        let every_fifth: Vec<i64> = (0..PLACES).map(|n| 100_000 - n * 5).collect();
        assert_eq!(spread(&every_fifth, 100_000), 20_202);
        let all: Vec<i64> = (0..PLACES).map(|n| PLACES - n).collect();
        assert_eq!(spread(&all, PLACES), PLACES);
    }
}
