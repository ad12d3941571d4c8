//! E-mail addresses as people are told apart by them: how two are compared, which are ours, which take no answers, what
//! is odd about one. Whether a text has the form of an address is in `contact`.

/// The form in which two addresses are compared: lower case on both sides of the `@`, without blanks around it and
/// without the dot that may end a domain. It is for comparing only: mail goes to the address as written.
///
/// The Kelvin sign, whose small letter is an ordinary `k`, stays as it is: nobody becomes another by it.
///
/// ```
/// use frontdesk::domain::address::fold;
/// assert_eq!(fold(" Ann@ACME.test. "), "ann@acme.test");
/// assert_eq!(fold("Анна@Пример.РФ"), "анна@пример.рф");
/// assert_ne!(fold("mi\u{212a}e@acme.test"), fold("mike@acme.test"));
/// ```
#[must_use]
pub fn fold(address: &str) -> String {
    let bare = address.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    bare.split('\u{212a}').map(str::to_lowercase).collect::<Vec<_>>().join("\u{212a}")
}

/// Whether the address is one of ours: named in `own`, also with a detail behind a `+`, or in a domain of ours (`@acme.test`).
///
/// ```
/// use frontdesk::domain::address::is_own;
/// let own = ["support@acme.test".to_owned(), "@desk.test".to_owned()];
/// assert!(is_own("Support@Acme.test", &own) && is_own("support+t42-318-x@acme.test", &own) && is_own("any@desk.test", &own));
/// assert!(!is_own("ann@acme.test", &own) && !is_own("support@acme.test.evil.test", &own) && !is_own("support", &own));
/// ```
#[must_use]
pub fn is_own(address: &str, own: &[String]) -> bool {
    let folded = fold(address);
    let Some((local, domain)) = folded.rsplit_once('@').filter(|(local, _)| !local.is_empty()) else { return false };
    let plain = format!("{}@{domain}", local.split('+').next().unwrap_or(local));
    own.iter().map(|pattern| fold(pattern)).any(|pattern| match pattern.strip_prefix('@') {
        Some(ours) => ours == domain,
        None => pattern == folded || pattern == plain,
    })
}

/// Whether nobody reads what is sent there: `no-reply` in its spellings, the daemon that reports deliveries.
///
/// ```
/// use frontdesk::domain::address::takes_no_answers;
/// assert!(takes_no_answers("No-Reply+7@shop.test") && takes_no_answers("MAILER-DAEMON@mx.test"));
/// assert!(!takes_no_answers("ann@noreply.test"));
/// ```
#[must_use]
pub fn takes_no_answers(address: &str) -> bool {
    let folded = fold(address);
    let local = folded.rsplit_once('@').map_or(folded.as_str(), |(local, _)| local);
    let letters: String = local.chars().filter(|c| !"-_.+".contains(*c)).collect();
    ["noreply", "donotreply", "dontreply", "noanswer"].iter().any(|word| letters.contains(word))
        || ["mailerdaemon", "maildaemon"].contains(&letters.as_str())
}

/// What a person should know before he writes there; empty for an ordinary address.
///
/// ```
/// use frontdesk::domain::address::oddities;
/// assert!(oddities("ann@acme.test").is_empty() && oddities("анна@пример.рф").is_empty());
/// assert_eq!(oddities("ann@xn--80ak6aa92e.test"), ["the domain is written in punycode (xn--): it may look like another one"]);
/// assert_eq!(oddities("ann@аcme.test"), ["it mixes alphabets: it may look like another address"]);
/// ```
#[must_use]
pub fn oddities(address: &str) -> Vec<&'static str> {
    let folded = fold(address);
    let (local, domain) = folded.rsplit_once('@').unwrap_or((&folded, ""));
    let mut odd = Vec::new();
    if takes_no_answers(&folded) {
        odd.push("nobody reads what is sent there");
    }
    if domain.split('.').any(|label| label.starts_with("xn--")) {
        odd.push("the domain is written in punycode (xn--): it may look like another one");
    }
    if domain.split('.').chain([local]).any(mixes_alphabets) {
        odd.push("it mixes alphabets: it may look like another address");
    }
    odd
}

/// Latin, Cyrillic and Greek share the looks of many letters; a word has letters of one of them.
fn mixes_alphabets(word: &str) -> bool {
    let has = |alphabet: fn(char) -> bool| usize::from(word.chars().any(alphabet));
    let latin = has(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}'));
    latin + has(|c| matches!(c, '\u{400}'..='\u{52f}')) + has(|c| matches!(c, '\u{370}'..='\u{3ff}')) > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_own_domain_does_not_take_in_its_subdomains_or_lookalikes() {
        let own = ["@acme.test".to_owned()];
        assert!(is_own("a@acme.test", &own));
        for other in ["a@mail.acme.test", "a@evilacme.test", "@acme.test", "acme.test", ""] {
            assert!(!is_own(other, &own), "{other}");
        }
    }

    #[test]
    fn an_own_address_with_a_detail_of_its_own_is_found_as_it_stands() {
        let own = ["me+desk@mail.test".to_owned()];
        assert!(is_own("me+desk@mail.test", &own));
        assert!(!is_own("me@mail.test", &own) && !is_own("me+other@mail.test", &own));
    }

    #[test]
    fn a_greek_letter_among_latin_ones_is_odd() {
        assert_eq!(oddities("ann@g\u{3bf}ogle.test").len(), 1);
        assert!(oddities("müller@größe.test").is_empty());
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in any::<String>()) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
        #[test]
        fn no_address_breaks_it(text in any::<String>()) {
            let _ = (is_own(&text, std::slice::from_ref(&text)), takes_no_answers(&text), oddities(&text));
        }
    }
}
