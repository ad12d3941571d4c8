//! What of a ticket is read: its words without greetings, farewells, boilerplate, addresses and numbers.

use super::Ticket;
use super::common::{COMMON, FAREWELLS, GENERIC, GREETINGS};
use crate::domain::words::{Seed, terms};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// So many bytes of a text are looked at; who writes more has said what hurts by then.
pub(super) const LONGEST_TEXT: usize = 8_000;
/// So many bytes of a subject.
pub(super) const LONGEST_SUBJECT: usize = 400;
/// A line of more words is no greeting and no farewell.
pub(super) const LONGEST_COURTESY: usize = 8;
/// So many words of a ticket are read.
pub(super) const MOST_WORDS: usize = 160;

/// Stands before what a customer wrote after the message that opened his ticket.
pub const LATER: char = '\u{c}';

/// What stands between two words that do not belong to one phrase.
const CLOSES: [char; 9] = ['.', ',', '!', '?', ';', ':', '…', '(', ')'];

/// The terms of the common words.
pub(super) static COMMON_TERMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| COMMON.split_whitespace().flat_map(terms).collect());

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
    /// Whether it was not in the message that opened the ticket.
    pub(super) later: bool,
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
    spellings: HashMap<&'a str, Option<u32>, Seed>,
    places: HashMap<String, u32, Seed>,
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
        let place = term_of(spelling).map(|term| {
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

/// The term of a spelling; none for what holds a digit.
pub(super) fn term_of(spelling: &str) -> Option<String> {
    terms(spelling).into_iter().next().filter(|term| !term.chars().any(char::is_numeric))
}

/// The words of every ticket, and their terms.
pub(super) fn read<'a>(tickets: &[Ticket<'a>]) -> (Vec<Vec<Word<'a>>>, Vocabulary<'a>) {
    let lines: Vec<Lines<'a>> = tickets.iter().map(Lines::of).collect();
    let boilerplate = Boilerplate::of(tickets, &lines);
    read_without(tickets, lines, &boilerplate)
}

/// The words of every ticket; lines that many of `beside` share are left out, however many of the tickets have them.
pub(super) fn read_beside<'a>(tickets: &[Ticket<'a>], beside: &[Ticket<'_>]) -> (Vec<Vec<Word<'a>>>, Vocabulary<'a>) {
    let of_beside: Vec<Lines<'_>> = beside.iter().map(Lines::of).collect();
    read_without(tickets, tickets.iter().map(Lines::of).collect(), &Boilerplate::of(beside, &of_beside))
}

fn read_without<'a>(
    tickets: &[Ticket<'a>],
    lines: Vec<Lines<'a>>,
    boilerplate: &Boilerplate,
) -> (Vec<Vec<Word<'a>>>, Vocabulary<'a>) {
    let mut vocabulary = Vocabulary::default();
    let words = tickets
        .iter()
        .zip(lines)
        .map(|(ticket, lines)| {
            let mut words = Vec::new();
            for (line, later) in boilerplate.kept(ticket.subject, lines) {
                words_of(line, later, &mut vocabulary, &mut words);
                if words.len() >= MOST_WORDS {
                    break;
                }
            }
            words
        })
        .collect();
    (words, vocabulary)
}

/// Adds the words of a line that are neither part of an address nor a number.
fn words_of<'a>(line: &'a str, later: bool, vocabulary: &mut Vocabulary<'a>, words: &mut Vec<Word<'a>>) {
    each_word(line, |from, to, opens| {
        if words.len() >= MOST_WORDS {
            return false;
        }
        let term = line.get(from..to).and_then(|spelling| vocabulary.learn(spelling, &COMMON_TERMS));
        words.extend(term.map(|term| Word { line, from, to, term, opens, later }));
        term.is_some()
    });
}

/// Calls `each` with the first byte of each word that is no part of an address, the byte after it, and whether a phrase begins
/// with it; `each` says whether it counts as a word.
pub(super) fn each_word(line: &str, mut each: impl FnMut(usize, usize, bool) -> bool) {
    // Most lines have no address.
    let plain = !line.bytes().any(|byte| matches!(byte, b'@' | b'/')) && !line.contains("www.");
    let mut opens = true;
    let mut at = 0;
    for chunk in line.split_inclusive(char::is_whitespace) {
        let start = at;
        at += chunk.len();
        if !plain && (chunk.contains('@') || chunk.contains("://") || chunk.starts_with("www.")) {
            opens = true;
            continue;
        }
        let mut rest = start;
        while let Some((from, to)) = next_word(line, rest, at) {
            opens |= line.get(rest..from).is_some_and(|gap| gap.contains(CLOSES));
            rest = to;
            opens = !each(from, to, opens);
        }
        opens |= line.get(rest..at).is_some_and(|gap| gap.contains(CLOSES));
    }
}

