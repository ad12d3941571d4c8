//! Each file that another program wrote: in, again, and back out.

use super::{adds_up, counts, fixture, lived_in, operations, seen, sound};
use crate::stage::Stage;
use serde_json::Value;

/// What an import of these files must come to: read, tickets, messages, contacts, clients, entries, ratings, agents; new
/// tickets by status.
struct Files {
    names: &'static [&'static str],
    more: &'static str,
    format: &'static str,
    counts: [i64; 7],
    agents: &'static [&'static str],
    statuses: &'static [&'static str],
    /// Numbers there that find a ticket.
    numbers: &'static [&'static str],
}

const ALL: &[Files] = &[
    Files {
        names: &["zendesk.csv"],
        more: "",
        format: "zendesk",
        counts: [3, 3, 0, 3, 2, 0, 2],
        agents: &["Kim.Lee"],
        statuses: &["closed", "hold", "open"],
        numbers: &["101", "102", "103"],
    },
    Files {
        names: &["zendesk.ndjson", "zendesk-users.ndjson", "zendesk-organizations.ndjson"],
        more: "",
        format: "zendesk",
        counts: [10, 3, 7, 3, 2, 0, 1],
        agents: &["Kim.Lee", "Олег"],
        statuses: &["closed", "hold", "open"],
        numbers: &["201", "202", "204"],
    },
    Files {
        names: &["freshdesk.csv"],
        more: "",
        format: "freshdesk",
        counts: [3, 3, 0, 3, 2, 1, 1],
        agents: &["Kim.Lee"],
        statuses: &["closed", "pending", "open"],
        numbers: &["301", "302", "303"],
    },
    Files {
        names: &["freshdesk.json", "freshdesk-agents.json", "freshdesk-companies.json", "freshdesk-contacts.json"],
        more: "",
        format: "freshdesk",
        counts: [9, 5, 6, 4, 2, 0, 0],
        agents: &["Kim.Lee"],
        statuses: &["closed", "pending", "open", "closed", "open"],
        numbers: &["401", "402", "403", "404", "406"],
    },
    Files {
        names: &["helpscout.json"],
        more: "",
        format: "helpscout",
        counts: [4, 3, 5, 2, 1, 0, 1],
        agents: &["kim", "Олег"],
        statuses: &["closed", "closed", "pending"],
        numbers: &[],
    },
    Files {
        names: &["intercom.csv"],
        more: "",
        format: "intercom",
        counts: [6, 2, 5, 2, 1, 0, 0],
        agents: &["Kim.Lee"],
        statuses: &["closed", "open"],
        numbers: &["701", "702"],
    },
    Files {
        names: &["intercom.json"],
        more: "",
        format: "intercom",
        counts: [2, 2, 6, 2, 1, 0, 1],
        agents: &["Fin", "kim", "Олег"],
        statuses: &["closed", "hold"],
        numbers: &["601", "602"],
    },
    Files {
        names: &["okdesk-issues.json", "okdesk-companies.ndjson", "okdesk-contacts.ndjson", "okdesk-employees.ndjson"],
        more: "",
        format: "okdesk",
        counts: [9, 3, 5, 3, 3, 3, 1],
        agents: &["Mila.Stone", "kim", "Олег.Мирный"],
        statuses: &["closed", "hold", "open"],
        numbers: &["153", "154", "9007199254740993"],
    },
    Files {
        names: &["osticket.csv"],
        more: "",
        format: "osticket",
        counts: [3, 2, 0, 2, 2, 0, 0],
        agents: &["Kim.Lee"],
        statuses: &["closed", "open"],
        numbers: &["000801"],
    },
    Files {
        names: &["github-gh.json"],
        more: "",
        format: "github",
        counts: [2, 2, 5, 2, 0, 0, 0],
        agents: &[],
        statuses: &["closed", "open"],
        numbers: &["41"],
    },
    Files {
        names: &["github-rest.json"],
        more: "",
        format: "github",
        counts: [2, 1, 1, 1, 0, 0, 0],
        agents: &["oleg"],
        statuses: &["closed"],
        numbers: &[],
    },
    Files {
        names: &["telegram-chat.json"],
        more: "",
        format: "telegram",
        counts: [1, 2, 7, 1, 0, 0, 0],
        agents: &["Мила"],
        statuses: &["open", "open"],
        numbers: &[],
    },
    Files {
        names: &["telegram-all.json"],
        more: "",
        format: "telegram",
        counts: [4, 2, 4, 2, 0, 0, 0],
        agents: &[],
        statuses: &["pending", "new"],
        numbers: &[],
    },
    Files {
        names: &["toggl.csv"],
        more: "",
        format: "toggl",
        counts: [3, 0, 0, 0, 1, 2, 0],
        agents: &["oleg"],
        statuses: &[],
        numbers: &[],
    },
    Files {
        names: &["toggl-new.csv"],
        more: "",
        format: "toggl",
        counts: [1, 0, 0, 0, 0, 1, 0],
        agents: &["Mila.Stone"],
        statuses: &[],
        numbers: &[],
    },
    Files {
        names: &["harvest.csv"],
        more: "",
        format: "harvest",
        counts: [4, 0, 0, 0, 2, 3, 0],
        agents: &["Mila.Stone", "Олег.Мирный"],
        statuses: &[],
        numbers: &[],
    },
    Files {
        names: &["plain-hours.csv"],
        more: "",
        format: "csv",
        counts: [1, 0, 0, 0, 1, 1, 0],
        agents: &[],
        statuses: &[],
        numbers: &[],
    },
];

