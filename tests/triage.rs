//! `desk triage` on a real terminal: what is painted, what the keys do, and that the terminal is given back however it ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "mail/certificate.rs"]
mod certificate;
#[path = "mail/smtp_server.rs"]
mod smtp_server;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "cli/stage.rs"]
mod stage;
#[path = "triage/terminal.rs"]
mod terminal;

use rustix::process::Signal;
use serde_json::json;
use smtp_server::{Setup, SmtpServer};
use stage::Stage;
use std::os::unix::fs::PermissionsExt;
use terminal::Terminal;

const SIZE: (u16, u16) = (80, 24);

/// A desk with these tickets, the first the oldest, each of somebody else.
fn desk(subjects: &[&str]) -> Stage {
    let stage = Stage::new();
    for (n, subject) in subjects.iter().enumerate() {
        let (from, at) = (format!("u{n}@client{n}.test"), format!("2026-11-{:02}T09:00:00Z", 10 + n));
        let said = stage.run(&["open", subject, "-f", &from, "-m", &format!("text {n}"), "--at", &at]);
        assert_eq!(said.exit, 0, "{said:?}");
    }
    stage
}

fn triage(stage: &Stage) -> Terminal {
    Terminal::open(stage, &["triage"], SIZE)
}

/// As [`triage`], on a desk with one ticket; waits for it.
fn one(subject: &str) -> (Stage, Terminal) {
    let stage = desk(&[subject]);
    let terminal = triage(&stage);
    terminal.shows("1 of 1");
    (stage, terminal)
}

#[test]
fn a_deed_that_answers_the_ticket_goes_on_and_others_stay() {
    let stage = desk(&["Cannot log in", "Invoice wanted", "Where is my parcel"]);
    let mut t = triage(&stage);
    t.shows("1  Cannot log in");
    t.shows("u0@client0.test · client0.test");
    t.shows("  text 0");
    t.types("t");
    t.shows("took 1");
    t.shows("mila's");
    t.types("+");
    t.shows("tag:");
    t.types("оплата\r");
    t.shows("tagged +оплата");
    t.types("p");
    t.shows("priority:");
    t.types("u");
    t.shows("urgent");
    t.types("n");
    t.types("спросила хостера\r");
    t.shows("mila noted: спросила хостера");
    t.types("l");
    t.types("15m -v was wrong\r");
    t.shows("15m");
    t.types("c");
    t.shows("2  Invoice wanted");
    t.shows("closed 1");
    t.types("d");
    t.types("tomorrow 15:00\r");
    t.shows("promised until Sat 15:00");
    t.types("z");
    t.shows("(Enter: tomorrow)");
    t.types("mon\r");
    t.shows("3  Where is my parcel");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    t.shows("done 2 · skipped 0 · left 1");
    assert!(t.is_as_before());
    assert_eq!(stage.of(1, "closed_as"), json!("solved"));
    assert_eq!(stage.of(1, "tags"), json!(["оплата"]));
    assert_eq!(stage.of(1, "priority"), json!("urgent"));
    assert_eq!(stage.of(1, "logged_minutes"), json!(15));
    assert!(!stage.of(2, "snoozed_until").is_null());
    assert!(stage.ok("history").contains("close 1"));
    assert!(stage.ok("show 1").contains("-v was wrong"));
}

#[test]
fn keys_of_the_russian_layout_do_what_the_latin_ones_do() {
    let stage = desk(&["Cannot log in", "Invoice wanted"]);
    let mut t = triage(&stage);
    t.shows("1 of 2");
    t.types("е");
    t.shows("took 1");
    t.types("с");
    t.shows("2  Invoice wanted");
    t.types("г");
    t.shows("took back operation");
    t.shows("1  Cannot log in");
    t.types("ц");
    t.shows("2  Invoice wanted");
    t.types("й");
    assert_eq!(t.end(), Some(0));
    assert_eq!(stage.of(1, "status"), json!("pending"));
}

#[test]
fn escape_gives_a_line_up_and_ctrl_c_ends_with_130_from_anywhere() {
    for before in ["", "n", "p", "?", "nhalf a note"] {
        let (stage, mut t) = one("Cannot log in");
        t.types(before);
        t.shows(if before == "?" { "Any key goes back" } else { "Cannot log in" });
        t.types("\x03");
        assert_eq!(t.end(), Some(130), "{before}");
        assert!(t.is_as_before() && t.bytes().contains("\x1b[?1049l"), "{before}");
        t.shows("done 0 · skipped 0 · left 1");
        assert_eq!(stage.json("show 1")["messages"].as_array().unwrap().len(), 1);
    }
    let (_stage, mut t) = one("Cannot log in");
    t.types("n");
    t.shows("note (internal):");
    t.types("no\x1b");
    t.hides("note (internal):");
    t.types("\x04");
    assert_eq!(t.end(), Some(0));
}

