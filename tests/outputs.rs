//! Hostile text in every field through every output. A desk holds each text of a table in each field that somebody else can
//! fill; every command that puts something out is asked in every form it has. A new command has to be named in `words.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

#[path = "outputs/data.rs"]
mod data;
#[path = "outputs/files.rs"]
mod files;
#[path = "outputs/furnished.rs"]
mod furnished;
#[path = "outputs/html.rs"]
mod html;
#[path = "outputs/letters.rs"]
mod letters;
#[path = "outputs/people.rs"]
mod people;
#[path = "outputs/screens.rs"]
mod screens;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "cli/stage.rs"]
mod stage;
#[path = "outputs/table.rs"]
mod table;
#[expect(dead_code, reason = "another crate uses the rest")]
#[path = "triage/terminal.rs"]
mod terminal;
#[path = "outputs/typed.rs"]
mod typed;
#[path = "outputs/words.rs"]
mod words;

use stage::{Said, Stage};
use words::Ask;

/// What was asked.
struct Asked<'a> {
    path: &'a str,
    line: &'a [String],
}

impl Asked<'_> {
    /// Others read it than people, by rules of its own.
    fn is_apart(&self) -> bool {
        ["export", "agent rota", "__complete"].contains(&self.path)
            || self.path == "parked show" && self.line.iter().any(|word| word == "--raw")
    }

    /// What is shown, without what its form needs: iCalendar ends its lines by CR LF, a tab stands before what is said about a
    /// word.
    fn shown(&self, out: &str) -> String {
        match self.path {
            "agent rota" => out.replace("\r\n", "\n"),
            "__complete" => out.replace('\t', " "),
            _ => out.to_owned(),
        }
    }

    /// A paper, as wide as it is.
    fn is_paper(&self) -> bool {
        ["statement", "invoice show", "act", "client page"].contains(&self.path)
    }
}

/// Asks every line of every word with these flags; what it says is judged, and what it says about it always is.
fn every_line(stage: &Stage, ask: Ask, flags: &[&str], mut judge: impl FnMut(&Asked, &Said) -> Result<(), String>) {
    std::fs::write(stage.path("policy.toml"), "[[sla]]\nname = \"fast\"\nfirst_response = \"1h\"\n").unwrap();
    let first = |line: &str, key: &str| stage.json(line)[0][key].to_string().trim_matches('"').to_owned();
    let all = stage.json("invoice ls");
    let draft =
        all.as_array().unwrap().iter().find(|row| row["number"].is_null()).unwrap()["id"].as_str().unwrap().to_owned();
    let message = stage.of(1, "messages")[0]["id"].to_string();
    let places = [
        ("FOLDER", stage.path("").display().to_string()),
        ("DRAFT", draft),
        ("PARKED", first("parked", "id")),
        ("OUTBOX", first("outbox", "id")),
        ("MESSAGE", format!("m{message}")),
    ];
    let mut faults = Vec::new();
    for (path, way) in words::WORDS {
        for line in words::lines(*way, ask, &places) {
            let own = line.iter().any(|word| word == "--format");
            let asked: Vec<&str> =
                line.iter().map(String::as_str).chain(flags.iter().copied().filter(|_| !own)).collect();
            let said = stage.run(&asked);
            let mut fault =
                |what: String| faults.push((*path, format!("desk {}: {what}", asked.join(" ").escape_debug())));
            if said.exit > 5 || said.talk.contains("panicked") {
                fault(format!("exit {}: {}", said.exit, said.talk));
            }
            // A name that begins with a dash is no name on the command line.
            let plain = !line.iter().any(|word| word.contains("zq"));
            if plain && ![0, 4].contains(&said.exit) && !flags.contains(&"csv") {
                fault(format!("exit {}: {}", said.exit, said.talk));
            }
            if let Some(c) = people::harmful(&said.talk) {
                fault(format!("{c:?} in what is said: {:?}", said.talk));
            }
            if let Err(what) = judge(&Asked { path, line: &line }, &said) {
                fault(what);
            }
        }
    }
    let count = faults.len();
    faults.dedup_by_key(|(path, _)| *path);
    let first: Vec<String> = faults.into_iter().map(|(_, fault)| fault.chars().take(1_000).collect()).collect();
    assert!(count == 0, "{count} faults, of each word the first:\n{}", first.join("\n"));
}

/// A text without the colours that the program itself paints.
fn without_colours(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let end = behind.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(behind.len());
        match behind[end..].strip_prefix('m') {
            Some(after) => rest = after,
            None => {
                out.push('\u{1b}');
                rest = behind;
            }
        }
    }
    out + rest
}

