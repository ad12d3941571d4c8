//! Full text: finished terms, whatever people type, newest first, page by page.

use super::stand::{Stand, anna, of, opened};
use frontdesk::actions::ticket::{self, NewTicket};
use frontdesk::domain::event::{Event, Noun};
use frontdesk::domain::words;
use frontdesk::store::search::{Field, Wanted};

/// The words as `find` looks for them; one with a star at its end finds what begins so.
fn wanted(text: &str) -> Vec<Wanted> {
    let terms = match text.strip_suffix('*') {
        Some(beginning) => words::prefix_terms(beginning),
        None => words::terms(text),
    };
    terms.into_iter().map(|t| Wanted { term: t.trim_end_matches('*').to_owned(), prefix: t.ends_with('*') }).collect()
}

fn find(stand: &mut Stand, field: Field, text: &str) -> Vec<i64> {
    stand.sees(|r| r.hits(field, &wanted(text), None, 100))
}

/// The tickets that show the messages found.
fn tickets(stand: &mut Stand, text: &str) -> Vec<i64> {
    let messages = find(stand, Field::Text, text);
    stand.sees(|r| r.tickets_of_messages(&messages)).into_iter().map(|(_, ticket)| ticket).collect()
}

fn told(stand: &mut Stand, subject: &str, text: &str) -> i64 {
    stand.does(|tx| ticket::open(tx, &NewTicket { text: Some(text.to_owned()), ..anna(subject) })).0
}

