//! Worked time that comes in: to its ticket, its client, its agent; totals; back out.

use super::{adds_up, counts, fixture, import, put, seen, sound};
use crate::stage::Stage;
use serde_json::{Value, json};

fn minutes(stage: &Stage) -> i64 {
    stage.json("time in:2026-01-01..2026-12-31")["total"]["actual_minutes"].as_i64().unwrap()
}

/// Tickets that came from elsewhere as 17 and 42.
fn moved_in() -> Stage {
    let stage = Stage::new();
    import(&stage, "t.csv", "Id,Subject,Company\n17,Fonts,Acme\n42,Login,Acme\n", "--source old");
    stage
}

#[test]
fn hours_go_to_the_ticket_that_is_known_by_their_number() {
    let stage = moved_in();
    let got = stage.json(&format!("import {}", fixture("toggl.csv")));
    adds_up(&got);
    assert_eq!((counts(&got, "entries"), got["agents"].clone()), (vec![2], json!(["oleg"])));
    let entry = |n: i64| stage.of(n, "time")[0].clone();
    let told = |e: &Value| (e["minutes"].as_i64(), e["agent"].as_str().map(str::to_owned), e["billable"].as_bool());
    assert_eq!(told(&entry(2)), (Some(91), Some("mila".into()), Some(true)), "1:30:30, rounded once");
    assert_eq!(told(&entry(1)), (Some(1), Some("oleg".into()), Some(false)), "twenty seconds are a minute");
    assert_eq!(minutes(&stage), 92);
    assert_eq!(stage.of(1, "logged_minutes"), 1);
    sound(&stage);
    stage.ok("undo");
    assert_eq!((minutes(&stage), stage.of(1, "logged_minutes")), (0, json!(0)));
    sound(&stage);
}

#[test]
fn a_number_of_this_desk_is_only_meant_where_the_ticket_is_from_here() {
    let stage = moved_in();
    stage.ok("open 'From here'");
    let text = "Date,Ticket,Hours\n2026-11-16,1,1\n2026-11-16,3,0.5\n2026-11-16,old:42,0.25\n";
    let said = {
        let path = put(&stage, "h.csv", text);
        stage.desk(&format!("import {}", path.display()))
    };
    assert!(said.talk.contains("1 time entry names a ticket that is not here"), "{said:?}");
    let logged: Vec<Value> = (1..=3).map(|n| stage.of(n, "logged_minutes")).collect();
    assert_eq!(logged, [0, 15, 30], "1 is called 17 in any old timesheet");
    let stray = stage.json("time ls in:2026-01-01..2026-12-31");
    assert!(stray.to_string().contains("[1]"), "{stray}");
}

#[test]
fn hours_that_came_before_their_tickets_find_them_later() {
    let stage = Stage::new();
    let text = "Date,Ticket,Hours,User,Notes\n2026-11-16,17,1.5,mila,fonts\n2026-11-16,99,1,mila,lost\n";
    let path = put(&stage, "h.csv", text);
    let said = stage.desk(&format!("import {}", path.display()));
    assert!(
        said.talk.contains("2 time entries name tickets that are not here")
            && said.talk.contains("--on-conflict update"),
        "{said:?}"
    );
    import(&stage, "t.csv", "Id,Subject\n17,Fonts\n", "");
    let before = seen(&stage);
    let got = stage.json(&format!("import {}", path.display()));
    assert_eq!((counts(&got, "duplicates"), seen(&stage)), (vec![2], before.clone()));
    let got = stage.json(&format!("import {} --on-conflict update", path.display()));
    adds_up(&got);
    assert_eq!(counts(&got, "duplicates updated entries"), [1, 1, 0]);
    let entry = stage.of(1, "time")[0].clone();
    assert_eq!((entry["minutes"].as_i64(), entry["text"].as_str()), (Some(90), Some("fonts")));
    assert_eq!(minutes(&stage), 150);
    stage.ok("undo");
    assert_eq!(seen(&stage), before);
    sound(&stage);
}

