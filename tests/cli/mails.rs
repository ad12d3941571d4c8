//! What a page says of mail: to whom an answer went and where it is, what is known of a sender, files, drafts.

use super::past::past;
use super::stage::Stage;
use frontdesk::actions::ticket::{self, NewTicket};
use frontdesk::domain::answer::Draft;
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::mail::{Address, Part};
use frontdesk::domain::message::{Addressed, Direction};
use frontdesk::domain::ticket::{Reason, Standing, Status, Ticket};
use frontdesk::domain::time::Moment;
use frontdesk::error::Result;
use frontdesk::store::mailbox::NewParked;
use frontdesk::store::message::NewMessage;
use frontdesk::store::outbox::{Settled, State};
use frontdesk::store::{Deed, Tx};
use serde_json::json;

/// Friday, 2026-11-20 12:00 UTC, when the stage begins.
pub(crate) const NOON: Moment = Moment(1_795_176_000);

/// A write by mila, past the commands.
pub(crate) fn write<T>(stage: &Stage, at: Moment, kind: OperationKind, change: impl Fn(&mut Tx<'_>) -> Result<T>) -> T {
    let key = format!("{:?}", std::time::Instant::now());
    past(&stage.path("desk.db"), |store| {
        let deed = Deed { agent: "mila", command: kind.word(), kind, at, key: key.clone() };
        store.write(&deed, false, &change).unwrap().value
    })
}

/// Bookkeeping, past the commands.
pub(crate) fn books<T>(stage: &Stage, at: Moment, change: impl Fn(&mut Tx<'_>) -> Result<T>) -> T {
    past(&stage.path("desk.db"), |store| store.bookkeep(at, &change).unwrap())
}

fn person(email: &str) -> Address {
    Address { name: String::new(), email: email.to_owned() }
}

/// A mail as it came or went, on a ticket.
#[derive(Default)]
pub(crate) struct Letter<'a> {
    pub(crate) out: bool,
    pub(crate) from: &'a str,
    pub(crate) to: &'a [&'a str],
    pub(crate) cc: &'a [&'a str],
    pub(crate) reply_to: &'a [&'a str],
    pub(crate) trust: Option<&'a str>,
    pub(crate) automatic: Option<&'a str>,
    pub(crate) text: &'a str,
    pub(crate) files: &'a [Part],
}

/// Puts a letter on a ticket; its number.
pub(crate) fn put(tx: &mut Tx<'_>, ticket: i64, letter: &Letter<'_>) -> Result<i64> {
    let list = |emails: &[&str]| emails.iter().map(|e| person(e)).collect();
    let addressed = Addressed { to: list(letter.to), cc: list(letter.cc), reply_to: list(letter.reply_to) };
    let (id, at) = (tx.next_ids(1)?, tx.at);
    tx.put_message(&NewMessage {
        id,
        direction: Some(if letter.out { Direction::Out } else { Direction::In }),
        agent: letter.out.then_some(tx.agent),
        author: letter.from,
        email: letter.from,
        at,
        counts: letter.automatic.is_none(),
        automatic: letter.automatic,
        text: letter.text,
        attachments: letter.files,
        addressed: Some(&addressed),
        trust: letter.trust,
        ..NewMessage::default()
    })?;
    let shown = json!({ "ticket": ticket });
    tx.apply([Event::about(Noun::Message, id, "ticket", &(), &shown, at).in_history_of(Some(ticket))])?;
    Ok(id)
}

