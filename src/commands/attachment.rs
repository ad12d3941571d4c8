//! `desk attachment`: the files of a ticket, out of the desk. They keep the numbers that `desk show` gives them; what
//! they may be called on a disk is decided in `domain/safe_name.rs`.

use super::args::{self, Answer};
use super::client::counted;
use crate::desk::Desk;
use crate::domain::message::Attachment as File;
use crate::domain::safe_name::{is_program, safe_name, unique};
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};
use crate::host::saved;
use crate::report::attachment::{Saved, saved as told};
use crate::store::Reader;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of a ticket: save them, open one
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "The numbers are those of desk show: [1] report.pdf 12 kB.

Examples:
  desk attachment save 42 1               # into this folder
  desk attachment save 42 1,3 -o ~/Desktop
  desk attachment save 42 all -o ~/acme/
  desk attachment save 42 2 -o -  | less
  desk attachment open 42 1

JSON: number name path type bytes")]
pub struct AttachmentWord {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// Save files: here, or with -o in a folder, under a name, or on standard output
    #[command(after_help = "A name is made safe first: no folder of the sender's, nothing hidden, equal names numbered. Nothing is written over, and
no link is followed; --force replaces what is there.

Examples:
  desk attachment save 42 1
  desk attachment save 42 1,3 -o ~/Desktop
  desk attachment save 42 all -o ~/acme/
  desk attachment save 42 2 -o report.pdf --force
  desk attachment save 42 2 -o -  | less")]
    Save {
        /// The ticket
        #[arg(value_name = "ID")]
        id: String,
        /// Numbers from desk show: 1 · 1,3 · 2-5 · all
        #[arg(required = true, value_name = "N")]
        numbers: Vec<String>,
        /// Replace files that are there already
        #[arg(long)]
        force: bool,
    },
    /// Open a file in the program that the desktop has for it; never a program itself
    #[command(after_help = "DESK_OPENER names another program than the desktop's own (xdg-open, open).

Examples:
  desk attachment open 42 1
  DESK_OPENER=less desk attachment open 42 2")]
    Open {
        /// The ticket
        #[arg(value_name = "ID")]
        id: String,
        /// The number from desk show
        #[arg(value_name = "N")]
        number: String,
    },
}

/// A file of a ticket: its number across the ticket, and where its bytes are.
#[derive(Debug, Clone)]
struct Numbered {
    number: usize,
    message: i64,
    n: i64,
    file: File,
}

impl AttachmentWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed {
            Deed::Save { id, numbers, force } => save(desk, &id, &numbers, force),
            Deed::Open { id, number } => open(desk, &id, &number),
        }
    }
}

/// The ticket and those of its files that the words name.
fn chosen(desk: &mut Desk, id: &str, words: &[String]) -> Result<(Ticket, Vec<Numbered>)> {
    let ticket = args::ticket(desk, id)?;
    let all = desk.read(|r| files_of(r, ticket.id))?;
    let wanted = numbers(words, all.len())?;
    let has = |what: &str| {
        Err(Error::missing(format!("ticket {} has {what}", ticket.id)).hint(format!("desk show {}", ticket.id)))
    };
    if all.is_empty() {
        return has("no files");
    }
    if let Some(beyond) = wanted.iter().find(|n| **n == 0 || **n > all.len()) {
        return has(&format!("{}: there is no {beyond}", counted(all.len(), "file", "files")));
    }
    let files = all.into_iter().filter(|f| wanted.contains(&f.number)).collect();
    Ok((ticket, files))
}

fn files_of(r: &mut Reader<'_>, ticket: i64) -> Result<Vec<Numbered>> {
    let messages = r.messages(ticket)?.into_iter();
    let files = messages.flat_map(|m| (0_i64..).zip(m.attachments).map(move |(n, file)| (m.id, n, file)));
    Ok((1..).zip(files).map(|(number, (message, n, file))| Numbered { number, message, n, file }).collect())
}

/// `1`, `1,3`, `2-5`, `all`.
fn numbers(words: &[String], count: usize) -> Result<BTreeSet<usize>> {
    let bad = |word: &str| Error::usage(format!("{word:?} is no number of a file")).hint("1, 1,3, 2-5 or all: desk show");
    let number = |word: &str| word.trim().parse::<usize>().ok().filter(|n| *n > 0);
    let mut found = BTreeSet::new();
    for piece in words.iter().flat_map(|w| w.split(',')).filter(|p| !p.trim().is_empty()) {
        match (piece.split_once('-'), number(piece)) {
            _ if piece.trim() == "all" => found.extend(1..=count),
            (None, Some(n)) => drop(found.insert(n)),
            (Some((a, b)), _) => match (number(a), number(b)) {
                // Beyond the last one there is nothing to say more than that.
                (Some(a), Some(b)) if a <= b => found.extend(a..=b.min(count.max(a).saturating_add(1))),
                _ => return Err(bad(piece)),
            },
            _ => return Err(bad(piece)),
        }
    }
    if found.is_empty() && !words.iter().any(|w| w.trim() == "all") {
        return Err(bad(&words.join(" ")));
    }
    Ok(found)
}

