//! A desk with Anna in every corner of it, and Boris beside her.

use crate::past::past;
use crate::stage::Stage;
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::incoming::Scale;
use frontdesk::domain::rating::Rating;
use frontdesk::domain::time::Moment;
use frontdesk::error::Result;
use frontdesk::store::bulk::Came;
use frontdesk::store::mailbox::NewParked;
use frontdesk::store::{Deed, Place, Store, Tx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

pub(crate) const ANNA: &str = "anna.petrova@acme.test";

/// What must be nowhere any more: stems where the index holds them.
pub(crate) const HERS: &[&str] = &[
    "anna.petrova",
    "anna.p@old.test",
    "anna_p",
    "555-01-02",
    "5550102",
    "9215550102",
    "Петров",
    "петров",
    "Зимородок",
    "зимородк",
    "турмалин",
    "Турмалин",
    "базальт",
    "Базальт",
    "Малахит",
    "vermilion",
    "hippopotamus",
    "hippopotamu",
    "ABRACADABRA-ANNA",
    "abracadabra",
    "zimorodok",
    "periwinkl",
    "Periwinkle",
    "marzipan",
    "Marzipan",
    "quicksilv",
    "Quicksilver",
    "Tangerine",
];

/// What others wrote, and must stay.
pub(crate) const OTHERS: &[&str] = &[
    "The gamma conveyor is stuck again since Tuesday",
    "Thank you, we look at the gamma conveyor",
    "So did I, on Friday.",
    "Boris has the only key to the hall",
    "Call the workshop about the spare part",
    "Good morning from Carla",
    "FILE OF BORIS",
];

const US: &str = "Support <support@desk.test>";
const BORIS: &str = "Boris Sokol <boris@acme.test>";

fn anna() -> String {
    format!("{} <{ANNA}>", encoded("Анна Петрова"))
}

/// A mail of the archive: from whom, to whom, its id, the id that it answers, day and hour of November, subject, and the rest.
type Written<'a> = (&'a str, &'a str, &'a str, &'a str, (u32, u32), &'a str, String);

fn mail((from, to, id, answers, (day, hour), subject, rest): Written<'_>) -> String {
    let refs =
        if answers.is_empty() { String::new() } else { format!("In-Reply-To: <{answers}>\nReferences: <{answers}>\n") };
    let to = to.replace("; Cc:", "\nCc:");
    format!(
        "From: {from}\nTo: {to}\nMessage-ID: <{id}>\n{refs}Date: {day} Nov 2026 {hour:02}:00:00 +0000\nSubject: {subject}\n{rest}"
    )
}

fn plain(text: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\n\n{text}\n")
}

/// A text and a file, both in base64.
fn with_file(name: &str, marker: &str, text: &str) -> String {
    let content: String = (0..120).map(|n| format!("{marker} line {n}\n")).collect();
    format!(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: base64\n\n{}\n--b1\nContent-Type: text/plain; name=\"{name}\"\n\
         Content-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{}\n--b1--\n",
        base64(text.as_bytes()),
        base64(content.as_bytes())
    )
}

/// Her own ticket: a file, an answer that quotes her, an English answer of hers.
fn hers() -> Vec<String> {
    let (anna, subject) = (anna(), encoded("Не печатает квитанция Зимородок"));
    let said = "Здравствуйте!\n\nКвитанция с пометкой Зимородок не печатается на втором этаже с понедельника.\n\nАнна Петрова\n+7 921 555-01-02\n";
    let quoted = format!(
        "Periwinkle answer for you.\n\n02.11.2026, Анна Петрова <{ANNA}> пишет:\n> Квитанция с пометкой Зимородок не печатается\n> на втором этаже с понедельника."
    );
    let stapler = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nThe vermilion stapler =D0=BD=D0=B5 works any more.\n";
    let came_back = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=r1\n\n--r1\nContent-Type: text/plain\n\n\
         The mail to {ANNA} could not be delivered.\n\n--r1\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.desk.test\n\nFinal-Recipient: rfc822; {ANNA}\nAction: failed\nStatus: 5.1.1\n\n--r1\n\
         Content-Type: message/rfc822\n\nFrom: {US}\nTo: {ANNA}\nMessage-ID: <s1@desk.test>\nSubject: Periwinkle\n\nPeriwinkle answer for you.\n\n--r1--\n"
    );
    let daemon = "Mail Delivery System <MAILER-DAEMON@mx.desk.test>";
    let first = "a1.anna.petrova@mail.acme.test";
    let file = with_file("zimorodok-akt.txt", "ABRACADABRA-ANNA", said);
    vec![
        mail((&anna, US, first, "", (2, 9), &subject, file)),
        mail((US, &anna, "s1@desk.test", first, (2, 11), &format!("Re: {subject}"), plain(&quoted))),
        mail((&anna, US, "a2@mail.acme.test", "s1@desk.test", (3, 9), "Re: stapler", stapler.to_owned())),
        mail((daemon, US, "d1@mx.desk.test", "s1@desk.test", (3, 10), "Undelivered Mail", came_back)),
    ]
}