/// An answer in the outbox that went as far as `state`; its message and its number there.
pub(crate) fn answered(
    stage: &Stage,
    at: Moment,
    ticket: i64,
    letter: &Letter<'_>,
    state: State,
    said: &str,
) -> (i64, i64) {
    let (message, posting) = write(stage, at, OperationKind::Do, |tx| {
        let message = put(
            tx,
            ticket,
            &Letter {
                out: true,
                to: letter.to,
                cc: letter.cc,
                text: letter.text,
                files: letter.files,
                ..Letter::default()
            },
        )?;
        let to: Vec<String> = letter.to.iter().map(|t| (*t).to_owned()).collect();
        Ok((message, tx.put_posting(message, ticket, false, "support@acme.test", &to)?))
    });
    if state != State::Waiting || !said.is_empty() {
        books(stage, at, |tx| {
            tx.claim_posting(posting, "me")?;
            let next_at = at.plus(300);
            tx.settle_posting(posting, "me", &Settled { state, next_at, said, refused: None })
        });
    }
    (message, posting)
}

/// A draft of mila's on a ticket.
pub(crate) fn drafted(stage: &Stage, at: Moment, ticket: i64, text: &str, files: &[Part]) {
    write(stage, at, OperationKind::Do, |tx| {
        let draft = Draft {
            id: tx.next_ids(1)?,
            agent: tx.agent,
            at,
            text: text.to_owned(),
            to: vec![("Анна".to_owned(), "anna@acme.test".to_owned())],
            cc: vec![(String::new(), "boss@acme.test".to_owned())],
            only: false,
            quote: None,
            then: Some("pending".to_owned()),
            answer: None,
        };
        tx.put_draft_files(draft.id, files)?;
        let from = tx.draft(ticket)?;
        tx.apply([Event::about(Noun::Draft, ticket, "", &from, &Some(draft), at).in_history_of(Some(ticket))])
    });
}

fn file(name: &str, bytes: usize) -> Part {
    Part { name: name.to_owned(), media_type: "application/pdf".to_owned(), content: vec![7; bytes] }
}

fn with_a_ticket() -> Stage {
    let stage = Stage::new();
    stage.ok("open 'Не приходит счёт' -f 'Анна Петрова <anna@acme.test>' -m 'Жду с понедельника'");
    stage
}

#[test]
fn an_answer_tells_to_whom_it_went_and_where_it_is() {
    let stage = with_a_ticket();
    let letter =
        |text| Letter { to: &["anna@acme.test"], cc: &["boss@acme.test", "x@y.test"], text, ..Letter::default() };
    for (n, (state, said)) in [
        (State::Sent, "250 ok"),
        (State::Waiting, ""),
        (State::Waiting, "connection refused"),
        (State::Held, "550 no such user"),
        (State::Unknown, "the line broke"),
    ]
    .into_iter()
    .enumerate()
    {
        let at = NOON.plus(60 * i64::try_from(n + 1).unwrap());
        answered(&stage, at, 1, &letter("Смотрим"), state, said);
    }
    let page = stage.at("2026-11-20T12:05:30Z").ok("show 1");
    let heads: Vec<&str> = page.lines().filter(|l| l.starts_with("↑ out")).collect();
    let ends = [
        "",
        "  not sent yet",
        "  not sent yet, tried again in 3m: connection refused",
        "  not sent, held: 550 no such user",
        "  may have been sent: desk outbox",
    ];
    for (head, end) in heads.iter().zip(ends) {
        assert!(head.ends_with(&format!("  to anna@acme.test, cc boss@acme.test, x@y.test{end}")), "{head}");
    }
    assert!(heads[0].starts_with("↑ out  mila  2026-11-20 12:01  m"), "{heads:?}");
    let messages = stage.of(1, "messages");
    assert_eq!(messages[1]["to"], json!([{"name": "", "email": "anna@acme.test"}]));
    assert_eq!(messages[1]["cc"].as_array().unwrap().len(), 2);
    assert_eq!(messages[4]["outbox"], json!({"state": "held", "said": "550 no such user", "bounced": null}));
    assert_eq!(
        (&messages[0]["outbox"], &messages[0]["to"], &messages[0]["trust"]),
        (&json!(null), &json!([]), &json!(null))
    );
}

