//! What a child process cost: CPU time (user and system) by the kernel's own account, wall time, peak of resident memory.
//! Linux: a finished child is looked at in `/proc` before it is reaped. Nothing here knows what the child does.

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::error::Error;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What went wrong, in words.
pub type Fault = Box<dyn Error>;

/// What one run cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// User and system time of the whole process, all threads.
    pub cpu: Duration,
    /// From the start of the child to its end.
    pub wall: Duration,
}

/// A clock tick of `/proc/PID/stat` (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// Runs a command to its end and says what it cost.
///
/// # Errors
/// It cannot be started, or it fails.
pub fn run(command: &mut Command) -> Result<Cost, Fault> {
    let began = Instant::now();
    let child = start(command)?;
    waitid(WaitId::Pid(Pid::from_child(&child)), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
    let wall = began.elapsed();
    let cpu = cpu_of(child.id())?;
    succeeded(child, command)?;
    Ok(Cost { cpu, wall })
}

/// Runs a command, looking at its memory all the while: its cost, and its peak in KiB.
///
/// # Errors
/// It cannot be started, or it fails.
pub fn run_watched(command: &mut Command) -> Result<(Cost, u64), Fault> {
    let began = Instant::now();
    let child = start(command)?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    // The high-water mark never falls, and it is gone when the process is: the last look before the end tells it.
    while let Some(kib) = fs::read_to_string(&status).ok().as_deref().and_then(high_water) {
        peak = peak.max(kib);
        let pause = if began.elapsed() < Duration::from_millis(100) { 50 } else { 2000 };
        std::thread::sleep(Duration::from_micros(pause));
    }
    waitid(WaitId::Pid(Pid::from_child(&child)), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
    let wall = began.elapsed();
    let cpu = cpu_of(child.id())?;
    succeeded(child, command)?;
    Ok((Cost { cpu, wall }, peak))
}

fn start(command: &mut Command) -> Result<Child, Fault> {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.spawn().map_err(|e| format!("{} cannot be started: {e}", line_of(command)).into())
}

fn succeeded(mut child: Child, command: &Command) -> Result<(), Fault> {
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", line_of(command)).into()) }
}

/// The command as one would type it, for messages.
fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|w| w.to_string_lossy().chars().take(80).collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The CPU time of a finished child. `schedstat` counts nanoseconds, of the first thread only; `stat` counts ticks, of all
/// threads: the greater of the two is the truth within a tick.
fn cpu_of(child: u32) -> Result<Duration, Fault> {
    let first = fs::read_to_string(format!("/proc/{child}/schedstat"))?;
    let first = first.split(' ').next().and_then(|n| n.parse().ok()).map(Duration::from_nanos).unwrap_or_default();
    let all = fs::read_to_string(format!("/proc/{child}/stat"))?;
    // The second field is the name in brackets, which may hold anything; user and system time are fields 14 and 15.
    let fields =
        all.rsplit_once(')').map(|(_, rest)| rest.split_whitespace()).ok_or("/proc/PID/stat is not readable")?;
    let ticks: u32 = fields.skip(11).take(2).filter_map(|n| n.parse::<u32>().ok()).sum();
    Ok(first.max(TICK * ticks))
}

/// The peak of resident memory in KiB, of `/proc/PID/status`; none of a process that has ended.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
