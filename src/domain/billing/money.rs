//! Money: whole minor units of a currency. Reading, writing, and arithmetic that is exact or says that it cannot be.

use super::allot::allot;
use super::currency::Currency;
use crate::domain::refusal::Refusal;
use crate::domain::time::Minutes;
use serde::{Deserialize, Serialize};

/// An amount in the minor units of a currency: kopecks, cents, whole yen. Two currencies never mix.
///
/// ```
/// use frontdesk::domain::billing::{currency::Currency, money::Money};
/// let rub = Currency::of("RUB").unwrap();
/// let money = Money::parse("1 234,50", rub).unwrap();
/// assert_eq!(money, Money::of(123_450, rub));
/// assert_eq!(serde_json::to_string(&money).unwrap(), r#"{"minor":123450,"currency":"RUB"}"#);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// How many minor units; negative is owed the other way.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// More than this nobody types, in minor units either way.
const MOST: i64 = 1_000_000_000_000_000;
/// A space that no line breaks at.
const NBSP: char = '\u{a0}';
const FORMS: &str = "write 30000, 1234.50 or 12.50 EUR";

impl Money {
    /// So many minor units.
    #[must_use]
    pub fn of(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// None of it.
    #[must_use]
    pub fn zero(currency: Currency) -> Money {
        Money::of(0, currency)
    }

    /// The amount that `text` says, in `currency` unless it names its own. The last comma or point parts the decimals, and
    /// there are never more of them than the currency has; thousands may be set apart, in threes.
    ///
    /// | text, in RUB | amount |
    /// |---|---|
    /// | `30000`, `30 000`, `30,000.00`, `30.000,00` | 30 000,00 ₽ |
    /// | `1 234,5 ₽`, `1234.50 руб.`, `RUB 1,234.50` | 1 234,50 ₽ |
    /// | `12.50 EUR`, `€12.5` | 12,50 € |
    /// | `¥1,234` | 1 234 ¥: yen have no decimals |
    /// | `12.345 EUR`, `1,234` | refused: three decimals in a currency of two |
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let rub = Currency::of("RUB").unwrap();
    /// let minor = |text: &str| Money::parse(text, rub).unwrap().minor;
    /// assert_eq!(["30000", "30 000", "30,000.00", "30.000,00"].map(minor), [3_000_000; 4]);
    /// assert_eq!(["1 234,5 ₽", "1234.50 руб.", "RUB 1,234.50"].map(minor), [123_450; 3]);
    /// assert_eq!(["12.50 EUR", "€12.5", "¥1,234"].map(minor), [1250, 1250, 1234]);
    /// let no = Money::parse("12.345 EUR", rub).unwrap_err();
    /// assert_eq!(no.to_string(), r#""12.345 EUR" is impossible: EUR has 2 decimals"#);
    /// ```
    ///
    /// # Errors
    /// No amount, a currency nobody knows, more decimals than the currency has, or more than anybody types.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, Refusal> {
        let (amount, named) = Written::of(text)?;
        amount.money(named.unwrap_or(currency))
    }

    /// The currency that `text` names beside its number; none where it names none.
    ///
    /// # Errors
    /// No amount at all, or a currency that nobody knows.
    pub fn named(text: &str) -> Result<Option<Currency>, Refusal> {
        Ok(Written::of(text)?.1)
    }

    /// The sum; none where the currencies differ or it is beyond counting.
    #[must_use]
    pub fn plus(self, other: Money) -> Option<Money> {
        let minor = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then_some(Money { minor, ..self })
    }

    /// The difference; none where the currencies differ or it is beyond counting.
    #[must_use]
    pub fn minus(self, other: Money) -> Option<Money> {
        let minor = self.minor.checked_sub(other.minor)?;
        (self.currency == other.currency).then_some(Money { minor, ..self })
    }

    /// The sum of many, `currency` being what nothing adds up to; none where currencies differ or it is beyond counting.
    pub fn sum(of: impl IntoIterator<Item = Money>, currency: Currency) -> Option<Money> {
        of.into_iter().try_fold(Money::zero(currency), Money::plus)
    }

