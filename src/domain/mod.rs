//! Nouns and rules of a help desk: no clock, no SQL, no I/O, no argument parsing.
//! Every rule takes the instant it needs, so that any of them can be asked about any moment.

pub mod account;
pub mod address;
pub mod agent;
pub mod amount;
pub mod answer;
pub mod billing;
pub mod client;
pub mod contact;
pub mod entry;
pub mod event;
pub mod insight;
pub mod listed;
pub mod mail;
pub mod message;
pub mod nearest;
pub mod period;
pub mod quote;
pub mod refusal;
pub mod search;
pub mod tag;
pub mod thread;
pub mod ticket;
pub mod time;
pub mod timeline;
pub mod token;
pub mod when;
pub mod words;
pub mod worked;
pub mod zone;
