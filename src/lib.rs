#![doc = include_str!("README.md")]

pub mod domain;
pub mod error;
pub mod report;
pub mod store;
