//! `desk doctor`: is the desk sound, and is it safe where it is.

use super::args::Answer;
use crate::desk::Desk;
use crate::error::{Error, Kind, Result};
use crate::report::{Cell, Column, Fact, Facts, Part, Report, Style, Table};
use crate::store::health::{self, Cure, Finding};
use crate::store::{Place, Reader, rescue, surroundings};
use std::path::Path;

/// Check the desk: its file, its figures, the place it lies in
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Nothing is changed without --mend; and --mend touches only rights of files and what is made from the facts: the kept
figures of tickets and the search index. Exit 4 where something was found, 0 where nothing was.

Examples:
  desk doctor
  desk doctor --deep            # each figure against its history, each mail against its hash
  desk doctor --deep --mend
  desk doctor --rescue new.db    # of a damaged desk: what can still be read, in a new file
  desk doctor --json || mail -s \"desk\" root    # for cron"
)]
pub struct Doctor {
    /// Also every ticket's figures, every mail and attachment
    #[arg(long, visible_alias = "full")]
    deep: bool,
    /// Repair what can be repaired without losing anything
    #[arg(long)]
    mend: bool,
    /// Write what can be read of a damaged desk into a new file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["deep", "mend"])]
    rescue: Option<String>,
}

impl Doctor {
    /// Looks, and mends where asked to.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        if let Some(target) = &self.rescue {
            return rescue(desk, Path::new(target));
        }
        let mut found = Vec::new();
        let mut facts = vec![Fact::new("path", "desk", Cell::Text(desk.where_it_is()))];
        match desk.store_of_existing() {
            Ok(_) => found.extend(inside(desk, self.deep, &mut facts)?),
            Err(e) if e.kind == Kind::Missing => return Err(e),
            Err(e) => found.push(Finding::of(desk.where_it_is(), e)),
        }
        if let Place::File(path) = &desk.place {
            found.extend(surroundings::look(path));
        }
        if let Ok(folder) = desk.host.config_folder() {
            found.extend(surroundings::own_settings(&folder.join("config.toml")));
        }
        let mended = if self.mend && !desk.dry { mend(desk, &mut found)? } else { Vec::new() };
        let clean = found.is_empty();
        let answer = Answer::from(told(facts, &found, &mended, self.deep));
        Ok(if clean { answer } else { answer.ending(Kind::Found) })
    }
}

/// A new desk of what can be read; exit 4 where something was lost.
fn rescue(desk: &Desk, target: &Path) -> Result<Answer> {
    let Place::File(path) = &desk.place else {
        return Err(Error::refused("this desk lives on a PostgreSQL server").hint("rescue it there: pg_dump"));
    };
    if !path.exists() {
        return Err(Error::missing(format!("there is no desk at {}", path.display())));
    }
    if desk.dry {
        return Err(Error::usage("--rescue only reads the damaged desk: it is tried by doing it"));
    }
    let done = rescue::rescue(path, target, &desk.fresh()?)?;
    let damaged: Vec<_> = done.tables.iter().filter(|t| t.gaps > 0 || t.loose > 0).collect();
    let span = |(from, to): &(i64, i64)| if from == to { from.to_string() } else { format!("{from}-{to}") };
    let lost = Cell::List(done.lost.iter().map(span).map(Cell::Text).collect());
    let facts = vec![
        Fact::new("rescued", "rescued", Cell::Text(target.display().to_string())),
        Fact::new("tickets", "tickets", Cell::Count(done.holds.tickets)),
        Fact::new("messages", "messages", Cell::Count(done.holds.messages)),
        Fact::new("operations", "operations", Cell::Count(done.holds.operations)),
        Fact::new("missing", "numbers without a ticket", lost),
    ];
    let count = |n: u64| Cell::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let rows = damaged.iter().map(|t| vec![Cell::Text(t.table.clone()), count(t.rows), count(t.gaps), count(t.loose)]);
    let table = Table {
        key: "damage",
        title: "Damage".into(),
        columns: vec![
            Column::new("table", "table", Style::Flex),
            Column::new("rows", "rows read", Style::Right),
            Column::new("gaps", "stretches lost", Style::Right),
            Column::new("loose", "left out", Style::Right),
        ],
        rows: rows.collect(),
        empty: "none: every row was read",
        ..Table::default()
    };
    let whole = damaged.is_empty();
    let target = target.display();
    let report = Report {
        parts: vec![Part::Facts(Facts { rows: facts, ..Facts::default() }), Part::Table(table)],
        notes: vec![
            format!("look at it: desk --desk {target} doctor --deep; compare it with your last backup"),
            format!("to go on with it: desk restore {target}"),
        ],
        ..Report::default()
    };
    let answer = Answer::from(report);
    Ok(if whole { answer } else { answer.ending(Kind::Found) })
}

