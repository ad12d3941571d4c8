//! Content transfer encodings: base64, quoted-printable, uuencode. Lenient: what is broken is passed over or kept, never refused.

use std::borrow::Cow;

/// How a part is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Coding {
    /// As it is.
    #[default]
    Plain,
    /// Base64.
    Base64,
    /// Quoted-printable.
    Quoted,
    /// Uuencode.
    Uu,
}

impl Coding {
    /// What a Content-Transfer-Encoding says, spelled right or not.
    pub(super) fn of(value: &[u8]) -> Coding {
        let value = value.to_ascii_lowercase();
        let has = |word: &[u8]| value.windows(word.len()).any(|w| w == word);
        if has(b"base64") || has(b"base-64") {
            Coding::Base64
        } else if has(b"quoted") {
            Coding::Quoted
        } else if has(b"uue") || has(b"uuencode") {
            Coding::Uu
        } else {
            Coding::Plain
        }
    }

    /// The bytes that were packed.
    pub(super) fn unpack<'a>(self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Coding::Plain => Cow::Borrowed(bytes),
            Coding::Base64 => Cow::Owned(base64(bytes)),
            Coding::Quoted => Cow::Owned(quoted_printable(bytes)),
            Coding::Uu => uu(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned),
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NONE: u8 = 0xff;
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut n = 0u8;
    while n < 64 {
        table[ALPHABET[n as usize] as usize] = n;
        n += 1;
    }
    table
}

/// Base64 without what is not of its alphabet; padding ends a group, so several blobs in a row are read too.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut held, mut count) = (0u32, 0u8);
    for &byte in bytes {
        let value = VALUES.get(usize::from(byte)).copied().unwrap_or(NONE);
        if value != NONE {
            held = held << 6 | u32::from(value);
            count += 1;
            if count == 4 {
                let [_, a, b, c] = held.to_be_bytes();
                out.extend_from_slice(&[a, b, c]);
                (held, count) = (0, 0);
            }
        } else if byte == b'=' {
            flush(&mut out, held, count);
            (held, count) = (0, 0);
        }
    }
    flush(&mut out, held, count);
    out
}

fn flush(out: &mut Vec<u8>, held: u32, count: u8) {
    match count {
        2 => out.extend_from_slice(&(held >> 4).to_be_bytes()[3..]),
        3 => out.extend_from_slice(&(held >> 2).to_be_bytes()[2..]),
        _ => {}
    }
}

/// Appends the base64 of `bytes`.
pub(super) fn push_base64(out: &mut String, bytes: &[u8]) {
    for group in bytes.chunks(3) {
        let at = |n: usize| u32::from(group.get(n).copied().unwrap_or_default());
        let held = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..4usize {
            let six = usize::try_from(held >> (18 - 6 * n) & 63).unwrap_or_default();
            out.push(if n <= group.len() { char::from(ALPHABET[six]) } else { '=' });
        }
    }
}

/// Quoted-printable: soft line breaks go, trailing whitespace goes, what is no `=XX` stays.
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let bare = line.trim_ascii_end();
        let soft = bare.last() == Some(&b'=') && (line.len() > bare.len() || bare.len() > 1);
        hexed(&mut out, if soft { bare.get(..bare.len() - 1).unwrap_or_default() } else { bare }, false);
        if !soft {
            let end = line.len() - line.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            out.extend_from_slice(line.get(end..).unwrap_or_default());
        }
    }
    out
}

/// The text of a Q encoded word.
pub(super) fn q_word(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    hexed(&mut out, bytes, true);
    out
}

fn hexed(out: &mut Vec<u8>, bytes: &[u8], underscores: bool) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'=' => match (hex(bytes.get(at)), hex(bytes.get(at + 1))) {
                (Some(a), Some(b)) => {
                    out.push(a << 4 | b);
                    at += 2;
                }
                _ => out.push(b'='),
            },
            b'_' if underscores => out.push(b' '),
            _ => out.push(byte),
        }
    }
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: Option<&u8>) -> Option<u8> {
    char::from(*digit?).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// Uuencode; none when there is no `begin` line.
fn uu(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lines = bytes.split(|&b| b == b'\n').skip_while(|l| !l.starts_with(b"begin "));
    lines.next()?;
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for line in lines.take_while(|l| !l.starts_with(b"end")) {
        let six = |b: &u8| u32::from(b.wrapping_sub(32) & 63);
        let Some((count, data)) = line.split_first() else { continue };
        let whole = out.len() + usize::try_from(six(count)).unwrap_or_default();
        for group in data.chunks(4) {
            let held = group.iter().chain(&[b' '; 3]).take(4).fold(0, |held, b| held << 6 | six(b));
            out.extend_from_slice(&held.to_be_bytes()[1..]);
        }
        out.truncate(whole);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn base64_passes_over_what_is_not_base64() {
        for (packed, bytes) in [
            ("aGVsbG8=", "hello"),
            ("aGVs\r\nbG8", "hello"),
            ("aG!Vs bG8=", "hello"),
            ("aGVsbG8=aGVsbG8=", "hellohello"),
            ("", ""),
            ("a", ""),
            ("YQ==", "a"),
            ("YWI=", "ab"),
        ] {
            assert_eq!(base64(packed.as_bytes()), bytes.as_bytes(), "{packed}");
        }
    }

    #[test]
    fn quoted_printable_keeps_what_is_no_code() {
        for (packed, bytes) in [
            ("a=3Db", "a=b"),
            ("a=\r\nb", "ab"),
            ("a= \nb", "ab"),
            ("a \r\nb", "a\r\nb"),
            ("50=% =zz =", "50=% =zz "),
            ("=", "="),
            ("=d0=9f\n", "П\n"),
        ] {
            assert_eq!(quoted_printable(packed.as_bytes()), bytes.as_bytes(), "{packed:?}");
        }
    }

    #[test]
    fn uuencode_is_read() {
        let packed = b"begin 644 x\n#0V%T\n`\nend\n";
        assert_eq!(Coding::of(b"x-uuencode").unpack(packed).as_ref(), b"Cat");
        assert_eq!(Coding::Uu.unpack(b"nothing").as_ref(), b"nothing");
    }

    #[test]
    fn misspelled_codings_are_known() {
        for (said, coding) in [
            (" BASE64 ", Coding::Base64),
            ("quoted-printable;", Coding::Quoted),
            ("quoted printable", Coding::Quoted),
            ("7-bit", Coding::Plain),
            ("", Coding::Plain),
        ] {
            assert_eq!(Coding::of(said.as_bytes()), coding, "{said}");
        }
    }

    proptest! {
        #[test]
        fn base64_gives_back_what_went_in(bytes: Vec<u8>) {
            let mut packed = String::new();
            push_base64(&mut packed, &bytes);
            prop_assert_eq!(base64(packed.as_bytes()), bytes);
        }

        #[test]
        fn no_bytes_are_too_odd(bytes: Vec<u8>) {
            for coding in [Coding::Base64, Coding::Quoted, Coding::Uu] {
                prop_assert!(coding.unpack(&bytes).len() <= bytes.len());
            }
        }
    }
}
