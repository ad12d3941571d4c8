//! Papers for a client (statement, invoice, credit note, act), his page and the mail that asks how it was, out of templates:
//! the built-in ones, or one of the team. What stands in a paper is decided elsewhere; here values become words in his language.
//!
//! A template is filled in a room of its own: it sees the paper and nothing else, every value is made harmless for the form
//! it goes into, and its work and its size are bounded.

mod filters;
mod form;
#[cfg(test)]
mod samples;
mod survey;
#[cfg(test)]
mod tests;
mod words;

pub use form::Form;
pub use survey::{Asking, Written, survey, survey_fits, survey_template};

use crate::domain::billing::client_page::ClientPage;
use crate::domain::billing::paper::{Paper, Sort, Work};
use crate::domain::time::{Date, Minutes};
use crate::domain::tongue::Tongue;
use crate::error::{Error, Result};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeSet;

/// What an own template is called where it is wrong.
const OWN: &str = "own";
/// What any template may do; one unit is one step, or 64 bytes of text.
const FUEL: u64 = 100_000;
/// What it may do for each line of the paper beyond that.
const FUEL_PER_LINE: u64 = 600;
/// How deep templates and macros may call each other.
const DEPTH: usize = 60;
/// The longest own template, in bytes.
const LONGEST: usize = 256 * 1024;

/// The paper in `form`, by the built-in template for its sort and language or by the team's `own`.
///
/// An own template is Jinja. It sees the fields of [`Paper`] by their names (`number`, `ours.inn`, `work`), and besides:
/// `draft`, whether it has no number yet; `charged` and `unpriced`, the work that is paid by the hour and the rest; `days`,
/// the work by day; `say`, the words of the built-in templates. It can take those in: `{% extends "invoice.html" %}`.
///
/// ```
/// # use frontdesk::domain::billing::{currency::Currency, money::Money, paper::{Paper, Sort, Time}};
/// # let rub = Currency::of("RUB").unwrap();
/// # let day = |text: &str| text.parse().unwrap();
/// # let paper = Paper { sort: Sort::Invoice, number: Some("7".into()), lang: "ru".into(), on: None, due: None,
/// #     first: day("2026-11-01"), last: day("2026-11-30"), currency: rub, ours: [].into(), theirs: [].into(), of: None,
/// #     fees: vec![], work: vec![], pools: vec![], estimates: vec![], time: Time::default(), net: Money::of(123_450, rub),
/// #     tax: None, tax_note: String::new(), total: Money::of(123_450, rub), balance: None, note: String::new() };
/// use frontdesk::render::paper::{Form, paper as written};
/// let text = written(&paper, Form::Text, Some("№ {{ number }}: {{ total|money }}, {{ total|words }}")).unwrap();
/// assert_eq!(text, "№ 7: 1\u{a0}234,50\u{a0}₽, Одна тысяча двести тридцать четыре рубля 50 копеек\n");
/// ```
///
/// # Errors
/// An own template that cannot be read or filled in, with its line; one that never ends or grows beyond bounds.
pub fn paper(paper: &Paper, form: Form, own: Option<&str>) -> Result<String> {
    let tongue = Tongue::named(&paper.lang).unwrap_or_default();
    let lines = paper.work.len() + paper.fees.len() + paper.pools.len() + paper.estimates.len();
    let mut templates = templates(tongue, form, lines);
    let name = match own {
        Some(text) => {
            if text.len() > LONGEST {
                return Err(Error::refused(format!("the template of the {} is too long", called(paper.sort)))
                    .hint(format!("{} KB are the most", LONGEST / 1024)));
            }
            let name = format!("{OWN}.{}", form.end());
            templates.add_template_owned(name.clone(), text).map_err(|e| wrong(&e, paper.sort))?;
            name
        }
        None => format!("{}.{}", called(paper.sort), form.end()),
    };
    fill(&templates, &name, Value::from(Serde(Filled::of(paper)))).map_err(|e| wrong(&e, paper.sort))
}

/// The built-in template for a sort of paper, as a beginning for an own one. It is the same in every language: its words
/// are in `say`, which is of the paper's language.
///
/// ```
/// use frontdesk::domain::billing::paper::Sort;
/// use frontdesk::render::paper::{Form, built_in};
/// assert!(built_in(Sort::Invoice, Form::Html, "ru").starts_with("{% extends \"page.html\" %}"));
/// ```
#[must_use]
pub fn built_in(sort: Sort, form: Form, _lang: &str) -> &'static str {
    let name = format!("{}.{}", called(sort), form.end());
    form.built_in().iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text)
}

/// A client's own page: HTML that stands alone, for any web host.
///
/// # Errors
/// None that a page can bring about.
pub fn client_page(page: &ClientPage) -> Result<String> {
    let lines = page.open.len() + page.done.len() + page.pools.len() + page.work.len();
    let templates = templates(Tongue::named(&page.lang).unwrap_or_default(), Form::Html, lines);
    let page = FilledPage { page, days: days(&page.work), several: false };
    let bug = |e: &minijinja::Error| Error::bug("the page of a client cannot be filled in").because(e);
    fill(&templates, "client.html", Value::from(Serde(page))).map_err(|e| bug(&e))
}

