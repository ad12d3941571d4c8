//! Clients, contacts, agents, tags and mutes as a user meets them: whole command lines against a desk of their own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[path = "engines/mirror.rs"]
mod mirror;

use mirror::Line;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// A desk in a folder of its own.
struct Desk {
    home: tempfile::TempDir,
    now: std::cell::Cell<u32>,
}

/// What a command said.
#[derive(Debug)]
struct Said {
    code: u8,
    out: String,
    talk: String,
}

impl Desk {
    fn new() -> Desk {
        Desk { home: tempfile::tempdir().unwrap(), now: std::cell::Cell::new(0) }
    }

    /// Acme (known by acme.test) with Anna and Иван, Globex with nobody, a caller without a client; five tickets.
    fn furnished() -> Desk {
        let desk = Desk::new();
        for line in [
            "agent add bob --email bob@support.test",
            "open|Cannot log in|-f|Anna Petrova <anna@acme.test>|+login",
            "open|Оплата не прошла|-f|Иван <ivan@acme.test>|+оплата|-m|не проходит",
            "open|Call back|-f|+7 921 555-01-02|--channel|phone",
            "client|add|globex|Globex Inc|--domain|globex.test|--note|VIP",
            "open|For somebody else|-f|anna@acme.test|-c|globex",
            "open|Again|-f|anna@acme.test|+login",
            "note 1 looked at it -t 25m",
        ] {
            desk.done(&words(line));
        }
        desk
    }

    /// Runs a command a minute after the one before.
    fn run(&self, arguments: &[String]) -> Said {
        let minute = self.now.get();
        self.now.set(minute + 1);
        self.run_at(arguments, &format!("2026-11-20T{:02}:{:02}:00Z", 8 + minute / 60, minute % 60))
    }

    fn run_at(&self, arguments: &[String], now: &str) -> Said {
        let home = self.home.path().display().to_string();
        let file = self.home.path().join("desk.db").display().to_string();
        let mut environment: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in [
            ("HOME", home.as_str()),
            ("DESK_FILE", &file),
            ("DESK_AGENT", "ana"),
            ("DESK_NOW", now),
            ("DESK_ZONE", "UTC"),
        ] {
            environment.insert(name.to_owned(), value.to_owned());
        }
        for folder in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            environment.insert(folder.to_owned(), format!("{home}/{folder}"));
        }
        let (code, out, talk) = mirror::run(Line::new(arguments.to_vec(), environment));
        Said { code, out, talk }
    }

    /// Runs a command that must work; what it answers.
    fn done(&self, arguments: &[String]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.talk);
        said.out
    }

    /// `a b c`, or `a|b b|c` where a word has blanks.
    fn ok(&self, line: &str) -> String {
        self.done(&words(line))
    }

    /// Runs a command that must fail with this code and say this.
    fn fails(&self, line: &str, code: u8, saying: &str) {
        let said = self.run(&words(line));
        assert_eq!(said.code, code, "{line}: {}{}", said.out, said.talk);
        assert!(said.talk.contains(saying), "{line}: {}", said.talk);
    }

    fn json(&self, line: &str) -> Value {
        let mut arguments = words(line);
        arguments.push("--json".to_owned());
        serde_json::from_str(&self.done(&arguments)).unwrap()
    }

    /// One member of the row of a list whose first member is `name`.
    fn row(&self, list: &str, name: &str) -> Value {
        let rows = self.json(list);
        let found = rows.as_array().unwrap().iter().find(|r| r.as_object().unwrap().values().any(|v| v == name));
        found.cloned().unwrap_or(Value::Null)
    }

    /// Everything that can be seen of people and tickets. The instant does not move on: nothing is done.
    fn seen(&self) -> String {
        let mut all = String::new();
        let mut look = |line: &str| {
            let said = self.run_at(&words(line), "2026-11-30T00:00:00Z");
            all.push_str(&format!("$ {line} -> {}\n{}", said.code, said.out));
        };
        for line in [
            "client ls --json",
            "contact ls --json",
            "agent ls --json",
            "tags --json",
            "mute --json",
            "ls status:all --json",
            "ls --json=number",
            "show 1-20 --json",
            "find anna --json=number",
            "find acme --json=number",
            "find globex --json=number",
            "find оплата --json=number",
        ] {
            look(line);
        }
        let clients: Value =
            serde_json::from_str(&self.run_at(&words("client ls --json"), "2026-11-30T00:00:00Z").out).unwrap();
        for client in clients.as_array().unwrap() {
            look(&format!("client show {} --json", client["handle"].as_str().unwrap()));
        }
        all
    }

    /// Does it, takes it back, brings it back: what is seen must follow exactly. Whether it could be done at all.
    fn there_and_back(&self, line: &str) -> bool {
        let before = self.seen();
        let said = self.run(&words(line));
        if said.code != 0 {
            assert!([1, 2, 3].contains(&said.code), "{line}: {}", said.talk);
            same(&before, &self.seen(), line);
            return false;
        }
        let after = self.seen();
        assert_ne!(before, after, "{line} changed nothing");
        self.ok("undo");
        same(&before, &self.seen(), &format!("{line}, undone"));
        self.ok("redo");
        same(&after, &self.seen(), &format!("{line}, redone"));
        true
    }
}

