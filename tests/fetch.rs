//! `desk fetch` from end to end: mail comes in from a Maildir and from a real Dovecot, over lines that break at every point,
//! from several processes at once, and whatever it is made of. Where a server is not installed its tests say so in one line
//! and leave themselves out; with `DESK_TEST_SERVERS=required` that is a failure.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall stop")]

#[path = "mail/certificate.rs"]
#[expect(dead_code, reason = "not every kind of certificate is needed here")]
mod certificate;
#[cfg(feature = "postgres")]
#[path = "store/cluster.rs"]
mod cluster;
#[path = "mail/dovecot.rs"]
mod dovecot;
#[path = "engines/mailboxes.rs"]
mod mailboxes;
#[path = "engines/past.rs"]
mod past;
#[path = "mail/proxy.rs"]
#[expect(dead_code, reason = "not every way to break a line is needed here")]
mod proxy;
#[path = "cli/stage.rs"]
#[expect(dead_code, reason = "not everything that a stage can do is needed here")]
mod stage;

use stage::mirror;

#[path = "fetch/post.rs"]
mod post;

#[path = "fetch/belongs.rs"]
mod belongs;
#[path = "fetch/cuts.rs"]
mod cuts;
#[path = "fetch/folders.rs"]
mod folders;
#[path = "fetch/hostile.rs"]
mod hostile;
#[path = "fetch/parked.rs"]
mod parked;
#[path = "fetch/together.rs"]
mod together;
#[path = "fetch/watching.rs"]
mod watching;
