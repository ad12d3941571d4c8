//! The words around the desk, as a person types them: settings, backups, the doctor. Each test has a home of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use frontdesk::host::Host;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A home of one user, thrown away at the end.
struct Home {
    folder: tempfile::TempDir,
    now: &'static str,
}

/// What a command said: exit code, output, talk.
struct Said {
    code: u8,
    out: String,
    talk: String,
}

impl Home {
    fn new() -> Home {
        Home { folder: tempfile::tempdir().unwrap(), now: "2026-11-20T12:00:00Z" }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.text(name)
    }

    fn environment(&self) -> BTreeMap<String, String> {
        let home = self.folder.path().display().to_string();
        [("HOME", home.as_str()), ("USER", "mila"), ("DESK_NOW", self.now)]
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .chain(
                ["DATA", "CONFIG", "STATE"].map(|f| (format!("XDG_{f}_HOME"), format!("{home}/{}", f.to_lowercase()))),
            )
            .collect()
    }

    fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut host = Host::staged(self.environment(), input.as_bytes());
        let code = frontdesk::run(arguments.iter().map(|a| (*a).to_owned()).collect(), &mut host);
        let (out, talk) = host.said();
        Said { code, out, talk }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// Runs what must succeed.
    fn done(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.talk);
        said.out
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.run(arguments).out).unwrap()
    }

    /// The real program, in a shell line.
    fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).env_clear().env("PATH", "/usr/bin:/bin").env("DESK", env!("CARGO_BIN_EXE_desk"));
        command.envs(self.environment());
        command
    }

    fn desk(&self) -> PathBuf {
        self.path("data/desk/desk.db")
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn everything_a_user_gets_is_his_alone_under_a_wide_umask() {
    let home = Home::new();
    let line = "umask 022; \"$DESK\" init --me mila && \"$DESK\" open Printer && mkdir backups && \"$DESK\" backup backups && \"$DESK\" backup one.db";
    let done = home.shell(line).current_dir(home.folder.path()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for folder in ["data/desk", "config/desk"] {
        assert_eq!(mode(&home.path(folder)), 0o700, "{folder}");
    }
    for file in ["data/desk/desk.db", "config/desk/config.toml", "one.db", "backups/desk-2026-11-20-120000.db"] {
        assert_eq!(mode(&home.path(file)), 0o600, "{file}");
    }
}

#[test]
fn a_desk_is_made_once() {
    let home = Home::new();
    let out =
        home.done(&["init", "--name", "Acme", "--zone", "Europe/Moscow", "--addresses", "a@acme.test,b@acme.test"]);
    assert!(out.contains("Acme") && out.contains("Europe/Moscow") && out.contains("a@acme.test"), "{out}");
    let again = home.run(&["init"]);
    assert_eq!(again.code, 1);
    assert!(again.talk.contains("there is a desk already") && again.talk.contains("desk init PATH"), "{}", again.talk);
    assert!(!home.path("config/desk/config.toml").exists(), "nobody asked to keep a name");
}

#[test]
fn a_desk_is_made_elsewhere_and_a_wrong_zone_makes_none() {
    let home = Home::new();
    assert_eq!(home.run(&["init", &home.text("a.db"), "--zone", "Moscow"]).code, 2);
    assert!(!home.path("a.db").exists());
    let said = home.run(&["init", &home.text("a.db"), "--me", "oleg"]);
    assert!(said.talk.contains("config set desk"), "{}", said.talk);
    assert!(home.path("a.db").exists() && !home.desk().exists());
    assert_eq!(home.done(&["config", "get", "me"]), "oleg\n");
}

#[test]
fn every_setting_is_listed_with_its_scope_and_origin() {
    let home = Home::new();
    home.done(&["config", "set", "lang", "ru"]);
    home.done(&["config", "set", "me", "mila"]);
    let rows = home.json(&["config", "ls", "--json"]);
    let origin = |key: &str| {
        let row = rows.as_array().unwrap().iter().find(|r| r["key"] == key).unwrap();
        (row["value"].clone(), row["scope"].clone(), row["origin"].clone())
    };
    assert_eq!(origin("lang"), ("ru".into(), "shared".into(), "desk".into()));
    assert_eq!(origin("reopen_days"), (30.into(), "shared".into(), "default".into()));
    assert_eq!(origin("me"), ("mila".into(), "own".into(), "file".into()));
    assert_eq!(home.json(&["config", "get", "me", "--as", "oleg", "--json"])["origin"], "flag");
}

#[test]
fn a_shared_setting_is_taken_back_and_a_table_is_set_key_by_key() {
    let home = Home::new();
    home.done(&["config", "set", "details.name", "ООО «Акме»"]);
    home.done(&["config", "set", "details.inn", "7701"]);
    assert_eq!(home.done(&["config", "get", "details.name"]), "ООО «Акме»\n");
    home.done(&["undo"]);
    assert_eq!(home.run(&["config", "get", "details.inn"]).code, 3);
    home.done(&["config", "set", "details.name", "--default"]);
    assert_eq!(home.done(&["config", "get", "details"]), "");
}

#[test]
fn own_settings_keep_their_comments_and_their_link() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("config/desk")).unwrap();
    home.write("dotfile.toml", "# mine\nme = \"mila\" # that is me\n");
    std::os::unix::fs::symlink(home.path("dotfile.toml"), home.path("config/desk/config.toml")).unwrap();
    home.done(&["config", "set", "me", "oleg"]);
    home.done(&["config", "set", "alias.mine", "ls who:me"]);
    let text = std::fs::read_to_string(home.path("dotfile.toml")).unwrap();
    assert!(
        text.starts_with("# mine\nme = \"oleg\" # that is me\n") && text.contains("mine = \"ls who:me\""),
        "{text}"
    );
    assert!(std::fs::symlink_metadata(home.path("config/desk/config.toml")).unwrap().is_symlink());
    assert_eq!(home.run(&["config", "set", "alias.show", "ls"]).code, 1);
}

