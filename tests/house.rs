//! Keeps the architecture that `src/README.md` draws: who may import whom, where each outside crate lives, that the map is
//! true and that files stay small. It reads the sources as text, runs nothing of them, and names every fault by `file:line`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use source::{Name, Source};

/// Rooms of `src/` and their floors: a room imports from lower floors only.
const FLOORS: [(&str, u8); 16] = [
    ("main", 7),
    ("lib", 7),
    ("commands", 6),
    ("actions", 5),
    ("desk", 4),
    ("store", 3),
    ("formats", 3),
    ("post", 3),
    ("render", 3),
    ("host", 3),
    ("settings", 3),
    ("tls", 2),
    ("draft", 2),
    ("report", 2),
    ("error", 2),
    ("domain", 1),
];

/// Outside crates and the rooms they live in, below `src/`; `""` is the whole house.
const CRATES: [(&str, &[&str]); 42] = [
    ("frontdesk", &["main.rs"]),
    ("clap", &["commands/", "lib.rs"]),
    ("clap_complete", &["commands/", "lib.rs"]),
    ("clap_mangen", &["commands/", "lib.rs"]),
    ("rusqlite", &["store/engine.rs", "store/engine/"]),
    ("postgres", &["store/engine.rs", "store/engine/"]),
    ("tokio_postgres_rustls", &["store/engine.rs", "store/engine/"]),
    ("rustls", &["tls.rs", "post/", "store/engine.rs", "store/engine/"]),
    ("rustls_native_certs", &["tls.rs"]),
    ("lettre", &["post/"]),
    ("imap_proto", &["post/"]),
    ("pulldown_cmark", &["post/"]),
    ("idna", &["post/"]),
    ("minijinja", &["actions/", "render/"]),
    ("hmac", &["domain/token.rs"]),
    ("rcgen", &[]),
    ("comfy_table", &["render/text.rs", "render/text/"]),
    ("csv", &["render/csv.rs", "formats/"]),
    ("dialoguer", &["host.rs", "host/"]),
    ("directories", &["host.rs", "host/"]),
    ("indicatif", &["host.rs", "host/"]),
    ("jiff", &["domain/zone.rs"]),
    ("frostem", &["domain/words.rs"]),
    ("mail_parser", &["formats/"]),
    ("chardetng", &["formats/"]),
    ("encoding_rs", &["formats/"]),
    ("calamine", &["formats/records/"]),
    ("zip", &["formats/records/"]),
    ("toml", &["settings.rs", "settings/"]),
    ("toml_edit", &["settings.rs", "settings/"]),
    ("unicode_width", &["render/"]),
    ("anstyle", &["render/"]),
    ("sha2", &["formats/", "store/", "domain/token.rs"]),
    ("zstd", &["store/"]),
    ("getrandom", &["host.rs", "host/", "store/"]),
    ("tempfile", &["draft.rs", "host.rs", "host/", "store/"]),
    ("rustix", &["host.rs", "host/", "store/"]),
    ("signal_hook", &["host.rs", "host/"]),
    ("chrono", &[""]),
    ("serde", &[""]),
    ("serde_json", &[""]),
    ("proptest", &[""]),
];

/// Parts of the standard library that reach outside the program; `domain/` stays clear of them.
const OUTSIDE: [&str; 6] = ["env", "fs", "io", "net", "process", "thread"];

/// Lines a file may have before its tests.
const LONGEST: usize = 600;

#[path = "house/faults.rs"]
mod faults;
#[path = "house/outside.rs"]
mod outside;
#[path = "house/source.rs"]
mod source;

