//! Texts of anybody: kept byte for byte, shown without harm. Words at random: an answer, never a crash.

use super::stage::Stage;
use proptest::prelude::*;

/// What nobody expects in a subject.
const ODD: [&str; 18] = [
    "--help",
    "-n",
    "-",
    "--",
    "+79215550102",
    "#42",
    "it's \"quoted\" `so` $HOME \\n",
    "two\nlines\ttab",
    "\u{1b}[2J\u{9b}31m\u{7}",
    "\u{202e}dlrow",
    "👩\u{200d}💻🇷🇺👍🏽",
    "e\u{301}\u{200b}\u{feff}",
    "請求書が届かない",
    "Ёлка и йод",
    "'; DROP TABLE ticket; --",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\u{10ffff}\u{e000}",
];

#[test]
fn odd_subjects_survive_byte_for_byte() {
    let stage = Stage::new();
    for subject in ODD {
        let said = stage.run(&["open", "--", subject]);
        assert_eq!(said.exit, 0, "{subject:?}: {said:?}");
    }
    let list = stage.json("ls");
    let subjects: Vec<&str> = list.as_array().unwrap().iter().map(|t| t["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ODD);
}

#[test]
fn nothing_of_anybodys_text_steers_the_terminal() {
    let stage = Stage::new();
    for text in ODD {
        assert_eq!(stage.run(&["open", "-f", "Eve <eve@x.test>", "-m", text, "--", text]).exit, 0);
        stage.run(&["note", "1", "--", text]);
    }
    for line in ["ls", "", "show 1-18", "find two", "history", "history 1", "close 2-17"] {
        for stage in [stage.clone(), stage.on_terminal(80)] {
            let said = stage.desk(line);
            for c in said.out.chars().chain(said.talk.chars()) {
                let harmless =
                    c == '\n' || c == '\u{200d}' || !(c.is_control() || "\u{200b}\u{202e}\u{feff}\u{2066}".contains(c));
                assert!(harmless, "{c:?} in desk {line}: {said:?}");
            }
        }
    }
}

#[test]
fn a_nul_that_comes_in_by_a_file_is_kept_nowhere_not_even_in_the_history() {
    let stage = Stage::new();
    for line in ["answer add greeting -", "open one --file -", "note 1 -", "reply 1 --draft -", "reply 1 --said -"] {
        let said = stage.fed("a\0b").desk(line);
        assert!(said.exit <= 3 && !said.talk.contains('\0'), "{line}: {said:?}");
    }
    stage.all(&["answer edit greeting --lang en", "undo", "undo", "undo", "redo"]);
    // In the end the stage sees that its history adds up to what it holds.
    assert_eq!(stage.json("answer show greeting")["text"], "ab");
}

#[test]
fn what_was_typed_is_not_echoed_raw_in_an_error() {
    let stage = Stage::new();
    stage.ok("open one");
    let evil = "x\u{1b}]52;c;AAAA\u{7}\u{202e}";
    for words in [
        ["show", evil, "-q"],
        ["assign", "1", evil],
        ["tag", "1", evil],
        ["ls", evil, "foo:bar"],
        [evil, "1", "2"],
        ["prio", "1", evil],
        ["ls", "-s", evil],
        ["ls", "--format", evil],
        ["due", "1", evil],
    ] {
        let said = stage.run(&words);
        assert!(
            !said.talk.contains('\u{1b}') && !said.talk.contains('\u{202e}') && !said.talk.contains('\u{7}'),
            "{words:?}: {said:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_subject_survives_byte_for_byte(subjects in proptest::collection::vec("(-{0,2})(\\PC|[ \\t\\n\"'\\\\]|[а-яё]|[\u{1f300}-\u{1f6ff}]){1,24}", 1..8)) {
        let subjects: Vec<&str> = subjects.iter().map(|s: &String| s.trim()).filter(|s| !s.is_empty()).collect();
        prop_assume!(!subjects.is_empty());
        let stage = Stage::new();
        for subject in &subjects {
            let said = stage.run(&["open", "--", subject]);
            prop_assert_eq!(said.exit, 0, "{:?}: {:?}", subject, said);
        }
        let list = stage.json("ls");
        let kept: Vec<&str> = list.as_array().unwrap().iter().map(|t| t["subject"].as_str().unwrap()).collect();
        prop_assert_eq!(kept, subjects);
    }

    #[test]
    fn any_text_of_a_customer_survives_byte_for_byte(text in "(\\PC|[ \\t\\r\\n>]){0,60}[a-zа-я👍]") {
        let stage = Stage::new();
        prop_assert_eq!(stage.run(&["open", &format!("-m={text}"), "--", "x"]).exit, 0);
        let messages = stage.of(1, "messages");
        prop_assert_eq!(messages[0]["text"].as_str(), Some(text.as_str()));
    }

    #[test]
    fn words_at_random_are_answered(lines in proptest::collection::vec(proptest::collection::vec(word(), 0..4), 12)) {
        let stage = Stage::new();
        stage.ok("open 'Не приходит счёт' +vip -f ann@acme.test -m text --due tomorrow -a me");
        for words in &lines {
            for command in ["ls", "find", "show", "history", "undo", "due", "snooze"] {
                let words: Vec<&str> = std::iter::once(command).chain(words.iter().map(String::as_str)).chain(["-n", "-o", "-"]).collect();
                let said = stage.run(&words);
                prop_assert!(said.exit <= 4, "{:?}: {:?}", words, said);
                prop_assert_eq!(said.exit == 0 || said.exit == 4, !said.talk.starts_with("error"), "{:?}: {:?}", words, said);
            }
        }
    }
}

/// A word that is nearly one of a query.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "(not:)?(\\+|@|who:|from:|client:|status:|reason:|prio:|channel:|due:|waiting:|older:|opened:|updated:|closed:|in:|plan:|ext:|sort:-?|[a-z]{1,6}:)[a-z0-9а-я,. *:+@-]{0,10}",
        "(not:)?(status:(all|new|open|pending,hold|closed)|due:(late|today|week|none)|prio:(high|low,urgent)|in:(today|last-week|2026-W47|30d|2026-11-01\\.\\.2026-11-08)|older:[0-9]{1,18}[mhd]|sort:-?(age|due|client|replies|urgency))",
        "[0-9]{1,20}(,|-|h|d|:)?[0-9]{0,3}",
        "(-[a-z]|--[a-z]{2,8})(=[a-z0-9,-]{0,6})?",
        "[\"'*.%_\\\\(){}?-]{1,6}",
    ]
}
