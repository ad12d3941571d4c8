//! What customers said of how they were served: lists, the figure over them, and what was written down just now.

use crate::actions::rating::{New, add};
use crate::commands::args::Answer;
use crate::commands::chosen::Chosen;
use crate::commands::show::Names;
use crate::desk::Desk;
use crate::domain::insight::satisfaction::{csat, nps};
use crate::domain::period::Period;
use crate::domain::rating::{Rated, Rating, Scale};
use crate::domain::time::Moment;
use crate::domain::when::{Lean, when};
use crate::error::{Error, Result};
use crate::report::rating::{Figure, Line, list, of_scale, page};
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};
use crate::store::Reader;

/// What is shown where nothing else is asked for.
const LATELY: &str = "in:28d";

/// Everything that was said on a scale, newest first.
pub(in crate::commands) fn all(desk: &mut Desk, scale: Scale, words: &[String]) -> Result<Answer> {
    let chosen = Chosen::read(desk, words, desk.now)?;
    let period = chosen.period;
    let lines = desk.read(|r| {
        let (from, to) = period.map_or((Moment::MIN, Moment::MAX), |p| (p.from, p.to));
        let mut said = r.ratings_in(from, to)?;
        said.retain(|rated| rated.rating.scale == scale);
        let said = meant(r, &chosen, said)?;
        shown(r, &said)
    })?;
    Ok(Answer::from(list(&lines)).paged())
}

/// What was said in the last four weeks, and the figure it makes.
pub(in crate::commands) fn lately(desk: &mut Desk, scale: Scale) -> Result<Answer> {
    let chosen = Chosen::read(desk, &[LATELY.to_owned()], desk.now)?;
    let Some(period) = chosen.period else { return Err(Error::bug("the last four weeks are no period")) };
    let (lines, figure) = desk.read(|r| {
        let mut said = r.ratings_in(period.from, period.to)?;
        said.retain(|rated| rated.rating.scale == scale);
        let figure = match scale {
            Scale::Csat => Figure::Csat(csat(&said)),
            Scale::Nps => Figure::Nps(nps(&said)),
        };
        Ok((shown(r, &said)?, figure))
    })?;
    let Period { first, last, .. } = period;
    Ok(Answer::from(page(&lines, figure, (first, last), &chosen.label(&period))).paged())
}

/// What was said of the tickets that are meant; what was said of no ticket, by the client of who said it.
fn meant(r: &mut Reader<'_>, chosen: &Chosen, said: Vec<Rated>) -> Result<Vec<Rated>> {
    let mut kept = Vec::with_capacity(said.len());
    for rated in said {
        let fits = match rated.rating.ticket {
            Some(ticket) => chosen.has(ticket),
            None => {
                let client = rated.client.as_deref().map(|handle| r.client_called(handle)).transpose()?.flatten();
                chosen.has_client(client.map(|c| c.id))
            }
        };
        if fits {
            kept.push(rated);
        }
    }
    Ok(kept)
}

/// Ratings as they are shown, newest first.
fn shown(r: &mut Reader<'_>, said: &[Rated]) -> Result<Vec<Line>> {
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(said.len());
    for rated in said.iter().rev() {
        let line = line(r, &rated.rating, rated.client.clone(), &mut names)?;
        lines.push(line);
    }
    Ok(lines)
}

/// A rating with the names that belong to it.
fn line(r: &mut Reader<'_>, rating: &Rating, client: Option<String>, names: &mut Names) -> Result<Line> {
    let contact = match rating.contact.map(|id| r.contact(id)).transpose()?.flatten() {
        Some(c) if c.name.is_empty() => r.points(c.id)?.into_iter().next().map(|point| point.value),
        Some(c) => Some(c.name),
        None => None,
    };
    let agent = match rating.ticket {
        Some(ticket) => r.credited(ticket, rating.at)?.map(|agent| names.of(r, agent)).transpose()?,
        None => None,
    };
    let comment = rating.comment.clone();
    Ok(Line { at: rating.at, scale: rating.scale, score: rating.score, ticket: rating.ticket, contact, client, agent, comment })
}

/// The ratings of a ticket as they are shown, oldest first.
pub(in crate::commands) fn of_ticket(
    r: &mut Reader<'_>,
    ticket: i64,
    client: Option<&str>,
    names: &mut Names,
) -> Result<Vec<Line>> {
    let ratings = r.ratings(ticket)?;
    ratings.iter().map(|rating| line(r, rating, client.map(str::to_owned), names)).collect()
}

/// When something was said, as typed: never to come.
pub(in crate::commands) fn when_said(desk: &mut Desk, text: Option<&str>) -> Result<Option<Moment>> {
    let Some(text) = text else { return Ok(None) };
    let said = when(text, Lean::Past, desk.now, &desk.zone()?)?;
    if said.at > desk.now {
        return Err(Error::usage("--at lies in the future").hint("--at yesterday, --at 2026-11-20"));
    }
    desk.notes.extend(said.note);
    Ok(Some(said.at))
}

/// Writes a rating down, and says so.
pub(in crate::commands) fn written(desk: &mut Desk, new: &New) -> Result<Answer> {
    let zone = desk.zone()?;
    let done = desk.write(|tx| {
        let kept = add(tx, new)?;
        let client = kept.ticket.as_ref().map(|t| t.client);
        let client = match (client, kept.rating.contact) {
            (Some(client), _) => client,
            (None, Some(contact)) => tx.contact(contact)?.and_then(|c| c.client),
            (None, None) => None,
        };
        let client = client.map(|id| tx.client(id)).transpose()?.flatten().map(|c| c.handle);
        let line = line(tx, &kept.rating, client, &mut Names::default())?;
        Ok((kept, line))
    })?;
    let ((kept, line), score) = (done.value, of_scale(new.scale, new.score));
    let day = |at: Moment| zone.date(at).format("%a %Y-%m-%d").to_string();
    let by = kept.who.as_ref().filter(|_| kept.ticket.is_some()).map(|who| format!(", by {who}")).unwrap_or_default();
    let of = match (&kept.ticket, &kept.who) {
        (Some(ticket), _) => format!("{}  {}", ticket.id, ticket.subject),
        (None, who) => who.clone().unwrap_or_default(),
    };
    let on = new.at.map(|at| format!(" on {}", day(at))).unwrap_or_default();
    let mut report = Report::of_deed(&[format!("rated {score}{on}: {of}{by}")], done.operation);
    report.parts.push(data(&line));
    if let Some(other) = &kept.other {
        let (was, on) = (of_scale(other.scale, other.score), day(other.at));
        let later = (other.at, other.id) > (kept.rating.at, kept.rating.id);
        report.notes.insert(0, if later { format!("{was} on {on} is later: that counts") } else { format!("it was {was} on {on}: the latest counts") });
    }
    Ok(report.into())
}

fn data(l: &Line) -> Part {
    let rows = vec![
        Fact::data("at", Cell::At(l.at)),
        Fact::data("score", Cell::Count(l.score)),
        Fact::data("ticket", l.ticket.map_or(Cell::Empty, Cell::Ticket)),
        Fact::data("contact", Cell::text(l.contact.as_deref())),
        Fact::data("client", Cell::text(l.client.as_deref())),
        Fact::data("agent", Cell::text(l.agent.as_deref())),
        Fact::data("comment", Cell::Text(l.comment.clone())),
    ];
    Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() })
}
