//! `desk news`: what happened while I was away, for a colleague and for cron. What counts as news is decided here; how it
//! is shown, in `report::news`; what time alone made happen, in `passed`.

mod passed;

use super::args::Answer;
use super::chosen::{Chosen, mark_of};
use super::ls;
use super::show::Names;
use crate::desk::{Desk, House, Promises};
use crate::domain::event::{Operation, OperationKind};
use crate::domain::listed::Listed;
use crate::domain::rating::Rating;
use crate::domain::search::{Query, StatusTest, Term, Test};
use crate::domain::ticket::{Standing, Status};
use crate::domain::time::Moment;
use crate::domain::timeline::leaves_figures;
use crate::domain::when::{Lean, when};
use crate::error::{Error, Kind, Result};
use crate::report::news::{Item, Kind as What, news};
use crate::report::rating::of_scale;
use crate::report::ticket::short_name;
use crate::store::Reader;
use crate::store::list::Ask;
use crate::store::news::{CameIn, TicketDeed};
use passed::{Broken, Passed};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What happened: assigned to me, new, answered, closed, reopened, merged, rated badly, promises broken, woken, contracts used up
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Without a time, the last 24 hours. My own deeds are no news; mail that came in is, whoever fetched it. Customers' answers are told of my tickets and of nobody's.
Promises are those of policies and by voice. Of contracts it is told when the agreed part of their hours is used, or when they end soon.
An import of more than 20 mails is told in one line. Without news nothing is printed.
With --since-last nothing is told twice, also where two ask at once. Each question, by its words and --mine, remembers for itself what it has told
to whom: what one leaves out stays news for the others. Asked for the first time it tells the last 24 hours.

Examples:
  desk news
  desk news --since mon
  desk news in:yesterday client:acme
  desk news --since-last --mine                 # what came since I last asked so
  desk news --since-last client:acme            # another question, with a memory of its own
  desk news --since-last --exit-empty && …      # cron: exit 4 when there is none
  desk news --since-last --mine --format md     # for a messenger
  desk news --json | jq -r '.[] | \"\\(.kind) #\\(.number) \\(.subject)\"'")]
pub struct News {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// From then on
    #[arg(long, value_name = "WHEN", conflicts_with = "since_last")]
    since: Option<String>,
    /// Since I last asked the same
    #[arg(long)]
    since_last: bool,
    /// Only of tickets that are mine
    #[arg(long)]
    mine: bool,
    /// Exit with 4 when there is none
    #[arg(long)]
    exit_empty: bool,
}

/// Where an agent's reading stands: the number of the last operation he was told of, and the time of that. The mark of the
/// question follows.
const MARKS: [&str; 2] = ["news", "news_at"];
/// Clocks of two who ask may differ by so much, in seconds; one that was wrong by more holds no news back for long.
const CLOCKS: i64 = 60;
/// An import with more mails than these is told in one line.
const SINGLY: usize = 20;
/// So many characters of a customer's text are shown.
const BEGINNING: usize = 80;
/// How far back it goes where nothing is said: a day, in seconds.
const DAY: i64 = 24 * 3600;

/// What the whole desk says that news need.
struct Facts {
    promises: Promises,
    /// Where anything is agreed with clients.
    house: Option<House>,
}

impl Facts {
    /// What cannot be told is left out, and said.
    fn of(desk: &mut Desk, notes: &mut Vec<String>) -> Result<Facts> {
        let promises = desk.promises().unwrap_or_else(|e| {
            notes.push(format!("promises cannot be told: {e}"));
            Promises::default()
        });
        let agreed = desk.read(|r| r.has_contracts())?;
        let house = if agreed { desk.house().map(Some) } else { Ok(None) }.unwrap_or_else(|e| {
            notes.push(format!("contracts cannot be told: {e}"));
            None
        });
        Ok(Facts { promises, house })
    }
}