fn words(line: &str) -> Vec<String> {
    let sign = if line.contains('|') { '|' } else { ' ' };
    line.split(sign).map(str::to_owned).collect()
}

fn same(a: &str, b: &str, what: &str) {
    if let Some((left, right)) = a.lines().zip(b.lines()).find(|(a, b)| a != b) {
        panic!("{what}\n  was {left}\n  is  {right}");
    }
    assert_eq!(a.lines().count(), b.lines().count(), "{what}");
}

#[test]
fn a_client_is_found_by_handle_name_and_domain() {
    let desk = Desk::new();
    desk.ok("client|add|roga|Рога и Копыта|--domain|roga.test,копыта.рф|--lang|ru|--plan|pro");
    for word in ["roga", "ROGA", "рога  и копыта", "roga.test", "копыта.рф"] {
        assert_eq!(desk.json(&format!("client|show|{word}"))["handle"], "roga", "{word}");
    }
    let row = desk.row("client ls", "roga");
    assert_eq!(row["domains"], serde_json::json!(["roga.test", "копыта.рф"]));
    assert_eq!((row["lang"].as_str(), row["plan"].as_str(), row["note"].is_null()), (Some("ru"), Some("pro"), true));
    desk.fails("client show rog", 3, "did you mean roga?");
    desk.fails("client show нетакого", 3, "there is no client");
}

#[test]
fn what_could_be_read_as_something_else_is_no_handle() {
    let desk = Desk::new();
    for bad in ["42", "none", "two words", "a,b", "@acme", ""] {
        desk.fails(&format!("client|add|{bad}"), 2, "cannot be the handle");
    }
    desk.fails("client add acme --lang de", 2, "ru, en or none");
    desk.fails("client add acme --domain gmail.com", 1, "gives mail to everybody");
    desk.fails("client add acme --domain acme", 2, "no mail domain");
    desk.ok("client add acme");
    desk.fails("client add ACME", 1, "is a client already");
}

#[test]
fn a_client_that_mail_made_gets_a_name_or_is_merged() {
    let desk = Desk::furnished();
    assert_eq!(desk.row("client ls", "acme.test")["tickets"], 3);
    desk.fails(
        "client|add|acme|Acme GmbH|--domain|acme.test",
        1,
        "desk client edit acme.test --handle acme --name \"Acme GmbH\"",
    );
    desk.fails("client edit globex --domain acme.test", 1, "desk client merge acme.test --into globex");
    desk.ok("client|edit|acme.test|--handle|acme|--name|Acme GmbH");
    desk.ok("open More -f new@acme.test");
    assert_eq!(desk.row("client ls", "acme")["tickets"], 4);
    assert_eq!(desk.json("ls client:acme").as_array().unwrap().len(), 4);
}

