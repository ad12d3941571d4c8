//! Similar tickets on both engines: found through the index, apart from spam and what machines wrote, with who closed them.

use super::stand::{Stand, anna, of};
use frontdesk::actions::answers::{self as saved, Change};
use frontdesk::actions::reply::{self, Answer, Then};
use frontdesk::actions::similar::{advice, answers, more_like};
use frontdesk::actions::ticket::{self, NewTicket};
use frontdesk::domain::ticket::Reason;

fn told(stand: &mut Stand, subject: &str, text: &str) -> i64 {
    stand.does(|tx| ticket::open(tx, &NewTicket { text: Some(text.to_owned()), ..anna(subject) })).0
}

/// Tickets 1 to 3 about printers, the third one spam; 4 about an invoice; 5 about a printer again.
fn furnished(stand: &mut Stand) {
    told(stand, "Принтер не печатает", "Здравствуйте! Принтер на складе не печатает накладные.");
    told(stand, "Печать", "Накладные не печатаются, принтер на складе молчит.");
    told(stand, "Реклама", "Принтер на складе не печатает накладные? Купите!");
    told(stand, "Invoice", "Please send the invoice for May.");
    told(stand, "Снова принтер", "Принтер на складе перестал печатать накладную.");
}

fn close(stand: &mut Stand, agent: &str, id: i64, reason: Reason) {
    stand
        .by(agent, |tx| {
            let t = of(tx, id)?;
            ticket::close(tx, &t, reason)
        })
        .unwrap();
}

both! {
    fn what_says_the_same_is_found_and_teaches_labels_and_hands(stand) {
        furnished(stand);
        assert_eq!(stand.sees(|r| advice(r, 4)), Default::default(), "nothing is like the invoice");
        for id in [1, 2] {
            stand.does(|tx| { let t = of(tx, id)?; ticket::set_tag(tx, &t, "printer", true) });
            close(stand, "zoe", id, Reason::Solved);
        }
        stand.does(|tx| { let t = of(tx, 1)?; ticket::set_tag(tx, &t, "floor", true) });
        close(stand, "mila", 3, Reason::Spam);
        let advice = stand.sees(|r| advice(r, 5));
        let mut similar: Vec<i64> = advice.similar.iter().map(|s| s.number).collect();
        similar.sort_unstable();
        assert_eq!(similar, [1, 2]);
        assert!(advice.similar.iter().all(|s| s.reason == Some(Reason::Solved) && s.closed_at.is_some()));
        assert_eq!((advice.tags, advice.assignee.as_deref()), (vec!["printer".to_owned()], Some("zoe")));
        assert!(!stand.sees(|r| more_like(r, 5, &[4, 3, 2, 1, 5])).contains(&4));
        assert!(stand.sees(|r| more_like(r, 5, &[1, 4, 77])).iter().all(|n| *n == 1));
        assert_eq!(stand.sees(|r| more_like(r, 5, &[])), [0; 0]);
    }

    fn a_saved_answer_that_helped_is_suggested_until_its_reply_is_taken_back(stand) {
        furnished(stand);
        let change = |text: &str| Change { text: Some(text.to_owned()), ..Change::default() };
        let answer = stand.does(|tx| saved::add(tx, "toner", change("Замените тонер."))).id;
        stand.does(|tx| saved::add(tx, "other", change("Something else.")));
        let reply = Answer { text: "Замените тонер.".to_owned(), saved: Some(answer), then: Then::Closes(Reason::Solved), ..Answer::default() };
        let done = stand.by("zoe", |tx| reply::write(tx, 1, &reply, None)).unwrap();
        let (fits, before) = stand.sees(|r| answers(r, 5));
        assert_eq!(fits.iter().map(|f| (f.answer.name.as_str(), f.used)).collect::<Vec<_>>(), [("toner", 1)]);
        assert_eq!(fits[0].reason(), "used for a similar ticket");
        assert_eq!(before.iter().map(|b| (b.ticket.number, b.author.as_str(), b.text.as_str())).collect::<Vec<_>>(), [(1, "zoe", "Замените тонер.")]);
        assert_eq!(stand.sees(|r| r.answer_uses()).len(), 1);
        stand.undo(done.operation.unwrap()).unwrap();
        assert!(stand.sees(|r| r.answer_uses()).is_empty());
        assert!(stand.sees(|r| answers(r, 5)).0.is_empty());
    }
}
