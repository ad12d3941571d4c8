//! What somebody types for the servers of his mail: a provider, hosts, or whole addresses.

use crate::domain::account::{Security, Spot};
use crate::domain::contact::is_address;
use crate::domain::provider::{PROVIDERS, Provider, Server, propose, written};
use crate::error::{Error, Result};

/// Where mail is fetched and through what it is sent, as settings have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Servers {
    /// `imaps://…`, or a place on this machine.
    pub(super) imap: String,
    /// `smtps://…`
    pub(super) smtp: String,
    /// The provider they belong to, where it is a known one.
    pub(super) provider: Option<Provider>,
}

impl Servers {
    /// As short as they can be typed.
    pub(super) fn typed(&self, address: &str) -> String {
        let short = |scheme: &str, url: &str| {
            let Ok(Spot::Imap(account) | Spot::Smtp(account)) = Spot::read(url) else { return url.to_owned() };
            let hosts = [account.host.clone(), format!("{}:{}", account.host, account.port)];
            let same = |host: &String| of_host(scheme, host, address).is_ok_and(|written| written == url);
            hosts.into_iter().find(same).unwrap_or_else(|| url.to_owned())
        };
        match self.provider.map(|p| of_provider(p, address)) {
            Some(usual) if usual == *self => self.provider.map_or_else(String::new, |p| p.word.to_owned()),
            _ => format!("{} {}", short("imap", &self.imap), short("smtp", &self.smtp)),
        }
    }
}

/// The servers that an address tells or lets guess: of the usual names the first that `exists`.
pub(super) fn proposed(address: &str, exists: &dyn Fn(&Server) -> bool) -> Result<Servers> {
    let found = propose(address).filter(|_| is_address(address)).ok_or_else(|| no_address(address))?;
    let likely = |servers: &[Server]| servers.iter().find(|s| exists(s)).or(servers.first()).cloned();
    match (found.provider, &likely(&found.imap), &likely(&found.smtp)) {
        (Some(provider), ..) => Ok(of_provider(provider, address)),
        (None, Some(imap), Some(smtp)) => Ok(Servers {
            imap: written("imap", address, imap, "INBOX"),
            smtp: written("smtp", address, smtp, ""),
            provider: None,
        }),
        _ => Err(no_address(address)),
    }
}

/// Reads a provider, one host for both, or two servers: for fetching and for sending.
pub(super) fn read(text: &str, address: &str) -> Result<Servers> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    if let [word] = words.as_slice()
        && let Some(provider) = Provider::named(word)
    {
        return Ok(of_provider(provider, address));
    }
    let (imap, smtp) = match words.as_slice() {
        [host] if host.contains(['.', ':']) && !host.contains('/') => (*host, *host),
        [imap, smtp] => (*imap, *smtp),
        _ => return Err(unclear(text)),
    };
    let (imap, smtp) = (fetching(imap, address)?, sending(smtp, address)?);
    Ok(Servers { provider: provider_at(&imap), imap, smtp })
}

/// The servers that flags name; what they leave open is proposed.
pub(super) fn of_flags(
    imap: Option<&str>,
    smtp: Option<&str>,
    address: &str,
    exists: &dyn Fn(&Server) -> bool,
) -> Result<Servers> {
    let mut servers = match imap {
        None => proposed(address, exists)?,
        Some(text) => match Provider::named(text) {
            Some(provider) => of_provider(provider, address),
            None => {
                let imap = fetching(text, address)?;
                let provider = provider_at(&imap);
                let usual = || provider.map_or_else(|| proposed(address, exists), |p| Ok(of_provider(p, address)));
                let smtp = if smtp.is_some() { String::new() } else { usual()?.smtp };
                Servers { imap, smtp, provider }
            }
        },
    };
    if let Some(smtp) = smtp {
        servers.smtp = sending(smtp, address)?;
    }
    Ok(servers)
}

/// The address of a server to fetch from: a host, a host with its port, or an address already.
pub(super) fn fetching(text: &str, address: &str) -> Result<String> {
    match spot("imap", text, address)? {
        (_, Spot::Smtp(_)) => Err(Error::usage("mail is sent through smtp, not fetched").hint("imap.acme.test")),
        (imap, _) => Ok(imap),
    }
}

/// The address of a server to send through, likewise.
pub(super) fn sending(text: &str, address: &str) -> Result<String> {
    match spot("smtp", text, address)? {
        (smtp, Spot::Smtp(_)) => Ok(smtp),
        _ => Err(Error::usage("mail is fetched from there, not sent").hint("smtp.acme.test")),
    }
}

fn spot(scheme: &str, text: &str, address: &str) -> Result<(String, Spot)> {
    let plain = !text.contains("://") && !text.starts_with("maildir:") && !text.starts_with("mbox:");
    let whole = if plain { of_host(scheme, text, address)? } else { text.to_owned() };
    let hint = format!("a server is written {scheme}.acme.test, with a port {scheme}.acme.test:2000, or as a whole address: {scheme}s://support%40acme.test@{scheme}.acme.test");
    // What is wrong is said without the text where a password may be in it.
    let read = Spot::read(&whole).map_err(|why| match whole.contains('@') && !plain && !why.contains("password") {
        true => Error::usage(format!("the {scheme} address cannot be read")).hint(&hint),
        false => Error::usage(why).hint(&hint),
    })?;
    Ok((whole, read))
}

