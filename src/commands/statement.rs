//! `desk statement`: hours of a client and what they come to, in his language.

use super::args::Answer;
use super::ls;
use crate::actions::books::Books;
use crate::actions::{papers, people};
use crate::desk::{Desk, House};
use crate::domain::billing::paper::{Paper, Sort};
use crate::domain::client::Client;
use crate::domain::period::Period;
use crate::domain::safe_name::safe_name;
use crate::error::{Error, Result};
use crate::host;
use crate::render::{Format, guard};
use crate::render::paper::{self, Form};
use crate::report::{self, Audience, Part, Report, Shape};
use std::path::Path;

/// What was worked for a client and what it comes to, on paper
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "It is for the client to check: every entry with what was worked, billed, covered by a pool and paid by the hour, the
pools before and after, estimates against fact, and what he owes. It is in his language (desk client edit acme --lang ru),
as text, --format md or --format html, which prints well; csv and json are for programs. Without in:… it is last month.

Examples:
  desk statement acme
  desk statement acme in:2026-10 --format html -o acme.html
  desk statement all in:last-month --format html -o statements/     # a file for each client who had hours or fees
  desk statement acme in:2026-10 --json")]
pub struct Statement {
    /// A client, or all
    #[arg(value_name = "CLIENT|all")]
    client: String,
    /// in:2026-10, in:last-month …
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
}

impl Statement {
    /// Writes it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let period = period(desk, &self.query, "a statement")?;
        let house = desk.house()?;
        let days = (period.first, period.last);
        if self.client != "all" {
            let (client, paper) = desk.read(|r| {
                let client = people::client(r, &self.client)?;
                let books = Books::of(r, client.id, &house, days.1)?;
                Ok((client.clone(), papers::statement(r, &books, &client, &house, days)?.paper))
            })?;
            return Ok(answer(paper, &client, None, &house));
        }
        let all = desk.read(|r| {
            let mut all = Vec::new();
            for books in Books::all(r, &house, days.1)? {
                let Some(client) = r.client(books.client)? else { continue };
                let paper = papers::statement(r, &books, &client, &house, days)?.paper;
                if !paper.work.is_empty() || !paper.fees.is_empty() {
                    all.push((client, paper));
                }
            }
            Ok(all)
        })?;
        many(desk, all, &house)
    }
}

/// The period that a query names, and nothing else; last month where it names none.
pub(super) fn period(desk: &mut Desk, words: &[String], what: &str) -> Result<Period> {
    let query = ls::query_for_deeds(desk, words)?;
    if !query.words.is_empty() || !query.terms.is_empty() || query.sort.is_some() {
        return Err(Error::usage(format!("{what} takes in all of a client's hours in a period"))
            .hint("name the period alone: in:2026-10, in:last-month, in:2026-11-01..2026-11-15"));
    }
    match &query.period {
        Some((_, period)) => Ok(*period),
        None => Ok(Period::last_month(desk.now, &desk.zone()?)),
    }
}

/// A paper in any format.
pub(super) fn answer(paper: Paper, client: &Client, draft: Option<&str>, house: &House) -> Answer {
    let data = report::paper::paper(&paper, &client.handle, draft);
    let templates = house.templates.clone();
    Answer::paper(data, move |format| written(&paper, format, &templates))
}

/// A paper in words, by the team's template where there is one: `invoice-html-ru`, or `invoice-html` for all languages.
pub(super) fn written(
    of: &Paper,
    format: Format,
    templates: &std::collections::BTreeMap<String, String>,
) -> Result<String> {
    let (form, word) = match format {
        Format::Html => (Form::Html, "html"),
        Format::Md => (Form::Markdown, "md"),
        _ => (Form::Text, "text"),
    };
    let name = format!("{}-{word}", sort_word(of.sort));
    let own = templates.get(&format!("{name}-{}", of.lang)).or_else(|| templates.get(&name));
    paper::paper(of, form, own.map(String::as_str))
}

/// The word for a sort of paper: `invoice`.
pub(super) fn sort_word(sort: Sort) -> &'static str {
    match sort {
        Sort::Statement => "statement",
        Sort::Invoice => "invoice",
        Sort::Credit => "credit",
        Sort::Act => "act",
    }
}

/// A file name for a client, whatever his handle is made of.
pub(super) fn file_name(handle: &str, end: &str, n: usize) -> String {
    let whole = if end.is_empty() { handle.to_owned() } else { format!("{handle}.{end}") };
    safe_name(&whole, "", n)
}

/// Several papers: one after the other, or a file for each in a folder.
fn many(desk: &mut Desk, all: Vec<(Client, Paper)>, house: &House) -> Result<Answer> {
    let folder = desk.output.clone().filter(|place| place.ends_with('/') || Path::new(place).is_dir());
    if let Some(folder) = folder {
        desk.output = None;
        let mut lines = Vec::new();
        let format = desk.format.as_deref().and_then(Format::of).unwrap_or_default();
        let end = match format {
            Format::Html => "html",
            Format::Md => "md",
            _ => "txt",
        };
        if !desk.dry {
            host::make_folder(Path::new(&folder))?;
        }
        for (client, paper) in all {
            let file = Path::new(&folder).join(file_name(&client.handle, end, lines.len()));
            if !desk.dry {
                host::write_file(&file, written(&paper, format, &house.templates)?.as_bytes())?;
            }
            lines.push(format!("{}  {}", client.handle, file.display()));
        }
        if desk.reader == Audience::Data {
            return Ok(report::things::done(&lines, None).into());
        }
        let said: String = lines.iter().map(|line| format!("{line}\n")).collect();
        return Ok(Answer::bytes(guard::body(&said).into_bytes()));
    }
    let section = |(client, paper): &(Client, Paper)| Part::Section(report::paper::paper(paper, &client.handle, None));
    let data = Report { shape: Shape::Each, parts: all.iter().map(section).collect(), ..Report::default() };
    let templates = house.templates.clone();
    Ok(Answer::paper(data, move |format| {
        if format == Format::Html && all.len() > 1 {
            return Err(Error::usage("several pages do not go into one file")
                .hint("name a folder: desk statement all --format html -o statements/"));
        }
        let pages: Result<Vec<String>> = all.iter().map(|(_, paper)| written(paper, format, &templates)).collect();
        Ok(pages?.join("\n"))
    }))
}
