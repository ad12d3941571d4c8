//! Mail providers that many teams use: their servers, what they do with sent mail, and what they want as a password. From an
//! address alone; nobody is asked over the network.

use super::account::Security;
use super::nearest::nearest;

/// A server of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is kept private.
    pub security: Security,
}

/// A mail provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// The word for it on the command line: `gmail`.
    pub word: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// Domains of its own; teams use theirs with the same servers.
    pub domains: &'static [&'static str],
    imap: &'static str,
    smtp: (&'static str, u16),
    /// The folder of what was sent, where the server names none itself.
    pub sent: &'static str,
    /// Whether what is sent through it stands in that folder by itself.
    pub files_sent: bool,
    /// Whether it takes access tokens (OAuth 2) only, and no password.
    pub tokens_only: bool,
    /// Whether the name to log in with for reading is the address without its domain.
    pub short_login: bool,
    /// What it wants as a password, in plain words.
    pub password: &'static str,
    /// The page where that is made or explained.
    pub page: &'static str,
}

/// What is proposed for an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The provider, where the address tells it.
    pub provider: Option<Provider>,
    /// Servers to fetch from, the likeliest first; never empty.
    pub imap: Vec<Server>,
    /// Servers to send through, the likeliest first; never empty.
    pub smtp: Vec<Server>,
}

/// The providers that are known.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        word: "gmail",
        name: "Gmail and Google Workspace",
        domains: &["gmail.com", "googlemail.com"],
        imap: "imap.gmail.com",
        smtp: ("smtp.gmail.com", 465),
        sent: "[Gmail]/Sent Mail",
        files_sent: true,
        tokens_only: false,
        short_login: false,
        password: "Google wants an app password of 16 letters, not the one of the account; it can be made once the 2-step verification of the account is on",
        page: "https://myaccount.google.com/apppasswords",
    },
    Provider {
        word: "yandex",
        name: "Yandex Mail and Yandex 360",
        domains: &["yandex.ru", "yandex.com", "ya.ru", "yandex.by", "yandex.kz", "narod.ru"],
        imap: "imap.yandex.ru",
        smtp: ("smtp.yandex.ru", 465),
        sent: "Sent",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "Yandex wants an app password for mail, and IMAP switched on in the settings of the mailbox under Email clients («Почтовые программы»)",
        page: "https://id.yandex.ru/security/app-passwords",
    },
    Provider {
        word: "mailru",
        name: "Mail.ru",
        domains: &["mail.ru", "inbox.ru", "bk.ru", "list.ru", "internet.ru"],
        imap: "imap.mail.ru",
        smtp: ("smtp.mail.ru", 465),
        sent: "Отправленные",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "Mail.ru wants a password for external applications («пароль для внешнего приложения») with full access to the mail, not the one of the account",
        page: "https://help.mail.ru/mail/security/protection/external",
    },
    Provider {
        word: "fastmail",
        name: "Fastmail",
        domains: &["fastmail.com", "fastmail.fm"],
        imap: "imap.fastmail.com",
        smtp: ("smtp.fastmail.com", 465),
        sent: "Sent",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "Fastmail wants an app password with access to mail: Settings, Privacy & Security, Manage app passwords",
        page: "https://www.fastmail.com/help/clients/apppassword.html",
    },
    Provider {
        word: "icloud",
        name: "iCloud Mail",
        domains: &["icloud.com", "me.com", "mac.com"],
        imap: "imap.mail.me.com",
        smtp: ("smtp.mail.me.com", 587),
        sent: "Sent Messages",
        files_sent: false,
        tokens_only: false,
        short_login: true,
        password: "Apple wants an app-specific password, not the one of the account: Sign-In and Security, App-Specific Passwords",
        page: "https://account.apple.com",
    },
    Provider {
        word: "microsoft",
        name: "Outlook.com and Microsoft 365",
        domains: &["outlook.com", "hotmail.com", "live.com", "msn.com", "onmicrosoft.com"],
        imap: "outlook.office365.com",
        smtp: ("smtp.office365.com", 587),
        sent: "Sent Items",
        files_sent: true,
        tokens_only: true,
        short_login: false,
        password: "Microsoft takes no password any more, only access tokens (OAuth 2): name a command that prints one with desk config set passwords.NAME.bearer",
        page: "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth",
    },
    Provider {
        word: "zoho",
        name: "Zoho Mail",
        domains: &["zoho.com", "zohomail.com"],
        imap: "imap.zoho.com",
        smtp: ("smtp.zoho.com", 465),
        sent: "Sent",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "Zoho wants IMAP switched on in the settings of the mailbox, and with two-factor sign-in an app-specific password; teams with a domain of their own use imappro.zoho.com and smtppro.zoho.com",
        page: "https://accounts.zoho.com/home#security/app_password",
    },
    Provider {
        word: "zoho-eu",
        name: "Zoho Mail (EU)",
        domains: &["zoho.eu", "zohomail.eu"],
        imap: "imap.zoho.eu",
        smtp: ("smtp.zoho.eu", 465),
        sent: "Sent",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "Zoho wants IMAP switched on in the settings of the mailbox, and with two-factor sign-in an app-specific password; teams with a domain of their own use imappro.zoho.eu and smtppro.zoho.eu",
        page: "https://accounts.zoho.eu/home#security/app_password",
    },
    Provider {
        word: "gmx",
        name: "GMX",
        domains: &["gmx.net", "gmx.de", "gmx.at", "gmx.ch"],
        imap: "imap.gmx.net",
        smtp: ("mail.gmx.net", 465),
        sent: "Gesendet",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "GMX wants POP3/IMAP switched on in the settings of the mailbox, and with two-factor sign-in an app-specific password",
        page: "https://hilfe.gmx.net",
    },
    Provider {
        word: "gmx-com",
        name: "GMX (international)",
        domains: &["gmx.com", "gmx.us", "gmx.co.uk"],
        imap: "imap.gmx.com",
        smtp: ("mail.gmx.com", 465),
        sent: "Sent",
        files_sent: false,
        tokens_only: false,
        short_login: false,
        password: "GMX wants POP3 & IMAP switched on in the settings of the mailbox, and with two-factor sign-in an app-specific password",
        page: "https://support.gmx.com/pop-imap/imap/imap.html",
    },
];

