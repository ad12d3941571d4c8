//! What `records` promises, with files made here.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use encoding_rs::{Encoding, IBM866, KOI8_R, WINDOWS_1251};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn of(name: &str, data: impl AsRef<[u8]>) -> Records {
    read(name, Box::new(Cursor::new(data.as_ref().to_vec())), None).unwrap()
}

fn refused(name: &str, data: impl AsRef<[u8]>) -> String {
    read(name, Box::new(Cursor::new(data.as_ref().to_vec())), None).err().unwrap()
}

/// The records as JSON, the bad ones as `place: why`.
fn told(records: Records) -> Vec<Value> {
    records
        .map(|record| match record {
            Ok(record) => Value::Object(record.members),
            Err(bad) => Value::from(format!("{}: {}", bad.place, bad.why)),
        })
        .collect()
}

const TABLE: &str =
    "Номер;Тема;Клиент\r\n1;Не работает вход в личный кабинет;Ромашка\r\n2;\"Счёт; за «март»\";Василёк\r\n";

fn expected() -> Vec<Value> {
    let first = json!({"Номер": "1", "Тема": "Не работает вход в личный кабинет", "Клиент": "Ромашка"});
    vec![first, json!({"Номер": "2", "Тема": "Счёт; за «март»", "Клиент": "Василёк"})]
}

#[test]
fn a_table_is_read_in_any_charset() {
    let utf_16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.iter().copied().chain(TABLE.encode_utf16().flat_map(bytes)).collect()
    };
    for data in [
        TABLE.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", TABLE.as_bytes()].concat(),
        utf_16(b"\xff\xfe", u16::to_le_bytes),
        utf_16(b"\xfe\xff", u16::to_be_bytes),
        utf_16(b"", u16::to_le_bytes),
        utf_16(b"", u16::to_be_bytes),
        WINDOWS_1251.encode(TABLE).0.into_owned(),
    ] {
        assert_eq!(told(of("t.csv", &data)), expected(), "{}", data.escape_ascii());
    }
    let plain = TABLE.replace(['«', '»'], "");
    for encoding in [KOI8_R, IBM866] {
        let read = told(of("t.csv", encoding.encode(&plain).0));
        assert_eq!(read[0], expected()[0], "{}", encoding.name());
    }
}

#[test]
fn letters_that_come_late_still_tell_the_charset() {
    let many = "1,plain\n".repeat(40_000);
    let late = WINDOWS_1251.encode("7,Не работает печать счетов\n").0;
    let data = [b"id,subject\n", many.as_bytes(), &late].concat();
    assert_eq!(told(of("t.csv", data)).pop().unwrap(), json!({"id": "7", "subject": "Не работает печать счетов"}));
}

#[test]
fn a_line_in_another_charset_does_not_spoil_the_others() {
    let odd = WINDOWS_1251.encode("2,Не могу войти в кабинет\n").0;
    let utf8 = "3,Письма не доходят до получателя\n".repeat(9);
    let data = [b"id,subject\n", utf8.as_bytes(), &odd].concat();
    let read = told(of("t.csv", data));
    assert_eq!(read[0]["subject"], "Письма не доходят до получателя");
    assert_eq!(read[9]["subject"], "Не могу войти в кабинет");
}

#[test]
fn the_delimiter_is_counted_outside_quotes() {
    for (text, columns) in [
        ("a,b\n1,2\n", vec!["a", "b"]),
        ("a;b\n1,5;2,5\n", vec!["a", "b"]),
        ("a\tb\n1,5\t2;5\n", vec!["a", "b"]),
        ("a|b|c\n1|2,3|4\n", vec!["a", "b", "c"]),
        ("\"a;b;c\",d\n\"x;y\",z\n", vec!["a;b;c", "d"]),
        ("Имя, фамилия;Сумма\nИванов;1,5\nПетров;2,5\n", vec!["Имя, фамилия", "Сумма"]),
        ("only\n1\n", vec!["only"]),
        ("sep=|\na|b,c,d\n1|2\n", vec!["a", "b,c,d"]),
        (" a , a ,,a 2,a\n1,2,3,4,5\n", vec!["a", "a 2", "Column 3", "a 2 2", "a 3"]),
    ] {
        assert_eq!(of("t.csv", text).columns(), columns, "{text}");
    }
}

