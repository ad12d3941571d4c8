//! The query language of `ls find stats time recap export triage`: words into a tree. No SQL, no names looked up.
//! Terms AND, commas OR; bare words are full text.

mod fits;
mod reader;

use super::period::Period;
use super::refusal::Refusal;
use super::ticket::{Priority, Reason, Status};
use super::time::Moment;
use super::zone::Zone;
use reader::{Piece, Reader, misused};

pub use fits::fits;

/// What may stand before a colon.
///
/// ```
/// assert!(frontdesk::domain::search::KEYS.contains(&"client"));
/// ```
pub const KEYS: &[&str] = reader::Key::WORDS;

/// What a query asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Conditions, all of which hold.
    pub terms: Vec<Term>,
    /// Full text, all of which is found.
    pub words: Vec<Word>,
    /// `sort:`
    pub sort: Option<Sort>,
    /// `in:`, as written and as meant.
    pub period: Option<(String, Period)>,
}

/// One condition: any of the alternatives, or none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// `not:`: none of the alternatives holds.
    pub negated: bool,
    /// What commas separated; never empty.
    pub alternatives: Vec<Test>,
}

/// One test of one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `+tag`, lower-case.
    Tag(String),
    /// `@ana`, `who:`
    Who(Who),
    /// `from:` an address, phone, handle or name.
    From(String),
    /// `client:` a handle, name or domain; none: without a client.
    Client(Option<String>),
    /// `status:`
    Status(StatusTest),
    /// `reason:` of the close.
    Reason(Reason),
    /// `prio:`
    Priority(Priority),
    /// `channel:`, lower-case.
    Channel(String),
    /// `due:`
    Due(DueTest),
    /// `waiting:` at least so many seconds for an answer of ours.
    Waiting(i64),
    /// `older:` opened at least so many seconds ago.
    Older(i64),
    /// `opened:` within.
    Opened(Period),
    /// `updated:` within.
    Updated(Period),
    /// `closed:` within.
    Closed(Period),
    /// `plan:` of the client.
    Plan(String),
    /// `vip:` whether the client goes before others.
    Vip(bool),
    /// `ext:` the number where it was imported from.
    External(String),
    /// `draft:` with a draft of whomever, by one agent, or without one.
    Draft(Option<Who>),
    /// `sla:` with a clock in this state. Tables do not know clocks: it becomes [`Test::Among`] before they are asked.
    Sla(SlaTest),
    /// `topic:` of this number, one that somebody has touched. Tables do not know topics: it becomes [`Test::Among`], too.
    Topic(i64),
    /// One of these numbers. Nobody types it.
    Among(Vec<i64>),
    /// It waits for us, or was promised and is late. Nobody types it.
    Ours,
}

/// Whose ticket it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Of the agent who asks.
    Me,
    /// Nobody's.
    None,
    /// Of the agent of that name.
    Name(String),
}

/// Which statuses are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusTest {
    /// Closed ones too.
    All,
    /// This one.
    Is(Status),
}

/// When a ticket was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueTest {
    /// Within today.
    Today,
    /// Within this week.
    Week,
    /// Promised and past.
    Late,
    /// Nothing was promised.
    None,
}

/// A piece of full text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Any form of the word.
    Plain(String),
    /// `word*`: what begins so; without the star.
    Prefix(String),
    /// An argument with spaces: these words in this order.
    Phrase(String),
}

/// The order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// `sort:-age`: the largest, latest or last first.
    pub descending: bool,
}

/// An enum whose values have one word each.
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = concat!("`", $word, "`")] $variant),+ }
        impl $name {
            /// The words of all values.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
            /// The value that the word stands for.
            #[must_use]
            pub fn of(word: &str) -> Option<$name> { match word { $($word => Some($name::$variant),)+ _ => None } }
        }
    };
}
use closed_set;

closed_set! {
    /// How a clock stands.
    SlaTest { Breached = "breached", Warning = "warning" }
}

