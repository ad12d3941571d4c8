//! The screen of `desk watch`: a line of numbers, the queue, the last events. Rows that fit into the size that is given;
//! painting them is `render::screen`.

use crate::desk::Queue;
use crate::domain::listed::Listed;
use crate::domain::queue::Claim;
use crate::domain::sla::State;
use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::render::screen::{Row, Tone};
use crate::render::{Dress, Format, render};
use crate::report::news::{Item, Kind as What};
use crate::report::{Part, Report, ticket};
use crate::store::list::Counts;
use std::collections::VecDeque;

/// What is known of the queue.
pub(super) struct Frame {
    /// What was asked for; empty: the queue.
    pub(super) words: String,
    pub(super) queue: Queue,
    pub(super) counts: Counts,
    /// Who has duty today.
    pub(super) duty: Vec<String>,
    pub(super) zone: Zone,
    /// The terminal knows ASCII only.
    pub(super) ascii: bool,
}

/// Lays the screen out: the events and the trouble below, the queue in what is left.
pub(super) fn lay(
    frame: &Frame,
    (events, trouble): (&VecDeque<Item>, Option<&str>),
    now: Moment,
    (cells, height): (usize, usize),
) -> Vec<Row> {
    let mut rows = vec![head(frame, now), numbers(frame), Row::default()];
    let mut foot: Vec<Row> = events.iter().map(|item| event(item, &frame.zone)).collect();
    let spare = height.saturating_sub(rows.len() + 4) / 2;
    foot.drain(..foot.len().saturating_sub(spare));
    if !foot.is_empty() {
        foot.insert(0, Row::of("─".repeat(cells), Tone::Faint));
    }
    foot.push(match (trouble, &frame.queue.untold) {
        (Some(why), _) => Row::of("the desk cannot be asked, it is tried again: ", Tone::Alarm).and(why, Tone::Alarm),
        (None, Some(untold)) => Row::of(untold.clone(), Tone::Warn),
        (None, None) => Row::of("q leaves", Tone::Faint),
    });
    rows.truncate(height.saturating_sub(2).max(1));
    let room = height.saturating_sub(rows.len() + foot.len());
    rows.extend(table(frame, now, cells, room));
    rows.resize(height.saturating_sub(foot.len()), Row::default());
    rows.extend(foot);
    rows.truncate(height);
    rows
}

fn head(frame: &Frame, now: Moment) -> Row {
    let mut row = Row::of("desk", Tone::Strong);
    if !frame.words.is_empty() {
        row = row.and(format!("  {}", frame.words), Tone::Plain);
    }
    row.right = frame.zone.local(now).format("%a %H:%M").to_string();
    row
}

/// The sizes of the queue; of what was asked for, only how many there are.
fn numbers(frame: &Frame) -> Row {
    let (counts, queue) = (&frame.counts, &frame.queue);
    let mut facts: Vec<(String, Tone)> = Vec::new();
    let mut say = |n: i64, what: &str, tone| facts.extend((n > 0).then(|| (format!("{n} {what}"), tone)));
    if frame.words.is_empty() {
        say(counts.waiting, "waiting", Tone::Plain);
        say(counts.late, "late", Tone::Alarm);
        say(counts.mine, "mine", Tone::Plain);
        say(counts.unassigned, "nobody's", Tone::Plain);
    } else {
        say(queue.total, if queue.total == 1 { "ticket" } else { "tickets" }, Tone::Plain);
    }
    say(queue.breached, "breached", Tone::Alarm);
    say(queue.warning, "due soon", Tone::Warn);
    facts.extend((!frame.duty.is_empty()).then(|| (format!("duty: {}", frame.duty.join(", ")), Tone::Plain)));
    let mut row = Row::default();
    for (n, (words, tone)) in facts.into_iter().enumerate() {
        row = if n > 0 { row.and(" · ", Tone::Faint).and(words, tone) } else { row.and(words, tone) };
    }
    row
}

