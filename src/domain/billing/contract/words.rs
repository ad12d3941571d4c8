//! Terms as they are written: the flags of `contract add`, the keys of a file, pairs of a key and its value. What is
//! written is read back as the same terms.

use super::stretch::{Every, Expiry};
use super::{Alerts, Bill, Carry, Kind, Opening, Renew, Terms, refused};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::duration::{spoken, worked};
use crate::domain::billing::money::Money;
use crate::domain::billing::rounding::{Factor, Factors, Rounding};
use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Date, Minutes};

const ALL: &[&str] = &["prepaid", "block", "deposit", "flat", "hourly"];

/// Every key, in the order in which terms are written, and the kinds of contract that have it.
pub const KEYS: [(&str, &[&str]); 30] = [
    ("prepaid", &["prepaid"]),
    ("block", &["block"]),
    ("deposit", &["deposit"]),
    ("flat", &["flat"]),
    ("hourly", &["hourly"]),
    ("rate", &["deposit"]),
    ("every", &["prepaid", "flat", "hourly"]),
    ("cap", &["flat"]),
    ("expires", &["block", "deposit"]),
    ("price", &["prepaid", "block"]),
    ("overage", &["prepaid", "block", "deposit", "flat"]),
    ("round", ALL),
    ("min", ALL),
    ("off-hours", ALL),
    ("weekend", ALL),
    ("holiday", ALL),
    ("carry", &["prepaid"]),
    ("carry-max", &["prepaid"]),
    ("carry-expires", &["prepaid"]),
    ("carry-in", &["prepaid", "block", "deposit"]),
    ("bill", ALL),
    ("start", ALL),
    ("end", ALL),
    ("currency", ALL),
    ("name", ALL),
    ("order", ALL),
    ("renew", ALL),
    ("alert", ALL),
    ("alert-days", ALL),
    ("prorate", ALL),
];

/// Keys whose value is money.
const SUMS: [&str; 6] = ["deposit", "flat", "hourly", "rate", "price", "overage"];
/// Told at so many percent of a pool where nothing else is said.
const PERCENTS: [i64; 2] = [80, 100];
/// Told so many days before the last day where nothing else is said.
const DAYS: [u32; 1] = [14];
/// No minimum charge is longer.
const LONGEST_MINIMUM: Minutes = 24 * 60;
const NAME: usize = 60;
/// Before the id of a contract, as what another one begins with.
const LEFTOVERS: &str = "leftovers of ";