const COUNTS: &str = "read tickets messages contacts clients entries ratings";

impl Files {
    fn line(&self, how: &str) -> String {
        let paths: Vec<String> = self.names.iter().map(|name| fixture(name)).collect();
        format!("import {how} {} {}", paths.join(" "), self.more)
    }

    /// The summary of an import, whichever way it ends.
    fn run(&self, stage: &Stage, how: &str) -> Value {
        let said = stage.desk(&format!("{} --json", self.line(how)));
        let bad = if self.more.is_empty() { 0 } else { 5 };
        assert_eq!(said.exit, bad, "{:?}: {said:?}", self.names);
        serde_json::from_str(&said.out).unwrap()
    }
}

#[test]
fn every_file_comes_in_whole_and_its_records_add_up() {
    for files in ALL {
        let stage = Stage::new();
        let got = files.run(&stage, "");
        assert_eq!(counts(&got, COUNTS), files.counts, "{:?}: {got}", files.names);
        assert_eq!((got["format"].as_str(), got["kept"].as_bool()), (Some(files.format), Some(true)));
        assert_eq!(got["agents"].as_array().unwrap(), files.agents, "{:?}", files.names);
        adds_up(&got);
        let mut all = stage.json("ls status:all");
        let all = all.as_array_mut().unwrap();
        all.sort_by_key(|t| t["number"].as_i64());
        let statuses: Vec<&str> = all.iter().map(|t| t["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, files.statuses, "{:?}", files.names);
        sound(&stage);
    }
}

#[test]
fn an_import_is_taken_back_without_a_trace() {
    for files in ALL {
        let stage = lived_in();
        let before = seen(&stage);
        files.run(&stage, "");
        assert_ne!(seen(&stage), before, "{:?}", files.names);
        stage.ok("undo");
        assert_eq!(seen(&stage), before, "{:?}", files.names);
        sound(&stage);
        files.run(&stage, "");
        sound(&stage);
    }
}

#[test]
fn a_second_time_nothing_comes_and_nothing_is_written_down() {
    for files in ALL {
        let stage = lived_in();
        let first = files.run(&stage, "");
        let (before, done) = (seen(&stage), operations(&stage));
        for way in ["", "--on-conflict update", "--on-conflict fail"] {
            let again = files.run(&stage, way);
            adds_up(&again);
            let fresh = counts(&again, "created updated tickets messages contacts clients entries ratings");
            assert_eq!(fresh, [0; 8], "{:?} {way}: {again}", files.names);
            let known = |s: &Value| counts(s, "read created duplicates skipped");
            let (now, then) = (known(&again), known(&first));
            assert_eq!(now[2] + now[3], then[1] + then[2] + then[3], "{:?}: {again}", files.names);
            assert_eq!((again["operation"].as_i64(), operations(&stage)), (None, done), "{:?}", files.names);
        }
        assert_eq!(seen(&stage), before, "{:?}", files.names);
    }
}

#[test]
fn a_plan_tells_what_the_import_then_does_and_leaves_nothing_behind() {
    for files in ALL {
        let stage = Stage::new();
        let mut plan = files.run(&stage, "-n");
        assert!(std::fs::read_dir(stage.path("")).unwrap().next().is_none(), "{:?}: a trace of the plan", files.names);
        let mut done = files.run(&stage, "");
        for summary in [&mut plan, &mut done] {
            for key in ["kept", "operation", "tickets_shown"] {
                summary.as_object_mut().unwrap().remove(key);
            }
        }
        let rows = |s: &Value| s["tickets"].clone();
        assert_eq!(rows(&plan), rows(&done));
        assert_eq!(plan, done, "{:?}", files.names);
        let stage = lived_in();
        let (before, done) = (seen(&stage), operations(&stage));
        files.run(&stage, "-n");
        assert_eq!((seen(&stage), operations(&stage)), (before, done));
    }
}

#[test]
fn old_numbers_find_their_tickets() {
    for files in ALL.iter().filter(|files| !files.numbers.is_empty()) {
        let stage = lived_in();
        files.run(&stage, "");
        for number in files.numbers {
            let t = stage.json(&format!("show {}:{number}", files.format));
            assert_eq!(t["external"]["id"].as_str(), Some(*number));
            assert_eq!(t["external"]["source"].as_str(), Some(files.format));
            let found = stage.numbers(&format!("ls ext:{number} status:all"));
            assert_eq!(found, [t["number"].as_i64().unwrap()], "{number}");
        }
        stage.refused(&format!("show {}:4711", files.format), 3);
        if let Some(number) = files.numbers.first().filter(|number| !number.starts_with('0')) {
            let talk = stage.refused(&format!("show {number}"), 3);
            assert!(talk.contains(&format!("what was {number} where it came from is ticket 2 here")), "{talk}");
        }
    }
}

#[test]
fn a_folder_is_read_as_its_files_are_whatever_their_order() {
    let stage = Stage::new();
    let folder = stage.path("out");
    std::fs::create_dir(&folder).unwrap();
    for (as_name, name) in [
        ("c.ndjson", "zendesk-organizations.ndjson"),
        ("b.ndjson", "zendesk-users.ndjson"),
        ("a.ndjson", "zendesk.ndjson"),
    ] {
        std::fs::copy(fixture(name), folder.join(as_name)).unwrap();
    }
    let got = stage.json(&format!("import {}", folder.display()));
    assert_eq!(counts(&got, COUNTS), [10, 3, 7, 3, 2, 0, 1]);
    assert_eq!(stage.of(1, "requester")["name"], "Anna Petrova");
    assert_eq!(stage.of(1, "assignee"), "Kim.Lee");
}

#[test]
fn those_of_whom_an_earlier_import_told_are_known_by_their_ids() {
    let stage = Stage::new();
    stage.ok(&format!("import {} {}", fixture("zendesk-users.ndjson"), fixture("zendesk-organizations.ndjson")));
    let got = stage.json(&format!("import {}", fixture("zendesk.ndjson")));
    assert_eq!(
        counts(&got, "tickets messages contacts clients"),
        [3, 7, 1, 0],
        "but for the one of whom no file tells"
    );
    let t = stage.json("show zendesk:201");
    assert_eq!((t["requester"]["name"].as_str(), t["client"].as_str()), (Some("Anna Petrova"), Some("acme")));
    let ways: Vec<&str> = t["messages"].as_array().unwrap().iter().map(|m| m["direction"].as_str().unwrap()).collect();
    assert_eq!(ways, ["in", "out", "note"], "who is an agent is known too");
    assert_eq!(t["messages"][1]["author"], "Kim.Lee");
    stage.all(&["undo", "undo"]);
    assert_eq!(stage.ok("contact ls --json").trim(), "[]");
    sound(&stage);
}

#[test]
fn people_known_by_a_number_alone_are_told_of_and_get_their_names_when_their_file_comes() {
    let stage = Stage::new();
    let said = stage.desk(&format!("import {}", fixture("zendesk.ndjson")));
    assert!(said.talk.contains("3 contacts are known by a number alone"), "{said:?}");
    assert_eq!(stage.of(1, "requester")["name"], "");
    let got = stage.json(&format!("import {}", fixture("zendesk-users.ndjson")));
    assert_eq!(counts(&got, "read created updated duplicates skipped contacts"), [4, 0, 2, 0, 2, 0]);
    assert_eq!(stage.of(1, "requester")["name"], "Anna Petrova");
    assert_eq!(stage.json("contact ls").as_array().unwrap().len(), 3);
    sound(&stage);
}

#[test]
fn nothing_is_sent_for_what_is_imported() {
    let stage = Stage::new();
    let settings = "receipts = true\naddresses = [\"support@us.test\"]\n[smtp]\nurl = \"smtp://localhost\"\nfrom = \"support@us.test\"\n";
    let file = super::put(&stage, "settings.toml", settings);
    stage.ok(&format!("config apply {}", file.display()));
    for files in ALL {
        files.run(&stage, "--close-older 14d");
    }
    assert_eq!(stage.ok("outbox --json").trim(), "[]");
}
