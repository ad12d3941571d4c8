//! `desk recap`: the page for the weekly meeting, from one sentence down to the details. Facts in, report out; what it is
//! made of is computed elsewhere. It begins with what was decided and whether it worked, then the issues that hurt, the figure
//! that was chosen, whom to call; then the figures.
//!
//! JSON: `label period{from,to} tickets{opened closed reopened backlog} before{opened closed reopened backlog}
//! first_response{n median_minutes p90_minutes before_n before_median_minutes} next_response{…} first_resolution{…}
//! full_resolution{…} one_touch_percent reopen_percent decisions[{topic name decided count before outcome}]
//! topics[{topic name count before minutes}] star{figure value before n weeks[]} calls[{client vip why}]
//! workarounds{closed standing minutes} promises{n met percent} voice{kept[] late[]} csat{n percent} nps{n score}
//! ratings[{scale score ticket client comment at}] waiting[{number subject client waiting_since}] tags[{tag count before minutes}]
//! clients[{client count before minutes}] hours[{client agent actual_minutes billable_minutes}] weeks[{week opened closed}]
//! left_out{spam muted automatic merged}`. Both days of the period are in; all times are calendar time.

pub mod handover;
mod issues;
mod lists;
mod meeting;
mod sentence;
mod words;

use super::figures::{TIMES, count, data, measures, minutes, named, period, rates, tickets};
use super::topics::Row;
use super::{Audience, Cell, Part, Report, Shape};
use crate::domain::insight::calls::Call;
use crate::domain::insight::metrics::{Figures, Rate};
use crate::domain::insight::star::{Reading, Star};
use crate::domain::rating::Rated;
use crate::domain::sla::ByVoice;
use crate::domain::time::{Date, Minutes, Moment};
use crate::domain::tongue::Tongue;
use crate::domain::topic::Known;
use sentence::{compared, lead, volume};
pub use words::Span;

/// What the recap tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecapFacts {
    /// In which language people read it.
    pub tongue: Tongue,
    /// Now.
    pub now: Moment,
    /// What the page is about, as people read it: the period, its zone, and the query where there is one.
    pub label: String,
    /// The period before, as people read it.
    pub before_label: String,
    /// What a period of this length is called.
    pub span: Span,
    /// Where the period is not over yet, until when it was counted, in local time.
    pub counted_to: Option<String>,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The first instant after it.
    pub ends: Moment,
    /// The figures of the period.
    pub figures: Figures,
    /// Those of the period before.
    pub before: Figures,
    /// What was decided about topics, and what came of it.
    pub decisions: Vec<Decision>,
    /// The issues that its tickets share, the biggest first.
    pub topics: Vec<Row>,
    /// The figure that was chosen.
    pub star: Option<StarFacts>,
    /// Whom to call.
    pub calls: Vec<Call>,
    /// What was closed with a workaround.
    pub debt: Debt,
    /// What customers said in the period, the worst first.
    pub said: Vec<Rated>,
    /// Promises kept among those due, and those of the period before; none: nothing is promised.
    pub kept: Option<(Rate, Rate)>,
    /// What came of promises by voice.
    pub voice: ByVoice,
    /// Tickets opened, by tag.
    pub tags: Vec<BusyTag>,
    /// Tickets opened, by client.
    pub clients: Vec<BusyClient>,
    /// Worked time of the period, in the order to be shown.
    pub hours: Vec<Hours>,
    /// Tickets that wait for us now.
    pub waiting: Vec<Waiting>,
    /// The last weeks up to this one, oldest first; may be empty.
    pub weeks: Vec<Week>,
    /// How many tickets of the period are in no figure.
    pub left_out: LeftOut,
}

/// What was decided about a topic, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The number of the topic.
    pub topic: i64,
    /// Its name.
    pub name: String,
    /// What was decided: the topic as it stands.
    pub decided: Known,
    /// Its tickets in the period, those since the decision.
    pub tickets: usize,
    /// Those of as long a time just before the decision.
    pub before: usize,
    /// It was decided so lately that nothing can be said.
    pub early: bool,
    /// Its tickets since it was said to be fixed.
    pub returned: usize,
    /// The day by which it was to be done, where that is over.
    pub overdue: Option<Date>,
}

/// The figure that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarFacts {
    /// Which.
    pub star: Star,
    /// In the period.
    pub now: Reading,
    /// In the period before.
    pub before: Reading,
    /// In each of the last weeks.
    pub weeks: Vec<Reading>,
}

