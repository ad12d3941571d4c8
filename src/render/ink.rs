//! A cell in words for people: guarded text with a tone and highlights. Which colour a tone has is the format's affair;
//! no tone says what its words do not say.

use super::Dress;
use super::guard;
use super::width::{fit, width};
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::{Minutes, Moment, elapsed};
use crate::report::Cell;
use std::borrow::Cow;

/// How loud a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As any text.
    #[default]
    Plain,
    /// What is looked for first.
    Strong,
    /// What may be passed over.
    Faint,
    /// Too late, broken.
    Alarm,
    /// Soon too late.
    Warn,
    /// As it should be.
    Good,
    /// A label.
    Tag,
}

/// Words with a tone; `marks` are byte ranges to highlight, ascending and apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ink {
    pub text: String,
    pub tone: Tone,
    pub marks: Vec<(usize, usize)>,
}

impl Ink {
    pub fn new(text: impl Into<String>, tone: Tone) -> Ink {
        Ink { text: text.into(), tone, marks: Vec::new() }
    }

    pub fn width(&self) -> usize {
        width(&self.text)
    }

    /// Shortened to `cells`.
    pub fn fit(self, cells: usize) -> Ink {
        if self.width() <= cells {
            return self;
        }
        let text = fit(&self.text, cells);
        let end = text.len().saturating_sub('…'.len_utf8());
        Ink { marks: clip(&self.marks, 0, end), text, tone: self.tone }
    }

    /// The text cut at its marks: each stretch and whether it is highlighted.
    pub fn stretches(&self) -> impl Iterator<Item = (&str, bool)> {
        let edges = self.marks.iter().flat_map(|&(a, b)| [(a, false), (b, true)]).chain([(self.text.len(), false)]);
        edges
            .scan(0, |from, (to, marked)| {
                let part = self.text.get(*from..to).unwrap_or_default();
                *from = to;
                Some((part, marked))
            })
            .filter(|(part, _)| !part.is_empty())
    }
}

/// The part of `marks` within `from..to`, counted from `from`.
pub fn clip(marks: &[(usize, usize)], from: usize, to: usize) -> Vec<(usize, usize)> {
    marks
        .iter()
        .map(|&(a, b)| (a.max(from), b.min(to)))
        .filter(|(a, b)| a < b)
        .map(|(a, b)| (a - from, b - from))
        .collect()
}

/// The cell in one line. `closed`: it belongs to a closed ticket, for which nothing is late.
pub fn ink(key: &str, cell: &Cell, closed: bool, dress: &Dress) -> Ink {
    match cell {
        Cell::Marked(text, marks) => marked(text, marks, |t| guard::line(t)),
        _ => Ink::new(words(cell, dress), tone(key, cell, closed, dress.now)),
    }
}

/// The cell with its lines kept, without the empty ones around it.
pub fn ink_body(cell: &Cell, dress: &Dress) -> Ink {
    let whole = match cell {
        Cell::Text(text) => Ink::new(guard::body(text), Tone::Plain),
        Cell::Marked(text, marks) => marked(text, marks, |t| Cow::Owned(guard::body(t))),
        _ => Ink::new(words(cell, dress), Tone::Plain),
    };
    let end = whole.text.trim_end().len();
    let head = whole.text.get(..end).unwrap_or_default();
    let indented = head.trim_start().len();
    let start = head.get(..end - indented).and_then(|blank| blank.rfind('\n')).map_or(0, |at| at + 1);
    let text = head.get(start..).unwrap_or_default().to_owned();
    Ink { marks: clip(&whole.marks, start, end), text, tone: whole.tone }
}

