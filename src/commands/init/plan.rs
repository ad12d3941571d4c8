//! What `desk init mail` is about to keep: the settings it becomes, and how it is told.

use super::trial::Survey;
use crate::actions;
use crate::commands::config;
use crate::desk::Desk;
use crate::domain::account::Spot;
use crate::domain::provider::Provider;
use crate::domain::time::Date;
use crate::error::Result;
use crate::render::guard;
use crate::report::{Audience, Cell, Fact, Facts, Part, Report};
use crate::settings::{self, Source};
use serde_json::Value;
use std::path::PathBuf;

/// The folder of sent mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// This one.
    Named(String),
    /// None is read.
    Off,
    /// The one that the server calls so, whenever it has one.
    Unsaid,
}

impl Sent {
    /// The folder to look into now.
    pub(super) fn folder(&self) -> Option<&str> {
        match self {
            Sent::Named(folder) => Some(folder),
            Sent::Off | Sent::Unsaid => None,
        }
    }
}

/// What is about to be kept.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The mailbox.
    pub(super) name: String,
    /// The address that mail comes to.
    pub(super) address: String,
    /// Where mail is fetched.
    pub(super) imap: String,
    /// Through what it is sent; none where the desk sends already, from another address.
    pub(super) smtp: Option<String>,
    /// Whom it comes from.
    pub(super) from: String,
    /// The provider, where it is a known one.
    pub(super) provider: Option<Provider>,
    /// Where the password comes from, and the names it has in the own file; none where no server asks for one.
    pub(super) source: Option<Source>,
    /// The folder of sent mail.
    pub(super) sent: Sent,
    /// Mail from before this day is left alone.
    pub(super) since: Option<Date>,
    /// A file of certificates that are trusted besides those of the machine.
    pub(super) ca: Option<PathBuf>,
}

impl Plan {
    /// The names under which passwords are looked up.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let read = |text: &String| Spot::read(text).ok();
        let fetches = matches!(read(&self.imap), Some(Spot::Imap(_)));
        let sends = self.smtp.as_ref().and_then(read);
        let logs_in = matches!(sends, Some(Spot::Smtp(account)) if account.user.is_some());
        [(fetches, self.name.as_str()), (logs_in, "smtp")].into_iter().filter(|(is, _)| *is).map(|(_, n)| n).collect()
    }

    /// The shared settings that it becomes, on top of what is set; each is checked.
    pub(super) fn wanted(&self, set: &[(String, Value)]) -> Result<Vec<(String, Value)>> {
        let mut all = set.to_vec();
        for (key, text) in self.parts() {
            let (section, whole) = settings::changed(&key, Some(&text), &all, &|_| true)?;
            put(&mut all, &section, whole);
        }
        let held = |key: &str| set.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
        let mut ours = held("addresses").and_then(|v| v.as_array().cloned()).unwrap_or_default();
        if !ours.iter().any(|a| a.as_str().is_some_and(|a| a.eq_ignore_ascii_case(&self.address))) {
            ours.push(self.address.clone().into());
            put(&mut all, "addresses", settings::check("addresses", ours.into(), &|_| true)?);
        }
        let name = settings::mail::read_sender(&self.from).map(|from| from.name).filter(|name| !name.is_empty());
        if let (None, Some(name)) = (held("name"), name) {
            put(&mut all, "name", name.into());
        }
        Ok(all.into_iter().filter(|(key, value)| held(key).as_ref() != Some(value)).collect())
    }

    fn parts(&self) -> Vec<(String, String)> {
        let of = |key: &str| format!("mailbox.{}.{key}", self.name);
        let ca = self.ca.as_ref().map(|ca| ca.display().to_string());
        let mut parts = vec![(of("imap"), self.imap.clone())];
        match &self.sent {
            Sent::Named(folder) => parts.push((of("sent"), folder.clone())),
            Sent::Off => parts.push((of("sent"), "false".to_owned())),
            Sent::Unsaid => {}
        }
        parts.extend(self.since.map(|day| (of("since"), day.to_string())));
        parts.extend(ca.clone().map(|ca| (of("ca"), ca)));
        if let Some(smtp) = &self.smtp {
            let copies = self.sent != Sent::Off && !self.provider.is_some_and(|p| p.files_sent);
            parts.push(("smtp.from".to_owned(), self.from.clone()));
            parts.push(("smtp.url".to_owned(), smtp.clone()));
            parts.push(("smtp.sent_copy".to_owned(), copies.to_string()));
            parts.extend(ca.map(|ca| ("smtp.ca".to_owned(), ca)));
        }
        parts
    }

    /// Keeps it: where the password comes from in the own file, all the rest as one operation.
    pub(super) fn keep(&self, desk: &mut Desk) -> Result<Option<i64>> {
        if let Some(source) = &self.source {
            let (kind, value) = source.said();
            for name in self.secrets() {
                config::set_own(desk, &format!("passwords.{name}.{kind}"), Some(value))?;
            }
        }
        let written = desk.write(|tx| {
            let wanted = self.wanted(&tx.settings()?)?;
            actions::settings::put(tx, &wanted)
        })?;
        Ok(written.operation.filter(|_| !desk.dry))
    }

    /// What is about to be kept, line by line, for a person who decides.
    pub(super) fn told(&self, survey: Option<&Survey>, since: Date) -> Vec<String> {
        let shown = |text: &str| Spot::read(text).map_or_else(|_| String::new(), |spot| spot.shown());
        let mut lines = vec![format!("fetched   {} from {}", self.name, shown(&self.imap))];
        lines.extend(survey.map(|s| format!("there     {}", found(s, since, self.since.is_some()))));
        lines.extend(self.smtp.as_ref().map(|smtp| format!("sent      as {} through {}", self.from, shown(smtp))));
        lines.push("The mailbox stays as it is: nothing in it is marked, moved or deleted.".to_owned());
        lines.iter().map(|line| guard::line(line).into_owned()).collect()
    }

    /// What was kept.
    pub(super) fn report(&self, survey: Option<&Survey>, since: Date, operation: Option<i64>) -> Report {
        let text = |text: &str| Cell::Text(text.to_owned());
        let count = |n: u32| Cell::Count(i64::from(n));
        let sent = survey.and_then(|s| s.sent.as_ref());
        let from = if self.smtp.is_some() { text(&self.from) } else { Cell::Empty };
        let rows = vec![
            Fact::new("mailbox", "mailbox", text(&self.name)),
            Fact::new("imap", "fetched from", text(&self.imap)),
            Fact::new("smtp", "sent through", self.smtp.as_deref().map_or(Cell::Empty, text)),
            Fact::new("from", "sent as", from),
            Fact::new("found", "there now", survey.map_or(Cell::Empty, |s| text(&found(s, since, self.since.is_some())))),
            Fact::data("mails", survey.map_or(Cell::Empty, |s| count(s.mails))),
            Fact::data("recent", survey.and_then(|s| s.since).map_or(Cell::Empty, count)),
            Fact::data("sent_folder", sent.map_or(Cell::Empty, |(folder, _)| text(folder))),
            Fact::data("sent_mails", sent.map_or(Cell::Empty, |(_, n)| count(*n))),
            Fact::data("operation", operation.map_or(Cell::Empty, Cell::Count)),
        ];
        let next = "Next:\n  desk fetch -n      # what would come in\n  desk fetch\n  desk fetch --watch # stays, and takes mail as it arrives";
        let facts = Facts { audience: Audience::All, rows, ..Facts::default() };
        let note = operation.map(|n| format!("operation {n}; to take it back: desk undo"));
        let parts = vec![Part::Facts(facts), Part::Prose(next.to_owned())];
        Report { parts, notes: note.into_iter().collect(), ..Report::default() }
    }
}

