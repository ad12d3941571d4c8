//! What templates can do with values: money, days, time and numbers as the client reads them, and the columns of plain text.

use super::words::details;
use crate::domain::billing::money::Money;
use crate::domain::billing::spelled::{plural, spelled};
use crate::domain::time::{Date, Minutes};
use crate::domain::tongue::Tongue;
use crate::render::guard::line;
use crate::render::width::{width, wrap};
use chrono::{Datelike, Days, Weekday};
use minijinja::value::{Rest, Serde, Value};
use minijinja::{Environment, Error, ErrorKind};
use std::collections::BTreeMap;

/// A space that no line breaks at.
const NBSP: char = '\u{a0}';
/// How wide a paper of plain text is, in cells.
pub(super) const PAGE: usize = 78;
/// How far the lines below an amount are set in.
const HANG: usize = 4;

const MONTHS: [(&str, &str, &str); 12] = [
    ("January", "январь", "января"),
    ("February", "февраль", "февраля"),
    ("March", "март", "марта"),
    ("April", "апрель", "апреля"),
    ("May", "май", "мая"),
    ("June", "июнь", "июня"),
    ("July", "июль", "июля"),
    ("August", "август", "августа"),
    ("September", "сентябрь", "сентября"),
    ("October", "октябрь", "октября"),
    ("November", "ноябрь", "ноября"),
    ("December", "декабрь", "декабря"),
];

/// Teaches the templates their filters, in a client's language.
pub(super) fn teach(templates: &mut Environment<'_>, tongue: Tongue) {
    let word = tongue.of("en", "ru");
    let spoken = move |money: Serde<Option<Money>>| money.0.map_or_else(String::new, |money| money.spoken(word));
    templates.add_filter("money", spoken);
    templates.add_filter("words", move |money: Serde<Money>| spelled(*money, word));
    templates.add_filter("day", move |at: Serde<Option<Date>>| at.0.map_or_else(String::new, |at| day(at, tongue)));
    templates.add_filter("long_day", move |at: Serde<Date>| long_day(*at, tongue));
    templates.add_filter("weekday", move |at: Serde<Date>| weekday(*at, tongue));
    templates.add_filter("minutes", move |n: Minutes| minutes(n, tongue));
    templates.add_filter("hours", move |n: Minutes| hours(n, tongue));
    templates.add_filter("quantity", move |n: Minutes| quantity(n, tongue));
    templates.add_filter("percent", move |n: i64| percent(n, tongue));
    templates.add_filter("plural", counted);
    templates.add_filter("details", move |side: Serde<BTreeMap<String, String>>, without: Option<Vec<String>>| {
        Value::from_iter(details(&side, &without.unwrap_or_default(), tongue).into_iter().map(Value::from_iter))
    });
    templates
        .add_function("period", move |first: Serde<Date>, last: Serde<Option<Date>>| period(*first, *last, tongue));
    templates.add_function("share", |part: i64, whole: i64| share(part, whole));
    templates.add_filter("wrapped", |text: String, indent: Option<usize>| laid(&text, "", indent.unwrap_or(0)));
    templates.add_filter("beside", |text: String, right: String, indent: Option<usize>| {
        laid(&text, &line(&right), indent.unwrap_or(0))
    });
    templates.add_filter("ruled", |text: String, with: String| ruled(&text, &with));
}

/// `20.11.2026`, `20 Nov 2026`.
fn day(at: Date, tongue: Tongue) -> String {
    let (d, m, y) = (at.day(), at.month(), at.year());
    match tongue {
        Tongue::Ru => format!("{d:02}.{m:02}.{y:04}"),
        Tongue::En => {
            let month: String = month(at).0.chars().take(3).collect();
            format!("{d}{NBSP}{month}{NBSP}{y}")
        }
    }
}

/// «20 ноября 2026 г.», `20 November 2026`.
fn long_day(at: Date, tongue: Tongue) -> String {
    let (d, (en, _, ru), y) = (at.day(), month(at), at.year());
    match tongue {
        Tongue::Ru => format!("{d}{NBSP}{ru} {y}{NBSP}г."),
        Tongue::En => format!("{d}{NBSP}{en} {y}"),
    }
}

fn month(at: Date) -> (&'static str, &'static str, &'static str) {
    usize::try_from(at.month0()).ok().and_then(|n| MONTHS.get(n)).copied().unwrap_or_default()
}

