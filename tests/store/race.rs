//! Many processes at once, the real program: on a desk that is not there yet, and on one that is. None is refused, no number
//! is missing or given twice.

use super::stand::rows_at;
use frontdesk::store::Place;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program as one user among many.
pub(crate) fn desk(home: &Path, place: &str, agent: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command
        .args(words)
        .env_clear()
        .env("HOME", home)
        .env("DESK_FILE", place)
        .env("DESK_AGENT", agent)
        .current_dir(home);
    command.output().unwrap()
}

pub(crate) fn succeeded(done: &Output) {
    assert!(done.status.success(), "{:?}: {}", done.status, String::from_utf8_lossy(&done.stderr));
}

/// As many threads as wanted do the same at once; each runs a process at a time.
pub(crate) fn at_once(threads: usize, each: usize, deed: impl Fn(usize, usize) + Sync) {
    let gate = std::sync::Barrier::new(threads);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (gate, deed) = (&gate, &deed);
            scope.spawn(move || {
                gate.wait();
                (0..each).for_each(|n| deed(thread, n));
            });
        }
    });
}

fn has_all_numbers(place: &Place, count: usize) {
    let all: Vec<String> = (1..=count).map(|n| n.to_string()).collect();
    assert_eq!(rows_at(place, "SELECT id FROM ticket ORDER BY id"), all);
    assert_eq!(rows_at(place, "SELECT id FROM operation ORDER BY id"), all);
    assert_eq!(rows_at(place, "SELECT count(*) FROM desk"), ["1"]);
    assert_eq!(rows_at(place, "SELECT count(*) FROM contact"), ["1"], "each asks for the same person");
    assert_eq!(rows_at(place, "SELECT count(*) FROM agent"), ["2"]);
}

fn opening_race(word: &str, place: &Place) {
    let home = tempfile::tempdir().unwrap();
    at_once(16, 1, |n, _| {
        succeeded(&desk(
            home.path(),
            word,
            ["mila", "boris"][n % 2],
            &["open", &format!("problem {n}"), "-f", "anna@acme.test"],
        ));
    });
    has_all_numbers(place, 16);
}

fn many_opens(word: &str, place: &Place) {
    let home = tempfile::tempdir().unwrap();
    at_once(8, 25, |n, m| {
        succeeded(&desk(
            home.path(),
            word,
            ["mila", "boris"][n % 2],
            &["open", &format!("problem {n} {m}"), "-f", "anna@acme.test"],
        ));
    });
    has_all_numbers(place, 200);
    let listed = desk(home.path(), word, "mila", &["ls", "status:all", "--json"]);
    succeeded(&listed);
    let rows: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert!(rows.to_string().matches("problem ").count() == 200, "{rows}");
}

const ROUNDS: usize = 5;

#[test]
fn nobody_is_refused_at_the_opening_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let path = folder.path().join(format!("new {round}/desk.db"));
        opening_race(path.to_str().unwrap(), &Place::File(path.clone()));
        let left: Vec<_> =
            std::fs::read_dir(path.parent().unwrap()).unwrap().flatten().map(|e| e.file_name()).collect();
        assert!(
            left.iter().all(|name| name.to_string_lossy().starts_with("desk.db")),
            "drafts are left over: {left:?}"
        );
    }
}

#[test]
fn many_processes_write_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    many_opens(path.to_str().unwrap(), &Place::File(path.clone()));
}

#[cfg(feature = "postgres")]
#[test]
fn nobody_is_refused_at_the_opening_of_a_database() {
    for _ in 0..ROUNDS {
        let Some(url) = super::cluster::schema() else { return };
        opening_race(&url, &Place::Server { url: url.clone(), password: None });
    }
}

#[cfg(feature = "postgres")]
#[test]
fn many_processes_write_to_one_database() {
    let Some(url) = super::cluster::schema() else { return };
    many_opens(&url, &Place::Server { url: url.clone(), password: None });
}