#[test]
fn a_broken_own_file_is_named_by_line_and_does_not_hide_itself() {
    let home = Home::new();
    std::fs::create_dir_all(home.path("config/desk")).unwrap();
    home.write("config/desk/config.toml", "me = \"mila\"\nzoen = 1\n");
    let said = home.run(&["ls"]);
    assert!(said.code == 2 && said.talk.contains("config.toml:2:1"), "{}", said.talk);
    assert!(home.done(&["config", "path"]).ends_with("config/desk/config.toml\n"));
    assert!(home.run(&["config", "edit"]).talk.contains("an editor needs a terminal"));
}

#[test]
fn a_file_is_applied_whole_and_twice_changes_nothing() {
    let home = Home::new();
    let file = home.write("team.toml", "name = \"Acme\"\nzone = \"Europe/Moscow\"\naddresses = [\"support@acme.test\"]\nreopen_days = 30\ndetails = { name = \"ООО\" }\n");
    assert!(home.done(&["config", "apply", &file]).contains("name: (default) → Acme"));
    let operations = home.json(&["history", "--json"]).as_array().unwrap().len();
    let again = home.run(&["config", "apply", &file]);
    assert!(again.code == 0 && again.out.is_empty() && again.talk.contains("nothing to change"), "{}", again.talk);
    assert_eq!(home.json(&["history", "--json"]).as_array().unwrap().len(), operations);
    let part = home.run_with(&["config", "apply", "-"], "lang = \"ru\"\n");
    assert!(part.code == 0 && part.out == "lang: (default) → ru\n", "{}{}", part.out, part.talk);
    assert_eq!(home.done(&["config", "get", "name"]), "Acme\n");
    home.done(&["undo"]);
    home.done(&["undo"]);
    assert_eq!(home.done(&["config", "get", "name"]), "desk\n");
}

