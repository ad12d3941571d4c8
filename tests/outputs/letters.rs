//! Mails that leave: the fields that we wrote, each once, and nothing of what was written for them.

use crate::furnished::hostile;
use crate::stage::Stage;
use crate::table::count;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Every field that a mail of ours may have.
const OURS: &[&str] = &[
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
    "Precedence",
    "X-Auto-Response-Suppress",
    "X-Desk-Instance",
    "X-Loop",
];

/// What of the head of a mail is not ours, twice there, or no field at all.
pub fn only_ours(head: &str, more: &[&str]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for line in head.lines() {
        if line.contains('\r') || line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(format!("a control character: {line:?}"));
        }
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return Err(format!("no field: {line:?}")) };
        if !OURS.contains(&name) && !more.contains(&name) {
            return Err(format!("not ours: {line:?}"));
        }
        if !seen.insert(name.to_owned()) {
            return Err(format!("twice: {line:?}"));
        }
    }
    Ok(())
}

/// The hostile desk with a sendmail that keeps each mail, and the words that it was called with.
fn sending() -> Stage {
    let stage = hostile();
    let (script, kept) = (stage.path("sendmail"), stage.path("sent"));
    fs::create_dir(&kept).unwrap();
    let text = format!(
        "#!/bin/sh\nn=$(mktemp {0}/XXXXXXXX)\nfor word in \"$@\"; do printf '%s\\n' \"$word\" >> $n.words; done\ncat > $n.mail\n",
        kept.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    stage.ok(&format!("config set sendmail {}", script.display()));
    stage
}

/// What has been sent: each mail as it was given, and the words.
fn sent(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = fs::read_dir(stage.path("sent")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "mail"));
    found.sort();
    found
        .iter()
        .map(|path| (fs::read_to_string(path.with_extension("words")).unwrap_or_default(), fs::read(path).unwrap()))
        .collect()
}

/// A mail of ours has our fields, lines that every server takes, and goes to whom it says.
fn is_sound((words, mail): &(String, Vec<u8>)) {
    let text = String::from_utf8_lossy(mail);
    assert!(mail.is_ascii() || std::str::from_utf8(mail).is_ok());
    assert!(!mail.contains(&0), "a NUL: {text}");
    let lines = text.replace("\r\n", "\n");
    assert!(!lines.contains('\r'), "a bare CR: {text:?}");
    assert!(lines.lines().all(|line| line.len() <= 998), "a line that is too long: {text}");
    let (head, _) = lines.split_once("\n\n").unwrap();
    only_ours(head, &[]).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert!(!words.contains("victim@evil.test") && !head.contains("\nBcc"), "{words}{text}");
    let addresses = words.split_once("--\n").map_or("", |(_, addresses)| addresses);
    assert!(
        addresses.lines().count() >= 1 && addresses.lines().all(|a| !a.starts_with('-') && a.contains('@')),
        "{words}"
    );
}

#[test]
fn an_answer_has_the_fields_that_we_wrote() {
    let stage = sending();
    let mut answered = 0;
    for n in 0..count() {
        let number = (n + 1).to_string();
        // What is in the draft has an attachment with a hostile name.
        let said = stage.run(&["reply", &number, "--send", "--to", "joe@x.test", "-y", "--force"]);
        assert!([0, 1, 2].contains(&said.exit), "{n}: {said:?}");
        // Where the address of the requester is none that mail can go to, another one is named.
        let own = stage.run(&["reply", &number, "-m", "hello", "-y", "--force"]);
        assert!([0, 1, 2, 75].contains(&own.exit) && crate::people::harmful(&own.talk).is_none(), "{n}: {own:?}");
        answered += usize::from(own.exit == 0);
        let said =
            stage.run(&["reply", &number, "-m", &crate::table::text("body", n), "--to", "joe@x.test", "-y", "--force"]);
        assert!(said.exit == 0 || said.talk.contains("empty"), "{n}: {said:?}");
        let answer = crate::table::held("answer", n);
        let said = stage.run(&["reply", &number, "--answer", &answer, "--to", "joe@x.test", "-y", "--force"]);
        assert!([0, 1, 2].contains(&said.exit) && crate::people::harmful(&said.talk).is_none(), "{n}: {said:?}");
    }
    let sent = sent(&stage);
    assert!(sent.len() > count() && answered > 0, "{} mails, {answered} to the requesters", sent.len());
    sent.iter().for_each(is_sound);
}

#[test]
fn a_question_and_an_announcement_have_the_fields_that_we_wrote() {
    let stage = sending();
    stage.desk("config set ask_after_close true");
    for n in 0..count() {
        let said = stage.run(&["close", &(n + 1).to_string(), "--ask", "-y"]);
        assert!([0, 1, 2].contains(&said.exit), "{n}: {said:?}");
    }
    stage.all(&["answer add remedy -m 'Dear {{first_name}}, {{release}} has it: {{subject}}'"]);
    for topic in 1..3 {
        let said = stage.desk(&format!("topic fixed {topic} in:2026-11 --in 2.4 --announce remedy -y"));
        assert!([0, 1, 2].contains(&said.exit), "{said:?}");
    }
    let sent = sent(&stage);
    assert!(!sent.is_empty());
    sent.iter().for_each(is_sound);
}
