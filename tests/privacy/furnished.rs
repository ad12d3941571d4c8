//! A desk with Anna in every corner of it, and Boris beside her.

use crate::stage::Stage;
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::incoming::Scale;
use frontdesk::domain::time::Moment;
use frontdesk::error::Result;
use frontdesk::store::bulk::{Came, Rating};
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
    "малахит",
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
    "quicksilver",
    "Quicksilver",
    "Tangerine",
    "tangerin",
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

/// The archive: three tickets; in the second one, of Boris, Anna writes, too.
fn archive() -> Vec<String> {
    let file = |marker: &str| (0..120).map(|n| format!("{marker} line {n}\n")).collect::<String>();
    let anna = format!("{} <{ANNA}>", encoded("Анна Петрова"));
    let with_file = |name: &str, content: &str, text: &str| {
        format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: base64\n\n{}\n--b1\nContent-Type: text/plain; name=\"{name}\"\n\
             Content-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{}\n--b1--\n",
            base64(text.as_bytes()),
            base64(content.as_bytes())
        )
    };
    let mail = |from: &str, to: &str, id: &str, refs: &str, at: &str, subject: &str, body: &str| {
        let refs = if refs.is_empty() { String::new() } else { format!("In-Reply-To: <{refs}>\nReferences: <{refs}>\n") };
        let to = to.replace("; Cc:", "\nCc:");
        format!("From: {from}\nTo: {to}\nMessage-ID: <{id}>\n{refs}Date: {at}\nSubject: {subject}\n{body}")
    };
    let plain = |text: &str| format!("Content-Type: text/plain; charset=utf-8\n\n{text}\n");
    let us = "Support <support@desk.test>";
    let boris = "Boris Sokol <boris@acme.test>";
    vec![
        mail(&anna, us, "a1.anna.petrova@mail.acme.test", "", "Mon, 2 Nov 2026 09:00:00 +0000", &encoded("Не печатает квитанция Зимородок"),
            &with_file("zimorodok-akt.txt", &file("ABRACADABRA-ANNA"), "Здравствуйте!\n\nКвитанция с пометкой Зимородок не печатается на втором этаже с понедельника.\n\nАнна Петрова\n+7 921 555-01-02\n")),
        mail(us, &anna, "s1@desk.test", "a1.anna.petrova@mail.acme.test", "Mon, 2 Nov 2026 11:00:00 +0000", &encoded("Re: Не печатает квитанция Зимородок"),
            &plain(&format!("Periwinkle answer for you.\n\n02.11.2026, Анна Петрова <{ANNA}> пишет:\n> Квитанция с пометкой Зимородок не печатается\n> на втором этаже с понедельника."))),
        mail(&anna, us, "a2@mail.acme.test", "s1@desk.test", "Tue, 3 Nov 2026 09:00:00 +0000", "Re: stapler",
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nThe vermilion stapler =D0=BD=D0=B5 works any more.\n"),
        mail(boris, &format!("{us}; Cc: Anna P. <{ANNA}>"), "b1@acme.test", "", "Wed, 4 Nov 2026 09:00:00 +0000", "Conveyor",
            &with_file("boris.txt", &file("FILE OF BORIS"), "The gamma conveyor is stuck again since Tuesday.\nAsk Анну Петрову (8 921 555 01 02) for the key.\n")),
        mail(&anna, us, "a3@mail.acme.test", "b1@acme.test", "Wed, 4 Nov 2026 10:00:00 +0000", "Re: Conveyor",
            &plain("I confirm that the hippopotamus protocol\nfor the conveyor was signed by me.\n\nПетрова")),
        mail(boris, us, "b2@acme.test", "a3@mail.acme.test", "Wed, 4 Nov 2026 11:00:00 +0000", "Re: Conveyor",
            &plain(&format!("So did I, on Friday.\n\nOn Wed, Anna P. <{ANNA}> wrote:\n> I confirm that the hippopotamus\n> protocol for the conveyor was signed by me.\n>\n> Петрова"))),
        mail(us, &format!("{boris}; Cc: {anna}"), "s2@desk.test", "b2@acme.test", "Wed, 4 Nov 2026 12:00:00 +0000", "Re: Conveyor",
            &plain("Thank you, we look at the gamma conveyor.\n\n> I confirm that the hippopotamus protocol for the conveyor was signed by me.")),
        mail("Carla <carla@other.test>", us, "c1@other.test", "", "Thu, 5 Nov 2026 09:00:00 +0000", "Hello",
            &plain("Good morning from Carla, who knows nobody here.")),
    ]
}

