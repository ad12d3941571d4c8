//! Which saved answers fit a ticket, and why: the topic it belongs to has one, they helped in similar tickets, they share
//! labels or words with it. One in the customer's language goes first.

use super::TAUGHT_BY;
use super::near::Near;
use crate::domain::answer::Answer;
use crate::domain::attribution::language_of;
use crate::domain::insight::topics::{Signature, fitting};
use crate::domain::words::terms;
use crate::error::Result;
use crate::store::Reader;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What an answer gets for the topic that the ticket belongs to, beside 1000 for one use in a ticket that says the same.
const OF_TOPIC: u64 = 2_000;
/// For a label in common.
const OF_TAG: u64 = 500;
/// So much of what a ticket says, in thousandths, an answer says at least, to be worth a look for its words alone.
const WORDS: u64 = 250;

/// A saved answer that fits, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The answer.
    pub answer: Answer,
    /// How well it fits; the more the better, to be compared only.
    pub weight: u64,
    /// In how many similar tickets it was used.
    pub used: usize,
    /// The topic whose answer it is.
    pub topic: Option<String>,
    /// Labels in common.
    pub tags: Vec<String>,
    /// Words in common, as stems.
    pub words: Vec<String>,
}

impl Fit {
    /// Why it is suggested, in a few words.
    #[must_use]
    pub fn reason(&self) -> String {
        let used = match self.used {
            0 => None,
            1 => Some("used for a similar ticket".to_owned()),
            n => Some(format!("used for {n} similar tickets")),
        };
        let topic = self.topic.as_ref().map(|name| format!("answer of the topic {name}"));
        let tags =
            (!self.tags.is_empty()).then(|| self.tags.iter().map(|t| format!("+{t}")).collect::<Vec<_>>().join(" "));
        let words = (!self.words.is_empty()).then(|| format!("says {}", self.words.join(", ")));
        let why: Vec<String> = [used, topic, tags].into_iter().flatten().collect();
        if why.is_empty() { words.unwrap_or_default() } else { why.join("; ") }
    }
}

/// The saved answers that fit, the best first.
pub(super) fn fits(r: &mut Reader<'_>, near: &Near) -> Result<Vec<Fit>> {
    let all = r.answers()?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let topic = topic(r, near)?;
    let used = used(r, near)?;
    let own = r.tags(near.ticket.number)?;
    let language = language_of(&format!("{}\n{}", near.ticket.subject, near.ticket.text));
    let mut fits = Vec::new();
    for answer in all {
        let (count, weight) = used.get(&answer.id).copied().unwrap_or((0, 0));
        let tags: Vec<String> = answer.tags.iter().filter(|tag| own.contains(tag)).cloned().collect();
        let topic = topic.as_ref().filter(|(_, name)| name.to_lowercase() == answer.name.to_lowercase());
        let (words, said) = words(&answer, &near.rarities);
        let said = if said >= WORDS { said } else { 0 };
        let of_tags = OF_TAG.saturating_mul(u64::try_from(tags.len()).unwrap_or(0));
        let weight = weight + of_tags + said + topic.map_or(0, |_| OF_TOPIC);
        if weight == 0 {
            continue;
        }
        let speaks = answer.lang.as_deref().unwrap_or_else(|| language_of(&answer.text));
        let weight = if speaks == language { weight * 4 } else { weight };
        let topic = topic.map(|(topic, _)| topic.clone());
        fits.push(Fit { answer, weight, used: count, topic, tags, words });
    }
    fits.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.answer.name.cmp(&b.answer.name)));
    Ok(fits)
}

/// The known topic that the ticket says, if it has an answer: their names.
fn topic(r: &mut Reader<'_>, near: &Near) -> Result<Option<(String, String)>> {
    let known = r.topics()?;
    let signatures: Vec<(usize, &Signature)> =
        known.iter().enumerate().flat_map(|(at, topic)| topic.signatures.iter().map(move |own| (at, own))).collect();
    let all: Vec<&Signature> = signatures.iter().map(|(_, signature)| *signature).collect();
    let fits = fitting(&[near.ticket.read()], &all);
    let found = fits.first().and_then(|(_, at)| signatures.get(*at)).and_then(|(at, _)| known.get(*at));
    Ok(found.and_then(|topic| Some((topic.name.clone(), topic.answer.clone()?))))
}

/// In how many of the most similar tickets each answer was used, and how alike they are together.
fn used(r: &mut Reader<'_>, near: &Near) -> Result<BTreeMap<i64, (usize, u64)>> {
    let likeness: BTreeMap<i64, u32> =
        near.alike.iter().take(TAUGHT_BY).map(|(other, likeness)| (other.number, *likeness)).collect();
    let numbers: Vec<i64> = likeness.keys().copied().collect();
    let mut used: BTreeMap<i64, (usize, u64)> = BTreeMap::new();
    for (ticket, answer) in r.answers_used_among(&numbers)? {
        let (count, weight) = used.entry(answer).or_default();
        *count += 1;
        *weight += u64::from(likeness.get(&ticket).copied().unwrap_or(0));
    }
    Ok(used)
}

/// The words that the ticket and an answer share, the rarest first, and how much of what the ticket says they are.
fn words(answer: &Answer, rarities: &BTreeMap<String, u32>) -> (Vec<String>, u64) {
    let said: BTreeSet<String> =
        terms(&format!("{} {} {} {}", answer.name, answer.title, answer.tags.join(" "), answer.text))
            .into_iter()
            .collect();
    let mut shared: Vec<(&String, u32)> =
        rarities.iter().filter(|(stem, _)| said.contains(*stem)).map(|(stem, rarity)| (stem, *rarity)).collect();
    shared.sort_by_key(|(stem, rarity)| (Reverse(*rarity), *stem));
    let whole: u64 = rarities.values().map(|rarity| u64::from(*rarity)).sum();
    let common: u64 = shared.iter().map(|(_, rarity)| u64::from(*rarity)).sum();
    let share = common.saturating_mul(1000).checked_div(whole).unwrap_or(0);
    (shared.into_iter().take(3).map(|(stem, _)| stem.clone()).collect(), share)
}
