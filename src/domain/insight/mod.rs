//! What many tickets tell together.

pub mod metrics;
pub mod satisfaction;
pub mod topics;
