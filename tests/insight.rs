//! `recap`, `stats` and `news` on small histories whose figures were worked out by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/mirror.rs"]
mod mirror;
#[path = "engines/past.rs"]
mod past;

use frontdesk::actions::ticket::{Author, write};
use frontdesk::domain::event::{Event, Noun, OperationKind};
use frontdesk::domain::message::Direction;
use frontdesk::domain::rating::{Rating, Scale};
use frontdesk::domain::time::Moment;
use frontdesk::store::{Deed, Place, Store, Tx};
use mirror::Line;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A Friday in week 47.
const NOW: &str = "2026-11-20T12:00:00Z";

/// A desk of its own in a folder that goes away.
struct Stage {
    folder: tempfile::TempDir,
    keys: std::cell::Cell<u32>,
}

struct Said {
    exit: u8,
    out: String,
    talk: String,
}

impl Stage {
    fn new() -> Stage {
        Stage { folder: tempfile::tempdir().unwrap(), keys: std::cell::Cell::new(0) }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    /// Runs a command line at an instant as an agent.
    fn run(&self, agent: &str, now: &str, line: &str) -> Said {
        let home = self.folder.path().display().to_string();
        let set = [("HOME", home.as_str()), ("DESK_FILE", "desk.db"), ("DESK_AGENT", agent), ("DESK_NOW", now)];
        let mut environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        environment.insert("DESK_FILE".to_owned(), self.file().display().to_string());
        environment.insert("DESK_ZONE".to_owned(), "UTC".to_owned());
        for folder in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            environment.insert(folder.to_owned(), home.clone());
        }
        let (exit, out, talk) = mirror::run(Line::new(words(line), environment));
        Said { exit, out, talk }
    }

    /// Does something that must succeed.
    fn does(&self, agent: &str, now: &str, line: &str) {
        let said = self.run(agent, now, line);
        assert_eq!(said.exit, 0, "{line}: {}", said.talk);
    }

    /// The JSON that a command answers now.
    fn json(&self, line: &str) -> Value {
        self.json_at(NOW, line)
    }

    fn json_at(&self, now: &str, line: &str) -> Value {
        let said = self.run("ana", now, &format!("{line} --json"));
        assert_eq!(said.exit, 0, "{line}: {}", said.talk);
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out))
    }

    /// Changes the desk below the commands.
    fn write(&self, agent: &str, now: &str, kind: OperationKind, change: impl Fn(&mut Tx<'_>)) {
        self.keys.set(self.keys.get() + 1);
        let key = format!("test {}", self.keys.get());
        past::past(&self.file(), |store| {
            let deed = Deed { agent, command: "test", kind, at: at(now), key: key.clone() };
            let done = store.write(&deed, false, |tx| {
                change(tx);
                Ok(())
            });
            done.unwrap();
        });
    }

    /// A public reply by an agent.
    fn replies(&self, agent: &str, now: &str, ticket: i64) {
        self.write(agent, now, OperationKind::Do, |tx| {
            let author = Author { agent: Some(tx.agent), ..Author::default() };
            if let Some(t) = tx.ticket(ticket).unwrap() {
                write(tx, &t, Direction::Out, &author, "we look into it", at(now)).unwrap();
            }
        });
    }

    /// A further message of the customer, as mail brings it.
    fn asks(&self, now: &str, ticket: i64, text: &str) {
        self.write("robot", now, OperationKind::Import, |tx| {
            let t = tx.ticket(ticket).unwrap().unwrap();
            write(tx, &t, Direction::In, &Author { name: "Ann", ..Author::default() }, text, at(now)).unwrap();
        });
    }
}

fn at(text: &str) -> Moment {
    Moment::parse_rfc3339(text).unwrap()
}

/// The words of a command line; `'…'` holds blanks.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    let words = quoted.flat_map(|(i, part)| match i % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

/// Week 46 is 2026-11-09 to 15. What happens in it is told beside each line.
fn week_46() -> Stage {
    let desk = Stage::new();
    // In week 45; closed in week 46 after 7 days = 10080 minutes, unanswered.
    desk.does("ana", "2026-11-03T09:00:00Z", "open 'Old invoice' -f joe@zeta.test");
    // Answered after 60 minutes, closed after 180 with this one reply.
    desk.does("ana", "2026-11-09T09:00:00Z", "open 'VAT is wrong' +vat -f ann@acme.test");
    desk.replies("ana", "2026-11-09T10:00:00Z", 2);
    desk.does("bob", "2026-11-09T12:00:00Z", "close 2 -t 30m");
    desk.does("bob", "2026-11-10T09:00:00Z", "close 1");
    // Answered after 30 minutes; asks again at 10:00 and 11:00, answered at 12:00: 120 minutes. Closed after 240 minutes,
    // open again for an hour on the next day: 300 in all.
    desk.does("ana", "2026-11-10T09:00:00Z", "open 'No login' +login +vat -f ann@acme.test");
    desk.replies("ana", "2026-11-10T09:30:00Z", 3);
    desk.asks("2026-11-10T10:00:00Z", 3, "still not");
    desk.asks("2026-11-10T11:00:00Z", 3, "hello?");
    desk.replies("bob", "2026-11-10T12:00:00Z", 3);
    desk.does("ana", "2026-11-10T13:00:00Z", "close 3");
    desk.does("ana", "2026-11-11T13:00:00Z", "reopen 3");
    desk.does("ana", "2026-11-11T14:00:00Z", "close 3");
    // Pending since: the backlog.
    desk.does("ana", "2026-11-12T08:00:00Z", "open 'Printer' -f kim@zeta.test");
    desk.does("ana", "2026-11-12T09:00:00Z", "pending 4");
    // Opened and closed in the week after.
    desk.does("ana", "2026-11-16T09:00:00Z", "open Later -f kim@zeta.test");
    desk.does("ana", "2026-11-16T10:00:00Z", "close 5");
    desk
}

fn figures(report: &Value) -> Value {
    let mut all = report.clone();
    for other in ["groups", "sla", "csat", "nps"] {
        all.as_object_mut().unwrap().remove(other);
    }
    all
}

#[test]
fn the_figures_of_a_week_are_those_worked_out_by_hand() {
    let stats = week_46().json("stats in:2026-W46");
    assert_eq!(stats["period"], json!({"from": "2026-11-09", "to": "2026-11-15"}));
    // Opened: 2, 3, 4. Closed: 1, 2, 3 (once). Left at the end: 4.
    assert_eq!(stats["tickets"], json!({"opened": 3, "closed": 3, "reopened": 1, "backlog": 1}));
    // 30 and 60: the median is the mean of both, p90 the ⌈1.8⌉-th.
    // Without a calendar business time is round the clock.
    let business = |median, p90| json!({"median_minutes": median, "p90_minutes": p90});
    assert_eq!(
        stats["first_response"],
        json!({"n": 2, "median_minutes": 45, "p90_minutes": 60, "business": business(45, 60)})
    );
    assert_eq!(
        stats["next_response"],
        json!({"n": 1, "median_minutes": 120, "p90_minutes": 120, "business": business(120, 120)})
    );
    // 180, 240, 10080; then 180, 300, 10080.
    assert_eq!(
        (&stats["first_resolution"]["median_minutes"], &stats["first_resolution"]["p90_minutes"]),
        (&json!(240), &json!(10080))
    );
    assert_eq!((&stats["full_resolution"]["median_minutes"], &stats["full_resolution"]["n"]), (&json!(300), &json!(3)));
    // Of three that were closed, 2 took one reply, and 3 came back.
    assert_eq!((&stats["one_touch_percent"], &stats["reopen_percent"]), (&json!(33.3), &json!(33.3)));
}

