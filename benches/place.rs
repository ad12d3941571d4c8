//! Where a benchmark takes place: a desk in a folder of its own, commands in an empty environment, and what machine it is.

use super::process::Fault;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A desk in a folder of its own.
pub struct Place {
    /// The program.
    pub exe: PathBuf,
    /// The folder.
    pub folder: PathBuf,
}

impl Place {
    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command in an empty environment.
    pub fn bare(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("HOME", &self.folder).current_dir(&self.folder);
        command.env("LANG", "C.UTF-8").env("TZ", "UTC").env("NO_COLOR", "1");
        command
    }

    /// `desk` with these arguments.
    pub fn desk(&self, arguments: &[String]) -> Command {
        let mut command = self.bare(&self.exe);
        command
            .env("DESK_FILE", self.file("desk.db"))
            .env("DESK_AGENT", "mila")
            .env("DESK_NOW", "2026-11-20T12:00:00Z");
        command.args(arguments);
        command
    }

    /// The shell on a file in the folder.
    pub fn sqlite3(&self, file: &str, sql: &str) -> Command {
        let mut command = self.bare(Path::new("sqlite3"));
        command.arg(self.file(file)).arg(sql);
        command
    }
}

/// A new folder.
pub fn folder(home: &Path, name: &str) -> Result<PathBuf, Fault> {
    let folder = home.join(name);
    fs::create_dir(&folder)?;
    Ok(folder)
}

/// What runs it.
pub fn machine() -> Result<String, Fault> {
    let about = fs::read_to_string("/proc/cpuinfo")?;
    let model = about.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or_default();
    let cores = about.lines().filter(|l| l.starts_with("processor")).count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let shell = Command::new("sqlite3").arg("--version").output().map_err(|e| format!("sqlite3 is needed: {e}"))?;
    let shell = String::from_utf8_lossy(&shell.stdout).split(' ').next().unwrap_or_default().to_owned();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    Ok(format!("{model}, {cores} cores, Linux {}, sqlite3 {shell}, load {}", kernel.trim(), load()?))
}

/// How busy it is: over one minute and over five.
pub fn load() -> Result<String, Fault> {
    Ok(fs::read_to_string("/proc/loadavg")?.split(' ').take(2).collect::<Vec<_>>().join(" "))
}

/// The arguments of a command.
pub fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}
