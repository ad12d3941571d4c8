//! One report in every format side by side, and what holds of every format: nothing hostile gets through, nothing is
//! wider than the terminal, people's parts and data's parts stay apart.

use super::width::width;
use super::{Dress, Format, render};
use crate::domain::billing::currency::Currency;
use crate::domain::billing::money::Money;
use crate::domain::hidden::is_hidden;
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::Moment;
use crate::error::Kind;
use crate::report::{Audience, Bar, Cell, Chart, Column, Fact, Facts, Part, Plot, Report, Series, Shape, Style, Table};
use proptest::prelude::*;
use serde_json::json;

const NOW: Moment = Moment(1_795_176_000);
const FAMILY: &str = "👨\u{200d}👩\u{200d}👧";

fn text(t: &str) -> Cell {
    Cell::Text(t.into())
}

fn dress(cells: Option<usize>) -> Dress {
    Dress { width: cells, ..Dress::plain(NOW) }
}

fn say(report: &Report, format: Format) -> String {
    render(report, format, None, &dress(None)).unwrap()
}

fn pick(report: &Report, format: Format, fields: &[&str]) -> crate::error::Result<String> {
    let fields: Vec<String> = fields.iter().map(|f| (*f).to_owned()).collect();
    render(report, format, Some(&fields), &dress(None))
}

fn parsed(report: &Report) -> serde_json::Value {
    serde_json::from_str(&say(report, Format::Json)).unwrap()
}

fn ticket(n: i64, status: Status, priority: Priority, subject: &str, tags: &[&str], minutes: i64) -> Vec<Cell> {
    vec![
        Cell::Ticket(n),
        Cell::Status(status),
        Cell::Priority(priority),
        text(subject),
        Cell::Tags(tags.iter().map(|t| (*t).to_owned()).collect()),
        Cell::Ago(NOW.plus(-3_600 * n)),
        Cell::Minutes(minutes),
        Cell::Record(vec![("name", Cell::Empty), ("email", text("joe@acme.test"))]),
    ]
}

fn tickets() -> Table {
    Table {
        key: "tickets",
        columns: vec![
            Column::new("number", "#", Style::Right),
            Column::new("status", "Status", Style::Left),
            Column::new("priority", "Prio", Style::Left),
            Column::new("subject", "Subject", Style::Flex),
            Column::new("tags", "Tags", Style::Flex),
            Column::new("updated_at", "Updated", Style::Right),
            Column::new("logged_minutes", "Logged", Style::Right),
            Column::data("requester"),
        ],
        rows: vec![
            ticket(12, Status::New, Priority::Urgent, "Checkout returns 500 | =now", &["billing", "outage"], 0),
            ticket(3, Status::Open, Priority::Normal, "請求書 é <b> \x1b[2J", &[], 90),
        ],
        total: Some(vec![
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            text("Total"),
            Cell::Empty,
            Cell::Empty,
            Cell::Minutes(90),
        ]),
        empty: "No tickets.",
        ..Table::default()
    }
}

fn list() -> Report {
    Report { shape: Shape::List, parts: vec![Part::Table(tickets())], ..Report::default() }
}

