//! What the recap says in words: its first sentence, and the volume with its change.

use crate::domain::insight::metrics::{Figures, Times};
use crate::domain::time::elapsed;
use std::cmp::Ordering;

/// The one sentence to read if nothing else is read.
pub(super) fn lead(now: &Figures, before: Option<&Figures>, unit: &str) -> String {
    let tide = match now.opened.cmp(&now.closed) {
        Ordering::Greater => "More came in than went out",
        Ordering::Less => "More went out than came in",
        Ordering::Equal if now.opened == 0 => &format!("A quiet {unit}"),
        Ordering::Equal => "As many went out as came in",
    };
    let mut text = format!("{tide}: {} in, {} out, and {}", now.opened, now.closed, backlog(now, before));
    if let Some(median) = now.first_response.median_minutes().filter(|_| !now.first_response.too_few()) {
        text.push_str(&format!("; half of the first responses took at most {}", elapsed(median)));
        if let Some(then) = before.map(|b| b.first_response).filter(|t| !t.too_few()).and_then(Times::median_minutes) {
            text.push_str(&match median.cmp(&then) {
                Ordering::Less => format!(", down from {}", elapsed(then)),
                Ordering::Equal => format!(", as in the {unit} before"),
                Ordering::Greater => format!(", up from {}", elapsed(then)),
            });
        }
    }
    text + "."
}

fn backlog(now: &Figures, before: Option<&Figures>) -> String {
    match before.map(|b| now.backlog - b.backlog) {
        None if now.backlog == 1 => "1 is still open".to_owned(),
        None => format!("{} are still open", now.backlog),
        Some(0) => format!("the backlog stayed at {}", now.backlog),
        Some(more @ 1..) => format!("the backlog grew by {more} to {}", now.backlog),
        Some(less) => format!("the backlog shrank by {} to {}", less.saturating_neg(), now.backlog),
    }
}

/// In, out and backlog with their change.
pub(super) fn volume(now: &Figures, before: Option<&Figures>) -> String {
    let change = |of: fn(&Figures) -> i64| before.map_or(String::new(), |b| format!(" ({})", signed(of(now) - of(b))));
    let mut text = format!(
        "{} in{} · {} out{} · backlog {}{}",
        now.opened,
        change(|f| f.opened),
        now.closed,
        change(|f| f.closed),
        now.backlog,
        change(|f| f.backlog)
    );
    if now.reopened > 0 || before.is_some_and(|b| b.reopened > 0) {
        text.push_str(&format!(" · {} reopened{}", now.reopened, change(|f| f.reopened)));
    }
    text
}

fn signed(change: i64) -> String {
    match change {
        0 => "±0".to_owned(),
        1.. => format!("+{change}"),
        _ => format!("−{}", change.saturating_neg()),
    }
}

#[cfg(test)]
mod tests {
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
        let said = |now, before: Option<Figures>| lead(&now, before.as_ref(), "week");
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
    fn too_few_responses_are_not_led_with() {
        let sentence = lead(&week(9, 2, 8, times(4, 42)), None, "week");
        assert_eq!(sentence, "More came in than went out: 9 in, 2 out, and 8 are still open.");
    }
}
