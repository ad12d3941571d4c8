//! Where else a ticket is worked on: an issue of a tracker, a page. What may be kept as such a place, and as what.

use super::refusal::Refusal;

/// A place is no longer than so many bytes.
pub const LONGEST: usize = 2_000;

/// The address of a place as it is kept: `http` or `https`, the name of the machine in lower case, nothing secret in it.
///
/// ```
/// use frontdesk::domain::url::url;
/// assert_eq!(url(" HTTPS://Tracker.test/Shop/issues/7 ").unwrap(), "https://tracker.test/Shop/issues/7");
/// assert_eq!(url("tracker.test/7").unwrap_err().hint().as_deref(), Some("https://tracker.test/7"));
/// let secret = url("https://ann:secret@tracker.test/7").unwrap_err();
/// assert!(secret.to_string().ends_with("a password would be kept") && !secret.to_string().contains("secret@"));
/// ```
///
/// # Errors
/// No such address; one that is too long, has characters that nobody sees, or names who asks.
pub fn url(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let misused = |why, hint: String| Refusal::Misused { word: without_secrets(text), why, hint };
    let Some((scheme, host, rest)) = parts(text) else {
        let written = without_secrets(text);
        let bare = !written.contains("://") && written.contains('.') && !written.contains(char::is_whitespace);
        let hint = if bare { format!("https://{written}") } else { "https://tracker.test/issues/7".to_owned() };
        return Err(Refusal::Unreadable { what: "web address", text: written, hint });
    };
    let name_of_machine = host.rsplit_once('@').map_or(host, |(_, name)| name);
    if host.contains('@') || !is_port(name_of_machine) {
        let bare = name_of_machine.split(':').next().unwrap_or_default();
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        return Err(misused("names who asks: a password would be kept", format!("{scheme}://{bare}{rest}")));
    }
    if text.len() > LONGEST {
        return Err(misused("is longer than 2,000 bytes", "link to a shorter address".to_owned()));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(misused("has characters that no address has", "copy it from where it is shown".to_owned()));
    }
    Ok(format!("{scheme}://{}{rest}", host.to_lowercase()))
}

/// Scheme, machine, and what follows.
fn parts(text: &str) -> Option<(&'static str, &str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
    let (host, rest) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
    let named = host.rsplit('@').next().is_some_and(|name| name.contains(char::is_alphanumeric));
    named.then_some((scheme, host, rest))
}

/// Whether what follows the colon after a name is a number.
fn is_port(host: &str) -> bool {
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
}

/// The words without what may be a password: all before the last `@`.
fn without_secrets(text: &str) -> String {
    text.rsplit_once('@').map_or_else(|| text.to_owned(), |(_, rest)| format!("…@{rest}"))
}

/// Whether a word is meant as such an address.
#[must_use]
pub fn is_meant(word: &str) -> bool {
    word.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_the_web_are_kept_as_they_are_written() {
        for fine in [
            "https://tracker.test",
            "http://10.0.0.7:8080/browse/SHOP-7?focus=1#c2",
            "https://трекер.рф/задачи/7",
            "https://tracker.test/@ann/7",
            "https://[::1]:3000/7",
        ] {
            assert_eq!(url(fine).unwrap(), fine);
        }
    }

    #[test]
    fn nothing_else_is() {
        let long = format!("https://tracker.test/{}", "x".repeat(LONGEST));
        for bad in [
            "",
            "7",
            "ftp://tracker.test/7",
            "javascript:alert(1)",
            "https://",
            "https:///7",
            "https://@/7",
            "https://a b",
            "https://tracker.test/\u{7}",
            "https://tracker.test/a\nb",
            "https://tracker.test\\@evil.test/",
            &long,
        ] {
            let no = url(bad).expect_err(bad);
            assert!(no.hint().is_some() && no.to_string().chars().count() < 160, "{no}");
        }
    }

    #[test]
    fn no_password_is_kept_or_said() {
        for bad in [
            "https://ann:hunter2@tracker.test/7",
            "https://hunter2@tracker.test",
            "https://ann:hunter2/x@tracker.test",
            "ftp://ann:hunter2@t.test/",
            "ann:hunter2@t.test/7",
        ] {
            let no = url(bad).expect_err(bad);
            assert!(!format!("{no} {:?}", no.hint()).contains("hunter2"), "{no}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_again_as_it_is(text in "(https?://)?[a-zA-Zа-я@:./?#\\\\ -]{0,30}|\\PC{0,30}") {
            if let Ok(kept) = url(&text) {
                prop_assert!(kept.starts_with("http") && !kept.chars().any(char::is_control));
                let host = kept.split_once("://").unwrap().1.split(['/', '?', '#']).next().unwrap();
                prop_assert!(!host.contains('@'));
                prop_assert_eq!(url(&kept).unwrap(), kept);
            }
        }
    }
}