both! {
    fn word_forms_meet(stand) {
        told(stand, "Принтеры не печатали", "Ошибка записи на всех принтерах, ёлки");
        told(stand, "Printing fails", "The printers were printing, now they stopped");
        for text in ["принтер", "ПРИНТЕРОВ", "печатает принтер", "ошибок", "елка", "ЁЛКОЙ записью"] {
            assert_eq!(tickets(stand, text), [1], "{text}");
        }
        for text in ["printer", "prints", "PRINTED", "stopping printer"] {
            assert_eq!(tickets(stand, text), [2], "{text}");
        }
        for text in ["принтер printer", "сканер", "print scan", "prin"] {
            assert_eq!(tickets(stand, text), [0; 0], "{text}");
        }
        assert_eq!(tickets(stand, "prin*"), [2]);
        assert_eq!(tickets(stand, "прин*"), [1]);
        assert_eq!(tickets(stand, "print fail st*"), [2], "the last word alone is a beginning");
    }

    fn subjects_names_and_texts_are_told_apart(stand) {
        let id = told(stand, "Router broken", "the cable is loose");
        stand.does(|tx| { let t = of(tx, id)?; ticket::set_tag(tx, &t, "urgentissimo", true) });
        assert_eq!(find(stand, Field::Subject, "router"), [id]);
        assert_eq!(find(stand, Field::Subject, "cable"), [0; 0]);
        assert_eq!(find(stand, Field::Subject, "anna"), [0; 0]);
        for about in ["router", "anna", "acme.test", "anna@acme.test", "urgentissimo", "router anna"] {
            assert_eq!(find(stand, Field::About, about), [id], "{about}");
        }
        assert_eq!(find(stand, Field::About, "cable"), [0; 0]);
        assert_eq!(tickets(stand, "router cable anna"), [id], "a mail is found by its subject, its text and its author together");
    }

    fn the_index_follows_what_changes(stand) {
        let id = told(stand, "Router broken", "the cable is loose");
        let t = stand.ticket(id);
        stand.does(|tx| ticket::set(tx, &t, "subject", &t.subject, &"Modem broken".to_owned()));
        assert_eq!((find(stand, Field::Subject, "router"), find(stand, Field::Subject, "modem")), (vec![], vec![id]));
        let change = stand.last();
        stand.undo(change).unwrap();
        assert_eq!((find(stand, Field::Subject, "router"), find(stand, Field::Subject, "modem")), (vec![id], vec![]));
        stand.does(|tx| { let t = of(tx, id)?; ticket::set_tag(tx, &t, "cabling", true) });
        assert_eq!(find(stand, Field::About, "cabling"), [id]);
        let contact = t.requester.unwrap();
        stand.does(|tx| { let at = tx.at; tx.apply([Event::about(Noun::Contact, contact, "name", &"Anna", &"Johanna", at)]) });
        assert_eq!((find(stand, Field::About, "johanna"), find(stand, Field::About, "router johanna")), (vec![id], vec![id]));
    }

    fn what_was_taken_back_is_not_found(stand) {
        opened(stand, 1);
        told(stand, "Router broken", "the cable is loose");
        let opening = stand.last();
        stand.undo(opening).unwrap();
        assert_eq!((find(stand, Field::About, "router"), tickets(stand, "cable")), (vec![], vec![]));
        stand.redo(opening).unwrap();
        assert_eq!((find(stand, Field::About, "router"), tickets(stand, "cable")), (vec![2], vec![2]));
        stand.undo(opening).unwrap();
        stand.does(|tx| tx.rebuild_index());
        assert_eq!((find(stand, Field::About, "router"), tickets(stand, "cable"), tickets(stand, "problem")), (vec![], vec![], vec![1]));
    }

    fn a_rebuilt_index_finds_the_same(stand) {
        opened(stand, 3);
        told(stand, "Принтер", "Не печатает «ёлку» на 3-м этаже");
        stand.does(|tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "заменить картридж") });
        stand.does(|tx| { let t = of(tx, 2)?; ticket::set_tag(tx, &t, "billing", true) });
        let words = ["принтер", "елка", "3", "help", "problem 2", "картриджа", "billing", "anna", "mila"];
        let look = |stand: &mut Stand| -> Vec<Vec<i64>> {
            let fields = [Field::Subject, Field::About, Field::Text];
            words.iter().flat_map(|w| fields.map(|f| (f, *w))).map(|(f, w)| find(stand, f, w)).collect()
        };
        let before = look(stand);
        assert!(before.iter().filter(|hits| !hits.is_empty()).count() > 12, "{before:?}");
        let done = stand.by("mila", |tx| { tx.rebuild_index()?; let t = of(tx, 3)?; ticket::set_tag(tx, &t, "x", true) }).unwrap();
        assert!(done.operation.is_some());
        assert_eq!(look(stand), before);
    }

    fn pages_hold_everything_once_newest_first(stand) {
        for n in 0..25 {
            told(stand, &format!("Router {n}"), "the cable is loose");
        }
        for field in [Field::Subject, Field::About, Field::Text] {
            let word = wanted(if field == Field::Text { "cable" } else { "router" });
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let page = stand.sees(|r| r.hits(field, &word, after, 7));
                assert!(page.len() <= 7);
                let Some(last) = page.last() else { break };
                after = Some(*last);
                all.extend(page);
            }
            assert_eq!(all.len(), 25, "{field:?}");
            assert!(all.is_sorted_by(|a, b| a > b), "{field:?}: {all:?}");
        }
    }

    fn hostile_words_are_words(stand) {
        told(stand, "It's \"broken\" NEAR(here) OR there", "C:\\path\\to a&b|c !d (e) f:* <-> {subject} : x* -y ^z");
        told(stand, "plain", "nothing odd here");
        let hostile = [
            "\"", "*", "**", "NEAR(", "NEAR(broken here)", "'", "''", "\\", "\\'", ":", "a:*", "&|!()", "<->", "<2>", "{subject}", "subject:broken",
            "broken\"here", "a'b", "a\\", "a' | 'b", "\" OR \"", "AND", "OR", "NOT", "-", "^broken", "+", "%", "_", "?1", "$1", ";", "--",
            "search", "rowid", "\0", "a\0b", " ", "a b", "", "😀", "ё'", "«»", "\u{301}", "{", "[0;1]", "a-b.c@d",
        ];
        for text in hostile {
            for field in [Field::Subject, Field::About, Field::Text] {
                for prefix in [false, true] {
                    let raw = [Wanted { term: text.to_owned(), prefix }];
                    let found = stand.store.read(|r| r.hits(field, &raw, None, 10));
                    assert!(found.is_ok_and(|ids| ids.len() <= 1), "{text:?} as it is in {field:?}");
                    let mut terms = wanted(text);
                    terms.iter_mut().for_each(|w| w.prefix = prefix);
                    assert!(stand.store.read(|r| r.hits(field, &terms, None, 10)).is_ok(), "{text:?} in {field:?}");
                }
            }
        }
        for (text, found) in [("it's broken", vec![1]), ("C:\\path", vec![1]), ("a&b", vec![1]), ("NEAR(here)", vec![1]), ("\" here", vec![2, 1]), ("odd'", vec![2])] {
            assert_eq!(tickets(stand, text), found, "{text}");
        }
    }

    fn the_language_of_a_word_is_its_letters(stand) {
        told(stand, "1С:Предприятие v8.3", "Ошибка ERR_CONNECTION 0x80070005 на сервере srv-01, тел. +7 921 555-01-02");
        for text in ["1с предприятия", "v8.3", "err_connection", "0x80070005", "srv-01", "921 555", "ошибки сервера"] {
            assert_eq!(tickets(stand, text), [1], "{text}");
        }
    }
}
