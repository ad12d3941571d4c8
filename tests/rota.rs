//! Duty, absences and limits; what a plan buys; VIPs; and the queue that is watched: whole commands on a desk of their own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]
#![cfg_attr(feature = "postgres", expect(clippy::expect_used, reason = "the same, of the server of the tests"))]

#[cfg(feature = "postgres")]
#[path = "store/cluster.rs"]
mod cluster;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "cli/stage.rs"]
mod stage;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "triage/terminal.rs"]
mod terminal;
#[cfg(feature = "postgres")]
#[path = "rota/wire.rs"]
mod wire;

use frontdesk::formats::ics::holidays;
use rustix::process::Signal;
use serde_json::{Value, json};
use stage::Stage;
use terminal::Terminal;

/// Friday the 20th: mila has duty on Mondays and Fridays, oleg on Tuesdays.
fn team() -> Stage {
    let stage = Stage::new();
    stage.all(&[
        "agent add mila",
        "agent add oleg",
        "agent add ana",
        "config set rota.mon mila",
        "config set rota.tue oleg,mila",
        "config set rota.fri mila",
    ]);
    stage
}

fn assignee(stage: &Stage, ticket: i64) -> Value {
    stage.of(ticket, "assignee")
}

#[test]
fn a_rota_in_a_file_is_refused_with_line_and_column_and_taken_whole() {
    let stage = team();
    let file = stage.path("rota.toml");
    let apply = |text: &str| {
        std::fs::write(&file, text).unwrap();
        stage.run(&["config", "apply", file.to_str().unwrap()])
    };
    for (text, said) in [
        ("[rota]\nmonday = [\"mila\"]\n", ":2:1: there is no key monday in the rota"),
        (
            "[rota]\nwed = [\"mila\"]\naway = { mila = [\"2026-02-30\"] }\n",
            ":3:18: rota.away.mila: \"2026-02-30\" is impossible",
        ),
        (
            "[rota]\naway = { mila = [\"2026-12-14..2026-12-01\"] }\n",
            ":2:18: rota.away.mila: \"2026-12-14..2026-12-01\" is impossible",
        ),
        ("[plan.pro]\nagent = [\"mila\"]\n", ":2:1: there is no key agent in the plan pro"),
    ] {
        let refused = apply(text);
        assert_eq!(refused.exit, 2, "{refused:?}");
        assert!(refused.talk.contains(said), "{refused:?}");
    }
    assert_eq!(stage.json("config get rota.mon")["value"], json!(["mila"]));
    for (text, place) in [
        ("[rota]\nweeks = [\"mila\", \"olga\"]\nfrom = \"2026-11-02\"\n", ":2:18: "),
        ("[rota]\nmon = [\"mila\"]\naway = { olga = [\"2026-12-24\"] }\n", ":3:10: "),
        ("[rota]\nmon = [\"mila\"]\nlimit = { olga = 3, default = 5 }\n", ":3:11: "),
    ] {
        let refused = apply(text);
        let what = format!("{place}nobody in the team is called olga");
        assert!(refused.exit == 3 && refused.talk.contains(&what), "{refused:?}");
        assert!(refused.talk.contains("to take him in: desk agent add olga"), "{refused:?}");
    }
    assert!(stage.refused("config set rota.wed olga", 3).contains("nobody in the team is called olga"));
    assert!(stage.refused("config set rota.wed mila,Mila", 2).contains("Mila stands there already"));
    // A new desk has no team yet: then it is said.
    let file = stage.path("rota.toml").display().to_string();
    let fresh = stage.with("DESK_FILE", &stage.path("fresh.db").display().to_string());
    let done = fresh.run(&["config", "apply", &file]);
    assert!(done.exit == 0 && done.talk.contains("nobody in the team is called olga: desk agent add olga"), "{done:?}");
    let done = apply("[rota]\nweeks = [\"mila\", \"oleg\"]\nfrom = \"2026-11-02\"\n");
    assert_eq!(done.exit, 0, "{done:?}");
    assert_eq!(apply("[rota]\nweeks = [\"mila\", \"oleg\"]\nfrom = \"2026-11-02\"\n").out, "");
    stage.ok("undo");
    assert_eq!(stage.json("config get rota.mon")["value"], json!(["mila"]));
}

