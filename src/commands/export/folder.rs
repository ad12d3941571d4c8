//! A folder of pages: one Markdown file for each ticket. What nobody changed is not written again; a ticket has one page, also
//! after its subject was changed; files that are no pages of ours are left alone. Where the whole desk is written, its way
//! back lies beside the pages.

use super::walk::{Scope, Walk, count, written};
use super::{Answer, told, whole};
use crate::actions::import::back::IN_FOLDER;
use crate::desk::Desk;
use crate::domain::safe_name::{page_name, page_number};
use crate::error::{Error, Result};
use crate::host;
use crate::render::{Format, front_matter};
use crate::report::leave::{self, Leaving};
use crate::report::{Audience, Cell, Fact, Facts, Part};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

/// git shows the changes of pages alone, and leaves the lines of the whole desk as they are.
const ATTRIBUTES: &str = "desk.ndjson -diff -merge -text\n";

/// What was written: numbers and names. A name is kept as a number of its own, so that many take little room.
#[derive(Default)]
struct Pages {
    numbers: BTreeSet<i64>,
    names: BTreeSet<u64>,
    changed: i64,
}

/// Writes the pages.
pub(super) fn export(desk: &mut Desk, scope: &Scope, folder: &Path, prune: bool) -> Result<Answer> {
    if folder.exists() && !folder.is_dir() {
        return Err(Error::usage(format!("{} is a file", folder.display())).hint("name a folder: pages/"));
    }
    let total = desk.read(|r| count(r, scope))?;
    let place = folder.display().to_string();
    if desk.dry {
        return Ok(told(total, &place).into());
    }
    if !folder.exists() {
        host::make_folder(folder)?;
    }
    let progress = desk.host.progress_of(total.unsigned_abs(), "exporting");
    let mut pages = Pages::default();
    let walked = desk.read(|r| {
        Walk::new(scope, &progress).leaving(r, |t| {
            let number = t.page.listed.ticket.id;
            let name = page_name(number, &t.page.listed.ticket.subject);
            pages.changed += i64::from(host::keep_file(&folder.join(&name), page(t)?.as_bytes())?);
            pages.numbers.insert(number);
            pages.names.insert(key(&name));
            Ok(())
        })?;
        if scope.whole {
            host::write_file_by(&folder.join(IN_FOLDER), |out| whole::write(&mut Walk::new(scope, &progress), r, out))?;
        }
        Ok(())
    });
    progress.end();
    walked?;
    let attributes = folder.join(".gitattributes");
    if scope.whole && std::fs::symlink_metadata(&attributes).is_err() {
        host::write_file(&attributes, ATTRIBUTES.as_bytes())?;
    }
    let removed = tidy(folder, &pages, prune)?;
    let mut report = told(total, &place);
    let rows = vec![Fact::data("changed", Cell::Count(pages.changed)), Fact::data("removed", Cell::Count(removed))];
    report.parts.push(Part::Facts(Facts { audience: Audience::Data, rows, ..Facts::default() }));
    let back = if scope.whole { format!("; the way back is in {IN_FOLDER}") } else { String::new() };
    let gone = if removed > 0 { format!(", {removed} removed") } else { String::new() };
    if let Some(said) = report.parts.iter_mut().find_map(|p| if let Part::Prose(said) = p { Some(said) } else { None }) {
        said.push_str(&format!(": {} written, the others as they were{gone}{back}", pages.changed));
    }
    Ok(report.into())
}

/// The page of a ticket.
fn page(t: &Leaving) -> Result<String> {
    Ok(format!("{}\n{}", front_matter(&leave::head(t)), written(&leave::conversation(t), Format::Md)?))
}

/// Removes the pages that tickets had under older subjects; with `prune`, also those of tickets that were not written.
fn tidy(folder: &Path, pages: &Pages, prune: bool) -> Result<i64> {
    let failed = |e: std::io::Error| Error::from(e).doing(format!("tidying up {}", folder.display()));
    let mut removed = 0;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let Some(number) = page_number(&name).filter(|_| !pages.names.contains(&key(&name))) else { continue };
        if (prune || pages.numbers.contains(&number)) && is_page(&entry.path(), number) {
            std::fs::remove_file(entry.path()).map_err(failed)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Whether the file is a page of that ticket that was written here.
fn is_page(path: &Path, number: i64) -> bool {
    let plain = std::fs::symlink_metadata(path).is_ok_and(|m| m.is_file());
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(40).read_to_end(&mut head));
    plain && read.is_ok() && head.starts_with(format!("---\nnumber: {number}\n").as_bytes())
}

/// FNV-1a of a name (Fowler, Noll, Vo).
fn key(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |k, b| (k ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
