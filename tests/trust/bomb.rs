//! Mails that are too large, too deep or too many of anything, through every way in: each is refused or taken in little memory,
//! and the mail beside it comes in.

use crate::measured::{Measured, measured};
use crate::stage::{Fault, Stage, shortened};
use crate::{Outcome, Plan};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;

/// No mail larger than this is read, in bytes.
const CAP: u64 = 25 << 20;
/// The most memory, in KiB: twice the cap and 64 MiB.
const MEMORY: u64 = (2 * (CAP >> 20) + 64) << 10;
/// A file that is too large is not read on: so many bytes are read for it, with whatever else the program reads.
const READ: u64 = CAP + (8 << 20);

/// A mail by its name, what stands at its beginning, and what is written over and over until so many bytes are there.
struct Bomb {
    name: &'static str,
    head: &'static str,
    piece: fn(u64) -> String,
    times: u64,
}

fn bombs(plan: &Plan) -> Vec<Bomb> {
    let large: u64 = plan.pick(64 << 20, 1 << 30);
    let many = plan.pick(10, 1);
    let line = |_| "y".repeat(1 << 16);
    vec![
        Bomb {
            name: "a body",
            head: "\n",
            piece: |_| "another line of the text, 12345\n".repeat(1 << 11),
            times: large >> 16,
        },
        Bomb { name: "one line", head: "\n", piece: line, times: large >> 16 },
        Bomb { name: "one line of the head", head: "X-A: ", piece: line, times: large >> 16 },
        Bomb {
            name: "an attachment",
            head: "Content-Type: application/x\nContent-Transfer-Encoding: base64\n\n",
            piece: |_| format!("{}\n", "QUFB".repeat(19)).repeat(1 << 10),
            times: large / (77 << 10),
        },
        Bomb { name: "recipients", head: "Cc: a@x.test", piece: |n| format!(",\n r{n}@x.test"), times: 100_000 / many },
        Bomb { name: "fields", head: "X: y\n", piece: |_| "A: b\n".to_owned(), times: 1_000_000 / many },
        Bomb {
            name: "parts",
            head: "Content-Type: multipart/mixed; boundary=b\n\n",
            piece: |_| "--b\n\na\n".to_owned(),
            times: 1_000_000 / many,
        },
        Bomb {
            name: "mails in mails",
            head: "",
            piece: |_| "Content-Type: message/rfc822\n\n".to_owned(),
            times: 200_000 / many,
        },
        Bomb {
            name: "parts in parts",
            head: "Content-Type: multipart/mixed; boundary=b0\n\n",
            piece: |n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1),
            times: 200_000 / many,
        },
        Bomb { name: "references", head: "References:", piece: |n| format!("\n <{n}@x.test>"), times: 100_000 / many },
        Bomb {
            name: "nested elements",
            head: "Content-Type: text/html\n\n",
            piece: |_| "<div>".to_owned(),
            times: 1_000_000 / many,
        },
    ]
}

impl Bomb {
    /// Writes it behind `before`; how long it is.
    fn put(&self, path: &Path, before: &str, after: &str) -> u64 {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file"));
        let mut put = |text: &str| file.write_all(text.as_bytes()).expect("room on the disk");
        put(before);
        put(&format!(
            "From: eve@evil.test\nSubject: {0}\nMessage-ID: <{1}@evil.test>\n{2}",
            self.name,
            self.name.replace(' ', "-"),
            self.head
        ));
        (0..self.times).for_each(|n| put(&(self.piece)(n)));
        put("\n");
        put(after);
        file.flush().expect("room on the disk");
        fs::metadata(path).expect("a file").len()
    }
}

/// What is seen of the worst.
#[derive(Default)]
struct Worst {
    peak: u64,
    seconds: u64,
    tried: usize,
}

/// The row of the table.
pub fn bomb(plan: &Plan) -> Outcome {
    let mut worst = Worst::default();
    for bomb in bombs(plan) {
        let stage = plan.stage(&bomb.name.replace(' ', "-"));
        for (way, trial) in
            [("file", by_file as Way), ("standard input", by_input), ("mbox", by_mbox), ("Maildir", by_maildir)]
        {
            let (seen, told) = trial(&stage, &bomb);
            worst.tried += 1;
            worst.peak = worst.peak.max(seen.peak);
            worst.seconds = worst.seconds.max(seen.took.as_secs());
            let fault = told
                .err()
                .or_else(|| (seen.peak > MEMORY).then(|| format!("{} MiB of memory: {}", seen.peak >> 10, seen.said)));
            if let Some(fault) = fault {
                plan.fault(&stage, &format!("{} by {way}", bomb.name), &fault);
            }
        }
        plan.tell(bomb.name, &format!("{} MiB at most until now", worst.peak >> 10));
        // A gigabyte is not kept.
        drop(fs::remove_dir_all(stage.path("")));
    }
    let seen = format!("{} MiB, {} s at most", worst.peak >> 10, worst.seconds);
    Outcome { tried: worst.tried, seen, ..Outcome::default() }
}