#[test]
fn duty_is_told_day_by_day_with_absences_and_limits() {
    let stage = team();
    stage.all(&["config set rota.limit.mila 1", "open one", "assign 1 mila", "agent away mila 2026-11-23..2026-11-24"]);
    let page = stage.json("agent rota 5d");
    assert_eq!((&page["from"], &page["to"]), (&json!("2026-11-20"), &json!("2026-11-24")));
    let day = |n: usize| page["days"][n].clone();
    assert_eq!(
        day(0),
        json!({ "day": "2026-11-20", "weekday": "fri", "duty": ["mila"], "away": [], "stands_in": false })
    );
    assert_eq!(day(1)["duty"], json!([]));
    assert_eq!(
        day(3),
        json!({ "day": "2026-11-23", "weekday": "mon", "duty": ["oleg"], "away": ["mila"], "stands_in": true })
    );
    assert_eq!(day(4)["duty"], json!(["oleg"]));
    assert_eq!(page["absences"], json!([{ "agent": "mila", "first": "2026-11-23", "last": "2026-11-24" }]));
    assert_eq!(page["full"], json!([{ "agent": "mila", "open": 1, "limit": 1 }]));
    let text = stage.ok("agent rota 5d");
    assert!(text.contains("2026-11-23  Mon  oleg  mila is away, oleg stands in\n"), "{text}");
    assert_eq!(stage.json("agent rota")["days"].as_array().unwrap().len(), 14);
    assert!(stage.ok("").contains("duty: mila"), "{}", stage.ok(""));
    assert_eq!(stage.at("2026-11-23T09:00:00Z").json("")["duty"], json!(["oleg"]));
    assert!(Stage::new().refused("agent rota", 3).contains("no desk yet"));
}

#[test]
fn an_absence_is_a_change_that_can_be_taken_back() {
    let stage = team();
    stage.all(&["open one", "assign 1 mila"]);
    let away = stage.desk("agent away mila 2026-11-20..2026-12-04,2026-12-24");
    assert_eq!(away.out, "mila is away 2026-11-20..2026-12-04, 2026-12-24\n");
    assert!(away.talk.contains("1 ticket of the queue is still his: desk ls who:mila"), "{away:?}");
    assert_eq!(stage.json("config get rota.away.mila")["value"], json!(["2026-11-20..2026-12-04", "2026-12-24"]));
    assert!(stage.refused("agent away MILA 2026-12-01", 1).contains("mila is away then already"));
    let back = stage.at("2026-11-25T09:00:00Z").ok("agent back mila");
    assert_eq!(back, "mila is back; away again 2026-12-24\n");
    assert_eq!(stage.json("config get rota.away.mila")["value"], json!(["2026-11-20..2026-11-24", "2026-12-24"]));
    assert!(stage.at("2026-11-25T09:00:00Z").refused("agent back mila", 1).contains("desk agent back mila 2026-12-24"));
    stage.ok("undo");
    assert_eq!(stage.json("config get rota.away.mila")["value"], json!(["2026-11-20..2026-12-04", "2026-12-24"]));
    stage.ok("undo");
    stage.refused("config get rota.away.mila", 3);
    assert!(stage.refused("agent away olga today", 3).contains("there is no agent olga"));
    assert!(stage.refused("agent away mila 2026-02-30", 2).contains("there is no such day"));
    let bare = stage.desk("agent away oleg,mila today");
    assert_eq!(bare.exit, 3);
    stage.ok("agent away oleg 2026-11-24");
    let last = stage.desk("agent away mila 2026-11-24");
    assert!(last.talk.contains("nobody is left for duty on 2026-11-24"), "{last:?}");
}

#[test]
fn a_calendar_program_gets_every_day_of_duty_once() {
    let stage = team();
    stage.ok("agent away mila 2026-11-23");
    let said = stage.ok("agent rota 12d --format ics");
    let days = holidays(&said, "x.ics").unwrap().texts();
    assert_eq!(days, ["2026-11-20", "2026-11-23..2026-11-24", "2026-11-27", "2026-11-30..2026-12-01"]);
    assert!(said.lines().all(|line| line.len() <= 76) && said.contains("\r\nSUMMARY:duty: oleg\r\n"), "{said}");
    assert!(said.contains("DESCRIPTION:mila is away\\, oleg stands in\r\n"), "{said}");
    let uids = |text: &str| text.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (uids(&said), uids(&stage.at("2026-11-23T09:00:00Z").ok("agent rota 12d --format ics")));
    assert!(other.contains(&one[1]) && one.len() == 8, "{one:?} {other:?}");
    let file = stage.path("rota.ics");
    stage.ok(&format!("agent rota 12d -o {}", file.display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), said);
    assert!(stage.desk("ls --format ics").talk.contains("there is no format ics"));
}

#[test]
fn next_is_who_has_duty_then_who_has_the_fewest() {
    let stage = team();
    stage.all(&["open one", "open two", "open three", "open four"]);
    let said = stage.ok("assign 1,2 next");
    assert_eq!(said, "assigned to mila (on duty, 0 open): 1  one\nassigned to mila (on duty, 1 open): 2  two\n");
    stage.ok("config set rota.limit 3");
    stage.ok("assign 3,4 next");
    assert_eq!([assignee(&stage, 3), assignee(&stage, 4)], [json!("mila"), json!("ana")]);
    // On a day without duty: the fewest.
    let saturday = stage.at("2026-11-21T09:00:00Z");
    saturday.ok("open five");
    assert_eq!(saturday.ok("assign 5 next"), "assigned to oleg (0 open): 5  five\n");
}

