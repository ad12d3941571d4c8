//! A company or account that contacts belong to, and which mail domains make one.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A company or account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The id in the store.
    pub id: i64,
    /// The short word for it on the command line, unique; a client made from mail has its domain here.
    pub handle: String,
    /// The full name.
    pub name: String,
    /// The language of what it gets, `ru` or `en`; none: the desk's.
    pub lang: Option<String>,
    /// The plan it has bought.
    pub plan: Option<String>,
    /// What else is worth knowing.
    pub note: String,
    /// What stands on his papers besides his name, by free keys: `inn`, `account`, `address` …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
    /// Whether it goes before others at equal need.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vip: bool,
}

/// Mail providers whose domain says nothing about the company behind an address.
const FREE_MAIL: &[&str] = &[
    "126.com",
    "163.com",
    "aol.com",
    "bk.ru",
    "fastmail.com",
    "fastmail.fm",
    "free.fr",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "inbox.lv",
    "inbox.ru",
    "internet.ru",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mail.ua",
    "me.com",
    "msn.com",
    "narod.ru",
    "o2.pl",
    "orange.fr",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "seznam.cz",
    "t-online.de",
    "tutanota.com",
    "ukr.net",
    "vk.com",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "ya.ru",
    "yahoo.com",
    "yandex.by",
    "yandex.com",
    "yandex.kz",
    "yandex.ru",
    "zoho.com",
];

/// The domain that makes a client of this address: lower case, none for providers of free mail and for bare hosts.
///
/// ```
/// use frontdesk::domain::client::domain_of;
/// assert_eq!(domain_of("Ann@Acme.TEST").as_deref(), Some("acme.test"));
/// assert_eq!(domain_of("ann@mail.ru"), None);
/// assert_eq!(domain_of("root@localhost"), None);
/// ```
#[must_use]
pub fn domain_of(address: &str) -> Option<String> {
    let domain = address.rsplit_once('@')?.1.trim_end_matches('.').to_lowercase();
    let named = domain.contains('.') && !domain.starts_with('.') && !domain.starts_with('[');
    let free = FREE_MAIL.binary_search(&domain.as_str()).is_ok()
        || domain.starts_with("yahoo.")
        || domain.starts_with("hotmail.");
    (named && !free && domain.len() <= 253).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_mail_list_is_sorted_so_that_every_entry_is_found() {
        assert!(FREE_MAIL.is_sorted());
        assert!(FREE_MAIL.iter().all(|d| domain_of(&format!("a@{d}")).is_none()));
    }
}