    /// This amount times `times` divided by `by`, rounded once, half away from zero; none where it is beyond counting or
    /// `by` is zero.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let eur = |minor| Money::of(minor, Currency::of("EUR").unwrap());
    /// assert_eq!(eur(5).scaled(1, 2), Some(eur(3)));
    /// assert_eq!(eur(-5).scaled(1, 2), Some(eur(-3)));
    /// ```
    #[must_use]
    pub fn scaled(self, times: i64, by: i64) -> Option<Money> {
        let product = i128::from(self.minor) * i128::from(times);
        Some(Money { minor: half_away(product, i128::from(by))?, ..self })
    }

    /// What `minutes` cost at this price of an hour, rounded once, half away from zero; none where it is beyond counting.
    ///
    /// | per hour | minutes | cost |
    /// |---|---|---|
    /// | 4 000,00 | 90 | 6 000,00 |
    /// | 27,50 | 30 | 13,75 |
    /// | 27,50 | 15 | 6,88: 6,875 rounded away from zero |
    /// | ¥1,000 | 1 | ¥17 |
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let cost = |code, minor, minutes| Money::of(minor, Currency::of(code).unwrap()).for_minutes(minutes).unwrap().minor;
    /// assert_eq!(cost("RUB", 400_000, 90), 600_000);
    /// assert_eq!([cost("RUB", 2750, 30), cost("RUB", 2750, 15), cost("JPY", 1000, 1)], [1375, 688, 17]);
    /// ```
    #[must_use]
    pub fn for_minutes(self, minutes: Minutes) -> Option<Money> {
        self.scaled(minutes, 60)
    }

    /// How many minutes this amount pays at the price of an hour: the most whose cost, rounded, is not more than it;
    /// nothing pays none. None for another currency or a price that is not above zero.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let rub = |minor| Money::of(minor, Currency::of("RUB").unwrap());
    /// assert_eq!(rub(5_000_000).pays(rub(350_000)), Some(857));
    /// assert_eq!(rub(350_000).for_minutes(857), Some(rub(4_999_167)));
    /// assert_eq!(rub(0).pays(rub(350_000)), Some(0));
    /// ```
    #[must_use]
    pub fn pays(self, hourly: Money) -> Option<Minutes> {
        if self.currency != hourly.currency || hourly.minor <= 0 {
            return None;
        }
        if self.minor <= 0 {
            return Some(0);
        }
        let below_half = 60 * (2 * i128::from(self.minor) + 1) - 1;
        Some(i64::try_from(below_half / (2 * i128::from(hourly.minor))).unwrap_or(i64::MAX))
    }

    /// This amount divided in the ratio of `weights`; the parts add up to it, see [`allot`].
    #[must_use]
    pub fn allotted(self, weights: &[i64]) -> Vec<Money> {
        allot(self.minor, weights).into_iter().map(|minor| Money { minor, ..self }).collect()
    }

    /// As Russian customers read it: `1 234,50 ₽`, with spaces that no line breaks at.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let russian = |minor, code| Money::of(minor, Currency::of(code).unwrap()).russian();
    /// assert_eq!(russian(123_450, "RUB"), "1\u{a0}234,50\u{a0}₽");
    /// assert_eq!(russian(-5, "KWD"), "-0,005\u{a0}KWD");
    /// ```
    #[must_use]
    pub fn russian(self) -> String {
        let mark = self.currency.sign().unwrap_or(self.currency.code());
        format!("{}{}{NBSP}{mark}", self.minus_sign(), self.digits(&NBSP.to_string(), ","))
    }

    /// As English customers read it: `€1,234.50`, `KWD 1,234.500`.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let english = |minor, code| Money::of(minor, Currency::of(code).unwrap()).english();
    /// assert_eq!([english(123_450, "EUR"), english(-1_234_567, "JPY")], ["€1,234.50", "-¥1,234,567"]);
    /// assert_eq!(english(1_234_500, "KWD"), "KWD\u{a0}1,234.500");
    /// ```
    #[must_use]
    pub fn english(self) -> String {
        let mark = self.currency.sign().map_or_else(|| format!("{}{NBSP}", self.currency), str::to_owned);
        format!("{}{mark}{}", self.minus_sign(), self.digits(",", "."))
    }

    /// In the language of a customer: Russian for `ru`, else English.
    #[must_use]
    pub fn spoken(self, lang: &str) -> String {
        if lang == "ru" { self.russian() } else { self.english() }
    }