/// The next stretch of letters and digits of `line` between the two bytes.
fn next_word(line: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let part = line.get(from..to)?;
    let joins = |c: char| is_letter(c) || matches!(c, '\u{300}'..='\u{36F}');
    let start = part.find(is_letter)?;
    let length = part.get(start..)?.find(|c| !joins(c)).unwrap_or(part.len() - start);
    Some((from + start, from + start + length))
}

/// A letter or a digit; those that most texts are made of are known without looking them up.
fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | 'А'..='я' | 'ё' | 'Ё' => true,
        '\0'..='\u{7f}' => false,
        c => c.is_alphanumeric(),
    }
}

/// The lines of a ticket's messages, and each as it is compared.
struct Lines<'a>(Vec<Vec<(&'a str, String)>>);

impl<'a> Lines<'a> {
    fn of(ticket: &Ticket<'a>) -> Lines<'a> {
        let text = ticket.text.get(..ticket.text.floor_char_boundary(LONGEST_TEXT)).unwrap_or_default();
        let compared = |message| lines_of(message, LONGEST_TEXT).map(|line| (line, plain(line))).collect();
        Lines(text.split(LATER).map(compared).collect())
    }
}

/// The lines that many tickets share: signatures of apps, notices, forms.
struct Boilerplate {
    /// In how many tickets a line stands, and a subject.
    lines: HashMap<String, usize, Seed>,
    subjects: HashMap<String, usize, Seed>,
    /// From so many tickets on a line is boilerplate; a subject.
    many: usize,
    most: usize,
}

impl Boilerplate {
    fn of(tickets: &[Ticket<'_>], read: &[Lines<'_>]) -> Boilerplate {
        let (mut lines, mut subjects) = (HashMap::<String, _, Seed>::default(), HashMap::<_, _, Seed>::default());
        for (ticket, Lines(messages)) in tickets.iter().zip(read) {
            let mut own: Vec<&str> = messages.iter().flatten().map(|(_, plain)| plain.as_str()).collect();
            own.sort_unstable();
            own.dedup();
            for line in own {
                match lines.get_mut(line) {
                    Some(count) => *count += 1,
                    None => drop(lines.insert(line.to_owned(), 1)),
                }
            }
            *subjects.entry(plain(ticket.subject)).or_insert(0) += 1;
        }
        Boilerplate { lines, subjects, many: (tickets.len() / 50).max(3), most: (tickets.len() / 5).max(5) }
    }

    fn shared(&self, plain: &str) -> usize {
        self.lines.get(plain).copied().unwrap_or(0)
    }

    /// The lines of a ticket that tell something, the subject first if the text does not begin with it. A line that many
    /// tickets share goes only if something else is left. What the ticket is about is told by the message that opened it: a few
    /// words that come later add to that, and take nothing from it.
    /// With each whether it came later.
    fn kept<'a>(&self, subject: &'a str, Lines(messages): Lines<'a>) -> Vec<(&'a str, bool)> {
        let mut messages = messages.into_iter();
        let opening = self.kept_of_opening(subject, messages.next().unwrap_or_default());
        let mut kept: Vec<(&str, bool)> = opening.into_iter().map(|line| (line, false)).collect();
        for later in messages {
            let rare = without_courtesy(later).into_iter().filter(|(_, plain)| self.shared(plain) < self.many);
            kept.extend(rare.map(|(line, _)| (line, true)));
        }
        kept
    }

    fn kept_of_opening<'a>(&self, subject: &'a str, lines: Vec<(&'a str, String)>) -> Vec<&'a str> {
        let lines = without_courtesy(lines);
        let rare = |(_, plain): &&(&str, String)| self.shared(plain) < self.many;
        let mut own: Vec<&(&str, String)> = lines.iter().filter(rare).collect();
        if own.is_empty() {
            own.extend(lines.iter().min_by_key(|(line, plain)| (self.shared(plain), std::cmp::Reverse(line.len()))));
        }
        let mut kept: Vec<&str> = own.iter().map(|(line, _)| *line).collect();
        let Some(line) = lines_of(subject, LONGEST_SUBJECT).next() else { return kept };
        let shared = self.subjects.get(&plain(subject)).copied().unwrap_or(0);
        let told = shared < self.most && !is_generic(line) && !repeats(&own, line);
        if told || kept.is_empty() {
            kept.insert(0, line);
        }
        kept
    }
}

/// Whether the subject is but the beginning of the text, cut off or not.
fn repeats(lines: &[&(&str, String)], subject: &str) -> bool {
    let mut own = String::new();
    add_words(subject.trim_end_matches(['…', '.']), &mut own);
    // Mostly its longest word is not there, which is seen without joining the lines. A long line is not whole as it is compared.
    let longest = own.split([' ']).map(|word| word.trim_matches(|c: char| !is_letter(c))).max_by_key(|word| word.len());
    let may = |(line, plain): &&(&str, String)| {
        line.len() > LONGEST_SUBJECT || longest.is_none_or(|longest| plain.contains(longest))
    };
    if !lines.iter().any(may) {
        return false;
    }
    let mut words = String::new();
    lines.iter().for_each(|(line, _)| add_words(line, &mut words));
    words.contains(&own)
}

/// Adds the words of a line in lower case, with one space between them.
fn add_words(line: &str, words: &mut String) {
    for word in line.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        lower_case(word, words);
    }
}

