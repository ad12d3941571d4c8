//! The door: one writer at a time, numbers without gaps in the order of commits, and nothing half done.

use super::stand::{Stand, anna, deed, fresh, of, opened};
use frontdesk::actions::ticket;
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::ticket::Reason;
use frontdesk::error::{Error, Kind, Result};
use frontdesk::store::{Place, Store, Tx};

fn open_one(tx: &mut Tx<'_>) -> Result<i64> {
    ticket::open(tx, &anna("one more")).map(|(id, _)| id)
}

fn ids(stand: &mut Stand) -> Vec<String> {
    stand.rows("SELECT id FROM ticket ORDER BY id")
}

both! {
    fn numbers_have_no_gaps_after_a_refused_write(stand) {
        opened(stand, 2);
        let before = (stand.state(), stand.rows("SELECT * FROM operation"), stand.rows("SELECT * FROM agent"));
        let no = stand.by("boris", |tx| -> Result<()> {
            for _ in 0..3 {
                open_one(tx)?;
            }
            Err(Error::refused("thought better of it"))
        });
        assert_eq!(no.err().map(|e| e.what).as_deref(), Some("thought better of it"));
        assert_eq!((stand.state(), stand.rows("SELECT * FROM operation"), stand.rows("SELECT * FROM agent")), before);
        opened_next(stand, 3);
        let operations = stand.sees(|r| r.operations_since(0));
        assert_eq!(operations.iter().map(|o| o.id).collect::<Vec<_>>(), [1, 2, 3]);
    }

    fn a_dry_write_keeps_nothing(stand) {
        opened(stand, 1);
        let before = (stand.state(), stand.rows("SELECT * FROM desk"), stand.rows("SELECT * FROM agent"));
        let tried = stand.store.write(&deed("boris", OperationKind::Do, stand.now), true, open_one).unwrap();
        assert_eq!((tried.value, tried.operation), (2, None), "it tells what would have happened; there is nothing to take back");
        assert_eq!((stand.state(), stand.rows("SELECT * FROM desk"), stand.rows("SELECT * FROM agent")), before);
        opened_next(stand, 2);
    }

    fn a_write_that_changes_nothing_is_no_operation(stand) {
        opened(stand, 1);
        let before = (stand.state(), stand.rows("SELECT * FROM desk"), stand.rows("SELECT * FROM agent"));
        let subject = stand.ticket(1).subject;
        let done = stand.by("boris", |tx| { let t = of(tx, 1)?; ticket::set(tx, &t, "subject", &subject, &subject) }).unwrap();
        assert_eq!((done.value, done.operation), (false, None));
        assert_eq!((stand.state(), stand.rows("SELECT * FROM desk"), stand.rows("SELECT * FROM agent")), before);
    }

    fn two_programs_write_in_turn(stand) {
        let mut other = stand.second();
        for turn in 0..10 {
            let id = stand.does(open_one);
            let (now, next) = (stand.now, other.write(&deed("boris", OperationKind::Do, stand.now), false, open_one).unwrap());
            assert_eq!((id, next.value, next.operation), (2 * turn + 1, 2 * turn + 2, Some(2 * turn + 2)));
            let t = stand.ticket(next.value);
            assert_eq!(other.read(|r| r.ticket(next.value)).unwrap(), Some(t), "at {now:?} both see the same");
        }
        assert_eq!(stand.sees(|r| r.agents()).iter().map(|a| a.name.clone()).collect::<Vec<_>>(), ["boris", "mila"]);
        stand.has_not_drifted();
    }

    fn writers_at_once_wait_for_each_other(stand) {
        const EACH: usize = 15;
        let now = stand.now;
        let mut stores: Vec<Store> = (0..4).map(|_| stand.second()).collect();
        std::thread::scope(|scope| {
            for (n, store) in stores.iter_mut().enumerate() {
                scope.spawn(move || {
                    let agent = format!("agent{}", n % 2);
                    for _ in 0..EACH {
                        store.write(&deed(&agent, OperationKind::Do, now), false, open_one).unwrap();
                    }
                });
            }
        });
        let all: Vec<String> = (1..=4 * EACH).map(|n| n.to_string()).collect();
        assert_eq!(ids(stand), all);
        assert_eq!(stand.rows("SELECT id FROM operation ORDER BY id"), all);
        assert_eq!(stand.rows("SELECT count(*) FROM contact"), ["1"]);
        assert_eq!(stand.rows("SELECT count(*) FROM agent"), ["2"]);
        stand.has_not_drifted();
    }

    fn a_reader_sees_one_state_while_others_write(stand) {
        opened(stand, 1);
        let mut other = stand.second();
        let (seen, now) = (stand.state().len(), stand.now);
        stand.sees(|r| {
            let before = r.change_no()?;
            other.write(&deed("boris", OperationKind::Do, now), false, open_one)?;
            assert_eq!((r.change_no()?, r.ticket(2)?), (before, None));
            Ok(())
        });
        assert_eq!(stand.ticket(2).id, 2);
        assert!(stand.state().len() > seen);
    }

    fn one_deed_is_done_once(stand) {
        let first = deed("mila", OperationKind::Do, stand.now);
        assert_eq!(stand.store.write(&first, false, open_one).unwrap().value, 1);
        let before = stand.state();
        assert!(stand.store.write(&first, false, open_one).is_err(), "the same deed twice");
        assert_eq!(stand.state(), before);
        opened_next(stand, 2);
    }

    fn a_statement_that_fails_spoils_nothing_that_follows(stand) {
        opened(stand, 1);
        let before = stand.state();
        let to_nobody = |tx: &mut Tx<'_>| {
            let at = tx.at;
            tx.apply([Event::ticket(1, "requester", &(), &4242, at)])
        };
        let no = stand.refused(to_nobody);
        assert!(no.cause.is_some(), "{no}");
        assert_eq!(stand.state(), before);
        assert!(stand.store.read(|r| r.ticket(1)).unwrap().is_some());
        stand.does(|tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Solved) });
        opened_next(stand, 2);
    }

    fn an_outdated_program_is_refused_at_the_door(stand) {
        opened(stand, 1);
        let before = stand.state();
        stand.meddle("UPDATE desk SET schema = 99 WHERE id = 1");
        let no = stand.refused(open_one);
        assert_eq!((no.kind, no.what.as_str()), (Kind::Refused, "this desk was written by a newer program"));
        assert_eq!(no.hint.as_deref(), Some("update desk; nothing was changed"));
        assert_eq!(stand.state(), before);
        if stand.store.is_file() {
            stand.meddle("PRAGMA user_version = 99");
        }
        let Err(no) = Store::open(&stand.place, true, None) else { panic!("it was opened") };
        assert!(no.what.contains("newer program") && no.hint.is_some(), "{no}");
        assert!(Store::open(&stand.place, true, Some(&fresh())).is_err(), "nor is a new one made in its place");
        assert_eq!(stand.state(), before);
    }

    fn a_new_desk_holds_what_it_was_given(stand) {
        assert_eq!(stand.sees(|r| r.settings()), [("zone".to_owned(), serde_json::Value::from("Europe/Berlin"))]);
        assert!(stand.sees(|r| r.uid()).starts_with("desk"));
        assert_eq!(stand.sees(|r| r.change_no()), 0);
        assert!(stand.sees(|r| r.index_is_current()));
        let uid = stand.sees(|r| r.uid());
        let mut again = Store::open(&stand.place, true, Some(&fresh())).unwrap().unwrap();
        assert_eq!(again.read(|r| r.uid()).unwrap(), uid, "an existing desk is not made anew");
        assert_eq!(stand.store.complaints(true).unwrap(), [""; 0]);
    }

    fn the_parts_of_an_import_are_one_operation(stand) {
        let first = deed("mila", OperationKind::Import, stand.now);
        let begun = stand.store.write(&first, false, |tx| {
            let at = tx.at;
            tx.apply([Event::about(Noun::Import, 1, "mbox", &(), &"box", at)])?;
            open_one(tx)
        }).unwrap();
        let operation = begun.operation.unwrap();
        assert_eq!(stand.store.continue_operation(&first, operation, open_one).unwrap(), 2);
        assert!(stand.store.continue_operation(&first, operation, |tx| { open_one(tx)?; Err::<(), _>(Error::refused("no")) }).is_err());
        assert_eq!(ids(stand), ["1", "2"]);
        assert_eq!(stand.sees(|r| r.operations_since(0)).len(), 1);
        assert!(stand.sees(|r| r.events_of(operation)).len() > 4);
        assert_eq!(stand.sees(|r| r.change_no()), 2);
        opened_next(stand, 3);
    }
}

