//! The whole desk, row by row: how it leaves, and how it comes back into a desk that holds nothing yet. What there is stands
//! in `kinds`; what follows from the rest (figures, search index) is made anew and never taken from outside.

pub mod kinds;

use super::{Deed, Fresh, Place, Reader, Row, Store, Tx, Val, raw, sql, vals};
use crate::domain::event::OperationKind;
use crate::domain::message::Attachment;
use crate::domain::time::Moment;
use crate::error::{Error, Result};
use kinds::{Form, Kind};

/// The content of a column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Held {
    /// Nothing.
    #[default]
    Nothing,
    /// A number, a flag or an instant.
    Whole(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Held {
    /// The number; none where it is none.
    #[must_use]
    pub fn whole(&self) -> Option<i64> {
        if let Held::Whole(n) = self { Some(*n) } else { None }
    }

    /// The text; empty where it is none.
    #[must_use]
    pub fn text(&self) -> &str {
        if let Held::Text(text) = self { text } else { "" }
    }
}

/// Which rows of a table.
#[derive(Debug, Clone, Copy, Default)]
pub struct Among {
    /// A column, and what it holds.
    pub within: Option<(&'static str, i64)>,
    /// A column that holds nothing.
    pub without: Option<&'static str>,
}

/// A mail as it came, and where in it files of its message stand in base64: number, place, length.
pub type Mail = (Vec<u8>, Vec<(i64, usize, usize)>);

/// Where a mail of the outbox stands in a desk that comes back: nothing leaves from it unasked, lest it leave twice.
///
/// ```
/// use frontdesk::store::whole::elsewhere;
/// assert_eq!(["waiting", "sending", "held", "sent"].map(elsewhere), ["held", "unknown", "held", "sent"]);
/// ```
#[must_use]
pub fn elsewhere(state: &str) -> &str {
    match state {
        "waiting" => "held",
        "sending" => "unknown",
        other => other,
    }
}

impl Form {
    fn is_text(self) -> bool {
        matches!(self, Form::Text | Form::Day)
    }
}

fn held(row: &Row<'_>, at: usize, form: Form) -> Result<Held> {
    Ok(match form {
        Form::Bytes => row.blob_or(at)?.map(Held::Bytes),
        form if form.is_text() => row.text_or(at)?.map(Held::Text),
        _ => row.int_or(at)?.map(Held::Whole),
    }
    .unwrap_or_default())
}

fn val(held: &Held, form: Form) -> Val<'_> {
    match held {
        Held::Whole(n) => (*n).into(),
        Held::Text(text) => text.into(),
        Held::Bytes(bytes) => bytes.as_slice().into(),
        Held::Nothing if form == Form::Bytes => Val::Blob(None),
        Held::Nothing if form.is_text() => Val::Text(None),
        Held::Nothing => Val::Int(None),
    }
}

impl Reader<'_> {
    /// A page of rows in the order of their keys, behind the row `after`.
    pub fn held_rows(
        &mut self,
        kind: &Kind,
        among: Among,
        after: Option<&[Held]>,
        most: i64,
    ) -> Result<Vec<Vec<Held>>> {
        let keys: Vec<&str> = kind.columns.iter().take(kind.keys).map(|c| c.name).collect();
        let mut vals: Vec<Val<'_>> = Vec::new();
        let mut wanted = Vec::new();
        if let Some(row) = after {
            vals.extend(row.iter().zip(kind.columns).take(kind.keys).map(|(held, column)| val(held, column.form)));
            let marks: Vec<String> = (1..=vals.len()).map(|n| format!("?{n}")).collect();
            wanted.push(format!("({}) > ({})", keys.join(", "), marks.join(", ")));
        }
        if let Some((column, is)) = among.within {
            vals.push(is.into());
            wanted.push(format!("{column} = ?{}", vals.len()));
        }
        wanted.extend(among.without.map(|column| format!("{column} IS NULL")));
        vals.push(most.into());
        let columns: Vec<&str> = kind.columns.iter().map(|c| c.name).collect();
        let text = format!(
            "SELECT {} FROM {}{}{} ORDER BY {} LIMIT ?{}",
            columns.join(", "),
            kind.table,
            if wanted.is_empty() { "" } else { " WHERE " },
            wanted.join(" AND "),
            keys.join(", "),
            vals.len()
        );
        self.all(&text, &vals, |row| {
            kind.columns.iter().enumerate().map(|(at, column)| held(row, at, column.form)).collect()
        })
    }

    /// The row of a number.
    pub fn held_row(&mut self, kind: &Kind, id: i64) -> Result<Option<Vec<Held>>> {
        let key = kind.columns.first().map_or("id", |c| c.name);
        let among = Among { within: Some((key, id)), without: None };
        Ok(self.held_rows(kind, among, None, 1)?.pop())
    }

    /// The mail of a message with the places of its files; none for what never was a mail.
    pub fn mail_with_places(&mut self, message: i64, files: &[Attachment]) -> Result<Option<Mail>> {
        let Some(cuts) = self.first(CUTS, vals![message], |r| r.text(0))? else { return Ok(None) };
        let Some(mail) = self.raw(message)? else { return Ok(None) };
        let mut places = Vec::new();
        let mut put_back = 0;
        for cut in cuts.split_ascii_whitespace() {
            let fields: Option<Vec<usize>> = cut.split(':').map(|n| n.parse().ok()).collect();
            let Some([at, n, width, eol]) = fields.as_deref() else {
                return Err(Error::refused(format!("the source of message {message} is damaged")).hint("desk doctor"));
            };
            let bytes = files.get(*n).and_then(|f| usize::try_from(f.bytes).ok()).unwrap_or_default();
            let letters = bytes.div_ceil(3) * 4;
            let length = letters + letters.saturating_sub(1).checked_div(*width).unwrap_or_default() * eol;
            places.push((i64::try_from(*n).unwrap_or_default(), at + put_back, length));
            put_back += length;
        }
        Ok(Some((mail, places)))
    }

    /// The bytes of a file of a draft.
    pub fn draft_file(&mut self, draft: i64, n: i64) -> Result<Vec<u8>> {
        Ok(self.first(DRAFT_FILE, vals![draft, n], |r| r.blob(0))?.unwrap_or_default())
    }

    /// Whether nothing is in the desk yet but its settings, and what was done to set them.
    pub fn holds_nothing(&mut self) -> Result<bool> {
        let set_up = ["desk", "setting", "agent", "operation", "event", "bookmark"];
        for kind in kinds::KINDS.iter().filter(|k| !set_up.contains(&k.table)) {
            if self.number(&format!("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 1) AS x", kind.table), &[])? > 0 {
                return Ok(false);
            }
        }
        Ok(self.number(OTHER_EVENTS, &[])? == 0)
    }

    /// Where the numbers of what has come back do not fit together, in words.
    fn misfit(&mut self) -> Result<Option<&'static str>> {
        if let Some(what) = self.stale_counters()?.first() {
            return Ok(Some(what));
        }
        for (what, text) in MISFITS {
            if self.number(text, &[])? > 0 {
                return Ok(Some(what));
            }
        }
        // A ticket that was merged into itself, by whatever way, would be looked for forever.
        let mut into = std::collections::HashMap::new();
        self.each(MERGED, &[], |r| {
            into.insert(r.int(0)?, r.int(1)?);
            Ok(())
        })?;
        let mut ends: std::collections::HashSet<i64> = std::collections::HashSet::new();
        for start in into.keys() {
            let (mut at, mut trail) = (*start, std::collections::HashSet::new());
            while !ends.contains(&at) && trail.insert(at) {
                match into.get(&at) {
                    Some(next) => at = *next,
                    None => break,
                }
                if trail.contains(&at) {
                    return Ok(Some("merged tickets"));
                }
            }
            ends.extend(trail);
        }
        Ok(None)
    }
}

