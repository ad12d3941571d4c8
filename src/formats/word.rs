//! Encoded words (RFC 2047) and unfolding: what an unstructured header says.

use super::charset;
use super::transfer;

/// The text of a header value: unfolded, encoded words decoded, raw 8-bit letters read as `declared` or a guess.
/// Control characters stay, NUL does not. Broken encoded words stay as they are written.
pub(super) fn text(value: &[u8], declared: Option<&str>) -> String {
    let unfolded = unfold(value);
    let line = charset::header(&unfolded, declared);
    let decoded = if line.contains("=?") { decode(&line) } else { line.into_owned() };
    let trimmed = decoded.trim_matches([' ', '\t', '\0']);
    if trimmed.contains('\0') { trimmed.replace('\0', "") } else { trimmed.to_owned() }
}

/// The value in one line: a line end and the whitespace around it become one space.
pub(super) fn unfold(value: &[u8]) -> Vec<u8> {
    let mut line: Vec<u8> = Vec::with_capacity(value.len());
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let ends = byte == b'\n' || (byte == b'\r' && bytes.peek().is_none_or(|&b| b == b'\n'));
        if !ends {
            line.push(byte);
            continue;
        }
        while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
        while line.last().is_some_and(|&b| b == b' ' || b == b'\t') {
            line.pop();
        }
        if !line.is_empty() {
            line.push(b' ');
        }
    }
    line
}

/// One `=?charset?encoding?text?=`.
struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    /// Its length as written.
    length: usize,
}