    /// As the team reads it in its reports, whatever its language: `30 000.00 ₽`, with spaces that no line breaks at.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let told = |minor, code| Money::of(minor, Currency::of(code).unwrap()).told();
    /// assert_eq!(told(3_000_000, "RUB"), "30\u{a0}000.00\u{a0}₽");
    /// assert_eq!([told(-1_234, "KWD"), told(5_000, "JPY")], ["-1.234\u{a0}KWD", "5\u{a0}000\u{a0}¥"]);
    /// ```
    #[must_use]
    pub fn told(self) -> String {
        let mark = self.currency.sign().unwrap_or(self.currency.code());
        format!("{}{}{NBSP}{mark}", self.minus_sign(), self.digits(&NBSP.to_string(), "."))
    }

    /// As the team reads it where tables are crowded: whole units, rounded half away from zero: `30 000 ₽`.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// assert_eq!(Money::of(3_000_050, Currency::of("RUB").unwrap()).about(), "30\u{a0}001\u{a0}₽");
    /// ```
    #[must_use]
    pub fn about(self) -> String {
        let unit = self.currency.unit();
        let whole = half_away(i128::from(self.minor), i128::from(unit)).unwrap_or(0).saturating_mul(unit);
        let told = Money::of(whole, self.currency).told();
        let zeros = format!(".{}", "0".repeat(self.currency.decimals()));
        told.replacen(&zeros, "", 1)
    }

    /// The number alone, as programs read it: `1234.50`.
    ///
    /// ```
    /// use frontdesk::domain::billing::{currency::Currency, money::Money};
    /// let plain = |minor, code| Money::of(minor, Currency::of(code).unwrap()).plain();
    /// assert_eq!([plain(123_450, "RUB"), plain(-7, "EUR"), plain(1234, "JPY")], ["1234.50", "-0.07", "1234"]);
    /// ```
    #[must_use]
    pub fn plain(self) -> String {
        format!("{}{}", self.minus_sign(), self.digits("", "."))
    }

    fn minus_sign(self) -> &'static str {
        if self.minor < 0 { "-" } else { "" }
    }

    /// The digits without a sign.
    fn digits(self, thousands: &str, point: &str) -> String {
        let unit = self.currency.unit().unsigned_abs();
        let (whole, rest) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        let whole = whole.to_string();
        let mut said = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                said.push_str(thousands);
            }
            said.push(digit);
        }
        match self.currency.decimals() {
            0 => said,
            decimals => format!("{said}{point}{rest:0decimals$}"),
        }
    }
}

/// `number` divided by `by`, rounded half away from zero; none for zero and for what is beyond counting.
#[must_use]
pub fn half_away(number: i128, by: i128) -> Option<i64> {
    if by == 0 {
        return None;
    }
    let (number, by) = if by < 0 { (number.checked_neg()?, by.checked_neg()?) } else { (number, by) };
    let (whole, rest) = (number / by, number % by);
    let away = if rest.abs() >= by - rest.abs() { number.signum() } else { 0 };
    i64::try_from(whole + away).ok()
}

/// An amount as typed, its currency put aside.
struct Written<'a> {
    text: &'a str,
    negative: bool,
    number: String,
}