const CUTS: &str = "SELECT cuts FROM raw WHERE message_id = ?1";
const DRAFT_FILE: &str =
    "SELECT b.data FROM draft_file AS f JOIN blob AS b ON b.sha256 = f.sha256 WHERE f.draft_id = ?1 AND f.n = ?2";
const OTHER_EVENTS: &str = "SELECT count(*) FROM event WHERE noun NOT IN ('setting', 'agent')";
const MERGED: &str = "SELECT id, merged_into FROM ticket WHERE merged_into IS NOT NULL";
const MISFITS: &[(&str, &str)] = &[
    (
        "numbers of things",
        "SELECT count(*) FROM desk AS d WHERE d.next_id <= (SELECT max(x.id) FROM (SELECT max(id) AS id FROM agent UNION ALL SELECT max(id) FROM client UNION ALL SELECT max(id) FROM contact UNION ALL SELECT max(id) FROM answer UNION ALL SELECT max(id) FROM source UNION ALL SELECT max(id) FROM rating UNION ALL SELECT max(id) FROM draft UNION ALL SELECT max(draft_id) FROM draft_file UNION ALL SELECT max(id) FROM parked UNION ALL SELECT max(id) FROM outbox) AS x)",
    ),
    (
        "operations",
        "SELECT count(*) FROM operation WHERE target >= id OR undone_by <= id OR (kind IN ('undo', 'redo') AND target IS NULL)",
    ),
    (
        "operations",
        "SELECT count(*) FROM event AS e WHERE NOT EXISTS (SELECT 1 FROM operation AS o WHERE o.id = e.operation_id)",
    ),
    (
        "merged tickets",
        "SELECT count(*) FROM ticket AS t WHERE t.merged_into IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket AS o WHERE o.id = t.merged_into)",
    ),
];
const BODY_MORE: &str = "UPDATE body SET text = text || ?2 WHERE message_id = ?1";
const PARKED_DATA: &str = "UPDATE parked SET data = ?2 WHERE id = ?1";
const DESK_BACK: &str = "UPDATE desk SET uid = ?1, made_at = ?2, change_no = ?3, next_no = ?4, next_entry = ?5, next_id = ?6, moved_to = ?7 WHERE id = 1";
const CLEARED: &[&str] =
    &["DELETE FROM event", "DELETE FROM operation", "DELETE FROM bookmark", "DELETE FROM setting", "DELETE FROM agent"];

