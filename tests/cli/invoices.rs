//! Invoices that several issue at once, and one that is killed: a number is used once, hours are on one invoice.

use super::stage::{Stage, said};
use std::collections::BTreeSet;
use std::time::Duration;

/// A client with prepaid hours and twenty entries in October.
fn october() -> Stage {
    let stage = Stage::new();
    stage.ok("client add acme Acme");
    stage.ok("config set currency RUB");
    stage.ok("contract add acme --prepaid 3h --every month --price 9000 --overage 3600 --start 2026-10-01");
    for day in 1..=20 {
        stage.ok(&format!("log acme 20m --on 2026-10-{day:02}"));
    }
    stage
}

fn draft(stage: &Stage, days: &str) -> String {
    stage.json(&format!("invoice acme in:{days}"))["invoices"][0]["id"].as_str().unwrap().to_owned()
}

/// Every number once and without a gap, every entry on one invoice.
fn whole(stage: &Stage) -> usize {
    let all = stage.json("invoice ls");
    let numbers: Vec<i64> = all.as_array().unwrap().iter().filter_map(|i| i["number"].as_i64()).collect();
    assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<i64>>());
    let mut seen = BTreeSet::new();
    for number in &numbers {
        let paper = stage.json(&format!("invoice show {number}"));
        for line in paper["lines"].as_array().unwrap() {
            assert!(seen.insert(line["id"].to_string()), "{} twice", line["id"]);
        }
    }
    assert_eq!(stage.desk("doctor --deep").exit, 0);
    numbers.len()
}

#[test]
fn a_draft_that_several_issue_at_once_is_issued_once() {
    let stage = october();
    let one = draft(&stage, "2026-10");
    let other = draft(&stage, "2026-10-10..2026-11-10");
    let issue = |draft: &String| stage.program(&["invoice", "issue", draft, "-y"]).spawn().unwrap();
    let children: Vec<_> = [&one, &other, &one, &other, &one, &other].map(issue).into();
    let mut codes: Vec<i32> = children.into_iter().map(|c| said(&c.wait_with_output().unwrap()).0).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 1, 1, 1, 1, 1]);
    assert_eq!(whole(&stage), 1);
}

#[test]
fn hours_logged_while_an_invoice_is_issued_are_on_it_or_drawn_after_it() {
    let stage = october();
    let draft = draft(&stage, "2026-10");
    let log = |n: usize| {
        stage.shell(&format!("for d in 21 22 23 24 25; do $desk log acme 1{n}m --on 2026-10-$d || exit 1; done"))
    };
    let children: Vec<_> = (0..4).map(|n| log(n).spawn().unwrap()).collect();
    let issued = stage.program(&["invoice", "issue", &draft, "-y"]).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(said(&issued).0, 0, "{}", said(&issued).2);
    for child in children {
        let (code, _, talk) = said(&child.wait_with_output().unwrap());
        assert_eq!(code, 0, "{talk}");
    }
    assert_eq!(whole(&stage), 1);
    let paper = stage.json("invoice show 1");
    let october = stage.json("statement acme in:2026-10");
    assert_eq!((&paper["lines"], &paper["total"]), (&october["lines"], &october["total"]));
    let on_it = paper["lines"].as_array().unwrap().len();
    let after = stage.json("statement acme in:2026-11")["lines"].as_array().unwrap().len();
    assert_eq!(on_it + after, 40);
}

#[test]
fn killed_while_it_issues_there_is_the_draft_or_the_invoice() {
    let first = october();
    let draft = draft(&first, "2026-10");
    let (mut drafts, mut invoices) = (0, 0);
    for round in 0..16_u64 {
        let stage = Stage::new();
        std::fs::copy(first.path("desk.db"), stage.path("desk.db")).unwrap();
        std::fs::set_permissions(stage.path("desk.db"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let child = stage.program(&["invoice", "issue", &draft, "-y"]).spawn().unwrap();
        let pid = rustix::process::Pid::from_child(&child);
        std::thread::sleep(Duration::from_millis(round * 8));
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        drop(child.wait_with_output());
        match whole(&stage) {
            0 => {
                drafts += 1;
                stage.ok(&format!("invoice issue {draft} -y"));
            }
            _ => invoices += 1,
        }
        assert_eq!(whole(&stage), 1);
        assert_eq!(stage.json("invoice show 1")["lines"].as_array().unwrap().len(), 20);
    }
    assert!(drafts + invoices == 16 && drafts > 0, "{drafts} {invoices}");
}
