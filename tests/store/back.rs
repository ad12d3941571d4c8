//! Taking back what others have built upon: refused, named, and nothing overwritten.

use super::stand::{Stand, anna, of, opened};
use frontdesk::actions::{people, ticket};
use frontdesk::domain::contact::Point;
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::ticket::{Priority, Reason, Status};
use frontdesk::error::{Kind, Result};
use frontdesk::store::Tx;

fn prioritise(id: i64, to: Priority) -> impl FnOnce(&mut Tx<'_>) -> Result<bool> {
    move |tx| {
        let t = of(tx, id)?;
        ticket::set(tx, &t, "priority", &t.priority, &to)
    }
}

/// The operation of a deed by an agent.
fn operation<T>(stand: &mut Stand, agent: &str, deed: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> i64 {
    stand.by(agent, deed).unwrap().operation.unwrap()
}

both! {
    fn a_field_that_a_colleague_changed_since_is_not_overwritten(stand) {
        opened(stand, 1);
        let mine = operation(stand, "mila", prioritise(1, Priority::High));
        let his = operation(stand, "boris", prioritise(1, Priority::Urgent));
        let before = stand.state();
        let no = stand.undo(mine).unwrap_err();
        assert_eq!(no.what, format!("priority of ticket 1 has changed since: operation {his} by boris: do"));
        assert_eq!((no.kind, no.hint), (Kind::Refused, Some(format!("take that back first: desk undo {his}"))));
        assert_eq!(stand.state(), before);
        stand.undo(his).unwrap();
        stand.undo(mine).unwrap();
        assert_eq!(stand.ticket(1).priority, Priority::Normal);
    }

    fn other_fields_may_have_changed(stand) {
        opened(stand, 1);
        let mine = operation(stand, "mila", prioritise(1, Priority::High));
        stand.by("boris", |tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Solved) }).unwrap();
        stand.undo(mine).unwrap();
        assert_eq!((stand.ticket(1).priority, stand.ticket(1).standing.status), (Priority::Normal, Status::Closed));
    }

    fn a_ticket_with_a_later_history_stays(stand) {
        opened(stand, 1);
        let opening = stand.last();
        operation(stand, "boris", |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "mine now") });
        let no = stand.undo(opening).unwrap_err();
        assert!(no.what.starts_with("ticket 1 has changed since: operation") && no.what.contains("by boris"), "{no}");
    }

    fn a_contact_whom_others_use_by_now_stays(stand) {
        opened(stand, 1);
        let opening = stand.last();
        stand.by("boris", |tx| ticket::open(tx, &anna("second"))).unwrap();
        let step = stand.undo(opening).unwrap();
        assert_eq!(step.kept, ["the contact Anna", "the client acme.test"]);
        assert!(stand.sees(|r| r.ticket(1)).is_none());
        let anna = stand.sees(|r| r.contact_at(&Point::read("anna@acme.test").unwrap())).unwrap();
        assert_eq!(stand.ticket(2).requester, Some(anna.id));
        stand.redo(opening).unwrap();
        assert_eq!(stand.ticket(1).requester, Some(anna.id));
        stand.has_not_drifted();
    }

    fn what_was_taken_back_is_not_taken_back_again(stand) {
        opened(stand, 1);
        let opening = stand.last();
        stand.undo(opening).unwrap();
        let undo = stand.last();
        let no = stand.undo(opening).unwrap_err();
        assert_eq!(no.what, format!("operation {opening} was taken back already, by operation {undo}"));
        assert_eq!(stand.undo(4242).unwrap_err().kind, Kind::Missing);
        stand.undo(undo).unwrap();
        assert_eq!(stand.ticket(1).id, 1, "undo of an undo brings it back");
        let redo = stand.last();
        stand.undo(redo).unwrap();
        assert!(stand.sees(|r| r.ticket(1)).is_none(), "undo of a redo takes it back");
        assert!(stand.as_kind("mila", OperationKind::Redo, |tx| tx.redo(opening)).is_err(), "not an undo");
    }

    fn an_operation_comes_back_only_onto_the_state_that_it_changed(stand) {
        opened(stand, 1);
        let first = operation(stand, "mila", prioritise(1, Priority::High));
        let second = operation(stand, "boris", prioritise(1, Priority::Urgent));
        stand.undo(second).unwrap();
        stand.undo(first).unwrap();
        let undo_of_first = stand.last();
        let no = stand.redo(second).unwrap_err();
        assert_eq!(no.what, format!("operation {second} builds on operation {first} by mila, which was taken back: do"));
        assert_eq!(no.hint, Some(format!("bring that back first: desk undo {undo_of_first}")));
        assert_eq!(stand.ticket(1).priority, Priority::Normal);
        stand.redo(first).unwrap();
        stand.redo(second).unwrap();
        assert_eq!(stand.ticket(1).priority, Priority::Urgent);
    }

    fn a_later_change_of_the_same_field_is_in_the_way_of_a_redo(stand) {
        opened(stand, 1);
        let first = operation(stand, "mila", prioritise(1, Priority::High));
        stand.undo(first).unwrap();
        let second = operation(stand, "boris", prioritise(1, Priority::Urgent));
        let no = stand.redo(first).unwrap_err();
        assert!(no.what.contains(&format!("operation {second} by boris")), "{no}");
        stand.undo(second).unwrap();
        stand.redo(first).unwrap();
        let no = stand.redo(second).unwrap_err();
        assert!(no.what.contains(&format!("operation {first} by mila")), "{no}");
        assert_eq!(stand.ticket(1).priority, Priority::High);
    }

    fn nothing_comes_back_onto_a_ticket_that_is_not_there(stand) {
        opened(stand, 1);
        let opening = stand.last();
        let tag = operation(stand, "boris", |tx| { let t = of(tx, 1)?; ticket::set_tag(tx, &t, "vip", true) });
        let note = operation(stand, "boris", |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "so") });
        for operation in [note, tag, opening] {
            stand.undo(operation).unwrap();
        }
        let nothing = stand.state();
        for operation in [tag, note] {
            let no = stand.redo(operation).unwrap_err();
            assert!(no.what.contains(&format!("builds on operation {opening} by mila")), "{no}");
            assert_eq!(stand.state(), nothing);
        }
        for operation in [opening, note, tag] {
            stand.redo(operation).unwrap();
        }
        assert_eq!((stand.sees(|r| r.tags(1)), stand.sees(|r| r.message_ids(1)).len()), (vec!["vip".to_owned()], 2));
        stand.has_not_drifted();
    }

    fn everybody_takes_back_his_own_last_step(stand) {
        opened(stand, 2);
        let mine = operation(stand, "mila", prioritise(1, Priority::High));
        let his = operation(stand, "boris", prioritise(2, Priority::Low));
        let (mila, boris) = stand.sees(|r| Ok((r.agent_named("Mila")?.unwrap().id, r.agent_named("BORIS")?.unwrap().id)));
        assert_eq!(stand.sees(|r| Ok((r.last_done(mila)?, r.last_done(boris)?))), (Some(mine), Some(his)));
        stand.undo(mine).unwrap();
        let undo = stand.last();
        assert_eq!(stand.sees(|r| Ok((r.last_undo(mila)?, r.last_undo(boris)?))), (Some(undo), None));
        assert_ne!(stand.sees(|r| r.last_done(mila)), Some(mine));
        let told: Vec<i64> = stand.sees(|r| r.operations_of_ticket(1, 10)).iter().map(|o| o.id).collect();
        assert_eq!(told, [undo, mine, 1]);
        let since: Vec<i64> = stand.sees(|r| r.operations_since(his)).iter().map(|o| o.id).collect();
        assert_eq!(since, [undo]);
    }

    fn an_address_that_another_contact_has_by_now_is_left_with_him(stand) {
        let taken = operation(stand, "mila", |tx| people::requester(tx, "Anna <anna@acme.test>", None));
        stand.undo(taken).unwrap();
        let other = stand.does(|tx| people::requester(tx, "Other Anna <anna@acme.test>", None));
        let before = stand.state();
        let no = stand.redo(taken).unwrap_err();
        assert_eq!(no.kind, Kind::Refused, "{no}: {:?}", no.cause);
        assert_eq!(stand.state(), before);
        assert_eq!(stand.sees(|r| r.contact_at(&Point::read("anna@acme.test").unwrap())).unwrap().id, other.id);
    }
}
