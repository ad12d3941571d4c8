//! What the meeting talks about beside the issues: the star, whom to call, what was only worked around, what customers said,
//! whether promises were kept.

use super::super::figures::{count, named, percent};
use super::super::{Audience, Cell, Column, Part, Style, Table};
use super::sentence::signed;
use super::words::{self, TICKETS};
use super::{Debt, RecapFacts, StarFacts};
use crate::domain::insight::calls::{Call, Reason};
use crate::domain::insight::metrics::Rate;
use crate::domain::insight::star::{Reading, Star, Unit};
use crate::domain::rating::{Rated, Scale};
use crate::domain::sla::ByVoice;
use crate::domain::tongue::Tongue;
use crate::report::figures::data;

/// A reading as a cell.
fn cell(star: Star, reading: Reading) -> Cell {
    let Some(value) = reading.value else { return Cell::Empty };
    match star.unit() {
        Unit::Count => Cell::Count(value),
        Unit::Elapsed => Cell::Elapsed(value),
        Unit::Worked => Cell::Minutes(value),
        Unit::Permille => Cell::Permille(value),
        Unit::Points => Cell::Decimal(Tongue::En.tenths(value)),
    }
}

/// The star, beside what it was, with its last weeks.
pub(super) fn star(facts: &RecapFacts) -> Vec<Part> {
    let tongue = facts.tongue;
    let Some(StarFacts { star, now, before, weeks }) = &facts.star else {
        return vec![data(vec![("star", Cell::Empty)])];
    };
    let better = match (star.more_is_better(), now.value.zip(before.value)) {
        (Some(more), Some((is, was))) if is != was => {
            if (is > was) == more {
                tongue.of("better", "лучше")
            } else {
                tongue.of("worse", "хуже")
            }
        }
        (_, Some((is, was))) if is == was => tongue.of("the same", "так же"),
        _ => "",
    };
    let judged = words::few(now.n.unwrap_or(usize::MAX), tongue).unwrap_or_else(|| better.to_owned());
    let columns = vec![
        Column::new("figure", tongue.of("★ our figure", "★ наш показатель"), Style::Left),
        Column::new("now", tongue.of("now", "сейчас"), Style::Right),
        Column::new("before", tongue.of("before", "раньше"), Style::Right),
        Column::new("judge", "", Style::Left),
        Column::new("weeks", tongue.of("last weeks", "по неделям"), Style::Left),
    ];
    let spark = Cell::Spark(weeks.iter().map(|week| week.value).collect());
    let name = named(words::figure(star.word(), tongue));
    let row = vec![name, cell(*star, *now), cell(*star, *before), named(&judged), spark];
    let record = vec![
        ("figure", named(star.word())),
        ("value", cell(*star, *now)),
        ("before", cell(*star, *before)),
        ("n", now.n.map_or(Cell::Empty, |n| Cell::Count(count(n)))),
        ("weeks", Cell::List(weeks.iter().map(|week| cell(*star, *week)).collect())),
    ];
    vec![
        Part::Table(Table { audience: Audience::People, columns, rows: vec![row], ..Table::default() }),
        data(vec![("star", Cell::Record(record))]),
    ]
}

/// Whom to call this week, and why.
pub(super) fn calls(facts: &RecapFacts, most: usize) -> Vec<Part> {
    let tongue = facts.tongue;
    let rows = |tongue: Tongue, all: &[Call]| -> Vec<Vec<Cell>> {
        all.iter()
            .map(|call| {
                let why: Vec<String> = call.reasons.iter().map(|reason| why(reason, facts, tongue)).collect();
                vec![named(&call.client), Cell::Flag(call.vip), named(&why.join("; "))]
            })
            .collect()
    };
    let mut parts = Vec::new();
    if !facts.calls.is_empty() {
        let columns = vec![
            Column::new("client", tongue.of("client", "клиент"), Style::Left),
            Column::new("why", tongue.of("why", "почему"), Style::Flex),
        ];
        let shown = facts.calls.get(..most.min(facts.calls.len())).unwrap_or_default();
        let marked = rows(tongue, shown).into_iter().zip(shown).map(|(row, call)| {
            let name = if call.vip { format!("{} (VIP)", call.client) } else { call.client.clone() };
            vec![named(&name), row.into_iter().next_back().unwrap_or_default()]
        });
        let title = tongue.of("Whom to call", "Кому позвонить").to_owned();
        let title = match facts.calls.len() {
            all if all > most => format!("{title} ({most} {} {all})", tongue.of("of", "из")),
            _ => title,
        };
        let rows = marked.collect();
        parts.push(Part::Table(Table { title, audience: Audience::People, columns, rows, ..Table::default() }));
    }
    let columns = ["client", "vip", "why"].map(Column::data).to_vec();
    let rows = rows(Tongue::En, &facts.calls);
    parts.push(Part::Table(Table { key: "calls", audience: Audience::Data, columns, rows, ..Table::default() }));
    parts
}

