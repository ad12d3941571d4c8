//! Worked time, as people use it: `log`, `start`, `stop`, `timer`, `time`, `estimate`, `approve`, `agent cost`. In process, on a
//! desk of its own each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod costs;
mod entries;
mod estimates;
mod invoiced;
mod log;
#[path = "../engines/mirror.rs"]
mod mirror;
#[path = "../engines/past.rs"]
mod past;
mod pool;
mod stage;
mod sums;
mod timer;
