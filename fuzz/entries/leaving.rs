//! What leaves: letters, and reports in every form.

use std::collections::BTreeSet;

use frontdesk::domain::mail::{Address, Part};
use frontdesk::domain::time::Moment;
use frontdesk::formats::limits::Limits;
use frontdesk::formats::mail::mail;
use frontdesk::formats::records::{Form, read};
use frontdesk::post::compose::{Letter, Quote, compose, harmless};
use frontdesk::render::{Dress, Format, guard, render};
use frontdesk::report::{
    Bar, Cell, Chart, Column, Fact, Facts, Part as Piece, Plot, Report, Series, Shape, Style, Table,
};

#[path = "../../tests/outputs/html.rs"]
mod html;
#[path = "../../tests/outputs/people.rs"]
mod people;

/// The fields of a letter's head.
const HEAD: &[&str] = &[
    "Date",
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Precedence",
    "X-Desk-Instance",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// The texts between the bytes 0x1e.
fn texts(data: &[u8]) -> Vec<String> {
    data.split(|b| *b == 0x1e).map(|piece| String::from_utf8_lossy(piece).into_owned()).collect()
}

/// A letter: names, addresses, subject, ids, words, quote, signature and the name of a file, in this order, with 0x1e between.
/// It has the fields that we wrote, each once, in lines that every server takes, goes to those it is meant for, and says what
/// it should.
pub fn letter(data: &[u8]) {
    let texts = texts(data);
    let at = |n: usize| texts.get(n).map_or("", String::as_str);
    let address = |n: usize| Address { name: at(n).to_owned(), email: at(n + 1).to_owned() };
    let from = Address { name: at(0).to_owned(), email: "support@desk.test".to_owned() };
    let (to, cc, back) = ([address(1)], [address(3)], address(5));
    let references: Vec<String> = at(9).split(' ').map(str::to_owned).collect();
    let file = Part { name: at(14).to_owned(), media_type: at(15).to_owned(), content: b"a file".to_vec() };
    let letter = Letter {
        from: &from,
        to: &to,
        cc: if at(4).is_empty() { &[] } else { &cc },
        reply_to: Some(&back).filter(|back| !back.email.is_empty()),
        subject: at(7),
        message_id: at(8),
        in_reply_to: Some(at(9)).filter(|id| !id.is_empty()),
        references: &references,
        at: Moment(1_795_176_000),
        offset: 10_800,
        text: at(10),
        signature: Some(at(11)),
        quote: Some(Quote { attribution: at(12), text: at(13) }),
        attachments: if at(14).is_empty() { &[] } else { std::slice::from_ref(&file) },
        automatic: None,
        instance: "00c0ffee00c0ffee",
    };
    let Ok(bytes) = compose(&letter) else { return };
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{text:?}");
    assert!(text.split("\r\n").all(|line| line.len() <= 998), "{text}");
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let mut seen = BTreeSet::new();
    for line in head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])) {
        let (name, _) = line.split_once(':').unwrap();
        assert!(HEAD.contains(&name) && seen.insert(name), "{line:?} in {head:?}");
    }
    let read = mail(&bytes, &Limits::default()).unwrap();
    let mails = |list: &[Address]| list.iter().map(|a| a.email.clone()).collect::<Vec<_>>();
    assert_eq!(
        (read.to.len(), read.cc.len(), read.reply_to.len()),
        (1, letter.cc.len(), usize::from(letter.reply_to.is_some())),
        "{text}"
    );
    if at(2).is_ascii() {
        // Programs put an address in apostrophes: whoever reads it takes them away.
        assert_eq!(mails(&read.to), [at(2).trim_matches('\'').to_owned()], "{text}");
    }
    assert!(!read.subject.contains(['\r', '\n']), "{text}");
    assert_eq!(read.attachments.len(), usize::from(!at(14).is_empty()), "{text}");
}

/// Texts, with 0x1e between, in every place of a report and in each of its forms: nothing steers a terminal, is wider than it,
/// or is markup; data tells exactly what was said. And light markdown as HTML.
pub fn sinks(data: &[u8]) {
    let texts = texts(data.get(..8_000).unwrap_or(data));
    let report = report(&texts);
    let said = |format, width| {
        let dress = Dress { width, ..Dress::plain(Moment(1_795_176_000)) };
        render(&report, format, None, &dress).unwrap()
    };
    for width in [None, Some(12), Some(40), Some(120)] {
        let text = said(Format::Text, width);
        assert_eq!(people::harmful(&text), None, "{text:?}");
        assert_eq!(width.and_then(|cells| people::too_wide(&text, cells)), None, "{width:?}");
    }
    let page = said(Format::Html, None);
    let parts = html::made_of(&page).unwrap_or_else(|e| panic!("{e}: {page}"));
    assert!(!parts.iter().any(|part| part.starts_with("<a ") || does_something(part)), "{parts:?}");
    assert_eq!(people::harmful(&page), None, "{page}");
    let text = said(Format::Md, None);
    assert_eq!((people::markup(&text), people::harmful(&text)), (None, None), "{text}");
    exact(&texts, &said(Format::Json, None), &said(Format::Csv, None));
    for text in &texts {
        assert_eq!(
            (people::harmful(&guard::line(text)), people::harmful(&guard::body(text))),
            (None, None),
            "{text:?}"
        );
        let page = format!("<!doctype html>{}", harmless(text));
        let parts = html::made_of(&page).unwrap_or_else(|e| panic!("{e}: {page}"));
        assert!(!parts.iter().any(|part| does_something(part)), "{text:?}: {parts:?}");
    }
}