#[test]
fn two_clients_become_one_and_two_again() {
    let desk = Desk::furnished();
    let before = desk.seen();
    desk.ok("client merge acme.test --into globex");
    let globex = desk.json("client show globex");
    assert_eq!((globex["tickets"].as_i64(), globex["minutes"].as_i64()), (Some(4), Some(25)));
    assert_eq!(globex["contacts"].as_array().unwrap().len(), 2);
    assert_eq!(globex["domains"], serde_json::json!(["acme.test", "globex.test"]));
    assert_eq!(desk.json("client show acme.test")["handle"], "globex");
    assert!(desk.json("client ls").as_array().unwrap().len() == 1);
    let after = desk.seen();
    desk.ok("undo");
    same(&before, &desk.seen(), "undone");
    desk.ok("redo");
    same(&after, &desk.seen(), "redone");
    desk.fails("client merge globex --into globex", 1, "into itself");
    desk.fails("client merge globex --into globx", 3, "did you mean globex?");
}

#[test]
fn notes_of_both_clients_stay_after_a_merge() {
    let desk = Desk::furnished();
    desk.ok("client note acme.test pays late");
    desk.ok("client note acme.test calls first");
    assert_eq!(desk.row("client ls", "acme.test")["note"], "pays late\ncalls first");
    desk.ok("client merge acme.test --into globex");
    assert_eq!(desk.row("client ls", "globex")["note"], "VIP\npays late\ncalls first");
    desk.ok("client edit globex --note none");
    assert!(desk.row("client ls", "globex")["note"].is_null());
}

#[test]
fn a_step_that_would_point_at_a_merged_client_is_refused_and_names_the_merge() {
    let desk = Desk::furnished();
    desk.ok("edit 1 --client globex");
    let edit = desk.json("history -l 1")[0]["operation"].clone();
    desk.ok("client merge acme.test --into globex");
    desk.fails(&format!("undo {edit}"), 1, "client acme.test has changed since");
    desk.ok("undo");
    desk.ok(&format!("undo {edit}"));
    assert_eq!(desk.json("show 1")["client"], "acme.test");
}

#[test]
fn an_undo_takes_nothing_that_somebody_else_was_given_since() {
    let desk = Desk::furnished();
    desk.ok("contact edit anna@acme.test --add @anna");
    desk.ok("contact edit anna@acme.test --remove @anna");
    let removal = desk.json("history -l 1")[0]["operation"].clone();
    desk.ok("contact edit ivan@acme.test --add @anna");
    desk.fails(&format!("undo {removal}"), 1, "belongs to somebody else by now: Иван");
    assert_eq!(desk.json("contact show @anna")["name"], "Иван");

    desk.ok("client edit globex --handle glob");
    let renaming = desk.json("history -l 1")[0]["operation"].clone();
    desk.ok("client add globex");
    desk.fails(&format!("undo {renaming}"), 1, "another client is called globex by now");
}

#[test]
fn a_merge_is_not_done_again_over_what_came_since() {
    let desk = Desk::furnished();
    desk.ok("client merge acme.test --into globex");
    desk.ok("undo");
    desk.ok("open New -f anna@acme.test");
    desk.ok("contact merge ivan@acme.test --into anna@acme.test");
    desk.ok("undo");
    desk.ok("open Newer -f ivan@acme.test");
    let said = desk.run(&words("redo"));
    assert_eq!(
        (said.code, said.talk.contains("has tickets or messages of his own by now")),
        (1, true),
        "{}",
        said.talk
    );
}

#[test]
fn an_imported_or_added_client_survives_the_undo_of_what_others_use() {
    let desk = Desk::new();
    desk.ok("open One -f ann@acme.test");
    desk.ok("open Two -f ann@acme.test");
    desk.ok("undo 1");
    let client = desk.json("client show acme.test");
    assert_eq!((client["domains"].clone(), client["tickets"].as_i64()), (serde_json::json!(["acme.test"]), Some(1)));
    assert_eq!(desk.json("contact show ann@acme.test")["client"], "acme.test");
}

