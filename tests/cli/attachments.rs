//! `desk attachment`: whatever a sender called his file, it lands under a safe name in the folder it was meant for, over
//! nothing and through no link; programs are never opened.

use super::mails::{Letter, NOON, put, write};
use super::stage::{Said, Stage};
use frontdesk::domain::event::OperationKind;
use frontdesk::domain::mail::Part;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

const PDF: &str = "application/pdf";

fn file(name: &str, kind: &str, content: &[u8]) -> Part {
    Part { name: name.to_owned(), media_type: kind.to_owned(), content: content.to_vec() }
}

/// Ticket 1 with two mails and these files: the first with the first, the second with the others.
fn with_files(files: &[Part]) -> Stage {
    let stage = Stage::new();
    stage.ok("open one -f anna@acme.test -m text");
    for (n, files) in [files.get(..1), files.get(1..)].into_iter().flatten().enumerate() {
        let at = NOON.plus(i64::try_from(n).unwrap());
        let letter = Letter { from: "anna@acme.test", text: "см. файл", files, ..Letter::default() };
        write(&stage, at, OperationKind::Fetch, |tx| put(tx, 1, &letter));
    }
    fs::create_dir(stage.path("to")).unwrap();
    stage
}

fn save(stage: &Stage, what: &str) -> Said {
    let to = stage.path("to");
    stage.desk(&format!("attachment save 1 {what} -o {}", to.display()))
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Everything under the stage but the desk itself, so that nothing lands where nobody looked.
fn all_files(stage: &Stage) -> Vec<PathBuf> {
    fn under(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if fs::symlink_metadata(&path).unwrap().is_dir() { under(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    under(&stage.path(""), &mut found);
    found.retain(|p| !p.file_name().unwrap().to_string_lossy().starts_with("desk.db"));
    found.sort();
    found
}

#[test]
fn a_file_is_saved_under_its_name_for_this_user_alone() {
    let stage = with_files(&[file("счёт № 5.pdf", PDF, b"%PDF \0\xff"), file("акт.pdf", PDF, b"2")]);
    let said = save(&stage, "1");
    let path = stage.path("to/счёт № 5.pdf");
    assert_eq!((said.exit, said.out), (0, format!("saved {}\n", path.display())));
    assert_eq!(fs::read(&path).unwrap(), b"%PDF \0\xff");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(names(&stage.path("to")), ["счёт № 5.pdf"]);
    let to = stage.path("to/named").display().to_string();
    let data = stage.json(&format!("attachment save 1 2 -o {to}"));
    assert_eq!(data, json!([{"number": 2, "name": "акт.pdf", "path": to, "type": PDF, "bytes": 1}]));
    assert_eq!(fs::read(&to).unwrap(), b"2");
}

#[test]
fn lists_ranges_and_all_of_them_are_saved_and_one_goes_to_standard_output() {
    let files: Vec<Part> =
        (1..=4).map(|n| file(&format!("{n}.txt"), "text/plain", format!("no {n}").as_bytes())).collect();
    for (what, there) in [
        ("1,3", &["1.txt", "3.txt"][..]),
        ("2-4", &["2.txt", "3.txt", "4.txt"]),
        ("4 1", &["1.txt", "4.txt"]),
        ("all", &["1.txt", "2.txt", "3.txt", "4.txt"]),
    ] {
        let stage = with_files(&files);
        assert_eq!(save(&stage, what).exit, 0);
        assert_eq!(names(&stage.path("to")), there);
    }
    let stage = with_files(&files);
    assert_eq!(stage.ok("attachment save 1 3 -o -"), "no 3");
    assert!(stage.refused("attachment save 1 1,2 -o -", 2).contains("-o FOLDER/"));
    assert!(
        stage.refused(&format!("attachment save 1 1,2 -o {}", stage.path("x.txt").display()), 2).contains("2 files")
    );
    assert!(
        stage.refused(&format!("attachment save 1 1 -o {}/", stage.path("none").display()), 3).contains("mkdir -p")
    );
    assert_eq!(stage.desk(&format!("attachment save 1 all -n -o {}", stage.path("to").display())).exit, 0);
    assert_eq!(all_files(&stage).len(), 0);
}

#[test]
fn what_is_not_there_is_said_with_the_way_to_look() {
    let stage = with_files(&[file("a.pdf", PDF, b"1")]);
    assert!(stage.refused("attachment save 1 2", 3).contains("ticket 1 has 1 file: there is no 2\nhint: desk show 1"));
    assert!(stage.refused("attachment save 1 x", 2).contains("is no number of a file"));
    stage.refused("attachment save 7 1", 3);
    stage.ok("open two");
    assert!(stage.refused("attachment save 2 all", 3).contains("ticket 2 has no files"));
    assert!(stage.refused("attachment open 2 1", 3).contains("has no files"));
}

#[test]
fn a_hostile_name_stays_in_the_folder() {
    let long = format!("{}.pdf", "x".repeat(4096));
    let hostile = [
        "../x",
        "../../../../../../tmp/x",
        "/etc/x",
        ".bashrc",
        "CON",
        "NUL.txt",
        "a\0b",
        "..",
        ".",
        "",
        "-rf",
        "~",
        "a/b/c",
        "c:\\windows\\x.dll",
        "\u{1b}[2J\u{9b}31m.txt",
        "x\u{202e}fdp.exe",
        "a\nb\r.txt",
        " ",
        "$(reboot)`id`;.txt",
        &long,
    ];
    let files: Vec<Part> = hostile.iter().map(|name| file(name, PDF, name.as_bytes())).collect();
    let stage = with_files(&files);
    let said = save(&stage, "all");
    assert_eq!(said.exit, 0, "{said:?}");
    assert!(!said.out.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{said:?}");
    let there = all_files(&stage);
    assert_eq!(there.len(), hostile.len(), "{there:?}");
    for path in &there {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(path.parent().unwrap(), stage.path("to"), "{name}");
        assert!(name.len() <= 255 && !name.starts_with(['.', '-']) && !name.chars().any(char::is_control), "{name:?}");
        assert!(!["con", "nul"].contains(&name.split('.').next().unwrap().to_lowercase().as_str()), "{name}");
    }
    // One by one they stay there, too.
    for n in 1..=hostile.len() {
        let stage = with_files(&files);
        assert_eq!(save(&stage, &n.to_string()).exit, 0);
        assert_eq!(all_files(&stage).len(), 1);
        assert_eq!(names(&stage.path("to")).len(), 1);
    }
}

#[test]
fn equal_names_are_numbered_whatever_their_case() {
    let stage = with_files(&[file("a.pdf", PDF, b"1"), file("A.PDF", PDF, b"2"), file("x/a.pdf", PDF, b"3")]);
    assert_eq!(save(&stage, "all").exit, 0);
    assert_eq!(names(&stage.path("to")), ["A (2).PDF", "a (3).pdf", "a.pdf"]);
    assert_eq!(fs::read(stage.path("to/a (3).pdf")).unwrap(), b"3");
}

#[test]
fn nothing_is_written_over_and_then_nothing_is_written_at_all() {
    let stage = with_files(&[file("a.pdf", PDF, b"1"), file("b.pdf", PDF, b"2")]);
    fs::write(stage.path("to/b.pdf"), "mine").unwrap();
    let said = save(&stage, "all");
    assert_eq!(said.exit, 1, "{said:?}");
    assert!(said.talk.contains("b.pdf is there already\nhint: -o another name or folder, or --force"), "{said:?}");
    assert_eq!(
        (names(&stage.path("to")), fs::read(stage.path("to/b.pdf")).unwrap()),
        (vec!["b.pdf".to_owned()], b"mine".to_vec())
    );
    let to = stage.path("to/b.pdf");
    stage.refused(&format!("attachment save 1 1 -o {}", to.display()), 1);
    assert_eq!(save(&stage, "all --force").exit, 0);
    assert_eq!((fs::read(stage.path("to/a.pdf")).unwrap(), fs::read(&to).unwrap()), (b"1".to_vec(), b"2".to_vec()));
    assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    fs::create_dir(stage.path("to/folder")).unwrap();
    fs::create_dir(stage.path("to/folder/a.pdf")).unwrap();
    let said = stage.desk(&format!("attachment save 1 1 --force -o {}", stage.path("to/folder").display()));
    assert_eq!(said.exit, 1, "a folder is not replaced: {said:?}");
    assert_eq!(names(&stage.path("to/folder")), ["a.pdf"]);
}

#[test]
fn a_link_in_the_folder_is_not_followed() {
    let stage = with_files(&[file("a.pdf", PDF, b"1")]);
    let (secret, nowhere) = (stage.path("secret"), stage.path("nowhere"));
    fs::write(&secret, "mine").unwrap();
    for target in [&secret, &nowhere] {
        let link = stage.path("to/a.pdf");
        symlink(target, &link).unwrap();
        assert_eq!(save(&stage, "1").exit, 1);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        stage.refused(&format!("attachment save 1 1 -o {}", link.display()), 1);
        assert_eq!(save(&stage, "1 --force").exit, 0, "the link itself is replaced");
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
        fs::remove_file(&link).unwrap();
    }
    assert_eq!((fs::read(&secret).unwrap(), nowhere.exists()), (b"mine".to_vec(), false));
}

#[test]
fn a_file_is_opened_from_a_folder_of_its_own() {
    let stage = with_files(&[file("../отчёт.pdf", PDF, b"report")]);
    let (note, opener) = (stage.path("note"), stage.path("opener"));
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}'\nstat -c %a \"$2\" \"$(dirname \"$2\")\" >> '{0}'\ncat \"$2\" >> '{0}'\n",
        note.display()
    );
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let stage = stage.with("DESK_OPENER", &format!("{} --view", opener.display()));
    let said = stage.ok("attachment open 1 1");
    let path = said.strip_prefix("opened ").unwrap().trim_end();
    assert!(path.starts_with('/') && path.ends_with("/отчёт.pdf"), "{path}");
    assert_eq!(fs::read_to_string(&note).unwrap(), format!("--view\n{path}\n600\n700\nreport"));
    fs::remove_dir_all(Path::new(path).parent().unwrap()).unwrap();
    let said = stage.with("DESK_OPENER", "/nowhere/at/all").refused("attachment open 1 1", 1);
    assert!(said.contains("does not open it") && said.contains("hint: desk attachment save 1 1"), "{said}");
    assert!(stage.with("DESK_OPENER", "false").refused("attachment open 1 1", 1).contains("does not open it"));
    let two = with_files(&[file("a.pdf", PDF, b"1"), file("b.pdf", PDF, b"2")]);
    assert!(two.refused("attachment open 1 all", 2).contains("one file is opened at a time"));
}

#[test]
fn a_program_is_never_opened() {
    let programs = [
        ("setup.exe", PDF),
        ("invoice.pdf.js", PDF),
        ("x.sh", "text/plain"),
        ("page.html", "text/html"),
        ("a.desktop", "text/plain"),
        ("act.docm", ""),
        ("noending", PDF),
        ("photo.jpg", "application/x-msdownload"),
        ("x\u{202e}fdp.exe", PDF),
        ("a.pdf\0.exe", PDF),
    ];
    let files: Vec<Part> = programs.iter().map(|(name, kind)| file(name, kind, b"echo")).collect();
    let stage = with_files(&files).with("DESK_OPENER", "touch /nowhere/opened");
    for n in 1..=programs.len() {
        let said = stage.refused(&format!("attachment open 1 {n}"), 1);
        assert!(
            said.contains("may be a program")
                && said.contains(&format!("hint: to have it all the same: desk attachment save 1 {n}")),
            "{said}"
        );
    }
}

#[test]
fn without_a_desktop_it_is_said() {
    let stage = with_files(&[file("a.pdf", PDF, b"1")]);
    let said = stage.refused("attachment open 1 1", 1);
    assert!(said.contains("there is no desktop here") && said.contains("DESK_OPENER"), "{said}");
}

#[test]
fn files_of_notes_and_of_merged_tickets_keep_their_numbers_on_the_page() {
    let stage = with_files(&[file("a.pdf", PDF, b"1"), file("", "image/png", b"2")]);
    fs::write(stage.path("n.txt"), "note").unwrap();
    stage.at("2026-11-20T13:00:00Z").run(&["note", "1", "see", "--attach", stage.path("n.txt").to_str().unwrap()]);
    stage.ok("open two");
    stage.ok("merge 1 --into 2");
    let page = stage.ok("show 2");
    for (n, name, content) in [(1, "a.pdf", "1"), (2, "image/png", "2"), (3, "n.txt", "note")] {
        assert!(page.contains(&format!("[{n}] {name} ")), "{page}");
        assert_eq!(stage.ok(&format!("attachment save 2 {n} -o -")), content);
    }
    assert_eq!(stage.desk(&format!("attachment save 2 2 -o {}", stage.path("to").display())).exit, 0);
    assert_eq!(names(&stage.path("to")), ["attachment-2.png"], "one without a name gets one");
}
