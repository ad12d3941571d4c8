//! How alike two tickets are: by the stems they share, each weighed by how rare it is on the whole desk, and by what their
//! words mean. Which tickets are worth comparing is found elsewhere, through the full-text index.

#![expect(clippy::float_arithmetic, reason = "likeness is a share; every sum runs in the order of the terms")]

use super::topics::{Heard, Ticket};
use std::collections::{BTreeMap, BTreeSet};

/// From so much likeness on a ticket is worth a look.
pub const LIKE: u32 = 300;
/// From so much likeness on two tickets say nearly the same.
pub const ALMOST_SAME: u32 = 600;

/// So many stems of a ticket are looked up; by then it has said what hurts.
const MOST_STEMS: usize = 12;
/// What a meaning that two tickets share weighs beside a word.
const MEANING: f64 = 0.5;
/// What a word weighs that the ticket does not say, so that nobody has looked how rare it is, beside one that it says.
const UNASKED: f64 = 0.7;

/// What a ticket says, once it is known which of its words are worth looking up.
///
/// ```
/// use frontdesk::domain::insight::{similar::stems, topics::Ticket};
/// let ticket = Ticket { id: 1, subject: "Help", text: "Hello,\nour printers do not print.\nKind regards,\nAnn" };
/// assert_eq!(stems(&ticket, &[]), ["printer", "print"]);
/// ```
#[must_use]
pub fn stems(ticket: &Ticket<'_>, one_hand: &[Ticket<'_>]) -> Vec<String> {
    let heard = Heard::of(std::slice::from_ref(ticket), one_hand);
    let mut seen = BTreeSet::new();
    let terms = heard.terms.iter().flatten().filter(|term| !heard.stem(**term).1 && seen.insert(**term));
    terms.take(MOST_STEMS).map(|term| heard.stem(*term).0.to_owned()).collect()
}

/// How rare a word is that stands in `texts` of `all`: 0 where it stands in all of them.
///
/// ```
/// use frontdesk::domain::insight::similar::rarity;
/// assert_eq!([rarity(1, 1000), rarity(100, 1000), rarity(1000, 1000), rarity(7, 0)], [6908, 2303, 0, 0]);
/// ```
#[must_use]
pub fn rarity(texts: i64, all: i64) -> u32 {
    let share = real(all.max(1)) / real(texts.clamp(1, all.max(1)));
    thousandths(share.ln())
}