closed_set! {
    /// By what rows are ordered.
    SortKey {
        Urgency = "urgency", Age = "age", Opened = "opened", Updated = "updated", Closed = "closed", Due = "due",
        Priority = "priority", Waiting = "waiting", Number = "number", Client = "client", Replies = "replies",
    }
}

impl Query {
    /// Whether nothing is asked at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.words.is_empty() && self.sort.is_none() && self.period.is_none()
    }

    /// Whether the words say themselves which statuses are meant, so that nobody adds "not closed": `status:`, and
    /// `reason:` and `closed:`, which closed tickets alone can meet. What is negated does not.
    #[must_use]
    pub fn status_asked(&self) -> bool {
        self.asks(|test| matches!(test, Test::Status(_) | Test::Reason(_) | Test::Closed(_)))
    }

    /// Whether the words ask for closed tickets, too.
    #[must_use]
    pub fn closed_asked(&self) -> bool {
        let closed = |status: &StatusTest| matches!(status, StatusTest::All | StatusTest::Is(Status::Closed));
        self.asks(|test| {
            matches!(test, Test::Reason(_) | Test::Closed(_)) || matches!(test, Test::Status(s) if closed(s))
        })
    }

    fn asks(&self, test: impl Fn(&Test) -> bool) -> bool {
        self.terms.iter().any(|term| !term.negated && term.alternatives.iter().any(&test))
    }
}

