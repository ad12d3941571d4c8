//! The issues of a period: what was mined in it, beside the period before and the topics that people have touched. How issues
//! are found in texts stands in `insight::topics`.
//!
//! A topic that somebody has touched (named, pinned, planned, fixed) is known: it keeps its number and its name, and what is
//! mined in any period and is the same issue by its words goes to it, as do single tickets that say them. What nobody has
//! touched has a number of the list it stands in: the smallest ones that no known topic has, the biggest issue first. So the
//! numbers of a period's list stay while its topics are being touched one by one, and nothing is written by looking.

use super::insight::topics::{Mined, SAME, Signature, Ticket, Topic, Walk, fitting, mine_beside, same};
use super::time::{Date, Moment};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Among fewer tickets nothing is looked for: what three of five share is chance.
pub const ENOUGH: usize = 6;

/// A topic that somebody has touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Its number, counted from 1; it stays.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// By what it is recognised: one, and those of the topics that were merged into it.
    pub signatures: Vec<Signature>,
    /// Where a topic was split: by what that was recognised which it is a part of. All parts have the same; a part of a part has
    /// one more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whole: Vec<Vec<Signature>>,
    /// Whether it is always listed, however few tickets it has.
    pub pinned: bool,
    /// When it was said to be fixed.
    pub fixed: Option<Fixed>,
    /// What is to be done about it.
    pub plan: Option<Plan>,
    /// The name of the saved answer that helps.
    pub answer: Option<String>,
}

/// The issue is out of the world, they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// Since when: tickets opened later say that it is not.
    pub at: Moment,
    /// The release that has the remedy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// A decision about an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is to be done.
    pub text: String,
    /// The agent who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Date>,
    /// When it was decided.
    pub at: Moment,
}

impl Known {
    /// How much this is the topic, 0 to 1000.
    #[must_use]
    pub fn likeness(&self, signature: &Signature) -> u32 {
        self.signatures.iter().chain(self.whole.iter().flatten()).map(|own| same(own, signature)).max().unwrap_or(0)
    }

    /// Whether both are parts of one topic that was split.
    fn is_kin(&self, other: &Known) -> bool {
        self.whole.iter().any(|whole| other.whole.contains(whole))
    }
}

/// How the number of tickets went since the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// It was not there.
    New,
    /// Half as many again, and three more at least.
    Rising,
    /// Not much else.
    AsBefore,
    /// The other way round.
    Falling,
    /// It was there, and is not any more.
    Gone,
}

impl Trend {
    /// The trend of a number of tickets.
    ///
    /// ```
    /// use frontdesk::domain::topic::Trend;
    /// let trends = [(4, 0), (9, 6), (8, 6), (6, 9), (0, 3), (3, 1), (4, 1)].map(|(now, before)| Trend::of(now, before).word());
    /// assert_eq!(trends, ["new", "rising", "as before", "falling", "gone", "as before", "rising"]);
    /// ```
    #[must_use]
    pub fn of(now: usize, before: usize) -> Trend {
        let grown = |more: usize, less: usize| more * 2 >= less * 3 && more >= less + 3;
        match (now, before) {
            (_, 0) => Trend::New,
            (0, _) => Trend::Gone,
            _ if grown(now, before) => Trend::Rising,
            _ if grown(before, now) => Trend::Falling,
            _ => Trend::AsBefore,
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Trend::New => "new",
            Trend::Rising => "rising",
            Trend::AsBefore => "as before",
            Trend::Falling => "falling",
            Trend::Gone => "gone",
        }
    }
}

/// What a period's tickets say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// How many tickets there are.
    pub tickets: usize,
    /// What was mined.
    mined: Mined,
    /// The tickets that say what a known topic says, and its place among the known ones.
    fitting: BTreeMap<i64, usize>,
}

