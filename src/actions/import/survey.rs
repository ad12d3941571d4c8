//! The first pass: headers only. Who belongs together, when it began, which addresses are ours.

use super::{Options, Summary};
use crate::desk::Desk;
use crate::domain::thread::Threads;
use crate::domain::time::Moment;
use crate::error::Result;
use crate::formats::head::{Head, head};
use crate::formats::limits::Limits;
use crate::formats::mailbox::{Item, Mailbox, Place};
use crate::store::bulk::thread_key;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the first pass found.
pub(super) struct Survey {
    pub(super) read: usize,
    pub(super) skipped: usize,
    pub(super) rejected: Vec<(String, String)>,
    mails: Vec<Found>,
    threads: Threads<[u8; 16]>,
    sent_from: BTreeMap<String, usize>,
    delivered_to: BTreeMap<String, usize>,
}

/// A mail of the archive: where it is, when it was written, to which conversation it belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) date: Option<Moment>,
    node: usize,
    /// It stands in a folder of sent mail, or is labelled so.
    pub(super) sent: bool,
}

/// Mails that belong together, oldest first, and the tickets of the desk that they belong to.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) mails: Vec<Found>,
    pub(super) tickets: Vec<i64>,
}

/// Labels of mail that is not a request; Gmail writes them in the user's language.
const LEFT_OUT: &[&str] = &[
    "spam",
    "trash",
    "drafts",
    "draft",
    "chat",
    "chats",
    "спам",
    "корзина",
    "черновики",
    "черновик",
    "чат",
    "чаты",
    "papierkorb",
    "entwürfe",
    "corbeille",
    "brouillons",
    "papelera",
    "borradores",
];
/// Labels of mail that we sent.
const SENT: &[&str] =
    &["sent", "sent mail", "отправленные", "gesendet", "messages envoyés", "enviados", "inviati", "wysłane"];

