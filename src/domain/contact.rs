//! A person outside the team, and the ways to reach him. Addresses and phones are compared by their key, shown as written.

use serde::{Deserialize, Serialize};

/// A person outside the team; may have no e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The id in the store.
    pub id: i64,
    /// As people call him; may be empty.
    pub name: String,
    /// The client he belongs to.
    pub client: Option<i64>,
}

/// A way to reach a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PointKind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A messenger handle such as `@anna` or `telegram:anna`.
    Handle,
}

impl PointKind {
    /// `email`, `phone` or `handle`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            PointKind::Email => "email",
            PointKind::Phone => "phone",
            PointKind::Handle => "handle",
        }
    }

    /// The kind that `word` stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<PointKind> {
        match word {
            "email" => Some(PointKind::Email),
            "phone" => Some(PointKind::Phone),
            "handle" => Some(PointKind::Handle),
            _ => None,
        }
    }
}

/// An address, a phone or a handle.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Point {
    /// What it is.
    pub kind: PointKind,
    /// As written.
    pub value: String,
}

impl Point {
    /// The form under which it is found, however it is written: addresses and handles folded to lower case, phones as
    /// digits with the Russian trunk prefix 8 read as +7.
    ///
    /// ```
    /// use frontdesk::domain::contact::Point;
    /// let key = |t: &str| Point::read(t).unwrap().key();
    /// assert_eq!(key("+7 (921) 555-01-02"), key("8 921 5550102"));
    /// assert_eq!(key("Ann@Acme.TEST"), "ann@acme.test");
    /// assert_eq!(key("@Anna"), "@anna");
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        match self.kind {
            PointKind::Email | PointKind::Handle => self.value.to_lowercase(),
            PointKind::Phone => phone_key(&self.value),
        }
    }

    /// How people shorten a phone when they look for it: without the country, without the town.
    ///
    /// ```
    /// use frontdesk::domain::contact::Point;
    /// assert_eq!(Point::read("+7 916 123-45-67").unwrap().endings(), ["9161234567", "1234567"]);
    /// assert!(Point::read("ann@acme.test").unwrap().endings().is_empty());
    /// ```
    #[must_use]
    pub fn endings(&self) -> Vec<String> {
        if self.kind != PointKind::Phone {
            return Vec::new();
        }
        let key = self.key();
        let last =
            |n: usize| key.len().checked_sub(n).filter(|at| *at > 0).and_then(|at| key.get(at..)).map(str::to_owned);
        [last(10), last(7)].into_iter().flatten().collect()
    }

    /// Reads an address, a phone (five digits or more, the usual separators) or a handle (`@…`, `telegram:…`);
    /// none where the text is rather a name.
    #[must_use]
    pub fn read(text: &str) -> Option<Point> {
        let text = text.trim();
        let point = |kind| Some(Point { kind, value: text.to_owned() });
        if is_address(text) {
            return point(PointKind::Email);
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if (5..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-().\u{a0}".contains(c)) {
            return point(PointKind::Phone);
        }
        let handle = text.strip_prefix('@').is_some_and(|h| !h.is_empty());
        let scheme = text.split_once(':').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        if (handle || scheme) && !text.contains(char::is_whitespace) { point(PointKind::Handle) } else { None }
    }
}

fn phone_key(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix('8') {
        Some(rest) if digits.len() == 11 && !text.trim_start().starts_with('+') => format!("7{rest}"),
        _ => digits,
    }
}

/// Whether the text has the form of an e-mail address: one `@` with something on both sides, no blanks or controls.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !domain.is_empty()
        && text.len() <= 320
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
}

/// Splits `Anna Petrova <anna@acme.test>` into name and point; a bare point has no name, a bare name no point.
///
/// ```
/// use frontdesk::domain::contact::read_person;
/// let (name, point) = read_person("Анна Петрова <anna@acme.test>");
/// assert_eq!((name.as_str(), point.unwrap().value.as_str()), ("Анна Петрова", "anna@acme.test"));
/// assert_eq!(read_person("Анна Петрова").1, None);
/// ```
#[must_use]
pub fn read_person(text: &str) -> (String, Option<Point>) {
    let text = text.trim();
    if let (Some(open), true) = (text.rfind('<'), text.ends_with('>')) {
        let point = Point::read(text.get(open + 1..text.len() - 1).unwrap_or_default());
        if point.is_some() {
            return (text.get(..open).unwrap_or_default().trim().trim_matches('"').to_owned(), point);
        }
    }
    match Point::read(text) {
        Some(point) => (String::new(), Some(point)),
        None => (text.to_owned(), None),
    }
}

/// The name folded for finding and sorting: lower case, ё as е, single blanks.
///
/// ```
/// use frontdesk::domain::contact::name_key;
/// assert_eq!(name_key("  Пётр   ИВАНОВ "), "петр иванов");
/// ```
#[must_use]
pub fn name_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('ё', "е")
}