impl Store {
    /// A desk in a file that goes away with the folder: to try what would come of a file.
    pub fn scratch(fresh: &Fresh) -> Result<(Store, tempfile::TempDir)> {
        let folder = tempfile::Builder::new().prefix(".desk-try.").tempdir()?;
        let store = Store::open(&Place::File(folder.path().join("desk.db")), true, Some(fresh))?;
        store.map(|store| (store, folder)).ok_or_else(|| Error::bug("a new desk is not there"))
    }

    /// Lets a whole desk come back, in one transaction and under no operation: it goes on where it left off. Nothing is kept
    /// where `rows` fails, where what came does not fit together, or when `dry` is set.
    ///
    /// # Errors
    /// Those of `rows`; where the desk holds something already; where what has come cannot be.
    pub fn come_back<T>(
        &mut self,
        at: Moment,
        dry: bool,
        rows: impl FnOnce(&mut Tx<'_>) -> Result<(Vec<Held>, T)>,
    ) -> Result<T> {
        self.prepare_for_bulk()?;
        if !dry {
            // The desk gets another name and number. So that a log of both is known as this file's, it begins with the old ones.
            self.engine.begin_write()?;
            let door = Reader { engine: &mut self.engine }.enter_empty();
            self.end(door.is_ok()).and(door)?;
        }
        self.engine.begin_write()?;
        let done = (|| {
            let mut reader = Reader { engine: &mut self.engine };
            let operation = reader.enter_empty()?;
            let deed = Deed { agent: "", command: "", kind: OperationKind::Do, at, key: String::new() };
            let mut tx = Tx::of(reader, operation, &deed);
            for text in CLEARED {
                tx.run(text, &[])?;
            }
            let (desk, value) = rows(&mut tx)?;
            let vals: Vec<Val<'_>> = desk.iter().zip(kinds::DESK.columns).map(|(held, c)| val(held, c.form)).collect();
            tx.run(DESK_BACK, &vals)?;
            if let Some(what) = tx.misfit()? {
                return Err(
                    Error::refused(format!("the {what} in the file do not fit together")).hint("export the desk again")
                );
            }
            tx.make_anew()?;
            tx.seal_all()?;
            tx.index_all()?;
            Ok(value)
        })();
        self.end(done.is_ok() && !dry).and(done)
    }
}

impl Reader<'_> {
    /// Passes the door of a desk that holds nothing. Gives the number of this write.
    fn enter_empty(&mut self) -> Result<i64> {
        let number = self.pass_the_door()?;
        if self.holds_nothing()? {
            return Ok(number);
        }
        Err(Error::refused("this desk holds something already: a whole desk comes back into an empty one only"))
    }
}