/// `line` with its encoded words decoded. Words of one charset that follow each other are decoded together, so that a
/// letter may be split between them.
pub(super) fn decode(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(found) = rest.find("=?") {
        let (before, from) = rest.split_at(found);
        out.push_str(before);
        let Some(run) = run(from, &mut out) else {
            out.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        rest = from.get(run..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// `line` with each run of encoded words replaced by one in UTF-8, so that an address parser need not decode charsets.
pub(super) fn recode(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(found) = rest.find("=?") {
        let (before, from) = rest.split_at(found);
        out.push_str(before);
        let mut said = String::new();
        let Some(run) = run(from, &mut said) else {
            out.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        out.push_str("=?utf-8?b?");
        transfer::push_base64(&mut out, said.as_bytes());
        out.push_str("?=");
        rest = from.get(run..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Decodes the encoded words that `from` starts with into `out`; gives how long they are as written.
fn run(from: &str, out: &mut String) -> Option<usize> {
    let mut word = word(from)?;
    let mut length = word.length;
    let (mut charset, mut bytes) = (word.charset, std::mem::take(&mut word.bytes));
    loop {
        let after = from.get(length..).unwrap_or_default();
        let next = after.trim_start_matches([' ', '\t']);
        let Some(mut more) = next.starts_with("=?").then(|| self::word(next)).flatten() else { break };
        length += after.len() - next.len() + more.length;
        let stateful = charset.get(..8).is_some_and(|c| c.eq_ignore_ascii_case("iso-2022"));
        if more.charset.eq_ignore_ascii_case(charset) && !stateful {
            bytes.append(&mut more.bytes);
        } else {
            out.push_str(&charset::decode(&bytes, Some(charset)));
            (charset, bytes) = (more.charset, more.bytes);
        }
    }
    out.push_str(&charset::decode(&bytes, Some(charset)));
    Some(length)
}

fn word(from: &str) -> Option<Word<'_>> {
    let inner = from.strip_prefix("=?")?;
    let charset_end = inner.bytes().take(80).position(|b| b == b'?')?;
    let charset = inner.get(..charset_end)?;
    let after = inner.get(charset_end + 1..)?;
    let coding = after.bytes().next()?;
    let data = after.get(1..)?.strip_prefix('?')?;
    if charset.is_empty() || charset.bytes().any(|b| b.is_ascii_whitespace() || b == b'=') {
        return None;
    }
    let (end, bytes) = match coding {
        b'b' | b'B' => {
            let end = data.bytes().position(|b| b == b'?')?;
            (end, transfer::base64(data.as_bytes().get(..end)?))
        }
        b'q' | b'Q' => {
            let end = q_end(data)?;
            (end, transfer::q_word(data.as_bytes().get(..end)?))
        }
        _ => return None,
    };
    let closed = data.get(end..)?.starts_with("?=");
    let empty = bytes.is_empty() && end > 0;
    (closed && !empty).then(|| Word { charset, bytes, length: 2 + charset_end + 3 + end + 2 })
}

/// Where the text of a Q word ends: at its `?=`. A question mark inside is wrong but happens; the start of another word does not.
fn q_end(data: &str) -> Option<usize> {
    let mut bytes = data.bytes().enumerate().peekable();
    while let Some((n, byte)) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'?', Some((_, b'='))) => return Some(n),
            (b'=', Some((_, b'?'))) => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        text(value.as_bytes(), None)
    }

    #[test]
    fn words_in_every_charset_and_coding_are_decoded() {
        for (value, said) in [
            ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
            ("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?= Bob", "Привет Bob"),
            ("Re: =?UTF-8?q?=D0=9F=D1=80=D0=B8?= x", "Re: При x"),
            ("=?utf-8*ru?Q?a_b?=", "a b"),
            ("=?utf-8?Q?two words?=", "two words"),
            ("=?utf-8?Q?what?_yes?=", "what? yes"),
            ("=?utf-8?B?0J/RgNC40LLQtdGC?=\r\n =?utf-8?B?INC80LjRgA==?=", "Привет мир"),
            ("=?ISO-2022-JP?B?GyRCJUYbKEI=?= =?iso-2022-jp?B?GyRCJUYbKEI=?=", "テテ"),
            ("=?iso-8859-1?Q?a?= =?utf-8?Q?b?=\r\n\t=?utf-8?Q?c?= d", "abc d"),
        ] {
            assert_eq!(read(value), said, "{value}");
        }
    }

    #[test]
    fn a_letter_split_over_two_words_is_whole() {
        assert_eq!(read("=?utf-8?Q?=D0?= =?utf-8?Q?=9F=D1=80?="), "Пр");
        assert_eq!(read("=?UTF-8?B?0J/R?=\r\n =?utf-8?B?gNC4?="), "При");
    }

    #[test]
    fn broken_words_stay_text() {
        for value in [
            "=?utf-8?X?abc?=",
            "=?utf-8?B?abc",
            "=?",
            "a =?utf-8?= b",
            "=??Q?a?=",
            "=?utf-8?Q?",
            "1=?2",
            "=?utf-8?B?*?=",
        ] {
            assert_eq!(read(value), value);
        }
    }

    #[test]
    fn folding_is_one_space_and_control_characters_stay() {
        assert_eq!(read(" a\r\n\t b \r\n c  d\u{1b}[2J\0 "), "a b c  d\u{1b}[2J");
        assert_eq!(read("=?utf-8?Q?a=0D=0Ab?="), "a\r\nb");
    }

    #[test]
    fn raw_letters_are_read_as_the_body_declares_or_guessed() {
        let raw = encoding_rs::KOI8_R.encode("Счёт").0;
        assert_eq!(text(&raw, Some("koi8-r")), "Счёт");
        assert_eq!(text(&encoding_rs::WINDOWS_1251.encode("Вопрос по оплате").0, None), "Вопрос по оплате");
    }

    #[test]
    fn hostile_words_take_linear_time() {
        for piece in ["=?", "=?a?Q?", "=?a?B?", "=?utf-8?Q?a?=", "=?utf-8?Q?a?= ", "?="] {
            let value = piece.repeat(64_000 / piece.len());
            assert!(read(&value).len() <= value.len());
        }
    }

    #[test]
    fn recoded_words_say_the_same() {
        assert_eq!(read(&recode("x =?koi8-r?B?8NLJ18XU?= =?utf-8?Q?=21?= <a@b>")), "x Привет! <a@b>");
    }
}