/// The lines of the beginning of a text that hold anything.
fn lines_of(text: &str, most: usize) -> impl Iterator<Item = &str> {
    let head = text.get(..text.floor_char_boundary(most)).unwrap_or_default();
    head.split(['\n', '\r', LATER]).map(str::trim).filter(|line| line.chars().any(is_letter))
}

/// A line as lines are compared.
pub(super) fn plain(line: &str) -> String {
    let line = line.get(..line.floor_char_boundary(LONGEST_SUBJECT)).unwrap_or_default();
    let mut lower = String::with_capacity(line.len());
    lower_case(line.trim_matches(|c: char| !is_letter(c)), &mut lower);
    lower
}

/// Adds a text in lower case; the letters that most texts are made of are known without looking them up.
fn lower_case(text: &str, lower: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| !matches!(c, 'a'..='z' | ' ' | 'а'..='я')) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        lower.push_str(before);
        let mut chars = after.chars();
        lower.extend(chars.next().into_iter().flat_map(char::to_lowercase));
        rest = chars.as_str();
    }
    lower.push_str(rest);
}

/// Without lines that only greet, and without farewells and the short lines below them. With each line, how it is compared.
fn without_courtesy(lines: Vec<(&str, String)>) -> Vec<(&str, String)> {
    let mut left = false;
    let mut courteous: Vec<bool> = lines.iter().map(|(_, plain)| is_courtesy(plain, &mut left)).collect();
    if courteous.iter().all(|courtesy| *courtesy) {
        courteous.fill(false);
    }
    lines.into_iter().zip(courteous).filter(|(_, courtesy)| !courtesy).map(|(line, _)| line).collect()
}

/// Whether a line only greets, or is a farewell or a short line below one; `left` says whether the writer has said farewell.
pub(super) fn is_courtesy(plain: &str, left: &mut bool) -> bool {
    static GREETS: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(GREETINGS));
    static PARTS: LazyLock<Phrases> = LazyLock::new(|| Phrases::of(FAREWELLS));
    let at_most = |words: usize| plain.split_whitespace().nth(words).is_none();
    if PARTS.begin(plain) && at_most(LONGEST_COURTESY) {
        *left = true;
        return true;
    }
    let courtesy = GREETS.begin(plain) && at_most(LONGEST_COURTESY) || *left && at_most(3);
    *left &= courtesy;
    courtesy
}

/// What a courteous line begins with, by its first letter.
struct Phrases(HashMap<char, Vec<&'static str>, Seed>);

impl Phrases {
    fn of(lines: &'static str) -> Phrases {
        let mut phrases = HashMap::<char, Vec<&str>, Seed>::default();
        for phrase in lines.lines() {
            phrase.chars().next().into_iter().for_each(|first| phrases.entry(first).or_default().push(phrase));
        }
        Phrases(phrases)
    }

    /// Whether a line is one of them and two words more at most.
    fn begin(&self, plain: &str) -> bool {
        let own = plain.chars().next().and_then(|first| self.0.get(&first));
        own.into_iter().flatten().any(|phrase| {
            let rest = plain.strip_prefix(phrase).filter(|rest| !rest.starts_with(char::is_alphanumeric));
            rest.is_some_and(|rest| rest.split_whitespace().count() <= 2)
        })
    }
}

/// Whether a subject says no more than that somebody writes.
fn is_generic(subject: &str) -> bool {
    let subject = plain(subject);
    let bare = ["re:", "fwd:", "fw:"].iter().fold(subject.as_str(), |rest, mark| rest.trim_start_matches(mark).trim());
    bare.is_empty() || bare.split_whitespace().all(|word| GENERIC.split_whitespace().any(|generic| generic == word))
}