/// Reads every header once.
pub(super) fn survey(
    mailbox: &Mailbox,
    limits: &Limits,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Survey> {
    let mut s = Survey {
        read: 0,
        skipped: 0,
        rejected: Vec::new(),
        mails: Vec::new(),
        threads: Threads::default(),
        sent_from: BTreeMap::new(),
        delivered_to: BTreeMap::new(),
    };
    mailbox.scan(
        limits,
        &mut |place, item| {
            s.read += 1;
            match item {
                Item::Mail(bytes) => s.add(*place, &head(bytes), options),
                Item::Oversized { bytes, .. } => {
                    let why = format!("larger than {} MiB: {} MiB", limits.mail_bytes >> 20, bytes >> 20);
                    s.rejected.push((mailbox.describe(place), why));
                }
                Item::Unreadable(why) => s.rejected.push((mailbox.describe(place), why)),
            }
            Ok(())
        },
        &mut |done, _| progress(done),
    )?;
    Ok(s)
}

impl Survey {
    fn add(&mut self, place: Place, head: &Head, options: &Options) {
        let labelled = |labels: &[&str]| head.labels.iter().any(|l| labels.contains(&l.to_lowercase().as_str()));
        if labelled(LEFT_OUT) && !options.everything {
            self.skipped += 1;
            return;
        }
        let sent = place.folder_is_sent || labelled(SENT);
        if let (true, Some(from)) = (sent, &head.from) {
            *self.sent_from.entry(from.clone()).or_default() += 1;
        }
        for to in &head.delivered_to {
            *self.delivered_to.entry(to.clone()).or_default() += 1;
        }
        let own = head.message_id.as_deref().map(thread_key);
        let named: Vec<[u8; 16]> = head.references.iter().map(|id| thread_key(id)).collect();
        let node = self.threads.add(own, &named);
        self.mails.push(Found { place, date: head.date, node, sent });
    }

    /// The conversations in the order they began; mails without a date stand where the archive has them.
    pub(super) fn conversations(self, known: &HashMap<usize, Vec<i64>>) -> Vec<Conversation> {
        let Survey { mut threads, mut mails, .. } = self;
        let mut last = Moment::MIN;
        let mut order: Vec<Moment> = Vec::with_capacity(mails.len());
        for m in &mails {
            last = m.date.unwrap_or(last);
            order.push(last);
        }
        let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
        for (i, m) in mails.iter_mut().enumerate() {
            m.node = threads.conversation(m.node);
            groups.entry(m.node).or_default().push(i);
        }
        let at = |i: &usize| order.get(*i).copied().unwrap_or(Moment::MIN);
        let mut sorted: Vec<(Moment, usize, Vec<usize>)> = groups
            .into_values()
            .map(|mut group| {
                group.sort_by_key(|i| (at(i), *i));
                let first = group.first().copied().unwrap_or(0);
                (at(&first), first, group)
            })
            .collect();
        sorted.sort_unstable_by_key(|(when, first, _)| (*when, *first));
        sorted
            .into_iter()
            .map(|(_, _, group)| {
                let mails: Vec<Found> = group.iter().filter_map(|i| mails.get(*i).copied()).collect();
                let tickets = mails.first().and_then(|m| known.get(&m.node)).cloned().unwrap_or_default();
                Conversation { mails, tickets }
            })
            .collect()
    }
}

/// The tickets of the desk to which ids of the archive belong, by conversation.
pub(super) fn known_tickets(desk: &mut Desk, survey: &mut Survey) -> Result<HashMap<usize, Vec<i64>>> {
    let mut known: HashMap<usize, Vec<i64>> = HashMap::new();
    if !desk.exists()? {
        return Ok(known);
    }
    let ids: Vec<([u8; 16], usize)> = survey.threads.ids().collect();
    let found = desk.read(|r| {
        let mut found = Vec::new();
        if r.has_threads()? {
            for (id, node) in &ids {
                if let Some(mut ticket) = r.ticket_of_thread(id)? {
                    while let Some(into) = r.ticket(ticket)?.and_then(|t| t.merged_into) {
                        ticket = into;
                    }
                    found.push((*node, ticket));
                }
            }
        }
        Ok(found)
    })?;
    for (node, ticket) in found {
        let tickets = known.entry(survey.threads.conversation(node)).or_default();
        if let Err(place) = tickets.binary_search(&ticket) {
            tickets.insert(place, ticket);
        }
    }
    Ok(known)
}

/// Who we are: addresses of the desk, and agents by address and by name.
pub(super) struct Own {
    addresses: HashSet<String>,
    agents: HashMap<String, i64>,
    names: HashMap<String, i64>,
}

impl Own {
    /// Whether mail from this address is ours. `@acme.test` stands for every address there.
    pub(super) fn is_ours(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let domain = address.rfind('@').and_then(|at| address.get(at..));
        self.agents.contains_key(&address)
            || self.addresses.contains(&address)
            || domain.is_some_and(|d| self.addresses.contains(d))
    }

    /// The agent who wrote: by his address, else by the name he signs the shared address with.
    pub(super) fn agent(&self, address: &str, name: &str) -> Option<i64> {
        let by_name = |n: &str| self.names.get(&n.to_lowercase()).copied();
        let word = name.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default();
        self.agents.get(&address.to_lowercase()).copied().or_else(|| by_name(name.trim())).or_else(|| by_name(word))
    }

    fn knows_nobody(&self) -> bool {
        self.addresses.is_empty()
    }
}

/// Who we are by the settings of the desk and the flags of the command.
pub(super) fn ours(desk: &mut Desk, options: &Options) -> Result<Own> {
    let mut addresses: HashSet<String> = desk.own_addresses()?.into_iter().collect();
    addresses.extend(options.own.iter().map(|a| a.trim().to_lowercase()));
    let agents = if desk.exists()? { desk.read(|r| r.agents())? } else { Vec::new() };
    let mut own = Own { addresses, agents: HashMap::new(), names: HashMap::new() };
    for agent in agents {
        own.names.insert(agent.name.to_lowercase(), agent.id);
        own.agents.extend(agent.email.map(|e| (e.to_lowercase(), agent.id)));
    }
    Ok(own)
}

/// Adds what the archive itself says of us, where nobody has said it: senders of sent mail, else the address that most of
/// the mail was delivered to.
pub(super) fn own_addresses(known: &Own, options: &Options, survey: &Survey, summary: &mut Summary) -> Own {
    let mut own = Own { addresses: known.addresses.clone(), agents: known.agents.clone(), names: known.names.clone() };
    if !options.own.is_empty() {
        let mut named: Vec<String> = own.addresses.iter().cloned().collect();
        named.sort_unstable();
        summary.remember = named;
        return own;
    }
    if !known.knows_nobody() {
        return own;
    }
    let most = survey.mails.len() / 2;
    let guessed: Vec<String> = if survey.sent_from.is_empty() {
        survey.delivered_to.iter().filter(|(_, n)| **n > most && most > 0).map(|(a, _)| a.clone()).collect()
    } else {
        let sent: usize = survey.sent_from.values().sum();
        survey.sent_from.iter().filter(|(_, n)| **n * 10 >= sent).map(|(a, _)| a.clone()).collect()
    };
    own.addresses.extend(guessed.iter().cloned());
    summary.nobody_is_ours = own.addresses.is_empty() && own.agents.is_empty();
    summary.remember.clone_from(&guessed);
    summary.guessed = guessed;
    own
}
