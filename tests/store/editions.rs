//! A desk of an older edition is brought up: nothing of it is lost, a copy of it stays, and it is either old or new, never
//! between. `editions/1.db.zst` was written by the program as it was then.

use super::catalogue::catalogue;
use super::race::{at_once, desk, succeeded};
use super::stand::{NOON, Stand, anna, fresh, of, rows_at};
use frontdesk::actions::ticket;
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::search::Query;
use frontdesk::domain::ticket::{Priority, Status};
use frontdesk::domain::time::Moment;
use frontdesk::error::Kind;
use frontdesk::store::list::Ask;
use frontdesk::store::{Place, Store};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The edition that this program writes.
const TODAY: i64 = 4;
/// How many there are, with none.
const EDITIONS: usize = 5;

/// A desk of the first edition in a folder of its own.
fn first_edition() -> (tempfile::TempDir, PathBuf) {
    desk_of(1)
}

/// A desk of an older edition in a folder of its own.
fn desk_of(edition: i64) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = folder.path().join("desk.db");
    let packed =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/store/editions/{edition}.db.zst"))).unwrap();
    fs::write(&path, zstd::stream::decode_all(packed.as_slice()).unwrap()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    Connection::open(&path).unwrap().pragma_update(None, "journal_mode", "wal").unwrap();
    (folder, path)
}

fn copy_of(path: &Path) -> PathBuf {
    path.with_file_name("desk.db.edition-1.bak")
}

fn number(path: &Path, sql: &str) -> i64 {
    Connection::open(path).unwrap().query_row(sql, [], |r| r.get(0)).unwrap()
}

fn edition(path: &Path) -> i64 {
    number(path, "PRAGMA user_version")
}

/// Opens it, which brings it up.
fn open(path: &Path) -> frontdesk::error::Result<Store> {
    Store::open(&Place::File(path.to_owned()), true, None).map(Option::unwrap)
}

/// What lies in the folder beside the desk and its log.
fn beside(path: &Path) -> Vec<String> {
    let names = fs::read_dir(path.parent().unwrap()).unwrap().flatten().map(|e| e.file_name().into_string().unwrap());
    let mut names: Vec<String> =
        names.filter(|name| !["desk.db", "desk.db-wal", "desk.db-shm"].contains(&name.as_str())).collect();
    names.sort();
    names
}

/// The tables of the first edition, each with its columns.
fn tables(c: &Connection) -> BTreeMap<String, Vec<String>> {
    let names = "SELECT m.name, p.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'search%' AND (m.name <> 'desk' OR p.name <> 'schema')";
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut statement = c.prepare(names).unwrap();
    let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    for (table, column) in rows.map(Result::<(String, String), _>::unwrap) {
        tables.entry(table).or_default().push(column);
    }
    tables
}

/// Every row of these tables as the desk at a place holds it, but for the places in the queue, which are made anew.
fn rows(place: &Place, tables: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let first = rows_at(place, "SELECT d.schema FROM desk AS d") == ["1"];
    let of_table = |(table, columns): (&String, &Vec<String>)| {
        let kept: Vec<&str> = columns.iter().map(String::as_str).filter(|column| *column != "queue_at").collect();
        let text = match table.as_str() {
            // Where tickets came from stands with where the rest came from.
            "external" if !first => "SELECT 'external', x.source, x.number, x.thing_id FROM origin AS x".to_owned(),
            table => format!("SELECT '{table}', {} FROM {table}", kept.join(", ")),
        };
        let mut rows = rows_at(place, &text);
        rows.sort();
        rows
    };
    tables.iter().flat_map(of_table).collect()
}

/// A desk that was brought up works: what it could do then, and what only a desk of today can.
fn goes_on(stand: &mut Stand) {
    let ask = Ask { now: NOON, me: None, today_ends: NOON, week_ends: NOON, limit: None };
    assert!(stand.sees(|r| r.list(&Query::default(), &ask)).rows.len() > 5);
    assert_eq!(stand.store.complaints(true).unwrap(), [""; 0]);
    stand.has_not_drifted();
    stand.now = NOON.plus(3600);
    for operation in [7, 4, 3, 2] {
        let before = stand.state();
        stand.undo(operation).unwrap();
        assert_ne!(stand.state(), before);
        stand.redo(operation).unwrap();
        assert_eq!(stand.state(), before, "operation {operation} there and back");
        stand.has_not_drifted();
    }
    stand.redo(5).unwrap();
    assert_eq!(stand.ticket(2).standing.status, Status::Closed, "what was taken back then comes back now");
    let mail = stand.as_kind("mila", OperationKind::Fetch, |tx| {
        let t = of(tx, 1)?;
        ticket::set(tx, &t, "priority", &t.priority, &Priority::Urgent)
    });
    assert!(stand.undo(mail.unwrap().operation.unwrap()).is_err());
    let now = stand.now;
    let source = stand.store.bookkeep(now, |tx| tx.source_in("maildir:/m", "support", "m", 1)).unwrap();
    assert_eq!(stand.sees(|r| r.sources()), [source]);
    let next = stand.rows("SELECT next_no FROM desk");
    stand.does(|tx| ticket::open(tx, &anna("one more")));
    assert_eq!(stand.rows("SELECT max(id) FROM ticket"), next);
    stand.has_not_drifted();
}

