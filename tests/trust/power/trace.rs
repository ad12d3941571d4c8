//! What a command does to files, as `strace` tells it.

use crate::judge::Scene;
use crate::stage::{Fault, Stage, exe, finish, shortened};
use std::collections::HashMap;
use std::fs;
use std::process::Command;

/// A call that changes the disk, or that the caller is told of.
#[derive(Debug, Clone)]
pub enum Call {
    /// A file is there from now on, empty if it is new.
    Create(String),
    /// A name goes to another one, whatever that named.
    Rename(String, String),
    /// A second name.
    Link(String, String),
    Unlink(String),
    /// The file of that name at that time, as the ones below.
    Write(File, u64, Vec<u8>),
    Truncate(File, u64),
    Sync(File),
    /// The names in the folder last.
    SyncFolder,
    /// Somebody was told of success.
    Said,
    /// A whole mail was given to a server: it has it from now on.
    Left,
}

/// A file that was opened: the name, and how many have been made under it so far.
pub type File = String;

/// Whether it can be run, and may look at other processes.
pub fn is_there() -> bool {
    let mut command = Command::new("strace");
    command.args(["-o", "/dev/null", "/bin/true"]);
    command.status().is_ok_and(|status| status.success())
}

const CALLS: &str = "trace=open,openat,creat,close,dup,dup2,dup3,fcntl,lseek,pwrite64,pwritev,write,writev,copy_file_range,\
    sendfile,fallocate,fdatasync,fsync,sync_file_range,ftruncate,truncate,unlink,unlinkat,rename,renameat,renameat2,link,linkat,sendto";

/// Does the deed under observation: what it calls, and where each of its commands ends.
pub fn record(scene: &Scene) -> Result<(Vec<Call>, Vec<usize>), Fault> {
    scene.stage.thaw("before");
    let (mut calls, mut ends) = (Vec::new(), Vec::new());
    for step in &scene.steps {
        calls.extend(observed(&scene.stage, step)?);
        ends.push(calls.len());
    }
    Ok((calls, ends))
}

fn observed(stage: &Stage, line: &str) -> Result<Vec<Call>, Fault> {
    let told = stage.play.with_file_name("strace");
    let mut command = stage.program("/usr/bin/env");
    command.args(["strace", "-f", "-xx", "-s", "300000", "-e", CALLS, "-e", "signal=none", "-o"]).arg(&told).arg(exe());
    command.args(stage.command(line).get_args());
    let said = finish(&mut command);
    if said.exit != Some(0) {
        return Err(format!("under strace, desk {line}: {said}"));
    }
    let text = fs::read_to_string(&told).map_err(|e| e.to_string())?;
    let mut reader = Reader { folder: stage.play.display().to_string(), ..Reader::default() };
    let mut unfinished: HashMap<&str, String> = HashMap::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let whole = if let Some(head) = rest.strip_suffix("<unfinished ...>") {
            unfinished.insert(thread, head.trim_end().to_owned());
            continue;
        } else if let Some((_, tail)) = rest.split_once(" resumed>").filter(|_| rest.starts_with("<... ")) {
            unfinished.remove(thread).unwrap_or_default() + tail
        } else {
            rest.to_owned()
        };
        reader.line(&whole).map_err(|e| format!("{e} in {}", shortened(&whole)))?;
    }
    Ok(reader.calls)
}

/// What is open, and what was called.
#[derive(Default)]
struct Reader {
    folder: String,
    open: HashMap<i64, Open>,
    /// The last bytes that were said on each line to a server.
    lines: HashMap<i64, Vec<u8>>,
    calls: Vec<Call>,
}

