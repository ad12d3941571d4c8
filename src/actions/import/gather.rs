//! The second pass: mails are read whole, conversation after conversation, and prepared as far as that needs no desk.

use super::survey::{Conversation, Own};
use crate::domain::mail::{Class, Mail};
use crate::domain::quote;
use crate::domain::words::Stemmer;
use crate::formats::limits::Limits;
use crate::formats::mail::mail;
use crate::formats::mailbox::Mailbox;
use crate::store::bulk::thread_key;

/// A mail, read and prepared.
pub(super) struct Prepared {
    pub(super) raw: Vec<u8>,
    pub(super) mail: Mail,
    /// From us.
    pub(super) ours: bool,
    /// It starts or stops a clock.
    pub(super) counts: bool,
    /// Its own id and every id it names.
    pub(super) keys: Vec<[u8; 16]>,
    pub(super) subject_terms: String,
    pub(super) text_terms: String,
}

/// A conversation, read.
pub(super) struct Gathered {
    pub(super) mails: Vec<Prepared>,
    pub(super) tickets: Vec<i64>,
}

/// Some conversations, to be kept in one go.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) conversations: Vec<Gathered>,
    pub(super) rejected: Vec<(String, String)>,
    /// Bytes of the archive read so far.
    pub(super) bytes: u64,
    mails: usize,
    held: u64,
}

/// A batch is kept when it has so many mails …
const MAILS: usize = 500;
/// … or so many bytes.
const BYTES: u64 = 16 << 20;

/// Reads conversation after conversation and hands them over in batches, until `hand_over` wants no more.
pub(super) fn batches(
    mailbox: &mut Mailbox,
    limits: &Limits,
    conversations: &[Conversation],
    own: &Own,
    hand_over: &dyn Fn(Batch) -> bool,
) {
    let mut stemmer = Stemmer::new();
    let mut batch = Batch::default();
    let mut bytes = 0;
    for conversation in conversations {
        let mut gathered =
            Gathered { mails: Vec::with_capacity(conversation.mails.len()), tickets: conversation.tickets.clone() };
        for found in &conversation.mails {
            bytes += found.place.bytes;
            let read = mailbox.read(&found.place).map_err(|e| e.what).and_then(|raw| Ok((mail(&raw, limits)?, raw)));
            match read {
                Ok((mail, raw)) => gathered.mails.push(prepare(mail, raw, found.sent, own, &mut stemmer)),
                Err(why) => batch.rejected.push((mailbox.describe(&found.place), why)),
            }
            batch.held += found.place.bytes;
        }
        batch.mails += gathered.mails.len();
        batch.conversations.push(gathered);
        if batch.mails >= MAILS || batch.held >= BYTES {
            batch.bytes = bytes;
            if !hand_over(std::mem::take(&mut batch)) {
                return;
            }
        }
    }
    batch.bytes = bytes;
    hand_over(batch);
}

fn prepare(mail: Mail, raw: Vec<u8>, sent: bool, own: &Own, stemmer: &mut Stemmer) -> Prepared {
    let (name, email) = mail.from.as_ref().map_or(("", ""), |f| (f.name.as_str(), f.email.as_str()));
    let ours = sent || own.is_ours(email);
    let machine = matches!(mail.class, Class::AutoReply | Class::Bounce);
    let counts = !machine && (ours || !may_only_thank(&mail.text) || !quote::only_thanks(&quote::new_text(&mail.text)));
    let mut subject_terms = String::new();
    stemmer.distinct(&mail.subject, &mut subject_terms);
    let mut text_terms = String::new();
    stemmer.distinct(&format!("{}\n{name} {email}", mail.text), &mut text_terms);
    let mut keys: Vec<[u8; 16]> = mail.message_id.iter().chain(&mail.references).map(|id| thread_key(id)).collect();
    keys.sort_unstable();
    keys.dedup();
    Prepared { raw, ours, counts, keys, subject_terms, text_terms, mail }
}

/// A cheap look before the thorough one: somewhere in a text that only thanks stands a word of thanks.
fn may_only_thank(text: &str) -> bool {
    let start: String = text.chars().take(400).flat_map(char::to_lowercase).collect();
    ["thank", "thx", "спасиб", "спс", "благодар", "cheers", "дякую", "danke", "merci"].iter().any(|w| start.contains(w))
}
