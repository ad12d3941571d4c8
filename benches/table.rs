//! The figures as Markdown: a row for each command, a pair of columns for each size of desk.

use super::process::Cost;
use std::time::Duration;

/// What a command cost at one size: medians over the runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// How many runs.
    pub runs: usize,
    /// Medians.
    pub cost: Cost,
    /// Peak of resident memory in KiB.
    pub peak: u64,
    /// The same question, asked of the `sqlite3` shell in turn.
    pub shell: Option<Cost>,
}

/// A command, and its figures at the sizes that were measured.
#[derive(Debug)]
pub struct Line {
    /// What was run.
    pub name: String,
    /// One for each size, in their order.
    pub figures: Vec<Figures>,
}

/// The middle one of some runs, each of its two times by itself.
pub fn median(costs: &[Cost]) -> Cost {
    let middle = |time: fn(&Cost) -> Duration| {
        let mut times: Vec<Duration> = costs.iter().map(time).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    Cost { cpu: middle(|c| c.cpu), wall: middle(|c| c.wall) }
}

/// The table. Columns of several sizes stand side by side, then how the CPU time grows from the first to the last size.
pub fn markdown(sizes: &[u64], lines: &[Line]) -> String {
    let mut head = vec!["command".to_owned()];
    for size in sizes {
        head.extend(["n", "CPU ms", "wall ms", "MiB", "× sqlite3"].map(|c| format!("{c} ({})", thousands(*size))));
    }
    if sizes.len() > 1 {
        head.push("growth".to_owned());
    }
    let mut text = row(&head);
    text.push_str(&row(&vec!["---".to_owned(); head.len()]));
    for line in lines {
        let mut cells = vec![line.name.clone()];
        for f in &line.figures {
            cells.extend([
                f.runs.to_string(),
                tenths(f.cost.cpu.as_micros() / 100),
                tenths(f.cost.wall.as_micros() / 100),
                tenths(u128::from(f.peak) * 10 / 1024),
                f.shell.map_or_else(|| "–".to_owned(), |s| ratio(f.cost.cpu, s.cpu)),
            ]);
        }
        if let (true, [first, .., last]) = (sizes.len() > 1, line.figures.as_slice()) {
            cells.push(ratio(last.cost.cpu, first.cost.cpu));
        }
        text.push_str(&row(&cells));
    }
    text
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A number of tenths with its point: 125 is 12.5.
pub fn tenths(n: u128) -> String {
    format!("{}.{}", n / 10, n % 10)
}

/// How many times the one is the other, with one decimal.
fn ratio(a: Duration, b: Duration) -> String {
    tenths((a.as_nanos() * 10 + b.as_nanos() / 2) / b.as_nanos().max(1))
}

fn thousands(n: u64) -> String {
    if n >= 1000 && n.is_multiple_of(1000) { format!("{}k", n / 1000) } else { n.to_string() }
}
