//! Looking for somebody in the bytes of a desk: the files as they lie, and every value of every table, unpacked.

use crate::furnished::HERS;
use crate::stage::Stage;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::fs;

/// Where bytes hold anything of hers.
pub(crate) fn found_in(bytes: &[u8], place: &str, found: &mut Vec<String>) {
    for her in HERS {
        let capitals = her.to_uppercase();
        for needle in [her.as_bytes(), capitals.as_bytes()] {
            if bytes.windows(needle.len()).any(|w| w == needle) {
                found.push(format!("{her} in {place}"));
            }
        }
    }
}

/// Where the files of a desk and the values in it hold anything of hers.
pub(crate) fn of_hers(stage: &Stage) -> Vec<String> {
    let mut found = Vec::new();
    for suffix in ["", "-wal", "-shm"] {
        if let Ok(bytes) = fs::read(stage.path(&format!("desk.db{suffix}"))) {
            found_in(&bytes, &format!("desk.db{suffix}"), &mut found);
        }
    }
    // Terms lie in the index without the beginning that they share with the one before.
    for term in terms(stage) {
        found_in(term.as_bytes(), "the search index", &mut found);
    }
    found.extend(in_values(stage));
    found
}

/// Every term of the search index.
fn terms(stage: &Stage) -> Vec<String> {
    let c = Connection::open(stage.path("desk.db")).unwrap();
    c.execute_batch("CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, search, 'row')").unwrap();
    let mut s = c.prepare("SELECT term FROM temp.known").unwrap();
    s.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Where values hold anything of hers.
pub(crate) fn in_values(stage: &Stage) -> Vec<String> {
    let mut found = Vec::new();
    for (place, bytes) in values(stage) {
        found_in(&bytes, &place, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// Every text and blob of every table; what is packed, unpacked.
pub(crate) fn values(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let c = Connection::open(stage.path("desk.db")).unwrap();
    let tables: Vec<String> = {
        let mut s =
            c.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'").unwrap();
        s.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut all = Vec::new();
    for table in tables {
        let mut s = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let names: Vec<String> = s.column_names().map(str::to_owned).collect();
        let mut rows = s.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (i, name) in names.iter().enumerate() {
                let place = format!("{table}.{name}");
                match row.get_ref(i).unwrap() {
                    ValueRef::Text(t) => all.push((place, t.to_vec())),
                    ValueRef::Blob(b) => {
                        all.push((place.clone(), b.to_vec()));
                        all.extend(unpacked(b).map(|bytes| (format!("{place}, unpacked"), bytes)));
                    }
                    _ => {}
                }
            }
        }
    }
    all
}

/// What was packed, with base64 parts as they read.
pub(crate) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    zstd::stream::decode_all(packed).ok()
}