/// A host, with its port where it is not the usual one. The ports of old begin plain and are made private.
fn of_host(scheme: &str, text: &str, address: &str) -> Result<String> {
    let usual = if scheme == "imap" { 993 } else { 465 };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| unclear(text))?),
        None => (text, usual),
    };
    let security = if matches!(port, 143 | 587 | 25) { Security::StartTls } else { Security::Tls };
    let server = Server { host: host.to_lowercase(), port, security };
    let short = PROVIDERS.iter().any(|p| p.short_login && scheme == "imap" && p.imap().host == server.host);
    let folder = if scheme == "imap" { "INBOX" } else { "" };
    Ok(written(scheme, login(address, short), &server, folder))
}

fn of_provider(provider: Provider, address: &str) -> Servers {
    Servers {
        imap: written("imap", login(address, provider.short_login), &provider.imap(), "INBOX"),
        smtp: written("smtp", address, &provider.smtp(), ""),
        provider: Some(provider),
    }
}

fn login(address: &str, short: bool) -> &str {
    address.rsplit_once('@').filter(|_| short).map_or(address, |(local, _)| local)
}

/// The provider that a server belongs to.
pub(super) fn provider_at(imap: &str) -> Option<Provider> {
    let Ok(Spot::Imap(account)) = Spot::read(imap) else { return None };
    PROVIDERS.iter().find(|p| p.imap().host == account.host).copied()
}

/// The error for what is no address.
pub(super) fn no_address(text: &str) -> Error {
    Error::usage(format!("{text:?} is no mail address")).hint("support@acme.test")
}

fn unclear(text: &str) -> Error {
    let words: Vec<&str> = PROVIDERS.iter().map(|p| p.word).collect();
    let near = text.split_whitespace().next().and_then(Provider::near).map(|n| format!("did you mean {n}? "));
    Error::usage("that names no servers").hint(format!(
        "{}a provider ({}), or the server for fetching and the one for sending: imap.acme.test smtp.acme.test",
        near.unwrap_or_default(),
        words.join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: &str = "support@acme.test";

    #[test]
    fn servers_are_named_in_whatever_way_is_at_hand() {
        for (text, imap, smtp) in [
            ("gmail", "imaps://support%40acme.test@imap.gmail.com/INBOX", "smtps://support%40acme.test@smtp.gmail.com"),
            ("icloud", "imaps://support@imap.mail.me.com/INBOX", "smtp://support%40acme.test@smtp.mail.me.com"),
            ("mail.b.test", "imaps://support%40acme.test@mail.b.test/INBOX", "smtps://support%40acme.test@mail.b.test"),
            ("a.test:143, b.test:587", "imap://support%40acme.test@a.test/INBOX", "smtp://support%40acme.test@b.test"),
            ("a.test:1993 b.test:2465", "imaps://support%40acme.test@a.test:1993/INBOX", "smtps://support%40acme.test@b.test:2465"),
            ("imap://joe@127.0.0.1:1143/X smtp://127.0.0.1:2525", "imap://joe@127.0.0.1:1143/X", "smtp://127.0.0.1:2525"),
            ("maildir:/var/mail/a b.test", "maildir:/var/mail/a", "smtps://support%40acme.test@b.test"),
        ] {
            let servers = read(text, US).unwrap();
            assert_eq!((servers.imap.as_str(), servers.smtp.as_str()), (imap, smtp), "{text}");
            assert_eq!(read(&servers.typed(US), US).unwrap(), servers, "{}", servers.typed(US));
        }
        assert_eq!(read("imap.gmail.com smtp.gmail.com", US).unwrap().provider.map(|p| p.word), Some("gmail"));
        let typed = |text| read(text, US).unwrap().typed(US);
        assert_eq!([typed("Google"), typed("a.test:143, b.test:465")], ["gmail", "a.test:143 b.test"]);
        let flags = |imap, smtp| of_flags(imap, smtp, US, &|_| false).map(|s| (s.imap, s.smtp)).unwrap();
        assert_eq!(flags(Some("imap.gmail.com"), None).1, "smtps://support%40acme.test@smtp.gmail.com");
        assert_eq!(flags(Some("gmail"), Some("b.test")).1, "smtps://support%40acme.test@b.test");
        assert_eq!(flags(Some("imap://joe@127.0.0.1:1143"), Some("smtp://127.0.0.1:25")).0, "imap://joe@127.0.0.1:1143");
        assert_eq!(flags(Some("x.test"), None).1, "smtps://support%40acme.test@smtp.acme.test");
        let guessed = |there: &str| proposed("joe@acme.test", &|s| s.host == there).unwrap().imap;
        assert_eq!(guessed(""), "imaps://joe%40acme.test@imap.acme.test/INBOX");
        assert_eq!(guessed("mail.acme.test"), "imaps://joe%40acme.test@mail.acme.test/INBOX");
        assert_eq!(proposed("joe@yandex.ru", &|_| false).unwrap().provider.map(|p| p.word), Some("yandex"));
    }

    #[test]
    fn what_names_no_server_is_refused_and_a_password_not_repeated() {
        assert!(read("yandx", US).unwrap_err().hint.unwrap().starts_with("did you mean yandex?"));
        for text in ["", "a b c", "x", "a.test:99999 b.test", "smtp://a.test imap://b.test", "http://a.test b.test", "maildir:x b.test"] {
            assert!(read(text, US).is_err(), "{text}");
        }
        for text in ["imaps://joe:hunter2@a.test/ b.test", "imaps://joe:hun/ter2@a.test b.test"] {
            let e = read(text, US).unwrap_err();
            assert!(!format!("{e:?}").contains("hun"), "{e:?}");
        }
        assert!(proposed("support", &|_| true).is_err() && proposed("a b@c d", &|_| true).is_err());
    }
}
