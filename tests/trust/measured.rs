//! A run of the program with its time, the most memory it had, and how many bytes it read. Linux tells them while it runs.

use crate::stage::{Said, until};
use rustix::process::Signal;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// No run takes longer, whatever it is given.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a run said and took.
pub struct Measured {
    /// What it said.
    pub said: Said,
    /// The most memory, in KiB.
    pub peak: u64,
    /// Bytes that it read, from wherever.
    pub read: u64,
    /// Its time.
    pub took: Duration,
}

/// Runs a command to its end.
pub fn measured(command: &mut Command) -> Measured {
    let (begun, ended) = (Instant::now(), AtomicBool::new(false));
    let child = command.process_group(0).spawn().expect("a process is started");
    let pid = child.id();
    let watch = || {
        let (mut peak, mut read) = (0, 0);
        while !ended.load(Relaxed) {
            peak = peak.max(figure(pid, "status", "VmHWM:"));
            read = read.max(figure(pid, "io", "rchar:"));
            std::thread::sleep(Duration::from_micros(500));
        }
        (peak, read)
    };
    std::thread::scope(|scope| {
        let watcher = scope.spawn(watch);
        let (said, _) = until(child, begun + PATIENCE, Signal::KILL);
        let took = begun.elapsed();
        ended.store(true, Relaxed);
        let (peak, read) = watcher.join().expect("a thread ends");
        Measured { said, peak, read, took }
    })
}

/// A figure of a process; 0 once it has gone.
fn figure(pid: u32, file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
