//! Two desks that write to each other, each with receipts switched on: whatever one sends lands in the other's Maildir, as it
//! would between two help desks that take each other for customers. Nothing may go round for ever, nobody may be answered twice.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A desk with a Maildir of its own and a sendmail that delivers into another's.
struct Team {
    folder: PathBuf,
    address: String,
}

impl Team {
    fn new(folder: &Path, name: &str, other: &str) -> Team {
        let home = folder.join(name);
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(home.join("Maildir").join(part)).unwrap();
        }
        let team = Team { folder: home.clone(), address: format!("support@{name}.test") };
        let script = home.join("sendmail");
        let target = folder.join(other).join("Maildir");
        let text = format!(
            "#!/bin/sh\nn=$(mktemp -u mail.XXXXXXXXXX)\ncat > '{0}'/tmp/$n && mv '{0}'/tmp/$n '{0}'/new/$n && echo \"$@\" >> '{1}'\n",
            target.display(),
            home.join("sent").display()
        );
        std::fs::write(&script, text).unwrap();
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        team.does(&["config", "set", "addresses", &team.address]);
        team.does(&["config", "set", "mailbox.support.imap", &format!("maildir:{}/Maildir", home.display())]);
        team.does(&["config", "set", "smtp.from", &format!("Team {name} <{}>", team.address)]);
        team.does(&["config", "set", "sendmail", script.to_str().unwrap()]);
        team.does(&["config", "set", "receipts", "true"]);
        // What lies in a mailbox before the first look is not acknowledged.
        team.does(&["fetch"]);
        team
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command.args(arguments).env_clear().env("HOME", &self.folder).env("PATH", "/usr/bin:/bin").env("USER", "mila");
        command.output().unwrap()
    }

    fn does(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// How many mails its sendmail was given.
    fn sent(&self) -> usize {
        std::fs::read_to_string(self.folder.join("sent")).unwrap_or_default().lines().count()
    }

    fn receives(&self, name: &str, mail: &str) {
        std::fs::write(self.folder.join("Maildir/new").join(name), mail).unwrap();
    }

    /// How many tickets the queue shows, or a query.
    fn tickets(&self, query: &[&str]) -> usize {
        self.does(&[&["ls", "--count"], query].concat()).trim().parse().unwrap()
    }
}

fn two() -> (tempfile::TempDir, Team, Team) {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (Team::new(folder.path(), "acme", "bolt"), Team::new(folder.path(), "bolt", "acme"));
    (folder, a, b)
}

#[test]
fn two_desks_that_acknowledge_each_other_fall_silent() {
    let (_folder, a, b) = two();
    // Somebody forges a mail from one desk to the other: the receipt goes to a desk, which has receipts on itself.
    for n in 0..3 {
        a.receives(
            &format!("forged{n}"),
            &format!(
                "From: {}\nTo: {}\nSubject: Help {n}\nMessage-ID: <f{n}@x.test>\n\nHelp {n}!\n",
                b.address, a.address
            ),
        );
    }
    for _ in 0..6 {
        a.does(&["fetch"]);
        b.does(&["fetch"]);
    }
    assert_eq!((a.sent(), b.sent()), (1, 0), "one receipt, and a receipt is not acknowledged");
    assert_eq!((a.tickets(&["status:new"]), b.tickets(&[])), (3, 0), "three requests, and no noise");
    assert!(a.does(&["fetch", "--check"]).contains("3 mails = 3 in tickets, 0 unaccounted"));
    assert!(b.does(&["fetch", "--check"]).contains("1 mail = 0 in tickets + 1 automatic, 0 unaccounted"));
}

#[test]
fn an_answer_between_two_desks_stays_one_conversation() {
    let (_folder, a, b) = two();
    a.does(&["config", "set", "receipts", "false"]);
    b.does(&["config", "set", "receipts", "false"]);
    a.receives(
        "first",
        &format!(
            "From: Bolt <{}>\nTo: {}\nSubject: Invoice\nMessage-ID: <i@bolt.test>\n\nWhere is it?\n",
            b.address, a.address
        ),
    );
    a.does(&["fetch"]);
    a.does(&["reply", "1", "-m", "Attached.", "-y"]);
    b.does(&["fetch"]);
    assert_eq!(b.tickets(&["status:new"]), 1, "an answer to what the other desk never saw is a request there");
    for round in 0..3 {
        b.does(&["reply", "1", "-m", &format!("Thank you, and one more question, {round}"), "-y", "--force"]);
        a.does(&["fetch"]);
        a.does(&["reply", "1", "-m", &format!("Answer {round}"), "-y", "--force"]);
        b.does(&["fetch"]);
    }
    assert_eq!((a.tickets(&["status:all"]), b.tickets(&["status:all"])), (1, 1));
    let shown = a.does(&["show", "1", "--json"]);
    let count = |direction: &str| {
        shown.matches(&format!("\"direction\":\"{direction}\"")).count()
            + shown.matches(&format!("\"direction\": \"{direction}\"")).count()
    };
    assert_eq!((count("in"), count("out")), (4, 4));
    assert_eq!((a.sent(), b.sent()), (4, 3));
}

#[test]
fn a_receipt_goes_out_once_a_day_and_never_to_a_machine() {
    let (_folder, a, _b) = two();
    let mail = |n: usize, more: &str| {
        format!(
            "From: Анна <anna@shop.test>\nTo: {}\nSubject: Заказ {n}\nMessage-ID: <{n}@shop.test>\n{more}\n\nНе приходит заказ {n}.\n",
            a.address
        )
    };
    a.receives("0", &mail(0, "Auto-Submitted: auto-generated"));
    a.receives("1", &mail(1, "Precedence: bulk"));
    a.does(&["fetch"]);
    assert_eq!(a.sent(), 0);
    for n in 2..6 {
        a.receives(&n.to_string(), &mail(n, "X-Mailer: x"));
    }
    a.does(&["fetch"]);
    assert_eq!(a.sent(), 1);
    let shown = a.does(&["show", "3", "--json"]);
    assert!(shown.contains("Вам ответит человек"), "{shown}");
    assert_eq!(a.tickets(&["status:new"]), 5, "a receipt is no answer: everybody still waits");
}