/// What happened since an operation and an instant, oldest first, with the number of the last operation by now: what concerns
/// whoever watches. Contracts are not among it.
pub(super) fn since(desk: &mut Desk, words: &[String], (after, at): (i64, Moment)) -> Result<(Vec<Item>, i64)> {
    // The order of the queue is none of the news.
    let words: Vec<String> = words.iter().filter(|word| !word.trim().starts_with("sort:")).cloned().collect();
    let chosen = Chosen::read(desk, &words, desk.now)?;
    let ask = ls::ask(desk, None)?;
    let promises = desk.promises().unwrap_or_default();
    let facts = Facts { promises, house: None };
    let to = Moment::MAX;
    let (from, said) = (Moment::MIN, String::new());
    let upto = i64::MAX;
    let window = Window { after, upto, from, to, promised_after: at, promised_to: desk.now, said, question: None };
    desk.read(|r| {
        let change = r.change_no()?;
        let told = Teller::new(r, &window, &chosen, &ask, &facts)?.tell(r)?;
        let mut items: Vec<Item> = told.items.into_iter().map(|(item, _)| item).collect();
        items.sort_by_key(|item| (item.at, item.number));
        Ok((items, change))
    })
}

/// What is asked about: operations after a number, up to one, and between two instants; promises after one and up to the other.
struct Window {
    after: i64,
    upto: i64,
    from: Moment,
    to: Moment,
    promised_after: Moment,
    promised_to: Moment,
    said: String,
    /// Since the last time: the mark of the question, under which it is remembered what was told.
    question: Option<String>,
}

impl News {
    /// Tells.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let now = desk.now;
        // What comes in while the tickets are chosen waits for the next time.
        let upto = desk.read(|r| r.change_no())?;
        let chosen = Chosen::read(desk, &self.query, now)?;
        let mut ask = ls::ask(desk, None)?;
        let mut notes = Vec::new();
        let facts = Facts::of(desk, &mut notes)?;
        let mut tell = |r: &mut Reader<'_>, me: Option<i64>| {
            ask.me = me;
            let window = self.window(r, &chosen, &ask, upto)?;
            let Told { items, mut marks } = Teller::new(r, &window, &chosen, &ask, &facts)?.tell(r)?;
            let items = items.into_iter().filter(|(_, mine)| *mine || !self.mine).map(|(item, _)| item);
            if let Some(question) = &window.question {
                let places = [upto.max(window.after), window.promised_after.0.clamp(now.0, now.0 + CLOCKS)];
                marks.extend(MARKS.map(|name| format!("{name}{question}")).into_iter().zip(places));
            }
            Ok(((items.collect::<Vec<_>>(), window.said), marks))
        };
        let me = desk.me.clone();
        let ((items, said), before) = if self.since_last && !desk.dry {
            desk.store_of_existing()?.claim(&me, |r, me| tell(r, Some(me)))?
        } else {
            let told = desk.read(|r| {
                let me = r.agent_named(&me)?.map(|a| a.id);
                tell(r, me)
            })?;
            (told.0, Vec::new())
        };
        let none = items.is_empty();
        let mut report = news(items, &said);
        report.notes.extend(notes);
        let answer = Answer::from(report).told(before);
        Ok(if none && self.exit_empty { answer.ending(Kind::Found) } else { answer })
    }

    fn window(&self, r: &mut Reader<'_>, chosen: &Chosen, ask: &Ask, upto: i64) -> Result<Window> {
        let now = ask.now;
        let stamp = |at: Moment| chosen.zone.local(at).format("%Y-%m-%d %H:%M").to_string();
        if let Some(period) = chosen.period {
            if self.since.is_some() || self.since_last {
                return Err(Error::usage("a period and a beginning ask for two times").hint("give in: or --since, one of them"));
            }
            let (from, to) = (period.from, period.to);
            let said = format!("of {}", chosen.label(&period));
            let (promised_after, promised_to) = (from.plus(-1), to.plus(-1).min(now));
            return Ok(Window { after: 0, upto, from, to, promised_after, promised_to, said, question: None });
        }
        let question = self.since_last.then(|| mark_of(&self.query, self.mine));
        let mark = |r: &mut Reader<'_>, name| match ask.me.zip(question.as_ref()) {
            Some((me, question)) => r.bookmark(me, &format!("{name}{question}")),
            None => Ok(None),
        };
        let (after, before) = (mark(r, MARKS[0])?, mark(r, MARKS[1])?.map(Moment));
        let (promised_to, to) = (now, Moment::MAX);
        if let Some(after) = after {
            let promised_after = before.unwrap_or(now.plus(-DAY));
            let (from, said) = (Moment::MIN, format!("since {}, {}", stamp(promised_after), chosen.zone.name()));
            return Ok(Window { after, upto, from, to, promised_after, promised_to, said, question });
        }
        let from = match &self.since {
            Some(text) => when(text, Lean::Past, now, &chosen.zone)?.at,
            None => now.plus(-DAY),
        };
        let (promised_after, said) = (from.plus(-1), format!("since {}, {}", stamp(from), chosen.zone.name()));
        Ok(Window { after: 0, upto, from, to, promised_after, promised_to, said, question })
    }
}