/// A ticket of Boris in which she writes, too, and one of Carla, who knows nobody.
fn others() -> Vec<String> {
    let anna = anna();
    let stuck = "The gamma conveyor is stuck again since Tuesday.\nAsk Анну Петрову (8 921 555 01 02) for the key.\n";
    let signed = "I confirm that the hippopotamus protocol\nfor the conveyor was signed by me.\n\nПетрова";
    let so_did_i = format!(
        "So did I, on Friday.\n\nOn Wed, Anna P. <{ANNA}> wrote:\n> I confirm that the hippopotamus\n> protocol for the conveyor was signed by me.\n>\n> Петрова"
    );
    let thanks = "Thank you, we look at the gamma conveyor.\n\n> I confirm that the hippopotamus protocol for the conveyor was signed by me.";
    let (to_us, to_both) = (format!("{US}; Cc: Anna P. <{ANNA}>"), format!("{BORIS}; Cc: {anna}"));
    vec![
        mail((BORIS, &to_us, "b1@acme.test", "", (4, 9), "Conveyor", with_file("boris.txt", "FILE OF BORIS", stuck))),
        mail((&anna, US, "a3@mail.acme.test", "b1@acme.test", (4, 10), "Re: Conveyor", plain(signed))),
        mail((BORIS, US, "b2@acme.test", "a3@mail.acme.test", (4, 11), "Re: Conveyor", plain(&so_did_i))),
        mail((US, &to_both, "s2@desk.test", "b2@acme.test", (4, 12), "Re: Conveyor", plain(thanks))),
        mail((
            "Carla <carla@other.test>",
            US,
            "c1@other.test",
            "",
            (5, 9),
            "Hello",
            plain("Good morning from Carla, who knows nobody here."),
        )),
    ]
}

fn encoded(text: &str) -> String {
    text.chars()
        .collect::<Vec<_>>()
        .chunks(16)
        .map(|part| format!("=?utf-8?B?{}?=", base64(part.iter().collect::<String>().as_bytes())))
        .collect::<Vec<_>>()
        .join("\n ")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (i, chunk) in bytes.chunks(3).enumerate() {
        if i > 0 && i % 19 == 0 {
            out.push('\n');
        }
        let n = chunk.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for k in 0..4 {
            let letter = char::from(LETTERS[(n >> (18 - 6 * k) & 63) as usize]);
            out.push(if k > chunk.len() { '=' } else { letter });
        }
    }
    out
}

/// What people do: a call whose caller turns out to be her, and all that can be written on tickets.
const DEEDS: &[&str] = &[
    "open 'Звонок про аномалию Турмалин' +phone -f '+7 921 555-01-02' -m 'Просила перезвонить про Турмалин'",
    "contact edit '+7 921 555-01-02' --name 'Петрова с телефона'",
    "contact merge '+7 921 555-01-02' --into anna.petrova@acme.test",
    "contact edit anna.petrova@acme.test --name 'Анна Сергеевна Петрова' --add @anna_p --add anna.p@old.test",
    "contact edit anna.petrova@acme.test --name 'Анна Петрова' --remove anna.p@old.test",
    "note 1 'Нервничает, кодовое слово Базальт'",
    "undo",
    "redo",
    "note 1 'Снята с учёта, Базальт-2'",
    "undo",
    "log 1 25m 'разбор Базальт'",
    "log 4 15m 'Малахит'",
    "edit 1 --subject 'Малахит вместо квитанции'",
    "undo",
    "edit 4 --subject 'Снова Турмалин'",
    "reply 1 -m 'Marzipan is the answer for you.' --close",
    "reply 2 -m 'We come on Monday.'",
    "reply 4 -m 'Quicksilver by phone' --said",
    "reply 1 -m 'Tangerine draft' --draft",
    "reply 1 -m 'Tangerine second draft' --draft",
    "reply 2 -m 'Tell Анна Петрова: nothing' --draft",
    "note 2 'Boris has the only key to the hall; Петрова Анна, 8(921)555-01-02, has none'",
    "note 3 'Call the workshop about the spare part'",
    "client edit acme.test --note 'Анне Петровой звонить после шести'",
    "due 4 fri",
    "tag 1 printer",
    "merge 4 --into 1",
    "undo",
    "take 1",
    "reopen 1",
    "open 'Отозванный Малахит' -f anna.petrova@acme.test -m 'Малахит, которого не было'",
    "undo",
    "answer add hello -m 'Hello, write to anna.petrova@acme.test'",
];