/// Whether a part of a page runs or loads something.
fn does_something(part: &str) -> bool {
    let loads = ["<img", "<script", "script:", "<iframe", "<object", "<link", "<form", "<base"];
    loads.iter().any(|name| part.starts_with(name))
        || part.starts_with('<') && (part.contains(" on") || part.contains("script:…") || part.contains("data:…"))
}

/// JSON has every text as it is; a table that is read again has the rows, and their texts but for what is hidden in them.
fn exact(texts: &[String], json: &str, csv: &str) {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    let rows = value["rows"].as_array().unwrap();
    assert!(rows.len() == texts.len() && rows.iter().zip(texts).all(|(row, text)| row["text"] == **text), "{json}");
    assert_eq!(people::harmful(json), None, "{json}");
    let plain = |text: &str| {
        text.chars().all(|c| {
            !c.is_control() && people::harmful(&c.to_string()).is_none() && !"\u{200c}\u{200d}\u{85}\u{a0}".contains(c)
        })
    };
    if !texts.iter().all(|text| plain(text) && !text.trim().is_empty()) {
        return;
    }
    let again = read("file", Box::new(std::io::Cursor::new(csv.as_bytes().to_vec())), Some(Form::Csv)).unwrap();
    let again: Vec<String> =
        again.map(|row| row.unwrap().members["text"].as_str().unwrap_or_default().to_owned()).collect();
    assert!(again.iter().map(|text| text.trim()).eq(texts.iter().map(|text| text.trim())), "{csv}");
}

/// A report with every text in each place that takes one.
fn report(texts: &[String]) -> Report {
    let first = texts.first().cloned().unwrap_or_default();
    let columns = vec![
        Column::new("text", "text", Style::Left),
        Column::new("flex", "flex", Style::Flex),
        Column::new("tags", "tags", Style::Flex),
        Column::new("right", "right", Style::Right),
        Column::new("pairs", "pairs", Style::Left),
    ];
    let marked = |text: &String| {
        let end = text.char_indices().nth(3).map_or(text.len(), |(at, _)| at);
        Cell::Marked(text.clone(), vec![(0, end)])
    };
    let row = |text: &String| {
        vec![
            Cell::Text(text.clone()),
            marked(text),
            Cell::Tags(text.split(' ').map(str::to_owned).collect()),
            Cell::List(vec![Cell::Text(text.clone()), Cell::Record(vec![("a", Cell::Text(text.clone()))])]),
            Cell::Pairs(vec![(text.clone(), text.clone())]),
        ]
    };
    let rows: Vec<Vec<Cell>> = texts.iter().map(row).collect();
    let table = Table {
        key: "rows",
        title: first.clone(),
        columns,
        rows: rows.clone(),
        total: rows.first().cloned(),
        empty: "none",
        ..Table::default()
    };
    let body = vec![Column::new("name", "name", Style::Left), Column::new("text", "text", Style::Body)];
    let cards = texts.iter().map(|text| vec![Cell::Text(text.clone()), marked(text)]).collect();
    let cards = Table { key: "cards", columns: body, rows: cards, ..Table::default() };
    let facts = |inline| {
        let rows = texts.iter().map(|text| Fact::new("fact", "Fact", Cell::Text(text.clone()))).collect();
        Piece::Facts(Facts {
            key: if inline { "inline" } else { "facts" },
            title: first.clone(),
            inline,
            rows,
            ..Facts::default()
        })
    };
    let bar =
        |(n, text): (usize, &String)| Bar { label: text.clone(), value: Cell::Count(n as i64 + 1), ..Bar::default() };
    let bars = Plot::Bars(texts.iter().enumerate().map(bar).collect());
    let series = Series { name: first.clone(), values: texts.iter().map(|_| Cell::Count(3)).collect() };
    let series = Plot::Series { labels: texts.to_vec(), series: vec![series] };
    let chart = |plot| Piece::Chart(Chart { title: first.clone(), plot });
    let section = Report { title: first.clone(), parts: vec![Piece::Prose(texts.join("\n"))], ..Report::default() };
    let parts = vec![
        facts(false),
        facts(true),
        Piece::Table(table),
        Piece::Cards(cards),
        chart(bars),
        chart(series),
        Piece::Section(section),
    ];
    Report { title: first, shape: Shape::Object, parts, notes: Vec::new() }
}
