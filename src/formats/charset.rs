//! Bytes to letters: the charset a mail declares, and the one it should have declared.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, IBM866, ISO_8859_5, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252,
};

/// So many bytes are enough to guess a charset from.
const SAMPLE: usize = 16 << 10;

/// The text that `bytes` are in the charset `label`. A label that is missing, unknown or plainly wrong for these bytes
/// gives way to UTF-8 where they are that, else to a guess.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let name = label.map(tidy).unwrap_or_default();
    if name.starts_with("utf_7") || name == "unicode_1_1_utf_7" {
        return mail_parser::decoders::charsets::map::charset_decoder(b"utf-7").map_or_else(String::new, |d| d(bytes));
    }
    if name.starts_with("utf_32") || name.starts_with("ucs_4") {
        return utf_32(bytes).unwrap_or_else(|| undeclared(bytes).into_owned());
    }
    let Some(encoding) = encoding_of(&name) else {
        return foreign(bytes, &name).unwrap_or_else(|| undeclared(bytes).into_owned());
    };
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return utf_16(bytes, &name, encoding);
    }
    if encoding == UTF_8 || (bytes.is_ascii() && encoding.is_ascii_compatible() && encoding != encoding_rs::ISO_2022_JP)
    {
        return undeclared(bytes).into_owned();
    }
    if encoding.is_single_byte() && std::str::from_utf8(bytes).is_ok() {
        return undeclared(bytes).into_owned();
    }
    if encoding == WINDOWS_1252 && looks_cyrillic(bytes) {
        return guess(bytes).decode(bytes).0.into_owned();
    }
    let (text, _, broken) = encoding.decode(bytes);
    if broken && mostly_utf8(bytes) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    match other_cyrillic(encoding) {
        Some(other) if case_is_inverted(&text) => other.decode(bytes).0.into_owned(),
        _ => text.into_owned(),
    }
}

/// The text of bytes that declare no charset: UTF-8, else a guess.
pub(super) fn undeclared(bytes: &[u8]) -> Cow<'_, str> {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(plain) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) if mostly_utf8(plain) => String::from_utf8_lossy(plain),
        Err(_) => guess(plain).decode(plain).0,
    }
}

/// The charset of a file that declares none, by a sample of it that begins with a whole letter and may end within one: UTF-8
/// where most of it is that, else a guess.
pub(super) fn of_sample(sample: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(sample) {
        Ok(_) => UTF_8,
        Err(odd) if odd.error_len().is_none() || mostly_utf8(sample) => UTF_8,
        Err(_) => guess(sample),
    }
}

/// The charset of a line that is not in the UTF-8 of its file.
pub(super) fn of_line(line: &[u8]) -> &'static Encoding {
    guess(line)
}

/// Text of a header without encoded words: UTF-8, else the charset that the body declares if the bytes fit it, else a guess.
pub(super) fn header<'a>(bytes: &'a [u8], declared: Option<&str>) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    match declared.map(tidy).and_then(|name| encoding_of(&name)) {
        Some(encoding) if encoding != UTF_8 && encoding != WINDOWS_1252 && encoding.is_ascii_compatible() => {
            Cow::Owned(decode(bytes, declared))
        }
        _ => undeclared(bytes),
    }
}

/// The charset that bytes which are not UTF-8 are most likely in.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..SAMPLE).unwrap_or(bytes), true);
    detector.guess(Some(b"ru"), Utf8Detection::Deny)
}

/// A label as the tables below know it.
fn tidy(label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_whitespace() || "\"'=;,".contains(c));
    let label = label.split('*').next().unwrap_or_default().to_ascii_lowercase();
    label.strip_prefix("charset=").unwrap_or(&label).replace('-', "_")
}

fn encoding_of(name: &str) -> Option<&'static Encoding> {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let windows = ["windows", "win", "cp", "x_cp", "ms", "microsoft"].iter().any(|p| name.starts_with(p));
    match digits.as_str() {
        "1251" if windows || name == "1251" => return Some(WINDOWS_1251),
        "866" => return Some(IBM866),
        "88595" if name.starts_with("iso") => return Some(ISO_8859_5),
        _ => {}
    }
    match name {
        "koi8" | "koi8r" | "koi" | "cskoi8r" => Some(KOI8_R),
        "koi8u" => Some(KOI8_U),
        "ascii" | "us_ascii" | "7bit" | "8bit" | "x_unknown" | "unknown_8bit" | "default" | "binary" => None,
        _ => Encoding::for_label_no_replacement(name.replace('_', "-").as_bytes())
            .or_else(|| Encoding::for_label_no_replacement(name.as_bytes())),
    }
}

/// Charsets that only the mail parser knows.
fn foreign(bytes: &[u8], name: &str) -> Option<String> {
    if name.is_empty() || name.contains("ascii") || bytes.is_ascii() || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    mail_parser::decoders::charsets::map::charset_decoder(name.as_bytes()).map(|decoder| decoder(bytes))
}

fn utf_16(bytes: &[u8], name: &str, encoding: &'static Encoding) -> String {
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if !marked && !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok_and(|t| t.bytes().any(|b| b == b' ')) {
        return undeclared(bytes).into_owned();
    }
    let high = |n: usize| bytes.chunks_exact(2).filter(|pair| matches!(pair.get(n), Some(0 | 4))).count();
    let encoding = match name {
        "utf_16le" | "utf_16be" => encoding,
        _ if high(0) > high(1) => UTF_16BE,
        _ => UTF_16LE,
    };
    encoding.decode(bytes).0.into_owned()
}