#[test]
fn as_of_a_day_nothing_later_is_known() {
    let desk = week_46();
    let stats = desk.json("stats in:2026-W46 --as-of 2026-11-10");
    // At the end of the 10th: 4 is not there yet, 3 was not opened again yet.
    assert_eq!(stats["tickets"], json!({"opened": 2, "closed": 3, "reopened": 0, "backlog": 0}));
    assert_eq!(stats["reopen_percent"], json!(0.0));
    assert_eq!(stats["full_resolution"]["median_minutes"], json!(240));
    // Between its two closes, 3 is in the backlog.
    let backlog = |line: &str| desk.json_at("2026-11-11T13:30:00Z", line)["tickets"]["backlog"].clone();
    assert_eq!((backlog("stats in:2026-11-11"), backlog("stats in:2026-11-10")), (json!(1), json!(0)));
}

#[test]
fn the_period_stands_in_the_output_and_defaults_to_whole_weeks() {
    let desk = week_46();
    let text = |line: &str| desk.run("ana", NOW, line).out;
    assert!(text("recap").starts_with("Recap: 2026-11-09 … 2026-11-15 (W46), UTC\n"), "{}", text("recap"));
    assert!(text("recap").contains("Compared with 2026-11-02 … 2026-11-08 (W45)."));
    assert!(text("stats").starts_with("Figures: 2026-10-19 … 2026-11-15 (W43–W46), UTC\n"), "{}", text("stats"));
    assert!(text("stats in:this-week").contains("The period is not over: counted up to 2026-11-20 12:00."));
    assert!(
        text("recap client:acme.test").starts_with("Recap: 2026-11-09 … 2026-11-15 (W46), UTC, client:acme.test\n")
    );
    let as_of = text("stats --as-of 2026-11-08");
    assert!(as_of.starts_with("Figures: 2026-10-05 … 2026-11-01 (W41–W44), UTC, as of 2026-11-08\n"), "{as_of}");
}

#[test]
fn groups_add_up_and_credit_who_did_it() {
    let desk = week_46();
    let groups = |line: &str| -> Vec<(String, i64, i64)> {
        let report = desk.json(line);
        let rows = report["groups"].as_array().unwrap().iter();
        let count = |g: &Value, key: &str| g["tickets"][key].as_i64().unwrap();
        rows.map(|g| (g["name"].as_str().unwrap().to_owned(), count(g, "opened"), count(g, "closed"))).collect()
    };
    let row = |name: &str, opened, closed| (name.to_owned(), opened, closed);
    // Nobody had them: closes are credited to their authors, openings to nobody.
    assert_eq!(groups("stats in:2026-W46 --by agent"), [row("bob", 0, 2), row("ana", 0, 1), row("none", 3, 0)]);
    assert_eq!(groups("stats in:2026-W46 --by tag"), [row("vat", 2, 2), row("login", 1, 1), row("none", 1, 1)]);
    assert_eq!(groups("stats in:2026-11-03..2026-11-15 --by week"), [row("2026-W45", 1, 0), row("2026-W46", 3, 3)]);
    assert_eq!(
        groups("stats in:2026-W46 --by hour"),
        [
            row("08:00", 1, 0),
            row("09:00", 2, 1),
            row("10:00", 0, 0),
            row("12:00", 0, 1),
            row("13:00", 0, 0),
            row("14:00", 0, 1),
        ]
    );
    assert_eq!(desk.run("ana", NOW, "stats --by colour").exit, 2);
}

#[test]
fn the_assignee_at_the_moment_is_credited_even_if_he_was_given_it_at_the_opening() {
    let desk = Stage::new();
    desk.does("bob", "2026-11-09T07:00:00Z", "open First");
    desk.does("ana", "2026-11-09T09:00:00Z", "open 'VAT is wrong' -a bob");
    desk.replies("ana", "2026-11-09T10:00:00Z", 2);
    desk.does("ana", "2026-11-09T11:00:00Z", "assign 2 ana");
    desk.does("bob", "2026-11-09T12:00:00Z", "close 2");
    let report = desk.json("stats in:2026-W46 --by agent");
    let group = |name: &str| report["groups"].as_array().unwrap().iter().find(|g| g["name"] == name).unwrap().clone();
    assert_eq!(group("bob")["first_response"]["n"], json!(1));
    assert_eq!((&group("ana")["tickets"]["closed"], &group("ana")["first_response"]["n"]), (&json!(1), &json!(0)));
}

#[test]
fn undo_leaves_no_trace_in_any_figure() {
    let desk = week_46();
    let before = figures(&desk.json("stats in:2026-W46"));
    for (agent, now, line) in [
        ("ana", "2026-11-13T09:00:00Z", "open Mistake -f eve@zeta.test"),
        ("ana", "2026-11-13T09:00:00Z", "close 4"),
        ("bob", "2026-11-13T09:00:00Z", "reopen 2"),
        ("bob", "2026-11-13T09:00:00Z", "assign 3 ana"),
        ("ana", "2026-11-13T09:00:00Z", "merge 4 --into 2"),
        ("ana", "2026-11-13T09:00:00Z", "spam 4"),
    ] {
        desk.does(agent, now, line);
        assert!(
            line.starts_with("assign") || figures(&desk.json("stats in:2026-W46")) != before,
            "{line} changed nothing"
        );
        desk.does(agent, "2026-11-14T09:00:00Z", "undo");
        assert_eq!(figures(&desk.json("stats in:2026-W46")), before, "{line}");
    }
    desk.does("ana", "2026-11-14T10:00:00Z", "close 4");
    let closed = figures(&desk.json("stats in:2026-W46"));
    desk.does("ana", "2026-11-14T11:00:00Z", "undo");
    desk.does("ana", "2026-11-14T12:00:00Z", "redo");
    assert_eq!(figures(&desk.json("stats in:2026-W46")), closed);
}

#[test]
fn spam_muted_and_merged_tickets_leave_every_figure() {
    let desk = week_46();
    let before = figures(&desk.json("stats in:2026-W46"));
    let now = "2026-11-13T09:00:00Z";
    desk.does("ana", now, "open 'Buy this' +offer -f shop@spam.test");
    desk.does("ana", now, "spam 6");
    desk.does("ana", now, "open Noise -f bot@noise.test");
    desk.write("ana", now, OperationKind::Do, |tx| {
        tx.apply([Event::about(Noun::Mute, 0, "@noise.test", &false, &true, tx.at)]).unwrap();
    });
    desk.does("ana", now, "open 'Printer again' -f kim@zeta.test");
    desk.does("ana", now, "merge 8 --into 4");
    assert_eq!(figures(&desk.json("stats in:2026-W46")), before);
    let recap = desk.json("recap in:2026-W46");
    assert_eq!(recap["tickets"], before["tickets"]);
    assert_eq!(recap["left_out"], json!({"spam": 1, "muted": 1, "automatic": 0, "merged": 1}));
    assert!(!recap["tags"].as_array().unwrap().iter().any(|t| t["tag"] == "offer"));
    let text = desk.run("ana", NOW, "recap").out;
    assert!(text.contains("In no figure: 1 spam, 1 muted, 1 merged."), "{text}");
}

