//! Floods, and what a person does with mails that were put aside.

use crate::post::{Post, letter};
use serde_json::Value;

fn flood(n: usize) -> String {
    // Figures do not make two subjects differ.
    let subject = subject(n);
    letter("Eve <eve@evil.test>", &format!("{n}@evil.test"), &subject, &[], &format!("Text {n}"))
}

fn subject(n: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    format!("Subject {}{}", letter(n / 26), letter(n))
}

fn ids(parked: &Value) -> Vec<i64> {
    parked.as_array().unwrap().iter().map(|p| p["id"].as_i64().unwrap()).collect()
}

fn counts(post: &Post) -> (usize, usize) {
    (post.stage.json("ls status:all").as_array().unwrap().len(), post.stage.json("parked").as_array().unwrap().len())
}

#[test]
fn of_25_mails_of_an_address_in_a_minute_20_open_a_ticket_and_5_wait_for_a_person() {
    let post = Post::new();
    (0..25).for_each(|n| drop(post.deliver(flood(n))));
    let fetched = post.fetch();
    assert_eq!((fetched["opened"].as_array().unwrap().len(), fetched["parked"].as_array().unwrap().len()), (20, 5));
    assert_eq!(counts(&post), (20, 5));
    assert!(fetched["parked"][0]["reason"].as_str().unwrap().contains("20 tickets within an hour"), "{fetched}");
    post.is_sound();
    // Somebody else is not hindered, an answer of the same address neither, and after an hour it may open again.
    post.opens(letter("Ann <ann@x.test>", "1@x.test", "Hello", &[], "It says no"));
    post.joins(
        1,
        letter(
            "Eve <eve@evil.test>",
            "a@evil.test",
            &format!("Re: {}", subject(0)),
            &["In-Reply-To: <0@evil.test>"],
            "Yes",
        ),
    );
    post.at("2026-11-20T13:00:01Z").opens(flood(100));

    let parked = ids(&post.stage.json("parked"));
    let said = post.stage.ok(&format!("parked show {}", parked[0]));
    assert!(said.contains(&subject(20)) && said.contains("Text 20") && said.contains("eve@evil.test"), "{said}");
    assert_eq!(post.stage.ok(&format!("parked show {} --raw", parked[0])), flood(20));
    post.stage.ok(&format!("parked take {}", parked[0]));
    assert_eq!(counts(&post), (23, 4));
    post.is_sound();
    post.stage.ok("undo");
    assert_eq!(counts(&post), (22, 5));
    post.is_sound();
    post.stage.ok(&format!("parked take {}", parked[0]));
    assert_eq!((counts(&post), post.mails().get("20@evil.test")), ((23, 4), Some(&1)));
    assert!(post.stage.refused(&format!("parked take {}", parked[0]), 1).contains("taken already"));
    post.stage.ok(&format!("parked drop {} {}", parked[1], parked[2]));
    assert_eq!(counts(&post), (23, 2));
    post.is_sound();
    post.stage.ok("undo");
    assert_eq!(counts(&post), (23, 4));
    post.stage.ok(&format!("parked drop {} {}", parked[1], parked[2]));
    post.stage.refused("parked take 4711", 3);
    // None of them comes again.
    assert_eq!(post.fetch()["read"], 0);
    post.is_sound();
}

#[test]
fn of_equal_subjects_5_open_a_ticket() {
    let post = Post::new();
    for n in 0..8 {
        let subject = ["Alarm", "Re: alarm", "ALARM", "[#77] Alarm"][n % 4];
        post.deliver(letter("Eve <eve@evil.test>", &format!("{n}@evil.test"), subject, &[], &format!("Text {n}")));
    }
    post.fetch();
    assert_eq!(counts(&post), (5, 3));
    post.is_sound();
}

#[test]
fn a_mail_that_is_too_large_stays_where_it_is() {
    let post = Post::new();
    let head = letter("Eve <eve@evil.test>", "1@evil.test", "Большой файл", &[], "");
    let file = post.deliver(&head);
    std::fs::File::options().write(true).open(&file).unwrap().set_len(200 << 20).unwrap();
    post.deliver(letter("Ann <ann@x.test>", "1@x.test", "Hello", &[], "It says no"));
    let fetched = post.fetch();
    assert_eq!((&fetched["opened"], fetched["parked"].as_array().unwrap().len()), (&serde_json::json!([1]), 1));
    let parked = ids(&post.stage.json("parked"))[0];
    let said = post.stage.ok(&format!("parked show {parked}"));
    assert!(said.contains("eve@evil.test") && said.contains("Большой файл") && said.contains("200 MiB"), "{said}");
    post.stage.refused(&format!("parked show {parked} --raw"), 1);
    assert!(post.stage.refused(&format!("parked take {parked}"), 1).contains("lies on the server still"));
    assert!(file.exists());
    post.is_sound();
    post.stage.ok(&format!("parked drop {parked}"));
    assert_eq!(post.fetch()["read"], 0);
    post.is_sound();
}
