//! What it costs to move in with a table and to leave again: `desk import` of a CSV file beside `.import` of the `sqlite3`
//! shell, a second import that finds nothing new, and each form of `desk export`. `benches/README.md` says how to run it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its table and says how far it is")]
#![expect(clippy::disallowed_methods, reason = "a benchmark has an environment and a clock of its own")]

mod author;
mod place;
mod process;
mod rows;
#[expect(dead_code, reason = "only what writes numbers is used here")]
mod table;

use place::{Place, folder, load, machine, words};
use process::{Cost, Fault, run, run_watched};
use rows::{SHAPES, Shape};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use table::{median, tenths};

/// Each import is run so often, in turn with the shell.
const RUNS: usize = 3;
/// No more times the CPU of the shell, and so many are aimed at.
const LIMIT: (u32, u32) = (8, 5);

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let quick = arguments.iter().any(|a| a == "--quick");
    let size = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(if quick { 5_000 } else { 100_000 });
    let exe = std::env::var_os("DESK_EXE").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_desk")), PathBuf::from);
    let exe = fs::canonicalize(&exe).map_err(|e| format!("{}: {e}", exe.display()))?;
    let home = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    println!("{}\n", machine()?);
    println!(
        "| {size} rows | MB | CPU s | wall s | MiB | rows per CPU second | sqlite3 CPU s | × (limit {}, aim {}) | nothing new, CPU s | MiB |",
        LIMIT.0, LIMIT.1
    );
    println!("|{}", " --- |".repeat(10));
    let mut left = Vec::new();
    for shape in SHAPES {
        let place = Place { exe: exe.clone(), folder: folder(home.path(), shape.name)? };
        println!("{}", come(&place, &shape, size)?);
        left.push((shape.name, leave(&place)?));
        fs::remove_dir_all(&place.folder)?;
    }
    println!("\n| export | rows | CPU s | wall s | MiB | MB |\n|{}", " --- |".repeat(6));
    for (name, lines) in left {
        for (form, cost, peak, bytes) in lines {
            println!(
                "| {form} | {name} | {} | {} | {} | {} |",
                seconds(cost.cpu),
                seconds(cost.wall),
                peak / 1024,
                bytes / 1_000_000
            );
        }
    }
    println!("\nload at the end: {}", load()?);
    Ok(())
}

/// Imports into new desks, in turn with the shell, and into one of them once more; the last desk stays.
fn come(place: &Place, shape: &Shape, size: u64) -> Result<String, Fault> {
    let file = place.file("tickets.csv");
    let bytes = shape.write(&file, size)?;
    fs::write(place.file("script"), shape.script(&file))?;
    let asked = words("import tickets.csv --kind tickets");
    let (mut ours, mut theirs, mut peak) = (Vec::new(), Vec::new(), 0);
    for round in 0..RUNS {
        eprintln!("{}: import {} of {RUNS}", shape.name, round + 1);
        for gone in ["desk.db", "desk.db-wal", "desk.db-shm", "bare.db"] {
            fs::remove_file(place.file(gone)).or_else(|_| Ok::<_, Fault>(()))?;
        }
        let (cost, seen) = run_watched(&mut place.desk(&asked))?;
        peak = seen.max(peak);
        ours.push(cost);
        theirs.push(run(&mut place.sqlite3("bare.db", ".read script"))?);
    }
    for (file, sql) in [("desk.db", "SELECT count(*) = N FROM ticket"), ("bare.db", "SELECT count(*) = N FROM words")] {
        let asked = place.sqlite3(file, &sql.replace('N', &size.to_string())).output()?;
        if asked.stdout != b"1\n" {
            return Err(format!("{file} does not hold {size} rows").into());
        }
    }
    let (again, again_peak) = run_watched(&mut place.desk(&asked))?;
    let (ours, theirs) = (median(&ours), median(&theirs));
    let times = ours.cpu.as_nanos() * 10 / theirs.cpu.as_nanos().max(1);
    let held = if times <= u128::from(LIMIT.0) * 10 { "" } else { " **too much**" };
    Ok(format!(
        "| {} | {} | {} | {} | {} | {} | {} | {}{held} | {} | {} |",
        shape.name,
        bytes / 1_000_000,
        seconds(ours.cpu),
        seconds(ours.wall),
        peak / 1024,
        u128::from(size) * 1_000_000 / ours.cpu.as_micros().max(1),
        seconds(theirs.cpu),
        tenths(times),
        seconds(again.cpu),
        again_peak / 1024,
    ))
}

/// Every form of export of the desk that was made: what it cost, its peak in KiB, its size.
fn leave(place: &Place) -> Result<Vec<(&'static str, Cost, u64, u64)>, Fault> {
    let mut lines = Vec::new();
    for (form, to) in [
        ("csv", "out.csv"),
        ("ndjson", "out.ndjson"),
        ("mbox", "out.mbox"),
        ("folder", "out/"),
        ("folder, nothing new", "out/"),
    ] {
        eprintln!("export as {form}");
        let (cost, peak) = run_watched(&mut place.desk(&words(&format!("export -o {to}"))))?;
        lines.push((form, cost, peak, bytes_of(&place.file(to))?));
    }
    Ok(lines)
}

/// The size of a file, or of all files in a folder.
fn bytes_of(path: &Path) -> Result<u64, Fault> {
    let about = fs::metadata(path)?;
    if about.is_file() {
        return Ok(about.len());
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        bytes += bytes_of(&entry?.path())?;
    }
    Ok(bytes)
}

/// Seconds with two digits.
fn seconds(time: Duration) -> String {
    let hundredths = time.as_millis() / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
