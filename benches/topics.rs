//! What topics cost on a desk of 100,000 tickets over two years: mined in a period, with the recap of a week, looked for in a
//! year. `benches/README.md` says how to run it. Linux; the desk is made up.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its table and says how far it is")]
#![expect(clippy::disallowed_methods, reason = "a benchmark has an environment and a clock of its own")]

mod author;
#[expect(dead_code, reason = "only what writes the mailbox is used here")]
mod corpus;
#[expect(dead_code, reason = "no shell is compared with here")]
mod place;
mod process;
#[expect(dead_code, reason = "only what writes numbers is used here")]
mod table;

use place::{Place, folder, load, machine, words};
use process::{Cost, Fault, run, run_watched};
use std::fs;
use std::path::PathBuf;
use table::{median, tenths};

/// Each command is run so often.
const RUNS: usize = 9;
/// What is asked, and how many milliseconds of CPU it may take; none: it is only told. In four days 500 tickets were opened.
const ASKED: &[(&str, Option<u128>)] = &[
    ("--version", None),
    ("topics in:2026-11-10..2026-11-13", Some(300)),
    ("topics in:2026-W45", None),
    ("topics", None),
    ("recap in:2026-W45", Some(300)),
    ("stats in:2026-W45", None),
    ("ls status:all topic:1 in:2026-W45 --count", None),
    ("ls status:all topic:1 --count", Some(1_000)),
    ("topic show 1", None),
    ("client show c7.test", None),
];

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let quick = arguments.iter().any(|a| a == "--quick");
    let size = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(if quick { 2_000 } else { 100_000 });
    let exe = std::env::var_os("DESK_EXE").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_desk")), PathBuf::from);
    let exe = fs::canonicalize(&exe).map_err(|e| format!("{}: {e}", exe.display()))?;
    let home = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let place = Place { exe, folder: folder(home.path(), "topics")? };
    println!("{}\n", machine()?);
    eprintln!("{size} tickets: writing and importing the mailbox");
    let mailbox = place.file("bench.mbox");
    corpus::write(&mailbox, size)?;
    run(&mut place.desk(&words(&format!("import bench.mbox --own {} --close-older 15d", corpus::OURS))))?;
    fs::remove_file(mailbox)?;
    run(&mut place.desk(&words("topic name 1 Printer in:2026-W45")))?;
    println!("| {size} tickets | CPU ms | limit | wall ms | MiB |\n|{}", " --- |".repeat(5));
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
