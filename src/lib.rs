#![doc = include_str!("README.md")]

pub mod domain;
pub mod error;
pub mod formats;
pub mod report;
