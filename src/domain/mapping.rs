//! Which column of a table, or member of a record, goes to which field of the desk: by what was said, by the names of the
//! columns, by constants. `apply` makes of a record what comes in; what the desk does with it is decided elsewhere.

mod apply;
mod cells;
mod dates;
mod fields;
mod values;

use serde::{Deserialize, Serialize};

pub use cells::columns;
pub use dates::{Dates, Order, Stamp};
pub use fields::{Field, Kind, key};
pub use values::{priority_of, spent, status_of};

use super::amount::Unit;
use super::nearest::nearest;
use cells::Cells;

/// Which columns go where.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    kind: Kind,
    /// What was said, in its order.
    said: Vec<Way>,
    /// Columns that go nowhere.
    ignored: Vec<String>,
    /// The columns of a table with what was made of their names; of JSON none, each record is asked.
    table: Option<Vec<(String, &'static Field)>>,
}

/// A mapping as it is kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The word of its kind.
    pub kind: String,
    /// What would have been typed after `--map`.
    pub map: Vec<String>,
}

/// How a field comes by its value.
#[derive(Debug, Clone, PartialEq)]
struct Way {
    field: &'static Field,
    from: From,
    /// The unit of bare numbers, where it was said.
    unit: Option<Unit>,
}

#[derive(Debug, Clone, PartialEq)]
enum From {
    Column(String),
    /// A value, and the name its field was called by: a column may be called as the field is.
    Constant {
        called: String,
        value: String,
    },
    Template(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    /// A column, and the name it was called by: the column's own may have braces in it.
    Column {
        called: String,
        column: String,
    },
}

impl Mapping {
    /// The mapping that `words` say, each one of `Column=field`, `field=constant` (where no column is called like the
    /// field), `field={Column} text`, `-Column` for what goes nowhere. Fields that nobody names are found by the names of
    /// the columns. `columns` are those of a table; none where each record has its own.
    ///
    /// ```
    /// use frontdesk::domain::mapping::{Kind, Mapping};
    /// let columns = ["Id", "Тема", "Кто", "x"].map(str::to_owned);
    /// let words = ["Кто=assignee", "tag=migrated"].map(str::to_owned);
    /// let mapping = Mapping::new(Kind::Tickets, &words, Some(&columns)).unwrap();
    /// assert_eq!(mapping.guesses(&columns), [("Id".to_owned(), "number"), ("Тема".to_owned(), "subject")]);
    /// assert_eq!(mapping.unused(&columns), ["x"]);
    /// let odd = Mapping::new(Kind::Tickets, &["Тема=subjcet".to_owned()], Some(&columns)).unwrap_err();
    /// assert_eq!(odd, "tickets have no field \"subjcet\"; did you mean subject?");
    /// ```
    ///
    /// # Errors
    /// A sentence that names the word and the nearest field or column.
    pub fn new(kind: Kind, words: &[String], columns: Option<&[String]>) -> Result<Mapping, String> {
        let mut mapping = Mapping { kind, said: Vec::new(), ignored: Vec::new(), table: None };
        for word in words.iter().filter(|word| word.starts_with('-') && !word.contains('=')) {
            let name = word.strip_prefix('-').unwrap_or_default();
            mapping.ignored.push(column_of(name, columns)?);
        }
        for word in words.iter().filter(|word| !word.starts_with('-') || word.contains('=')) {
            let way = mapping.way(word, columns)?;
            let twice = |other: &&Way| other.field == way.field && !way.field.many;
            if let Some(other) = mapping.said.iter().find(twice) {
                return Err(format!("--map {word}: {} is already given by {}", way.field.name, other.word()));
            }
            mapping.said.push(way);
        }
        mapping.table = columns.map(|columns| mapping.guessed(columns));
        Ok(mapping)
    }

    /// The mapping that was kept, for a file of these columns.
    ///
    /// # Errors
    /// As [`Mapping::new`]; a kind that nobody knows.
    pub fn of_kept(kept: &Kept, columns: Option<&[String]>) -> Result<Mapping, String> {
        let kind =
            Kind::of(&kept.kind).ok_or_else(|| format!("the map is for \"{}\", which are unknown", kept.kind))?;
        Mapping::new(kind, &kept.map, columns)
    }