fn marked<'a>(text: &'a str, marks: &[(usize, usize)], guard: impl Fn(&'a str) -> Cow<'a, str>) -> Ink {
    let mut ink = Ink::default();
    let mut from = 0;
    for &(a, b) in marks {
        let (Some(before), Some(inside)) = (text.get(from..a), text.get(a..b)) else { continue };
        ink.text.push_str(&guard(before));
        let start = ink.text.len();
        ink.text.push_str(&guard(inside));
        if start < ink.text.len() {
            ink.marks.push((start, ink.text.len()));
        }
        from = b;
    }
    ink.text.push_str(&guard(text.get(from..).unwrap_or_default()));
    ink
}

fn tone(key: &str, cell: &Cell, closed: bool, now: Moment) -> Tone {
    match cell {
        Cell::Ticket(_) => Tone::Strong,
        Cell::Priority(Priority::Urgent) => Tone::Alarm,
        Cell::Priority(Priority::High) => Tone::Warn,
        Cell::Priority(Priority::Low) | Cell::Status(Status::Closed) => Tone::Faint,
        Cell::Status(Status::New) => Tone::Good,
        Cell::Tags(_) | Cell::Spark(_) => Tone::Tag,
        Cell::At(at) | Cell::Ago(at) | Cell::Due(at) if key.ends_with("due_at") && !closed && *at <= now => Tone::Alarm,
        Cell::List(_) if key == "due_at" => Tone::Warn,
        Cell::Text(word) if matches!(key, "state" | "sla") => match word.as_str() {
            "breached" | "late" | "missed" => Tone::Alarm,
            "warning" => Tone::Warn,
            _ => Tone::Plain,
        },
        Cell::Text(_) if key == "bounced" => Tone::Alarm,
        Cell::Text(_) if matches!(key, "trust" | "way") => Tone::Warn,
        Cell::Record(members) => {
            members.iter().find(|(_, c)| !is_blank(c)).map_or(Tone::Plain, |(k, c)| tone(k, c, closed, now))
        }
        _ => Tone::Plain,
    }
}

fn is_blank(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(t) | Cell::Marked(t, _) => t.is_empty(),
        Cell::Tags(t) => t.is_empty(),
        Cell::List(cells) => cells.iter().all(is_blank),
        Cell::Record(members) => members.iter().all(|(_, c)| is_blank(c)),
        Cell::Pairs(pairs) => pairs.is_empty(),
        _ => false,
    }
}

