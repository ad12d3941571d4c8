//! `desk answer`: saved answers, for `desk reply --answer`, and articles for customers.

mod export;
mod suggest;

use super::args::{self, Answer, TextFrom};
use crate::actions::answers::{self, Change};
use crate::desk::Desk;
use crate::domain::time::Moment;
use crate::domain::words::terms;
use crate::error::{Error, Result};
use crate::report::answer as report;
use crate::report::things::done;

/// Saved answers: texts to be used again, articles for customers
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "In a text, fields stand in double braces; they are filled in when the answer is used:
{{name}} {{first_name}} {{ticket}} {{subject}} {{agent}} {{client}} {{desk}}

Examples:
  desk answer add refund -m \"Hello {{first_name}}, your refund is on its way.\"
  desk answer add возврат --lang ru --file refund.txt
  desk answer add refund --from 42         # the reply you gave there
  desk answer ls card --tag billing
  desk answer suggest 42                   # what fits, and how similar tickets were answered
  desk answer edit refund                  # in your editor
  desk answer edit refund --title 'How refunds work' --article
  desk answer export help.html             # articles as a page that can be searched
  desk answer rm refund
  desk reply 42 --answer refund

JSON of ls: name lang title tags[] article uses last_used text")]
pub struct AnswerWord {
    #[command(subcommand)]
    deed: Option<Deed>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// Save an answer
    #[command(after_help = "Examples:
  desk answer add refund -m \"Hello {{first_name}}, your refund is on its way.\"
  desk answer add возврат --lang ru --file refund.txt
  desk answer add refund --from 42         # the reply you gave there, names made fields
  desk answer add export --title 'How to export' --tag data --article --file export.md
  pbpaste | desk answer add hours -")]
    Add {
        /// A short word
        #[arg(value_name = "NEW")]
        name: String,
        #[command(flatten)]
        text: Text,
        /// The last public reply of this ticket, with its names and number made fields
        #[arg(long, value_name = "ID", conflicts_with_all = ["message", "file", "dash"])]
        from: Option<String>,
        /// Its language: en or ru
        #[arg(long, value_name = "LANG")]
        lang: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// List them, or those that say these words
    #[command(visible_alias = "list", after_help = "Examples:\n  desk answer ls\n  desk answer ls refund card\n  desk answer ls --tag billing")]
    Ls {
        /// Words that stand in it, in any form
        #[arg(value_name = "WORDS")]
        words: Vec<String>,
        /// With this tag; may be given several times
        #[arg(long, value_name = "TAG")]
        tag: Vec<String>,
    },
    /// The ones that fit a ticket, and how similar tickets were answered
    #[command(after_help = "Example:\n  desk answer suggest 42\n\nJSON: number subject answers[{name reason used lang text}] earlier[{number subject status closed_at likeness author text}]")]
    Suggest {
        /// A number
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Write the articles for customers: a folder of Markdown, or one page (.html) that can be searched
    #[command(after_help = "Lines that name the customer or the ticket are left out of articles; {{desk}} is filled in.\n\nExamples:
  desk answer export help.html
  desk answer export site/help/
  desk answer export answers/ --all        # private ones too, as they are kept")]
    Export {
        /// A folder, or a file ending in .html
        #[arg(value_name = "PATH")]
        path: String,
        /// Private answers too; Markdown only
        #[arg(long)]
        all: bool,
    },
    /// Print the text of one
    #[command(after_help = "Examples:\n  desk answer show refund\n  desk answer show refund | desk answer add refund-partly -")]
    Show {
        /// Which
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Change the text, the language or the name of one
    #[command(after_help = "Examples:
  desk answer edit refund                  # in your editor
  desk answer edit refund -m \"Hello {{first_name}}, it is done.\"
  desk answer edit refund --name refund-en --lang en
  desk answer edit refund --tag billing,card --article
  desk answer edit refund --tag none --no-article")]
    Edit {
        /// Which
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        text: Text,
        /// Its language: en, ru or none
        #[arg(long, value_name = "LANG")]
        lang: Option<String>,
        /// Another name
        #[arg(long = "name", value_name = "NEW")]
        new: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Take answers away
    #[command(after_help = "Example:\n  desk answer rm refund")]
    Rm {
        /// Which
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
}

/// What else is said of an answer.
#[derive(Debug, Clone, Default, clap::Args)]
struct About {
    /// What customers read above it; '' takes it away
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// These tags; none: no tags
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Customers read it, too: see desk answer export
    #[arg(long, overrides_with = "no_article")]
    article: bool,
    /// Only the team reads it
    #[arg(long, overrides_with = "article")]
    no_article: bool,
}

impl About {
    fn is_empty(&self) -> bool {
        self.title.is_none() && self.tag.is_empty() && !self.article && !self.no_article
    }

    /// What of an answer changes by it.
    fn change(self) -> Result<Change> {
        let title = self.title.map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
        let tags = (!self.tag.is_empty()).then(|| answers::tags(&self.tag)).transpose()?;
        let article = if self.article { Some(true) } else { self.no_article.then_some(false) };
        Ok(Change { title, tags, article, ..Change::default() })
    }
}

/// Where the text comes from.
#[derive(Debug, Clone, clap::Args)]
struct Text {
    /// - reads the text from standard input
    #[arg(value_name = "-")]
    dash: Option<String>,
    /// The text
    #[arg(short, long = "message", value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// The text from a file
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// Write it in your editor
    #[arg(short, long)]
    edit: bool,
}

impl Text {
    fn is_given(&self) -> bool {
        self.dash.is_some() || self.message.is_some() || self.file.is_some()
    }

    /// The text; `was` is what an editor begins with. None where nobody gave one.
    fn read(&self, desk: &mut Desk, was: &str) -> Result<Option<String>> {
        if let Some(word) = self.dash.as_deref().filter(|word| *word != "-") {
            return Err(Error::usage(format!("{word:?} is one word too many")).hint("a text is given with -m TEXT"));
        }
        if self.edit && !self.is_given() {
            let text = desk.host.edit(was, ".md")?.map(|t| t.trim_end().to_owned());
            return text.map(Some).ok_or_else(|| Error::refused("the text was not changed"));
        }
        let (flag, file) = (self.message.as_deref(), self.file.as_deref());
        TextFrom { flag, file, editor: self.edit, stdin: self.dash.is_some() }.read(desk, "the answer")
    }
}

impl AnswerWord {
    /// Does it.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        match self.deed.unwrap_or(Deed::Ls { words: Vec::new(), tag: Vec::new() }) {
            Deed::Add { name, text, from, lang, about } => {
                let mut change = about.change()?;
                change.lang = lang.as_deref().map(language).transpose()?.map(Some);
                add(desk, &name, text, from.as_deref(), change)
            }
            Deed::Ls { words, tag } => ls(desk, &words.join(" "), &answers::tags(&tag)?),
            Deed::Suggest { id } => suggest::run(desk, &id),
            Deed::Export { path, all } => export::run(desk, &path, all),
            Deed::Show { name } => {
                let (answer, uses) = desk.read(|r| Ok((answers::named(r, &name)?, r.answer_uses()?)))?;
                Ok(report::answer(&listed(answer, &uses)).into())
            }
            Deed::Edit { name, text, lang, new, about } => {
                let about_given = !about.is_empty();
                edit(desk, &name, text, lang.as_deref(), Change { name: new, ..about.change()? }, about_given)
            }
            Deed::Rm { names } => {
                let written = desk.write(|tx| {
                    let known = names.iter().map(|n| answers::named(tx, n)).collect::<Result<Vec<_>>>()?;
                    answers::remove(tx, &known)?;
                    Ok(known.into_iter().map(|a| format!("removed the answer {}", a.name)).collect::<Vec<_>>())
                })?;
                Ok(done(&written.value, written.operation).into())
            }
        }
    }
}

/// The answers that say all of these words, in any form or as a part of the name, and have all of these tags.
fn ls(desk: &mut Desk, words: &str, tags: &[String]) -> Result<Answer> {
    let (mut all, uses) = desk.read(|r| Ok((r.answers()?, r.answer_uses()?)))?;
    let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    all.retain(|a| {
        let said = terms(&format!("{} {} {}", a.title, a.tags.join(" "), a.text));
        let says = |word: &String| {
            let stems = terms(word);
            a.name.to_lowercase().contains(word) || !stems.is_empty() && stems.iter().all(|stem| said.contains(stem))
        };
        wanted.iter().all(says) && tags.iter().all(|tag| a.tags.contains(tag))
    });
    let all: Vec<report::Listed> = all.into_iter().map(|answer| listed(answer, &uses)).collect();
    Ok(Answer::from(report::answers(&all, !wanted.is_empty() || !tags.is_empty())).paged())
}

/// An answer beside how often it was used.
fn listed(answer: crate::domain::answer::Answer, uses: &[(i64, i64, Moment)]) -> report::Listed {
    let used = uses.iter().find(|(id, ..)| *id == answer.id);
    let (uses, last_used) = used.map_or((0, None), |(_, uses, last)| (*uses, Some(*last)));
    report::Listed { answer, uses, last_used }
}

fn add(desk: &mut Desk, name: &str, text: Text, from: Option<&str>, change: Change) -> Result<Answer> {
    answers::name(name)?;
    let text = Text { edit: text.edit || (!text.is_given() && desk.host.can_ask()), ..text };
    let typed = text.edit && !text.is_given();
    let text = match from {
        Some(id) => Some(replied(desk, id, typed)?),
        None => text.read(desk, "")?,
    };
    let text = text.ok_or_else(|| {
        Error::usage("the answer has no text").hint("one of -m TEXT, --file FILE, -e, - or --from ID: desk answer add --help")
    })?;
    let change = Change { text: Some(text.clone()), ..change };
    let written = desk.write(|tx| answers::add(tx, name, change));
    let written = written.map_err(|e| if typed { args::keep_draft(desk, &text, e) } else { e })?;
    let line = format!("saved the answer {0}; to use it: desk reply ID --answer {0}", written.value.name);
    Ok(done(&[line], written.operation).into())
}

/// The last public reply of a ticket, to be checked in an editor where there is one.
fn replied(desk: &mut Desk, id: &str, typed: bool) -> Result<String> {
    let ticket = args::ticket(desk, id)?;
    let text = desk.read(|r| answers::from_ticket(r, &ticket))?;
    if !typed {
        return Ok(text);
    }
    let edited = desk.host.edit_and_save(&text, ".md")?.map(|t| t.trim_end().to_owned());
    edited.ok_or_else(|| Error::refused("the text was not saved: nothing was done"))
}

fn edit(desk: &mut Desk, name: &str, text: Text, lang: Option<&str>, change: Change, about_given: bool) -> Result<Answer> {
    let known = desk.read(|r| answers::named(r, name))?;
    let lang = match lang {
        Some("none") => Some(None),
        given => given.map(language).transpose()?.map(Some),
    };
    let nothing_said = !text.is_given() && lang.is_none() && change.name.is_none() && !about_given;
    if nothing_said && !text.edit && !desk.host.can_ask() {
        return Err(Error::usage("nothing to change is named").hint("-m TEXT, --file FILE, -, --lang LANG, --title TEXT, --tag TAG, --article or --name NEW"));
    }
    let text = Text { edit: text.edit || nothing_said, ..text };
    let typed = text.edit && !text.is_given();
    let text = text.read(desk, &known.text)?;
    let change = Change { lang, text: text.clone(), ..change };
    let written = desk.write(|tx| {
        // It may have changed while the editor was open.
        let now = answers::named(tx, name)?;
        if typed && now.text != known.text {
            return Err(Error::refused(format!("the answer {} has changed meanwhile", now.name)).hint(format!("desk answer show {}", now.name)));
        }
        answers::edit(tx, &now, &change)
    });
    let written = written.map_err(|e| match &text {
        Some(text) if typed => args::keep_draft(desk, text, e),
        _ => e,
    })?;
    match written.value {
        (_, false) => Err(Error::refused(format!("the answer {} is so already", known.name))),
        (now, true) => Ok(done(&[format!("changed the answer {}", now.name)], written.operation).into()),
    }
}

fn language(word: &str) -> Result<String> {
    match word.to_lowercase().as_str() {
        known @ ("en" | "ru") => Ok(known.to_owned()),
        _ => Err(Error::usage(format!("{word:?} is no language of answers")).hint("en or ru")),
    }
}