#[test]
fn the_house_stands() {
    let project = Project::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    for known in ["src/lib.rs", "src/main.rs", "src/error.rs", "src/domain/mod.rs", "src/report/mod.rs"] {
        assert!(project.sources.contains_key(known), "{known} was not read");
    }
    let faults = project.faults();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The sources of a project as text, and which other paths it has.
struct Project {
    /// Path from the root of the project, with `/`, to text.
    sources: BTreeMap<String, String>,
    map: String,
    manifest: String,
    has: Box<dyn Fn(&str) -> bool>,
}

impl Project {
    fn read(root: &Path) -> io::Result<Self> {
        let mut sources = BTreeMap::new();
        let mut folders = vec!["src".to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else if path.ends_with(".rs") {
                    sources.insert(path, fs::read_to_string(entry.path())?);
                }
            }
        }
        let map = fs::read_to_string(root.join("src/README.md"))?;
        let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
        let root = root.to_owned();
        Ok(Self { sources, map, manifest, has: Box::new(move |path| root.join(path).exists()) })
    }

    /// Every fault as `file:line: what is wrong`, in the order of the files.
    fn faults(&self) -> Vec<String> {
        let files: Vec<Source> = self.sources.iter().map(|(path, text)| Source::new(path, text)).collect();
        let mut faults = Vec::new();
        for (file, text) in files.iter().zip(self.sources.values()) {
            file.shape(text, &mut faults);
            file.imports(&mut faults);
            file.crates(&mut faults);
        }
        circles(&files, &mut faults);
        self.map_faults(&mut faults);
        self.manifest_faults(&mut faults);
        faults
    }

    /// Paths in backticks and in drawn trees of the map that do not exist.
    fn map_faults(&self, faults: &mut Vec<String>) {
        let mut drawn: Option<Vec<(usize, String)>> = None;
        for (at, line) in (1..).zip(self.map.lines()) {
            let mut missing = |path: &str| faults.push(format!("src/README.md:{at}: there is no `{path}`"));
            if line.trim_start().starts_with("```") {
                drawn = if drawn.is_some() { None } else { Some(Vec::new()) };
            } else if let Some(parents) = &mut drawn {
                let indent = line.len() - line.trim_start().len();
                parents.retain(|(outer, _)| *outer < indent);
                let Some(path) = line.split_whitespace().next().filter(|word| is_path(word)) else { continue };
                let inside = parents.last().map(|(_, parent)| format!("{parent}/{path}"));
                match [Some(path.to_owned()), inside].into_iter().flatten().find(|path| self.exists(path)) {
                    Some(found) => parents.push((indent, found.trim_end_matches('/').to_owned())),
                    None => missing(path),
                }
            } else {
                let spans = line.split('`').skip(1).step_by(2);
                spans.filter(|span| is_path(span) && !self.exists(span)).for_each(&mut missing);
            }
        }
    }

    /// Below `src/` or below the root; of a pattern such as `store/<noun>.rs` the folder must exist.
    fn exists(&self, path: &str) -> bool {
        let fixed = match path.find(['<', '*', '{', '…']) {
            Some(end) => path[..end].rsplit_once('/').map_or("", |(folder, _)| folder),
            None => path.trim_end_matches('/'),
        };
        !path.starts_with('/') && ((self.has)(&format!("src/{fixed}")) || (self.has)(fixed))
    }

    /// Dependencies to which nobody gave a room.
    fn manifest_faults(&self, faults: &mut Vec<String>) {
        let mut listed = false;
        for (at, line) in (1..).zip(self.manifest.lines()) {
            if line.starts_with('[') {
                listed = line.ends_with("dependencies]");
            } else if let Some((name, _)) = line.split_once('=').filter(|_| listed) {
                let name = name.trim().replace('-', "_");
                if !CRATES.iter().any(|(known, _)| *known == name) {
                    faults.push(format!("Cargo.toml:{at}: `{name}` has no room in tests/house.rs"));
                }
            }
        }
    }
}

fn is_path(word: &str) -> bool {
    let plain = !word.contains(char::is_whitespace) && !word.contains("://");
    plain && (word.contains('/') || [".rs", ".md", ".sql"].iter().any(|end| word.ends_with(end)))
}