impl Terms {
    /// Reads terms out of keys and values; money is in `currency` unless they say their own.
    ///
    /// | key | value | without it |
    /// |---|---|---|
    /// | `prepaid`, `block`, `deposit`, `flat` or `hourly` | `10h`, `40h`, `50000`, `50000`, `3500` | refused: one of them it is |
    /// | `every` | `week`, `month`, `quarter` | refused; `month` with `hourly` |
    /// | `rate` | an hour of a deposit: `3500` | refused |
    /// | `cap` | hours that a flat fee is for: `20h` | all |
    /// | `expires` | `6m`, `90d`, `1y`, `2026-12-31` (the last day) | never |
    /// | `price` | of a period, of the block | not told |
    /// | `overage` | an hour beyond the pool | none is agreed |
    /// | `round` | `none`, `15m up per entry`, `6m nearest per ticket-day` | as everywhere in the desk |
    /// | `min` | `15m` | none |
    /// | `off-hours`, `weekend`, `holiday` | `1.5` | 1 |
    /// | `carry` | `50%` | nothing, or `100%` with one of the next two |
    /// | `carry-max`, `carry-expires` | `5h`; `1`: gone with the next period | no limit |
    /// | `carry-in` | `3h20m`; `1500` in a deposit; `leftovers of 12`: of the contract with this id | nothing |
    /// | `bill` | `advance`, `arrears` | `advance`; `arrears` with `hourly` |
    /// | `start`, `end` | `2026-01-01` | refused; open |
    /// | `currency` | `EUR` | the one that the first sum names, else the desk's |
    /// | `name`, `order` | `care`; `2` | the kind; `1` |
    /// | `renew` | `no`, `without leftovers`, `with leftovers` | `no` |
    /// | `alert`, `alert-days` | `80%, 100%`; `30, 7`; `none` | `80%, 100%`; `14` |
    /// | `prorate` | `yes`, `no` | `no` |
    ///
    /// ```
    /// use frontdesk::domain::billing::{contract::Terms, currency::Currency};
    /// let rub = Currency::of("RUB").unwrap();
    /// let said = [
    ///     ("prepaid", "10h"), ("every", "month"), ("price", "30 000"), ("overage", "4000"), ("carry", "50 %"),
    ///     ("carry-max", "5h"), ("carry-expires", "1"), ("carry-in", "3h20m"), ("start", "2026-01-01"),
    /// ];
    /// let terms = Terms::read(&said, rub).unwrap();
    /// assert_eq!(
    ///     terms.flags(),
    ///     "--prepaid 10h --every month --price 30000 --overage 4000 --carry 50% --carry-max 5h --carry-expires 1 \
    ///      --carry-in 3h20m --bill advance --start 2026-01-01 --currency RUB --name prepaid --order 1 --renew no \
    ///      --alert \"80%, 100%\" --alert-days 14 --prorate no"
    /// );
    /// assert_eq!(Terms::read(&terms.pairs(), rub), Ok(terms));
    /// let no = Terms::read(&[("prepaid", "10h"), ("evry", "month")], rub).unwrap_err();
    /// assert_eq!((no.to_string(), no.hint().unwrap()), (r#""--evry month" is impossible: no contract has it"#.into(), "--every?".into()));
    /// ```
    ///
    /// # Errors
    /// A key that nobody knows, that is said twice, or that this kind of contract does not have; a value that cannot be read;
    /// terms that make no sense together, see [`Terms::check`].
    pub fn read<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)], currency: Currency) -> Result<Terms, Refusal> {
        let said = Said::of(pairs)?;
        let currency = said.currency()?.unwrap_or(currency);
        let kind = said.kind_of(currency)?;
        let hourly = matches!(kind, Kind::Hourly { .. });
        let terms = Terms {
            name: said.name()?.unwrap_or_else(|| kind.word().to_owned()),
            kind,
            currency,
            price: said.money("price", currency)?,
            overage: said.money("overage", currency)?,
            bill: said.one_of("bill", &BILLS)?.unwrap_or(if hourly { Bill::Arrears } else { Bill::Advance }),
            rounding: said.get("round").map(Rounding::parse).transpose()?,
            minimum: said.minimum()?,
            factors: Factors {
                off_hours: said.factor("off-hours")?,
                weekend: said.factor("weekend")?,
                holiday: said.factor("holiday")?,
            },
            carry: said.carry()?,
            carry_in: said.carry_in(&kind, currency)?,
            start: said.day("start")?.ok_or_else(|| missing("start", "2026-01-01"))?,
            end: said.day("end")?,
            order: said.number("order")?.unwrap_or(1),
            renew: said.one_of("renew", &RENEWALS)?.unwrap_or(Renew::No),
            alerts: said.alerts()?,
            prorate: said.one_of("prorate", &[("yes", true), ("no", false)])?.unwrap_or(false),
        };
        terms.check()?;
        Ok(terms)
    }

    /// The terms as keys and values, in the order of [`KEYS`]; what is not agreed is left out.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::with_capacity(KEYS.len());
        let mut say = |key: &'static str, value: Option<String>| pairs.extend(value.map(|value| (key, value)));
        let (word, every) = (self.kind.word(), self.kind.every().map(|every| word_of(every, &PERIODS)));
        let (main, rate, cap, expires) = match self.kind {
            Kind::Prepaid { minutes, .. } => (flag(minutes), None, None, None),
            Kind::Block { minutes, expires } => (flag(minutes), None, None, expires),
            Kind::Deposit { money, rate, expires } => (amount(money), Some(amount(rate)), None, expires),
            Kind::Flat { price, cap, .. } => (amount(price), None, cap.map(flag), None),
            Kind::Hourly { rate, .. } => (amount(rate), None, None, None),
        };
        say(word, Some(main));
        say("rate", rate);
        say("every", every.map(str::to_owned));
        say("cap", cap);
        say("expires", expires.map(expiry));
        say("price", self.price.map(amount));
        say("overage", self.overage.map(amount));
        say("round", self.rounding.map(|rounding| rounding.to_string()));
        say("min", (self.minimum > 0).then(|| flag(self.minimum)));
        let Factors { off_hours, weekend, holiday } = self.factors;
        for (key, factor) in [("off-hours", off_hours), ("weekend", weekend), ("holiday", holiday)] {
            say(key, (factor != Factor::ONE).then(|| factor.to_string()));
        }
        say("carry", self.carry.map(|carry| format!("{}%", carry.percent)));
        say("carry-max", self.carry.and_then(|carry| carry.most).map(flag));
        say("carry-expires", self.carry.and_then(|carry| carry.periods).map(|periods| periods.to_string()));
        say(
            "carry-in",
            self.carry_in.map(|opening| match opening {
                Opening::Minutes(minutes) => flag(minutes),
                Opening::Money(money) => amount(money),
                Opening::Left(id) => format!("{LEFTOVERS}{id}"),
            }),
        );
        say("bill", Some(word_of(self.bill, &BILLS).to_owned()));
        say("start", Some(self.start.to_string()));
        say("end", self.end.map(|end| end.to_string()));
        say("currency", Some(self.currency.to_string()));
        say("name", Some(self.name.clone()));
        say("order", Some(self.order.to_string()));
        say("renew", Some(word_of(self.renew, &RENEWALS).to_owned()));
        say("alert", Some(list(self.alerts.percents.iter().map(|percent| format!("{percent}%")))));
        say("alert-days", Some(list(self.alerts.days.iter().map(u32::to_string))));
        say("prorate", Some(if self.prorate { "yes" } else { "no" }.to_owned()));
        pairs
    }

    /// The terms as flags of the command line.
    #[must_use]
    pub fn flags(&self) -> String {
        let flags: Vec<String> = self.pairs().iter().map(|(key, value)| flag_of(key, value)).collect();
        flags.join(" ")
    }

    /// The flags that make these terms of others: what is new or said otherwise, and `none` for what is no longer agreed.
    ///
    /// ```
    /// use frontdesk::domain::billing::{contract::Terms, currency::Currency};
    /// let terms = |more: &[(&str, &str)]| {
    ///     Terms::read(&[&[("block", "40h"), ("start", "2026-01-01")], more].concat(), Currency::of("RUB").unwrap()).unwrap()
    /// };
    /// let (was, is) = (terms(&[("price", "90000"), ("min", "15m")]), terms(&[("price", "80000"), ("overage", "4000")]));
    /// assert_eq!(is.flags_after(&was), "--price 80000 --overage 4000 --min none");
    /// ```
    #[must_use]
    pub fn flags_after(&self, was: &Terms) -> String {
        let (was, is) = (was.pairs(), self.pairs());
        let gone = was.iter().filter(|(key, _)| !is.iter().any(|(other, _)| other == key));
        let gone: Vec<String> = gone.map(|(key, _)| format!("--{key} none")).collect();
        let new = is.iter().filter(|pair| !was.contains(pair)).map(|(key, value)| flag_of(key, value));
        new.chain(gone).collect::<Vec<_>>().join(" ")
    }
}

