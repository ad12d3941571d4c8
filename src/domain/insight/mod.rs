//! What many tickets tell together.
