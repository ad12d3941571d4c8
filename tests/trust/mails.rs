//! Mails that were made to break whoever reads them, one by one through the real program: each is a ticket, part of one, put
//! aside or refused, once, in little time and memory.

use crate::measured::measured;
use crate::stage::{Dice, Fault, Stage, shortened};
use crate::{Outcome, Plan};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The most memory, in KiB.
const MEMORY: u64 = 256 << 10;
/// The longest; a program that was not made fast takes some ten times as long.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
/// So often the accounts are looked at.
const BATCH: usize = 100;

/// Pieces that mean something to some reader of mails.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\n\n",
    " ",
    "\t",
    ";",
    ":",
    "\"",
    "(",
    "\\",
    "<",
    ">",
    "@",
    ",",
    "=?",
    "?=",
    "=?utf-8?B?",
    "=?utf-8?Q?=0D=0ABcc:_x?=",
    "=?utf-7?Q?+ADw-?=",
    "=?utf-32le?B?AAAAAAAA?=",
    "*0*=",
    "''",
    "%0D%0A",
    "--",
    "--b\n",
    "--b--\n",
    "-- \n",
    "From ",
    ">From ",
    "From x Fri Nov 20 12:00:00 2026\n",
    "From: ",
    "To: ",
    "Cc: ",
    "Bcc: victim@evil.test\n",
    "Subject: ",
    "Date: ",
    "Date: ((((",
    "Date: Mon, 99 Foo 0000 99:99:99 +9999\n",
    "Message-ID: <same@evil.test>\n",
    "References: <a@b> <c@d>\n",
    "In-Reply-To: <a@b>\n",
    "Content-Type: ",
    "Content-Type: multipart/mixed; boundary=b\n\n",
    "Content-Type: multipart/mixed; boundary=\"\"\n\n",
    "Content-Type: message/rfc822\n\n",
    "Content-Type: message/partial; id=1; number=1; total=2\n\n",
    "Content-Type: text/html; charset=utf-16\n\n",
    "Content-Type: text/plain; charset=x-none\n\n",
    "Content-Type: application/ms-tnef\n\n",
    "Content-Type: message/delivery-status\n\n",
    "Content-Transfer-Encoding: base64\n\n",
    "Content-Transfer-Encoding: quoted-printable\n\n",
    "Content-Transfer-Encoding: uuencode\n\nbegin 644 ../../x\n#0V%T\n`\nend\n",
    "Content-Disposition: attachment; filename=\"../../.bashrc\"\n",
    "filename*=utf-8''%00%1b%5b2J",
    "filename=CON",
    "Auto-Submitted: auto-replied\n",
    "Precedence: BULK\n",
    "List-Id: <x>\n",
    "Return-Path: <>\n",
    "Reply-To: -oQ/tmp/x@x.test\n",
    "X-Desk-Ticket: 1\n",
    "RT-Send-Cc: a@b\n",
    "Authentication-Results: mx; dmarc=pass\n",
    "X-Failed-Recipients: a@b.test\n",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{9b}",
    "é",
    "=\n",
    "=3D",
    "=E2=80",
    "====",
    "QUJD",
    "<div>",
    "<style>",
    "<!--",
    "<script>",
    "&#0;",
    "&#x110000;",
    "> ",
    ">>> ",
    "On 1 Jan 2026 a <a@b> wrote:\n",
    "Re: Re: Re: [#1] ",
    "[#1]",
    "[#99999999999999999999]",
    "desk1.1.aaaaaaaaaaaaaaaaaaaaaaaa@desk.test",
];

/// The mails that others are made of: those of the fuzz targets, each of our own archive, and some by hand.
fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = ["header", "mime", "bounce", "quote", "spool"]
        .iter()
        .flat_map(|name| fs::read_dir(root.join("fuzz/seeds").join(name)).expect("seeds").flatten())
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let mut seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("a seed")).collect();
    let archive = fs::read(root.join("examples/support.mbox")).expect("the archive");
    let mut mail = Vec::new();
    for line in archive.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(b"From ") {
            seeds.extend((!mail.is_empty()).then(|| std::mem::take(&mut mail)));
        } else {
            mail.extend_from_slice(line);
        }
    }
    seeds.push(mail);
    seeds.extend([&b""[..], b"\n\n\n", b"\xff\xfe\0", b"From: a@b.test", b": \n\nx"].map(<[u8]>::to_vec));
    seeds
}