/// A key and its value as a shell reads them.
fn flag_of(key: &str, value: &str) -> String {
    let plain = value.chars().all(|c| c.is_alphanumeric() || "-_.:%,".contains(c)) && !value.is_empty();
    if plain {
        format!("--{key} {value}")
    } else if value.contains(['"', '\\', '$', '`', '!']) {
        format!("--{key} '{}'", value.replace('\'', r"'\''"))
    } else {
        format!("--{key} \"{value}\"")
    }
}

/// The currency that keys and values say themselves, by `currency` or beside the first sum; none: the desk's is meant.
///
/// ```
/// use frontdesk::domain::billing::contract::words::currency_said;
/// let said = |pairs: &[(&str, &str)]| currency_said(pairs).unwrap().map(|currency| currency.to_string());
/// assert_eq!(said(&[("hourly", "90 EUR")]).as_deref(), Some("EUR"));
/// assert_eq!(said(&[("hourly", "90"), ("currency", "usd")]).as_deref(), Some("USD"));
/// assert_eq!(said(&[("hourly", "90")]), None);
/// ```
///
/// # Errors
/// Keys that nobody knows or that do not go together, a sum or a currency that cannot be read.
pub fn currency_said<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> Result<Option<Currency>, Refusal> {
    Said::of(pairs)?.currency()
}

