//! What README.md prints can be typed: every command is one that the program knows, and those of "What hurts" run, one after
//! the other, as they stand there.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "mail/smtp_server.rs"]
mod smtp_server;
#[path = "cli/stage.rs"]
#[expect(dead_code, reason = "another crate uses the rest")]
mod stage;

use smtp_server::{Setup, SmtpServer};
use stage::{Stage, finish, said};

const README: &str = include_str!("../README.md");

/// The lines of blocks of code, and what stands between backticks elsewhere.
fn printed(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (n, part) in text.split("```").enumerate() {
        if n % 2 == 1 {
            found.extend(part.lines().map(|line| line.trim_start_matches("$ ").to_owned()));
        } else {
            let inline = part.split('`').skip(1).step_by(2);
            found.extend(inline.map(|code| code.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    found.retain(|line| line.starts_with("desk ") && !line.contains('…') && !line.contains("COMMAND"));
    found
}

/// The first command of a line, as a shell splits it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut depth) = (Vec::new(), None::<String>, None, 0);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '|' | '>' | '&' | ';') if depth == 0 => break,
            (None, '#') if word.is_none() => break,
            (None, ' ') if depth == 0 => words.extend(word.take()),
            (_, c) => {
                depth += i32::from(c == '(') - i32::from(c == ')');
                word.get_or_insert_default().push(c);
            }
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_that_is_printed_is_one_that_the_program_knows() {
    let stage = Stage::new();
    let lines = printed(README);
    assert!(lines.len() > 100, "{}", lines.len());
    for line in lines {
        let mut words = words(&line);
        words.remove(0);
        if words.is_empty() {
            continue;
        }
        if words.first().is_some_and(|word| word != "help") {
            words.push("--help".to_owned());
        }
        let said = stage.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        // Where any words are a text, --help is one of them: there is nothing yet to write it to.
        assert!(!matches!(said.exit, 2 | 70), "{line}: {said:?}");
    }
}

/// A desk with 42 tickets, six of them about cards that were declined in shops and at machines.
fn desk(server: &SmtpServer) -> Stage {
    let stage = Stage::new().at("2026-11-20T12:00:00Z");
    stage.all(&[
        "config set smtp.from 'Acme <support@desk.test>'",
        &format!("config set smtp.url smtp://127.0.0.1:{}", server.port()),
        "client add acme 'Acme GmbH' --domain acme.test",
        "answer add fixed -m 'Dear {{name}}, {{topic}} works since {{release}}.'",
    ]);
    let then = stage.at("2026-11-11T12:00:00Z");
    for n in 1..=33 {
        then.ok(&format!("open 'Word{n} of subject{n}' -f c{n}@x{n}.test -m 'Only{n} about{n} matter{n}'"));
    }
    for (at, n) in ["in the shop", "at the atm", "in a shop", "at an atm", "shop", "atm"].iter().zip(1..) {
        for who in ["ann", "bob", "carl"].iter().take(if n <= 3 { 2 } else { 1 }) {
            then.ok(&format!("open Help -f {who}@acme.test -m 'My card was declined {at}'"));
        }
    }
    assert_eq!(stage.json("ls status:all").as_array().unwrap().len(), 42);
    stage
}

#[test]
fn what_is_printed_under_what_hurts_runs_as_it_stands_there() {
    let server = SmtpServer::start_as(Setup::default());
    let stage = desk(&server);
    let section = README.split("## What hurts").nth(1).unwrap().split("\n## ").next().unwrap();
    let block = section.split("```").nth(1).unwrap();
    let template = "desk csat template en > survey.j2\ndesk config set templates.survey-en \"$(cat survey.j2)\"\n";
    assert!(template.lines().all(|line| section.contains(&format!("`{line}`"))));
    let mut ran = 0;
    for line in block.lines().chain(template.lines()).filter(|line| line.starts_with("desk ")) {
        let (exit, out, talk) = said(&finish(&mut stage.shell(&line.replacen("desk", "$desk", 1))));
        assert_eq!(exit, 0, "{line}: {out}{talk}");
        ran += 1;
    }
    assert!(ran > 12, "{ran}");
    assert_eq!(server.mails().len(), 1, "the question how it was, and nothing else");
    let recap = stage.at("2026-11-23T08:00:00Z").ok("recap");
    assert!(recap.contains("Card declined") && recap.contains("quick and kind"), "{recap}");
}
