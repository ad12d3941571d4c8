//! Where mail is fetched from and sent through, as an address: `imaps://`, `imap://`, `smtps://`, `smtp://`, `maildir:`, `mbox:`.
//! Reading addresses only; who connects is not known here.

use std::path::PathBuf;

/// How the line to a server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the first byte: `imaps://`, `smtps://`.
    Tls,
    /// Encrypted after `STARTTLS`: `imap://`, `smtp://`. Plain only towards this machine itself.
    StartTls,
}

/// A server that wants to know who we are.
///
/// ```
/// use frontdesk::domain::account::{Account, Security, Spot};
/// let Spot::Imap(account) = Spot::read("imaps://support%40acme.test@mail.acme.test/INBOX").unwrap() else { panic!() };
/// assert_eq!((account.user.as_deref(), account.host.as_str(), account.port), (Some("support@acme.test"), "mail.acme.test", 993));
/// assert_eq!((account.security, account.folder.as_str()), (Security::Tls, "INBOX"));
/// assert!(Spot::read("imaps://joe:secret@mail.acme.test/").unwrap_err().contains("password"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name to log in with; none where the server asks for none.
    pub user: Option<String>,
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is kept private.
    pub security: Security,
    /// The folder of an `imap` address; `INBOX` where none is named, empty for `smtp`.
    pub folder: String,
}

/// A place that mail comes from or goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// A folder on an IMAP server.
    Imap(Account),
    /// A server that takes mail.
    Smtp(Account),
    /// A Maildir on this machine.
    Maildir(PathBuf),
    /// An mbox file on this machine.
    Mbox(PathBuf),
}

impl Account {
    /// Whether the server is this machine itself, where a plain line is no danger.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let numbers: Vec<Option<u8>> = self.host.split('.').map(|n| n.parse().ok()).collect();
        matches!(self.host.as_str(), "localhost" | "::1")
            || matches!(numbers[..], [Some(127), Some(_), Some(_), Some(_)])
    }

    /// The address for messages: it never holds a password.
    #[must_use]
    pub fn shown(&self) -> String {
        let user = self.user.as_ref().map(|u| format!("{u} at ")).unwrap_or_default();
        format!("{user}{}:{}", self.host, self.port)
    }
}

impl Spot {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Spot, String> {
        if let Some(path) = text.strip_prefix("maildir:") {
            return local(path).map(Spot::Maildir);
        }
        if let Some(path) = text.strip_prefix("mbox:") {
            return local(path).map(Spot::Mbox);
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(|| {
            "an address begins with imaps:// or imap:// or smtps:// or smtp:// or maildir: or mbox:".to_owned()
        })?;
        let (security, port, imap) = match scheme {
            "imaps" => (Security::Tls, 993, true),
            "imap" => (Security::StartTls, 143, true),
            "smtps" => (Security::Tls, 465, false),
            "smtp" => (Security::StartTls, 587, false),
            other => return Err(format!("{other}:// is not known: imaps, imap, smtps, smtp, maildir: or mbox:")),
        };
        let (server, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = match server.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, server),
        };
        if user.is_some_and(|u| u.contains(':')) {
            return Err("a password has no place in an address: desk config set passwords.NAME.command …".to_owned());
        }
        let (host, port) = host_and_port(host, port)?;
        let folder = decoded(folder)?;
        let folder = match (imap, folder.is_empty()) {
            (true, true) => "INBOX".to_owned(),
            (true, false) => folder,
            (false, true) => String::new(),
            (false, false) => return Err("an address for sending has no folder".to_owned()),
        };
        let user = user.map(decoded).transpose()?.filter(|u| !u.is_empty());
        if imap && user.is_none() {
            return Err("the address lacks the name to log in with: imaps://support%40acme.test@host/INBOX".to_owned());
        }
        let controls = |t: &str| t.chars().any(char::is_control);
        if controls(&folder) || user.as_deref().is_some_and(controls) {
            return Err("the address holds a control character".to_owned());
        }
        let account = Account { user, host, port, security, folder };
        Ok(if imap { Spot::Imap(account) } else { Spot::Smtp(account) })
    }

    /// The place for messages: it never holds a password.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Spot::Imap(a) | Spot::Smtp(a) => a.shown(),
            Spot::Maildir(path) | Spot::Mbox(path) => path.display().to_string(),
        }
    }
}

fn local(path: &str) -> Result<PathBuf, String> {
    if path.starts_with('/') || path.starts_with("~/") {
        Ok(PathBuf::from(path))
    } else {
        Err("a folder or file on this machine is named from the root: maildir:/var/mail/support".to_owned())
    }
}

fn host_and_port(text: &str, usual: u16) -> Result<(String, u16), String> {
    let bad = || format!("{text:?} is no server: host or host:port");
    let (host, port) = match text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        Some((inner, rest)) => (inner, rest.strip_prefix(':')),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let fine = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || ".-_:".contains(c));
    let port = port.map_or(Ok(usual), |p| p.parse().map_err(|_| bad()))?;
    if fine && port != 0 { Ok((host.to_owned(), port)) } else { Err(bad()) }
}

/// `%40` and its kind, as in every address of the web.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let code = tail.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        bytes
            .push(code.ok_or_else(|| format!("{text:?}: a % is followed by two hexadecimal digits; % itself is %25"))?);
        rest = tail.get(2..).unwrap_or_default();
    }
    String::from_utf8(bytes).map_err(|_| format!("{text:?} is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, shown) in [
            ("imaps://a%40b.test@mail.b.test", "a@b.test at mail.b.test:993"),
            ("imap://joe@[::1]:1143/Support", "joe at ::1:1143"),
            ("smtp://127.0.0.1:2525", "127.0.0.1:2525"),
            ("smtps://joe@mail.b.test", "joe at mail.b.test:465"),
            ("maildir:/var/mail/a", "/var/mail/a"),
        ] {
            assert_eq!(Spot::read(text).map(|s| s.shown()).as_deref(), Ok(shown), "{text}");
        }
        let Ok(Spot::Imap(account)) = Spot::read("imap://joe@[::1]/%D0%9F%D0%BE%D1%87%D1%82%D0%B0/a") else { panic!() };
        assert_eq!((account.folder.as_str(), account.is_local()), ("Почта/a", true));
        for (host, local) in
            [("127.0.0.1", true), ("localhost", true), ("127.1.2.3.evil.test", false), ("128.0.0.1", false)]
        {
            let host = host.to_owned();
            assert_eq!(Account { host: host.clone(), ..account.clone() }.is_local(), local, "{host}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_in_words() {
        for text in [
            "",
            "mail.b.test",
            "http://a@b/",
            "imaps://",
            "imaps://mail.b.test/",
            "imaps://joe:pw@b/",
            "imaps://joe@b:0/",
            "imaps://joe@b:99999/",
            "smtp://b/INBOX",
            "maildir:mail",
            "imaps://a%4@b/",
            "imaps://a%ff@b/",
            "imaps://a%0d@b/",
            "imaps://a@b c/",
        ] {
            assert!(Spot::read(text).is_err(), "{text}");
        }
    }
}
