//! One argument of a query at a time: is it a condition, an order, a period or text, and what does it say.

use super::{DueTest, SlaTest, Sort, SortKey, StatusTest, Term, Test, Who, Word, closed_set};
use crate::domain::billing::duration::waited;
use crate::domain::nearest::nearest;
use crate::domain::period::Period;
use crate::domain::refusal::Refusal;
use crate::domain::ticket::{Priority, Reason, Status};
use crate::domain::time::Moment;
use crate::domain::zone::Zone;

closed_set! {
    /// What stands before the colon.
    Key {
        Who = "who", From = "from", Client = "client", Status = "status", Reason = "reason", Prio = "prio", Channel = "channel",
        Due = "due", Waiting = "waiting", Older = "older", Opened = "opened", Updated = "updated", Closed = "closed", In = "in",
        Plan = "plan", Vip = "vip", Ext = "ext", Draft = "draft", Sla = "sla", Topic = "topic", Sort = "sort", Not = "not",
    }
}

/// What one argument says.
pub(super) enum Piece {
    Term(Term),
    Text(Word),
    Sort(Sort),
    Period(String, Period),
}

/// Reads single arguments.
pub(super) struct Reader<'a> {
    pub(super) free: bool,
    pub(super) now: Moment,
    pub(super) zone: &'a Zone,
}

impl Reader<'_> {
    pub(super) fn piece(&self, word: &str) -> Result<Piece, Refusal> {
        if let Some(tags) = word.strip_prefix('+') {
            return self.tags(word, tags);
        }
        if let Some(names) = word.strip_prefix('@') {
            return match valued(names) && !(self.free && spaced(names)) {
                true => Ok(term(each(names, |name| Ok(Test::Who(who(name))))?)),
                false if self.free => Ok(text(word)),
                false => Err(misused(word, "names nobody", "write @ana or @me")),
            };
        }
        let Some((name, value)) = word.split_once(':').filter(|(name, _)| is_key(name)) else { return Ok(text(word)) };
        match Key::of(&name.to_lowercase()) {
            Some(Key::Not) => self.negated(word, value),
            Some(key) if valued(value) && !value.starts_with(char::is_whitespace) => self.keyed(key, word, value),
            Some(_) if self.free || spaced(word) => Ok(text(word)),
            Some(_) => Err(misused(word, "has no value", &format!("write {}:…", name.to_lowercase()))),
            None if self.free || spaced(word) => Ok(text(word)),
            None => Err(unknown_key(word, name)),
        }
    }

    fn tags(&self, word: &str, tags: &str) -> Result<Piece, Refusal> {
        const SHORTEST_PHONE: usize = 5;
        let digits = tags.bytes().filter(u8::is_ascii_digit).count();
        let phone = digits > 0 && tags.chars().all(|c| c.is_ascii_digit() || " ()-.\u{a0}".contains(c));
        if self.free && (phone || !is_tags(tags)) {
            return Ok(text(word));
        }
        if phone && (digits >= SHORTEST_PHONE || spaced(tags)) {
            return Err(misused(
                word,
                "looks like a phone number, not a tag",
                &format!("from:{word}, or desk find {word}"),
            ));
        }
        if !is_tags(tags) {
            return Err(misused(word, "is no tag", "a tag has letters, digits and -_./ alone: +vip, +vip,urgent"));
        }
        Ok(term(each(tags, |tag| Ok(Test::Tag(tag.to_lowercase())))?))
    }

    fn negated(&self, word: &str, value: &str) -> Result<Piece, Refusal> {
        let form = "write not:+spam, not:@ana or not:client:acme";
        if !valued(value) || value.to_lowercase().starts_with("not:") {
            return Err(misused(word, "negates nothing", form));
        }
        // A word that is text when free is still a mistake behind `not:`: text has no negation.
        match (Reader { free: false, ..*self }).piece(value)? {
            Piece::Term(said) => Ok(Piece::Term(Term { negated: true, ..said })),
            _ => Err(misused(word, "negates no condition", form)),
        }
    }

    fn keyed(&self, key: Key, word: &str, value: &str) -> Result<Piece, Refusal> {
        let period = |value: &str| Period::parse(value, self.now, self.zone);
        let tests = match key {
            Key::In => return Ok(Piece::Period(value.to_owned(), period(value)?)),
            Key::Sort => return sort(value).map(Piece::Sort),
            Key::Waiting => vec![Test::Waiting(waited(value)?)],
            Key::Older => vec![Test::Older(waited(value)?)],
            Key::Who => each(value, |v| Ok(Test::Who(who(v))))?,
            Key::From => each(value, |v| Ok(Test::From(v.to_owned())))?,
            Key::Client => each(value, |v| Ok(Test::Client((!v.eq_ignore_ascii_case("none")).then(|| v.to_owned()))))?,
            Key::Status => each(value, status)?,
            Key::Reason => each(value, |v| among("reason", v, Reason::ALL, Reason::word).map(Test::Reason))?,
            Key::Prio => each(value, |v| among("prio", v, Priority::ALL, Priority::word).map(Test::Priority))?,
            Key::Channel => each(value, |v| Ok(Test::Channel(v.to_lowercase())))?,
            Key::Due => each(value, due)?,
            Key::Opened => each(value, |v| period(v).map(Test::Opened))?,
            Key::Updated => each(value, |v| period(v).map(Test::Updated))?,
            Key::Closed => each(value, |v| period(v).map(Test::Closed))?,
            Key::Plan => each(value, |v| Ok(Test::Plan(v.to_owned())))?,
            Key::Vip => {
                each(value, |v| among("vip", v, &[true, false], |yes| if yes { "yes" } else { "no" }).map(Test::Vip))?
            }
            Key::Ext => each(value, |v| Ok(Test::External(v.to_owned())))?,
            Key::Draft => each(value, |v| Ok(Test::Draft((!v.eq_ignore_ascii_case("any")).then(|| who(v)))))?,
            Key::Sla => each(value, sla)?,
            Key::Topic => each(value, topic)?,
            Key::Not => return self.negated(word, value),
        };
        Ok(term(tests))
    }
}