/// How alike each of `others` is to the ticket: 0 (nothing in common) to 1000, in the order they came in. `rarities` are
/// those of the ticket's [`stems`].
#[must_use]
pub fn likeness(
    ticket: &Ticket<'_>,
    others: &[Ticket<'_>],
    one_hand: &[Ticket<'_>],
    rarities: &BTreeMap<String, u32>,
) -> Vec<u32> {
    let tickets: Vec<Ticket<'_>> = std::iter::once(*ticket).chain(others.iter().copied()).collect();
    let heard = Heard::of(&tickets, one_hand);
    let usual = usual(rarities);
    let weight = |term: u32| {
        let (stem, common) = heard.stem(term);
        if common {
            0.0
        } else {
            rarities.get(stem).map_or(usual * UNASKED, |rarity| real(i64::from(*rarity)) / 1000.0)
        }
    };
    let told: Vec<BTreeMap<Feature, f64>> = heard
        .terms
        .iter()
        .zip(heard.concepts())
        .map(|(terms, concepts)| {
            let words = terms.iter().map(|term| (Feature::Word(*term), weight(*term)));
            let meanings = concepts.iter().map(|concept| (Feature::Meaning(*concept), usual * MEANING));
            words.chain(meanings).filter(|(_, weight)| *weight > 0.0).collect()
        })
        .collect();
    let Some((own, others)) = told.split_first() else { return Vec::new() };
    others.iter().map(|other| thousandths(cosine(own, other)).min(1000)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Feature {
    Word(u32),
    Meaning(u32),
}

fn cosine(a: &BTreeMap<Feature, f64>, b: &BTreeMap<Feature, f64>) -> f64 {
    let square = |of: &BTreeMap<Feature, f64>| of.values().map(|weight| weight * weight).sum::<f64>();
    let shared: f64 = a.iter().filter_map(|(feature, weight)| Some(weight * b.get(feature)?)).sum();
    let whole = (square(a) * square(b)).sqrt();
    if whole > 0.0 { shared / whole } else { 0.0 }
}

/// What a word of the ticket weighs on average.
fn usual(rarities: &BTreeMap<String, u32>) -> f64 {
    let count = i64::try_from(rarities.len().max(1)).unwrap_or(1);
    let sum: i64 = rarities.values().map(|rarity| i64::from(*rarity)).sum();
    if sum == 0 { 1.0 } else { real(sum) / real(count) / 1000.0 }
}

fn real(n: i64) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// A number of 0 or more in whole thousandths, as the desk keeps shares.
fn thousandths(share: f64) -> u32 {
    let wanted = share * 1000.0;
    let (mut low, mut high) = (0_u32, 100_000_u32);
    // No number with a fraction becomes a whole one without a word: the nearest step is looked for.
    while low < high {
        let middle = low + (high - low) / 2;
        if f64::from(middle) + 0.5 < wanted { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alike(ticket: (&str, &str), others: &[(&str, &str)]) -> Vec<u32> {
        let all: Vec<Ticket<'_>> =
            (2..).zip(others).map(|(id, (subject, text))| Ticket { id, subject, text }).collect();
        let own = Ticket { id: 1, subject: ticket.0, text: ticket.1 };
        let rarities = stems(&own, &[]).into_iter().map(|stem| (stem, 4_000)).collect();
        likeness(&own, &all, &[], &rarities)
    }

    #[test]
    fn what_is_said_in_other_forms_is_alike_and_what_is_not_said_is_not() {
        let ticket = ("Не печатает принтер", "Здравствуйте!\nПринтер на складе не печатает накладные.");
        let found = alike(
            ticket,
            &[
                ("Принтер", "Принтеры на складе не печатали накладную с утра"),
                ("Счёт", "Пришлите закрывающие документы за май"),
                ("Не печатает принтер", "Здравствуйте!\nПринтер на складе не печатает накладные."),
            ],
        );
        assert!(found[0] >= LIKE && found[1] < LIKE / 2, "{found:?}");
        assert_eq!(found[2], 1000);
    }

    #[test]
    fn words_that_mean_the_same_bring_tickets_nearer_also_across_languages() {
        let found = alike(
            ("Card", "my card payment was declined"),
            &[("Карта", "платеж по карте отклонили"), ("Экспорт", "экспорт отчёта висит")],
        );
        assert!(found[0] > found[1], "{found:?}");
    }

    #[test]
    fn a_signature_that_a_customer_puts_under_all_he_writes_tells_nothing() {
        let sign = "Acme Furniture Works Limited\nWarehouse seventeen Rotterdam";
        let texts = [("Invoice", "where is the invoice"), ("Login", "password forgotten"), ("Colour", "which green")]
            .map(|(subject, text)| (subject, format!("{text}\n{sign}")));
        let hand: Vec<Ticket<'_>> =
            (10..).zip(&texts).map(|(id, (subject, text))| Ticket { id, subject, text }).collect();
        let text = format!("the scanner hangs\n{sign}");
        let own = Ticket { id: 1, subject: "Scanner", text: &text };
        assert_eq!(stems(&own, &hand), ["scanner", "hang"]);
    }

    #[test]
    fn a_rare_word_that_both_say_counts_more_than_one_that_everybody_says() {
        let own = Ticket { id: 1, subject: "", text: "subscription xylophone" };
        let others = ["subscription monthly", "xylophone monthly"].map(|text| Ticket { id: 2, subject: "", text });
        let rarities = [("subscript".to_owned(), 500), ("xylophon".to_owned(), 7_000)].into();
        let found = likeness(&own, &others, &[], &rarities);
        assert!(found[0] < found[1], "{found:?}");
    }

    proptest! {
        #[test]
        fn likeness_is_a_share_and_a_ticket_is_wholly_like_itself(
            text in "([a-zа-я]{1,9}[ .,\n]){0,40}",
            other in "\\PC{0,200}",
        ) {
            let found = alike(("", &text), &[("", &text), ("", &other), ("", "")]);
            let silent = stems(&Ticket { id: 1, subject: "", text: &text }, &[]).is_empty();
            prop_assert!(silent || found[0] == 1000);
            prop_assert!(found.iter().all(|n| *n <= 1000) && found[2] == 0);
        }
    }
}
