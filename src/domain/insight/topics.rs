//! The issues that many tickets share, found without a model and without anybody having tagged anything.
//!
//! 1. `reading`: the words of a ticket without greetings, farewells, lines that many tickets share, addresses and numbers.
//! 2. `likeness`: each ticket is a direction of stems, pairs of stems, four-letter pieces and concepts (`concepts`: words that
//!    mean about the same at a help desk, English and Russian), weighed by TF-IDF of the window itself.
//! 3. `matrix`: second order. Tickets are alike, too, when the same others are like them (Schütze 1998): the cosine of the rows
//!    of the likeness. So "rejected" and "declined" meet through the tickets that say either with the same neighbours.
//! 4. `linkage`: average linkage, by chains of nearest neighbours (Murtagh 1983).
//! 5. `grouping`: six views × two mixtures of the orders × six heights make 72 clusterings; how often two tickets are together
//!    in them is the likeness that is cut for good (evidence accumulation: Fred and Jain 2005). One clustering splits or merges
//!    a large issue by the accident of its height; what most of them agree on keeps its size.
//! 6. `signature`, `naming`: the words that the group says and the others do not; the span of a customer that has most of them.
//!
//! Weighed on five labelled sets of 20 windows (share of the five truly largest issues among the five largest topics):
//!
//! | method | Banking77 | CLINC150 | Bitext | RuTube (Russian) |
//! |---|---|---|---|---|
//! | this | .68 | .77 | .81 | .50 |
//! | second order, average linkage, one cut | .66 | .75 | .78 | .44 |
//! | TF-IDF, average linkage, one cut | .64 | .72 | .78 | .41 |
//! | Dirichlet multinomial mixture, agglomerated | .56 | .73 | .72 | .17 |
//! | Louvain communities of nearest neighbours | .52 | .67 | .62 | .18 |
//!
//! The settings were chosen with all windows in sight, so the figures flatter: differences of two hundredths are chance.
//!
//! Nothing is learnt from the history. Two ways were weighed. How rare a word is in it did not help to group: words weigh best by the
//! window's own counts. What a word means by its company, the sum of random index vectors of the words it stands with (Kanerva
//! 2000), as a twentieth of each likeness: .69, .72, .80 and .50 above, so one issue in twenty fewer on CLINC150, although the
//! groups as wholes got better (adjusted Rand index .60 → .66, .53 → .56, .77 → .79, .08 → .08). And it does not bring together
//! what it was meant to: on 5,000 made-up tickets an issue that is told in three vocabularies stayed three topics, even where
//! three tickets of ten mixed two of them.

mod common;
mod concepts;
mod fitting;
mod grouping;
mod likeness;
mod linkage;
mod matrix;
mod naming;
mod reading;
mod signature;
mod walk;

pub use reading::LATER;
pub use signature::{SAME, Signature, same};
pub use walk::Walk;

use fitting::Wanted;
use likeness::Features;
use reading::{Vocabulary, Word};
use signature::{Spread, Telling, distinct};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A topic has so many tickets at least.
const SMALLEST: usize = 3;
/// So many tickets are compared with each other. Of a longer period so many, evenly spread over it; the others go where they
/// fit.
const COMPARED: usize = 500;
/// How well a ticket fits a topic that it joins so, at least.
const FITS: f32 = 0.2;
/// Of so many of its tickets one at least says a topic's most telling word: what has no word in common is no topic.
const OF_ONE_WORD: usize = 4;
/// So many words and examples tell of a topic.
const TERMS: usize = 6;
const EXAMPLES: usize = 3;
/// A topic is parted into no more than so many, unless somebody wants it.
const MOST_PARTS: usize = 5;

/// One ticket as it is mined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket<'a> {
    /// The number.
    pub id: i64,
    /// The subject.
    pub subject: &'a str,
    /// The new text of the customer's messages.
    pub text: &'a str,
}

/// An issue that several tickets share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Two to eight words in a row of one of its tickets (fewer where nobody wrote two), as the customer wrote them.
    pub name: String,
    /// The words that tell it best, as they are mostly spelled, in lower case; the best first.
    pub terms: Vec<String>,
    /// The numbers of its tickets, in order.
    pub tickets: Vec<i64>,
    /// Three tickets at most that tell it best, each with other words; the best first.
    pub examples: Vec<i64>,
    /// By what it is recognised in another period.
    pub signature: Signature,
}