    /// The mapping to be kept: what was said, and what was found in these columns.
    #[must_use]
    pub fn kept(&self, columns: &[String]) -> Kept {
        let found =
            self.guessed(columns).into_iter().map(|(column, field)| format!("{column}={}", target_word(field, None)));
        let said = self.said.iter().map(Way::word);
        let map = self.ignored.iter().map(|column| format!("-{column}")).chain(said).chain(found).collect();
        Kept { kind: self.kind.word().to_owned(), map }
    }

    /// What the records are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The columns of these that went to a field by their names.
    #[must_use]
    pub fn guesses(&self, columns: &[String]) -> Vec<(String, &'static str)> {
        self.guessed(columns).into_iter().map(|(column, field)| (column, field.name)).collect()
    }

    /// Whether anything goes to the field, of a record with these columns.
    #[must_use]
    pub fn fills(&self, field: &str, columns: &[String]) -> bool {
        self.said.iter().any(|way| way.field.name == field)
            || self.guesses(columns).iter().any(|(_, found)| *found == field)
    }

    /// The columns of these that go nowhere, but for those that shall not.
    #[must_use]
    pub fn unused<'a>(&self, columns: &'a [String]) -> Vec<&'a str> {
        let guessed = self.guessed(columns);
        let used = |column: &String| {
            self.ignored.contains(column)
                || guessed.iter().any(|(taken, _)| taken == column)
                || self.said.iter().any(|way| way.uses(column))
        };
        columns.iter().filter(|column| !used(column)).map(String::as_str).collect()
    }

    /// What the names of the columns say, where nobody said anything else.
    fn guessed(&self, columns: &[String]) -> Vec<(String, &'static Field)> {
        let taken = |column: &str| {
            let said = self.said.iter().any(|way| matches!(&way.from, From::Column(name) if name == column));
            said || self.ignored.iter().any(|name| name == column)
        };
        let free = |field: &Field| field.many || !self.said.iter().any(|way| way.field == field);
        let columns = columns.iter().map(String::as_str).filter(|column| !taken(column));
        fields::guess(self.kind, columns, free).into_iter().map(|(column, field)| (column.to_owned(), field)).collect()
    }

    /// What a word after `--map` says. Names of columns may hold `=`, so that every place is tried.
    fn way(&self, word: &str, columns: Option<&[String]>) -> Result<Way, String> {
        let splits = word.match_indices('=').filter_map(|(at, _)| Some((word.get(..at)?, word.get(at + 1..)?)));
        let mut first = None;
        for (left, right) in splits {
            match self.split(left.trim(), right, columns) {
                Ok(way) => return Ok(way),
                Err(why) => first = first.or(Some(why)),
            }
        }
        Err(first.unwrap_or_else(|| format!("--map {word}: write COLUMN=FIELD, FIELD=VALUE or -COLUMN")))
    }

    fn split(&self, left: &str, right: &str, columns: Option<&[String]>) -> Result<Way, String> {
        if right.contains('{') {
            let field = self.kind.field(left)?;
            return Ok(Way { field, from: From::Template(template(right, columns)?), unit: None });
        }
        let column = column_of(left, columns).ok().filter(|column| !self.ignored.contains(column));
        let to = self.target(right.trim());
        match (column, to) {
            (Some(column), Ok((field, unit))) => Ok(Way { field, from: From::Column(column), unit }),
            (Some(_), Err(why)) if columns.is_some() => Err(why),
            (column, _) => {
                let constant = self.kind.field(left).map(|field| Way {
                    field,
                    from: From::Constant { called: left.to_owned(), value: right.trim().to_owned() },
                    unit: None,
                });
                constant
                    .map_err(|why| if column.is_some() { why } else { column_of(left, columns).err().unwrap_or(why) })
            }
        }
    }

    /// The field after `=`; `hours` and `seconds` are minutes in another unit.
    fn target(&self, name: &str) -> Result<(&'static Field, Option<Unit>), String> {
        let unit = match key(name).as_str() {
            "hours" => Some(Unit::Hour),
            "minutes" => Some(Unit::Minute),
            "seconds" => Some(Unit::Second),
            _ => None,
        };
        match unit.map(|unit| (self.kind.field("minutes"), unit)) {
            Some((Ok(field), unit)) => Ok((field, Some(unit))),
            _ => self.kind.field(name).map(|field| (field, None)),
        }
    }
}

