//! A record of a table or of a JSON file of another program, as it was read; what its members mean is not decided here.

use serde_json::{Map, Value};

/// A record of a table or of a JSON file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// Where it stands, as a person finds it: `tickets.csv:17` (the line it begins on), `export.json: record 4`.
    pub place: String,
    /// Its members; of a table, column to text.
    pub members: Map<String, Value>,
    /// The keys of `members` in the order of the source.
    pub columns: Vec<String>,
    /// The record as JSON, 1 MiB at most: of a longer one the members that fit, and of JSON digests of the others.
    pub raw: String,
}
