//! `desk answer`: saved answers come and go, keep their text to the letter, and every step can be taken back.

use super::stage::Stage;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A saved answer that nobody used, as data.
fn saved(name: &str, lang: Option<&str>, text: &str) -> Value {
    json!({"name": name, "lang": lang, "title": "", "tags": [], "article": false, "uses": 0, "last_used": null, "text": text})
}

fn names(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect()
}

#[test]
fn an_answer_is_saved_listed_and_shown() {
    let stage = Stage::new();
    let text = "Здравствуйте, {{first_name}}!\n\n  два  пробела\tи табуляция\n> цитата";
    let said = stage.desk("answer add Возврат --lang ru -m 'Здравствуйте, {{first_name}}!'");
    assert_eq!(
        (said.exit, said.out.as_str()),
        (0, "saved the answer Возврат; to use it: desk reply ID --answer Возврат\n")
    );
    stage.fed(&format!("{text}\n\n")).ok("answer edit возврат -");
    assert_eq!(stage.ok("answer show ВОЗВРАТ"), format!("{}\n", text.replace('\t', "  ")), "as texts are shown");
    assert_eq!(stage.json("answer show ВОЗВРАТ")["text"], text);
    assert_eq!(stage.json("answer show ВОЗВРАТ"), stage.json("answer ls возврат")[0]);
    stage.all(&["answer add refund --lang EN -m Done.", "answer add hours -m 'We are here {{desk}}'"]);
    assert_eq!(
        stage.json("answer ls"),
        json!([
            saved("hours", None, "We are here {{desk}}"),
            saved("refund", Some("en"), "Done."),
            saved("Возврат", Some("ru"), text),
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
    assert_eq!(states[2], json!([saved("Refund-EN", Some("en"), "second")]));
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

#[test]
fn tags_a_title_and_whether_customers_read_it_come_go_and_can_be_taken_back() {
    let stage = Stage::new();
    stage.ok("answer add refund -m Done. --title ' How  refunds work ' --tag billing,Card --tag +card --article");
    let first = stage.json("answer ls");
    let about = |of: &Value| (of[0]["title"].clone(), of[0]["tags"].clone(), of[0]["article"].clone());
    assert_eq!(about(&first), (json!("How refunds work"), json!(["billing", "card"]), json!(true)));
    stage.ok("answer edit refund --tag none --no-article --title ''");
    assert_eq!(about(&stage.json("answer ls")), (json!(""), json!([]), json!(false)));
    assert_eq!(stage.ok("answer show refund"), "Done.\n", "the text stays");
    stage.ok("undo");
    assert_eq!(stage.json("answer ls"), first);
    assert!(stage.refused("answer edit refund --tag 'two words'", 2).contains("is no tag"));
    assert!(stage.refused("answer edit refund --article", 1).contains("is so already"));
}

#[test]
fn a_list_is_narrowed_by_words_in_any_form_and_by_tags() {
    let stage = Stage::new();
    stage.all(&[
        "answer add возврат -m 'Деньги вернутся на карту за пять дней.' --tag billing",
        "answer add printer -m 'Switch all printers off and on.' --tag hardware",
        "answer add invoice -m 'The invoice is attached.' --tag billing",
    ]);
    for (line, found) in [
        ("answer ls деньгами карта", vec!["возврат"]),
        ("answer ls printing printer", vec![]),
        ("answer ls switching print", vec!["printer"]),
        ("answer ls возв", vec!["возврат"]),
        ("answer ls --tag billing", vec!["invoice", "возврат"]),
        ("answer ls attached --tag billing,hardware", vec![]),
    ] {
        assert_eq!(names(&stage.json(line)), found, "{line}");
    }
    assert_eq!(stage.ok("answer ls nothing"), "no saved answer fits\n");
}

/// Two closed tickets about refunds that were answered, and a third that is open; one about printers.
fn refunds() -> Stage {
    let stage = Stage::new();
    stage.all(&[
        "open 'Где мой возврат' -f 'Анна Петрова <ann@acme.test>' -m 'Здравствуйте! Деньги за отменённый заказ не вернулись на карту.'",
        "open 'Возврат денег' -f bob@acme.test -m 'Добрый день. За отменённый заказ деньги на карту не вернули.'",
        "open 'Printer' -f eve@acme.test -m 'The printer in the warehouse prints nothing.'",
        "answer add возврат --lang ru -m 'Здравствуйте, {{first_name}}! Возврат идёт пять дней.'",
        "answer add refund --lang en -m 'Refunds take five days, {{first_name}}.'",
        "reply 1 --said --answer возврат --close",
        "reply 2 --said -m 'Вернули сегодня.\n\nПроверьте карту.\nТретья строка\nЧетвёртая' --close",
        "open 'Не вернули деньги' -f new@third.test -m 'Отменённый заказ: деньги на карту так и не вернулись.'",
    ]);
    stage
}

#[test]
fn a_use_is_counted_as_long_as_its_reply_stands() {
    let stage = refunds();
    let uses = |stage: &Stage| {
        let list = stage.json("answer ls");
        let one = list.as_array().unwrap().iter().find(|a| a["name"] == "возврат").unwrap().clone();
        (one["uses"].clone(), one["last_used"].clone())
    };
    assert_eq!(uses(&stage), (json!(1), json!("2026-11-20T12:00:00Z")));
    let later = stage.at("2026-11-21T08:00:00Z");
    later.ok("reply 4 --said --answer возврат");
    assert_eq!(uses(&later), (json!(2), json!("2026-11-21T08:00:00Z")));
    assert!(later.ok("answer ls").contains("used"), "{}", later.ok("answer ls"));
    later.ok("undo");
    assert_eq!(uses(&later), (json!(1), json!("2026-11-20T12:00:00Z")));
    later.ok("redo");
    assert_eq!(uses(&later).0, json!(2));
    stage.ok("reply 3 --answer возврат --draft");
    assert_eq!(uses(&stage).0, json!(2), "a draft is no use yet");
}

#[test]
fn what_helped_in_similar_tickets_is_suggested_first_and_with_its_reason() {
    let stage = refunds();
    let found = stage.json("answer suggest 4");
    assert_eq!((&found["number"], &found["answers"][0]["name"]), (&json!(4), &json!("возврат")), "{found}");
    assert_eq!(found["answers"][0]["reason"], "used for a similar ticket");
    assert_eq!(found["answers"][0]["used"], 1);
    let earlier: Vec<i64> =
        found["earlier"].as_array().unwrap().iter().map(|e| e["number"].as_i64().unwrap()).collect();
    assert!(earlier.contains(&1) && earlier.contains(&2) && earlier.len() == 2, "{found}");
    let second = found["earlier"].as_array().unwrap().iter().find(|e| e["number"] == 2).unwrap();
    assert_eq!(
        (&second["text"], &second["author"]),
        (&json!("Вернули сегодня.\nПроверьте карту.\nТретья строка\n…"), &json!("mila"))
    );
    let text = stage.ok("answer suggest 4");
    for part in [
        "used for a similar ticket",
        "How similar tickets were answered",
        "desk reply 4 --answer возврат -e",
        "Вернули сегодня.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(stage.of(4, "answers"), json!(["возврат"]));
    assert!(stage.ok("show 4").contains("answers  возврат"), "{}", stage.ok("show 4"));
    assert_eq!(stage.of(3, "answers"), json!([]), "nothing about printers");
    assert!(stage.ok("answer suggest 3").contains("Nothing like it was answered before."));
    assert_eq!(stage.refused("answer suggest 99", 3).lines().count(), 2);
}

#[test]
fn without_a_saved_answer_the_earlier_replies_are_told_and_can_be_saved() {
    let stage = refunds();
    stage.ok("answer rm возврат refund");
    let text = stage.ok("answer suggest 4");
    assert!(
        text.contains("Здравствуйте, Анна! Возврат идёт пять дней.") && text.contains("desk answer add NAME --from"),
        "{text}"
    );
    stage.ok("answer add назад --from 1 --lang ru");
    assert_eq!(stage.ok("answer show назад"), "Здравствуйте, {{first_name}}! Возврат идёт пять дней.\n");
    stage.ok("reply 3 --said -m 'Dear {{x}}, request #3 is done.'");
    stage.ok("answer add done --from 3");
    assert_eq!(stage.ok("answer show done"), "Dear {{ '{{' }}x}}, request #{{ticket}} is done.\n");
    stage.ok("reply 4 --said --answer done");
    let said = stage.of(4, "messages");
    assert_eq!(said[1]["text"], "Dear {{x}}, request #4 is done.");
    assert!(stage.refused("answer add again --from 3 -m x", 2).contains("--from"));
    stage.ok("open unanswered");
    assert!(stage.refused("answer add again --from 5", 3).contains("nobody has answered ticket 5"));
}

#[test]
fn articles_leave_as_markdown_and_private_answers_only_when_asked() {
    let stage = Stage::new();
    let place = stage.path("help").display().to_string();
    assert!(stage.refused(&format!("answer export {place}"), 3).contains("there is no"));
    stage.all(&[
        "answer add refund --title 'How \"refunds\" work' --tag billing --article -m 'Hello {{first_name}},\n\nfive days.\n\n{{desk}}'",
        "answer add вход/пароль --title 'Как войти' --article -m 'Нажмите **Войти**.'",
        "answer add secret -m 'For us alone.'",
    ]);
    let said = stage.desk(&format!("answer export {place}"));
    assert_eq!((said.exit, said.out), (0, format!("2 articles to {place}\n")));
    assert!(said.talk.contains("left out of refund"), "{}", said.talk);
    let read = |name: &str| std::fs::read_to_string(stage.path("help").join(name)).unwrap();
    let refund = read("refund.md");
    assert!(
        refund.starts_with(
            "---\nanswer: \"refund\"\ntitle: \"How \\\"refunds\\\" work\"\nlang: \"en\"\ntags: [\"billing\"]\n"
        ),
        "{refund}"
    );
    assert!(refund.contains("five days.") && !refund.contains("Hello"), "{refund}");
    assert!(read("вход-пароль.md").ends_with("---\n\nНажмите **Войти**.\n"));
    assert!(!stage.path("help/secret.md").exists());
    stage.ok(&format!("answer export {place} --all"));
    assert!(read("secret.md").contains("For us alone.") && read("refund.md").contains("Hello {{first_name}},"));
    std::fs::write(stage.path("help/refund.md"), "mine").unwrap();
    assert!(stage.refused(&format!("answer export {place}"), 1).contains("was not written by desk"));
    assert_eq!(read("refund.md"), "mine");
}

#[test]
fn the_page_for_customers_has_every_article_and_runs_its_own_script_alone() {
    let stage = Stage::new();
    stage.all(&[
        "answer add refund --title '<script>alert(1)</script>' --article -m 'Five <img src=x onerror=alert(1)> days. [x](javascript:alert(1))'",
        "answer add вход --title 'Как войти' --tag пароль --article -m 'Нажмите **Войти**.'",
        "answer add secret -m 'For us alone.'",
    ]);
    let place = stage.path("help.html");
    stage.ok(&format!("answer export {}", place.display()));
    let page = std::fs::read_to_string(&place).unwrap();
    assert!(page.contains("<strong>Войти</strong>") && page.contains("lang=\"ru\"") && !page.contains("For us alone."));
    for gone in ["<img", "javascript:", "<script>alert", "http://", "https://"] {
        assert!(!page.contains(gone), "{gone}: {page}");
    }
    let script = page.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    assert!(page.contains(&format!("script-src 'sha256-{}'", base64(&Sha256::digest(script.as_bytes())))));
    assert!(stage.refused(&format!("answer export {} --all", place.display()), 2).contains("articles only"));
}

fn base64(bytes: &[u8]) -> String {
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        (0..=three.len()).for_each(|n| out.push(letters[bits >> (18 - 6 * n) & 63]));
        (three.len()..3).for_each(|_| out.push('='));
    }
    out
}