/// How a mail comes in.
type Way = fn(&Stage, &Bomb) -> (Measured, Result<(), Fault>);

/// A file of its own; one that is too large is not read to its end.
fn by_file(stage: &Stage, bomb: &Bomb) -> (Measured, Result<(), Fault>) {
    let length = bomb.put(&stage.path("bomb.eml"), "", "");
    let seen = measured(&mut stage.command("import bomb.eml --json"));
    let told = read_as(&seen, 1).and_then(|()| read_little(&seen, length));
    (seen, told)
}

fn by_input(stage: &Stage, bomb: &Bomb) -> (Measured, Result<(), Fault>) {
    bomb.put(&stage.path("bomb.eml"), "", "");
    let file = File::open(stage.path("bomb.eml")).expect("a file");
    let seen = measured(stage.command("import - --from eml --json").stdin(Stdio::from(file)));
    let told = read_as(&seen, 1);
    (seen, told)
}

/// Between two others, which come in.
fn by_mbox(stage: &Stage, bomb: &Bomb) -> (Measured, Result<(), Fault>) {
    let other = |name: &str| {
        format!(
            "From x@y.test Fri Nov 20 12:00:00 2026\nFrom: ann@{name}.test\nMessage-ID: <{name}@x.test>\nSubject: {name}\n\nhello\n\n"
        )
    };
    let before = other("before") + "From eve@evil.test Fri Nov 20 12:00:00 2026\n";
    bomb.put(&stage.path("bomb.mbox"), &before, &format!("\n{}", other("after")));
    let seen = measured(&mut stage.command("import bomb.mbox --json"));
    let told = read_as(&seen, 3).and_then(|()| there(stage, &["before", "after"]));
    (seen, told)
}

/// In a mailbox that is fetched, with another beside it; it is not fetched twice.
fn by_maildir(stage: &Stage, bomb: &Bomb) -> (Measured, Result<(), Fault>) {
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(stage.path("mail").join(part)).expect("a folder");
    }
    stage.all(&[&format!("config set mailbox.support.imap maildir:{}", stage.path("mail").display())]);
    let length = bomb.put(&stage.path("mail/new/1"), "", "");
    fs::write(stage.path("mail/new/2"), "From: bob@beside.test\nSubject: beside\n\nhello\n").expect("a file");
    let seen = measured(&mut stage.command("fetch --json"));
    let again = || {
        let said = stage.run("fetch --check");
        let fine = said.exit == Some(0) && said.out.contains("0 unaccounted");
        if fine { Ok(()) } else { Err(format!("afterwards, desk fetch --check: {said}")) }
    };
    let told = fetched(&seen, 2)
        .and_then(|()| read_little(&seen, length))
        .and_then(|()| there(stage, &["beside"]))
        .and_then(|()| again());
    (seen, told)
}

/// An import read so many mails, and says what became of each.
fn read_as(seen: &Measured, mails: i64) -> Result<(), Fault> {
    let report = json(seen)?;
    let of = |key: &str| report[key].as_i64().unwrap_or(-1);
    let rejected = report["rejected"].as_array().map_or(-1, |all| i64::try_from(all.len()).unwrap_or(-1));
    let sum = of("messages") + of("duplicates") + of("skipped") + rejected;
    let fine = of("read") == mails && sum == mails && matches!(seen.said.exit, Some(0 | 5));
    if fine { Ok(()) } else { Err(format!("{mails} mails, and the import says {}", seen.said)) }
}

/// A fetch read so many mails.
fn fetched(seen: &Measured, mails: i64) -> Result<(), Fault> {
    let report = json(seen)?;
    let read = report["mailboxes"][0]["read"].as_i64();
    if read == Some(mails) && seen.said.exit == Some(0) {
        Ok(())
    } else {
        Err(format!("{mails} mails, and fetch says {}", seen.said))
    }
}

fn json(seen: &Measured) -> Result<serde_json::Value, Fault> {
    serde_json::from_str(&seen.said.out).map_err(|e| format!("{e}: {}", seen.said))
}

fn read_little(seen: &Measured, length: u64) -> Result<(), Fault> {
    if length <= CAP || seen.read <= READ {
        return Ok(());
    }
    Err(format!("{} MiB were read of a file of {} MiB", seen.read >> 20, length >> 20))
}

/// The mails with these subjects are tickets.
fn there(stage: &Stage, subjects: &[&str]) -> Result<(), Fault> {
    let all = stage.json("ls status:all")?.to_string();
    match subjects.iter().find(|subject| !all.contains(&format!("\"{subject}\""))) {
        None => Ok(()),
        Some(absent) => Err(format!("{absent} is no ticket: {}", shortened(&all))),
    }
}
