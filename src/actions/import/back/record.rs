//! A line of a whole desk as the row of its kind: every column checked for its form, members that are no columns given to
//! whoever knows them, all others passed over without being kept.

use crate::domain::ticket::Priority;
use crate::domain::time::{Date, Moment};
use crate::formats::leave::unpacked;
use crate::store::whole::Held;
use crate::store::whole::kinds::{Column, Form, Kind};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Numbers are no larger: what is counted on from them never overflows, and every JSON reader holds them exactly.
const LARGEST: i64 = 1 << 53;

/// Members of a record that are no columns of its kind.
pub(super) trait Around: Default {
    /// Takes a member; false where it is none of these.
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;
}

impl Around for () {
    fn member<'de, A: MapAccess<'de>>(&mut self, _key: &str, _map: &mut A) -> Result<bool, A::Error> {
        Ok(false)
    }
}

/// A record that was read.
pub(super) struct Record<N> {
    /// The columns of its kind.
    pub(super) row: Vec<Held>,
    /// The rest of it.
    pub(super) around: N,
}

/// How a record is read: its kind, and the column that what is around it says.
pub(super) struct Of<N> {
    kind: &'static Kind,
    said: Option<&'static str>,
    around: PhantomData<N>,
}

impl<N> Clone for Of<N> {
    fn clone(&self) -> Of<N> {
        *self
    }
}

impl<N> Copy for Of<N> {}

impl<N: Around> Of<N> {
    /// A record of a kind.
    pub(super) fn kind(kind: &'static Kind) -> Of<N> {
        Of { kind, said: None, around: PhantomData }
    }

    /// A record within another one, which says this column of it.
    pub(super) fn within(kind: &'static Kind, said: &'static str) -> Of<N> {
        Of { said: Some(said), ..Of::kind(kind) }
    }

    /// The record that a line is.
    pub(super) fn read(self, line: &[u8]) -> serde_json::Result<Record<N>> {
        let mut reader = serde_json::Deserializer::from_slice(line);
        let record = self.deserialize(&mut reader)?;
        reader.end().map(|()| record)
    }
}

impl<'de, N: Around> DeserializeSeed<'de> for Of<N> {
    type Value = Record<N>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Record<N>, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de, N: Around> Visitor<'de> for Of<N> {
    type Value = Record<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a record of the kind {}", self.kind.word)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<N>, A::Error> {
        let columns = self.kind.columns;
        let mut row: Vec<Option<Held>> = vec![None; columns.len()];
        let mut around = N::default();
        while let Some(key) = map.next_key::<String>()? {
            let found = columns.iter().position(|c| c.member == key && self.said != Some(c.name));
            match found.and_then(|at| columns.get(at).zip(row.get_mut(at))) {
                Some((_, Some(_))) => return Err(A::Error::custom(format!("{key} comes twice"))),
                Some((column, slot)) => *slot = Some(map.next_value_seed(Content(column))?),
                None if around.member(&key, &mut map)? => {}
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let filled = row.into_iter().zip(columns).map(|(held, column)| match held {
            Some(held) => Ok(held),
            None if column.empty || self.said == Some(column.name) => Ok(Held::Nothing),
            None => Err(A::Error::custom(format!("{} is missing", column.member))),
        });
        Ok(Record { row: filled.collect::<Result<_, _>>()?, around })
    }
}

/// Records in a list.
pub(super) struct Many<N>(pub(super) Of<N>);

impl<'de, N: Around> DeserializeSeed<'de> for Many<N> {
    type Value = Vec<Record<N>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Vec<Record<N>>, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de, N: Around> Visitor<'de> for Many<N> {
    type Value = Vec<Record<N>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Record<N>>, A::Error> {
        let mut records = Vec::new();
        while let Some(record) = list.next_element_seed(self.0)? {
            records.push(record);
        }
        Ok(records)
    }
}

/// The content of a column.
struct Content(&'static Column);

/// What a record can hold under a member.
enum Scalar {
    Nothing,
    Flag(bool),
    Whole(i64),
    Text(String),
}

impl<'de> DeserializeSeed<'de> for Content {
    type Value = Held;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Held, D::Error> {
        let member = self.0.member;
        let scalar = reader.deserialize_any(Plain).map_err(|e| D::Error::custom(format!("{member}: {e}")))?;
        held(self.0, scalar).map_err(|why| D::Error::custom(format!("{member}: {why}")))
    }
}

/// Reads one value that holds no others.
struct Plain;

impl Visitor<'_> for Plain {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, true, false or null")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(flag))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(n))
    }

    fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<Scalar, E> {
        i64::try_from(n).map(Scalar::Whole).map_err(|_| E::custom(format!("{n} is too large")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(text))
    }
}

/// The content that a value is, in the form of its column.
fn held(column: &Column, scalar: Scalar) -> Result<Held, String> {
    let no = |what: &str| Err(format!("this is no {what}"));
    Ok(match (column.form, scalar) {
        (_, Scalar::Nothing) if column.empty => Held::Nothing,
        (Form::Id, Scalar::Whole(n)) if (1..=LARGEST).contains(&n) => Held::Whole(n),
        (Form::Count, Scalar::Whole(n)) if (0..=LARGEST).contains(&n) => Held::Whole(n),
        (Form::Whole, Scalar::Whole(n)) => Held::Whole(n),
        (Form::Flag, Scalar::Flag(flag)) => Held::Whole(flag.into()),
        (Form::At, Scalar::Text(text)) => match Moment::parse_rfc3339(&text) {
            Some(at) => Held::Whole(at.0),
            None => return no("instant"),
        },
        // One that no calendar of this program has.
        (Form::At, Scalar::Whole(n)) if (-LARGEST..=LARGEST).contains(&n) => Held::Whole(n),
        (Form::Day, Scalar::Text(text)) => match text.parse::<Date>() {
            Ok(day) if day.to_string() == text => Held::Text(text),
            _ => return no("day"),
        },
        (Form::Priority, Scalar::Text(text)) => match Priority::ALL.iter().find(|p| p.word() == text) {
            Some(priority) => Held::Whole(*priority as i64),
            None => return no("priority"),
        },
        (Form::Entry, Scalar::Text(text)) => match text.strip_prefix('t').and_then(|n| n.parse().ok()) {
            Some(n) if (1..=LARGEST).contains(&n) => Held::Whole(n),
            _ => return no("number of a time entry"),
        },
        (Form::Bytes, Scalar::Text(text)) => match unpacked(text.as_bytes()) {
            Some(bytes) => Held::Bytes(bytes),
            None => return no("base64"),
        },
        (Form::Text, Scalar::Text(text)) => Held::Text(text),
        (form, _) => {
            return no(match form {
                Form::Id => "number of a thing",
                Form::Count | Form::Whole => "whole number",
                Form::Flag => "true or false",
                Form::At => "instant",
                Form::Day => "day",
                Form::Priority => "priority",
                Form::Entry => "number of a time entry",
                Form::Bytes | Form::Text => "text",
            });
        }
    })
}