const PERIODS: [(&str, Every); 3] = [("week", Every::Week), ("month", Every::Month), ("quarter", Every::Quarter)];
const BILLS: [(&str, Bill); 2] = [("advance", Bill::Advance), ("arrears", Bill::Arrears)];
const RENEWALS: [(&str, Renew); 3] =
    [("no", Renew::No), ("without leftovers", Renew::Fresh), ("with leftovers", Renew::WithLeftovers)];

/// What was said, each key once.
struct Said<'a> {
    pairs: Vec<(&'static str, &'a str)>,
    kind: &'static str,
}

impl<'a> Said<'a> {
    fn of<K: AsRef<str>, V: AsRef<str>>(given: &'a [(K, V)]) -> Result<Said<'a>, Refusal> {
        let mut pairs: Vec<(&'static str, &'a str)> = Vec::new();
        for (key, value) in given {
            let (key, value) = (key.as_ref(), value.as_ref().trim());
            let about = format!("--{key} {value}");
            let Some((key, _)) = KEYS.into_iter().find(|(known, _)| *known == key) else {
                let near = nearest(key, KEYS.into_iter().map(|(known, _)| known));
                let hint = near.map_or_else(|| "desk help contract".to_owned(), |near| format!("--{near}?"));
                return Err(refused(&about, "no contract has it", &hint));
            };
            if pairs.iter().any(|(known, _)| *known == key) {
                return Err(refused(&about, "it was said before", "say it once"));
            }
            pairs.push((key, value));
        }
        let mut kinds = pairs.iter().filter(|(key, _)| ALL.contains(key));
        let kind = match (kinds.next(), kinds.next()) {
            (Some((kind, _)), None) => *kind,
            (Some((one, _)), Some((other, value))) => {
                let why = format!("the contract is --{one}");
                return Err(refused(&format!("--{other} {value}"), &why, "make two contracts of it"));
            }
            (None, _) => {
                let hint = "say one of --prepaid 10h, --block 40h, --deposit 50000, --flat 50000, --hourly 3500";
                return Err(refused("contract", "nothing says what is paid for", hint));
            }
        };
        for (key, value) in &pairs {
            let have = KEYS.iter().find(|(known, _)| known == key).map_or(ALL, |(_, have)| *have);
            if !have.contains(&kind) {
                let why = format!("a contract with --{kind} has no such term");
                let hint = format!("it belongs to --{}", have.join(", --"));
                return Err(refused(&format!("--{key} {value}"), &why, &hint));
            }
        }
        Ok(Said { pairs, kind })
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    fn about(&self, key: &str) -> String {
        format!("--{key} {}", self.get(key).unwrap_or_default())
    }

    /// What `currency` says, else what the first sum names.
    fn currency(&self) -> Result<Option<Currency>, Refusal> {
        if let Some(said) = self.get("currency") {
            return Currency::of(said).map(Some);
        }
        let first = SUMS.iter().find_map(|key| self.get(key));
        Ok(first.map(Money::named).transpose()?.flatten())
    }

    fn kind_of(&self, currency: Currency) -> Result<Kind, Refusal> {
        let every = || self.one_of("every", &PERIODS);
        let each = || every()?.ok_or_else(|| missing("every", "month"));
        let needed = |money: Option<Money>, key: &str| money.ok_or_else(|| missing(key, "3500"));
        Ok(match self.kind {
            "prepaid" => Kind::Prepaid { minutes: self.needed_minutes("prepaid")?, every: each()? },
            "block" => Kind::Block { minutes: self.needed_minutes("block")?, expires: self.expires()? },
            "deposit" => Kind::Deposit {
                money: needed(self.money("deposit", currency)?, "deposit")?,
                rate: needed(self.money("rate", currency)?, "rate")?,
                expires: self.expires()?,
            },
            "flat" => Kind::Flat {
                price: needed(self.money("flat", currency)?, "flat")?,
                every: each()?,
                cap: self.minutes("cap")?,
            },
            _ => Kind::Hourly {
                rate: needed(self.money("hourly", currency)?, "hourly")?,
                every: every()?.unwrap_or(Every::Month),
            },
        })
    }

    fn money(&self, key: &str, currency: Currency) -> Result<Option<Money>, Refusal> {
        self.get(key).map(|text| Money::parse(text, currency)).transpose()
    }

    fn minutes(&self, key: &str) -> Result<Option<Minutes>, Refusal> {
        let Some(text) = self.get(key) else { return Ok(None) };
        if text.starts_with(['-', '−', '–']) {
            return Err(refused(&self.about(key), "hours are not below zero", "leave it out where there are none"));
        }
        worked(text).map(Some)
    }

    fn needed_minutes(&self, key: &str) -> Result<Minutes, Refusal> {
        self.minutes(key)?.ok_or_else(|| missing(key, "10h"))
    }

    fn minimum(&self) -> Result<Minutes, Refusal> {
        let minimum = self.minutes("min")?.unwrap_or(0);
        if minimum > LONGEST_MINIMUM {
            return Err(refused(&self.about("min"), "a minimum charge is a day at most", "write 15m or 1h"));
        }
        Ok(minimum)
    }

    fn factor(&self, key: &str) -> Result<Factor, Refusal> {
        self.get(key).map_or(Ok(Factor::ONE), Factor::parse)
    }

    fn day(&self, key: &str) -> Result<Option<Date>, Refusal> {
        self.get(key).map(|text| day(text).ok_or_else(|| unreadable("date", text, "write 2026-01-31"))).transpose()
    }

    /// A number from 1 to 999.
    fn number(&self, key: &str) -> Result<Option<u32>, Refusal> {
        let Some(text) = self.get(key) else { return Ok(None) };
        let wrong = || refused(&self.about(key), "it is no such number", "write a number from 1 to 999");
        counted(text).map(Some).ok_or_else(wrong)
    }

    fn one_of<T: Copy>(&self, key: &str, known: &[(&'static str, T)]) -> Result<Option<T>, Refusal> {
        let Some(text) = self.get(key) else { return Ok(None) };
        let found = known.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, meant)| *meant);
        found.map(Some).ok_or_else(|| Refusal::UnknownValue {
            key: key.to_owned(),
            value: text.to_owned(),
            known: known.iter().map(|(word, _)| *word).collect(),
        })
    }

    fn expires(&self) -> Result<Option<Expiry>, Refusal> {
        let Some(text) = self.get("expires") else { return Ok(None) };
        let wrong =
            || refused(&self.about("expires"), "it is no such time", "write 6m (months), 90d, 1y or 2026-12-31");
        if let Some(day) = day(text) {
            return Ok(Some(Expiry::On(day)));
        }
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at_checked(end).ok_or_else(wrong)?;
        let number =
            whole(number).and_then(|number| u32::try_from(number).ok()).filter(|n| *n > 0).ok_or_else(wrong)?;
        let expiry = match unit.trim() {
            "d" | "day" | "days" | "д" | "дн" | "день" | "дня" | "дней" => Expiry::Days(number),
            "w" | "week" | "weeks" | "нед" | "недели" | "недель" => {
                Expiry::Days(number.saturating_mul(7))
            }
            "m" | "mo" | "month" | "months" | "м" | "мес" | "месяц" | "месяца" | "месяцев" => {
                Expiry::Months(number)
            }
            "y" | "year" | "years" | "год" | "года" | "лет" => Expiry::Months(number.saturating_mul(12)),
            _ => return Err(wrong()),
        };
        let held = matches!(expiry, Expiry::Days(1..=36_525) | Expiry::Months(1..=1200));
        held.then_some(Some(expiry)).ok_or_else(wrong)
    }

    fn carry(&self) -> Result<Option<Carry>, Refusal> {
        let (most, periods) = (self.minutes("carry-max")?, self.number("carry-expires")?);
        let percent = match self.get("carry") {
            Some(text) => Some(percent(text).ok_or_else(|| {
                refused(&self.about("carry"), "it is no percentage of the included hours", "write 1% to 100%")
            })?),
            None => (most.is_some() || periods.is_some()).then_some(100),
        };
        Ok(percent.map(|percent| Carry { percent, most, periods }))
    }

    fn carry_in(&self, kind: &Kind, currency: Currency) -> Result<Option<Opening>, Refusal> {
        if let Some(id) = self.get("carry-in").and_then(|text| text.strip_prefix(LEFTOVERS)) {
            let hint = "write what was there: 3h20m, 1500";
            let id = id.parse().ok().filter(|id| *id > 0);
            return id
                .map(|id| Some(Opening::Left(id)))
                .ok_or_else(|| refused(&self.about("carry-in"), "it is no contract", hint));
        }
        if matches!(kind, Kind::Deposit { .. }) {
            return Ok(self.money("carry-in", currency)?.map(Opening::Money));
        }
        Ok(self.minutes("carry-in")?.map(Opening::Minutes))
    }

    fn alerts(&self) -> Result<Alerts, Refusal> {
        let about = |key: &str, hint: &str| refused(&self.about(key), "it is no such list", hint);
        let mut percents = match self.get("alert") {
            None => PERCENTS.to_vec(),
            Some("none") => Vec::new(),
            Some(text) => {
                let read: Option<Vec<i64>> = text.split(',').map(percent).collect();
                read.ok_or_else(|| about("alert", "write percent of the pool, 80%, 100%, or none"))?
            }
        };
        let mut days = match self.get("alert-days") {
            None => DAYS.to_vec(),
            Some("none") => Vec::new(),
            Some(text) => {
                let read: Option<Vec<u32>> = text.split(',').map(|days| counted(days.trim())).collect();
                read.ok_or_else(|| about("alert-days", "write days before the last one, 30, 7, or none"))?
            }
        };
        percents.sort_unstable();
        percents.dedup();
        days.sort_unstable_by(|a, b| b.cmp(a));
        days.dedup();
        Ok(Alerts { percents, days })
    }

    fn name(&self) -> Result<Option<String>, Refusal> {
        let Some(name) = self.get("name") else { return Ok(None) };
        let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        let wrong =
            || refused("--name", &format!("a name has 1 to {NAME} letters, on one line"), "give a short one: care");
        fits.then(|| Some(name.to_owned())).ok_or_else(wrong)
    }
}

fn missing(key: &str, example: &str) -> Refusal {
    refused("contract", &format!("it needs --{key}"), &format!("add --{key} {example}"))
}

fn unreadable(what: &'static str, text: &str, hint: &str) -> Refusal {
    Refusal::Unreadable { what, text: text.to_owned(), hint: hint.to_owned() }
}

/// `2026-01-31`, nothing shorter and nothing longer.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    shaped.then(|| text.parse().ok())?
}

fn whole(text: &str) -> Option<i64> {
    ((1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// From 1 to 999.
fn counted(text: &str) -> Option<u32> {
    whole(text).and_then(|number| u32::try_from(number).ok()).filter(|number| (1..=999).contains(number))
}

fn percent(text: &str) -> Option<i64> {
    whole(text.trim().strip_suffix('%')?.trim_end()).filter(|percent| (1..=100).contains(percent))
}

fn word_of<T: Copy + PartialEq>(meant: T, known: &[(&'static str, T)]) -> &'static str {
    known.iter().find(|(_, one)| *one == meant).map_or("", |(word, _)| word)
}

fn list(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// `3h20m`
fn flag(minutes: Minutes) -> String {
    spoken(minutes).replace(' ', "")
}

/// `30000`, `12.50`
fn amount(money: Money) -> String {
    let plain = money.plain();
    match plain.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|b| b == b'0') => whole.to_owned(),
        _ => plain,
    }
}

fn expiry(expiry: Expiry) -> String {
    match expiry {
        Expiry::Days(days) => format!("{days}d"),
        Expiry::Months(months) => format!("{months}m"),
        Expiry::On(day) => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rub() -> Currency {
        Currency::of("RUB").unwrap()
    }

    /// `prepaid 10h; every month`
    fn read(text: &str) -> Result<Terms, Refusal> {
        let pairs: Vec<(&str, &str)> = text.split(';').filter_map(|pair| pair.trim().split_once(' ')).collect();
        Terms::read(&pairs, rub())
    }

    #[test]
    fn terms_are_read_and_written_with_the_same_keys() {
        for text in [
            "prepaid 10h; every month; price 30000; overage 4000; round 15m up per entry; min 15m; carry 50%; carry-max 5h; \
             carry-expires 1; carry-in 3h20m; bill advance; start 2026-01-01; currency RUB; name care; order 1; renew no; \
             alert 80%, 100%; alert-days 14; prorate no",
            "block 40h; expires 6m; off-hours 1.5; weekend 2; holiday 2.5; bill arrears; start 2026-01-01; end 2026-03-31; \
             currency JPY; name 40 часов; order 2; renew with leftovers; alert none; alert-days 30, 7; prorate yes",
            "deposit 50000; rate 35.50; expires 2026-12-31; carry-in 1500; bill advance; start 2026-01-01; currency EUR; \
             name deposit; order 1; renew without leftovers; alert 50%; alert-days none; prorate no",
            "flat 50000; every quarter; cap 20h; overage 0.500; bill advance; start 2026-01-01; currency KWD; name flat; \
             order 1; renew no; alert 80%, 100%; alert-days 14; prorate no",
            "hourly 3500; every week; bill arrears; start 2026-01-01; currency RUB; name hourly; order 999; renew no; \
             alert 80%, 100%; alert-days 14; prorate no",
        ] {
            let terms = read(text).unwrap();
            let written: Vec<String> = terms.pairs().iter().map(|(key, value)| format!("{key} {value}")).collect();
            assert_eq!(written.join("; "), text.split_whitespace().collect::<Vec<_>>().join(" "));
            assert_eq!(Terms::read(&terms.pairs(), Currency::of("USD").unwrap()), Ok(terms));
        }
    }

    #[test]
    fn what_is_left_out_has_its_usual_value() {
        let terms = read("hourly 3500; start 2026-01-01").unwrap();
        assert_eq!((terms.bill, terms.order, terms.name.as_str()), (Bill::Arrears, 1, "hourly"));
        assert_eq!((terms.rounding, terms.minimum, terms.factors), (None, 0, Factors::NONE));
        let carry = |text: &str| read(&format!("prepaid 10h; every week; start 2026-01-01{text}")).unwrap().carry;
        assert_eq!(carry(""), None);
        assert_eq!(carry("; carry-max 5h"), Some(Carry { percent: 100, most: Some(300), periods: None }));
        assert_eq!(carry("; carry-expires 2"), Some(Carry { percent: 100, most: None, periods: Some(2) }));
        let named = read("prepaid 10h; every month; price 300 EUR; overage 40; start 2026-01-01").unwrap();
        assert_eq!(named.overage.unwrap().currency.code(), "EUR");
    }

    #[test]
    fn terms_that_make_no_sense_are_refused_by_name() {
        let start = "start 2026-03-01";
        for (text, says) in [
            ("", "nothing says what is paid for"),
            ("price 30000", "nothing says what is paid for"),
            ("prepaid 10h; block 40h", "--block 40h"),
            ("prepaid 10h", "it needs --every"),
            ("deposit 50000", "it needs --rate"),
            ("prepaid -10h; every month", "hours are not below zero"),
            ("prepaid 0h; every month", "0h"),
            ("prepaid 10; every month", "\"10\""),
            ("prepaid 10h; every fortnight", "fortnight"),
            ("prepaid 10h; every month; price -5", "--price -5"),
            ("prepaid 10h; every month; price 0", "--price 0"),
            ("prepaid 10h; every month; overage 0", "--overage 0"),
            ("prepaid 10h; every month; price 300 EUR; overage 4000 RUB", "the contract is in EUR"),
            ("prepaid 10h; every month; price 300 EUR; currency RUB", "the contract is in RUB"),
            ("prepaid 10h; every month; price 12.345 EUR", "EUR has 2 decimals"),
            ("prepaid 10h; every month; currency RUR", "\"RUR\""),
            ("prepaid 10h; every month; end 2026-02-28", "it starts on 2026-03-01"),
            ("prepaid 10h; every month; end 2026-02-30", "2026-02-30"),
            ("prepaid 10h; every month; carry 150%", "--carry 150%"),
            ("prepaid 10h; every month; carry 50", "--carry 50"),
            ("prepaid 10h; every month; carry-expires 0", "--carry-expires 0"),
            ("prepaid 10h; every month; round 90m up", "a step is 1m to 60m"),
            ("prepaid 10h; every month; min 25h", "a day at most"),
            ("prepaid 10h; every month; off-hours 0", "factor"),
            ("prepaid 10h; every month; renew with leftovers", "it has no last day"),
            ("prepaid 10h; every month; expires 6m", "a contract with --prepaid has no such term"),
            ("prepaid 10h; every month; rate 5", "a contract with --prepaid has no such term"),
            ("prepaid 10h; every month; order 0", "--order 0"),
            ("prepaid 10h; every month; name ", "a name has"),
            ("prepaid 10h; every month; bill later", "later"),
            ("prepaid 10h; every month; alert 120%", "--alert 120%"),
            ("prepaid 10h; every month; prorate maybe", "maybe"),
            ("prepaid 10h; every month; price 1; price 2", "it was said before"),
            ("prepaid 10h; every month; color red", "no contract has it"),
            ("block 40h; carry 50%", "a contract with --block has no such term"),
            ("block 40h; expires 2026-02-28", "it starts on 2026-03-01"),
            ("block 40h; expires 6", "--expires 6"),
            ("block 40h; expires 0d", "--expires 0d"),
            ("deposit 50000; rate 35 EUR", "the contract is in RUB"),
            ("flat 50000; every month; overage 4000", "a flat fee without a cap has none"),
            ("hourly 3500; overage 4000", "a contract with --hourly has no such term"),
            ("hourly 3500; bill advance", "hours are not known in advance"),
        ] {
            let text = if text.is_empty() { start.to_owned() } else { format!("{text}; {start}") };
            let pairs: Vec<(&str, &str)> = text.split("; ").filter_map(|pair| pair.split_once(' ')).collect();
            let no = Terms::read(&pairs, rub()).expect_err(&text);
            assert!(no.to_string().contains(says), "{text}: {no}");
            assert!(no.hint().is_some(), "{text}");
        }
        assert!(read("hourly 3500").unwrap_err().to_string().contains("it needs --start"));
    }

    #[test]
    fn flags_are_quoted_for_a_shell() {
        let flags = |name: &str| {
            Terms::read(&[("hourly", "5"), ("start", "2026-01-01"), ("name", name)], rub()).unwrap().flags()
        };
        assert!(flags("care").contains("--name care --"));
        assert!(flags("it's ours").contains("--name \"it's ours\""));
        assert!(flags("a $(b) 'c'").contains(r"--name 'a $(b) '\''c'\'''"));
    }

    fn any_pairs() -> impl Strategy<Value = Vec<(String, String)>> {
        let value = prop::sample::select(vec![
            "10h",
            "3h20m",
            "30000",
            "12.50",
            "5 EUR",
            "month",
            "week",
            "50%",
            "1",
            "2",
            "6m",
            "90d",
            "2026-12-31",
            "1.5",
            "arrears",
            "15m up per ticket-day",
            "none",
            "with leftovers",
            "80%,90%",
            "30,7",
            "yes",
            "EUR",
            "JPY",
            "care",
        ]);
        let key = prop::sample::select(KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        let main = prop::sample::select(vec![
            vec![("prepaid", "10h"), ("every", "month")],
            vec![("block", "40h")],
            vec![("deposit", "500"), ("rate", "35")],
            vec![("flat", "500"), ("every", "quarter"), ("cap", "9h")],
            vec![("hourly", "35")],
        ]);
        (main, prop::collection::vec((key, value), 0..4)).prop_map(|(main, more)| {
            let start = [("start", "2026-01-31")];
            main.into_iter().chain(start).chain(more).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(pairs in any_pairs()) {
            if let Ok(terms) = Terms::read(&pairs, rub()) {
                prop_assert_eq!(Terms::read(&terms.pairs(), Currency::of("USD").unwrap()), Ok(terms));
            }
        }

        #[test]
        fn no_value_panics(at in 0..KEYS.len(), value in "\\PC{0,20}", near in "-?[0-9]{0,12}[.,]?[0-9]{0,3} ?[hmdw%₽]{0,2}") {
            for value in [value, near] {
                let _ = Terms::read(&[(KEYS[at].0, value.as_str()), ("hourly", "5"), ("start", "2026-01-01")], rub());
                let _ = Terms::read(&[(KEYS[at].0, value.as_str()), ("block", "5h"), ("start", "2026-01-01")], rub());
            }
        }
    }
}
