//! What mining must leave true, on small desks, long periods and hostile texts.

use super::*;
use proptest::prelude::*;

fn tickets<'a>(texts: &[&'a str]) -> Vec<Ticket<'a>> {
    (1..).zip(texts).map(|(id, text)| Ticket { id, subject: "", text }).collect()
}

const DESK: [&str; 14] = [
    "The printer on the second floor does not print",
    "Our printer prints nothing since Monday",
    "printer does not print anything, please help",
    "Не могу войти в личный кабинет",
    "Не пускает в личный кабинет, пишет неверный пароль",
    "Личный кабинет: не могу войти",
    "Please send us the invoice for October",
    "We need the invoice for our accountant",
    "Where is the invoice for the last month?",
    "The invoice has a wrong address",
    "Do you have a vegetarian menu?",
    "Ремонт кофемашины когда будет закончен",
    "Parking permits for visitors",
    "Кто выключил музыку в холле",
];

#[test]
fn a_small_desk_in_two_languages() {
    let mined = mine(&tickets(&DESK), None);
    let found: Vec<&[i64]> = mined.topics.iter().map(|topic| &topic.tickets[..]).collect();
    assert_eq!(found, [&[7, 8, 9, 10][..], &[1, 2, 3], &[4, 5, 6]]);
    assert_eq!(mined.other, [11, 12, 13, 14]);
}

#[test]
fn nothing_in_common_is_no_topic() {
    for texts in [&["one"][..], &[], &["", "", "", ""], &["…", "!!!", "👍", "12 345"], &DESK[9..]] {
        let mined = mine(&tickets(texts), None);
        assert_eq!((mined.topics.len(), mined.other.len()), (0, texts.len()), "{texts:?}");
    }
}

#[test]
fn greetings_farewells_names_and_notices_make_no_topic() {
    let asked = [
        "Where is the menu?",
        "The lift is stuck",
        "I lost my badge",
        "Too cold in here",
        "Нет бумаги",
        "Wi-Fi is slow",
    ];
    let mails: Vec<String> = asked
        .iter()
        .map(|text| {
            format!("Dear John,\n\n{text}\n\nKind regards,\nOlga K.\n\nThis mail is confidential and meant for one.")
        })
        .collect();
    let tickets: Vec<Ticket<'_>> = (1..).zip(&mails).map(|(id, text)| Ticket { id, subject: "Urgent", text }).collect();
    assert_eq!(mine(&tickets, None).topics, []);
}

#[test]
fn the_order_of_the_tickets_has_no_say() {
    let mut tickets = tickets(&DESK);
    let first = mine(&tickets, None);
    tickets.reverse();
    assert_eq!(mine(&tickets, None), first);
    tickets.rotate_left(5);
    assert_eq!(mine(&[tickets.clone(), tickets].concat(), None), first, "and none is counted twice");
}

#[test]
fn a_long_period_is_sampled_and_the_others_go_where_they_fit() {
    let texts: Vec<String> = (0..3000)
        .map(|n| {
            let noun = ["scanner", "keyboard", "monitor", "cable", "badge", "desk", "chair"][n % 7];
            if n % 3 == 0 {
                format!("the {noun} is broken, order number {n}")
            } else {
                format!("{} {}", word(n), word(n * 31 + 7))
            }
        })
        .collect();
    let tickets: Vec<Ticket<'_>> = (1..).zip(&texts).map(|(id, text)| Ticket { id, subject: "", text }).collect();
    let mined = mine(&tickets, None);
    let is_broken = |topic: &&Topic| topic.terms.contains(&"broken".to_owned());
    let broken: usize = mined.topics.iter().filter(is_broken).map(|topic| topic.tickets.len()).sum();
    assert_eq!(broken, 1000);
}

/// A word that nothing else is made of.
fn word(n: usize) -> String {
    let letter = |part: usize| char::from(b'a' + u8::try_from(part % 26).unwrap());
    [n * 7, n / 26 * 5 + 3, n / 5 + 11, n * 3 + 1, n / 3, n * 11].map(letter).iter().collect()
}

#[test]
fn hostile_texts_are_read_to_their_end() {
    let long = "x".repeat(1_000_000);
    let same = "spam ".repeat(100_000);
    let lines = "a b\n".repeat(100_000);
    let emoji = "👩\u{200D}💻 \u{301}".repeat(20_000);
    let mut texts = vec![&long[..], &same, &lines, &emoji, "", "\u{0}\u{202e}\n\r\n"];
    texts.extend(std::iter::repeat_n(&same[..], 300));
    let mined = mine(&tickets(&texts), None);
    assert_eq!(mined.topics.iter().map(|topic| topic.tickets.len()).sum::<usize>() + mined.other.len(), 306);
}

#[test]
fn a_topic_is_recognised_in_another_week() {
    let later = [
        "invoice for November please",
        "I still wait for the invoice",
        "Could you send the invoice to our accountant?",
        "не могу войти в кабинет",
        "личный кабинет не пускает",
        "пароль от личного кабинета не подходит",
        "lift",
        "дверь",
    ];
    let (before, now) = (mine(&tickets(&DESK), None), mine(&tickets(&later), None));
    let topic = |mined: &Mined, term: &str| {
        mined.topics.iter().find(|topic| topic.terms.iter().any(|t| t == term)).unwrap().signature.clone()
    };
    let (invoice, cabinet) = (topic(&before, "invoice"), topic(&before, "кабинет"));
    assert!(same(&invoice, &topic(&now, "invoice")) > 500);
    assert!(same(&cabinet, &topic(&now, "кабинет")) > 400);
    assert_eq!(same(&cabinet, &topic(&now, "invoice")), 0);
}

#[test]
fn learning_adds_up_in_any_order() {
    let tickets = tickets(&DESK);
    let mut all = Learned::default();
    tickets.iter().for_each(|ticket| all.add(ticket));
    let mut parts = Learned::default();
    for part in tickets.chunks(3).rev() {
        let mut learned = Learned::default();
        part.iter().rev().for_each(|ticket| learned.add(ticket));
        parts.merge(&learned);
    }
    assert_eq!(parts, all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_ticket_is_in_one_topic_or_in_other(texts in proptest::collection::vec("([a-dа-в]{1,2}[ ,.\n]){0,7}|\\PC{0,20}", 0..40), subject in "[a-b ]{0,5}") {
        let tickets: Vec<Ticket<'_>> = (1..).zip(&texts).map(|(id, text)| Ticket { id, subject: &subject, text }).collect();
        let mined = mine(&tickets, None);
        let mut all: Vec<i64> = mined.topics.iter().flat_map(|topic| topic.tickets.clone()).chain(mined.other.clone()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>());
        for topic in &mined.topics {
            prop_assert!(topic.tickets.len() >= SMALLEST && !topic.examples.is_empty() && topic.examples.len() <= EXAMPLES);
            prop_assert!(topic.examples.iter().all(|id| topic.tickets.contains(id)) && !topic.terms.is_empty());
            let says = |ticket: &&Ticket<'_>| ticket.subject.contains(&topic.name) || ticket.text.contains(&topic.name);
            let own = tickets.iter().filter(|ticket| topic.tickets.contains(&ticket.id));
            prop_assert!(!topic.name.is_empty() && own.filter(says).count() > 0, "{}", topic.name);
            prop_assert!(topic.name.split_whitespace().count() <= 8);
            prop_assert_eq!(same(&topic.signature, &topic.signature), 1000);
        }
        prop_assert!(mined.topics.windows(2).all(|pair| pair[0].tickets.len() >= pair[1].tickets.len()));
    }
}
