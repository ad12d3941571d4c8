//! What many tickets tell together.

pub mod metrics;
pub mod topics;
