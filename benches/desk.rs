//! What the commands cost as whole processes, beside the `sqlite3` shell on the same file. `benches/README.md` says how to
//! run it and what is compared with what. Linux; the desks are made up, live in the target folder and are removed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its table and says how far it is")]
#![expect(clippy::disallowed_methods, reason = "a benchmark has an environment and a clock of its own")]

mod author;
mod corpus;
mod place;
mod process;
mod questions;
mod table;

use place::{Place, folder, load, machine, words};
use process::{Cost, Fault, run, run_watched};
use questions::{Question, Shell};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use table::{Figures, Line, median};

/// A command is run so long, and not more often than …
const PATIENCE: Duration = Duration::from_secs(3);
/// … so many times.
const RUNS: usize = 25;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let mut sizes: Vec<u64> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = if arguments.iter().any(|a| a == "--quick") { vec![2_000] } else { vec![10_000, 100_000] };
    }
    let exe = std::env::var_os("DESK_EXE").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_desk")), PathBuf::from);
    let exe = fs::canonicalize(&exe).map_err(|e| format!("{}: {e}", exe.display()))?;
    let home = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    println!("{}\n", machine()?);
    println!("{}", start_up(&Place { exe: exe.clone(), folder: folder(home.path(), "small")? })?);
    let mut lines: Vec<Line> = Vec::new();
    for size in &sizes {
        let place = Place { exe: exe.clone(), folder: folder(home.path(), &size.to_string())? };
        println!("{}", import(&place, *size)?);
        for (at, (name, figures)) in at_size(&place, *size)?.into_iter().enumerate() {
            match lines.get_mut(at) {
                Some(line) => line.figures.push(figures),
                None => lines.push(Line { name, figures: vec![figures] }),
            }
        }
        fs::remove_dir_all(&place.folder)?;
    }
    println!("\n{}", table::markdown(&sizes, &lines));
    println!("load at the end: {}", load()?);
    Ok(())
}

/// What it costs to be there at all, on a desk of twenty tickets.
fn start_up(place: &Place) -> Result<String, Fault> {
    for n in 0..20 {
        run(&mut place.desk(&words(&format!("open Cannot-log-in-{n} -f a{n}@acme.test -m help"))))?;
    }
    let shell = Shell { file: "desk.db", sql: "SELECT count(*) FROM sqlite_master".to_owned() };
    let mut lines = Vec::new();
    for asked in ["--version", "show 1"] {
        let question =
            Question { name: asked.to_owned(), words: words(asked), shell: Some(shell.clone()), after: None };
        let figures = measure(place, &question)?;
        lines.extend(figures.into_iter().map(|(name, f)| Line { name, figures: vec![f] }));
    }
    Ok(table::markdown(&[20], &lines))
}

/// Makes the desk of one size out of a mailbox: what that cost.
fn import(place: &Place, size: u64) -> Result<String, Fault> {
    eprintln!("{size} tickets: writing the mailbox");
    let mailbox = place.file("bench.mbox");
    let written = corpus::write(&mailbox, size)?;
    eprintln!("{size} tickets: importing {} mails", written.mails);
    let asked = words(&format!("import bench.mbox --own {} --close-older 90d", corpus::OURS));
    let (cost, peak) = run_watched(&mut place.desk(&asked))?;
    let (again, _) = run_watched(&mut place.desk(&asked))?;
    fs::remove_file(mailbox)?;
    let per_second = |n: u64, time: Duration| u128::from(n) * 1_000_000 / time.as_micros().max(1);
    Ok(format!(
        "import of {} mails, {} MB, {size} tickets: {} mails per CPU second, {} MB per second of wall time, CPU {} s, \
         wall {} s, peak {} MiB; a second run that finds nothing new: CPU {} s",
        written.mails,
        written.bytes / 1_000_000,
        per_second(written.mails, cost.cpu),
        table::tenths(per_second(written.bytes, cost.wall) / 100_000),
        table::tenths(cost.cpu.as_millis() / 100),
        table::tenths(cost.wall.as_millis() / 100),
        peak / 1024,
        table::tenths(again.cpu.as_millis() / 100),
    ))
}

/// The figures of every question at one size.
fn at_size(place: &Place, size: u64) -> Result<Vec<(String, Figures)>, Fault> {
    eprintln!("{size} tickets: preparing what the shell reads");
    let tagged: Vec<String> = (1..=size).step_by(usize::try_from(size / 200)?.max(1)).map(|n| n.to_string()).collect();
    run(&mut place.desk(&["tag".to_owned(), tagged.join(","), "vip".to_owned()]))?;
    run(&mut place.sqlite3("bare.db", &questions::bare_index(&place.file("desk.db"))))?;
    fs::copy(place.file("desk.db"), place.file("copy.db"))?;
    run(&mut place.sqlite3("copy.db", "PRAGMA journal_mode=WAL"))?;
    let mut all = Vec::new();
    for question in questions::all(size) {
        let word = question.words.first().cloned().unwrap_or_default();
        if !word.is_empty() && !knows(place, &word) {
            eprintln!("{size} tickets: there is no `desk {word}` yet");
            continue;
        }
        eprintln!("{size} tickets: {}", question.name);
        all.extend(measure(place, &question)?);
    }
    Ok(all)
}

/// Whether the program has this word.
fn knows(place: &Place, word: &str) -> bool {
    run(&mut place.desk(&[word.to_owned(), "--help".to_owned()])).is_ok()
}

/// Runs a question, what follows it, and the shell in turn: medians, and the peak of memory.
fn measure(place: &Place, question: &Question) -> Result<Vec<(String, Figures)>, Fault> {
    let mut first = place.desk(&question.words);
    let mut turns: Vec<Command> = Vec::new();
    turns.extend(question.after.as_ref().map(|(_, words)| place.desk(words)));
    turns.extend(question.shell.as_ref().map(|s| place.sqlite3(s.file, &s.sql)));
    let ready = || fs::remove_file(place.file(questions::BACKUP)).or_else(|_| Ok::<_, Fault>(()));
    ready()?;
    let mut warm = Cost::default();
    let mut peaks = vec![0; turns.len() + 1];
    // A single look at a short life may come too early.
    for look in 0..9 {
        if look > 0 && warm.wall > PATIENCE / 50 {
            break;
        }
        ready()?;
        for (at, turn) in std::iter::once(&mut first).chain(&mut turns).enumerate() {
            let (cost, seen) = run_watched(turn)?;
            warm = if at == 0 { cost } else { warm };
            peaks.get_mut(at).into_iter().for_each(|peak| *peak = seen.max(*peak));
        }
    }
    let runs = usize::try_from(PATIENCE.as_micros() / warm.wall.as_micros().max(1))?.clamp(3, RUNS);
    let mut costs: Vec<Vec<Cost>> = vec![Vec::new(); peaks.len()];
    for _ in 0..runs {
        ready()?;
        for (turn, costs) in std::iter::once(&mut first).chain(&mut turns).zip(&mut costs) {
            costs.push(run(turn)?);
        }
    }
    let mut medians = costs.iter().map(|c| median(c)).zip(peaks);
    let mut figures = Vec::new();
    for name in std::iter::once(&question.name).chain(question.after.as_ref().map(|(name, _)| name)) {
        let (cost, peak) = medians.next().ok_or("a turn without figures")?;
        figures.push((name.clone(), Figures { runs, cost, peak, shell: None }));
    }
    if let (Some((shell, _)), Some((_, f))) = (medians.next(), figures.first_mut()) {
        f.shell = Some(shell);
    }
    Ok(figures)
}