#[test]
fn a_desk_of_the_first_edition_is_brought_up_and_nothing_is_lost() {
    let (folder, path) = first_edition();
    let tables = tables(&Connection::open(&path).unwrap());
    let place = Place::File(path.clone());
    let was = rows(&place, &tables);
    assert!(was.len() >= 500, "{}", was.len());

    let store = open(&path).unwrap();
    let copy = copy_of(&path);
    assert_eq!(store.brought_from.as_deref(), Some(copy.canonicalize().unwrap().as_path()));
    drop(store);
    assert_eq!(beside(&path), ["desk.db.edition-1.bak"]);
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!((edition(&copy), edition(&path)), (1, TODAY));
    assert_eq!((number(&copy, "SELECT schema FROM desk"), number(&path, "SELECT schema FROM desk")), (1, TODAY));
    assert!(rows(&place, &tables) == was, "the desk does not hold what it held");
    assert!(rows(&Place::File(copy), &tables) == was, "the copy does not hold what the desk held");

    let mut stand = Stand::at(place, Some(folder));
    assert_eq!(stand.store.brought_from, None, "once");
    assert_eq!(stand.rows("SELECT count(*) FROM ticket"), ["39"]);
    assert_eq!(stand.rows("SELECT count(*) FROM message"), ["82"]);
    assert_eq!(stand.rows("PRAGMA foreign_key_check"), [""; 0]);
    assert_eq!(stand.rows("PRAGMA integrity_check"), ["\"ok\""]);
    let text = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
    let mut new = Stand::on_file();
    assert_eq!(stand.rows(text), new.rows(text), "an old desk and a new one are the same");
    assert_eq!(catalogue(&mut stand), catalogue(&mut new));
    goes_on(&mut stand);
}

/// What everybody sees of a desk: tickets, hours, people, history; told by the program.
#[test]
fn a_desk_of_the_second_edition_is_brought_up_and_goes_on() {
    let (_folder, path) = desk_of(2);
    let tables = tables(&Connection::open(&path).unwrap());
    let place = Place::File(path.clone());
    let was = rows(&place, &tables);
    assert!(was.len() >= 300, "{}", was.len());
    let store = open(&path).unwrap();
    assert_eq!(store.brought_from.as_deref().and_then(Path::file_name).unwrap(), "desk.db.edition-2.bak");
    drop(store);
    assert_eq!((edition(&path), number(&path, "SELECT schema FROM desk")), (TODAY, TODAY));
    assert_eq!(rows(&place, &tables), was, "nothing of it is lost");
    let mut store = open(&path).unwrap();
    assert_eq!(store.complaints(true).unwrap(), [""; 0]);
    assert!(store.read(|r| r.clients()).unwrap().iter().all(|c| c.client.details.is_empty()));
    assert!(store.read(|r| r.logged(None)).unwrap().len() > 1, "its hours can be billed");
}

/// Contracts, an invoice, ratings, a topic: as they were told.
#[test]
fn a_desk_of_the_third_edition_is_brought_up_and_goes_on() {
    let (_folder, path) = desk_of(3);
    let tables = tables(&Connection::open(&path).unwrap());
    let place = Place::File(path.clone());
    let was = rows(&place, &tables);
    assert!(was.len() >= 300, "{}", was.len());
    drop(open(&path).unwrap());
    assert_eq!((edition(&path), number(&path, "SELECT schema FROM desk")), (TODAY, TODAY));
    assert_eq!(rows(&place, &tables), was, "nothing of it is lost");
    let mut store = open(&path).unwrap();
    assert_eq!(store.complaints(true).unwrap(), [""; 0]);
    let all = store.read(|r| r.ratings_in(Moment(0), Moment::MAX)).unwrap();
    assert_eq!(all.iter().map(|g| (g.rating.ticket.is_some(), g.rating.message)).collect::<Vec<_>>(), [(true, None)]);
    assert_eq!(store.read(|r| r.topics()).unwrap().len(), 1);
    assert!(store.read(|r| r.answers()).unwrap().iter().all(|a| a.tags.is_empty() && !a.article));
    assert_eq!(store.read(|r| r.invoices(None)).unwrap().len(), 1);
}

