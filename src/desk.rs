//! What a command is given: the desk it works on, the settings, now, and who runs it. The file is opened when a command
//! first asks for it, and made by the first write.

mod calendar;
mod house;
mod mail;
mod promises;
mod queue;
mod rota;
mod topics;

use crate::domain::agent::is_name;
use crate::domain::event::OperationKind;
use crate::domain::nearest::nearest;
use crate::domain::ticket::Ticket;
use crate::domain::time::Moment;
use crate::domain::words;
use crate::domain::zone::Zone;
use crate::error::{Error, Result};
use crate::host::Host;
pub use crate::host::Secret;
use crate::report::Audience;
use crate::settings::{self, Origin, Own};
use crate::store::{Deed, Fresh, Place, Reader, Store, Tx, Written};
pub use house::House;
pub use promises::{Promises, pressing};
pub use queue::Queue;
use serde_json::Value;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
pub use topics::{Span, tickets_of};

/// The desk, as a command sees it.
#[derive(Debug)]
pub struct Desk {
    /// The machine around.
    pub host: Host,
    /// The user's own settings.
    pub own: Own,
    /// Where the desk is.
    pub place: Place,
    /// Read once.
    pub now: Moment,
    /// The agent who runs the command, by name.
    pub me: String,
    /// Who says who I am.
    pub me_from: Origin,
    /// Who says which desk it is.
    pub place_from: Origin,
    /// The command as typed, for the record.
    pub command: String,
    /// `-n`: nothing is kept.
    pub dry: bool,
    /// `-y`: questions are answered with yes.
    pub yes: bool,
    /// Where the answer is to be written: a file, `-`, or not said. A command that writes files takes it for itself.
    pub output: Option<String>,
    /// `--format`, as it was said.
    pub format: Option<String>,
    /// Who reads the answer. A long report may leave out what he is not shown.
    pub reader: Audience,
    /// What to tell besides the answer.
    pub notes: Vec<String>,
    /// A ticket as somebody sees it while he decides: what is written then is refused where it has changed since.
    pub as_seen: Option<AsSeen>,
    open: Option<Open>,
}

/// A ticket as it was painted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsSeen {
    /// The ticket.
    pub ticket: Ticket,
    /// The number of its last change.
    pub change: i64,
}

impl AsSeen {
    /// Refuses where the ticket is another by now.
    fn still(&self, r: &mut Reader<'_>) -> Result<()> {
        let id = self.ticket.id;
        if r.ticket(id)?.as_ref() == Some(&self.ticket) && r.last_change_of(id)? <= self.change {
            return Ok(());
        }
        Err(Error::refused(format!("ticket {id} has just changed")).hint(format!("desk show {id}")))
    }
}

struct Open {
    store: Store,
    zone: Zone,
    settings: Vec<(String, Value)>,
    done: Option<i64>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Open")
    }
}

/// What the command line says about the desk.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// `--desk`
    pub desk: Option<String>,
    /// `--as`
    pub agent: Option<String>,
    /// `-n`
    pub dry: bool,
    /// `-y`
    pub yes: bool,
    /// For what must work at once and always: own settings that cannot be read count as absent, and no command is run for
    /// a password.
    pub bare: bool,
}

impl Desk {
    /// A desk that is not opened yet.
    ///
    /// # Errors
    /// Where the settings, the clock or the name of the desk cannot be read; the machine is given back.
    pub fn new(host: Host, wanted: Wanted, command: String) -> std::result::Result<Desk, Box<(Host, Error)>> {
        let (dry, yes) = (wanted.dry, wanted.yes);
        match known(&host, wanted) {
            Ok(Known { own, now, me: (me, me_from), place: (place, place_from) }) => Ok(Desk {
                host,
                own,
                place,
                now,
                me,
                me_from,
                place_from,
                command,
                dry,
                yes,
                output: None,
                format: None,
                reader: Audience::All,
                notes: Vec::new(),
                as_seen: None,
                open: None,
            }),
            Err(e) => Err(Box::new((host, e))),
        }
    }

    /// Goes to another desk: one of the own `desks`, a path or an address.
    pub fn go_to(&mut self, word: &str) -> Result<()> {
        self.place = named(&self.host, &self.own, word)?;
        self.place_from = Origin::Flag;
        self.open = None;
        Ok(())
    }

    /// The desk is opened anew when it is asked next: for what looks at it for days, while its settings change and its server
    /// comes and goes.
    pub fn look_anew(&mut self) {
        self.open = None;
    }

    /// Looks at the desk.
    pub fn read<T>(&mut self, look: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        self.opened(false)?.store.read(look)
    }

