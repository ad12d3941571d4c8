//! The machine around the program: clock, dice, environment, folders, terminal, editor, pager, prompts. Real, or staged for
//! tests. Nothing else in the program reads the environment or talks to a terminal.

mod asking;
mod editor;
pub mod keys;
pub mod saved;
mod secret;

use crate::domain::time::Moment;
use crate::domain::zone::Zone;
use crate::draft;
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use secret::Secret;

/// The machine around the program.
#[derive(Debug)]
pub struct Host {
    stage: Stage,
    /// Whether somebody sits at the input.
    pub stdin_is_terminal: bool,
    /// Whether the output is read as it comes.
    pub stdout_is_terminal: bool,
    /// Whether somebody reads the talk.
    pub stderr_is_terminal: bool,
    /// Set by `--no-input`: nothing is ever asked.
    pub silent: bool,
    /// Held while keys are read one by one.
    keys: Option<keys::Keys>,
}

/// The output, written piece by piece.
#[derive(Debug)]
pub enum Out {
    /// Of this machine.
    Real(std::io::BufWriter<std::io::Stdout>),
    /// Of a stage.
    Kept(Vec<u8>),
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Out::Real(out) => out.write(bytes),
            Out::Kept(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Out::Real(out) => out.flush(),
            Out::Kept(_) => Ok(()),
        }
    }
}

#[derive(Debug)]
enum Stage {
    Real,
    Set { environment: BTreeMap<String, String>, input: Vec<u8>, out: Vec<u8>, talk: Vec<u8> },
}