impl Found {
    /// Looks through the tickets of a period.
    #[must_use]
    pub fn of(tickets: &[Ticket<'_>], known: &[Known]) -> Found {
        let signatures = signatures(known);
        let own: Vec<&Signature> = signatures.iter().map(|(_, signature)| *signature).collect();
        let (mined, fits) = if tickets.len() < ENOUGH {
            let mut other: Vec<i64> = tickets.iter().map(|t| t.id).collect();
            other.sort_unstable();
            (Mined { other, ..Mined::default() }, fitting(tickets, &own))
        } else {
            mine_beside(tickets, &own)
        };
        let fitting = fits.into_iter().filter_map(|(id, at)| Some((id, signatures.get(at)?.0))).collect();
        Found { tickets: tickets.len(), mined, fitting }
    }

    /// Where a ticket of a group goes that is the known topic at this place: of the parts of a topic that was split, to the one
    /// whose words it says best.
    fn nearer(&self, ticket: i64, at: usize, known: &[Known]) -> usize {
        let kin = |other: &usize| known.get(at).zip(known.get(*other)).is_some_and(|(one, other)| one.is_kin(other));
        self.fitting.get(&ticket).copied().filter(kin).unwrap_or(at)
    }
}

/// An issue of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The number of a known topic, else one of this list.
    pub number: i64,
    /// The topic, where somebody has touched it.
    pub known: Option<Known>,
    /// The name that somebody gave it, else a span that a customer wrote.
    pub name: String,
    /// The words that tell it best.
    pub terms: Vec<String>,
    /// Its tickets, in order.
    pub tickets: Vec<i64>,
    /// Three of them at most that tell it best.
    pub examples: Vec<i64>,
    /// How many there were in the period before.
    pub previous: usize,
    /// By what it is recognised.
    pub signature: Signature,
}

impl Issue {
    fn known(topic: &Known) -> Issue {
        Issue {
            number: topic.id,
            known: Some(topic.clone()),
            name: topic.name.clone(),
            terms: Vec::new(),
            tickets: Vec::new(),
            examples: Vec::new(),
            previous: 0,
            signature: Signature::default(),
        }
    }

    fn mined(topic: &Topic) -> Issue {
        Issue {
            number: 0,
            known: None,
            name: topic.name.clone(),
            terms: topic.terms.clone(),
            tickets: topic.tickets.clone(),
            examples: topic.examples.clone(),
            previous: 0,
            signature: topic.signature.clone(),
        }
    }

    fn likeness(&self, signature: &Signature) -> u32 {
        let known = self.known.as_ref().map_or(0, |topic| topic.likeness(signature));
        known.max(same(&self.signature, signature))
    }

    /// How its number of tickets went.
    #[must_use]
    pub fn trend(&self) -> Trend {
        Trend::of(self.tickets.len(), self.previous)
    }
}

/// The issues of a period beside those of the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Issues {
    /// Those with tickets in the period and the pinned ones, the biggest first.
    pub topics: Vec<Issue>,
    /// Name and number of tickets of those that had some before, and have none now; the biggest first.
    pub gone: Vec<(String, usize)>,
    /// The tickets of the period in no topic, in order.
    pub other: Vec<i64>,
    /// By the number of a known topic: its tickets of the period before, in order.
    pub before: BTreeMap<i64, Vec<i64>>,
}

/// Puts together what was found in a period, what in the one before, and what is known.
///
/// ```
/// use frontdesk::domain::{insight::topics::Ticket, topic::{Found, issues}};
/// let texts = ["card declined", "card declined again", "my card was declined", "the export hangs", "export hangs", "hangs: export"];
/// let tickets: Vec<Ticket> = (1..).zip(texts).map(|(id, text)| Ticket { id, subject: "Help", text }).collect();
/// let list = issues(&Found::of(&tickets, &[]), &Found::of(&tickets[..5], &[]), &[]);
/// assert_eq!(list.topics.iter().map(|i| (i.number, i.tickets.len(), i.previous)).collect::<Vec<_>>(), [(1, 3, 0), (2, 3, 0)]);
/// ```
#[must_use]
pub fn issues(now: &Found, before: &Found, known: &[Known]) -> Issues {
    let (mut issues, other) = met(now, known);
    let mut gone: BTreeMap<(Reverse<usize>, String), usize> = BTreeMap::new();
    let mut tickets_before = BTreeMap::new();
    for (at, then) in met(before, known).0.into_iter().enumerate() {
        let count = then.tickets.len();
        let same = if then.known.is_some() {
            Some(at)
        } else {
            nearest(issues.iter().map(|issue| issue.likeness(&then.signature)))
        };
        if then.known.is_some() && count > 0 {
            tickets_before.insert(then.number, then.tickets);
        }
        match same {
            Some(at) => issues.get_mut(at).into_iter().for_each(|issue| issue.previous += count),
            None => {
                gone.insert((Reverse(count), then.name), count);
            }
        }
    }
    let pinned = |issue: &Issue| issue.known.as_ref().is_some_and(|topic| topic.pinned);
    let lost = issues.iter().filter(|issue| issue.tickets.is_empty() && issue.previous > 0 && !pinned(issue));
    gone.extend(lost.map(|issue| ((Reverse(issue.previous), issue.name.clone()), issue.previous)));
    issues.retain(|issue| !issue.tickets.is_empty() || pinned(issue));
    issues.sort_by_key(|issue| (Reverse(issue.tickets.len()), issue.tickets.first().copied(), issue.number));
    let taken: BTreeSet<i64> = known.iter().map(|topic| topic.id).collect();
    let mut free = (1..).filter(|number| !taken.contains(number));
    for issue in issues.iter_mut().filter(|issue| issue.known.is_none()) {
        issue.number = free.next().unwrap_or_default();
    }
    let gone = gone.into_iter().map(|((_, name), count)| (name, count)).collect();
    Issues { topics: issues, gone, other, before: tickets_before }
}

