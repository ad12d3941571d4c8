//! Papers and a page to look at, as a studio would send them, and what strangers would like to put into them.

use crate::domain::billing::client_page::{ClientPage, PageTicket};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::money::Money;
use crate::domain::billing::paper::{Estimated, Fee, Paper, Pool, Sort, Tax, Time, Work};
use crate::domain::ticket::Status;
use crate::domain::time::Date;
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(super) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn map(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

const SUBJECTS: [(&str, &str); 5] = [
    (
        "Не приходит счёт за октябрь после переезда почтового сервера на новый адрес, а бухгалтерия требует его до пятницы",
        "Нашли письмо в карантине шлюза, добавили адрес отправителя в список разрешённых",
    ),
    ("1С не печатает накладные", "Обновили драйвер, проверили печать на трёх рабочих местах"),
    ("VPN", "Новый сертификат"),
    ("Сверхдлинноесловобезпробелов_https://example.com/очень/длинный/адрес/страницы/с/параметрами?a=1&b=2&c=3&d=4", ""),
    ("Настройка рабочих мест для новых сотрудников отдела продаж", "Учётные записи, почта, доступы, телефония"),
];
const ENGLISH: [(&str, &str); 4] = [
    ("Cannot log in after the password was changed", "Reset the second factor, checked with the user"),
    ("Printer on the second floor is on fire", "Replaced the fuser, ordered a spare one"),
    ("VPN", "New certificate"),
    ("Set up laptops for the new colleagues in sales, with mail, telephony and all shares they need", "Three laptops"),
];

/// Forty entries: most out of the pool, some beyond it, some given away.
fn work(lang: &str, currency: Currency, rate: i64) -> Vec<Work> {
    let subjects: &[(&str, &str)] = if lang == "ru" { &SUBJECTS } else { &ENGLISH };
    let rate = Money::of(rate, currency);
    let entry = |n: i64| {
        let at = usize::try_from(n).unwrap();
        let (subject, text) = subjects[at % subjects.len()];
        let minutes = 10 + (n * 25) % 115;
        let (covered, overage, free) = match n {
            5 | 17 => (0, 0, minutes),
            28 => (5, minutes - 5, 0),
            29.. => (0, minutes, 0),
            _ => (minutes, 0, 0),
        };
        Work {
            entry: n,
            ticket: (n % 9 != 7).then_some(100 + n % 5),
            subject: if n % 9 == 7 { String::new() } else { subject.to_owned() },
            day: date("2026-11-02") + chrono::Days::new(u64::try_from(n * 7 / 10).unwrap()),
            agent: ["mila", "Константин"][at % 2].to_owned(),
            text: if n % 9 == 7 && text.is_empty() { "Созвон".to_owned() } else { text.to_owned() },
            activity: None,
            contract: Some("Support".to_owned()),
            actual_minutes: minutes,
            billed_minutes: minutes - free,
            covered_minutes: covered,
            overage_minutes: overage,
            flat_minutes: 0,
            free_minutes: free,
            rate: (overage > 0).then_some(rate),
            amount: rate.for_minutes(overage).unwrap(),
        }
    };
    (0..40).map(entry).collect()
}

pub(super) fn times(work: &[Work]) -> Time {
    let sum = |of: fn(&Work) -> i64| work.iter().map(of).sum();
    Time {
        actual_minutes: sum(|w| w.actual_minutes),
        billed_minutes: sum(|w| w.billed_minutes),
        covered_minutes: sum(|w| w.covered_minutes),
        overage_minutes: sum(|w| w.overage_minutes),
        flat_minutes: sum(|w| w.flat_minutes),
        free_minutes: sum(|w| w.free_minutes),
    }
}

fn pools(lang: &str, currency: Currency) -> Vec<Pool> {
    let pool = |contract: &str, kind: &str, last: Option<&str>| Pool {
        contract: contract.to_owned(),
        kind: kind.to_owned(),
        first: date("2026-11-01"),
        last: last.map(date),
        included_minutes: 0,
        carried_minutes: 0,
        used_minutes: 0,
        left_minutes: 0,
        overage_minutes: 0,
        carried_out_minutes: None,
        money: None,
    };
    let support = if lang == "ru" { "Поддержка офиса на Лиговском" } else { "Support" };
    vec![
        Pool {
            included_minutes: 1800,
            carried_minutes: 200,
            used_minutes: 1685,
            left_minutes: 315,
            overage_minutes: 655,
            carried_out_minutes: Some(300),
            ..pool(support, "prepaid", Some("2026-11-30"))
        },
        Pool { included_minutes: 2400, used_minutes: 600, left_minutes: 1800, ..pool("2026", "block", None) },
        Pool {
            used_minutes: 90,
            money: Some((Money::of(5_000_000, currency), Money::of(1_234_550, currency))),
            ..pool("Q4", "deposit", Some("2026-12-31"))
        },
        Pool { overage_minutes: 75, ..pool("Extra", "hourly", Some("2026-11-30")) },
    ]
}

/// A paper of forty entries.
pub(super) fn paper(sort: Sort, lang: &str) -> Paper {
    let currency = Currency::of(if lang == "ru" { "RUB" } else { "EUR" }).unwrap();
    let sum = |minor| Money::of(minor, currency);
    let work = work(lang, currency, if lang == "ru" { 450_000 } else { 9_500 });
    let fee = |contract: &str, kind: &str, minutes, amount| Fee {
        contract: contract.to_owned(),
        kind: kind.to_owned(),
        minutes,
        first: date("2026-12-01"),
        last: Some(date("2026-12-31")),
        amount: sum(amount),
    };
    let support = if lang == "ru" { "Поддержка офиса на Лиговском" } else { "Support" };
    let fees = if lang == "ru" {
        vec![fee(support, "prepaid", Some(1800), 12_000_000), fee("Сайт", "flat", None, 1_500_050)]
    } else {
        vec![fee(support, "prepaid", Some(1800), 250_000)]
    };
    let lines = fees.iter().map(|fee| fee.amount).chain(work.iter().map(|work| work.amount));
    let net = Money::sum(lines, currency).unwrap();
    let tax = if lang == "ru" { None } else { Tax::on(net, 20_000, false) };
    let total = tax.map_or(net, |tax| tax.total(net).unwrap());
    let (ours, theirs) = if lang == "ru" { (russian_seller(), russian_buyer()) } else { (english(), buyer()) };
    Paper {
        sort,
        number: (sort != Sort::Statement).then(|| "7".to_owned()),
        lang: lang.to_owned(),
        on: Some(date("2026-12-01")),
        due: Some(date("2026-12-10")),
        first: date("2026-11-01"),
        last: date("2026-11-30"),
        currency,
        ours,
        theirs,
        of: matches!(sort, Sort::Credit | Sort::Act).then(|| ("6".to_owned(), date("2026-11-01"))),
        fees,
        time: times(&work),
        work,
        pools: pools(lang, currency),
        estimates: vec![
            Estimated {
                ticket: 104,
                subject: SUBJECTS[4].0.to_owned(),
                estimate_minutes: 480,
                approved: true,
                billed_minutes: 515,
            },
            Estimated {
                ticket: 102,
                subject: "VPN".to_owned(),
                estimate_minutes: 120,
                approved: false,
                billed_minutes: 45,
            },
        ],
        net,
        tax,
        tax_note: String::new(),
        total,
        balance: total.plus(sum(100_000)),
        note: if lang == "ru" {
            "Оплата означает согласие с условиями договора.\nВопросы: bill@studio.example".to_owned()
        } else {
            "Thank you for working with us.".to_owned()
        },
    }
}

fn russian_seller() -> BTreeMap<String, String> {
    map(&[
        ("name", "ООО «Студия технической поддержки „Северный ветер“»"),
        ("inn", "7801234567"),
        ("kpp", "780101001"),
        ("account", "40702810900000012345"),
        ("bank", "Филиал «Санкт-Петербургский» АО «Пример-Банк», г. Санкт-Петербург"),
        ("bik", "044030786"),
        ("corr", "30101810600000000786"),
        ("address", "191040, г. Санкт-Петербург, Лиговский пр., д. 50, корп. 13, оф. 204"),
        ("director", "Ветрова М. А."),
        ("accountant", "Костин К. К."),
        ("phone", "+7 812 000-00-00"),
        ("email", "bill@studio.example"),
    ])
}

fn russian_buyer() -> BTreeMap<String, String> {
    map(&[
        ("name", "АО «Акме»"),
        ("inn", "7709876543"),
        ("kpp", "770901001"),
        ("address", "105064, г. Москва, ул. Земляной Вал, д. 9"),
        ("director", "Петров П. П."),
        ("Договор", "№ 12/26 от 01.03.2026"),
    ])
}

fn english() -> BTreeMap<String, String> {
    map(&[
        ("name", "North Wind Support Ltd"),
        ("vat", "EE100000000"),
        ("iban", "EE00 0000 0000 0000 0000"),
        ("swift", "EXMPEE2X"),
        ("address", "Pikk 1\n10123 Tallinn\nEstonia"),
        ("email", "bill@studio.example"),
    ])
}

fn buyer() -> BTreeMap<String, String> {
    map(&[
        ("name", "Acme Inc."),
        ("vat", "DE000000000"),
        ("address", "1 Main Street, Springfield"),
        ("PO number", "4711"),
    ])
}

/// A client's page.
pub(super) fn page(lang: &str) -> ClientPage {
    let currency = Currency::of("RUB").unwrap();
    let work: Vec<Work> = work(lang, currency, 450_000).into_iter().take(14).collect();
    let ticket = |number, subject: &str, status, waiting| PageTicket {
        number,
        subject: subject.to_owned(),
        status,
        opened: date("2026-11-02"),
        due: (number % 2 == 0).then(|| date("2026-12-04")),
        waiting,
        closed: (status == Status::Closed).then(|| date("2026-11-20")),
    };
    let subjects: &[(&str, &str)] = if lang == "ru" { &SUBJECTS } else { &ENGLISH };
    let open = [(Status::Pending, true), (Status::Open, false), (Status::New, false), (Status::Hold, false)];
    let open = open.iter().zip(subjects).zip(118..).map(|(((status, waits), (s, _)), n)| ticket(n, s, *status, *waits));
    let done = subjects.iter().zip(100..).map(|((subject, _), n)| ticket(n, subject, Status::Closed, false));
    ClientPage {
        lang: lang.to_owned(),
        name: if lang == "ru" { "АО «Акме»" } else { "Acme Inc." }.to_owned(),
        made_on: date("2026-11-30"),
        open: open.collect(),
        done: done.collect(),
        pools: pools(lang, currency),
        time: times(&work),
        work,
    }
}

fn any_work(currency: Currency) -> impl Strategy<Value = Work> {
    let text = || "[a-zа-я|*_<>&{}%#\\\\ \n\u{202e}]{0,24}";
    let minutes = || 0_i64..600;
    (text(), text(), prop::option::of(1_i64..9999), minutes(), minutes(), 0_i64..1_000_000, 0_u64..30).prop_map(
        move |(subject, words, ticket, covered, overage, rate, day)| Work {
            entry: 1,
            ticket,
            subject,
            day: date("2026-11-01") + chrono::Days::new(day),
            agent: "mila".to_owned(),
            text: words,
            activity: None,
            contract: None,
            actual_minutes: covered + overage,
            billed_minutes: covered + overage,
            covered_minutes: covered,
            overage_minutes: overage,
            flat_minutes: 0,
            free_minutes: 0,
            rate: Some(Money::of(rate, currency)),
            amount: Money::of(rate, currency).for_minutes(overage).unwrap(),
        },
    )
}

/// Papers of all sizes and currencies, as an invoice in Russian.
pub(super) fn any_paper() -> impl Strategy<Value = Paper> {
    prop::sample::select(vec!["RUB", "EUR", "USD", "JPY", "KWD"]).prop_flat_map(|code| {
        let currency = Currency::of(code).unwrap();
        let work = prop::collection::vec(any_work(currency), 0..8);
        let fees =
            prop::collection::vec(("[a-z«»]{0,12}", 0_usize..5, prop::option::of(0_i64..9000), any::<i32>()), 0..4);
        (work, fees, prop::option::of((0_i64..30_000, any::<bool>())), any::<bool>()).prop_map(
            move |(mut work, fees, tax, is_numbered)| {
                work.sort_by_key(|work| work.day);
                let base = paper(Sort::Invoice, "ru");
                let kinds = ["prepaid", "block", "deposit", "flat", "other"];
                let fees: Vec<Fee> = fees
                    .into_iter()
                    .map(|(contract, kind, minutes, minor)| Fee {
                        contract,
                        kind: kinds[kind].to_owned(),
                        minutes,
                        first: date("2026-11-01"),
                        last: (kind != 1).then(|| date("2026-11-30")),
                        amount: Money::of(minor.into(), currency),
                    })
                    .collect();
                let amounts = fees.iter().map(|fee| fee.amount).chain(work.iter().map(|work| work.amount));
                let net = Money::sum(amounts, currency).unwrap();
                let tax = tax.and_then(|(rate, included)| Tax::on(net, rate, included));
                let total = tax.map_or(net, |tax| tax.total(net).unwrap());
                let number = is_numbered.then(|| "2026-17".to_owned());
                let time = times(&work);
                Paper {
                    number,
                    currency,
                    fees,
                    time,
                    work,
                    pools: vec![],
                    net,
                    tax,
                    total,
                    balance: Some(total),
                    ..base
                }
            },
        )
    })
}