fn utf_32(bytes: &[u8]) -> Option<String> {
    let read = |of: fn([u8; 4]) -> u32| -> Option<String> {
        let letters = bytes.chunks_exact(4).map(|c| char::from_u32(of(<[u8; 4]>::try_from(c).ok()?)));
        letters.filter(|c| *c != Some('\u{feff}')).collect()
    };
    read(u32::from_le_bytes).or_else(|| read(u32::from_be_bytes))
}

/// UTF-8 with a few broken letters rather than another charset.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.get(..SAMPLE).unwrap_or(bytes).utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good >= 4 * bad.max(1)
}

/// Words of nothing but letters beyond ASCII do not occur in the West.
fn looks_cyrillic(bytes: &[u8]) -> bool {
    let (mut foreign, mut mixed) = (0usize, 0usize);
    for word in bytes.get(..SAMPLE).unwrap_or(bytes).split(|b| b.is_ascii() && !b.is_ascii_alphabetic()) {
        let high = word.iter().filter(|b| !b.is_ascii()).count();
        foreign += usize::from(high >= 3 && high == word.len());
        mixed += usize::from(high > 0 && high < word.len());
    }
    foreign > mixed
}

fn other_cyrillic(encoding: &'static Encoding) -> Option<&'static Encoding> {
    if encoding == WINDOWS_1251 {
        Some(KOI8_R)
    } else if encoding == KOI8_R || encoding == KOI8_U {
        Some(WINDOWS_1251)
    } else {
        None
    }
}

/// KOI8 read as windows-1251, or the other way round, turns small letters into capitals: пРИВЕТ instead of Привет.
fn case_is_inverted(text: &str) -> bool {
    let (mut inverted, mut normal) = (0usize, 0usize);
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_ascii()).take(2_000);
    for word in words {
        let mut letters = word.chars();
        let first_is_small = letters.next().is_some_and(char::is_lowercase);
        let (mut small, mut big) = (0usize, 0usize);
        for letter in letters {
            small += usize::from(letter.is_lowercase());
            big += usize::from(letter.is_uppercase());
        }
        inverted += usize::from(first_is_small && big > 1 && small == 0);
        normal += usize::from(small > 0);
    }
    inverted > 0 && normal == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Здравствуйте! Не могу войти в личный кабинет, Ёлкин.";

    #[test]
    fn every_cyrillic_charset_is_read_by_its_many_names() {
        for (encoding, labels) in [
            (WINDOWS_1251, vec!["windows-1251", "CP1251", "win-1251", "\"windows1251\"", "x-cp1251", "cp-1251"]),
            (KOI8_R, vec!["koi8-r", "KOI8R", "koi8", "koi8-u"]),
            (IBM866, vec!["ibm866", "cp866", "CP-866", "dos-866"]),
            (ISO_8859_5, vec!["iso-8859-5", "iso8859-5", "ISO_8859-5:1988"]),
            (UTF_8, vec!["utf-8", "UTF8", "windows-1251", "us-ascii", "iso-8859-1", "nonsense", ""]),
        ] {
            for label in labels {
                let (bytes, _, broken) = encoding.encode(TEXT);
                assert!(!broken);
                assert_eq!(decode(&bytes, Some(label)), TEXT, "{label}");
            }
        }
    }

    #[test]
    fn utf_16_and_utf_7_and_utf_32_are_read() {
        let be: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&be, Some("utf-16be")), TEXT);
        assert_eq!(decode(&le, Some("utf-16le")), TEXT);
        assert_eq!(decode(&be, Some("utf-16")), TEXT);
        assert_eq!(decode(&le, Some("utf-16")), TEXT);
        let words: Vec<u8> = TEXT.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(decode(&words, Some("utf-32LE")), TEXT);
        assert_eq!(decode(b"Hi +BB8EQAQ4BDIENQRC-!", Some("utf-7")), "Hi Привет!");
        assert_eq!(decode(b"plain words", Some("utf-16")), "plain words");
    }

    #[test]
    fn undeclared_eight_bit_text_is_guessed() {
        for encoding in [WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5] {
            for text in [TEXT, "Привет", "Вопрос по оплате", "Не работает вход", "Re: Счёт за март", "ошибка", "Петров"]
            {
                let bytes = encoding.encode(text).0;
                assert_eq!(undeclared(&bytes), text, "{} {text}", encoding.name());
            }
        }
        for text in ["Grüße aus München", "déjà vu à l'école", "El niño mañana"] {
            assert_eq!(undeclared(&WINDOWS_1252.encode(text).0), text);
        }
    }

    #[test]
    fn a_wrong_declaration_is_seen_through() {
        let bytes = WINDOWS_1251.encode(TEXT).0;
        for label in ["utf-8", "us-ascii", "iso-8859-1", "windows-1252", "koi8-r", "x-unknown", "nonsense"] {
            assert_eq!(decode(&bytes, Some(label)), TEXT, "{label}");
        }
        assert_eq!(decode(&KOI8_R.encode(TEXT).0, Some("windows-1251")), TEXT);
        assert_eq!(decode(&WINDOWS_1252.encode("Grüße aus Köln").0, Some("iso-8859-1")), "Grüße aus Köln");
        assert_eq!(decode(&WINDOWS_1251.encode("ВСЁ ПРОПАЛО").0, Some("windows-1251")), "ВСЁ ПРОПАЛО");
    }

    #[test]
    fn a_cut_letter_does_not_change_the_charset() {
        let cut = &TEXT.as_bytes()[..TEXT.len() - 2];
        let cut = &cut[..cut.len() - 1];
        assert!(undeclared(cut).starts_with("Здравствуйте"));
    }
}