/// The tickets as every list shows them, each row in the tone of its need; and how many there is no room for.
fn table(frame: &Frame, now: Moment, cells: usize, room: usize) -> Vec<Row> {
    let all = &frame.queue.rows;
    let fits = all.get(..room.saturating_sub(1)).unwrap_or(all);
    let more = all.len() > fits.len();
    let shown = if more { fits.get(..fits.len().saturating_sub(1)).unwrap_or(fits) } else { fits };
    let empty = if frame.words.is_empty() { "nobody waits: well done" } else { "nothing found" };
    let report = Report { parts: vec![Part::Table(ticket::for_people(shown, None, empty))], ..Report::default() };
    let zone = frame.zone.clone();
    let dress = Dress { width: Some(cells), colour: false, ascii: frame.ascii, now, local: Box::new(move |m| zone.local(m)) };
    let text = render(&report, Format::Text, None, &dress).unwrap_or_default();
    let tones = std::iter::once(Tone::Faint).chain(shown.iter().map(|l| tone(l, now))).chain(std::iter::repeat(Tone::Plain));
    let mut rows: Vec<Row> = text.lines().zip(tones).map(|(line, tone)| Row::of(line, tone)).collect();
    // Without words, not all that match are wanted.
    let all_there_are = if frame.words.is_empty() { frame.counts.waiting } else { frame.queue.total };
    let left = all_there_are.max(i64::try_from(all.len()).unwrap_or(i64::MAX));
    let left = left - i64::try_from(shown.len()).unwrap_or(0);
    if more && left > 0 {
        rows.push(Row::of(format!("and {left} more: desk ls"), Tone::Faint));
    }
    rows.truncate(room);
    rows
}

fn tone(l: &Listed, now: Moment) -> Tone {
    let claim = Claim::from(l);
    match claim.sla {
        _ if claim.is_late(now) => Tone::Alarm,
        Some(sla) if sla.state == State::Warning && !sla.paused => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// `12:03  new  42  Cannot log in  Ann`
fn event(item: &Item, zone: &Zone) -> Row {
    let tone = match item.kind {
        What::Breached => Tone::Alarm,
        What::New | What::Assigned => Tone::Good,
        _ => Tone::Plain,
    };
    let mut row = Row::of(format!("{}  ", zone.local(item.at).format("%H:%M")), Tone::Faint).and(item.kind.word(), tone);
    let number = item.number.map(|n| n.to_string());
    for part in [number, item.subject.clone(), item.agent.clone(), item.detail.clone()].into_iter().flatten() {
        row = row.and(format!("  {part}"), Tone::Plain);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::screen::lines;
    use proptest::prelude::*;

    fn item(subject: &str) -> Item {
        let (kind, agent, detail) = (What::New, None, Some("Ann".to_owned()));
        Item { at: Moment(43_200), kind, number: Some(42), subject: Some(subject.to_owned()), agent, detail }
    }

    fn frame() -> Frame {
        let counts = Counts { waiting: 5, late: 1, ..Counts::default() };
        Frame { words: String::new(), queue: Queue::default(), counts, duty: vec!["mila".to_owned()], zone: Zone::utc(), ascii: false }
    }

    fn laid(events: &VecDeque<Item>, trouble: Option<&str>, size: (usize, usize)) -> Vec<String> {
        lines(&lay(&frame(), (events, trouble), Moment(43_200), size), size.0, false)
    }

    #[test]
    fn the_screen_has_numbers_above_and_events_below() {
        let events = VecDeque::from([item("Cannot log in")]);
        let shown = laid(&events, None, (60, 10));
        assert_eq!(shown[0], format!("desk{}Thu 12:00", " ".repeat(47)));
        assert_eq!(shown[1], "5 waiting · 1 late · duty: mila");
        assert_eq!(shown[3], "nobody waits: well done");
        assert_eq!(shown[8], "12:00  new  42  Cannot log in  Ann");
        assert_eq!((shown[9].as_str(), shown.len()), ("q leaves", 10));
        let trouble = laid(&events, Some("the server is gone"), (60, 10));
        assert_eq!(trouble[9], "the desk cannot be asked, it is tried again: the server is…");
    }

    proptest! {
        #[test]
        fn it_fits_into_every_size(cells in 1_usize..90, height in 1_usize..30, n in 0_usize..6, trouble: bool) {
            let events: VecDeque<Item> = std::iter::repeat_n(item("請求書が届きません"), n).collect();
            let shown = laid(&events, trouble.then_some("gone"), (cells, height));
            prop_assert!(shown.len() <= height);
            prop_assert!(shown.iter().all(|line| crate::render::width::width(line) <= cells));
        }
    }
}
