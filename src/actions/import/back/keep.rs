//! The records of a whole desk on their way into the store: what belongs together is put together, what says what cannot be
//! is refused.

use super::record::{Around, Many, Of, Record};
use super::{Back, kind, unfit};
use crate::domain::answer::Draft;
use crate::domain::billing::contract::in_order;
use crate::domain::event::Noun;
use crate::domain::mail::Address;
use crate::domain::message::{Addressed, Attachment};
use crate::error::{Error, Result};
use crate::formats::leave::{End, unfolded, unpacked};
use crate::store::Tx;
use crate::store::whole::kinds::{self, Kind};
use crate::store::whole::{Held, elsewhere};
use serde::Deserialize;
use serde::de::MapAccess;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Kinds whose records are rows and nothing else.
const PLAIN: &[&Kind] = &[
    &kinds::MUTE,
    &kinds::AGENT,
    &kinds::ANSWER,
    &kinds::SOURCE,
    &kinds::LINK,
    &kinds::THREAD,
    &kinds::ORIGIN,
    &kinds::RATING,
    &kinds::ANSWER_USE,
    &kinds::TICKET_URL,
    &kinds::TOPIC,
    &kinds::ANNOUNCED,
    &kinds::TIMER,
    &kinds::SEEN,
    &kinds::BOOKMARK,
];

/// Puts records where they were.
pub(super) struct Keeper<'a, 't> {
    tx: &'a mut Tx<'t>,
    /// The settings that were checked, in their order.
    settings: std::slice::Iter<'a, (String, String)>,
    desk: Option<Vec<Held>>,
    /// Files of the last messages whose bytes are still to come.
    files: BTreeMap<(i64, i64), Attachment>,
    /// Messages whose texts are still to come, and whether some of it has.
    texts: BTreeMap<i64, bool>,
    /// The operation that may go on.
    operation: Option<i64>,
    back: Back,
}

/// What a ticket's record has besides its columns.
#[derive(Default)]
struct Ticket {
    tags: Vec<String>,
    messages: Vec<Record<Message>>,
    time: Vec<Record<()>>,
}

/// What a message's record has besides its columns.
#[derive(Default)]
struct Message {
    text: Option<String>,
    to: Option<Vec<Person>>,
    cc: Option<Vec<Person>>,
    reply_to: Option<Vec<Person>>,
    attachments: Vec<FileOf>,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct FileOf {
    name: String,
    #[serde(rename = "type")]
    media_type: String,
    bytes: u32,
}

#[derive(Default)]
struct Domains(Vec<String>);

#[derive(Default)]
struct Points(Vec<Record<()>>);

#[derive(Default)]
struct Events(Vec<Record<()>>);

#[derive(Default)]
struct Data(Option<Vec<u8>>);

/// A mail as it came, and where in it files of its message stand.
#[derive(Deserialize)]
struct Raw<'a> {
    message: i64,
    files: Vec<PlaceOf>,
    #[serde(borrow)]
    data: Cow<'a, str>,
}

#[derive(Deserialize)]
struct PlaceOf {
    n: i64,
    at: usize,
    length: usize,
}

#[derive(Deserialize)]
struct FileBytes<'a> {
    message: i64,
    n: i64,
    #[serde(borrow)]
    data: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Piece {
    message: i64,
    text: String,
}

