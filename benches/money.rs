//! What money costs: statements, margin, invoices and a log on a desk of 60,000 entries of 20 clients over 12 months, each
//! client with a contract. `benches/README.md` says how to run it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its table and says how far it is")]
#![expect(clippy::disallowed_methods, reason = "a benchmark has an environment and a clock of its own")]

#[expect(dead_code, reason = "only its dice are used here")]
mod author;
#[expect(dead_code, reason = "no shell is compared with here")]
mod place;
mod process;
#[expect(dead_code, reason = "only what writes numbers is used here")]
mod table;

use author::Author;
use place::{Place, folder, load, machine, words};
use process::{Cost, Fault, run, run_watched};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use table::{median, tenths};

/// Each command is run so often.
const RUNS: usize = 15;
const CLIENTS: u64 = 20;
/// What is asked, and how many milliseconds of CPU it may take; none: it is only told.
const ASKED: &[(&str, Option<u128>)] = &[
    ("--version", None),
    ("statement c3 in:2026-10", Some(50)),
    ("statement c3 in:2026-10 --format html", Some(50)),
    ("statement all in:2026-10 --json", None),
    ("margin in:2026-10", Some(150)),
    ("margin in:2025-11-01..2026-10-31 --by month", Some(150)),
    ("contract show c3", None),
    ("contract ls", None),
    ("time in:2026-10 --by client", None),
    ("invoice c3 in:2026-10 -n", None),
    ("client page c3", None),
    ("log c3 25m call", None),
    ("why t100", None),
];

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let quick = arguments.iter().any(|a| a == "--quick");
    let entries = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(if quick { 2_000 } else { 60_000 });
    let exe = std::env::var_os("DESK_EXE").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_desk")), PathBuf::from);
    let exe = fs::canonicalize(&exe).map_err(|e| format!("{}: {e}", exe.display()))?;
    let home = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let place = Place { exe, folder: folder(home.path(), "money")? };
    println!("{}\n", machine()?);
    settle(&place, entries)?;
    println!("| {entries} entries, {CLIENTS} clients | CPU ms | limit | wall ms | MiB |\n|{}", " --- |".repeat(5));
    for (line, limit) in ASKED {
        eprintln!("{line}");
        let asked = words(line);
        let (_, peak) = run_watched(&mut place.desk(&asked))?;
        let costs: Vec<Cost> = (0..RUNS).map(|_| run(&mut place.desk(&asked))).collect::<Result<_, _>>()?;
        let cost = median(&costs);
        let over = limit.is_some_and(|limit| cost.cpu.as_millis() > limit);
        println!(
            "| {line} | {}{} | {} | {} | {} |",
            tenths(cost.cpu.as_micros() / 100),
            if over { " **too much**" } else { "" },
            limit.map_or_else(|| "–".to_owned(), |limit| limit.to_string()),
            tenths(cost.wall.as_micros() / 100),
            peak / 1024,
        );
    }
    println!("\nload at the end: {}", load()?);
    Ok(())
}

/// Clients, contracts and a year of hours.
fn settle(place: &Place, entries: u64) -> Result<(), Fault> {
    let mut author = Author::new(7);
    let ask = |line: &str| run(&mut place.desk(&words(line))).map(drop);
    ask("config set currency RUB")?;
    for n in 0..CLIENTS {
        ask(&format!("client add c{n}"))?;
        let hours = 20 + 5 * n;
        let even = if n % 5 == 0 { " --weekend 1.5" } else { "" };
        let mut terms = words(&format!(
            "contract add c{n} --prepaid {hours}h --every month --price 60000 --overage 4000 --carry 50% --carry-expires 1 \
             --start 2025-11-01{even} --round"
        ));
        terms.retain(|word| !word.is_empty());
        terms.push(if n % 2 == 0 { "6m up per ticket-day" } else { "15m up per entry" }.to_owned());
        run(&mut place.desk(&terms))?;
    }
    ask("agent cost mila 1500 --from 2025-01-01")?;
    let mut table = String::from("client,day,minutes,text\n");
    let first: i64 = 20_393;
    for n in 0..entries {
        let day = first + i64::try_from(author.below(365))?;
        let (year, month, date) = civil(day);
        let (minutes, client) = (1 + author.below(90), n % CLIENTS);
        writeln!(table, "c{client},{year}-{month:02}-{date:02},{minutes},work {n}")?;
    }
    fs::write(place.file("hours.csv"), table)?;
    eprintln!("import of {entries} entries");
    ask("import hours.csv --kind time")
}

/// The day of the calendar that lies so many days after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}
