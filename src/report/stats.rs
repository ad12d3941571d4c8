//! `desk stats`: the figures of a period beside those of the period before, and of each group. How they are computed is in
//! `domain::insight::metrics`.
//!
//! JSON: `period{from,to} tickets{opened closed reopened backlog} first_response{n median_minutes p90_minutes
//! business{median_minutes p90_minutes}} next_response{…} first_resolution{…} full_resolution{…} requester_wait{…} agent_work{…}
//! one_touch_percent reopen_percent sla[{kind met missed percent}] csat{n percent} nps{n score} groups[{name tickets{…}
//! first_response{…} … one_touch_percent reopen_percent csat{…} nps{…}}]`. Both days of the period are in; `mean_minutes` stands
//! beside the others where it was asked for.

use super::figures::{
    EFFORTS, Moved, Shown, TIMES, count, data, is_few, measured, named, percent, period, rates, rates_compared,
    said_compared, satisfaction, tickets, times_compared, took,
};
use super::sla::kept::{self, Kept};
use super::{Audience, Bar, Cell, Chart, Column, Part, Plot, Report, Series, Shape, Style, Table};
use crate::domain::insight::metrics::{Figures, Times};
use crate::domain::time::Date;

/// What `stats` tells.
#[derive(Debug, Clone, PartialEq)]
pub struct StatsFacts {
    /// What the figures are about, as people read it: the period, its zone, and the query where there is one.
    pub period_label: String,
    /// The period before, as people read it.
    pub before_label: String,
    /// Where the period is not over yet, the sentence that says so.
    pub unfinished: Option<String>,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// The figures of the period.
    pub figures: Figures,
    /// Those of the period of the same length just before.
    pub before: Figures,
    /// The figures of each group.
    pub by: Option<Groups>,
    /// What came of promises; none where there are none.
    pub kept: Option<Kept>,
    /// People are told business time.
    pub business: bool,
    /// Whose hours business time goes by; none: that is not clear, and there is none.
    pub hours: Option<String>,
    /// The mean is told, too.
    pub mean: bool,
}

/// Figures told apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// What by.
    pub by: &'static str,
    /// Each group.
    pub rows: Vec<Group>,
    /// When tickets come in: how many in each hour of each weekday, where that was asked for.
    pub week: Option<Box<[[i64; 24]; 7]>>,
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
    /// How many were opened in the period before; none: not compared.
    pub opened_before: Option<i64>,
    /// How many were closed in the period before; none: not compared.
    pub closed_before: Option<i64>,
}

/// How many bars a picture has at most.
const BARS: usize = 12;

/// The report of `stats`.
///
/// ```
/// use frontdesk::{domain::{insight::metrics::Figures, time::Date}, report::stats::{StatsFacts, stats}};
/// let day = |d| Date::from_ymd_opt(2026, 11, d).unwrap();
/// let (figures, before) = (Figures { opened: 3, ..Figures::default() }, Figures::default());
/// let facts = StatsFacts { period_label: "9 – 15 November 2026".into(), before_label: "2 – 8 November 2026".into(),
///     unfinished: None, from: day(9), to: day(15), figures, before, by: None, kept: None, business: false, hours: None, mean: false };
/// assert_eq!(stats(&facts).title, "Figures: 9 – 15 November 2026");
/// ```
#[must_use]
pub fn stats(facts: &StatsFacts) -> Report {
    let f = &facts.figures;
    let shown = Shown { business: facts.business, mean: facts.mean };
    let mut parts = members(facts);
    parts.extend(facts.unfinished.clone().map(Part::Prose));
    parts.push(Part::Prose(format!("Compared with {}.", facts.before_label)));
    parts.push(Part::Table(tickets_table(f, &facts.before)));
    parts.push(Part::Table(times_compared(f, &facts.before, shown)));
    if let Some(hours) = facts.hours.as_ref().filter(|_| facts.business) {
        parts.push(Part::Prose(format!("Business time is that of the calendar {hours}.")));
    }
    parts.push(Part::Table(rates_compared(f, &facts.before)));
    let kept = facts.kept.as_ref().map(|kept| kept::table(&kept.kinds, &kept.period, ("before", &kept.before)));
    parts.extend(kept.map(Part::Table));
    parts.extend(said_compared(f, &facts.before).map(Part::Table));
    if let Some(groups) = &facts.by {
        parts.extend(picture(groups).map(Part::Chart));
        parts.push(Part::Table(groups_table(groups, shown)));
        let few = |g: &Group| is_few(g.figures.first_response.n) || is_few(g.figures.full_resolution.n);
        if groups.rows.iter().any(few) {
            parts.push(Part::Prose("A median with n below 5 is too few to judge.".to_owned()));
        }
    }
    Report { title: format!("Figures: {}", facts.period_label), shape: Shape::Object, parts, notes: vec![] }
}