fn weekday(at: Date, tongue: Tongue) -> &'static str {
    match at.weekday() {
        Weekday::Mon => tongue.of("Mon", "пн"),
        Weekday::Tue => tongue.of("Tue", "вт"),
        Weekday::Wed => tongue.of("Wed", "ср"),
        Weekday::Thu => tongue.of("Thu", "чт"),
        Weekday::Fri => tongue.of("Fri", "пт"),
        Weekday::Sat => tongue.of("Sat", "сб"),
        Weekday::Sun => tongue.of("Sun", "вс"),
    }
}

/// A whole month by its name, other stretches by their days: «ноябрь 2026 г.», `1 Nov 2026 – 15 Dec 2026`, «с 20.11.2026».
fn period(first: Date, last: Option<Date>, tongue: Tongue) -> String {
    let Some(last) = last else {
        return format!("{} {}", tongue.of("from", "с"), day(first, tongue));
    };
    let ends_month = last.checked_add_days(Days::new(1)).is_none_or(|next| next.day() == 1);
    if first.day() == 1 && ends_month && (first.year(), first.month()) == (last.year(), last.month()) {
        return match tongue {
            Tongue::Ru => format!("{} {}{NBSP}г.", month(first).1, first.year()),
            Tongue::En => format!("{} {}", month(first).0, first.year()),
        };
    }
    match tongue {
        _ if first == last => day(first, tongue),
        Tongue::Ru => format!("{}–{}", day(first, tongue), day(last, tongue)),
        Tongue::En => format!("{} – {}", day(first, tongue), day(last, tongue)),
    }
}

fn sign(minutes: Minutes) -> &'static str {
    if minutes < 0 { "-" } else { "" }
}

/// `1 ч 30 мин`, `1h 30m`; it does not break.
fn minutes(minutes: Minutes, tongue: Tongue) -> String {
    let (big, small) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    let (h, m) = match tongue {
        Tongue::Ru => (format!("{big}{NBSP}ч"), format!("{small}{NBSP}мин")),
        Tongue::En => (format!("{big}h"), format!("{small}m")),
    };
    let said = match (big, small) {
        (0, _) => m,
        (_, 0) => h,
        _ => format!("{h}{NBSP}{m}"),
    };
    format!("{}{said}", sign(minutes))
}

/// Decimal hours, `1,50` or `1.50`, rounded half away from zero to hundredths.
fn hours(minutes: Minutes, tongue: Tongue) -> String {
    let hundredths = (minutes.unsigned_abs().saturating_mul(100) + 30) / 60;
    format!("{}{}{}{:02}", sign(minutes), hundredths / 100, tongue.of(".", ","), hundredths % 100)
}

/// Time as it stands before a price: decimal hours where these are exact, else hours and minutes, so that the two multiply
/// to the amount beside them.
fn quantity(n: Minutes, tongue: Tongue) -> String {
    if n % 3 == 0 { format!("{}{NBSP}{}", hours(n, tongue), tongue.of("h", "ч")) } else { minutes(n, tongue) }
}

