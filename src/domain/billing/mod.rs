//! Worked time and what it costs: the way people write it, rounding, contracts, invoices. No SQL, no files.

pub mod duration;