/// What can be wrong with one file.
impl Source {
    /// Whether the whole file is tests of its parent.
    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs")
    }

    /// A heading, and not too long.
    fn shape(&self, text: &str, faults: &mut Vec<String>) {
        let first = text.lines().next().unwrap_or_default();
        if !first.starts_with("//!") && !first.starts_with("#![doc = include_str!") {
            faults.push(format!("{}:1: no `//!` line says what lives here", self.path));
        }
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let tests = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod "));
        let length = tests.unwrap_or(lines.len());
        if length > LONGEST && !self.is_test() {
            let line = LONGEST + 1;
            faults.push(format!("{}:{line}: {length} lines before the tests, {LONGEST} at most", self.path));
        }
    }

    /// Names of higher floors and of other rooms on the same floor.
    fn imports(&self, faults: &mut Vec<String>) {
        let floor = |room: &str| FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor);
        let room = self.room();
        let Some(own) = floor(room) else {
            return faults.push(format!("{}:1: `{room}` has no floor in tests/house.rs", self.path));
        };
        for name in self.names.iter().filter(|_| room != "main") {
            let Some(target) = self.absolute(name).and_then(|path| path.into_iter().next()) else { continue };
            let (other, height) = floor(&target).map_or(("lib", 7), |height| (target.as_str(), height));
            if other != room && height >= own {
                let (line, path) = (name.line, name.path.join("::"));
                let how = if height > own { "above" } else { "beside" };
                faults.push(format!("{}:{line}: `{path}` is in {other}, {how} {room}", self.path));
            }
        }
    }

    /// Outside crates named outside their rooms, and the world outside named in `domain/`.
    fn crates(&self, faults: &mut Vec<String>) {
        let mut own: BTreeSet<&str> = self.children.iter().map(String::as_str).collect();
        let of_ours = self.names.iter().filter(|name| self.absolute(name).is_some());
        own.extend(of_ours.filter_map(|name| name.import.as_deref()));
        let below = self.path.trim_start_matches("src/");
        let tried = |name: &&Name| name.inside.iter().any(|module| module == "tests") || self.is_test();
        for name in self.names.iter().filter(|name| !own.contains(name.path[0].as_str()) && !tried(name)) {
            let (line, path) = (name.line, name.path.join("::"));
            let mut words = name.path.iter().map(String::as_str).filter(|word| !word.is_empty());
            let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            if let Some((_, rooms)) = CRATES.iter().find(|(known, _)| *known == first)
                && !rooms.iter().any(|room| below == *room || (!room.ends_with(".rs") && below.starts_with(room)))
            {
                let rooms = rooms.join(", ");
                faults.push(format!("{}:{line}: `{path}`: {first} is used in {rooms} only", self.path));
            }
            if first == "std" && self.room() == "domain" && OUTSIDE.contains(&second) {
                faults.push(format!("{}:{line}: `{path}`: domain does not touch the world", self.path));
            }
        }
    }
}

/// Imports between the files of `domain/` that lead back to where they began. Tests may look anywhere; a file and the
/// folder of its own name are one room, and a module that re-exports what is below it depends on nothing by that.
fn circles(files: &[Source], faults: &mut Vec<String>) {
    let domain: BTreeMap<&[String], &Source> =
        files.iter().filter(|file| file.room() == "domain").map(|file| (&file.module[..], file)).collect();
    let mut uses: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for file in domain.values() {
        for name in file.names.iter().filter(|name| name.inside.is_empty()) {
            let Some(path) = file.absolute(name) else { continue };
            let Some(target) = home(&domain, &path, 0) else { continue };
            let passed_on = name.public && target.module.starts_with(&file.module);
            let kin = target.module.starts_with(&file.module) || file.module.starts_with(&target.module);
            if !kin && !passed_on {
                uses.entry(&file.path).or_default().entry(&target.path).or_insert(name.line);
            }
        }
    }
    let mut done = BTreeSet::new();
    for start in uses.keys() {
        walk(start, &uses, &mut Vec::new(), &mut done, faults);
    }
}

/// The file of `domain/` in which an absolute path ends, through re-exports.
fn home<'a>(domain: &BTreeMap<&[String], &'a Source>, path: &[String], hops: u8) -> Option<&'a Source> {
    let (file, length) = (1..=path.len()).rev().find_map(|n| domain.get(&path[..n]).map(|file| (*file, n)))?;
    let passed_on = |name: &&Name| name.public && name.import.is_some() && name.import.as_ref() == path.get(length);
    match file.names.iter().find(passed_on).and_then(|name| file.absolute(name)) {
        Some(next) if hops < 8 => home(domain, &next, hops + 1).or(Some(file)),
        _ => Some(file),
    }
}

fn walk<'a>(
    at: &'a str,
    uses: &BTreeMap<&'a str, BTreeMap<&'a str, usize>>,
    trail: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
    faults: &mut Vec<String>,
) {
    if done.contains(at) {
        return;
    }
    trail.push(at);
    for (next, line) in uses.get(at).into_iter().flatten() {
        if let Some(start) = trail.iter().position(|seen| seen == next) {
            let circle = [&trail[start..], &[*next]].concat().join(" -> ");
            faults.push(format!("{at}:{line}: imports go in a circle: {circle}"));
        } else {
            walk(next, uses, trail, done, faults);
        }
    }
    trail.pop();
    done.insert(at);
}