/// What scripts read. Only groups are a table, so that they are what CSV prints.
fn members(facts: &StatsFacts) -> Vec<Part> {
    let f = &facts.figures;
    let mut cells = vec![period(facts.from, facts.to), ("tickets", Cell::Record(tickets(f)))];
    cells.extend(times(f, facts));
    cells.extend(rates(f));
    let kept = facts.kept.as_ref().map(|kept| kept::cells(&kept.kinds, &kept.period));
    cells.push(("sla", kept.unwrap_or_else(|| Cell::List(vec![]))));
    cells.extend(satisfaction(f));
    match &facts.by {
        None => {
            cells.push(("groups", Cell::List(vec![])));
            vec![data(cells)]
        }
        Some(groups) => vec![data(cells), Part::Table(groups_data(groups, facts))],
    }
}

fn times<'a>(f: &'a Figures, facts: &'a StatsFacts) -> impl Iterator<Item = (&'static str, Cell)> + 'a {
    let cell = |times| Cell::Record(measured(times, facts.mean, facts.hours.is_some()));
    TIMES.iter().chain(&EFFORTS).map(move |(key, _, of)| (*key, cell(of(f))))
}

fn tickets_table(now: &Figures, before: &Figures) -> Table {
    let row = |name, of: fn(&Figures) -> i64| {
        let (is, was) = (of(now), of(before));
        vec![named(name), Cell::Count(is), Cell::Count(was), Moved::Count(Some(is), Some(was)).told()]
    };
    Table {
        audience: Audience::People,
        columns: vec![
            Column::new("figure", "tickets", Style::Left),
            Column::new("now", "now", Style::Right),
            Column::new("before", "before", Style::Right),
            Column::new("change", "change", Style::Left),
        ],
        rows: vec![
            row("opened", |f| f.opened),
            row("closed", |f| f.closed),
            row("reopened", |f| f.reopened),
            row("backlog at the end", |f| f.backlog),
        ],
        ..Table::default()
    }
}

fn groups_data(groups: &Groups, facts: &StatsFacts) -> Table {
    let cells = |group: &Group| {
        let f = &group.figures;
        let mut cells = vec![("name", named(&group.name)), ("tickets", Cell::Record(tickets(f)))];
        cells.extend(times(f, facts));
        cells.extend(rates(f));
        cells.extend(satisfaction(f));
        cells
    };
    let columns = cells(&Group::default()).into_iter().map(|(key, _)| Column::data(key)).collect();
    let rows = groups.rows.iter().map(|group| cells(group).into_iter().map(|(_, cell)| cell).collect()).collect();
    Table { key: "groups", audience: Audience::Data, columns, rows, ..Table::default() }
}

fn groups_table(groups: &Groups, shown: Shown) -> Table {
    let by = groups.by;
    let rated = groups.rows.iter().any(|g| g.figures.csat.n > 0);
    let mut columns = vec![
        Column::new("name", by, Style::Flex),
        Column::new("opened", "opened", Style::Right),
        Column::new("closed", "closed", Style::Right),
        Column::new("backlog", "backlog", Style::Right),
        Column::new("first_response", "response", Style::Right),
        Column::new("first_response_n", "n", Style::Right),
        Column::new("full_resolution", "resolution", Style::Right),
        Column::new("full_resolution_n", "n", Style::Right),
    ];
    if rated {
        columns.extend([Column::new("csat", "CSAT", Style::Right), Column::new("csat_n", "n", Style::Right)]);
    }
    let rows = groups.rows.iter().map(|group| {
        let f = &group.figures;
        let mut cells = group_row(group, shown.business);
        if rated {
            cells.extend([percent(f.csat), Cell::Count(f.csat.n)]);
        }
        cells
    });
    let time = if shown.business { "business time" } else { "calendar time" };
    Table {
        title: format!("By {by}: median first response and full resolution, {time}"),
        audience: Audience::People,
        columns,
        rows: rows.collect(),
        empty: "Nothing happened in this period.",
        ..Table::default()
    }
}

