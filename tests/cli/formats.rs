//! The formats and where they go.

use super::stage::Stage;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

fn desk() -> Stage {
    let stage = Stage::new();
    stage.all(&[
        "open 'Не приходит \"счёт\", <b>срочно</b>' +a +b -f 'Анна <anna@acme.test>'",
        "open '=1+1 | cmd'",
        "take 1",
    ]);
    stage
}

#[test]
fn csv_has_the_keys_as_its_head_and_guards_formulas() {
    let csv = desk().ok("ls status:all sort:number --format csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with(
        "number,subject,status,priority,assignee,requester_name,requester_email,requester_phone,client,tags,"
    ));
    assert!(
        lines[1].starts_with(
            "1,\"Не приходит \"\"счёт\"\", <b>срочно</b>\",open,normal,mila,Анна,anna@acme.test,,acme.test,a b,"
        ),
        "{csv}"
    );
    assert!(lines[2].starts_with("2,'=1+1 | cmd,new,"), "{csv}");
    assert_eq!(lines.len(), 3);
}

#[test]
fn markdown_and_html_carry_no_ones_markup() {
    let stage = desk();
    let md = stage.ok("ls sort:number --format md");
    assert!(md.starts_with("| № |") && md.contains("\\<b\\>") || md.contains("\\<b>"), "{md}");
    assert!(!md.replace("\\<", "").contains("<b"), "{md}");
    assert_eq!(md.lines().count(), 4, "{md}");
    let html = stage.ok("ls sort:number --format html");
    assert!(html.starts_with("<!doctype html>") && html.contains("&lt;b&gt;") && !html.contains("<b>срочно"), "{html}");
}

#[test]
fn a_chart_carries_no_ones_markup_and_no_data_format_has_it() {
    let stage = Stage::new();
    stage.all(&["open one +a --channel '<i>x</i>|`y`' -f a@b.test", "open two -f b@c.test"]);
    let html = stage.ok("stats in:this-week --by channel --format html");
    assert!(html.contains("<svg role=\"img\"") && !html.contains("<i>x") && !html.contains("<script"), "{html}");
    let md = stage.ok("stats in:this-week --by channel --format md");
    assert!(md.contains("## Opened, by channel\n\n|  | now | before |  |\n| --- | ---: | ---: | --- |\n"), "{md}");
    assert!(!md.replace("\\<", "").contains("<i>"), "{md}");
    let csv = stage.ok("stats in:this-week --by channel --format csv");
    let head = csv.lines().next().unwrap();
    assert!(
        head.starts_with("name,tickets_opened,tickets_closed,")
            && head.contains(",first_response_business_median_minutes,")
    );
    assert!(csv.lines().all(|l| l.matches(',').count() == head.matches(',').count()), "{csv}");
    assert!(!stage.ok("stats in:this-week --by channel --json").contains("Opened, by"));
}

#[test]
fn ndjson_is_one_object_a_line() {
    let text = desk().ok("ls sort:number --format ndjson");
    let rows: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!((rows.len(), &rows[0]["number"], &rows[1]["number"]), (2, &json!(1), &json!(2)));
}

#[test]
fn json_keys_are_picked_in_the_order_asked_for() {
    let stage = desk();
    assert_eq!(
        stage.ok("ls 'sort:number' --json=subject,number -l 1"),
        "[\n  {\"subject\":\"Не приходит \\\"счёт\\\", <b>срочно</b>\",\"number\":1}\n]\n"
    );
    assert_eq!(stage.json("show 1")["number"], 1);
    let one: Value = serde_json::from_str(&stage.ok("show 2 --json=number,tags,messages")).unwrap();
    assert_eq!(one, json!({"number": 2, "tags": [], "messages": []}));
    assert!(stage.refused("ls --json=number,subjekt", 2).contains("subjekt"));
    assert!(stage.refused("show 1 --json=nothing", 2).contains("nothing"));
}

#[test]
fn a_wrong_format_is_refused_before_and_a_wrong_key_says_what_is_done() {
    let stage = desk();
    let said = stage.desk("open three --json=nmber");
    assert_eq!((said.exit, said.out.as_str()), (1, ""));
    assert!(said.talk.contains("operation 4 is done") && said.talk.contains("nmber"), "{said:?}");
    assert_eq!(stage.numbers("ls sort:number"), [1, 2, 3]);
    assert_eq!(stage.desk("close 1 --format xml").exit, 2);
    assert_eq!(stage.desk("close 1 --color sometimes").exit, 2);
    assert_eq!(stage.of(1, "status"), "open");
}

#[test]
fn an_answer_can_be_written_to_a_file_of_this_user_alone() {
    let stage = desk();
    let file = stage.path("list.json");
    let words = ["ls", "--json", "-o", file.to_str().unwrap()];
    let said = stage.run(&words);
    assert_eq!((said.exit, said.out.as_str()), (0, ""), "{said:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, stage.ok("ls --json"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(stage.ok("ls --json -o -"), text, "- is the output itself");
    let said = stage.run(&["ls", "-o", "/nowhere/at/all"]);
    assert_eq!(said.exit, 1);
    assert!(said.talk.contains("/nowhere/at/all"), "{said:?}");
}

#[test]
fn a_file_that_cannot_be_written_does_not_hide_that_the_deed_is_done() {
    let stage = desk();
    let said = stage.run(&["close", "1", "-o", "/nowhere/at/all"]);
    assert_eq!(said.exit, 1);
    assert_eq!(stage.of(1, "status"), "closed");
    assert!(said.talk.contains("operation 4"), "what was done is said, so that nobody does it twice: {said:?}");
}

#[test]
fn every_format_carries_show_find_and_the_bare_word() {
    let stage = desk();
    for command in ["show 1", "show 1,2", "find счёт", "", "history", "history 1"] {
        for format in ["text", "json", "ndjson", "csv", "md", "html"] {
            let out = stage.ok(&format!("{command} --format {format}"));
            assert!(out.ends_with('\n') && out.trim() != "", "{command} {format}: {out}");
        }
    }
    assert!(stage.refused("ls --format xml", 2).contains("text, json, ndjson, csv, md, html"));
    assert_eq!(stage.desk("ls --json --format csv").exit, 2);
    assert_eq!(stage.desk("ls --json --format json").exit, 0);
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let stage = desk();
    let escape = |s: &Stage, line: &str| s.ok(line).contains('\u{1b}');
    assert!(!escape(&stage, "ls"));
    assert!(escape(&stage, "ls --color always"));
    assert!(escape(&stage.with("CLICOLOR_FORCE", "1"), "ls"));
    let terminal = stage.on_terminal(80).with("TERM", "xterm");
    assert!(escape(&terminal, "ls"));
    assert!(!escape(&terminal.with("NO_COLOR", "1"), "ls") && !escape(&terminal.with("TERM", "dumb"), "ls"));
    assert!(
        !escape(&terminal, "ls --color never")
            && !escape(&terminal, "ls --json")
            && !escape(&terminal, "ls --format csv")
    );
}