/// What there is to tell.
struct Told {
    /// Each with whether its ticket is mine.
    items: Vec<(Item, bool)>,
    /// What says that somebody was told of what is told once.
    marks: Vec<(String, i64)>,
}

/// Gathers the news, and knows the tickets they are about.
struct Teller {
    me: Option<i64>,
    operations: HashMap<i64, Operation>,
    deeds: Vec<TicketDeed>,
    came_in: Vec<CameIn>,
    arrived: Vec<(i64, i64)>,
    passed: Passed,
    /// Ratings of 1 and 2, with their operations.
    rated: Vec<(i64, Rating)>,
    /// Imports that are told in one line, and the tickets that they made.
    large: BTreeSet<i64>,
    made_by_large: BTreeSet<i64>,
    tickets: HashMap<i64, Listed>,
    names: Names,
    /// Each with whether its ticket is mine.
    items: Vec<(Item, bool)>,
}

impl Teller {
    fn new(r: &mut Reader<'_>, window: &Window, chosen: &Chosen, ask: &Ask, facts: &Facts) -> Result<Teller> {
        let mut operations = r.operations_of_window(window.after, window.from, window.to)?;
        operations.retain(|o| o.id <= window.upto);
        let first = operations.first().map_or(i64::MAX, |o| o.id);
        let operations: HashMap<i64, Operation> = operations.into_iter().map(|o| (o.id, o)).collect();
        let meant = |operation: i64, ticket: i64| operations.contains_key(&operation) && chosen.has(ticket);
        let mut deeds = r.ticket_deeds(first)?;
        deeds.retain(|d| meant(d.operation, d.ticket));
        let mut came_in = r.came_in(first)?;
        came_in.retain(|m| meant(m.operation, m.ticket));
        let mut arrived = r.arrived(first)?;
        arrived.retain(|(operation, ticket)| meant(*operation, *ticket));
        let passed = Passed::of(r, window, chosen, &facts.promises, (facts.house.as_ref(), ask.me))?;
        let mut rated = r.bad_ratings_since(first)?;
        rated.retain(|(operation, rating)| rating.ticket.is_some_and(|ticket| meant(*operation, ticket)));
        let mut teller = Teller {
            me: ask.me,
            operations,
            deeds,
            came_in,
            arrived,
            passed,
            rated,
            large: BTreeSet::new(),
            made_by_large: BTreeSet::new(),
            tickets: HashMap::new(),
            names: Names::default(),
            items: Vec::new(),
        };
        teller.imports(r)?;
        teller.look_up(r, ask)?;
        Ok(teller)
    }

    fn is_import(&self, operation: i64) -> bool {
        self.operations.get(&operation).is_some_and(|o| o.kind == OperationKind::Import)
    }

    /// Tells of large imports in one line each.
    fn imports(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let mut brought: BTreeMap<i64, (usize, BTreeSet<i64>)> = BTreeMap::new();
        for m in self.came_in.iter().filter(|m| self.is_import(m.operation)) {
            let import = brought.entry(m.operation).or_default();
            import.0 += 1;
            import.1.insert(m.ticket);
        }
        brought.retain(|_, (mails, _)| *mails > SINGLY);
        for (operation, (mails, tickets)) in &brought {
            let Some(o) = self.operations.get(operation) else { continue };
            let detail = Some(format!("{mails} mails in {} tickets", tickets.len()));
            let agent = Some(self.names.of(r, o.agent)?);
            self.items.push((Item { at: o.at, kind: What::Import, number: None, subject: None, agent, detail }, false));
        }
        self.large = brought.into_keys().collect();
        let of_large = self.arrived.iter().filter(|(operation, _)| self.large.contains(operation));
        self.made_by_large = of_large.map(|(_, ticket)| *ticket).collect();
        Ok(())
    }

