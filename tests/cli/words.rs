//! The words of the command line themselves: help, version, aliases, what nobody knows.

use super::stage::{Stage, is_there};

#[test]
fn help_shows_the_daily_words_and_the_way_to_the_rest() {
    let stage = Stage::new();
    let help = stage.ok("--help");
    assert!(help.starts_with("The help desk that lives in a terminal\n"), "{help}");
    for word in ["open", "ls", "show", "find", "take", "note", "close", "undo"] {
        assert!(help.lines().any(|l| l.starts_with(&format!("  {word} "))), "{word} in {help}");
    }
    assert!(help.contains("desk help all") && !help.contains("\n\n\n"), "{help}");
    assert_eq!(stage.ok("-h"), help);
    assert_eq!(stage.ok("help"), help);
    let all = stage.ok("help all");
    for word in frontdesk::commands::WORDS.iter().filter(|w| w.group != frontdesk::commands::Group::Hidden) {
        assert!(all.lines().any(|l| l.starts_with(&format!("  {} ", word.name))), "{} in {all}", word.name);
    }
    assert!(!is_there(&stage.path("desk.db")));
}

#[test]
fn every_word_has_a_line_of_help_and_examples() {
    let stage = Stage::new();
    for word in frontdesk::commands::WORDS.iter().filter(|w| w.group != frontdesk::commands::Group::Hidden) {
        let help = stage.ok(&format!("help {}", word.name));
        assert_eq!(help, stage.ok(&format!("{} --help", word.name)), "{}", word.name);
        assert!(help.contains("Example") && help.contains(&format!("desk {}", word.name)), "{}: {help}", word.name);
        assert!(!help.starts_with("Flags that"), "{}", word.name);
    }
}

#[test]
fn the_version_is_said() {
    let said = Stage::new().desk("--version");
    assert_eq!((said.exit, said.out, said.talk), (0, format!("desk {}\n", env!("CARGO_PKG_VERSION")), String::new()));
}

#[test]
fn an_unknown_word_is_2_with_the_nearest_one() {
    let stage = Stage::new();
    for (line, near) in [
        ("clsoe 1", "close"),
        ("opne x", "open"),
        ("ls --limt 3", "--limit"),
        ("taek 1", "take"),
        ("help clsoe", "close"),
    ] {
        let talk = stage.refused(line, 2);
        assert!(talk.contains(near), "{line}: {talk}");
    }
    stage.refused("nosuchword", 2);
    stage.refused("закрыть 1", 2);
    stage.refused("''", 2);
    stage.refused("-x", 2);
    assert!(!is_there(&stage.path("desk.db")));
}

#[test]
fn a_number_alone_is_answered_with_the_way_to_the_ticket() {
    let stage = Stage::new();
    for word in ["42", "."] {
        assert!(stage.refused(word, 2).contains(&format!("hint: to see it: desk show {word}")));
    }
    assert!(!stage.refused("take", 2).contains("to see it"));
}

#[test]
fn the_documented_aliases_do_the_same() {
    let stage = Stage::new();
    assert_eq!(stage.ok("new one"), "1\n");
    assert_eq!(stage.ok("comment 1 text"), "noted on 1  one\n");
    assert_eq!(stage.ok("list"), stage.ok("ls"));
    assert_eq!(stage.ok("search one"), stage.ok("find one"));
    assert_eq!(stage.ok("view 1"), stage.ok("show 1"));
    assert_eq!(stage.ok("done 1"), "closed 1  one\n");
}

#[test]
fn an_own_alias_stands_for_its_words_and_never_hides_a_command() {
    let stage = Stage::new();
    std::fs::create_dir_all(stage.path("config/desk")).unwrap();
    std::fs::write(stage.path("config/desk/config.toml"), "[alias]\nmine = \"ls who:me\"\nls = \"undo\"\n").unwrap();
    stage.ok("open one -a me");
    assert_eq!(stage.numbers("mine"), [1]);
    assert_eq!(stage.numbers("mine +gone"), [] as [i64; 0]);
    assert_eq!(stage.numbers("ls"), [1]);
}

#[test]
fn global_flags_stand_on_either_side_of_the_word() {
    let stage = Stage::new();
    let file = stage.path("other.db").display().to_string();
    assert_eq!(stage.run(&["--desk", &file, "--as", "bob", "open", "one", "-a", "me"]).exit, 0);
    assert_eq!(stage.run(&["take", "1", "--desk", &file, "--as", "eve"]).exit, 0);
    assert_eq!(stage.run(&["--json", "ls", "--desk", &file]).out, stage.run(&["ls", "--json", "--desk", &file]).out);
    assert_eq!(stage.run(&["-n", "close", "1", "--desk", &file]).exit, 0);
    let out = stage.run(&["--desk", &file, "show", "1", "--json=status,assignee"]).out;
    assert_eq!(out, "{\n  \"status\": \"open\",\n  \"assignee\": \"eve\"\n}\n");
    assert!(!is_there(&stage.path("desk.db")));
}

#[test]
fn an_agent_has_a_name_of_letters_and_digits() {
    let stage = Stage::new();
    for name in ["a b", "none", "next", "a/b", "x\ny", "\u{202e}"] {
        let said = stage.as_agent(name).desk("open one");
        assert_eq!(said.exit, 2, "{name:?}: {said:?}");
    }
    stage.as_agent("Ольга").ok("open one -a me");
    assert_eq!(stage.of(1, "assignee"), "Ольга");
    assert_eq!(stage.as_agent("ольга").numbers("ls who:me"), [1], "case does not tell people apart");
    stage.as_agent("").with("USER", "login").ok("take 1");
    assert_eq!(stage.of(1, "assignee"), "login");
}

#[test]
fn a_now_that_is_none_is_refused() {
    let stage = Stage::new();
    for now in ["yesterday", "2026-13-01T00:00:00Z", "2026-11-20", "1"] {
        assert!(stage.at(now).refused("ls", 2).contains("DESK_NOW"), "{now}");
    }
}