/// A desk at whatever place the stage names.
pub(crate) fn furnish(stage: &Stage) {
    let sendmail = stage.path("sendmail");
    fs::write(&sendmail, "#!/bin/sh\ncat >/dev/null\n").unwrap();
    fs::set_permissions(&sendmail, fs::Permissions::from_mode(0o755)).unwrap();
    stage.all(&[
        "config set addresses support@desk.test",
        "config set smtp.from 'Acme support <support@desk.test>'",
        &format!("config set sendmail {}", sendmail.display()),
    ]);
    let mails = [hers(), others()].concat();
    let mbox: String = mails.iter().map(|m| format!("From x@y Mon Nov  2 09:00:00 2026\n{m}\n")).collect();
    fs::write(stage.path("all.mbox"), mbox).unwrap();
    stage.ok(&format!("import {} --own support@desk.test", stage.path("all.mbox").display()));
    assert_eq!(stage.numbers("ls status:all --sort number").len(), 3, "{}", stage.ok("ls status:all"));
    stage.all(DEEDS);
    // A part of her ticket that goes on as a ticket of its own.
    let messages = stage.of(1, "messages");
    let last = messages.as_array().unwrap().iter().rfind(|m| m["email"] == ANNA).unwrap();
    stage.ok(&format!("split 1 m{}", last["id"]));
    rated(stage);
    open(stage, |tx| {
        let anna = tx.contacts_named("Анна Петрова")?[0].id;
        origins(tx, anna)?;
        let id = tx.next_ids(2)?;
        tx.put_rating(&rating(id, Some(1), Some(anna), 5, "Малахит, спасибо! Анна Петрова"))?;
        tx.put_rating(&rating(id + 1, Some(2), None, 2, "Slow, says anna.petrova@acme.test"))?;
        parked(tx)
    });
}

fn rating(id: i64, ticket: Option<i64>, contact: Option<i64>, score: i64, comment: &str) -> Rating {
    let (scale, at, comment) = (Scale::Csat, Moment(1_795_000_000), comment.to_owned());
    Rating { id, ticket, contact, message: None, scale, score, comment, at }
}

/// What she said of us, as it was written down by hand, and a page elsewhere that names her.
fn rated(stage: &Stage) {
    write(stage, ("rated", OperationKind::Do), |tx| {
        let anna = tx.contacts_named("Анна Петрова")?[0].id;
        let (id, at) = (tx.next_ids(2)?, tx.at);
        let said = [
            rating(id, Some(1), Some(anna), 4, "Малахит вернулся"),
            rating(id + 1, None, Some(anna), 3, "Малахит и всё"),
        ];
        tx.apply(said.iter().map(|g| Event::about(Noun::Rating, g.id, "", &(), g, at).in_history_of(g.ticket)))?;
        tx.apply([Event::ticket(2, "url:https://git.test/issues?of=anna.petrova@acme.test", &false, &true, at)])?;
        Ok(())
    });
}

