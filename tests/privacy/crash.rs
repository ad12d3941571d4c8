//! Erasing that is cut off: the desk is as it was or she is erased, and it is known whether the freed places were scrubbed.

use crate::furnished::{ANNA, furnish, store};
use crate::search::{in_values, of_hers};
use crate::stage::Stage;
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::time::Moment;
use frontdesk::store::Deed;
use std::fs;
use std::time::Duration;

#[test]
fn without_scrubbing_the_desk_says_so_and_the_same_command_finishes_it() {
    let stage = Stage::new();
    furnish(&stage);
    let mut open = store(&stage);
    let deed = Deed {
        agent: "mila",
        command: "contact erase",
        kind: OperationKind::Do,
        at: Moment(1_795_176_000),
        key: "k9".into(),
    };
    let shell = open
        .write(&deed, false, |tx| {
            let anna = tx.contacts_named("Анна Петрова")?.remove(0);
            tx.erase(&anna, &["support@desk.test".to_owned()], false).map(|e| e.contact)
        })
        .unwrap()
        .value;
    drop(open);
    assert_eq!(in_values(&stage), [""; 0]);
    let said = stage.desk("doctor");
    assert!(said.exit == 4 && said.out.contains(&format!("desk contact erase id:{shell}")), "{said:?}");
    stage.ok(&format!("contact erase id:{shell}"));
    assert_eq!(of_hers(&stage), [""; 0]);
    assert_eq!(stage.desk("doctor --deep").exit, 0);
}

#[test]
fn another_who_still_reads_is_told_of_and_the_rest_is_done_later() {
    let stage = Stage::new();
    furnish(&stage);
    let reader = rusqlite::Connection::open(stage.path("desk.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").unwrap();
    let mut command = stage.program(&["contact", "erase", ANNA, "-y"]);
    let child = command.spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    std::thread::sleep(Duration::from_millis(1500));
    // It waits for the reader; whoever has no patience ends it.
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    drop(child.wait_with_output());
    drop(reader);
    assert_eq!(in_values(&stage), [""; 0]);
    let shell = stage.json("contact ls erased")[0]["id"].as_i64().unwrap();
    assert_eq!(stage.desk("doctor").exit, 4);
    stage.ok(&format!("contact erase id:{shell} -y"));
    assert_eq!(of_hers(&stage), [""; 0]);
    assert_eq!(stage.desk("doctor --deep").exit, 0);
}

#[test]
fn killed_at_any_moment_she_is_there_or_erased() {
    let first = Stage::new();
    furnish(&first);
    let was = in_values(&first).len();
    let (mut there, mut erased) = (0, 0);
    for round in 0..24_u64 {
        let stage = Stage::new();
        fs::copy(first.path("desk.db"), stage.path("desk.db")).unwrap();
        fs::set_permissions(stage.path("desk.db"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let child = stage.program(&["contact", "erase", ANNA, "-y"]).spawn().unwrap();
        let pid = rustix::process::Pid::from_child(&child);
        std::thread::sleep(Duration::from_millis(5 + round * 14));
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        drop(child.wait_with_output());
        let found = in_values(&stage);
        let doctor = stage.desk("doctor --deep");
        if found.is_empty() {
            erased += 1;
            if doctor.exit != 0 {
                assert!(doctor.out.contains("freed places"), "{doctor:?}");
                let shell = stage.json("contact ls erased")[0]["id"].as_i64().unwrap();
                stage.ok(&format!("contact erase id:{shell} -y"));
            }
            assert_eq!(of_hers(&stage), [""; 0]);
        } else {
            there += 1;
            assert_eq!((found.len(), doctor.exit), (was, 0), "{doctor:?}");
        }
        assert_eq!(stage.desk("doctor --deep").exit, 0);
    }
    assert!(there > 0 && erased > 0, "{there} {erased}");
}