#[test]
fn ragged_rows_are_named_with_their_line_and_the_others_are_read() {
    let text = "id,text\n1,\"two\nlines\"\n2\n3,c,d\n\n,\n4,d,,\n5,\"a \"\"b\"\" c\"\n";
    assert_eq!(
        told(of("t.csv", text)),
        [
            json!({"id": "1", "text": "two\nlines"}),
            json!("t.csv:4: 1 field, the head has 2"),
            json!("t.csv:5: 3 fields, the head has 2"),
            json!({"id": "4", "text": "d"}),
            json!({"id": "5", "text": "a \"b\" c"}),
        ]
    );
    let bad = of("t.csv", text).filter_map(Result::err).next().unwrap();
    assert_eq!(bad.raw, r#"["2"]"#);
}

#[test]
fn a_record_stands_where_it_begins_whatever_ends_its_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["id,text", "1,\"a", "b\"", "", "2,c", ""].join(end);
        let places: Vec<String> = of("t.csv", text).map(|r| r.unwrap().place).collect();
        assert_eq!(places, ["t.csv:2", "t.csv:5"], "{end:?}");
    }
}

#[test]
fn the_guard_of_formulas_is_taken_away() {
    let record = of("t.csv", "'=a,b,c\n'=1+1,'quoted',\"'\t=1\"\n").next().unwrap().unwrap();
    assert_eq!(Value::Object(record.members), json!({"=a": "=1+1", "b": "'quoted'", "c": "\t=1"}));
    assert_eq!(record.raw, r#"{"=a":"=1+1","b":"'quoted'","c":"\t=1"}"#);
}

#[test]
fn what_no_table_holds_is_refused_with_its_place() {
    assert_eq!(
        told(of("t.csv", "a,b\n1,x\0y\n2,ok\n")),
        [json!("t.csv:2:4: a NUL byte, which no text has"), json!({"a": "2", "b": "ok"})]
    );
    assert_eq!(
        told(of("t.csv", "a,b\n1,\"open\n2,ok\n")),
        [json!("t.csv:2:3: a quote (\") opens here and is never closed")]
    );
    let wide = format!("a,b\n{}\n2,ok\n", ",".repeat(5_000));
    assert_eq!(
        told(of("t.csv", wide)),
        [json!("t.csv:2:1001: the record has more than 1,000 fields"), json!({"a": "2", "b": "ok"})]
    );
    let long = format!("a,b\n1,{}\n2,ok\n", "x".repeat(2 << 20));
    assert_eq!(
        told(of("t.csv", long)),
        [json!("t.csv:2:1: the record is longer than 1 MiB"), json!({"a": "2", "b": "ok"})]
    );
    assert_eq!(refused("t.csv", ""), "t.csv: nothing in it");
    assert_eq!(refused("t.csv", "\n\r\n\n"), "t.csv: nothing in it");
    assert!(refused("t.csv", "x".repeat(70_000)).starts_with("t.csv:1: the first row is longer than 64 KiB"));
    assert!(refused("t.gz", b"\x1f\x8b.....").contains("unpack"));
    assert!(refused("t.xls", b"\xd0\xcf\x11\xe0....").contains(".xlsx"));
    assert!(refused("t.xlsx", b"PK\x03\x04....").starts_with("t.xlsx: no readable spreadsheet"));
    assert!(open(Path::new("/nowhere/t.csv"), None).err().unwrap().starts_with("/nowhere/t.csv: "));
}

/// A file of a beginning and so many copies of a piece, which is never in memory.
struct Endless {
    start: Vec<u8>,
    piece: u8,
    length: u64,
    at: u64,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut n = 0;
        while n < out.len() && self.at < self.length {
            let known = usize::try_from(self.at).ok().and_then(|at| self.start.get(at));
            out[n] = *known.unwrap_or(&self.piece);
            (n, self.at) = (n + 1, self.at + 1);
        }
        Ok(n)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let SeekFrom::Start(at) = to else { return Err(std::io::ErrorKind::Unsupported.into()) };
        self.at = at;
        Ok(at)
    }
}

fn endless(start: &str, piece: u8) -> Box<Endless> {
    Box::new(Endless { start: start.into(), piece, length: 3 << 20, at: 0 })
}

