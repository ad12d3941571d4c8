//! The commands as people and scripts use them: arguments in; output, talk and exit code out. Most of it runs in process on
//! a stage; `binary` starts the real program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use stage::mirror;

mod alike;
mod answers;
mod attachments;
mod binary;
mod deeds;
mod files;
mod formats;
mod ids;
mod invoices;
mod lists;
mod logs;
mod mails;
mod opening;
mod pages;
#[path = "../engines/past.rs"]
mod past;
mod queue;
mod races;
mod stage;
mod texts;
mod undoing;
mod widths;
mod words;
