//! Names of folders on the wire: modified UTF-7 (RFC 3501, 5.1.3).

use super::base64;

/// A folder's name as the server wants it.
pub(super) fn write(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut foreign = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            shift(&mut out, &mut foreign);
            out.push(c);
            out.push_str(if c == '&' { "-" } else { "" });
        } else {
            foreign.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    shift(&mut out, &mut foreign);
    out
}

fn shift(out: &mut String, foreign: &mut Vec<u8>) {
    if !foreign.is_empty() {
        out.push('&');
        out.push_str(&base64::bare(foreign).replace('/', ","));
        out.push('-');
        foreign.clear();
    }
}

/// A folder's name from the wire; one that breaks the rules stays as it is.
pub(super) fn read(name: &str) -> String {
    strictly(name).unwrap_or_else(|| name.to_owned())
}

fn strictly(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, shifted)) = rest.split_once('&') {
        out.push_str(plain);
        let (digits, after) = shifted.split_once('-')?;
        if digits.is_empty() {
            out.push('&');
        } else {
            let bytes = base64::read(&digits.replace(',', "/"))?;
            let units = bytes.chunks(2).map(|two| <[u8; 2]>::try_from(two).ok().map(u16::from_be_bytes));
            out.push_str(&String::from_utf16(&units.collect::<Option<Vec<u16>>>()?).ok()?);
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_the_world_pass_both_ways() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("Входящие", "&BBIERQQ+BDQETwRJBDgENQ-"),
            ("A&B", "A&-B"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("👍", "&2D3cTQ-"),
        ] {
            assert_eq!((write(name).as_str(), read(wire).as_str()), (wire, name));
        }
    }

    #[test]
    fn a_name_that_breaks_the_rules_stays_as_it_is() {
        for name in ["A & B", "&", "&!-", "&2D0-", "&BBI", "&BBIE-x"] {
            assert_eq!(read(name), name);
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name: String) {
            let wire = write(&name);
            prop_assert!(wire.bytes().all(|b| (b' '..=b'~').contains(&b)));
            prop_assert_eq!(read(&wire), name);
        }
    }
}