#[test]
fn a_file_with_any_mistake_changes_nothing_and_the_place_is_named() {
    let home = Home::new();
    home.done(&["init"]);
    for (text, place, hint) in [
        ("name = \"X\"\nzoen = \"UTC\"\n", ":2:1: there is no setting zoen", "did you mean zone?"),
        ("name = \"X\"\nlang = \"de\"\n", ":2:8: lang should be", ""),
        ("name = \"X\"\nzone = \"Mars/Olympus\"\n", ":2:8: zone should be", ""),
        ("name = \"X\"\n\n  = 3\n", ":3:3: ", ""),
        ("name = \"X\"\nme = \"mila\"\n", ":2:1: me is a setting of your own", "desk config set me"),
        ("name = \"X\"\n[details]\npassword = \"x\"\n", ":3:1: password is refused", "his own file"),
        ("name = \"X\"\nsendmail = \"/bin/sh\"\n", ":2:1: sendmail is refused", "your own file"),
    ] {
        let file = home.write("bad.toml", text);
        let said = home.run(&["config", "apply", &file]);
        assert_eq!(said.code, 2, "{text}");
        assert!(said.talk.contains(&format!("bad.toml{place}")) && said.talk.contains(hint), "{text}: {}", said.talk);
        assert_eq!(home.done(&["config", "get", "name"]), "desk\n", "{text}");
    }
    std::fs::write(home.path("latin.toml"), b"name = \"X\"\n# caf\xe9\n").unwrap();
    let said = home.run(&["config", "apply", &home.text("latin.toml")]);
    assert!(said.code == 2 && said.talk.contains("latin.toml:2:6: this is not UTF-8"), "{}", said.talk);
    assert_eq!(home.run(&["config", "apply", &home.text("absent.toml")]).code, 3);
}

/// The mail of a team, as its file says it.
const MAIL: &str = r#"
name = "Acme support"
addresses = ["support@acme.test"]
receipts = true

[signatures]
default = """
{agent}
{desk}"""

[[mailbox]]
name = "support"
imap = "imaps://support%40acme.test@mail.acme.test/INBOX"      # or maildir:/path, mbox:/path
sent = "Sent"
since = 2026-11-01

[[mailbox]]
name = "old"
imap = "mbox:/var/mail/old"
sent = false

[smtp]
url = "smtps://support%40acme.test@mail.acme.test"
from = "Acme support <support@acme.test>"
"#;

#[test]
fn the_settings_of_mail_are_applied_shown_and_applied_again_to_no_effect() {
    let home = Home::new();
    let out = home.done(&["config", "apply", &home.write("team.toml", MAIL)]);
    assert!(out.contains("mailbox.support.since: (default) → 2026-11-01"), "{out}");
    let rows = home.json(&["config", "ls", "--json"]);
    let value = |key: &str| rows.as_array().unwrap().iter().find(|r| r["key"] == key).unwrap()["value"].clone();
    assert_eq!(value("mailbox.support.imap"), "imaps://support%40acme.test@mail.acme.test/INBOX");
    assert_eq!(
        (value("mailbox.old.sent"), value("receipts"), value("quote")),
        (false.into(), true.into(), true.into())
    );
    assert_eq!(home.done(&["config", "get", "signatures.default"]), "{agent}\n{desk}\n");
    assert_eq!(home.done(&["config", "get", "smtp.from"]), "Acme support <support@acme.test>\n");
    assert_eq!(home.done(&["config", "get", "mailbox"]).lines().count(), 2);
    let again = home.run(&["config", "apply", &home.text("team.toml")]);
    assert!(again.code == 0 && again.talk.contains("nothing to change"), "{}", again.talk);
    home.done(&["undo"]);
    assert_eq!(home.done(&["config", "get", "mailbox"]), "");
    home.done(&["redo"]);
    assert_eq!(home.done(&["config", "get", "mailbox.old.imap"]), "mbox:/var/mail/old\n");
}

