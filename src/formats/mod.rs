//! Bytes -> incoming records: mail archives (mbox, Maildir, folders of .eml), mailboxes of this machine and the mails in them.
//! Reading only: nothing here knows the store, the clock or the network.

mod address;
mod body;
mod bounce;
mod charset;
mod class;
mod date;
mod fields;
pub mod head;
pub mod html;
mod ids;
mod key;
pub mod limits;
pub mod mail;
pub mod mailbox;
mod mbox;
mod mime;
mod params;
mod results;
mod sniff;
mod trace;
mod transfer;
mod word;
