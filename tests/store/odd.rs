//! Odd values: whatever people and mails bring survives unchanged, on both engines the same. NUL alone is left out.

use super::stand::{Stand, of, opened};
use frontdesk::actions::ticket::{self, Author, NewTicket};
use frontdesk::actions::{hours, people};
use frontdesk::domain::event::{Event, Noun};
use frontdesk::domain::mail::Part;
use frontdesk::domain::message::Direction;
use frontdesk::domain::time::Moment;
use frontdesk::store::message::NewMessage;
use frontdesk::store::search::{Field, Wanted};
use serde_json::Value;

const ODD: &[&str] = &[
    "",
    " ",
    "  two  blanks  ",
    "a\tb\r\nc\u{b}d",
    "Ёлки-палки ё й \u{438}\u{306}",
    "👩‍👩‍👧‍👦 🇷🇺 ok",
    "שלום \u{202e}evil\u{202c}",
    "o'brien \"quoted\" \\back\\slash 100% a_b $1 ?1 :x @y ; -- /* */",
    "\u{1}\u{7f}\u{85}\u{feff}\u{fffd}\u{10ffff}",
    "null",
    "'",
    "{}",
];

/// The undo of the last operation and its redo restore everything, odd or not.
fn goes_back_and_forth(stand: &mut Stand) {
    let (operation, after) = (stand.last(), stand.state());
    stand.undo(operation).unwrap();
    assert_ne!(stand.state(), after);
    stand.redo(operation).unwrap();
    assert_eq!(stand.state(), after);
}

