#![doc = include_str!("README.md")]

pub mod desk;
pub mod domain;
pub mod error;
pub mod host;
pub mod render;
pub mod report;
pub mod settings;
pub mod store;
