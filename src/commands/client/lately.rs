//! A client's last ninety days: promises kept, what he said of us, what he wrote about.

use crate::actions::topics::about;
use crate::desk::Desk;
use crate::domain::insight::satisfaction::{csat, nps};
use crate::domain::period::Period;
use crate::domain::search::{Query, StatusTest, Term, Test};
use crate::domain::sla::{State, attainment};
use crate::domain::time::Moment;
use crate::error::Result;
use crate::report::client::{About, Lately, Voice};
use crate::store::list::Ask;

/// So many days.
const DAYS: &str = "90d";
/// Of more tickets than these nothing is told of promises and topics: it would take too long.
const MOST: usize = 2_000;

/// Looks at the last ninety days of the client with this handle.
pub(super) fn lately(desk: &mut Desk, handle: &str, ask: &Ask) -> Result<Lately> {
    let (now, zone) = (desk.now, desk.zone()?);
    let period = Period::parse(DAYS, now, &zone)?;
    let promises = desk.promises()?;
    let until = period.to.max(now.plus(1));
    let reach = promises.reach(period.from);
    let of = |since: Moment| {
        let term = |test| Term { negated: false, alternatives: vec![test] };
        let changed = Test::Updated(Period { from: since, to: until, ..period });
        let all = [Test::Client(Some(handle.to_owned())), Test::Status(StatusTest::All), changed];
        Query { terms: all.map(term).to_vec(), ..Query::default() }
    };
    let (said, numbers) = desk.read(|r| Ok((r.ratings_in(period.from, until)?, r.numbers(&of(reach), ask)?)))?;
    let said: Vec<_> = said.into_iter().filter(|rated| rated.client.as_deref() == Some(handle)).collect();
    let few = numbers.len() <= MOST;
    let mut lately = Lately { csat: csat(&said), nps: nps(&said), ..Lately::default() };
    lately.voices = said.into_iter().rev().map(voice).collect();
    if few && !promises.is_empty() {
        let cases = desk.read(|r| r.cases_of(&numbers))?;
        let attained = attainment(&cases, (period.from, until), now, &|case, at| promises.to(case, at));
        lately.promises = Some(attained.all.total().rate());
        lately.late = cases
            .iter()
            .flat_map(|case| promises.running(case, now))
            .filter(|clock| clock.state == State::Breached)
            .count();
    }
    if few {
        let issues = desk.read(|r| {
            let opened = r.numbers(&of(period.from), ask)?;
            about(r, &opened, period.from)
        })?;
        lately.about = issues
            .topics
            .into_iter()
            .filter(|issue| !issue.tickets.is_empty())
            .map(|issue| About {
                number: issue.known.map(|topic| topic.id),
                name: issue.name,
                tickets: issue.tickets,
            })
            .collect();
    }
    Ok(lately)
}

fn voice(rated: crate::domain::rating::Rated) -> Voice {
    let rating = rated.rating;
    Voice {
        at: rating.at,
        scale: rating.scale.word(),
        score: rating.score,
        who: rated.name.filter(|name| !name.trim().is_empty()),
        ticket: rating.ticket,
        comment: rating.comment,
    }
}