#[test]
fn an_answer_that_came_back_says_so() {
    let stage = with_a_ticket();
    let (message, _) = answered(
        &stage,
        NOON,
        1,
        &Letter { to: &["anna@acme.test"], text: "Вот", ..Letter::default() },
        State::Sent,
        "250",
    );
    books(&stage, NOON, |tx| tx.posting_bounced(message, "550 no such user", NOON));
    let page = stage.ok("show 1");
    assert!(page.contains("came back: 550 no such user\n"), "{page}");
    assert_eq!(stage.of(1, "messages")[1]["outbox"]["bounced"], "550 no such user");
}

#[test]
fn a_mail_tells_what_is_known_of_its_sender_and_who_else_got_it() {
    let stage = with_a_ticket();
    write(&stage, NOON, OperationKind::Fetch, |tx| {
        let letter = Letter {
            from: "eve@x.test",
            to: &["support@acme.test"],
            cc: &["boss@acme.test"],
            reply_to: &["evil@z.test", "EVE@x.test"],
            trust: Some("third-party"),
            text: "Добрый день",
            ..Letter::default()
        };
        put(tx, 1, &letter)
    });
    let page = stage.ok("show 1");
    assert!(
        page.contains("  cc boss@acme.test, answers to evil@z.test  third party, by a link from a mail of ours\n"),
        "{page}"
    );
    assert!(page.contains("third party, by a link from a mail of ours\n"), "{page}");
    assert_eq!(stage.of(1, "messages")[1]["trust"], "third-party");
}

#[test]
fn a_mail_of_a_machine_is_folded_to_a_line_where_people_write() {
    let stage = with_a_ticket();
    let away = Letter {
        from: "anna@acme.test",
        automatic: Some("auto-reply"),
        text: "Я в отпуске.\n\nДо понедельника.\nАнна",
        ..Letter::default()
    };
    write(&stage, NOON, OperationKind::Fetch, |tx| put(tx, 1, &away));
    let page = stage.ok("show 1");
    assert!(
        page.contains("\n  Я в отпуске. [2 more lines: desk show 1 --raw]\n") && !page.contains("До понедельника"),
        "{page}"
    );
    assert!(stage.ok("show 1 --raw").contains("До понедельника"));
}

#[test]
fn files_are_numbered_across_the_ticket_and_a_draft_stands_last() {
    let stage = with_a_ticket();
    let files = [file("счёт.pdf", 12_300), file("акт.pdf", 5)];
    for (at, files) in [(NOON, &files[..]), (NOON.plus(60), &files[..1])] {
        let letter = Letter { to: &["anna@acme.test"], text: "Вот", files, ..Letter::default() };
        answered(&stage, at, 1, &letter, State::Sent, "250");
    }
    drafted(&stage, NOON.plus(120), 1, "Здравствуйте, Анна!\n\nПроверили.", &[file("отчёт.pdf", 2_000)]);
    let page = stage.ok("show 1");
    assert!(page.contains("\n  [1] счёт.pdf 12 kB, [2] акт.pdf 5 B\n"), "{page}");
    assert!(page.contains("\n  [3] счёт.pdf 12 kB\n"), "{page}");
    let end = "\
… draft  mila  2026-11-20 12:02  to anna@acme.test, cc boss@acme.test
  Здравствуйте, Анна!

  Проверили.
  with отчёт.pdf 2 kB
  [not sent, then pending: desk reply 1 --send]
";
    assert!(page.ends_with(end), "{page}");
    let data = stage.json("show 1");
    assert_eq!(
        data["messages"][2]["attachments"],
        json!([{"name": "счёт.pdf", "type": "application/pdf", "bytes": 12300, "n": 3}])
    );
    assert_eq!(data["draft"]["agent"], "mila");
    assert_eq!(
        (&data["draft"]["to"][0]["email"], &data["draft"]["then"]),
        (&json!("anna@acme.test"), &json!("pending"))
    );
    assert_eq!(data["draft"]["attachments"][0]["bytes"], 2000);
    assert_eq!(with_a_ticket().of(1, "draft"), json!(null));
}

