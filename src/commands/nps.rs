//! `desk nps`: whether customers would recommend us.

use super::args::Answer;
use super::csat::listed;
use super::csat::{Ls, scored};
use crate::actions::rating::New;
use crate::desk::Desk;
use crate::domain::rating::Scale;
use crate::error::{Error, Result};

/// Would they recommend us: write an answer down, or see what they said
#[derive(Debug, Clone, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(
    after_help = "From 0 (never) to 10 (surely). Bare, what was said in the last 4 weeks and the score it makes: the share of
9 and 10 less that of 0 to 6; of a contact who answered more than once the latest answer counts.

Examples:
  desk nps                                   # the last 4 weeks
  desk nps ann@acme.test 9 -m \"would miss it\"
  desk nps \"Bob Lee\" 4 --at fri
  desk nps ls client:acme --json

A wrong one is taken back with desk undo. JSON: at score ticket contact client agent comment"
)]
pub struct Nps {
    #[command(subcommand)]
    word: Option<Word>,
    /// Who said it: address, phone, handle or name
    #[arg(value_name = "CONTACT")]
    contact: Option<String>,
    /// 0 to 10
    #[arg(value_name = "SCORE")]
    score: Option<String>,
    /// What the customer said with it
    #[arg(short, long = "message", value_name = "COMMENT", allow_hyphen_values = true)]
    message: Option<String>,
    /// When it was said
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Word {
    /// What was said, newest first
    Ls(Ls),
}

impl Nps {
    /// Writes down, or lists.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        let Some(contact) = self.contact else {
            return match self.word {
                Some(Word::Ls(ls)) => listed::all(desk, Scale::Nps, &ls.query),
                None if self.message.is_some() || self.at.is_some() => {
                    Err(Error::usage("who said it?").hint("desk nps ann@acme.test 9 -m \"would miss it\""))
                }
                None => listed::lately(desk, Scale::Nps),
            };
        };
        let Some(score) = self.score else {
            return Err(Error::usage("what did he say, from 0 to 10?").hint(format!("desk nps {contact} 9")));
        };
        let score = scored(&score, Scale::Nps)?;
        let at = listed::when_said(desk, self.at.as_deref())?;
        let comment = self.message.unwrap_or_default();
        listed::written(desk, &New { scale: Scale::Nps, score, ticket: None, by: Some(contact), comment, at })
    }
}