#[test]
fn endless_records_are_refused_after_a_mebibyte() {
    let first = |start: &str, piece| told(read("t.csv", endless(start, piece), None).unwrap());
    assert_eq!(first("a,b\n1,\"", b'x'), [json!("t.csv:2:3: a quote (\") opens here and is not closed within 1 MiB")]);
    assert_eq!(first("a,b\n1,\"", b'\n').len(), 1);
    assert_eq!(first("a,b\n", b','), [json!("t.csv:2:1001: the record has more than 1,000 fields")]);
    assert_eq!(first("{\"a\":\"\n", b'"').len(), 1);
    assert!(read("t.csv", endless("", b','), None).err().unwrap().contains("t.csv:1:1001: the record has more"));
    for piece in *b"[{\"-1 \\" {
        let mut records = read("t.json", endless("[{\"id\":", piece), None).unwrap();
        assert!(records.next().unwrap().is_err());
        assert!(records.next().is_none());
    }
}

#[test]
fn json_is_read_in_all_its_shapes() {
    let two = [json!({"id": 1}), json!({"id": 2})];
    for (text, form, holder) in [
        ("[{\"id\":1},{\"id\":2}]", Form::Json, None),
        ("\u{feff} [ {\"id\":1} ,\n {\"id\":2} ]\n", Form::Json, None),
        ("{\"id\":1}\n{\"id\":2}\n", Form::Ndjson, None),
        ("{\"id\":1}\r\n\r\n{\"id\":2}", Form::Ndjson, None),
        ("{\n \"id\":1\n}\n{\n \"id\":2\n}\n", Form::Ndjson, None),
        ("{\"count\":2,\"users\":[{}],\"tickets\":[{\"id\":1},{\"id\":2}],\"next\":null}", Form::Json, Some("tickets")),
        (
            "{\"about\":\"x\",\"chats\":{\"about\":\"\",\"list\":[{\"id\":1},{\"id\":2}]}}",
            Form::Json,
            Some("chats.list"),
        ),
        ("{\"whatever\":[{\"id\":1},{\"id\":2}]}", Form::Json, Some("whatever")),
    ] {
        let records = of("x", text);
        assert_eq!((records.form(), records.holder()), (form, holder), "{text}");
        assert_eq!(told(records), two, "{text}");
    }
    let one = "{\"id\":7,\"conversations\":[{\"id\":1}]}";
    assert_eq!(told(of("x.json", one)), [json!({"id": 7, "conversations": [{"id": 1}]})]);
    assert_eq!(told(of("x.json", "[]")), Vec::<Value>::new());
    assert_eq!(told(of("x.json", "{\"tickets\":[]}")), Vec::<Value>::new());
    let utf_16: Vec<u8> = "\u{feff}[{\"тема\":\"вход\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(told(of("x.json", utf_16)), [json!({"тема": "вход"})]);
}

