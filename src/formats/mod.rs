//! Bytes -> incoming records: mail archives (mbox, Maildir, folders of .eml) and the mails in them.
//! Reading only: nothing here knows the store, the clock or the network.

mod address;
mod body;
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
mod sniff;
mod transfer;
mod word;