struct Open {
    name: String,
    at: u64,
    is_folder: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Fault> {
        let Some((call, rest)) = line.split_once('(') else { return Ok(()) };
        let Some((arguments, result)) = rest.rsplit_once(" = ") else { return Ok(()) };
        let result: i64 = result.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(-1);
        if result < 0 {
            return Ok(());
        }
        let arguments: Vec<&str> = arguments.trim_end().trim_end_matches(')').split(", ").collect();
        let number = |n: usize| arguments.get(n).and_then(|a| a.parse::<i64>().ok()).unwrap_or(-1);
        let name = |n: usize| self.name(arguments.get(n).copied().unwrap_or_default());
        match call {
            "openat" => {
                let flags = arguments.get(2).copied().unwrap_or_default();
                self.opened(result, name(1), flags);
            }
            "close" => {
                self.open.remove(&number(0));
                self.lines.remove(&number(0));
            }
            "rename" => self.renamed(name(0), name(1)),
            "renameat" | "renameat2" => self.renamed(name(1), name(3)),
            "link" => self.linked(name(0), name(1)),
            "linkat" => self.linked(name(1), name(3)),
            "unlink" => self.calls.extend(name(0).map(Call::Unlink)),
            "unlinkat" => self.calls.extend(name(1).map(Call::Unlink)),
            "sendto" => {
                let line = self.lines.entry(number(0)).or_default();
                line.extend(bytes(arguments.get(1).copied().unwrap_or_default())?);
                if line.ends_with(b"\r\n.\r\n") {
                    self.calls.push(Call::Left);
                }
            }
            "write" if number(0) == 1 => self.calls.push(Call::Said),
            "write" | "pwrite64" => {
                let bytes = bytes(arguments.get(1).copied().unwrap_or_default())?;
                let Some(open) = self.open.get_mut(&number(0)) else { return Ok(()) };
                if bytes.len() as u64 != result.unsigned_abs() {
                    return Err(format!("{} bytes of {result} are told", bytes.len()));
                }
                let at = if call == "write" { open.at } else { number(3).unsigned_abs() };
                open.at += if call == "write" { result.unsigned_abs() } else { 0 };
                self.calls.push(Call::Write(open.name.clone(), at, bytes));
            }
            "lseek" => {
                if let Some(open) = self.open.get_mut(&number(0)) {
                    open.at = result.unsigned_abs();
                }
            }
            "ftruncate" => {
                let file = self.open.get(&number(0)).map(|open| open.name.clone());
                self.calls.extend(file.map(|name| Call::Truncate(name, number(1).unsigned_abs())));
            }
            "fsync" | "fdatasync" => match self.open.get(&number(0)) {
                Some(open) if open.is_folder => self.calls.push(Call::SyncFolder),
                Some(open) => self.calls.push(Call::Sync(open.name.clone())),
                None => {}
            },
            "fcntl" if !arguments.iter().any(|a| a.contains("DUP")) => {}
            other if self.open.contains_key(&number(0)) => {
                return Err(format!("{other} on a file of the desk is not understood"));
            }
            _ => {}
        }
        Ok(())
    }

    fn opened(&mut self, file: i64, name: Option<String>, flags: &str) {
        let Some(name) = name else { return };
        if flags.contains("O_CREAT") {
            self.calls.push(Call::Create(name.clone()));
        }
        if flags.contains("O_TRUNC") {
            self.calls.push(Call::Truncate(name.clone(), 0));
        }
        let is_folder = name.is_empty() || flags.contains("O_DIRECTORY");
        self.open.insert(file, Open { name, at: 0, is_folder });
    }

    /// A file that is open goes on under its new name.
    fn renamed(&mut self, from: Option<String>, to: Option<String>) {
        let (Some(from), Some(to)) = (from, to) else { return };
        for open in self.open.values_mut().filter(|open| open.name == from) {
            open.name.clone_from(&to);
        }
        self.calls.push(Call::Rename(from, to));
    }

    fn linked(&mut self, from: Option<String>, to: Option<String>) {
        if let (Some(from), Some(to)) = (from, to) {
            self.calls.push(Call::Link(from, to));
        }
    }

    /// A path in the folder of the desk, from there on; the folder itself is empty.
    fn name(&self, argument: &str) -> Option<String> {
        let text = String::from_utf8(bytes(argument).ok()?).ok()?;
        let inside = if text.starts_with('/') { text.strip_prefix(&self.folder)? } else { &text };
        let inside = inside.trim_start_matches('/').trim_start_matches("./");
        let inside = if inside == "." { "" } else { inside };
        (!inside.ends_with("-shm")).then(|| inside.to_owned())
    }
}

/// The bytes of `"\x64\x65"`.
fn bytes(argument: &str) -> Result<Vec<u8>, Fault> {
    let inner = argument.strip_prefix('"').and_then(|a| a.strip_suffix('"')).ok_or("no text, or not all of it")?;
    let pairs = inner.split("\\x").skip(1);
    pairs.map(|pair| u8::from_str_radix(pair, 16).map_err(|e| e.to_string())).collect()
}
