//! What names a person in the texts of others: his addresses, phones and handles however they are written, his whole name in
//! any of its forms, and his own words where they are quoted. Which rows are his own is not asked here.

mod said;

pub use said::Said;

use super::address::fold;
use super::contact::{Point, PointKind, name_key};
use super::words;
use serde_json::Value;
use std::ops::Range;

/// What stands for a subject or a quoted text that was erased.
pub const GONE: &str = "(erased)";

/// Everything that names a person, and the label that takes its place.
#[derive(Debug, Clone, Default)]
pub struct Traces {
    label: String,
    ways: Vec<Way>,
    phones: Vec<Phone>,
    /// The terms of each name that is looked for in texts.
    names: Vec<Vec<String>>,
    /// Every name, folded: taken along where it stands before his address.
    shown: Vec<String>,
}

/// An address or a handle: what stands on both sides of its mark.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    left: String,
    right: String,
    marks: &'static [&'static str],
}

/// A phone: the digits of the country, and the others.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Phone {
    country: String,
    number: String,
}

/// A shorter number is also an amount or a date.
const SHORTEST_PHONE: usize = 7;
/// Digits of a phone without its country.
const NATIONAL: usize = 10;
/// The words of a name stand no further from each other.
const GAP: usize = 3;

impl Traces {
    /// What names a person. `names` are all that he ever had; those for which `only_his` holds and that have several words are
    /// looked for in texts: a first name alone is many people's.
    #[must_use]
    pub fn of(label: &str, points: &[Point], names: &[String], only_his: impl Fn(&str) -> bool) -> Traces {
        let mut traces = Traces { label: label.to_owned(), ..Traces::default() };
        for point in points {
            match point.kind {
                PointKind::Phone => traces.phones.extend(Phone::of(&point.key())),
                PointKind::Email => traces.ways.extend(Way::of(&fold(&point.value), '@', &["@", "%40", "="])),
                PointKind::Handle if point.value.starts_with('@') => {
                    traces.ways.extend(Way::of(&point.key(), '@', &["@"]));
                }
                PointKind::Handle => traces.ways.extend(Way::of(&point.key(), ':', &[":"])),
            }
        }
        traces.ways.dedup();
        for name in names.iter().filter(|n| !n.trim().is_empty() && n.as_str() != label) {
            traces.shown.push(name_key(name));
            let mut terms = words::terms(name);
            terms.dedup();
            if terms.len() > 1 && terms.iter().all(|t| t.chars().count() > 1) && only_his(name) {
                traces.names.push(terms);
            }
        }
        traces.shown.sort_by_key(|name| std::cmp::Reverse(name.len()));
        traces.shown.dedup();
        traces
    }

    /// What stands in his place.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether an address, a phone or a handle is his.
    #[must_use]
    pub fn is_his(&self, point: &str) -> bool {
        let text = point.trim();
        !text.is_empty() && self.spans(text).contains(&(0..text.len()))
    }

    /// Whether anything in the text names him.
    #[must_use]
    pub fn is_named_in(&self, text: &str) -> bool {
        !self.spans(text).is_empty()
    }

    /// The text with the label wherever it names him; none where it does not.
    ///
    /// ```
    /// use frontdesk::domain::{contact::Point, erasure::Traces};
    /// let points = ["anna@acme.test", "+7 921 555-01-02"].map(|p| Point::read(p).unwrap());
    /// let traces = Traces::of("erased-17", &points, &["Анна Петрова".to_owned()], |_| true);
    /// let without = |text: &str| traces.without(text).unwrap();
    /// assert_eq!(without("Анна Петрова <Anna@ACME.test> пишет:"), "erased-17 пишет:");
    /// assert_eq!(without("Позвонить Анне Петровой, 8(921)555-0102."), "Позвонить erased-17, erased-17.");
    /// assert_eq!(traces.without("joanna@acme.test, anna@acme.test.uk, Анна"), None);
    /// ```
    #[must_use]
    pub fn without(&self, text: &str) -> Option<String> {
        let spans = self.spans(text);
        (!spans.is_empty()).then(|| replaced(text, &spans, &self.label))
    }

