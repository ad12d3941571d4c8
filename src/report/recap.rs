//! `desk recap`: the page for the weekly meeting, from one sentence down to the details. Facts in, report out; what it is
//! made of is computed elsewhere.
//!
//! JSON: `label period{from,to} tickets{opened closed reopened backlog} before{opened closed reopened backlog}
//! first_response{n median_minutes p90_minutes before_n before_median_minutes} next_response{…} first_resolution{…}
//! full_resolution{…} one_touch_percent reopen_percent topics[{topic name count before minutes}] waiting[{number subject client waiting_since}]
//! tags[{tag count before minutes}] clients[{client count before minutes}] hours[{client agent actual_minutes billable_minutes}]
//! weeks[{week opened closed}] left_out{spam muted automatic merged}`. Both days of the period are in; all times are
//! calendar time.

mod issues;
mod sentence;

use super::figures::{TIMES, count, data, measures, minutes, named, period, rates, rates_table, tickets, times_table};
use super::topics::Row;
use super::{Audience, Cell, Chart, Column, Part, Plot, Report, Series, Shape, Style, Table};
use crate::domain::insight::metrics::Figures;
use crate::domain::time::{Date, Minutes, Moment};
use sentence::{lead, volume};

/// What the recap tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecapFacts {
    /// What the page is about, as people read it: the period, its zone, and the query where there is one.
    pub label: String,
    /// The period before, as people read it.
    pub before_label: String,
    /// What a period of this length is called: `week`, `month`, `day`; empty: `week`.
    pub span: &'static str,
    /// Where the period is not over yet, the sentence that says so.
    pub unfinished: Option<String>,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The figures of the week.
    pub figures: Figures,
    /// Those of the week before.
    pub before: Figures,
    /// The issues that its tickets share, the biggest first.
    pub topics: Vec<Row>,
    /// Tickets opened, by tag.
    pub tags: Vec<BusyTag>,
    /// Tickets opened, by client.
    pub clients: Vec<BusyClient>,
    /// Worked time of the week, in the order to be shown.
    pub hours: Vec<Hours>,
    /// Tickets that wait for us now.
    pub waiting: Vec<Waiting>,
    /// The last weeks up to this one, oldest first; may be empty.
    pub weeks: Vec<Week>,
    /// How many tickets of the week are in no figure.
    pub left_out: LeftOut,
}

/// A tag, and how many tickets with it were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyTag {
    /// The tag.
    pub tag: String,
    /// In this week.
    pub now: i64,
    /// In the week before.
    pub before: i64,
    /// Actual minutes worked on tickets with it in this week, whenever they were opened.
    pub minutes: Minutes,
}

/// A client, and how many tickets he opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyClient {
    /// The client's handle; none for tickets without a client.
    pub client: Option<String>,
    /// In this week.
    pub now: i64,
    /// In the week before.
    pub before: i64,
    /// Actual minutes worked for him in this week.
    pub minutes: Minutes,
}

/// Time that an agent worked for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// The client's handle; none for work without a client.
    pub client: Option<String>,
    /// The agent's name.
    pub agent: String,
    /// Actual minutes.
    pub minutes: Minutes,
    /// Those among them that were not given away.
    pub billable_minutes: Minutes,
}

/// A ticket that waits for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub number: i64,
    /// Its subject, as it arrived.
    pub subject: String,
    /// The client's handle.
    pub client: Option<String>,
    /// Since when the customer waits.
    pub since: Moment,
}

/// The volume of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its name: `46`, `2026-W46`.
    pub label: String,
    /// Tickets opened.
    pub opened: i64,
    /// Tickets closed.
    pub closed: i64,
}

/// Tickets that are in no figure, each counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Closed as spam.
    pub spam: i64,
    /// From muted addresses.
    pub muted: i64,
    /// Opened by automatic mail.
    pub automatic: i64,
    /// Merged into another.
    pub merged: i64,
}

/// How many rows a page for people has of each list; data formats carry all.
const SHOWN: usize = 5;

