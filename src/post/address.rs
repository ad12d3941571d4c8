//! Addresses on their way out: which ones mail can go to, and how they are written on the wire. Reading the addresses of
//! incoming mail is not here.

use std::net::IpAddr;

/// An address longer than this is none (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// The address as servers know it: the domain in ASCII (IDNA), the rest as it was.
///
/// # Errors
/// In words, why no mail can go there. What passes holds no blank, no control character, no quote, no `<>,;:()\` before
/// the `@`, and exactly one `@`.
pub(super) fn wire(email: &str) -> Result<String, String> {
    let Some((local, domain)) = email.split_once('@') else { return Err(format!("{email:?} lacks an @")) };
    if local.is_empty() || domain.is_empty() {
        return Err(format!("{email:?} lacks a side of the @"));
    }
    // Readers decode `=?…?=` wherever it stands: such an address would turn into another one.
    if !local.chars().all(may_stand_in_local) || local.contains("=?") {
        return Err(format!("{email:?} holds a character that no address has"));
    }
    let domain = host(domain).ok_or_else(|| format!("{email:?}: what follows the @ is no domain"))?;
    let wire = format!("{local}@{domain}");
    if wire.len() > LONGEST { Err(format!("{email:?} is too long for an address")) } else { Ok(wire) }
}

fn may_stand_in_local(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c)
    } else {
        !is_invisible(c) && !c.is_whitespace()
    }
}

/// A domain or `[1.2.3.4]` in ASCII; none where it is neither.
pub(super) fn host(domain: &str) -> Option<String> {
    if let Some(literal) = domain.strip_prefix('[') {
        let ip = literal.strip_suffix(']')?;
        let ip = ip.strip_prefix("IPv6:").unwrap_or(ip);
        return ip.parse::<IpAddr>().is_ok().then(|| domain.to_owned());
    }
    let ascii = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    let label =
        |l: &str| !l.is_empty() && l.len() <= 63 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    ascii.strip_suffix('.').unwrap_or(&ascii).split('.').all(label).then_some(ascii)
}

/// Characters that steer, turn the direction of reading or are not seen at all.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_every_kind_go_out() {
        for (written, wired) in [
            ("joe@x.org", "joe@x.org"),
            ("o'neil+tag=1@Mail.X.org", "o'neil+tag=1@Mail.X.org"),
            ("foo..bar.@docomo.ne.jp", "foo..bar.@docomo.ne.jp"),
            ("a@localhost", "a@localhost"),
            ("a@[127.0.0.1]", "a@[127.0.0.1]"),
            ("a@[IPv6:::1]", "a@[IPv6:::1]"),
            ("иван@почта.рф", "иван@xn--80a1acny.xn--p1ai"),
            ("-oQ/tmp@x.y", "-oQ/tmp@x.y"),
        ] {
            assert_eq!(wire(written).as_deref(), Ok(wired));
        }
    }

    #[test]
    fn what_no_mail_can_go_to_is_refused_in_words() {
        for written in [
            "",
            "joe",
            "@x.org",
            "joe@",
            "a@b@c",
            "a b@c",
            "a@b c",
            "a\r\n@b",
            "a@b\r\nRCPT TO:<q@q>",
            "<a@b>",
            "a@b>",
            "a,b@c",
            "a;b@c",
            "\"a b\"@c",
            "a(b)@c",
            "a@b..c",
            "a@.b",
            "a@[1.2.3]",
            "a@[x]",
            "a\u{202e}@b",
            "a@b\u{200b}c d",
            "=?utf-8?q?x?=@b.c",
            "a@\u{202e}b",
        ] {
            assert!(wire(written).is_err(), "{written:?}");
        }
        assert!(wire(&format!("{}@x.org", "a".repeat(300))).is_err());
    }

    proptest! {
        #[test]
        fn what_passes_cannot_end_a_command(email in "\\PC*@\\PC*|[ -~а-я\r\n\0]{0,9}@[ -~а-я\r\n\0]{0,9}") {
            if let Ok(wired) = wire(&email) {
                prop_assert!(!wired.chars().any(|c| c.is_control() || c.is_whitespace() || "<>,;\"\\()".contains(c)));
                prop_assert_eq!(wired.matches('@').count(), 1);
                prop_assert!(wired.rsplit('@').next().unwrap_or_default().is_ascii());
            }
        }
    }
}
