//! A person is given what is held of him, and is taken out of the desk: every byte of him, and no figure. The desks are
//! furnished with all that can hold somebody: mails in several charsets and encodings, quotations, notes, hours, drafts, mails
//! that left, ratings, records of imports, parked mails, a history that was undone, redone, merged and split.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]
#![cfg_attr(feature = "postgres", expect(clippy::expect_used, reason = "a test that cannot go on shall stop"))]

#[cfg(feature = "postgres")]
#[path = "../store/cluster.rs"]
mod cluster;
#[path = "../engines/past.rs"]
mod past;
#[path = "../cli/stage.rs"]
#[expect(dead_code, reason = "not everything that a stage can do is needed here")]
mod stage;

mod crash;
mod erase;
mod export;
mod furnished;
mod refused;
mod search;
#[cfg(feature = "postgres")]
mod server;

use stage::mirror;