#[test]
fn several_tickets_are_spread_over_those_on_duty() {
    let stage = team().at("2026-11-24T09:00:00Z");
    stage.all(&["open one", "open two", "open three"]);
    stage.ok("assign 1-3 next");
    assert_eq!([1, 2, 3].map(|n| assignee(&stage, n)), [json!("oleg"), json!("mila"), json!("oleg")]);
    stage.all(&["open four", "agent away oleg today"]);
    assert_eq!(stage.ok("assign 4 next"), "assigned to mila (on duty, 1 open): 4  four\n");
}

#[test]
fn where_everybody_is_full_a_ticket_stays_nobodys() {
    let stage = team();
    stage.all(&["config set rota.limit 1", "agent off ana", "agent away oleg 2026-11-20", "open one", "open two"]);
    let said = stage.desk("assign 1,2 next");
    assert_eq!((said.exit, said.out.as_str()), (1, "assigned to mila (on duty, 0 open): 1  one\n"));
    assert!(
        said.talk.contains("ticket 2 stays nobody's: mila has 1 of 1, oleg is away until 2026-11-20: two"),
        "{said:?}"
    );
    assert_eq!(assignee(&stage, 2), Value::Null);
    assert!(stage.refused("assign 2 next", 1).contains("ticket 2 stays nobody's"));
}

#[test]
fn what_is_outside_a_plan_is_marked_and_agents_of_the_plan_go_first() {
    let stage = team();
    stage.all(&[
        "client add acme \"Acme GmbH\" --domain acme.test --plan pro",
        "open one -f ann@acme.test --channel phone",
        "open two -f ann@acme.test --channel email",
    ]);
    assert!(!stage.ok("ls").contains("outside"));
    stage.all(&[
        "config set plan.pro.channels email",
        "config set plan.pro.agents oleg",
        "config set plan.pro.about '4 h a month'",
    ]);
    assert_eq!(stage.of(1, "outside_plan"), json!("channel phone"));
    assert_eq!(stage.of(2, "outside_plan"), Value::Null);
    assert!(stage.ok("show 1").contains("outside the plan pro: channel phone"));
    assert!(stage.ok("ls").lines().any(|line| line.contains("outside") && line.contains("one")));
    assert!(stage.ok("").contains("outside"));
    assert_eq!(stage.ok("assign 2 next"), "assigned to oleg (of the plan pro, 0 open): 2  two\n");
    stage.ok("assign 2 mila");
    assert_eq!(stage.of(2, "outside_plan"), json!("agent mila"));
    let page = stage.json("client show acme");
    assert_eq!(page["plan_terms"], json!({ "agents": ["oleg"], "channels": ["email"], "about": "4 h a month" }));
    assert!(stage.ok("client show acme").contains("by email, oleg answers, 4 h a month"));
    // JSON of lists stays as it is.
    assert!(stage.json("ls")[0].get("outside_plan").is_none());
}

#[test]
fn vips_go_before_others_at_equal_need() {
    let stage = Stage::new();
    stage.all(&[
        "client add acme Acme --domain acme.test",
        "client add basic Basic --domain basic.test",
        "open old -f bob@basic.test --at 2026-11-16T09:00:00Z",
        "open young -f ann@acme.test --at 2026-11-19T09:00:00Z",
        "open urgent -f bob@basic.test -p urgent",
        "open promised -f bob@basic.test --due 2026-11-20T12:30:00Z",
    ]);
    assert_eq!(stage.numbers("ls"), [4, 3, 1, 2]);
    assert!(!stage.ok("ls").contains('★'));
    let said = stage.ok("client edit acme --vip");
    assert_eq!(said, "changed acme: VIP\n");
    assert_eq!(stage.numbers("ls"), [4, 3, 2, 1]);
    assert_eq!(stage.numbers("ls vip:yes"), [2]);
    assert_eq!(stage.numbers("ls vip:no"), [4, 3, 1]);
    assert_eq!(stage.numbers("ls not:vip:no"), [2]);
    let text = stage.ok("ls");
    assert!(text.lines().next().unwrap().contains("VIP") && text.contains('★'), "{text}");
    let plain = stage.on_terminal(80).with("LC_ALL", "C").ok("ls");
    assert!(!plain.contains('★') && plain.matches("VIP").count() == 2, "{plain}");
    assert!(stage.ok("show 2").contains("acme  ★ VIP"));
    assert_eq!((stage.of(2, "vip"), stage.of(1, "vip")), (json!(true), json!(false)));
    assert_eq!(stage.json("client ls")[0]["vip"], json!(true));
    stage.ok("undo");
    assert_eq!(stage.numbers("ls"), [4, 3, 1, 2]);
    stage.all(&["redo", "client edit acme --no-vip"]);
    assert_eq!(stage.numbers("ls"), [4, 3, 1, 2]);
    assert!(stage.refused("client edit acme --no-vip", 1).contains("is like that already"));
    stage.ok("client add late Late --vip");
    assert_eq!(stage.json("client show late")["vip"], json!(true));
    assert!(stage.refused("ls vip:maybe", 2).contains("vip"));
    // A promise to VIPs alone.
    stage.all(&[
        "client edit acme --vip",
        "config set sla.care.first_response 4h",
        "config set sla.care.match vip:yes",
    ]);
    let promised = |ticket: i64| stage.of(ticket, "sla")["kind"].clone();
    assert_eq!((promised(2), promised(1)), (json!("first_response"), Value::Null));
}

