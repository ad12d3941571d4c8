//! Worked time and what it costs: the way people write it, rounding, contracts, invoices. No SQL, no files.

pub mod allot;
pub mod because;
pub mod client_page;
pub mod contract;
pub mod currency;
pub mod duration;
pub mod effective;
pub mod invoice;
pub mod ledger;
pub mod margin;
pub mod money;
pub mod paper;
pub mod rounding;
pub mod spelled;