/// What was found: every ticket is in one topic or in `other`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mined {
    /// The topics, the biggest first; of equals, the one with the first ticket.
    pub topics: Vec<Topic>,
    /// The tickets in no topic, in order.
    pub other: Vec<i64>,
}

/// Finds the topics of a period's tickets. Neither the order of the tickets nor chance has a say; of two tickets with one
/// number, one is read.
///
/// ```
/// use frontdesk::domain::insight::topics::{Ticket, mine};
/// let texts = [
///     "Hello,\nmy card was declined in the shop.", "Card declined again!", "Why was my card declined?", "How do I change the language?",
///     "Где скачать закрывающие документы?", "Не могу скачать документы", "Нужно скачать закрывающие документы за май",
/// ];
/// let tickets: Vec<Ticket> = (1..).zip(texts).map(|(id, text)| Ticket { id, subject: "Help", text }).collect();
/// let mined = mine(&tickets);
/// assert_eq!(mined.topics.len(), 2);
/// assert_eq!((mined.topics[0].name.as_str(), &mined.topics[0].tickets[..]), ("Card declined", &[1, 2, 3][..]));
/// assert_eq!((mined.topics[1].name.as_str(), &mined.topics[1].tickets[..]), ("скачать закрывающие документы", &[5, 6, 7][..]));
/// assert_eq!(mined.other, [4]);
/// ```
#[must_use]
pub fn mine(tickets: &[Ticket<'_>]) -> Mined {
    mine_beside(tickets, &[]).0
}

/// As [`mine`]; and, the period read once, what [`fitting`] says of these topics.
#[must_use]
pub fn mine_beside(tickets: &[Ticket<'_>], known: &[&Signature]) -> (Mined, Vec<(i64, usize)>) {
    let window = Window::of(in_order(tickets));
    (window.mined(), if known.is_empty() { Vec::new() } else { window.fitting(known) })
}

/// The tickets that say what one of these topics says, and the place of the one that they say best.
///
/// ```
/// use frontdesk::domain::insight::topics::{Signature, Ticket, fitting};
/// let printer = Signature::of_weights([("printer".into(), 900), ("paper".into(), 436)]);
/// let tickets = [(1, "The printer eats paper"), (2, "Where is my invoice?")].map(|(id, text)| Ticket { id, subject: "Help", text });
/// assert_eq!(fitting(&tickets, &[&Signature::default(), &printer]), [(1, 1)]);
/// ```
#[must_use]
pub fn fitting(tickets: &[Ticket<'_>], topics: &[&Signature]) -> Vec<(i64, usize)> {
    if topics.is_empty() {
        return Vec::new();
    }
    Window::of(tickets.to_vec()).fitting(topics)
}

/// The parts of a topic's tickets: issues that it was taken for one with. What nearly all of them say tells no part from another
/// and is left aside, then they are cut finer and finer until there are two parts, or `many`. Every ticket is in the part that it
/// fits best. Empty where they are one issue.
///
/// ```
/// use frontdesk::domain::insight::topics::{Ticket, parts};
/// let texts = ["card declined in the shop", "card declined at the atm", "my card: declined by a shop", "atm declined my card", "shop: card declined", "the atm? card declined"];
/// let tickets: Vec<Ticket> = (1..).zip(texts).map(|(id, text)| Ticket { id, subject: "", text }).collect();
/// let found = parts(&tickets, None);
/// assert_eq!(found.iter().map(|part| &part.tickets[..]).collect::<Vec<_>>(), [&[1, 3, 5][..], &[2, 4, 6]]);
/// assert!(parts(&tickets[..1], None).is_empty());
/// ```
#[must_use]
pub fn parts(tickets: &[Ticket<'_>], many: Option<usize>) -> Vec<Topic> {
    let window = Window::of(in_order(tickets));
    let wanted = many.unwrap_or(2).max(2);
    let parted = window.finer_cuts().into_iter().map(|mut groups| {
        groups.sort_by_key(|group| (Reverse(group.len()), group.first().copied()));
        groups.truncate(many.unwrap_or(MOST_PARTS));
        window.parted(groups)
    });
    parted.into_iter().find(|parts| parts.len() >= wanted).unwrap_or_default()
}

/// A topic's tickets parted by hand: those with these numbers, and the others. None where they do not say different things.
#[must_use]
pub fn parted(tickets: &[Ticket<'_>], numbers: &BTreeSet<i64>) -> Option<[Topic; 2]> {
    let window = Window::of(in_order(tickets));
    let all = || window.tickets.iter().enumerate();
    let own: Vec<usize> = all().filter(|(_, t)| numbers.contains(&t.id)).map(|(at, _)| at).collect();
    let others: Vec<usize> = all().filter(|(_, t)| !numbers.contains(&t.id)).map(|(at, _)| at).collect();
    let parts = [others, own].map(|group| window.topic(&group));
    let signatures: Vec<&Signature> = parts.iter().map(|part| &part.signature).collect();
    let fits: BTreeMap<i64, usize> = window.fitting(&signatures).into_iter().collect();
    let mostly = |part: &Topic, at: usize| {
        let there = part.tickets.iter().filter(|ticket| fits.get(ticket) == Some(&at)).count();
        there * 2 > part.tickets.len()
    };
    let [others, own] = &parts;
    (mostly(others, 0) && mostly(own, 1)).then_some(parts)
}

/// What tickets say, read for their own sake: no window around them tells which lines many share.
pub(super) struct Heard {
    /// The terms of each ticket in the order of reading.
    pub(super) terms: Vec<Vec<u32>>,
    words: Vec<(String, bool)>,
    /// What each ticket means, see [`concepts`].
    concepts: Vec<BTreeSet<u32>>,
}

impl Heard {
    /// Reads tickets; lines that stand in many of `one_hand`, other tickets of the same customer, are taken for a signature.
    pub(super) fn of(tickets: &[Ticket<'_>], one_hand: &[Ticket<'_>]) -> Heard {
        let (words, vocabulary) = reading::read_beside(tickets, one_hand);
        let terms: Vec<Vec<u32>> = words.iter().map(|words| words.iter().map(|word| word.term).collect()).collect();
        // One ticket has nobody to mean the same with.
        if tickets.len() < 2 {
            return Heard { terms, words: vocabulary.words(), concepts: vec![BTreeSet::new(); tickets.len()] };
        }
        let known = concepts::Concepts::among(&vocabulary);
        let meant = |terms: &Vec<u32>| {
            (0..terms.len()).flat_map(|at| known.begun_by(terms.get(at..).unwrap_or_default())).collect()
        };
        Heard { concepts: terms.iter().map(meant).collect(), terms, words: vocabulary.words() }
    }

    /// What a ticket means.
    pub(super) fn concepts(&self) -> &[BTreeSet<u32>] {
        &self.concepts
    }

    /// The stem of a term, and whether every text is full of it.
    pub(super) fn stem(&self, term: u32) -> (&str, bool) {
        let word = usize::try_from(term).ok().and_then(|at| self.words.get(at));
        word.map_or(("", true), |(stem, common)| (stem.as_str(), *common))
    }
}

/// By their numbers; of two with one number, one.
fn in_order<'a>(tickets: &[Ticket<'a>]) -> Vec<Ticket<'a>> {
    let mut tickets = tickets.to_vec();
    tickets.sort_unstable();
    tickets.dedup_by_key(|ticket| ticket.id);
    tickets
}

/// The tickets of a period in order, and their words.
struct Window<'a> {
    tickets: Vec<Ticket<'a>>,
    words: Vec<Vec<Word<'a>>>,
    vocabulary: Vocabulary<'a>,
    spread: Spread,
    /// Of each ticket the terms that not every text is full of, each once, in order.
    said: Vec<Vec<u32>>,
}

impl<'a> Window<'a> {
    fn of(tickets: Vec<Ticket<'a>>) -> Window<'a> {
        let (words, vocabulary) = reading::read(&tickets);
        let mut said: Vec<Vec<u32>> = words.iter().map(|words| distinct(words)).collect();
        let spread = Spread::of(&said);
        said.iter_mut().for_each(|terms| terms.retain(|term| !vocabulary.is_common(*term)));
        Window { tickets, words, vocabulary, spread, said }
    }

    fn mined(&self) -> Mined {
        let mut topics: Vec<Topic> = self.groups().iter().map(|group| self.topic(group)).collect();
        topics.sort_by_key(|topic| (Reverse(topic.tickets.len()), topic.tickets.first().copied()));
        let told: BTreeSet<i64> = topics.iter().flat_map(|topic| &topic.tickets).copied().collect();
        let other = self.tickets.iter().map(|ticket| ticket.id).filter(|id| !told.contains(id)).collect();
        Mined { topics, other }
    }

    /// The tickets that fit one of these topics, and its place.
    fn fitting(&self, topics: &[&Signature]) -> Vec<(i64, usize)> {
        let wanted = Wanted::of(topics, |term| self.vocabulary.place(term));
        let best = |words: &Vec<Word<'_>>| {
            let telling = |words: &[Word<'_>]| -> Vec<u32> {
                distinct(words).into_iter().filter(|term| !self.vocabulary.is_common(*term)).collect()
            };
            let opening = words.iter().position(|word| word.later).unwrap_or(words.len());
            let first = telling(words.get(..opening).unwrap_or_default());
            let later =
                telling(words.get(opening..).unwrap_or_default()).into_iter().filter(|term| !first.contains(term));
            let all: Vec<u32> = first.iter().copied().chain(later).collect();
            wanted.best_of(&all, first.len(), |term| self.spread.rarity(term))
        };
        self.tickets.iter().zip(&self.words).filter_map(|(ticket, words)| Some((ticket.id, best(words)?))).collect()
    }

    /// The tickets without what nearly all of them say, in groups of two and more that hold together more and more tightly.
    fn finer_cuts(&self) -> Vec<Vec<Vec<usize>>> {
        let all = self.words.len();
        let compared: Vec<usize> =
            if all <= COMPARED { (0..all).collect() } else { (0..COMPARED).map(|at| at * all / COMPARED).collect() };
        let own: Vec<Vec<Word<'_>>> = compared
            .iter()
            .map(|at| self.words(*at).iter().filter(|word| !self.spread.is_usual(word.term)).copied().collect())
            .collect();
        let words: Vec<&[Word<'_>]> = own.iter().map(Vec::as_slice).collect();
        let features = Features::of(&words, &self.vocabulary);
        let of_all =
            |group: Vec<usize>| -> Vec<usize> { group.iter().filter_map(|at| compared.get(*at).copied()).collect() };
        let groups = |cut: Vec<Vec<usize>>| cut.into_iter().filter(|group| group.len() > 1).map(of_all).collect();
        grouping::finer(&features, compared.len()).into_iter().map(groups).collect()
    }

    /// Topics of these groups, and of each the tickets that fit it best; what fits none is of the first. A part that has but one
    /// ticket then is none.
    fn parted(&self, mut groups: Vec<Vec<usize>>) -> Vec<Topic> {
        while groups.len() > 1 {
            let parts: Vec<Topic> = groups.iter().map(|group| self.topic(group)).collect();
            let signatures: Vec<&Signature> = parts.iter().map(|part| &part.signature).collect();
            let fits: BTreeMap<i64, usize> = self.fitting(&signatures).into_iter().collect();
            let mut placed: Vec<Vec<i64>> = vec![Vec::new(); parts.len()];
            for ticket in &self.tickets {
                let part = placed.get_mut(fits.get(&ticket.id).copied().unwrap_or(0));
                part.into_iter().for_each(|part| part.push(ticket.id));
            }
            if placed.iter().all(|part| part.len() > 1) {
                return parts.into_iter().zip(placed).map(|(part, tickets)| Topic { tickets, ..part }).collect();
            }
            let mut placed = placed.iter();
            groups.retain(|_| placed.next().is_some_and(|part| part.len() > 1));
        }
        Vec::new()
    }

    fn words(&self, at: usize) -> &[Word<'_>] {
        self.words.get(at).map_or(&[], Vec::as_slice)
    }

    fn said(&self, at: usize) -> &[u32] {
        self.said.get(at).map_or(&[], Vec::as_slice)
    }

    fn telling(&self, group: &[usize]) -> Telling {
        Telling::of(group.iter().map(|at| self.said(*at)), &self.vocabulary, &self.spread)
    }

    /// The groups that are topics, each in order.
    fn groups(&self) -> Vec<Vec<usize>> {
        let all = self.words.len();
        let compared: Vec<usize> =
            if all <= COMPARED { (0..all).collect() } else { (0..COMPARED).map(|at| at * all / COMPARED).collect() };
        let words: Vec<&[Word<'_>]> = compared.iter().map(|at| self.words(*at)).collect();
        let features = Features::of(&words, &self.vocabulary);
        let mut groups: Vec<Vec<usize>> = grouping::groups(&features, compared.len())
            .into_iter()
            .map(|group| group.iter().filter_map(|at| compared.get(*at).copied()).collect())
            .filter(|group: &Vec<usize>| group.len() >= SMALLEST && self.has_a_word(group))
            .collect();
        if compared.len() < all {
            self.place_others(&compared, &mut groups);
        }
        groups
    }

    /// Whether the group's most telling word stands in enough of its tickets.
    fn has_a_word(&self, group: &[usize]) -> bool {
        let says = |term: u32| group.iter().filter(|at| self.said(**at).binary_search(&term).is_ok()).count();
        self.telling(group).terms().next().is_some_and(|term| says(term) * OF_ONE_WORD >= group.len())
    }

    /// Puts the tickets that were not compared where they fit best, if they fit anywhere.
    fn place_others(&self, compared: &[usize], groups: &mut [Vec<usize>]) {
        let telling: Vec<Telling> = groups.iter().map(|group| self.telling(group)).collect();
        let terms =
            |telling: &Telling| telling.weights().map(|(term, weight)| (Some(term), weight)).collect::<Vec<_>>();
        let wanted = Wanted::weighing(telling.iter().map(|telling| terms(telling).into_iter()));
        for at in (0..self.words.len()).filter(|at| compared.binary_search(at).is_err()) {
            let best = wanted.best(self.said(at), FITS, |term| self.spread.rarity(term));
            best.and_then(|group| groups.get_mut(group)).into_iter().for_each(|group| group.push(at));
        }
        groups.iter_mut().for_each(|group| group.sort_unstable());
    }

    fn topic(&self, group: &[usize]) -> Topic {
        let telling = self.telling(group);
        let mut central: Vec<(usize, f32)> =
            group.iter().map(|at| (*at, telling.fit(self.said(*at), &self.spread))).collect();
        central.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let words: Vec<&[Word<'_>]> = central.iter().map(|(at, _)| self.words(*at)).collect();
        let id = |at: usize| self.tickets.get(at).map(|ticket| ticket.id);
        let mut told: Vec<Vec<u32>> = Vec::new();
        let mut examples = Vec::new();
        for (at, _) in &central {
            if examples.len() == EXAMPLES {
                break;
            }
            let terms: Vec<u32> = self.words(*at).iter().map(|word| word.term).collect();
            if !told.contains(&terms) {
                told.push(terms);
                examples.extend(id(*at));
            }
        }
        Topic {
            name: naming::name(&words, &telling, &self.vocabulary),
            terms: telling.terms().take(TERMS).filter_map(|term| spelled(term, &words)).collect(),
            tickets: group.iter().filter_map(|at| id(*at)).collect(),
            examples,
            signature: telling.signature(&self.vocabulary),
        }
    }
}

/// The spelling that a term mostly has in these tickets, in lower case; of equals the first in the alphabet.
fn spelled(term: u32, tickets: &[&[Word<'_>]]) -> Option<String> {
    let mut spellings: BTreeMap<String, usize> = BTreeMap::new();
    for word in tickets.iter().flat_map(|words| words.iter()).filter(|word| word.term == term) {
        *spellings.entry(word.spelling().to_lowercase()).or_default() += 1;
    }
    let most = spellings.into_iter().min_by_key(|(_, count)| Reverse(*count));
    most.map(|(spelling, _)| spelling)
}

#[cfg(test)]
mod tests;
