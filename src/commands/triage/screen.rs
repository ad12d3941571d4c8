//! The screen: header, conversation, suggestions, what was just done, the keys. Rows that fit into the size that is given;
//! painting them is `render::screen`.

use super::keys::{AT_THE_BOTTOM, KEYS};
use super::line::Line;
use super::page::{Page, Said};
use crate::domain::message::Direction;
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::{Moment, elapsed, minutes};
use crate::render::guard;
use crate::render::screen::{Row, Tone};
use crate::render::width::{fit, width, wrap};

/// So many one-line messages stand above the one that is whole.
const OLDER: usize = 5;
/// So many rows tell what was done.
const TOLD: usize = 4;

/// What the last row is about.
pub(super) enum Bottom<'a> {
    /// The keys.
    Keys,
    /// A choice of keys.
    Choice(&'a str),
    /// A line is typed after a question; what Enter alone means.
    Typing { question: &'a str, line: &'a Line, by_enter: &'a str },
}

/// What is shown.
pub(super) struct View<'a> {
    pub(super) page: &'a Page,
    pub(super) progress: String,
    /// What others did meanwhile.
    pub(super) alerts: &'a [String],
    /// What was just done.
    pub(super) told: &'a [String],
    /// Instead of the conversation.
    pub(super) list: Option<&'a [Row]>,
    pub(super) bottom: &'a Bottom<'a>,
    /// The first row of the conversation that is shown.
    pub(super) scroll: usize,
}

/// The rows of the screen, where the cursor stands, and the furthest that one can scroll.
pub(super) struct Laid {
    pub(super) rows: Vec<Row>,
    pub(super) cursor: Option<(usize, usize)>,
    pub(super) furthest: usize,
    /// Rows of the conversation that are shown at once.
    pub(super) room: usize,
}

/// Lays the screen out.
pub(super) fn lay(view: &View<'_>, (cells, height): (usize, usize)) -> Laid {
    let mut rows = header(view, cells);
    rows.truncate(height.saturating_sub(4).max(1));
    let mut foot = Vec::new();
    if view.list.is_none() {
        foot.extend(suggestions(view.page));
    }
    foot.extend(told(view, cells));
    let (last, column) = bottom(view.bottom, cells);
    let around = rows.len() + 3;
    foot.truncate(height.saturating_sub(around + 1).min(height / 2));
    let room = height.saturating_sub(around + foot.len());
    rows.push(rule(cells));
    let body = view.list.map_or_else(|| conversation(view.page, cells), <[Row]>::to_vec);
    let furthest = body.len().saturating_sub(room);
    let from = view.scroll.min(furthest);
    rows.extend(body.iter().skip(from).take(room).cloned());
    rows.resize(height.saturating_sub(foot.len() + 2).max(1), Row::default());
    let below = body.len().saturating_sub(from + room);
    rows.push(if below > 0 { more(below, cells) } else { rule(cells) });
    rows.extend(foot);
    rows.truncate(height.saturating_sub(1).max(1));
    let cursor = column.map(|column| (column.min(cells.saturating_sub(1)), rows.len()));
    rows.push(last);
    Laid { rows, cursor, furthest, room }
}

fn rule(cells: usize) -> Row {
    Row::of("─".repeat(cells), Tone::Faint)
}

fn more(below: usize, cells: usize) -> Row {
    let words = format!(" {below} more row{} (↓, PgDn; v: all) ", if below == 1 { "" } else { "s" });
    let rest = cells.saturating_sub(width(&words) + 2);
    Row::of("──", Tone::Faint).and(words, Tone::Plain).and("─".repeat(rest), Tone::Faint)
}