#[test]
fn the_recap_tells_who_asked_who_worked_and_who_waits() {
    let desk = week_46();
    desk.does("ana", "2026-11-19T12:00:00Z", "open 'Waits a day' -f joe@zeta.test -c acme.test");
    let recap = desk.json("recap");
    assert_eq!(recap["before"], json!({"opened": 1, "closed": 0, "reopened": 0, "backlog": 1}));
    assert_eq!(recap["tags"][0], json!({"tag": "vat", "count": 2, "before": 0, "minutes": 30}));
    let client =
        |name: &str| recap["clients"].as_array().unwrap().iter().find(|c| c["client"] == name).unwrap().clone();
    assert_eq!((&client("acme.test")["count"], &client("acme.test")["minutes"]), (&json!(2), &json!(30)));
    let hours = json!([{"client": "acme.test", "agent": "bob", "actual_minutes": 30, "billable_minutes": 30}]);
    assert_eq!(recap["hours"], hours);
    let waits =
        json!({"number": 6, "subject": "Waits a day", "client": "acme.test", "waiting_since": "2026-11-19T12:00:00Z"});
    assert_eq!(recap["waiting"], json!([waits]));
    let weeks = recap["weeks"].as_array().unwrap();
    assert_eq!((weeks.len(), &weeks[6]), (8, &json!({"week": "2026-W45", "opened": 1, "closed": 0})));
    assert_eq!(weeks[7], json!({"week": "2026-W46", "opened": 3, "closed": 3}));
}

#[test]
fn a_query_narrows_every_part_of_the_recap() {
    let desk = week_46();
    desk.does("ana", "2026-11-12T12:00:00Z", "note 4 looked -t 1h");
    let recap = desk.json("recap +vat");
    assert_eq!(recap["tickets"], json!({"opened": 2, "closed": 2, "reopened": 1, "backlog": 0}));
    assert_eq!(recap["hours"][0]["actual_minutes"], json!(30));
    assert_eq!(desk.json("recap login")["tickets"]["opened"], json!(1));
    assert_eq!(desk.json("stats in:2026-W46 not:+vat")["tickets"]["opened"], json!(1));
    for (line, exit) in
        [("recap client:nobody", 3), ("recap sort:age", 2), ("stats in:someday", 2), ("stats clinet:acme", 2)]
    {
        assert_eq!(desk.run("ana", NOW, line).exit, exit, "{line}");
    }
}

/// Mondays to Fridays from nine to six.
const OFFICE: &str = "default_calendar = \"office\"\n[calendar.office]\nmon = [\"09:00-18:00\"]\ntue = [\"09:00-18:00\"]\n\
    wed = [\"09:00-18:00\"]\nthu = [\"09:00-18:00\"]\nfri = [\"09:00-18:00\"]\n";

fn apply(desk: &Stage, settings: &str) {
    let file = desk.folder.path().join("team.toml");
    std::fs::write(&file, settings).unwrap();
    desk.does("ana", "2026-11-01T09:00:00Z", &format!("config apply {}", file.display()));
}

#[test]
fn business_time_is_that_of_the_desks_calendar_and_the_report_says_so() {
    let desk = week_46();
    apply(&desk, OFFICE);
    let stats = desk.json("stats in:2026-W46");
    let first = |median: i64, p90: i64| json!({"median_minutes": median, "p90_minutes": p90});
    assert_eq!(stats["first_response"]["business"], first(45, 60));
    // 1 was opened on a Tuesday at nine and closed on the Tuesday after: five days of nine hours. 3 was closed over a night.
    let full = &stats["full_resolution"];
    assert_eq!((&full["median_minutes"], &full["business"]), (&json!(300), &first(300, 2700)));
    let text = desk.run("ana", NOW, "stats in:2026-W46 --business --mean").out;
    assert!(text.contains("Business time is that of the calendar office, UTC."), "{text}");
    let row = |text: &str, name: &str| text.lines().find(|l| l.starts_with(name)).unwrap_or_default().to_owned();
    let row: Vec<String> = row(&text, "full resolution").split_whitespace().map(str::to_owned).collect();
    assert_eq!(row[2..7], ["5h", "45h", "17h", "40m", "3"]);
    assert!(!desk.run("ana", NOW, "stats in:2026-W46").out.contains("mean"));
    assert_eq!(desk.json("stats in:2026-W46 --mean")["full_resolution"]["mean_minutes"], json!(3520));
}

#[test]
fn the_policy_says_whose_hours_and_what_a_pause_counts() {
    let desk = Stage::new();
    desk.does("ana", "2026-11-09T08:00:00Z", "open Slow -f ann@acme.test");
    desk.does("ana", "2026-11-09T10:00:00Z", "pending 1");
    desk.does("ana", "2026-11-09T12:00:00Z", "hold 1");
    desk.does("ana", "2026-11-09T15:00:00Z", "reopen 1");
    desk.does("ana", "2026-11-09T16:00:00Z", "close 1");
    let full = || {
        let stats = desk.json("stats in:2026-W46");
        ["full_resolution", "requester_wait", "agent_work"].map(|f| stats[f]["median_minutes"].as_i64().unwrap())
    };
    assert_eq!(full(), [360, 360, 180]);
    let night = "[calendar.night]\nmon = [\"00:00-09:00\"]\n[[sla]]\nname = \"all\"\ncalendar = \"night\"\nfull_resolution = \"72h\"\n";
    apply(&desk, &format!("{OFFICE}{night}pause = [\"hold\"]\n"));
    assert_eq!(full(), [300, 360, 180]);
    let stats = desk.json("stats in:2026-W46");
    assert_eq!(stats["full_resolution"]["business"]["median_minutes"], json!(60));
    let text = desk.run("ana", NOW, "stats in:2026-W46 --business").out;
    assert!(text.contains("office, UTC; for tickets with a promise that of their policy (night, UTC)."), "{text}");
}

/// Writes down what a customer said: of a ticket 1 to 5, of everything 0 to 10.
fn said(desk: &Stage, now: &str, scale: Scale, who: i64, score: i64) {
    let (ticket, contact) = if scale == Scale::Csat { (Some(who), None) } else { (None, Some(who)) };
    desk.write("ana", now, OperationKind::Do, |tx| {
        let id = tx.next_ids(1).unwrap();
        let rating = Rating { id, ticket, contact, message: None, scale, score, comment: String::new(), at: tx.at };
        tx.apply([Event::about(Noun::Rating, id, "", &(), &rating, tx.at)]).unwrap();
    });
}

