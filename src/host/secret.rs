//! Passwords from where the own settings say: a command, a variable, the keyring of the system. What is read here is never
//! shown: not by `Debug`, not in an error.

use super::{Host, Stage};
use crate::error::{Error, Kind, Result};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// What opens a mailbox, a server or a desk. Lives in memory only.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// Nobody has named a place for one.
    None,
    /// A password.
    Password(String),
    /// An access token (OAuth 2).
    Bearer(String),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Secret::None => "None",
            Secret::Password(_) => "Password(…)",
            Secret::Bearer(_) => "Bearer(…)",
        })
    }
}

/// How long a command may take that prints a password: it may ask its user for another one.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes that such a command may print.
const MOST: usize = 64 * 1024;

impl Host {
    /// Runs a command of the own configuration and gives the first line it prints.
    ///
    /// # Errors
    /// Where it fails, takes too long, prints too much or nothing.
    pub fn first_line_of(&self, command: &str) -> Result<String> {
        let mut shell = self.command("sh");
        shell.arg("-c").arg(command);
        let printed = printed(shell, PATIENCE)?.ok_or_else(|| Error::refused("there is no shell (sh)"))?;
        let printed = printed.map_err(|status| Error::refused("the command failed").because(status))?;
        line_of(&printed)
    }

    /// A variable of the environment that holds a password.
    ///
    /// # Errors
    /// Where it is absent, empty or no text.
    pub fn secret_variable(&self, name: &str) -> Result<String> {
        let set = self.variable(name).ok_or_else(|| Error::refused(format!("the variable {name} is not set")))?;
        if set.contains('\u{fffd}') { Err(not_a_line()) } else { line_of(set.as_bytes()) }
    }

    /// What the keyring of the system has for this name.
    ///
    /// # Errors
    /// Where its tool is absent or has nothing.
    pub fn from_keyring(&self, name: &str) -> Result<String> {
        let mut tool = self.command(TOOL);
        tool.args(lookup(name));
        let printed = printed(tool, PATIENCE)?
            .ok_or_else(|| Error::refused(format!("there is no {TOOL} here, which asks the keyring")))?;
        printed
            .ok()
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| Error::refused(format!("the keyring has nothing for the account {name} of frontdesk")))
            .and_then(|bytes| line_of(&bytes))
    }

    /// The line that puts a password into the keyring; it asks for it.
    #[must_use]
    pub fn keyring_store(name: &str) -> String {
        if cfg!(target_os = "macos") {
            format!("put it in: security add-generic-password -s frontdesk -a {name} -w")
        } else {
            format!("put it in: secret-tool store --label=\"frontdesk {name}\" service frontdesk account {name}")
        }
    }

    /// Whether the tool that asks the keyring of the system is here.
    #[must_use]
    pub fn has_keyring(&self) -> bool {
        let folders = self.variable("PATH").unwrap_or_default();
        folders.split(':').any(|folder| Path::new(folder).join(TOOL).is_file())
    }

    /// Lets the tool of the keyring ask for a password and keep it under this name; it does not pass through here.
    ///
    /// # Errors
    /// Where there is no such tool, or it does not keep it.
    pub fn ask_into_keyring(&self, name: &str) -> Result<()> {
        let done = self.command(TOOL).args(store(&format!("frontdesk {name}"), name)).status();
        kept(done)
    }

    /// Keeps under a second name what the keyring has under a first.
    ///
    /// # Errors
    /// As [`Host::ask_into_keyring`], and where there is nothing under the first.
    pub fn copy_in_keyring(&self, from: &str, to: &str) -> Result<()> {
        if cfg!(target_os = "macos") {
            // Its tool takes a password from a person or from its arguments, which everybody on the machine can see.
            return self.ask_into_keyring(to);
        }
        let secret = self.from_keyring(from)?;
        let mut tool = self.command(TOOL);
        tool.args(store(&format!("frontdesk {to}"), to)).stdin(Stdio::piped()).stdout(Stdio::null());
        kept(tool.spawn().and_then(|mut child| {
            if let Some(mut input) = child.stdin.take() {
                input.write_all(secret.as_bytes())?;
            }
            child.wait()
        }))
    }

    /// A program with the environment of the stage, where there is one.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        if let Stage::Set { environment, .. } = &self.stage {
            command.env_clear().envs(environment);
        }
        command
    }
}

const TOOL: &str = if cfg!(target_os = "macos") { "security" } else { "secret-tool" };

fn lookup(name: &str) -> Vec<&str> {
    if cfg!(target_os = "macos") {
        vec!["find-generic-password", "-s", "frontdesk", "-a", name, "-w"]
    } else {
        vec!["lookup", "service", "frontdesk", "account", name]
    }
}