fn bytes_of(desk: &mut Desk, f: &Numbered) -> Result<Vec<u8>> {
    let part = desk.read(|r| r.attachment(f.message, f.n))?;
    Ok(part.ok_or_else(|| Error::refused(format!("file {} is gone", f.number)).hint("desk doctor --deep"))?.content)
}

fn save(desk: &mut Desk, id: &str, words: &[String], force: bool) -> Result<Answer> {
    let (_, files) = chosen(desk, id, words)?;
    let to = desk.output.take();
    if let (Some("-"), [file]) = (to.as_deref(), files.as_slice()) {
        return Ok(Answer::bytes(bytes_of(desk, file)?));
    }
    let paths = places(to.as_deref(), &files)?;
    if let Some(taken) = paths.iter().find(|p| !force && std::fs::symlink_metadata(p).is_ok()) {
        return Err(saved::taken(taken));
    }
    let mut done = Vec::new();
    for (f, path) in files.into_iter().zip(paths) {
        if !desk.dry {
            let bytes = bytes_of(desk, &f)?;
            saved::save_new(&path, &bytes, force)?;
        }
        done.push(Saved { number: f.number, file: f.file, path: path.display().to_string() });
    }
    Ok(told(&done, if desk.dry { "would save" } else { "saved" }).into())
}

/// Where each file goes: into a folder under its own name made safe, or under the one name that was given.
fn places(to: Option<&str>, files: &[Numbered]) -> Result<Vec<PathBuf>> {
    let several = |what: &str| {
        Err(Error::usage(format!("{} do not go into {what}", counted(files.len(), "file", "files")))
            .hint("name a folder: -o FOLDER/"))
    };
    let folder = match to {
        Some("-") => return several("one stream"),
        Some(word) if Path::new(word).is_dir() => word,
        Some(word) if word.ends_with('/') => {
            return Err(Error::missing(format!("there is no folder {word}")).hint(format!("mkdir -p {word}")));
        }
        Some(word) if files.len() == 1 => return Ok(vec![PathBuf::from(word)]),
        Some(word) => return several(&format!("the file {word}")),
        None => "",
    };
    let mut given: BTreeSet<String> = BTreeSet::new();
    let path = |f: &Numbered| {
        let name = unique(&safe_name(&f.file.name, &f.file.media_type, f.number), |n| given.contains(&n.to_lowercase()));
        given.insert(name.to_lowercase());
        Path::new(folder).join(name)
    };
    Ok(files.iter().map(path).collect())
}

fn open(desk: &mut Desk, id: &str, word: &str) -> Result<Answer> {
    let (ticket, files) = chosen(desk, id, &[word.to_owned()])?;
    let [f] = files.as_slice() else {
        return Err(Error::usage("one file is opened at a time").hint(format!("desk attachment save {} {word}", ticket.id)));
    };
    let name = safe_name(&f.file.name, &f.file.media_type, f.number);
    let way_out = format!("desk attachment save {} {}", ticket.id, f.number);
    if is_program(&f.file.name, &f.file.media_type) {
        return Err(Error::refused(format!("{name} may be a program, or hold one: it is not opened"))
            .hint(format!("to have it all the same: {way_out}")));
    }
    if desk.dry {
        return Ok(told(&[Saved { number: f.number, file: f.file.clone(), path: name }], "would open").into());
    }
    let bytes = bytes_of(desk, f)?;
    let path = desk.host.show_file(&name, &bytes).map_err(|e| match e.hint {
        Some(_) => e,
        None => e.hint(way_out),
    })?;
    let path = path.display().to_string();
    Ok(told(&[Saved { number: f.number, file: f.file.clone(), path }], "opened").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str], count: usize) -> Option<Vec<usize>> {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        numbers(&words, count).ok().map(|set| set.into_iter().collect())
    }

    #[test]
    fn files_are_named_by_numbers_lists_ranges_or_all_of_them() {
        assert_eq!(of(&["1"], 5), Some(vec![1]));
        assert_eq!(of(&["3,1", "2"], 5), Some(vec![1, 2, 3]));
        assert_eq!(of(&["2-4"], 5), Some(vec![2, 3, 4]));
        assert_eq!(of(&["all"], 3), Some(vec![1, 2, 3]));
        assert_eq!(of(&["all"], 0), Some(vec![]));
        assert_eq!(of(&["7"], 3), Some(vec![7]), "whether it is there is asked elsewhere");
        assert!(of(&["2-99999999999"], 3).is_some_and(|n| n == [2, 3, 4]), "a range ends soon after the last");
        for bad in [&["0"][..], &["x"], &["-1"], &["3-1"], &[""], &[","], &["1.5"], &["1-"]] {
            assert_eq!(of(bad, 5), None, "{bad:?}");
        }
    }
}
