//! `desk why first_response`: which tickets made a figure what it is.

use crate::commands::args::Answer;
use crate::commands::chosen::unfinished;
use crate::commands::counted::Counted;
use crate::desk::Desk;
use crate::domain::insight::metrics::Case;
use crate::domain::insight::metrics::evidence::{Evidence, Figure, Reason, Value};
use crate::domain::sla::{Clock, State, Tally};
use crate::error::Result;
use crate::report::why::figure::{Absent, FigureFacts, Item, Made, figure};
use crate::store::Reader;
use crate::store::figures::LeftOut;
use std::collections::BTreeMap;

/// How many rows a terminal shows.
const SHOWN: usize = 20;

/// What is asked besides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) as_of: Option<&'a str>,
    pub(super) business: bool,
    pub(super) limit: Option<usize>,
}

/// Explains a figure of the tickets that a query chooses.
pub(super) fn explain(desk: &mut Desk, what: Figure, query: &[String], asked: Asked<'_>) -> Result<Answer> {
    let mut counted = Counted::read(desk, query, asked.as_of, asked.business)?;
    let periods = counted.periods();
    let timing = |case: &Case| counted.timing(case);
    let [period, _] = periods;
    let figures = counted.count(&periods, &timing).figures_of(&[period]).pop().unwrap_or_default();
    let (mut items, mut left_out, kept) = if what == Figure::Sla {
        desk.read(|r| r.complete(&mut counted.cases))?;
        promises(&counted)
    } else {
        let timing = |case: &Case| counted.timing(case);
        let evidence = counted.count(&periods, &timing).evidence(what);
        (items(&counted, &evidence), reasons(&evidence), None)
    };
    desk.read(|r| {
        left_out.extend(of_no_figure(r, &counted, what)?);
        subjects(r, &mut items)
    })?;
    let terminal = desk.host.stdout_is_terminal.then_some(SHOWN);
    let report = figure(&FigureFacts {
        figure: what,
        label: counted.label(),
        from: counted.period.first,
        to: counted.period.last,
        unfinished: unfinished(&counted.period, counted.as_of, &counted.zone),
        business: asked.business,
        hours: counted.whose_hours(),
        figures,
        kept,
        items,
        left_out,
        shown: asked.limit.or(terminal).unwrap_or(usize::MAX),
    });
    Ok(Answer::from(report).paged())
}

fn items(counted: &Counted, evidence: &Evidence<'_>) -> Vec<Item> {
    let item = |item: &crate::domain::insight::metrics::evidence::Item<'_>| {
        let (case, heard) = (item.told.case, item.told.heard);
        Item {
            ticket: case.map(|c| c.number),
            subject: None,
            who: heard.and_then(|h| h.name.clone()),
            client: case.map_or_else(|| heard.and_then(|h| h.client.clone()), |c| c.client.clone()),
            agent: counted.credited(item.told.mark.who),
            at: item.told.mark.at,
            made: match item.value {
                Value::One => Made::Itself,
                Value::Is(is) => Made::Is(is),
                Value::Score(score) => Made::Score(score),
                Value::Took(seconds, business) => Made::Took { seconds, business },
            },
        }
    };
    evidence.items.iter().map(item).collect()
}

fn reasons(evidence: &Evidence<'_>) -> Vec<(Absent, usize)> {
    let absent = |reason: &Reason| match *reason {
        Reason::Absent(absence) => Absent::Deed(absence),
        Reason::Later => Absent::Later,
        Reason::OfNoFigure => Absent::OfNoFigure,
    };
    evidence.left_out.iter().map(|(reason, n)| (absent(reason), *n)).collect()
}

/// The promises that were due in the period: those missed by most first.
fn promises(counted: &Counted) -> (Vec<Item>, Vec<(Absent, usize)>, Option<Tally>) {
    let inside = |clock: &Clock<'_>| counted.period.from <= clock.due_at && clock.due_at < counted.period.to;
    let mut rows: Vec<(i64, Item)> = Vec::new();
    let (mut tally, mut void, mut running) = (Tally::default(), 0, 0);
    for case in counted.cases.iter().filter(|c| c.counts_at(counted.as_of)) {
        for clock in counted.promises.clocks(case, counted.as_of).iter().filter(|clock| inside(clock)) {
            let Some(kept) = clock.kept() else {
                *(if clock.state == State::Void { &mut void } else { &mut running }) += 1;
                continue;
            };
            *(if kept { &mut tally.met } else { &mut tally.missed }) += 1;
            rows.push((clock.left, promise(case, clock, kept)));
        }
    }
    rows.sort_by_key(|(left, item)| (*left, item.at, item.ticket));
    let left_out = [(Absent::Void, void), (Absent::NotDue, running)].into_iter().filter(|(_, n)| *n > 0).collect();
    (rows.into_iter().map(|(_, item)| item).collect(), left_out, Some(tally))
}

fn promise(case: &Case, clock: &Clock<'_>, kept: bool) -> Item {
    Item {
        ticket: Some(case.number),
        client: case.client.clone(),
        at: clock.due_at,
        made: Made::Promise {
            kind: clock.kind,
            policy: clock.policy.name.clone(),
            kept,
            left: clock.left,
        },
        ..Item::default()
    }
}

/// The tickets opened in the period that are in no figure.
fn of_no_figure(r: &mut Reader<'_>, counted: &Counted, what: Figure) -> Result<Vec<(Absent, usize)>> {
    if matches!(what, Figure::Csat | Figure::Nps) {
        return Ok(Vec::new());
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let to = counted.period.to.min(counted.as_of.plus(1));
    for (_, why) in r.left_out(counted.period.from, to)?.into_iter().filter(|(n, _)| counted.chosen.has(*n)) {
        let word = match why {
            LeftOut::Merged => "merged into another",
            LeftOut::Spam => "spam",
            LeftOut::Muted => "from muted addresses",
            LeftOut::Automatic => "automatic mail",
        };
        *counts.entry(word).or_default() += 1;
    }
    Ok(counts.into_iter().map(|(word, n)| (Absent::Ticket(word), n)).collect())
}

fn subjects(r: &mut Reader<'_>, items: &mut [Item]) -> Result<()> {
    let mut known: BTreeMap<i64, String> = BTreeMap::new();
    for item in items {
        let Some(number) = item.ticket else { continue };
        if !known.contains_key(&number)
            && let Some(ticket) = r.ticket(number)?
        {
            known.insert(number, ticket.subject);
        }
        item.subject = known.get(&number).cloned();
    }
    Ok(())
}