fn store<'a>(label: &'a str, name: &'a str) -> Vec<&'a str> {
    if cfg!(target_os = "macos") {
        vec!["add-generic-password", "-U", "-l", label, "-s", "frontdesk", "-a", name, "-w"]
    } else {
        vec!["store", "--label", label, "service", "frontdesk", "account", name]
    }
}

fn kept(done: std::io::Result<ExitStatus>) -> Result<()> {
    match done {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::refused("the keyring did not keep it").because(status)),
        Err(e) => Err(Error::refused(format!("{TOOL} does not run, which asks the keyring")).because(e)),
    }
}

fn not_a_line() -> Error {
    Error::refused("what it prints is not a line of text")
}

/// The first line, which must be a text.
fn line_of(printed: &[u8]) -> Result<String> {
    let first = printed.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8(first.to_vec()).map_err(|_| not_a_line())?;
    let line = line.strip_suffix('\r').unwrap_or(&line);
    match line {
        "" => Err(Error::refused("it gives nothing")),
        line if line.chars().any(char::is_control) => Err(not_a_line()),
        line => Ok(line.to_owned()),
    }
}

/// Runs a program and gives what it prints, or how it failed; none where there is no such program.
fn printed(mut program: Command, patience: Duration) -> Result<Option<std::result::Result<Vec<u8>, String>>> {
    let spawned = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
    let mut child = match spawned {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        spawned => spawned.map_err(|e| Error::from(e).doing("starting a program"))?,
    };
    let heard = listen(&mut child);
    let outcome = wait(&mut child, &heard, Instant::now() + patience);
    if outcome.is_err() {
        drop(child.kill());
        drop(child.wait());
    }
    outcome.map(Some)
}

/// What the program prints, piece by piece.
fn listen(child: &mut Child) -> Receiver<Vec<u8>> {
    let (say, heard) = channel();
    if let Some(mut out) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(n @ 1..) = out.read(&mut piece) {
                let Some(part) = piece.get(..n) else { return };
                if say.send(part.to_vec()).is_err() {
                    return;
                }
            }
        });
    }
    heard
}

/// Until the program has ended and what it printed is read. What it left running in the background is not waited for.
fn wait(child: &mut Child, heard: &Receiver<Vec<u8>>, end: Instant) -> Result<std::result::Result<Vec<u8>, String>> {
    let mut printed = Vec::new();
    let mut take = |piece: Vec<u8>| {
        printed.extend(piece);
        if printed.len() > MOST { Err(Error::refused("it prints more than 64 KiB")) } else { Ok(()) }
    };
    let status = loop {
        match heard.recv_timeout(Duration::from_millis(20)) {
            Ok(piece) => take(piece)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(Duration::from_millis(2)),
        }
        if let Some(status) = child.try_wait().map_err(|e| Error::from(e).doing("waiting for a program"))? {
            break status;
        }
        if Instant::now() >= end {
            return Err(Error::new(Kind::Temporary, "it gave no answer within a minute"));
        }
    };
    while let Ok(piece) = heard.recv_timeout(Duration::from_millis(200)) {
        take(piece)?;
    }
    Ok(if status.success() { Ok(printed) } else { Err(status.to_string()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str, patience: u64) -> Result<Option<std::result::Result<Vec<u8>, String>>> {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line);
        printed(command, Duration::from_millis(patience))
    }

    #[test]
    fn a_command_that_hangs_is_given_up() {
        let started = Instant::now();
        for line in ["sleep 30", "echo x; sleep 30; echo y", "exec >&-; sleep 30"] {
            assert_eq!(shell(line, 200).unwrap_err().kind, Kind::Temporary, "{line}");
        }
        assert!(started.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn what_a_command_leaves_behind_is_not_waited_for() {
        let started = Instant::now();
        assert_eq!(shell("sleep 30 & echo x", 20_000).unwrap().unwrap().unwrap(), b"x\n");
        assert!(started.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn what_is_printed_is_taken_whole_and_bounded() {
        let many = shell("i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done", 20_000);
        assert_eq!(many.unwrap().unwrap().unwrap().iter().filter(|b| **b == b'\n').count(), 500);
        assert!(shell("yes", 20_000).unwrap_err().what.contains("64 KiB"));
        assert!(printed(Command::new("/absent/tool"), PATIENCE).unwrap().is_none());
    }

    #[test]
    fn only_a_line_of_text_is_a_password() {
        assert_eq!(line_of("пароль \r\nlogin: x\n".as_bytes()).unwrap(), "пароль ");
        for odd in [&b""[..], b"\n", b"\nx", b"a\0b", b"\xff"] {
            assert!(line_of(odd).is_err(), "{odd:?}");
        }
    }
}
