//! Numbers in words: the forms of a noun beside a number, and sums of money as Russian and English papers spell them out.

use super::money::Money;

/// The form of a noun that stands beside `number`: of three forms by the Russian rule, of two by the English one.
///
/// | number | час, часа, часов | hour, hours |
/// |---|---|---|
/// | 1, 21, 101 | час | hour; 21 and 101 hours |
/// | 2, 3, 4, 22 | часа | hours |
/// | 0, 5, 11–14, 111 | часов | hours |
///
/// ```
/// use frontdesk::domain::billing::spelled::plural;
/// let hours = |n| plural(n, &["час", "часа", "часов"]);
/// assert_eq!([1, 21, 2, 24, 5, 11, 112, 0].map(hours), ["час", "час", "часа", "часа", "часов", "часов", "часов", "часов"]);
/// assert_eq!([1, 2, 21, -1].map(|n| plural(n, &["hour", "hours"])), ["hour", "hours", "hours", "hour"]);
/// ```
#[must_use]
pub fn plural<'a>(number: i64, forms: &[&'a str]) -> &'a str {
    let number = number.unsigned_abs();
    let at = match forms.len() {
        0 | 1 => 0,
        2 => usize::from(number != 1),
        _ => match (number % 10, number % 100) {
            (_, 11..=14) => 2,
            (1, _) => 0,
            (2..=4, _) => 1,
            _ => 2,
        },
    };
    forms.get(at).copied().unwrap_or_default()
}

