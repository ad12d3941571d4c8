//! What promises cost: the queue, the clocks and figures on a desk of 100,000 tickets of which 2,000 are not closed, with a
//! working calendar and three policies. `benches/README.md` says how to run it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its table and says how far it is")]
#![expect(clippy::disallowed_methods, reason = "a benchmark has an environment and a clock of its own")]

mod author;
#[expect(dead_code, reason = "nothing is looked for here")]
mod corpus;
#[expect(dead_code, reason = "no shell is compared with here")]
mod place;
mod process;
#[expect(dead_code, reason = "no shell is compared with here")]
mod rows;
#[expect(dead_code, reason = "only what writes numbers is used here")]
mod table;

use place::{Place, folder, load, machine, words};
use process::{Cost, Fault, run, run_watched};
use rows::{SHAPES, Shape};
use std::fs;
use std::path::PathBuf;
use table::{median, tenths};

/// Each command is run so often.
const RUNS: usize = 15;
/// One ticket in so many is not closed.
const OPEN: u64 = 50;
/// What is asked, and how many milliseconds of CPU it may take; none: it is only told.
const ASKED: &[(&str, Option<u128>)] = &[
    ("--version", None),
    ("", Some(30)),
    ("sla", Some(30)),
    ("ls -l 50", Some(30)),
    ("ls", None),
    ("ls -l 50 -s=-urgency", None),
    ("ls sla:breached --count", None),
    ("ls client:client-3 -l 50", None),
    ("show 100000", None),
    ("why 100000", None),
    ("stats in:last-month", None),
];
const PROMISES: &str = "zone = \"Europe/Moscow\"\n\n[calendar.office]\nmon = [\"09:00-18:00\"]\ntue = [\"09:00-18:00\"]\n\
    wed = [\"09:00-18:00\"]\nthu = [\"09:00-18:00\"]\nfri = [\"09:00-17:00\"]\ncountry = \"ru\"\n\n\
    [[sla]]\nname = \"pro\"\nmatch = \"plan:pro prio:high,urgent\"\nfirst_response = \"2h\"\nnext_response = \"4h\"\n\
    full_resolution = { urgent = \"8h\", high = \"3 days\" }\n\n\
    [[sla]]\nname = \"vip\"\nmatch = \"+vip not:who:none\"\nfirst_response = \"4h\"\nnext_response = \"8h\"\nfull_resolution = \"5 days\"\n\n\
    [[sla]]\nname = \"all\"\nfirst_response = \"1 day\"\nnext_response = \"2 days\"\nfull_resolution = \"720h wall\"\npause = [\"pending\", \"hold\"]\n";

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let quick = arguments.iter().any(|a| a == "--quick");
    let tickets = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(if quick { 5_000 } else { 100_000 });
    let exe = std::env::var_os("DESK_EXE").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_desk")), PathBuf::from);
    let exe = fs::canonicalize(&exe).map_err(|e| format!("{}: {e}", exe.display()))?;
    let home = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let place = Place { exe, folder: folder(home.path(), "sla")? };
    println!("{}\n", machine()?);
    settle(&place, tickets)?;
    println!(
        "| {tickets} tickets, {} not closed | CPU ms | limit | wall ms | MiB |\n|{}",
        tickets / OPEN,
        " --- |".repeat(5)
    );
    for (line, limit) in ASKED {
        let said = format!("desk {line}");
        eprintln!("{said}");
        let asked = if line.is_empty() { Vec::new() } else { words(line) };
        let (_, peak) = run_watched(&mut place.desk(&asked))?;
        let costs: Vec<Cost> = (0..RUNS).map(|_| run(&mut place.desk(&asked))).collect::<Result<_, _>>()?;
        let cost = median(&costs);
        println!(
            "| {} | {}{} | {} | {} | {} |",
            said.trim(),
            tenths(cost.cpu.as_micros() / 100),
            if limit.is_some_and(|limit| cost.cpu.as_millis() > limit) { " **too much**" } else { "" },
            limit.map_or_else(|| "–".to_owned(), |limit| limit.to_string()),
            tenths(cost.wall.as_micros() / 100),
            peak / 1024,
        );
    }
    println!("\nload at the end: {}", load()?);
    Ok(())
}

/// Closed tickets out of a table, and the others out of a mailbox of the last weeks: taken, tagged, put off and promised.
fn settle(place: &Place, tickets: u64) -> Result<(), Fault> {
    let ask = |line: &str| {
        eprintln!("{line}");
        run(&mut place.desk(&words(line))).map(drop)
    };
    let open = tickets / OPEN;
    let [_, usual] = SHAPES;
    let closed = Shape { text: 80, open: u64::MAX, ..usual };
    closed.write(&place.file("closed.csv"), tickets - open)?;
    corpus::write_within(&place.file("open.mbox"), open, 30 * 86_400)?;
    fs::write(place.file("promises.toml"), PROMISES)?;
    ask("import closed.csv")?;
    // What ends with our word is pending; the others wait.
    ask("import open.mbox --own support@desk.test")?;
    for n in 0..40 {
        ask(&format!("client edit c{n}.test --plan pro"))?;
    }
    let each = |every: u64, at: u64, line: &str| {
        eprintln!("{line}");
        let some = (tickets - open + 1..=tickets).filter(|n| n % every == at).map(|n| n.to_string());
        let ids = some.collect::<Vec<_>>().join(",");
        run(&mut place.desk(&words(&line.replace("IDS", &ids)))).map(drop)
    };
    each(3, 0, "take IDS --as oleg")?;
    each(3, 1, "take IDS")?;
    each(5, 0, "prio IDS high")?;
    each(20, 3, "prio IDS urgent")?;
    each(7, 0, "tag IDS vip")?;
    each(11, 0, "hold IDS")?;
    each(13, 0, "snooze IDS 2026-11-24")?;
    each(40, 1, "due IDS 2026-11-20T18:00:00Z")?;
    ask("config apply promises.toml")
}