fn page() -> Report {
    let facts = |key, title: &str, inline, rows| {
        Part::Facts(Facts { key, title: title.into(), inline, rows, audience: Audience::All })
    };
    Report {
        title: "12  Checkout".into(),
        parts: vec![
            facts(
                "",
                "",
                true,
                vec![Fact::new("status", "", Cell::Status(Status::Open)), Fact::new("assignee", "with", text("ana"))],
            ),
            facts(
                "sla",
                "SLA",
                false,
                vec![
                    Fact::new("left_minutes", "Left", Cell::Minutes(-90)),
                    Fact::new("due_at", "Due", Cell::At(NOW)),
                    Fact::new("closed_at", "Closed", Cell::Empty),
                    Fact::data("met", Cell::Flag(false)),
                ],
            ),
            Part::Cards(Table {
                key: "messages",
                title: "Conversation".into(),
                columns: vec![
                    Column::data("id"),
                    Column::new("direction", "", Style::Left),
                    Column::new("author", "", Style::Left),
                    Column::new("attachments", "", Style::Left),
                    Column::new("text", "", Style::Body),
                ],
                rows: vec![
                    vec![
                        Cell::Count(7),
                        text("in"),
                        text("Joe"),
                        Cell::List(vec![Cell::Record(vec![("name", text("log.txt")), ("bytes", Cell::Bytes(1_234))])]),
                        text("It *fails*.\r\n> - really?\r\n\r\nJoe"),
                    ],
                    vec![
                        Cell::Count(8),
                        text("out"),
                        text("ana"),
                        Cell::List(vec![]),
                        Cell::Marked("We see it.".into(), vec![(3, 6)]),
                    ],
                ],
                ..Table::default()
            }),
            Part::Chart(Chart::bars("By day", [("Mon".into(), Cell::Count(4)), ("Вт".into(), Cell::Count(1))])),
            Part::Prose("Two\nlines.".into()),
        ],
        ..Report::default()
    }
}

