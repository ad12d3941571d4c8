//! Saved answers: their fields become words.

use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};
use crate::store::Reader;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a saved answer may name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fields {
    /// The requester.
    pub name: String,
    /// How the requester is called among friends: the first word of the name.
    pub first_name: String,
    /// The number of the ticket.
    pub ticket: i64,
    /// Its subject.
    pub subject: String,
    /// Who answers.
    pub agent: String,
    /// The client.
    pub client: String,
    /// What the desk is called.
    pub desk: String,
    /// The topic whose remedy is announced; in other answers there is none.
    pub topic: Option<String>,
    /// The release that has the remedy.
    pub release: Option<String>,
}

/// Every field there is.
pub const FIELDS: [&str; 9] =
    ["name", "first_name", "ticket", "subject", "agent", "client", "desk", "topic", "release"];

impl Fields {
    /// What an answer to a ticket may say of it, as `agent` of the desk called `desk`.
    ///
    /// # Errors
    /// Where the desk cannot be read.
    pub fn of(r: &mut Reader<'_>, ticket: &Ticket, agent: &str, desk: &str) -> Result<Fields> {
        let requester = ticket.requester.map(|id| r.contact(id)).transpose()?.flatten();
        let name = requester.map(|contact| contact.name).unwrap_or_default();
        let client = ticket.client.map(|id| r.client(id)).transpose()?.flatten();
        Ok(Fields {
            first_name: name.split_whitespace().next().unwrap_or_default().to_owned(),
            name,
            ticket: ticket.id,
            subject: ticket.subject.clone(),
            agent: r.agent_named(agent)?.map_or_else(|| agent.to_owned(), |a| a.name),
            client: client.map(|c| c.name).unwrap_or_default(),
            desk: desk.to_owned(),
            ..Fields::default()
        })
    }

    /// As every answer can be filled in, the announcement of a remedy, too.
    #[must_use]
    pub fn any() -> Fields {
        Fields { topic: Some(String::new()), release: Some(String::new()), ..Fields::default() }
    }
}

/// The text with its fields filled in.
///
/// ```
/// use frontdesk::actions::answer::{Fields, fill};
/// let fields = Fields { first_name: "Ann".into(), ticket: 42, ..Fields::default() };
/// assert_eq!(fill("Hello {{first_name}}, about {{ ticket }}:", &fields).unwrap(), "Hello Ann, about 42:");
/// assert!(fill("Hello {{nmae}}", &fields).unwrap_err().what.contains("nmae"));
/// ```
///
/// # Errors
/// A field that is not there, by its name; braces that lead nowhere.
pub fn fill(text: &str, fields: &Fields) -> Result<String> {
    let mut templates = Environment::empty();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    let template = templates.template_from_str(text).map_err(|e| unreadable(&e))?;
    let named: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
    let unknown: Vec<&str> = named.iter().map(String::as_str).filter(|n| !FIELDS.contains(n)).collect();
    if !unknown.is_empty() {
        let are = if unknown.len() == 1 { "is no field" } else { "are no fields" };
        return Err(Error::refused(format!("{} {are} of an answer", unknown.join(", ")))
            .hint(format!("known are: {}", FIELDS.join(" "))));
    }
    let absent = |name: &str, value: &Option<String>| value.is_none() && named.contains(name);
    if absent("topic", &fields.topic) {
        return Err(Error::refused("the topic is known only where its remedy is announced")
            .hint("desk topic fixed 3 --announce ANSWER"));
    }
    if absent("release", &fields.release) {
        return Err(Error::refused("the answer names a release, and none is said")
            .hint("desk topic fixed 3 --in 2.4.1 --announce ANSWER"));
    }
    template.render(Serde(fields)).map_err(|e| unreadable(&e))
}

/// The text as an article that anybody may read: lines that speak to one customer (they name a field) are left out; only what
/// the desk is called stays a field.
///
/// ```
/// use frontdesk::actions::answer::article;
/// let text = "Hello {{first_name}},\n\nrefunds take 5 days.\n\n{{desk}}";
/// assert_eq!(article(text, "Acme").unwrap(), "refunds take 5 days.\n\nAcme");
/// ```
///
/// # Errors
/// Braces that lead nowhere.
pub fn article(text: &str, called: &str) -> Result<String> {
    let templates = Environment::empty();
    let personal = |line: &str| {
        let named = templates.template_from_str(line).map(|t| t.undeclared_variables(false)).unwrap_or_default();
        named.iter().any(|field| field != "desk")
    };
    let lines: Vec<&str> = text.lines().filter(|line| !personal(line)).collect();
    let filled = fill(&lines.join("\n"), &Fields { desk: called.to_owned(), ..Fields::default() })?;
    Ok(filled.trim_matches('\n').trim_end().to_owned())
}

fn unreadable(e: &minijinja::Error) -> Error {
    let line = e.line().map(|n| format!(", line {n}")).unwrap_or_default();
    let why = e.detail().map_or_else(|| e.kind().to_string(), str::to_owned);
    Error::refused(format!("the answer cannot be filled in{line}: {why}")).hint("fields are written {{name}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Fields {
        Fields {
            name: "Ann {{desk}} <b>".into(),
            first_name: "Ann".into(),
            ticket: 42,
            subject: "Cannot log in".into(),
            agent: "mila".into(),
            client: "acme".into(),
            desk: "Acme support".into(),
            topic: Some("Printer".into()),
            release: Some("2.4.1".into()),
        }
    }

    #[test]
    fn every_field_that_is_named_is_filled_in() {
        let text: String = FIELDS.iter().map(|f| format!("{f}={{{{{f}}}}};")).collect();
        let filled = fill(&text, &ann()).unwrap();
        assert!(
            filled.contains("ticket=42;subject=Cannot log in;agent=mila;client=acme;desk=Acme support;"),
            "{filled}"
        );
    }

    #[test]
    fn what_a_customer_is_called_is_neither_filled_in_nor_changed() {
        assert_eq!(fill("{{name}}!", &ann()).unwrap(), "Ann {{desk}} <b>!");
    }

    #[test]
    fn an_unknown_field_is_named_with_those_there_are() {
        let e = fill("{{firstname}} {{ticket}} {{nmae}}", &ann()).unwrap_err();
        assert_eq!(e.what, "firstname, nmae are no fields of an answer");
        assert_eq!(
            e.hint.as_deref(),
            Some("known are: name first_name ticket subject agent client desk topic release")
        );
    }

    #[test]
    fn what_only_an_announcement_knows_is_refused_elsewhere() {
        let other = Fields { topic: None, release: None, ..ann() };
        assert!(fill("{{topic}}", &other).unwrap_err().what.contains("announced"));
        assert!(fill("In {{release}}.", &other).unwrap_err().what.contains("none is said"));
        assert_eq!(fill("{{topic}}: {{release}}", &ann()).unwrap(), "Printer: 2.4.1");
    }

    #[test]
    fn open_braces_are_said_with_their_line() {
        let e = fill("a\n{{ name", &ann()).unwrap_err();
        assert!(e.what.starts_with("the answer cannot be filled in, line 2: "), "{}", e.what);
        assert!(fill("{{ name.x.y }}", &ann()).is_err());
        assert!(fill("{{ name|nothing }}", &ann()).is_err());
    }

    #[test]
    fn a_text_without_fields_stays_as_it_is() {
        assert_eq!(fill("100 % {of} it }} \n.", &ann()).unwrap(), "100 % {of} it }} \n.");
    }
}