/// The cell in guarded words, on one line.
pub fn words(cell: &Cell, dress: &Dress) -> String {
    match cell {
        Cell::Empty | Cell::Priority(Priority::Normal) => String::new(),
        Cell::Text(t) | Cell::Marked(t, _) => guard::line(t).into_owned(),
        Cell::Ticket(n) | Cell::Count(n) => n.to_string(),
        Cell::Minutes(m) => duration(*m),
        Cell::Money(money) => money.told(),
        Cell::Elapsed(m) => elapsed(*m),
        Cell::At(at) => (dress.local)(*at).format("%Y-%m-%d %H:%M").to_string(),
        Cell::Ago(at) => ago(*at, dress.now),
        Cell::Due(at) if *at < dress.now => format!("{} late", ago(*at, dress.now)),
        Cell::Due(at) => ago(*at, dress.now),
        Cell::Day(day) => day.to_string(),
        Cell::Status(s) => s.word().to_owned(),
        Cell::Priority(p) => p.word().to_owned(),
        Cell::Tags(tags) => joined(tags.iter().map(|t| format!("+{}", guard::line(t))), " "),
        Cell::Decimal(text) => text.clone(),
        Cell::Permille(n) => format!("{} %", tenths(*n)),
        Cell::Flag(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Cell::Vip => if dress.ascii { "VIP" } else { "★" }.to_owned(),
        Cell::Bytes(n) => bytes(*n),
        Cell::Spark(values) => spark(values, dress.ascii),
        Cell::Record(members) => {
            members.iter().map(|(_, c)| c).find(|c| !is_blank(c)).map_or_else(String::new, |c| words(c, dress))
        }
        Cell::List(cells) => joined(cells.iter().map(|c| words(c, dress)).filter(|w| !w.is_empty()), ", "),
        Cell::Pairs(pairs) => {
            joined(pairs.iter().map(|(key, text)| format!("{} {}", guard::line(key), guard::line(text))), ", ")
        }
    }
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

/// Tenths as a decimal: 125 is `12.5`.
pub fn tenths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{}", n.unsigned_abs() / 10, n.unsigned_abs() % 10)
}

/// `1h 30m`, `2h`, `0m`.
fn duration(minutes: Minutes) -> String {
    let sign = if minutes < 0 { "-" } else { "" };
    let n = minutes.unsigned_abs();
    match (n / 60, n % 60) {
        (0, m) => format!("{sign}{m}m"),
        (h, 0) => format!("{sign}{h}h"),
        (h, m) => format!("{sign}{h}h {m}m"),
    }
}

/// The distance from now in its largest whole unit: `now`, `3m`, `5h`, `2d`, `3w`, `2y`, `in 2d`.
fn ago(at: Moment, now: Moment) -> String {
    let seconds = now.since(at);
    let n = seconds.unsigned_abs();
    let (minute, hour, day) = (60, 3_600, 86_400);
    let (count, unit) = match n {
        _ if n < minute => return "now".to_owned(),
        _ if n < hour => (n / minute, "m"),
        _ if n < day => (n / hour, "h"),
        _ if n < 14 * day => (n / day, "d"),
        _ if n < 365 * day => (n / (7 * day), "w"),
        _ => (n / (365 * day), "y"),
    };
    format!("{}{count}{unit}", if seconds < 0 { "in " } else { "" })
}

/// `999 B`, `1.2 kB`, `12 kB`, `3.4 MB`: thousands, one decimal below ten.
fn bytes(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let size = n.unsigned_abs();
    if size < 1_000 {
        return format!("{sign}{size} B");
    }
    let mut unit = 1_000_u64;
    let mut names = ["kB", "MB", "GB", "TB", "PB"].into_iter().peekable();
    let mut name = "EB";
    while let Some(next) = names.next() {
        name = next;
        // 999.5 of a unit would read as 1000 of it.
        if size < unit / 2 * 1_999 || names.peek().is_none() {
            break;
        }
        unit *= 1_000;
    }
    let tenths = (size / (unit / 100) + 5) / 10;
    if tenths < 100 {
        format!("{sign}{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{sign}{} {name}", (size / (unit / 10) + 5) / 10)
    }
}

/// A bar for each value, from nothing to the largest; a point where there is no value.
fn spark(values: &[Option<i64>], ascii: bool) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const SIGNS: [char; 8] = ['_', '.', '-', '~', '=', '+', '*', '#'];
    let (bars, nothing) = if ascii { (SIGNS, ' ') } else { (BARS, '·') };
    let top = values.iter().copied().flatten().max().unwrap_or(0).max(1);
    let bar = |v: i64| {
        let step = i128::from(v.max(0)) * 7 + i128::from(top) / 2;
        usize::try_from(step / i128::from(top)).ok().and_then(|i| bars.get(i)).copied().unwrap_or(nothing)
    };
    values.iter().map(|v| v.map_or(nothing, bar)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(cell: &Cell) -> String {
        words(cell, &Dress::plain(Moment(1_000_000)))
    }

    #[test]
    fn worked_time_is_in_hours_and_minutes() {
        let said = [0, 5, 60, 90, 1_500, -90].map(|m| say(&Cell::Minutes(m)));
        assert_eq!(said, ["0m", "5m", "1h", "1h 30m", "25h", "-1h 30m"]);
    }

    #[test]
    fn an_age_is_its_largest_whole_unit() {
        let day = 86_400;
        let said = [0, 59, 60, 3_599, 3_600, day - 1, day, 14 * day - 1, 21 * day, 365 * day, -2 * day]
            .map(|s| ago(Moment(0), Moment(s)));
        assert_eq!(said, ["now", "now", "1m", "59m", "1h", "23h", "1d", "13d", "3w", "1y", "in 2d"]);
    }

    #[test]
    fn sizes_are_rounded_to_what_is_read() {
        let said =
            [0, 999, 1_000, 1_234, 9_949, 9_950, 12_345, 999_499, 999_500, 3_400_000, -2_000, i64::MAX].map(bytes);
        assert_eq!(
            said,
            [
                "0 B", "999 B", "1.0 kB", "1.2 kB", "9.9 kB", "10 kB", "12 kB", "999 kB", "1.0 MB", "3.4 MB",
                "-2.0 kB", "9223 PB"
            ]
        );
    }

    #[test]
    fn a_share_has_one_decimal() {
        assert_eq!([125, 1_000, 0, -5].map(|n| say(&Cell::Permille(n))), ["12.5 %", "100.0 %", "0.0 %", "-0.5 %"]);
    }

    #[test]
    fn a_sparkline_rises_from_nothing_to_the_largest() {
        let spark = |values: &[i64], ascii| spark(&values.iter().copied().map(Some).collect::<Vec<_>>(), ascii);
        assert_eq!(spark(&[0, 1, 2, 4, 7, -3], false), "▁▂▃▅█▁");
        assert_eq!((spark(&[0, 0], false), spark(&[i64::MAX, i64::MIN], false)), ("▁▁".into(), "█▁".into()));
        assert_eq!(spark(&[0, 1, 2, 4, 7, -3], true), "_.-=#_");
    }

    #[test]
    fn a_sparkline_has_a_point_where_there_is_no_value() {
        assert_eq!(say(&Cell::Spark(vec![Some(1), None, Some(0), None])), "█·▁·");
    }

    #[test]
    fn a_record_is_its_first_member_with_a_value() {
        let person = Cell::Record(vec![("name", Cell::Text(String::new())), ("email", Cell::Text("a@b.test".into()))]);
        assert_eq!(say(&person), "a@b.test");
        assert_eq!(say(&Cell::List(vec![person.clone(), Cell::Empty, person])), "a@b.test, a@b.test");
    }

    #[test]
    fn highlights_follow_the_text_through_the_guard() {
        let cell = Cell::Marked("\x1b no счёт today".into(), vec![(5, 13)]);
        let ink = ink("snippet", &cell, false, &Dress::plain(Moment(0)));
        let seen: Vec<_> = ink.stretches().collect();
        assert_eq!(seen, [("␛ no ", false), ("счёт", true), (" today", false)]);
        let cut: Vec<_> = ink.fit(8).marks;
        assert_eq!(cut, [(7, 11)]);
    }

    #[test]
    fn highlights_that_do_not_fit_the_text_are_ignored() {
        let cell = Cell::Marked("счёт".into(), vec![(1, 3), (6, 2), (2, 400), (4, 6)]);
        let ink = ink("snippet", &cell, false, &Dress::plain(Moment(0)));
        assert_eq!((ink.text.as_str(), ink.marks.as_slice()), ("счёт", [(4, 6)].as_slice()));
    }

    #[test]
    fn a_body_has_no_empty_lines_around_it() {
        let dress = Dress::plain(Moment(0));
        let body = ink_body(&Cell::Marked("\r\n \n  да, no\n\n".into(), vec![(6, 10)]), &dress);
        assert_eq!((body.text.as_str(), body.marks.as_slice()), ("  да, no", [(2, 6)].as_slice()));
        assert_eq!(ink_body(&Cell::Text(" \n \n".into()), &dress).text, "");
    }

    #[test]
    fn only_an_open_ticket_is_late() {
        let dress = Dress::plain(Moment(100));
        let at = |moment, closed| ink("due_at", &Cell::Ago(Moment(moment)), closed, &dress).tone;
        assert_eq!((at(99, false), at(101, false), at(99, true)), (Tone::Alarm, Tone::Plain, Tone::Plain));
    }
}