    /// Looks up the tickets, but for the many that came with a large import and had nothing else happen to them.
    fn look_up(&mut self, r: &mut Reader<'_>, ask: &Ask) -> Result<()> {
        let arrived = self.arrived.iter().map(|a| a.1).chain(self.came_in.iter().map(|m| m.ticket));
        let arrived = arrived.filter(|ticket| !self.made_by_large.contains(ticket));
        let rated = self.rated.iter().filter_map(|(_, rating)| rating.ticket);
        let changed = self.deeds.iter().map(|d| d.ticket).chain(self.passed.tickets()).chain(rated);
        let about: BTreeSet<i64> = arrived.chain(changed).collect();
        let all = Query {
            terms: vec![Term { negated: false, alternatives: vec![Test::Status(StatusTest::All)] }],
            ..Query::default()
        };
        let listed = r.listed_among(&about.into_iter().collect::<Vec<_>>(), &all, ask)?;
        self.tickets = listed.into_iter().map(|l| (l.ticket.id, l)).collect();
        Ok(())
    }

    /// The news.
    fn tell(mut self, r: &mut Reader<'_>) -> Result<Told> {
        self.deeds_of_others(r)?;
        self.arrivals();
        self.answers(r)?;
        self.bad_ratings(r)?;
        let Passed { broken, woke, contracts, marks } = std::mem::take(&mut self.passed);
        for Broken { ticket, at, what } in broken {
            let agent = self.tickets.get(&ticket).and_then(|l| l.assignee.clone());
            self.add(at, What::Breached, ticket, agent, Some(what));
        }
        for (ticket, at, was) in woke {
            let Some(l) = self.tickets.get(&ticket) else { continue };
            if self.is_mine(l) || l.ticket.assignee.is_none() {
                let agent = l.assignee.clone();
                self.add(at, What::Woke, ticket, agent, Some(format!("{was} until then")));
            }
        }
        self.items.extend(contracts.into_iter().map(|item| (item, false)));
        Ok(Told { items: self.items, marks })
    }

    fn is_mine(&self, l: &Listed) -> bool {
        self.me.is_some() && l.ticket.assignee == self.me
    }

    fn add(&mut self, at: Moment, kind: What, ticket: i64, agent: Option<String>, detail: Option<String>) {
        // Spam, muted and automatic tickets are nobody's news.
        let Some(l) = self.tickets.get(&ticket).filter(|l| !l.muted && !l.automatic) else { return };
        if kind != What::New || !leaves_figures(l.ticket.standing) {
            let (subject, mine) = (Some(l.ticket.subject.clone()), self.is_mine(l));
            self.items.push((Item { at, kind, number: Some(ticket), subject, agent, detail }, mine));
        }
    }

    /// What others did by commands. Of the changes of one command to one ticket, the one that says most is told.
    fn deeds_of_others(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let mut told: BTreeMap<(i64, i64), (What, Moment, Option<String>)> = BTreeMap::new();
        for d in &self.deeds {
            let of_others = |o: &Operation| Some(o.agent) != self.me && o.kind == OperationKind::Do;
            let by_others = self.operations.get(&d.operation).is_some_and(of_others);
            let Some(l) = self.tickets.get(&d.ticket).filter(|_| by_others) else { continue };
            let Some((what, detail)) = news_of(d, l, self.me.filter(|_| self.is_mine(l))) else { continue };
            if told.get(&(d.operation, d.ticket)).is_none_or(|known| weight(what) > weight(known.0)) {
                told.insert((d.operation, d.ticket), (what, d.at, detail));
            }
        }
        for ((operation, ticket), (what, at, detail)) in told {
            let agent = self.operations.get(&operation).map(|o| o.agent);
            let agent = agent.map(|a| self.names.of(r, a)).transpose()?;
            self.add(at, what, ticket, agent, detail);
        }
        Ok(())
    }

    /// New tickets that small imports and mailboxes brought, whoever fetched.
    fn arrivals(&mut self) {
        let over = |d: &TicketDeed| d.field.is_empty() && d.to.get("status").is_some_and(|s| s == Status::Closed.word());
        // A mailbox that is read for the first time brings what was over long ago, too.
        let over: BTreeSet<i64> = self.deeds.iter().filter(|d| over(d)).map(|d| d.ticket).collect();
        let news: Vec<i64> = self.arrived.iter().filter(|(by, _)| self.brings(*by)).map(|(_, ticket)| *ticket).collect();
        for ticket in news.into_iter().filter(|ticket| !over.contains(ticket)) {
            if let Some(l) = self.tickets.get(&ticket) {
                let (at, from) = (l.ticket.opened_at, from_whom(l));
                self.add(at, What::New, ticket, None, from);
            }
        }
    }