impl Around for Ticket {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> std::result::Result<bool, A::Error> {
        match key {
            "tags" => self.tags = map.next_value()?,
            "messages" => self.messages = map.next_value_seed(Many(Of::within(&kinds::MESSAGE, "")))?,
            "time" => self.time = map.next_value_seed(Many(Of::within(&kinds::TIME, "ticket_id")))?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Around for Message {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> std::result::Result<bool, A::Error> {
        match key {
            "text" => self.text = map.next_value()?,
            "to" => self.to = map.next_value()?,
            "cc" => self.cc = map.next_value()?,
            "reply_to" => self.reply_to = map.next_value()?,
            "attachments" => self.attachments = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Around for Domains {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> std::result::Result<bool, A::Error> {
        let known = key == "domains";
        if known {
            self.0 = map.next_value()?;
        }
        Ok(known)
    }
}

impl Around for Points {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> std::result::Result<bool, A::Error> {
        let known = key == "points";
        if known {
            self.0 = map.next_value_seed(Many(Of::within(&kinds::POINT, "contact_id")))?;
        }
        Ok(known)
    }
}

impl Around for Events {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> std::result::Result<bool, A::Error> {
        let known = key == "events";
        if known {
            self.0 = map.next_value_seed(Many(Of::within(&kinds::EVENT, "operation_id")))?;
        }
        Ok(known)
    }
}

impl Around for Data {
    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> std::result::Result<bool, A::Error> {
        use serde::de::Error as _;
        let known = key == "data";
        if known {
            let letters: Cow<'de, str> = map.next_value()?;
            self.0 = Some(unpacked(letters.as_bytes()).ok_or_else(|| A::Error::custom("data is no base64"))?);
        }
        Ok(known)
    }
}

/// The number in the first column.
fn id(row: &[Held]) -> i64 {
    row.first().and_then(Held::whole).unwrap_or_default()
}

/// What a column of a row holds.
fn column<'r>(kind: &Kind, row: &'r mut [Held], name: &str) -> Result<&'r mut Held> {
    let at = kind.columns.iter().position(|c| c.name == name);
    at.and_then(|at| row.get_mut(at)).ok_or_else(|| Error::bug(format!("{} has no column {name}", kind.word)))
}

fn refused<T>(what: impl Into<String>) -> Result<T> {
    Err(Error::refused(what))
}

impl<'a, 't> Keeper<'a, 't> {
    /// Begins; these settings were checked.
    pub(super) fn new(tx: &'a mut Tx<'t>, settings: &'a [(String, String)]) -> Keeper<'a, 't> {
        Keeper {
            tx,
            settings: settings.iter(),
            desk: None,
            files: BTreeMap::new(),
            texts: BTreeMap::new(),
            operation: None,
            back: Back::default(),
        }
    }

    /// Takes a line; gives the end where it is that.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<Option<End>> {
        let Some(word) = kind(line) else { return refused("this is no record of a desk") };
        if self.desk.is_none() {
            self.desk = Some(Of::<()>::kind(&kinds::DESK).read(line).map_err(|e| unfit(&e))?.row);
            return Ok(None);
        }
        let goes_on = word == "events";
        if !goes_on {
            self.operation = None;
        }
        match &*word {
            "raw" => return self.raw(line).map(|()| None),
            "file" => return self.file(line).map(|()| None),
            "text" => return self.text(line).map(|()| None),
            _ => self.nothing_is_missing()?,
        }
        match &*word {
            "setting" => self.setting(line)?,
            "client" => self.client(line)?,
            "contact" => self.contact(line)?,
            "ticket" => self.ticket(line)?,
            "message" => {
                let message = Of::kind(&kinds::MESSAGE).read(line).map_err(|e| unfit(&e))?;
                self.message(message, None)?;
            }
            "time" => {
                let mut entry: Record<()> = Of::kind(&kinds::TIME).read(line).map_err(|e| unfit(&e))?;
                *column(&kinds::TIME, &mut entry.row, "ticket_id")? = Held::Nothing;
                self.back.time += 1;
                self.tx.put_row(&kinds::TIME, &entry.row)?;
            }
            "draft" => self.draft(line)?,
            "draft_file" => {
                let Record { row, around: Data(data) } =
                    Of::kind(&kinds::DRAFT_FILE).read(line).map_err(|e| unfit(&e))?;
                let data = data.ok_or_else(|| Error::refused("data is missing"))?;
                self.tx.put_draft_file(&row, &data)?;
            }
            "parked" => {
                let Record { row, around: Data(data) } = Of::kind(&kinds::PARKED).read(line).map_err(|e| unfit(&e))?;
                self.tx.put_row(&kinds::PARKED, &row)?;
                data.map_or(Ok(()), |mail| self.tx.put_parked_mail(id(&row), &mail))?;
            }
            "outbox" => self.outbox(line)?,
            "operation" => self.operation(line)?,
            "events" => self.more_events(line)?,
            "end" => return serde_json::from_slice(line).map(Some).map_err(|e| unfit(&e)),
            word => {
                let Some(kind) = PLAIN.iter().chain(kinds::MONEY).find(|kind| kind.word == word) else {
                    return refused(format!("there is no record of the kind {word} in a desk"));
                };
                let record: Record<()> = Of::kind(kind).read(line).map_err(|e| unfit(&e))?;
                self.tx.put_row(kind, &record.row)?;
                self.is_readable(kind, id(&record.row))?;
            }
        }
        Ok(None)
    }

    /// What the desk keeps in a form of its own is read as whoever looks at it would: he could not any more.
    fn is_readable(&mut self, kind: &Kind, id: i64) -> Result<()> {
        match kind.word {
            "contract" => drop(self.tx.contract(id)?.map(|kept| kept.contract()).transpose()?),
            "invoice" => drop(self.tx.invoice(id)?),
            "payment" => drop(self.tx.payment(id)?),
            "rating" => drop(self.tx.rating(id)?),
            _ => {}
        }
        Ok(())
    }

    /// The same of what is read together.
    fn are_readable(&mut self) -> Result<()> {
        for own in self.tx.contracts(None)?.chunk_by(|a, b| a.client == b.client) {
            in_order(own.iter().map(|kept| kept.contract()).collect::<std::result::Result<_, _>>()?)?;
        }
        self.tx.costs()?;
        self.tx.topics()?;
        Ok(())
    }

    /// Everything has been read: the numbers of the desk, and what came back.
    pub(super) fn end(mut self, read: u64) -> Result<(Vec<Held>, Back)> {
        self.are_readable()?;
        let desk = self.desk.ok_or_else(|| Error::refused("this is no whole desk"))?;
        Ok((desk, Back { read, ..self.back }))
    }

    /// Bytes and texts follow what they belong to at once.
    fn nothing_is_missing(&mut self) -> Result<()> {
        if let Some(((message, n), _)) = self.files.first_key_value() {
            return refused(format!("file {n} of message {message} is missing before this line"));
        }
        if let Some((message, _)) = self.texts.iter().find(|(_, came)| !**came) {
            return refused(format!("the text of message {message} is missing before this line"));
        }
        self.texts.clear();
        Ok(())
    }

    fn setting(&mut self, line: &[u8]) -> Result<()> {
        let Record { row, around: () } = Of::kind(&kinds::SETTING).read(line).map_err(|e| unfit(&e))?;
        let checked = self.settings.next().map(|(key, value)| (key.as_str(), value.as_str()));
        match row.as_slice() {
            [key, value] if checked == Some((key.text(), value.text())) => self.tx.put_row(&kinds::SETTING, &row),
            _ => refused("settings stand right behind the first line"),
        }
    }

    fn client(&mut self, line: &[u8]) -> Result<()> {
        let Record { row, around: Domains(domains) } = Of::kind(&kinds::CLIENT).read(line).map_err(|e| unfit(&e))?;
        self.back.clients += 1;
        self.tx.put_row(&kinds::CLIENT, &row)?;
        let of = Held::Whole(id(&row));
        domains.into_iter().try_for_each(|domain| self.tx.put_row(&kinds::DOMAIN, &[Held::Text(domain), of.clone()]))
    }

    fn contact(&mut self, line: &[u8]) -> Result<()> {
        let Record { row, around: Points(points) } = Of::kind(&kinds::CONTACT).read(line).map_err(|e| unfit(&e))?;
        self.back.contacts += 1;
        self.tx.put_row(&kinds::CONTACT, &row)?;
        points.into_iter().try_for_each(|mut point| {
            *column(&kinds::POINT, &mut point.row, "contact_id")? = Held::Whole(id(&row));
            self.tx.put_row(&kinds::POINT, &point.row)
        })
    }

    fn ticket(&mut self, line: &[u8]) -> Result<()> {
        let Record { row, around: Ticket { tags, messages, time } } =
            Of::kind(&kinds::TICKET).read(line).map_err(|e| unfit(&e))?;
        let number = id(&row);
        self.back.tickets += 1;
        self.tx.put_row(&kinds::TICKET, &row)?;
        for tag in tags {
            self.tx.put_row(&kinds::TAG, &[Held::Text(tag), Held::Whole(number)])?;
        }
        messages.into_iter().try_for_each(|message| self.message(message, Some(number)))?;
        for mut entry in time {
            *column(&kinds::TIME, &mut entry.row, "ticket_id")? = Held::Whole(number);
            self.back.time += 1;
            self.tx.put_row(&kinds::TIME, &entry.row)?;
        }
        Ok(())
    }

    fn message(&mut self, m: Record<Message>, ticket: Option<i64>) -> Result<()> {
        let Record { row, around } = m;
        let message = id(&row);
        let people = |list: Option<Vec<Person>>| -> Vec<Address> {
            list.into_iter().flatten().map(|p| Address { name: p.name, email: p.email }).collect()
        };
        let known = around.to.is_some() || around.cc.is_some() || around.reply_to.is_some();
        let addressed = Addressed { to: people(around.to), cc: people(around.cc), reply_to: people(around.reply_to) };
        let addressed = known.then(|| addressed.text());
        let files = i64::try_from(around.attachments.len()).unwrap_or(i64::MAX);
        let text = around.text.as_deref().unwrap_or_default();
        self.tx.put_message_row(&row, ticket, files, addressed.as_deref(), text)?;
        if around.text.is_none() {
            self.texts.insert(message, false);
        }
        for (n, file) in (0..).zip(around.attachments) {
            let file = Attachment { name: file.name, media_type: file.media_type, bytes: file.bytes.into() };
            self.files.insert((message, n), file);
        }
        self.back.messages += 1;
        Ok(())
    }

    fn text(&mut self, line: &[u8]) -> Result<()> {
        let piece: Piece = serde_json::from_slice(line).map_err(|e| unfit(&e))?;
        let Some(came) = self.texts.get_mut(&piece.message) else {
            return refused(format!("message {} has its text already, or does not stand right before", piece.message));
        };
        *came = true;
        self.tx.add_text(piece.message, &piece.text)
    }

    fn raw(&mut self, line: &[u8]) -> Result<()> {
        let raw: Raw<'_> = serde_json::from_slice(line).map_err(|e| unfit(&e))?;
        let Some(mail) = unpacked(raw.data.as_bytes()) else { return refused("data is no base64") };
        let mut contents: Vec<Vec<u8>> = Vec::new();
        for place in &raw.files {
            let letters = place.at.checked_add(place.length).and_then(|end| mail.get(place.at..end));
            let Some(letters) = letters else { return refused(format!("file {} stands outside of the mail", place.n)) };
            let content = unfolded(letters);
            self.file_is(raw.message, place.n, &content)?;
            let at = usize::try_from(place.n).unwrap_or_default();
            contents.resize(contents.len().max(at + 1), Vec::new());
            if let Some(slot) = contents.get_mut(at) {
                *slot = content;
            }
        }
        self.back.mails += 1;
        let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
        self.tx.put_mail(raw.message, &mail, &contents)
    }

    fn file(&mut self, line: &[u8]) -> Result<()> {
        let file: FileBytes<'_> = serde_json::from_slice(line).map_err(|e| unfit(&e))?;
        let Some(content) = unpacked(file.data.as_bytes()) else { return refused("data is no base64") };
        self.back.files += 1;
        self.file_is(file.message, file.n, &content)
    }

    /// The bytes of a file that a message has named.
    fn file_is(&mut self, message: i64, n: i64, content: &[u8]) -> Result<()> {
        let Some(file) = self.files.remove(&(message, n)) else {
            return refused(format!("message {message} has no file {n}, or does not stand right before"));
        };
        if i64::try_from(content.len()).ok() != Some(file.bytes) {
            return refused(format!(
                "file {n} of message {message} is {} bytes long, not {}",
                content.len(),
                file.bytes
            ));
        }
        self.tx.put_file(message, n, &file, content)
    }

    fn draft(&mut self, line: &[u8]) -> Result<()> {
        let mut draft: Record<()> = Of::kind(&kinds::DRAFT).read(line).map_err(|e| unfit(&e))?;
        let value = column(&kinds::DRAFT, &mut draft.row, "value")?;
        serde_json::from_str::<Draft>(value.text()).map_err(|e| unfit(&e).doing("value"))?;
        self.tx.put_row(&kinds::DRAFT, &draft.row)
    }

    /// A mail comes back so that it does not leave by itself, whatever the file says.
    fn outbox(&mut self, line: &[u8]) -> Result<()> {
        let mut mail: Record<()> = Of::kind(&kinds::OUTBOX).read(line).map_err(|e| unfit(&e))?;
        let state = column(&kinds::OUTBOX, &mut mail.row, "state")?;
        *state = Held::Text(elsewhere(state.text()).to_owned());
        self.back.held += u64::from(matches!(state.text(), "held" | "unknown"));
        self.tx.put_row(&kinds::OUTBOX, &mail.row)
    }

    fn operation(&mut self, line: &[u8]) -> Result<()> {
        let Record { row, around: Events(events) } = Of::kind(&kinds::OPERATION).read(line).map_err(|e| unfit(&e))?;
        self.back.operations += 1;
        self.tx.put_row(&kinds::OPERATION, &row)?;
        self.operation = Some(id(&row));
        self.events(id(&row), events)
    }

    fn more_events(&mut self, line: &[u8]) -> Result<()> {
        let Record { row, around: Events(events) } = Of::kind(&kinds::EVENTS).read(line).map_err(|e| unfit(&e))?;
        if self.operation == Some(id(&row)) {
            self.events(id(&row), events)
        } else {
            refused("events stand right behind their operation")
        }
    }

    fn events(&mut self, operation: i64, events: Vec<Record<()>>) -> Result<()> {
        for Record { mut row, .. } in events {
            for side in ["before", "after"] {
                let value = column(&kinds::EVENT, &mut row, side)?;
                serde_json::from_str::<Value>(value.text()).map_err(|e| unfit(&e).doing(side))?;
            }
            let noun = column(&kinds::EVENT, &mut row, "noun")?;
            if Noun::of(noun.text()).is_none() {
                return refused(format!("nothing happens to a {}", noun.text()));
            }
            *column(&kinds::EVENT, &mut row, "operation_id")? = Held::Whole(operation);
            self.tx.put_row(&kinds::EVENT, &row)?;
        }
        Ok(())
    }
}
