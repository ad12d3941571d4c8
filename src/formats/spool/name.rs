//! Names of mail folders as Maildir++ keeps them: `.Clients.Done`, other letters than ASCII in modified UTF-7 (RFC 3501
//! §5.1.3) or as they are.

use super::super::transfer;

/// The names under which the folder may stand in the Maildir, the one it is made under first; empty when a name could lead
/// out of the Maildir or says nothing.
pub(super) fn on_disk(name: &str) -> Vec<String> {
    let plain = name.len() <= 200 && !name.contains(['\0', '\\']) && !name.contains(char::is_control);
    let levels: Vec<&str> = name.split(['/', '.']).collect();
    if !plain || levels.iter().any(|level| level.trim().is_empty()) {
        return Vec::new();
    }
    let joined = levels.join(".");
    let mut names: Vec<String> = Vec::new();
    for spelled in [utf7(&joined), joined] {
        for found in [format!(".{spelled}"), format!(".INBOX.{spelled}"), spelled] {
            if !names.contains(&found) {
                names.push(found);
            }
        }
    }
    names
}

/// The name as IMAP writes it: `&` before and `-` behind the letters that are no ASCII.
fn utf7(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let odd = |c: char| !(' '..='~').contains(&c);
        let end = rest.find(|c| odd(c) != odd(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if odd(first) {
            let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let mut packed = String::new();
            transfer::push_base64(&mut packed, &units);
            out.push('&');
            out.push_str(&packed.trim_end_matches('=').replace('/', ","));
            out.push('-');
        } else {
            out.push_str(&run.replace('&', "&-"));
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_written_as_imap_does() {
        for (name, written) in [
            ("Done", "Done"),
            ("R&D", "R&-D"),
            ("Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"),
            ("~peter/mail/台北", "~peter/mail/&U,BTFw-"),
            ("aя😀b", "a&BE,YPd4A-b"),
        ] {
            assert_eq!(utf7(name), written);
        }
    }

    #[test]
    fn a_name_cannot_lead_out_of_the_maildir() {
        for name in ["", ".", "..", "../x", "/etc", "a/../b", "a//b", " ", "a\0b", "a\n", ".Done", "a/", "\\\\x"] {
            assert!(on_disk(name).is_empty(), "{name:?}");
        }
        assert_eq!(on_disk("Clients/Done"), [".Clients.Done", ".INBOX.Clients.Done", "Clients.Done"]);
        assert_eq!(on_disk("Я")[..2], [".&BC8-", ".INBOX.&BC8-"]);
    }
}
