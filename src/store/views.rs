//! What `desk sql` may look at: the views, each with its columns. They are the contract; the tables behind them are not, and
//! cannot be reached. A column in braces is an instant, which each engine writes as RFC 3339 in its own words.

use super::Store;
use super::engine::question;
pub use super::engine::question::{Answered, LONGEST, Value};
use crate::error::Result;

/// A view.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in order.
    pub columns: &'static str,
    /// The query behind it.
    pub(crate) text: &'static str,
}

/// Every view.
pub const VIEWS: &[View] = &[
    View {
        name: "tickets",
        columns: "number subject status until priority assignee requester requester_email client tags channel opened_at updated_at \
                  closed_at closed_as due_at snoozed_until waiting_since replies reopens logged_minutes merged_into automatic muted",
        text: "SELECT t.id AS number, t.subject, t.status, {t.until} AS until, \
               CASE t.priority WHEN 0 THEN 'low' WHEN 1 THEN 'normal' WHEN 2 THEN 'high' ELSE 'urgent' END AS priority, \
               a.name AS assignee, c.name AS requester, \
               (SELECT p.value FROM contact_point AS p WHERE p.contact_id = t.requester_id AND p.kind = 'email' ORDER BY p.n, p.key LIMIT 1) AS requester_email, \
               k.handle AS client, (SELECT string_agg(g.tag, ' ' ORDER BY g.tag) FROM ticket_tag AS g WHERE g.ticket_id = t.id) AS tags, \
               t.channel, {t.opened_at} AS opened_at, {t.updated_at} AS updated_at, {t.closed_at} AS closed_at, t.reason AS closed_as, \
               {t.due_at} AS due_at, {t.snoozed_until} AS snoozed_until, {t.waiting_since} AS waiting_since, t.replies, t.reopens, \
               t.logged_minutes, t.merged_into, t.automatic, t.muted \
               FROM ticket AS t LEFT JOIN agent AS a ON a.id = t.assignee_id LEFT JOIN contact AS c ON c.id = t.requester_id \
               LEFT JOIN client AS k ON k.id = t.client_id",
    },
    View {
        name: "messages",
        columns: "id ticket direction agent author email at text message_id in_reply_to automatic trust attachments",
        text: "SELECT m.id, m.ticket_id AS ticket, m.direction, a.name AS agent, m.author, m.email, {m.at} AS at, b.text, m.message_id, \
               m.in_reply_to, m.automatic, m.trust, m.attachments FROM message AS m JOIN body AS b ON b.message_id = m.id \
               LEFT JOIN agent AS a ON a.id = m.agent_id WHERE m.ticket_id IS NOT NULL",
    },
    View {
        name: "time",
        columns: "id ticket client agent day minutes billable text activity",
        text: "SELECT e.id, e.ticket_id AS ticket, k.handle AS client, a.name AS agent, e.day, e.minutes, e.billable, e.text, e.activity \
               FROM entry AS e JOIN agent AS a ON a.id = e.agent_id LEFT JOIN client AS k ON k.id = e.client_id WHERE e.void = 0",
    },
    View {
        name: "invoices",
        columns: "number client first last issued_on due_on currency total credits",
        text: "SELECT i.number, k.handle AS client, i.first, i.last, i.issued_on, i.due_on, i.currency, i.total, b.number AS credits \
               FROM invoice AS i JOIN client AS k ON k.id = i.client_id LEFT JOIN invoice AS b ON b.id = i.credits WHERE i.number IS NOT NULL",
    },
    View {
        name: "payments",
        columns: "client invoice day amount currency text",
        text: "SELECT k.handle AS client, i.number AS invoice, p.day, p.minor AS amount, p.currency, p.text \
               FROM payment AS p JOIN client AS k ON k.id = p.client_id LEFT JOIN invoice AS i ON i.id = p.invoice_id",
    },
    View {
        name: "ratings",
        columns: "ticket scale score comment at contact",
        text: "SELECT g.ticket_id AS ticket, g.scale, g.score, g.comment, {g.at} AS at, c.name AS contact \
               FROM rating AS g LEFT JOIN contact AS c ON c.id = g.contact_id",
    },
    View {
        name: "origins",
        columns: "kind source number id op record",
        text: "SELECT x.kind, x.source, x.number, x.thing_id AS id, x.operation_id AS op, x.record FROM origin AS x",
    },
    View {
        name: "clients",
        columns: "handle name domains lang plan note",
        text: "SELECT k.handle, k.name, \
               (SELECT string_agg(d.domain, ' ' ORDER BY d.domain) FROM client_domain AS d WHERE d.client_id = k.id) AS domains, \
               k.lang, k.plan, k.note FROM client AS k",
    },
    View {
        name: "contacts",
        columns: "id name client email phone",
        text: "SELECT c.id, c.name, k.handle AS client, \
               (SELECT p.value FROM contact_point AS p WHERE p.contact_id = c.id AND p.kind = 'email' ORDER BY p.n, p.key LIMIT 1) AS email, \
               (SELECT q.value FROM contact_point AS q WHERE q.contact_id = c.id AND q.kind = 'phone' ORDER BY q.n, q.key LIMIT 1) AS phone \
               FROM contact AS c LEFT JOIN client AS k ON k.id = c.client_id",
    },
    View {
        name: "events",
        columns: "op seq at agent kind noun id field before after ticket",
        text: "SELECT e.operation_id AS op, e.seq, {e.at} AS at, a.name AS agent, o.kind, e.noun, e.noun_id AS id, e.field, \
               e.before, e.after, COALESCE(e.ticket_id, e.noun_id) AS ticket FROM event AS e JOIN operation AS o ON o.id = e.operation_id \
               JOIN agent AS a ON a.id = o.agent_id WHERE (e.ticket_id IS NOT NULL OR e.noun = 'ticket') AND o.undone_by IS NULL \
               AND o.kind IN ('do', 'import', 'fetch')",
    },
    View {
        name: "agents",
        columns: "id name email active",
        text: "SELECT a.id, a.name, a.email, a.active FROM agent AS a",
    },
    View { name: "tags", columns: "tag ticket", text: "SELECT g.tag, g.ticket_id AS ticket FROM ticket_tag AS g" },
];

impl View {
    /// The query behind it; `instant` writes a column of seconds as a text.
    pub(crate) fn text(&self, instant: impl Fn(&str) -> String) -> String {
        let mut out = String::new();
        let mut rest = self.text;
        while let Some((before, marked)) = rest.split_once('{') {
            let (column, after) = marked.split_once('}').unwrap_or((marked, ""));
            out.push_str(before);
            out.push_str(&instant(column));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

/// What the views are called, with blanks between.
#[must_use]
pub fn names() -> String {
    VIEWS.iter().map(|v| v.name).collect::<Vec<_>>().join(" ")
}

impl Store {
    /// Answers a question over the views. It is ended after `seconds`.
    ///
    /// # Errors
    /// Usage, with the place in the text, where it is no question or looks at anything else than the views; refused where it
    /// takes too long or its answer is too large.
    pub fn question(&mut self, text: &str, seconds: u32) -> Result<Answered> {
        question::ask(&mut self.engine, text, seconds)
    }
}
