//! Currencies: their three letters, how many decimals they have (ISO 4217), their signs. Amounts are in `money`.

use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A currency that people pay in.
///
/// | currency | decimals | one and a half |
/// |---|---|---|
/// | RUB, EUR, USD and most others | 2 | 150 minor units |
/// | JPY, KRW, CLP … | 0 | none: 1 or 2 |
/// | KWD, BHD, TND … | 3 | 1500 minor units |
///
/// ```
/// use frontdesk::domain::billing::currency::Currency;
/// let decimals = |code: &str| Currency::of(code).unwrap().decimals();
/// assert_eq!(["RUB", "jpy", "KWD", "€"].map(decimals), [2, 0, 3, 2]);
/// let no = Currency::of("RUR").unwrap_err();
/// assert_eq!(no.to_string(), r#"cannot read "RUR" as a currency"#);
/// assert_eq!(no.hint().unwrap(), "RUB? Write the three letters: RUB, EUR, USD");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";
const HUNDREDTHS: &str = "RUB EUR USD GBP AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR \
    ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN \
    NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH UYU UZS VES WST XCD YER ZAR ZMW ZWG";

/// Signs that stand for one currency alone.
const SIGNS: [(&str, &str); 14] = [
    ("₽", "RUB"),
    ("€", "EUR"),
    ("$", "USD"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₸", "KZT"),
    ("₴", "UAH"),
    ("₾", "GEL"),
    ("֏", "AMD"),
    ("₺", "TRY"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("₪", "ILS"),
    ("zł", "PLN"),
];

/// Other ways to write one; they are only read.
const WORDS: [(&str, &str); 5] = [("р", "RUB"), ("р.", "RUB"), ("руб", "RUB"), ("руб.", "RUB"), ("zl", "PLN")];

impl Currency {
    /// The currency that three letters in any case, a sign or `руб.` stand for.
    ///
    /// # Errors
    /// Nobody pays in it, or it is no currency at all; the hint names one that looks like it.
    pub fn of(text: &str) -> Result<Currency, Refusal> {
        let said = text.trim();
        let lower = said.to_lowercase();
        let code = SIGNS.iter().chain(&WORDS).find(|(sign, _)| *sign == lower).map_or(said, |(_, code)| *code);
        let code = code.to_ascii_uppercase();
        let listed = |list: &str| list.split_whitespace().any(|known| known == code);
        let decimals = [(HUNDREDTHS, 2), (WHOLE, 0), (THOUSANDTHS, 3)].into_iter().find(|(list, _)| listed(list));
        match (decimals, <[u8; 3]>::try_from(code.as_bytes())) {
            (Some((_, decimals)), Ok(code)) => Ok(Currency { code, decimals }),
            _ => Err(unknown(said, &code)),
        }
    }

    /// Its three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// How many decimals it has: 0, 2 or 3.
    #[must_use]
    pub fn decimals(self) -> usize {
        usize::from(self.decimals)
    }

    /// How many minor units one of it is: 1, 100 or 1000.
    #[must_use]
    pub fn unit(self) -> i64 {
        match self.decimals {
            0 => 1,
            2 => 100,
            _ => 1000,
        }
    }

    /// Its sign, where it has one that stands for it alone.
    #[must_use]
    pub fn sign(self) -> Option<&'static str> {
        SIGNS.iter().find(|(_, code)| code.as_bytes() == self.code).map(|(sign, _)| *sign)
    }
}

fn unknown(said: &str, code: &str) -> Refusal {
    let known = || HUNDREDTHS.split_whitespace().chain(WHOLE.split_whitespace()).chain(THOUSANDTHS.split_whitespace());
    let near = if code.len() == 3 { nearest(code, known()) } else { None };
    let near = near.map_or(String::new(), |near| format!("{near}? "));
    let hint = format!("{near}Write the three letters: RUB, EUR, USD");
    Refusal::Unreadable { what: "currency", text: said.to_owned(), hint }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(from)?;
        Currency::of(&code).map_err(|no| de::Error::custom(no.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_currency_is_known_once_by_its_letters_and_its_sign() {
        let all: Vec<&str> = [HUNDREDTHS, WHOLE, THOUSANDTHS].iter().flat_map(|list| list.split_whitespace()).collect();
        for (at, code) in all.iter().enumerate() {
            let currency = Currency::of(code).unwrap();
            assert_eq!(currency.code(), *code);
            assert_eq!(all.iter().position(|other| other == code), Some(at), "{code} is listed twice");
            if let Some(sign) = currency.sign() {
                assert_eq!(Currency::of(sign), Ok(currency));
            }
        }
        for (_, code) in SIGNS.iter().chain(&WORDS) {
            assert!(all.contains(code), "{code}");
        }
    }

    #[test]
    fn what_is_no_currency_is_refused_by_name() {
        for text in ["", "XXX", "XAU", "USDT", "EU", "€€", "рубль", "ЕUR", "ａｂｃ", "1"] {
            let no = Currency::of(text).expect_err(text);
            assert!(no.to_string().contains(text) && no.hint().is_some());
        }
    }

    #[test]
    fn it_is_its_letters_in_json() {
        let yen = Currency::of("jpy").unwrap();
        assert_eq!(serde_json::to_string(&yen).unwrap(), r#""JPY""#);
        assert_eq!(serde_json::from_str::<Currency>(r#""JPY""#).unwrap(), yen);
        assert!(serde_json::from_str::<Currency>(r#""ABC""#).is_err());
    }
}
