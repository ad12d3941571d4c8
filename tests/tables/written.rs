//! However a table is written: charsets, delimiters, spreadsheets, dates, numbers, guarded cells.

use super::{adds_up, counts, import, put, sound};
use crate::stage::{Stage, finish, said};
use std::io::Write as _;
use std::process::Stdio;

/// The table of a small team, as Excel in Russia writes it.
const ROWS: [[&str; 12]; 3] = [
    [
        "Номер",
        "Тема",
        "Статус",
        "Приоритет",
        "Ответственный",
        "Компания",
        "Заявитель",
        "Телефон",
        "Дата создания",
        "Дата закрытия",
        "Описание",
        "Часы",
    ],
    [
        "1834",
        "Не печатает счёт",
        "Открыта",
        "Высокий",
        "Иванов И.И.",
        "ООО «Ромашка»",
        "Анна Серова <anna@romashka.test>",
        "+7 921 555-01-02",
        "20.11.2026 14:30",
        "",
        "Добрый день!\nНе печатается; совсем",
        "1,5",
    ],
    [
        "1835",
        "Вход",
        "Закрыта",
        "Средний",
        "Иванов И.И.",
        "Берёза",
        "Иван",
        "",
        "19.11.2026 10:00",
        "20.11.2026 9:00",
        "Не войти",
        "0,25",
    ],
];