#[test]
fn an_undone_and_redone_opening_can_be_undone_again() {
    let desk = Desk::new();
    desk.ok("client add other");
    let before = desk.seen();
    desk.ok("open One -f ann@acme.test");
    for _ in 0..3 {
        desk.ok("undo");
        same(&before, &desk.seen(), "undone");
        desk.ok("redo");
    }
    assert_eq!(desk.json("contact ls").as_array().unwrap().len(), 1);
}

#[test]
fn a_phone_is_found_however_it_is_spaced() {
    let desk = Desk::furnished();
    for phone in ["+79215550102", "8 921 555 01 02", "8 (921) 555-01-02", "+7-921-5550102"] {
        assert_eq!(desk.json(&format!("contact|show|{phone}"))["tickets"], 1, "{phone}");
    }
    desk.fails("contact|add|Ольга|8 (921) 555-01-02", 1, "belongs to another contact");
    desk.fails("contact|show|+7 921 555-01-03", 3, "did you mean +7 921 555-01-02?");
    desk.fails("contact add Olga +7 921 555", 2, "stands in quotes");
}

#[test]
fn a_contact_has_many_ways_to_be_reached_and_needs_no_mail() {
    let desk = Desk::furnished();
    desk.ok("contact|add|Ольга Ёлкина|8 812 555-01-03|@olga|--client|globex");
    for word in ["ольга елкина", "Ёлкина", "@OLGA", "+7 (812) 5550103"] {
        assert_eq!(desk.json(&format!("contact|show|{word}"))["name"], "Ольга Ёлкина", "{word}");
    }
    let row = desk.row("contact ls", "Ольга Ёлкина");
    assert_eq!(
        (row["client"].as_str(), row["emails"].clone(), row["last_at"].clone()),
        (Some("globex"), Value::Array(vec![]), Value::Null)
    );
    desk.ok("contact edit @olga --add olga@globex.test --remove @olga");
    desk.fails("contact show @olga", 3, "there is no contact");
    desk.fails("contact edit olga@globex.test --remove @olga", 3, "he has 8 812 555-01-03, olga@globex.test");
    desk.fails("contact|show|Ольга Елкена", 3, "did you mean Ольга Ёлкина?");
    assert_eq!(desk.json("contact ls елкин").as_array().unwrap().len(), 1);
    assert_eq!(desk.json("contact ls --client globex").as_array().unwrap().len(), 1);
}

#[test]
fn a_name_that_two_have_names_neither() {
    let desk = Desk::furnished();
    desk.ok("contact|add|Anna Petrova|@petrova");
    desk.fails("contact|show|anna petrova", 1, "@petrova");
    desk.fails("contact|merge|Anna|--into|ivan@acme.test", 1, "several contacts are called Anna");
    desk.ok("contact|merge|@petrova|--into|anna@acme.test");
    assert_eq!(desk.json("contact show Anna")["handles"], serde_json::json!(["@petrova"]));
}

#[test]
fn the_last_way_to_find_a_contact_stays() {
    let desk = Desk::furnished();
    desk.fails("contact|edit|+7 921 555-01-02|--remove|+79215550102", 1, "needs a name");
    desk.ok("contact|edit|+7 921 555-01-02|--remove|89215550102|--name|Caller");
    assert_eq!(desk.json("contact show caller")["phones"], Value::Array(vec![]));
    desk.fails("contact edit caller --name", 2, "");
    desk.fails("contact|edit|caller|--name| ", 1, "needs a name");
}

