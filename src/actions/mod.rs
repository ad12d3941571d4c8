//! What changes a desk: load facts, let a rule decide, apply events. No arguments, no printing.

pub mod client;
pub mod contact;
pub mod fetch;
pub mod hours;
pub mod import;
pub mod parties;
pub mod people;
pub mod settings;
pub mod things;
pub mod ticket;