#[test]
fn a_part_of_the_mail_settings_is_set_and_taken_out_alone() {
    let home = Home::new();
    let early = home.run(&["config", "set", "smtp.url", "smtps://mail.acme.test"]);
    assert!(early.code == 2 && early.talk.contains("desk config set smtp.from"), "{}", early.talk);
    assert!(!home.desk().exists(), "a refused setting makes no desk");
    home.done(&["config", "set", "smtp.from", "Acme <support@acme.test>"]);
    home.done(&["config", "set", "smtp.url", "smtps://mail.acme.test"]);
    home.done(&["config", "set", "smtp.plus", "true"]);
    let out = home.done(&["config", "set", "mailbox.support.imap", "imaps://joe@mail.acme.test"]);
    assert_eq!(out, "mailbox.support.imap: (default) → imaps://joe@mail.acme.test\n");
    home.done(&["config", "set", "mailbox.support.done", "Done"]);
    home.done(&["config", "set", "mailbox.support.sent", "false"]);
    let out = home.done(&["config", "set", "mailbox.support.done", "--default"]);
    assert_eq!(out, "mailbox.support.done: Done → (default)\n");
    assert_eq!(home.run(&["config", "get", "mailbox.support.done"]).code, 3);
    home.done(&["config", "set", "signatures.mila", "Mila,\n{desk}"]);
    assert_eq!(home.done(&["config", "get", "signatures.mila"]), "Mila,\n{desk}\n");
    home.done(&["undo"]);
    assert_eq!(home.run(&["config", "get", "signatures.mila"]).code, 3);
    home.done(&["config", "set", "receipts", "true"]);
    home.done(&["config", "set", "mailbox.support", "--default"]);
    assert_eq!(home.done(&["config", "get", "mailbox"]), "");
    for (key, hint) in
        [("smtp.fro", "smtp.from"), ("mailbox.support.imp", "mailbox.support.imap"), ("receipt", "receipts")]
    {
        for said in [home.run(&["config", "get", key]), home.run(&["config", "set", key, "x"])] {
            assert!(said.code == 2 && said.talk.contains(&format!("did you mean {hint}?")), "{}", said.talk);
        }
    }
}

#[test]
fn a_mistake_in_the_mail_settings_changes_nothing_and_is_named() {
    let home = Home::new();
    home.done(&["init"]);
    for (text, place, hint) in [
        ("name = \"X\"\n[[mailbox]]\nname = \"a\"\nimpa = \"x\"\n", ":4:1: there is no key impa", "did you mean imap?"),
        (
            "name = \"X\"\n[[mailbox]]\nname = \"a\"\nimap = \"imaps://joe:hunter2@b.test/\"\n",
            ":4:8: ",
            "passwords.a.command",
        ),
        ("name = \"X\"\n[smtp]\nurl = \"smtps://b.test\"\n", ":2:1: smtp has no from", "from = …"),
        (
            "name = \"X\"\n[[mailbox]]\nname = \"a\"\nimap = \"maildir:/x\"\ncommand = \"rm\"\n",
            ":5:1: command is refused",
            "",
        ),
    ] {
        let said = home.run(&["config", "apply", &home.write("bad.toml", text)]);
        assert!(
            said.code == 2 && said.talk.contains(&format!("bad.toml{place}")) && said.talk.contains(hint),
            "{text}: {}",
            said.talk
        );
        assert!(!said.talk.contains("hunter2"), "{}", said.talk);
        assert_eq!(home.done(&["config", "get", "name"]), "desk\n", "{text}");
    }
    let wide = home.write("wide.toml", &"#".repeat(3 << 20));
    assert_eq!(home.run(&["config", "apply", &wide]).code, 2);
    let deep = home.write("deep.toml", &format!("details = {}", "[".repeat(200_000)));
    let said = home.run(&["config", "apply", &deep]);
    assert!(said.code == 2 && said.talk.contains("deep.toml:1:") && said.talk.len() < 500, "{}", said.talk);
}

