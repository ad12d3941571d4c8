//! Whole desks: what was exported comes back.

use std::collections::BTreeMap;
use std::path::Path;

use frontdesk::host::Host;

/// A file that `desk import` is given, be it a whole desk or anything else: it is taken or refused in words, never by a fault
/// of ours. What came of it leaves, comes back into an empty desk and leaves again the same to the byte.
pub fn back(data: &[u8]) {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str| home.path().join(name).display().to_string();
    std::fs::write(file("given.ndjson"), data).unwrap();
    if run(home.path(), &["--desk", &file("one.db"), "import", &file("given.ndjson")]) != 0 {
        return;
    }
    // Where nothing was taken there is no desk.
    if !home.path().join("one.db").exists() {
        return;
    }
    for (desk, out) in [("one.db", "one.ndjson"), ("two.db", "two.ndjson")] {
        if desk == "two.db" {
            assert_eq!(run(home.path(), &["--desk", &file(desk), "import", &file("one.ndjson")]), 0);
        }
        assert_eq!(run(home.path(), &["--desk", &file(desk), "export", "-o", &file(out)]), 0);
    }
    let [one, two] = ["one.ndjson", "two.ndjson"].map(|name| std::fs::read(file(name)).unwrap());
    assert!(one == two, "{}\n{}", String::from_utf8_lossy(&one), String::from_utf8_lossy(&two));
}

/// Runs a command and says how it ended.
fn run(home: &Path, words: &[&str]) -> u8 {
    let home = home.display().to_string();
    let said = [("HOME", home.as_str()), ("USER", "mila"), ("DESK_NOW", "2026-11-23T06:30:00Z"), ("DESK_SEED", "7")];
    let said: BTreeMap<String, String> = said.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let mut host = Host::staged(said, b"");
    let code = frontdesk::run(words.iter().map(|word| (*word).to_owned()).collect(), &mut host);
    let (_, talk) = host.said();
    assert!(code <= 5, "{words:?} ended with {code}: {talk}");
    code
}
