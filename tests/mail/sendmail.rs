//! The sendmail program, played by a script that the test writes.

use frontdesk::error::Error;
use frontdesk::post::sendmail;
use frontdesk::post::smtp::{Envelope, Outcome};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test after the other: a program that is still being written, as a child of another test sees it, cannot be run.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program that writes down its arguments and its input, then does `ending`.
struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    fn ending(ending: &str) -> Program {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().display();
        let script = format!(
            "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\"; done > {here}/arguments\ncat > {here}/mail\n{ending}\n"
        );
        let path = folder.path().join("sendmail");
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Program { folder }
    }

    fn path(&self) -> String {
        self.folder.path().join("sendmail").to_str().unwrap().to_owned()
    }

    fn wrote(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join(name)).ok()
    }

    fn send(&self, from: &str, to: &[&str]) -> Outcome {
        let to = to.iter().map(|t| (*t).to_owned()).collect();
        let envelope = Envelope { from: from.to_owned(), to };
        sendmail::send(&self.path(), &envelope, b"Subject: Hi\r\n\r\n.\r\nHello\r\n", &mut || Ok(())).unwrap()
    }
}

#[test]
fn the_program_gets_envelope_and_mail() {
    let _alone = alone();
    let program = Program::ending("exit 0");
    let outcome =
        program.send("support@acme.test", &["joe@x.org", "$(touch x)@x.org", "b`id`;@x.org", "$USER@почта.рф"]);
    let Outcome::Sent { refused, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(refused.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["$(touch x)@x.org", "b`id`;@x.org"]);
    assert_eq!(
        program.wrote("arguments").unwrap(),
        "-i\n-f\nsupport@acme.test\n--\njoe@x.org\n$USER@xn--80a1acny.xn--p1ai\n"
    );
    assert_eq!(program.wrote("mail").unwrap(), "Subject: Hi\n\n.\nHello\n");
    assert!(matches!(program.send("", &["joe@x.org"]), Outcome::Sent { .. }));
    assert!(program.wrote("arguments").unwrap().starts_with("-i\n-f\n<>\n"));
}

#[test]
fn an_address_is_never_an_option() {
    let _alone = alone();
    let program = Program::ending("exit 0");
    for bad in ["-oQ/tmp@x.y", "-X/log@x.y", "a b@x.y", "a\n@x.y", "a\u{7f}@x.y", "-@x.y", ""] {
        assert!(matches!(program.send("support@acme.test", &[bad]), Outcome::Never(_)), "{bad:?}");
    }
    assert!(matches!(program.send("-oQ/tmp@x.y", &["joe@x.org"]), Outcome::Never(_)));
    assert!(matches!(program.send("support@acme.test", &[]), Outcome::Never(_)));
    assert_eq!(program.wrote("arguments"), None, "the program ran");
    assert!(!Path::new("/tmp@x.y").exists() && !Path::new("/log@x.y").exists());
}

#[test]
fn the_way_it_ends_is_its_verdict() {
    let _alone = alone();
    for (ending, outcome) in [
        ("echo; echo 'queue is full' >&2; exit 75", Outcome::Later("queue is full".to_owned())),
        ("exit 75", Outcome::Later("the program ended with 75".to_owned())),
        ("printf '\\n\\033no such user\\nmore' >&2; exit 67", Outcome::Never("no such user".to_owned())),
        ("exit 1", Outcome::Never("the program ended with 1".to_owned())),
        ("kill -9 $$", Outcome::Unknown("the program was killed (signal 9)".to_owned())),
    ] {
        assert_eq!(Program::ending(ending).send("support@acme.test", &["joe@x.org"]), outcome, "{ending}");
    }
    let chatty = Program::ending("head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 2");
    assert!(matches!(chatty.send("support@acme.test", &["joe@x.org"]), Outcome::Never(why) if why.len() <= 300));
    // A child that stays behind and holds the pipes does not hold us.
    let start = std::time::Instant::now();
    let parent = Program::ending("sleep 20 & exit 0");
    assert!(matches!(parent.send("support@acme.test", &["joe@x.org"]), Outcome::Sent { .. }));
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn without_the_program_or_the_callers_will_nothing_happens() {
    let _alone = alone();
    let envelope = Envelope { from: "support@acme.test".to_owned(), to: vec!["joe@x.org".to_owned()] };
    let mut told = false;
    let e = sendmail::send("/nowhere/sendmail", &envelope, b"", &mut || {
        told = true;
        Ok(())
    });
    assert!(e.unwrap_err().hint.is_some() && !told);
    let program = Program::ending("exit 0");
    let e = sendmail::send(&program.path(), &envelope, b"", &mut || Err(Error::refused("no")));
    assert_eq!(e.unwrap_err().what, "no");
    assert_eq!(program.wrote("arguments"), None, "the program ran");
}