/// A reason in words.
fn why(reason: &Reason, facts: &RecapFacts, tongue: Tongue) -> String {
    let listed = |tickets: &[i64]| tickets.iter().map(|n| format!("#{n}")).collect::<Vec<_>>().join(", ");
    match reason {
        Reason::Unhappy(said) => tongue.of(format!("said {}", score(said)), format!("оценка {}", score(said))),
        Reason::Struggling { now, usual } => {
            let (tickets, usual) = (tongue.counted(count(*now), TICKETS), tongue.tenths(count(*usual)));
            tongue.of(format!("{tickets}, {usual} as a rule"), format!("{tickets}, обычно {usual}"))
        }
        Reason::CameBack(tickets) => {
            let tickets = listed(tickets);
            tongue.of(format!("came back after the close: {tickets}"), format!("вернулись после закрытия: {tickets}"))
        }
        Reason::Silent { since, wrote: (wrote, of) } => {
            let weeks = facts.ends.min(facts.now).since(*since) / (7 * 24 * 3600);
            tongue.of(
                format!("silent for {weeks} weeks; wrote in {wrote} of the {of} before"),
                format!("молчит {weeks} нед.; до этого писал в {wrote} из {of} недель"),
            )
        }
    }
}

/// `2 of 5 (#42): slow again`
fn score(said: &Rated) -> String {
    let rating = &said.rating;
    let top = if rating.scale == Scale::Csat { 5 } else { 10 };
    let ticket = rating.ticket.map(|n| format!(" (#{n})")).unwrap_or_default();
    let comment: String = rating.comment.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect();
    let comment = if comment.is_empty() { comment } else { format!(": {comment}") };
    format!("{}/{top}{ticket}{comment}", rating.score)
}

/// What was closed with a workaround, and so is still there.
pub(super) fn debt(facts: &RecapFacts) -> Vec<Part> {
    let (tongue, Debt { now, standing, minutes, topics }) = (facts.tongue, &facts.debt);
    let mut parts = Vec::new();
    if *standing > 0 {
        let mut text = {
            let (all, time) = (tongue.counted(count(*standing), TICKETS), tongue.worked(*minutes));
            let during = facts.span.during(tongue);
            tongue.of(
                format!("Workaround debt: {all} of 90 days closed with a workaround ({now} {during}), {time} worked."),
                format!(
                    "Долг обходных решений: {all} за 90 дней закрыто обходным путём ({now} {during}), потрачено {time}."
                ),
            )
        };
        if !topics.is_empty() {
            let named: Vec<String> = topics.iter().map(|(name, n)| format!("{name} ({n})")).collect();
            text.push_str(
                &tongue.of(format!(" Most: {}.", named.join(", ")), format!(" Больше всего: {}.", named.join(", "))),
            );
        }
        parts.push(Part::Prose(text));
    }
    let record = vec![
        ("closed", Cell::Count(count(*now))),
        ("standing", Cell::Count(count(*standing))),
        ("minutes", Cell::Minutes(*minutes)),
    ];
    parts.push(data(vec![("workarounds", Cell::Record(record))]));
    parts
}

/// What customers said: the shares, and what the discontent wrote.
pub(super) fn satisfaction(facts: &RecapFacts, most: usize) -> Vec<Part> {
    let (tongue, now, before) = (facts.tongue, &facts.figures, &facts.before);
    let mut said = Vec::new();
    if now.csat.n > 0 {
        said.push(share(words::figure("csat", tongue), now.csat, before.csat, tongue));
    }
    if let Some(score) = now.nps.score() {
        let mut text = format!("NPS {} (n = {})", signed_tenths(score), now.nps.n);
        if let Some(then) = before.nps.score() {
            text.push_str(
                &tongue.of(format!(", before {}", signed_tenths(then)), format!(", раньше {}", signed_tenths(then))),
            );
        }
        said.push(text);
    }
    let mut parts = Vec::new();
    if !said.is_empty() {
        parts.push(Part::Prose(sentence(&said)));
    }
    let commented: Vec<&Rated> = facts.said.iter().filter(|said| !said.rating.comment.trim().is_empty()).collect();
    if !commented.is_empty() {
        let rows = commented.iter().take(most).map(|said| {
            let who = said.name.clone().or_else(|| said.client.clone());
            vec![
                named(&score_alone(said)),
                said.rating.ticket.map_or(Cell::Empty, Cell::Ticket),
                Cell::text(who),
                named(said.rating.comment.trim()),
            ]
        });
        let columns = vec![
            Column::new("score", "", Style::Right),
            Column::new("ticket", "№", Style::Right),
            Column::new("who", tongue.of("who", "кто"), Style::Left),
            Column::new("comment", "", Style::Flex),
        ];
        let title = tongue.of("What they wrote", "Что написали");
        let title = match commented.len() {
            all if all > most => format!("{title} ({most} {} {all})", tongue.of("of", "из")),
            _ => title.to_owned(),
        };
        let rows = rows.collect();
        parts.push(Part::Table(Table { title, audience: Audience::People, columns, rows, ..Table::default() }));
    }
    parts.push(ratings(facts));
    parts
}