both! {
    fn every_odd_text_survives(stand) {
        for (n, odd) in (1..).zip(ODD) {
            let new = NewTicket {
                subject: (*odd).to_owned(),
                text: Some((*odd).to_owned()),
                channel: Some((*odd).to_owned()),
                once: Some((*odd).to_owned()),
                tags: vec![(*odd).to_owned()],
                ..NewTicket::default()
            };
            assert_eq!(stand.does(|tx| ticket::open(tx, &new)), (n, true));
            goes_back_and_forth(stand);
            let t = stand.ticket(n);
            assert_eq!((t.subject.as_str(), t.channel.as_str(), t.once.as_deref()), (*odd, *odd, Some(*odd)));
            assert_eq!(stand.sees(|r| r.messages(n))[0].text, *odd);
            assert_eq!(stand.sees(|r| r.tags(n)), [*odd]);
            assert_eq!(stand.sees(|r| r.ticket_by_once(odd)), Some(n));
            assert_eq!(stand.sees(|r| r.tickets_with_tag(odd)), [n]);
            stand.does(|tx| { let at = tx.at; tx.apply([Event::about(Noun::Setting, 0, odd, &(), &odd, at)]) });
            goes_back_and_forth(stand);
            assert!(stand.sees(|r| r.settings()).contains(&((*odd).to_owned(), Value::from(*odd))));
            let client = stand.does(|tx| people::add_client(tx, &format!("h{n}"), odd, &[]));
            stand.does(|tx| { let at = tx.at; tx.apply([Event::about(Noun::Client, client.id, "note", &"", &format!("note {odd}"), at)]) });
            goes_back_and_forth(stand);
            let known = stand.sees(|r| r.client(client.id)).unwrap();
            assert_eq!((known.name.as_str(), known.note), (*odd, format!("note {odd}")));
        }
        stand.does(|tx| tx.rebuild_index());
    }

    fn texts_sort_by_their_code_points(stand) {
        let tags = ["я", "ё", "Я", "z", "Z", "a-b", "a_b", "ab", "1", "👍", "é"];
        stand.does(|tx| ticket::open(tx, &NewTicket { tags: tags.map(str::to_owned).to_vec(), ..NewTicket::default() }));
        let mut sorted = tags;
        sorted.sort_unstable();
        assert_eq!(stand.sees(|r| r.tags(1)), sorted);
        assert_eq!(stand.sees(|r| r.all_tags()).into_iter().map(|t| t.0).collect::<Vec<_>>(), sorted);
    }

    fn a_megabyte_of_text_survives_and_is_found(stand) {
        opened(stand, 1);
        // A log in which no word comes twice: more than an entry of the index holds.
        let long: String = (1..40_000_u128).map(|n| format!("{:064x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_0c3a_11d5_77ab))).collect();
        let prose = "Принтер снова не печатает. ".repeat(40_000);
        for text in [&long, &prose] {
            let id = stand.does(|tx| { let t = of(tx, 1)?; ticket::note(tx, &t, text) });
            assert_eq!(&stand.sees(|r| r.message(id)).unwrap().text, text);
        }
        let found = stand.sees(|r| r.hits(Field::Text, &[Wanted { term: "принтер".to_owned(), prefix: false }], None, 10));
        assert_eq!(found.len(), 1);
        let first = long.lines().nth(1).unwrap().to_owned();
        assert_eq!(stand.sees(|r| r.hits(Field::Text, &[Wanted { term: first, prefix: false }], None, 10)).len(), 1);
        stand.does(|tx| { tx.rebuild_index()?; ticket::open(tx, &NewTicket { subject: prose.clone(), ..NewTicket::default() }) });
        assert_eq!(stand.ticket(2).subject, prose);
    }

    fn the_limits_of_numbers_survive(stand) {
        opened(stand, 1);
        for at in [i64::MAX, i64::MIN, 0, -1, i64::from(i32::MAX) + 1, i64::from(u32::MAX) + 1] {
            let at = Some(Moment(at));
            let t = stand.ticket(1);
            stand.does(|tx| ticket::set(tx, &t, "due_at", &t.due_at, &at));
            goes_back_and_forth(stand);
            stand.does(|tx| ticket::set(tx, &t, "snoozed_until", &t.snoozed_until, &at));
            goes_back_and_forth(stand);
            assert_eq!((stand.ticket(1).due_at, stand.ticket(1).snoozed_until), (at, at));
        }
        let big = i64::MAX;
        let new = NewTicket { at: Some(Moment(i64::MIN)), due_at: Some(Moment(big)), ..NewTicket::default() };
        stand.does(|tx| ticket::open(tx, &new));
        assert_eq!(stand.ticket(2).opened_at, Moment(i64::MIN));
        stand.does(|tx| { let at = tx.at; tx.apply([Event::about(Noun::Link, big, &i64::MIN.to_string(), &false, &true, at)]) });
        assert_eq!(stand.sees(|r| r.links(big)), [i64::MIN]);
        stand.has_not_drifted();
    }

    fn nul_is_left_out_everywhere(stand) {
        let nul = |text: &str| text.replace('_', "\0");
        let new = NewTicket {
            subject: nul("_sub_ject_"),
            from: Some(nul("An_na")),
            text: Some(nul("te_xt")),
            tags: vec![nul("t_ag")],
            channel: Some(nul("ch_at")),
            once: Some(nul("on_ce")),
            ..NewTicket::default()
        };
        stand.does(|tx| ticket::open(tx, &new));
        goes_back_and_forth(stand);
        let t = stand.ticket(1);
        assert_eq!((t.subject.as_str(), t.channel.as_str(), t.once.as_deref()), ("subject", "chat", Some("once")));
        assert_eq!(stand.sees(|r| r.messages(1))[0].text, "text");
        assert_eq!(stand.sees(|r| r.tags(1)), ["tag"]);
        assert_eq!(stand.sees(|r| r.contact(t.requester.unwrap())).unwrap().name, "Anna");
        stand.does(|tx| { let at = tx.at; tx.apply([Event::about(Noun::Setting, 0, &nul("k_ey"), &(), &nul("v_alue"), at)]) });
        goes_back_and_forth(stand);
        stand.does(|tx| hours::log(tx, &hours::Work {
            ticket: Some(1), client: None, minutes: 1, day: "2026-11-20".parse().unwrap(), billable: true, text: nul("wo_rk"), activity: None, began: None, contract: None, corrects: None }));
        assert_eq!(stand.sees(|r| r.entry(1)).unwrap().text, "work");
        let at = stand.now;
        let deed = frontdesk::store::Deed { command: "no\0te", ..crate::stand::deed("mi\0la", frontdesk::domain::event::OperationKind::Do, at) };
        stand.store.write(&deed, false, |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "\0") }).unwrap();
        let last = stand.last();
        assert_eq!(stand.sees(|r| r.operation(last)).unwrap().command, "note");
        stand.does(|tx| tx.rebuild_index());
        assert_eq!(stand.sees(|r| r.hits(Field::Subject, &[Wanted { term: "subject".to_owned(), prefix: false }], None, 10)), [1]);
        stand.has_not_drifted();
    }

    fn a_mail_and_its_files_come_back_byte_for_byte(stand) {
        opened(stand, 1);
        let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
        let part = |name: &str| Part { name: name.to_owned(), media_type: "image/png".to_owned(), content: bytes.clone() };
        let attachments = [part("a\0b.png"), part("")];
        let raw = [b"Subject: x\r\n\r\n".as_slice(), &bytes, b"\0\xff\xfe"].concat();
        let id = stand.does(|tx| {
            let id = tx.next_ids(1)?;
            tx.put_message(&NewMessage {
                id, ticket: Some(1), direction: Some(Direction::In), author: "A\0nna", at: tx.at, text: "\0see file", raw: Some(&raw),
                attachments: &attachments, message_id: Some("<\0@x>"), automatic: Some("bulk"), content_key: Some(&[255; 32]), ..NewMessage::default()
            })?;
            let t = of(tx, 1)?;
            ticket::write(tx, &t, Direction::Note, &Author::default(), "", tx.at)?;
            Ok(id)
        });
        assert_eq!(stand.sees(|r| r.raw(id)), Some(raw));
        let m = stand.sees(|r| r.message(id)).unwrap();
        assert_eq!((m.author.as_str(), m.text.as_str(), m.message_id.as_deref()), ("Anna", "see file", Some("<@x>")));
        assert_eq!(m.attachments.iter().map(|a| (a.name.as_str(), a.bytes)).collect::<Vec<_>>(), [("ab.png", 5000), ("", 5000)]);
        assert!(stand.sees(|r| r.knows(&[255; 32])) && !stand.sees(|r| r.knows(&[0; 32])));
        assert_eq!(stand.rows("SELECT count(*) FROM blob"), ["1"], "the same bytes are kept once");
        assert_eq!(stand.sees(|r| r.rotten()), [""; 0]);
    }
}