impl Provider {
    /// The provider whose own domain the address has.
    #[must_use]
    pub fn of(address: &str) -> Option<Provider> {
        let (_, domain) = address.rsplit_once('@')?;
        let domain = domain.to_lowercase();
        let below = |d: &str| domain.strip_suffix(d).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
        PROVIDERS.iter().find(|p| p.domains.iter().any(|d| below(d))).copied()
    }

    /// The provider of this word or name.
    #[must_use]
    pub fn named(word: &str) -> Option<Provider> {
        let word = word.trim().to_lowercase().replace('.', "");
        let also = match word.as_str() {
            "google" | "workspace" => "gmail",
            "yandex360" | "яндекс" => "yandex",
            "mail" => "mailru",
            "apple" => "icloud",
            "outlook" | "office365" | "microsoft365" | "hotmail" => "microsoft",
            word => word,
        };
        PROVIDERS.iter().find(|p| p.word == also).copied()
    }

    /// The word of a provider that was probably meant.
    #[must_use]
    pub fn near(word: &str) -> Option<&'static str> {
        nearest(word, PROVIDERS.iter().map(|p| p.word))
    }

    /// Where its mail is fetched.
    #[must_use]
    pub fn imap(&self) -> Server {
        Server { host: self.imap.to_owned(), port: 993, security: Security::Tls }
    }

    /// Where its mail is sent through.
    #[must_use]
    pub fn smtp(&self) -> Server {
        let (host, port) = self.smtp;
        let security = if port == 465 { Security::Tls } else { Security::StartTls };
        Server { host: host.to_owned(), port, security }
    }
}

