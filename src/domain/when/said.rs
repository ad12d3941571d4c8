//! What a date phrase says, before anybody asks what it means now. English and Russian.
//! Only words and shapes are judged here; the calendar and the zone come in `when`.

use crate::domain::amount::{Amount, Unit, amounts};
use crate::domain::time::Date;
use chrono::{NaiveTime, Weekday};

/// A date phrase.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// now, сейчас
    Now,
    /// in 2h, 3 дня назад
    Span { amounts: Vec<Amount>, towards: Option<Towards> },
    /// fri, tomorrow 15:00, 14:30: at least one of the two is there.
    Point { day: Option<Day>, time: Option<NaiveTime> },
}

/// Which way a span goes when it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    Ahead,
    Back,
}

/// A day as said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// A whole date.
    Date(Date),
    /// 20.11: the month and the day, no year.
    Yearly(u32, u32),
    /// Days from today.
    Away(i64),
    /// A day of the week, the one that the field leans to, or that `next` and `last` ask for.
    Week(Weekday, Option<Towards>),
    /// Monday of the next week.
    NextWeek,
    /// The first of the next month.
    NextMonth,
}

/// Why a phrase was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// No known words, or too many of them.
    Form,
    /// The shape of a date that no calendar has.
    Date,
    /// The shape of a time that no clock has.
    Time,
}

/// Reads a phrase.
pub(super) fn read(text: &str) -> Result<Said, Odd> {
    const LONGEST: usize = 100;
    if text.len() > LONGEST {
        return Err(Odd::Form);
    }
    let text = text.to_lowercase().replace('ё', "е");
    let words = joined(text.split([' ', '\t', '\u{a0}', ',']).filter(|word| !word.is_empty()).collect());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Err(Odd::Form),
        ["now" | "сейчас"] => Ok(Said::Now),
        ["in" | "через", rest @ ..] => span(rest, Some(Towards::Ahead)),
        [rest @ .., "ago" | "назад"] => span(rest, Some(Towards::Back)),
        all => match amounts(&text) {
            Some(amounts) if amounts.iter().all(|a| a.unit.is_some()) => Ok(Said::Span { amounts, towards: None }),
            _ => point(all),
        },
    }
}

/// `2026-11-20T14:30` in two words, `2 pm` in one.
fn joined(words: Vec<&str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        let begins_with_digit = |s: &str| s.starts_with(|c: char| c.is_ascii_digit());
        match (word, out.last_mut()) {
            ("am" | "pm", Some(last)) if begins_with_digit(last) => last.push_str(word),
            _ => match word.split_once(['t', 'т']) {
                Some((date, time)) if begins_with_digit(date) && begins_with_digit(time) && date.len() == 10 => {
                    out.extend([date.to_owned(), time.to_owned()]);
                }
                _ => out.push(word.to_owned()),
            },
        }
    }
    out
}

fn span(words: &[&str], towards: Option<Towards>) -> Result<Said, Odd> {
    let words: Vec<&str> = match words {
        ["полчаса"] => vec!["30m"],
        ["полтора", "часа"] => vec!["90m"],
        ["a" | "an" | "one" | "один" | "одну", unit] => vec!["1", unit],
        [unit] if Unit::of(unit).is_some() => vec!["1", unit],
        other => other.to_vec(),
    };
    let amounts = amounts(&words.join(" ")).filter(|read| read.iter().all(|a| a.unit.is_some())).ok_or(Odd::Form)?;
    Ok(Said::Span { amounts, towards })
}

/// A day and a time in either order, with the small words that go with them.
fn point(words: &[&str]) -> Result<Said, Odd> {
    let (mut day, mut time) = (None, None);
    let mut rest = words;
    while let [word, after @ ..] = rest {
        let (said, left) = match (*word, after) {
            ("at" | "в", [hour, left @ ..]) if is_number(hour) => (Piece::Time(clock(&format!("{hour}:00"))?), left),
            ("on" | "at" | "by" | "to" | "в" | "во" | "на" | "к" | "ко" | "до", [_, ..]) => {
                rest = after;
                continue;
            }
            _ => piece(word, after)?,
        };
        match said {
            Piece::Day(said) if day.is_none() => day = Some(said),
            Piece::Time(said) if time.is_none() => time = Some(said),
            _ => return Err(Odd::Form),
        }
        rest = left;
    }
    if day.is_none() && time.is_none() {
        return Err(Odd::Form);
    }
    Ok(Said::Point { day, time })
}

enum Piece {
    Day(Day),
    Time(NaiveTime),
}

/// The day or time at the start, and the words after it.
fn piece<'a, 'w>(word: &str, after: &'a [&'w str]) -> Result<(Piece, &'a [&'w str]), Odd> {
    let towards = match word {
        "next" => Some(Towards::Ahead),
        "last" => Some(Towards::Back),
        "this" | "эту" | "этот" | "это" | "эта" => None,
        _ if word.starts_with("следующ") => Some(Towards::Ahead),
        _ if word.starts_with("прошл") => Some(Towards::Back),
        _ => return alone(word, after),
    };
    let [named, left @ ..] = after else { return Err(Odd::Form) };
    let day = match (weekday(named), towards) {
        (Some(weekday), _) => Day::Week(weekday, towards),
        (None, Some(Towards::Ahead)) if *named == "week" || named.starts_with("недел") => Day::NextWeek,
        (None, Some(Towards::Ahead)) if *named == "month" || named.starts_with("месяц") => Day::NextMonth,
        _ => return Err(Odd::Form),
    };
    Ok((Piece::Day(day), left))
}

