//! What of a ticket is read: its words without greetings, farewells, boilerplate, addresses and numbers.

use super::Ticket;
use super::common::{COMMON, FAREWELLS, GENERIC, GREETINGS};
use crate::domain::words::terms;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// So many bytes of a text are looked at; who writes more has said what hurts by then.
const LONGEST_TEXT: usize = 8_000;
/// So many bytes of a subject.
const LONGEST_SUBJECT: usize = 400;
/// So many words of a ticket are read.
const MOST_WORDS: usize = 160;

/// What stands between two words that do not belong to one phrase.
const CLOSES: [char; 9] = ['.', ',', '!', '?', ';', ':', '…', '(', ')'];

/// The terms of the common words.
static COMMON_TERMS: LazyLock<HashSet<String>> = LazyLock::new(|| COMMON.split_whitespace().flat_map(terms).collect());

/// A word as it stands in a ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// The line it stands in, greetings and all: a name is cut out of it.
    pub(super) line: &'a str,
    /// Its first byte in the line.
    pub(super) from: usize,
    /// The byte after it.
    pub(super) to: usize,
    /// Its term in the [`Vocabulary`].
    pub(super) term: u32,
    /// Whether a line or a phrase begins with it.
    pub(super) opens: bool,
}

impl<'a> Word<'a> {
    /// As it is spelled.
    pub(super) fn spelling(&self) -> &'a str {
        self.line.get(self.from..self.to).unwrap_or_default()
    }
}

/// The terms of a window: every spelling is stemmed once.
#[derive(Debug, Default)]
pub(super) struct Vocabulary<'a> {
    spellings: HashMap<&'a str, Option<u32>>,
    places: HashMap<String, u32>,
    terms: Vec<String>,
    common: Vec<bool>,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn term(&self, place: u32) -> &str {
        usize::try_from(place).ok().and_then(|place| self.terms.get(place)).map_or("", String::as_str)
    }

    /// Whether the term is one of those that every text is full of.
    pub(super) fn is_common(&self, place: u32) -> bool {
        usize::try_from(place).ok().and_then(|place| self.common.get(place)).copied().unwrap_or(false)
    }

    pub(super) fn place(&self, term: &str) -> Option<u32> {
        self.places.get(term).copied()
    }

    /// Every term by its place, and whether every text is full of it.
    pub(super) fn words(self) -> Vec<(String, bool)> {
        self.terms.into_iter().zip(self.common).collect()
    }

    /// The term of a spelling; none for what holds a digit.
    fn learn(&mut self, spelling: &'a str, common: &HashSet<String>) -> Option<u32> {
        if let Some(place) = self.spellings.get(spelling) {
            return *place;
        }
        let term = terms(spelling).into_iter().next().filter(|term| !term.chars().any(char::is_numeric));
        let place = term.map(|term| {
            let next = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
            if let Some(place) = self.places.get(&term) {
                return *place;
            }
            self.common.push(common.contains(&term));
            self.terms.push(term.clone());
            self.places.insert(term, next);
            next
        });
        self.spellings.insert(spelling, place);
        place
    }
}

/// The words of every ticket, and their terms.
pub(super) fn read<'a>(tickets: &[Ticket<'a>]) -> (Vec<Vec<Word<'a>>>, Vocabulary<'a>) {
    read_without(tickets, &Boilerplate::of(tickets))
}

/// The words of every ticket; lines that many of `beside` share are left out, however many of the tickets have them.
pub(super) fn read_beside<'a>(tickets: &[Ticket<'a>], beside: &[Ticket<'_>]) -> (Vec<Vec<Word<'a>>>, Vocabulary<'a>) {
    read_without(tickets, &Boilerplate::of(beside))
}

fn read_without<'a>(tickets: &[Ticket<'a>], boilerplate: &Boilerplate) -> (Vec<Vec<Word<'a>>>, Vocabulary<'a>) {
    let mut vocabulary = Vocabulary::default();
    let words = tickets
        .iter()
        .map(|ticket| {
            let mut words = Vec::new();
            for line in boilerplate.kept(ticket) {
                words_of(line, &mut vocabulary, &COMMON_TERMS, &mut words);
            }
            words.truncate(MOST_WORDS);
            words
        })
        .collect();
    (words, vocabulary)
}

/// Adds the words of a line that are neither part of an address nor a number.
fn words_of<'a>(line: &'a str, vocabulary: &mut Vocabulary<'a>, common: &HashSet<String>, words: &mut Vec<Word<'a>>) {
    let mut opens = true;
    let mut at = 0;
    for chunk in line.split_inclusive(char::is_whitespace) {
        let start = at;
        at += chunk.len();
        if chunk.contains('@') || chunk.contains("://") || chunk.starts_with("www.") {
            opens = true;
            continue;
        }
        let mut rest = start;
        while let Some((from, to)) = next_word(line, rest, at) {
            opens |= line.get(rest..from).is_some_and(|gap| gap.contains(CLOSES));
            rest = to;
            let Some(term) = line.get(from..to).and_then(|spelling| vocabulary.learn(spelling, common)) else {
                opens = true;
                continue;
            };
            words.push(Word { line, from, to, term, opens });
            opens = false;
            if words.len() >= MOST_WORDS {
                return;
            }
        }
        opens |= line.get(rest..at).is_some_and(|gap| gap.contains(CLOSES));
    }
}

