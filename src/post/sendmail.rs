//! Giving a mail to the `sendmail` program of this machine: no shell, and no address that could be taken for an option.

use super::address;
use super::smtp::{Envelope, Outcome};
use crate::error::{Error, Result};
use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long the program may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How much of its complaints is kept.
const MOST_COMPLAINTS: u64 = 16 << 10;
/// How long they may still come when it has ended: a child of its own may hold the pipe.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// "Try again later", as such programs say it.
const TEMPFAIL: i32 = 75;

/// Runs `program -i -f FROM -- TO…` and gives it the mail, with line feeds as line ends. `about_to` is called right before
/// the program starts.
///
/// ```no_run
/// use frontdesk::post::{sendmail, smtp::Envelope};
/// let envelope = Envelope { from: "support@acme.test".into(), to: vec!["joe@x.org".into()] };
/// let outcome = sendmail::send("/usr/sbin/sendmail", &envelope, b"Subject: Hi\r\n\r\nHello\r\n", &mut || Ok(()));
/// ```
///
/// # Errors
/// There is no such program, or what `about_to` says; then nothing was sent.
pub fn send(
    program: &str,
    envelope: &Envelope,
    mail: &[u8],
    about_to: &mut dyn FnMut() -> Result<()>,
) -> Result<Outcome> {
    let missing = |why: &dyn std::fmt::Display| {
        Error::refused(format!("{program} cannot be run"))
            .because(why)
            .hint("name the program in smtp.sendmail, or a server in smtp.url; nothing was sent")
    };
    let from = match envelope.from.as_str() {
        "" => "<>".to_owned(),
        from => match harmless(from) {
            Ok(from) => from,
            Err(why) => return Ok(Outcome::Never(why)),
        },
    };
    let (mut to, mut refused) = (Vec::new(), Vec::new());
    for email in &envelope.to {
        match harmless(email) {
            Ok(wired) => to.push(wired),
            Err(why) => refused.push((email.clone(), why)),
        }
    }
    if to.is_empty() {
        let why: Vec<String> = refused.into_iter().map(|(_, why)| why).collect();
        return Ok(Outcome::Never(if why.is_empty() { "nobody to send it to".to_owned() } else { why.join("; ") }));
    }
    if mail.contains(&0) {
        return Ok(Outcome::Never("the mail holds a NUL byte".to_owned()));
    }
    if program.contains('/') && !Path::new(program).is_file() {
        return Err(missing(&"there is no such file"));
    }
    about_to()?;
    let mut command = Command::new(program);
    command.args(["-i", "-f", &from, "--"]).args(&to);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|e| missing(&e))?;
    Ok(watch(child, with_line_feeds(mail), PATIENCE, refused))
}

/// The address as an argument; refused where a program could take it for something else.
fn harmless(email: &str) -> std::result::Result<String, String> {
    let wired = address::wire(email)?;
    if wired.starts_with('-') { Err(format!("{email:?} looks like an option of the program")) } else { Ok(wired) }
}

/// Feeds the program, waits for its end, reads its verdict.
fn watch(mut child: Child, mail: Vec<u8>, patience: Duration, refused: Vec<(String, String)>) -> Outcome {
    let until = Instant::now() + patience;
    let fed = child.stdin.take().map(|mut stdin| aside(move || stdin.write_all(&mail)));
    let complaints = child.stderr.take().map(|mut stderr| aside(move || complaints(&mut stderr)));
    let status = match ended(&mut child, until) {
        Ok(Some(status)) => status,
        Ok(None) => return Outcome::Unknown(format!("the program did not end within {} s", patience.as_secs())),
        Err(e) => return Outcome::Unknown(format!("the program was lost sight of: {e}")),
    };
    let complaints = complaints.and_then(|c| c.recv_timeout(LAST_WORDS).ok()).unwrap_or_default();
    let took_all = fed.is_some_and(|f| f.recv_timeout(LAST_WORDS).is_ok_and(|written| written.is_ok()));
    verdict(status, &complaints, took_all, refused)
}

fn verdict(status: ExitStatus, complaints: &str, took_all: bool, refused: Vec<(String, String)>) -> Outcome {
    let why = |code: i32| match complaints.lines().map(str::trim).find(|l| !l.is_empty()) {
        Some(line) => line.chars().filter(|&c| !address::is_invisible(c)).take(300).collect(),
        None => format!("the program ended with {code}"),
    };
    match status.code() {
        Some(0) if took_all => Outcome::Sent { said: "handed to the program".to_owned(), refused },
        Some(0) => Outcome::Unknown("the program did not read the whole mail".to_owned()),
        Some(TEMPFAIL) => Outcome::Later(why(TEMPFAIL)),
        Some(code) => Outcome::Never(why(code)),
        None => Outcome::Unknown(format!("the program was killed (signal {})", status.signal().unwrap_or_default())),
    }
}

/// Waits for the end; kills the program at `until` and gives none.
fn ended(child: &mut Child, until: Instant) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Does `deed` beside us; we may stop waiting for it.
fn aside<T: Send + 'static>(deed: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        let _ = done.send(deed());
    });
    wait
}

/// The first of what the program complains; the rest is read and dropped, so that it never waits for us.
fn complaints(stderr: &mut impl Read) -> String {
    let mut kept = Vec::new();
    let _ = stderr.by_ref().take(MOST_COMPLAINTS).read_to_end(&mut kept);
    let _ = io::copy(stderr, &mut io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}

/// Such programs want the line ends of this machine.
fn with_line_feeds(mail: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(mail.len());
    let mut before = 0;
    for &byte in mail {
        match byte {
            b'\n' if before == b'\r' => {}
            b'\r' => out.push(b'\n'),
            _ => out.push(byte),
        }
        before = byte;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("30").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let start = Instant::now();
        let outcome = watch(command.spawn().unwrap(), vec![b'x'; 1 << 20], Duration::from_millis(100), Vec::new());
        assert!(matches!(outcome, Outcome::Unknown(_)) && start.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn every_line_ends_in_a_line_feed() {
        assert_eq!(with_line_feeds(b"a\r\nb\rc\nd\r\n\r\n"), b"a\nb\nc\nd\n\n");
    }
}
