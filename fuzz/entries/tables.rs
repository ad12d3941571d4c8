//! Tables, spreadsheets and JSON files: read as records, told apart, mapped to fields.

use std::io::{Cursor, Write};

use frontdesk::domain::incoming::{Incoming, IncomingTicket, What};
use frontdesk::domain::mapping::{Dates, Kind, Mapping, Order};
use frontdesk::domain::record::Record;
use frontdesk::domain::time::Moment;
use frontdesk::domain::zone::Zone;
use frontdesk::formats::foreign::{PROGRAMS, Program, Reader, Sample, sniff};
use frontdesk::formats::records::{Bad, Form, Records, read};

const FORMS: [Option<Form>; 4] = [None, Some(Form::Csv), Some(Form::Json), Some(Form::Ndjson)];

/// A table or a JSON file: records have a place, one value for each column, and no more of them come than there are bytes. A
/// text brings the same records in each encoding that says what it is.
pub fn records(data: &[u8]) {
    for hint in FORMS {
        let Some(records) = opened(data, hint) else { continue };
        mapped(records, data.len());
    }
    if let Ok(text) = std::str::from_utf8(data)
        && !text.starts_with('\u{feff}')
    {
        let marked = ["\u{feff}", text].concat();
        let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(all(marked.as_bytes()), all(&wide));
    }
}

/// A spreadsheet: a file as it is, or the XML of a sheet and, behind a byte 255, that of its texts.
pub fn sheet(data: &[u8]) {
    let file = if data.starts_with(b"PK") { data.to_vec() } else { spreadsheet(data) };
    let Ok(records) = read("file", Box::new(Cursor::new(file)), Some(Form::Xlsx)) else { return };
    mapped(records, usize::MAX);
}

/// A file of another program. The first byte says of which, the second in which form and how its dates are written.
pub fn foreign(data: &[u8]) {
    let [program, way, data @ ..] = data else { return };
    let program = &PROGRAMS[usize::from(*program) % PROGRAMS.len()];
    let order = [None, Some(Order::DayFirst), Some(Order::MonthFirst), None][usize::from(way >> 2) % 4];
    let dates = Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order, serials: way & 16 != 0 };
    let Some(records) = opened(data, FORMS[usize::from(*way) % 4]) else { return };
    let json = records.form() != Form::Csv;
    let (table, holder) = (records.columns().to_vec(), records.holder().map(str::to_owned));
    let mut reader = Reader::new(program, dates);
    for record in records.flatten() {
        let columns = if json { &record.columns } else { &table };
        let sample = Sample { columns, first: &record, holder: holder.as_deref(), json };
        let _ = (sniff(&sample), sample.tells());
        match reader.read(&record) {
            Ok(found) => found.iter().for_each(|one| in_order(one, program)),
            Err(why) => assert!(!why.is_empty()),
        }
    }
    reader.end().iter().for_each(|one| in_order(one, program));
}

/// What comes in is sound, and a conversation goes on as time does after its first message; these two have it as their source
/// does.
fn in_order(one: &Incoming, program: &Program) {
    sound(one);
    let What::Ticket(ticket) = &one.what else { return };
    let said: Option<Vec<Moment>> = ticket.messages.iter().map(|message| message.at).collect();
    let as_is = ["github", "telegram"].contains(&program.word);
    assert!(as_is || said.is_none_or(|said| said.iter().skip(1).is_sorted()), "{ticket:?}");
}

