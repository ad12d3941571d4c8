//! `desk calendar` and the settings it reads, as a person types them. Each test has a home of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "engines/mirror.rs"]
mod mirror;

use mirror::Line;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A home with a desk, on a Friday at three in Moscow.
struct Home(tempfile::TempDir);

struct Said {
    exit: u8,
    out: String,
    talk: String,
}

const OFFICE: &str = r#"
zone = "Europe/Moscow"

[calendar.office]
mon = ["09:00-13:00", "14:00-18:00"]
tue = ["09:00-18:00"]
wed = ["09:00-18:00"]
thu = ["09:00-18:00"]
fri = ["09:00-17:00"]
holidays = ["2026-11-25..2026-11-27", "12-24"]
days = { "2026-11-28" = ["09:00-16:00"] }
country = "ru"
"#;

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    fn with(settings: &str) -> Home {
        let home = Home::new();
        home.apply(settings);
        home
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn apply(&self, settings: &str) {
        let file = self.write("team.toml", settings);
        let said = self.run(&["config", "apply", file.to_str().unwrap()]);
        assert_eq!(said.exit, 0, "{}", said.talk);
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let home = self.0.path().display().to_string();
        let set = [("HOME", home.as_str()), ("USER", "mila"), ("DESK_NOW", "2026-11-20T12:00:00Z")];
        let environment: BTreeMap<String, String> = set.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let (exit, out, talk) =
            mirror::run(Line::new(arguments.iter().map(|a| (*a).to_owned()).collect(), environment));
        Said { exit, out, talk }
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(said.exit, 0, "{arguments:?}: {}", said.talk);
        serde_json::from_str(&said.out).unwrap()
    }
}

#[test]
fn working_time_between_two_times() {
    let home = Home::with(OFFICE);
    let between = |from: &str, to: &str| home.json(&["calendar", "between", from, to])["business_seconds"].clone();
    assert_eq!(between("2026-11-20T12:00:00Z", "2026-11-23T07:30:00Z"), 2 * 3600 + 5400);
    assert_eq!(between("fri 10:00", "now"), 5 * 3600);
    assert_eq!(between("now", "mon 10:00"), 3 * 3600, "the next one, as the last is over");
    assert_eq!(between("2026-11-24", "2026-11-30"), 16 * 3600, "three holidays and a working Saturday");
    assert_eq!(home.json(&["calendar", "between", "10:00", "now"])["business_minutes"], 300);
    let said = home.run(&["calendar", "between", "2026-11-20 10:00", "now"]).out;
    assert_eq!(said, "5h of working time in office (Europe/Moscow)\nFri 2026-11-20 10:00 … Fri 2026-11-20 15:00\n");
    let backwards = home.run(&["calendar", "between", "2026-11-20", "2026-11-19"]);
    assert_eq!(backwards.exit, 2);
    assert!(backwards.talk.contains("2026-11-19 00:00 is before 2026-11-20 00:00"), "{}", backwards.talk);
}

#[test]
fn when_so_much_working_time_has_passed() {
    let home = Home::with(OFFICE);
    let after = |arguments: &[&str]| home.json(&[&["calendar", "after"], arguments].concat())["at"].clone();
    assert_eq!(after(&["now", "2h"]), "2026-11-20T14:00:00Z", "closing time");
    assert_eq!(after(&["now", "7201s"]), "2026-11-23T06:00:01Z");
    assert_eq!(after(&["now", "3", "days"]), "2026-11-28T12:00:00Z");
    assert_eq!(after(&["2026-12-29 10:00", "3 дня"]), "2027-01-12T07:00:00Z");
    let said = home.run(&["calendar", "after", "2026-12-29 10:00", "3d"]);
    assert_eq!(said.out, "Tue 2027-01-12 10:00\n3 working days in office (Europe/Moscow) after Tue 2026-12-29 10:00\n");
    assert!(said.talk.contains("Russia is provisional for 2027"), "{}", said.talk);
    let far = home.run(&["calendar", "after", "9999-12-20", "90 days"]);
    assert_eq!(far.exit, 1, "{}", far.talk);
    assert_eq!(home.run(&["calendar", "after", "now", "2w"]).exit, 2);
}

#[test]
fn a_calendar_is_shown_with_its_exceptions() {
    let home = Home::with(OFFICE);
    let shown = home.json(&["calendar", "show"]);
    assert_eq!((&shown["open"], &shown["changes_at"]), (&json!(true), &json!("2026-11-20T14:00:00Z")));
    assert_eq!(shown["week"][0], json!({ "day": "mon", "hours": ["09:00-13:00", "14:00-18:00"], "minutes": 480 }));
    let first = json!({ "day": "2026-11-25", "weekday": "wed", "hours": [], "minutes": 0, "what": "holiday" });
    assert_eq!(shown["exceptions"][0], first);
    assert_eq!(shown["days"].as_array().unwrap().len(), 30);
    assert_eq!(shown["provisional_years"], json!([2027]));
    let text = home.run(&["calendar", "show", "in:2026-11"]).out;
    assert!(text.contains("tue – thu  09:00-18:00                  9h\n"), "{text}");
    assert!(text.contains("Wed 2026-11-25 – Fri 2026-11-27  off          holiday\n"), "{text}");
    assert!(text.contains("W48   23 8h  24 9h  25 –*  26 –*  27 –*  28 7h*  29 –    24h\n"), "{text}");
    assert!(!text.contains("provisional"), "{text}");
    assert_eq!(home.run(&["calendar"]).out, home.run(&["calendar", "show"]).out);
    assert_eq!(home.run(&["calendar", "show", "2026"]).exit, 0);
    assert_eq!(home.run(&["calendar", "show", "2026-01-01..2028-01-01"]).exit, 2);
}