/// The sum in words, with a capital: Russian for `ru`, else English. Roubles and kopecks are named in Russian; of every other
/// currency the whole units are spelled out before its letters, and what is less than one stands as a fraction.
///
/// | sum | language | in words |
/// |---|---|---|
/// | 30 000,00 ₽ | ru | Тридцать тысяч рублей 00 копеек |
/// | 1 001,01 ₽ | ru | Одна тысяча один рубль 01 копейка |
/// | 2 000 022,52 ₽ | ru | Два миллиона двадцать два рубля 52 копейки |
/// | 1 234,50 € | ru | Одна тысяча двести тридцать четыре EUR 50/100 |
/// | -0,40 ₽ | ru | Минус ноль рублей 40 копеек |
/// | €1,234.50 | en | One thousand two hundred thirty-four EUR 50/100 |
/// | ¥17 | en | Seventeen JPY |
/// | KWD 0.005 | en | Zero KWD 005/1000 |
///
/// ```
/// use frontdesk::domain::billing::{currency::Currency, money::Money, spelled::spelled};
/// let said = |minor, code, lang| spelled(Money::of(minor, Currency::of(code).unwrap()), lang);
/// assert_eq!(said(3_000_000, "RUB", "ru"), "Тридцать тысяч рублей 00 копеек");
/// assert_eq!(said(100_101, "RUB", "ru"), "Одна тысяча один рубль 01 копейка");
/// assert_eq!(said(200_002_252, "RUB", "ru"), "Два миллиона двадцать два рубля 52 копейки");
/// assert_eq!(said(123_450, "EUR", "ru"), "Одна тысяча двести тридцать четыре EUR 50/100");
/// assert_eq!(said(-40, "RUB", "ru"), "Минус ноль рублей 40 копеек");
/// assert_eq!(said(123_450, "EUR", "en"), "One thousand two hundred thirty-four EUR 50/100");
/// assert_eq!([said(17, "JPY", "en"), said(5, "KWD", "en")], ["Seventeen JPY", "Zero KWD 005/1000"]);
/// ```
#[must_use]
pub fn spelled(money: Money, lang: &str) -> String {
    let unit = money.currency.unit().unsigned_abs();
    let (whole, rest) = (money.minor.unsigned_abs() / unit, money.minor.unsigned_abs() % unit);
    let (code, decimals) = (money.currency.code(), money.currency.decimals());
    let (minus, number) = match lang {
        "ru" => ("минус ", russian(whole)),
        _ => ("minus ", english(whole)),
    };
    let minus = if money.minor < 0 { minus } else { "" };
    let units = if lang == "ru" && code == "RUB" {
        let form = |number: u64, forms: [&'static str; 3]| plural(i64::try_from(number % 100).unwrap_or(0), &forms);
        let roubles = form(whole, ["рубль", "рубля", "рублей"]);
        format!("{roubles} {rest:02} {}", form(rest, ["копейка", "копейки", "копеек"]))
    } else if decimals == 0 {
        code.to_owned()
    } else {
        format!("{code} {rest:0decimals$}/{unit}")
    };
    capital(&format!("{minus}{number} {units}"))
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// The number in threes, the highest first, each with its place: 0 for ones, 1 for thousands; those that are nothing left out.
fn threes(number: u64) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut rest = number;
    for place in 0.. {
        if rest == 0 {
            break;
        }
        if let Ok(three @ 1..) = usize::try_from(rest % 1000) {
            out.push((place, three));
        }
        rest /= 1000;
    }
    out.reverse();
    out
}

fn word(list: &[&'static str], at: usize) -> &'static str {
    list.get(at).copied().unwrap_or_default()
}

const ONES: [&str; 20] = [
    "",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
];
const TENS: [&str; 10] =
    ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"];
const HUNDREDS: [&str; 10] =
    ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"];
const PLACES: [[&str; 3]; 7] = [
    ["", "", ""],
    ["тысяча", "тысячи", "тысяч"],
    ["миллион", "миллиона", "миллионов"],
    ["миллиард", "миллиарда", "миллиардов"],
    ["триллион", "триллиона", "триллионов"],
    ["квадриллион", "квадриллиона", "квадриллионов"],
    ["квинтиллион", "квинтиллиона", "квинтиллионов"],
];

fn russian(number: u64) -> String {
    let mut out = Vec::new();
    for (place, three) in threes(number) {
        out.push(word(&HUNDREDS, three / 100));
        let rest = three % 100;
        let ones = if rest < 20 { rest } else { rest % 10 };
        out.push(if rest < 20 { "" } else { word(&TENS, rest / 10) });
        out.push(match (place, ones) {
            (1, 1) => "одна",
            (1, 2) => "две",
            _ => word(&ONES, ones),
        });
        let forms = PLACES.get(place).map_or(&[""; 3], |forms| forms);
        out.push(plural(i64::try_from(three).unwrap_or(0), forms));
    }
    together(&out, "ноль")
}

const ENGLISH_ONES: [&str; 20] = [
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ENGLISH_TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ENGLISH_PLACES: [&str; 7] = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"];

fn english(number: u64) -> String {
    let mut out = Vec::new();
    for (place, three) in threes(number) {
        let (hundreds, rest) = (three / 100, three % 100);
        if hundreds > 0 {
            out.push(format!("{} hundred", word(&ENGLISH_ONES, hundreds)));
        }
        out.push(match (rest / 10, rest % 10) {
            (0 | 1, _) => word(&ENGLISH_ONES, rest).to_owned(),
            (tens, 0) => word(&ENGLISH_TENS, tens).to_owned(),
            (tens, ones) => format!("{}-{}", word(&ENGLISH_TENS, tens), word(&ENGLISH_ONES, ones)),
        });
        out.push(word(&ENGLISH_PLACES, place).to_owned());
    }
    together(&out, "zero")
}

fn together(words: &[impl AsRef<str>], none: &str) -> String {
    let said: Vec<&str> = words.iter().map(AsRef::as_ref).filter(|word| !word.is_empty()).collect();
    if said.is_empty() { none.to_owned() } else { said.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::billing::currency::Currency;
    use proptest::prelude::*;

    fn said(minor: i64, code: &str, lang: &str) -> String {
        spelled(Money::of(minor, Currency::of(code).unwrap()), lang)
    }

    #[test]
    fn roubles_and_kopecks_take_their_forms() {
        for (minor, words) in [
            (0, "Ноль рублей 00 копеек"),
            (1, "Ноль рублей 01 копейка"),
            (211, "Два рубля 11 копеек"),
            (1_100, "Одиннадцать рублей 00 копеек"),
            (2_104, "Двадцать один рубль 04 копейки"),
            (4_000_000, "Сорок тысяч рублей 00 копеек"),
            (200_000, "Две тысячи рублей 00 копеек"),
            (11_100_000, "Сто одиннадцать тысяч рублей 00 копеек"),
            (2_100_050, "Двадцать одна тысяча рублей 50 копеек"),
            (100_000_000, "Один миллион рублей 00 копеек"),
            (100_000_001_012, "Один миллиард десять рублей 12 копеек"),
            (-3_000_000, "Минус тридцать тысяч рублей 00 копеек"),
        ] {
            assert_eq!(said(minor, "RUB", "ru"), words);
        }
    }

    #[test]
    fn the_largest_sum_has_words_too() {
        assert!(said(i64::MAX, "JPY", "ru").starts_with("Девять квинтиллионов двести двадцать три квадриллиона"));
        assert!(said(i64::MIN, "JPY", "en").starts_with("Minus nine quintillion two hundred twenty-three quadrillion"));
    }

    /// The number that the words before `end` say, one after the other.
    fn read(words: &str, value: impl Fn(&str) -> Option<(u64, bool)>) -> u64 {
        let (mut total, mut three) = (0, 0);
        for word in words.to_lowercase().split([' ', '-']) {
            match value(word) {
                Some((value, false)) if value == 100 && three > 0 => three *= 100,
                Some((value, false)) => three += value,
                Some((place, true)) => {
                    total += three * place;
                    three = 0;
                }
                None => break,
            }
        }
        total + three
    }

    fn place(at: usize) -> u64 {
        1000_u64.pow(u32::try_from(at).unwrap())
    }

    fn russian_value(word: &str) -> Option<(u64, bool)> {
        let at = |list: &[&str]| list.iter().position(|known| *known == word);
        let small = match word {
            "ноль" => Some(0),
            "одна" => Some(1),
            "две" => Some(2),
            _ => None,
        };
        let tens = || at(&TENS).map(|n| n * 10).or_else(|| at(&HUNDREDS).map(|n| n * 100));
        let number = small.or_else(|| at(&ONES)).or_else(tens).map(|n| (n as u64, false));
        number.or_else(|| PLACES.iter().position(|forms| forms.contains(&word)).map(|n| (place(n), true)))
    }

    fn english_value(word: &str) -> Option<(u64, bool)> {
        let at = |list: &[&str]| list.iter().position(|known| *known == word);
        let small = match word {
            "zero" => Some(0),
            "hundred" => Some(100),
            _ => at(&ENGLISH_ONES).or_else(|| at(&ENGLISH_TENS).map(|n| n * 10)),
        };
        let number = small.map(|n| (n as u64, false));
        number.or_else(|| at(&ENGLISH_PLACES).map(|n| (place(n), true)))
    }

    proptest! {
        #[test]
        fn words_say_the_very_number(number in prop_oneof![0_u64..3000, any::<u64>().prop_map(|n| n >> 1)]) {
            prop_assert_eq!(read(&russian(number), russian_value), number);
            prop_assert_eq!(read(&english(number), english_value), number);
        }

        #[test]
        fn every_sum_has_words_with_a_capital_and_single_blanks(
            minor in any::<i64>(),
            code in prop::sample::select(vec!["RUB", "EUR", "JPY", "KWD"]),
            lang in prop::sample::select(vec!["ru", "en"]),
        ) {
            let words = said(minor, code, lang);
            prop_assert!(words.chars().next().unwrap().is_uppercase());
            prop_assert!(!words.contains("  ") && words.trim() == words);
        }

        #[test]
        fn three_forms_repeat_every_hundred(number in 0_i64..1_000_000) {
            let form = |n| plural(n, &["1", "2", "5"]);
            prop_assert_eq!(form(number), form(number % 100));
        }
    }
}
