//! `desk stats`: the figures of a period beside those of the period before, and of each group. How they are computed is in
//! `domain::insight::metrics`.
//!
//! JSON: `period{from,to} tickets{opened closed reopened backlog} first_response{n median_minutes p90_minutes business}
//! next_response{…} first_resolution{…} full_resolution{…} one_touch_percent reopen_percent sla[{kind met missed percent}] csat{n percent}
//! nps{n score} groups[{name tickets{…} first_response{n median_minutes p90_minutes} … one_touch_percent
//! reopen_percent}]`. Both days of the period are in; all times are calendar time.

use super::figures::{
    TIMES, count, data, is_few, measures, minutes, named, period, rates, rates_table, tickets, times_table,
};
use super::sla::kept::{self, Kept};
use super::{Audience, Cell, Column, Part, Report, Shape, Style, Table};
use crate::domain::insight::metrics::Figures;
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
    /// What they are grouped by, and the figures of each group.
    pub by: Option<(&'static str, Vec<(String, Figures)>)>,
    /// What came of promises; none where there are none.
    pub kept: Option<Kept>,
}

/// The report of `stats`.
///
/// ```
/// use frontdesk::{domain::{insight::metrics::Figures, time::Date}, report::stats::{StatsFacts, stats}};
/// let day = |d| Date::from_ymd_opt(2026, 11, d).unwrap();
/// let (figures, before) = (Figures { opened: 3, ..Figures::default() }, Figures::default());
/// let facts = StatsFacts { period_label: "9 – 15 November 2026".into(), before_label: "2 – 8 November 2026".into(),
///     unfinished: None, from: day(9), to: day(15), figures, before, by: None, kept: None };
/// assert_eq!(stats(&facts).title, "Figures: 9 – 15 November 2026");
/// ```
#[must_use]
pub fn stats(facts: &StatsFacts) -> Report {
    let f = &facts.figures;
    let mut parts = members(facts);
    parts.extend(facts.unfinished.clone().map(Part::Prose));
    parts.push(Part::Prose(format!("Compared with {}.", facts.before_label)));
    parts.push(Part::Table(tickets_table(f, &facts.before)));
    parts.push(Part::Table(rates_table(f, Some(&facts.before))));
    parts.push(Part::Table(times_table(f, Some(&facts.before))));
    let kept = facts.kept.as_ref().map(|kept| kept::table(&kept.kinds, &kept.period, ("before", &kept.before)));
    parts.extend(kept.map(Part::Table));
    if let Some((by, rows)) = &facts.by {
        parts.push(Part::Table(groups_table(by, rows)));
        if rows.iter().any(|(_, f)| is_few(f.first_response.n) || is_few(f.full_resolution.n)) {
            parts.push(Part::Prose("A median with n below 5 is too few to judge.".to_owned()));
        }
    }
    Report { title: format!("Figures: {}", facts.period_label), shape: Shape::Object, parts, notes: vec![] }
}

/// What scripts read. Only groups are a table, so that they are what CSV prints.
fn members(facts: &StatsFacts) -> Vec<Part> {
    let f = &facts.figures;
    let mut cells = vec![period(facts.from, facts.to), ("tickets", Cell::Record(tickets(f)))];
    for (key, _, of) in TIMES {
        let mut measured = measures(of(f));
        measured.push(("business", Cell::Empty));
        cells.push((key, Cell::Record(measured)));
    }
    cells.extend(rates(f));
    let kept = facts.kept.as_ref().map(|kept| kept::cells(&kept.kinds, &kept.period));
    cells.push(("sla", kept.unwrap_or_else(|| Cell::List(vec![]))));
    cells.push(("csat", Cell::Record(vec![("n", Cell::Count(0)), ("percent", Cell::Empty)])));
    cells.push(("nps", Cell::Record(vec![("n", Cell::Count(0)), ("score", Cell::Empty)])));
    match &facts.by {
        None => {
            cells.push(("groups", Cell::List(vec![])));
            vec![data(cells)]
        }
        Some((_, rows)) => vec![data(cells), Part::Table(groups_data(rows))],
    }
}