/// What to propose for an address: the servers of its provider, else the names that servers of a domain usually have.
/// None where it is no address.
///
/// ```
/// use frontdesk::domain::provider::propose;
/// let known = propose("anna@ya.ru").unwrap();
/// assert_eq!((known.imap[0].host.as_str(), known.smtp[0].port), ("imap.yandex.ru", 465));
/// let own = propose("support@acme.test").unwrap();
/// assert_eq!(own.imap.iter().map(|s| s.host.as_str()).collect::<Vec<_>>(), ["imap.acme.test", "mail.acme.test"]);
/// assert!(propose("support").is_none());
/// ```
#[must_use]
pub fn propose(address: &str) -> Option<Proposal> {
    let (local, domain) = address.rsplit_once('@')?;
    if local.is_empty() || domain.is_empty() {
        return None;
    }
    if let Some(provider) = Provider::of(address) {
        return Some(Proposal { imap: vec![provider.imap()], smtp: vec![provider.smtp()], provider: Some(provider) });
    }
    let server = |first: &str, port| Server {
        host: format!("{first}.{}", domain.to_lowercase()),
        port,
        security: Security::Tls,
    };
    let imap = vec![server("imap", 993), server("mail", 993)];
    let smtp = vec![server("smtp", 465), server("mail", 465)];
    Some(Proposal { provider: None, imap, smtp })
}

/// The address of a server as settings have it. The port is named where it is not the usual one.
///
/// ```
/// use frontdesk::domain::provider::{propose, written};
/// let gmail = propose("anna.b@gmail.com").unwrap();
/// assert_eq!(written("imap", "anna.b@gmail.com", &gmail.imap[0], "INBOX"), "imaps://anna.b%40gmail.com@imap.gmail.com/INBOX");
/// assert_eq!(written("smtp", "anna.b@gmail.com", &gmail.smtp[0], ""), "smtps://anna.b%40gmail.com@smtp.gmail.com");
/// ```
#[must_use]
pub fn written(scheme: &str, user: &str, server: &Server, folder: &str) -> String {
    let (end, usual) = match (server.security, scheme) {
        (Security::Tls, "imap") => ("s", 993),
        (Security::Tls, _) => ("s", 465),
        (Security::StartTls, "imap") => ("", 143),
        (Security::StartTls, _) => ("", 587),
    };
    let user = if user.is_empty() { String::new() } else { format!("{}@", encoded(user, "")) };
    let host = if server.host.contains(':') { format!("[{}]", server.host) } else { server.host.clone() };
    let port = if server.port == usual { String::new() } else { format!(":{}", server.port) };
    let folder = if folder.is_empty() { String::new() } else { format!("/{}", encoded(folder, "/")) };
    format!("{scheme}{end}://{user}{host}{port}{folder}")
}

/// What means something in an address of the web is written with `%`.
fn encoded(text: &str, also_plain: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b) || also_plain.as_bytes().contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{Account, Spot};
    use proptest::prelude::*;

    #[test]
    fn each_domain_belongs_to_one_provider_and_each_word_to_one() {
        for provider in PROVIDERS {
            for domain in provider.domains {
                assert_eq!(
                    Provider::of(&format!("Anna@{}", domain.to_uppercase())).map(|p| p.word),
                    Some(provider.word)
                );
            }
            assert_eq!(Provider::named(provider.word).map(|p| p.word), Some(provider.word));
            assert!(provider.page.starts_with("https://") && !provider.password.ends_with('.'), "{}", provider.word);
        }
        assert_eq!(Provider::of("anna@acme.onmicrosoft.com").map(|p| p.word), Some("microsoft"));
        assert_eq!(Provider::of("anna@notgmail.com"), None);
        assert_eq!(Provider::named("Mail.ru").map(|p| p.word), Some("mailru"));
        assert_eq!(Provider::near("yandx"), Some("yandex"));
    }

    #[test]
    fn only_the_known_ones_file_what_is_sent() {
        let filing: Vec<_> = PROVIDERS.iter().filter(|p| p.files_sent).map(|p| p.word).collect();
        assert_eq!(filing, ["gmail", "microsoft"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(user in "[!-~а-я ]{1,20}", host in "[a-z]{1,9}\\.test", port in 1_u16.., folder in "[!-~а-я ]{1,20}", tls: bool) {
            let security = if tls { Security::Tls } else { Security::StartTls };
            let server = Server { host: host.clone(), port, security };
            let account = |folder| Account { user: Some(user.clone()), host: host.clone(), port, security, folder };
            prop_assert_eq!(Spot::read(&written("imap", &user, &server, &folder)), Ok(Spot::Imap(account(folder.clone()))));
            prop_assert_eq!(Spot::read(&written("smtp", &user, &server, "")), Ok(Spot::Smtp(account(String::new()))));
        }
    }
}