const SIZE: (u16, u16) = (80, 20);

#[test]
fn the_queue_is_watched_until_q_and_shows_what_happens() {
    let stage = team();
    stage.ok("open 'Cannot log in' -f ann@acme.test");
    let mut t = Terminal::open(&stage, &["watch", "--bell"], SIZE);
    t.shows("Cannot log in");
    t.shows("duty: mila");
    t.shows("1 waiting");
    stage.as_agent("oleg").ok("open 'Invoice wanted' -f bob@basic.test");
    t.shows("new  2  Invoice wanted");
    t.shows("2 waiting");
    assert!(t.bytes().contains('\u{7}'));
    t.resize((60, 12));
    t.shows("Invoice wanted");
    t.types("x");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    assert!(t.is_as_before() && t.bytes().ends_with("\u{1b}[?1049l"), "{:?}", t.bytes());
}

#[test]
fn a_watcher_outlives_a_desk_that_is_gone_for_a_while() {
    let stage = team();
    stage.ok("open one -f ann@acme.test");
    let mut t = Terminal::open(&stage, &["watch", "vip:no"], SIZE);
    t.shows("1 ticket");
    let moved = |from: &str, to: &str| {
        for end in ["", "-wal", "-shm"] {
            std::fs::rename(stage.path(&format!("{from}{end}")), stage.path(&format!("{to}{end}"))).unwrap();
        }
    };
    moved("desk.db", "away.db");
    let elsewhere = stage.with("DESK_FILE", &stage.path("away.db").display().to_string());
    elsewhere.as_agent("oleg").ok("open two -f bob@basic.test");
    t.shows("the desk cannot be asked, it is tried again: there is no desk yet");
    t.shows("1 ticket");
    moved("away.db", "desk.db");
    t.shows("new  2  two");
    t.shows("2 tickets");
    t.hides("cannot be asked");
    t.signal(Signal::TERM);
    assert_eq!(t.end(), Some(130));
    assert!(t.is_as_before());
}

#[cfg(feature = "postgres")]
#[test]
fn a_watcher_outlives_a_server_that_goes_away_and_is_heard_meanwhile() {
    let Some(address) = cluster::schema() else { return };
    let mut line = wire::Wire::to(&address);
    let stage = Stage::new().with("DESK_FILE", &line.address);
    stage.ok("open 'Cannot log in' -f ann@acme.test");
    let mut t = Terminal::open(&stage, &["watch"], (100, 20));
    t.shows("1 waiting");
    line.cut();
    t.shows("the desk cannot be asked, it is tried again: ");
    t.shows("Cannot log in");
    line.mend();
    t.hides("cannot be asked");
    stage.as_agent("oleg").ok("open 'Invoice wanted' -f bob@basic.test");
    t.shows("new  2  Invoice wanted");
    line.cut();
    t.shows("cannot be asked");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    assert!(t.is_as_before() && t.bytes().ends_with("\u{1b}[?1049l"));
    // What begins while the server is away is told to try again.
    let mut t = Terminal::open(&stage, &["watch"], (100, 20));
    assert_eq!(t.end(), Some(75));
    assert!(t.is_as_before() && t.screen().contains("error: "), "{}", t.screen());
}

#[test]
fn ctrl_c_ends_it_too() {
    let stage = team();
    stage.ok("open one");
    let mut t = Terminal::open(&stage, &["watch"], SIZE);
    t.shows("q leaves");
    t.types("\u{3}");
    assert_eq!(t.end(), Some(130));
    assert!(t.is_as_before());
}

#[test]
fn without_a_terminal_nothing_is_watched() {
    let stage = team();
    assert!(stage.refused("watch", 2).contains("desk news --since-last"));
    assert!(stage.refused("watch --json", 2).contains("desk news --since-last"));
}