/// Reads the words of a query, one shell argument each. In `free` text (`find`) an unknown `key:`, a key without a value and a
/// phone number (`+79…`) are text; elsewhere they are refused by name. An argument with spaces is a phrase, unless a known key
/// begins it.
///
/// ```
/// use frontdesk::domain::{search::{Test, Who, Word, parse}, time::Moment, zone::Zone};
/// let read = |line: &str, free| parse(&line.split(' ').map(String::from).collect::<Vec<_>>(), free, Moment(0), &Zone::utc());
/// let query = read("who:ana,me not:+spam печать", false).unwrap();
/// assert_eq!(query.terms[0].alternatives, [Test::Who(Who::Name("ana".into())), Test::Who(Who::Me)]);
/// assert!(query.terms[1].negated);
/// assert_eq!(query.words, [Word::Plain("печать".into())]);
/// assert_eq!(read("clinet:acme", false).unwrap_err().hint().unwrap(), "client:acme? To look for it as text: desk find");
/// assert!(read("clinet:acme +79215550102", true).is_ok());
/// ```
///
/// # Errors
/// A [`Refusal`] that names the word and the way out.
pub fn parse(words: &[String], free: bool, now: Moment, zone: &Zone) -> Result<Query, Refusal> {
    let reader = Reader { free, now, zone };
    let mut query = Query::default();
    for word in words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        match reader.piece(word)? {
            Piece::Term(term) => query.terms.push(term),
            Piece::Text(text) => query.words.push(text),
            Piece::Sort(sort) if query.sort.is_none() => query.sort = Some(sort),
            Piece::Period(text, period) if query.period.is_none() => query.period = Some((text, period)),
            Piece::Sort(_) => return Err(misused(word, "is the second sort: of the query", "write one")),
            Piece::Period(..) => {
                return Err(misused(word, "is the second in: of the query", "write in:2026-11-02..2026-11-08"));
            }
        }
    }
    Ok(query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(words: &[&str], free: bool) -> Result<Query, Refusal> {
        let now = Moment::parse_rfc3339("2026-11-20T12:00:00Z").unwrap();
        parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), free, now, &Zone::utc())
    }

    fn tests(word: &str) -> Vec<Test> {
        let query = read(&[word], false).unwrap();
        assert!(query.words.is_empty() && query.terms.len() == 1, "{word}");
        query.terms[0].alternatives.clone()
    }

    fn texts(words: &[&str]) -> Vec<Word> {
        let query = read(words, true).unwrap();
        assert!(query.terms.is_empty(), "{words:?}");
        query.words
    }

    #[test]
    fn every_key_is_read() {
        assert_eq!(tests("+VIP,счёт-фактура"), [Test::Tag("vip".into()), Test::Tag("счёт-фактура".into())]);
        assert_eq!(tests("@me"), [Test::Who(Who::Me)]);
        assert_eq!(tests("who:ana,none"), [Test::Who(Who::Name("ana".into())), Test::Who(Who::None)]);
        assert_eq!(tests("from:joe@x.io"), [Test::From("joe@x.io".into())]);
        assert_eq!(tests("from:+7 921 555-01-02"), [Test::From("+7 921 555-01-02".into())]);
        assert_eq!(tests("client:ООО Акме,none"), [Test::Client(Some("ООО Акме".into())), Test::Client(None)]);
        assert_eq!(tests("status:all"), [Test::Status(StatusTest::All)]);
        assert_eq!(
            tests("Status:Open,pending"),
            [Test::Status(StatusTest::Is(Status::Open)), Test::Status(StatusTest::Is(Status::Pending))]
        );
        assert_eq!(tests("reason:no-reply"), [Test::Reason(Reason::NoReply)]);
        assert_eq!(tests("prio:high,urgent"), [Test::Priority(Priority::High), Test::Priority(Priority::Urgent)]);
        assert_eq!(tests("channel:Phone"), [Test::Channel("phone".into())]);
        assert_eq!(tests("due:late,today"), [Test::Due(DueTest::Late), Test::Due(DueTest::Today)]);
        assert_eq!(tests("waiting:1,5h"), [Test::Waiting(5400)]);
        assert_eq!(tests("older:3d"), [Test::Older(3 * 86_400)]);
        assert!(matches!(&tests("opened:2026-W47")[..], [Test::Opened(p)] if p.days() == 7));
        assert!(matches!(&tests("updated:today,yesterday")[..], [Test::Updated(_), Test::Updated(_)]));
        assert!(matches!(&tests("closed:last-month")[..], [Test::Closed(p)] if p.days() == 31));
        assert_eq!(tests("plan:pro"), [Test::Plan("pro".into())]);
        assert_eq!(tests("vip:yes,NO"), [Test::Vip(true), Test::Vip(false)]);
        assert_eq!(tests("topic:12,3"), [Test::Topic(12), Test::Topic(3)]);
        assert_eq!(tests("ext:okdesk:1834"), [Test::External("okdesk:1834".into())]);
        assert_eq!(tests("draft:any,ME"), [Test::Draft(None), Test::Draft(Some(Who::Me))]);
        assert_eq!(tests("draft:none,Ana"), [Test::Draft(Some(Who::None)), Test::Draft(Some(Who::Name("Ana".into())))]);
    }

    #[test]
    fn a_query_has_one_period_and_one_order() {
        let query = read(&["in:last-week", "sort:-age"], false).unwrap();
        assert_eq!(query.sort, Some(Sort { key: SortKey::Age, descending: true }));
        let (written, period) = query.period.unwrap();
        assert_eq!((written.as_str(), period.days()), ("last-week", 7));
        assert!(read(&["in:today", "in:yesterday"], false).is_err() && read(&["sort:age", "sort:due"], true).is_err());
    }

    #[test]
    fn not_negates_a_condition_and_nothing_else() {
        for word in ["not:+spam", "not:client:acme", "not:@ana", "NOT:status:open,new"] {
            assert!(read(&[word], false).unwrap().terms[0].negated, "{word}");
        }
        for word in
            ["not:", "not:word", "not:sort:age", "not:in:today", "not:not:+x", "not:clinet:x", "not:+79215550102"]
        {
            assert!(read(&[word], false).is_err() && read(&[word], true).is_err(), "{word}");
        }
    }

    #[test]
    fn bare_words_are_full_text_everywhere() {
        let words = ["принтер", "10:30", "слом*", "не печатает", "error: no paper", "joe@x.io", "-", "*", "42", "#42"];
        let query = read(&words, false).unwrap();
        assert_eq!(query.words.len(), words.len());
        assert_eq!(query.words[2], Word::Prefix("слом".into()));
        assert_eq!(query.words[3], Word::Phrase("не печатает".into()));
        assert_eq!(query.words[4], Word::Phrase("error: no paper".into()));
        assert_eq!(query.words[7], Word::Plain("*".into()));
        assert!(read(&["", " "], false).unwrap().is_empty());
    }

    #[test]
    fn what_is_odd_is_text_in_find_and_refused_by_name_elsewhere() {
        for word in [
            "https://x.io/a",
            "clinet:acme",
            "colour:red",
            "+79215550102",
            "+7(921)555-01-02",
            "+",
            "+c++",
            "@",
            "who:",
            "from:,",
        ] {
            assert_eq!(texts(&[word]), [Word::Plain(word.into())], "{word}");
            let no = read(&[word], false).expect_err(word);
            assert!(no.to_string().contains(word.split_once("//").map_or(word, |(key, _)| key)), "{no}");
            assert!(no.hint().is_some());
        }
        assert_eq!(texts(&["+79"]), [Word::Plain("+79".into())]);
        for phrase in ["+7 921 555", "@ana please", "+1 for this", "status: gone"] {
            assert_eq!(texts(&[phrase]), [Word::Phrase(phrase.into())]);
        }
        assert_eq!(tests("+2026"), [Test::Tag("2026".into())]);
    }

    #[test]
    fn a_known_key_with_a_wrong_value_is_refused_in_find_too() {
        for (word, way_out) in [
            ("status:opne", "status:open? It may be: new, open, pending, hold, closed, all"),
            ("prio:most", "it may be: low, normal, high, urgent"),
            ("reason:wont", "reason:wontfix? It may be: solved, duplicate, spam, wontfix, workaround, no-reply"),
            ("topic:login", "topic:3; the numbers are in desk topic ls"),
            ("due:never", "it may be: today, week, late, none"),
            ("vip:maybe", "it may be: yes, no"),
            ("waiting:4", "4h or 4d?"),
        ] {
            for free in [false, true] {
                assert_eq!(read(&[word], free).unwrap_err().hint().as_deref(), Some(way_out), "{word}");
            }
        }
        assert!(read(&["in:someday"], true).is_err() && read(&["sort:colour"], true).is_err());
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_nearest_or_all() {
        let no = |word: &str| read(&[word], false).unwrap_err();
        assert_eq!(no("priority:high").hint().unwrap(), "prio:high? To look for it as text: desk find");
        assert_eq!(no("colour:red").to_string(), r#"unknown key "colour:" in "colour:red""#);
        assert!(no("colour:red").hint().unwrap().starts_with("known keys: who from client"));
    }

    #[test]
    fn status_counts_as_asked_where_the_words_decide_it() {
        let asked = |word: &str| read(&[word], false).unwrap().status_asked();
        assert!(asked("status:all") && asked("reason:spam") && asked("closed:last-week"));
        assert!(!asked("not:status:pending") && !asked("+vip") && !asked("text"));
    }

    proptest! {
        #[test]
        fn no_words_panic(
            words in proptest::collection::vec("\\PC*", 0..4),
            near in "(not:)?(\\+|@|who:|from:|status:|waiting:|opened:|in:|sort:-?|[a-zа-я]{1,8}:)?[a-z0-9а-я,. *:+-]{0,12}",
            free in any::<bool>(),
        ) {
            for words in [words, vec![near]] {
                if let Ok(query) = parse(&words, free, Moment(0), &Zone::utc()) {
                    prop_assert!(query.terms.iter().all(|term| !term.alternatives.is_empty()));
                }
            }
        }

        #[test]
        fn letters_and_digits_are_always_text(word in "[a-zа-я0-9]{1,12}", free in any::<bool>()) {
            let query = parse(std::slice::from_ref(&word), free, Moment(0), &Zone::utc()).unwrap();
            prop_assert_eq!(query.words, vec![Word::Plain(word)]);
        }
    }
}