fn tickets_table(now: &Figures, before: &Figures) -> Table {
    let row = |name, of: fn(&Figures) -> i64| vec![named(name), Cell::Count(of(now)), Cell::Count(of(before))];
    Table {
        audience: Audience::People,
        columns: vec![
            Column::new("figure", "tickets", Style::Left),
            Column::new("now", "now", Style::Right),
            Column::new("before", "before", Style::Right),
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

fn groups_data(rows: &[(String, Figures)]) -> Table {
    let mut columns = vec![Column::data("name"), Column::data("tickets")];
    columns.extend(TIMES.map(|(key, ..)| Column::data(key)));
    columns.extend([Column::data("one_touch_percent"), Column::data("reopen_percent")]);
    let rows = rows.iter().map(|(name, f)| {
        let mut cells = vec![named(name), Cell::Record(tickets(f))];
        cells.extend(TIMES.map(|(_, _, of)| Cell::Record(measures(of(f)))));
        cells.extend(rates(f).into_iter().map(|(_, cell)| cell));
        cells
    });
    Table { key: "groups", audience: Audience::Data, columns, rows: rows.collect(), ..Table::default() }
}

fn groups_table(by: &'static str, rows: &[(String, Figures)]) -> Table {
    let columns = vec![
        Column::new("name", by, Style::Flex),
        Column::new("opened", "opened", Style::Right),
        Column::new("closed", "closed", Style::Right),
        Column::new("backlog", "backlog", Style::Right),
        Column::new("first_response", "response", Style::Right),
        Column::new("first_response_n", "n", Style::Right),
        Column::new("full_resolution", "resolution", Style::Right),
        Column::new("full_resolution_n", "n", Style::Right),
    ];
    Table {
        title: format!("By {by}: median first response and full resolution, calendar time"),
        audience: Audience::People,
        columns,
        rows: rows.iter().map(group_row).collect(),
        empty: "Nothing happened in this period.",
        ..Table::default()
    }
}

fn group_row((name, f): &(String, Figures)) -> Vec<Cell> {
    vec![
        named(name),
        Cell::Count(f.opened),
        Cell::Count(f.closed),
        Cell::Count(f.backlog),
        minutes(f.first_response.median_minutes()),
        Cell::Count(count(f.first_response.n)),
        minutes(f.full_resolution.median_minutes()),
        Cell::Count(count(f.full_resolution.n)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::insight::metrics::{Rate, Times};

    fn times(n: usize, minutes: i64) -> Times {
        Times { n, median: Some(minutes * 60), p90: Some(minutes * 120) }
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
        }
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
            "period tickets first_response next_response first_resolution full_resolution one_touch_percent \
             reopen_percent sla csat nps groups"
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
        assert_eq!(cells, [Cell::Count(28), Cell::Elapsed(42), Cell::Elapsed(84), Cell::Empty]);
        assert_eq!(member(&report, "one_touch_percent"), [("", Cell::Permille(357))]);
    }

    #[test]
    fn people_see_the_period_before_and_that_it_is_calendar_time() {
        let report = stats(&facts(28));
        let tables = for_people(&report);
        let heads: Vec<_> = tables[2].columns.iter().map(|c| c.head).collect();
        assert_eq!(heads, ["calendar time", "median", "p90", "n", "before"]);
        assert_eq!(tables[2].rows[0][1..], [Cell::Elapsed(42), Cell::Elapsed(84), Cell::Count(28), Cell::Elapsed(55)]);
        assert_eq!(tables[0].rows[0][1..], [Cell::Count(31), Cell::Count(22)]);
    }

    #[test]
    fn below_five_the_figure_says_that_it_judges_nothing() {
        let judged = |n| {
            let report = stats(&facts(n));
            for_people(&report)[2].rows[0].get(5).cloned()
        };
        assert_eq!(judged(3), Some(Cell::Text("n = 3, too few to judge".to_owned())));
        assert_eq!(judged(5), None);
    }

    #[test]
    fn a_figure_compared_with_too_few_says_so() {
        let mut facts = facts(28);
        facts.before.first_response.n = 2;
        let report = stats(&facts);
        assert_eq!(for_people(&report)[2].rows[0][5], Cell::Text("before: n = 2".to_owned()));
    }

    #[test]
    fn groups_are_a_table_for_people_and_objects_for_scripts() {
        let mut facts = facts(28);
        facts.by = Some(("agent", vec![("ana".to_owned(), facts.figures), ("bob".to_owned(), Figures::default())]));
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
        assert_eq!((row.len(), groups.unwrap().columns.len()), (8, 8));
    }

    #[test]
    fn groups_that_are_too_small_are_said_below() {
        let mut facts = facts(3);
        facts.by = Some(("tag", vec![("vat".to_owned(), facts.figures)]));
        let said = Part::Prose("A median with n below 5 is too few to judge.".to_owned());
        assert_eq!(stats(&facts).parts.last(), Some(&said));
    }

    #[test]
    fn every_row_has_a_cell_for_each_column() {
        for n in [0, 3, 28] {
            let mut facts = facts(n);
            facts.by = Some(("tag", vec![("vat".to_owned(), facts.figures)]));
            for part in stats(&facts).parts {
                if let Part::Table(t) = part {
                    assert!(t.rows.iter().all(|row| row.len() == t.columns.len()), "{t:?}");
                }
            }
        }
    }
}