/// A paper with what follows from it.
#[derive(Serialize)]
struct Filled<'a> {
    #[serde(flatten)]
    paper: &'a Paper,
    draft: bool,
    charged: Vec<&'a Work>,
    unpriced: Vec<&'a Work>,
    days: Vec<Day<'a>>,
    several: bool,
}

impl Filled<'_> {
    fn of(paper: &Paper) -> Filled<'_> {
        let is_charged = |work: &&Work| work.amount.minor != 0 || work.overage_minutes != 0;
        let (charged, unpriced) = paper.work.iter().partition(is_charged);
        let contracts: BTreeSet<_> = paper.work.iter().map(|work| work.contract.as_deref()).collect();
        Filled {
            paper,
            draft: paper.number.is_none() && paper.sort != Sort::Statement,
            charged,
            unpriced,
            days: days(&paper.work),
            several: contracts.len() > 1,
        }
    }
}

/// A page with what follows from it.
#[derive(Serialize)]
struct FilledPage<'a> {
    #[serde(flatten)]
    page: &'a ClientPage,
    days: Vec<Day<'a>>,
    several: bool,
}

/// The work of a day.
#[derive(Serialize)]
struct Day<'a> {
    day: Date,
    work: Vec<&'a Work>,
    actual_minutes: Minutes,
    billed_minutes: Minutes,
}

/// Work by day, in the order in which it is given.
fn days(work: &[Work]) -> Vec<Day<'_>> {
    let mut out: Vec<Day<'_>> = Vec::new();
    for work in work {
        if out.last().is_none_or(|last| last.day != work.day) {
            out.push(Day { day: work.day, work: Vec::new(), actual_minutes: 0, billed_minutes: 0 });
        }
        if let Some(day) = out.last_mut() {
            day.actual_minutes = day.actual_minutes.saturating_add(work.actual_minutes);
            day.billed_minutes = day.billed_minutes.saturating_add(work.billed_minutes);
            day.work.push(work);
        }
    }
    out
}

/// What a sort of paper is called, also as a template.
fn called(sort: Sort) -> &'static str {
    match sort {
        Sort::Statement => "statement",
        Sort::Invoice => "invoice",
        Sort::Credit => "credit",
        Sort::Act => "act",
    }
}

/// The built-in templates of a form, with everything that they and own ones can use.
fn templates(tongue: Tongue, form: Form, lines: usize) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        templates.set_syntax(syntax);
    }
    templates.set_recursion_limit(DEPTH);
    templates.set_fuel(Some(FUEL + FUEL_PER_LINE * u64::try_from(lines).unwrap_or(u64::MAX / FUEL_PER_LINE - FUEL)));
    // What is captured counts as written already, in whichever template it was.
    templates.set_auto_escape_callback(|_| AutoEscape::Custom("form".into()));
    templates.set_formatter(move |out, _, value| form.write(out, value));
    // Without it no value goes past the guard.
    templates.remove_filter("safe");
    filters::teach(&mut templates, tongue);
    templates.add_global("say", Value::from(words::words(tongue)));
    templates.add_global("standing", Value::from(words::standings(tongue)));
    templates.add_global("lang", tongue.of("en", "ru"));
    for (name, text) in form.built_in() {
        // A built-in template that cannot be read is missing where it is asked for; the tests read them all.
        let _ = templates.add_template(name, text);
    }
    templates
}

fn fill(templates: &Environment<'_>, name: &str, values: Value) -> std::result::Result<String, minijinja::Error> {
    Ok(tidy(&templates.get_template(name)?.render(values)?))
}

/// The text without blanks at the ends of lines, with one empty line at most between others and none around them.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_apart = false;
    for line in text.lines().map(|line| line.trim_end_matches(' ')) {
        if line.is_empty() {
            is_apart = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut is_apart) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// What is wrong with a template, with its line and the way out.
fn wrong(e: &minijinja::Error, sort: Sort) -> Error {
    unfit(e, called(sort))
}

/// The same of a template by what it is called.
fn unfit(e: &minijinja::Error, called: &str) -> Error {
    let is_own = e.name().is_none_or(|name| name.starts_with(OWN));
    let place = match (is_own, e.line()) {
        (true, Some(line)) => format!(", line {line}"),
        (false, line) => format!(", in {} line {}", e.name().unwrap_or_default(), line.unwrap_or_default()),
        (true, None) => String::new(),
    };
    let cause = std::iter::successors(Some(e as &dyn std::error::Error), |e| e.source()).last();
    let why = match (e.kind(), cause.and_then(|cause| cause.downcast_ref::<minijinja::Error>())) {
        (ErrorKind::OutOfFuel, _) => "it does not end, or grows beyond bounds".to_owned(),
        (_, Some(cause)) => cause.detail().map_or_else(|| cause.kind().to_string(), str::to_owned),
        (_, None) => e.detail().map_or_else(|| e.kind().to_string(), str::to_owned),
    };
    let error = Error::refused(format!("the template of the {called} cannot be filled in{place}: {why}"));
    match e.kind() {
        ErrorKind::OutOfFuel => error.hint("look for a loop over a range, or a macro that calls itself"),
        _ => error.hint("mend that line, or begin again with the built-in template"),
    }
}