#[test]
fn past_tickets_and_hours_go_along_with_a_contact_but_not_those_given_elsewhere_by_hand() {
    let desk = Desk::furnished();
    desk.ok("client add initech");
    let updated = desk.json("show 1")["updated_at"].clone();
    let said = desk.ok("contact edit anna@acme.test --client initech");
    assert!(said.contains("2 tickets with him"), "{said}");
    let of = |n: i64| desk.json(&format!("show {n}"))["client"].clone();
    assert_eq!([of(1), of(4), of(5), of(2)], ["initech", "globex", "initech", "acme.test"]);
    assert_eq!(desk.row("client ls", "initech")["minutes"], 25);
    assert_eq!(desk.json("show 1")["updated_at"], updated, "nobody has touched the ticket");
    assert!(desk.ok("history 1").contains("contact edit anna@acme.test --client initech"));
    desk.ok("contact edit anna@acme.test --client none");
    assert!(of(1).is_null() && of(4) == "globex");
}

#[test]
fn two_contacts_become_one_and_two_again() {
    let desk = Desk::furnished();
    let before = desk.seen();
    desk.ok("contact|merge|+7 921 555-01-02|--into|anna@acme.test");
    let anna = desk.json("contact|show|8 921 555 01 02");
    assert_eq!((anna["name"].as_str(), anna["tickets"].as_i64()), (Some("Anna Petrova"), Some(4)));
    assert_eq!(desk.json("show 3")["client"], "acme.test", "his tickets follow her client");
    let after = desk.seen();
    desk.ok("undo");
    same(&before, &desk.seen(), "undone");
    desk.ok("redo");
    same(&after, &desk.seen(), "redone");
    desk.fails("contact merge anna@acme.test --into anna@acme.test", 1, "into himself");
}

#[test]
fn a_message_of_a_merged_contact_can_be_split_off() {
    let desk = Desk::furnished();
    desk.ok("contact merge ivan@acme.test --into anna@acme.test");
    desk.ok("note 2 hm");
    let message = desk.json("show 2")["messages"][0]["id"].clone();
    desk.ok(&format!("split 2 {message}"));
    assert_eq!(desk.json("show 6")["requester"]["email"], "anna@acme.test");
}

#[test]
fn ways_to_reach_a_contact_keep_their_order_through_undo() {
    let desk = Desk::furnished();
    desk.ok("contact edit ivan@acme.test --add b@acme.test --add c@acme.test --add @ivan");
    assert!(desk.there_and_back("contact edit ivan@acme.test --remove b@acme.test"));
    assert!(desk.there_and_back("contact edit ivan@acme.test --remove ivan@acme.test"));
    assert!(desk.there_and_back("contact merge c@acme.test --into anna@acme.test"));
    let emails = desk.json("contact show anna@acme.test")["emails"].clone();
    assert_eq!(emails, serde_json::json!(["anna@acme.test", "c@acme.test"]));
}

#[test]
fn tags_are_renamed_merged_and_taken_off_as_one_step() {
    let desk = Desk::furnished();
    let row = desk.row("tags", "login");
    assert_eq!((row["tickets"].as_i64(), row["open"].as_i64()), (Some(2), Some(2)));
    assert!(desk.there_and_back("tags rename login вход"));
    assert_eq!(desk.json("ls +вход").as_array().unwrap().len(), 2);
    desk.fails("tags rename вход оплата", 1, "desk tags merge вход --into оплата");
    assert!(desk.there_and_back("tags merge вход оплата --into money"));
    assert_eq!(desk.row("tags ls", "money")["tickets"], 3);
    assert!(desk.there_and_back("tags rm money"));
    assert_eq!(desk.json("tags"), Value::Array(vec![]));
    desk.ok("undo");
    desk.fails("tags rm mony", 3, "did you mean money?");
    desk.fails("tags rename money money", 1, "called so already");
}