#[test]
fn without_a_calendar_every_hour_counts_and_without_a_desk_there_is_none() {
    let home = Home::new();
    assert_eq!(home.run(&["calendar", "show"]).exit, 3);
    home.apply("zone = \"Europe/Berlin\"\n");
    let night = home.json(&["calendar", "between", "2026-03-29", "2026-03-30"]);
    assert_eq!((&night["business_seconds"], &night["calendar"]), (&json!(23 * 3600), &json!("24x7")));
    assert!(home.run(&["calendar"]).out.contains("open, without an end"));
}

#[test]
fn of_several_calendars_one_is_the_desks() {
    let home = Home::with(OFFICE);
    home.apply("[calendar.night]\nzone = \"America/New_York\"\nsun = [\"00:00-06:00\"]\n");
    let asked = home.run(&["calendar", "after", "now", "1h"]);
    assert_eq!(asked.exit, 2);
    assert!(asked.talk.contains("several calendars (night, office)") && asked.talk.contains("default_calendar"));
    let night = home.json(&["calendar", "after", "now", "1h", "--calendar", "night"]);
    assert_eq!(night["at"], "2026-11-22T06:00:00Z");
    assert_eq!(home.run(&["calendar", "show", "--calendar", "nihgt"]).exit, 3);
    assert_eq!(home.run(&["config", "set", "default_calendar", "offce"]).exit, 2);
    assert_eq!(home.run(&["config", "set", "default_calendar", "office"]).exit, 0);
    assert_eq!(home.json(&["calendar", "after", "now", "1h"])["calendar"], "office");
    assert_eq!(home.run(&["config", "set", "calendar.office", "--default"]).exit, 2, "it is the desk's");
    assert_eq!(home.run(&["config", "set", "calendar.night", "--default"]).exit, 0);
    assert_eq!(home.run(&["undo"]).exit, 0);
    assert_eq!(home.run(&["calendar", "show", "--calendar", "night"]).exit, 0);
}

#[test]
fn a_file_of_holidays_is_read_once_and_kept_as_days() {
    let home = Home::new();
    let event = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261123\r\nDTEND;VALUE=DATE:20261125\r\nEND:VEVENT\r\n";
    home.write("team/days.ics", &format!("BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n"));
    let settings = "[calendar.office]\nmon = [\"09:00-18:00\"]\nics = \"days.ics\"\n";
    let file = home.write("team/team.toml", settings);
    let apply = || home.run(&["config", "apply", file.to_str().unwrap()]);
    assert_eq!(apply().exit, 0);
    assert!(apply().talk.contains("nothing to change"));
    assert_eq!(home.run(&["config", "get", "calendar.office.ics"]).out, "2026-11-23..2026-11-24\n");
    std::fs::remove_file(home.0.path().join("team/days.ics")).unwrap();
    assert_eq!(home.json(&["calendar", "after", "2026-11-22", "1h"])["at"], "2026-11-30T10:00:00Z");
    let gone = apply();
    assert_eq!(gone.exit, 3);
    assert!(gone.talk.contains("calendar.office.ics: reading") && gone.talk.contains("days.ics"), "{}", gone.talk);
    let broken = home.write("x.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261301\nEND:VEVENT\nEND:VCALENDAR\n");
    let said = home.run(&["config", "set", "calendar.office.ics", broken.to_str().unwrap()]);
    assert_eq!(said.exit, 2);
    assert!(said.talk.contains("x.ics:3: cannot follow the day 20261301"), "{}", said.talk);
}

#[test]
fn a_calendar_is_set_part_by_part_and_mistakes_are_named() {
    let home = Home::new();
    let set = |key: &str, value: &str| home.run(&["config", "set", key, value]);
    assert_eq!(set("calendar.office.mon", "09:00-13:00,14:00-18:00").exit, 0);
    assert_eq!(set("calendar.office.days.2026-11-21", "10:00-12:00").exit, 0);
    assert_eq!(home.json(&["calendar", "between", "now", "2026-11-24"])["business_minutes"], 10 * 60);
    let twice = set("calendar.office.tue", "09:00-13:00,12:00-18:00");
    assert_eq!(twice.exit, 2);
    assert!(twice.talk.contains("it shares time with 09:00-13:00"), "{}", twice.talk);
    let file = home.write("t.toml", "name = \"a\"\n[calendar.x]\nmon = [\"09:00-25:00\"]\n");
    let said = home.run(&["config", "apply", file.to_str().unwrap()]);
    assert!(said.exit == 2 && said.talk.contains("t.toml:3:8: calendar.x.mon: \"09:00-25:00\""), "{}", said.talk);
    let list = home.run(&["config", "ls"]).out;
    assert!(list.contains("calendar.office.mon") && list.contains("09:00-13:00, 14:00-18:00"), "{list}");
}
