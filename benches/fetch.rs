//! What it costs to fetch: a mailbox of 2,000 mails for the first time, once more with nothing new in it, and with one new
//! mail; from a Maildir, and from a Dovecot where one is installed. `benches/README.md` says how to run it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its table and says how far it is")]
#![expect(clippy::disallowed_methods, reason = "a benchmark has an environment and a clock of its own")]

mod author;
#[expect(dead_code, reason = "made for the tests of mail")]
#[path = "../tests/mail/certificate.rs"]
#[expect(clippy::unwrap_used, reason = "made for the tests of mail")]
mod certificate;
#[expect(dead_code, reason = "what is asked of a desk is not asked here")]
mod corpus;
#[expect(dead_code, reason = "made for the tests of mail")]
#[path = "../tests/mail/dovecot.rs"]
#[expect(clippy::unwrap_used, clippy::expect_used, reason = "made for the tests of mail")]
mod dovecot;
mod place;
mod process;
#[expect(dead_code, reason = "only what writes numbers is used here")]
mod table;

use dovecot::{Dovecot, PASSWORD, USER};
use place::{Place, folder, load, machine, words};
use process::{Cost, Fault, run, run_watched};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use table::{median, tenths};

/// Puts the nth mail into the mailbox.
type Deliver<'a> = &'a dyn Fn(usize, &[u8]) -> Result<(), Fault>;

/// So often it is fetched with nothing new, and with one new mail.
const RUNS: usize = 15;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let size: usize = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(2_000);
    let exe = std::env::var_os("DESK_EXE").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_desk")), PathBuf::from);
    let exe = fs::canonicalize(&exe).map_err(|e| format!("{}: {e}", exe.display()))?;
    let home = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mails = mails(home.path(), size + 2 * RUNS)?;
    println!("{}\n", machine()?);
    println!(
        "| {size} mails | mails per second | mails per CPU second | MiB | nothing new: CPU ms | wall ms | one new: CPU ms | wall ms |\n|{}",
        " --- |".repeat(8)
    );
    let maildir = home.path().join("Maildir");
    let deliver = |n: usize, mail: &[u8]| -> Result<(), Fault> {
        ["new", "cur", "tmp"].iter().try_for_each(|part| fs::create_dir_all(maildir.join(part)))?;
        Ok(fs::write(maildir.join("new").join(format!("1700000000.M{n:06}P1.bench")), mail)?)
    };
    let place = Place { exe: exe.clone(), folder: folder(home.path(), "maildir")? };
    run(&mut place.desk(&words(&format!("config set mailbox.support.imap maildir:{}", maildir.display()))))?;
    println!("| Maildir {}", fetched(&place, &mails, size, &deliver)?);
    let Some(server) = Dovecot::start() else { return Ok(()) };
    let place = Place { exe, folder: folder(home.path(), "imap")? };
    run(&mut place.desk(&words(&format!("config set mailbox.support.imap {}", server.tls_url(USER)))))?;
    run(&mut place.desk(&words(&format!("config set mailbox.support.ca {}", server.ca().display()))))?;
    let told = ["config", "set", "passwords.support.command", &format!("echo {PASSWORD}")].map(str::to_owned);
    run(&mut place.desk(&told))?;
    let deliver = |_: usize, mail: &[u8]| -> Result<(), Fault> {
        server.deliver("INBOX", mail);
        Ok(())
    };
    println!("| IMAP, TLS, same machine {}", fetched(&place, &mails, size, &deliver)?);
    println!("\nload at the end: {}", load()?);
    Ok(())
}

/// The mails of a made-up mailbox.
fn mails(home: &Path, count: usize) -> Result<Vec<Vec<u8>>, Fault> {
    let path = home.join("bench.mbox");
    corpus::write(&path, u64::try_from(count)? / 2)?;
    let text = fs::read_to_string(&path)?;
    let mails = text.split("\nFrom support@desk.test ").filter_map(|mail| mail.split_once('\n'));
    let mails: Vec<Vec<u8>> = mails.map(|(_, mail)| mail.as_bytes().to_vec()).take(count).collect();
    if mails.len() < count { Err(format!("{} mails instead of {count}", mails.len()).into()) } else { Ok(mails) }
}

/// Fetches all, then nothing, then one at a time: a row of the table.
fn fetched(place: &Place, mails: &[Vec<u8>], size: usize, deliver: Deliver<'_>) -> Result<String, Fault> {
    run(&mut place.desk(&words(&format!("config set addresses {}", corpus::OURS))))?;
    for (n, mail) in mails.iter().enumerate().take(size) {
        deliver(n, mail)?;
    }
    eprintln!("fetching {size} mails");
    let asked = words("fetch");
    let (first, peak) = run_watched(&mut place.desk(&asked))?;
    run(&mut place.desk(&asked))?;
    let nothing: Vec<Cost> = (0..RUNS).map(|_| run(&mut place.desk(&asked))).collect::<Result<_, _>>()?;
    let mut one = Vec::new();
    for (n, mail) in mails.iter().enumerate().skip(size).take(RUNS) {
        deliver(n, mail)?;
        one.push(run(&mut place.desk(&asked))?);
    }
    let kept = place.sqlite3("desk.db", "SELECT count(*) FROM message").output()?;
    if String::from_utf8_lossy(&kept.stdout).trim() != (size + RUNS).to_string() {
        return Err(format!("{} messages instead of {}", String::from_utf8_lossy(&kept.stdout), size + RUNS).into());
    }
    let (nothing, one) = (median(&nothing), median(&one));
    let per_second = |time: Duration| u128::try_from(size).unwrap_or(0) * 1_000_000 / time.as_micros().max(1);
    let millis = |time: Duration| tenths(time.as_micros() / 100);
    Ok(format!(
        "| {} | {} | {} | {} | {} | {} | {} |",
        per_second(first.wall),
        per_second(first.cpu),
        peak / 1024,
        millis(nothing.cpu),
        millis(nothing.wall),
        millis(one.cpu),
        millis(one.wall),
    ))
}