#[test]
fn what_is_muted_leaves_the_queue_and_comes_back() {
    let desk = Desk::furnished();
    assert!(desk.there_and_back("mute @Acme.Test"));
    assert_eq!(desk.json("mute"), serde_json::json!([{"pattern": "@acme.test", "tickets": 4}]));
    assert_eq!(desk.json("ls").as_array().unwrap().len(), 1);
    desk.ok("open Later -f third@acme.test");
    assert_eq!(desk.json("ls").as_array().unwrap().len(), 1);
    desk.fails("mute @acme.test", 1, "muted already");
    desk.fails("unmute @acme.tset", 3, "did you mean @acme.test?");
    desk.fails("mute acme.test", 2, "@acme.test");
    assert!(desk.ok("unmute @acme.test").contains("5 tickets back"));
    assert_eq!(desk.json("ls").as_array().unwrap().len(), 6);
    assert!(desk.there_and_back("mute ivan@acme.test"));
}

#[test]
fn the_team_is_listed_with_its_tickets_and_hours() {
    let desk = Desk::furnished();
    desk.ok("assign 1,2 bob");
    let bob = desk.row("agent ls", "bob");
    assert_eq!(
        (bob["email"].as_str(), bob["open"].as_i64(), bob["active"].as_bool()),
        (Some("bob@support.test"), Some(2), Some(true))
    );
    assert_eq!(desk.row("agent ls", "ana")["week_minutes"], 25);
    let off = desk.run(&words("agent off bob"));
    assert!(off.code == 0 && off.talk.contains("2 tickets of the queue are still his"), "{}", off.talk);
    desk.fails("assign 3 bob", 1, "desk agent on bob");
    desk.ok("agent on bob");
    desk.ok("assign 3 bob");
    desk.fails("agent add bob", 1, "there is an agent bob already");
    desk.fails("agent add carl --email BOB@support.test", 1, "is the address of bob");
    desk.fails("agent off bb", 3, "did you mean bob?");
    desk.fails("agent add none", 2, "cannot be the name");
}

#[test]
fn whoever_adds_himself_first_is_added() {
    let desk = Desk::new();
    desk.ok("agent add ana --email ana@support.test");
    assert_eq!(desk.json("agent ls")[0]["email"], "ana@support.test");
    desk.fails("agent add ana", 1, "there is an agent ana already");
    assert!(desk.there_and_back("agent add дежурный --email d@support.test"));
    assert!(desk.there_and_back("agent edit ana --email none"));
    assert!(desk.there_and_back("agent edit me --email me@support.test"));
    assert!(desk.there_and_back("agent off дежурный"));
}

#[test]
fn every_change_can_be_taken_back_and_brought_back() {
    let desk = Desk::furnished();
    for line in [
        "client|add|initech|Initech|--domain|initech.test|--plan|pro|--lang|en|--note|n",
        "client|edit|globex|--handle|glob|--name|Глобекс|--plan|pro|--lang|ru|--domain|g.test|--no-domain|globex.test",
        "client note glob звонить после обеда",
        "client merge initech --into glob",
        "contact|add|Anna Two|anna2@acme.test|8 812 555 01 03|@a2|--client|none",
        "contact|edit|anna2@acme.test|--name|Анна|--client|glob|--add|@a3|--remove|@a2",
        "contact merge @a3 --into ivan@acme.test",
        "agent add carl",
        "edit 1 --client glob",
    ] {
        assert!(desk.there_and_back(line), "{line}");
    }
}

#[test]
fn an_import_is_taken_back_only_after_what_was_built_on_it() {
    let desk = Desk::new();
    desk.ok("client add other");
    let empty = desk.seen();
    let mailbox = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support.mbox");
    desk.done(&["import".to_owned(), mailbox.to_owned()]);
    let import = desk.json("history -l 1")[0]["operation"].clone();
    let imported = desk.seen();
    let clients = desk.json("client ls");
    let handles: Vec<&str> = clients.as_array().unwrap().iter().filter_map(|c| c["handle"].as_str()).collect();
    let first = handles.iter().find(|h| **h != "other").unwrap();
    desk.ok(&format!("client merge {first} --into other"));
    desk.fails(&format!("undo {import}"), 1, "client merge");
    desk.ok("undo");
    same(&imported, &desk.seen(), "the merge undone");
    desk.ok(&format!("undo {import}"));
    same(&empty, &desk.seen(), "the import undone");
}