fn header(view: &View<'_>, cells: usize) -> Vec<Row> {
    let (page, l) = (view.page, &view.page.listed);
    let t = &l.ticket;
    let mut first = Row::of(format!("{}  ", t.id), Tone::Strong).and(t.subject.clone(), Tone::Strong);
    first.right.clone_from(&view.progress);
    let mut who = Vec::new();
    if let Some(p) = &l.requester {
        let reach: Vec<&str> = [p.email.as_deref(), p.phone.as_deref()].into_iter().flatten().collect();
        who.push((if p.name.is_empty() { reach.join(", ") } else { format!("{} <{}>", p.name, reach.join(", ")) }, Tone::Plain));
    }
    who.extend(l.client.as_ref().map(|c| (c.clone(), Tone::Plain)));
    who.extend(l.vip.then(|| ("★ VIP".to_owned(), Tone::Strong)));
    who.extend(page.plan.as_ref().map(|plan| (format!("plan {plan}"), Tone::Good)));
    who.extend(l.outside.as_ref().map(|what| (format!("outside the plan: {what}"), Tone::Warn)));
    let mut state = vec![(status(page), if t.standing.status == Status::New { Tone::Good } else { Tone::Plain })];
    state.extend(match t.priority {
        Priority::Urgent => Some(("urgent".to_owned(), Tone::Alarm)),
        Priority::High => Some(("high".to_owned(), Tone::Warn)),
        Priority::Low => Some(("low".to_owned(), Tone::Faint)),
        Priority::Normal => None,
    });
    state.push((l.assignee.as_ref().map_or_else(|| "nobody's".to_owned(), |a| format!("{a}'s")), Tone::Plain));
    if let Some(since) = l.state.waiting_since {
        state.push((format!("waits {}, since {}", ago(page, since), when(page, since)), Tone::Plain));
    }
    if t.channel != "email" && !t.channel.is_empty() {
        state.push((t.channel.clone(), Tone::Faint));
    }
    state.extend((!l.tags.is_empty()).then(|| (l.tags.iter().map(|t| format!("+{t}")).collect::<Vec<_>>().join(" "), Tone::Tag)));
    let mut clocks = Vec::new();
    if let Some(due) = t.due_at.filter(|_| t.standing.status != Status::Closed) {
        let late = due <= page.now;
        let words = if late { format!("promised, {} late", ago(page, due)) } else { format!("promised until {}", when(page, due)) };
        clocks.push((words, if late { Tone::Alarm } else { Tone::Plain }));
    }
    clocks.extend(page.clocks.iter().map(|(words, late)| (words.clone(), if *late { Tone::Alarm } else { Tone::Plain })));
    clocks.extend(page.draft.as_ref().map(|who| (format!("a draft by {who} waits"), Tone::Warn)));
    std::iter::once(first).chain([who, state, clocks].into_iter().flat_map(|facts| in_rows(facts, cells))).collect()
}

/// Facts one after the other with dots between, on as few rows as they need.
fn in_rows(facts: Vec<(String, Tone)>, cells: usize) -> Vec<Row> {
    let mut rows: Vec<(Row, usize)> = Vec::new();
    for (words, tone) in facts {
        let taken = width(&guard::line(&words));
        match rows.last_mut() {
            Some((row, used)) if *used + 3 + taken <= cells => {
                row.left.extend([(" · ".to_owned(), Tone::Faint), (words, tone)]);
                *used += 3 + taken;
            }
            _ => rows.push((Row::of(words, tone), taken)),
        }
    }
    rows.into_iter().map(|(row, _)| row).collect()
}

fn status(page: &Page) -> String {
    let s = page.listed.ticket.standing;
    let into = page.listed.ticket.merged_into.map(|n| format!(", merged into {n}")).unwrap_or_default();
    let snoozed = page.listed.ticket.snoozed_until.filter(|at| *at > page.now);
    let snoozed = snoozed.map(|at| format!(", snoozed until {}", when(page, at))).unwrap_or_default();
    let detail = match (s.reason, s.until) {
        (Some(reason), _) => format!(", {}", reason.word()),
        (None, Some(until)) if until > page.now => format!(" until {}", when(page, until)),
        _ => String::new(),
    };
    format!("{}{detail}{into}{snoozed}", s.status.word())
}

fn ago(page: &Page, at: Moment) -> String {
    elapsed(minutes(page.now.since(at).abs()))
}

/// An instant as short as it can be told.
fn when(page: &Page, at: Moment) -> String {
    let (local, today) = (page.zone.local(at), page.zone.local(page.now));
    let days = (local.date() - today.date()).num_days();
    let form = match days {
        0 => "%H:%M",
        -6..=6 => "%a %H:%M",
        _ => "%Y-%m-%d",
    };
    local.format(form).to_string()
}