#[test]
fn a_password_is_in_no_file_no_output_and_no_history() {
    let home = Home::new();
    home.done(&["open", "x"]);
    for key in
        ["passwords.support", "passwords.support.password", "passwords.support.keyring", "password", "smtp.password"]
    {
        let said = home.run(&["config", "set", key, "hunter2"]);
        assert!(said.code == 2 && said.talk.contains("passwords."), "{key}: {}", said.talk);
        assert!(!said.talk.contains("hunter2"), "{key}: {}", said.talk);
    }
    let said = home.run(&["config", "set", "mailbox.support.imap", "imaps://joe:hunter2@b.test"]);
    assert!(said.code == 2 && !said.talk.contains("hunter2"), "{}", said.talk);
    home.done(&["config", "set", "passwords.support.command", "pass show support"]);
    home.done(&["config", "set", "passwords.support.keyring", "true"]);
    assert_eq!(home.done(&["config", "get", "passwords.support.keyring"]), "true\n");
    home.done(&["config", "set", "sendmail", "/usr/sbin/sendmail"]);
    let own = std::fs::read_to_string(home.path("config/desk/config.toml")).unwrap();
    assert!(own.contains("keyring = true") && !own.contains("pass show") && own.contains("sendmail = "), "{own}");
    assert!(!home.done(&["history", "--json"]).contains("hunter2"));
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    let home = Home::new();
    for command in ["set", "get"] {
        let mut arguments = vec!["config", command, "reopen_day"];
        arguments.extend((command == "set").then_some("3"));
        let said = home.run(&arguments);
        assert!(said.code == 2 && said.talk.contains("did you mean reopen_days?"), "{}", said.talk);
    }
}

#[test]
fn a_backup_replaces_nothing_and_holds_what_it_says() {
    let home = Home::new();
    home.done(&["open", "Printer", "+vip"]);
    let said = home.json(&["backup", &home.text("b.db"), "--json"]);
    assert_eq!(said["tickets"], 1);
    assert_eq!(said["bytes"], std::fs::metadata(home.path("b.db")).unwrap().len());
    let sum = home.shell("sha256sum b.db").current_dir(home.folder.path()).output().unwrap();
    assert!(String::from_utf8_lossy(&sum.stdout).starts_with(said["sha256"].as_str().unwrap()));
    let before = std::fs::read(home.path("b.db")).unwrap();
    let again = home.run(&["backup", &home.text("b.db")]);
    assert!(again.code == 1 && again.talk.contains("is there already"), "{}", again.talk);
    assert_eq!(std::fs::read(home.path("b.db")).unwrap(), before);
    assert!(home.run(&["--desk", &home.text("b.db"), "ls"]).out.contains("Printer"));
    let left: Vec<_> = std::fs::read_dir(home.folder.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(!left.iter().any(|n| n.to_string_lossy().starts_with(".desk-backup")), "{left:?}");
}

#[test]
fn backups_in_a_folder_are_rotated_and_strangers_stay() {
    let mut home = Home::new();
    std::fs::create_dir(home.path("backups")).unwrap();
    let folder = home.text("backups");
    home.done(&["open", "Printer"]);
    home.done(&["--desk", &home.text("other.db"), "open", "Other"]);
    home.now = "2026-11-10T12:00:00Z";
    home.done(&["--desk", &home.text("other.db"), "backup", &folder]);
    home.write("backups/desk-2026-01-01-000000.db", "not a desk");
    for now in ["2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z", "2026-11-01T12:00:00Z"] {
        home.now = now;
        home.done(&["backup", &folder, "--keep", "2"]);
    }
    let mut names: Vec<String> =
        std::fs::read_dir(&folder).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let zone = home.done(&["config", "get", "zone"]);
    let kept = ["2026-01-01", "2026-11-01", "2026-11-10", "2026-11-23"];
    let days: Vec<&str> = names.iter().map(|n| &n[5..15]).collect();
    assert_eq!(days, kept, "{names:?} in {zone}");
    assert_eq!(home.run(&["backup", &folder, "--keep", "0"]).code, 2);
}

#[test]
fn a_backup_is_whole_while_others_write() {
    let home = Home::new();
    home.done(&["open", "first"]);
    let mut writer = home
        .shell("i=0; while [ $i -lt 25 ]; do \"$DESK\" open \"no $i\" +busy >/dev/null || exit 9; i=$((i+1)); done")
        .spawn()
        .unwrap();
    let mut last = 0;
    for n in 0..8 {
        let said = home.json(&["backup", &home.text(&format!("b{n}.db")), "--json"]);
        let tickets = said["tickets"].as_i64().unwrap();
        assert!(tickets >= last, "{tickets} after {last}");
        last = tickets;
        let name = home.text(&format!("b{n}.db"));
        let doctor = home.run(&["--desk", &name, "doctor", "--deep"]);
        assert_eq!(doctor.code, 0, "{}{}", doctor.out, doctor.talk);
    }
    assert!(writer.wait().unwrap().success());
    assert_eq!(home.json(&["ls", "status:all", "--json"]).as_array().unwrap().len(), 26);
}

#[test]
fn a_backup_without_a_desk_or_a_folder_leaves_nothing() {
    let home = Home::new();
    assert_eq!(home.run(&["backup", &home.text("b.db")]).code, 3);
    home.done(&["open", "x"]);
    let said = home.run(&["backup", &home.text("absent/b.db")]);
    assert!(said.code == 3 && said.talk.contains("mkdir -p"), "{}", said.talk);
    home.done(&["backup", &home.text("b.db"), "-n"]);
    assert!(!home.path("b.db").exists() && !home.path("absent").exists());
}

#[test]
fn the_doctor_finds_a_flipped_figure_and_mends_it() {
    let home = Home::new();
    home.done(&["open", "Printer", "-f", "ann@acme.test", "-m", "broken"]);
    home.done(&["open", "Login"]);
    assert_eq!(home.run(&["doctor", "--deep"]).code, 0);
    let flip = rusqlite::Connection::open(home.desk()).unwrap();
    flip.execute_batch("UPDATE ticket SET replies = 7, queued = 0 WHERE id = 1; UPDATE desk SET analyser = 0").unwrap();
    drop(flip);
    let quick = home.json(&["doctor", "--json"]);
    assert_eq!(quick["findings"][0]["place"], "search index");
    let said = home.run(&["doctor", "--deep", "--json"]);
    assert_eq!(said.code, 4);
    let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let places: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|f| f["place"].as_str().unwrap()).collect();
    assert_eq!(places, ["search index", "ticket 1"]);
    assert_eq!(found["findings"][1]["mend"], "desk doctor --mend");
    let mended = home.run(&["doctor", "--deep", "--mend"]);
    assert!(mended.code == 0 && mended.out.contains("Mended"), "{}", mended.out);
    assert_eq!(home.run(&["doctor", "--deep"]).code, 0);
    let row = &home.json(&["ls", "--json"])[0];
    assert_eq!((row["number"].as_i64(), row["replies"].as_i64()), (Some(1), Some(0)));
    assert_eq!(home.json(&["find", "printers", "--json"]).as_array().unwrap().len(), 1);
    assert!(home.done(&["undo"]).contains("open Login"), "mending is nobody's deed");
}

