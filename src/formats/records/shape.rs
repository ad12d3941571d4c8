//! What a JSON file is as a whole: an array of records, records one after another, one record, or an object with a member
//! that holds them. The records themselves are read by `json`.

use super::bytes::Bytes;
use super::delimited::Fault;
use super::json::Reader;

/// Members that hold records, the likeliest first; `.` goes into an object.
const HOLDERS: [&str; 26] = [
    "tickets",
    "issues",
    "chats.list",
    "_embedded.conversations",
    "_embedded.customers",
    "conversations",
    "contacts",
    "clients",
    "companies",
    "organizations",
    "customers",
    "users",
    "time_entries",
    "times",
    "entries",
    "results",
    "records",
    "items",
    "rows",
    "values",
    "data",
    "data.tickets",
    "data.issues",
    "data.items",
    "result",
    "response",
];
/// Members that a record has and a file around records has not.
const OWN: [&str; 2] = ["id", "number"];

/// What a JSON file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// An array.
    Array,
    /// Records one after another; `one_line`: each on a line of its own.
    Lines { one_line: bool },
    /// One record.
    One,
    /// An object whose member of this path is an array of records.
    Holder(String),
}

/// What a member of an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An array of objects, or an empty one.
    Records,
    Object,
    Other,
}

/// Judges a JSON file that begins with an object, by reading it once.
pub(super) fn shape(bytes: &mut Bytes) -> Shape {
    let mut members = Vec::new();
    bytes.blanks();
    let line = bytes.spot().line;
    let read = members_of(bytes, "", &mut members);
    let one_line = match read {
        Ok(()) => bytes.spot().line == line,
        Err(fault) => {
            let one_line = fault.spot.line == line || fault.spot.column == 1;
            return Shape::Lines { one_line };
        }
    };
    bytes.blanks();
    if bytes.peek().is_some() {
        return Shape::Lines { one_line };
    }
    let own = members.iter().any(|(path, kind)| *kind == Kind::Other && OWN.contains(&path.as_str()));
    let mut held = members.iter().filter(|(_, kind)| *kind == Kind::Records).map(|(path, _)| path.as_str());
    let known = HOLDERS.iter().find(|holder| held.clone().any(|path| path == **holder));
    match (own, known, held.next(), held.next()) {
        (true, ..) => Shape::One,
        (false, Some(known), ..) => Shape::Holder((*known).to_owned()),
        (false, None, Some(only), None) if members.len() == 1 => Shape::Holder(only.to_owned()),
        _ => Shape::One,
    }
}

/// Notes the members of the object that comes next, and of objects in it.
fn members_of(bytes: &mut Bytes, path: &str, members: &mut Vec<(String, Kind)>) -> Result<(), Fault> {
    const MOST: usize = 1_000;
    each_member(bytes, |bytes, key| {
        let inner = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let kind = match bytes.peek() {
            Some(b'{') if path.is_empty() => {
                members_of(bytes, &inner, members)?;
                Kind::Object
            }
            Some(b'[') => {
                bytes.next();
                bytes.blanks();
                let kind = if matches!(bytes.peek(), Some(b'{' | b']')) { Kind::Records } else { Kind::Other };
                while element(bytes)? {
                    Reader::new(bytes, false).skip()?;
                    if !comma(bytes)? {
                        break;
                    }
                }
                kind
            }
            _ => {
                Reader::new(bytes, false).skip()?;
                Kind::Other
            }
        };
        if members.len() < MOST {
            members.push((inner, kind));
        }
        Ok(true)
    })
}

/// Goes to the first element of the array at a path; false when there is none.
pub(super) fn enter(bytes: &mut Bytes, path: &str) -> Result<bool, Fault> {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut entered = false;
    bytes.blanks();
    each_member(bytes, |bytes, found| {
        if found == key && rest.is_empty() && bytes.peek() == Some(b'[') {
            bytes.next();
            entered = true;
        } else if found == key && !rest.is_empty() && bytes.peek() == Some(b'{') {
            entered = enter(bytes, rest)?;
        } else {
            Reader::new(bytes, false).skip()?;
        }
        Ok(!entered)
    })?;
    Ok(entered)
}

/// Calls `then` with each key of the object that comes next, standing before its value, until it says no.
fn each_member(bytes: &mut Bytes, mut then: impl FnMut(&mut Bytes, &str) -> Result<bool, Fault>) -> Result<(), Fault> {
    bytes.next();
    bytes.blanks();
    if bytes.peek() == Some(b'}') {
        bytes.next();
        return Ok(());
    }
    loop {
        bytes.blanks();
        if bytes.peek() != Some(b'"') {
            return Err(unexpected(bytes, "a key in quotes"));
        }
        let key = Reader::new(bytes, false).key()?;
        bytes.blanks();
        if bytes.peek() != Some(b':') {
            return Err(unexpected(bytes, "':'"));
        }
        bytes.next();
        bytes.blanks();
        if !then(bytes, &key)? {
            return Ok(());
        }
        bytes.blanks();
        match bytes.next() {
            Some(b',') => {}
            Some(b'}') => return Ok(()),
            _ => return Err(unexpected(bytes, "',' or '}'")),
        }
    }
}

/// Within an array: whether an element comes next; its end is passed.
pub(super) fn element(bytes: &mut Bytes) -> Result<bool, Fault> {
    bytes.blanks();
    match bytes.peek() {
        Some(b']') => {
            bytes.next();
            Ok(false)
        }
        None => Err(unexpected(bytes, "']'")),
        Some(_) => Ok(true),
    }
}

/// After an element of an array: whether a comma says that another one follows; the end is passed.
pub(super) fn comma(bytes: &mut Bytes) -> Result<bool, Fault> {
    bytes.blanks();
    match bytes.peek() {
        Some(b']') => {
            bytes.next();
            Ok(false)
        }
        Some(b',') => {
            bytes.next();
            bytes.blanks();
            if bytes.peek() == Some(b']') { Err(unexpected(bytes, "a record")) } else { Ok(true) }
        }
        _ => Err(unexpected(bytes, "',' or ']'")),
    }
}

fn unexpected(bytes: &mut Bytes, wanted: &str) -> Fault {
    let spot = bytes.spot();
    let found = if bytes.peek().is_none() { "the file ends" } else { "something else stands" };
    Fault { spot, why: format!("{found} where {wanted} was expected"), last: true }
}
