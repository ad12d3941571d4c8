//! Which column goes where: said, guessed, kept; what words of the source mean.

use super::{adds_up, counts, import, lived_in, put, seen, sound};
use crate::stage::Stage;
use serde_json::{Value, json};

const TEXT: &str = "Case;Headline;Waits for;Owner;Area\n17;Login;Bob;Jane Doe;web\n18;Invoice;us;J. Doe;pay\n";

#[test]
fn a_column_goes_where_it_is_said_and_constants_and_templates_fill_the_rest() {
    let stage = Stage::new();
    let got = import(
        &stage,
        "t.csv",
        TEXT,
        "--map Case=number --map 'subject={Area}: {Headline} {{{Case}}}' --map 'waits for=status' --map Owner=assignee \
         --map tag=migrated --map tag=from-old --map channel=phone --map 'status:Bob=hold' --map 'status:us=open' \
         --map 'assignee:Jane Doe=jane' --map 'assignee:j. doe=jane' --source old",
    );
    adds_up(&got);
    assert_eq!((got["unused"].as_array().unwrap().len(), got["guesses"].as_array().unwrap().len()), (0, 0), "{got}");
    let t = stage.json("show old:17");
    assert_eq!((t["subject"].as_str(), t["status"].as_str()), (Some("web: Login {17}"), Some("hold")));
    assert_eq!((t["assignee"].as_str(), t["channel"].as_str()), (Some("jane"), Some("phone")));
    assert_eq!(t["tags"], json!(["from-old", "migrated"]));
    assert_eq!(stage.of(2, "assignee"), "jane");
    assert_eq!(got["agents"], json!(["jane"]));
    sound(&stage);
}

#[test]
fn agents_of_there_can_be_me_or_nobody() {
    let stage = lived_in();
    let text = "Id,Subject,Agent\n1,a,Robot\n2,b,Mila S.\n";
    let got = import(&stage, "t.csv", text, "--map assignee:Robot=none --map 'assignee:Mila S.=me'");
    assert_eq!(got["agents"], json!([]));
    assert_eq!((stage.of(2, "assignee"), stage.of(3, "assignee")), (Value::Null, "mila".into()));
}

#[test]
fn a_column_can_be_left_out() {
    let stage = Stage::new();
    let got = import(&stage, "t.csv", "Id,Subject,Priority\n1,a,purple\n", "--map -Priority");
    assert_eq!((got["guesses"].clone(), stage.of(1, "priority")), (json!([]), "normal".into()));
    assert_eq!(got["unused"], json!([]), "it was said");
}

#[test]
fn words_that_nobody_knows_are_told_with_what_was_made_of_them() {
    let stage = Stage::new();
    let text = "Id,Subject,Status,Priority\n1,a,Frobnicated,purple\n2,b,Frobnicated,high\n3,c,open,$(x)'y\n";
    let path = put(&stage, "t.csv", text);
    let said = stage.desk(&format!("import -n {}", path.display()));
    assert!(said.talk.contains("the status \"Frobnicated\" is unknown: 2 tickets came in as open; to say what it means: --map 'status:Frobnicated=…'"), "{said:?}");
    assert!(said.talk.contains(r"--map 'priority:$(x)'\''y=…'"), "{said:?}");
    let got = stage.json(&format!("import {} --map status:frobnicated=pending", path.display()));
    assert_eq!(got["guesses"].as_array().unwrap().len(), 2, "{got}");
    assert_eq!(stage.of(1, "status"), "pending");
    let said = stage.desk(&format!("import -n {} --map status:Frobnicatd=pending", path.display()));
    assert!(said.talk.contains("--map 'status:Frobnicatd=pending' met nothing"), "{said:?}");
}

#[test]
fn a_client_beside_a_contact_is_a_company_and_alone_it_is_who_asks() {
    for (head, requester, client) in [
        ("Номер;Тема;Клиент;Контакт", "Анна", "ромашка"),
        ("Номер;Тема;Контактное лицо;Клиент", "Ромашка", "анна"),
        ("Номер;Тема;Клиент;ФИО", "Анна", "ромашка"),
        ("Id;Subject;Customer;Contact", "Анна", "ромашка"),
    ] {
        let stage = Stage::new();
        import(&stage, "t.csv", format!("{head}\n1;x;Ромашка;Анна\n"), "");
        let t = stage.json("show 1");
        assert_eq!((t["requester"]["name"].as_str(), t["client"].as_str()), (Some(requester), Some(client)), "{head}");
    }
    let stage = Stage::new();
    import(&stage, "t.csv", "Номер;Тема;Клиент\n1;x;Анна\n", "");
    assert_eq!((stage.of(1, "requester")["name"].as_str(), stage.of(1, "client")), (Some("Анна"), Value::Null));
}

