//! `desk answer export`: articles for customers as a folder of Markdown or as one page that can be searched.

use crate::actions::answer::article;
use crate::commands::args::Answer;
use crate::desk::Desk;
use crate::domain::answer;
use crate::domain::attribution::language_of;
use crate::domain::safe_name::{safe_name, unique};
use crate::error::{Error, Result};
use crate::host;
use crate::post::compose::harmless;
use crate::render::articles::{self, Article};
use crate::render::{front_matter, guard};
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};
use std::path::Path;

/// How the files that were written here before begin.
const OURS: &[u8] = b"---\nanswer: ";

/// Writes them; with `all`, private ones too, as they are kept.
pub(super) fn run(desk: &mut Desk, place: &str, all: bool) -> Result<Answer> {
    let is_page = Path::new(place).extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"));
    if is_page && all {
        return Err(Error::usage("a page for customers holds articles only").hint("desk answer export answers/ --all"));
    }
    let called = desk.setting("name")?.as_str().unwrap_or_default().to_owned();
    let mut chosen = desk.read(|r| r.answers())?;
    chosen.retain(|a| all || a.article);
    chosen.sort_by_key(|a| (a.heading().to_lowercase(), a.name.to_lowercase()));
    if chosen.is_empty() {
        let hint = if all { "desk answer add" } else { "desk answer edit NAME --article makes one of a saved answer" };
        return Err(Error::missing("there is no article yet").hint(hint));
    }
    let texts = chosen
        .iter()
        .map(|a| if all { Ok(a.text.clone()) } else { article(&a.text, &called).map_err(|e| e.doing(format!("the answer {}", a.name))) })
        .collect::<Result<Vec<_>>>()?;
    let personal = chosen.iter().zip(&texts).filter(|(a, text)| !all && text.lines().count() < a.text.lines().count());
    let personal: Vec<&str> = personal.map(|(a, _)| a.name.as_str()).collect();
    let mut report = told(chosen.len(), place, all);
    if !personal.is_empty() {
        report.notes.push(format!("lines that name the customer or the ticket were left out of {}", personal.join(", ")));
    }
    if !desk.dry {
        if is_page {
            page(Path::new(place), &called, &chosen, &texts)?;
        } else {
            folder(Path::new(place), &chosen, &texts)?;
        }
    }
    Ok(report.into())
}

fn page(place: &Path, called: &str, chosen: &[answer::Answer], texts: &[String]) -> Result<()> {
    if place.is_dir() {
        return Err(Error::usage(format!("{} is a folder", place.display())).hint("name a file: help.html"));
    }
    let article = |(a, text): (&answer::Answer, &String)| Article {
        name: a.name.clone(),
        title: a.heading().to_owned(),
        lang: language(a),
        tags: a.tags.clone(),
        html: harmless(text),
    };
    let all: Vec<Article> = chosen.iter().zip(texts).map(article).collect();
    host::write_file(place, articles::page(called, &all).as_bytes())
}

fn folder(place: &Path, chosen: &[answer::Answer], texts: &[String]) -> Result<()> {
    if place.exists() && !place.is_dir() {
        return Err(Error::usage(format!("{} is a file", place.display())).hint("name a folder or a file ending in .html"));
    }
    let mut names: Vec<String> = Vec::new();
    for a in chosen {
        let plain = a.name.to_lowercase().replace('/', "-");
        let name = unique(&safe_name(&format!("{plain}.md"), "text/markdown", 1), |name| names.iter().any(|n| n == name));
        let there = place.join(&name);
        if std::fs::symlink_metadata(&there).is_ok() && !std::fs::read(&there).is_ok_and(|text| text.starts_with(OURS)) {
            return Err(Error::refused(format!("{} is there and was not written by desk", there.display())).hint("name another folder"));
        }
        names.push(name);
    }
    if !place.exists() {
        host::make_folder(place)?;
    }
    for ((a, text), name) in chosen.iter().zip(texts).zip(&names) {
        let rows = vec![
            Fact::data("answer", Cell::Text(a.name.clone())),
            Fact::data("title", Cell::Text(a.heading().to_owned())),
            Fact::data("lang", Cell::Text(language(a))),
            Fact::data("tags", Cell::List(a.tags.iter().cloned().map(Cell::Text).collect())),
            Fact::data("article", Cell::Flag(a.article)),
        ];
        let head = Report { parts: vec![Part::Facts(Facts { rows, ..Facts::default() })], ..Report::default() };
        host::keep_file(&place.join(name), format!("{}\n{}\n", front_matter(&head), guard::body(text).trim_end()).as_bytes())?;
    }
    Ok(())
}

/// The language that an answer was said to be in, else the one it is in.
fn language(a: &answer::Answer) -> String {
    a.lang.clone().unwrap_or_else(|| language_of(&a.text).to_owned())
}

fn told(count: usize, place: &str, all: bool) -> Report {
    let thing = match (all, count) {
        (true, 1) => "answer",
        (true, _) => "answers",
        (false, 1) => "article",
        (false, _) => "articles",
    };
    let number = i64::try_from(count).unwrap_or(i64::MAX);
    let rows = vec![Fact::data("answers", Cell::Count(number)), Fact::data("path", Cell::Text(place.to_owned()))];
    let facts = Facts { audience: Audience::Data, rows, ..Facts::default() };
    Report { parts: vec![Part::Facts(facts), Part::Prose(format!("{count} {thing} to {place}"))], ..Report::default() }
}