fn put(all: &mut Vec<(String, Value)>, key: &str, value: Value) {
    match all.iter_mut().find(|(k, _)| k == key) {
        Some((_, old)) => *old = value,
        None => all.push((key.to_owned(), value)),
    }
}

/// `INBOX: 214 mails, 31 since 1 November; Sent: 80`
fn found(survey: &Survey, since: Date, only: bool) -> String {
    let mails = |n: u32| if n == 1 { "1 mail".to_owned() } else { format!("{n} mails") };
    let recent = survey.since.map(|n| format!(", {n} since {}", since.format("%-d %B")));
    let taken = if only { ", older ones are left alone" } else { "" };
    let sent = survey.sent.as_ref().map(|(folder, n)| format!("; {folder}: {n}")).unwrap_or_default();
    format!("{}: {}{}{taken}{sent}", survey.inbox, mails(survey.mails), recent.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plan() -> Plan {
        Plan {
            name: "support".to_owned(),
            address: "support@acme.test".to_owned(),
            imap: "imaps://support%40acme.test@imap.gmail.com/INBOX".to_owned(),
            smtp: Some("smtps://support%40acme.test@smtp.gmail.com".to_owned()),
            from: "Acme <support@acme.test>".to_owned(),
            provider: Provider::named("gmail"),
            source: Some(Source::Keyring),
            sent: Sent::Named("[Gmail]/Sent Mail".to_owned()),
            since: None,
            ca: None,
        }
    }

    #[test]
    fn a_plan_becomes_settings_and_what_was_set_beside_them_stays() {
        let set = [
            ("addresses".to_owned(), json!(["help@acme.test"])),
            ("mailbox".to_owned(), json!([{ "name": "support", "imap": "maildir:/x", "done": "Done" }, { "name": "b", "imap": "mbox:/y" }])),
        ];
        let wanted = plan().wanted(&set).unwrap();
        let of = |key: &str| wanted.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap();
        assert_eq!(of("addresses"), json!(["help@acme.test", "support@acme.test"]));
        assert_eq!((of("name"), of("smtp")["sent_copy"].clone()), (json!("Acme"), json!(false)));
        assert_eq!(of("mailbox")[0]["done"], "Done");
        assert_eq!((of("mailbox")[0]["sent"].clone(), of("mailbox")[1]["name"].clone()), (json!("[Gmail]/Sent Mail"), json!("b")));
        assert_eq!(plan().wanted(&wanted).unwrap(), [], "twice changes nothing");
        assert_eq!(plan().secrets(), ["support", "smtp"]);
    }

    #[test]
    fn what_is_there_is_told_in_one_line() {
        let survey = Survey { inbox: "INBOX".to_owned(), mails: 214, since: Some(31), sent: Some(("Sent".to_owned(), 80)) };
        let day = Date::from_ymd_opt(2026, 11, 1).unwrap();
        assert_eq!(found(&survey, day, false), "INBOX: 214 mails, 31 since 1 November; Sent: 80");
        let lines = plan().told(Some(&Survey { inbox: "a\x1b[2J".to_owned(), ..survey }), day);
        assert!(!lines.concat().contains('\x1b'), "{lines:?}");
    }
}
