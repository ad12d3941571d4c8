//! What people do to tickets, contacts, clients, hours and settings: the state after each deed, and that taking it back and
//! bringing it back again gives exactly the states before and after.

use super::stand::{NOON, Stand, anna, of, opened};
use frontdesk::actions::ticket::{self, Author, NewTicket};
use frontdesk::actions::{client, contact, contract, hours, people, things};
use frontdesk::domain::billing::contract::Terms;
use frontdesk::domain::billing::currency::Currency;
use frontdesk::domain::billing::invoice::{Invoice, Payment};
use frontdesk::domain::billing::money::Money;
use frontdesk::domain::contact::Point;
use frontdesk::domain::event::{Event, Noun};
use frontdesk::domain::message::Direction;
use frontdesk::domain::search::Query;
use frontdesk::domain::ticket::{Priority, Reason, Standing, Status};
use frontdesk::domain::time::{Date, Moment};
use frontdesk::domain::zone::Zone;
use frontdesk::error::Result;
use frontdesk::store::Tx;
use frontdesk::store::list::Ask;
use serde_json::Value;

/// The deed changes something; undo gives the state before it, redo the state after it, and both once more.
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

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn hourly(name: &str, currency: &str) -> Terms {
    let said = [("hourly", "5000"), ("start", "2026-11-01"), ("name", name), ("currency", currency)];
    Terms::read(&said, Currency::of(currency).unwrap()).unwrap()
}

/// Invoice 7, for November.
fn issued(client: i64) -> Invoice {
    Invoice {
        id: 0,
        client,
        number: Some(7),
        credits: None,
        credited_by: None,
        first: day("2026-11-01"),
        last: day("2026-11-30"),
        issued_on: Some(day("2026-12-01")),
        due_on: None,
        currency: Currency::of("RUB").unwrap(),
        total: 100,
        note: String::new(),
        entries: Vec::new(),
        fees: Vec::new(),
        paper: None,
    }
}