#[test]
fn satisfaction_goes_by_the_date_and_the_latest_word_counts() {
    let desk = week_46();
    for (now, ticket, score) in [
        ("2026-11-10T12:00:00Z", 2, 1),
        ("2026-11-11T12:00:00Z", 2, 5),
        ("2026-11-11T13:00:00Z", 1, 3),
        ("2026-11-12T12:00:00Z", 3, 2),
        ("2026-11-17T12:00:00Z", 3, 4),
    ] {
        said(&desk, now, Scale::Csat, ticket, score);
    }
    for (contact, score) in [(1, 9), (2, 10), (3, 7), (1, 6)] {
        said(&desk, "2026-11-12T15:00:00Z", Scale::Nps, contact, score);
    }
    // Of 2 the 5 counts, of 1 the 3; the 2 of ticket 3 was mended in the week after.
    let stats = desk.json("stats in:2026-W46");
    assert_eq!(stats["csat"], json!({"n": 2, "percent": 50.0}));
    assert_eq!(desk.json("stats in:2026-W47")["csat"], json!({"n": 1, "percent": 100.0}));
    // At the end of that week the 2 was still the last word.
    assert_eq!(desk.json("stats in:2026-W46 --as-of 2026-11-15")["csat"], json!({"n": 3, "percent": 33.3}));
    assert_eq!(desk.json("stats in:2026-W46 --as-of 2026-11-10")["csat"], json!({"n": 1, "percent": 0.0}));
    // Contact 1 said 9 and then 6: one promoter, one passive, one detractor.
    assert_eq!(stats["nps"], json!({"n": 3, "score": 0.0}));
    assert_eq!(desk.json("stats in:2026-W46 +login")["csat"], json!({"n": 0, "percent": null}));
    assert_eq!(desk.json("stats in:2026-W46 +vat")["nps"]["n"], json!(0));
    let text = desk.run("ana", NOW, "stats in:2026-W46").out;
    assert!(text.contains("CSAT: 4 and 5 of 1–5") && text.contains("n = 2, too few to judge"), "{text}");
    let why = desk.json("why csat in:2026-W46");
    assert_eq!((&why["n"], &why["percent"], why["items"].as_array().unwrap().len()), (&json!(2), &json!(50.0), 2));
    assert_eq!(why["left_out"], json!([{"reason": "rated again later", "n": 2}]));
    // A ticket that is in no figure takes its rating along.
    desk.does("ana", "2026-11-18T12:00:00Z", "spam 2");
    assert_eq!(desk.json("stats in:2026-W46")["csat"], json!({"n": 1, "percent": 0.0}));
}

#[test]
fn what_was_closed_as_spam_later_was_not_spam_yet() {
    let desk = week_46();
    desk.does("ana", "2026-11-12T10:00:00Z", "open 'Buy this' -f shop@spam.test");
    desk.does("ana", "2026-11-14T10:00:00Z", "spam 6");
    let opened = |line: &str| desk.json(line)["tickets"]["opened"].clone();
    assert_eq!(opened("stats in:2026-W46"), json!(3));
    assert_eq!(opened("stats in:2026-W46 --as-of 2026-11-13"), json!(4));
    assert_eq!(opened("stats in:2026-W46 --as-of 2026-11-14"), json!(3));
}

#[test]
fn promises_and_ratings_of_later_spam_are_those_of_the_day_that_is_asked_about() {
    let desk = week_46();
    apply(&desk, "[[sla]]\nname = \"all\"\nfirst_response = \"1h wall\"\n");
    desk.does("ana", "2026-11-12T10:00:00Z", "open 'Buy this' -f shop@spam.test -m 'Buy'");
    desk.does("ana", "2026-11-12T12:00:00Z", "csat 6 1");
    desk.does("ana", "2026-11-14T10:00:00Z", "spam 6");
    let missed = |line: &str| {
        let sla = desk.json(line)["sla"].clone();
        let kind = sla.as_array().unwrap().iter().find(|k| k["kind"] == "first_response").unwrap().clone();
        kind["missed"].as_i64().unwrap()
    };
    let (then, now) = ("stats in:2026-W46 --as-of 2026-11-13", "stats in:2026-W46 --as-of 2026-11-14");
    assert_eq!(missed(then), missed(now) + 1);
    let n = |line: &str| desk.json(line)["csat"]["n"].as_i64().unwrap();
    assert_eq!(n(then), n(now) + 1);
}

#[test]
fn why_tells_the_tickets_behind_a_figure_and_what_was_left_out() {
    let desk = week_46();
    desk.does("ana", "2026-11-13T09:00:00Z", "open 'Nobody saw this' -f eve@acme.test");
    desk.does("ana", "2026-11-13T10:00:00Z", "open Spam -f eve@spam.test");
    desk.does("ana", "2026-11-13T11:00:00Z", "spam 7");
    let why = desk.json("why first_response in:2026-W46");
    assert_eq!((&why["figure"], &why["n"], &why["median_minutes"]), (&json!("first_response"), &json!(2), &json!(45)));
    let items: Vec<_> = why["items"].as_array().unwrap().iter().map(|i| (&i["ticket"], &i["minutes"])).collect();
    assert_eq!(items, [(&json!(2), &json!(60)), (&json!(3), &json!(30))]);
    assert_eq!(why["left_out"], json!([{"reason": "not answered yet", "n": 2}, {"reason": "spam", "n": 1}]));
    let text = desk.run("ana", NOW, "why first-response in:2026-W46").out;
    assert!(text.contains("median 45m (the middle of 2 values), p90 1h (value 2 of 2 in order)"), "{text}");
    assert!(text.contains("Left out: 2 not answered yet, 1 spam."), "{text}");
    assert_eq!(desk.json("why reopen in:2026-W46")["items"][0]["ticket"], json!(3));
    assert_eq!(desk.run("ana", NOW, "why first_respnse").exit, 2);
    assert!(desk.run("ana", NOW, "why first_respnse").talk.contains("did you mean first_response?"));
    assert_eq!(desk.run("ana", NOW, "why 2 --business").exit, 2);
}

#[test]
fn every_figure_has_as_many_tickets_behind_it_as_it_says() {
    let desk = week_46();
    apply(&desk, "[[sla]]\nname = \"all\"\nfirst_response = \"45m\"\nnext_response = \"4h\"\n");
    said(&desk, "2026-11-11T13:00:00Z", Scale::Csat, 1, 3);
    for query in ["in:2026-W46", "in:2026-W46 +vat", "in:2026-11-10 --as-of 2026-11-12"] {
        let stats = desk.json(&format!("stats {query}"));
        let behind = |figure: &str| desk.json(&format!("why {figure} {query}"));
        let items = |figure: &str| json!(behind(figure)["items"].as_array().unwrap().len());
        for figure in ["first_response", "next_response", "first_resolution", "full_resolution", "agent_work", "csat"] {
            assert_eq!(items(figure), stats[figure]["n"], "{figure} {query}");
        }
        for figure in ["opened", "closed", "reopened", "backlog"] {
            assert_eq!(items(figure), stats["tickets"][figure], "{figure} {query}");
        }
        for figure in ["one_touch_percent", "reopen_percent"] {
            assert_eq!(behind(figure)["percent"], stats[figure], "{figure} {query}");
        }
        let due: i64 = stats["sla"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["met"].as_i64().unwrap() + s["missed"].as_i64().unwrap())
            .sum();
        assert_eq!(items("sla"), json!(due), "{query}");
    }
    // Of 60 and 30 minutes one is more than 45, and the answer to the further question came in time.
    let sla = desk.json("why sla in:2026-W46");
    assert_eq!((&sla["met"], &sla["missed"]), (&json!(2), &json!(2)), "{sla}");
    let late: Vec<_> = sla["items"].as_array().unwrap().iter().map(|i| i["late_minutes"].as_i64().unwrap()).collect();
    assert!(late.windows(2).all(|pair| pair[0] >= pair[1]), "{late:?}");
}