/// The same desk on the server, made of the text of the first edition as the program rewrote it then.
#[cfg(feature = "postgres")]
fn first_edition_on_server() -> Option<(Place, BTreeMap<String, Vec<String>>)> {
    let url = super::cluster::schema()?;
    let mut server = super::cluster::connect(&url).unwrap();
    let text = include_str!("../../src/store/schema/0001.sql");
    let plain: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let ddl = plain.join("\n").replace(") STRICT", ")").replace(" INTEGER", " BIGINT");
    server.batch_execute(&ddl.replace(" TEXT", " TEXT COLLATE \"C\"").replace(" BLOB", " BYTEA")).unwrap();
    server
        .batch_execute(
            "CREATE TABLE search (id BIGINT NOT NULL PRIMARY KEY, subject tsvector, body tsvector);
             CREATE INDEX search_subject ON search USING gin (subject);
             CREATE INDEX search_body ON search USING gin ((subject || body))",
        )
        .unwrap();
    let (_folder, path) = first_edition();
    let file = Connection::open(&path).unwrap();
    let mut all = tables(&file);
    all.get_mut("desk").unwrap().push("schema".to_owned());
    // A table follows those it points at.
    let made = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next());
    for table in made {
        let columns = &all[table];
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let add = format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), marks.join(", "));
        let add = server.prepare(&add).unwrap();
        let mut read = file.prepare(&format!("SELECT {} FROM {table}", columns.join(", "))).unwrap();
        let mut found = read.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let vals: Vec<OnServer> = (0..columns.len()).map(|i| OnServer(row.get(i).unwrap())).collect();
            let vals: Vec<&(dyn postgres::types::ToSql + Sync)> = vals.iter().map(|v| v as _).collect();
            server.execute(&add, &vals).unwrap();
        }
    }
    all.get_mut("desk").unwrap().pop();
    Some((Place::Server { url, password: None }, all))
}

/// A value of a file on its way to the server.
#[cfg(feature = "postgres")]
#[derive(Debug)]
struct OnServer(rusqlite::types::Value);

#[cfg(feature = "postgres")]
impl postgres::types::ToSql for OnServer {
    fn to_sql(
        &self,
        kind: &postgres::types::Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
        use rusqlite::types::Value;
        match &self.0 {
            Value::Integer(n) => n.to_sql(kind, out),
            Value::Text(t) => t.to_sql(kind, out),
            Value::Blob(b) => b.to_sql(kind, out),
            _ => Ok(postgres::types::IsNull::Yes),
        }
    }