/// The conversation: the newest message of the customer whole, the others a line each.
fn conversation(page: &Page, cells: usize) -> Vec<Row> {
    let person = |s: &Said| s.direction == Direction::In && matches!(s.automatic.as_deref(), None | Some("bulk"));
    let came = page.talk.iter().rposition(person).or(page.talk.iter().rposition(|s| s.direction == Direction::In));
    let Some(whole) = came.or(page.talk.len().checked_sub(1)) else {
        return vec![Row::of("nothing was written yet", Tone::Faint)];
    };
    let mut rows = Vec::new();
    let hidden = whole.saturating_sub(OLDER);
    if hidden > 0 {
        rows.push(Row::of(format!("… {hidden} older: v"), Tone::Faint));
    }
    for (n, said) in page.talk.iter().enumerate().skip(hidden) {
        if n == whole {
            rows.extend(in_full(page, said, cells));
        } else {
            rows.push(in_a_line(page, said, cells));
        }
    }
    rows
}

fn in_a_line(page: &Page, said: &Said, cells: usize) -> Row {
    let own = said.text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('>'));
    let line = own.take(8).collect::<Vec<_>>().join(" ");
    let who = format!("{} {} ", fit(&guard::line(&said.who), (cells / 4).max(8)), deed(said.direction));
    let tone = if said.direction == Direction::Note { Tone::Warn } else { Tone::Faint };
    Row::of(format!("{} ", when(page, said.at)), Tone::Faint).and(who, tone).and(line.chars().take(400).collect::<String>(), Tone::Plain)
}

fn deed(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "wrote:",
        Direction::Out => "answered:",
        Direction::Note => "noted:",
    }
}

fn in_full(page: &Page, said: &Said, cells: usize) -> Vec<Row> {
    let mut head = Row::of(format!("{} ", when(page, said.at)), Tone::Faint).and(format!("{} {}", said.who, deed(said.direction)), Tone::Strong);
    for mark in said.automatic.iter().chain(&said.trust) {
        head = head.and(format!(" [{mark}]"), Tone::Warn);
    }
    let text = guard::body(said.text.trim());
    let lines = wrap(&text, cells.saturating_sub(2));
    let mut rows = vec![head];
    rows.extend(lines.into_iter().map(|line| {
        let tone = if line.starts_with('>') { Tone::Faint } else { Tone::Plain };
        Row::of(format!("  {line}"), tone)
    }));
    if said.more {
        rows.push(Row::of("  [the rest is folded: v]", Tone::Faint));
    }
    if !said.files.is_empty() {
        rows.push(Row::of(format!("  files: {}", said.files.join(", ")), Tone::Tag));
    }
    rows
}

/// What others like it suggest, a row each.
fn suggestions(page: &Page) -> Vec<Row> {
    let (advice, l) = (&page.advice, &page.listed);
    let mut words = Vec::new();
    let tags: Vec<String> = advice.tags.iter().filter(|t| !l.tags.contains(t)).take(3).map(|t| format!("+{t}")).collect();
    words.extend((!tags.is_empty()).then(|| tags.join(" ")));
    words.extend(advice.assignee.as_ref().filter(|a| l.assignee.as_ref() != Some(a)).map(|a| format!("assign {a}")));
    words.extend((!advice.answers.is_empty()).then(|| {
        let names: Vec<&str> = advice.answers.iter().take(3).map(String::as_str).collect();
        format!("answer {}", names.join(", "))
    }));
    let mut rows = Vec::new();
    if !words.is_empty() {
        rows.push(Row::of("suggested  ", Tone::Faint).and(words.join(" · "), Tone::Tag));
    }
    rows.extend(advice.similar.iter().take(3).map(|a| {
        let closed = a.closed_at.map(|at| format!(" {}", when(page, at))).unwrap_or_default();
        let as_what = a.reason.map_or_else(|| a.status.word().to_owned(), |reason| reason.word().to_owned());
        Row::of("like       ", Tone::Faint).and(format!("{} ", a.number), Tone::Plain).and(format!("[{as_what}{closed}] "), Tone::Faint).and(a.subject.clone(), Tone::Plain)
    }));
    rows
}

/// What others did, and what was just done.
fn told(view: &View<'_>, cells: usize) -> Vec<Row> {
    let of = |lines: &[String], mark: &str, tone| -> Vec<Row> {
        let wrapped = lines.iter().flat_map(|line| wrap(&guard::line(&format!("{mark}{line}")), cells));
        wrapped.take(TOLD).map(|line| Row::of(line, tone)).collect()
    };
    [of(view.alerts, "! ", Tone::Alarm), of(view.told, "", Tone::Good)].concat()
}