    /// What customers rated 1 or 2 by mail, or colleagues wrote down.
    fn bad_ratings(&mut self, r: &mut Reader<'_>) -> Result<()> {
        for (operation, rating) in std::mem::take(&mut self.rated) {
            let Some(o) = self.operations.get(&operation) else { continue };
            let (by_mail, by_me) = (o.kind == OperationKind::Fetch, Some(o.agent) == self.me);
            let (Some(ticket), true) = (rating.ticket, by_mail || (o.kind == OperationKind::Do && !by_me)) else { continue };
            let credited = r.credited(ticket, rating.at)?;
            let agent = credited.map(|agent| self.names.of(r, agent)).transpose()?;
            let comment = rating.comment.lines().next().unwrap_or_default();
            let comment: String = comment.chars().take(BEGINNING).collect();
            let said = of_scale(rating.scale, rating.score);
            let detail = if comment.is_empty() { said } else { format!("{said}: {comment}") };
            self.add(rating.at, What::Rated, ticket, agent, Some(detail));
        }
        Ok(())
    }

    /// Whether an operation brings tickets that are told one by one.
    fn brings(&self, operation: i64) -> bool {
        self.operations.get(&operation).is_some_and(|o| match o.kind {
            OperationKind::Fetch => true,
            OperationKind::Import => !self.large.contains(&operation),
            _ => false,
        })
    }

    /// Customers' answers on my tickets and on nobody's, one line for each ticket; not of tickets that are new themselves.
    fn answers(&mut self, r: &mut Reader<'_>) -> Result<()> {
        let begun: BTreeSet<i64> = self.arrived.iter().map(|a| a.1).collect();
        let mut latest: BTreeMap<i64, (usize, CameIn)> = BTreeMap::new();
        for m in self.came_in.iter().filter(|m| m.counts && !begun.contains(&m.ticket)) {
            let Some(l) = self.tickets.get(&m.ticket) else { continue };
            let nobodys = l.ticket.assignee.is_none() && !self.large.contains(&m.operation);
            if self.is_mine(l) || nobodys {
                let known = latest.entry(m.ticket).or_insert((0, *m));
                known.0 += 1;
                known.1 = if m.at >= known.1.at { *m } else { known.1 };
            }
        }
        for (ticket, (count, m)) in latest {
            let text = r.beginning(m.message, BEGINNING)?;
            let detail = if count > 1 { text.map(|t| format!("{count} messages, the last: {t}")) } else { text };
            self.add(m.at, What::Answered, ticket, None, detail);
        }
        Ok(())
    }
}

/// What a change of a ticket is news of, and what else to say; `me` where the ticket is mine.
fn news_of(d: &TicketDeed, l: &Listed, me: Option<i64>) -> Option<(What, Option<String>)> {
    let standing = |v: &serde_json::Value| serde_json::from_value::<Standing>(v.clone()).ok();
    let is_closed = |s: Option<Standing>| s.is_some_and(|s| s.status == Status::Closed);
    match d.field.as_str() {
        "" if !d.from.is_null() => None,
        "" if me.is_some() && d.to.get("assignee").and_then(serde_json::Value::as_i64) == me => {
            Some((What::Assigned, from_whom(l)))
        }
        "" => Some((What::New, from_whom(l))),
        "assignee" => (me.is_some() && d.to.as_i64() == me).then_some((What::Assigned, None)),
        "merged_into" => d.to.as_i64().map(|into| (What::Merged, Some(format!("into {into}")))),
        "status" => match (is_closed(standing(&d.from)), is_closed(standing(&d.to))) {
            (false, true) => {
                let reason = standing(&d.to).and_then(|s| s.reason).map(|r| r.word().to_owned());
                Some((What::Closed, reason))
            }
            (true, false) => Some((What::Reopened, None)),
            _ => None,
        },
        _ => None,
    }
}

/// Of what one command did to one ticket, the heaviest is told.
fn weight(what: What) -> u8 {
    match what {
        What::Merged => 4,
        What::Assigned => 3,
        What::New => 2,
        _ => 1,
    }
}

fn from_whom(l: &Listed) -> Option<String> {
    l.requester.as_ref().map(short_name).filter(|n| !n.is_empty())
}
