//! `desk answer`: saved answers come and go, keep their text to the letter, and every step can be taken back.

use super::stage::Stage;
use serde_json::json;

#[test]
fn an_answer_is_saved_listed_and_shown_as_it_is() {
    let stage = Stage::new();
    let text = "Здравствуйте, {{first_name}}!\n\n  два  пробела\tи табуляция\n> цитата";
    let said = stage.desk("answer add Возврат --lang ru -m 'Здравствуйте, {{first_name}}!'");
    assert_eq!(
        (said.exit, said.out.as_str()),
        (0, "saved the answer Возврат; to use it: desk reply ID --answer Возврат\n")
    );
    stage.fed(&format!("{text}\n\n")).ok("answer edit возврат -");
    assert_eq!(stage.ok("answer show ВОЗВРАТ"), format!("{text}\n"));
    stage.all(&["answer add refund --lang EN -m Done.", "answer add hours -m 'We are here {{desk}}'"]);
    assert_eq!(
        stage.json("answer ls"),
        json!([
            {"name": "hours", "lang": null, "text": "We are here {{desk}}"},
            {"name": "refund", "lang": "en", "text": "Done."},
            {"name": "Возврат", "lang": "ru", "text": text},
        ])
    );
    assert_eq!(stage.ok("answer"), stage.ok("answer ls"));
    assert!(
        stage.ok("answer ls").starts_with("answer   lang  text\nhours          We are here {{desk}}\n"),
        "{}",
        stage.ok("answer ls")
    );
    assert!(Stage::new().refused("answer ls", 3).contains("no desk yet"));
}

#[test]
fn an_answer_is_changed_renamed_and_taken_away_and_all_of_it_comes_back() {
    let stage = Stage::new();
    stage.ok("answer add refund -m first");
    let mut states = vec![stage.json("answer ls")];
    for line in [
        "edit refund -m second",
        "edit refund --name Refund-EN --lang en",
        "edit refund-en --lang none",
        "rm Refund-en",
    ] {
        stage.ok(&format!("answer {line}"));
        states.push(stage.json("answer ls"));
    }
    assert_eq!(states[4], json!([]));
    assert_eq!(states[2], json!([{"name": "Refund-EN", "lang": "en", "text": "second"}]));
    for state in states.iter().rev().skip(1) {
        stage.ok("undo");
        assert_eq!(stage.json("answer ls"), *state);
    }
    stage.ok("undo");
    assert_eq!(stage.json("answer ls"), json!([]));
    for state in &states {
        stage.ok("redo");
        assert_eq!(stage.json("answer ls"), *state);
    }
}

#[test]
fn what_a_colleague_changed_since_is_named() {
    let stage = Stage::new();
    stage.ok("answer add refund -m first");
    stage.as_agent("ana").ok("answer edit refund -m second");
    let said = stage.refused("undo 1", 1);
    assert!(said.contains("the answer refund has changed since: operation 2 by ana: answer edit refund"), "{said}");
    assert_eq!(stage.ok("answer show refund"), "second\n");
}

#[test]
fn what_makes_no_answer_is_refused_with_the_way_out() {
    let stage = Stage::new();
    stage.ok("answer add refund -m Done.");
    for (line, exit, why) in [
        ("answer add REFUND -m x", 1, "there is an answer called refund already\nhint: desk answer edit refund"),
        ("answer add two -m 'Hello {{nmae}}'", 1, "nmae is no field of an answer\nhint: known are: name first_name"),
        ("answer add two -m 'Hello {{ name'", 1, "fields are written {{name}}"),
        ("answer add two -m '   '", 2, "the answer is empty"),
        ("answer add two", 2, "the answer has no text"),
        ("answer add two more -m x", 2, "one word too many"),
        ("answer add two -m x --file y", 2, "a text comes from one place"),
        ("answer add '' -m x", 2, "is no name of an answer"),
        ("answer add 'two words' -m x", 2, "is no name of an answer"),
        ("answer add two -m x --lang de", 2, "en or ru"),
        ("answer edit refund", 2, "nothing to change is named"),
        ("answer edit refund -m Done.", 1, "is so already"),
        ("answer edit refund -m 'Hello {{nmae}}'", 1, "nmae is no field"),
        ("answer edit refnd -m x", 3, "there is no saved answer refnd\nhint: did you mean refund?"),
        ("answer show nothing", 3, "desk answer ls"),
        ("answer rm refund nothing", 3, "there is no saved answer nothing"),
    ] {
        let said = stage.refused(line, exit);
        assert!(said.contains(why), "{line}: {said}");
    }
    stage.ok("answer add other -m x");
    assert!(stage.refused("answer edit other --name Refund", 1).contains("called refund already"));
    assert_eq!(stage.json("answer ls").as_array().unwrap().len(), 2);
    assert_eq!(
        stage.ok("answer edit refund --name REFUND"),
        "changed the answer REFUND\n",
        "its capitals are its own affair"
    );
    stage.ok("answer rm other -n");
    assert_eq!(stage.json("answer ls").as_array().unwrap().len(), 2);
}

#[test]
fn an_answer_that_was_saved_is_used_in_a_reply() {
    let stage = Stage::new();
    stage.all(&[
        "open one -f 'Анна Петрова <anna@acme.test>' -m text",
        "answer add hello -m 'Здравствуйте, {{first_name}}! Ваш номер {{ticket}}.'",
    ]);
    stage.ok("reply 1 --answer HELLO --draft");
    assert_eq!(stage.of(1, "draft")["text"], "Здравствуйте, Анна! Ваш номер 1.");
    assert_eq!(stage.numbers("ls draft:me"), [1]);
}

#[test]
fn names_of_answers_are_completed() {
    let stage = Stage::new();
    stage.all(&["answer add refund -m 'It is on its way'", "answer add возврат -m x", "open one"]);
    for (line, found) in [
        (&["__complete", "fish", "answer", "show", "re"][..], "refund\tIt is on its way\n"),
        (&["__complete", "fish", "answer", "rm", "воз"], "возврат\tx\n"),
        (&["__complete", "fish", "reply", "1", "--answer", "ref"], "refund\tIt is on its way\n"),
        (&["__complete", "fish", "answer", "add", "x", "--lang", "r"], "ru\t\n"),
        (&["__complete", "fish", "ls", "draft:a"], "draft:any\tof anybody\n"),
    ] {
        assert_eq!(stage.run(line).out, found, "{line:?}");
    }
}