fn no_harm(out: &str) -> Result<(), String> {
    people::harmful(out).map_or(Ok(()), |c| {
        let at = out.find(c).unwrap_or(0);
        let near: String = out[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        Err(format!("{c:?} behind {near:?}"))
    })
}

#[test]
fn a_pipe_gets_nothing_that_steers_or_deceives() {
    every_line(&furnished::hostile(), Ask::all(), &[], |asked, said| {
        // Tables and lines for programs are looked at elsewhere.
        if asked.path == "export" { Ok(()) } else { no_harm(&asked.shown(&said.out)) }
    });
}

#[test]
fn a_terminal_gets_nothing_that_steers_deceives_or_is_wider() {
    let hostile = furnished::hostile();
    for cells in [20, 40, 80, 200] {
        let texts = if cells == 40 { table::count() } else { 1 };
        every_line(
            &hostile.on_terminal(cells),
            Ask { texts, ..Ask::what_tells() },
            &["--color", "never"],
            |asked, said| {
                if asked.is_apart() {
                    return Ok(());
                }
                no_harm(&asked.shown(&said.out))?;
                let wide = people::too_wide(&said.out, cells).filter(|_| !asked.is_paper());
                wide.map_or(Ok(()), |line| Err(format!("wider than {cells}: {line:?}")))
            },
        );
    }
}

#[test]
fn colours_are_all_that_is_painted() {
    every_line(
        &furnished::hostile().on_terminal(80),
        Ask { texts: 1, ..Ask::all() },
        &["--color", "always"],
        |asked, said| {
            if asked.is_apart() { Ok(()) } else { no_harm(&without_colours(&asked.shown(&said.out))) }
        },
    );
}

#[test]
fn markdown_has_no_markup_of_others() {
    every_line(&furnished::hostile(), Ask::what_tells(), &["--format", "md"], |asked, said| {
        if asked.is_apart() {
            return Ok(());
        }
        no_harm(&said.out)?;
        people::markup(&said.out).map_or(Ok(()), Err)
    });
}

#[test]
fn pages_are_made_of_what_the_program_wrote() {
    let mut ours = std::collections::BTreeSet::new();
    every_line(
        &furnished::harmless(),
        Ask { texts: 2, harmless: true, ..Ask::all() },
        &["--format", "html"],
        |asked, said| {
            if !asked.is_apart() && !said.out.is_empty() {
                ours.extend(html::made_of(&said.out)?);
            }
            Ok(())
        },
    );
    every_line(&furnished::hostile(), Ask::what_tells(), &["--format", "html"], |asked, said| {
        if asked.is_apart() || said.out.is_empty() {
            return Ok(());
        }
        no_harm(&said.out)?;
        let odd: Vec<String> = html::made_of(&said.out)?.difference(&ours).cloned().collect();
        if odd.is_empty() { Ok(()) } else { Err(format!("{odd:?}")) }
    });
}

#[test]
fn json_keeps_every_text_exactly() {
    let mut seen = std::collections::BTreeSet::new();
    let stage = furnished::hostile();
    every_line(&stage, Ask::what_tells(), &["--json"], |asked, said| {
        if asked.is_apart() || said.out.is_empty() {
            return Ok(());
        }
        let told = data::json(&said.out)?;
        seen.extend(table::marks(&said.out).into_iter().map(|mark| (mark.field.to_owned(), mark.n)));
        // It says what it found in the words of the history, shortened.
        if asked.path == "doctor" { Ok(()) } else { data::exact(&told) }
    });
    // What stands in no output was not tried at all. Of these two no command tells.
    let untold = ["author", "folder"];
    let told = |field: &String| seen.contains(&(field.clone(), 8)) || untold.contains(&field.as_str());
    let absent: Vec<String> = furnished::fields().into_iter().filter(|field| !told(field)).collect();
    assert!(absent.is_empty(), "no command tells of {absent:?}");
    every_line(&stage, Ask::what_tells(), &["--format", "ndjson"], |asked, said| {
        let lines = !asked.is_apart() || asked.line.iter().any(|word| word == "ndjson");
        if lines { data::lines(&said.out) } else { Ok(()) }
    });
}

#[test]
fn tables_run_nothing_and_keep_their_rows() {
    every_line(&furnished::hostile(), Ask::what_tells(), &["--format", "csv"], |asked, said| {
        let table = !asked.is_apart() || asked.line.iter().any(|word| word == "csv");
        if table { data::csv(&said.out).map(drop) } else { Ok(()) }
    });
}
