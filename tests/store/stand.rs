//! A desk to test on: an open store, a clock that moves on with each write, and a look at the rows behind it.

use frontdesk::actions::ticket::{self, NewTicket};
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::ticket::Ticket;
use frontdesk::domain::time::Moment;
use frontdesk::error::{Error, Result};
use frontdesk::store::undo::Step;
use frontdesk::store::{Deed, Fresh, Place, Reader, Store, Tx, Written};
use std::sync::atomic::{AtomicU64, Ordering};

/// When every test begins: 2026-11-20 12:00 UTC, a Friday.
pub(crate) const NOON: Moment = Moment(1_795_176_000);

/// A desk to test on.
pub(crate) struct Stand {
    pub(crate) store: Store,
    pub(crate) place: Place,
    /// When the next write happens.
    pub(crate) now: Moment,
    eye: Eye,
    _folder: Option<tempfile::TempDir>,
}

/// The tests' own look at the rows, past the store.
enum Eye {
    File(Box<rusqlite::Connection>),
    #[cfg(feature = "postgres")]
    Server(Box<postgres::Client>),
}

impl Eye {
    fn on(place: &Place) -> Eye {
        match place {
            #[cfg(feature = "postgres")]
            Place::Server { url, .. } => Eye::Server(Box::new(super::cluster::connect(url).unwrap())),
            Place::File(path) => Eye::File(Box::new(rusqlite::Connection::open(path).unwrap())),
            _ => unreachable!("every stand can be looked at from outside"),
        }
    }

    fn rows(&mut self, sql: &str) -> Vec<String> {
        match self {
            Eye::File(c) => file_rows(c, sql),
            #[cfg(feature = "postgres")]
            Eye::Server(c) => c.query(sql, &[]).unwrap().iter().map(server_row).collect(),
        }
    }
}

/// The rows of a query on a desk that others write to.
pub(crate) fn rows_at(place: &Place, sql: &str) -> Vec<String> {
    Eye::on(place).rows(sql)
}

/// The tables that hold the current state, and what of them a person can see. What is left out only ever grows: operations,
/// events, numbers given out, agents (made by their first write), messages that no ticket shows, and discarded mails. A mail
/// that comes back is held where it waited before: of its state only that it is there to leave counts.
const STATE: &[&str] = &[
    "SELECT 'client', c.* FROM client AS c ORDER BY c.id",
    "SELECT 'domain', d.* FROM client_domain AS d ORDER BY d.domain",
    "SELECT 'contact', c.* FROM contact AS c ORDER BY c.id",
    "SELECT 'point', p.* FROM contact_point AS p ORDER BY p.kind, p.key",
    "SELECT 'ticket', t.* FROM ticket AS t ORDER BY t.id",
    "SELECT 'tag', g.* FROM ticket_tag AS g ORDER BY g.tag, g.ticket_id",
    "SELECT 'link', l.* FROM ticket_link AS l ORDER BY l.a, l.b",
    "SELECT 'origin', x.* FROM origin AS x ORDER BY x.kind, x.source, x.number, x.operation_id",
    "SELECT 'message', m.id, m.ticket_id, m.joined_at, b.text FROM message AS m JOIN body AS b ON b.message_id = m.id \
     WHERE m.ticket_id IS NOT NULL ORDER BY m.id",
    "SELECT 'thread', h.* FROM thread AS h ORDER BY h.key",
    "SELECT 'entry', e.* FROM entry AS e ORDER BY e.id",
    "SELECT 'timer', r.* FROM timer AS r ORDER BY r.agent_id",
    "SELECT 'setting', s.* FROM setting AS s ORDER BY s.key",
    "SELECT 'mute', u.* FROM mute AS u ORDER BY u.pattern",
    "SELECT 'source', s.* FROM source AS s ORDER BY s.id",
    "SELECT 'parked', p.* FROM parked AS p ORDER BY p.id",
    "SELECT 'seen', s.* FROM seen AS s ORDER BY s.source_id, s.epoch, s.mark",
    "SELECT 'posting', x.id, x.message_id, x.ticket_id, x.sender, x.recipients FROM outbox AS x WHERE x.state <> 'discarded' ORDER BY x.id",
    "SELECT 'draft', d.* FROM draft AS d ORDER BY d.ticket_id",
    "SELECT 'file', f.* FROM draft_file AS f JOIN draft AS d ON d.id = f.draft_id ORDER BY f.draft_id, f.n",
    "SELECT 'answer', a.* FROM answer AS a ORDER BY a.id",
    "SELECT 'contract', c.* FROM contract AS c ORDER BY c.id",
    "SELECT 'cost', c.* FROM cost AS c ORDER BY c.agent_id, c.day",
    "SELECT 'estimate', e.* FROM estimate AS e ORDER BY e.ticket_id",
    "SELECT 'invoice', i.* FROM invoice AS i ORDER BY i.id",
    "SELECT 'held', e.* FROM invoice_entry AS e ORDER BY e.entry_id",
    "SELECT 'fee', f.* FROM invoice_fee AS f ORDER BY f.contract_id, f.n",
    "SELECT 'payment', p.* FROM payment AS p ORDER BY p.id",
];