fn opened_next(stand: &mut Stand, number: i64) {
    assert_eq!(stand.does(open_one), number);
}

#[test]
fn there_is_no_desk_where_nobody_made_one() {
    assert!(Store::open(&Place::Memory, true, None).unwrap().is_none());
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("deep/down/desk.db"));
    assert!(Store::open(&place, true, None).unwrap().is_none());
    assert!(!folder.path().join("deep").exists());
    assert!(Store::open(&place, true, Some(&fresh())).unwrap().is_some());
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("deep/down")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("desk.db")), "drafts are left over: {left:?}");
}

#[cfg(feature = "postgres")]
#[test]
fn an_empty_database_is_no_desk() {
    let Some(url) = super::cluster::schema() else { return };
    let place = Place::Server { url, password: None };
    assert!(Store::open(&place, true, None).unwrap().is_none());
    assert!(Store::open(&place, true, Some(&fresh())).unwrap().is_some());
    assert!(Store::open(&place, true, None).unwrap().is_some());
}

#[cfg(feature = "postgres")]
#[test]
fn a_server_that_is_not_there_is_named_without_its_password() {
    let url = "postgres://mila:secret@127.0.0.1:1/desk?sslmode=disable".to_owned();
    let Err(no) = Store::open(&Place::Server { url, password: None }, true, None) else { panic!("it was opened") };
    assert_eq!((no.kind, no.what.as_str()), (Kind::Temporary, "no connection to postgres://mila@127.0.0.1:1/desk"));
    assert!(!format!("{no:?}").contains("secret"));
}
