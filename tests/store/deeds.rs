//! What people do to tickets, contacts, clients, hours and settings: the state after each deed, and that taking it back and
//! bringing it back again gives exactly the states before and after.

use super::stand::Stand;
use frontdesk::actions::ticket::{self, NewTicket};
use frontdesk::actions::{hours, people};
use frontdesk::domain::event::{Event, Noun};
use frontdesk::domain::ticket::{Priority, Reason, Standing, Status};
use frontdesk::domain::time::Moment;
use frontdesk::domain::zone::Zone;
use frontdesk::error::Result;
use frontdesk::store::Tx;

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
fn opened(stand: &mut Stand, count: i64) {
    for n in 1..=count {
        assert_eq!(stand.does(|tx| ticket::open(tx, &anna(&format!("problem {n}")))).0, n);
    }
}

/// The deed changes something; undo gives the state before it, redo the state after it, and undo again the state before it.
/// Gives the operation.
fn can_be_taken_back<T>(stand: &mut Stand, deed: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> T {
    let before = stand.state();
    let done = stand.by("mila", deed).unwrap();
    let operation = done.operation.expect("an operation");
    let after = stand.state();
    assert_ne!(before, after, "the deed changed nothing");
    stand.has_not_drifted();
    for _ in 0..2 {
        stand.undo(operation).unwrap();
        assert_eq!(stand.state(), before, "undo");
        stand.has_not_drifted();
        stand.redo(operation).unwrap();
        assert_eq!(stand.state(), after, "redo");
        stand.has_not_drifted();
    }
    done.value
}

both! {
    fn opens_a_ticket_with_its_requester(stand) {
        let new = NewTicket {
            tags: vec!["vip".to_owned(), "billing".to_owned()],
            priority: Some(Priority::High),
            due_at: Some(Moment(2_000_000_000)),
            once: Some("form-1".to_owned()),
            ..anna("Cannot log in")
        };
        stand.does(|tx| people::add_client(tx, "other", "Other", &[]));
        let (id, made) = can_be_taken_back(stand, |tx| ticket::open(tx, &new));
        assert!(made);
        let t = stand.ticket(id);
        assert_eq!((t.subject.as_str(), t.standing, t.priority), ("Cannot log in", Standing::of(Status::New), Priority::High));
        assert_eq!((t.channel.as_str(), t.due_at, t.opened_at), ("email", Some(Moment(2_000_000_000)), t.opened_at));
        assert_eq!(stand.sees(|r| r.tags(id)), ["billing", "vip"]);
        let contact = stand.sees(|r| r.contact(t.requester.unwrap())).unwrap();
        assert_eq!((contact.name.as_str(), contact.client), ("Anna", t.client));
        assert_eq!(stand.sees(|r| r.client(t.client.unwrap())).unwrap().handle, "acme.test");
        let messages = stand.sees(|r| r.messages(id));
        assert_eq!(messages.len(), 1);
        assert_eq!((messages[0].text.as_str(), messages[0].email.as_str()), ("Cannot log in: please help", "anna@acme.test"));
        assert_eq!(stand.does(|tx| ticket::open(tx, &new)), (id, false));
    }

    fn closes_a_ticket_and_opens_it_again(stand) {
        opened(stand, 1);
        can_be_taken_back(stand, |tx| { let t = tx.ticket(1)?.unwrap(); ticket::close(tx, &t, Reason::Solved) });
        let t = stand.ticket(1);
        assert_eq!((t.standing.status, t.standing.reason), (Status::Closed, Some(Reason::Solved)));
        can_be_taken_back(stand, |tx| { let t = tx.ticket(1)?.unwrap(); ticket::reopen(tx, &t) });
        assert_eq!(stand.ticket(1).standing, Standing::of(Status::Open));
        let reopens = stand.rows("SELECT reopens, closed_at, queued FROM ticket WHERE id = 1");
        assert_eq!(reopens, ["1 - 1"]);
    }
}
