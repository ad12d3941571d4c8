//! What the recap says in whole sentences, English or Russian: its first sentence, the volume with its change.

use super::RecapFacts;
use super::words::Span;
use crate::domain::insight::metrics::{Figures, Times};
use crate::domain::tongue::Tongue;
use std::cmp::Ordering;

/// The one sentence to read if nothing else is read.
pub(super) fn lead(now: &Figures, before: Option<&Figures>, span: Span, tongue: Tongue) -> String {
    let tide = match now.opened.cmp(&now.closed) {
        Ordering::Greater => tongue.of("More came in than went out", "Пришло больше, чем ушло"),
        Ordering::Less => tongue.of("More went out than came in", "Ушло больше, чем пришло"),
        Ordering::Equal if now.opened == 0 => span.quiet(tongue),
        Ordering::Equal => tongue.of("As many went out as came in", "Ушло столько же, сколько пришло"),
    };
    let (opened, closed) = (now.opened, now.closed);
    let mut text = tongue.of(
        format!("{tide}: {opened} in, {closed} out, and {}", backlog(now, before, tongue)),
        format!("{tide}: пришло {opened}, закрыто {closed}, {}", backlog(now, before, tongue)),
    );
    if let Some(median) = now.first_response.median_minutes().filter(|_| !now.first_response.too_few()) {
        let took = tongue.time(median);
        text.push_str(&tongue.of(
            format!("; half of the first responses took at most {took}"),
            format!("; на половину первых обращений ответили не дольше чем за {took}"),
        ));
        if let Some(then) = before.map(|b| b.first_response).filter(|t| !t.too_few()).and_then(Times::median_minutes) {
            text.push_str(&changed(median.cmp(&then), &tongue.time(then), span, tongue));
        }
    }
    text + "."
}

fn changed(how: Ordering, then: &str, span: Span, tongue: Tongue) -> String {
    match how {
        Ordering::Less => tongue.of(format!(", down from {then}"), format!(" (было {then})")),
        Ordering::Equal => tongue.of(format!(", as in {} before", span.of(tongue)), ", как и раньше".to_owned()),
        Ordering::Greater => tongue.of(format!(", up from {then}"), format!(" (было {then})")),
    }
}

fn backlog(now: &Figures, before: Option<&Figures>, tongue: Tongue) -> String {
    let open = now.backlog;
    match before.map(|b| open - b.backlog) {
        None if open == 1 => tongue.of("1 is still open".to_owned(), "открыта 1".to_owned()),
        None => tongue.of(format!("{open} are still open"), format!("открыто {open}")),
        Some(0) => tongue.of(format!("the backlog stayed at {open}"), format!("открыто по-прежнему {open}")),
        Some(more @ 1..) => tongue
            .of(format!("the backlog grew by {more} to {open}"), format!("открытых стало больше на {more}: {open}")),
        Some(less) => {
            let less = less.saturating_neg();
            tongue.of(
                format!("the backlog shrank by {less} to {open}"),
                format!("открытых стало меньше на {less}: {open}"),
            )
        }
    }
}

/// In, out and backlog with their change.
pub(super) fn volume(now: &Figures, before: Option<&Figures>, tongue: Tongue) -> String {
    let change = |of: fn(&Figures) -> i64| before.map_or(String::new(), |b| format!(" ({})", signed(of(now) - of(b))));
    let named = |name: &str, n: i64, of: fn(&Figures) -> i64| match tongue {
        Tongue::En if name != "backlog" => format!("{n} {name}{}", change(of)),
        _ => format!("{name} {n}{}", change(of)),
    };
    let mut parts = vec![
        named(tongue.of("in", "пришло"), now.opened, |f| f.opened),
        named(tongue.of("out", "закрыто"), now.closed, |f| f.closed),
        named(tongue.of("backlog", "открыто"), now.backlog, |f| f.backlog),
    ];
    if now.reopened > 0 || before.is_some_and(|b| b.reopened > 0) {
        parts.push(named(tongue.of("reopened", "вернулось"), now.reopened, |f| f.reopened));
    }
    parts.join(" · ")
}

/// With what it is compared, or that there is too little to compare with.
pub(super) fn compared(facts: &RecapFacts, before: Option<&Figures>) -> Option<String> {
    let tongue = facts.tongue;
    match before {
        Some(_) if facts.before_label.is_empty() => None,
        Some(_) => {
            let label = &facts.before_label;
            Some(tongue.of(format!("Compared with {label}."), format!("Сравнение: {label}.")))
        }
        None => Some(tongue.of(
            format!("Too little to compare: {} before has no tickets.", facts.span.of(tongue)),
            "Сравнивать не с чем: за период до этого заявок нет.".to_owned(),
        )),
    }
}

pub(super) fn signed(change: i64) -> String {
    match change {
        0 => "±0".to_owned(),
        1.. => format!("+{change}"),
        _ => format!("−{}", change.saturating_neg()),
    }
}

#[cfg(test)]
mod tests {
    use super::Tongue::{En, Ru};
    use super::*;

    fn week(opened: i64, closed: i64, backlog: i64, first_response: Times) -> Figures {
        Figures { opened, closed, backlog, first_response, ..Figures::default() }
    }

    fn times(n: usize, minutes: i64) -> Times {
        Times { n, median: Some(minutes * 60), p90: Some(minutes * 120), ..Times::default() }
    }

    #[test]
    fn the_sentence_fits_every_sort_of_week() {
        let few = Times::default();
        let said = |now, before: Option<Figures>| lead(&now, before.as_ref(), Span::Week, En);
        let calm = week(0, 0, 4, few);
        assert_eq!(said(calm, Some(calm)), "A quiet week: 0 in, 0 out, and the backlog stayed at 4.");
        assert_eq!(
            said(week(2, 5, 1, few), Some(calm)),
            "More went out than came in: 2 in, 5 out, and the backlog shrank by 3 to 1."
        );
        assert_eq!(said(week(2, 2, 1, few), None), "As many went out as came in: 2 in, 2 out, and 1 is still open.");
        let slow = said(week(9, 2, 8, times(5, 120)), Some(week(1, 1, 1, times(5, 30))));
        assert!(slow.ends_with("took at most 2h, up from 30m."), "{slow}");
    }

    #[test]
    fn it_is_said_in_russian_too() {
        let said = |now, before: Option<Figures>| lead(&now, before.as_ref(), Span::Week, Ru);
        assert_eq!(
            said(week(9, 2, 8, times(5, 120)), Some(week(1, 1, 1, times(5, 30)))),
            "Пришло больше, чем ушло: пришло 9, закрыто 2, открытых стало больше на 7: 8; на половину первых обращений \
             ответили не дольше чем за 2 ч (было 30 мин)."
        );
        assert_eq!(said(week(0, 0, 1, Times::default()), None), "Тихая неделя: пришло 0, закрыто 0, открыта 1.");
        let now = Figures { opened: 3, closed: 2, backlog: 9, reopened: 1, ..Figures::default() };
        let text = "пришло 3 (+3) · закрыто 2 (+2) · открыто 9 (+9) · вернулось 1 (+1)";
        assert_eq!(volume(&now, Some(&Figures::default()), Ru), text);
    }

    #[test]
    fn too_few_responses_are_not_led_with() {
        let sentence = lead(&week(9, 2, 8, times(4, 42)), None, Span::Week, En);
        assert_eq!(sentence, "More came in than went out: 9 in, 2 out, and 8 are still open.");
    }
}
