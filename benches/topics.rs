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
/// How many milliseconds a command may take.
#[derive(Clone, Copy)]
enum Limit {
    /// Of CPU.
    Cpu(u128),
    /// Until the answer is there.
    Wall(u128),
    /// It is only told.
    None,
}

/// What is asked. In four days 500 tickets were opened, in a week 960.
const ASKED: &[(&str, Limit)] = &[
    ("--version", Limit::None),
    ("topics in:2026-11-10..2026-11-13", Limit::Cpu(300)),
    ("topics in:2026-W45", Limit::None),
    ("topics", Limit::None),
    ("recap in:2026-W45", Limit::Wall(300)),
    ("stats in:2026-W45", Limit::None),
    ("ls status:all topic:1 in:2026-W45 --count", Limit::None),
    ("ls status:all topic:1 --count", Limit::Wall(1_000)),
    ("topic show 1", Limit::None),
    ("client show c7.test", Limit::None),
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
    println!("| {size} tickets | CPU ms | wall ms | limit | MiB |\n|{}", " --- |".repeat(5));
    for (line, limit) in ASKED {
        eprintln!("{line}");
        let asked = words(line);
        let (_, peak) = run_watched(&mut place.desk(&asked))?;
        let costs: Vec<Cost> = (0..RUNS).map(|_| run(&mut place.desk(&asked))).collect::<Result<_, _>>()?;
        let cost = median(&costs);
        let over = |over: bool| if over { " **too much**" } else { "" };
        println!(
            "| {line} | {}{} | {}{} | {} | {} |",
            tenths(cost.cpu.as_micros() / 100),
            over(matches!(limit, Limit::Cpu(most) if cost.cpu.as_millis() > *most)),
            tenths(cost.wall.as_micros() / 100),
            over(matches!(limit, Limit::Wall(most) if cost.wall.as_millis() > *most)),
            match limit {
                Limit::Cpu(most) => format!("{most} CPU"),
                Limit::Wall(most) => format!("{most} wall"),
                Limit::None => "–".to_owned(),
            },
            peak / 1024,
        );
    }
    println!("\nload at the end: {}", load()?);
    Ok(())
}