/// What is found in the desk itself. A check that cannot be made is a finding, too.
fn inside(desk: &mut Desk, deep: bool, facts: &mut Vec<Fact>) -> Result<Vec<Finding>> {
    let (place, now, place_kind) = (desk.where_it_is(), desk.now, desk.place.clone());
    let store = desk.store_of_existing()?;
    let engine =
        if store.is_file() { format!("SQLite {}", health::library_version()) } else { "PostgreSQL".to_owned() };
    facts.push(Fact::new("engine", "engine", Cell::Text(engine)));
    facts.push(Fact::new("edition", "edition", Cell::Count(health::edition())));
    let mut found = Vec::new();
    let restore = "keep this file as it is, and go on from your last sound backup";
    match store.complaints(deep) {
        Ok(lines) => found.extend(lines.into_iter().map(|line| Finding::new(place.clone(), line, restore))),
        Err(e) => found.push(Finding::of(place.clone(), e)),
    }
    let whose = "find out who did that, and turn it round; or go on from your last sound backup";
    match store.foreign() {
        Ok(lines) => found.extend(lines.into_iter().map(|line| Finding::new(place.clone(), line, whose))),
        Err(e) => found.push(Finding::of(place.clone(), e)),
    }
    let holds = desk.read(|r| {
        let holds = r.holdings()?;
        found.extend(state(r, now)?);
        if deep {
            found.extend(figures(r)?);
            let broken = r.broken_seals()?;
            found.extend(broken.into_iter().map(|id| {
                Finding::new(format!("operation {id}"), "it is not as it was written down", restore)
            }));
            let altered = r.altered_texts()?;
            found.extend(altered.into_iter().map(|id| {
                Finding::new(format!("message {id}"), "its text is not as it was written down", restore)
            }));
            let mend = "desk history tells who did what; your last sound backup has what was there";
            found.extend(r.gaps()?.into_iter().map(|gap| Finding::new(gap.thing, gap.what, mend)));
            found.extend(
                r.rotten()?.into_iter().map(|what| Finding::new(what, "it does not come back as it was kept", restore)),
            );
        }
        Ok((holds, r.agents()?.len()))
    });
    match holds {
        Ok((holds, agents)) => {
            facts.push(Fact::new("tickets", "tickets", Cell::Count(holds.tickets)));
            facts.push(Fact::new("messages", "messages", Cell::Count(holds.messages)));
            facts.push(Fact::new("operations", "operations", Cell::Count(holds.operations)));
            facts.push(Fact::new("agents", "agents", Cell::Count(i64::try_from(agents).unwrap_or(i64::MAX))));
        }
        Err(e) => found.push(Finding::of(place, e)),
    }
    let bytes = match &place_kind {
        Place::File(path) => std::fs::metadata(path).ok().and_then(|m| i64::try_from(m.len()).ok()),
        _ => None,
    };
    facts.push(Fact::new("bytes", "size", bytes.map_or(Cell::Empty, Cell::Bytes)));
    Ok(found)
}

/// Seconds by which clocks may differ.
const CLOCKS_DIFFER: i64 = 600;