impl Way {
    /// Whether the column is read.
    fn uses(&self, column: &str) -> bool {
        match &self.from {
            From::Column(name) => name == column,
            From::Constant { .. } => false,
            From::Template(pieces) => {
                pieces.iter().any(|piece| matches!(piece, Piece::Column { column: name, .. } if name == column))
            }
        }
    }

    /// As it is typed.
    fn word(&self) -> String {
        let field = self.field.name;
        match &self.from {
            From::Column(column) => format!("{column}={}", target_word(self.field, self.unit)),
            From::Constant { called, value } => format!("{called}={value}"),
            From::Template(pieces) => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
                    Piece::Column { called, .. } => format!("{{{called}}}"),
                });
                format!("{field}={}", pieces.collect::<String>())
            }
        }
    }

    /// What it gives for a record, and what messages call it.
    fn value(&self, cells: &Cells<'_>) -> (String, Vec<String>) {
        match &self.from {
            From::Column(column) => (column.clone(), cells.get(column)),
            From::Constant { value, .. } => (format!("--map {}", self.word()), vec![value.clone()]),
            From::Template(pieces) => {
                let text = pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Column { column, .. } => cells.get(column).join(", "),
                });
                (format!("--map {}", self.word()), vec![text.collect()])
            }
        }
    }
}

/// What stands after `=` for a field: of minutes also the unit, where it was said; else the column's own name tells it.
fn target_word(field: &Field, unit: Option<Unit>) -> &'static str {
    match unit {
        Some(Unit::Hour) => "hours",
        Some(Unit::Second) => "seconds",
        None if field.name == "minutes" => "spent",
        _ => field.name,
    }
}

/// The column that somebody means by `name`: exactly, else as names are compared. Any where the columns are not known.
fn column_of(name: &str, columns: Option<&[String]>) -> Result<String, String> {
    let Some(columns) = columns else { return Ok(name.to_owned()) };
    let same = |column: &&String| *column == name;
    let alike = |column: &&String| key(column) == key(name) && !key(name).is_empty();
    if let Some(column) = columns.iter().find(same).or_else(|| columns.iter().find(alike)) {
        return Ok(column.clone());
    }
    Err(match nearest(name, columns.iter().map(String::as_str)) {
        Some(near) => format!("there is no column \"{name}\"; did you mean \"{near}\"?"),
        None => format!("there is no column \"{name}\"; the columns are {}", listed(columns)),
    })
}

fn listed(columns: &[String]) -> String {
    const MOST: usize = 40;
    let more = if columns.len() > MOST { "…" } else { "" };
    columns.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ") + more
}

/// `{Title} ({Id})` as pieces; `{{` is a brace.
fn template(text: &str, columns: Option<&[String]>) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        plain.push_str(before);
        if let Some(next) = after.strip_prefix("{{") {
            plain.push('{');
            rest = next;
        } else if let Some(next) = after.strip_prefix("}}").or_else(|| after.strip_prefix('}')) {
            plain.push('}');
            rest = next;
        } else {
            let inside = after.get(1..).unwrap_or_default();
            let Some((name, next)) = inside.split_once('}') else {
                return Err(format!("\"{text}\": a brace is not closed; write {{Column}}, and {{{{ for a brace"));
            };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Column { called: name.to_owned(), column: column_of(name.trim(), columns)? });
            rest = next;
        }
    }
    plain.push_str(rest);
    pieces.push(Piece::Text(plain));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(pieces)
}

#[cfg(test)]
mod tests;
