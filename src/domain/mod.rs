//! Nouns and rules of a help desk: no clock, no SQL, no I/O, no argument parsing.
//! Every rule takes the instant it needs, so that any of them can be asked about any moment.

pub mod amount;
pub mod billing;
pub mod mail;
pub mod message;
pub mod nearest;
pub mod period;
pub mod refusal;
pub mod search;
pub mod ticket;
pub mod time;
pub mod when;
pub mod words;
pub mod zone;