/// The tickets of each known topic that has any, by its number, in order: those that were found in a period, and of others those
/// that say what it says.
///
/// ```
/// use frontdesk::domain::{insight::topics::{Signature, Ticket, Walk}, topic::{Found, Known, members}};
/// let signatures = vec![Signature::of_weights([("printer".into(), 900), ("paper".into(), 436)])];
/// let known = [Known { id: 3, name: "Paper".into(), signatures, whole: vec![], pinned: false, fixed: None, plan: None, answer: None }];
/// let ticket = |id, text| Ticket { id, subject: "", text };
/// let mut walk = Walk::default();
/// walk.add(&ticket(1, "The printer eats paper"));
/// let found = Found::of(&[ticket(7, "paper in the printer"), ticket(8, "Where is my invoice?")], &known);
/// assert_eq!(members(&walk, &found, &known).into_iter().collect::<Vec<_>>(), [(3, vec![1, 7])]);
/// ```
#[must_use]
pub fn members(others: &Walk, found: &Found, known: &[Known]) -> BTreeMap<i64, Vec<i64>> {
    let mut members: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let signatures = signatures(known);
    let own: Vec<&Signature> = signatures.iter().map(|(_, signature)| *signature).collect();
    for (ticket, at) in others.fitting(&own) {
        let topic = signatures.get(at).and_then(|(at, _)| known.get(*at));
        topic.into_iter().for_each(|topic| members.entry(topic.id).or_default().push(ticket));
    }
    for issue in met(found, known).0.into_iter().filter(|issue| issue.known.is_some() && !issue.tickets.is_empty()) {
        members.entry(issue.number).or_default().extend(issue.tickets);
    }
    members.values_mut().for_each(|tickets| tickets.sort_unstable());
    members
}

/// The signatures of known topics, each with the place of its topic.
fn signatures(known: &[Known]) -> Vec<(usize, &Signature)> {
    known.iter().enumerate().flat_map(|(at, topic)| topic.signatures.iter().map(move |own| (at, own))).collect()
}

/// The known topics in their order, whether met or not, then what else there is; and the tickets in none.
fn met(now: &Found, known: &[Known]) -> (Vec<Issue>, Vec<i64>) {
    let mut issues: Vec<Issue> = known.iter().map(Issue::known).collect();
    for topic in &now.mined.topics {
        let at = nearest(known.iter().map(|known| known.likeness(&topic.signature)));
        let Some(at) = at.filter(|at| issues.get(*at).is_some()) else {
            issues.push(Issue::mined(topic));
            continue;
        };
        for ticket in &topic.tickets {
            let at = now.nearer(*ticket, at, known);
            issues.get_mut(at).into_iter().for_each(|issue| issue.tickets.push(*ticket));
        }
        if let Some(issue) = issues.get_mut(at).filter(|issue| issue.examples.is_empty()) {
            issue.terms.clone_from(&topic.terms);
            issue.examples = topic.examples.iter().copied().filter(|ticket| issue.tickets.contains(ticket)).collect();
            issue.signature.clone_from(&topic.signature);
        }
    }
    let mut other: BTreeSet<i64> = now.mined.other.iter().copied().collect();
    for (ticket, at) in &now.fitting {
        if other.remove(ticket) {
            issues.get_mut(*at).into_iter().for_each(|issue| issue.tickets.push(*ticket));
        }
    }
    for issue in &mut issues {
        issue.tickets.sort_unstable();
        if issue.examples.is_empty() {
            issue.examples = issue.tickets.iter().copied().take(3).collect();
        }
        if issue.terms.is_empty() {
            issue.terms =
                issue.known.iter().flat_map(|topic| topic.signatures.first()).flat_map(Signature::heaviest).collect();
        }
    }
    (issues, other.into_iter().collect())
}

/// The place of the greatest likeness, the first of equals; none where that is too little.
fn nearest(likeness: impl Iterator<Item = u32>) -> Option<usize> {
    let best = likeness.enumerate().max_by_key(|(at, likeness)| (*likeness, Reverse(*at)));
    best.filter(|(_, likeness)| *likeness >= SAME).map(|(at, _)| at)
}
