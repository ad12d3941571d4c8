//! What many tickets tell together.

pub mod calls;
pub mod metrics;
pub mod satisfaction;
pub mod similar;
pub mod star;
pub mod topics;
