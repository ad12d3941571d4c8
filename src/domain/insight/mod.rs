//! What many tickets tell together.

pub mod metrics;
pub mod similar;
pub mod topics;
