//! `desk __complete`: what may stand where the cursor is. The scripts in `completions/` ask it at each press of the key,
//! so they know no words themselves and never grow old. It never makes a desk, never waits for one, and is silent where
//! anything fails.

mod answers;
mod line;
mod slots;

use super::args::Answer;
use crate::desk::Desk;
use crate::error::Result;
use answers::Answers;
use std::ffi::OsString;

/// What may stand where the cursor is
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "A contract with the scripts in completions/ and with your own:
  desk __complete ids|tags|people|clients|agents PREFIX      what begins so, a tab, a word about it
  desk __complete zsh|fish|elvish|powershell -- WORD…        the words after desk; the last one is being typed
  desk __complete bash -- LINE BREAKS TYPE                   the line up to the cursor, COMP_WORDBREAKS, COMP_TYPE
A line :files or :folders means that the shell knows better.")]
pub struct Complete {
    /// Who asks, or what for
    #[arg(value_name = "FORM")]
    form: String,
    /// The words
    #[arg(value_name = "WORD", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Something that may stand there, and a word about it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    value: String,
    about: String,
}

impl Candidate {
    fn new(value: impl Into<String>, about: impl Into<String>) -> Candidate {
        let (value, about) = (value.into(), about.into());
        let about = if about == value { String::new() } else { about };
        Candidate { value, about }
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    Words(Vec<Candidate>),
    Files,
    Folders,
}

impl Complete {
    /// Answers; nothing where anything fails.
    pub fn run(self, desk: &mut Desk) -> Result<Answer> {
        Ok(Answer::bytes(self.answer(desk).unwrap_or_default().into_bytes()))
    }

    fn answer(&self, desk: &mut Desk) -> Result<String> {
        let mut words = self.words.clone();
        match self.form.as_str() {
            "bash" => {
                let [line, breaks, kind] = self.words.as_slice() else { return Ok(String::new()) };
                let words = line::split(line);
                let current = words.last().cloned().unwrap_or_default();
                let listed = matches!(kind.as_str(), "63" | "33" | "64");
                Ok(line::for_bash(found(desk, words)?, &current, breaks, listed))
            }
            "powershell" => {
                if let Some(last) = words.last_mut() {
                    *last = last.strip_prefix('^').unwrap_or(last).to_owned();
                }
                Ok(line::tabbed(&found(desk, words)?))
            }
            "zsh" | "fish" | "elvish" => Ok(line::tabbed(&found(desk, words)?)),
            slot => {
                let prefix = words.first().cloned().unwrap_or_default();
                Ok(line::tabbed(&Answers::new(desk).to(slot, &prefix)?))
            }
        }
    }
}

/// What may stand in the place of the last word.
fn found(desk: &mut Desk, mut words: Vec<String>) -> Result<Found> {
    if words.is_empty() {
        words.push(String::new());
    }
    if let [first, _, ..] = words.as_slice()
        && !super::is_word(first)
        && let Some(meaning) = desk.own.alias.get(first)
    {
        words.splice(..1, meaning.split_whitespace().map(str::to_owned));
    }
    let named = words.windows(2).take(words.len().saturating_sub(2)).find(|w| w[0] == "--desk").map(|w| w[1].clone());
    let named = named.or_else(|| words.iter().rev().skip(1).find_map(|w| w.strip_prefix("--desk=")).map(str::to_owned));
    if let Some(name) = named {
        desk.go_to(&name)?;
    }
    let current = words.last().cloned().unwrap_or_default();
    let mut command = slots::furnished(super::whole(), &desk.own.alias);
    let index = words.len();
    let line = std::iter::once("desk".to_owned()).chain(words).map(OsString::from).collect();
    let Ok(raw) = clap_complete::engine::complete(&mut command, line, index, None) else {
        return Ok(Found::Words(Vec::new()));
    };
    let mut answers = Answers::new(desk);
    let mut candidates: Vec<Candidate> = Vec::new();
    for candidate in raw {
        let value = candidate.get_value().to_string_lossy().into_owned();
        if let Some((before, slot, typed)) = slots::marked(&value) {
            match answers.to(slot, typed)? {
                Found::Words(more) => candidates
                    .extend(more.into_iter().map(|c| Candidate { value: format!("{before}{}", c.value), ..c })),
                other => return Ok(other),
            }
        } else if !value.starts_with('-') || current.starts_with('-') {
            // A command is proposed by its own name; by another one only where that is being typed.
            let word =
                super::WORDS.iter().find(|w| w.aliases.contains(&value.as_str()) && w.name.starts_with(&current));
            let value = word.map_or(value, |w| w.name.to_owned());
            let about = candidate.get_help().map(ToString::to_string).unwrap_or_default();
            candidates.push(Candidate::new(value, about.lines().next().unwrap_or_default()));
        }
    }
    let mut seen = std::collections::HashSet::new();
    candidates.retain(|c| seen.insert(c.value.clone()));
    Ok(Found::Words(candidates))
}