fn encoded(text: &str) -> String {
    text.chars().collect::<Vec<_>>().chunks(16).map(|part| format!("=?utf-8?B?{}?=", base64(part.iter().collect::<String>().as_bytes()))).collect::<Vec<_>>().join("\n ")
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
    let mbox: String = archive().iter().map(|m| format!("From x@y Mon Nov  2 09:00:00 2026\n{m}\n")).collect();
    fs::write(stage.path("all.mbox"), mbox).unwrap();
    stage.ok(&format!("import {} --own support@desk.test", stage.path("all.mbox").display()));
    assert_eq!(stage.numbers("ls status:all --sort number").len(), 3, "{}", stage.ok("ls status:all"));
    stage.all(&[
        // A call, whose caller turns out to be her.
        "open 'Звонок про аномалию Турмалин' +phone -f '+7 921 555-01-02' -m 'Просила перезвонить про Турмалин'",
        "contact edit '+7 921 555-01-02' --name 'Петрова с телефона'",
        &format!("contact merge '+7 921 555-01-02' --into {ANNA}"),
        &format!("contact edit {ANNA} --name 'Анна Сергеевна Петрова' --add @anna_p --add anna.p@old.test"),
        &format!("contact edit {ANNA} --name 'Анна Петрова' --remove anna.p@old.test"),
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
        "answer add hello -m 'Hello, write to anna.petrova@acme.test'",
    ]);
    // A part of her ticket that goes on as a ticket of its own.
    let message = stage.of(1, "messages").as_array().unwrap().iter().rfind(|m| m["direction"] == "in").unwrap()["id"].clone();
    stage.ok(&format!("split 1 m{message}"));
    open(stage, |tx| {
        let anna = tx.contacts_named("Анна Петрова")?[0].id;
        let record = |text: &str| format!(r#"{{"subject":"Не печатает квитанция Зимородок","from":"{ANNA}","body":"{text}"}}"#);
        tx.put_origin(Came::Contact, "zendesk", "3601", anna, Some(&format!(r#"{{"name":"Анна Петрова","email":"{ANNA}","phone":"+7 921 555-01-02"}}"#)))?;
        tx.put_origin(Came::Ticket, "zendesk", "1834", 1, Some(&record("Зимородок")))?;
        tx.put_origin(Came::Ticket, "zendesk", "1835", 2, Some(&record("hippopotamus")))?;
        tx.put_origin(Came::Ticket, "zendesk", "1836", 3, Some(&format!(r#"{{"subject":"Hello","cc":["Anna","{ANNA}"],"kept":"this"}}"#)))?;
        tx.put_origin(Came::Time, "toggl", "7", 1, Some("25m,разбор Базальт"))?;
        let rating = |score, comment: &str| Rating { scale: Scale::Csat, score, comment: comment.to_owned(), at: tx_at() };
        tx.put_rating(1, Some(anna), &rating(5, "Малахит, спасибо! Анна Петрова"))?;
        tx.put_rating(2, None, &rating(2, "Slow, says anna.petrova@acme.test"))?;
        let source = tx.source_in("maildir:/x", "support", "INBOX", 1)?.id;
        let parked = |author, email, subject, raw: &'static [u8]| NewParked { source, reason: "too many", author, email, subject, bytes: i64::try_from(raw.len()).unwrap(), raw: Some(raw) };
        tx.park(&parked("Анна Петрова", ANNA, "Зимородок опять", "From: anna.petrova@acme.test\n\nЗимородок".as_bytes()))?;
        tx.park(&parked("Carla", "carla@other.test", "Hi", b"From: carla@other.test\n\nGood morning from Carla"))?;
        Ok(())
    });
}

fn tx_at() -> Moment {
    Moment(1_795_000_000)
}

/// A write past the commands.
pub(crate) fn open(stage: &Stage, change: impl FnOnce(&mut Tx<'_>) -> Result<()>) {
    let mut store = store(stage);
    let deed = Deed { agent: "mila", command: "import old.csv", kind: OperationKind::Import, at: Moment(1_795_176_000), key: "k1".into() };
    store
        .write(&deed, false, |tx| {
            tx.apply([frontdesk::domain::event::Event::about(frontdesk::domain::event::Noun::Import, 1, "", &(), &"records", tx.at)])?;
            change(tx)
        })
        .unwrap();
}

pub(crate) fn store(stage: &Stage) -> Store {
    Store::open(&place(stage), true, None).unwrap().unwrap()
}

pub(crate) fn place(stage: &Stage) -> Place {
    let word = stage.host().variable("DESK_FILE").unwrap();
    if word.starts_with("postgres") { Place::Server { url: word, password: None } } else { Place::File(word.into()) }
}

/// Everything that commands count and time, with the texts of a person and their stand-ins as the same mark.
pub(crate) fn figures(stage: &Stage) -> BTreeMap<String, Value> {
    let lines = [
        "stats in:2026", "stats in:2026-11 --by client", "stats in:2026-11 --by agent", "time in:2026", "recap in:2026-11", "ls status:all --sort number",
        "client ls", "agent ls", "tags", "mute", "contact ls", "sql 'SELECT ticket, scale, score, at FROM ratings'",
        "sql 'SELECT id, ticket, direction, agent, at, attachments FROM messages ORDER BY id'",
        "sql 'SELECT id, ticket, client, agent, day, minutes, billable FROM time ORDER BY id'",
        "outbox --all",
    ];
    let of = |line: &&str| {
        let mut value = stage.json(line);
        masked(&mut value);
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
            for key in ["emails", "phones", "handles", "email", "phone", "names", "note", "recipients", "to", "said", "refused"] {
                members.remove(key);
            }
            members.values_mut().for_each(masked);
        }
        _ => {}
    }
}