#[test]
fn the_doctor_mends_rights_and_says_what_others_could_do() {
    let home = Home::new();
    home.done(&["open", "Printer"]);
    std::fs::set_permissions(home.desk(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = home.run(&["doctor"]);
    assert!(said.code == 4 && said.out.contains("others may read it: its rights are 0644"), "{}", said.out);
    assert_eq!(home.run(&["doctor", "--mend"]).code, 0);
    assert_eq!((mode(&home.desk()), home.run(&["doctor"]).code), (0o600, 0));
}

#[test]
fn what_a_backup_left_that_was_ended_goes_with_a_later_one() {
    let home = Home::new();
    home.done(&["open", "Printer"]);
    std::fs::create_dir(home.path("kept")).unwrap();
    let now = std::fs::metadata(home.desk()).unwrap().modified().unwrap();
    let day = now - std::time::Duration::from_secs(25 * 3600);
    for (name, old) in [(".desk-backup.a1B2c3", true), (".desk-backup.d4E5f6", false), (".other", true)] {
        let file = std::fs::File::create(home.path("kept").join(name)).unwrap();
        file.set_modified(if old { day } else { now }).unwrap();
    }
    home.done(&["backup", &home.text("kept")]);
    let names = std::fs::read_dir(home.path("kept")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut left: Vec<String> = names.filter(|name| name.starts_with('.')).collect();
    left.sort();
    assert_eq!(left, [".desk-backup.d4E5f6", ".other"]);
}

#[test]
fn settings_that_others_may_write_are_found_and_mended() {
    let home = Home::new();
    home.done(&["open", "Printer"]);
    home.done(&["config", "set", "me", "mila"]);
    let own = home.path(".config/desk/config.toml");
    let own = if own.exists() { own } else { home.path("config/desk/config.toml") };
    std::fs::set_permissions(&own, std::fs::Permissions::from_mode(0o666)).unwrap();
    let said = home.run(&["doctor"]);
    assert!(said.code == 4 && said.out.contains("it names programs that you start"), "{}", said.out);
    assert_eq!(home.run(&["doctor", "--mend"]).code, 0);
    assert_eq!((mode(&own), home.run(&["doctor"]).code), (0o644, 0));
}

#[test]
fn an_address_with_a_password_is_for_nobody_else_to_read() {
    let home = Home::new();
    home.done(&["open", "Printer"]);
    home.done(&["config", "set", "desks.team", "postgres://mila:hunter2@127.0.0.1:1/desk?sslmode=disable"]);
    let own = home.path("config/desk/config.toml");
    for (rights, code, why) in
        [(0o644, 1, "chmod 600"), (0o640, 1, "desks.team holds a password"), (0o600, 75, "no connection")]
    {
        std::fs::set_permissions(&own, std::fs::Permissions::from_mode(rights)).unwrap();
        let said = home.run(&["--desk", "team", "ls"]);
        assert!(said.code == code && said.talk.contains(why), "{rights:o}: {}", said.talk);
        assert!(!said.talk.contains("hunter2") && home.run(&["ls"]).code == 0, "{rights:o}: {}", said.talk);
    }
    for way in [
        "postgres://mila:hunter2@127.0.0.1:1/x?sslmode=disable",
        "postgres://mila@127.0.0.1:1/x?sslmode=disable&password=hunter2",
    ] {
        for line in [&["doctor"][..], &["ls"], &["config", "ls"], &["ls", "--json"]] {
            let said = home.run(&[&["--desk", way][..], line].concat());
            assert!(![said.out, said.talk].concat().contains("hunter2"), "desk --desk {way} {line:?}");
        }
    }
}

#[test]
fn the_doctor_names_a_damaged_file_a_second_name_and_a_stranger() {
    let home = Home::new();
    assert_eq!(home.run(&["doctor"]).code, 3);
    home.done(&["open", "Printer"]);
    std::fs::hard_link(home.desk(), home.path("second.db")).unwrap();
    let said = home.run(&["doctor"]);
    assert!(said.code == 4 && said.out.contains("hard link"), "{}{}", said.out, said.talk);
    std::fs::remove_file(home.path("second.db")).unwrap();
    let mut bytes = std::fs::read(home.desk()).unwrap();
    let from = bytes.len() / 3;
    bytes[from..from * 2].fill(0xAA);
    std::fs::write(home.desk(), bytes).unwrap();
    let said = home.run(&["doctor", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert!(said.code == 4 && !found["findings"].as_array().unwrap().is_empty(), "{}", said.out);
    std::fs::write(home.desk(), "this is a letter, and no desk at all").unwrap();
    let said = home.run(&["doctor"]);
    assert!(said.code == 4 && said.out.contains("not a desk"), "{}{}", said.out, said.talk);
}

#[test]
fn the_doctor_notices_a_clock_that_went_back_and_a_rotten_attachment() {
    let mut home = Home::new();
    home.done(&["open", "Printer"]);
    home.now = "2026-11-19T12:00:00Z";
    let said = home.run(&["doctor"]);
    assert!(said.code == 4 && said.out.contains("still to come"), "{}", said.out);
    home.now = "2026-11-21T12:00:00Z";
    let rot = rusqlite::Connection::open(home.desk()).unwrap();
    rot.execute_batch("INSERT INTO blob (sha256, bytes, data) VALUES (x'00', 1, x'01')").unwrap();
    drop(rot);
    assert_eq!(home.run(&["doctor"]).code, 0, "only a deep look reads every attachment");
    let said = home.run(&["doctor", "--deep"]);
    assert!(said.code == 4 && said.out.contains("attachment"), "{}", said.out);
}