#[test]
fn a_list_in_every_format() {
    assert_eq!(
        say(&list(), Format::Text),
        " #  Status  Prio    Subject                      Tags              Updated  Logged
12  new     urgent  Checkout returns 500 | =now  +billing +outage      12h      0m
 3  open            請求書 é <b> ␛[2J                                   3h  1h 30m
                    ───────────────────────────                             ──────
                    Total                                                   1h 30m
"
    );
    assert_eq!(
        say(&list(), Format::Json),
        r#"[
  {"number":12,"status":"new","priority":"urgent","subject":"Checkout returns 500 | =now","tags":["billing","outage"],"updated_at":"2026-11-20T00:00:00Z","logged_minutes":0,"requester":{"name":null,"email":"joe@acme.test"}},
  {"number":3,"status":"open","priority":"normal","subject":"請求書 é <b> \u001b[2J","tags":[],"updated_at":"2026-11-20T09:00:00Z","logged_minutes":90,"requester":{"name":null,"email":"joe@acme.test"}}
]
"#
    );
    assert_eq!(
        say(&list(), Format::Csv),
        "number,status,priority,subject,tags,updated_at,logged_minutes,requester_name,requester_email
12,new,urgent,Checkout returns 500 | =now,billing outage,2026-11-20T00:00:00Z,0,,joe@acme.test
3,open,normal,請求書 é <b> ␛[2J,,2026-11-20T09:00:00Z,90,,joe@acme.test
"
    );
    assert_eq!(
        say(&list(), Format::Md),
        r"| # | Status | Prio | Subject | Tags | Updated | Logged |
| ---: | --- | --- | --- | --- | ---: | ---: |
| 12 | new | urgent | Checkout returns 500 \| =now | +billing +outage | 12h | 0m |
| 3 | open |  | 請求書 é \<b> ␛\[2J |  | 3h | 1h 30m |
|  |  |  | **Total** |  |  | **1h 30m** |
"
    );
    let html = say(&list(), Format::Html);
    assert!(html.contains("<td class=\"flex\">請求書 é &lt;b&gt; ␛[2J</td>"), "{html}");
    assert!(html.contains(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    ));
}

#[test]
fn a_page_in_text_and_json() {
    assert_eq!(
        say(&page(), Format::Text),
        "12  Checkout
open · with ana

SLA
Left  -1h 30m
Due   2026-11-20 12:00

Conversation
↓ in  Joe  log.txt
  It *fails*.
  > - really?

  Joe

↑ out  ana
  We see it.

By day
Mon  4  ████████████████████████████████████████
Вт   1  ██████████

Two
lines.
"
    );
    assert_eq!(
        say(&page(), Format::Json),
        r#"{
  "status": "open",
  "assignee": "ana",
  "sla": {"left_minutes":-90,"due_at":"2026-11-20T12:00:00Z","closed_at":null,"met":false},
  "messages": [
    {"id":7,"direction":"in","author":"Joe","attachments":[{"name":"log.txt","bytes":1234}],"text":"It *fails*.\r\n> - really?\r\n\r\nJoe"},
    {"id":8,"direction":"out","author":"ana","attachments":[],"text":"We see it."}
  ]
}
"#
    );
}

#[test]
fn a_page_in_markdown() {
    assert_eq!(
        say(&page(), Format::Md),
        "# 12  Checkout

open · with ana

## SLA

- **Left:** -1h 30m
- **Due:** 2026-11-20 12:00

## Conversation

**↓ in · Joe · log.txt**

> It \\*fails\\*.  
> \\> - really?
>
> Joe

**↑ out · ana**

> We **see** it.

## By day

|  |  |  |
| --- | ---: | --- |
| Mon | 4 | ████████████████████ |
| Вт | 1 | █████ |

Two  
lines.
"
    );
}

#[test]
fn a_page_in_html() {
    let html = say(&page(), Format::Html);
    let body = html.split_once("<body>\n").unwrap().1;
    assert_eq!(
        body,
        "<h1>12  Checkout</h1>
<p class=\"inline\"><span>open</span><span><i>with</i> ana</span></p>
<h2>SLA</h2>
<dl>
<dt>Left</dt><dd>-1h 30m</dd>
<dt>Due</dt><dd><span class=\"alarm\">2026-11-20 12:00</span></dd>
</dl>
<h2>Conversation</h2>
<article><header><span><span class=\"tag\">↓ in</span></span><span><span class=\"strong\">Joe</span></span><span><span class=\"faint\">log.txt</span></span></header><div class=\"body\">It *fails*.
<span class=\"quote\">&gt; - really?</span>

Joe</div></article>
<article><header><span><span class=\"good\">↑ out</span></span><span><span class=\"strong\">ana</span></span></header><div class=\"body\">We <mark>see</mark> it.</div></article>
<h2>By day</h2>
<figure class=\"chart\"><div class=\"scroll\"><svg role=\"img\" width=\"100%\" height=\"84\">
<title>By day</title><desc>Mon: 4; Вт: 1</desc>
<g><title>Mon: 4</title><svg y=\"0\" width=\"91.20%\" height=\"22\"><text y=\"16\">Mon</text></svg><text class=\"end\" x=\"100%\" y=\"16\"><tspan class=\"now\">4</tspan></text><rect class=\"base\" y=\"23\" width=\"100%\" height=\"10\" rx=\"3\"/><rect class=\"bar\" y=\"23\" width=\"100.00%\" height=\"10\" rx=\"3\"/></g>
<g><title>Вт: 1</title><svg y=\"42\" width=\"91.20%\" height=\"22\"><text y=\"16\">Вт</text></svg><text class=\"end\" x=\"100%\" y=\"58\"><tspan class=\"now\">1</tspan></text><rect class=\"base\" y=\"65\" width=\"100%\" height=\"10\" rx=\"3\"/><rect class=\"bar\" y=\"65\" width=\"25.00%\" height=\"10\" rx=\"3\"/></g>
</svg></div>
</figure>
<p>Two
lines.</p>
</body>
</html>
"
    );
}

#[test]
fn colour_adds_escapes_and_changes_no_word() {
    for report in [list(), page()] {
        let bare = say(&report, Format::Text);
        let coloured = render(&report, Format::Text, None, &Dress { colour: true, ..Dress::plain(NOW) }).unwrap();
        let mut stripped = String::new();
        for (i, part) in coloured.split("\x1b[").enumerate() {
            stripped.push_str(if i == 0 { part } else { part.split_once('m').unwrap().1 });
        }
        assert!(coloured.len() > bare.len());
        assert_eq!(stripped, bare);
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let subjects = [
        "Не приходит счёт за октябрь, бухгалтерия спрашивает",
        "請求書が届きません。再送をお願いします",
        FAMILY,
        "❤\u{fe0f} é̂ x",
        "\x1b[2J\ttab\nnewline\u{202e}",
        "https://example.test/a/very/long/path/that/never/ends",
    ];
    let mut table = tickets();
    table.rows = subjects
        .iter()
        .map(|s| ticket(40_000, Status::Pending, Priority::High, &s.repeat(3), &["тег", "b"], 60))
        .collect();
    let mut page = page();
    page.title = subjects.concat();
    page.parts.push(Part::Prose(subjects.join(" ")));
    page.parts.extend(charts(subjects[0], i64::MAX));
    page.parts.push(Part::Facts(Facts {
        inline: true,
        title: subjects[0].into(),
        rows: subjects.iter().map(|s| Fact::new("k", "Head of it", text(s))).collect(),
        ..Facts::default()
    }));
    page.parts.push(Part::Facts(Facts {
        rows: subjects.iter().map(|s| Fact::new("k", "A rather long head", text(&s.repeat(4)))).collect(),
        ..Facts::default()
    }));
    page.parts.push(Part::Cards(Table {
        columns: vec![
            Column::new("a", "", Style::Left),
            Column::new("b", "", Style::Left),
            Column::new("t", "", Style::Body),
        ],
        rows: subjects.iter().map(|s| vec![text(s), text(&s.repeat(3)), text(&format!("> {}", s.repeat(9)))]).collect(),
        ..Table::default()
    }));
    page.parts.push(Part::Table(table));
    for (asked, cells) in [(0, 80), (10, 10), (20, 20), (33, 33), (40, 40), (80, 80), (200, 200), (70_000, 80)] {
        let text = render(&page, Format::Text, None, &dress(Some(asked))).unwrap();
        for line in text.lines() {
            assert!(width(line) <= cells, "{} > {cells}: {line}", width(line));
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn columns_stand_one_below_the_other() {
    let mut table = tickets();
    table.total = None;
    let names = ["ascii", "Ромашка", "請求書", FAMILY, "❤\u{fe0f}x", "e\u{301}o\u{302}", "a\x1b[2Jb", "a\tb\nc"];
    table.rows = names.iter().map(|s| ticket(1, Status::Open, Priority::Low, s, &["mark"], 60)).collect();
    let report = Report { parts: vec![Part::Table(table)], ..Report::default() };
    for cells in [None, Some(0), Some(60), Some(80), Some(200)] {
        let text = render(&report, Format::Text, None, &dress(cells)).unwrap();
        let starts: Vec<usize> = text.lines().skip(1).map(|l| width(l.split_once("+mark").unwrap().0)).collect();
        assert_eq!(starts.len(), names.len());
        assert!(starts.iter().all(|s| *s == starts[0]), "{starts:?}\n{text}");
    }
}

#[test]
fn a_narrow_terminal_shows_the_first_columns_and_the_subject() {
    let mut table = tickets();
    table.total = None;
    let report = Report { parts: vec![Part::Table(table)], ..Report::default() };
    assert_eq!(
        render(&report, Format::Text, None, &dress(Some(40))).unwrap(),
        " #  Status  Prio    Subject
12  new     urgent  Checkout returns 50…
 3  open            請求書 é <b> ␛[2J
"
    );
}

#[test]
fn a_pipe_shortens_nothing() {
    let mut table = tickets();
    let long = "слово ".repeat(200);
    table.rows = vec![ticket(1, Status::Open, Priority::Low, &long, &[], 0)];
    let report = Report { parts: vec![Part::Table(table), Part::Prose(long.clone())], ..Report::default() };
    let text = say(&report, Format::Text);
    assert_eq!(text.matches(long.trim_end()).count(), 2);
}

#[test]
fn a_table_without_rows_says_so_to_people_and_is_an_empty_array_to_programs() {
    let mut table = tickets();
    table.rows.clear();
    let report = Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() };
    assert_eq!(say(&report, Format::Text), "No tickets.\n");
    assert_eq!(say(&report, Format::Json), "[]\n");
    assert_eq!(say(&report, Format::Ndjson), "");
    assert_eq!(say(&report, Format::Csv), "number,status,priority,subject,tags,updated_at,logged_minutes,requester\n");
    assert_eq!(say(&Report::default(), Format::Text), "");
    assert_eq!(say(&Report::default(), Format::Json), "{}\n");
}

#[test]
fn fields_pick_and_order_the_keys() {
    assert_eq!(
        pick(&list(), Format::Json, &["subject", "number"]).unwrap(),
        "[\n  {\"subject\":\"Checkout returns 500 | =now\",\"number\":12},\n  {\"subject\":\"請求書 é <b> \\u001b[2J\",\"number\":3}\n]\n"
    );
    assert_eq!(pick(&list(), Format::Ndjson, &["number"]).unwrap(), "{\"number\":12}\n{\"number\":3}\n");
    assert_eq!(
        pick(&list(), Format::Csv, &["requester", "number"]).unwrap(),
        "requester_name,requester_email,number\n,joe@acme.test,12\n,joe@acme.test,3\n"
    );
    assert_eq!(pick(&page(), Format::Json, &["assignee"]).unwrap(), "{\n  \"assignee\": \"ana\"\n}\n");
}

#[test]
fn an_unknown_field_is_refused_and_the_known_ones_are_named() {
    for format in [Format::Json, Format::Ndjson, Format::Csv] {
        let refused = pick(&list(), format, &["number", "sbject"]).unwrap_err();
        assert_eq!((refused.kind, refused.what.as_str()), (Kind::Usage, "there is no field \"sbject\""));
        assert_eq!(
            refused.hint.as_deref(),
            Some("known here: number status priority subject tags updated_at logged_minutes requester")
        );
    }
}

#[test]
fn sections_are_one_object_each() {
    let section = |n: i64, key| {
        let facts = Facts {
            rows: vec![Fact::new("number", "#", Cell::Ticket(n)), Fact::new(key, "x", text("y"))],
            ..Facts::default()
        };
        Part::Section(Report {
            title: format!("Ticket {n}"),
            parts: vec![Part::Facts(facts), Part::Table(tickets())],
            ..Report::default()
        })
    };
    let report = Report { shape: Shape::Each, parts: vec![section(1, "a"), section(2, "b")], ..Report::default() };
    let json = parsed(&report);
    assert_eq!(
        (&json[0]["number"], &json[1]["b"], json[1]["tickets"].as_array().map(Vec::len)),
        (&json!(1), &json!("y"), Some(2))
    );
    assert_eq!(
        pick(&report, Format::Ndjson, &["number", "b"]).unwrap(),
        "{\"number\":1,\"b\":null}\n{\"number\":2,\"b\":\"y\"}\n"
    );
    assert_eq!(say(&report, Format::Csv), "number,a,b\n1,y,\n2,,y\n");
    assert!(say(&report, Format::Text).starts_with("Ticket 1\n#  1\nx  y\n\n #  Status"));
}

#[test]
fn a_section_of_an_object_counts_where_it_begins_with_a_key() {
    let inner = |key| {
        Part::Section(Report {
            title: "In".into(),
            parts: vec![Part::Facts(Facts {
                key,
                rows: vec![Fact::new("n", "N", Cell::Count(1))],
                ..Facts::default()
            })],
            ..Report::default()
        })
    };
    let report = Report { parts: vec![inner(""), inner("named")], ..Report::default() };
    assert_eq!(parsed(&report), json!({"named": {"n": 1}}));
}

#[test]
fn each_audience_gets_its_own() {
    let facts = |audience, key, head| {
        Part::Facts(Facts { audience, rows: vec![Fact::new(key, head, Cell::Count(1))], ..Facts::default() })
    };
    let report = Report {
        parts: vec![
            facts(Audience::People, "p", "People"),
            facts(Audience::Data, "d", "Data"),
            facts(Audience::All, "a", "All"),
        ],
        ..Report::default()
    };
    assert_eq!(parsed(&report), json!({"d": 1, "a": 1}));
    assert_eq!(say(&report, Format::Csv), "key,value\nd,1\na,1\n");
    for format in [Format::Text, Format::Md, Format::Html] {
        let said = say(&report, format);
        assert!(said.contains("People") && said.contains("All") && !said.contains("Data"), "{said}");
    }
}

#[test]
fn every_cell_has_its_json() {
    let cells = vec![
        ("empty", Cell::Empty, json!(null)),
        ("marked", Cell::Marked("ab".into(), vec![(0, 1)]), json!("ab")),
        ("ticket", Cell::Ticket(42), json!(42)),
        ("minutes", Cell::Minutes(90), json!(90)),
        (
            "money",
            Cell::Money(Money::of(1250, Currency::of("EUR").unwrap())),
            json!({ "minor": 1250, "currency": "EUR" }),
        ),
        ("at", Cell::At(NOW), json!("2026-11-20T12:00:00Z")),
        ("ago", Cell::Ago(NOW), json!("2026-11-20T12:00:00Z")),
        ("day", Cell::Day(NOW.utc().date()), json!("2026-11-20")),
        ("status", Cell::Status(Status::Hold), json!("hold")),
        ("priority", Cell::Priority(Priority::Normal), json!("normal")),
        ("tags", Cell::Tags(vec![]), json!([])),
        ("share", Cell::Permille(-125), json!(-12.5)),
        ("flag", Cell::Flag(true), json!(true)),
        ("vip", Cell::Vip, json!(true)),
        ("bytes", Cell::Bytes(12_345), json!(12_345)),
        ("spark", Cell::Spark(vec![Some(1), None, Some(-2)]), json!([1, null, -2])),
        (
            "record",
            Cell::Record(vec![("minor", Cell::Count(1250)), ("currency", text("EUR"))]),
            json!({"minor": 1250, "currency": "EUR"}),
        ),
        ("list", Cell::List(vec![Cell::Count(1), text("x")]), json!([1, "x"])),
    ];
    let expected: serde_json::Map<String, serde_json::Value> =
        cells.iter().map(|(k, _, j)| ((*k).to_owned(), j.clone())).collect();
    let rows = cells.into_iter().map(|(k, c, _)| Fact::data(k, c)).collect();
    let report = Report { parts: vec![Part::Facts(Facts { rows, ..Facts::default() })], ..Report::default() };
    assert_eq!(parsed(&report), serde_json::Value::Object(expected));
}

#[test]
fn every_format_has_a_word() {
    for format in Format::ALL {
        assert_eq!(Format::of(format.word()), Some(*format));
    }
}

/// A chart of each form with this label and this value.
fn charts(t: &str, n: i64) -> Vec<Part> {
    let bar = |label: &str, now, before| Bar { label: label.into(), value: Cell::Count(now), before };
    let bars = vec![bar(t, n, Cell::Count(3)), bar("", -5, Cell::Empty)];
    let values = vec![Cell::Count(n), Cell::Empty];
    let series = vec![Series { name: t.into(), values: values.clone() }, Series { name: "out".into(), values }];
    let labels = vec![t.to_owned(), String::new()];
    let mut hours = [[0; 24]; 7];
    (hours[0][0], hours[6][23]) = (n.min(12_345), 1);
    let plots = [Plot::Bars(bars), Plot::Series { labels, series }, Plot::Week(Box::new(hours))];
    plots.into_iter().map(|plot| Part::Chart(Chart { title: t.into(), plot })).collect()
}

/// Every place where a stranger's text can stand.
fn hostile(t: &str) -> Report {
    let mut table = tickets();
    table.title = t.into();
    table.rows =
        vec![ticket(1, Status::New, Priority::Low, t, &[t], 1), ticket(2, Status::New, Priority::Low, "x", &[], 1)];
    table.total = Some(vec![text(t)]);
    let cells = || {
        vec![
            text(t),
            Cell::Marked(t.into(), vec![(0, t.len())]),
            Cell::List(vec![text(t)]),
            Cell::Record(vec![("n", text(t))]),
        ]
    };
    let facts = |inline| {
        let rows = ["a", "b", "c", "d"].into_iter().zip(cells()).map(|(k, c)| Fact::new(k, "Head", c)).collect();
        Part::Facts(Facts { key: "f", title: t.into(), inline, rows, ..Facts::default() })
    };
    let columns = vec![
        Column::new("direction", "", Style::Left),
        Column::new("b", "", Style::Body),
        Column::new("c", "", Style::Left),
        Column::new("d", "", Style::Body),
    ];
    Report {
        title: t.into(),
        parts: vec![
            facts(true),
            facts(false),
            Part::Table(table),
            Part::Cards(Table { key: "cards", title: t.into(), columns, rows: vec![cells()], ..Table::default() }),
            Part::Prose(t.into()),
        ]
        .into_iter()
        .chain(charts(t, 7))
        .collect(),
        ..Report::default()
    }
}

const VENOM: &str = "A\x1b[2J\x1b]52;c;ZXZpbA==\x07\u{9b}31m\u{202e}evil\u{2066}x\u{200b}y\rOVER\x08\x7f\u{2028}\u{2060}\u{61c}\u{feff}\u{e0041}Z";

#[test]
fn nothing_that_steers_or_hides_reaches_any_output() {
    for format in Format::ALL {
        for cells in [None, Some(40)] {
            let out = render(&hostile(VENOM), *format, None, &dress(cells)).unwrap();
            let leak = out.chars().find(|&c| is_hidden(c) && c != '\n');
            assert_eq!(leak, None, "{format:?}");
            assert!(out.contains("evil"), "{format:?}");
        }
    }
}

#[test]
fn nothing_in_html_becomes_markup() {
    let attack = "</title></style><script>alert(1)</script><img src=x onerror=\"a\" 'b'>&lt;\u{2028}";
    let html = say(&hostile(attack), Format::Html);
    assert_eq!(html.matches("<script").count() + html.matches("<img").count(), 0);
    let bare = say(&hostile("x"), Format::Html);
    for tag in ["<", "</title>", "</style>", "<text", "<svg"] {
        assert_eq!(html.matches(tag).count(), bare.matches(tag).count(), "{tag}");
    }
    assert!(html.contains("&amp;lt;&lt;U+2028&gt;"));
}

proptest! {
    #[test]
    fn json_gives_every_text_back(t in any::<String>()) {
        let json = parsed(&hostile(&t));
        prop_assert_eq!(&json["f"], &json!({"a": t, "b": t, "c": [t], "d": {"n": t}}));
        prop_assert_eq!(&json["tickets"][0]["subject"], &json!(t));
        prop_assert_eq!(&json["tickets"][0]["tags"][0], &json!(t));
        prop_assert_eq!(&json["cards"][0]["d"]["n"], &json!(t));
    }

    #[test]
    fn csv_reads_back_with_as_many_columns_everywhere(t in "[a,\"\n\r\t='я\u{202e}-]{0,12}") {
        let mut table = tickets();
        table.rows = vec![ticket(1, Status::New, Priority::Low, &t, &[&t], 1)];
        let report = Report { shape: Shape::List, parts: vec![Part::Table(table)], ..Report::default() };
        let out = say(&report, Format::Csv);
        let mut reader = ::csv::Reader::from_reader(out.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        prop_assert_eq!(row.len(), 9);
        if !t.contains(['\r', '\u{202e}']) {
            prop_assert_eq!(row[3].strip_prefix('\'').unwrap_or(&row[3]), t.strip_prefix('\'').filter(|_| row[3] == t).unwrap_or(&t));
        }
    }

    #[test]
    fn any_text_fits_any_width(odd in any::<String>(), t in "([a-zа-я 請👍❤<>|*\u{fe0f}\u{301}\u{200d}\u{202e}\t]|\n){0,60}", cells in 10usize..120) {
        let t = t + &odd;
        let out = render(&hostile(&t), Format::Text, None, &dress(Some(cells))).unwrap();
        for line in out.lines() {
            prop_assert!(width(line) <= cells, "{line:?}");
        }
    }
}