#[test]
fn the_issues_of_the_period_are_groups() {
    let desk = Stage::new();
    for (i, text) in ["Card payment declined", "Printer offline"].iter().cycle().take(8).enumerate() {
        let line = format!("open '{text} again' -f ann{i}@acme.test -m 'Hello,\n{text}, order {i}'");
        desk.does("ana", &format!("2026-11-1{}T09:00:00Z", i / 2), &line);
    }
    let stats = desk.json("stats in:2026-11-09..2026-11-15 --by topic");
    let groups: Vec<_> = stats["groups"].as_array().unwrap().iter().map(|g| &g["tickets"]["opened"]).collect();
    assert_eq!(groups, [&json!(4), &json!(4)], "{stats}");
}

#[test]
fn when_tickets_come_in_is_a_picture_in_every_format_for_people() {
    let desk = week_46();
    let stats = |format: &str| desk.run("ana", NOW, &format!("stats in:2026-W46 --by hour --format {format}")).out;
    let text = stats("text");
    assert!(text.contains("When tickets come in\n    00 01") && text.contains("Thu ·"), "{text}");
    assert!(stats("md").contains("## When tickets come in\n\n```text\n"), "{}", stats("md"));
    let html = stats("html");
    assert!(html.contains("<svg role=\"img\"") && html.contains("<desc>Mon 09:00 1; Tue 09:00 1; Thu 08:00 1</desc>"));
    assert!(!stats("json").contains("come in") && !stats("csv").contains("come in"));
}

#[test]
fn an_empty_desk_is_answered_honestly() {
    let desk = Stage::new();
    for line in ["recap", "stats", "news"] {
        let said = desk.run("ana", NOW, line);
        assert_eq!((said.exit, said.out.as_str()), (3, ""), "{line}: {}", said.talk);
    }
    desk.does("ana", "2026-11-19T09:00:00Z", "open 'The first'");
    let recap = desk.run("ana", NOW, "recap --all").out;
    assert!(recap.contains("A quiet week: 0 in, 0 out, and 0 are still open."), "{recap}");
    assert!(recap.contains("Too little to compare") && recap.contains("No time was logged."), "{recap}");
    let stats = desk.json("stats --by client");
    assert_eq!((&stats["first_response"]["median_minutes"], &stats["groups"]), (&Value::Null, &json!([])));
    assert_eq!(stats["one_touch_percent"], Value::Null);
}

#[test]
fn every_format_says_the_same() {
    let desk = week_46();
    let text = |line: &str| desk.run("ana", NOW, line).out;
    assert!(text("recap --format md").contains("# Recap: 2026-11-09 … 2026-11-15"));
    assert!(text("recap --format html").contains("<h1>Recap: 2026-11-09 … 2026-11-15 (W46), UTC</h1>"));
    let csv = text("recap --format csv");
    assert!(csv.starts_with("figure,now,before,n\nopened,3,1,\n"), "{csv}");
    assert!(text("stats --by tag --format csv").starts_with("name,tickets_opened,"));
}

/// Number and kind of each piece of news, in order.
fn told(report: &Value) -> Vec<(i64, String)> {
    let rows = report.as_array().unwrap().iter();
    rows.map(|r| (r["number"].as_i64().unwrap_or(0), r["kind"].as_str().unwrap().to_owned())).collect()
}

fn piece(number: i64, kind: &str) -> (i64, String) {
    (number, kind.to_owned())
}

/// Ana comes back at noon; bob has been here since nine.
fn while_ana_was_away() -> Stage {
    let desk = Stage::new();
    let early = "2026-11-18T09:00:00Z";
    for subject in ["One", "Two", "Three", "Four", "Five"] {
        desk.does("ana", early, &format!("open {subject} -f ann@acme.test"));
    }
    desk.does("ana", early, "take 1");
    desk.does("ana", early, "due 2 2026-11-20T11:30");
    desk.does("bob", "2026-11-20T09:00:00Z", "assign 3 ana");
    desk.does("bob", "2026-11-20T09:10:00Z", "close 4 --reason wontfix");
    desk.does("bob", "2026-11-20T09:20:00Z", "open Six -f kim@zeta.test -m 'it burns'");
    desk.asks("2026-11-20T09:30:00Z", 1, "\n> what we said\nAny news?");
    desk.does("bob", "2026-11-20T09:40:00Z", "reopen 4");
    desk.does("bob", "2026-11-20T09:50:00Z", "merge 5 --into 2");
    desk.does("ana", "2026-11-20T10:00:00Z", "open 'My own'");
    desk
}

#[test]
fn news_are_what_others_did_and_what_customers_wrote() {
    let desk = while_ana_was_away();
    let news = desk.json("news");
    assert_eq!(
        told(&news),
        [
            piece(3, "assigned"),
            piece(4, "closed"),
            piece(6, "new"),
            piece(1, "answered"),
            piece(4, "reopened"),
            piece(5, "merged"),
            piece(2, "breached"),
        ]
    );
    assert_eq!(
        news[1],
        json!({"at": "2026-11-20T09:10:00Z", "kind": "closed", "number": 4, "subject": "Four", "agent": "bob", "detail": "wontfix"})
    );
    assert_eq!((&news[3]["detail"], &news[3]["agent"]), (&json!("Any news?"), &Value::Null));
    assert_eq!((&news[5]["detail"], &news[6]["at"]), (&json!("into 2"), &json!("2026-11-20T11:30:00Z")));
    assert_eq!(news[6]["detail"], json!("promised by voice"));
    assert_eq!(told(&desk.json("news --mine")), [piece(3, "assigned"), piece(1, "answered")]);
    assert_eq!(told(&desk.json("news --since 2026-11-20T09:45")), [piece(5, "merged"), piece(2, "breached")]);
    assert_eq!(told(&desk.json("news in:2026-11-20 client:zeta.test")), [piece(6, "new")]);
    assert_eq!(told(&desk.json("news in:2026-11-19")), []);
}