#[test]
fn a_signal_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let (_stage, mut t) = one("Cannot log in");
        assert!(!t.is_as_before());
        t.signal(signal);
        assert_eq!(t.end(), Some(130), "{signal:?}");
        assert!(t.is_as_before() && t.bytes().contains("\x1b[?1049l"));
    }
}

#[test]
fn a_signal_at_a_question_answers_nothing_and_gives_the_terminal_back() {
    let stage = Stage::new();
    (1..=8).for_each(|n| drop(stage.ok(&format!("open 'Number {n}'"))));
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut t = Terminal::open(&stage, &["close", "1-8"], (80, 24));
        t.shows("close these 8 tickets?");
        t.signal(signal);
        assert_eq!(t.end(), Some(130), "{signal:?}: {}", t.screen());
        let said = t.bytes();
        assert!(t.is_as_before() && said.rfind("\x1b[?25h") > said.rfind("\x1b[?25l"), "{signal:?}: {said:?}");
    }
    let mut t = Terminal::open(&stage, &["close", "1-8"], (80, 24));
    t.shows("close these 8 tickets?");
    t.types("\x03");
    assert_eq!(t.end(), Some(130));
    assert!(t.is_as_before() && t.bytes().contains("\x1b[?25h"));
    assert_eq!(stage.numbers("ls").len(), 8);
}

#[test]
fn a_kill_loses_nothing() {
    let (stage, mut t) = one("Cannot log in");
    t.types("t");
    t.shows("took 1");
    t.signal(Signal::KILL);
    assert_eq!(t.end(), None);
    assert_eq!(stage.of(1, "assignee"), json!("mila"));
}