/// The next stretch of letters and digits of `line` between the two bytes.
fn next_word(line: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let part = line.get(from..to)?;
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36F}');
    let start = part.find(char::is_alphanumeric)?;
    let length = part.get(start..)?.find(|c| !joins(c)).unwrap_or(part.len() - start);
    Some((from + start, from + start + length))
}

/// The lines that many tickets share: signatures of apps, notices, forms.
struct Boilerplate {
    /// In how many tickets a line stands, and a subject.
    lines: HashMap<String, usize>,
    subjects: HashMap<String, usize>,
    /// From so many tickets on a line is boilerplate; a subject.
    many: usize,
    most: usize,
}

impl Boilerplate {
    fn of(tickets: &[Ticket<'_>]) -> Boilerplate {
        let (mut lines, mut subjects) = (HashMap::new(), HashMap::new());
        for ticket in tickets {
            let own: BTreeSet<String> = lines_of(ticket.text, LONGEST_TEXT).map(plain).collect();
            own.into_iter().for_each(|line| *lines.entry(line).or_insert(0) += 1);
            *subjects.entry(plain(ticket.subject)).or_insert(0) += 1;
        }
        Boilerplate { lines, subjects, many: (tickets.len() / 50).max(3), most: (tickets.len() / 5).max(5) }
    }

    fn shared(&self, line: &str) -> usize {
        if self.lines.is_empty() {
            return 0;
        }
        self.lines.get(&plain(line)).copied().unwrap_or(0)
    }

    /// The lines of a ticket that tell something, the subject first if the text does not begin with it. A line that many
    /// tickets share goes only if something else is left.
    fn kept<'a>(&self, ticket: &Ticket<'a>) -> Vec<&'a str> {
        let lines = without_courtesy(lines_of(ticket.text, LONGEST_TEXT).collect());
        let rare = |line: &&&str| self.shared(line) < self.many;
        let mut kept: Vec<&str> = lines.iter().filter(rare).copied().collect();
        if kept.is_empty() {
            let rarest = lines.iter().min_by_key(|line| (self.shared(line), std::cmp::Reverse(line.len())));
            kept.extend(rarest);
        }
        let Some(subject) = lines_of(ticket.subject, LONGEST_SUBJECT).next() else { return kept };
        let shared = self.subjects.get(&plain(ticket.subject)).copied().unwrap_or(0);
        let told = shared < self.most && !is_generic(subject) && !repeats(&kept, subject);
        if told || kept.is_empty() {
            kept.insert(0, subject);
        }
        kept
    }
}

/// Whether the subject is but the beginning of the text, cut off or not.
fn repeats(lines: &[&str], subject: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    let bare = words(subject.trim_end_matches(['…', '.']));
    words(&lines.join(" ")).contains(&bare)
}

/// The lines of the beginning of a text that hold anything.
fn lines_of(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let head = text.get(..text.floor_char_boundary(most)).unwrap_or_default();
    head.split(['\n', '\r']).map(str::trim).filter(|line| line.chars().any(char::is_alphanumeric))
}

/// A line as lines are compared.
fn plain(line: &str) -> String {
    let line = line.get(..line.floor_char_boundary(LONGEST_SUBJECT)).unwrap_or_default();
    line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Without lines that only greet, and without farewells and the short lines below them.
fn without_courtesy(lines: Vec<&str>) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut left = false;
    for &line in &lines {
        let plain = plain(line);
        let words = plain.split_whitespace().count();
        let begins = |phrases: &str, more: usize| {
            phrases.lines().any(|phrase| {
                let rest = plain.strip_prefix(phrase).filter(|rest| !rest.starts_with(char::is_alphanumeric));
                !phrase.is_empty() && rest.is_some_and(|rest| rest.split_whitespace().count() <= more)
            })
        };
        if begins(FAREWELLS, 2) {
            left = true;
        } else if !(begins(GREETINGS, 2) || left && words <= 3) {
            left = false;
            kept.push(line);
        }
    }
    if kept.is_empty() { lines } else { kept }
}

/// Whether a subject says no more than that somebody writes.
fn is_generic(subject: &str) -> bool {
    let subject = plain(subject);
    let bare = ["re:", "fwd:", "fw:"].iter().fold(subject.as_str(), |rest, mark| rest.trim_start_matches(mark).trim());
    bare.is_empty() || bare.split_whitespace().all(|word| GENERIC.split_whitespace().any(|generic| generic == word))
}