/// Records of imports: of her, of her ticket and hours, of tickets of others that name her.
fn origins(tx: &mut Tx<'_>, anna: i64) -> Result<()> {
    let person = format!(r#"{{"name":"Анна Петрова","email":"{ANNA}","phone":"+7 921 555-01-02"}}"#);
    let record =
        |text: &str| format!(r#"{{"subject":"Не печатает квитанция Зимородок","from":"{ANNA}","body":"{text}"}}"#);
    let copied = format!(r#"{{"subject":"Hello","cc":["Anna","{ANNA}"],"kept":"this"}}"#);
    tx.put_origin(Came::Contact, "zendesk", "3601", anna, Some(&person))?;
    tx.put_origin(Came::Ticket, "zendesk", "1834", 1, Some(&record("Зимородок")))?;
    tx.put_origin(Came::Ticket, "zendesk", "1835", 2, Some(&record("hippopotamus")))?;
    tx.put_origin(Came::Ticket, "zendesk", "1836", 3, Some(&copied))?;
    tx.put_origin(Came::Time, "toggl", "7", 1, Some("25m,разбор Базальт"))
}

fn parked(tx: &mut Tx<'_>) -> Result<()> {
    let source = tx.source_in("maildir:/x", "support", "INBOX", 1)?.id;
    let parked = |author, email, subject, raw: &'static [u8]| NewParked {
        source,
        reason: "too many",
        author,
        email,
        subject,
        bytes: i64::try_from(raw.len()).unwrap(),
        raw: Some(raw),
    };
    let hers = "From: anna.petrova@acme.test\n\nЗимородок".as_bytes();
    tx.park(&parked("Анна Петрова", ANNA, "Зимородок опять", hers))?;
    tx.park(&parked("Carla", "carla@other.test", "Hi", b"From: carla@other.test\n\nGood morning from Carla"))?;
    Ok(())
}

/// A write past the commands.
pub(crate) fn open(stage: &Stage, mut change: impl FnMut(&mut Tx<'_>) -> Result<()>) {
    write(stage, ("import old.csv", OperationKind::Import), |tx| {
        tx.apply([Event::about(Noun::Import, 1, "", &(), &"records", tx.at)])?;
        change(tx)
    });
}

fn write(stage: &Stage, what: (&str, OperationKind), mut change: impl FnMut(&mut Tx<'_>) -> Result<()>) {
    let (command, kind) = what;
    let deed = Deed { agent: "mila", command, kind, at: Moment(1_795_176_000), key: command.into() };
    let mut write = |store: &mut Store| store.write(&deed, false, &mut change).unwrap().value;
    match place(stage) {
        Place::File(file) => past(&file, write),
        _ => write(&mut store(stage)),
    }
}

pub(crate) fn store(stage: &Stage) -> Store {
    Store::open(&place(stage), true, None).unwrap().unwrap()
}

pub(crate) fn place(stage: &Stage) -> Place {
    let word = stage.line(&[]).host().variable("DESK_FILE").unwrap();
    if word.starts_with("postgres") { Place::Server { url: word, password: None } } else { Place::File(word.into()) }
}

/// A recap without what customers wrote and the reasons that quote it.
fn without_words(value: &mut Value) {
    for (key, words) in [("ratings", "comment"), ("calls", "why")] {
        for row in value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            row.as_object_mut().and_then(|row| row.remove(words));
        }
    }
}

/// Everything that commands count and time, with the texts of a person and their stand-ins as the same mark.
pub(crate) fn figures(stage: &Stage) -> BTreeMap<String, Value> {
    let lines = [
        "stats in:2026",
        "stats in:2026-11 --by client",
        "stats in:2026-11 --by agent",
        "time in:2026",
        "recap in:2026-11",
        "ls status:all --sort number",
        "client ls",
        "agent ls",
        "tags",
        "mute",
        "contact ls",
        "sql 'SELECT ticket, scale, score, at FROM ratings ORDER BY score'",
        "sql 'SELECT id, ticket, direction, agent, at, attachments FROM messages ORDER BY id'",
        "sql 'SELECT id, ticket, client, agent, day, minutes, billable FROM time ORDER BY id'",
        "outbox --all",
    ];
    let of = |line: &&str| {
        let mut value = stage.json(line);
        masked(&mut value);
        without_words(&mut value);
        if let (Some(list), "contact ls") = (value.as_array_mut(), *line) {
            // They come by name.
            list.sort_by_key(|c| c["id"].as_i64());
        }
        ((*line).to_owned(), value)
    };
    let mut all: BTreeMap<String, Value> = lines.iter().map(of).collect();
    all.insert("count".into(), stage.ok("ls --count status:all").into());
    all
}

fn masked(value: &mut Value) {
    match value {
        Value::String(text) => {
            let personal = HERS.iter().any(|her| text.contains(her)) || text.contains("erased");
            if personal {
                *text = "*".to_owned();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(masked),
        Value::Object(members) => {
            // What he is reached by is no figure, and servers' words are none either.
            for key in [
                "emails",
                "phones",
                "handles",
                "email",
                "phone",
                "names",
                "note",
                "recipients",
                "to",
                "said",
                "refused",
            ] {
                members.remove(key);
            }
            members.values_mut().for_each(masked);
        }
        _ => {}
    }
}