    /// The same for every text in a JSON value; a name beside his address goes with it. Whether anything changed.
    ///
    /// ```
    /// use frontdesk::domain::{contact::Point, erasure::Traces};
    /// let traces = Traces::of("erased-17", &[Point::read("anna@acme.test").unwrap()], &["Anna".to_owned()], |_| true);
    /// let mut value = serde_json::json!({"to": [["Anna", "anna@acme.test"], ["Anna", "anna@other.test"]]});
    /// assert!(traces.without_in(&mut value));
    /// assert_eq!(value.to_string(), r#"{"to":[["erased-17","erased-17"],["Anna","anna@other.test"]]}"#);
    /// ```
    pub fn without_in(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => self.without(text).map(|new| *text = new).is_some(),
            Value::Array(list) => {
                let his = list.iter().any(|v| v.as_str().is_some_and(|t| self.is_his(t)));
                let mut changed = false;
                for v in list {
                    changed |= (his && self.take_name(v)) | self.without_in(v);
                }
                changed
            }
            Value::Object(members) => {
                let his = members.values().any(|v| v.as_str().is_some_and(|t| self.is_his(t)));
                let mut changed = false;
                for v in members.values_mut() {
                    changed |= (his && self.take_name(v)) | self.without_in(v);
                }
                changed
            }
            _ => false,
        }
    }

    /// A name of his that stands alone, where it is known to mean him.
    fn take_name(&self, value: &mut Value) -> bool {
        let is_name = value.as_str().is_some_and(|t| self.shown.contains(&name_key(t)));
        if is_name {
            *value = Value::String(self.label.clone());
        }
        is_name
    }

    /// Where the text names him, in order and apart from each other.
    fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        for way in &self.ways {
            for mark in way.marks {
                spans.extend(text.match_indices(mark).filter_map(|(at, _)| way.at(text, at, mark)));
            }
        }
        let mut spans: Vec<Range<usize>> = spans.into_iter().map(|s| self.with_name(text, s)).collect();
        if !self.phones.is_empty() {
            phones(text, &self.phones, &mut spans);
        }
        for name in &self.names {
            whole_names(text, name, &mut spans);
        }
        apart(spans)
    }

    /// `Anna <anna@acme.test>` is one naming.
    fn with_name(&self, text: &str, span: Range<usize>) -> Range<usize> {
        let (head, tail) = (text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default());
        let Some(open) = head.chars().next_back().filter(|c| "<([".contains(*c)) else { return span };
        let bare = head.trim_end_matches(|c: char| c.is_whitespace() || "<([\"'".contains(c));
        let Some(start) = self.shown.iter().find_map(|name| ends_with(bare, name)) else { return span };
        if bare.get(..start).and_then(|rest| rest.chars().next_back()).is_some_and(char::is_alphanumeric) {
            return span;
        }
        let quoted = bare.get(..start).is_some_and(|rest| rest.ends_with('"'));
        let close = match open {
            '<' => '>',
            '(' => ')',
            _ => ']',
        };
        let end = if tail.starts_with(close) { span.end + close.len_utf8() } else { span.end };
        start - usize::from(quoted)..end
    }
}

impl Way {
    fn of(key: &str, mark: char, marks: &'static [&'static str]) -> Option<Way> {
        let (left, right) = if mark == '@' { key.rsplit_once(mark)? } else { key.split_once(mark)? };
        Some(Way { left: left.to_owned(), right: right.to_owned(), marks })
    }

    /// The way whose mark stands there, and is no part of another.
    fn at(&self, text: &str, at: usize, mark: &str) -> Option<Range<usize>> {
        let (head, tail) = (text.get(..at)?, text.get(at + mark.len()..)?);
        let start = ends_with(head, &self.left)?;
        let end = at + mark.len() + starts_with(tail, &self.right)?;
        let inner = if mark == "@" { "._-+%" } else { "._-" };
        let before = text.get(..start)?.chars().next_back();
        let mut after = text.get(end..)?.chars();
        let next = after.next();
        let goes_on = match next {
            Some('.') => after.next().is_some_and(char::is_alphanumeric),
            Some(c) => c.is_alphanumeric() || "-_".contains(c),
            None => false,
        };
        let part = before.is_some_and(|c| c.is_alphanumeric() || inner.contains(c)) || goes_on;
        (!part).then_some(start..end)
    }
}

