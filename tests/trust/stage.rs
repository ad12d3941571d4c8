//! A throw-away folder with a desk in it, a fixed now, and nobody's environment; the real program is run on it. The folder can be
//! frozen and thawed, at the same place: whatever the desk's settings name is there again.

use rustix::process::{Signal, kill_process};
use serde_json::Value;
use std::fmt;
use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// What is wrong, in a sentence.
pub type Fault = String;

/// The longest that any command may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// The longest that a command may go on when it is told to end.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// A place to try things.
pub struct Stage {
    root: PathBuf,
    /// Where commands are run, with the desk `desk.db`.
    pub play: PathBuf,
}

/// What a command said, and how it ended.
pub struct Said {
    /// The exit code; none: a signal ended it.
    pub exit: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub talk: String,
}

impl Stage {
    /// An empty stage below `root`.
    pub fn new(root: &Path, name: &str) -> Stage {
        let root = root.join(name);
        let play = root.join("play");
        fs::create_dir_all(&play).expect("the folder of a stage");
        Stage { root, play }
    }

    /// A path in the folder where commands are run.
    pub fn path(&self, name: &str) -> PathBuf {
        self.play.join(name)
    }

    /// The desk.
    pub fn desk(&self) -> PathBuf {
        self.path("desk.db")
    }

    /// Another program on this stage, with nothing of the real environment.
    pub fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(&self.play).envs([
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ("DESK_AGENT", "mila"),
            ("DESK_NOW", "2026-11-20T12:00:00Z"),
            ("DESK_ZONE", "UTC"),
            ("DESK_SEED", "stage"),
        ]);
        command.env("HOME", &self.play).env("DESK_FILE", self.desk());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The program under trial.
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.program(exe());
        command.args(words(line));
        command
    }

    /// Runs a line.
    pub fn run(&self, line: &str) -> Said {
        finish(&mut self.command(line))
    }

    /// Runs a line that must succeed; gives its output.
    pub fn done(&self, line: &str) -> Result<String, Fault> {
        let said = self.run(line);
        if said.exit == Some(0) { Ok(said.out) } else { Err(format!("desk {line}: {said}")) }
    }

    /// What a line gives as JSON.
    pub fn json(&self, line: &str) -> Result<Value, Fault> {
        let out = self.done(&format!("{line} --json"))?;
        serde_json::from_str(&out).map_err(|e| format!("desk {line} --json: {e}: {out}"))
    }

    /// Runs lines that must succeed for the trial to begin.
    pub fn all(&self, lines: &[&str]) {
        for line in lines {
            self.done(line).expect("the desk of a trial is furnished");
        }
    }

    /// Keeps the folder as it is under a name.
    pub fn freeze(&self, name: &str) {
        copy(&self.play, &self.root.join(name));
    }

    /// Brings the folder back as it was kept.
    pub fn thaw(&self, name: &str) {
        copy(&self.root.join(name), &self.play);
    }

    /// Puts the folder aside for whoever looks into a failure.
    pub fn keep(&self, faults: usize) -> PathBuf {
        let kept = self.root.join(format!("failed-{faults}"));
        copy(&self.play, &kept);
        kept
    }
}

/// The program under trial: the one that was built for it, or another that `DESK_EXE` names.
pub fn exe() -> &'static str {
    static EXE: OnceLock<String> = OnceLock::new();
    EXE.get_or_init(|| std::env::var("DESK_EXE").unwrap_or_else(|_| env!("CARGO_BIN_EXE_desk").to_owned()))
}

/// Makes `to` a copy of the folder `from`, with the same times.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(to).expect("a folder").flatten() {
        let there = entry.path();
        if fs::symlink_metadata(from.join(entry.file_name())).is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound) {
            let is_dir = entry.file_type().is_ok_and(|t| t.is_dir());
            if is_dir { fs::remove_dir_all(there) } else { fs::remove_file(there) }
                .expect("what is left over is removed");
        }
    }
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (here, there) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            copy(&here, &there);
            continue;
        }
        fs::copy(&here, &there).expect("a file is copied");
        let time = fs::metadata(&here).and_then(|m| m.modified()).expect("its time");
        fs::File::options().write(true).open(&there).and_then(|f| f.set_modified(time)).expect("its time is kept");
    }
}

/// A line in words; `'…'` holds spaces together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(n, part)| match n % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// Runs a process to its end; one that hangs is ended, which shows as a signal.
pub fn finish(command: &mut Command) -> Said {
    let child = command.process_group(0).spawn().expect("a process is started");
    until(child, Instant::now() + PATIENCE, Signal::KILL).0
}

/// Waits for a process up to an instant, then sends it a signal; whether it was sent one. Who lives on is killed.
pub fn until(child: Child, end: Instant, signal: Signal) -> (Said, bool) {
    let pid = rustix::process::Pid::from_child(&child);
    let (done, wait) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || drop(done.send(child.wait_with_output())));
    let (output, killed) = match wait.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(output) => (output, false),
        Err(_) => {
            // Where it has just ended by itself there is nothing to end.
            let _ = kill_process(pid, signal);
            let output = wait.recv_timeout(LAST_WORDS).unwrap_or_else(|_| {
                let _ = kill_process(pid, Signal::KILL);
                wait.recv().expect("its output")
            });
            (output, true)
        }
    };
    reader.join().expect("a thread ends");
    (Said::from(output.expect("its output")), killed)
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let signal = output.status.signal();
        Said { exit: output.status.code(), signal, out: text(&output.stdout), talk: text(&output.stderr) }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signal = self.signal.unwrap_or_default();
        let exit = self.exit.map_or_else(|| format!("ended by signal {signal}"), |code| format!("exit {code}"));
        write!(f, "{exit}; said {:?} and {:?}", shortened(&self.out), shortened(&self.talk))
    }
}

/// The first words of a long text.
pub fn shortened(text: &str) -> String {
    let mut short: String = text.trim_end().chars().take(400).collect();
    if short.len() < text.trim_end().len() {
        short.push('…');
    }
    short
}

/// Numbers that look random and are the same for the same seed.
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed, of their own for each purpose.
    pub fn new(seed: u64, purpose: &str) -> Dice {
        Dice(
            purpose
                .bytes()
                .fold(seed ^ 0x9e37_79b9_7f4a_7c15, |s, b| (s ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end.max(1)
    }
}
