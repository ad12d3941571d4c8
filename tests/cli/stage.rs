//! A desk of its own in a temporary folder, a fixed now, and nobody's environment.

#[path = "../engines/mirror.rs"]
pub mod mirror;

use frontdesk::store::{Place, Store};
use mirror::Line;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

/// Where commands are run. Clones share the folder, so that one desk is seen at other times and by other agents.
#[derive(Clone)]
pub struct Stage {
    folder: Rc<Room>,
    environment: BTreeMap<String, String>,
    input: Vec<u8>,
    terminal: bool,
}

/// The folder of a desk. Whatever a test did there, in the end its history adds up to what the desk holds.
struct Room(tempfile::TempDir);

impl Drop for Room {
    fn drop(&mut self) {
        let desk = self.0.path().join("desk.db");
        if std::thread::panicking() || !desk.exists() {
            return;
        }
        // A test may have broken it on purpose: then there is nothing to add up.
        let Ok(Some(mut store)) = Store::open(&Place::File(desk), true, None) else { return };
        let wrong = store.read(|r| Ok((r.gaps()?, r.broken_seals()?, r.altered_texts()?)));
        assert!(wrong.as_ref().is_ok_and(|(a, b, c)| a.is_empty() && b.is_empty() && c.is_empty()), "{wrong:?}");
    }
}

/// What a command said, and how it ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub talk: String,
    /// The exit code.
    pub exit: u8,
}

impl Stage {
    /// An empty stage: Friday noon, agent mila, UTC, no desk yet.
    pub fn new() -> Stage {
        let folder = tempfile::Builder::new().prefix("desk-cli-").tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let environment = [
            ("HOME", path("home")),
            ("XDG_CONFIG_HOME", path("config")),
            ("XDG_DATA_HOME", path("data")),
            ("XDG_STATE_HOME", path("state")),
            ("DESK_FILE", path("desk.db")),
            ("DESK_AGENT", "mila".to_owned()),
            ("DESK_NOW", "2026-11-20T12:00:00Z".to_owned()),
            ("DESK_ZONE", "UTC".to_owned()),
            ("DESK_SEED", "stage".to_owned()),
        ];
        let environment = environment.map(|(k, v)| (k.to_owned(), v)).into();
        Stage { folder: Rc::new(Room(folder)), environment, input: Vec::new(), terminal: false }
    }

    /// The same desk with a variable set.
    pub fn with(&self, name: &str, value: &str) -> Stage {
        let mut stage = self.clone();
        stage.environment.insert(name.to_owned(), value.to_owned());
        stage
    }

    /// The same desk at another time.
    pub fn at(&self, now: &str) -> Stage {
        self.with("DESK_NOW", now)
    }

    /// The same desk in the hands of somebody else.
    pub fn as_agent(&self, name: &str) -> Stage {
        self.with("DESK_AGENT", name)
    }

    /// The same desk with something to read on standard input.
    pub fn fed(&self, input: &str) -> Stage {
        Stage { input: input.as_bytes().to_vec(), ..self.clone() }
    }

    /// The same desk seen on a terminal of so many cells.
    pub fn on_terminal(&self, cells: usize) -> Stage {
        Stage { terminal: true, ..self.with("COLUMNS", &cells.to_string()) }
    }

    /// A path in the folder of the stage.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.0.path().join(name)
    }

    /// Runs a command line as a shell would split it.
    pub fn desk(&self, line: &str) -> Said {
        let words = split(line);
        self.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Runs the words as they are.
    pub fn run(&self, words: &[&str]) -> Said {
        let (exit, out, talk) = mirror::run(self.line(words));
        Said { out, talk, exit }
    }

    /// The words in the machine around this stage.
    pub fn line(&self, words: &[&str]) -> Line {
        let words = words.iter().map(|w| (*w).to_owned()).collect();
        Line { input: self.input.clone(), terminal: self.terminal, ..Line::new(words, self.environment.clone()) }
    }

    /// Runs a line that must succeed; gives its output.
    pub fn ok(&self, line: &str) -> String {
        let said = self.desk(line);
        assert_eq!(said.exit, 0, "desk {line}: {said:?}");
        said.out
    }

    /// Runs lines that must succeed.
    pub fn all(&self, lines: &[&str]) {
        for line in lines {
            self.ok(line);
        }
    }

    /// Runs a line that must end with this code and give no data; gives what was said about it.
    pub fn refused(&self, line: &str, exit: u8) -> String {
        let said = self.desk(line);
        assert_eq!((said.exit, said.out.as_str()), (exit, ""), "desk {line}: {said:?}");
        assert!(said.talk.starts_with("error: "), "desk {line}: {said:?}");
        said.talk
    }

    /// What a line gives as JSON.
    pub fn json(&self, line: &str) -> Value {
        let text = self.ok(&format!("{line} --json"));
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("desk {line}: {e}: {text}"))
    }

    /// The numbers that a list gives, in its order.
    pub fn numbers(&self, line: &str) -> Vec<i64> {
        let list = self.json(line);
        list.as_array().unwrap().iter().map(|t| t["number"].as_i64().unwrap()).collect()
    }

    /// One member of a ticket.
    pub fn of(&self, ticket: i64, key: &str) -> Value {
        self.json(&format!("show {ticket}"))[key].clone()
    }

    /// The real program on this stage, with nothing of the real environment.
    pub fn program(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command.args(words).env_clear().envs(&self.environment);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).current_dir(self.folder.0.path());
        command
    }

    /// The real program through a shell, as `$desk`.
    pub fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]).env_clear().envs(&self.environment);
        command.env("desk", env!("CARGO_BIN_EXE_desk")).env("PATH", "/usr/bin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).current_dir(self.folder.0.path());
        command
    }
}

/// Runs a process to its end; one that hangs is ended and fails the test.
pub fn finish(command: &mut Command) -> Output {
    let child = command.spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || drop(done.send(child.wait_with_output())));
    match wait.recv_timeout(Duration::from_secs(20)) {
        Ok(output) => output.unwrap(),
        Err(_) => {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            panic!("it hangs: {command:?}");
        }
    }
}

/// What a process said, as text.
pub fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// A line in words, with the quotes and backslashes of a shell.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(rest.next()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "an open quote in {line}");
    words.extend(word);
    words
}

/// Whether a file of that name is there.
pub fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

#[test]
fn a_line_is_split_as_a_shell_does() {
    assert_eq!(
        split(r#"open "Cannot log in" +a -m 'it says "no"' \#x '' "#),
        ["open", "Cannot log in", "+a", "-m", "it says \"no\"", "#x", ""]
    );
}
