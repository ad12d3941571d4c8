//! Delivery reports: which mail did not arrive, at whom, and why. Standard ones (RFC 3464) are read here; what mail servers
//! write in words is read in `words`. Whether a mail is a report at all is told in `class`.

mod words;

use super::address;
use super::fields::{self, Block};
use super::ids::{self, Ids};
use super::limits::Limits;
use super::mime::Leaf;
use super::word;
use crate::domain::mail::Bounce;

/// Recipients beyond this many are left out.
const MOST: usize = 100;
/// Of a report and of the copy of a mail so many bytes are read.
const LONGEST: usize = 256 << 10;
/// Letters of a reason.
const LONGEST_REASON: usize = 300;

/// What the parts of a report say, before its text is known.
#[derive(Debug, Default)]
pub(super) struct Report {
    recipients: Vec<Recipient>,
    /// The Message-ID of the copy, and whom that copy was for.
    original: Option<String>,
    addressed: Vec<String>,
}

/// One recipient of a `message/delivery-status` part.
#[derive(Debug, Default)]
struct Recipient {
    email: Option<String>,
    action: String,
    status: Option<String>,
    diagnostic: String,
}

impl Report {
    /// Reads the parts of a mail.
    pub(super) fn of(leaves: &[Leaf<'_>], limits: &Limits) -> Report {
        let mut report = Report::default();
        for leaf in leaves {
            let content = leaf.content.get(..LONGEST).unwrap_or(&leaf.content);
            match leaf.media_type.as_str() {
                "message/delivery-status" | "message/global-delivery-status" => report.statuses(content, limits),
                "message/rfc822"
                | "message/global"
                | "text/rfc822-headers"
                | "text/rfc822-header"
                | "text/rfc822"
                | "message/rfc822-headers"
                | "message/global-headers"
                    if report.original.is_none() && report.addressed.is_empty() =>
                {
                    report.copied(content, limits);
                }
                _ => {}
            }
        }
        report
    }

    /// Reads the groups of fields of a delivery status; the first one is about the mail, the others about recipients.
    fn statuses(&mut self, content: &[u8], limits: &Limits) {
        let mut at = 0;
        while at < content.len() && self.recipients.len() < MOST {
            let rest = content.get(at..).unwrap_or_default();
            at += rest.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len());
            let block = fields::block(content, at, limits, |_| false);
            self.recipients.extend(Recipient::of(&block));
            at = if block.body > at { block.body } else { fields::line_end(content, at) };
        }
    }

    /// Reads the header of the mail that came back.
    fn copied(&mut self, content: &[u8], limits: &Limits) {
        let block = fields::block(content, fields::start(content), limits, |_| false);
        self.original = ids::of(&block, 1).own;
        let to = ["to", "cc"].into_iter().flat_map(|name| address::all(&block, name, None, 2));
        self.addressed = to.filter_map(|a| words::address(&a.email)).collect();
    }

    /// Puts together what the parts, the header and the text of a report say. None where all was delivered, or where
    /// nothing tells of a delivery.
    pub(super) fn bounce(mut self, block: &Block<'_>, own: &Ids, text: &str) -> Option<Bounce> {
        let told = !self.recipients.is_empty();
        self.recipients.retain(|r| !matches!(r.action.as_str(), "delivered" | "relayed" | "expanded"));
        if told && self.recipients.is_empty() {
            return None;
        }
        let said = words::read(text);
        let failed = self.recipients.iter().find(|r| r.action == "failed").or(self.recipients.first());
        let status = failed.and_then(Recipient::status).or_else(|| said.status.clone());
        let diagnostic = failed.map(|r| r.diagnostic.as_str()).filter(|d| !d.is_empty());
        let reason = line(diagnostic.unwrap_or(&said.reason));
        let delayed = if told {
            self.recipients.iter().all(Recipient::is_delayed)
        } else {
            said.delayed || status.as_deref().is_some_and(|s| s.starts_with('4') && !said.final_)
        };
        let mut recipients: Vec<String> = self.recipients.into_iter().filter_map(|r| r.email).collect();
        if recipients.is_empty() {
            let failed = address::all(block, "x-failed-recipients", None, MOST);
            recipients = failed.iter().filter_map(|a| words::address(&a.email)).collect();
        }
        let sender: Vec<String> =
            address::all(block, "to", None, 4).into_iter().map(|a| a.email.to_lowercase()).collect();
        if recipients.is_empty() {
            recipients = said.recipients.into_iter().filter(|r| !sender.contains(r)).collect();
        }
        if recipients.is_empty() && self.addressed.len() == 1 {
            recipients = self.addressed;
        }
        let mut once: Vec<String> = Vec::new();
        for recipient in recipients.into_iter().take(MOST) {
            if !once.contains(&recipient) {
                once.push(recipient);
            }
        }
        let named = || own.in_reply_to.clone().or_else(|| own.references.last().cloned());
        let original = self.original.or(said.original).or_else(named);
        let tells = told || status.is_some() || original.is_some() || !once.is_empty();
        tells.then_some(Bounce { original, recipients: once, status, reason, delayed })
    }
}

impl Recipient {
    /// None for a group that names no recipient.
    fn of(block: &Block<'_>) -> Option<Recipient> {
        let says = |name: &str| block.first(name).map(|value| word::text(value, None));
        let email = ["original-recipient", "final-recipient"].into_iter().find_map(|name| email(&says(name)?));
        let action = says("action").unwrap_or_default();
        let action = action.split([' ', ';', '(']).next().unwrap_or_default().to_lowercase();
        let diagnostic = says("diagnostic-code").unwrap_or_default();
        let diagnostic = match diagnostic.split_once(';') {
            Some((kind, said)) if kind.len() <= 20 && !kind.contains(' ') => said.trim().to_owned(),
            _ => diagnostic,
        };
        let status = says("status").and_then(|s| words::status(&s));
        let named = email.is_some() || block.first("final-recipient").is_some();
        (named || !action.is_empty()).then_some(Recipient { email, action, status, diagnostic })
    }

    /// The status, or what the diagnostic says where the status says nothing in particular (`5.0.0`).
    fn status(&self) -> Option<String> {
        let vague = self.status.as_deref().is_none_or(|s| s.ends_with(".0.0"));
        words::status(&self.diagnostic).filter(|_| vague).or_else(|| self.status.clone())
    }

    fn is_delayed(&self) -> bool {
        match self.action.as_str() {
            "" => self.status.as_deref().is_some_and(|s| s.starts_with('4')),
            action => action == "delayed",
        }
    }
}

/// The address in `rfc822; <joe@x>`, lower-case.
fn email(value: &str) -> Option<String> {
    let said = value.split_once(';').map_or(value, |(_, said)| said);
    let said = said.trim().trim_start_matches('<').trim_end_matches('>');
    words::address(said)
}

/// The text in one line: space is one space, what shows nothing is left out, what is too long is cut.
fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.chars().nth(LONGEST_REASON) {
        None => line,
        Some(_) => line.chars().take(LONGEST_REASON - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests;