#[test]
fn a_page_of_mail_fits_narrow_terminals() {
    let stage = with_a_ticket();
    let letter = Letter {
        to: &["anna.petrova.buhgalteria@ochen-dlinnoe-imya.example"],
        cc: &["boss@acme.test"],
        text: "Смотрим",
        ..Letter::default()
    };
    answered(
        &stage,
        NOON,
        1,
        &letter,
        State::Held,
        "550 5.1.1 <anna.petrova.buhgalteria@ochen-dlinnoe-imya.example>: no such mailbox here",
    );
    drafted(&stage, NOON.plus(120), 1, "Здравствуйте!", &[]);
    for cells in [40, 80, 120] {
        let page = stage.on_terminal(cells).ok("show 1");
        assert!(page.lines().all(|l| l.chars().count() <= cells), "{cells}: {page}");
        assert!(page.contains("not sent, held: 550"), "{page}");
    }
}

#[test]
fn the_first_screen_says_nothing_of_mail_where_there_is_none() {
    let stage = with_a_ticket();
    let page = stage.ok("");
    assert!(!page.contains("mail"), "{page}");
    assert_eq!(
        stage.json("")["mail"],
        json!({"mailboxes": [], "came_back": [], "outbox": {"waiting": 0, "unknown": 0, "held": 0}, "parked": 0, "third_parties": [], "drafts": []})
    );
}

#[test]
fn the_first_screen_says_how_mail_stands() {
    let stage = with_a_ticket();
    stage.all(&["open two -f bob@acme.test", "open three -f bob@acme.test"]);
    stage.ok("config set mailbox.support.imap maildir:/nowhere");
    let later = "2026-11-20T15:00:00Z";
    let letter = Letter { to: &["anna@acme.test"], text: "Вот", ..Letter::default() };
    let (back, _) = answered(&stage, NOON, 1, &letter, State::Sent, "250");
    answered(&stage, NOON, 2, &letter, State::Unknown, "the line broke");
    answered(&stage, NOON, 2, &letter, State::Held, "550 no");
    answered(&stage, NOON, 2, &letter, State::Waiting, "");
    drafted(&stage, NOON, 2, "Здравствуйте", &[]);
    books(&stage, NOON.plus(60), |tx| {
        let folders = ["INBOX", "Sent"].map(|f| tx.source_in(&format!("imaps://x/{f}"), "support", f, 1));
        for folder in folders {
            tx.source_fetched(folder?.id, None)?;
        }
        let gone = tx.source_in("imaps://old/INBOX", "gone", "INBOX", 1)?;
        tx.park(&NewParked { source: gone.id, reason: "too many", ..NewParked::default() })?;
        tx.posting_bounced(back, "550 no such user", tx.at)
    });
    let page = stage.at(later).ok("");
    let end = "\
mail last fetched 2h 59m ago
the answer to 1 came back: 550 no such user
1 mail may have been sent: desk outbox
1 mail is held: desk outbox
1 mail has been waiting for 3h to be sent: desk outbox send
1 mail is parked: desk parked
your drafts: 2
";
    assert!(page.ends_with(end), "{page}");
    assert!(stage.at(later).as_agent("ana").ok("").ends_with("drafts that wait for your eye: 2 by mila\n"));
    let data = stage.at(later).json("");
    assert_eq!(data["mail"]["came_back"][0]["number"], 1);
    assert_eq!(
        data["mail"]["mailboxes"],
        json!([{"mailbox": "support", "fetched_at": "2026-11-20T12:01:00Z", "trouble": null}])
    );
    assert_eq!(data["mail"]["drafts"][0]["agent"], "mila");
    // Who has written again knows.
    answered(&stage, NOON.plus(120), 1, &letter, State::Sent, "250");
    assert!(!stage.at(later).ok("").contains("came back"));
    // Trouble is said, and since when.
    books(&stage, NOON.plus(180), |tx| {
        let inbox = tx.source("imaps://x/INBOX")?.unwrap();
        tx.source_trouble(inbox.id, "the server refuses the password")
    });
    let page = stage.at(later).ok("");
    assert!(
        page.contains("support cannot be fetched: the server refuses the password (last fetched 2h 59m ago)\n"),
        "{page}"
    );
}