impl Host {
    /// This machine.
    #[must_use]
    pub fn real() -> Host {
        // Where a file may not grow further (ulimit -f), the write shall fail and be told, not the program die of it.
        // Where nothing can be registered it dies, as it would have.
        drop(signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default()));
        Host {
            stage: Stage::Real,
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            silent: false,
            keys: None,
        }
    }

    /// A stage: this environment, this input, and what is said is kept.
    #[must_use]
    pub fn staged(environment: BTreeMap<String, String>, input: &[u8]) -> Host {
        Host {
            stage: Stage::Set { environment, input: input.to_vec(), out: Vec::new(), talk: Vec::new() },
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            silent: false,
            keys: None,
        }
    }

    /// What was said on a stage: output and talk.
    #[must_use]
    pub fn said(&self) -> (String, String) {
        match &self.stage {
            Stage::Real => (String::new(), String::new()),
            Stage::Set { out, talk, .. } => {
                (String::from_utf8_lossy(out).into_owned(), String::from_utf8_lossy(talk).into_owned())
            }
        }
    }

    /// A variable of the environment; an empty one counts as absent, and what is not text in it comes as U+FFFD.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    pub fn variable(&self, name: &str) -> Option<String> {
        let value = match &self.stage {
            Stage::Real => std::env::var_os(name).map(|v| v.to_string_lossy().into_owned()),
            Stage::Set { environment, .. } => environment.get(name).cloned(),
        };
        value.filter(|v| !v.is_empty())
    }

    /// Now, or what `DESK_NOW` says.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    pub fn now(&self) -> Result<Moment> {
        if let Some(text) = self.variable("DESK_NOW") {
            return Moment::parse_rfc3339(&text).ok_or_else(|| {
                Error::usage(format!("DESK_NOW is not an instant: {text}")).hint("DESK_NOW=2026-11-20T12:00:00Z")
            });
        }
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Ok(Moment(since.ok().and_then(|d| i64::try_from(d.as_secs()).ok()).unwrap_or(0)).held())
    }

    /// Random bytes; with `DESK_SEED`, always the same.
    pub fn dice(&self, bytes: usize) -> Result<Vec<u8>> {
        let Some(seed) = self.variable("DESK_SEED") else { return chance(bytes) };
        let mut out = vec![0; bytes];
        let mut state =
            seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |s, b| (s ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        for byte in &mut out {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = state.to_be_bytes()[0];
        }
        Ok(out)
    }

    /// A random word of hexadecimal digits.
    pub fn random_word(&self, bytes: usize) -> Result<String> {
        Ok(hexadecimal(&self.dice(bytes)?))
    }

    /// A word that never comes twice, whatever `DESK_SEED` says: for what must be told apart and is not shown.
    pub fn unique_word(&self, bytes: usize) -> Result<String> {
        Ok(hexadecimal(&chance(bytes)?))
    }

    /// This process among all that work on a desk: machine, number, and a word that never comes twice.
    pub fn holder(&self) -> Result<String> {
        let machine = rustix::system::uname().nodename().to_string_lossy().replace(':', "-");
        Ok(format!("{machine}:{}:{}", std::process::id(), self.unique_word(6)?))
    }

    /// Whether the process that called itself so is known to be gone: it ran on this machine, and does no more.
    #[must_use]
    pub fn is_gone(&self, holder: &str) -> bool {
        let mut fields = holder.split(':');
        let here = rustix::system::uname().nodename().to_string_lossy().replace(':', "-");
        if fields.next() != Some(here.as_str()) {
            return false;
        }
        let process = fields.next().and_then(|n| n.parse().ok()).and_then(rustix::process::Pid::from_raw);
        let gone = |pid| rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH);
        process.is_some_and(gone)
    }

    /// The folder for data of this user.
    pub fn data_folder(&self) -> Result<PathBuf> {
        self.folder("XDG_DATA_HOME", |d| d.data_dir().to_owned()).map(|f| f.join("desk"))
    }

    /// The folder for the configuration of this user.
    pub fn config_folder(&self) -> Result<PathBuf> {
        self.folder("XDG_CONFIG_HOME", |d| d.config_dir().to_owned()).map(|f| f.join("desk"))
    }

    /// The folder for what may be lost: drafts of texts that were typed.
    pub fn state_folder(&self) -> Result<PathBuf> {
        let state = self.folder("XDG_STATE_HOME", |d| d.state_dir().unwrap_or(d.data_dir()).to_owned());
        state.map(|f| f.join("desk"))
    }

    fn folder(&self, variable: &str, of: impl Fn(&directories::BaseDirs) -> PathBuf) -> Result<PathBuf> {
        if let Some(set) = self.variable(variable).filter(|v| Path::new(v).is_absolute() && !v.contains('\u{fffd}')) {
            return Ok(PathBuf::from(set));
        }
        let known = match &self.stage {
            Stage::Real => directories::BaseDirs::new().map(|d| of(&d)),
            Stage::Set { .. } => self.variable("HOME").map(PathBuf::from),
        };
        known.ok_or_else(|| {
            Error::usage("this user has no home folder").hint("set HOME, or name the desk with --desk PATH")
        })
    }

    /// The name this user logs in with.
    #[must_use]
    pub fn login(&self) -> String {
        ["USER", "LOGNAME", "USERNAME"].iter().find_map(|v| self.variable(v)).unwrap_or_else(|| "me".to_owned())
    }

    /// The time zone of the machine, by its name in the zone database.
    #[must_use]
    pub fn zone_name(&self) -> String {
        let by_link = || {
            let real = std::fs::canonicalize("/etc/localtime").ok()?;
            let text = real.to_str()?;
            text.split_once("zoneinfo/").map(|(_, name)| name.to_owned())
        };
        let named =
            self.variable("DESK_ZONE").or_else(|| self.variable("TZ").map(|t| t.trim_start_matches(':').to_owned()));
        named.filter(|n| self.zone(n).is_some()).or_else(by_link).unwrap_or_else(|| "UTC".to_owned())
    }

    /// The zone of a name, from the machine's database or the one inside this program.
    #[must_use]
    pub fn zone(&self, name: &str) -> Option<Zone> {
        if name == "UTC" {
            return Some(Zone::utc());
        }
        let plain = !name.is_empty()
            && !name.starts_with('/')
            && !name.contains("..")
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c));
        if !plain {
            return None;
        }
        let file = Path::new("/usr/share/zoneinfo").join(name);
        let read = std::fs::read(file).ok().and_then(|bytes| Zone::from_tzif(name, &bytes));
        read.or_else(|| Zone::bundled(name))
    }

    /// Cells of the terminal that shows the output; none for pipes and files.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        if let Some(set) = self.variable("COLUMNS").and_then(|c| c.trim().parse().ok())
            && self.stdout_is_terminal
        {
            return Some(set);
        }
        if !self.stdout_is_terminal {
            return None;
        }
        let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
        Some(size.map_or(80, |s| usize::from(s.ws_col)))
    }

    /// Rows of the terminal.
    #[must_use]
    pub fn height(&self) -> usize {
        let set = self.variable("LINES").and_then(|c| c.trim().parse().ok());
        set.or_else(|| rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|s| usize::from(s.ws_row)))
            .filter(|h| *h > 0)
            .unwrap_or(24)
    }

    /// Whether text may be coloured: `NO_COLOR`, `CLICOLOR_FORCE`, a terminal that can.
    #[must_use]
    pub fn colour(&self, terminal: bool) -> bool {
        if self.variable("NO_COLOR").is_some() {
            return false;
        }
        if self.variable("CLICOLOR_FORCE").is_some_and(|v| v != "0") {
            return true;
        }
        terminal && self.variable("TERM").is_some_and(|t| t != "dumb")
    }

    /// Whether the output is a terminal that is said to know no UTF-8; where nothing is said it does.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.variable(name).filter(|v| !v.is_empty()));
        let other = |l: &str| !l.to_ascii_lowercase().replace('-', "").contains("utf8");
        self.stdout_is_terminal && locale.is_some_and(|l| other(&l))
    }

    /// Says data, at once and whole.
    pub fn say(&mut self, bytes: &[u8]) -> Result<()> {
        match &mut self.stage {
            Stage::Real => {
                let mut out = std::io::stdout().lock();
                let said = out.write_all(bytes).and_then(|()| out.flush());
                said.map_err(|e| match e.kind() {
                    std::io::ErrorKind::BrokenPipe => e.into(),
                    _ => Error::refused("the output cannot be written").because(e),
                })?;
            }
            Stage::Set { out, .. } => out.extend_from_slice(bytes),
        }
        Ok(())
    }

    /// The output, for data that does not fit into memory; what was written is given back by [`Host::end`].
    #[must_use]
    pub fn out(&self) -> Out {
        match &self.stage {
            Stage::Real => Out::Real(std::io::BufWriter::with_capacity(64 << 10, std::io::stdout())),
            Stage::Set { .. } => Out::Kept(Vec::new()),
        }
    }

    /// Everything has been written.
    pub fn end(&mut self, out: Out) -> Result<()> {
        match out {
            Out::Real(mut out) => Ok(out.flush()?),
            Out::Kept(bytes) => self.say(&bytes),
        }
    }

    /// Talks. Nobody listening is no failure.
    pub fn talk(&mut self, text: &str) {
        match &mut self.stage {
            Stage::Real => drop(std::io::stderr().lock().write_all(format!("{text}\n").as_bytes())),
            Stage::Set { talk, .. } => {
                talk.extend_from_slice(text.as_bytes());
                talk.push(b'\n');
            }
        }
    }

    /// Everything on standard input. On a terminal it says what it waits for.
    pub fn input(&mut self, what: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match &mut self.stage {
            Stage::Real => {
                if self.stdin_is_terminal {
                    if self.silent {
                        return Err(Error::usage(format!("{what} is expected on standard input")));
                    }
                    drop(writeln!(std::io::stderr().lock(), "{what}, then Ctrl-D:"));
                }
                std::io::stdin().lock().read_to_end(&mut bytes)?;
            }
            Stage::Set { input, .. } => bytes.append(input),
        }
        Ok(bytes)
    }

    /// Standard input as a file that can be read twice: an archive is larger than memory.
    pub fn spool(&mut self, what: &str) -> Result<Spool> {
        let mut file = input().map_err(|e| Error::from(e).doing("spooling standard input"))?;
        match &mut self.stage {
            Stage::Real => {
                if self.stdin_is_terminal {
                    return Err(Error::usage(format!("{what} is expected on standard input"))
                        .hint("desk import - < support.mbox"));
                }
                std::io::copy(&mut std::io::stdin().lock(), &mut file)?;
            }
            Stage::Set { input, .. } => {
                file.write_all(input)?;
                input.clear();
            }
        }
        file.flush()?;
        Ok(file)
    }

    /// A file with all that comes out of a pipe or a device, which can be read only once.
    pub fn spool_of(&self, path: &Path) -> Result<Spool> {
        let failed = |e: std::io::Error| Error::from(e).doing(format!("reading {}", path.display()));
        let mut file = input().map_err(failed)?;
        std::io::copy(&mut std::fs::File::open(path).map_err(failed)?, &mut file).map_err(failed)?;
        file.flush()?;
        Ok(file)
    }

    /// Shows a long text through the user's pager; says whether it did.
    pub fn page(&self, text: &str) -> bool {
        if !self.stdout_is_terminal || text.lines().count() < self.height() || matches!(self.stage, Stage::Set { .. }) {
            return false;
        }
        let pager =
            self.variable("DESK_PAGER").or_else(|| self.variable("PAGER")).unwrap_or_else(|| "less -FRX".to_owned());
        let mut words = pager.split_whitespace();
        let Some(program) = words.next().filter(|p| *p != "cat") else { return false };
        let child = std::process::Command::new(program).args(words).stdin(std::process::Stdio::piped()).spawn();
        let Ok(mut child) = child else { return false };
        if let Some(mut input) = child.stdin.take() {
            drop(input.write_all(text.as_bytes()));
        }
        child.wait().is_ok()
    }

    /// A bar that shows how far a long work has come, on a terminal only.
    #[must_use]
    pub fn progress(&self, bytes: u64, what: &str) -> Progress {
        self.bar(bytes, what, "{msg} [{bar:24}] {percent}% {binary_bytes_per_sec}, {eta} left")
    }

    /// The same for a work that is counted in things.
    #[must_use]
    pub fn progress_of(&self, things: u64, what: &str) -> Progress {
        self.bar(things, what, "{msg} [{bar:24}] {percent}% {pos} of {len}, {eta} left")
    }

    fn bar(&self, length: u64, what: &str, style: &str) -> Progress {
        if !self.stderr_is_terminal || self.silent {
            return Progress { bar: None };
        }
        let bar = indicatif::ProgressBar::new(length);
        if let Ok(style) = indicatif::ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(asking::guarded(what));
        Progress { bar: Some(bar) }
    }
}