fn deed() -> impl Strategy<Value = String> {
    let client = || prop::sample::select(vec!["acme.test", "globex", "initech", "shop.test", "глоб"]);
    let contact =
        || prop::sample::select(vec!["anna@acme.test", "ivan@acme.test", "89215550102", "@x", "z@shop.test", "Anna"]);
    let tag = || prop::sample::select(vec!["login", "оплата", "a", "b"]);
    let ticket = || 1..7_i64;
    prop_oneof![
        (client(), client()).prop_map(|(a, b)| format!("client merge {a} --into {b}")),
        client().prop_map(|a| format!("client add {a}")),
        (client(), client()).prop_map(|(a, b)| format!("client edit {a} --handle {b} --plan {b}")),
        client().prop_map(|a| format!("client edit {a} --domain shop.test")),
        client().prop_map(|a| format!("client edit {a} --no-domain acme.test")),
        (contact(), contact()).prop_map(|(a, b)| format!("contact merge {a} --into {b}")),
        (contact(), client()).prop_map(|(a, b)| format!("contact edit {a} --client {b}")),
        (contact(), contact()).prop_map(|(a, b)| format!("contact edit {a} --add {b}")),
        (contact(), contact()).prop_map(|(a, b)| format!("contact edit {a} --remove {b}")),
        contact().prop_map(|a| format!("contact add {a} Name")),
        contact().prop_map(|a| format!("open More -f {a} +a -m text")),
        (tag(), tag()).prop_map(|(a, b)| format!("tags merge {a} --into {b}")),
        tag().prop_map(|a| format!("tags rm {a}")),
        (ticket(), client()).prop_map(|(n, c)| format!("edit {n} --client {c}")),
        (ticket(), contact()).prop_map(|(n, c)| format!("edit {n} --from {c}")),
        (ticket(), ticket()).prop_map(|(a, b)| format!("merge {a} --into {b}")),
        ticket().prop_map(|n| format!("note {n} text -t 10m")),
        contact().prop_map(|a| format!("mute {a}")),
        client().prop_map(|a| format!("mute @{a}")),
        Just("agent add carl".to_owned()),
    ]
}

/// Deeds with steps back and forth among them, in any order.
fn step() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => deed(),
        2 => (1..30_i64).prop_map(|n| format!("undo {n}")),
        1 => Just("undo".to_owned()),
        1 => Just("redo".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_day_of_changes_is_taken_back_and_brought_back_step_by_step(deeds in prop::collection::vec(deed(), 1..14)) {
        let desk = Desk::furnished();
        let mut states = vec![desk.seen()];
        for line in &deeds {
            let said = desk.run(&words(line));
            prop_assert!([0, 1, 2, 3].contains(&said.code), "{}: {}", line, said.talk);
            prop_assert!(!said.talk.contains("FOREIGN") && !said.talk.contains("UNIQUE"), "{}: {}", line, said.talk);
            if said.code == 0 {
                states.push(desk.seen());
            }
        }
        for before in states.iter().rev().skip(1) {
            desk.ok("undo");
            same(before, &desk.seen(), &format!("undoing {deeds:?}"));
        }
        for after in states.iter().skip(1) {
            desk.ok("redo");
            same(after, &desk.seen(), &format!("redoing {deeds:?}"));
        }
    }

    #[test]
    fn whatever_is_taken_back_in_whatever_order_nothing_points_at_what_is_gone(steps in prop::collection::vec(step(), 1..30)) {
        let desk = Desk::furnished();
        for line in &steps {
            let said = desk.run(&words(line));
            prop_assert!([0, 1, 2, 3].contains(&said.code), "{} of {:?}: {}", line, steps, said.talk);
            prop_assert!(!said.talk.contains("constraint"), "{} of {:?}: {}", line, steps, said.talk);
        }
        for contact in desk.json("contact ls").as_array().unwrap() {
            prop_assert_eq!(desk.json(&format!("contact show id:{}", contact["id"]))["name"].clone(), contact["name"].clone());
        }
    }
}
