//! Ratings that somebody writes down.

use crate::stage::Stage;
use serde_json::{Value, json};

fn desk() -> Stage {
    let stage = Stage::new();
    stage.all(&[
        "open 'Cannot log in' -f 'Ann Lee <ann@acme.test>' -a me",
        "open 'Slow' -f 'Bob <bob@b.test>'",
        "open 'Printer' -f 'Carl <carl@c.test>'",
    ]);
    stage
}

#[test]
fn a_rating_is_kept_with_whom_when_and_whose_it_is() {
    let stage = desk();
    let said = stage.desk("csat 1 5 -m 'quick and kind'");
    assert_eq!(
        (said.exit, said.out.as_str()),
        (0, "rated 5 of 5: 1  Cannot log in, by Ann Lee (ann@acme.test)\n"),
        "{said:?}"
    );
    assert!(said.talk.contains("desk undo"), "{said:?}");
    let list = stage.json("csat ls");
    assert_eq!(
        list,
        json!([{ "at": "2026-11-20T12:00:00Z", "score": 5, "ticket": 1, "contact": "Ann Lee", "client": "acme.test",
            "agent": "mila", "comment": "quick and kind" }])
    );
    assert_eq!(stage.of(1, "ratings"), list);
    let shown = stage.ok("show 1");
    assert!(shown.contains("5 of 5 on 2026-11-20 by Ann Lee: quick and kind"), "{shown}");
    let history = stage.ok("history 1");
    assert!(history.contains("csat 5"), "{history}");
    stage.ok("undo");
    assert_eq!((stage.json("csat ls"), stage.of(1, "ratings")), (json!([]), json!([])));
    stage.ok("redo");
    assert_eq!(stage.json("csat ls"), list);
}

#[test]
fn of_a_ticket_the_latest_counts_and_it_is_said() {
    let stage = desk();
    stage.ok("csat 1 2 --at 2026-11-10");
    let again = stage.desk("csat 1 4");
    assert!(again.talk.contains("it was 2 of 5 on Tue 2026-11-10: the latest counts"), "{again:?}");
    let older = stage.desk("csat 1 1 --at 2026-11-05");
    assert!(older.talk.contains("4 of 5 on Fri 2026-11-20 is later: that counts"), "{older:?}");
    assert!(older.out.starts_with("rated 1 of 5 on Thu 2026-11-05: 1  Cannot log in"), "{older:?}");
    stage.ok("csat 2 3 --by ann@acme.test");
    let page = stage.json("csat");
    assert_eq!(page["csat"], json!({ "n": 2, "percent": 50.0 }));
    assert_eq!(page["period"], json!({ "from": "2026-10-24", "to": "2026-11-20" }));
    let scores: Vec<i64> = page["ratings"].as_array().unwrap().iter().map(|r| r["score"].as_i64().unwrap()).collect();
    assert_eq!(scores, [3, 4, 2, 1]);
    let text = stage.ok("csat");
    assert!(text.contains("50.0 % of 2 tickets were rated 4 or 5 (n = 2, too few to judge)"), "{text}");
    assert!(stage.ok("show 1").contains("4 of 5 on 2026-11-20 by Ann Lee (before: 2 more)"));
    assert_eq!(stage.json("csat ls in:2026-11-10").as_array().unwrap().len(), 1);
    assert_eq!(stage.json("csat ls client:b.test").as_array().unwrap().len(), 1);
}

#[test]
fn who_had_the_ticket_then_is_credited_and_not_who_has_it_now() {
    let stage = desk();
    stage.as_agent("oleg").ok("take 1");
    let later = stage.at("2026-11-20T15:00:00Z");
    later.ok("take 1");
    later.ok("csat 1 5 --at '2026-11-20 14:00'");
    later.at("2026-11-20T16:00:00Z").ok("csat 1 4");
    let list = later.json("csat ls");
    let agents: Vec<&str> = list.as_array().unwrap().iter().map(|r| r["agent"].as_str().unwrap()).collect();
    assert_eq!(agents, ["mila", "oleg"]);
}