#[test]
fn a_word_that_names_nothing_is_told_with_the_nearest_that_does() {
    let stage = Stage::new();
    let path = put(&stage, "t.csv", TEXT);
    for (map, exit, says) in [
        ("Headline=subjcet", 2, "did you mean subject?"),
        ("Hedline=subject", 2, "did you mean \"Headline\"?"),
        ("subject={Hedline}", 2, "did you mean \"Headline\"?"),
        ("-Hedline", 2, "did you mean \"Headline\"?"),
        ("Headline", 2, "write COLUMN=FIELD"),
        ("subject={Headline", 2, "a brace is not closed"),
        ("Headline=subject --map status:Bob=purple", 2, "is no status"),
        ("Headline=subject --map priority:Bob=purple", 2, "is no priority"),
        ("Headline=subject --map 'assignee:Bob=a b'", 2, "cannot be the name of an agent"),
    ] {
        let talk = stage.refused(&format!("import {} --map {map}", path.display()), exit);
        assert!(talk.contains(says), "{map}: {talk}");
    }
    let talk = stage.refused(&format!("import {} --map Case=number --map Headline=number", path.display()), 2);
    assert!(talk.contains("already given by Case=number"), "{talk}");
    let odd = put(&stage, "odd.csv", "A,B\n1,2\n");
    let talk = stage.refused(&format!("import {}", odd.display()), 2);
    assert!(talk.contains("no column is called like a field of tickets") && talk.contains("A, B"), "{talk}");
    let odd = put(&stage, "odd.csv", "Id,Status,Created\n1,open,2026-11-01\n");
    let talk = stage.refused(&format!("import {}", odd.display()), 2);
    assert!(talk.contains("no column is the subject of a ticket") && talk.contains("Id, Status, Created"), "{talk}");
    assert!(!stage.path("desk.db").exists());
    stage.ok(&format!("import {} --map 'subject=Case {{Id}}'", odd.display()));
    assert_eq!(stage.of(1, "subject"), "Case 1");
}

#[test]
fn a_map_that_is_kept_reads_the_next_file_and_outlives_the_import() {
    let stage = Stage::new();
    let map = "--map Case=number --map Headline=subject --map 'Waits for=status' --map status:Bob=hold --map -Area";
    import(&stage, "october.csv", TEXT, &format!("{map} --save-map old-desk"));
    stage.ok("undo");
    assert_eq!(stage.ok("ls status:all --json").trim(), "[]");
    let kept = stage.ok("config get maps");
    assert!(kept.contains("old-desk") && kept.contains("Case=number"), "{kept}");
    let next = TEXT.replace("17;", "19;");
    let got = import(&stage, "november.csv", next, "--use-map old-desk");
    assert_eq!((counts(&got, "created"), got["unused"].clone()), (vec![2], json!([])), "{got}");
    assert_eq!(stage.json("show csv:19")["status"], "hold");
    let talk = stage.refused(&format!("import {} --use-map old-dsk", stage.path("november.csv").display()), 3);
    assert!(talk.contains("did you mean old-desk?"), "{talk}");
    stage.refused(&format!("import {} --save-map 'a b'", stage.path("november.csv").display()), 2);
}

#[test]
fn a_plan_keeps_no_map() {
    let stage = lived_in();
    let before = seen(&stage);
    let path = put(&stage, "t.csv", TEXT);
    stage.ok(&format!("import -n {} --map Case=number --map Headline=subject --save-map m", path.display()));
    assert!(!stage.ok("config get maps").contains("Case"));
    assert_eq!((seen(&stage), super::operations(&stage)), (before, 2));
    let bare = Stage::new();
    let path = put(&bare, "t.csv", TEXT);
    bare.ok(&format!("import -n {} --map Case=number --map Headline=subject --save-map m", path.display()));
    assert!(!bare.path("desk.db").exists());
}

#[test]
fn words_of_a_map_go_along_with_a_program_but_columns_do_not() {
    let stage = Stage::new();
    let path = super::fixture("freshdesk.json");
    let got = stage.json(&format!("import {path} --map status:12=hold"));
    assert_eq!((got["format"].as_str(), got["guesses"].clone()), (Some("freshdesk"), json!([])));
    assert_eq!(stage.json("show freshdesk:406")["status"], "hold");
    stage.refused(&format!("import {path} --from freshdesk --map subject=number"), 2);
}

#[test]
fn json_that_belongs_to_no_program_is_mapped_too_and_says_so() {
    let stage = Stage::new();
    let text =
        r#"[{"key":"A-1","title":"Login","by":{"name":"Ann","email":"ann@acme.test"},"labels":["x","y"],"n":1}]"#;
    let got = import(&stage, "t.json", text, "--map by_email=requester_email");
    assert_eq!(
        got["found"],
        json!([
            {"column": "key", "field": "number"}, {"column": "title", "field": "subject"}, {"column": "labels", "field": "tags"}
        ])
    );
    assert_eq!(stage.of(1, "requester")["email"], "ann@acme.test");
    assert_eq!(stage.of(1, "tags"), json!(["x", "y"]));
    assert!(got["unused"].as_array().unwrap().contains(&json!("n")), "{got}");
}

#[test]
fn rows_without_a_number_are_said_to_be_known_only_as_they_are() {
    let stage = Stage::new();
    let path = put(&stage, "t.csv", "Subject,Status\na,open\nb,open\na,open\n");
    let said = stage.desk(&format!("import {}", path.display()));
    assert!(said.talk.contains("3 tickets came in without a number there"), "{said:?}");
    let got = stage.json(&format!("import {}", path.display()));
    assert_eq!(counts(&got, "read duplicates"), [3, 3], "two rows alike are two tickets, once");
}
