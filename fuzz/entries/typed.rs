//! What people type and write: dates, lengths of time, queries, settings, and single lines in which much is looked for.

use frontdesk::domain::billing::currency::Currency;
use frontdesk::domain::billing::duration::{spoken, waited, worked};
use frontdesk::domain::billing::money::Money;
use frontdesk::domain::contact::{Point, is_address, read_person};
use frontdesk::domain::hidden::is_hidden;
use frontdesk::domain::mapping::{Dates, Order, priority_of, spent, status_of};
use frontdesk::domain::period::Period;
use frontdesk::domain::search;
use frontdesk::domain::subject::{answered, normal, number_in};
use frontdesk::domain::survey::rating;
use frontdesk::domain::time::Moment;
use frontdesk::domain::token::{Mark, in_address, in_message_id, message_id, reply_address};
use frontdesk::domain::url::url;
use frontdesk::domain::when::{Lean, day, when};
use frontdesk::domain::zone::Zone;
use frontdesk::formats::ics::holidays;
use frontdesk::settings::{Own, put_own, read_shared, write_shared};

/// Friday, 20 November 2026, 12:00 in London.
const NOON: Moment = Moment(1_795_176_000);

/// A date, a period or a length of time, one on each line: what is understood means the same when it is written out.
pub fn words(data: &[u8]) {
    let zones = ["Europe/Moscow", "America/New_York", "Pacific/Apia"].map(|name| Zone::bundled(name).unwrap());
    for text in String::from_utf8_lossy(data).lines() {
        for zone in &zones {
            for lean in [Lean::Past, Lean::Future] {
                if let Ok(read) = when(text, lean, NOON, zone) {
                    let again = when(&read.at.rfc3339(), lean, NOON, zone).unwrap();
                    assert_eq!(read.at, again.at, "{text}");
                }
                if let Ok(read) = day(text, lean, NOON, zone) {
                    assert_eq!(day(&read.to_string(), lean, NOON, zone).ok(), Some(read), "{text}");
                }
            }
            if let Ok(period) = Period::parse(text, NOON, zone) {
                assert!(period.days() > 0 && !period.label().is_empty(), "{text}");
                let _ = period.previous(zone);
            }
            machine(text, zone);
        }
        if let Ok(minutes) = worked(text) {
            assert!(minutes > 0, "{text}");
            assert_eq!(worked(&spoken(minutes)).ok(), Some(minutes), "{text}");
        }
        assert!(waited(text).is_ok_and(|seconds| seconds >= 0) || waited(text).is_err(), "{text}");
        let _ = (spent(text, None), status_of(text), priority_of(text));
    }
}

/// A date as a machine writes it.
fn machine(text: &str, zone: &Zone) {
    for order in [None, Some(Order::DayFirst), Some(Order::MonthFirst)] {
        let dates = Dates { zone: zone.clone(), order, serials: order.is_none() };
        if let Ok(stamp) = dates.stamp(text) {
            let again = dates.stamp(&stamp.at.rfc3339()).unwrap();
            assert_eq!(stamp.at, again.at, "{text}");
            let _ = dates.end_of_day(stamp.at);
        }
        let _ = dates.day(text);
    }
}

/// A line of somebody else that may name one of our messages: only what we signed is taken for ours. And whatever else is read
/// out of such lines: numbers in subjects, ratings, people, links, money.
pub fn token(data: &[u8]) {
    let (key, uid, own) = ([7_u8; 32], "00c0ffee00c0ffee", ["support@acme.test".to_owned()]);
    let mut sent_to = |_| Some("ann@acme.test".to_owned());
    for line in String::from_utf8_lossy(data).lines() {
        if let Mark::Ours(token) = in_message_id(line, &key, uid, &mut sent_to) {
            let ours = message_id(&key, uid, token, "ann@acme.test", "x");
            let signed = ours.split('@').next().unwrap_or_default();
            assert!(line.to_lowercase().contains(signed), "{line} is taken for {signed}");
        }
        if let Mark::Ours(token) = in_address(line, &key, &own, &mut sent_to) {
            let ours = reply_address("support@acme.test", &key, token, "ann@acme.test").unwrap();
            let signed = ours.trim_start_matches("support").split('@').next().unwrap_or_default();
            assert!(line.to_lowercase().contains(signed), "{line} is taken for {ours}");
        }
        let subject = answered(line, 42);
        assert!(
            subject.chars().count() <= 200 && number_in(&subject) == Some(42) && !subject.chars().any(is_hidden),
            "{subject:?}"
        );
        assert_eq!(answered(&subject, 42), subject, "{line:?}");
        assert!(number_in(line).is_none_or(|number| line.contains(&format!("[#{number}]"))), "{line:?}");
        if let Some(said) = rating(line) {
            assert!((1..=5).contains(&said.score), "{line:?}");
        }
        if let Some(point) = Point::read(line) {
            assert_eq!(Point::read(&point.value).map(|again| again.key()), Some(point.key()), "{line:?}");
        }
        let _ = (read_person(line), normal(line), is_address(line));
        if let Ok(kept) = url(line) {
            assert!(
                kept.starts_with("http") && !kept.chars().any(char::is_control) && url(&kept) == Ok(kept.clone()),
                "{line:?}"
            );
        }
        let rub = Currency::of("RUB").unwrap();
        if let Ok(money) = Money::parse(line, rub) {
            assert_eq!(Money::parse(&money.plain(), money.currency), Ok(money), "{line:?}");
        }
    }
}

/// Holidays out of a calendar file: it is read or refused with its place, and what is read is bounded.
pub fn ics(data: &[u8]) {
    match holidays(&String::from_utf8_lossy(data), "file.ics") {
        Ok(read) => assert!(read.once.len() + read.yearly.len() <= 20_000, "{}", read.once.len()),
        Err(error) => assert!(!error.what.is_empty()),
    }
}

/// A query: it is read or refused with a sentence, whether free text goes along or not.
pub fn query(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let words: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for free in [false, true] {
        match search::parse(&words, free, NOON, &Zone::utc()) {
            Ok(query) => assert!(!query.is_empty() || words.iter().all(|word| word.trim().is_empty()), "{text:?}"),
            Err(refusal) => assert!(!refusal.to_string().is_empty(), "{text:?}"),
        }
    }
}

/// Settings: a mistake has its place; what is read, written and read again is the same, and one key changed leaves a file that
/// can be read.
pub fn settings(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let zones = |name: &str| Zone::bundled(name).is_some();
    match read_shared(&text, "file", &zones) {
        Ok(mut read) => {
            let written = write_shared(&read);
            let mut again = read_shared(&written, "file", &zones).unwrap_or_else(|e| panic!("{}\n{written}", e.what));
            read.sort_by(|a, b| a.0.cmp(&b.0));
            again.sort_by(|a, b| a.0.cmp(&b.0));
            assert_eq!(read, again, "{written}");
        }
        Err(error) => assert!(error.what.starts_with("file:"), "{}", error.what),
    }
    match Own::read(&text, "file") {
        Ok(_) => {
            if let Ok(changed) = put_own(&text, "me", Some("mila"), "file") {
                assert_eq!(Own::read(&changed, "file").unwrap().me.as_deref(), Some("mila"));
            }
        }
        Err(error) => assert!(error.what.starts_with("file:"), "{}", error.what),
    }
}