impl<'a> Written<'a> {
    fn of(text: &'a str) -> Result<(Written<'a>, Option<Currency>), Refusal> {
        let unreadable = || Refusal::Unreadable { what: "sum of money", text: text.to_owned(), hint: FORMS.to_owned() };
        let spaces = |c: char| if matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}') { ' ' } else { c };
        let said: String = text.trim().chars().map(spaces).collect();
        let (negative, said) = match said.strip_prefix(['-', '−']) {
            Some(rest) => (true, rest.trim_start()),
            None => (false, said.as_str()),
        };
        let digit = |c: char| c.is_ascii_digit();
        let (first, last) = said.find(digit).zip(said.rfind(digit)).ok_or_else(unreadable)?;
        let (before, rest) = said.split_at_checked(first).ok_or_else(unreadable)?;
        let (number, after) = rest.split_at_checked(last - first + 1).ok_or_else(unreadable)?;
        let named = match (before.trim(), after.trim()) {
            ("", "") => None,
            (word, "") | ("", word) if word.chars().any(|c| !c.is_ascii_punctuation()) || word == "$" => {
                Some(Currency::of(word)?)
            }
            _ => return Err(unreadable()),
        };
        Ok((Written { text, negative, number: number.to_owned() }, named))
    }

    fn money(&self, currency: Currency) -> Result<Money, Refusal> {
        let unreadable =
            || Refusal::Unreadable { what: "sum of money", text: self.text.to_owned(), hint: FORMS.to_owned() };
        let (whole, decimals) = self.parted(currency).ok_or_else(unreadable)?;
        if decimals.len() > currency.decimals() {
            return Err(self.too_fine(currency, &whole));
        }
        let digits = format!("{whole}{decimals:0<width$}", width = currency.decimals());
        let minor = digits.parse::<i64>().ok().filter(|minor| *minor <= MOST);
        let minor = minor.ok_or_else(|| Refusal::Impossible {
            text: self.text.to_owned(),
            why: "it is beyond counting".to_owned(),
            hint: format!("the most is {}", Money::of(MOST, currency).plain()),
        })?;
        Ok(Money::of(if self.negative { -minor } else { minor }, currency))
    }

    fn too_fine(&self, currency: Currency, whole: &str) -> Refusal {
        let why = match currency.decimals() {
            0 => format!("{currency} has no decimals"),
            decimals => format!("{currency} has {decimals} decimals"),
        };
        let hint = format!("the whole part is {whole}; thousands are set apart by spaces");
        Refusal::Impossible { text: self.text.to_owned(), why, hint }
    }

    /// The digits before and after the decimal mark.
    fn parted(&self, currency: Currency) -> Option<(String, String)> {
        let number = self.number.as_str();
        let count = |mark: char| number.matches(mark).count();
        let decimal = match (count(','), count('.')) {
            (0, 0) => None,
            (1, 0) if currency.decimals() == 0 && grouped(number, ',').is_some() => None,
            (1, 0) => Some(','),
            (0, 1) => Some('.'),
            (_, 0) | (0, _) => None,
            _ if number.rfind(',') > number.rfind('.') => Some(',').filter(|_| count(',') == 1),
            _ => Some('.').filter(|_| count('.') == 1),
        };
        let (whole, decimals) = match decimal {
            Some(mark) => number.split_once(mark)?,
            None => (number, ""),
        };
        let mark = whole.chars().find(|c| !c.is_ascii_digit());
        let whole = match mark {
            None => whole.to_owned(),
            Some(mark @ (' ' | ',' | '.' | '\'' | '’')) => grouped(whole, mark)?,
            Some(_) => return None,
        };
        decimals.bytes().all(|b| b.is_ascii_digit()).then(|| (whole, decimals.to_owned()))
    }
}

