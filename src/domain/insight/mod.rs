//! What many tickets tell together.

pub mod calls;
pub mod metrics;
pub mod star;
pub mod similar;
pub mod topics;
