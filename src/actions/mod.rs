//! What changes a desk: load facts, let a rule decide, apply events. No arguments, no printing.

pub mod announce;
pub mod answer;
pub mod answers;
pub mod books;
pub mod client;
pub mod contact;
pub mod contract;
pub mod echo;
pub mod erase;
pub mod estimate;
pub mod fetch;
pub mod hours;
pub mod import;
pub mod invoice;
pub mod looked;
pub mod outbox;
pub mod papers;
pub mod parties;
pub mod people;
pub mod reply;
pub mod settings;
pub mod things;
pub mod ticket;
pub mod topics;
pub mod worth;