#[test]
fn a_record_of_json_keeps_the_order_of_its_keys_and_its_text() {
    let text = "[{\"b\":1.50, \"a\":{\"z\":1e3}}]";
    let record = of("x.json", text).next().unwrap().unwrap();
    assert_eq!((record.place.as_str(), record.raw.as_str()), ("x.json: record 1", &text[1..text.len() - 1]));
    assert_eq!(record.columns, ["b", "a"]);
    let record = of("x.ndjson", "{\"a\":1}\n\n{\"a\":2}\n").nth(1).unwrap().unwrap();
    assert_eq!(record.place, "x.ndjson:3");
    let long = format!("[{{\"id\":5,\"text\":\"{}\"}}]", "x".repeat(2 << 20));
    let raw = |long: String| of("x.json", long).next().unwrap().unwrap().raw;
    let kept = raw(long.clone());
    assert!(kept.starts_with(r#"{"id":5,"text":"2097154 bytes, sha256 "#), "{kept}");
    assert_ne!(kept, raw(long.replacen('x', "y", 1)), "a change in what is not kept is seen");
}

#[test]
fn numbers_that_a_machine_number_does_not_hold_stay_text() {
    let text = "[{\"a\":9007199254740993,\"b\":18446744073709551615,\"c\":12345678901234567890123,\"d\":0.05,\
                \"e\":0.1234567890123456789,\"f\":-9223372036854775808,\"g\":9223372036854775808}]";
    let read = told(of("x.json", text)).remove(0);
    assert_eq!(read["a"].to_string(), "9007199254740993");
    assert_eq!(read["b"].to_string(), "18446744073709551615");
    assert_eq!(read["c"], "12345678901234567890123");
    assert_eq!(read["d"].to_string(), "0.05");
    assert_eq!(read["e"], "0.1234567890123456789");
    assert_eq!((read["f"].as_i64(), read["g"].as_u64()), (Some(i64::MIN), Some(1 << 63)));
}

#[test]
fn faults_of_meaning_cost_one_record_and_faults_of_form_the_rest() {
    let deep = format!("[{{\"a\":{}1{}}},{{\"id\":2}}]", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let many = format!("[{{\"a\":[{}0]}},{{\"id\":2}}]", "0,".repeat(300_000));
    for (text, why) in [
        ("[{\"a\":1,\"a\":2},{\"id\":2}]", "x.json:1:9: the key \"a\" comes twice"),
        ("[{\"a\":\"\\ud800x\"},{\"id\":2}]", "x.json:1:8: half of a character (a lone surrogate)"),
        ("[{\"a\":\"\\ud800\\n\"},{\"id\":2}]", "x.json:1:8: half of a character (a lone surrogate)"),
        ("[{\"a\":\"\\udc00\"},{\"id\":2}]", "x.json:1:8: half of a character (a lone surrogate)"),
        ("[{\"a\":1e999},{\"id\":2}]", "x.json:1:7: 1e999 is beyond all numbers"),
        ("[5,{\"id\":2}]", "x.json:1:2: a record is an object; here is a number"),
        (deep.as_str(), "x.json:1:70: nested deeper than 64"),
        (many.as_str(), "x.json:1:500004: the record has more than 250,000 values"),
    ] {
        assert_eq!(told(of("x.json", text)), [json!(why), json!({"id": 2})], "{}", &text[..40.min(text.len())]);
    }
    for (text, why) in [
        ("[{\"id\":2},{\"a\":01}]", "x.json:1:16: \"01\" is no number"),
        ("[{\"id\":2},{\"a\":NaN}]", "x.json:1:16: 'N' stands where a value was expected"),
        ("[{\"id\":2},{a:1}]", "x.json:1:12: 'a' stands where a key in quotes was expected"),
        ("[{\"id\":2},{\"a\":\"x\ny\"}]", "x.json:1:18: the line ends where the end of the text, '\"' was expected"),
        ("[{\"id\":2},{\"a\":\n[1,2", "x.json:2:5: the file ends where ',' or ']' was expected"),
        ("[{\"id\":2},", "x.json:1:11: the file ends where a value was expected"),
        ("[{\"id\":2},]", "x.json:1:11: something else stands where a record was expected"),
        ("[{\"id\":2}", "x.json:1:10: the file ends where ',' or ']' was expected"),
        ("[{\"id\":2}] x", "x.json:1:12: something stands behind the end of the array"),
        ("[{\"id\":2},{\"a\":\"\\x\"}]", "x.json:1:18: 'x' stands where one of \"\\/bfnrtu was expected"),
    ] {
        assert_eq!(told(of("x.json", text)), [json!({"id": 2}), json!(why)], "{text}");
    }
}

#[test]
fn a_broken_line_leaves_the_next_one_whole() {
    let text = "{\"id\":1}\n{\"id\":\n{\"id\":3} x\nnonsense\n{\"a\":\"\\ud800\"}\n\n{\"id\":6}\n";
    assert_eq!(
        told(of("x.ndjson", text)),
        [
            json!({"id": 1}),
            json!("x.ndjson:2:7: the line ends where the end of the record was expected"),
            json!({"id": 3}),
            json!("x.ndjson:3:10: 'x' stands where a value was expected"),
            json!("x.ndjson:4:2: 'o' stands where null was expected"),
            json!("x.ndjson:5:7: half of a character (a lone surrogate)"),
            json!({"id": 6}),
        ]
    );
    let pretty = "{\n \"id\": 1,\n oops\n}\n";
    assert_eq!(told(of("x.json", pretty)), [json!("x.json:3:2: 'o' stands where a key in quotes was expected")]);
}

/// A spreadsheet of one sheet with these rows as XML, and texts in the shared table.
fn book(rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned(),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"r1\" Type=\"{rel}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets><sheet name=\"Hidden\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/>\
                 <sheet name=\"Tickets\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"r1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"r2\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet2.xml\"/>\
                 <Relationship Id=\"r3\" Type=\"{rel}/styles\" Target=\"styles.xml\"/>\
                 <Relationship Id=\"r4\" Type=\"{rel}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><numFmts><numFmt numFmtId=\"170\" formatCode=\"[h]:mm\"/></numFmts><cellXfs>\
                 <xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"170\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(
                "<sst xmlns=\"{main}\"><si><t>Тема</t></si><si><r><t xml:space=\"preserve\">Не </t></r><r><t>работает</t></r></si></sst>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData/></worksheet>")),
        ("xl/worksheets/sheet2.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_spreadsheet_is_a_table_with_its_dates_in_words() {
    let records = of(
        "t.xlsx",
        book(
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Отчёт за ноябрь</t></is></c></row>\
             <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>Id</t></is></c><c r=\"B3\" t=\"s\"><v>0</v></c>\
             <c r=\"C3\" t=\"inlineStr\"><is><t>Day</t></is></c><c r=\"D3\" t=\"inlineStr\"><is><t>At</t></is></c>\
             <c r=\"E3\" t=\"inlineStr\"><is><t>Spent</t></is></c><c r=\"F3\" t=\"inlineStr\"><is><t>Clock</t></is></c></row>\
             <row r=\"4\"><c r=\"A4\"><v>79161234567</v></c><c r=\"B4\" t=\"s\"><v>1</v></c><c r=\"C4\" s=\"1\"><v>46346</v></c>\
             <c r=\"D4\" s=\"2\"><v>46346.604166666664</v></c><c r=\"E4\" s=\"3\"><v>1.0625</v></c><c r=\"F4\" s=\"4\"><v>0.5</v></c></row>\
             <row r=\"7\"><c r=\"A7\"><v>0.30000000000000004</v></c><c r=\"B7\" t=\"b\"><v>1</v></c></row>\
             <row r=\"8\"><c r=\"H8\"><v>1</v></c></row>\
             <row r=\"9\"><c r=\"A9\"><v>1</v></c><c r=\"ZZZ9\"><v>1</v></c></row>",
        ),
    );
    assert_eq!((records.form(), records.columns()[1].as_str()), (Form::Xlsx, "Тема"));
    assert_eq!(
        told(records),
        [
            json!({"Id": "79161234567", "Тема": "Не работает", "Day": "2026-11-20", "At": "2026-11-20 14:30:00",
                   "Spent": "25:30:00", "Clock": "12:00:00"}),
            json!({"Id": "0.3", "Тема": "true", "Day": "", "At": "", "Spent": "", "Clock": ""}),
            json!("t.xlsx:8: 8 fields, the head has 6"),
            json!("t.xlsx:9: the record has more than 1,000 fields"),
        ]
    );
    assert_eq!(refused("t.xlsx", book("")), "t.xlsx: no sheet has a row in it");
}

#[test]
fn an_archive_that_unpacks_without_end_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["xl/workbook.xml", "xl/sharedStrings.xml"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        for _ in 0..70 {
            zip.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
    }
    assert!(refused("t.xlsx", zip.finish().unwrap().into_inner()).contains("unpacks to more than"));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.csv", zip::write::SimpleFileOptions::default()).unwrap();
    assert!(refused("t.zip", zip.finish().unwrap().into_inner()).contains("unpack it first"));
}

/// The text in a charset, when it can be written in it.
fn encoded(text: &str, charset: usize) -> Option<Vec<u8>> {
    let single = |encoding: &'static Encoding| {
        let (bytes, _, odd) = encoding.encode(text);
        (!odd).then(|| bytes.into_owned())
    };
    match charset {
        0 => Some(text.into()),
        1 => Some([b"\xef\xbb\xbf", text.as_bytes()].concat()),
        2 => Some(b"\xff\xfe".iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
        3 => Some(b"\xfe\xff".iter().copied().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()),
        4 => single(WINDOWS_1251),
        _ => single(KOI8_R),
    }
}

fn written(rows: &[Vec<String>], delimiter: u8) -> String {
    let mut csv = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    rows.iter().for_each(|row| csv.write_record(row).unwrap());
    String::from_utf8(csv.into_inner().unwrap()).unwrap()
}

fn read_back(data: &[u8], rows: &[Vec<String>]) -> Result<(), TestCaseError> {
    let expected: Vec<Vec<String>> =
        rows[1..].iter().filter(|row| row.iter().any(|t| !t.is_empty())).cloned().collect();
    let mut read = Vec::new();
    for record in of("t.csv", data) {
        let record = record.map_err(|bad| TestCaseError::fail(bad.why))?;
        let texts = record.columns.iter().map(|column| record.members[column].as_str().unwrap().to_owned());
        read.push(texts.collect::<Vec<_>>());
    }
    prop_assert_eq!(read, expected);
    Ok(())
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-999_999i32..999_999).prop_map(|n| serde_json::from_str(&format!("{n}e-3")).unwrap()),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    let text = any::<String>();
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number(), text.prop_map(Value::from)];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let members = proptest::collection::btree_map(any::<String>(), inner.clone(), 0..5);
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(Value::from),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_table_reads_back_in_any_delimiter(
        texts in proptest::collection::vec(proptest::collection::vec(any::<String>(), 3), 0..8),
        near in proptest::collection::vec(proptest::collection::vec("[ab\"',;|\t\r\n =-]{0,6}", 3), 0..8),
        (delimiter, charset) in (0usize..4, 0usize..4),
    ) {
        // What looks guarded comes back without its guard, and no text has a NUL.
        let plain = |text: String| {
            if text.contains('\0') || crate::domain::formula::unguarded(&text) != text { String::new() } else { text }
        };
        let head = ["id", "Тема", "text"].map(str::to_owned).to_vec();
        let rows = texts.into_iter().chain(near).map(|row| row.into_iter().map(plain).collect());
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        let text = written(&rows, b",;\t|"[delimiter]);
        read_back(&encoded(&text, charset).unwrap(), &rows)?;
    }

    #[test]
    fn a_russian_table_reads_back_in_the_old_charsets(
        words in proptest::collection::vec("(не работает|вход|письма от клиента|оплата счёта|Ошибка печати|,|;|\n| ){1,6}", 4..20),
        (delimiter, charset) in (0usize..4, 4usize..6),
    ) {
        let head = vec!["Номер".to_owned(), "Тема обращения".to_owned(), "Описание проблемы".to_owned()];
        let rows = words.chunks_exact(2).map(|pair| vec!["1".to_owned(), pair[0].clone(), pair[1].clone()]);
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
        let text = written(&rows, b",;\t|"[delimiter]);
        read_back(&encoded(&text, charset).unwrap(), &rows)?;
    }

    #[test]
    fn any_json_reads_back(values in proptest::collection::vec(
        proptest::collection::btree_map(any::<String>(), tree(), 0..5), 0..5), lines in any::<bool>())
    {
        let values: Vec<Value> = values.into_iter().map(|m| Value::Object(m.into_iter().collect())).collect();
        let text = if lines {
            values.iter().map(|value| format!("{value}\n")).collect()
        } else {
            serde_json::to_string_pretty(&values).unwrap()
        };
        prop_assume!(!text.is_empty());
        let hint = if lines { Form::Ndjson } else { Form::Json };
        let records = read("x", Box::new(Cursor::new(text)), Some(hint)).unwrap();
        prop_assert_eq!(told(records), values);
    }

    #[test]
    fn what_is_read_of_broken_json_is_what_a_strict_reader_reads(text in "[\\[\\]{}:,\"\\\\a0-9.eE+\\-untrfals \n]{0,40}") {
        let text = format!("[{text}]");
        let read: Vec<_> = read("x", Box::new(Cursor::new(text.clone())), Some(Form::Json)).unwrap().collect();
        if let Ok(Value::Array(values)) = serde_json::from_str::<Value>(&text) {
            let objects = values.iter().filter(|v| v.is_object()).count();
            let twice = read.iter().any(|r| r.as_ref().is_err_and(|bad| bad.why.contains("twice")));
            prop_assert!(twice || read.iter().filter(|r| r.is_ok()).count() == objects, "{}", text);
        } else {
            prop_assert!(read.iter().any(|r| r.is_err()), "{}", text);
        }
    }

    #[test]
    fn no_bytes_panic(data in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(records) = read("x", Box::new(Cursor::new(data)), None) {
            prop_assert!(records.take(1_000).count() < 1_000);
        }
    }
}
