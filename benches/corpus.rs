//! A mailbox of a support desk, made up: conversations in Russian and English over two years, the same ones every time.
//! It writes an mbox and knows what was planted in it; who reads it is not known here.

use super::author::Author;
use chrono::DateTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Now, for everybody: 20 November 2026, noon.
pub const NOW: i64 = 1_795_176_000;
/// Our address: mail from it is an answer.
pub const OURS: &str = "support@desk.test";
/// A word that stands in twenty mails.
pub const RARE: &str = "xylophonist";
/// Two words that stand in many mails together, as they are spelled there.
pub const COMMON: [&str; 2] = ["принтер", "ошибка"];
/// What many words begin with.
pub const BEGINNING: &str = "прин";
/// Tickets of one client.
pub const PER_CLIENT: u64 = 25;

const NAMES: &str =
    "Анна Борис Вера Глеб Дарья Егор Жанна Захар Инна Кирилл Alice Bob Carol Dave Erin Frank Grace Heidi Ivan Judy";

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Written {
    /// Mails.
    pub mails: u64,
    /// Bytes of the mailbox.
    pub bytes: u64,
}

/// Writes a mailbox of so many conversations, three mails each on average, in the order they were sent.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, tickets: u64) -> io::Result<Written> {
    write_within(path, tickets, 2 * 365 * 86_400)
}

/// The same in so many seconds before now.
///
/// # Errors
/// The file cannot be written.
pub fn write_within(path: &Path, tickets: u64, span: i64) -> io::Result<Written> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut post = Post::new(tickets);
    let mut written = Written::default();
    let mut waiting: BinaryHeap<Reverse<(i64, u64, u64)>> = BinaryHeap::new();
    let begin = NOW - span;
    for ticket in 0..tickets {
        let opened = begin + span * i64::try_from(ticket).unwrap_or(0) / i64::try_from(tickets).unwrap_or(1);
        let mut at = opened;
        for turn in 0..[1, 2, 3, 3, 4, 5][post.author.below(6)] {
            waiting.push(Reverse((at, ticket, turn)));
            at += 600 + i64::try_from(post.author.below(2 * 86_400)).unwrap_or(0);
        }
        while let Some(Reverse(next)) = waiting.peek().filter(|Reverse(next)| next.0 <= opened).copied() {
            waiting.pop();
            written.add(post.mail(next, &mut out)?);
        }
    }
    while let Some(Reverse((at, ticket, turn))) = waiting.pop() {
        written.add(post.mail((at.min(NOW - 60), ticket, turn), &mut out)?);
    }
    out.flush()?;
    Ok(written)
}

/// The client that has the ticket of this index, by its domain.
pub fn client_of(ticket: u64, tickets: u64) -> String {
    format!("c{}.test", contact_of(ticket, tickets) % clients(tickets))
}

fn clients(tickets: u64) -> u64 {
    (tickets / PER_CLIENT).max(1)
}

/// Five tickets of each contact, spread over the time.
fn contact_of(ticket: u64, tickets: u64) -> u64 {
    ticket % (tickets / 5).max(1)
}

impl Written {
    fn add(&mut self, bytes: usize) {
        self.mails += 1;
        self.bytes += u64::try_from(bytes).unwrap_or(0);
    }
}

/// A desk's post: who writes, and what was written so far.
struct Post {
    author: Author,
    tickets: u64,
    mails: u64,
    names: Vec<&'static str>,
}

impl Post {
    fn new(tickets: u64) -> Post {
        Post { author: Author::new(5), tickets, mails: 0, names: NAMES.split_whitespace().collect() }
    }

    /// Writes one mail; how many bytes it has.
    fn mail(&mut self, (at, ticket, turn): (i64, u64, u64), out: &mut impl Write) -> io::Result<usize> {
        let contact = contact_of(ticket, self.tickets);
        let place = usize::try_from(contact).unwrap_or(0);
        let name = self.names.get(place % self.names.len()).copied().unwrap_or_default();
        let theirs = format!("u{contact}@{}", client_of(ticket, self.tickets));
        let language = place % 2;
        let ours = turn % 2 == 1;
        let (from, to) =
            if ours { (format!("Support <{OURS}>"), theirs) } else { (format!("{name} <{theirs}>"), OURS.to_owned()) };
        let when = DateTime::from_timestamp(at, 0).unwrap_or_default();
        let subject = Author::new(ticket).words(language, 48, usize::MAX);
        let length = 600 + self.author.below(800);
        let mut text = self.author.words(language, length, 72);
        // Twenty mails of the archive hold the rare word, wherever the archive is long enough.
        if self.mails % (self.tickets * 3 / 20).max(1) == 7 {
            text.push('\n');
            text.push_str(RARE);
        }
        self.mails += 1;
        let mut mail = format!(
            "From {OURS} {}\nFrom: {from}\nTo: {to}\nSubject: {}{subject}\nDate: {}\nMessage-ID: <{ticket}.{turn}@bench.test>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n",
            when.format("%a %b %e %H:%M:%S %Y"),
            if turn > 0 { "Re: " } else { "" },
            when.format("%a, %d %b %Y %H:%M:%S +0000"),
        );
        if turn > 0 {
            let earlier: Vec<String> = (0..turn).map(|t| format!("<{ticket}.{t}@bench.test>")).collect();
            mail.push_str(&format!(
                "In-Reply-To: <{ticket}.{}@bench.test>\nReferences: {}\n",
                turn - 1,
                earlier.join(" ")
            ));
        }
        mail.push('\n');
        mail.push_str(&text);
        mail.push_str("\n\n");
        out.write_all(mail.as_bytes())?;
        Ok(mail.len())
    }
}
