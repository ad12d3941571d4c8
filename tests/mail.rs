//! Mail with real servers, started here on free ports in folders of their own. Where a server is not installed its tests say
//! so in one line and leave themselves out; with `DESK_TEST_SERVERS=required` that is a failure.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on shall stop")]

#[path = "mail/certificate.rs"]
mod certificate;
#[path = "mail/dovecot.rs"]
#[expect(dead_code, reason = "no test here starts it anew")]
mod dovecot;
#[path = "mail/proxy.rs"]
#[expect(dead_code, reason = "not every way to break a line is needed here")]
mod proxy;

#[path = "mail/imap.rs"]
mod imap;
#[path = "mail/privacy.rs"]
mod privacy;
