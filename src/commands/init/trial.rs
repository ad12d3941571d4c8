//! Whether a mailbox and a server for sending let us in, and what the first fetch would take. Nothing on them is changed.

use crate::domain::account::{Account, Spot};
use crate::domain::provider::Server;
use crate::domain::time::Moment;
use crate::error::{Error, Result};
use crate::post::imap::Imap;
use crate::post::smtp::Smtp;
use crate::post::{Bounds, Login};
use std::net::ToSocketAddrs;
use std::path::Path;

/// A mailbox that let us in.
pub(super) enum Inside {
    /// On a server: the line to it, the folder that mail comes into, the folder of sent mail where the server shows one.
    Server(Box<Imap>, String, Option<String>),
    /// On this machine.
    Here,
}

/// What the first fetch would find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// The folder that mail comes into.
    pub(super) inbox: String,
    /// Mails in it.
    pub(super) mails: u32,
    /// Those of them that arrived since a day; none where they are too many to look at each.
    pub(super) since: Option<u32>,
    /// The folder of sent mail, where it is read, and the mails in it.
    pub(super) sent: Option<(String, u32)>,
}

/// Goes to the mailbox and asks which folders it has.
pub(super) fn enter(spot: &Spot, login: &Login, bounds: &Bounds) -> Result<Inside> {
    let account = match spot {
        Spot::Imap(account) => account,
        Spot::Maildir(path) if path.join("cur").is_dir() => return Ok(Inside::Here),
        Spot::Mbox(path) if path.is_file() => return Ok(Inside::Here),
        Spot::Maildir(path) | Spot::Mbox(path) => return Err(absent(path)),
        Spot::Smtp(_) => return Err(Error::bug("a server for sending is no mailbox")),
    };
    let mut imap = Imap::connect(account, login, bounds)?;
    let sent = imap.folders()?.into_iter().find(|f| f.sent && f.selectable).map(|f| f.name);
    Ok(Inside::Server(Box::new(imap), account.folder.clone(), sent))
}

fn absent(path: &Path) -> Error {
    Error::missing(format!("there is no mailbox at {}", path.display()))
        .hint("a Maildir is a folder with cur and new in it, an mbox is a file")
}

/// Mails whose time is looked at; where there are more, they are only counted.
const LISTED: usize = 20_000;

impl Inside {
    /// The folder of sent mail that the server shows.
    pub(super) fn sent(&self) -> Option<&str> {
        match self {
            Inside::Server(_, _, sent) => sent.as_deref(),
            Inside::Here => None,
        }
    }

    /// Counts what there is, and says good-bye. A folder of sent mail that was named must be there.
    pub(super) fn survey(self, sent: Option<&str>, since: Moment) -> Result<Option<Survey>> {
        let Inside::Server(mut imap, inbox, _) = self else { return Ok(None) };
        let sent = match sent {
            Some(folder) => Some((folder.to_owned(), imap.open(folder, false)?.exists)),
            None => None,
        };
        let mails = imap.open(&inbox, false)?.exists;
        let uids = imap.uids_after(0)?;
        let recent = if uids.len() <= LISTED {
            let arrived = imap.list(&uids)?.into_iter().filter(|l| l.arrived.is_none_or(|at| at >= since));
            u32::try_from(arrived.count()).ok()
        } else {
            None
        };
        imap.bye();
        Ok(Some(Survey { inbox, mails, since: recent, sent }))
    }
}

/// Whether there is a machine of this name.
pub(super) fn exists(server: &Server) -> bool {
    (server.host.as_str(), server.port).to_socket_addrs().is_ok_and(|mut found| found.next().is_some())
}

/// Whether the server for sending lets us in; nothing is sent.
pub(super) fn knock(account: &Account, login: &Login, bounds: &Bounds) -> Result<()> {
    Smtp::connect(account, login, bounds).map(Smtp::bye)
}