#[test]
fn a_terminal_that_is_closed_ends_it_and_keeps_what_was_done() {
    let (stage, mut t) = one("Cannot log in");
    t.types("t");
    t.shows("took 1");
    t.types("nhalf a note");
    t.shows("half a note");
    t.hang_up();
    assert!(t.end().is_some());
    assert_eq!(stage.of(1, "assignee"), json!("mila"));
    assert_eq!(stage.json("show 1")["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn nothing_is_done_to_a_ticket_that_has_changed_since_it_was_painted() {
    let (stage, mut t) = one("Cannot log in");
    stage.as_agent("bob").ok("close 1 --reason wontfix");
    t.types("s");
    t.shows("nothing was done: look again");
    t.shows("bob closed it as wontfix");
    assert_eq!(stage.of(1, "closed_as"), json!("wontfix"));
    t.types("s");
    t.shows("left 0");
    assert_eq!(t.end(), Some(0));
    assert_eq!(stage.of(1, "closed_as"), json!("spam"));
}

#[test]
fn what_a_colleague_does_is_shown_while_a_key_is_waited_for() {
    let (stage, mut t) = one("Cannot log in");
    stage.as_agent("bob").ok("note 1 I know him");
    t.shows("bob noted");
    t.types("t");
    t.shows("took 1");
    stage.as_agent("bob").ok("open \"Another one\" -f x@y.test");
    stage.as_agent("bob").ok("merge 1 --into 2");
    t.types("c");
    t.shows("bob merged it into 2");
    t.types(" ");
    t.shows("2  Another one");
    stage.as_agent("bob").ok("undo");
    stage.as_agent("bob").ok("undo");
    t.types("c");
    t.shows("ticket 2 is gone");
    t.types("q");
    assert_eq!(t.end(), Some(0));
}

#[test]
fn tickets_that_say_the_same_may_have_the_same_done_to_them_in_one_step() {
    let stage = desk(&["Cannot log in", "Invoice wanted", "cannot log in", "Cannot LOG in"]);
    let mut t = triage(&stage);
    t.shows("1 of 4");
    t.types("c");
    t.shows("2 more like this: same action (close)?");
    t.shows("4  Cannot LOG in");
    t.types("y");
    t.shows("and 2 more like it: 3,4");
    t.shows("4 of 4");
    assert_eq!(stage.numbers("ls status:closed").len(), 3);
    t.types("u");
    t.shows("took back operation");
    assert_eq!(stage.numbers("ls status:closed"), [1]);
    t.types("u");
    t.shows("1  Cannot log in");
    t.types("m");
    t.shows("(Enter: 3)");
    t.types("\r");
    t.shows("1 more like this: same action (merge into 3)?");
    t.types("n");
    t.shows("2  Invoice wanted");
    assert_eq!(stage.of(1, "merged_into"), json!(3));
    t.types("q");
    assert_eq!(t.end(), Some(0));
}

#[test]
fn progress_counts_what_has_left_the_list_and_nothing_twice() {
    let stage = desk(&["Cannot log in", "Invoice wanted", "cannot log in", "Cannot LOG in", "Where is my parcel"]);
    let mut t = triage(&stage);
    t.shows("1 of 5");
    t.types("+");
    t.shows("tag:");
    t.types("login\r");
    t.shows("2 more like this: same action (tag +login)?");
    t.types("y");
    t.shows("and 2 more like it: 3,4");
    t.shows("1 of 5");
    t.types("c");
    t.shows("2 more like this: same action (close)?");
    t.types("y");
    t.shows("2  Invoice wanted");
    t.shows("4 of 5");
    t.types("k");
    t.shows("1  Cannot log in");
    t.types("u");
    t.shows("took back operation");
    t.types("u");
    t.shows("1 of 5");
    t.types("q");
    assert_eq!(t.end(), Some(0));
}

#[test]
fn what_is_said_speaks_of_keys_and_of_oneself() {
    let (stage, mut t) = one("Cannot log in");
    stage.as_agent("oleg").ok("take 1");
    t.shows("oleg took it");
    t.types("W");
    t.shows("wait until:");
    t.types("2026-01-01 10:00\r");
    t.shows("that moment is over; write for example tomorrow");
    t.types("l");
    t.shows("log (15m called him):");
    t.types("17h\r");
    t.shows("that is more than 16 hours: is that right?  y yes  n no");
    t.types("n");
    t.shows("that is more than 16 hours");
    t.hides("is that right?");
    assert!(!t.screen().contains("-y"), "{}", t.screen());
    t.types("l");
    t.shows("log (15m called him):");
    t.types("17h\r");
    t.shows("is that right?");
    t.types("y");
    t.shows("17h");
    t.hides("is that right?");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    assert_eq!(stage.of(1, "logged_minutes"), json!(17 * 60));
}

#[test]
fn a_desk_that_breaks_meanwhile_leaves_no_broken_terminal() {
    for key in ["c", " ", "q"] {
        let (stage, mut t) = one("Cannot log in");
        let desk = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
        desk.execute_batch("ALTER TABLE ticket RENAME TO gone").unwrap();
        t.types(key);
        if key == "c" {
            t.shows("no such table");
            t.types("q");
        }
        assert!(t.end().is_some_and(|code| code != 0 && code != 101), "{key}");
        assert!(t.is_as_before() && t.bytes().contains("\x1b[?1049l"), "{key}: {}", t.screen());
        assert!(t.screen().contains("error: ") && t.screen().contains("no such table"), "{key}: {}", t.screen());
        desk.execute_batch("ALTER TABLE gone RENAME TO ticket").unwrap();
    }
}

#[test]
#[ignore = "run by the next one, on a terminal"]
fn a_program_that_panics() {
    let mut host = frontdesk::host::Host::real();
    host.take_terminal().unwrap();
    host.paint("painted").unwrap();
    panic!("a bug that nobody has found yet");
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_read_after_it() {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "a_program_that_panics", "--nocapture", "--test-threads=1"]);
    let mut t = Terminal::with(command, SIZE);
    assert!(t.end().is_some_and(|code| code != 0));
    let bytes = t.bytes();
    let (given, said) = (bytes.find("\x1b[?1049l").unwrap(), bytes.find("a bug that nobody").unwrap());
    assert!(bytes.contains("painted") && given < said && t.is_as_before(), "{bytes}");
}

#[test]
fn a_key_that_was_pressed_before_a_ticket_was_shown_does_not_end_it() {
    let stage = desk(&["Cannot log in", "Invoice wanted"]);
    let mut t = triage(&stage);
    t.shows("1 of 2");
    t.types("cc");
    t.shows("that key was pressed before this ticket was shown");
    t.types("\x1b[200~c c c\x1b[201~");
    t.shows("a text was pasted");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    assert_eq!(stage.numbers("ls status:closed"), [1]);
}

#[test]
fn mine_and_nobodys_come_first_and_what_was_skipped_today_last() {
    let stage = desk(&["Cannot log in", "Invoice wanted", "Where is my parcel"]);
    stage.as_agent("bob").ok("take 1");
    let mut t = triage(&stage);
    t.shows("2  Invoice wanted");
    t.types(" ");
    t.shows("3  Where is my parcel");
    t.types("j");
    t.shows("1  Cannot log in");
    t.types("k");
    t.shows("3  Where is my parcel");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    t.shows("done 0 · skipped 2 · left 3");
    // Something has happened to 3 since.
    stage.as_agent("bob").ok("tag 3 parcel");
    let mut t = triage(&stage.at("2026-11-20T15:00:00Z"));
    t.shows("resuming: 1 skipped earlier");
    t.shows("3  Where is my parcel");
    t.types(" ");
    t.shows("1  Cannot log in");
    t.types(" ");
    t.shows("2  Invoice wanted");
    t.types(" ");
    assert_eq!(t.end(), Some(0));
    let t = triage(&stage.at("2026-11-21T09:00:00Z"));
    t.shows("2  Invoice wanted");
}

#[test]
fn an_answer_takes_the_road_of_reply() {
    let server = SmtpServer::start_as(Setup::default());
    let stage = desk(&["Cannot log in", "Invoice wanted"]);
    stage.ok("config set smtp.from 'Acme support <support@desk.test>'");
    stage.ok(&format!("config set smtp.url smtp://127.0.0.1:{}", server.port()));
    stage.ok("answer add password -m 'Hello {{first_name}}, press Forgot.'");
    let editor = stage.path("editor");
    std::fs::write(&editor, "#!/bin/sh\n{ echo Try again.; cat \"$1\"; } > \"$1.new\"; mv \"$1.new\" \"$1\"\n")
        .unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut t = triage(&stage.with("EDITOR", &editor.display().to_string()));
    t.shows("1 of 2");
    t.types("r");
    t.shows("saved answer (Tab):");
    t.types("\r");
    t.shows("then:  w wait for the customer");
    t.types("w");
    t.shows("send?");
    t.shows("To: u0@client0.test");
    t.shows("Try again.");
    t.types("y");
    t.shows("2  Invoice wanted");
    t.shows("replied to 1");
    t.types("r");
    t.shows("saved answer (Tab):");
    t.types("pa\t\r");
    t.shows("then:  w wait for the customer");
    t.types("c");
    t.shows("press Forgot.");
    t.shows("send?");
    t.types("n");
    t.shows("nothing was sent");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    assert!(t.is_as_before());
    assert_eq!(
        (server.mails().len(), stage.of(1, "status"), stage.of(2, "status")),
        (1, json!("pending"), json!("new"))
    );
}

#[test]
fn a_sender_is_muted_by_his_address_or_his_domain() {
    let stage = desk(&["Cannot log in", "Invoice wanted"]);
    let mut t = triage(&stage);
    t.shows("1 of 2");
    t.types("M");
    t.shows("mute:  a u0@client0.test (1 ticket)  d everybody @client0.test (1 ticket)");
    t.types("d");
    t.shows("2  Invoice wanted");
    t.shows("muted @client0.test");
    t.types("q");
    assert_eq!(t.end(), Some(0));
    assert!(stage.ok("mute").contains("@client0.test"));
}

#[test]
fn a_hostile_ticket_steers_no_terminal_and_a_large_one_is_painted() {
    let stage = Stage::new();
    let text = format!("\x1b[2J\x1b]0;owned\x07 {}", "a line of many words that goes on and on\n".repeat(120_000));
    stage.run(&["open", "Evil \x1b[31m\u{202e}title", "-f", "ann@acme.test"]);
    std::fs::write(stage.path("large"), &text).unwrap();
    stage.ok(&format!("open \"Five megabytes\" -f bob@acme.test --file {}", stage.path("large").display()));
    let mut t = triage(&stage);
    t.shows("1  Evil ␛[31m<U+202E>title");
    t.types(" ");
    t.shows("␛[2J␛]0;owned␇");
    t.shows("more rows");
    t.types("\x1b[6~");
    t.hides("owned");
    assert!(!t.bytes().contains("\x1b]0;"));
    t.types("q");
    assert_eq!(t.end(), Some(0));
}

#[test]
fn the_screen_follows_the_window_down_to_a_small_one() {
    let (_stage, mut t) = one("Cannot log in since the update of last Friday evening in the office");
    for size in [(120, 40), (40, 10), (20, 5), (10, 3), (1, 1), (80, 24)] {
        t.resize(size);
        if size.0 >= 20 {
            t.shows("1  Cannot log in");
            t.shows("? keys");
        }
        let widest = t.screen().lines().map(|l| l.chars().count()).max().unwrap();
        assert!(widest <= 120, "{widest}");
    }
    t.shows("text 0");
    t.types("q");
    assert_eq!(t.end(), Some(0));
}

#[test]
fn only_what_changed_is_written_and_nothing_while_nobody_does_anything() {
    let (_stage, mut t) = one("Cannot log in");
    let whole = t.bytes().len();
    assert!(whole < 1500, "{whole}");
    t.types("t");
    t.shows("took 1");
    let more = t.bytes().len() - whole;
    assert!(more < 700, "{more}");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(t.bytes().len(), whole + more);
}

#[test]
fn without_colour_no_colour_is_written() {
    let stage = desk(&["Cannot log in"]);
    for (stage, coloured) in [(stage.clone(), true), (stage.with("NO_COLOR", "1"), false)] {
        let mut t = triage(&stage);
        t.shows("? keys");
        t.types("q");
        t.end();
        assert_eq!(t.bytes().contains("\x1b[1m"), coloured);
    }
}

#[test]
fn nobody_waiting_is_said_and_the_screen_is_left_alone() {
    let stage = desk(&["Cannot log in"]);
    stage.ok("close 1");
    let mut t = triage(&stage);
    assert_eq!(t.end(), Some(0));
    t.shows("nobody waits: well done");
    assert!(!t.bytes().contains("\x1b[?1049h"));
    let mut t = Terminal::open(&stage, &["triage", "+nothing"], SIZE);
    assert_eq!(t.end(), Some(0));
    t.shows("nothing found");
}

#[test]
fn a_query_asks_for_what_a_list_does() {
    let stage = desk(&["Cannot log in", "Invoice wanted", "Where is my parcel"]);
    stage.all(&["pending 2", "tag 2,3 late"]);
    let mut t = Terminal::open(&stage, &["triage", "+late", "status:pending"], SIZE);
    t.shows("2  Invoice wanted");
    t.shows("1 of 1");
    t.types("q");
    t.end();
    let mut t = Terminal::open(&stage, &["triage", "parcels"], SIZE);
    t.shows("3  Where is my parcel");
    t.types("q");
    t.end();
}

#[test]
fn where_nobody_sees_or_types_it_is_refused_with_the_way_of_scripts() {
    let stage = desk(&["Cannot log in"]);
    let said = stage.refused("triage", 2);
    assert!(
        said.contains("needs a terminal") && said.contains("desk ls -i") && said.contains("| desk close -"),
        "{said}"
    );
    assert!(stage.refused("triage --json", 2).contains("desk ls -i"));
    assert!(stage.refused("triage --format csv", 2).contains("desk ls -i"));
    let mut t = Terminal::open(&stage, &["triage", "--no-input"], SIZE);
    assert_eq!(t.end(), Some(2));
    let mut t = Terminal::open(&stage, &["triage", "-n"], SIZE);
    assert_eq!(t.end(), Some(2));
}

#[test]
fn a_script_of_keys_runs_without_a_terminal() {
    let stage = desk(&["Cannot log in", "Invoice wanted"]);
    let mut host = stage.fed("t+billing\rcq").line(&[]).host();
    (host.stdin_is_terminal, host.stdout_is_terminal, host.stderr_is_terminal) = (true, true, true);
    assert_eq!(frontdesk::run(vec!["triage".to_owned()], &mut host), 0);
    let (out, talk) = host.said();
    assert!(out.contains("done 1") && out.contains("left 1"), "{out}");
    assert!(talk.contains("tagged +billing"), "{talk}");
    assert_eq!(stage.of(1, "tags"), json!(["billing"]));
    // Where the keys end, somebody has gone away.
    let mut host = stage.fed("").line(&[]).host();
    (host.stdin_is_terminal, host.stdout_is_terminal, host.stderr_is_terminal) = (true, true, true);
    assert_eq!(frontdesk::run(vec!["triage".to_owned()], &mut host), 130);
}
