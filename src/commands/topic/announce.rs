//! `desk topic fixed --announce`: one mail to each who asked. What is written, and to whom, is decided in `actions::announce`.

use super::{one, page};
use crate::actions::announce::{Announced, Letters, Remedy, letters, write};
use crate::actions::outbox::{self, Tried};
use crate::actions::answers;
use crate::commands::args::Answer;
use crate::commands::chosen::Chosen;
use crate::commands::outbox::ends;
use crate::desk::{Desk, Span};
use crate::domain::time::Moment;
use crate::domain::topic::Known;
use crate::error::{Error, Kind, Result};
use crate::render::guard;
use crate::report::topic::{Mailed, announced};
use crate::store::outbox::State;

/// Says that a topic is fixed, and announces it.
pub(super) fn fixed(
    desk: &mut Desk,
    id: i64,
    release: Option<&str>,
    answer: &str,
    close: bool,
    query: &[String],
) -> Result<Answer> {
    let answer = desk.read(|r| answers::named(r, answer))?;
    outbox::can_send(desk)?;
    let topic = one(desk, id, query)?;
    let chosen = Chosen::read(desk, query, desk.now)?;
    let year = Span::year_to(desk.now.plus(1));
    let span = chosen.period.map_or(year, |period| Span::of(period.from, period.to));
    let tickets = page::tickets(desk, &topic, &chosen, span)?;
    let remedy = Remedy { topic: &topic, release, answer: &answer };
    let found = letters(desk, &remedy, tickets)?;
    let again = told_before(desk, &topic, &found)?;
    agreed(desk, &found, again.as_deref())?;
    let written = desk.write(|tx| write(tx, &remedy, &found.letters, close))?;
    let Announced { topic, kept, late } = written.value;
    let first = kept.first().map(|(_, kept)| kept.plain.clone());
    let (tried, trouble) = if desk.dry { (Vec::new(), Vec::new()) } else { sent(desk, &kept.iter().filter_map(|(_, k)| k.posting).collect::<Vec<_>>()) };
    let state = |posting: Option<i64>| tried.iter().find(|t| Some(t.posting.id) == posting).map(|t| t.state);
    let mails: Vec<Mailed> = kept
        .iter()
        .filter_map(|(place, kept)| {
            let letter = found.letters.get(*place)?;
            Some(Mailed {
                name: letter.name.clone(),
                email: letter.plan.envelope().join(", "),
                ticket: letter.ticket.id,
                subject: letter.ticket.subject.clone(),
                message: kept.message,
                state: state(kept.posting).unwrap_or(State::Waiting).word(),
            })
        })
        .collect();
    let mut left_out: Vec<(String, i64, String)> =
        found.left_out.into_iter().map(|l| (l.name, l.ticket, l.why)).collect();
    left_out.extend(late.iter().filter_map(|place| {
        let letter = found.letters.get(*place)?;
        Some((letter.name.clone(), letter.ticket.id, "was told meanwhile".to_owned()))
    }));
    let preview = first.filter(|_| desk.dry);
    let mut report = announced(&topic, &mails, &left_out, preview, written.operation);
    if tried.iter().any(|t| matches!(t.state, State::Sent | State::Unknown)) {
        // What has left cannot be taken back.
        report.notes.clear();
    }
    report.notes.extend(again);
    report.notes.extend(trouble);
    let unsent = !desk.dry && tried.len() < kept.len();
    let answer = Answer::from(report);
    Ok(match ends(&tried).or(unsent.then_some(Kind::Temporary)) {
        Some(kind) => answer.ending(kind),
        None => answer,
    })
}

/// That some of them were told before that it is fixed, and that it turned out otherwise.
fn told_before(desk: &mut Desk, topic: &Known, found: &Letters) -> Result<Option<String>> {
    let before: Vec<Moment> = found.letters.iter().filter_map(|letter| letter.before).collect();
    let Some(last) = before.iter().max() else { return Ok(None) };
    let day = desk.zone()?.date(*last);
    let release = topic.fixed.as_ref().and_then(|fixed| fixed.release.as_deref());
    let release = release.map(|release| format!(" in {release}")).unwrap_or_default();
    let people = match before.len() {
        1 => "1 of them was".to_owned(),
        n => format!("{n} of them were"),
    };
    Ok(Some(format!("{people} told before, on {day}, that it is fixed{release}: this is another mail to the same people")))
}

/// Shows who would get what, and asks; where nobody can be asked, `-y` says it.
fn agreed(desk: &mut Desk, found: &Letters, again: Option<&str>) -> Result<()> {
    let many = found.letters.len();
    if desk.dry || desk.yes || many == 0 {
        return Ok(());
    }
    let people = if many == 1 { "1 person".to_owned() } else { format!("{many} people") };
    if !desk.host.can_ask() {
        let again = again.map(|again| format!("; {again}")).unwrap_or_default();
        return Err(Error::usage(format!("{people} would get a mail{again}"))
            .hint("-n shows who and what; -y writes to them"));
    }
    for letter in &found.letters {
        let line: String = letter.text.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or_default().chars().take(60).collect();
        let to = letter.plan.envelope().join(", ");
        desk.host.talk(&guard::line(&format!("{:>6}  {} <{to}>  {line}", letter.ticket.id, letter.name)));
    }
    for left in &found.left_out {
        desk.host.talk(&guard::line(&format!("{:>6}  {} {}", left.ticket, left.name, left.why)));
    }
    if let Some(again) = again {
        desk.host.talk(&guard::line(&format!("! {again}")));
    }
    if desk.host.confirm(&format!("write to {people}?"))? { Ok(()) } else { Err(Error::refused("nothing was changed")) }
}

/// Sends what was written down; what goes wrong from here on is said, and is no failure of the deed.
fn sent(desk: &mut Desk, postings: &[i64]) -> (Vec<Tried>, Vec<String>) {
    let found = desk.read(|r| {
        let mut found = Vec::new();
        for id in postings {
            found.extend(r.posting(*id)?);
        }
        Ok(found)
    });
    match found.and_then(|found| outbox::send(desk, found)) {
        Ok(tried) => {
            let trouble = tried.iter().flat_map(|t| t.trouble(desk.now)).collect();
            (tried, trouble)
        }
        Err(e) => (Vec::new(), vec![e.what, "kept in the outbox: desk outbox send tries again".to_owned()]),
    }
}