#[test]
fn tickets_with_a_draft_are_found_by_whose_it_is() {
    let stage = with_a_ticket();
    stage.all(&["open two -m two", "open three -m three"]);
    drafted(&stage, NOON, 2, "Здравствуйте", &[]);
    for (query, numbers) in [
        ("draft:any", &[2][..]),
        ("draft:me", &[2]),
        ("draft:mila", &[2]),
        ("draft:none", &[1, 3]),
        ("not:draft:any", &[1, 3]),
        ("draft:any,none", &[1, 2, 3]),
        ("draft:me who:none", &[2]),
    ] {
        let mut found = stage.numbers(&format!("ls {query}"));
        found.sort_unstable();
        assert_eq!(found, numbers, "{query}");
    }
    assert_eq!(stage.numbers("find two draft:any"), [2]);
    assert_eq!(stage.numbers("find three draft:any"), [0; 0]);
    stage.as_agent("ana").ok("take 3");
    assert_eq!(stage.as_agent("ana").numbers("ls draft:me"), [0; 0]);
    assert_eq!(stage.numbers("ls draft:ana"), [0; 0]);
    assert!(stage.refused("ls draft:anna", 3).contains("ana"));
    stage.ok("log 2 25m");
    assert_eq!(stage.json("time draft:any")["total"]["actual_minutes"], 25);
    assert_eq!(stage.json("time draft:none")["total"]["actual_minutes"], 0);
}

#[test]
fn mail_that_came_in_is_news_whoever_fetched_it() {
    let stage = with_a_ticket();
    let fetched = |letter: &Letter<'_>, ticket: Option<i64>| {
        write(&stage, NOON.plus(60), OperationKind::Fetch, |tx| {
            let id = match ticket {
                Some(id) => id,
                None => {
                    let from = Some(letter.from.to_owned());
                    let new = NewTicket { subject: letter.text.to_owned(), from, ..NewTicket::default() };
                    ticket::open(tx, &new)?.0
                }
            };
            put(tx, id, letter)?;
            Ok(id)
        })
    };
    let mail = |text| Letter { from: "anna@acme.test", text, ..Letter::default() };
    fetched(&mail("Ну что там?"), Some(1));
    fetched(&mail("Новая беда"), None);
    let away = Letter { automatic: Some("auto-reply"), ..mail("Я в отпуске") };
    fetched(&away, Some(1));
    for stage in [stage.clone(), stage.as_agent("ana")] {
        let stage = stage.at("2026-11-20T12:30:00Z");
        let news = stage.json("news --since 12:00:30");
        let told: Vec<_> = news
            .as_array()
            .unwrap()
            .iter()
            .map(|n| (n["kind"].as_str(), n["number"].as_i64(), n["detail"].as_str()))
            .collect();
        assert_eq!(
            told,
            [(Some("answered"), Some(1), Some("Ну что там?")), (Some("new"), Some(2), Some("Анна Петрова"))]
        );
    }
}

#[test]
fn what_was_over_before_a_mailbox_was_first_read_is_no_news() {
    let stage = with_a_ticket();
    write(&stage, NOON.plus(60), OperationKind::Fetch, |tx| {
        let over = Ticket {
            id: tx.next_ticket()?,
            subject: "long ago".to_owned(),
            standing: Standing { reason: Some(Reason::NoReply), ..Standing::of(Status::Closed) },
            channel: "email".to_owned(),
            ..tx.ticket(1)?.unwrap()
        };
        let at = tx.at;
        tx.apply([Event::about(Noun::Ticket, over.id, "", &(), &over, at).in_history_of(Some(over.id))])
    });
    assert_eq!(stage.at("2026-11-20T12:30:00Z").json("news --since 12:00:30"), json!([]));
}