/// The rows with a delimiter between their fields.
fn table(delimiter: char) -> String {
    let field = |text: &str| {
        if text.contains([delimiter, '\n', '"']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let row = |row: &[&str; 12]| row.iter().map(|text| field(text)).collect::<Vec<_>>().join(&delimiter.to_string());
    ROWS.iter().map(|r| row(r) + "\r\n").collect()
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
}

fn recoded(text: &str, name: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
    encoding.encode(text).0.into_owned()
}

#[test]
fn every_charset_and_delimiter_gives_the_same_tickets() {
    let mut first: Option<String> = None;
    for delimiter in [';', ',', '\t', '|'] {
        let text = table(delimiter);
        for (name, bytes) in [
            ("UTF-8", text.clone().into_bytes()),
            ("UTF-8 with a mark", format!("\u{feff}{text}").into_bytes()),
            ("UTF-16 LE", utf_16(&text, u16::to_le_bytes, true)),
            ("UTF-16 BE", utf_16(&text, u16::to_be_bytes, true)),
            ("UTF-16 LE without a mark", utf_16(&text, u16::to_le_bytes, false)),
            ("windows-1251", recoded(&text, "windows-1251")),
            ("koi8-r", recoded(&text.replace(['«', '»'], "-"), "koi8-r")),
        ] {
            let stage = Stage::new().with("DESK_ZONE", "Europe/Moscow");
            let got = import(&stage, "t.csv", &bytes, "");
            adds_up(&got);
            assert_eq!(
                counts(&got, "created tickets messages entries contacts clients"),
                [2, 2, 2, 2, 2, 2],
                "{name} {delimiter:?}"
            );
            let all = stage.ok("show 1,2 --json");
            match &first {
                Some(first) => assert_eq!(*first, all, "{name} {delimiter:?}"),
                None => first = Some(all),
            }
        }
    }
    let all = first.unwrap();
    for part in [
        "2026-11-20T11:30:00Z",
        "2026-11-20T06:00:00Z",
        "Не печатается; совсем",
        "\"logged_minutes\":90",
        "anna@romashka.test",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
}

#[test]
fn the_words_of_a_russian_table_are_those_of_the_desk() {
    let stage = Stage::new().with("DESK_ZONE", "Europe/Moscow");
    import(&stage, "t.csv", recoded(&table(';'), "windows-1251"), "");
    let t = stage.json("show 1");
    for (key, value) in [("status", "open"), ("priority", "high"), ("assignee", "Иванов.И.И"), ("channel", "email")]
    {
        assert_eq!(t[key], value, "{key}");
    }
    assert_eq!((t["client"].as_str(), t["logged_minutes"].as_i64()), (Some("ромашка"), Some(90)));
    assert_eq!(
        (t["requester"]["name"].as_str(), t["requester"]["phone"].as_str()),
        (Some("Анна Серова"), Some("+7 921 555-01-02"))
    );
    let t = stage.json("show 2");
    assert_eq!(
        (t["status"].as_str(), t["closed_as"].as_str(), t["logged_minutes"].as_i64()),
        (Some("closed"), Some("solved"), Some(15))
    );
    assert_eq!(stage.numbers("find счета"), [1], "by another form of the word");
    sound(&stage);
}

/// A sheet with one row for each of `rows`; what begins with `=` is a number as it stands.
fn sheet(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |(n, text): (usize, &&str)| {
        let column = char::from(b'A' + u8::try_from(n).unwrap());
        match text.strip_prefix('=') {
            Some(number) => format!("<c r=\"{column}ROW\"><v>{number}</v></c>"),
            None => format!("<c r=\"{column}ROW\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let row = |(n, row): (usize, &&[&str])| {
        let cells: String = row.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(cell).collect();
        format!("<row r=\"{0}\">{1}</row>", n + 1, cells.replace("ROW", &(n + 1).to_string()))
    };
    let data: String = rows.iter().enumerate().map(row).collect();
    let parts = [
        ("[Content_Types].xml", r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#.to_owned()),
        ("_rels/.rels", r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()),
        ("xl/workbook.xml", r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Заявки" sheetId="1" r:id="rId1"/></sheets></workbook>"#.to_owned()),
        ("xl/_rels/workbook.xml.rels", r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#.to_owned()),
        ("xl/worksheets/sheet1.xml", format!(r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>"#)),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_unit_after_a_comma_is_no_part_of_the_name() {
    let stage = Stage::new();
    let got = import(&stage, "t.csv", "№;Тема заявки;Трудозатраты, ч;Исполнитель\n1;Вход;1,5;Ким\n", "");
    assert_eq!((counts(&got, "entries"), stage.of(1, "logged_minutes")), (vec![1], 90.into()));
}

#[test]
fn a_spreadsheet_is_a_table_with_its_own_dates() {
    let stage = Stage::new().with("DESK_ZONE", "Europe/Moscow");
    let rows: &[&[&str]] = &[
        &["Заявки за ноябрь"],
        &["№", "Тема", "Создана", "Часы", "Почта"],
        &["=1834", "Вход", "=46346.604166666664", "=1.5", "anna@acme.test"],
        &[],
        &["=1835", "Счёт", "20.11.2026 14:30", "", ""],
    ];
    let got = import(&stage, "t.xlsx", sheet(rows), "");
    assert_eq!((got["format"].as_str(), counts(&got, "read created entries")), (Some("xlsx"), vec![2, 2, 1]));
    let opened = |n: i64| stage.of(n, "opened_at").as_str().unwrap().to_owned();
    assert_eq!((opened(1).as_str(), opened(2).as_str()), ("2026-11-20T11:30:00Z", "2026-11-20T11:30:00Z"));
    assert_eq!(stage.json("show csv:1834")["subject"], "Вход", "a number has no fraction");
    let bad: &[&[&str]] = &[&["№", "Тема", "Создана"], &["=1", "a", "soon"]];
    let path = put(&stage, "bad.xlsx", sheet(bad));
    let said = stage.desk(&format!("import {}", path.display()));
    assert_eq!(said.exit, 1);
    assert!(said.out.contains("bad.xlsx:2") && said.out.contains("Создана: \"soon\" is no date"), "{said:?}");
}

#[test]
fn dates_whose_order_nobody_knows_are_refused_until_it_is_said() {
    let text = "Id,Subject,Created\n1,a,11/12/2026 2:30 PM\n";
    let stage = Stage::new();
    let path = put(&stage, "t.csv", text);
    let said = stage.desk(&format!("import {}", path.display()));
    assert_eq!(said.exit, 1, "{said:?}");
    assert!(said.out.contains("t.csv:2") && said.out.contains("--dates mdy or --dates dmy"), "{said:?}");
    for (order, opened) in [("mdy", "2026-11-12T14:30:00Z"), ("dmy", "2026-12-11T14:30:00Z")] {
        let stage = Stage::new().at("2027-01-01T00:00:00Z");
        import(&stage, "t.csv", text, &format!("--dates {order}"));
        assert_eq!(stage.of(1, "opened_at"), opened);
    }
    stage.refused(&format!("import {} --dates ymd", path.display()), 2);
}

#[test]
fn what_a_guard_put_before_a_formula_is_taken_off_again() {
    let subjects =
        ["=cmd|'/c calc'!A0", "+7 921 call", "-1 day", "@here", "'quoted'", "'=1", "\t=tab", "plain", "a \"b\", c; d"];
    let stage = Stage::new();
    for subject in subjects {
        assert_eq!(stage.run(&["open", "-f", "eve@x.test", "-m", "=1+1", "--", subject]).exit, 0, "{subject}");
    }
    let file = stage.path("all.csv");
    stage.ok(&format!("export -o {}", file.display()));
    assert!(std::fs::read_to_string(&file).unwrap().contains("'=cmd"));
    let other = Stage::new();
    let got = other.json(&format!("import {} --from csv", file.display()));
    adds_up(&got);
    let subjects_of = |stage: &Stage| {
        let mut all = stage.json("ls status:all").as_array().unwrap().clone();
        all.sort_by_key(|t| t["number"].as_i64());
        all.iter().map(|t| (t["subject"].clone(), t["status"].clone(), t["requester"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(subjects_of(&other), subjects_of(&stage));
}

#[test]
fn standard_input_and_pipes_are_files_with_a_name() {
    let stage = Stage::new();
    let text = "Id;Тема\n1;Вход\n2;Счёт\n";
    assert!(stage.fed(text).ok("import -").contains("2 tickets read from csv"));
    let said = stage.fed("Id;Тема\n3;x\n4\n").desk("import -");
    assert!(said.out.contains("standard input:3") && !said.out.contains("/tmp"), "{said:?}");
    let lines = "{\"id\":7,\"title\":\"x\"}\n{\"id\":8,\"title\":\"y\"}\n";
    let got: serde_json::Value = serde_json::from_str(&stage.fed(lines).ok("import - --json")).unwrap();
    assert_eq!((got["format"].as_str(), counts(&got, "created")), (Some("ndjson"), vec![2]));
    let (code, out, talk) = said_by(
        &stage,
        "printf 'Id,Subject\\n9,z\\n' | $desk import -; printf 'Id,Subject\\n10,z\\n' | $desk import /dev/stdin",
    );
    assert_eq!(code, 0, "{out}{talk}");
    assert_eq!(stage.numbers("ls").len(), 6);
    stage.fed("").refused("import -", 1);
    stage.refused("import - -", 2);
    let made = std::process::Command::new("mkfifo").arg(stage.path("pipe.csv")).status();
    if made.is_ok_and(|status| status.success()) {
        let (code, out, talk) = said_by(&stage, "printf 'Id,Subject\\n11,z\\n' > pipe.csv & $desk import pipe.csv");
        assert_eq!(code, 0, "{out}{talk}");
        assert_eq!(stage.numbers("ls").len(), 7);
    }
    sound(&stage);
}

fn said_by(stage: &Stage, script: &str) -> (i32, String, String) {
    said(&finish(stage.shell(script).stdin(Stdio::null())))
}

#[test]
fn several_tables_come_in_as_one_step() {
    let stage = Stage::new();
    let one = put(&stage, "one.csv", "Id,Subject\n1,a\n2,b\n");
    let two = put(&stage, "two.tsv", "Тема\tНомер\nc\t3\nb\t2\n");
    let got = stage.json(&format!("import {} {}", one.display(), two.display()));
    adds_up(&got);
    assert_eq!(counts(&got, "read created"), [4, 3], "{got}");
    assert_eq!(super::operations(&stage), 1);
    stage.ok("undo");
    assert_eq!(stage.ok("ls status:all --json").trim(), "[]");
}

#[test]
fn a_folder_with_mails_stays_mail_and_one_with_tables_is_tables() {
    let stage = Stage::new();
    let folder = stage.path("mails");
    std::fs::create_dir(&folder).unwrap();
    let mail = "From: Ann <ann@acme.test>\nTo: support@us.test\nSubject: Login\nMessage-ID: <1@acme.test>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n\nhello\n";
    std::fs::write(folder.join("1.eml"), mail).unwrap();
    std::fs::write(folder.join("notes.csv"), "Id,Subject\n1,a\n").unwrap();
    let got = stage.json(&format!("import {}", folder.display()));
    assert_eq!((got["format"].as_str(), got["tickets"].as_i64()), (Some("mail"), Some(1)));
    std::fs::remove_file(folder.join("1.eml")).unwrap();
    let got = stage.json(&format!("import {}", folder.display()));
    assert_eq!((got["format"].as_str(), got["tickets"].as_i64()), (Some("csv"), Some(1)));
    let mbox = put(&stage, "box", format!("From ann@acme.test Fri Nov 20 10:00:00 2026\n{mail}"));
    assert_eq!(stage.json(&format!("import {}", mbox.display()))["format"], "mail");
}
