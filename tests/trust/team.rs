//! A desk in the folder of a group: two users write to it in turn and at once, and nothing that one of them leaves keeps the
//! other out.

use crate::stage::{Fault, Said, Stage, exe, finish};
use crate::{Outcome, Plan};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

/// Users and a group that nobody has.
const USERS: [u32; 2] = [64_001, 64_002];
const GROUP: u32 = 64_000;

/// Two users in turn and at once.
pub fn team(plan: &Plan) -> Outcome {
    if !rustix::process::geteuid().is_root() {
        return Outcome {
            left_out: Some("two users are left out: only root can be both".to_owned()),
            ..Outcome::default()
        };
    }
    let stage = plan.stage("play");
    // The folders of a trial are for one user alone.
    let place = tempfile::Builder::new().prefix("trust-team-").tempdir_in("/tmp").expect("a folder");
    match shared(plan, &stage, place.path()) {
        Ok(tried) => {
            Outcome { tried, seen: "both write, read, back up; doctor finds nothing".to_owned(), left_out: None }
        }
        Err(fault) => {
            plan.fault(&stage, "a folder of a group", &fault);
            Outcome::default()
        }
    }
}

fn mode(path: &Path, mode: u32) -> Result<(), Fault> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|e| e.to_string())
}

fn shared(plan: &Plan, stage: &Stage, place: &Path) -> Result<usize, Fault> {
    mode(place, 0o755)?;
    let (program, folder) = (place.join("desk"), place.join("team"));
    fs::copy(exe(), &program).map_err(|e| e.to_string())?;
    fs::create_dir(&folder).map_err(|e| e.to_string())?;
    chown(&folder, Some(USERS[0]), Some(GROUP)).map_err(|e| e.to_string())?;
    mode(&folder, 0o2770)?;
    let desk = folder.join("desk.db");
    let by = |user: usize, line: &str| -> Said {
        let home = place.join(format!("home-{user}"));
        if fs::create_dir(&home).is_ok() {
            chown(&home, Some(USERS[user]), Some(GROUP)).expect("a folder of his own");
        }
        let mut command: Command = stage.program("/usr/bin/env");
        command
            .current_dir(&home)
            .env("HOME", &home)
            .env("DESK_FILE", &desk)
            .env("DESK_AGENT", ["anna", "boris"][user]);
        command.args(["setpriv", &format!("--reuid={}", USERS[user]), &format!("--regid={GROUP}"), "--clear-groups"]);
        command.args(["sh", "-c", "umask 077; exec \"$@\"", "sh"]).arg(&program).args(stage.command(line).get_args());
        finish(&mut command)
    };
    let done = |user: usize, line: &str| {
        let said = by(user, line);
        if said.exit == Some(0) { Ok(said.out) } else { Err(format!("user {user}: desk {line}: {said}")) }
    };
    done(0, "open one -f ann@x.test -m text")?;
    // As the manual says: the folder with the setgid bit, the file 0660.
    mode(&desk, 0o660)?;
    let mut tried = 0;
    for turn in 0..plan.pick(5, 50) {
        for user in [turn % 2, (turn + 1) % 2] {
            for line in ["log 1 5m", "note 1 seen", "show 1", "doctor --deep"] {
                done(user, line)?;
                tried += 1;
            }
        }
    }
    // While the one has it open and is ended, the other goes on with the log that he left.
    std::thread::scope(|scope| {
        let both = [0, 1].map(|user| scope.spawn(move || (0..10).try_for_each(|_| done(user, "log 1 1m").map(drop))));
        both.into_iter().try_for_each(|one| one.join().expect("a thread ends"))
    })?;
    let reader = rusqlite::Connection::open(&desk).map_err(|e| e.to_string())?;
    reader.execute_batch("BEGIN; SELECT count(*) FROM ticket;").map_err(|e| e.to_string())?;
    for user in [0, 1] {
        done(user, "log 1 1m")?;
        for beside in ["desk.db-wal", "desk.db-shm"] {
            let about = fs::metadata(folder.join(beside)).map_err(|e| format!("{beside}: {e}"))?;
            if about.mode() & 0o777 != 0o660 || about.gid() != GROUP {
                return Err(format!(
                    "{beside} has the rights {:o} and the group {}",
                    about.mode() & 0o777,
                    about.gid()
                ));
            }
        }
    }
    drop(reader);
    for user in [0, 1] {
        done(user, &format!("backup copy-{user}.db"))?;
        done(user, &format!("backup {}", folder.join(format!("copy-{user}.db")).display()))?;
        done(user, "doctor --deep")?;
    }
    let count = done(1, "time ls in:2026-11 --format ndjson")?.lines().count();
    let should = 2 * plan.pick(5, 50) + 22;
    if count == should { Ok(tried) } else { Err(format!("{count} time entries instead of {should}")) }
}
