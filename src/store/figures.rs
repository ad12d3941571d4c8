//! What the reports are counted from: tickets with their lives, read in a few long walks.

use super::{Reader, vals};
use crate::domain::insight::metrics::Case;
use crate::domain::message::Direction;
use crate::domain::ticket::{Priority, Reason, Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::{Deed, Timeline, What};
use crate::error::Result;
use std::collections::HashMap;

const CASES: &str = "SELECT t.id, t.opened_at, t.opened_by, t.first_status, t.first_reason, t.first_closed_at, t.status, t.reason, t.until, \
     t.priority, k.handle, a.name, t.channel, k.plan, t.muted, t.automatic, t.merged_into, \
     (SELECT string_agg(g.tag, ' ' ORDER BY g.tag) FROM ticket_tag AS g WHERE g.ticket_id = t.id) \
     FROM ticket AS t LEFT JOIN client AS k ON k.id = t.client_id LEFT JOIN agent AS a ON a.id = t.assignee_id \
     WHERE t.opened_at < ?2 AND (t.status <> 'closed' OR t.updated_at >= ?1 OR t.closed_at >= ?1) ORDER BY t.id";
const CASE_MESSAGES: &str = "SELECT m.ticket_id, m.at, m.joined_at, m.direction, m.counts, m.agent_id FROM message AS m JOIN ticket AS t \
     ON t.id = m.ticket_id WHERE m.direction <> 'note' AND t.opened_at < ?2 AND (t.status <> 'closed' OR t.updated_at >= ?1 OR \
     t.closed_at >= ?1) ORDER BY m.ticket_id, m.at, m.id";
const CASE_EVENTS: &str = "SELECT e.noun_id, e.at, e.field, e.after, o.agent_id FROM event AS e JOIN operation AS o ON o.id = e.operation_id \
     WHERE e.noun = 'ticket' AND e.field IN ('status', 'assignee') AND o.undone_by IS NULL AND o.kind IN ('do', 'import') \
     ORDER BY e.operation_id, e.seq";

impl Reader<'_> {
    /// Every ticket that can matter to the figures between two instants: opened before the end, and not closed for good
    /// before the start.
    pub fn cases(&mut self, from: Moment, to: Moment) -> Result<Vec<Case>> {
        let mut cases: Vec<Case> = self.all(CASES, vals![from, to], |r| {
            let standing = |status: usize, reason: usize| -> Result<Standing> {
                Ok(Standing {
                    reason: r.text_or(reason)?.as_deref().and_then(Reason::of),
                    ..Standing::of(Status::of(&r.text(status)?).unwrap_or(Status::Open))
                })
            };
            let priority = usize::try_from(r.int(9)?).ok().and_then(|n| Priority::ALL.get(n).copied());
            Ok(Case {
                number: r.int(0)?,
                life: Timeline {
                    opened_at: r.at(1)?,
                    outbound: r.int_or(2)?.is_some(),
                    first: standing(3, 4)?,
                    first_closed_at: r.at_or(5)?,
                    deeds: Vec::new(),
                },
                standing_now: Standing { until: r.at_or(8)?, ..standing(6, 7)? },
                priority: priority.unwrap_or(Priority::Normal),
                client: r.text_or(10)?,
                assignee: r.text_or(11)?,
                tags: r.text_or(17)?.map(|t| t.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
                channel: r.text(12)?,
                plan: r.text_or(13)?,
                out: r.flag(14)? || r.flag(15)? || r.int_or(16)?.is_some(),
            })
        })?;
        let places: HashMap<i64, usize> = cases.iter().enumerate().map(|(i, c)| (c.number, i)).collect();
        let mut deed = |ticket: i64, deed: Deed| {
            if let Some(case) = places.get(&ticket).and_then(|i| cases.get_mut(*i)) {
                case.life.deeds.push(deed);
            }
        };
        self.each(CASE_MESSAGES, vals![from, to], |r| {
            let at = r.at_or(2)?.map_or(r.at(1)?, |joined| joined.max(Moment(r.int(1).unwrap_or_default())));
            let direction = Direction::of(&r.text(3)?).unwrap_or(Direction::Note);
            deed(r.int(0)?, Deed { at, what: What::Message { direction, counts: r.flag(4)? }, agent: r.int_or(5)? });
            Ok(())
        })?;
        self.each(CASE_EVENTS, &[], |r| {
            let after: serde_json::Value = serde_json::from_str(&r.text(3)?).unwrap_or_default();
            let what = match r.text(2)?.as_str() {
                "status" => What::Status(super::apply::read(&after)?),
                _ => What::Assigned(super::apply::read(&after)?),
            };
            deed(r.int(0)?, Deed { at: r.at(1)?, what, agent: r.int_or(4)? });
            Ok(())
        })?;
        for case in &mut cases {
            case.life.deeds.sort_by_key(|d| d.at);
        }
        Ok(cases)
    }
}
