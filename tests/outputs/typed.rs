//! What is typed or stands in a file, and is said back in a complaint.

use crate::people::harmful;
use crate::stage::Stage;
use crate::table::{TEXTS, long};
use std::fs;

/// Lines in which `%` is a hostile text: where a name, a number, a day or a query is expected.
const LINES: &[&str] = &[
    "show %",
    "take %",
    "assign 1 %",
    "assign % mila",
    "tag 1 %",
    "untag 1 %",
    "prio 1 %",
    "due 1 %",
    "snooze 1 %",
    "log 1 %",
    "log % 5m",
    "log 1 5m --on %",
    "log 1 5m x --activity %",
    "ls %",
    "ls from:%",
    "ls client:%",
    "ls who:%",
    "ls +%",
    "ls in:%",
    "ls % sort:%",
    "ls -s %",
    "ls -c %",
    "ls --json=%",
    "ls --format %",
    "ls --color %",
    "--desk % ls",
    "--as % take 1",
    "find %",
    "find %* -l 3",
    "find from:% %",
    "find in:%",
    "stats --by %",
    "time --by %",
    "recap --lang %",
    "why %",
    "why % in:2026-11",
    "config get %",
    "config set % x",
    "config set zone %",
    "config set name %",
    "config set % %",
    "client add %",
    "client show %",
    "client edit % --name x",
    "contact show %",
    "contact add %",
    "agent add %",
    "agent away mila %",
    "tags rename % x",
    "tags rename a %",
    "answer show %",
    "answer add % -m x",
    "topic show %",
    "topic name 1 %",
    "contract show %",
    "contract add % --hourly 5",
    "contract add acme --hourly %",
    "contract add acme --hourly 5 --name %",
    "invoice %",
    "invoice show %",
    "invoice paid 1 %",
    "statement %",
    "estimate 1 %",
    "calendar between % %",
    "calendar --calendar %",
    "outbox discard %",
    "parked show %",
    "undo %",
    "history %",
    "news --since %",
    "mute %",
    "unmute %",
    "link 1 %",
    "unlink 1 %",
    "merge 1 --into %",
    "split 1 %",
    "export --format %",
    "import /nowhere/%",
    "import --from % /nowhere",
    "import --map %=subject /nowhere",
    "restore /nowhere/%",
    "backup /nowhere/%",
    "sql %",
    "sql 'SELECT %'",
    "csat 1 %",
    "nps % 3",
    "reply 1 --answer % -m x",
    "reply 1 -m x --to %",
    "attachment save 1 %",
    "init --zone %",
    "completions %",
    "__complete zsh -- %",
    "__complete zsh -- show %",
    "%",
    "% 1",
    "help %",
];

#[test]
fn what_was_typed_is_said_back_without_harm() {
    let stage = Stage::new();
    stage.all(&["client add acme Acme", "open one +a -f ann@acme.test -m text"]);
    for text in TEXTS.iter().map(|text| (*text).to_owned()).chain([long()]) {
        for line in LINES {
            // The whole text is one word, whatever stands in it.
            let words: Vec<String> = line.split(' ').map(|word| word.trim_matches('\'').replace('%', &text)).collect();
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            words.push("-n");
            let said = stage.run(&words);
            let asked = words.join(" ").escape_debug().to_string();
            assert!(said.exit <= 5 && !said.talk.contains("panicked"), "desk {asked}: {said:?}");
            assert_eq!(harmful(&said.talk), None, "desk {asked}: {said:?}");
            let tabbed = if words[0] == "__complete" { said.out.replace('\t', " ") } else { said.out.clone() };
            assert_eq!(harmful(&tabbed), None, "desk {asked}: {said:?}");
            for word in ["syntax error", "fts5", "no such column", "sqlite", "UNIQUE constraint"] {
                let ours = words[0] == "sql" || words[0] == "completions";
                assert!(ours || !said.talk.contains(word), "desk {asked} tells of its own: {said:?}");
            }
        }
    }
    assert_eq!(stage.numbers("ls status:all"), [1]);
}

/// What stands in a file, with a text in it.
type Content = fn(&str) -> String;

#[test]
fn what_stands_in_a_file_is_said_back_without_harm() {
    let stage = Stage::new();
    stage.ok("open one");
    let files: [(&str, Content, &str); 8] = [
        ("a.csv", |text| format!("subject,{}\n1,2,3\n\"{}", quoted(text), text), "import FILE --kind tickets"),
        ("b.csv", |text| format!("subject,status,opened\nx,{0},{0}\n", quoted(text)), "import FILE --kind tickets"),
        (
            "c.json",
            |text| format!("[{{\"subject\":{0},\"status\":{0},\"opened_at\":{0}}}, {text}]", json(text)),
            "import FILE --kind tickets",
        ),
        (
            "d.ndjson",
            |text| format!("{{\"kind\":\"desk\",\"format\":1,\"edition\":4,\"uid\":{}}}\n", json(text)),
            "--desk NEW import FILE",
        ),
        ("e.toml", |text| format!("{} = {}\nzone = {}\n", toml(text), toml(text), toml(text)), "config apply FILE"),
        ("f.toml", |text| format!("zone = {text}\n"), "config apply FILE"),
        ("g.toml", |text| format!("[[sla]]\nname = {0}\nfirst_response = {0}\n", toml(text)), "sla simulate FILE"),
        ("h.toml", |text| format!("hourly = {0}\nname = {0}\n", toml(text)), "contract try FILE --client x"),
    ];
    for text in TEXTS.iter().map(|text| (*text).to_owned()).chain([long()]) {
        for (name, content, line) in files {
            let file = stage.path(name);
            fs::write(&file, content(&text)).unwrap();
            let new = stage.path("new.db").display().to_string();
            let line = line.replace("FILE", &file.display().to_string()).replace("NEW", &new);
            for line in [line.clone() + " -n", line + " -n --json"] {
                let said = stage.desk(&line);
                assert!(said.exit <= 5 && !said.talk.contains("panicked"), "desk {line} {text:?}: {said:?}");
                assert_eq!(harmful(&said.talk).or(harmful(&said.out)), None, "desk {line} {text:?}: {said:?}");
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn toml(text: &str) -> String {
    toml::Value::from(text).to_string()
}