/// What can be seen without walking through every ticket.
fn state(r: &mut Reader<'_>, now: crate::domain::time::Moment) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    if !r.index_is_current()? {
        found.push(Finding::curable(
            "search index",
            "it was made with other word forms: searches miss some",
            Cure::Index,
        ));
    }
    if let Some((operation, contact)) = r.unscrubbed()? {
        let what = format!("operation {operation} erased a contact, and freed places may still hold what was in them");
        found.push(Finding::new(format!("contact {}", crate::store::erase::label(contact)), what, format!("desk contact erase id:{contact}")));
    }
    for counter in r.stale_counters()? {
        let mend = "write to this desk no more, and go on from your last sound backup";
        found.push(Finding::new(counter, "a number would be given out a second time", mend));
    }
    if let Some(last) = r.operations(i64::MAX, 1)?.first()
        && last.at.0 > now.0 + CLOCKS_DIFFER
    {
        let what = format!("operation {} was written at {}, which is still to come", last.id, last.at.rfc3339());
        found.push(Finding::new("clock", what, "set the clock of this machine; desk history shows who wrote"));
    }
    for (agent, tickets) in r.agent_loads()?.into_iter().filter(|(agent, n)| !agent.active && *n > 0) {
        let name = &agent.name;
        let mend = format!("desk ls -i who:{name} | desk assign - WHO");
        found.push(Finding::new(
            format!("agent {name}"),
            format!("has left, and {tickets} tickets wait for him"),
            mend,
        ));
    }
    Ok(found)
}

/// Every ticket's figures against its history, in pages.
fn figures(r: &mut Reader<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let (drifted, last) = r.drifted(after, 500)?;
        found.extend(drifted.into_iter().map(|id| {
            Finding::curable(
                format!("ticket {id}"),
                "its kept figures are not what its history says",
                Cure::Figures(id),
            )
        }));
        match last {
            Some(last) => after = last,
            None => return Ok(found),
        }
    }
}

/// Mends what can be mended, takes it out of the findings and says what was done.
fn mend(desk: &mut Desk, found: &mut Vec<Finding>) -> Result<Vec<Finding>> {
    let now = desk.now;
    let inner: Vec<Cure> =
        found.iter().filter_map(|f| f.cure.clone()).filter(|c| !matches!(c, Cure::Rights(..))).collect();
    if !inner.is_empty() {
        desk.store_of_existing()?.bookkeep(now, |tx| {
            for cure in &inner {
                match cure {
                    Cure::Index => tx.rebuild_index()?,
                    Cure::Figures(ticket) => tx.mend(*ticket)?,
                    Cure::Rights(..) => {}
                }
            }
            Ok(())
        })?;
    }
    for finding in found.iter() {
        if let Some(Cure::Rights(path, mode)) = &finding.cure {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(*mode))
                .map_err(|e| Error::from(e).doing(format!("setting the rights of {}", path.display())))?;
        }
    }
    let (mended, left) = std::mem::take(found).into_iter().partition(|f| f.cure.is_some());
    *found = left;
    Ok(mended)
}

fn told(facts: Vec<Fact>, found: &[Finding], mended: &[Finding], deep: bool) -> Report {
    let text = |t: &str| Cell::Text(t.to_owned());
    let columns = vec![
        Column::new("place", "where", Style::Flex),
        Column::new("what", "what", Style::Flex),
        Column::new("mend", "what to do", Style::Flex),
    ];
    let rows = found.iter().map(|f| vec![text(&f.place), text(&f.what), text(&f.mend)]).collect();
    let findings = Table {
        key: "findings",
        title: "Findings".into(),
        columns,
        rows,
        empty: "nothing: the desk is sound",
        ..Table::default()
    };
    let columns = vec![Column::new("place", "where", Style::Flex), Column::new("what", "what", Style::Flex)];
    let rows = mended.iter().map(|f| vec![text(&f.place), text(&f.what)]).collect();
    let mended = Table { key: "mended", title: "Mended".into(), columns, rows, ..Table::default() };
    let mut report = Report {
        parts: vec![Part::Facts(Facts { rows: facts, ..Facts::default() }), Part::Table(findings), Part::Table(mended)],
        ..Report::default()
    };
    if !deep {
        report.notes.push("every figure and every mail: desk doctor --deep".to_owned());
    }
    report
}
