//! What a person is given.

use crate::furnished::{ANNA, furnish};
use crate::stage::Stage;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Every file below a folder by its path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        assert_eq!(fs::metadata(&at).unwrap().permissions().mode() & 0o777, 0o700, "{}", at.display());
        for entry in fs::read_dir(&at).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                assert_eq!(fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o600, "{}", entry.display());
                all.insert(entry.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), fs::read(&entry).unwrap());
            }
        }
    }
    all
}

fn text(all: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(all[name].clone()).unwrap()
}

#[test]
fn she_is_given_all_that_is_held_of_her_and_nothing_of_others() {
    let stage = Stage::new();
    furnish(&stage);
    let before = stage.ok("history");
    let folder = stage.path("anna");
    let said = stage.ok(&format!("contact export @anna_p -o {}", folder.display()));
    assert!(said.contains("tickets") && said.contains(folder.to_str().unwrap()), "{said}");
    assert_eq!(stage.ok("history"), before, "it changes nothing");
    let all = files(&folder);
    let person: Value = serde_json::from_slice(&all["person.json"]).unwrap();
    assert_eq!((&person["name"], &person["client"]), (&"Анна Петрова".into(), &"acme.test".into()));
    for (key, what) in [
        ("emails", ANNA),
        ("phones", "+7 921 555-01-02"),
        ("handles", "@anna_p"),
        ("former", "anna.p@old.test"),
        ("names", "Анна Сергеевна Петрова"),
        ("names", "Петрова с телефона"),
    ] {
        assert!(person[key].as_array().unwrap().iter().any(|v| v == what), "{key}: {person}");
    }
    assert_eq!(person["first_at"], "2026-11-02T09:00:00Z");
    let scores: Vec<_> = person["ratings"].as_array().unwrap().iter().map(|g| (&g["ticket"], &g["score"])).collect();
    assert_eq!(scores, [(&1.into(), &4.into()), (&1.into(), &5.into()), (&Value::Null, &3.into())]);
    assert_eq!(person["parked"][0]["subject"], "Зимородок опять");
    let tickets: Value = serde_json::from_slice(&all["tickets.json"]).unwrap();
    let of = |n: i64| tickets.as_array().unwrap().iter().find(|t| t["number"] == n).unwrap();
    assert_eq!(
        tickets.as_array().unwrap().iter().map(|t| t["number"].as_i64().unwrap()).collect::<Vec<_>>(),
        [1, 2, 4, 6]
    );
    let texts = |n: i64| of(n)["messages"].to_string();
    assert!(texts(1).contains("Зимородок") && texts(1).contains("Базальт") && texts(1).contains("Marzipan"));
    assert!(of(1)["time"].to_string().contains("разбор Базальт"));
    assert!(
        texts(2).contains("hippopotamus")
            && !texts(2).contains("only key")
            && of(2)["requester"].is_null()
            && of(2)["time"].is_null()
    );
    assert!(texts(2).contains("Thank you, we look at the gamma conveyor"), "she was in Cc");
    assert!(all.keys().any(|n| n == "0001-не-печатает-квитанция-зимородок.md"), "{:?}", all.keys());
    let page = text(&all, "0002.md");
    assert!(
        page.contains("hippopotamus") && !page.contains("boris@acme.test\n") && !page.contains("only key"),
        "{page}"
    );
    let mails: Vec<&Vec<u8>> = all.iter().filter(|(n, _)| n.starts_with("mails/m")).map(|(_, b)| b).collect();
    let archive = String::from_utf8(fs::read(stage.path("all.mbox")).unwrap()).unwrap();
    assert!(
        mails.len() >= 6
            && mails.iter().filter(|m| archive.contains(std::str::from_utf8(m).unwrap().trim_end())).count() >= 6,
        "{}",
        mails.len()
    );
    let parked: Vec<_> = all.iter().filter(|(n, _)| n.starts_with("mails/parked-")).collect();
    assert!(parked.len() == 1 && String::from_utf8_lossy(parked[0].1).contains("Зимородок"));
    let file = all.iter().find(|(n, _)| n.starts_with("files/") && n.ends_with("zimorodok-akt.txt")).unwrap().1;
    assert!(String::from_utf8_lossy(file).contains("ABRACADABRA-ANNA line 119"));
    let imports = text(&all, "imports.json");
    assert!(
        imports.contains("3601") && imports.contains("1834") && imports.contains("toggl") && !imports.contains("1836"),
        "{imports}"
    );
    for other in ["Good morning from Carla", "workshop"] {
        assert!(!all.values().any(|b| String::from_utf8_lossy(b).contains(other)), "{other}");
    }
}

#[test]
fn notes_stay_at_home_where_that_is_wanted_and_a_folder_is_new_or_empty() {
    let stage = Stage::new();
    furnish(&stage);
    let folder = stage.path("anna");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    stage.ok(&format!("contact export {ANNA} --without-notes -o {}", folder.display()));
    let all = files(&folder);
    for inner in ["Базальт", "Tangerine", "Малахит\""] {
        let of: Vec<&String> = all
            .iter()
            .filter(|(n, b)| !n.starts_with("imports") && String::from_utf8_lossy(b).contains(inner))
            .map(|(n, _)| n)
            .collect();
        assert!(of.is_empty(), "{inner}: {of:?}");
    }
    assert!(stage.refused(&format!("contact export {ANNA} -o {}", folder.display()), 1).contains("is not empty"));
    fs::write(stage.path("file"), "x").unwrap();
    assert!(
        stage.refused(&format!("contact export {ANNA} -o {}", stage.path("file").display()), 1).contains("no folder")
    );
    let said = stage.ok(&format!("contact export {ANNA} -n -o {}", stage.path("new").display()));
    assert!(said.contains("would go to") && !stage.path("new").exists());
    assert_eq!(
        fs::read_dir(stage.path("."))
            .unwrap()
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().starts_with(".desk-folder"))
            .count(),
        0
    );
}