/// A mail with a few changes: bytes turned, stretches taken out, doubled or brought in from another one, pieces put in, at
/// times very often.
fn changed(seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut roll = |end: usize| usize::try_from(dice.below(end.max(1) as u64)).expect("a small number");
    let mut mail = seeds[roll(seeds.len())].clone();
    for _ in 0..=roll(9) {
        // The head is where most is to be broken.
        let at = if roll(2) == 0 { roll(mail.len().min(400) + 1) } else { roll(mail.len() + 1) };
        let end = (at + roll(40)).min(mail.len());
        let piece = PIECES[roll(PIECES.len())].as_bytes();
        match roll(7) {
            0 if at < mail.len() => mail[at] ^= 1 << roll(8),
            1 => drop(mail.drain(at..end)),
            2 | 3 => drop(mail.splice(at..at, piece.iter().copied())),
            4 => {
                let times = if roll(40) == 0 { 100_000 } else { 1 + roll(60) };
                drop(mail.splice(at..end, piece.repeat(times)));
            }
            5 => {
                let other = &seeds[roll(seeds.len())];
                let from = roll(other.len() + 1);
                let to = (from + roll(300)).min(other.len());
                drop(mail.splice(at..end, other[from..to].iter().copied()));
            }
            _ => {
                let twice = mail[at..end].to_vec();
                drop(mail.splice(at..at, twice));
            }
        }
    }
    mail
}

/// The row of the table.
pub fn mails(plan: &Plan) -> Outcome {
    let count = plan.pick(500, 10_000);
    let stage = plan.stage("mails");
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(stage.path("mail").join(part)).expect("a folder");
    }
    stage.all(&[&format!("config set mailbox.support.imap maildir:{}", stage.path("mail").display()), "fetch"]);
    let (seeds, mut dice) = (seeds(), plan.dice("mails"));
    let (mut peak, mut longest) = (0, Duration::ZERO);
    for n in 0..count {
        let mail = if n < seeds.len() { seeds[n].clone() } else { changed(&seeds, &mut dice) };
        fs::write(stage.path(&format!("mail/new/{n:05}")), &mail).expect("a file");
        let seen = measured(&mut stage.command("fetch --json"));
        peak = peak.max(seen.peak);
        longest = longest.max(seen.took);
        let read = serde_json::from_str::<serde_json::Value>(&seen.said.out)
            .ok()
            .and_then(|r| r["mailboxes"][0]["read"].as_i64());
        let fault = if seen.said.exit != Some(0) || read != Some(1) {
            Some(format!("it is not read as one mail: {}", seen.said))
        } else if seen.peak > MEMORY || seen.took > PATIENCE {
            Some(format!("{} MiB, {:?}", seen.peak >> 10, seen.took))
        } else {
            None
        };
        if let Some(fault) = fault {
            fs::copy(stage.path(&format!("mail/new/{n:05}")), stage.path(&format!("fault-{n}.eml"))).expect("a file");
            plan.fault(&stage, &format!("mail {n}, kept as fault-{n}.eml"), &fault);
        }
        if (n + 1) % BATCH == 0 || n + 1 == count {
            if let Err(fault) = accounted(&stage, n + 1) {
                plan.fault(&stage, &format!("after mail {n}"), &fault);
            }
            plan.tell("mails", &format!("{} of {count}: {} MiB, {longest:?} at most", n + 1, peak >> 10));
        }
    }
    if let Err(fault) = lasting(&stage, count) {
        plan.fault(&stage, "in the end", &fault);
    }
    Outcome {
        tried: count,
        seen: format!("each once; {} MiB, {} ms at most", peak >> 10, longest.as_millis()),
        left_out: None,
    }
}

/// Every mail has come to something, and none of them comes a second time.
fn accounted(stage: &Stage, mails: usize) -> Result<(), Fault> {
    let said = stage.run("fetch --check");
    let counted = said.out.starts_with(&format!("support inbox: {mails} mail"));
    if said.exit != Some(0) || !counted || !said.out.trim_end().ends_with(" 0 unaccounted") {
        return Err(format!("desk fetch --check: {said}"));
    }
    let again = stage.json("fetch")?;
    if again["mailboxes"][0]["read"] != 0 { Err(format!("what was read is read again: {again}")) } else { Ok(()) }
}

/// The desk is sound, and what it shows steers nothing; as a folder of files the mails are all read, too.
fn lasting(stage: &Stage, mails: usize) -> Result<(), Fault> {
    stage.done("doctor --deep")?;
    for line in ["ls status:all", "parked", "history", "find x", "show 1-40"] {
        let out = stage.done(line)?;
        if let Some(c) = out.chars().find(|c| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c)) {
            return Err(format!("desk {line} has {c:?}: {}", shortened(&out)));
        }
    }
    let said = stage.run("--desk again.db import mail/new --from eml --json");
    let report: serde_json::Value = serde_json::from_str(&said.out).map_err(|e| format!("{e}: {said}"))?;
    let of = |key: &str| report[key].as_u64().unwrap_or_default();
    let rejected = report["rejected"].as_array().map_or(0, Vec::len) as u64;
    let sum = of("messages") + of("duplicates") + of("skipped") + rejected;
    if of("read") == mails as u64 && sum == mails as u64 {
        Ok(())
    } else {
        Err(format!("{mails} files, and the import says {}", shortened(&said.out)))
    }
}
