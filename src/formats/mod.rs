//! Bytes -> incoming records: mail archives (mbox, Maildir, folders of .eml), mailboxes of this machine and the mails in them;
//! tables and JSON files; holidays of calendar files; and back: mails -> mbox (`leave`).
//! Nothing here knows the store or the network. Files are only read; `spool` alone moves one, where it is told to.

mod address;
mod body;
mod bounce;
mod charset;
mod class;
mod date;
mod fields;
pub mod foreign;
pub mod head;
pub mod html;
pub mod ics;
mod ids;
mod key;
pub mod leave;
pub mod limits;
pub mod mail;
pub mod mailbox;
mod mbox;
mod mime;
mod params;
pub mod records;
mod results;
mod sniff;
pub mod spool;
mod trace;
mod transfer;
mod word;
