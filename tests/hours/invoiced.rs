//! What is on an issued invoice stays as the client was told.

use super::stage::Desk;
use serde_json::json;

/// One entry of acme.test on invoice 7, which is for October.
fn invoiced() -> Desk {
    let desk = Desk::new();
    desk.care();
    desk.ok(&["log", "1", "2h", "--on", "2026-10-20"]);
    desk.invoice("acme.test", 7, ("2026-10-01", "2026-10-31"), &[1]);
    desk
}

#[test]
fn an_invoiced_entry_is_neither_edited_nor_struck_out_nor_moved() {
    let desk = invoiced();
    let on = "t1 is on invoice 7, which the client has";
    for words in [
        &["time", "edit", "t1", "3h"][..],
        &["time", "edit", "t1", "--text", "other"],
        &["time", "edit", "t1", "--ticket", "2"],
        &["time", "edit", "t1", "--ticket", "none"],
        &["time", "edit", "t1", "--ticket", "none", "--client", "none"],
        &["time", "edit", "t1", "--activity", "call"],
        &["time", "void", "t1"],
    ] {
        desk.no(1, words, on);
    }
    desk.no(1, &["time", "void", "t1"], "desk invoice credit 7");
    assert_eq!(desk.entries().len(), 1);
}

#[test]
fn the_operation_that_logged_it_is_not_undone() {
    let desk = invoiced();
    desk.no(1, &["undo", "4"], "t1 is on invoice 7, which the client has");
    assert_eq!(desk.entries().len(), 1);
    let stop = Desk { now: "2026-11-20T13:00:00+03:00", ..invoiced() };
    stop.ok(&["note", "1", "x", "-t", "5m"]);
    stop.invoice("acme.test", 8, ("2026-11-01", "2026-11-30"), &[2]);
    stop.no(1, &["undo"], "t2 is on invoice 8");
    assert_eq!(stop.json(&["show", "1"])["messages"].as_array().unwrap().len(), 1, "nothing is half undone");
}

#[test]
fn it_stays_with_its_client_when_the_ticket_goes_to_another() {
    let desk = invoiced();
    desk.ok(&["open", "Night", "-f", "joe@zeta.test"]);
    desk.ok(&["log", "1", "30m"]);
    desk.ok(&["edit", "1", "--client", "zeta.test"]);
    let of = |desk: &Desk, id: usize| desk.json(&["time", "ls", "in:2026"])[id]["client"].clone();
    assert_eq!((of(&desk, 0), of(&desk, 1)), (json!("acme.test"), json!("zeta.test")));
    desk.ok(&["undo"]);
    desk.ok(&["merge", "1", "--into", "3"]);
    assert_eq!((of(&desk, 0), of(&desk, 1)), (json!("acme.test"), json!("zeta.test")));
    assert_eq!(
        desk.entries().iter().map(|e| e.2).collect::<Vec<_>>(),
        [Some(3), Some(3)],
        "the ticket is the other one"
    );
    desk.ok(&["undo"]);
    assert_eq!((of(&desk, 0), of(&desk, 1)), (json!("acme.test"), json!("acme.test")));
}

#[test]
fn a_correction_points_at_what_was_invoiced_to_the_same_client() {
    let desk = invoiced();
    let said = desk.lines(&["log", "1", "30m", "forgot the test", "--on", "2026-10-20", "--corrects", "t1"]);
    assert_eq!(said[1], "30m, pool 9h 30m of 10h left", "October is invoiced: it is drawn in November");
    let entries = desk.json(&["time", "ls", "in:2026"]);
    assert_eq!((&entries[1]["corrects"], &entries[1]["day"]), (&json!("t1"), &json!("2026-10-20")));
    desk.no(1, &["log", "1", "30m", "--corrects", "t2"], "t2 is on no invoice: put it right itself");
    desk.no(1, &["log", "2", "30m", "--corrects", "t1"], "t1 was not for this client");
    desk.no(3, &["log", "1", "30m", "--corrects", "t9"], "there is no time entry t9");
    desk.no(2, &["log", "1", "30m", "--corrects", "9"], "entries are written t9");
    desk.ok(&["time", "edit", "t2", "--corrects", "none"]);
    desk.ok(&["time", "edit", "t2", "--corrects", "t1"]);
}