impl Phone {
    fn of(key: &str) -> Option<Phone> {
        let (country, number) = key.split_at_checked(key.len().saturating_sub(NATIONAL))?;
        (key.len() >= SHORTEST_PHONE).then(|| Phone { country: country.to_owned(), number: number.to_owned() })
    }
}

/// Every phone among the digits of a text.
fn phones(text: &str, wanted: &[Phone], spans: &mut Vec<Range<usize>>) {
    let belongs = |c: char| c.is_ascii_digit() || " +-().\u{a0}\u{2011}".contains(c);
    let mut run: Vec<(usize, char)> = Vec::new();
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        if c.is_ascii_digit() {
            run.push((at, c));
        } else if !belongs(c) && !run.is_empty() {
            wanted.iter().for_each(|phone| phone.among(text, &run, spans));
            run.clear();
        }
    }
}

impl Phone {
    fn among(&self, text: &str, run: &[(usize, char)], spans: &mut Vec<Range<usize>>) {
        let digits: String = run.iter().map(|(_, c)| *c).collect();
        for (at, _) in digits.match_indices(&self.number) {
            let end = at + self.number.len();
            let before = digits.get(..at).unwrap_or_default();
            let trunk = self.country == "7" && before.ends_with('8');
            let country = if trunk { 1 } else { self.country.len() };
            let has = trunk || (!self.country.is_empty() && before.ends_with(&self.country));
            let start = if has { at - country } else { at };
            let place = |n: usize| run.get(n).map(|(place, _)| *place);
            let glued = |a: Option<usize>, b: Option<usize>| a.zip(b).is_some_and(|(a, b)| a + 1 == b);
            let cut = (start > 0 && glued(place(start - 1), place(start))) || glued(place(end - 1), place(end));
            if let (Some(from), Some(to), false) = (place(start), place(end - 1), cut) {
                // A bracket belongs to the number where it is closed within.
                let closed = text.get(from..to).is_some_and(|t| t.contains(')') && !t.contains('('));
                let head = text.get(..from).unwrap_or_default();
                let head = if closed { head.strip_suffix('(').unwrap_or(head) } else { head };
                spans.push(head.strip_suffix('+').unwrap_or(head).len()..to + 1);
            }
        }
    }
}

/// The words of a name one beside the other, in any order and form. Of a name of three words and more two will do where they
/// are written as names are.
fn whole_names(text: &str, name: &[String], spans: &mut Vec<Range<usize>>) {
    let hits = words::hits(text, name);
    let word = |(from, to): (usize, usize)| text.get(from..to).unwrap_or_default();
    let capital = |hit| word(hit).chars().next().is_some_and(char::is_uppercase);
    let mut from = 0;
    for to in 1..=hits.len() {
        let parted = match (hits.get(to - 1), hits.get(to)) {
            (Some((_, end)), Some((start, _))) => {
                let between = text.get(*end..*start).unwrap_or_default();
                between.chars().count() > GAP || between.chars().any(|c| c.is_alphanumeric() || c == '\n')
            }
            _ => true,
        };
        if !parted {
            continue;
        }
        let group = hits.get(from..to).unwrap_or_default();
        from = to;
        let mut terms: Vec<String> = group.iter().flat_map(|hit| words::terms(word(*hit))).collect();
        terms.sort_unstable();
        terms.dedup();
        let enough = terms.len() >= name.len() || (terms.len() > 1 && group.iter().all(|hit| capital(*hit)));
        if let (Some((start, _)), Some((_, end)), true) = (group.first(), group.last(), enough) {
            spans.push(*start..*end);
        }
    }
}

/// Where the text that ends with `word`, whatever its case, begins with it.
fn ends_with(text: &str, word: &str) -> Option<usize> {
    let mut rest = text.char_indices().rev();
    let mut at = text.len();
    for wanted in word.chars().rev() {
        let (place, c) = rest.next()?;
        if lower(c) != lower(wanted) {
            return None;
        }
        at = place;
    }
    Some(at)
}

/// Where `word` ends at the beginning of the text, whatever its case.
fn starts_with(text: &str, word: &str) -> Option<usize> {
    let mut rest = text.chars();
    let mut end = 0;
    for wanted in word.chars() {
        let c = rest.next()?;
        if lower(c) != lower(wanted) {
            return None;
        }
        end += c.len_utf8();
    }
    Some(end)
}