    fn accepts(_: &postgres::types::Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_of_the_first_edition_is_brought_up_and_nothing_is_lost() {
    let Some((place, tables)) = first_edition_on_server() else { return };
    let was = rows(&place, &tables);
    assert!(was.len() >= 500, "{}", was.len());
    let mut stand = Stand::at(place.clone(), None);
    assert_eq!(stand.store.brought_from, None, "a server is backed up there");
    assert!(rows(&place, &tables) == was, "the desk does not hold what it held");
    assert_eq!(stand.rows("SELECT schema FROM desk"), [TODAY.to_string()]);
    assert_eq!(catalogue(&mut stand), catalogue(&mut Stand::on_server().unwrap()));
    goes_on(&mut stand);
}

#[cfg(feature = "postgres")]
#[test]
fn sixteen_at_once_bring_a_server_up_once() {
    let Some((place, tables)) = first_edition_on_server() else { return };
    let was = rows(&place, &tables);
    at_once(16, 1, |_, _| {
        let mut store = Store::open(&place, true, None).unwrap().unwrap();
        assert_eq!(store.read(|r| Ok((r.sources()?, r.change_no()?))).unwrap(), (vec![], 7));
    });
    assert!(rows(&place, &tables) == was);
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_that_cannot_be_brought_up_stays_as_it_was() {
    let Some((place, tables)) = first_edition_on_server() else { return };
    let Place::Server { url, .. } = &place else { unreachable!() };
    let mut server = super::cluster::connect(url).unwrap();
    server.batch_execute("CREATE TABLE draft (in_the_way BIGINT)").unwrap();
    let was = rows(&place, &tables);
    assert!(Store::open(&place, true, None).is_err());
    assert!(rows(&place, &tables) == was);
    assert_eq!(rows_at(&place, "SELECT schema FROM desk"), ["1"]);
    server.batch_execute("DROP TABLE draft").unwrap();
    assert!(Store::open(&place, true, None).unwrap().is_some());
    assert_eq!(rows_at(&place, "SELECT schema FROM desk"), [TODAY.to_string()]);
}

#[test]
fn sixteen_at_once_bring_a_desk_up_once() {
    for round in 0..3 {
        let (folder, path) = first_edition();
        let (word, said) = (path.to_str().unwrap(), AtomicUsize::new(0));
        at_once(16, 1, |n, _| {
            let write = format!("problem {n}");
            let words: &[&str] =
                if n % 2 == 0 { &["ls", "--count"] } else { &["open", &write, "-f", "anna@acme.test"] };
            let done = desk(folder.path(), word, "mila", words);
            succeeded(&done);
            said.fetch_add(usize::from(String::from_utf8_lossy(&done.stderr).contains("was brought up")), Relaxed);
        });
        assert_eq!(said.into_inner(), 1, "one brought it up and says so");
        assert_eq!(beside(&path), ["desk.db.edition-1.bak"], "round {round}");
        assert_eq!((edition(&path), edition(&copy_of(&path))), (TODAY, 1));
        let counted = |path: &Path| number(path, "SELECT count(*) FROM ticket");
        assert_eq!((counted(&path), counted(&copy_of(&path))), (39 + 8, 39));
        assert_eq!(number(&path, "SELECT count(*) FROM operation"), 7 + 8);
    }
}

/// The desk is wholly of the one edition or wholly of the other, sound, and the next command goes on.
fn old_or_new(path: &Path, tables: &BTreeMap<String, Vec<String>>, was: &[String]) -> i64 {
    let place = Place::File(path.to_owned());
    let found = edition(path);
    assert!([1, TODAY].contains(&found), "edition {found}");
    assert_eq!(number(path, "SELECT schema FROM desk"), found);
    let new_tables =
        number(path, "SELECT count(*) FROM sqlite_schema WHERE name IN ('source', 'outbox', 'draft', 'answer')");
    assert_eq!(new_tables, if found == 1 { 0 } else { 4 });
    assert_eq!(rows_at(&place, "PRAGMA integrity_check"), ["\"ok\""]);
    assert!(rows(&place, tables) == was);
    drop(open(path).unwrap());
    assert_eq!(edition(path), TODAY);
    assert!(rows(&place, tables) == was);
    found
}

#[test]
fn killed_at_any_moment_the_desk_is_old_or_new() {
    let (folder, path) = first_edition();
    let tables = tables(&Connection::open(&path).unwrap());
    let was = rows(&Place::File(path.clone()), &tables);
    let begun = std::time::Instant::now();
    succeeded(&desk(folder.path(), path.to_str().unwrap(), "mila", &["ls", "--count"]));
    let whole = begun.elapsed();
    let mut found = [0; EDITIONS];
    for n in 0..50 {
        let (folder, path) = first_edition();
        let mut child = Command::new(env!("CARGO_BIN_EXE_desk"))
            .args(["ls", "--count"])
            .env_clear()
            .env("HOME", folder.path())
            .env("DESK_FILE", &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * (n * n) / 1000);
        child.kill().unwrap();
        child.wait().unwrap();
        found[usize::try_from(old_or_new(&path, &tables, &was)).unwrap()] += 1;
        let left = beside(&path);
        assert!(
            left.iter().all(|name| name == "desk.db.edition-1.bak" || name.starts_with(".desk-edition.")),
            "{left:?}"
        );
    }
    assert!(found[1] > 0 && found[EDITIONS - 1] > 0, "{found:?} of {whole:?}");
}

#[test]
fn where_the_disk_is_too_small_the_desk_is_old_or_new() {
    let (_folder, path) = first_edition();
    let tables = tables(&Connection::open(&path).unwrap());
    let was = rows(&Place::File(path.clone()), &tables);
    let mut found = [0; EDITIONS];
    for blocks in [0, 1, 8, 40, 100, 200, 400, 800, 1200, 1600, 2400, 100_000] {
        let (folder, path) = first_edition();
        let done = Command::new("/bin/sh")
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" ls --count")])
            .arg(env!("CARGO_BIN_EXE_desk"))
            .env_clear()
            .env("HOME", folder.path())
            .env("DESK_FILE", &path)
            .output()
            .unwrap();
        let is = edition(&path);
        assert_eq!(done.status.success(), is == TODAY, "{blocks} blocks: {}", String::from_utf8_lossy(&done.stderr));
        let left = beside(&path);
        assert!(left.is_empty() || left == ["desk.db.edition-1.bak"], "{blocks} blocks: {left:?}");
        found[usize::try_from(old_or_new(&path, &tables, &was)).unwrap()] += 1;
    }
    assert!(found[1] > 3 && found[EDITIONS - 1] > 0, "{found:?}");
}