/// What was closed with a workaround, and so may come again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Debt {
    /// Tickets of the period.
    pub now: usize,
    /// Those of 90 days up to its end.
    pub standing: usize,
    /// Minutes worked on these.
    pub minutes: Minutes,
    /// Names of topics that have most of them in the period, with their number.
    pub topics: Vec<(String, usize)>,
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

/// How much of the page people see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What the meeting talks about.
    Meeting,
    /// The figures and charts, too.
    Figures,
    /// Every row of every list.
    All,
}

/// The report of `recap`.
///
/// ```
/// use frontdesk::{domain::insight::metrics::Figures, report::{Part, recap::{Depth, RecapFacts, recap}}};
/// let figures = Figures { opened: 31, closed: 28, backlog: 14, ..Figures::default() };
/// let before = Figures { opened: 22, closed: 30, backlog: 11, ..Figures::default() };
/// let page = recap(&RecapFacts { label: "Week 46".into(), figures, before, ..RecapFacts::default() }, Depth::Meeting);
/// assert_eq!(page.title, "Recap: Week 46");
/// assert!(page.parts.contains(&Part::Prose("More came in than went out: 31 in, 28 out, and the backlog grew by 3 to 14.".into())));
/// assert!(page.parts.contains(&Part::Prose("31 in (+9) · 28 out (−2) · backlog 14 (+3)".into())));
/// ```
#[must_use]
pub fn recap(facts: &RecapFacts, depth: Depth) -> Report {
    let (now, tongue) = (&facts.figures, facts.tongue);
    let before = Some(&facts.before).filter(|b| b.opened + b.closed + b.backlog > 0);
    let most = if depth == Depth::All { usize::MAX } else { SHOWN };
    // A spreadsheet gets the first table that is for programs.
    let mut parts = vec![Part::Table(lists::sheet(now, &facts.before))];
    parts.extend(issues::decisions(facts));
    parts.extend(issues::parts(facts, most));
    parts.push(issues::data(&facts.topics));
    parts.extend(meeting::star(facts));
    parts.extend(meeting::calls(facts, most));
    parts.extend(meeting::debt(facts));
    parts.push(Part::Prose(lead(now, before, facts.span, tongue)));
    parts.push(Part::Prose(volume(now, before, tongue)));
    parts.extend(facts.counted_to.as_ref().map(|until| {
        Part::Prose(tongue.of(
            format!("The period is not over: counted up to {until}."),
            format!("Период не закончен: посчитано до {until}."),
        ))
    }));
    parts.extend(compared(facts, before).map(Part::Prose));
    parts.push(figures_data(facts));
    parts.extend(meeting::promises(facts));
    parts.extend(meeting::satisfaction(facts, most));
    let mut figures = lists::figures(facts, before, most);
    if depth == Depth::Meeting {
        figures.retain(for_programs);
    }
    parts.append(&mut figures);
    parts.extend(lists::left_out(facts));
    if depth == Depth::Meeting {
        parts.push(Part::Prose(
            tongue
                .of("Times, clients, tags, hours: desk recap --all", "Сроки, клиенты, метки, часы: desk recap --all")
                .to_owned(),
        ));
    }
    if tongue == Tongue::Ru {
        parts.iter_mut().for_each(|part| in_russian(part, facts.now));
    }
    let title = tongue.of(format!("Recap: {}", facts.label), format!("Итоги: {}", facts.label));
    Report { title, shape: Shape::Object, parts, notes: vec![] }
}

/// Whether only data formats carry the part.
fn for_programs(part: &Part) -> bool {
    match part {
        Part::Facts(facts) => facts.audience == Audience::Data,
        Part::Table(table) | Part::Cards(table) => table.audience == Audience::Data,
        _ => false,
    }
}

