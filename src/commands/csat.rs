//! `desk csat`: how satisfied customers were with single tickets. What `desk nps` shares with it is in `csat/listed.rs`.

pub(super) mod listed;

use super::args::{self, Answer};
use crate::actions::rating::New;
use crate::desk::Desk;
use crate::domain::rating::Scale;
use crate::domain::survey::word;
use crate::error::{Error, Result};
use crate::render::paper::survey_template;

/// How satisfied customers were: write a rating down, or see what they said
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "From 1 (bad) to 5 (great). Bare, what was said in the last 4 weeks and the figure it makes: the share of 4
and 5; of a ticket that was rated more than once the latest rating counts. Answers by mail to
desk close --ask are kept by desk fetch.

Examples:
  desk csat                              # the last 4 weeks
  desk csat 42 5 -m \"quick and kind\"    # said by phone
  desk csat 42 2 --by bob@acme.test --at yesterday
  desk csat ls client:acme               # all that acme said, newest first
  desk csat ls in:2026-10 @mila --json
  desk csat template en > survey.j2      # the mail that asks, as a beginning for your own
  desk config set templates.survey-en \"$(cat survey.j2)\"

A wrong one is taken back with desk undo. JSON: at score ticket contact client agent comment"
)]
pub struct Csat {
    #[command(subcommand)]
    word: Option<Word>,
    /// The ticket
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// 1 to 5
    #[arg(value_name = "SCORE")]
    score: Option<String>,
    /// What the customer said with it
    #[arg(short, long = "message", value_name = "COMMENT", allow_hyphen_values = true)]
    message: Option<String>,
    /// Who said it, if not the requester
    #[arg(long, value_name = "CONTACT")]
    by: Option<String>,
    /// When it was said
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// What was said, newest first
    Ls(Ls),
    /// The mail that asks after a close, as a beginning for your own
    Template(Template),
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  desk csat ls\n  desk csat ls in:last-month client:acme\n  desk csat ls @mila --format csv")]
pub(super) struct Ls {
    /// Which tickets, and in:PERIOD
    #[arg(value_name = "QUERY")]
    pub(super) query: Vec<String>,
}

#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  desk csat template ru > survey.j2
  desk config set templates.survey-ru \"$(cat survey.j2)\"   # for Russian ones; survey: for all")]
struct Template {
    /// en or ru; the language of the desk
    #[arg(value_name = "LANG")]
    lang: Option<String>,
}

impl Csat {
    /// Writes down, or lists.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let Some(id) = self.id else {
            return match self.word {
                Some(Word::Ls(ls)) => listed::all(desk, Scale::Csat, &ls.query),
                Some(Word::Template(template)) => template.run(desk),
                None if self.message.is_some() || self.by.is_some() || self.at.is_some() => {
                    Err(Error::usage("which ticket was rated?").hint("desk csat 42 5 -m \"quick and kind\""))
                }
                None => listed::lately(desk, Scale::Csat),
            };
        };
        let Some(score) = self.score else {
            return Err(Error::usage("how was it rated?").hint(format!("desk csat {id} 5; what was said: desk show {id}")));
        };
        let score = scored(&score, Scale::Csat)?;
        let ticket = args::ticket(desk, &id)?;
        let at = listed::when_said(desk, self.at.as_deref())?;
        let comment = self.message.unwrap_or_default();
        let new = New { scale: Scale::Csat, score, ticket: Some(ticket.id), by: self.by, comment, at };
        listed::written(desk, &new)
    }
}

/// A score as typed, on its scale.
pub(super) fn scored(text: &str, scale: Scale) -> Result<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let score = text.parse::<i64>().ok().filter(|score| digits && scale.holds(*score));
    score.ok_or_else(|| {
        let (first, last) = match scale {
            Scale::Csat => (format!("1 ({})", word("en", 1)), format!("5 ({})", word("en", 5))),
            Scale::Nps => ("0 (never)".to_owned(), "10 (surely)".to_owned()),
        };
        Error::usage(format!("{text:?} is no score")).hint(format!("a whole number from {first} to {last}"))
    })
}

impl Template {
    fn run(self, desk: &mut Desk) -> Result<Answer> {
        let lang = match self.lang {
            Some(lang) => lang,
            None => desk.setting("lang")?.as_str().unwrap_or("en").to_owned(),
        };
        if !matches!(lang.as_str(), "en" | "ru") {
            return Err(Error::usage(format!("there is no template in {lang}")).hint("en or ru"));
        }
        Ok(Answer::bytes(survey_template(&lang).as_bytes().to_vec()))
    }
}