/// The report of `recap`; with `all`, people too see every row of each list.
///
/// ```
/// use frontdesk::{domain::insight::metrics::Figures, report::{Part, recap::{RecapFacts, recap}}};
/// let figures = Figures { opened: 31, closed: 28, backlog: 14, ..Figures::default() };
/// let before = Figures { opened: 22, closed: 30, backlog: 11, ..Figures::default() };
/// let page = recap(&RecapFacts { label: "Week 46".into(), figures, before, ..RecapFacts::default() }, false);
/// assert_eq!(page.title, "Recap: Week 46");
/// assert_eq!(page.parts[0], Part::Prose("More came in than went out: 31 in, 28 out, and the backlog grew by 3 to 14.".into()));
/// assert_eq!(page.parts[1], Part::Prose("31 in (+9) · 28 out (−2) · backlog 14 (+3)".into()));
/// ```
#[must_use]
pub fn recap(facts: &RecapFacts, all: bool) -> Report {
    let now = &facts.figures;
    let span = if facts.span.is_empty() { "week" } else { facts.span };
    let before = Some(&facts.before).filter(|b| b.opened + b.closed + b.backlog > 0);
    let most = if all { usize::MAX } else { SHOWN };
    let mut parts = issues::parts(&facts.topics, span, most);
    parts.extend([Part::Prose(lead(now, before, span)), Part::Prose(volume(now, before))]);
    parts.extend(facts.unfinished.clone().map(Part::Prose));
    match before {
        Some(_) if !facts.before_label.is_empty() => {
            parts.push(Part::Prose(format!("Compared with {}.", facts.before_label)));
        }
        Some(_) => {}
        None => parts.push(Part::Prose(format!("Too little to compare: the {span} before has no tickets."))),
    }
    parts.push(Part::Table(sheet(now, &facts.before)));
    parts.push(figures_data(facts));
    parts.push(issues::data(&facts.topics));
    parts.push(Part::Table(times_table(now, before)));
    parts.push(Part::Table(rates_table(now, before)));
    listed(&mut parts, |_| waiting(&facts.waiting), "Longest waiting now", most);
    listed(&mut parts, |_| tags(&facts.tags), "Busiest tags", most);
    listed(&mut parts, |of| clients(&facts.clients, of), "Busiest clients", most);
    parts.push(Part::Table(hours(&facts.hours, most)));
    parts.push(Part::Table(hours_data(&facts.hours)));
    parts.extend(weeks(&facts.weeks));
    parts.extend(left_out(facts.left_out));
    Report { title: format!("Recap: {}", facts.label), shape: Shape::Object, parts, notes: vec![] }
}

fn figures_data(facts: &RecapFacts) -> Part {
    let (now, before) = (&facts.figures, &facts.before);
    let mut cells = vec![
        ("label", named(&facts.label)),
        period(facts.from, facts.to),
        ("tickets", Cell::Record(tickets(now))),
        ("before", Cell::Record(tickets(before))),
    ];
    for (key, _, of) in TIMES {
        let mut measured = measures(of(now));
        measured.push(("before_n", Cell::Count(count(of(before).n))));
        measured.push(("before_median_minutes", minutes(of(before).median_minutes())));
        cells.push((key, Cell::Record(measured)));
    }
    cells.extend(rates(now));
    data(cells)
}

/// A list: its beginning for people, where there is any, and all of it for scripts. Whoever is without a client is
/// `no client` for people, and null for scripts.
fn listed(parts: &mut Vec<Part>, table: impl Fn(&Cell) -> Table, title: &str, most: usize) {
    let shown = table(&named("no client"));
    let rows = shown.rows.len();
    if rows > 0 {
        let title = if rows > most { format!("{title} ({most} of {rows})") } else { title.to_owned() };
        let rows = shown.rows.into_iter().take(most).collect();
        parts.push(Part::Table(Table { key: "", title, audience: Audience::People, rows, ..shown }));
    }
    parts.push(Part::Table(Table { audience: Audience::Data, ..table(&Cell::Empty) }));
}

/// What a spreadsheet gets: a line for each figure.
fn sheet(now: &Figures, before: &Figures) -> Table {
    let mut rows: Vec<Vec<Cell>> = tickets(now)
        .into_iter()
        .zip(tickets(before))
        .map(|((key, cell), (_, then))| vec![named(key), cell, then, Cell::Empty])
        .collect();
    for (key, _, of) in TIMES {
        for ((measure, cell), (_, then)) in measures(of(now)).into_iter().zip(measures(of(before))).skip(1) {
            rows.push(vec![named(&format!("{key}_{measure}")), cell, then, Cell::Count(count(of(now).n))]);
        }
    }
    for ((key, cell), (_, then)) in rates(now).into_iter().zip(rates(before)) {
        rows.push(vec![named(key), cell, then, Cell::Count(now.closed)]);
    }
    let columns = ["figure", "now", "before", "n"].map(Column::data).to_vec();
    Table { audience: Audience::Data, columns, rows, ..Table::default() }
}

