//! The Date field: RFC 5322, and what is written instead of it.

use chrono::NaiveDate;

use super::word;
use crate::domain::time::Moment;

/// No date is longer.
const LONGEST: usize = 200;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Zones by name, in hours east of Greenwich; all others are taken for UTC.
const ZONES: [(&str, i64); 14] = [
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("bst", 1),
    ("cet", 1),
    ("cest", 2),
    ("eet", 2),
    ("eest", 3),
    ("msk", 3),
];

/// The instant a Date field names, held to the years 0001 to 9999; none when it is no date.
pub(super) fn of(field: &[u8]) -> Option<Moment> {
    let line = word::unfold(field.get(..LONGEST).unwrap_or(field));
    let line = String::from_utf8_lossy(&line);
    let line = line.trim();
    match line.bytes().take_while(u8::is_ascii_digit).count() {
        4 => iso(line),
        _ => words(line),
    }
}

/// What the words of a date said so far.
#[derive(Default)]
struct Said {
    day: Option<u32>,
    month: Option<u32>,
    year: Option<i32>,
    time: Option<(u32, u32, u32)>,
    zone: i64,
}

/// `Fri, 20 Nov 2026 12:00:00 +0300 (MSK)`, and the same words in another order.
fn words(line: &str) -> Option<Moment> {
    let mut said = Said::default();
    let line = line.split('(').next().unwrap_or_default();
    let plain = |c: char| c.is_whitespace() || c == ',';
    for word in line.split(plain).filter(|w| !w.is_empty()) {
        let digits = word.bytes().all(|b| b.is_ascii_digit());
        if word.contains(':') {
            let (clock, zone) = word.split_at(word.find(['+', '-']).unwrap_or(word.len()));
            said.time = Some(time(clock)?);
            said.zone = offset(zone).unwrap_or(said.zone);
        } else if word.starts_with(['+', '-']) {
            said.zone = offset(word).unwrap_or_default();
        } else if digits && word.len() <= 2 && said.day.is_none() {
            said.day = word.parse().ok();
        } else if digits {
            said.year = Some(year(word)?);
        } else if let Some((day, rest)) = word.split_once('-') {
            let (month, years) = rest.split_once('-')?;
            (said.day, said.month, said.year) = (day.parse().ok(), month_of(month), Some(year(years)?));
        } else if let Some(month) = month_of(word) {
            said.month = said.month.or(Some(month));
        } else if said.time.is_some() {
            let known = ZONES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
            said.zone = known.map_or(said.zone, |(_, hours)| hours * 3_600);
        }
    }
    let (hour, minute, second) = said.time?;
    let day = NaiveDate::from_ymd_opt(said.year?, said.month?, said.day?)?;
    let at = day.and_hms_opt(hour, minute, second.min(59))?.and_utc().timestamp();
    Some(Moment(at - said.zone).held())
}

fn month_of(word: &str) -> Option<u32> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|m| *m == start)?;
    u32::try_from(month + 1).ok()
}

fn time(word: &str) -> Option<(u32, u32, u32)> {
    let mut parts = word.split(':').map(|p| p.split('.').next().unwrap_or_default());
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().map_or(Ok(0), str::parse).ok()?;
    (second <= 60).then_some((hour, minute, second))
}

/// Years of two and three digits are of the last century or this one (RFC 5322 §4.3).
fn year(digits: &str) -> Option<i32> {
    let year: i32 = digits.parse().ok().filter(|y| (0..=9999).contains(y))?;
    Some(match (digits.len(), year) {
        (1 | 2, 0..=49) => year + 2000,
        (1..=3, _) => year + 1900,
        _ => year,
    })
}

/// `+0300` in seconds.
fn offset(word: &str) -> Option<i64> {
    let (sign, digits) = word.split_at_checked(1)?;
    let digits = digits.replace(':', "");
    let number: i64 = digits.get(..4)?.parse().ok()?;
    let (hours, minutes) = (number / 100, number % 100);
    let seconds = hours * 3_600 + minutes * 60;
    (hours < 24 && minutes < 60).then_some(if sign == "-" { -seconds } else { seconds })
}

/// `2026-11-20T12:00:00+03:00`, `2026-11-20 12:00:00 +0300`, `2026/11/20 12:00:00`.
fn iso(line: &str) -> Option<Moment> {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let (day, rest) = line.split_at_checked(10)?;
    let rest = rest.trim_start_matches(['T', ' ']);
    let (time, zone) = rest.split_at_checked(8)?;
    let zone = zone.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()).trim();
    let zone = match (zone, digits(zone)) {
        ("" | "Z" | "UTC" | "GMT", _) => "Z".to_owned(),
        (zone, 4) if zone.is_ascii() => {
            format!("{}:{}", zone.get(..3)?, zone.get(3..)?.trim_start_matches(':').get(..2)?)
        }
        _ => return None,
    };
    Moment::parse_rfc3339(&format!("{}T{time}{zone}", day.replace(['/', '.'], "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str) -> Option<String> {
        of(field.as_bytes()).map(Moment::rfc3339)
    }

    #[test]
    fn dates_are_read_as_people_and_machines_write_them() {
        for field in [
            "Fri, 20 Nov 2026 12:00:00 +0300",
            " 20 Nov 2026 12:00:00 +0300 (MSK)",
            "Fri,\r\n 20 Nov 2026\r\n 12:00:00 +0300",
            "20 Nov 26 09:00:00 GMT",
            "Friday, 20-Nov-26 09:00 UTC",
            "Fri, 20 Nov 2026 12:00:00 MSK",
            "20 Nov 2026 09:00:00 +9999",
            "20 Nov 2026 12:00+0300",
            "20 Nov 2026 09:00:00",
            "20 November 2026 09:00:00 +0000",
            "Fri Nov 20 09:00:00 2026",
            "Nov 20, 2026 12:00:00 +0300",
            "2026-11-20T12:00:00+03:00",
            "2026-11-20 12:00:00 +0300",
            "2026-11-20 09:00:00",
            "2026-11-20T09:00:00.123Z",
        ] {
            assert_eq!(read(field).as_deref(), Some("2026-11-20T09:00:00Z"), "{field}");
        }
    }

    #[test]
    fn garbage_is_no_date_and_years_are_held() {
        for field in [
            "",
            "((((",
            "yesterday",
            "Fri, 99 Nov 2026 99:00:00 +0300",
            "2026",
            "0",
            "20 Foo 2026 10:00:00 +0000",
            "30 Feb 2026 10:00:00",
        ] {
            assert_eq!(read(field), None, "{field}");
        }
        assert_eq!(read("31 Dec 9999 23:59:59 -2300").as_deref(), Some("9999-12-31T23:59:59Z"));
        assert!(of(&b"(".repeat(100_000)).is_none());
    }
}