fn group_row(group: &Group, business: bool) -> Vec<Cell> {
    let f = &group.figures;
    let median = |times: Times| took(times.spread(business).median, business);
    vec![
        named(&group.name),
        Cell::Count(f.opened),
        Cell::Count(f.closed),
        Cell::Count(f.backlog),
        median(f.first_response),
        Cell::Count(count(f.first_response.n)),
        median(f.full_resolution),
        Cell::Count(count(f.full_resolution.n)),
    ]
}

/// The picture that suits: the hours of the week, opened and closed over weeks, else bars of what was opened, or of what agents
/// closed. None where there is nothing to compare.
fn picture(groups: &Groups) -> Option<Chart> {
    if let Some(week) = &groups.week {
        return Some(Chart { title: "When tickets come in".to_owned(), plot: Plot::Week(week.clone()) });
    }
    if groups.rows.len() < 2 {
        return None;
    }
    if groups.by == "week" {
        let series = |name: &str, of: fn(&Figures) -> i64| {
            let values = groups.rows.iter().map(|g| Cell::Count(of(&g.figures))).collect();
            Series { name: name.to_owned(), values }
        };
        // The year stands in the table.
        let short = |name: &str| name.split_once('-').map_or(name, |(_, week)| week).to_owned();
        let labels = groups.rows.iter().map(|g| short(&g.name)).collect();
        let series = vec![series("opened", |f| f.opened), series("closed", |f| f.closed)];
        return Some(Chart { title: "Opened and closed".to_owned(), plot: Plot::Series { labels, series } });
    }
    let agents = groups.by == "agent";
    let value = |g: &Group| if agents { g.figures.closed } else { g.figures.opened };
    let mut rows: Vec<&Group> = groups.rows.iter().filter(|g| value(g) > 0).collect();
    rows.sort_by_key(|g| -value(g));
    let hidden = rows.len().saturating_sub(BARS);
    let bar = |g: &&Group| Bar {
        label: g.name.clone(),
        value: Cell::Count(value(g)),
        before: if agents { g.closed_before } else { g.opened_before }.map_or(Cell::Empty, Cell::Count),
    };
    let what = if agents { "Closed" } else { "Opened" };
    let of = if hidden > 0 { format!(" ({BARS} of {})", rows.len()) } else { String::new() };
    let bars: Vec<Bar> = rows.iter().take(BARS).map(bar).collect();
    (bars.len() > 1).then(|| Chart { title: format!("{what}, by {}{of}", groups.by), plot: Plot::Bars(bars) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::insight::metrics::Rate;

    fn times(n: usize, minutes: i64) -> Times {
        Times { n, median: Some(minutes * 60), p90: Some(minutes * 120), ..Times::default() }
    }

    fn facts(n: usize) -> StatsFacts {
        let day = |d| Date::from_ymd_opt(2026, 11, d).unwrap();
        let figures = Figures {
            opened: 31,
            closed: 28,
            reopened: 2,
            backlog: 14,
            first_response: times(n, 42),
            one_touch: Rate { hits: 10, n: 28 },
            reopen: Rate { hits: 2, n: 28 },
            ..Figures::default()
        };
        let before = Figures { opened: 22, first_response: times(20, 55), ..Figures::default() };
        StatsFacts {
            period_label: "9 – 15 November 2026".to_owned(),
            before_label: "2 – 8 November 2026".to_owned(),
            unfinished: None,
            from: day(9),
            to: day(15),
            figures,
            before,
            by: None,
            kept: None,
            business: false,
            hours: Some("24x7".to_owned()),
            mean: false,
        }
    }

    fn groups(by: &'static str, rows: &[(&str, Figures)]) -> Option<Groups> {
        let group = |(name, figures): &(&str, Figures)| Group {
            name: (*name).to_owned(),
            figures: *figures,
            ..Group::default()
        };
        Some(Groups { by, rows: rows.iter().map(group).collect(), week: None })
    }

    /// A member of the data that is no table, as the names and cells in it.
    fn member(report: &Report, key: &str) -> Vec<(&'static str, Cell)> {
        let Some(Part::Facts(facts)) = report.parts.first() else { panic!("no members") };
        match facts.rows.iter().find(|r| r.key == key).map(|r| r.cell.clone()) {
            Some(Cell::Record(cells)) => cells,
            Some(cell) => vec![("", cell)],
            None => panic!("no {key}"),
        }
    }

    fn for_people(report: &Report) -> Vec<&Table> {
        let shown = report.parts.iter().filter_map(|part| match part {
            Part::Table(t) if t.audience != Audience::Data => Some(t),
            _ => None,
        });
        shown.collect()
    }

    #[test]
    fn scripts_find_the_agreed_keys_in_order() {
        let report = stats(&facts(28));
        let Some(Part::Facts(all)) = report.parts.first() else { panic!("no members") };
        assert_eq!(
            all.rows.iter().map(|r| r.key).collect::<Vec<_>>().join(" "),
            "period tickets first_response next_response first_resolution full_resolution requester_wait agent_work \
             one_touch_percent reopen_percent sla csat nps groups"
        );
        let keys = |key| member(&report, key).iter().map(|(key, _)| *key).collect::<Vec<_>>().join(" ");
        assert_eq!(keys("period"), "from to");
        assert_eq!(keys("tickets"), "opened closed reopened backlog");
        for time in ["first_response", "next_response", "first_resolution", "full_resolution"] {
            assert_eq!(keys(time), "n median_minutes p90_minutes business");
        }
        assert_eq!((keys("csat").as_str(), keys("nps").as_str()), ("n percent", "n score"));
        assert_eq!(
            (member(&report, "sla"), member(&report, "groups")),
            (vec![("", Cell::List(vec![]))], vec![("", Cell::List(vec![]))])
        );
    }

    #[test]
    fn times_are_minutes_and_shares_tenths_of_a_percent() {
        let report = stats(&facts(28));
        let cells: Vec<_> = member(&report, "first_response").into_iter().map(|(_, cell)| cell).collect();
        assert_eq!(cells[..3], [Cell::Count(28), Cell::Elapsed(42), Cell::Elapsed(84)]);
        let business = vec![("median_minutes", Cell::Empty), ("p90_minutes", Cell::Empty)];
        assert_eq!(cells[3], Cell::Record(business));
        let unknown = stats(&StatsFacts { hours: None, ..facts(28) });
        assert_eq!(member(&unknown, "first_response")[3], ("business", Cell::Empty));
        assert_eq!(member(&report, "one_touch_percent"), [("", Cell::Permille(357))]);
    }

    #[test]
    fn people_see_the_period_before_and_that_it_is_calendar_time() {
        let report = stats(&facts(28));
        let tables = for_people(&report);
        let heads: Vec<_> = tables[1].columns.iter().map(|c| c.head).collect();
        assert_eq!(heads, ["calendar time", "median", "p90", "n", "before", "change"]);
        let shorter = named("↓ 13m shorter");
        let row = [Cell::Elapsed(42), Cell::Elapsed(84), Cell::Count(28), Cell::Elapsed(55), shorter];
        assert_eq!(tables[1].rows[0][1..], row);
        assert_eq!(tables[0].rows[0][1..], [Cell::Count(31), Cell::Count(22), named("↑ 9 more")]);
    }

    #[test]
    fn business_time_and_the_mean_are_told_where_they_are_asked_for() {
        let mut facts = StatsFacts { business: true, mean: true, ..facts(28) };
        facts.figures.first_response.business.median = Some(600);
        facts.figures.first_response.business.mean = Some(900);
        let report = stats(&facts);
        let table = for_people(&report)[1].clone();
        let heads: Vec<_> = table.columns.iter().map(|c| c.head).take(4).collect();
        assert_eq!(heads, ["business time", "median", "p90", "mean"]);
        assert_eq!(table.rows[0][1..4], [Cell::Minutes(10), Cell::Empty, Cell::Minutes(15)]);
        assert!(report.parts.contains(&Part::Prose("Business time is that of the calendar 24x7.".to_owned())));
        assert_eq!(member(&report, "first_response")[3].0, "mean_minutes");
    }

    #[test]
    fn what_customers_said_is_shown_where_anybody_said_anything() {
        use crate::domain::insight::metrics::Nps;
        assert!(for_people(&stats(&facts(28))).iter().all(|t| t.columns[0].head != "customers say"));
        let mut facts = facts(28);
        facts.figures.csat = Rate { hits: 9, n: 10 };
        facts.figures.nps = Nps { promoters: 1, detractors: 2, n: 4 };
        let report = stats(&facts);
        let table = for_people(&report).into_iter().find(|t| t.columns[0].head == "customers say").unwrap().clone();
        assert_eq!(table.rows[0][1..3], [Cell::Permille(900), Cell::Count(10)]);
        assert_eq!(table.rows[1][1], Cell::Decimal("-25.0".to_owned()));
        assert_eq!(table.rows[1][5], named("n = 4, too few to judge"));
        assert_eq!(member(&report, "nps"), [("n", Cell::Count(4)), ("score", Cell::Decimal("-25.0".to_owned()))]);
    }

    #[test]
    fn below_five_the_figure_says_that_it_judges_nothing() {
        let judged = |n| {
            let report = stats(&facts(n));
            for_people(&report)[1].rows[0].get(6).cloned()
        };
        assert_eq!(judged(3), Some(Cell::Text("n = 3, too few to judge".to_owned())));
        assert_eq!(judged(5), None);
    }

    #[test]
    fn a_figure_compared_with_too_few_says_so() {
        let mut facts = facts(28);
        facts.before.first_response.n = 2;
        let report = stats(&facts);
        assert_eq!(for_people(&report)[1].rows[0][6], Cell::Text("before: n = 2".to_owned()));
    }

    #[test]
    fn groups_are_a_table_for_people_and_objects_for_scripts() {
        let mut facts = facts(28);
        facts.by = groups("agent", &[("ana", facts.figures), ("bob", Figures::default())]);
        let report = stats(&facts);
        let tables = for_people(&report);
        assert_eq!((tables.len(), tables[3].columns[0].head), (4, "agent"));
        assert!(!matches!(report.parts.last(), Some(Part::Prose(_))));
        assert_eq!(tables[3].rows[0][..3], [named("ana"), Cell::Count(31), Cell::Count(28)]);
        let groups = report.parts.iter().find_map(|p| match p {
            Part::Table(t) if t.key == "groups" => Some(t),
            _ => None,
        });
        let row = &groups.unwrap().rows[0];
        assert_eq!(row[1], Cell::Record(tickets(&facts.figures)));
        assert_eq!((row.len(), groups.unwrap().columns.len()), (12, 12));
    }

    #[test]
    fn groups_that_are_too_small_are_said_below() {
        let mut facts = facts(3);
        facts.by = groups("tag", &[("vat", facts.figures)]);
        let said = Part::Prose("A median with n below 5 is too few to judge.".to_owned());
        assert_eq!(stats(&facts).parts.last(), Some(&said));
    }

    fn chart(facts: &StatsFacts) -> Option<Chart> {
        stats(facts).parts.into_iter().find_map(|part| if let Part::Chart(chart) = part { Some(chart) } else { None })
    }

    #[test]
    fn groups_are_drawn_beside_the_period_before() {
        let mut facts = facts(28);
        facts.by = groups("tag", &[("bug", Figures { opened: 2, ..facts.figures }), ("vat", facts.figures)]);
        facts.by.as_mut().unwrap().rows[1].opened_before = Some(40);
        let Some(Chart { title, plot: Plot::Bars(bars) }) = chart(&facts) else { panic!("no bars") };
        assert_eq!(
            (title.as_str(), bars[0].label.as_str(), &bars[0].before),
            ("Opened, by tag", "vat", &Cell::Count(40))
        );
        facts.by = groups("tag", &[("vat", facts.figures)]);
        assert_eq!(chart(&facts), None);
    }

    #[test]
    fn weeks_are_columns_and_hours_the_fields_of_a_week() {
        let mut facts = facts(28);
        facts.by = groups("week", &[("2026-W45", facts.figures), ("2026-W46", facts.figures)]);
        let Some(Chart { plot: Plot::Series { labels, series }, .. }) = chart(&facts) else { panic!("no columns") };
        assert_eq!((labels, series.len()), (vec!["W45".to_owned(), "W46".to_owned()], 2));
        facts.by = groups("hour", &[("09:00", facts.figures)]);
        facts.by.as_mut().unwrap().week = Some(Box::new([[1; 24]; 7]));
        assert!(matches!(chart(&facts).unwrap().plot, Plot::Week(_)));
    }

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        for n in [0, 3, 28] {
            let mut facts = facts(n);
            facts.by = groups("tag", &[("vat", facts.figures)]);
            for part in stats(&facts).parts {
                if let Part::Table(t) = part {
                    assert!(t.rows.iter().all(|row| row.len() == t.columns.len()), "{t:?}");
                }
            }
        }
    }
}