fn work(ticket: Option<i64>, minutes: i64) -> hours::Work {
    hours::Work {
        ticket,
        client: None,
        minutes,
        day: day("2026-11-20"),
        billable: true,
        text: "looked into it".to_owned(),
        activity: None,
        began: None,
        contract: None,
        corrects: None,
    }
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
        assert_eq!((t.channel.as_str(), t.due_at, t.assignee), ("email", Some(Moment(2_000_000_000)), None));
        assert_eq!(stand.sees(|r| r.tags(id)), ["billing", "vip"]);
        let contact = stand.sees(|r| r.contact(t.requester.unwrap())).unwrap();
        assert_eq!((contact.name.as_str(), contact.client), ("Anna", t.client));
        assert_eq!(stand.sees(|r| r.client(t.client.unwrap())).unwrap().handle, "acme.test");
        let messages = stand.sees(|r| r.messages(id));
        assert_eq!(messages.len(), 1);
        assert_eq!((messages[0].text.as_str(), messages[0].email.as_str()), ("Cannot log in: please help", "anna@acme.test"));
        assert_eq!(stand.does(|tx| ticket::open(tx, &new)), (id, false), "opened twice with one key");
    }

    fn closes_a_ticket_and_opens_it_again(stand) {
        opened(stand, 1);
        assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Solved) }));
        let t = stand.ticket(1);
        assert_eq!((t.standing.status, t.standing.reason), (Status::Closed, Some(Reason::Solved)));
        assert!(!stand.does(|tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Spam) }), "closed twice");
        assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::reopen(tx, &t) }));
        assert_eq!(stand.ticket(1).standing, Standing::of(Status::Open));
        assert_eq!(stand.rows("SELECT reopens, closed_at, queued FROM ticket WHERE id = 1"), ["1 - 1"]);
    }

    fn pauses_a_ticket_until_an_instant(stand) {
        opened(stand, 1);
        for status in [Status::Pending, Status::Hold] {
            let until = stand.now.plus(86_400);
            let standing = Standing { until: Some(until), ..Standing::of(status) };
            assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::stand(tx, &t, standing) }));
            assert_eq!(stand.ticket(1).standing, standing);
            assert_eq!(stand.rows("SELECT waiting_since FROM ticket"), ["-"]);
        }
    }

    fn gives_a_ticket_to_an_agent_and_to_nobody(stand) {
        opened(stand, 1);
        let boris = stand.does(|tx| tx.add_agent("boris", None)).id;
        assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::assign(tx, &t, Some(boris)) }));
        assert_eq!((stand.ticket(1).assignee, stand.ticket(1).standing.status), (Some(boris), Status::Open));
        assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::assign(tx, &t, None) }));
        assert_eq!(stand.ticket(1).assignee, None);
        assert_eq!(stand.sees(|r| r.agent_loads()).iter().map(|(a, n)| (a.name.as_str(), *n)).collect::<Vec<_>>(), [("boris", 0), ("mila", 0)]);
    }

    fn sets_and_takes_a_tag(stand) {
        opened(stand, 1);
        assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::set_tag(tx, &t, "счёт", true) }));
        assert_eq!(stand.sees(|r| r.tags(1)), ["счёт"]);
        let tags = stand.sees(|r| r.all_tags());
        assert_eq!((tags[0].0.as_str(), tags[0].1, tags[0].2), ("счёт", 1, 1));
        assert!(can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::set_tag(tx, &t, "счёт", false) }));
        assert_eq!(stand.sees(|r| r.tags(1)), [""; 0]);
    }

    fn sets_the_plain_fields(stand) {
        opened(stand, 1);
        stand.does(|tx| people::add(tx, "Bob", &[], None));
        stand.does(|tx| people::add_client(tx, "umbrella", "Umbrella", &["umbrella.test"]));
        let bob = stand.sees(|r| r.contacts_named("bob"))[0].id;
        let umbrella = stand.sees(|r| r.client_called("umbrella")).unwrap().id;
        let t = stand.ticket(1);
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "subject", &t.subject, &"Ёлка не горит".to_owned()));
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "priority", &t.priority, &Priority::Urgent));
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "requester", &t.requester, &Some(bob)));
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "client", &t.client, &Some(umbrella)));
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "channel", &t.channel, &"phone".to_owned()));
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "due_at", &t.due_at, &Some(NOON.plus(3600))));
        can_be_taken_back(stand, |tx| ticket::set(tx, &t, "snoozed_until", &t.snoozed_until, &Some(NOON.plus(7200))));
        let t = stand.ticket(1);
        assert_eq!((t.subject.as_str(), t.priority, t.channel.as_str()), ("Ёлка не горит", Priority::Urgent, "phone"));
        assert_eq!((t.requester, t.client), (Some(bob), Some(umbrella)));
        assert_eq!((t.due_at, t.snoozed_until), (Some(NOON.plus(3600)), Some(NOON.plus(7200))));
    }

    fn closing_ends_a_snooze_and_undo_gives_it_back(stand) {
        opened(stand, 1);
        stand.does(|tx| { let t = of(tx, 1)?; ticket::set(tx, &t, "snoozed_until", &None, &Some(NOON.plus(7200))) });
        can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Wontfix) });
        assert_eq!(stand.ticket(1).snoozed_until, None);
    }

    fn writes_notes_and_answers(stand) {
        opened(stand, 1);
        let note = can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "call him at five") });
        assert_eq!(stand.rows("SELECT replies FROM ticket"), ["0"]);
        let answer = can_be_taken_back(stand, |tx| {
            let t = of(tx, 1)?;
            let author = Author { agent: Some(tx.agent), name: "mila", ..Author::default() };
            let at = tx.at;
            ticket::write(tx, &t, Direction::Out, &author, "try again", at)
        });
        assert_eq!(stand.rows("SELECT replies, waiting_since FROM ticket"), ["1 -"]);
        let shown = stand.sees(|r| r.messages(1));
        assert_eq!(shown.iter().map(|m| m.id).skip(1).collect::<Vec<_>>(), [note, answer]);
        assert_eq!(shown.iter().map(|m| m.direction).collect::<Vec<_>>(), [Direction::In, Direction::Note, Direction::Out]);
    }

    fn merges_messages_and_hours_into_another_ticket(stand) {
        opened(stand, 2);
        stand.does(|tx| hours::log(tx, &work(Some(1), 30)));
        stand.does(|tx| { let t = of(tx, 2)?; ticket::close(tx, &t, Reason::Solved) });
        can_be_taken_back(stand, |tx| { let (one, two) = (of(tx, 1)?, of(tx, 2)?); ticket::merge(tx, &one, &two) });
        assert_eq!((stand.ticket(1).merged_into, stand.ticket(1).standing.reason), (Some(2), Some(Reason::Duplicate)));
        assert_eq!(stand.ticket(2).standing.status, Status::Open, "somebody waits on it now");
        assert_eq!(stand.sees(|r| r.message_ids(2)).len(), 2);
        assert_eq!(stand.sees(|r| r.merged_into(2)), [1]);
        assert_eq!(stand.rows("SELECT id, logged_minutes FROM ticket ORDER BY id"), ["1 0", "2 30"]);
        let no = stand.refused(|tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Solved) });
        assert_eq!(no.what, "ticket 1 was merged into 2");
    }

    fn splits_a_message_off(stand) {
        opened(stand, 1);
        let second = stand.does(|tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "and another thing") });
        let new = can_be_taken_back(stand, |tx| { let t = of(tx, 1)?; ticket::split(tx, &t, second) });
        assert_eq!(new, 2);
        assert_eq!((stand.sees(|r| r.message_ids(1)).len(), stand.sees(|r| r.message_ids(2))), (1, vec![second]));
        assert_eq!((stand.sees(|r| r.links(1)), stand.sees(|r| r.links(2))), (vec![2], vec![1]));
        let no = stand.refused(|tx| { let t = of(tx, 2)?; ticket::split(tx, &t, second) });
        assert!(no.what.contains("only message"), "{no}");
    }

    fn links_two_tickets(stand) {
        opened(stand, 3);
        for (a, b) in [(2, "1"), (2, "3"), (3, "1")] {
            can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Link, a, b, &false, &true, at)]) });
        }
        assert_eq!(stand.sees(|r| Ok((r.links(1)?, r.links(2)?, r.links(3)?))), (vec![2, 3], vec![1, 3], vec![1, 2]));
    }

    fn logs_corrects_and_strikes_out_time(stand) {
        opened(stand, 1);
        let entry = can_be_taken_back(stand, |tx| hours::log(tx, &work(Some(1), 90)));
        assert_eq!((entry.id, stand.rows("SELECT logged_minutes FROM ticket")), (1, vec!["90".to_owned()]));
        let less = frontdesk::domain::entry::Entry { minutes: 45, billable: false, ..entry.clone() };
        can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Entry, entry.id, "entry", &entry, &less, at)]) });
        let void = frontdesk::domain::entry::Entry { void: true, ..less.clone() };
        can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Entry, entry.id, "entry", &less, &void, at)]) });
        assert_eq!(stand.sees(|r| r.entry(1)), Some(void));
        assert_eq!(stand.rows("SELECT logged_minutes FROM ticket"), ["0"]);
        stand.does(|tx| hours::log(tx, &hours::Work { ticket: None, day: day("2026-11-21"), ..work(None, 600) }));
        let all = Query::default();
        let ask = Ask { now: NOON, me: None, today_ends: NOON, week_ends: NOON, limit: None };
        let lines = stand.sees(|r| r.worked(&all, &ask, day("2026-11-20"), day("2026-11-21")));
        assert_eq!(stand.sees(|r| r.struck_out(&all, &ask, day("2026-11-20"), day("2026-11-21"))).len(), 1);
        assert_eq!(lines.iter().map(|l| (l.entry.id, l.agent.as_str(), l.subject.as_deref())).collect::<Vec<_>>(), [(2, "mila", None)]);
        let mila = stand.sees(|r| r.agent_named("mila")).unwrap().id;
        assert_eq!(stand.sees(|r| r.minutes_on(mila, day("2026-11-21"))), 600);
        assert_eq!(stand.sees(|r| r.minutes_on(mila, day("2026-11-22"))), 0);
    }

    fn runs_a_timer_over_midnight(stand) {
        opened(stand, 1);
        let since = Moment::parse_rfc3339("2026-11-20T23:30:00Z").unwrap();
        can_be_taken_back(stand, |tx| hours::start(tx, Some(1), since));
        let timers = stand.sees(|r| r.timers());
        assert_eq!((timers.len(), timers[0].agent.as_str(), timers[0].timer.since), (1, "mila", since));
        let timer = timers[0].timer.clone();
        let entries = can_be_taken_back(stand, |tx| hours::stop(tx, &timer, (since, since.plus(3600)), &Zone::utc(), "night shift"));
        let parts: Vec<_> = entries.iter().map(|e| (e.day, e.minutes)).collect();
        assert_eq!(parts, [(day("2026-11-20"), 30), (day("2026-11-21"), 30)]);
        assert!(stand.sees(|r| r.timers()).is_empty());
    }

    fn changes_shared_settings(stand) {
        let set = |tx: &mut Tx<'_>, from: &Value, to: &Value| {
            let at = tx.at;
            tx.apply([Event::about(Noun::Setting, 0, "company", from, to, at)])
        };
        let (ours, theirs) = (Value::from("ООО «Ёж»"), Value::from(vec!["a", "b"]));
        can_be_taken_back(stand, |tx| set(tx, &Value::Null, &ours));
        can_be_taken_back(stand, |tx| set(tx, &ours, &theirs));
        assert!(stand.sees(|r| r.settings()).contains(&("company".to_owned(), theirs.clone())));
        can_be_taken_back(stand, |tx| set(tx, &theirs, &Value::Null));
        assert_eq!(stand.sees(|r| r.settings()).len(), 1);
    }

    fn mutes_an_address_and_a_domain(stand) {
        opened(stand, 2);
        for pattern in ["anna@acme.test", "@acme.test"] {
            let mute = |tx: &mut Tx<'_>, from: bool| { let at = tx.at; tx.apply([Event::about(Noun::Mute, 0, pattern, &from, &!from, at)]) };
            can_be_taken_back(stand, |tx| mute(tx, false));
            assert_eq!(stand.rows("SELECT muted, queued FROM ticket"), ["1 0", "1 0"]);
            assert_eq!(stand.sees(|r| r.mutes()), [pattern]);
            can_be_taken_back(stand, |tx| mute(tx, true));
            assert_eq!(stand.rows("SELECT muted, queued FROM ticket"), ["0 1", "0 1"]);
        }
    }

    fn changes_a_contact(stand) {
        opened(stand, 1);
        let id = stand.ticket(1).requester.unwrap();
        can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Contact, id, "name", &"Anna", &"Анна Ё", at)]) });
        assert_eq!(stand.sees(|r| r.contacts_named("анна е")).len(), 1);
        for point in ["+7 921 555-01-02", "telegram:anna", "Second@Acme.test"] {
            let point = Point::read(point).unwrap();
            can_be_taken_back(stand, |tx| people::add_point(tx, id, &point));
            assert_eq!(stand.sees(|r| r.contact_at(&point)).unwrap().id, id);
        }
        assert_eq!(stand.sees(|r| r.points(id)).len(), 4);
        let client = stand.ticket(1).client;
        can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Contact, id, "client", &client, &(), at)]) });
        assert_eq!(stand.sees(|r| r.contact(id)).unwrap().client, None);
    }

    fn changes_a_client(stand) {
        let client = can_be_taken_back(stand, |tx| people::add_client(tx, "acme", "Acme GmbH", &["acme.test", "acme.example"]));
        assert_eq!(stand.sees(|r| r.domains(client.id)), ["acme.example", "acme.test"]);
        opened(stand, 1);
        assert_eq!(stand.ticket(1).client, Some(client.id), "found by its domain");
        for (field, from, to) in [("handle", "acme", "ACME-2"), ("name", "Acme GmbH", "Акмэ"), ("note", "", "pays late")] {
            can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Client, client.id, field, &from, &to, at)]) });
        }
        for (field, to) in [("lang", "ru"), ("plan", "gold")] {
            can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Client, client.id, field, &(), &to, at)]) });
        }
        can_be_taken_back(stand, |tx| { let at = tx.at; tx.apply([Event::about(Noun::Client, client.id, "domain:acme.example", &true, &false, at)]) });
        let known = stand.sees(|r| r.client_called("acme-2")).unwrap();
        assert_eq!((known.name.as_str(), known.plan.as_deref(), known.lang.as_deref(), known.note.as_str()), ("Акмэ", Some("gold"), Some("ru"), "pays late"));
    }

    fn one_operation_of_many_events_is_one_step(stand) {
        opened(stand, 5);
        can_be_taken_back(stand, |tx| {
            for id in 1..=5 {
                let t = of(tx, id)?;
                ticket::set_tag(tx, &t, "batch", true)?;
                let t = of(tx, id)?;
                ticket::close(tx, &t, Reason::Solved)?;
            }
            Ok(())
        });
        assert_eq!(stand.sees(|r| r.tickets_with_tag("batch")), [1, 2, 3, 4, 5]);
    }

    fn merges_two_contacts(stand) {
        opened(stand, 2);
        let point = |text: &str| Point::read(text).unwrap();
        let anna = stand.sees(|r| r.contact_at(&point("anna@acme.test"))).unwrap();
        stand.does(|tx| people::add_point(tx, anna.id, &point("+7 921 555-01-02")));
        let second = stand.does(|tx| people::requester(tx, "anna@home.test", None));
        stand.does(|tx| people::add_point(tx, second.id, &point("@anna")));
        stand.does(|tx| ticket::open(tx, &NewTicket { from: Some("anna@home.test".to_owned()), text: Some("x".to_owned()), ..NewTicket::default() }));
        assert_eq!(can_be_taken_back(stand, |tx| contact::merge(tx, &anna, &second)), 2);
        let points: Vec<String> = stand.sees(|r| r.points(second.id)).into_iter().map(|p| p.value).collect();
        assert_eq!(points, ["anna@home.test", "@anna", "anna@acme.test", "+7 921 555-01-02"]);
        assert!(stand.sees(|r| r.contact(anna.id)).is_none());
        let merged = stand.last();
        stand.undo(merged).unwrap();
        let points: Vec<String> = stand.sees(|r| r.points(anna.id)).into_iter().map(|p| p.value).collect();
        assert_eq!(points, ["anna@acme.test", "+7 921 555-01-02"], "each is where it was");
    }

    fn takes_an_address_from_a_contact(stand) {
        opened(stand, 1);
        let anna = stand.sees(|r| r.contacts_named("anna"))[0].clone();
        for more in ["second@acme.test", "third@acme.test"] {
            stand.does(|tx| people::add_point(tx, anna.id, &Point::read(more).unwrap()));
        }
        for gone in ["anna@acme.test", "second@acme.test"] {
            let change = contact::Change { remove: vec![Point::read(gone).unwrap()], ..contact::Change::default() };
            can_be_taken_back(stand, |tx| contact::edit(tx, &anna, &change));
        }
        assert_eq!(stand.sees(|r| r.points(anna.id)).len(), 1);
    }

    fn merges_two_clients(stand) {
        opened(stand, 1);
        stand.does(|tx| { let c = of(tx, 1)?.client; hours::log(tx, &hours::Work { client: c, ..work(Some(1), 15) }) });
        let big = stand.does(|tx| people::add_client(tx, "big", "Big Inc", &["big.test"]));
        let acme = stand.sees(|r| r.client_called("acme.test")).unwrap();
        let moved = can_be_taken_back(stand, |tx| client::merge(tx, &acme, &big));
        assert_eq!((moved.contacts, moved.tickets, moved.entries), (1, 1, 1));
        assert_eq!(stand.sees(|r| r.domains(big.id)), ["acme.test", "big.test"]);
        assert_eq!(stand.ticket(1).client, Some(big.id));
    }

    fn a_merge_takes_contracts_invoices_and_payments_along(stand) {
        opened(stand, 1);
        let acme = stand.sees(|r| r.client_called("acme.test")).unwrap();
        let big = stand.does(|tx| people::add_client(tx, "big", "Big Inc", &["big.test"]));
        let care = can_be_taken_back(stand, |tx| contract::add(tx, &acme, hourly("care", "RUB")));
        stand.does(|tx| contract::add(tx, &big, hourly("care-big", "RUB")));
        let entry = stand.does(|tx| hours::log(tx, &hours::Work { client: Some(acme.id), contract: Some(care.id), ..work(Some(1), 15) }));
        let invoice = stand.does(|tx| {
            let invoice = Invoice { id: tx.next_ids(1)?, entries: vec![entry.id], fees: vec![(care.id, 0)], ..issued(acme.id) };
            tx.apply([Event::about(Noun::Invoice, invoice.id, "", &(), &invoice, NOON)])?;
            let money = Money::of(100, Currency::of("RUB")?);
            let payment = Payment { id: tx.next_ids(1)?, client: acme.id, invoice: Some(invoice.id), day: day("2026-12-01"), money, text: String::new() };
            tx.apply([Event::about(Noun::Payment, payment.id, "", &(), &payment, NOON)])?;
            Ok(invoice)
        });
        let moved = can_be_taken_back(stand, |tx| client::merge(tx, &acme, &big));
        assert_eq!((moved.contracts, moved.invoices, moved.payments), (1, 1, 1));
        let kept = stand.sees(|r| r.contracts(Some(big.id)));
        assert_eq!(kept.iter().map(|kept| (kept.id == care.id, kept.versions[0].terms["order"].as_str())).collect::<Vec<_>>(), [(true, "2"), (false, "1")]);
        let there = stand.sees(|r| r.invoice(invoice.id)).unwrap();
        assert_eq!((there.client, there.entries), (big.id, vec![entry.id]));
        assert_eq!(stand.sees(|r| r.invoice_of_entry(entry.id)), Some(7));
        assert_eq!(stand.sees(|r| r.payments(Some(big.id))).len(), 1);
    }

    fn a_merge_of_two_currencies_changes_nothing(stand) {
        opened(stand, 1);
        let acme = stand.sees(|r| r.client_called("acme.test")).unwrap();
        let big = stand.does(|tx| people::add_client(tx, "big", "Big Inc", &[]));
        stand.does(|tx| contract::add(tx, &acme, hourly("care", "RUB")));
        stand.does(|tx| contract::add(tx, &big, hourly("hours", "EUR")));
        let before = stand.state();
        let no = stand.by("mila", |tx| client::merge(tx, &acme, &big)).unwrap_err();
        assert!(no.what.contains("which is in EUR"), "{no}");
        assert_eq!(stand.state(), before);
    }

    fn a_contract_is_changed_ended_and_renewed(stand) {
        opened(stand, 1);
        let acme = stand.sees(|r| r.client_called("acme.test")).unwrap();
        let care = stand.does(|tx| contract::add(tx, &acme, hourly("care", "RUB")));
        let said = [("hourly".to_owned(), "6000".to_owned())];
        let care = can_be_taken_back(stand, |tx| contract::change(tx, &acme, &care, Some(day("2026-12-01")), &said));
        let care = can_be_taken_back(stand, |tx| contract::end(tx, &acme, &care, day("2026-12-31")));
        assert_eq!((care.versions().len(), care.last_day()), (2, Some(day("2026-12-31"))));
        // What an invoice is for stays as it was agreed.
        stand.does(|tx| {
            let invoice = Invoice { id: tx.next_ids(1)?, ..issued(acme.id) };
            tx.apply([Event::about(Noun::Invoice, invoice.id, "", &(), &invoice, NOON)])
        });
        for from in ["2026-11-01", "2026-11-30"] {
            let no = stand.by("mila", |tx| contract::change(tx, &acme, &care, Some(day(from)), &said)).unwrap_err();
            assert!(no.what.contains("acme.test has invoice 7 for 2026-11-01 … 2026-11-30"), "{no}");
        }
        let no = stand.by("mila", |tx| contract::end(tx, &acme, &care, day("2026-11-20"))).unwrap_err();
        assert!(no.hint.unwrap().contains("--on 2026-11-30"), "{}", no.what);
        let new = || Terms { order: 2, ..hourly("more", "RUB") };
        let no = stand.by("mila", |tx| contract::add(tx, &acme, new())).unwrap_err();
        assert!(no.hint.unwrap().contains("--start 2026-12-01"), "{}", no.what);
        can_be_taken_back(stand, |tx| contract::end(tx, &acme, &care, day("2026-11-30")));
        can_be_taken_back(stand, |tx| contract::add(tx, &acme, Terms { start: day("2026-12-01"), ..new() }));
    }

    fn renames_a_tag_everywhere(stand) {
        opened(stand, 3);
        for (id, tag) in [(1, "old"), (2, "old"), (2, "new"), (3, "other")] {
            stand.does(|tx| { let t = of(tx, id)?; ticket::set_tag(tx, &t, tag, true) });
        }
        assert_eq!(can_be_taken_back(stand, |tx| things::relabel(tx, &["old".to_owned()], Some("new"))), 2);
        assert_eq!(stand.sees(|r| Ok((r.tickets_with_tag("new")?, r.tickets_with_tag("old")?))), (vec![1, 2], vec![]));
        assert_eq!(can_be_taken_back(stand, |tx| things::relabel(tx, &["new".to_owned(), "other".to_owned()], None)), 3);
    }

    fn agents_come_and_go(stand) {
        opened(stand, 1);
        let agents = |stand: &mut Stand| stand.rows("SELECT id, name, email, active FROM agent ORDER BY id");
        let before = agents(stand);
        let boris = stand.does(|tx| things::add_agent(tx, "Boris", Some("boris@us.test")));
        let added = (stand.last(), agents(stand));
        stand.does(|tx| { let a = tx.agent(boris.id)?.unwrap(); things::set_active(tx, &a, false) });
        let left = (stand.last(), agents(stand));
        assert_ne!(added.1, left.1);
        for _ in 0..2 {
            stand.undo(left.0).unwrap();
            assert_eq!(agents(stand), added.1);
            stand.undo(added.0).unwrap();
            assert_eq!(agents(stand), before);
            let no = stand.redo(left.0).unwrap_err();
            assert!(no.what.contains(&format!("builds on operation {}", added.0)), "{no}");
            stand.redo(added.0).unwrap();
            assert_eq!(agents(stand), added.1);
            stand.redo(left.0).unwrap();
            assert_eq!(agents(stand), left.1);
        }
    }
}
