//! Answers that were only said, drafts, and what others did since somebody looked.

use super::stand::{Stand, of, opened};
use frontdesk::actions::looked::{after, bookmark, looks, unseen};
use frontdesk::actions::reply::{self, Answer, Then, Worked};
use frontdesk::actions::ticket;
use frontdesk::domain::answer::Draft;
use frontdesk::domain::mail::Part;
use frontdesk::domain::ticket::{Reason, Status};
use frontdesk::error::Result;
use frontdesk::store::Tx;

fn taken_back<T>(stand: &mut Stand, deed: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> T {
    let before = stand.state();
    let done = stand.by("mila", deed).unwrap();
    let (operation, after) = (done.operation.unwrap(), stand.state());
    assert_ne!(before, after);
    for _ in 0..2 {
        stand.undo(operation).unwrap();
        assert_eq!(stand.state(), before, "undo");
        stand.redo(operation).unwrap();
        assert_eq!(stand.state(), after, "redo");
        stand.has_not_drifted();
    }
    done.value
}

fn said(text: &str) -> Answer {
    Answer { text: text.to_owned(), ..Answer::default() }
}

fn draft(text: &str) -> Draft {
    let (to, cc) = (vec![("Ann".to_owned(), "ann@acme.test".to_owned())], Vec::new());
    let (id, agent, at) = (0, 0, frontdesk::domain::time::Moment(0));
    Draft {
        id,
        agent,
        at,
        text: text.to_owned(),
        to,
        cc,
        only: true,
        quote: Some(false),
        then: Some("closed".to_owned()),
        answer: None,
    }
}

fn told(stand: &mut Stand, agent: &str, mark: i64) -> Vec<String> {
    let changes = stand.sees(|r| {
        let me = r.agent_named(agent)?.map(|a| a.id);
        after(r, 1, me, mark)
    });
    changes.iter().map(|c| format!("{} {}: {}", c.who, c.deed, c.line)).collect()
}

both! {
    fn an_answer_that_was_said_is_one_deed(stand) {
        opened(stand, 1);
        let file = Part { name: "a.txt".to_owned(), media_type: "text/plain".to_owned(), content: b"a".to_vec() };
        let worked = Some(Worked { minutes: 15, day: "2026-11-20".parse().unwrap(), sure: false });
        let answer = Answer { files: vec![file], then: Then::Closes(Reason::Workaround), worked, ..said("By phone.") };
        let kept = taken_back(stand, |tx| reply::write(tx, 1, &answer, None));
        assert_eq!((kept.status, kept.posting), (Status::Closed, None));
        let last = stand.sees(|r| r.messages(1)).pop().unwrap();
        assert_eq!((last.id, last.text.as_str(), last.attachments.len()), (kept.message, "By phone.", 1));
        assert_eq!(stand.ticket(1).standing.reason, Some(Reason::Workaround));
    }

    fn an_answer_ends_the_draft_that_it_was(stand) {
        opened(stand, 1);
        stand.by("oleg", |tx| reply::draft(tx, 1, &draft("his"), &[])).unwrap();
        let his = stand.sees(|r| r.draft(1)).unwrap();
        stand.does(|tx| reply::write(tx, 1, &said("mine"), None));
        assert_eq!(stand.sees(|r| r.draft(1)), Some(his.clone()), "a colleague's draft stays");
        let used = Answer { draft: Some(his), ..said("his") };
        taken_back(stand, |tx| reply::write(tx, 1, &used, None));
        assert_eq!(stand.sees(|r| r.draft(1)), None);
        assert!(stand.refused(|tx| reply::write(tx, 1, &used, None)).what.contains("has changed meanwhile"));
    }

    fn drafts_take_turns_and_come_back_with_their_files(stand) {
        opened(stand, 1);
        let file = Part { name: "a.txt".to_owned(), media_type: "text/plain".to_owned(), content: b"a".to_vec() };
        taken_back(stand, |tx| reply::draft(tx, 1, &draft("one"), std::slice::from_ref(&file)));
        let one = stand.sees(|r| r.draft(1)).unwrap();
        taken_back(stand, |tx| reply::draft(tx, 1, &draft("two"), &[]));
        assert!(stand.sees(|r| r.draft_files(one.id)).len() == 1);
        taken_back(stand, |tx| reply::discard(tx, 1));
        assert!(stand.refused(|tx| reply::discard(tx, 1)).what.contains("no draft on 1"));
    }

    fn what_others_did_since_a_change_is_told(stand) {
        opened(stand, 2);
        let mark = stand.last();
        stand.does(|tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "mine") });
        stand.by("oleg", |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "his\nmore") }).unwrap();
        stand.by("oleg", |tx| reply::write(tx, 1, &said("He answers."), None)).unwrap();
        stand.by("oleg", |tx| { let t = of(tx, 1)?; ticket::set_tag(tx, &t, "vip", true) }).unwrap();
        stand.by("oleg", |tx| { let t = of(tx, 1)?; ticket::close(tx, &t, Reason::Solved) }).unwrap();
        stand.by("oleg", |tx| { let (a, b) = (of(tx, 2)?, of(tx, 1)?); ticket::merge(tx, &a, &b) }).unwrap();
        let expected = ["oleg noted: his", "oleg answered: He answers.", "oleg closed it as solved: ", "oleg merged 1 message into it: "];
        assert_eq!(told(stand, "mila", mark), expected);
        assert_eq!(told(stand, "oleg", mark), ["mila noted: mine"]);
        let last = stand.last();
        assert!(told(stand, "mila", last).is_empty());
        stand.by("ivan", |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "taken back") }).unwrap();
        let note = stand.last();
        stand.undo(note).unwrap();
        assert!(told(stand, "mila", last).is_empty(), "what was taken back is no news");
    }

    fn a_look_is_noted_where_something_is_new(stand) {
        opened(stand, 1);
        let marks = stand.sees(|r| looks(r, "mila", &[1]));
        assert_eq!(marks.len(), 1);
        assert!(stand.sees(|r| looks(r, "nobody", &[1])).is_empty());
        stand.store.bookmark("mila", &[(bookmark(1).as_str(), marks[0].1)]).unwrap();
        assert!(stand.sees(|r| looks(r, "mila", &[1])).is_empty(), "nothing is new");
        stand.by("oleg", |tx| { let t = of(tx, 1)?; ticket::note(tx, &t, "news") }).unwrap();
        assert_eq!(stand.sees(|r| looks(r, "mila", &[1])).len(), 1);
        assert!(stand.sees(|r| looks(r, "mila", &[1; 21])).is_empty(), "who takes everything out looks at nothing");
        let now = stand.now;
        let seen = stand.sees(|r| {
            let me = r.agent_named("mila")?.map(|a| a.id);
            unseen(r, 1, me, now)
        });
        assert_eq!(seen.len(), 1);
        stand.does(|tx| reply::write(tx, 1, &said("Now I know."), None));
        assert!(stand.sees(|r| looks(r, "mila", &[1])).is_empty(), "an answer is a look");
    }
}