#[test]
fn the_bookmark_moves_only_when_asked_and_nothing_is_told_twice() {
    let desk = while_ana_was_away();
    let ask = |now: &str, line: &str| told(&desk.json_at(now, line));
    assert_eq!(ask(NOW, "news").len(), 7);
    assert_eq!(ask(NOW, "news --since-last -n").len(), 7);
    // An answer that could not be given was not seen.
    assert_eq!(desk.run("ana", NOW, "news --since-last -o /nowhere/news.txt").exit, 1);
    assert_eq!(ask(NOW, "news --since-last").len(), 7);
    assert_eq!(ask(NOW, "news --since-last"), []);
    assert_eq!(ask(NOW, "news").len(), 7);
    // A clock that is behind, and a promise that breaks between two looks.
    desk.does("bob", "2026-11-20T08:00:00Z", "assign 6 ana");
    desk.does("bob", "2026-11-20T08:00:00Z", "due 6 2026-11-20T13:00");
    assert_eq!(ask("2026-11-20T14:00:00Z", "news --since-last"), [piece(6, "assigned"), piece(6, "breached")]);
    assert_eq!(ask("2026-11-20T15:00:00Z", "news --since-last"), []);
    // Looking is no deed: it stands in no history and is not what undo takes back.
    let history = desk.json("history");
    assert!(!history.as_array().unwrap().iter().any(|o| o["command"].as_str().unwrap().starts_with("news")));
}

#[test]
fn what_one_question_leaves_out_stays_news_for_the_others() {
    let desk = while_ana_was_away();
    let ask = |now: &str, line: &str| told(&desk.json_at(now, line));
    assert_eq!(ask(NOW, "news --since-last client:zeta.test"), [piece(6, "new")]);
    assert_eq!(ask(NOW, "news --since-last --mine"), [piece(3, "assigned"), piece(1, "answered")]);
    assert_eq!(ask(NOW, "news --since-last").len(), 7, "nothing was consumed by the narrower ones");
    for line in ["news --since-last client:zeta.test", "news --since-last --mine", "news --since-last"] {
        assert_eq!(ask(NOW, line), [], "{line}: nothing twice");
    }
    // The order of the words makes no other question.
    assert_eq!(ask(NOW, "news --since-last client:zeta.test not:+spam"), [piece(6, "new")]);
    assert_eq!(ask(NOW, "news --since-last not:+spam client:zeta.test"), []);
}

#[test]
fn a_contract_is_news_for_each_question_once() {
    let desk = Stage::new();
    let day = |day: u32| format!("2026-11-{day:02}T12:00:00Z");
    for line in [
        "client add acme 'Acme GmbH'",
        "config set currency EUR",
        "contract add acme --prepaid 10h --every month --price 900 --start 2026-11-01 --name care",
    ] {
        desk.does("ana", &day(2), line);
    }
    let ask = |on: u32, line: &str| told(&desk.json_at(&day(on), line));
    let lines = ["news --since-last --mine", "news --since-last client:acme", "news --since-last"];
    lines.iter().for_each(|line| assert_eq!(ask(3, line), []));
    desk.does("bob", &day(4), "log acme 8h30m care");
    assert_eq!(ask(5, lines[0]), [], "a contract is no ticket of mine");
    assert_eq!(ask(5, lines[1]), [piece(0, "contract")]);
    assert_eq!(ask(5, lines[2]), [piece(0, "contract")]);
    lines.iter().for_each(|line| assert_eq!(ask(6, line), []));
}

#[test]
fn a_promise_that_was_missed_stays_missed_when_it_is_moved_or_taken_back() {
    let desk = Stage::new();
    let day = |time: &str| format!("2026-11-20T{time}:00Z");
    for subject in ["One", "Two", "Three", "Four"] {
        desk.does("ana", &day("09:00"), &format!("open {subject} -f ann@acme.test"));
    }
    desk.does("ana", &day("09:00"), "due 1,2,3,4 2026-11-20T11:00");
    assert_eq!(told(&desk.json_at(&day("10:00"), "news --since-last")), []);
    desk.does("ana", &day("10:30"), "due 3 2026-11-20T18:00");
    desk.does("ana", &day("10:30"), "close 4");
    desk.does("ana", &day("11:30"), "due 1 2026-11-20T17:00");
    desk.does("ana", &day("11:30"), "due 2 none");
    desk.does("ana", &day("11:30"), "reopen 4");
    desk.does("ana", &day("11:40"), "due 4 none");
    let news = desk.json_at(&day("12:00"), "news --since-last");
    assert_eq!(told(&news), [piece(1, "breached"), piece(2, "breached")], "3 was moved and 4 closed in time");
    assert_eq!(news[0]["at"], json!(day("11:00")));
    assert_eq!(told(&desk.json_at(&day("12:00"), "news --since-last")), []);
    assert_eq!(told(&desk.json_at(&day("17:30"), "news --since-last")), [piece(1, "breached")], "and once more");
    assert_eq!(told(&desk.json_at(&day("17:30"), "news --since 2026-11-20T10:45")).len(), 3);
}

#[test]
fn no_news_prints_nothing_and_can_be_an_exit_code() {
    let desk = while_ana_was_away();
    let later = "2026-12-20T12:00:00Z";
    let said = desk.run("ana", later, "news");
    assert_eq!((said.exit, said.out.as_str()), (0, ""));
    assert_eq!(said.talk.trim(), "no news since 2026-12-19 12:00, UTC");
    assert_eq!(desk.run("ana", later, "news --exit-empty").exit, 4);
    assert_eq!(desk.run("ana", NOW, "news --exit-empty").exit, 0);
    assert_eq!(desk.run("ana", NOW, "news in:today --since-last").exit, 2);
    // Somebody who never wrote can ask, too, and again.
    assert_eq!(desk.run("robot2", NOW, "news --since-last").exit, 0);
    assert_eq!(desk.run("robot2", NOW, "news --since-last").out, "");
}

#[test]
fn a_large_import_is_one_line_and_answers_on_my_tickets_are_told_all_the_same() {
    let desk = while_ana_was_away();
    let now = "2026-11-20T11:00:00Z";
    desk.write("bob", now, OperationKind::Import, |tx| {
        for n in 0..30 {
            let ticket = if n < 2 { 1 } else { 2 };
            let t = tx.ticket(ticket).unwrap().unwrap();
            write(tx, &t, Direction::In, &Author::default(), &format!("mail {n}"), at(now).plus(n)).unwrap();
        }
    });
    let news = desk.json("news --since 2026-11-20T10:30");
    assert_eq!(told(&news), [piece(0, "import"), piece(1, "answered"), piece(2, "breached")]);
    assert_eq!(news[0]["detail"], json!("30 mails in 2 tickets"));
    assert_eq!(news[1]["detail"], json!("2 messages, the last: mail 1"));
}

#[test]
fn an_operation_that_was_taken_back_is_no_news() {
    let desk = while_ana_was_away();
    desk.does("bob", "2026-11-20T11:00:00Z", "close 1");
    desk.does("bob", "2026-11-20T11:01:00Z", "undo");
    assert!(!told(&desk.json("news")).contains(&piece(1, "closed")));
}