#[test]
fn what_was_corrected_here_stays_when_the_timesheet_is_read_again() {
    let stage = moved_in();
    let text =
        |hours: &str, notes: &str| format!("Id,Date,Ticket,Hours,User,Notes\n5,2026-11-16,17,{hours},mila,{notes}\n");
    import(&stage, "h.csv", text("1", "a"), "");
    stage.ok("time edit t1 --on 2026-11-17");
    let got = import(&stage, "h.csv", text("1.5", "a"), "--on-conflict update");
    assert_eq!(counts(&got, "updated entries"), [1, 0]);
    let entry = stage.of(1, "time")[0].clone();
    assert_eq!((entry["minutes"].as_i64(), entry["day"].as_str()), (Some(90), Some("2026-11-17")));
    stage.ok("undo");
    assert_eq!(stage.of(1, "time")[0]["minutes"], 60);
    let got = import(&stage, "h.csv", text("1.5", "a"), "");
    assert_eq!(counts(&got, "skipped updated"), [1, 0]);
    sound(&stage);
}

#[test]
fn hours_of_a_client_need_no_ticket_and_hours_of_nobody_are_said_to_be_mine() {
    let stage = Stage::new();
    let path = put(
        &stage,
        "h.csv",
        "Дата;Клиент;Часы;Описание\n16.11.2026;ООО «Ромашка»;1,5;Выезд\n17.11.2026;ООО «Ромашка»;0:15;Звонок\n",
    );
    let said = stage.desk(&format!("import {}", path.display()));
    assert_eq!(said.exit, 0, "{said:?}");
    assert!(said.talk.contains("2 time entries name nobody who worked, and count as yours, mila"), "{said:?}");
    assert_eq!(minutes(&stage), 105);
    assert_eq!(stage.json("time client:ромашка in:2026-01-01..2026-12-31")["total"]["actual_minutes"], 105);
}

#[test]
fn minutes_without_a_unit_are_asked_for() {
    let stage = Stage::new();
    let path = put(&stage, "h.csv", "Date,Ticket,Duration\n2026-11-16,1,90\n");
    let said = stage.desk(&format!("import {} --kind time", path.display()));
    assert_eq!(said.exit, 1);
    assert!(said.out.contains("Duration: 90 what?") && said.out.contains("--map Duration=minutes"), "{said:?}");
    stage.ok(&format!("import {} --kind time --map Duration=minutes", path.display()));
    assert_eq!(minutes(&stage), 90);
}

#[test]
fn what_a_ticket_was_worked_on_in_all_grows_by_what_came_on_top() {
    let stage = Stage::new();
    let text = |spent: &str| {
        format!("Ticket ID,Subject,Status,Time tracked,Resolution status,Due by Time,Agent\n9,x,Open,{spent},,,Kim\n")
    };
    import(&stage, "f.csv", text("01:30:00"), "");
    assert_eq!(stage.of(1, "logged_minutes"), 90);
    let got = import(&stage, "f.csv", text("02:00:00"), "--on-conflict update");
    assert_eq!(counts(&got, "updated entries"), [1, 1]);
    assert_eq!(stage.of(1, "logged_minutes"), 120);
    import(&stage, "f.csv", text("02:00:00"), "--on-conflict update");
    assert_eq!(stage.of(1, "logged_minutes"), 120);
    sound(&stage);
}

#[test]
fn a_ticket_with_hours_was_not_touched_today() {
    let stage = Stage::new();
    import(&stage, "t.csv", "Id,Subject,Created,Updated,Hours,Agent\n1,x,2026-03-01,2026-03-02,1,Kim\n", "");
    let t = stage.json("show 1");
    assert_eq!(t["updated_at"], "2026-03-02T00:00:00Z");
    assert_eq!(t["time"][0]["day"], "2026-03-02");
    sound(&stage);
}