/// The parts as one sentence.
fn sentence(parts: &[String]) -> String {
    let text = format!("{}.", parts.join("; "));
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or(text)
}

/// What they said for scripts.
fn ratings(facts: &RecapFacts) -> Part {
    let nps = facts.figures.nps;
    let csat = Cell::Record(vec![("n", Cell::Count(facts.figures.csat.n)), ("percent", percent(facts.figures.csat))]);
    let score = nps.score().map_or(Cell::Empty, |score| Cell::Decimal(Tongue::En.tenths(score)));
    let said = facts.said.iter().map(|said| {
        Cell::Record(vec![
            ("scale", named(said.rating.scale.word())),
            ("score", Cell::Count(said.rating.score)),
            ("ticket", said.rating.ticket.map_or(Cell::Empty, Cell::Ticket)),
            ("client", Cell::text(said.client.clone())),
            ("comment", named(&said.rating.comment)),
            ("at", Cell::At(said.rating.at)),
        ])
    });
    data(vec![
        ("csat", csat),
        ("nps", Cell::Record(vec![("n", Cell::Count(nps.n)), ("score", score)])),
        ("ratings", Cell::List(said.collect())),
    ])
}

fn score_alone(said: &Rated) -> String {
    format!("{}/{}", said.rating.score, if said.rating.scale == Scale::Csat { 5 } else { 10 })
}

fn signed_tenths(score: i64) -> String {
    signed((score + 5 * score.signum()) / 10)
}

/// `Promises kept 93.2 % (n = 44), before 90 %`
fn share(name: &str, now: Rate, before: Rate, tongue: Tongue) -> String {
    let percent = |rate: Rate| {
        rate.permille().map(|p| if p % 10 == 0 { format!("{} %", p / 10) } else { format!("{} %", tongue.tenths(p)) })
    };
    let mut text = format!("{name}: {} (n = {}", percent(now).unwrap_or_default(), now.n);
    text.push_str(if usize::try_from(now.n).is_ok_and(|n| words::few(n, tongue).is_some()) {
        tongue.of(", too few to judge)", ", слишком мало)")
    } else {
        ")"
    });
    if let Some(then) = percent(before) {
        text.push_str(&tongue.of(format!(", before {then}"), format!(", раньше {then}")));
    }
    text
}

/// Whether promises were kept: those of policies, and those by voice.
pub(super) fn promises(facts: &RecapFacts) -> Vec<Part> {
    let tongue = facts.tongue;
    let mut said = Vec::new();
    if let Some((now, before)) = facts.kept.filter(|(now, _)| now.n > 0) {
        said.push(share(tongue.of("Promises kept", "Обещания выполнены"), now, before, tongue));
    }
    let ByVoice { kept, late } = &facts.voice;
    let (all, kept) = (facts.voice.total(), kept.len());
    if all > 0 {
        // A ticket on which several were late is named once.
        let counted = late.chunk_by(|a, b| a == b).map(|same| match (same.first(), same.len()) {
            (Some(n), times @ 2..) => format!("#{n} ×{times}"),
            (n, _) => n.map(|n| format!("#{n}")).unwrap_or_default(),
        });
        let listed: Vec<String> = counted.collect();
        let late = late.len();
        let mut text = tongue.of(
            format!("promised by voice: {all}, kept {kept}, late {late}"),
            format!("обещано на словах: {all}, выполнено {kept}, с опозданием {late}"),
        );
        if late > 0 {
            text.push_str(&format!(" ({})", listed.join(", ")));
        }
        said.push(text);
    }
    let kept = facts.kept.map_or(Cell::Empty, |(now, _)| {
        Cell::Record(vec![("n", Cell::Count(now.n)), ("met", Cell::Count(now.hits)), ("percent", percent(now))])
    });
    let voice = vec![
        ("kept", Cell::List(facts.voice.kept.iter().map(|n| Cell::Ticket(*n)).collect())),
        ("late", Cell::List(facts.voice.late.iter().map(|n| Cell::Ticket(*n)).collect())),
    ];
    let mut parts = vec![data(vec![("promises", kept), ("voice", Cell::Record(voice))])];
    if !said.is_empty() {
        parts.push(Part::Prose(sentence(&said)));
    }
    parts
}
