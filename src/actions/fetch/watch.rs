//! `fetch --watch`: mail comes in as it arrives, and what waits in the outbox leaves. Each mailbox is listened to on a line of
//! its own; the desk is changed by one thread only.

use super::line::Line;
use super::{Summary, chosen, connect, fetch};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::settings::mail::Mailbox;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Even without news everything is looked at again after this time: a server may forget to tell.
const ROUND: Duration = Duration::from_secs(5 * 60);
/// Folders of this machine are looked at so often.
const GLANCE: Duration = Duration::from_secs(2);
/// After a failure the pause doubles from this …
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// … to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// What a listener tells: there may be news in the mailbox.
struct News(String);

/// Fetches, again and again, until `each` fails or says that it is enough. `each` gets what came of every round.
///
/// # Errors
/// No mailbox is set up, or none is called so; and what `each` gives.
pub fn watch(
    desk: &mut Desk,
    names: &[String],
    each: &mut dyn FnMut(&mut Desk, Summary) -> Result<bool>,
) -> Result<()> {
    let (tell, told) = channel();
    let mut silent = chosen(desk, names)?;
    let mut due: Vec<String> = names.to_vec();
    let (mut pause, mut round) = (FIRST_PAUSE, Instant::now());
    loop {
        if Instant::now() >= round {
            due = names.to_vec();
            round = Instant::now() + ROUND;
        }
        let summary = fetch(desk, &due)?;
        let trouble = summary.mailboxes.iter().any(|m| m.trouble.is_some());
        // Whoever has stopped listening starts again, once the mailbox answers.
        let well = |m: &Mailbox| summary.mailboxes.iter().any(|f| f.mailbox == m.name && f.trouble.is_none());
        let (start, later): (Vec<Mailbox>, Vec<Mailbox>) = silent.drain(..).partition(|m| well(m));
        silent = later;
        for mailbox in start {
            match connect(desk, &mailbox) {
                Ok(line) => listen(&mailbox, line, tell.clone())?,
                Err(_) => silent.push(mailbox),
            }
        }
        if !each(desk, summary)? {
            return Ok(());
        }
        // As long as somebody is not listened to, all is looked at sooner.
        let deaf = trouble || !silent.is_empty();
        round = if deaf { round.min(Instant::now() + pause) } else { round };
        pause = if deaf { (pause * 2).min(LONGEST_PAUSE) } else { FIRST_PAUSE };
        due = wait(desk, &told, names, round, &mut silent)?;
    }
}

/// Waits for news; the mailboxes to look at. Listeners that have stopped are noted.
fn wait(
    desk: &mut Desk,
    told: &Receiver<News>,
    names: &[String],
    until: Instant,
    silent: &mut Vec<Mailbox>,
) -> Result<Vec<String>> {
    let Ok(News(first)) = told.recv_timeout(until.saturating_duration_since(Instant::now())) else {
        return Ok(names.to_vec());
    };
    let mut due = vec![first];
    due.extend(told.try_iter().map(|News(name)| name));
    let gone: Vec<String> = due.iter().filter_map(|d| d.strip_prefix('-').map(str::to_owned)).collect();
    silent.extend(chosen(desk, names)?.into_iter().filter(|m| gone.contains(&m.name)));
    let mut due: Vec<String> = due.into_iter().map(|d| d.trim_start_matches('-').to_owned()).collect();
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Listens to a mailbox on a thread of its own, until its line breaks; then says so with a `-` before the name.
fn listen(mailbox: &Mailbox, mut line: Line, tell: Sender<News>) -> Result<()> {
    let name = mailbox.name.clone();
    let patience = if matches!(mailbox.spot, crate::domain::account::Spot::Imap(_)) { ROUND } else { GLANCE };
    let ear = move || {
        // What came between the last fetch and now is not called out any more: a look is taken once.
        if line.open_inbox(false).is_ok() && tell.send(News(name.clone())).is_ok() {
            loop {
                match line.wait(patience) {
                    Ok(true) => {
                        if tell.send(News(name.clone())).is_err() {
                            return;
                        }
                    }
                    Ok(false) => {}
                    Err(_) => break,
                }
            }
        }
        drop(tell.send(News(format!("-{name}"))));
    };
    let started = std::thread::Builder::new().name(format!("listening to {}", mailbox.name)).spawn(ear);
    started.map(drop).map_err(|e| Error::refused("no second thread could be started").because(e))
}
