//! Who is who: contacts, clients and agents are met again, completed, and never doubled.

use super::{adds_up, counts, import, put, seen, sound};
use crate::stage::Stage;
use serde_json::{Value, json};

fn contacts(stage: &Stage) -> Vec<Value> {
    stage.json("contact ls").as_array().unwrap().clone()
}

fn names(stage: &Stage, list: &str, key: &str) -> Vec<String> {
    let list = stage.json(list);
    let mut names: Vec<String> =
        list.as_array().unwrap().iter().map(|c| c[key].as_str().unwrap_or("").to_owned()).collect();
    names.sort();
    names
}

#[test]
fn contacts_and_clients_come_in_as_such() {
    let stage = Stage::new();
    let clients = "ID,Company,Domain,Plan,Notes,Language\n1,Acme Inc.,acme.test; acme.example,gold,pays late,en\n2,ООО «Ромашка»,,,,ru\n";
    let got = import(&stage, "clients.csv", clients, "");
    adds_up(&got);
    assert_eq!((got["kind"].as_str(), counts(&got, "created clients")), (Some("clients"), vec![2, 2]));
    let acme = stage.json("client show acme");
    assert_eq!(
        (acme["name"].as_str(), acme["plan"].as_str(), acme["note"].as_str()),
        (Some("Acme Inc."), Some("gold"), Some("pays late"))
    );
    assert_eq!(acme["domains"], json!(["acme.example", "acme.test"]));
    let contacts_text = "Id,First name,Last name,Email,Email 2,Phone,Company\n\
        1,Анна,Серова,anna@acme.test,a.serova@acme.test,+7 921 555-01-02,\n2,Tom,,,,8 921 5550103,ООО «Ромашка»\n";
    let got = import(&stage, "contacts.csv", contacts_text, "");
    adds_up(&got);
    assert_eq!((got["kind"].as_str(), counts(&got, "created contacts clients")), (Some("contacts"), vec![2, 2, 0]));
    let anna = stage.json("contact show anna@acme.test");
    assert_eq!((anna["name"].as_str(), anna["client"].as_str()), (Some("Анна Серова"), Some("acme")));
    assert_eq!(names(&stage, "contact ls", "client"), ["acme", "ромашка"]);
    sound(&stage);
    stage.all(&["undo", "undo"]);
    assert_eq!((contacts(&stage).len(), stage.ok("client ls --json").trim().to_owned()), (0, "[]".to_owned()));
}

#[test]
fn who_is_here_already_gets_what_was_missing_and_nothing_else() {
    let stage = Stage::new();
    stage.all(&["open x -f anna@acme.test", "open y -f 'Tom Oak <tom@acme.test>'"]);
    let before = seen(&stage);
    let text = "Name,Email,Phone,Company\nАнна,ANNA@acme.test,+7 921 555-01-02,\nTommy,tom@acme.test,,\nTom Oak,tom@acme.test,,\n";
    let got = import(&stage, "c.csv", text, "--kind contacts");
    adds_up(&got);
    assert_eq!(counts(&got, "created updated duplicates contacts"), [0, 1, 2, 0], "{got}");
    assert_eq!(contacts(&stage).len(), 2);
    let anna = stage.json("contact show anna@acme.test");
    assert_eq!((anna["name"].as_str(), anna["phones"].clone()), (Some("Анна"), json!(["+7 921 555-01-02"])));
    assert_eq!(stage.json("contact show tom@acme.test")["name"], "Tom Oak", "a name that is here stays");
    stage.ok("undo");
    assert_eq!(seen(&stage), before);
    let got = import(&stage, "cl.csv", "Company,Domain,Plan\nAcme Inc,acme.test,gold\n", "--kind clients");
    assert_eq!(counts(&got, "created updated clients"), [0, 1, 0], "one that mail had made");
    let acme = stage.json("client show acme.test");
    assert_eq!((acme["name"].as_str(), acme["plan"].as_str()), (Some("Acme Inc"), Some("gold")));
    sound(&stage);
}

#[test]
fn who_asks_in_many_rows_is_one_and_grows_with_what_they_tell() {
    let stage = Stage::new();
    let text = "Id,Subject,Requester,Requester email,Requester phone\n\
        1,a,,anna@acme.test,\n2,b,Anna,anna@acme.test,\n3,c,Anna P.,ANNA@acme.test,+7 921 555-01-02\n4,d,,,8 921 555 01 02\n";
    let got = import(&stage, "t.csv", text, "");
    assert_eq!(counts(&got, "tickets contacts"), [4, 1]);
    let anna = &contacts(&stage)[0];
    assert_eq!((anna["name"].as_str(), anna["tickets"].as_i64()), (Some("Anna"), Some(4)));
    sound(&stage);
}

#[test]
fn people_of_one_name_and_no_address_are_one_for_each_client() {
    let stage = Stage::new();
    let text = "Id,Subject,Requester,Company\n1,a,Иван,Ромашка\n2,b,Иван,Берёза\n3,c,иван,Ромашка\n";
    let got = import(&stage, "t.csv", text, "");
    assert_eq!(counts(&got, "contacts clients"), [2, 2]);
    let more = "Id,Subject,Requester,Company\n4,d,Иван,Берёза\n5,e,Иван,Ромашка\n";
    let got = import(&stage, "t.csv", more, "");
    assert_eq!(counts(&got, "tickets contacts clients"), [2, 0, 0]);
    stage.all(&["contact add Пётр p@x.test", "contact add Пётр q@x.test"]);
    for round in 1..3 {
        let got = import(
            &stage,
            "p.csv",
            format!("Id,Subject,Requester\n{},x,Пётр\n{},y,Пётр\n", round * 10, round * 10 + 1),
            "",
        );
        assert_eq!(
            counts(&got, "tickets contacts"),
            [2, i64::from(round == 1)],
            "neither of the two is meant for sure"
        );
    }
}