/// Thousandths of a percent: `20 %`, `7,7 %`; English `20%`.
fn percent(thousandths: i64, tongue: Tongue) -> String {
    let (whole, rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
    let rest = format!("{rest:03}");
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { tongue.of(".", ",") };
    let gap = tongue.of("", "\u{a0}");
    format!("{}{whole}{point}{rest}{gap}%", sign(thousandths))
}

/// A number and the form of its noun: `{{ 5|plural("час", "часа", "часов") }}`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands arguments over so")]
fn counted(number: i64, forms: Rest<String>) -> Result<String, Error> {
    let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
    match forms.len() {
        2 | 3 => Ok(format!("{number}{NBSP}{}", plural(number, &forms))),
        _ => Err(Error::new(ErrorKind::InvalidOperation, "plural takes two forms (English) or three (Russian)")),
    }
}

/// How many percent a part is of the whole, within 0 to 100.
fn share(part: i64, whole: i64) -> i64 {
    let percent = i128::from(part.max(0)) * 100 / i128::from(whole.max(1));
    i64::try_from(percent.min(100)).unwrap_or(100)
}

/// Lines of a text in the page, the first with `right` at the page's right edge and the others below it set in.
fn laid(text: &str, right: &str, indent: usize) -> Value {
    let indent = indent.min(PAGE / 2);
    let (hang, taken) = if right.is_empty() { (0, 0) } else { (HANG, width(right) + 2) };
    let room = PAGE.saturating_sub(indent + hang + taken).max(16);
    let mut out = String::new();
    for (at, part) in wrap(&line(text), room).into_iter().enumerate() {
        let lead = if at == 0 { indent } else { indent + hang };
        if at > 0 {
            out.push('\n');
        }
        out.push_str(&" ".repeat(lead));
        out.push_str(&part);
        if at == 0 && !right.is_empty() {
            let gap = PAGE.saturating_sub(indent + width(&part) + width(right)).max(2);
            out.push_str(&" ".repeat(gap));
            out.push_str(right);
        }
    }
    Value::from_safe_string(out)
}

/// The lines of a text with a rule of one sign below, as wide as the widest of them.
fn ruled(text: &str, with: &str) -> Value {
    let lines = wrap(&line(text), PAGE);
    let wide = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    let rule: String = with.chars().take(1).collect();
    Value::from_safe_string(format!("{}\n{}", lines.join("\n"), rule.repeat(wide)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tongue::{En, Ru};
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_periods_are_told_as_each_language_tells_them() {
        let at = date("2026-11-20");
        assert_eq!([day(at, Ru), day(at, En)], ["20.11.2026", "20\u{a0}Nov\u{a0}2026"]);
        assert_eq!([long_day(at, Ru), long_day(at, En)], ["20\u{a0}ноября 2026\u{a0}г.", "20\u{a0}November 2026"]);
        let told = |first: &str, last: &str| period(date(first), Some(date(last)), Ru);
        assert_eq!(told("2026-11-01", "2026-11-30"), "ноябрь 2026\u{a0}г.");
        assert_eq!(told("2028-02-01", "2028-02-28"), "01.02.2028–28.02.2028");
        assert_eq!(told("2026-11-01", "2026-12-31"), "01.11.2026–31.12.2026");
        assert_eq!(told("2026-11-05", "2026-11-05"), "05.11.2026");
        assert_eq!(period(date("2026-11-01"), Some(date("2026-11-30")), En), "November 2026");
        assert_eq!(period(at, None, Ru), "с 20.11.2026");
    }

    #[test]
    fn time_is_told_in_hours_and_minutes_and_in_decimals() {
        assert_eq!([0, 45, 60, 90, -65].map(|n| minutes(n, En)), ["0m", "45m", "1h", "1h\u{a0}30m", "-1h\u{a0}5m"]);
        assert_eq!([90, 120].map(|n| minutes(n, Ru)), ["1\u{a0}ч\u{a0}30\u{a0}мин", "2\u{a0}ч"]);
        assert_eq!([90, 10, -20, 599].map(|n| hours(n, Ru)), ["1,50", "0,17", "-0,33", "9,98"]);
        assert_eq!([90, 10].map(|n| quantity(n, Ru)), ["1,50\u{a0}ч", "10\u{a0}мин"]);
        assert_eq!(quantity(90, En), "1.50\u{a0}h");
    }

    #[test]
    fn percents_have_the_decimals_that_they_need() {
        assert_eq!([20_000, 7_700, 0, 12_345].map(|n| percent(n, En)), ["20%", "7.7%", "0%", "12.345%"]);
        assert_eq!(percent(7_700, Ru), "7,7\u{a0}%");
    }

    #[test]
    fn a_share_stays_within_its_bar() {
        assert_eq!(
            [share(3, 10), share(11, 10), share(-1, 10), share(1, 0), share(i64::MAX, 1)],
            [30, 100, 0, 100, 100]
        );
    }

    proptest! {
        #[test]
        fn shown_hours_are_exact_wherever_they_stand_before_a_price(n in -100_000_i64..100_000) {
            if let Some(said) = quantity(n, En).strip_suffix("\u{a0}h") {
                let hundredths: i64 = said.replace('.', "").parse().unwrap();
                prop_assert_eq!(hundredths * 60, n * 100);
            }
        }

        #[test]
        fn no_line_of_a_text_leaves_the_page(text in "[a-zа-я 請👍]{0,200}", right in "[0-9 ]{0,20}", indent in 0_usize..90) {
            for line in laid(&text, right.trim(), indent).to_string().lines() {
                prop_assert!(width(line) <= PAGE, "{line:?}");
            }
        }
    }
}
