//! Who is not erased, and when; what is asked before.

use crate::furnished::{ANNA, figures, furnish};
use crate::search::of_hers;
use crate::stage::Stage;
use std::fs;

#[test]
fn nothing_goes_unasked_and_a_dry_run_counts() {
    let stage = Stage::new();
    furnish(&stage);
    let (was, bytes) = (figures(&stage), of_hers(&stage).len());
    assert!(stage.refused(&format!("contact erase {ANNA}"), 2).contains("cannot be undone"));
    let plan = stage.json(&format!("contact erase {ANNA} -n"));
    assert_eq!((of_hers(&stage).len(), figures(&stage)), (bytes, was));
    let done = stage.json(&format!("contact erase {ANNA} -y"));
    for key in ["tickets", "messages", "files", "mails", "drafts", "texts", "records", "parked", "others"] {
        assert_eq!(plan[key], done[key], "{key}");
        assert!(done[key].as_i64().unwrap() > 0, "{key}: {done}");
    }
}

#[test]
fn ours_and_agents_and_those_that_settings_name_are_not_erased() {
    let stage = Stage::new();
    furnish(&stage);
    stage.all(&["contact add Ours help@desk.test", "config set addresses support@desk.test,help@desk.test"]);
    assert!(stage.refused("contact erase help@desk.test -y", 1).contains("an address of ours"));
    stage.ok("agent edit mila --email boris@acme.test");
    assert!(stage.refused("contact erase boris@acme.test -y", 1).contains("the agent mila"));
    assert!(stage.refused("contact erase Nobody -y", 3).contains("there is no contact"));
    stage.all(&["contact add 'Carla' carla@third.test"]);
    let said = stage.refused("contact erase Carla -y", 1);
    assert!(said.contains("several contacts are called Carla") && said.contains("carla@third.test"), "{said}");
}

#[test]
fn mail_that_has_not_left_is_in_the_way() {
    let stage = Stage::new();
    furnish(&stage);
    fs::write(stage.path("sendmail"), "#!/bin/sh\nexit 75\n").unwrap();
    let _ = stage.desk("reply 1 -m 'it will not leave'");
    let said = stage.refused(&format!("contact erase {ANNA} -y"), 1);
    assert!(said.contains("has not left yet: o"), "{said}");
}

#[test]
fn copies_of_the_desk_beside_it_are_named_and_those_of_older_editions_removed_on_demand() {
    let stage = Stage::new();
    furnish(&stage);
    stage.ok(&format!("backup {}", stage.path("kept.db").display()));
    fs::copy(stage.path("kept.db"), stage.path("desk.db.edition-1.bak")).unwrap();
    let said = stage.desk(&format!("contact erase {ANNA} -y"));
    for copy in ["kept.db", "desk.db.edition-1.bak"] {
        assert!(said.talk.contains(&format!("{copy} is an older copy of the desk and still holds him")), "{said:?}");
    }
    let shell = stage.json("contact ls erased")[0]["id"].as_i64().unwrap();
    let again = stage.desk(&format!("contact erase id:{shell} --copies -y"));
    assert!(again.exit == 0 && again.talk.contains("kept.db is") && !again.talk.contains(".bak"), "{again:?}");
    assert!(!stage.path("desk.db.edition-1.bak").exists() && stage.path("kept.db").exists());
    assert!(!stage.path("kept.db-shm").exists());
}