#[test]
fn two_companies_that_share_a_domain_are_two() {
    let stage = Stage::new();
    let organization = |id: u32, name: &str| {
        format!(
            "{{\"organization\":{{\"id\":{id},\"name\":\"{name}\",\"domain_names\":[\"acme.test\"],\"shared_tickets\":false}}}}\n"
        )
    };
    let text = organization(1, "Acme") + &organization(2, "Acme Labs");
    let got = import(&stage, "o.ndjson", &text, "");
    assert_eq!((got["format"].as_str(), counts(&got, "created clients")), (Some("zendesk"), vec![2, 2]), "{got}");
    assert_eq!(names(&stage, "client ls", "handle"), ["acme", "acme-labs"]);
    let got = import(&stage, "o.ndjson", &text, "");
    assert_eq!(counts(&got, "duplicates clients"), [2, 0]);
}

#[test]
fn what_our_own_address_asked_or_wrote_is_ours() {
    let stage = Stage::new();
    stage.ok("config set addresses support@us.test");
    let text = "Id,Subject,Requester email,Body,Assignee\n1,Your renewal,support@us.test,it ends soon,kim\n2,Login,ann@acme.test,help,kim\n";
    let got = import(&stage, "t.csv", text, "");
    assert_eq!(counts(&got, "contacts clients"), [1, 1], "neither we nor our domain");
    let t = stage.json("show 1");
    assert_eq!(
        (t["messages"][0]["direction"].as_str(), t["messages"][0]["author"].as_str()),
        (Some("out"), Some("kim"))
    );
    assert_eq!((t["requester"].clone(), t["waiting_since"].clone()), (Value::Null, Value::Null));
    let got = import(&stage, "c.csv", "Name,Email\nUs,support@us.test\nAnn,ann@acme.test\n", "--kind contacts");
    adds_up(&got);
    assert_eq!(counts(&got, "updated skipped contacts"), [1, 1, 0]);
    sound(&stage);
}

#[test]
fn agents_are_met_by_address_and_by_name_and_two_of_one_name_are_two() {
    let stage = Stage::new();
    stage.all(&["agent add kim --email kim@us.test", "agent add oleg"]);
    let text = "Id,Subject,Agent\n1,a,KIM@us.test\n2,b,Kim\n3,c,oleg@us.test\n4,d,Eva Stone\n5,e,eva stone\n6,f,kim@partner.test\n";
    let got = import(&stage, "t.csv", text, "");
    assert_eq!(got["agents"], json!(["Eva.Stone", "kim-2"]));
    let who: Vec<Value> = (1..=6).map(|n| stage.of(n, "assignee")).collect();
    assert_eq!(who, ["kim", "kim", "oleg", "Eva.Stone", "Eva.Stone", "kim-2"]);
    let talk = stage.desk(&format!("import -n {}", put(&stage, "u.csv", "Id,Subject,Agent\n9,a,Zoe\n").display())).talk;
    assert!(talk.contains("new agents: Zoe") && talk.contains("desk agent off NAME"), "{talk}");
    sound(&stage);
}

#[test]
fn an_agent_that_is_said_to_be_somebody_is_so_by_whichever_word_he_is_named() {
    let stage = Stage::new();
    let files =
        ["zendesk.ndjson", "zendesk-users.ndjson", "zendesk-organizations.ndjson"].map(super::fixture).join(" ");
    let got = stage.json(&format!("import {files} --map 'assignee:Kim Lee=kim' --map assignee:oleg@example.com=none"));
    assert_eq!(got["agents"], json!(["kim"]));
    let t = stage.json("show zendesk:201");
    assert_eq!((t["assignee"].as_str(), t["messages"][1]["author"].as_str()), (Some("kim"), Some("kim")));
    sound(&stage);
}

#[test]
fn ratings_come_with_their_tickets() {
    let stage = Stage::new();
    stage.ok(&format!("import {}", super::fixture("zendesk.csv")));
    let rows = stage.json("sql 'SELECT scale, score FROM ratings ORDER BY score'");
    assert_eq!(rows, json!([{"scale": "csat", "score": 1}, {"scale": "csat", "score": 5}]));
}

#[test]
fn who_was_erased_does_not_come_back_with_his_tickets() {
    let stage = Stage::new();
    let files =
        ["zendesk.ndjson", "zendesk-users.ndjson", "zendesk-organizations.ndjson"].map(super::fixture).join(" ");
    stage.ok(&format!("import {files}"));
    stage.ok("contact erase anna@acme.test -y");
    for way in ["skip", "update", "fail"] {
        let got = stage.json(&format!("import {} --on-conflict {way}", super::fixture("zendesk.ndjson")));
        adds_up(&got);
        assert_eq!(counts(&got, "created updated messages"), [0, 0, 0], "{way}: {got}");
    }
    let all = seen(&stage);
    for gone in ["Anna", "anna@acme.test", "It says 500"] {
        assert!(!all.contains(gone), "{gone}");
    }
    sound(&stage);
}