    /// Changes the desk under one operation; an absent desk is made, and it is said where.
    pub fn write<T>(&mut self, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<Written<T>> {
        self.write_as(OperationKind::Do, change)
    }

    /// Changes the desk under an operation of this kind.
    pub fn write_as<T>(
        &mut self,
        kind: OperationKind,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        let key = self.host.unique_word(12)?;
        let (me, command, at, dry) = (self.me.clone(), self.command.clone(), self.now, self.dry);
        let deed = Deed { agent: &me, command: &command, kind, at, key };
        let as_seen = self.as_seen.clone();
        let open = self.opened(true)?;
        let written = open.store.write(&deed, dry, |tx| {
            as_seen.as_ref().map_or(Ok(()), |seen| seen.still(tx))?;
            change(tx)
        })?;
        open.done = written.operation.filter(|_| !dry).or(open.done);
        Ok(written)
    }

    /// The last operation that this command has done for good.
    #[must_use]
    pub fn done(&self) -> Option<i64> {
        self.open.as_ref().and_then(|open| open.done)
    }

    /// The open store, for what needs more than one transaction.
    pub fn store(&mut self) -> Result<&mut Store> {
        Ok(&mut self.opened(true)?.store)
    }

    /// The open store of a desk that exists.
    pub fn store_of_existing(&mut self) -> Result<&mut Store> {
        Ok(&mut self.opened(false)?.store)
    }

    /// Whether there is a desk.
    pub fn exists(&mut self) -> Result<bool> {
        match self.opened(false) {
            Ok(_) => Ok(true),
            Err(e) if e.kind == crate::error::Kind::Missing => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// The desk's zone; the machine's where there is no desk yet.
    pub fn zone(&mut self) -> Result<Zone> {
        if self.exists()? {
            return Ok(self.opened(false)?.zone.clone());
        }
        let name = self.host.zone_name();
        Ok(self.host.zone(&name).unwrap_or_else(Zone::utc))
    }

    /// A shared setting, or its default.
    pub fn setting(&mut self, key: &str) -> Result<Value> {
        if !self.exists()? {
            return Ok(settings::default_of(key));
        }
        let found = self.opened(false)?.settings.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
        Ok(found.unwrap_or_else(|| settings::default_of(key)))
    }

    /// Our own mail addresses, folded: those that are set, and the one we send from. Those of agents are not among them.
    pub fn own_addresses(&mut self) -> Result<Vec<String>> {
        let list = self.setting("addresses")?;
        let from = settings::mail::smtp(&self.setting("smtp")?, Some(""))?.map(|s| s.from.email.to_lowercase());
        let mut own: Vec<String> =
            list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_lowercase).collect();
        own.extend(from.filter(|f| !own.contains(f)));
        Ok(own)
    }

    /// Where the desk is, in words.
    #[must_use]
    pub fn where_it_is(&self) -> String {
        match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Server { url, .. } => settings::without_password(url),
            Place::Memory => "memory".to_owned(),
        }
    }

    /// Asks before something that is not easily seen to be right. Without a terminal it goes ahead: scripts say what they mean.
    pub fn sure(&self, question: &str) -> Result<bool> {
        if self.yes || self.dry || !self.host.can_ask() { Ok(true) } else { self.host.confirm(question) }
    }

    fn opened(&mut self, may_make: bool) -> Result<&mut Open> {
        if self.open.is_none() {
            let opened = self.open_now(may_make)?;
            self.open = Some(opened);
        }
        self.open.as_mut().ok_or_else(|| Error::bug("the desk is not open"))
    }

    fn open_now(&mut self, may_make: bool) -> Result<Open> {
        if let Some(store) = Store::open(&self.place, true, None)? {
            return self.furnished(store);
        }
        if !may_make {
            return Err(Error::missing(format!("there is no desk yet at {}", self.where_it_is())).hint(
                "the first write makes one: desk open \"Cannot log in\" -f ann@acme.test, or desk import MAILBOX",
            ));
        }
        let fresh = self.fresh()?;
        let place = if self.dry { Place::Memory } else { self.place.clone() };
        let store = Store::open(&place, true, Some(&fresh))?.ok_or_else(|| Error::bug("a new desk is not there"))?;
        if !self.dry {
            self.notes.push(format!("made a new desk: {}", self.where_it_is()));
        }
        self.furnished(store)
    }

    fn furnished(&mut self, mut store: Store) -> Result<Open> {
        if let Some(copy) = &store.brought_from {
            self.notes.push(format!("the desk was brought up to this program; as it was, it is in {}", copy.display()));
        }
        let settings = store.read(|r| r.settings())?;
        let named = settings.iter().find(|(k, _)| k == "zone").and_then(|(_, v)| v.as_str());
        let name =
            self.host.variable("DESK_ZONE").or_else(|| named.map(str::to_owned)).unwrap_or_else(|| "UTC".to_owned());
        let zone = self.host.zone(&name).ok_or_else(|| {
            Error::refused(format!("the time zone {name} is not known on this machine"))
                .hint("install the zone database (tzdata)")
        })?;
        Ok(Open { store, zone, settings, done: None })
    }

    /// What a new desk begins with here.
    ///
    /// # Errors
    /// Where there is no randomness.
    pub fn fresh(&self) -> Result<Fresh> {
        let zone = self.host.zone_name();
        Ok(Fresh {
            now: self.now,
            uid: self.host.random_word(8)?,
            secret: self.host.dice(32)?,
            analyser: words::ANALYSER,
            settings: vec![("zone".to_owned(), Value::from(zone).to_string())],
        })
    }
}

struct Known {
    own: Own,
    now: Moment,
    me: (String, Origin),
    place: (Place, Origin),
}

fn known(host: &Host, wanted: Wanted) -> Result<Known> {
    let mut own = match read_own(host) {
        Err(_) if wanted.bare => Own::default(),
        read => read?,
    };
    if wanted.bare {
        own.passwords.clear();
    }
    let (agent, me_from) = first_of(wanted.agent, host.variable("DESK_AGENT"), own.me.clone())
        .unwrap_or_else(|| (host.login(), Origin::Default));
    let me = agent_name(&agent)?;
    let place = place(host, &own, wanted.desk)?;
    Ok(Known { now: host.now()?, me: (me, me_from), place, own })
}

/// Flag > environment > file.
fn first_of(flag: Option<String>, variable: Option<String>, file: Option<String>) -> Option<(String, Origin)> {
    let of = |value: Option<String>, origin| value.map(|v| (v, origin));
    of(flag, Origin::Flag).or(of(variable, Origin::Environment)).or(of(file, Origin::File))
}

/// The own file of this user, or nothing where there is none.
pub fn read_own(host: &Host) -> Result<Own> {
    let Ok(folder) = host.config_folder() else { return Ok(Own::default()) };
    let file = folder.join("config.toml");
    match std::fs::read_to_string(&file) {
        Ok(text) => Own::read(&text, &file.display().to_string()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Own::default()),
        Err(e) => Err(Error::from(e).doing(format!("reading {}", file.display()))),
    }
}

/// A name that an agent may have.
pub fn agent_name(text: &str) -> Result<String> {
    let name = text.trim().trim_start_matches('@');
    if is_name(name) || name == "me" {
        return Ok(name.to_owned());
    }
    Err(Error::usage(format!("{text:?} cannot be the name of an agent"))
        .hint("letters, digits and - _ . , for example mila"))
}

/// `--desk`, else `DESK_FILE`, else the own setting, else the data folder of this user.
fn place(host: &Host, own: &Own, wanted: Option<String>) -> Result<(Place, Origin)> {
    match first_of(wanted, host.variable("DESK_FILE"), own.desk.clone()) {
        Some((word, origin)) => {
            if origin == Origin::File {
                is_for_nobody_else(host, "desk", &word)?;
            }
            Ok((named(host, own, &word)?, origin))
        }
        None => Ok((Place::File(host.data_folder()?.join("desk.db")), Origin::Default)),
    }
}

/// Refuses an address of the own file with a password in it where others may read the file.
fn is_for_nobody_else(host: &Host, key: &str, address: &str) -> Result<()> {
    let file = host.config_folder()?.join("config.toml");
    let open = std::fs::metadata(&file).is_ok_and(|about| about.mode() & 0o077 != 0);
    if !open || settings::without_password(address) == address {
        return Ok(());
    }
    let file = file.display();
    Err(Error::refused(format!("{key} holds a password, and others may read {file}")).hint(format!(
        "chmod 600 {file}; or take it out, and then: desk config set passwords.NAME.command \"pass show desk\""
    )))
}

/// The place that a word means: one of `desks`, a path or an address.
fn named(host: &Host, own: &Own, word: &str) -> Result<Place> {
    match own.desks.get(word) {
        Some(known) => {
            is_for_nobody_else(host, &format!("desks.{word}"), known)?;
            located(host, own, known, Some(word))
        }
        None => {
            let bare = !word.is_empty() && !word.contains(['/', '.', ':', '\\']) && !Path::new(word).exists();
            if bare {
                let near = nearest(word, own.desks.keys().map(String::as_str));
                let names = own.desks.keys().cloned().collect::<Vec<_>>().join(", ");
                let names = if names.is_empty() {
                    "none is named in your settings".to_owned()
                } else {
                    format!("your desks: {names}")
                };
                return Err(Error::missing(format!("no desk is called {word}")).hint(
                    near.map_or(format!("{names}; a file is written with its folder: ./{word}"), |n| {
                        format!("did you mean {n}?")
                    }),
                ));
            }
            located(host, own, word, None)
        }
    }
}

fn located(host: &Host, own: &Own, text: &str, name: Option<&str>) -> Result<Place> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        let password = match name.map_or(Ok(Secret::None), |name| mail::secret(host, own, name))? {
            Secret::None => None,
            Secret::Password(password) | Secret::Bearer(password) => Some(password),
        };
        return Ok(Place::Server { url: text.to_owned(), password });
    }
    let refuse = |why: &str| Err(Error::usage(format!("{text}: {why}")).hint("name a file: --desk ~/support.db"));
    match text {
        "" => return refuse("the name of a desk is empty"),
        ":memory:" => return refuse("a desk in memory would keep nothing"),
        t if t.contains('\u{fffd}') => return refuse("the name of a desk must be UTF-8 text"),
        t if t.starts_with("file:") => return refuse("a desk is a plain file, not an address"),
        _ => {}
    }
    let path = match text.strip_prefix("~/").zip(host.variable("HOME")) {
        Some((rest, home)) => PathBuf::from(home).join(rest),
        None => PathBuf::from(text),
    };
    Ok(Place::File(std::path::absolute(&path).unwrap_or(path)))
}