fn term(alternatives: Vec<Test>) -> Piece {
    Piece::Term(Term { negated: false, alternatives })
}

/// Bare text: a phrase, the beginning of a word, a word.
fn text(word: &str) -> Piece {
    Piece::Text(match word.strip_suffix('*') {
        _ if spaced(word) => Word::Phrase(word.to_owned()),
        Some(prefix) if prefix.chars().any(char::is_alphanumeric) => Word::Prefix(prefix.to_owned()),
        _ => Word::Plain(word.to_owned()),
    })
}

/// The test of each value between commas; empty ones are left out.
fn each(values: &str, test: impl Fn(&str) -> Result<Test, Refusal>) -> Result<Vec<Test>, Refusal> {
    values.split(',').map(str::trim).filter(|value| !value.is_empty()).map(test).collect()
}

/// Whether there is a value between the commas.
fn valued(values: &str) -> bool {
    values.split(',').any(|value| !value.trim().is_empty())
}

fn who(name: &str) -> Who {
    match name.to_lowercase().as_str() {
        "me" => Who::Me,
        "none" => Who::None,
        _ => Who::Name(name.to_owned()),
    }
}

fn status(value: &str) -> Result<Test, Refusal> {
    if value.eq_ignore_ascii_case("all") {
        return Ok(Test::Status(StatusTest::All));
    }
    let found = among("status", value, Status::ALL, Status::word).map(|status| Test::Status(StatusTest::Is(status)));
    found.map_err(|refusal| match refusal {
        Refusal::UnknownValue { key, value, mut known } => {
            known.push("all");
            Refusal::UnknownValue { key, value, known }
        }
        other => other,
    })
}

fn due(value: &str) -> Result<Test, Refusal> {
    let tests = [DueTest::Today, DueTest::Week, DueTest::Late, DueTest::None];
    let word = |test: DueTest| match test {
        DueTest::Today => "today",
        DueTest::Week => "week",
        DueTest::Late => "late",
        DueTest::None => "none",
    };
    among("due", value, &tests, word).map(Test::Due)
}

fn sla(value: &str) -> Result<Test, Refusal> {
    let known = SlaTest::WORDS.to_vec();
    let unknown = || Refusal::UnknownValue { key: "sla".to_owned(), value: value.to_owned(), known };
    SlaTest::of(&value.to_lowercase()).map(Test::Sla).ok_or_else(unknown)
}

fn topic(value: &str) -> Result<Test, Refusal> {
    let number = value.parse().ok().filter(|number| *number > 0);
    let unreadable = || Refusal::Unreadable {
        what: "number of a topic",
        text: value.to_owned(),
        hint: "topic:3; the numbers are in desk topic ls".to_owned(),
    };
    number.map(Test::Topic).ok_or_else(unreadable)
}

/// The one of `all` that the value names.
fn among<T: Copy>(key: &str, value: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Result<T, Refusal> {
    let wanted = value.to_lowercase();
    all.iter().copied().find(|one| word(*one) == wanted).ok_or_else(|| Refusal::UnknownValue {
        key: key.to_owned(),
        value: value.to_owned(),
        known: all.iter().map(|one| word(*one)).collect(),
    })
}

fn sort(value: &str) -> Result<Sort, Refusal> {
    let (descending, name) = value.strip_prefix('-').map_or((false, value), |name| (true, name));
    let key = match name.to_lowercase().as_str() {
        "prio" => Some(SortKey::Priority),
        name => SortKey::of(name),
    };
    let unknown =
        || Refusal::UnknownValue { key: "sort".into(), value: name.to_owned(), known: SortKey::WORDS.to_vec() };
    Ok(Sort { key: key.ok_or_else(unknown)?, descending })
}

/// Whether it could be a key: letters alone, so that `10:30` stays text.
fn is_key(name: &str) -> bool {
    !name.is_empty() && name.chars().all(char::is_alphabetic)
}

/// Whether these are tags with commas between them.
fn is_tags(tags: &str) -> bool {
    valued(tags) && tags.chars().all(|c| c.is_alphanumeric() || "-_./,".contains(c))
}

fn spaced(word: &str) -> bool {
    word.contains(char::is_whitespace)
}

fn unknown_key(word: &str, name: &str) -> Refusal {
    let near = nearest(name, Key::WORDS.iter().copied());
    Refusal::UnknownKey { word: word.to_owned(), key: name.to_owned(), near, known: Key::WORDS }
}

pub(super) fn misused(word: &str, why: &'static str, hint: &str) -> Refusal {
    Refusal::Misused { word: word.to_owned(), why, hint: hint.to_owned() }
}