impl Tx<'_> {
    /// Puts a row where it was.
    pub fn put_row(&mut self, kind: &Kind, row: &[Held]) -> Result<()> {
        let derived: Vec<String> =
            kind.derived.iter().map(|(_, from, how)| how(row.get(*from).map_or("", Held::text))).collect();
        let mut vals: Vec<Val<'_>> =
            row.iter().zip(kind.columns).map(|(held, column)| val(held, column.form)).collect();
        vals.extend(derived.iter().map(Val::from));
        let mut names: Vec<&str> = kind.columns.iter().map(|c| c.name).collect();
        names.extend(kind.derived.iter().map(|(name, ..)| *name));
        let mut marks: Vec<String> = (1..=vals.len()).map(|n| format!("?{n}")).collect();
        for (name, first) in kind.made_anew {
            names.push(name);
            marks.push((*first).to_owned());
        }
        let text = format!("INSERT INTO {} ({}) VALUES ({})", kind.table, names.join(", "), marks.join(", "));
        self.run(&text, &vals).map(drop)
    }

    /// Puts a message where it was, with its text.
    pub fn put_message_row(
        &mut self,
        row: &[Held],
        ticket: Option<i64>,
        files: i64,
        addressed: Option<&str>,
        text: &str,
    ) -> Result<()> {
        let kind = &kinds::MESSAGE;
        let mut names: Vec<&str> = kind.columns.iter().map(|c| c.name).collect();
        names.extend(kinds::MESSAGE_AROUND);
        let mut vals: Vec<Val<'_>> =
            row.iter().zip(kind.columns).map(|(held, column)| val(held, column.form)).collect();
        vals.extend([Val::from(ticket), addressed.into(), files.into()]);
        let marks: Vec<String> = (1..=vals.len()).map(|n| format!("?{n}")).collect();
        let put = format!("INSERT INTO message ({}) VALUES ({})", names.join(", "), marks.join(", "));
        self.run(&put, &vals)?;
        let id = row.first().and_then(Held::whole).unwrap_or_default();
        self.run(sql::BODY_ADD, vals![id, text, Option::<i64>::None]).map(drop)
    }

    /// Appends a piece to the text of a message that is coming back.
    pub fn add_text(&mut self, message: i64, piece: &str) -> Result<()> {
        self.run(BODY_MORE, vals![message, piece]).map(drop)
    }

    /// Puts a file of a message where it was.
    pub fn put_file(&mut self, message: i64, n: i64, file: &Attachment, content: &[u8]) -> Result<()> {
        let sha = self.put_blob(content)?;
        self.run(sql::ATTACHMENT_ADD, vals![message, n, &file.name, &file.media_type, file.bytes, &sha]).map(drop)
    }

    /// Puts the mail of a message where it was. `contents` are those files of the message that stand in it, each in its place.
    pub fn put_mail(&mut self, message: i64, mail: &[u8], contents: &[&[u8]]) -> Result<()> {
        let packed = self.packer.pack(mail, contents)?;
        let bytes = i64::try_from(mail.len()).unwrap_or(i64::MAX);
        self.run(sql::RAW_ADD, vals![message, bytes, &packed.sha256, &packed.cuts, packed.data.as_slice()]).map(drop)
    }

    /// Puts a file of a draft where it was.
    pub fn put_draft_file(&mut self, row: &[Held], content: &[u8]) -> Result<()> {
        let sha = self.put_blob(content)?;
        let [draft, n, name, media_type, bytes] = row else {
            return Err(Error::bug("a file of a draft has five columns"));
        };
        let (draft, n, bytes) = (draft.whole(), n.whole(), bytes.whole());
        self.run(sql::DRAFT_FILE_ADD, vals![draft, n, name.text(), media_type.text(), bytes, &sha]).map(drop)
    }

    /// Puts the bytes of a parked mail where they were.
    pub fn put_parked_mail(&mut self, id: i64, mail: &[u8]) -> Result<()> {
        let packed = raw::deflate(mail)?;
        self.run(PARKED_DATA, vals![id, packed.as_slice()]).map(drop)
    }

    fn put_blob(&mut self, content: &[u8]) -> Result<[u8; 32]> {
        let sha = raw::sha256(content);
        let bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
        self.run(sql::BLOB_ADD, vals![&sha, bytes, content])?;
        Ok(sha)
    }

    /// The figures of every ticket, and the search index.
    pub(super) fn make_anew(&mut self) -> Result<()> {
        let mut after = 0;
        loop {
            let ids = self.all(sql::TICKET_IDS, vals![after, 500_i64], |r| r.int(0))?;
            let Some(last) = ids.last() else { break };
            after = *last;
            ids.iter().try_for_each(|id| self.mend(*id))?;
        }
        self.rebuild_index()
    }
}