/// The last row, and the column of the cursor.
fn bottom(bottom: &Bottom<'_>, cells: usize) -> (Row, Option<usize>) {
    match bottom {
        Bottom::Keys => (key_row(cells), None),
        Bottom::Choice(text) => (Row::of(*text, Tone::Strong), None),
        Bottom::Typing { question, line, by_enter } => typing(question, line, by_enter, cells),
    }
}

fn typing(question: &str, line: &Line, by_enter: &str, cells: usize) -> (Row, Option<usize>) {
    let question = format!("{} ", fit(&guard::line(question), cells / 2));
    let row = Row::of(question.clone(), Tone::Strong);
    let text = guard::line(&line.text()).into_owned();
    if text.is_empty() {
        let hint = if by_enter.is_empty() { "(Esc: not now)".to_owned() } else { format!("(Enter: {by_enter})") };
        return (row.and(hint, Tone::Faint), Some(width(&question)));
    }
    // As much as fits before the cursor, and what comes after it.
    let room = cells.saturating_sub(width(&question) + 1);
    let before = guard::line(&line.before()).into_owned();
    let mut from = 0;
    while width(before.get(from..).unwrap_or_default()) > room {
        from = before.ceil_char_boundary(from + 1);
    }
    let column = width(&question) + width(before.get(from..).unwrap_or_default());
    let proposals = line.proposals();
    let tab = match proposals.as_slice() {
        [] => String::new(),
        [one] if **one == line.text() => String::new(),
        some => format!("   Tab: {}", some.iter().take(4).copied().collect::<Vec<_>>().join(", ")),
    };
    let visible = text.get(from..).unwrap_or_default().to_owned();
    (row.and(visible, Tone::Plain).and(tab, Tone::Faint), Some(column))
}

/// As many keys as there is room for.
fn key_row(cells: usize) -> Row {
    let mut row = Row::of("?", Tone::Strong).and(" keys", Tone::Faint);
    let mut used = 6;
    for key in AT_THE_BOTTOM {
        let Some((name, word, _)) = KEYS.iter().find(|(name, ..)| *name == key) else { continue };
        let taken = 3 + name.len() + word.len();
        if used + taken > cells {
            break;
        }
        row = row.and(format!("  {name}"), Tone::Strong).and(format!(" {word}"), Tone::Faint);
        used += taken;
    }
    row
}

/// The page of keys.
pub(super) fn help((cells, height): (usize, usize)) -> Vec<Row> {
    let told = |(name, _, words): &(&str, &str, &str)| format!("  {name:<6} {words}");
    let mut rows = vec![Row::of("Keys, in English or Russian layout", Tone::Strong)];
    if height > KEYS.len() + 3 {
        rows.extend(KEYS.iter().map(|key| Row::of(told(key), Tone::Plain)));
    } else {
        let half = KEYS.len().div_ceil(2);
        let second = |n: usize| KEYS.get(n + half).map(told).unwrap_or_default();
        let column = (cells / 2).max(20);
        let pair = |(n, key)| Row::of(format!("{:<column$}", fit(&told(key), column)), Tone::Plain).and(second(n), Tone::Plain);
        rows.extend(KEYS.iter().take(half).enumerate().map(pair));
    }
    rows.push(Row::default());
    rows.push(Row::of("Each deed is written at once; desk history shows it, desk undo takes it back.", Tone::Faint));
    rows.push(Row::of("Any key goes back.", Tone::Strong));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_fit_any_screen() {
        for cells in [10, 40, 80, 120] {
            let used: usize = key_row(cells).left.iter().map(|(text, _)| width(text)).sum();
            assert!(used <= cells, "{cells}");
        }
        assert!(help((80, 24)).len() <= 24 + 2);
        assert!(help((80, 20)).len() <= 20);
    }

    #[test]
    fn a_line_that_is_too_long_shows_where_it_is_typed() {
        let mut line = Line::default();
        for c in "as long as a line can be typed at all".chars() {
            line.take(&crate::host::keys::Key::Char(c));
        }
        let (row, column) = typing("note:", &line, "", 20);
        let shown: String = row.left.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!((shown.as_str(), column), ("note:  typed at all", Some(19)));
    }
}