fn alone<'a, 'w>(word: &str, after: &'a [&'w str]) -> Result<(Piece, &'a [&'w str]), Odd> {
    if let Some((day, left)) = with_month(word, after)? {
        return Ok((Piece::Day(day), left));
    }
    let day = match word {
        "today" | "сегодня" => Day::Away(0),
        "tomorrow" | "завтра" => Day::Away(1),
        "послезавтра" => Day::Away(2),
        "yesterday" | "вчера" => Day::Away(-1),
        "позавчера" => Day::Away(-2),
        "noon" | "полдень" => return Ok((Piece::Time(clock("12:00")?), after)),
        _ => match weekday(word) {
            Some(weekday) => Day::Week(weekday, None),
            None if word.contains(':') || word.ends_with("am") || word.ends_with("pm") => {
                return Ok((Piece::Time(clock(word)?), after));
            }
            None => numeric(word)?,
        },
    };
    Ok((Piece::Day(day), after))
}

/// `20 november 2026`, `nov 20`, «20 ноября».
fn with_month<'a, 'w>(word: &str, after: &'a [&'w str]) -> Result<Option<(Day, &'a [&'w str])>, Odd> {
    let [second, left @ ..] = after else { return Ok(None) };
    let (month, day) = match (month(word), month(second)) {
        (Some(month), None) if is_number(second) => (month, *second),
        (None, Some(month)) if is_number(word) => (month, word),
        _ => return Ok(None),
    };
    let day = day.parse().map_err(|_| Odd::Date)?;
    match left {
        [year, left @ ..] if year.len() == 4 && is_number(year) => {
            let year = year.parse().map_err(|_| Odd::Date)?;
            Ok(Some((whole(year, month, day)?, left)))
        }
        _ => Ok(Some((Day::Yearly(month, day), left))),
    }
}

/// `2026-11-20`, `20.11.2026`, `20.11.26`, `20.11`.
fn numeric(word: &str) -> Result<Day, Odd> {
    let number = |s: &str| if s.len() <= 5 { s.parse::<u32>().map_err(|_| Odd::Date) } else { Err(Odd::Date) };
    let parts = |sign: char| {
        let parts: Vec<&str> = word.strip_suffix('.').unwrap_or(word).split(sign).collect();
        parts.iter().all(|part| is_number(part)).then_some(parts)
    };
    match (parts('-').as_deref(), parts('.').as_deref()) {
        (Some([y, m, d]), _) if y.len() >= 4 => whole(number(y)?, number(m)?, number(d)?),
        (_, Some([d, m, y])) if y.len() >= 4 => whole(number(y)?, number(m)?, number(d)?),
        (_, Some([d, m, y])) if y.len() == 2 => whole(2000 + number(y)?, number(m)?, number(d)?),
        (_, Some([d, m])) => Ok(Day::Yearly(number(m)?, number(d)?)),
        _ => Err(Odd::Form),
    }
}

fn whole(year: u32, month: u32, day: u32) -> Result<Day, Odd> {
    let year = i32::try_from(year).ok().filter(|year| (1..=9999).contains(year)).ok_or(Odd::Date)?;
    Date::from_ymd_opt(year, month, day).map(Day::Date).ok_or(Odd::Date)
}

/// `14:30`, `9:00`, `14:30:15`, `2pm`, `2:30pm`.
fn clock(word: &str) -> Result<NaiveTime, Odd> {
    let (reading, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(reading), _) => (reading, Some(0)),
        (_, Some(reading)) => (reading, Some(12)),
        _ => (word, None),
    };
    let parts: Vec<&str> = reading.split(':').collect();
    let shaped =
        parts.iter().all(|part| is_number(part) && part.len() <= 2) && parts.iter().skip(1).all(|part| part.len() == 2);
    if !shaped || parts.len() > 3 || (parts.len() < 2 && half.is_none()) {
        return Err(Odd::Form);
    }
    let part = |n: usize| parts.get(n).map_or(Ok(0), |part| part.parse::<u32>().map_err(|_| Odd::Time));
    let hour = match (part(0)?, half) {
        (hour @ 1..=12, Some(half)) => hour % 12 + half,
        (_, Some(_)) => return Err(Odd::Time),
        (hour, None) => hour,
    };
    NaiveTime::from_hms_opt(hour, part(1)?, part(2)?).ok_or(Odd::Time)
}

fn weekday(word: &str) -> Option<Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    const DAYS: [(Weekday, &str, &str, &str); 7] = [
        (Mon, "monday", "пн", "понедельник"),
        (Tue, "tuesday", "вт", "вторник"),
        (Wed, "wednesday", "ср", "сред"),
        (Thu, "thursday", "чт", "четверг"),
        (Fri, "friday", "пт", "пятниц"),
        (Sat, "saturday", "сб", "суббот"),
        (Sun, "sunday", "вс", "воскресень"),
    ];
    let named = |(_, english, short, stem): &&(Weekday, &str, &str, &str)| {
        let ending = |tail: &str| matches!(tail, "" | "а" | "у" | "ы" | "е" | "я" | "ю");
        (word.len() >= 3 && english.starts_with(word)) || word == *short || word.strip_prefix(stem).is_some_and(ending)
    };
    DAYS.iter().find(named).map(|day| day.0)
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [(u32, &str, &str); 12] = [
        (1, "january", "января"),
        (2, "february", "февраля"),
        (3, "march", "марта"),
        (4, "april", "апреля"),
        (5, "may", "мая"),
        (6, "june", "июня"),
        (7, "july", "июля"),
        (8, "august", "августа"),
        (9, "september", "сентября"),
        (10, "october", "октября"),
        (11, "november", "ноября"),
        (12, "december", "декабря"),
    ];
    let word = word.strip_suffix('.').unwrap_or(word);
    let begins = |name: &str| word.chars().count() >= 3 && name.starts_with(word);
    MONTHS.iter().find(|(_, english, russian)| begins(english) || begins(russian)).map(|month| month.0)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}