impl Stand {
    /// A new desk in a file.
    pub(crate) fn on_file() -> Stand {
        // In memory where that can be had: these tests are about what is written, the races are about the disk.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let place = Place::File(folder.path().join("desk.db"));
        Stand::at(place, Some(folder))
    }

    /// A new desk on the server; none where there is no server.
    #[cfg(feature = "postgres")]
    pub(crate) fn on_server() -> Option<Stand> {
        let url = super::cluster::schema()?;
        Some(Stand::at(Place::Server { url, password: None }, None))
    }

    /// The desk at a place, in a folder that goes with it; made where it is not there.
    pub(crate) fn at(place: Place, folder: Option<tempfile::TempDir>) -> Stand {
        let store = Store::open(&place, true, Some(&fresh())).unwrap().unwrap();
        let eye = Eye::on(&place);
        Stand { store, place, now: NOON, eye, _folder: folder }
    }

    /// The same desk, opened a second time.
    pub(crate) fn second(&self) -> Store {
        Store::open(&self.place, true, None).unwrap().unwrap()
    }

    /// A write by mila that succeeds.
    pub(crate) fn does<T>(&mut self, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> T {
        self.by("mila", change).unwrap().value
    }

    /// A write by an agent, a minute after the last one.
    pub(crate) fn by<T>(&mut self, agent: &str, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<Written<T>> {
        self.as_kind(agent, OperationKind::Do, change)
    }

    /// A write that is refused.
    pub(crate) fn refused<T>(&mut self, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Error {
        match self.by("mila", change) {
            Ok(_) => panic!("it was not refused"),
            Err(e) => e,
        }
    }

    pub(crate) fn as_kind<T>(
        &mut self,
        agent: &str,
        kind: OperationKind,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> Result<Written<T>> {
        self.now = self.now.plus(60);
        self.store.write(&deed(agent, kind, self.now), false, change)
    }

    pub(crate) fn undo(&mut self, operation: i64) -> Result<Step> {
        self.as_kind("mila", OperationKind::Undo, |tx| tx.undo(operation)).map(|w| w.value)
    }

    /// Brings back what the last undo of this operation took.
    pub(crate) fn redo(&mut self, operation: i64) -> Result<Step> {
        let undo = self.sees(|r| r.operation(operation)).unwrap().undone_by.unwrap();
        self.as_kind("mila", OperationKind::Redo, |tx| tx.redo(undo)).map(|w| w.value)
    }

    /// The number of the last operation.
    pub(crate) fn last(&mut self) -> i64 {
        self.sees(|r| r.operations(i64::MAX, 1))[0].id
    }

    /// A look that succeeds.
    pub(crate) fn sees<T>(&mut self, look: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> T {
        self.store.read(look).unwrap()
    }

    pub(crate) fn ticket(&mut self, id: i64) -> Ticket {
        self.sees(|r| r.ticket(id)).unwrap_or_else(|| panic!("there is no ticket {id}"))
    }

    /// No ticket's kept figures differ from its history.
    pub(crate) fn has_not_drifted(&mut self) {
        assert_eq!(self.sees(|r| r.drifted(0, 10_000)).0, [0; 0], "drifted");
    }

    /// Everything that can be seen of the desk: each row of each table of the current state.
    pub(crate) fn state(&mut self) -> Vec<String> {
        STATE.iter().flat_map(|sql| self.rows(sql)).collect()
    }

    /// The rows of a query, past the store, each as one line.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<String> {
        self.eye.rows(sql)
    }

    /// Runs statements past the store.
    pub(crate) fn meddle(&mut self, sql: &str) {
        match &mut self.eye {
            Eye::File(c) => c.execute_batch(sql).unwrap(),
            #[cfg(feature = "postgres")]
            Eye::Server(c) => c.batch_execute(sql).unwrap(),
        }
    }
}

/// A ticket by anna of acme, with a text.
pub(crate) fn anna(subject: &str) -> NewTicket {
    NewTicket {
        subject: subject.to_owned(),
        from: Some("Anna <anna@acme.test>".to_owned()),
        text: Some(format!("{subject}: please help")),
        ..NewTicket::default()
    }
}

/// Opens tickets of anna, one operation each; their numbers are 1, 2, …
pub(crate) fn opened(stand: &mut Stand, count: i64) {
    for n in 1..=count {
        assert_eq!(stand.does(|tx| ticket::open(tx, &anna(&format!("problem {n}")))).0, n);
    }
}

/// A ticket that is there.
pub(crate) fn of(tx: &mut Tx<'_>, id: i64) -> Result<Ticket> {
    Ok(tx.ticket(id)?.unwrap())
}

/// What a new desk begins with.
pub(crate) fn fresh() -> Fresh {
    Fresh {
        now: NOON,
        uid: format!("desk{}", unique()),
        secret: vec![0, 1, 254, 255],
        analyser: frontdesk::domain::words::ANALYSER,
        settings: vec![("zone".to_owned(), "\"Europe/Berlin\"".to_owned())],
    }
}

/// Who writes what, with a key of its own.
pub(crate) fn deed(agent: &str, kind: OperationKind, at: Moment) -> Deed<'_> {
    Deed { agent, command: kind.word(), kind, at, key: format!("key{}", unique()) }
}

fn unique() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    u64::from(std::process::id()) << 32 | COUNT.fetch_add(1, Ordering::Relaxed)
}

fn file_rows(c: &rusqlite::Connection, sql: &str) -> Vec<String> {
    use rusqlite::types::ValueRef;
    let mut statement = c.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let cell = |i| match row.get_ref_unwrap(i) {
            ValueRef::Null => "-".to_owned(),
            ValueRef::Integer(n) => n.to_string(),
            ValueRef::Real(x) => x.to_string(),
            ValueRef::Text(t) => format!("{:?}", String::from_utf8_lossy(t)),
            ValueRef::Blob(b) => format!("{b:02x?}"),
        };
        Ok((0..columns).map(cell).collect::<Vec<_>>().join(" "))
    });
    rows.unwrap().map(std::result::Result::unwrap).collect()
}

#[cfg(feature = "postgres")]
fn server_row(row: &postgres::Row) -> String {
    use postgres::types::Type;
    fn or_dash<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
        value.map_or_else(|| "-".to_owned(), show)
    }
    let cell = |(i, column): (usize, &postgres::Column)| match *column.type_() {
        Type::INT4 => or_dash(row.get::<_, Option<i32>>(i), |n| n.to_string()),
        Type::INT8 => or_dash(row.get::<_, Option<i64>>(i), |n| n.to_string()),
        Type::BYTEA => or_dash(row.get::<_, Option<Vec<u8>>>(i), |b| format!("{b:02x?}")),
        _ => or_dash(row.get::<_, Option<String>>(i), |t| format!("{t:?}")),
    };
    row.columns().iter().enumerate().map(cell).collect::<Vec<_>>().join(" ")
}