#[test]
fn a_step_that_fails_leaves_the_desk_as_it_was() {
    let (_folder, path) = first_edition();
    let tables = tables(&Connection::open(&path).unwrap());
    let place = Place::File(path.clone());
    // The last step finds its name taken.
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE answer (in_the_way INTEGER)").unwrap();
    let was = rows(&place, &tables);
    let text = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name";
    let schema = rows_at(&place, text);
    assert!(open(&path).is_err());
    assert_eq!((edition(&path), rows_at(&place, text)), (1, schema));
    assert!(rows(&place, &tables) == was);
    Connection::open(&path).unwrap().execute_batch("DROP TABLE answer").unwrap();
    assert_eq!(old_or_new(&path, &tables, &was), 1);
}

#[test]
fn a_desk_whose_rows_point_nowhere_is_not_brought_up() {
    let (_folder, path) = first_edition();
    let c = Connection::open(&path).unwrap();
    c.execute_batch("PRAGMA foreign_keys=OFF; INSERT INTO ticket_tag (tag, ticket_id) VALUES ('lost', 4242)").unwrap();
    drop(c);
    let Err(no) = open(&path) else { panic!("it was brought up") };
    assert_eq!((no.kind, no.hint.as_deref()), (Kind::Refused, Some("desk doctor")), "{no}");
    assert_eq!((edition(&path), beside(&path)), (1, vec![]));
}

#[test]
fn where_nobody_may_write_the_desk_stays_and_it_is_said() {
    let (folder, path) = first_edition();
    let before = fs::read(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command.args(["ls", "--count"]).env_clear().env("HOME", "/nowhere").env("DESK_FILE", &path);
    if rustix::process::geteuid().is_root() {
        // Nothing is forbidden to root.
        command.uid(65_534).gid(65_534);
    }
    let done = command.output().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("hint: ") && !said.contains("panicked"), "{said}");
    assert!(fs::read(&path).unwrap() == before && beside(&path).is_empty());
}

#[test]
fn a_copy_that_is_there_already_is_not_written_over() {
    let (_folder, path) = first_edition();
    fs::write(copy_of(&path), "something else").unwrap();
    drop(open(&path).unwrap());
    assert_eq!(edition(&path), TODAY);
    assert_eq!(fs::read_to_string(copy_of(&path)).unwrap(), "something else");
    let kept = beside(&path);
    assert_eq!(kept, ["desk.db.edition-1.2.bak", "desk.db.edition-1.bak"], "this desk is copied, too");
    let copy = path.with_file_name(&kept[0]);
    assert_eq!((edition(&copy), number(&copy, "SELECT count(*) FROM ticket")), (1, 39));
}

#[test]
fn completion_waits_for_nothing_and_changes_nothing() {
    let (_folder, path) = first_edition();
    let before = fs::read(&path).unwrap();
    let Err(no) = Store::open(&Place::File(path.clone()), false, None) else { panic!("it was opened") };
    assert_eq!((no.kind, no.hint.as_deref()), (Kind::Temporary, Some("any command brings it up")));
    assert!(fs::read(&path).unwrap() == before && beside(&path).is_empty());
}

#[test]
fn a_desk_of_a_newer_edition_is_refused_before_any_write() {
    let (_folder, path) = first_edition();
    drop(open(&path).unwrap());
    fs::remove_file(copy_of(&path)).unwrap();
    Connection::open(&path).unwrap().execute_batch("UPDATE desk SET schema = 5; PRAGMA user_version = 5").unwrap();
    let before = fs::read(&path).unwrap();
    for fresh in [None, Some(&fresh())] {
        let Err(no) = Store::open(&Place::File(path.clone()), true, fresh) else { panic!("it was opened") };
        assert_eq!((no.kind, no.hint.as_deref()), (Kind::Refused, Some("update desk; nothing was changed")));
        assert!(no.to_string().contains("newer program (edition 5, this one knows 4)"), "{no}");
    }
    assert!(fs::read(&path).unwrap() == before && beside(&path).is_empty());
}

#[test]
fn a_copy_of_the_first_edition_is_a_desk_that_can_be_gone_back_to() {
    let (_folder, path) = first_edition();
    drop(open(&path).unwrap());
    let back = path.with_file_name("back.db");
    fs::copy(copy_of(&path), &back).unwrap();
    let mut stand = Stand::at(Place::File(back), None);
    goes_on(&mut stand);
}