#[test]
fn broken_promises_of_policies_are_news_once_also_where_they_were_answered_late() {
    let desk = Stage::new();
    let day = |time: &str| format!("2026-11-20T{time}:00Z");
    let news = |time: &str| desk.json_at(&day(time), "news --since-last");
    desk.does("ana", &day("09:00"), "config set sla.all.first_response '2h wall'");
    desk.does("ana", &day("09:00"), "config set sla.all.first_response.urgent '10m wall'");
    desk.does("ana", &day("09:00"), "open One -f ann@acme.test -a ana");
    assert_eq!(told(&news("10:00")), []);
    let broken = news("12:00");
    assert_eq!(told(&broken), [piece(1, "breached")]);
    assert_eq!(
        (&broken[0]["detail"], &broken[0]["at"]),
        (&json!("first response (all)"), &json!("2026-11-20T11:00:00Z"))
    );
    assert_eq!(told(&news("12:00")), []);
    // Broken and answered between two looks; the answer of somebody else is no news, the promise is.
    desk.does("bob", &day("12:10"), "open Two -f ann@acme.test");
    desk.replies("bob", &day("14:30"), 2);
    assert_eq!(told(&news("15:00")), [piece(2, "new"), piece(2, "breached")]);
    // Due before the last look, but broken only since somebody said how urgent it is.
    desk.does("bob", &day("15:10"), "open Three -f ann@acme.test");
    assert_eq!(told(&news("15:30")), [piece(3, "new")]);
    desk.does("bob", &day("15:40"), "prio 3 urgent");
    assert_eq!(told(&news("15:50")), [piece(3, "breached")]);
    assert_eq!(told(&news("23:00")), []);
    assert_eq!(told(&desk.json_at(&day("23:00"), "news --since 2026-11-20T10:30 client:acme.test")).len(), 5);
    assert_eq!(told(&desk.json_at("2026-11-21T09:00:00Z", "news in:yesterday --mine")), [piece(1, "breached")]);
}

#[test]
fn what_wakes_is_news_for_whom_it_belongs_to() {
    let desk = Stage::new();
    let early = "2026-11-20T09:00:00Z";
    for subject in ["One", "Two", "Three", "Four"] {
        desk.does("ana", early, &format!("open {subject} -f ann@acme.test"));
    }
    desk.does("bob", early, "take 3");
    desk.does("ana", early, "pending 1 --until 2026-11-20T11:00");
    desk.does("ana", early, "snooze 2 2026-11-20T11:30");
    desk.does("ana", early, "snooze 3 2026-11-20T11:30");
    desk.does("ana", early, "snooze 4 2026-11-20T12:30");
    assert_eq!(told(&desk.json_at("2026-11-20T10:00:00Z", "news --since-last")), []);
    let woken = desk.json("news --since-last");
    assert_eq!(told(&woken), [piece(1, "woke"), piece(2, "woke")]);
    assert_eq!(
        (&woken[0]["detail"], &woken[1]["detail"]),
        (&json!("pending until then"), &json!("snoozed until then"))
    );
    assert_eq!(told(&desk.json_at("2026-11-20T12:30:00Z", "news --since-last")), [piece(4, "woke")]);
    assert_eq!(told(&desk.json_at("2026-11-20T12:30:00Z", "news --since-last")), []);
    let text = desk.run("ana", "2026-11-20T12:30:00Z", "news").out;
    let head = text.lines().find(|line| line.starts_with("when")).unwrap();
    assert!(head.trim_end().ends_with("who, what more"), "{text}");
    assert!(text.lines().any(|line| line.ends_with("pending until then")), "{text}");
    let page = desk.run("ana", "2026-11-20T12:30:00Z", "news --format md").out;
    assert!(page.contains("| 2026-11-20 12:30 | woke |"), "{page}");
}

#[test]
fn contracts_that_are_nearly_used_up_are_news_once_for_each_mark() {
    let desk = Stage::new();
    let day = |day: u32| format!("2026-11-{day:02}T12:00:00Z");
    let news = |on: u32| desk.json_at(&day(on), "news --since-last");
    desk.does("ana", &day(2), "client add acme 'Acme GmbH'");
    desk.does("ana", &day(2), "config set currency EUR");
    desk.does(
        "ana",
        &day(2),
        "contract add acme --prepaid 10h --every month --price 900 --start 2026-11-01 --name care",
    );
    assert_eq!(told(&news(3)), []);
    desk.does("bob", &day(4), "log acme 8h30m care");
    let told_once = news(5);
    assert_eq!(told(&told_once), [piece(0, "contract")]);
    assert_eq!((&told_once[0]["subject"], &told_once[0]["number"]), (&json!("acme care"), &Value::Null));
    assert_eq!(told_once[0]["detail"], json!("1h 30m of 10h left"));
    assert_eq!(told(&news(5)), []);
    // Worked before the last look, and written down after it.
    desk.does("bob", &day(5), "log acme 2h care --on 2026-11-03");
    assert_eq!(news(6)[0]["detail"], json!("all 10h used"));
    assert_eq!(told(&news(7)), []);
    assert_eq!(told(&desk.json_at(&day(7), "news --since 2026-11-01 client:acme")), [piece(0, "contract")]);
    assert_eq!(told(&desk.json_at(&day(7), "news --since 2026-11-01 +billing")), []);
}

#[test]
fn a_reply_that_comes_by_a_merge_counts_from_the_merge_on() {
    let desk = Stage::new();
    desk.does("ana", "2026-09-01T09:00:00Z", "open 'Nobody answers' -f ann@acme.test");
    desk.does("ana", "2026-09-01T09:00:00Z", "open 'Asked twice' -f ann@acme.test");
    desk.replies("ana", "2026-09-02T09:00:00Z", 2);
    desk.does("ana", "2026-11-10T09:00:00Z", "merge 2 --into 1");
    // 70 days are 100800 minutes.
    let response = desk.json("stats in:2026-W46")["first_response"].clone();
    assert_eq!((&response["n"], &response["median_minutes"]), (&json!(1), &json!(100_800)));
    assert_eq!(desk.json("stats in:2026-09-02")["first_response"]["n"], json!(0));
}

/// A die that always falls the same way.
struct Die(u64);

impl Die {
    fn below(&mut self, n: u64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % n).unwrap()
    }
}

/// A mailbox of conversations, each mail some hours after the one before it.
fn mailbox(die: &mut Die, first: i64, conversations: i64, rounds: std::ops::Range<i64>) -> String {
    let mut out = String::new();
    for c in 0..conversations {
        let mut time = first + c * 50_000;
        for n in 0..rounds.end {
            time += die.below(200_000);
            if n < rounds.start {
                continue;
            }
            let from = if n % 2 == 0 { format!("person{c}@acme.test") } else { "support@desk.test".to_owned() };
            let date = Moment(time).utc().format("%a, %d %b %Y %H:%M:%S +0000");
            let reference = if n == 0 { String::new() } else { format!("In-Reply-To: <{c}.{}@x.test>\n", n - 1) };
            out.push_str(&format!(
                "From x Thu Jan  1 00:00:00 2026\nFrom: {from}\nTo: support@desk.test\nSubject: Mail {c}\nDate: {date}\n\
                 Message-ID: <{c}.{n}@x.test>\n{reference}\nquestion {n} of {c}\n\n"
            ));
        }
    }
    out
}