fn chance(bytes: usize) -> Result<Vec<u8>> {
    let mut out = vec![0; bytes];
    getrandom::fill(&mut out).map_err(|e| Error::bug("the machine has no random numbers").because(e))?;
    Ok(out)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// A file that is gone when nobody holds it any more.
pub type Spool = tempfile::NamedTempFile;

/// A file for what can be read only once.
fn input() -> std::io::Result<Spool> {
    let folder = tempfile::env::temp_dir();
    draft::tidy(&folder);
    draft::file("input", &folder)
}

/// How far a long work has come.
#[derive(Debug)]
pub struct Progress {
    bar: Option<indicatif::ProgressBar>,
}

impl Progress {
    /// So many bytes are done.
    pub fn at(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
        }
    }

    /// The work is over; the bar goes away.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Writes a file of this user: mode 0600, whole or not at all.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    write_file_by(path, |out| Ok(out.write_all(bytes)?))
}

/// Writes a file of this user piece by piece: mode 0600, and nothing under its name before it is whole and on the disk. Where the name is that
/// of a device or a pipe, that is written to.
pub fn write_file_by<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |e: std::io::Error| Error::from(e).doing(format!("writing {}", path.display()));
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        let file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        let mut out = std::io::BufWriter::with_capacity(64 << 10, file);
        let done = write(&mut out)?;
        out.flush().map_err(failed)?;
        return Ok(done);
    }
    saved::spare_desks(path)?;
    draft::tidy(folder);
    let draft = draft::file("file", folder).map_err(failed)?;
    let mut out = std::io::BufWriter::with_capacity(64 << 10, draft);
    let done = write(&mut out)?;
    let draft = out.into_inner().map_err(|e| failed(e.into_error()))?;
    draft.as_file().sync_all().map_err(failed)?;
    draft.persist(path).map_err(|e| failed(e.error))?;
    draft::names_last(folder).map_err(failed)?;
    Ok(done)
}

/// Writes a file of this user (mode 0600) whole, one of many that can be made again: the disk is not waited for. A file that
/// is there and the same stays as it is; says whether it was written.
pub fn keep_file(path: &Path, bytes: &[u8]) -> Result<bool> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |e: std::io::Error| Error::from(e).doing(format!("writing {}", path.display()));
    let plain = std::fs::symlink_metadata(path).is_ok_and(|m| m.is_file() && m.len() == bytes.len() as u64);
    if plain && std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    saved::spare_desks(path)?;
    let mut draft = draft::file("file", folder).map_err(failed)?;
    draft.write_all(bytes).map_err(failed)?;
    draft.persist(path).map_err(|e| failed(e.error))?;
    Ok(true)
}

/// Makes a folder that only this user may look into.
pub fn make_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|e| Error::from(e).doing(format!("making the folder {}", folder.display())))
}