#[test]
fn what_is_no_score_no_ticket_or_spam_is_refused() {
    let stage = desk();
    for wrong in ["0", "6", "-1", "4.5", "good", "+5"] {
        let said = stage.desk(&format!("csat 1 {wrong}"));
        assert_eq!((said.exit, said.out.as_str()), (2, ""), "{wrong}: {said:?}");
    }
    assert!(stage.refused("csat 1 6", 2).contains("a whole number from 1 (bad) to 5 (great)"));
    assert!(stage.refused("csat 9 5", 3).contains("ticket 9 does not exist"));
    assert!(stage.refused("csat 1", 2).contains("how was it rated?"));
    assert!(stage.refused("csat 1 5 --at 2026-12-24", 2).contains("future"));
    assert!(stage.refused("csat 1 5 --by nobody@x.test", 3).contains("nobody@x.test"));
    stage.all(&["spam 2", "merge 3 --into 1"]);
    assert!(stage.refused("csat 2 5", 1).contains("ticket 2 is spam"));
    assert!(stage.refused("csat 3 5", 1).contains("work on 1"));
    assert_eq!(stage.json("csat ls"), json!([]));
    assert!(stage.ok("csat").contains("nobody has said anything"));
}

#[test]
fn spam_and_muted_tickets_leave_the_list_and_the_figure() {
    let stage = desk();
    stage.all(&["csat 1 1", "csat 2 5", "spam 1"]);
    assert_eq!(stage.json("csat")["csat"], json!({ "n": 1, "percent": 100.0 }));
    stage.ok("mute bob@b.test");
    assert_eq!(stage.json("csat")["csat"]["percent"], Value::Null);
}

#[test]
fn ratings_go_with_a_merge_and_come_back_with_its_undo() {
    let stage = desk();
    stage.all(&["csat 2 5", "merge 2 --into 1"]);
    assert_eq!(stage.of(1, "ratings")[0]["score"], 5);
    stage.ok("undo");
    assert_eq!((stage.of(1, "ratings"), stage.of(2, "ratings")[0]["score"].clone()), (json!([]), json!(5)));
}

#[test]
fn of_a_contact_the_latest_answer_counts() {
    let stage = desk();
    let said = stage.desk("nps ann@acme.test 9 -m 'would miss it'");
    assert_eq!((said.exit, said.out.as_str()), (0, "rated 9 of 10: Ann Lee (ann@acme.test)\n"), "{said:?}");
    stage.ok("nps Bob 3 --at 2026-11-01");
    assert!(stage.desk("nps bob@b.test 7").talk.contains("it was 3 of 10 on Sun 2026-11-01: the latest counts"));
    stage.ok("nps carl@c.test 0");
    let page = stage.json("nps");
    assert_eq!(page["nps"], json!({ "n": 3, "score": 0.0 }));
    let text = stage.ok("nps");
    assert!(text.contains("NPS 0.0: 1 of 3 would recommend us, 1 would not (n = 3, too few to judge)"), "{text}");
    let of_acme = stage.json("nps ls client:acme.test");
    assert_eq!(
        of_acme,
        json!([{ "at": "2026-11-20T12:00:00Z", "score": 9, "ticket": null, "contact": "Ann Lee", "client": "acme.test",
            "agent": null, "comment": "would miss it" }])
    );
    assert!(stage.refused("nps ann@acme.test 11", 2).contains("10 (surely)"));
    assert!(stage.refused("nps nobody@x.test 9", 3).contains("nobody@x.test"));
    assert_eq!(stage.json("csat ls"), json!([]));
    stage.ok("contact merge bob@b.test --into carl@c.test");
    assert_eq!(stage.json("nps")["nps"]["n"], 2);
    stage.ok("undo");
    assert_eq!(stage.json("nps")["nps"]["n"], 3);
}

#[test]
fn a_bad_rating_is_news_to_others() {
    let stage = desk();
    stage.all(&["csat 1 2 -m 'nobody called back'", "csat 2 5", "csat 3 3"]);
    let news = stage.as_agent("oleg").json("news");
    let rated: Vec<&Value> = news.as_array().unwrap().iter().filter(|n| n["kind"] == "rated").collect();
    assert_eq!(rated.len(), 1, "{news}");
    assert_eq!(
        (rated[0]["number"].clone(), rated[0]["detail"].clone(), rated[0]["agent"].clone()),
        (json!(1), json!("2 of 5: nobody called back"), json!("mila"))
    );
    let own = stage.json("news");
    assert!(own.as_array().unwrap().iter().all(|n| n["kind"] != "rated"), "{own}");
}