/// Two months of commands and two imports.
fn random_history(die: &mut Die) -> Stage {
    let desk = Stage::new();
    let begin = at("2026-09-01T00:00:00Z").0;
    let archive = desk.folder.path().join("archive.mbox");
    let mut seed = Die(5);
    std::fs::write(&archive, mailbox(&mut seed, begin - 30 * 86_400, 12, 0..3)).unwrap();
    let import = format!("import {} --own support@desk.test --close-older 14d", archive.display());
    desk.does("robot", &Moment(begin).rfc3339(), &import);
    let mut tickets = 12;
    for n in 0..220 {
        let now = Moment(begin + n * 23_000 + die.below(20_000)).rfc3339();
        let agent = ["ana", "bob", "cyd"][usize::try_from(die.below(3)).unwrap()];
        let id = 1 + die.below(u64::try_from(tickets).unwrap());
        let other = 1 + die.below(u64::try_from(tickets).unwrap());
        let said = match die.below(16) {
            0..=2 => desk.run(agent, &now, &format!("open Random +t{} -f p{id}@zeta.test", id % 3)),
            3 => desk.run(agent, &now, &format!("open Mine -f p{id}@zeta.test -a bob")),
            4..=6 => desk.run(agent, &now, &format!("close {id}")),
            7 => desk.run(agent, &now, &format!("reopen {id}")),
            8 => desk.run(agent, &now, &format!("pending {id} --until 5d")),
            9 => desk.run(agent, &now, &format!("assign {id} cyd")),
            10 => desk.run(agent, &now, &format!("take {id}")),
            11 => desk.run(agent, &now, &format!("merge {id} --into {other}")),
            12 => desk.run(agent, &now, "undo"),
            13 => desk.run(agent, &now, &format!("spam {id}")),
            _ => {
                desk.replies(agent, &now, id);
                continue;
            }
        };
        assert!(said.exit <= 3, "{}", said.talk);
        tickets = desk.json_at(&now, "ls status:all --count")["count"].as_i64().unwrap();
        if n == 120 {
            let mut seed = Die(5);
            std::fs::write(&archive, mailbox(&mut seed, begin - 30 * 86_400, 12, 0..5)).unwrap();
            desk.does("robot", &now, &import);
        }
    }
    desk
}

#[test]
fn tickets_that_are_not_looked_at_would_change_no_figure() {
    use frontdesk::domain::insight::metrics::{By, figures, groups};
    let mut die = Die(2026);
    let desk = random_history(&mut die);
    let mut store = Store::open(&Place::File(desk.file()), true, None).unwrap().unwrap();
    let whole = store.read(|r| r.cases(Moment::MIN, Moment::MAX)).unwrap();
    let names: BTreeMap<i64, String> =
        store.read(|r| r.agents()).unwrap().into_iter().map(|a| (a.id, a.name)).collect();
    let name = |id: i64| names.get(&id).cloned().unwrap_or_default();
    let begin = at("2026-08-01T00:00:00Z").0;
    let mut seen = 0;
    for _ in 0..300 {
        let from = Moment(begin + die.below(100 * 86_400));
        let to = from.plus(die.below(30 * 86_400));
        let as_of = Moment(begin + die.below(120 * 86_400));
        let few = store.read(|r| r.cases(from.min(as_of), to.min(as_of.plus(1)))).unwrap();
        let of = |cases: &[_]| figures(cases, (from, to), as_of);
        assert_eq!(of(&few), of(&whole), "{from:?} {to:?} {as_of:?}");
        for by in [By::Agent(&name), By::Tag, By::Client] {
            let of = |cases: &[_]| {
                let mut rows = groups(cases, (from, to), as_of, by);
                rows.retain(|(_, f)| *f != frontdesk::domain::insight::metrics::Figures::default());
                rows.sort_by(|a, b| a.0.cmp(&b.0));
                rows
            };
            assert_eq!(of(&few), of(&whole), "{from:?} {to:?} {as_of:?}");
        }
        seen += of(&few).closed + of(&few).reopened;
    }
    assert!(seen > 300 && whole.len() > 40, "{seen} {}", whole.len());
}

#[test]
fn the_time_in_which_the_customer_thought_is_not_ours_in_an_imported_conversation_either() {
    let desk = Stage::new();
    let mut archive = String::new();
    // Asked 11:00 and 12:00, answered 13:00; a day later asked 13:00 and 14:00, answered 16:00: two hours and three are ours.
    let mails = [("09 Nov 2026 11", false), ("09 Nov 2026 12", false), ("09 Nov 2026 13", true)];
    let later = [("10 Nov 2026 13", false), ("10 Nov 2026 14", false), ("10 Nov 2026 16", true)];
    for (n, (hour, ours)) in mails.into_iter().chain(later).enumerate() {
        let from = if ours { "support@desk.test" } else { "joe@acme.test" };
        let names = if n == 0 { String::new() } else { "References: <m0@x>\n".to_owned() };
        archive.push_str(&format!(
            "From x Mon Nov  9 11:00:00 2026\nFrom: {from}\nSubject: two\nDate: {hour}:00:00 +0000\nMessage-ID: <m{n}@x>\n{names}\nmail {n}\n\n"
        ));
    }
    let file = desk.folder.path().join("two.mbox");
    std::fs::write(&file, archive).unwrap();
    desk.does("ana", "2026-11-12T10:00:00Z", &format!("import {} --own support@desk.test", file.display()));
    desk.does("ana", "2026-11-12T10:00:00Z", "close 1");
    let figures = desk.json_at("2026-11-16T10:00:00Z", "stats in:2026-11-09..2026-11-15");
    assert_eq!(figures["first_response"]["median_minutes"], 120);
    assert_eq!(figures["next_response"]["median_minutes"], 180);
    assert_eq!(figures["full_resolution"]["median_minutes"], 300);
}

#[test]
fn it_makes_no_difference_whether_a_question_and_its_answer_come_in_together_or_apart() {
    let mail = |n: usize, from: &str, date: &str| {
        format!(
            "From x Mon Nov  2 10:00:00 2026\nFrom: {from}\nSubject: one\nDate: {date}:00:00 +0000\nMessage-ID: <m{n}@x>\nReferences: <m0@x>\n\nmail {n}\n\n"
        )
    };
    let (joe, us) = ("joe@acme.test", "support@desk.test");
    let first = mail(0, joe, "02 Nov 2026 10") + &mail(1, us, "02 Nov 2026 11");
    let (question, answer) = (mail(2, joe, "09 Nov 2026 11"), mail(3, us, "09 Nov 2026 12"));
    let came = |parts: &[&str]| {
        let desk = Stage::new();
        let file = desk.folder.path().join("box.mbox");
        let import = format!("import {} --own {us}", file.display());
        std::fs::write(&file, &first).unwrap();
        desk.does("ana", "2026-11-03T10:00:00Z", &import);
        desk.does("ana", "2026-11-03T10:00:00Z", "close 1");
        for part in parts {
            std::fs::write(&file, part).unwrap();
            desk.does("ana", "2026-11-10T10:00:00Z", &import);
        }
        let ticket = desk.json_at("2026-11-10T10:00:00Z", "ls status:all")[0].clone();
        let figures = desk.json_at("2026-11-16T10:00:00Z", "stats");
        (ticket["status"].clone(), ticket["reopens"].clone(), figures["full_resolution"].clone())
    };
    let both = question.clone() + &answer;
    let together = came(&[both.as_str()]);
    assert_eq!(together, came(&[question.as_str(), answer.as_str()]));
    assert_eq!((together.0, together.1), ("pending".into(), 1.into()));
}
