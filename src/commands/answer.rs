//! `desk answer`: saved answers, for `desk reply --answer`.

use super::args::{self, Answer, TextFrom};
use crate::actions::answers::{self, Change};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::report::answer as report;
use crate::report::things::done;

/// Saved answers: texts to be used again
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "In a text, fields stand in double braces; they are filled in when the answer is used:
{{name}} {{first_name}} {{ticket}} {{subject}} {{agent}} {{client}} {{desk}}

Examples:
  desk answer add refund -m \"Hello {{first_name}}, your refund is on its way.\"
  desk answer add возврат --lang ru --file refund.txt
  desk answer ls
  desk answer show refund
  desk answer edit refund                  # in your editor
  desk answer rm refund
  desk reply 42 --answer refund

JSON of ls: name lang text")]
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
  pbpaste | desk answer add hours -")]
    Add {
        /// A short word
        #[arg(value_name = "NEW")]
        name: String,
        #[command(flatten)]
        text: Text,
        /// Its language: en or ru
        #[arg(long, value_name = "LANG")]
        lang: Option<String>,
    },
    /// List them
    #[command(visible_alias = "list")]
    Ls,
    /// Print the text of one, as it is
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
  desk answer edit refund --name refund-en --lang en")]
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
    },
    /// Take answers away
    #[command(after_help = "Example:\n  desk answer rm refund")]
    Rm {
        /// Which
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
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
        match self.deed.unwrap_or(Deed::Ls) {
            Deed::Add { name, text, lang } => add(desk, &name, text, lang.as_deref()),
            Deed::Ls => Ok(Answer::from(report::answers(&desk.read(|r| r.answers())?)).paged()),
            Deed::Show { name } => {
                let mut text = desk.read(|r| answers::named(r, &name))?.text;
                text.push('\n');
                Ok(Answer::bytes(text.into_bytes()))
            }
            Deed::Edit { name, text, lang, new } => edit(desk, &name, text, lang.as_deref(), new),
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

fn add(desk: &mut Desk, name: &str, text: Text, lang: Option<&str>) -> Result<Answer> {
    answers::name(name)?;
    let lang = lang.map(language).transpose()?;
    let text = Text { edit: text.edit || (!text.is_given() && desk.host.can_ask()), ..text };
    let typed = text.edit && !text.is_given();
    let text = text.read(desk, "")?.ok_or_else(|| {
        Error::usage("the answer has no text").hint("one of -m TEXT, --file FILE, -e or -: desk answer add --help")
    })?;
    let written = desk.write(|tx| answers::add(tx, name, &text, lang.as_deref()));
    let written = written.map_err(|e| if typed { args::keep_draft(desk, &text, e) } else { e })?;
    let line = format!("saved the answer {0}; to use it: desk reply ID --answer {0}", written.value.name);
    Ok(done(&[line], written.operation).into())
}

fn edit(desk: &mut Desk, name: &str, text: Text, lang: Option<&str>, new: Option<String>) -> Result<Answer> {
    let known = desk.read(|r| answers::named(r, name))?;
    let lang = match lang {
        Some("none") => Some(None),
        given => given.map(language).transpose()?.map(Some),
    };
    let nothing_said = !text.is_given() && lang.is_none() && new.is_none();
    if nothing_said && !text.edit && !desk.host.can_ask() {
        return Err(Error::usage("nothing to change is named").hint("-m TEXT, --file FILE, -, --lang LANG or --name NEW"));
    }
    let text = Text { edit: text.edit || nothing_said, ..text };
    let typed = text.edit && !text.is_given();
    let text = text.read(desk, &known.text)?;
    let change = Change { name: new, lang, text: text.clone() };
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
