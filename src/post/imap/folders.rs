//! The folders of a mailbox: which there are, which holds what was sent, and putting mails into one.

use super::login::quoted;
use super::talk::{Ending, Talk};
use super::{Imap, answer, utf7};
use crate::error::{Error, Result};
use crate::post::imap::line::Caps;
use imap_proto::{MailboxDatum, MailboxListData, NameAttribute, Response};

/// A folder of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its whole name, as people write it.
    pub name: String,
    /// Whether it holds what was sent: the server says so, or where it says so of none, the name does.
    pub sent: bool,
    /// Whether it can be opened.
    pub selectable: bool,
}

/// What mail programs call the folder of sent mail.
const SENT: [&str; 10] = [
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "sent-mail",
    "отправленные",
    "отправленные письма",
    "отправленные сообщения",
    "отправленные элементы",
    "отправлено",
];

impl Imap {
    /// All folders of the mailbox.
    ///
    /// # Errors
    /// Temporary where the connection breaks, refused where the server does not list them.
    pub fn folders(&mut self) -> Result<Vec<Folder>> {
        let special = self.talk.can("SPECIAL-USE") && self.talk.can("LIST-EXTENDED");
        let command = if special { "LIST \"\" \"*\" RETURN (SPECIAL-USE)" } else { "LIST \"\" \"*\"" };
        let (mut folders, mut by_name) = (Vec::new(), Vec::new());
        let ending = self.talk.ask(&[command.as_bytes()], Caps::SHORT, &mut |response, _| {
            if let Response::MailboxData(MailboxDatum::List(listed)) = response {
                let folder = folder(&listed);
                by_name.push(is_sent_by_name(&folder.name, listed.delimiter.as_deref()));
                folders.push(folder);
            }
            Ok(false)
        })?;
        if !ending.fine {
            return Err(ending.refusal(format!("{} does not list its folders", self.talk.server)));
        }
        if !folders.iter().any(|f| f.sent) {
            folders.iter_mut().zip(by_name).for_each(|(folder, named)| folder.sent = named && folder.selectable);
        }
        Ok(folders)
    }

    /// Moves a mail of the open folder, opened for writing, to another one, which is made where there is none.
    ///
    /// # Errors
    /// Temporary where the connection breaks, refused where the server does not do it.
    pub fn move_to(&mut self, uid: u32, folder: &str) -> Result<()> {
        if !self.writing {
            // A server may copy the mail all the same, and leave the first one.
            return Err(Error::bug("a mail is moved out of a folder that is open for reading only"));
        }
        let name = wire_name(folder);
        let how = if self.talk.can("MOVE") { "MOVE" } else { "COPY" };
        let moved = file(&mut self.talk, &name, &mut |talk| talk.tell(&format!("UID {how} {uid} {name}")))?;
        done(&moved, &self.talk, &format!("move a mail to {folder}"))?;
        if how == "COPY" {
            let marked = self.talk.tell(&format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"))?;
            done(&marked, &self.talk, "mark a mail as deleted")?;
            if self.talk.can("UIDPLUS") {
                let gone = self.talk.tell(&format!("UID EXPUNGE {uid}"))?;
                done(&gone, &self.talk, "remove a mail")?;
            }
        }
        Ok(())
    }

    /// Puts a mail into a folder, as read; the folder is made where there is none.
    ///
    /// # Errors
    /// Temporary where the connection breaks, refused where the server does not take it.
    pub fn append(&mut self, folder: &str, mail: &[u8]) -> Result<()> {
        let name = wire_name(folder);
        let command = format!("APPEND {name} (\\Seen) {{{}}}", mail.len());
        let pieces = [command.as_bytes(), mail];
        let put = file(&mut self.talk, &name, &mut |talk| talk.ask(&pieces, Caps::SHORT, &mut |_, _| Ok(false)))?;
        done(&put, &self.talk, &format!("take a mail into {folder}"))
    }
}

/// A folder's name as a command has it.
pub(super) fn wire_name(folder: &str) -> String {
    quoted(&utf7::write(folder))
}

/// Does something that needs a folder; where it is refused and the folder can be made, it was missing: once more.
fn file(talk: &mut Talk, name: &str, act: &mut dyn FnMut(&mut Talk) -> Result<Ending>) -> Result<Ending> {
    let first = act(talk)?;
    if first.fine || first.bad || first.passes() || !talk.tell(&format!("CREATE {name}"))?.fine {
        return Ok(first);
    }
    // Mail programs show what is subscribed; a server that cannot do so has the folder all the same.
    talk.tell(&format!("SUBSCRIBE {name}"))?;
    act(talk)
}

fn done(ending: &Ending, talk: &Talk, what: &str) -> Result<()> {
    if ending.fine { Ok(()) } else { Err(ending.refusal(format!("{} does not {what}", talk.server))) }
}

fn folder(listed: &MailboxListData<'_>) -> Folder {
    let raw = answer::unquoted(listed.name.as_bytes());
    let name = utf7::read(&String::from_utf8_lossy(&raw));
    let closed = |a: &NameAttribute<'_>| match a {
        NameAttribute::NoSelect => true,
        NameAttribute::Extension(word) => word.eq_ignore_ascii_case("\\NonExistent"),
        _ => false,
    };
    Folder {
        name,
        sent: listed.name_attributes.contains(&NameAttribute::Sent),
        selectable: !listed.name_attributes.iter().any(closed),
    }
}

fn is_sent_by_name(name: &str, delimiter: Option<&str>) -> bool {
    let (above, last) = delimiter.and_then(|d| name.rsplit_once(d)).unwrap_or(("", name));
    let usual = ["", "inbox", "[gmail]", "[google mail]"].contains(&above.to_lowercase().as_str());
    usual && SENT.contains(&last.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_mail_is_known_by_its_usual_names() {
        for name in ["Sent", "INBOX.Sent Items", "[Gmail].Отправленные", "Отправленные"] {
            assert!(is_sent_by_name(name, Some(".")), "{name}");
        }
        for name in ["Sentences", "Projects.Sent", "Исходящие"] {
            assert!(!is_sent_by_name(name, Some(".")), "{name}");
        }
        assert!(is_sent_by_name("sent", None));
    }

    #[test]
    fn a_name_with_quotes_is_whole_on_the_wire() {
        assert_eq!(wire_name("a\"b\\c\r\nD"), "\"a\\\"b\\\\c&AA0ACg-D\"");
    }
}
