//! The line over a quoted mail that says who wrote it and when, in English or Russian. That the desk's own reader knows
//! such a line again is tested here; how it reads those of others is in `quote`.

use super::contact::is_address;
use super::hidden::one_line;
use chrono::{Datelike, NaiveDateTime, Timelike};

/// A name is shown in so many characters.
const MOST: usize = 80;

const DAYS: [(&str, &str); 7] =
    [("Mon", "пн"), ("Tue", "вт"), ("Wed", "ср"), ("Thu", "чт"), ("Fri", "пт"), ("Sat", "сб"), ("Sun", "вс")];

const MONTHS: [(&str, &str); 12] = [
    ("Jan", "янв."),
    ("Feb", "февр."),
    ("Mar", "мар."),
    ("Apr", "апр."),
    ("May", "мая"),
    ("Jun", "июн."),
    ("Jul", "июл."),
    ("Aug", "авг."),
    ("Sep", "сент."),
    ("Oct", "окт."),
    ("Nov", "нояб."),
    ("Dec", "дек."),
];

/// The line over a quote of what somebody wrote at `local`, by the desk's clock; in Russian where `lang` is `ru`, else in
/// English. It is one line, whatever the name holds.
///
/// ```
/// use chrono::NaiveDate;
/// use frontdesk::domain::attribution::attribution;
/// let at = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().and_hms_opt(10, 12, 0).unwrap();
/// assert_eq!(attribution("en", "Ann", "ann@acme.test", at), "On Fri, 20 Nov 2026 at 10:12, Ann <ann@acme.test> wrote:");
/// assert_eq!(attribution("ru", "Анна", "ann@acme.test", at), "пт, 20 нояб. 2026 г. в 10:12, Анна <ann@acme.test>:");
/// assert_eq!(attribution("en", "", "", at), "On Fri, 20 Nov 2026 at 10:12, somebody wrote:");
/// ```
#[must_use]
pub fn attribution(lang: &str, name: &str, address: &str, local: NaiveDateTime) -> String {
    let pick = |(english, russian): (&'static str, &'static str)| if lang == "ru" { russian } else { english };
    let name = one_line(&name.replace(['<', '>', '"', '@', ':', '：'], " "));
    let name: String = name.chars().take(MOST).collect();
    let address = Some(address.trim()).filter(|a| is_address(a)).map(|a| format!("<{a}>")).unwrap_or_default();
    let who = format!("{} {address}", name.trim()).trim().to_owned();
    let who = if who.is_empty() { pick(("somebody", "кто-то")).to_owned() } else { who };
    let at = |names: &[(&'static str, &'static str)], place: u32| {
        usize::try_from(place).ok().and_then(|i| names.get(i).copied()).map(pick).unwrap_or_default()
    };
    let (weekday, month) = (at(&DAYS, local.weekday().num_days_from_monday()), at(&MONTHS, local.month0()));
    let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
    if lang == "ru" {
        format!("{weekday}, {day} {month} {year} г. в {hour:02}:{minute:02}, {who}:")
    } else {
        format!("On {weekday}, {day} {month} {year} at {hour:02}:{minute:02}, {who} wrote:")
    }
}

/// The language of a text, `ru` or `en`: Russian where a third of its letters or more are Cyrillic, for who writes Russian
/// about programs quotes them in English.
///
/// ```
/// use frontdesk::domain::attribution::language_of;
/// assert_eq!(language_of("Пишет: connection refused. Что делать?"), "ru");
/// assert_eq!(language_of("The report says «Счёт», why?"), "en");
/// assert_eq!(language_of("42"), "en");
/// ```
#[must_use]
pub fn language_of(text: &str) -> &'static str {
    let (mut cyrillic, mut letters) = (0_u64, 0_u64);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        cyrillic += u64::from(matches!(c, '\u{400}'..='\u{52f}'));
    }
    if cyrillic > 0 && cyrillic * 3 >= letters { "ru" } else { "en" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quote::{Kind, new_text, split};
    use crate::domain::time::Moment;
    use proptest::prelude::*;

    fn wall(seconds: i64) -> NaiveDateTime {
        Moment(seconds).utc()
    }

    /// The kinds of the pieces of an answer with the line over a quote.
    fn kinds(line: &str) -> Vec<Kind> {
        split(&format!("It prints again.\n\n{line}\n> Is it plugged in?\n")).iter().map(|piece| piece.kind).collect()
    }

    const ANSWER: [Kind; 3] = [Kind::New, Kind::Attribution, Kind::Quote];

    #[test]
    fn a_line_for_every_day_and_month_is_known_again() {
        for day in 0..366 {
            for lang in ["en", "ru"] {
                let at = wall(1_790_000_000 + day * 86_400);
                for (name, address) in [("Анна Петрова", "ann@acme.test"), ("", "ann@acme.test"), ("Ann Smith", "")]
                {
                    let line = attribution(lang, name, address, at);
                    assert_eq!(kinds(&line), ANSWER, "{line}");
                }
            }
        }
    }

    #[test]
    fn a_hostile_name_neither_breaks_the_line_nor_hides_it() {
        for name in [
            "E\r\nBcc: all@acme.test",
            "\u{202e}nnA",
            "Ann <evil@x.test>",
            "wrote:",
            "\"Smith, Ann\"",
            "---",
            "> Ann",
            &"Анна ".repeat(500),
        ] {
            for lang in ["en", "ru"] {
                let line = attribution(lang, name, "ann@acme.test", wall(1_790_000_000));
                assert!(!line.contains(['\r', '\n', '\u{202e}']) && line.len() < 300, "{line}");
                assert_eq!(kinds(&line), ANSWER, "{line}");
            }
        }
    }

    #[test]
    fn a_broken_address_is_left_out() {
        let line = attribution("en", "Ann", "a@b>\n", wall(0));
        assert_eq!(line, "On Thu, 1 Jan 1970 at 00:00, Ann wrote:");
    }

    #[test]
    fn a_third_of_the_letters_decides() {
        assert_eq!([language_of("абв qwerty"), language_of("аб qwerty"), language_of("")], ["ru", "en", "en"]);
    }

    proptest! {
        #[test]
        fn what_is_new_above_any_attribution_stays_alone(name in "\\PC{0,60}", ru: bool, at in 0_i64..4_000_000_000) {
            let line = attribution(if ru { "ru" } else { "en" }, &name, "ann@acme.test", wall(at));
            prop_assert_eq!(line.lines().count(), 1);
            prop_assert_eq!(new_text(&format!("It prints again.\n\n{line}\n> Is it plugged in?\n")), "It prints again.");
        }
    }
}