fn lower(c: char) -> char {
    match c.to_lowercase().next() {
        Some('ё') => 'е',
        Some(lower) => lower,
        None => c,
    }
}

/// The spans in order, those that overlap as one.
fn apart(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|s| (s.start, s.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// The text with something else in the place of each span.
fn replaced(text: &str, spans: &[Range<usize>], by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        out.push_str(text.get(from..span.start).unwrap_or_default());
        out.push_str(by);
        from = span.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn traces() -> Traces {
        let points = ["Anna.P@acme.test", "8 (921) 555-01-02", "@anna_p", "telegram:annap"];
        let points = points.map(|p| Point::read(p).unwrap());
        let names = ["Анна Петрова", "Anna", "Петрова Анна Сергеевна", "Big Boss"].map(str::to_owned);
        Traces::of("X", &points, &names, |name| name != "Big Boss")
    }

    #[test]
    fn an_address_is_found_however_it_is_written_and_only_where_it_is_whole() {
        let t = traces();
        for (text, without) in [
            ("mail anna.p@acme.test.", "mail X."),
            ("mailto:ANNA.P@ACME.TEST?subject=x", "mailto:X?subject=x"),
            ("https://a.test/?e=anna.p%40acme.test&x", "https://a.test/?e=X&x"),
            ("bounce+anna.p=acme.test@list.test", "bounce+X@list.test"),
            ("\"Anna\" <anna.p@acme.test>, b@c.test", "X, b@c.test"),
            ("Anna (anna.p@acme.test) wrote", "X wrote"),
            ("t.me @Anna_P, telegram:AnnaP!", "t.me X, X!"),
            ("Anna (+7 921 555 01 02)", "Anna (X)"),
        ] {
            assert_eq!(t.without(text).as_deref(), Some(without), "{text}");
        }
        for text in [
            "jo.anna.p@acme.test",
            "anna.p@acme.tests",
            "anna.p@acme.test.example",
            "Anna",
            "x@anna_p.test",
            "Joanna <x@y.test>",
        ] {
            assert_eq!(t.without(text), None, "{text}");
        }
    }

    #[test]
    fn a_phone_is_found_with_and_without_its_country_and_not_inside_of_longer_numbers() {
        let t = traces();
        for text in ["+7 921 555-01-02", "89215550102", "921 5550102", "(921) 555 01 02", "+79215550102"] {
            assert_eq!(t.without(&format!("call {text}, now")).as_deref(), Some("call X, now"), "{text}");
            assert!(t.is_his(text), "{text}");
        }
        for text in ["1289215550102", "892155501023", "5550102", "№ 921555010 2019"] {
            assert_eq!(t.without(text), None, "{text}");
        }
        assert_eq!(t.without("8 921 555 01 02 8 921 555 01 03").as_deref(), Some("X 8 921 555 01 03"));
    }

    #[test]
    fn a_whole_name_is_found_in_its_forms_and_a_first_name_is_not() {
        let t = traces();
        for (text, without) in [
            ("передать Анне Петровой", "передать X"),
            ("ПЕТРОВА, АННА", "X"),
            ("Анна Сергеевна просила", "X просила"),
            ("петрова анна сергеевна", "X"),
        ] {
            assert_eq!(t.without(text).as_deref(), Some(without), "{text}");
        }
        for text in ["Анна и Петрова", "Анна", "Петрова.\nАнна", "the big boss", "анна сергеевна"]
        {
            assert_eq!(t.without(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_taken_out_is_not_found_again(before in "\\PC{0,12}", after in "\\PC{0,12}") {
            let t = traces();
            for what in ["anna.p@acme.test", "+7 921 555-01-02", "Анна Петрова"] {
                let text = format!("{before} {what} {after}");
                if let Some(once) = t.without(&text) {
                    prop_assert!(!once.contains(what), "{once}");
                    prop_assert_eq!(t.without(&once), None);
                }
            }
        }

        #[test]
        fn any_text_is_looked_through(text in "\\PC*") {
            let t = traces();
            let _ = t.without(&text);
        }
    }
}