fn waiting(tickets: &[Waiting]) -> Table {
    let mut tickets: Vec<&Waiting> = tickets.iter().collect();
    tickets.sort_by_key(|t| (t.since, t.number));
    let rows = tickets.iter().map(|t| {
        let client = Cell::text(t.client.clone());
        vec![Cell::Ticket(t.number), named(&t.subject), client, Cell::Ago(t.since)]
    });
    Table {
        key: "waiting",
        columns: vec![
            Column::new("number", "№", Style::Right),
            Column::new("subject", "subject", Style::Flex),
            Column::new("client", "client", Style::Left),
            Column::new("waiting_since", "waits", Style::Right),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn tags(tags: &[BusyTag]) -> Table {
    let mut tags: Vec<&BusyTag> = tags.iter().collect();
    tags.sort_by(|a, b| (b.now, b.before, &a.tag).cmp(&(a.now, a.before, &b.tag)));
    let rows =
        tags.iter().map(|t| vec![named(&t.tag), Cell::Count(t.now), Cell::Count(t.before), Cell::Minutes(t.minutes)]);
    Table {
        key: "tags",
        columns: vec![
            Column::new("tag", "tag", Style::Flex),
            Column::new("count", "tickets", Style::Right),
            Column::new("before", "before", Style::Right),
            Column::new("minutes", "worked", Style::Right),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn clients(clients: &[BusyClient], nobody: &Cell) -> Table {
    let mut clients: Vec<&BusyClient> = clients.iter().collect();
    clients.sort_by_key(|c| (c.client.is_none(), -c.now, -c.minutes, -c.before, &c.client));
    let rows = clients.iter().map(|c| {
        let client = c.client.as_deref().map_or(nobody.clone(), named);
        vec![client, Cell::Count(c.now), Cell::Count(c.before), Cell::Minutes(c.minutes)]
    });
    Table {
        key: "clients",
        columns: vec![
            Column::new("client", "client", Style::Flex),
            Column::new("count", "tickets", Style::Right),
            Column::new("before", "before", Style::Right),
            Column::new("minutes", "worked", Style::Right),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// Hours for people: the first rows, what the others add up to, and the sum of it all.
fn hours(all: &[Hours], most: usize) -> Table {
    let cells = |client: Cell, agent: Cell, rows: &[Hours]| {
        let (worked, billable) = (rows.iter().map(|h| h.minutes).sum(), rows.iter().map(|h| h.billable_minutes).sum());
        vec![client, agent, Cell::Minutes(worked), Cell::Minutes(billable)]
    };
    // One row more is shorter than a row that stands for one.
    let most = if all.len() <= most.saturating_add(1) { all.len() } else { most };
    let (shown, others) = all.split_at_checked(most).unwrap_or((all, &[]));
    let mut rows: Vec<Vec<Cell>> = shown
        .iter()
        .map(|h| cells(named(h.client.as_deref().unwrap_or("no client")), named(&h.agent), std::slice::from_ref(h)))
        .collect();
    if !others.is_empty() {
        rows.push(cells(named(&format!("{} others", others.len())), Cell::Empty, others));
    }
    Table {
        title: "Hours".to_owned(),
        audience: Audience::People,
        columns: HOURS.to_vec(),
        total: (all.len() > 1).then(|| cells(named("total"), Cell::Empty, all)),
        rows,
        empty: "No time was logged.",
        ..Table::default()
    }
}

fn hours_data(hours: &[Hours]) -> Table {
    let rows = hours.iter().map(|h| {
        vec![Cell::text(h.client.clone()), named(&h.agent), Cell::Minutes(h.minutes), Cell::Minutes(h.billable_minutes)]
    });
    Table { key: "hours", audience: Audience::Data, columns: HOURS.to_vec(), rows: rows.collect(), ..Table::default() }
}

const HOURS: [Column; 4] = [
    Column::new("client", "client", Style::Flex),
    Column::new("agent", "agent", Style::Left),
    Column::new("actual_minutes", "worked", Style::Right),
    Column::new("billable_minutes", "billable", Style::Right),
];

fn weeks(weeks: &[Week]) -> Vec<Part> {
    let rows = weeks.iter().map(|w| vec![named(&w.label), Cell::Count(w.opened), Cell::Count(w.closed)]);
    let table = Table {
        key: "weeks",
        audience: Audience::Data,
        columns: ["week", "opened", "closed"].map(Column::data).to_vec(),
        rows: rows.collect(),
        ..Table::default()
    };
    let series = |name: &str, of: fn(&Week) -> i64| {
        let values = weeks.iter().map(|w| Cell::Count(of(w))).collect();
        Series { name: name.to_owned(), values }
    };
    let mut parts = vec![Part::Table(table)];
    if weeks.len() > 1 {
        let labels = weeks.iter().map(|w| w.label.clone()).collect();
        let series = vec![series("in", |w| w.opened), series("out", |w| w.closed)];
        let title = "In and out, week by week".to_owned();
        parts.push(Part::Chart(Chart { title, plot: Plot::Series { labels, series } }));
    }
    parts
}

fn left_out(out: LeftOut) -> Vec<Part> {
    let kinds = [("spam", out.spam), ("muted", out.muted), ("automatic", out.automatic), ("merged", out.merged)];
    let cells = kinds.map(|(key, n)| (key, Cell::Count(n))).to_vec();
    let mut parts = vec![data(vec![("left_out", Cell::Record(cells))])];
    let said: Vec<String> = kinds.iter().filter(|(_, n)| *n > 0).map(|(key, n)| format!("{n} {key}")).collect();
    if !said.is_empty() {
        parts.push(Part::Prose(format!("In no figure: {}.", said.join(", "))));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::insight::metrics::Times;

    fn times(n: usize, minutes: i64) -> Times {
        Times { n, median: Some(minutes * 60), p90: Some(minutes * 120), ..Times::default() }
    }

    fn week(opened: i64, closed: i64, backlog: i64, response: Times) -> Figures {
        Figures { opened, closed, backlog, first_response: response, ..Figures::default() }
    }

    fn facts() -> RecapFacts {
        let tag = |tag: &str, now, before| BusyTag { tag: tag.to_owned(), now, before, minutes: 0 };
        let since =
            |number, since| Waiting { number, subject: format!("s{number}"), client: None, since: Moment(since) };
        let hours = |client: &str, minutes, billable_minutes| Hours {
            client: Some(client.to_owned()),
            agent: "ana".to_owned(),
            minutes,
            billable_minutes,
        };
        RecapFacts {
            label: "Week 46: 9 – 15 November 2026".to_owned(),
            figures: week(31, 28, 14, times(28, 42)),
            before: week(22, 30, 11, times(20, 65)),
            tags: vec![tag("vat", 3, 9), tag("bug", 8, 1), tag("api", 3, 9)],
            clients: vec![],
            hours: vec![hours("acme", 90, 60), hours("zeta", 30, 30)],
            waiting: (1..=7).map(|n| since(n, 100 - n)).collect(),
            weeks: vec![],
            left_out: LeftOut { spam: 12, merged: 1, ..LeftOut::default() },
            ..RecapFacts::default()
        }
    }

    fn prose(report: &Report) -> Vec<&str> {
        let texts = report.parts.iter().filter_map(|p| match p {
            Part::Prose(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    fn tables<'a>(report: &'a Report, title: &str) -> Vec<&'a Table> {
        let titled = report.parts.iter().filter_map(|p| match p {
            Part::Table(t) if t.title.starts_with(title) => Some(t),
            _ => None,
        });
        titled.collect()
    }

    fn keyed<'a>(report: &'a Report, key: &str) -> &'a Table {
        let found = report.parts.iter().find_map(|p| match p {
            Part::Table(t) if t.key == key => Some(t),
            _ => None,
        });
        found.unwrap()
    }

    #[test]
    fn the_page_leads_with_one_sentence() {
        let report = recap(&facts(), false);
        assert_eq!(report.title, "Recap: Week 46: 9 – 15 November 2026");
        assert_eq!(
            prose(&report)[0],
            "More came in than went out: 31 in, 28 out, and the backlog grew by 3 to 14; \
             half of the first responses took at most 42m, down from 1h 5m."
        );
    }

    #[test]
    fn the_volume_names_its_change() {
        let mut facts = facts();
        assert_eq!(prose(&recap(&facts, false))[1], "31 in (+9) · 28 out (−2) · backlog 14 (+3)");
        facts.figures.reopened = 2;
        facts.before.opened = 31;
        let report = recap(&facts, false);
        assert_eq!(prose(&report)[1], "31 in (±0) · 28 out (−2) · backlog 14 (+3) · 2 reopened (+2)");
    }

    #[test]
    fn with_nothing_in_the_week_before_there_is_too_little_to_compare() {
        let report = recap(&RecapFacts { before: Figures::default(), ..facts() }, false);
        assert_eq!(prose(&report)[1], "31 in · 28 out · backlog 14");
        assert_eq!(prose(&report)[2], "Too little to compare: the week before has no tickets.");
        let times = report.parts.iter().find_map(|p| match p {
            Part::Table(t) if t.audience == Audience::People => Some(t),
            _ => None,
        });
        assert!(times.unwrap().columns.iter().all(|c| c.key != "before"));
    }

    #[test]
    fn people_see_the_five_that_wait_longest_and_scripts_all() {
        let report = recap(&facts(), false);
        let shown = tables(&report, "Longest waiting now (5 of 7)");
        let numbers: Vec<_> = shown[0].rows.iter().map(|r| r[0].clone()).collect();
        assert_eq!(numbers, [7, 6, 5, 4, 3].map(Cell::Ticket));
        assert_eq!((keyed(&report, "waiting").rows.len(), keyed(&report, "waiting").audience), (7, Audience::Data));
    }

    #[test]
    fn the_busiest_come_first_and_an_empty_list_is_not_shown() {
        let report = recap(&facts(), false);
        let names: Vec<_> = keyed(&report, "tags").rows.iter().map(|r| r[0].clone()).collect();
        assert_eq!(names, ["bug", "api", "vat"].map(named));
        assert!(tables(&report, "Busiest clients").is_empty());
        assert!(keyed(&report, "clients").rows.is_empty());
    }

    #[test]
    fn hours_end_with_their_sum() {
        let report = recap(&facts(), false);
        let total = tables(&report, "Hours")[0].total.clone().unwrap();
        assert_eq!(total[2..], [Cell::Minutes(120), Cell::Minutes(90)]);
    }

    #[test]
    fn hours_that_are_not_shown_stand_in_one_row_so_that_the_total_is_the_sum_of_the_rows() {
        let one = facts().hours[0].clone();
        let report = |rows: usize, all| recap(&RecapFacts { hours: vec![one.clone(); rows], ..facts() }, all);
        let lines = |rows, all| tables(&report(rows, all), "Hours")[0].rows.clone();
        assert_eq!((lines(6, false).len(), lines(7, false).len(), lines(7, true).len()), (6, 6, 7));
        assert_eq!(lines(7, false)[5], [named("2 others"), Cell::Empty, Cell::Minutes(180), Cell::Minutes(120)]);
        assert_eq!(keyed(&report(7, false), "hours").rows.len(), 7);
    }

    #[test]
    fn work_without_a_client_is_named_for_people_and_null_for_scripts() {
        let mut facts = facts();
        facts.hours[0].client = None;
        let report = recap(&facts, false);
        assert_eq!(tables(&report, "Hours")[0].rows[0][0], named("no client"));
        assert_eq!(keyed(&report, "hours").rows[0][0], Cell::Empty);
    }

    #[test]
    fn the_foot_says_what_is_in_no_figure() {
        let report = recap(&facts(), false);
        assert_eq!(prose(&report).last(), Some(&"In no figure: 12 spam, 1 merged."));
        let report = recap(&RecapFacts { left_out: LeftOut::default(), ..facts() }, false);
        assert!(!prose(&report).iter().any(|p| p.starts_with("In no figure")));
    }

    #[test]
    fn the_volume_of_the_weeks_is_a_chart_for_people_and_rows_for_scripts() {
        let week = |n: i64| Week { label: n.to_string(), opened: n, closed: 50 - n };
        let report = recap(&RecapFacts { weeks: (39..=46).map(week).collect(), ..facts() }, false);
        let charts: Vec<&Chart> =
            report.parts.iter().filter_map(|p| if let Part::Chart(c) = p { Some(c) } else { None }).collect();
        let Plot::Series { labels, series } = &charts[0].plot else { panic!("{charts:?}") };
        assert_eq!((charts.len(), charts[0].title.as_str()), (1, "In and out, week by week"));
        let last: Vec<_> = series.iter().map(|s| (s.name.as_str(), s.values[7].clone())).collect();
        assert_eq!((labels[7].as_str(), last), ("46", vec![("in", Cell::Count(46)), ("out", Cell::Count(4))]));
        assert_eq!(keyed(&report, "weeks").rows.len(), 8);
    }

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        for part in recap(&facts(), false).parts {
            if let Part::Table(t) = part {
                assert!(t.rows.iter().chain(&t.total).all(|row| row.len() == t.columns.len()), "{t:?}");
            }
        }
    }
}