/// What people read gets Russian units; what programs read stays.
pub(super) fn in_russian(part: &mut Part, now: Moment) {
    let say = |cell: &mut Cell| match cell {
        Cell::Minutes(n) => *cell = named(&Tongue::Ru.worked(*n)),
        Cell::Elapsed(n) => *cell = named(&Tongue::Ru.time(*n)),
        Cell::Ago(at) => *cell = named(&Tongue::Ru.time(now.since(*at) / 60)),
        Cell::Due(at) => {
            let time = Tongue::Ru.time((at.since(now) / 60).abs());
            *cell = named(&if *at < now { format!("{time} назад") } else { format!("через {time}") });
        }
        Cell::Permille(n) => *cell = named(&format!("{} %", Tongue::Ru.tenths(*n))),
        Cell::Decimal(text) => *cell = named(&text.replace('.', ",")),
        _ => {}
    };
    match part {
        Part::Table(table) if table.audience == Audience::People => {
            table.rows.iter_mut().chain(table.total.as_mut()).flatten().for_each(say);
        }
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::insight::metrics::Times;
    use crate::report::{Chart, Plot, Table};

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
        let report = recap(&facts(), Depth::Figures);
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
        assert_eq!(prose(&recap(&facts, Depth::Figures))[1], "31 in (+9) · 28 out (−2) · backlog 14 (+3)");
        facts.figures.reopened = 2;
        facts.before.opened = 31;
        let report = recap(&facts, Depth::Figures);
        assert_eq!(prose(&report)[1], "31 in (±0) · 28 out (−2) · backlog 14 (+3) · 2 reopened (+2)");
    }

    #[test]
    fn with_nothing_in_the_week_before_there_is_too_little_to_compare() {
        let report = recap(&RecapFacts { before: Figures::default(), ..facts() }, Depth::Figures);
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
        let report = recap(&facts(), Depth::Figures);
        let shown = tables(&report, "Longest waiting now (5 of 7)");
        let numbers: Vec<_> = shown[0].rows.iter().map(|r| r[0].clone()).collect();
        assert_eq!(numbers, [7, 6, 5, 4, 3].map(Cell::Ticket));
        assert_eq!((keyed(&report, "waiting").rows.len(), keyed(&report, "waiting").audience), (7, Audience::Data));
    }

    #[test]
    fn the_busiest_come_first_and_an_empty_list_is_not_shown() {
        let report = recap(&facts(), Depth::Figures);
        let names: Vec<_> = keyed(&report, "tags").rows.iter().map(|r| r[0].clone()).collect();
        assert_eq!(names, ["bug", "api", "vat"].map(named));
        assert!(tables(&report, "Busiest clients").is_empty());
        assert!(keyed(&report, "clients").rows.is_empty());
    }

    #[test]
    fn hours_end_with_their_sum() {
        let report = recap(&facts(), Depth::Figures);
        let total = tables(&report, "Hours")[0].total.clone().unwrap();
        assert_eq!(total[2..], [Cell::Minutes(120), Cell::Minutes(90)]);
    }

    #[test]
    fn hours_that_are_not_shown_stand_in_one_row_so_that_the_total_is_the_sum_of_the_rows() {
        let one = facts().hours[0].clone();
        let report = |rows: usize, all: bool| {
            let depth = if all { Depth::All } else { Depth::Figures };
            recap(&RecapFacts { hours: vec![one.clone(); rows], ..facts() }, depth)
        };
        let lines = |rows, all| tables(&report(rows, all), "Hours")[0].rows.clone();
        assert_eq!((lines(6, false).len(), lines(7, false).len(), lines(7, true).len()), (6, 6, 7));
        assert_eq!(lines(7, false)[5], [named("2 others"), Cell::Empty, Cell::Minutes(180), Cell::Minutes(120)]);
        assert_eq!(keyed(&report(7, false), "hours").rows.len(), 7);
    }

    #[test]
    fn work_without_a_client_is_named_for_people_and_null_for_scripts() {
        let mut facts = facts();
        facts.hours[0].client = None;
        let report = recap(&facts, Depth::Figures);
        assert_eq!(tables(&report, "Hours")[0].rows[0][0], named("no client"));
        assert_eq!(keyed(&report, "hours").rows[0][0], Cell::Empty);
    }

    #[test]
    fn the_foot_says_what_is_in_no_figure() {
        let report = recap(&facts(), Depth::Figures);
        assert_eq!(prose(&report).last(), Some(&"In no figure: 12 spam, 1 merged."));
        let report = recap(&RecapFacts { left_out: LeftOut::default(), ..facts() }, Depth::Figures);
        assert!(!prose(&report).iter().any(|p| p.starts_with("In no figure")));
    }

    #[test]
    fn the_volume_of_the_weeks_is_a_chart_for_people_and_rows_for_scripts() {
        let week = |n: i64| Week { label: n.to_string(), opened: n, closed: 50 - n };
        let report = recap(&RecapFacts { weeks: (39..=46).map(week).collect(), ..facts() }, Depth::Figures);
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
        for part in recap(&facts(), Depth::Figures).parts {
            if let Part::Table(t) = part {
                assert!(t.rows.iter().chain(&t.total).all(|row| row.len() == t.columns.len()), "{t:?}");
            }
        }
    }
}
