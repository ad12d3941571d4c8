//! Mail on its way in and out: folders and what was seen in them, parked mails, the outbox, drafts and saved answers.

use super::stand::{Stand, anna, of, opened};
use frontdesk::actions::ticket::{self, Author};
use frontdesk::domain::answer::{Answer, Draft};
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::mail::{Address, Part};
use frontdesk::domain::message::{Addressed, Direction};
use frontdesk::domain::ticket::Reason;
use frontdesk::domain::time::Moment;
use frontdesk::error::{Kind, Result};
use frontdesk::store::Tx;
use frontdesk::store::mailbox::{NewParked, Outcome, Seen, Source};
use frontdesk::store::message::NewMessage;
use frontdesk::store::outbox::{Counts, Posting, Settled, State};

const PLACE: &str = "imaps://support@mail.acme.test/INBOX";

/// What is nobody's deed, a minute after the last write.
fn books<T>(stand: &mut Stand, change: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> T {
    stand.now = stand.now.plus(60);
    stand.store.bookkeep(stand.now, change).unwrap()
}

fn folder(stand: &mut Stand, epoch: i64) -> Source {
    books(stand, |tx| tx.source_in(PLACE, "support", "INBOX", epoch))
}

fn seen(source: &Source, mark: &'static str, outcome: Outcome) -> Seen<'static> {
    Seen { source: source.id, epoch: source.epoch, mark, outcome, message: None, parked: None }
}

/// A mail of `size` bytes that no text could hold.
fn octets(size: u32) -> Vec<u8> {
    (0..size).map(|n| u8::try_from((n.wrapping_mul(2_654_435_761) >> 13) & 255).unwrap_or_default()).collect()
}

/// An answer to a ticket that waits in the outbox; its number there, and the operation.
fn answered(stand: &mut Stand, id: i64) -> (i64, i64) {
    let done = stand.by("mila", |tx| answer(tx, id)).unwrap();
    (done.value, done.operation.unwrap())
}

fn answer(tx: &mut Tx<'_>, id: i64) -> Result<i64> {
    let t = of(tx, id)?;
    let me = Author { agent: Some(tx.agent), name: "Mila", email: "support@acme.test", contact: None };
    let at = tx.at;
    let message = ticket::write(tx, &t, Direction::Out, &me, "try again", at)?;
    let to = ["anna@acme.test".to_owned(), "boss@acme.test".to_owned()];
    let posting = tx.put_posting(message, id, false, "support@acme.test", &to)?;
    let waits = Event::about(Noun::Posting, posting, "state", &(), &State::Waiting.word(), at);
    tx.apply([waits.in_history_of(Some(id))])?;
    Ok(posting)
}

fn posting(stand: &mut Stand, id: i64) -> Posting {
    stand.sees(|r| r.posting(id)).unwrap()
}

fn state(stand: &mut Stand, id: i64) -> State {
    posting(stand, id).state
}

fn claim(stand: &mut Stand, id: i64, holder: &str) -> bool {
    books(stand, |tx| tx.claim_posting(id, holder))
}

fn settle(stand: &mut Stand, id: i64, holder: &str, state: State) {
    let next_at = stand.now.plus(300);
    books(stand, |tx| tx.settle_posting(id, holder, &Settled { state, next_at, said: "250 taken", refused: None }));
}

/// A mail that went as far as `state`.
fn gone_as_far_as(stand: &mut Stand, state: State) -> (i64, i64) {
    let (id, operation) = answered(stand, 1);
    assert!(claim(stand, id, "me"));
    if state != State::Sending {
        settle(stand, id, "me", state);
    }
    (id, operation)
}

fn discard(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let p = tx.posting(id)?.unwrap();
    let at = tx.at;
    let gone = Event::about(Noun::Posting, id, "state", &p.state.word(), &State::Discarded.word(), at);
    tx.apply([gone.in_history_of(Some(p.ticket))])
}

fn draft(tx: &mut Tx<'_>, id: i64, text: &str, files: &[Part]) -> Result<()> {
    let from = tx.draft(id)?;
    let draft = Draft {
        id: tx.next_ids(1)?,
        agent: tx.agent,
        at: tx.at,
        text: text.to_owned(),
        to: vec![("Анна".to_owned(), "anna@acme.test".to_owned())],
        cc: Vec::new(),
        only: true,
        quote: Some(false),
        then: Some("pending".to_owned()),
        answer: None,
    };
    tx.put_draft_files(draft.id, files)?;
    let at = tx.at;
    tx.apply([Event::about(Noun::Draft, id, "", &from, &Some(draft), at).in_history_of(Some(id))])
}

type Step<'a> = &'a dyn Fn(&mut Tx<'_>) -> Result<()>;

fn no_draft(tx: &mut Tx<'_>, id: i64) -> Result<()> {
    let from = tx.draft(id)?;
    let at = tx.at;
    tx.apply([Event::about(Noun::Draft, id, "", &from, &(), at).in_history_of(Some(id))])
}

fn saved(tx: &mut Tx<'_>, name: &str, text: &str) -> Result<Answer> {
    let from = tx.answer(name)?;
    let id = from.as_ref().map_or_else(|| tx.next_ids(1), |a| Ok(a.id))?;
    let answer = Answer {
        id,
        name: name.to_owned(),
        lang: Some("en".to_owned()),
        title: "Refunds".to_owned(),
        tags: vec!["billing".to_owned(), "карта".to_owned()],
        article: true,
        text: text.to_owned(),
    };
    let at = tx.at;
    tx.apply([Event::about(Noun::Answer, id, "", &from, &answer, at)])?;
    Ok(answer)
}

/// The operation can be taken back and brought back, twice, and gives exactly the states before and after.
fn there_and_back(stand: &mut Stand, operation: i64, before: &[String]) {
    let after = stand.state();
    assert_ne!(before, after, "the deed changed nothing");
    for _ in 0..2 {
        stand.undo(operation).unwrap();
        assert_eq!(stand.state(), before, "undo");
        stand.redo(operation).unwrap();
        assert_eq!(stand.state(), after, "redo");
        stand.has_not_drifted();
    }
}

both! {
    fn a_folder_is_known_by_its_place(stand) {
        assert_eq!(stand.sees(|r| r.source(PLACE)), None);
        let first = folder(stand, 7);
        assert_eq!((first.epoch, first.mailbox.as_str(), first.folder.as_str()), (7, "support", "INBOX"));
        assert_eq!((&first.stamp, first.fetched_at, &first.trouble, &first.held), (&None, None, &None, &None));
        assert_eq!(folder(stand, 7), first);
        let sent = books(stand, |tx| tx.source_in("imaps://support@mail.acme.test/Sent", "support", "Sent", 7));
        assert_eq!(stand.sees(|r| r.sources()), [first, sent]);
        assert_eq!(stand.sees(|r| r.operations_since(0)), [], "none of this is anybody's deed");
    }

    fn a_new_epoch_forgets_how_the_folder_looked_and_what_was_seen(stand) {
        let first = folder(stand, 7);
        books(stand, |tx| {
            tx.see(&seen(&first, "0000000001", Outcome::Ticket))?;
            tx.source_fetched(first.id, Some("EXISTS 1"))
        });
        let known = stand.sees(|r| r.source(PLACE)).unwrap();
        assert_eq!((known.stamp.as_deref(), known.fetched_at), (Some("EXISTS 1"), Some(stand.now)));
        assert_eq!(folder(stand, 7).stamp.as_deref(), Some("EXISTS 1"), "the same epoch");
        let next = folder(stand, 8);
        assert_eq!((next.id, next.epoch, &next.stamp, next.fetched_at), (first.id, 8, &None, known.fetched_at));
        assert_eq!(stand.sees(|r| r.source(PLACE)).as_ref(), Some(&next));
        assert_eq!(stand.sees(|r| Ok((r.seen(next.id, 7, "0000000001")?, r.seen(next.id, 8, "0000000001")?))), (Some(Outcome::Ticket), None));
        assert_eq!(stand.sees(|r| r.marks(next.id, 8, "")), []);
        assert!(books(stand, |tx| tx.see(&seen(&next, "0000000001", Outcome::Duplicate))), "the same mark of another epoch");
    }

    fn a_folder_that_is_renamed_in_the_settings_is_the_same(stand) {
        let first = folder(stand, 7);
        books(stand, |tx| tx.source_fetched(first.id, Some("as it was")));
        let again = books(stand, |tx| tx.source_in(PLACE, "help", "Inbox", 7));
        assert_eq!((again.id, again.mailbox.as_str(), again.folder.as_str()), (first.id, "help", "Inbox"));
        assert_eq!(again.stamp.as_deref(), Some("as it was"), "nothing in it has changed");
        assert_eq!(stand.sees(|r| r.source(PLACE)).unwrap(), again);
    }

    fn trouble_is_forgotten_once_the_folder_was_read(stand) {
        let source = folder(stand, 7);
        books(stand, |tx| tx.source_trouble(source.id, "the server refused the password"));
        let troubled = stand.sees(|r| r.source(PLACE)).unwrap();
        assert_eq!((troubled.trouble.as_deref(), troubled.fetched_at), (Some("the server refused the password"), None));
        books(stand, |tx| tx.source_fetched(source.id, None));
        let well = stand.sees(|r| r.source(PLACE)).unwrap();
        assert_eq!((well.trouble, well.fetched_at), (None, Some(stand.now)));
    }

    fn a_folder_has_one_holder_until_his_time_is_over_or_he_is_dead(stand) {
        let source = folder(stand, 7);
        let until = stand.now.plus(600);
        let hold = |stand: &mut Stand, who: &str, until: Moment, dead: &str| books(stand, |tx| tx.hold_source(source.id, who, until, dead));
        assert!(hold(stand, "one", until, ""));
        assert_eq!(stand.sees(|r| r.source(PLACE)).unwrap().held, Some(("one".to_owned(), until)));
        assert!(!hold(stand, "two", until, ""), "somebody else has it");
        assert!(!hold(stand, "two", until, "three"), "another is dead");
        assert!(hold(stand, "one", until.plus(60), ""), "he may go on");
        books(stand, |tx| tx.free_source(source.id, "two"));
        assert!(!hold(stand, "two", until, ""), "nobody lets go what another holds");
        assert!(hold(stand, "two", stand.now.plus(600), "one"), "the holder is known to be gone");
        assert!(!hold(stand, "one", stand.now.plus(900), ""));
        stand.now = stand.now.plus(3600);
        assert!(hold(stand, "three", stand.now.plus(600), ""), "the time of the holder is over");
        books(stand, |tx| tx.free_source(source.id, "three"));
        assert_eq!(stand.sees(|r| r.source(PLACE)).unwrap().held, None);
        assert!(hold(stand, "four", stand.now.plus(600), ""));
    }

    fn of_many_that_want_a_folder_at_once_one_gets_it(stand) {
        let source = folder(stand, 7);
        let (now, until) = (stand.now, stand.now.plus(600));
        let mut stores: Vec<_> = (0..6).map(|n| (format!("holder {n}"), stand.second())).collect();
        let got = std::thread::scope(|scope| {
            let asked: Vec<_> = stores
                .iter_mut()
                .map(|(who, store)| scope.spawn(move || store.bookkeep(now, |tx| tx.hold_source(source.id, who, until, "")).unwrap()))
                .collect();
            asked.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
        });
        assert_eq!(got, 1);
    }

    fn a_mail_is_seen_once(stand) {
        let source = folder(stand, 7);
        let mail = seen(&source, "0000000005", Outcome::Ticket);
        assert!(books(stand, |tx| tx.see(&mail)));
        assert!(!books(stand, |tx| tx.see(&Seen { outcome: Outcome::Skipped, ..mail.clone() })));
        assert_eq!(stand.sees(|r| r.seen(source.id, 7, "0000000005")), Some(Outcome::Ticket), "the first word stands");
        assert_eq!(stand.sees(|r| r.seen(source.id, 7, "0000000006")), None);
        let kept = stand.store.bookkeep(stand.now, |tx| {
            let first = tx.see(&seen(&source, "0000000006", Outcome::Ticket))?;
            let second = tx.see(&seen(&source, "0000000006", Outcome::Ticket))?;
            Ok((first, second))
        });
        assert_eq!(kept.unwrap(), (true, false), "not twice in one write either");
    }

    fn of_two_that_take_the_same_mail_one_does(stand) {
        let source = folder(stand, 7);
        let now = stand.now;
        let mut stores: Vec<_> = (0..4).map(|_| stand.second()).collect();
        let took = std::thread::scope(|scope| {
            let threads: Vec<_> = stores
                .iter_mut()
                .map(|store| scope.spawn(|| store.bookkeep(now, |tx| tx.see(&seen(&source, "0000000001", Outcome::Ticket))).unwrap()))
                .collect();
            threads.into_iter().map(|t| usize::from(t.join().unwrap())).sum::<usize>()
        });
        assert_eq!(took, 1);
    }

    fn marks_stand_in_their_order_with_what_became_of_each(stand) {
        let source = folder(stand, 7);
        let all = [
            ("0000000010", Outcome::Automatic),
            ("0000000009", Outcome::Duplicate),
            ("0000000100", Outcome::Skipped),
            ("4294967295", Outcome::Ticket),
            ("0000000001", Outcome::Parked),
        ];
        books(stand, |tx| all.iter().try_for_each(|(mark, outcome)| tx.see(&seen(&source, mark, *outcome)).map(drop)));
        books(stand, |tx| tx.seen_moved(source.id, 7, "0000000009"));
        let marks = stand.sees(|r| r.marks(source.id, 7, ""));
        let told: Vec<_> = marks.iter().map(|(mark, outcome, moved)| (mark.as_str(), *outcome, *moved)).collect();
        assert_eq!(told, [
            ("0000000001", Outcome::Parked, false),
            ("0000000009", Outcome::Duplicate, true),
            ("0000000010", Outcome::Automatic, false),
            ("0000000100", Outcome::Skipped, false),
            ("4294967295", Outcome::Ticket, false),
        ]);
        assert_eq!(stand.sees(|r| r.marks(source.id, 7, "0000000100")), marks[4..]);
        assert_eq!(stand.sees(|r| r.marks(source.id, 6, "")), []);
    }

    fn a_parked_mail_comes_back_byte_for_byte(stand) {
        let source = folder(stand, 7);
        let mails = [octets(100_000), Vec::new(), b"From: a\r\n\r\n\0\xff\n".to_vec()];
        let mut ids = Vec::new();
        for mail in &mails {
            let bytes = i64::try_from(mail.len()).unwrap();
            let new = NewParked { source: source.id, reason: "too many at once", author: "Анна", email: "anna@acme.test", subject: "жалоба", bytes, raw: Some(mail) };
            ids.push(books(stand, |tx| tx.park(&new)));
        }
        for (id, mail) in ids.iter().zip(&mails) {
            assert_eq!(stand.sees(|r| r.parked_raw(*id)).as_ref(), Some(mail));
        }
        let left = NewParked { source: source.id, reason: "too large", bytes: 200_000_000, ..NewParked::default() };
        let left = books(stand, |tx| tx.park(&left));
        assert_eq!(stand.sees(|r| r.parked_raw(left)), None, "it was left on the server");
        let p = stand.sees(|r| r.parked_mail(ids[0])).unwrap();
        assert_eq!((p.mailbox.as_str(), p.author.as_str(), p.email.as_str(), p.subject.as_str()), ("support", "Анна", "anna@acme.test", "жалоба"));
        assert_eq!((p.reason.as_str(), p.bytes, p.state.as_str()), ("too many at once", 100_000, "parked"));
        assert_eq!(stand.sees(|r| r.parked()).iter().map(|p| p.id).collect::<Vec<_>>(), [ids[0], ids[1], ids[2], left]);
        assert_eq!(stand.sees(|r| Ok((r.parked_count()?, r.parked_mail(4242)?))), (4, None));
    }

    fn a_parked_mail_is_taken_or_dropped_and_that_can_be_taken_back(stand) {
        let source = folder(stand, 7);
        let id = books(stand, |tx| tx.park(&NewParked { source: source.id, reason: "too many", raw: Some(b"mail"), bytes: 4, ..NewParked::default() }));
        books(stand, |tx| tx.see(&Seen { parked: Some(id), ..seen(&source, "0000000003", Outcome::Parked) }));
        for word in ["dropped", "taken"] {
            let before = stand.state();
            let done = stand.by("mila", |tx| { let at = tx.at; tx.apply([Event::about(Noun::Parked, id, "state", &"parked", &word, at)]) }).unwrap();
            assert_eq!(stand.sees(|r| Ok((r.parked_count()?, r.parked()?))), (0, vec![]));
            assert_eq!(stand.sees(|r| r.parked_mail(id)).unwrap().state, word);
            there_and_back(stand, done.operation.unwrap(), &before);
            assert_eq!(stand.sees(|r| r.parked_raw(id)).as_deref(), Some(&b"mail"[..]));
            stand.undo(done.operation.unwrap()).unwrap();
        }
        opened(stand, 1);
        let message = stand.sees(|r| r.message_ids(1))[0];
        books(stand, |tx| tx.parked_became(id, Outcome::Ticket, message));
        assert_eq!(stand.sees(|r| r.seen(source.id, 7, "0000000003")), Some(Outcome::Ticket));
    }

    fn to_whom_a_mail_was_addressed_and_what_is_known_of_its_sender_are_kept(stand) {
        opened(stand, 1);
        let person = |name: &str, email: &str| Address { name: name.to_owned(), email: email.to_owned() };
        let addressed = Addressed {
            to: vec![person("Поддержка", "support@acme.test"), person("", "x@y.test")],
            cc: vec![person("o'brien \"quoted\"", "o@brien.test")],
            reply_to: vec![person("\r\nBcc: evil", "evil@x.test")],
        };
        let id = stand.does(|tx| {
            let id = tx.next_ids(1)?;
            let at = tx.at;
            tx.put_message(&NewMessage { id, ticket: Some(1), direction: Some(Direction::In), at, addressed: Some(&addressed), trust: Some("unverified"), ..NewMessage::default() })?;
            tx.keep_notes();
            Ok(id)
        });
        let m = stand.sees(|r| r.message(id)).unwrap();
        assert_eq!((m.addressed, m.trust.as_deref()), (Some(addressed), Some("unverified")));
        let first = stand.sees(|r| r.messages(1)).remove(0);
        assert_eq!((first.addressed, first.trust), (None, None), "it was never a mail");
    }

    fn a_mail_waits_is_sent_and_stays_sent(stand) {
        opened(stand, 1);
        let (id, _) = answered(stand, 1);
        let p = posting(stand, id);
        assert_eq!((p.state, p.ticket, p.attempts, p.automatic, p.copied), (State::Waiting, 1, 0, false, false));
        assert_eq!((p.made_at, p.changed_at, p.next_at), (stand.now, stand.now, stand.now));
        assert_eq!((p.sender.as_str(), p.recipients.as_slice()), ("support@acme.test", &["anna@acme.test".to_owned(), "boss@acme.test".to_owned()][..]));
        assert_eq!((p.author.as_str(), p.subject.as_deref(), p.bounced), ("Mila", Some("problem 1"), None));
        assert_eq!(stand.sees(|r| r.posting_of_message(p.message)).map(|p| p.id), Some(id));
        assert!(claim(stand, id, "me"));
        let p = posting(stand, id);
        assert_eq!((p.state, p.attempts, p.changed_at), (State::Sending, 1, stand.now));
        assert_eq!(stand.sees(|r| r.being_sent()), [(id, "me".to_owned(), stand.now)]);
        settle(stand, id, "me", State::Sent);
        let p = posting(stand, id);
        assert_eq!((p.state, p.said.as_deref()), (State::Sent, Some("250 taken")));
        assert!(!claim(stand, id, "me"), "what has left does not leave again");
        assert_eq!(stand.sees(|r| Ok((r.unsent()?, r.being_sent()?))), (vec![], vec![]));
        books(stand, |tx| { tx.posting_copied(id)?; tx.posting_bounced(p.message, "550 no such user", Moment(1_800_000_000)) });
        let p = posting(stand, id);
        assert_eq!((p.state, p.copied, p.bounced), (State::Sent, true, Some(("550 no such user".to_owned(), Moment(1_800_000_000)))));
        assert_eq!(stand.sees(|r| r.bounced()).len(), 1);
        stand.does(|tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::NoReply) });
        assert_eq!(stand.sees(|r| r.bounced()), [], "nobody minds on a closed ticket");
    }

    fn one_of_two_sends_a_mail_and_only_he_says_what_became_of_it(stand) {
        opened(stand, 1);
        let (id, _) = answered(stand, 1);
        let (mut other, now) = (stand.second(), stand.now);
        assert!(claim(stand, id, "one"));
        assert!(!other.bookkeep(now, |tx| tx.claim_posting(id, "two")).unwrap());
        settle(stand, id, "two", State::Sent);
        books(stand, |tx| tx.posting_lost(id, "two", "it is gone"));
        let p = posting(stand, id);
        assert_eq!((p.state, p.said, p.attempts), (State::Sending, None, 1), "the word of another counts for nothing");
        settle(stand, id, "one", State::Waiting);
        assert_eq!((state(stand, id), posting(stand, id).next_at), (State::Waiting, stand.now.plus(240)));
        assert!(other.bookkeep(now, |tx| tx.claim_posting(id, "two")).unwrap(), "now it is his turn");
        settle(stand, id, "one", State::Sent);
        assert_eq!(state(stand, id), State::Sending, "one let it go");
        assert_eq!(posting(stand, id).attempts, 2);
    }

    fn a_mail_whose_sender_is_gone_may_have_left(stand) {
        opened(stand, 1);
        let (id, _) = answered(stand, 1);
        assert!(claim(stand, id, "me"));
        books(stand, |tx| tx.posting_lost(id, "me", "the program ended while it was being sent"));
        let p = posting(stand, id);
        assert_eq!((p.state, p.said.as_deref()), (State::Unknown, Some("the program ended while it was being sent")));
        assert_eq!(stand.sees(|r| r.being_sent()), []);
        assert!(claim(stand, id, "me"), "on request it is sent again");
    }

    fn the_outbox_is_counted_and_listed(stand) {
        opened(stand, 2);
        let states = [State::Waiting, State::Held, State::Unknown, State::Sent, State::Sending, State::Waiting];
        let mut ids = Vec::new();
        for wanted in states {
            let (id, _) = answered(stand, 2);
            if wanted != State::Waiting {
                assert!(claim(stand, id, "me"));
                if wanted != State::Sending {
                    settle(stand, id, "me", wanted);
                }
            }
            assert_eq!(state(stand, id), wanted);
            ids.push(id);
        }
        assert_eq!(stand.sees(|r| r.outbox_counts()), Counts { waiting: 2, sending: 1, unknown: 1, held: 1 });
        let listed = |all: Vec<Posting>| all.into_iter().map(|p| p.id).collect::<Vec<_>>();
        assert_eq!(listed(stand.sees(|r| r.unsent())), [ids[0], ids[1], ids[2], ids[4], ids[5]]);
        assert_eq!(listed(stand.sees(|r| r.postings_of_ticket(2))), ids);
        assert_eq!(listed(stand.sees(|r| r.postings_of_ticket(1))), [0; 0]);
        assert_eq!(listed(stand.sees(|r| r.postings_lately(2))), [ids[5], ids[4]]);
    }

    fn automatic_mails_are_known_by_their_time(stand) {
        opened(stand, 1);
        let message = stand.sees(|r| r.message_ids(1))[0];
        let id = books(stand, |tx| tx.put_posting(message, 1, true, "", &["anna@acme.test".to_owned()]));
        let made = stand.now;
        assert!(posting(stand, id).automatic);
        assert_eq!(stand.sees(|r| r.automatic_postings(made.plus(-1))), [(1, vec!["anna@acme.test".to_owned()], made)]);
        assert_eq!(stand.sees(|r| r.automatic_postings(made)), []);
    }

    fn an_answer_that_waits_is_taken_back_and_comes_back_held(stand) {
        opened(stand, 1);
        let before = stand.state();
        let (id, operation) = answered(stand, 1);
        there_and_back(stand, operation, &before);
        assert_eq!(state(stand, id), State::Held, "nothing leaves unasked");
        stand.undo(operation).unwrap();
        assert_eq!(state(stand, id), State::Discarded);
        assert!(!claim(stand, id, "me"), "what was taken back does not leave");
        assert_eq!(stand.sees(|r| r.unsent()), []);
        stand.redo(operation).unwrap();
        assert!(claim(stand, id, "me"));
    }

    fn what_has_left_or_may_have_left_is_not_taken_back(stand) {
        opened(stand, 1);
        for (far, why) in [
            (State::Sent, "the mail to ticket 1 has left: it cannot be called back"),
            (State::Sending, "the mail to ticket 1 has left: it cannot be called back"),
            (State::Unknown, "the mail may have left: it cannot be called back"),
        ] {
            let (id, operation) = gone_as_far_as(stand, far);
            let before = (stand.state(), stand.rows("SELECT * FROM outbox ORDER BY id"), stand.rows("SELECT * FROM operation ORDER BY id"));
            let no = stand.undo(operation).unwrap_err();
            assert_eq!((no.kind, no.what.as_str(), no.hint.is_some()), (Kind::Refused, why, true));
            assert_eq!((stand.state(), stand.rows("SELECT * FROM outbox ORDER BY id"), stand.rows("SELECT * FROM operation ORDER BY id")), before);
            assert_eq!((state(stand, id), stand.ticket(1).id), (far, 1));
        }
        let (id, operation) = gone_as_far_as(stand, State::Held);
        stand.undo(operation).unwrap();
        assert_eq!(state(stand, id), State::Discarded, "what is held has not left");
    }

    fn a_mail_is_discarded_and_that_can_be_taken_back(stand) {
        opened(stand, 1);
        for far in [State::Waiting, State::Held, State::Unknown] {
            let id = if far == State::Waiting { answered(stand, 1).0 } else { gone_as_far_as(stand, far).0 };
            let before = stand.state();
            let done = stand.by("boris", |tx| discard(tx, id)).unwrap();
            assert_eq!(state(stand, id), State::Discarded);
            there_and_back(stand, done.operation.unwrap(), &before);
            assert!(!claim(stand, id, "me"), "it does not leave");
            stand.undo(done.operation.unwrap()).unwrap();
            // What may have left comes back as that: it is never sent again unasked.
            assert_eq!(state(stand, id), if far == State::Unknown { far } else { State::Held });
        }
        let (id, _) = gone_as_far_as(stand, State::Sent);
        assert_eq!(stand.refused(|tx| discard(tx, id)).what, "the mail to ticket 1 has left: it cannot be called back");
        assert_eq!(state(stand, id), State::Sent);
    }

    fn an_answer_whose_mail_was_discarded_is_taken_back_after_that(stand) {
        opened(stand, 1);
        let (id, operation) = answered(stand, 1);
        let discarded = stand.by("boris", |tx| discard(tx, id)).unwrap().operation.unwrap();
        let no = stand.undo(operation).unwrap_err();
        assert_eq!(no.hint, Some(format!("take that back first: desk undo {discarded}")), "{no}");
        stand.undo(discarded).unwrap();
        stand.undo(operation).unwrap();
        assert_eq!((state(stand, id), stand.sees(|r| r.message_ids(1)).len()), (State::Discarded, 1));
    }

    fn a_draft_is_written_changed_and_thrown_away(stand) {
        opened(stand, 2);
        let files = [Part { name: "отчёт.pdf".into(), media_type: "application/pdf".into(), content: octets(5000) }];
        let steps: [Step<'_>; 3] =
            [&|tx| draft(tx, 1, "Здравствуйте", &files), &|tx| draft(tx, 1, "better", &[]), &|tx| no_draft(tx, 1)];
        let mut done = Vec::new();
        for step in steps {
            let before = stand.state();
            let operation = stand.by("mila", step).unwrap().operation.unwrap();
            there_and_back(stand, operation, &before);
            done.push(operation);
        }
        assert_eq!(stand.sees(|r| Ok((r.draft(1)?, r.drafts()?))), (None, vec![]));
        stand.undo(done[2]).unwrap();
        let d = stand.sees(|r| r.draft(1)).unwrap();
        assert_eq!((d.text.as_str(), d.only, d.quote, d.then.as_deref()), ("better", true, Some(false), Some("pending")));
        assert_eq!(d.to, [("Анна".to_owned(), "anna@acme.test".to_owned())]);
        assert_eq!(stand.sees(|r| r.drafts()), [(1, d.agent, d.at, "problem 1".to_owned())]);
        assert_eq!(stand.sees(|r| r.draft_files(d.id)), []);
        stand.undo(done[1]).unwrap();
        let d = stand.sees(|r| r.draft(1)).unwrap();
        assert_eq!((d.text.as_str(), stand.sees(|r| r.draft_files(d.id))), ("Здравствуйте", files.to_vec()));
        stand.undo(done[0]).unwrap();
        assert_eq!(stand.sees(|r| r.draft(1)), None);
        stand.redo(done[0]).unwrap();
        let d = stand.sees(|r| r.draft(1)).unwrap();
        assert_eq!(stand.sees(|r| r.draft_files(d.id)), files, "the files of a draft outlive it");
    }

    fn a_draft_that_a_colleague_changed_since_stays(stand) {
        opened(stand, 1);
        let mine = stand.by("mila", |tx| draft(tx, 1, "mine", &[])).unwrap().operation.unwrap();
        let his = stand.by("boris", |tx| draft(tx, 1, "his", &[])).unwrap().operation.unwrap();
        let no = stand.undo(mine).unwrap_err();
        assert_eq!(no.what, format!("ticket 1 has changed since: operation {his} by boris: do"));
        assert_eq!(stand.sees(|r| r.draft(1)).unwrap().text, "his");
    }

    fn a_ticket_with_a_draft_is_not_taken_back_under_it(stand) {
        opened(stand, 1);
        let opening = stand.last();
        let drafted = stand.by("mila", |tx| draft(tx, 1, "soon", &[])).unwrap().operation.unwrap();
        assert_eq!(stand.undo(opening).unwrap_err().kind, Kind::Refused);
        stand.undo(drafted).unwrap();
        stand.undo(opening).unwrap();
        let no = stand.redo(drafted).unwrap_err();
        assert!(no.what.contains(&format!("builds on operation {opening}")), "{no}");
    }

    fn answers_are_saved_changed_and_removed(stand) {
        let before = stand.state();
        let operation = stand.by("mila", |tx| saved(tx, "Refund", "Здравствуйте, {name}!\n\n  two  blanks\t\r\n")).unwrap();
        there_and_back(stand, operation.operation.unwrap(), &before);
        let first = operation.value;
        assert_eq!(stand.sees(|r| Ok((r.answer("refund")?, r.answer("REFUND")?))), (Some(first.clone()), Some(first.clone())));
        let before = stand.state();
        let changed = stand.by("boris", |tx| saved(tx, "Refund", "shorter")).unwrap().operation.unwrap();
        there_and_back(stand, changed, &before);
        assert_eq!(stand.sees(|r| r.answer("refund")).unwrap().text, "shorter");
        let no = stand.undo(operation.operation.unwrap()).unwrap_err();
        assert_eq!((no.kind, no.hint), (Kind::Refused, Some(format!("take that back first: desk undo {changed}"))));
        let before = stand.state();
        let gone = stand.by("mila", |tx| {
            let is = tx.answer("refund")?.unwrap();
            let at = tx.at;
            tx.apply([Event::about(Noun::Answer, is.id, "", &is, &(), at)])
        });
        let gone = gone.unwrap().operation.unwrap();
        there_and_back(stand, gone, &before);
        assert_eq!(stand.sees(|r| r.answers()), []);
        stand.does(|tx| saved(tx, "refund", "another"));
        let no = stand.undo(gone).unwrap_err();
        assert_eq!(no.what, "another answer is called Refund by now");
        stand.does(|tx| saved(tx, "ёлка", "последняя"));
        assert_eq!(stand.sees(|r| r.answers()).iter().map(|a| a.name.clone()).collect::<Vec<_>>(), ["refund", "ёлка"]);
    }

    fn a_mail_that_came_in_is_nobodys_last_step_and_is_not_taken_back(stand) {
        opened(stand, 1);
        let mine = stand.last();
        let fetched = stand.as_kind("mila", OperationKind::Fetch, |tx| ticket::open(tx, &anna("by mail"))).unwrap().operation.unwrap();
        let me = stand.sees(|r| r.agent_named("mila")).unwrap().id;
        assert_eq!(stand.sees(|r| r.last_done(me)), Some(mine));
        assert_eq!(stand.sees(|r| r.operation(fetched)).unwrap().kind, OperationKind::Fetch);
        let (before, since) = (stand.state(), stand.now.plus(-1));
        let no = stand.undo(fetched).unwrap_err();
        assert_eq!((no.kind, no.what), (Kind::Refused, format!("operation {fetched} is a mail that came in: it is not taken back")));
        assert_eq!(no.hint.as_deref(), Some("desk spam, desk merge or desk split put it where it belongs"));
        assert_eq!(stand.state(), before);
        let opened = |stand: &mut Stand, email: &str, after| stand.sees(|r| r.opened_by_mail(email, after, since.plus(1)));
        assert_eq!(opened(stand, "anna@acme.test", since), ["by mail"]);
        assert_eq!((opened(stand, "x@y.test", since), opened(stand, "anna@acme.test", since.plus(1))), (vec![], vec![]));
        stand.has_not_drifted();
    }

    fn books_that_fail_keep_nothing_and_their_numbers_hold_nobody_up(stand) {
        opened(stand, 1);
        let before = stand.rows("SELECT * FROM source");
        let failed: Result<()> = stand.store.bookkeep(stand.now, |tx| {
            tx.source_in(PLACE, "support", "INBOX", 7)?;
            Err(frontdesk::error::Error::refused("the line broke"))
        });
        assert_eq!(failed.unwrap_err().what, "the line broke");
        assert_eq!(stand.rows("SELECT * FROM source"), before);
        folder(stand, 7);
        let next = stand.by("mila", |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "so") }).unwrap().operation.unwrap();
        stand.undo(next).unwrap();
        stand.has_not_drifted();
    }
}