/// A map and a table, a line for each: the words of the map and the columns lie between tabs, the rows follow. What is kept of
/// a map does the same again.
pub fn mapping(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n').map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let mut words = lines.next().unwrap_or_default();
    let kind = Kind::of(&words.remove(0)).unwrap_or(Kind::Tickets);
    let mut columns: Vec<String> = Vec::new();
    for column in lines.next().unwrap_or_default() {
        let column = column.trim().to_owned();
        if !column.is_empty() && !columns.contains(&column) {
            columns.push(column);
        }
    }
    let dates = Dates { zone: Zone::bundled("Europe/Moscow").unwrap(), order: Some(Order::DayFirst), serials: true };
    let mapping = match Mapping::new(kind, &words, Some(&columns)) {
        Ok(mapping) => mapping,
        Err(why) => return assert!(!why.is_empty()),
    };
    assert!(mapping.unused(&columns).iter().all(|unused| columns.iter().any(|column| column == unused)));
    assert!(mapping.guesses(&columns).iter().all(|(column, _)| columns.contains(column)));
    let kept = mapping.kept(&columns);
    if columns.iter().any(|column| column.contains('=')) {
        return; // what stands before and behind the sign may be a field as well
    }
    let again = Mapping::of_kept(&kept, Some(&columns));
    let again = again.unwrap_or_else(|why| panic!("{kept:?} is not read again: {why}"));
    for cells in lines {
        let members = columns.iter().zip(cells).map(|(column, cell)| (column.clone(), cell.into())).collect();
        let record = Record { place: "file:1".to_owned(), members, columns: columns.clone(), raw: "{}".to_owned() };
        let read = mapping.apply(&record, &dates);
        assert_eq!(read, again.apply(&record, &dates), "{kept:?}");
        match read {
            Ok(one) => sound(&one),
            Err(why) => assert!(!why.is_empty()),
        }
    }
}

fn opened(data: &[u8], hint: Option<Form>) -> Option<Records> {
    match read("file", Box::new(Cursor::new(data.to_vec())), hint) {
        Ok(records) => Some(records),
        Err(why) => {
            assert!(why.starts_with("file:"), "{why}");
            None
        }
    }
}

fn all(data: &[u8]) -> Option<Vec<Result<Record, Bad>>> {
    opened(data, None).map(Iterator::collect)
}

/// Reads all records, looks at each, and takes it for a ticket.
fn mapped(records: Records, most: usize) {
    let dates = Dates { zone: Zone::utc(), order: None, serials: true };
    let table = records.columns().to_vec();
    let columns = (!table.is_empty()).then_some(table.as_slice());
    let mapping = Mapping::new(Kind::Tickets, &[], columns).unwrap();
    for (n, record) in records.enumerate() {
        assert!(n <= most);
        let record = match record {
            Ok(record) => record,
            Err(bad) => {
                assert!(bad.place.starts_with("file:") && !bad.why.is_empty() && bad.raw.len() <= 1 << 20);
                continue;
            }
        };
        assert!(record.place.starts_with("file:") && record.raw.len() <= 1 << 20);
        assert_eq!(record.columns.len(), record.members.len());
        assert!(record.columns.iter().all(|column| record.members.contains_key(column)));
        assert!(columns.is_none_or(|columns| columns == record.columns));
        if let Ok(one) = mapping.apply(&record, &dates) {
            sound(&one);
        }
    }
}

/// What comes in has a place, times that can be written and read, and figures that can be.
fn sound(one: &Incoming) {
    assert!(one.origin.place.starts_with("file"), "{one:?}");
    match &one.what {
        What::Ticket(ticket) => sound_ticket(ticket),
        What::Time(time) => assert!(time.minutes > 0, "{time:?}"),
        What::Client(_) | What::Contact(_) => {}
    }
}

fn sound_ticket(ticket: &IncomingTicket) {
    let said = ticket.messages.iter().map(|message| message.at);
    let times = [ticket.opened_at, ticket.updated_at, ticket.closed_at, ticket.due_at];
    for at in times.into_iter().chain(said).flatten() {
        assert_eq!(Moment::parse_rfc3339(&at.rfc3339()), Some(at), "{ticket:?}");
    }
    assert!(ticket.ratings.iter().all(|rating| rating.scale.holds(rating.score)), "{ticket:?}");
    assert!(ticket.minutes.is_none_or(|minutes| minutes >= 0), "{ticket:?}");
}

/// A workbook around the XML of a sheet.
fn spreadsheet(data: &[u8]) -> Vec<u8> {
    let mut parts = data.splitn(2, |byte| *byte == 255);
    let (sheet, texts) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let types = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>";
    let book = b"<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='a' sheetId='1' r:id='r1'/></sheets></workbook>";
    let links = b"<Relationships><Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' Target='worksheets/sheet1.xml'/></Relationships>";
    let styles = b"<styleSheet><cellXfs count='3'><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='46'/></cellXfs></styleSheet>";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, part) in [
        ("[Content_Types].xml", &types[..]),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/styles.xml", styles),
        ("xl/sharedStrings.xml", texts),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        zip.start_file(name, plain).unwrap();
        zip.write_all(part).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