/// The digits of a number whose thousands `mark` sets apart, all of them.
fn grouped(number: &str, mark: char) -> Option<String> {
    let mut groups = number.split(mark);
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().filter(|first| digits(first) && first.len() <= 3)?;
    let rest: Option<Vec<&str>> = groups.map(|group| (digits(group) && group.len() == 3).then_some(group)).collect();
    Some(format!("{first}{}", rest?.concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::of(code).unwrap()
    }

    fn read(text: &str) -> Result<Money, Refusal> {
        Money::parse(text, currency("RUB"))
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("0", 0),
            ("-5", -500),
            ("−5,5", -550),
            ("- 5", -500),
            ("-€1,234.50", -123_450),
            ("1\u{a0}234,50\u{a0}₽", 123_450),
            ("1\u{202f}234,50 р.", 123_450),
            ("1'234.50 CHF", 123_450),
            ("1,234,567", 123_456_700),
            ("1.234.567", 123_456_700),
            ("$5", 500),
            ("5$", 500),
            ("eur 5", 500),
            ("1.5 KWD", 1500),
            ("1,234 KWD", 1234),
            ("007", 700),
        ] {
            assert_eq!(read(text).map(|m| m.minor), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            " ",
            "₽",
            "RUB",
            "free",
            "1e9",
            "1,2,3",
            "12 34",
            "1 23,50",
            "1,23,456",
            "1.2.3",
            "1,234.567,89",
            "1,234.5.6",
            "1 000,000.50",
            "5..5",
            "5.",
            ".5",
            "--5",
            "5-5",
            "€5€",
            "5 RUR",
            "5 XXX",
            "٥",
            "５",
            "1/2",
            "NaN",
            "99999999999999999999",
            "10000000000001",
        ] {
            let no = read(text).expect_err(text);
            assert!(no.hint().is_some(), "{text}");
        }
    }

    #[test]
    fn decimals_that_a_currency_does_not_have_are_refused_by_its_name() {
        let no = |text: &str| read(text).unwrap_err().to_string();
        assert!(no("1,234").contains("RUB has 2 decimals"));
        assert!(no("1.2345 KWD").contains("KWD has 3 decimals"));
        assert!(no("1.5 JPY").contains("JPY has no decimals"));
        assert!(no("1.234 JPY").contains("JPY has no decimals"));
        assert!(no("0.000").contains("RUB has 2 decimals"));
    }

    #[test]
    fn currencies_do_not_mix_and_sums_do_not_run_over() {
        let (rub, eur) = (Money::of(1, currency("RUB")), Money::of(1, currency("EUR")));
        assert_eq!((rub.plus(eur), rub.minus(eur)), (None, None));
        assert_eq!(Money::of(i64::MAX, currency("RUB")).plus(rub), None);
        assert_eq!(Money::of(i64::MAX, currency("RUB")).for_minutes(61), None);
        assert_eq!(Money::of(i64::MIN, currency("RUB")).plain(), "-92233720368547758.08");
        assert_eq!(rub.scaled(1, 0), None);
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(
            [half_away(5, 2), half_away(-5, 2), half_away(4, 3), half_away(5, -2)],
            [Some(3), Some(-3), Some(1), Some(-3)]
        );
        assert_eq!(
            [half_away(1, 2), half_away(-1, 2), half_away(1, 3), half_away(7, 7)],
            [Some(1), Some(-1), Some(0), Some(1)]
        );
    }

    #[test]
    fn six_single_minutes_are_six_rounded_lines() {
        let hourly = Money::of(10_000, currency("EUR"));
        let lines = Money::sum((0..6).filter_map(|_| hourly.for_minutes(1)), currency("EUR")).unwrap();
        assert_eq!((hourly.for_minutes(1).unwrap().minor, lines.minor), (167, 1002));
    }

    fn any_money() -> impl Strategy<Value = Money> {
        (
            prop_oneof![-200_000_i64..200_000, -MOST..=MOST],
            prop::sample::select(vec!["RUB", "EUR", "JPY", "KWD", "BYN", "PLN"]),
        )
            .prop_map(|(minor, code)| Money::of(minor, currency(code)))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(money in any_money()) {
            let other = currency("USD");
            prop_assert_eq!(Money::parse(&money.russian(), other), Ok(money));
            prop_assert_eq!(Money::parse(&money.english(), other), Ok(money));
            prop_assert_eq!(Money::parse(&money.plain(), money.currency), Ok(money));
            prop_assert_eq!(Money::parse(&format!("{} {}", money.plain(), money.currency), other), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC*", near in "-?(€|RUB)? ?[0-9]{0,20}([., '][0-9]{0,4}){0,4} ?(₽|KWD|руб\\.)?") {
            for text in [text, near] {
                if let Ok(money) = read(&text) {
                    prop_assert!(money.minor.abs() <= MOST);
                }
            }
        }

        #[test]
        fn the_cost_of_minutes_is_off_by_half_a_unit_at_most(minor in 0_i64..100_000_000, minutes in 0_i64..600_000) {
            let cost = i128::from(Money::of(minor, currency("RUB")).for_minutes(minutes).unwrap().minor);
            let off = cost * 60 - i128::from(minor) * i128::from(minutes);
            prop_assert!(off.abs() <= 30);
        }

        #[test]
        fn an_amount_pays_all_minutes_that_it_can(left in 0_i64..10_000_000, hourly in 1_i64..1_000_000) {
            prop_assume!(left > 0);
            let (left, hourly) = (Money::of(left, currency("RUB")), Money::of(hourly, currency("RUB")));
            let minutes = left.pays(hourly).unwrap();
            prop_assert!(hourly.for_minutes(minutes).unwrap().minor <= left.minor);
            prop_assert!(hourly.for_minutes(minutes + 1).unwrap().minor > left.minor);
        }

        #[test]
        fn parts_of_money_add_up(money in any_money(), weights in prop::collection::vec(0_i64..1000, 1..9)) {
            prop_assert_eq!(Money::sum(money.allotted(&weights), money.currency), Some(money));
        }
    }
}
