//! Saved answers: made, changed, taken away. How their fields become words stands in `answer`.

use super::answer::{Fields, fill};
use crate::domain::answer::{Answer, with_fields};
use crate::domain::event::{Event, Noun};
use crate::domain::message::Direction;
use crate::domain::nearest::nearest;
use crate::domain::quote::new_text;
use crate::domain::tag::tag;
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};
use crate::store::{Reader, Tx};

/// What of a saved answer changes; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Another name.
    pub name: Option<String>,
    /// Another language; the inner none takes it away.
    pub lang: Option<Option<String>>,
    /// Another text.
    pub text: Option<String>,
    /// Another title; empty takes it away.
    pub title: Option<String>,
    /// Other tags.
    pub tags: Option<Vec<String>>,
    /// Whether customers read it as an article.
    pub article: Option<bool>,
}

/// The name of a saved answer: a short word, like a tag, in the capitals it was given.
///
/// ```
/// use frontdesk::actions::answers::name;
/// assert_eq!(name("Refund").unwrap(), "Refund");
/// assert_eq!(name("возврат/карта").unwrap(), "возврат/карта");
/// assert!(name("two words").is_err() && name("").is_err() && name("+vip").is_err());
/// ```
///
/// # Errors
/// For what is no single word.
pub fn name(text: &str) -> Result<String> {
    let word = text.trim();
    if word.starts_with(['+', '-']) || tag(word).is_err() {
        return Err(Error::usage(format!("{text:?} is no name of an answer"))
            .hint("one word of letters, digits and - _ . /, for example refund"));
    }
    Ok(word.to_owned())
}

/// The saved answer of a name.
///
/// # Errors
/// Missing where there is none, with the nearest name.
pub fn named(r: &mut Reader<'_>, name: &str) -> Result<Answer> {
    if let Some(known) = r.answer(name.trim())? {
        return Ok(known);
    }
    let all = r.answers()?;
    let near = nearest(name, all.iter().map(|a| a.name.as_str()));
    Err(Error::missing(format!("there is no saved answer {name}"))
        .hint(near.map_or_else(|| "desk answer ls".to_owned(), |n| format!("did you mean {n}?"))))
}

/// Saves an answer under a new name.
///
/// # Errors
/// The name is taken, the text is empty, or it names fields that there are not.
pub fn add(tx: &mut Tx<'_>, word: &str, change: Change) -> Result<Answer> {
    let name = name(word)?;
    free(tx, &name)?;
    let text = change.text.unwrap_or_default();
    checked(&text)?;
    let (id, at) = (tx.next_ids(1)?, tx.at);
    let answer = Answer {
        id,
        name,
        lang: change.lang.flatten(),
        title: change.title.unwrap_or_default(),
        tags: change.tags.unwrap_or_default(),
        article: change.article.unwrap_or(false),
        text,
    };
    tx.apply([Event::about(Noun::Answer, id, "", &(), &answer, at)])?;
    Ok(answer)
}

/// Changes a saved answer. The answer as it is now, and whether anything changed.
///
/// # Errors
/// The new name is taken, the text is empty, or it names fields that there are not.
pub fn edit(tx: &mut Tx<'_>, known: &Answer, change: &Change) -> Result<(Answer, bool)> {
    let mut new = known.clone();
    if let Some(word) = &change.name {
        new.name = name(word)?;
        if new.name.to_lowercase() != known.name.to_lowercase() {
            free(tx, &new.name)?;
        }
    }
    if let Some(lang) = &change.lang {
        new.lang.clone_from(lang);
    }
    if let Some(text) = &change.text {
        checked(text)?;
        new.text.clone_from(text);
    }
    if let Some(title) = &change.title {
        new.title.clone_from(title);
    }
    if let Some(tags) = &change.tags {
        new.tags.clone_from(tags);
    }
    new.article = change.article.unwrap_or(known.article);
    let (changed, at) = (new != *known, tx.at);
    tx.apply([Event::about(Noun::Answer, known.id, "", known, &new, at)])?;
    Ok((new, changed))
}

/// Takes saved answers away.
pub fn remove(tx: &mut Tx<'_>, answers: &[Answer]) -> Result<()> {
    let at = tx.at;
    tx.apply(answers.iter().map(|a| Event::about(Noun::Answer, a.id, "", a, &(), at)))
}

/// The tags of an answer as they are typed: words, several of them with commas, each once and in order; `none` alone: none.
///
/// ```
/// use frontdesk::actions::answers::tags;
/// assert_eq!(tags(&["refund,card".into(), "+Card".into()]).unwrap(), ["card", "refund"]);
/// assert!(tags(&["none".into()]).unwrap().is_empty() && tags(&["two words".into()]).is_err());
/// ```
///
/// # Errors
/// For what is no tag.
pub fn tags(words: &[String]) -> Result<Vec<String>> {
    if words.len() == 1 && words.iter().all(|word| word == "none") {
        return Ok(Vec::new());
    }
    let words = words.iter().flat_map(|word| word.split(',')).map(|word| word.trim().trim_start_matches('+'));
    let known = |word: &str| tag(word).map_err(|why| Error::usage(format!("{word:?} is no tag")).hint(why));
    let mut all = words.filter(|word| !word.is_empty()).map(known).collect::<Result<Vec<_>>>()?;
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The last public reply of a ticket, as a text to be used again.
///
/// # Errors
/// Missing where nobody has answered it.
pub fn from_ticket(r: &mut Reader<'_>, ticket: &Ticket) -> Result<String> {
    let replies = r.messages(ticket.id)?;
    let last = replies.iter().rfind(|m| m.direction == Direction::Out && m.automatic.is_none());
    let reply = last.ok_or_else(|| {
        Error::missing(format!("nobody has answered ticket {}", ticket.id)).hint(format!("desk show {}", ticket.id))
    })?;
    let name = ticket.requester.map(|id| r.contact(id)).transpose()?.flatten().map(|c| c.name).unwrap_or_default();
    Ok(with_fields(&new_text(&reply.text), &name, ticket.id))
}

fn free(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    match tx.answer(name)? {
        Some(other) => Err(Error::refused(format!("there is an answer called {} already", other.name))
            .hint(format!("desk answer edit {}", other.name))),
        None => Ok(()),
    }
}

/// An answer that could not be filled in is refused before somebody needs it.
fn checked(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::usage("the answer is empty").hint("desk answer add refund -m \"Hello {{first_name}}, …\""));
    }
    fill(text, &Fields::any()).map(drop)
}
