//! Answers as people write them, in English and Russian, and what only looks like one.

use super::*;
use proptest::prelude::*;

fn said(text: &str) -> Option<(i64, String)> {
    rating(text).map(|said| (said.score, said.comment))
}

#[test]
fn a_digit_that_stands_for_itself_is_a_rating() {
    for (text, score, comment) in [
        ("5", 5, ""),
        (" 4 \n", 4, ""),
        ("5!", 5, ""),
        ("5.", 5, ""),
        ("5/5", 5, ""),
        ("4 / 5", 4, ""),
        ("5+", 5, ""),
        ("4-", 4, ""),
        ("**5**", 5, ""),
        ("«5»", 5, ""),
        ("5 :)", 5, ""),
        ("5 👍", 5, ""),
        ("5 ⭐⭐⭐⭐⭐", 5, ""),
        ("5 из 5", 5, ""),
        ("4 out of 5", 4, ""),
        ("4 of 5!", 4, ""),
        ("5 stars", 5, ""),
        ("5 баллов!", 5, ""),
        ("5 звёзд", 5, ""),
        ("5 - отлично", 5, ""),
        ("5 — отлично", 5, ""),
        ("5-отлично", 5, ""),
        ("5 отлично", 5, ""),
        ("5 Great!", 5, ""),
        ("5. Отлично", 5, ""),
        ("1 — ужасно", 1, ""),
        ("2 — плохо, второй день жду", 2, "второй день жду"),
        ("5, спасибо за помощь!", 5, "спасибо за помощь!"),
        ("5 спасибо большое", 5, "спасибо большое"),
        ("5! Thank you", 5, "Thank you"),
        ("5. Thanks a lot!", 5, "Thanks a lot!"),
        ("5 - быстро помогли", 5, "быстро помогли"),
        ("5\nVery quick, thanks", 5, "Very quick, thanks"),
        ("\n\n3\n\nIt took long.\nBut it works.", 3, "It took long.\nBut it works."),
        ("2 - nobody called me back", 2, "nobody called me back"),
        ("5 — отлично\n\nС уважением,\nИван Петров", 5, ""),
        ("5 — great\n\n-- \nJoe\nAcme Ltd\n+1 800 555 01 02", 5, ""),
        ("5\n\nSent from my iPhone", 5, ""),
        ("Отлично!", 5, ""),
        ("great", 5, ""),
        ("Плохо.", 2, ""),
    ] {
        assert_eq!(said(text), Some((score, comment.to_owned())), "{text:?}");
    }
}

#[test]
fn a_digit_that_counts_dates_or_lists_something_is_a_message() {
    for text in [
        "",
        "   \n",
        "0",
        "6",
        "10",
        "55",
        "5 users cannot log in",
        "5 пользователей не могут войти",
        "2 days later it broke again",
        "2 дня спустя опять сломалось",
        "3 раза перезапускал, не помогло",
        "5.12 it will be installed",
        "5.12.2026 приедет мастер",
        "2:30 pm is fine",
        "5,5 hours without a server",
        "5-10 people are affected",
        "2-й день не работает",
        "3-step login fails",
        "1st of all it fails",
        "5th try",
        "5% of the orders are lost",
        "5$ too much",
        "5 € were charged",
        "1 800 555 01 02",
        "2 12 85 06 call me",
        "1/2 of them fail",
        "5/10",
        "3/5 done",
        "2 of 5 servers are down",
        "1, 2 and 3 are broken",
        "1. First, it does not start\n2. Second, it is slow",
        "1) не входит\n2) не печатает",
        "1. It still fails",
        "2. yes",
        "3: Windows 11",
        "4\n1. it fails\n2. it is slow",
        "+7 921 555-01-02",
        "Thanks, 5",
        "Good morning, it broke again",
        "Хорошо, попробую и напишу",
        "Great, but it fails again",
        "Плохо работает",
        "It is still broken",
        "> 5 — great",
        "On Fri, 20 Nov 2026 at 10:00, Acme <a@a.test> wrote:\n> 5 — great\n> 4 — good",
        "5x slower than before",
        "5 & 6 do not work",
        "№5 не работает",
        "5 №",
    ] {
        assert_eq!(said(text), None, "{text:?}");
    }
}

#[test]
fn what_we_asked_is_repeated_above_or_below_and_is_no_answer() {
    let asked = "> How did we do?\n>\n> 5 — great\n> 4 — good\n> 3 — okay\n> 2 — poor\n> 1 — bad\n";
    let above = format!("On Fri, 20 Nov 2026 at 10:00, Acme <a@a.test> wrote:\n{asked}\n4\n");
    assert_eq!(said(&above), Some((4, String::new())));
    let below = format!("3, took long\n\nOn Fri, 20 Nov 2026 at 10:00, Acme <a@a.test> wrote:\n{asked}");
    assert_eq!(said(&below), Some((3, "took long".to_owned())));
    let outlook = "5 отлично\n\nFrom: Acme support <support@acme.test>\nSent: Friday, November 20, 2026 10:00 AM\n\
        To: Ann Lee <ann@x.test>\nSubject: Re: Cannot log in [#1]\n\nHow did we do?\n\n5 — great\n1 — bad\n";
    assert_eq!(said(outlook), Some((5, String::new())));
    let words = format!("It fails again.\n\nOn Fri, 20 Nov 2026 at 10:00, Acme <a@a.test> wrote:\n{asked}");
    assert_eq!(said(&words), None);
}

#[test]
fn a_comment_with_a_question_or_of_some_length_wants_an_answer() {
    let asks = |text: &str| rating(text).unwrap().asks();
    assert!(asks("2 - плохо. Когда почините?") && asks("5\nOne more thing: can I export it?\nThanks"));
    assert!(asks(&format!("1\n{}", "очень долго ".repeat(20))));
    assert!(asks("2\nIt took three days.") && asks("1 — ужасно, никто не перезвонил"), "a complaint wants an answer");
    assert!(!asks("1 - ужасно") && !asks("1") && !asks("2, спасибо") && !asks("3\nIt took three days.") && !asks("5"));
    assert!(!asks("4\nas on https://acme.test/help?page=2&x=1"));
}

#[test]
fn links_of_every_score_are_read_as_that_score() {
    for (lang, score) in ["en", "ru"].into_iter().flat_map(|lang| (1..=5).map(move |score| (lang, score))) {
        let body = format!("{score} — {}\r\n", word(lang, score));
        assert_eq!(said(&body), Some((score, String::new())), "{body}");
        let signed = format!("{body}\r\n-- \r\nAnn\r\n");
        assert_eq!(said(&signed), Some((score, String::new())), "{signed}");
    }
}

#[test]
fn nothing_that_a_customer_wrote_leaves_its_place_in_a_link() {
    let link = link("a@b.test", 7, "x&cc=all@acme.test?body=y\r\nBcc: q <\"'>", "en", 5, "i@b.test");
    assert_eq!(link.matches('&').count(), 2, "{link}");
    assert_eq!(link.matches('?').count(), 1, "{link}");
    assert!(!link.contains(['<', '>', '"', '\'', ' ', '\r', '\n', '(', ')']), "{link}");
}

proptest! {
    #[test]
    fn any_text_is_read_and_a_score_is_on_its_scale(text in "[0-9 .,!:()а-яa-z\n>*/-]{0,40}|\\PC*") {
        if let Some(said) = rating(&text) {
            prop_assert!((1..=5).contains(&said.score));
            prop_assert!(said.comment.chars().count() <= MOST_COMMENT);
        }
    }
}
