//! Mail that leaves the desk as an mbox: mails as they came, and what never was a mail as a small mail of its own
//! (`letter`). `From ` at the start of a line is quoted so that it can be taken back exactly (mboxrd). And the lines of a whole
//! desk, which are counted and sealed so that damage is noticed (`seal`).

mod letter;
mod seal;

pub use letter::{Letter, letter};
pub use seal::{End, LONGEST, Lines, Sealed, has_an_end, packed, unfolded, unpacked};

use crate::domain::time::Moment;
use std::io::{self, Write};

/// Appends a mail to an mbox: its `From ` line, its bytes, and the blank line that parts it from the next.
///
/// ```
/// use frontdesk::{domain::time::Moment, formats::leave::append};
/// let mut mbox = Vec::new();
/// append(&mut mbox, "ann@acme.test", Moment(0), b"Subject: x\n\nFrom here\n>From there").unwrap();
/// assert_eq!(mbox, b"From ann@acme.test Thu Jan  1 00:00:00 1970\nSubject: x\n\n>From here\n>>From there\n\n");
/// ```
///
/// # Errors
/// Those of the writer.
pub fn append(out: &mut dyn Write, sender: &str, at: Moment, mail: &[u8]) -> io::Result<()> {
    let plain = !sender.is_empty() && sender.bytes().all(|b| b.is_ascii_graphic());
    let sender = if plain { sender } else { "MAILER-DAEMON" };
    writeln!(out, "From {sender} {}", at.utc().format("%a %b %e %H:%M:%S %Y"))?;
    for line in mail.split_inclusive(|b| *b == b'\n') {
        let marks = line.iter().take_while(|b| **b == b'>').count();
        if line.get(marks..).is_some_and(|rest| rest.starts_with(b"From ")) {
            out.write_all(b">")?;
        }
        out.write_all(line)?;
    }
    out.write_all(if mail.ends_with(b"\n") { b"\n" } else { b"\n\n" })
}
