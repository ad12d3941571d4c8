//! Content-Type and Content-Disposition: a value and its parameters (RFC 2045, 2231), as real mail writes them.

use super::charset;
use super::transfer::hex;
use super::word;

/// A field longer than this is cut: no real one comes near.
const LONGEST: usize = 16 << 10;
/// So many parameters are read.
const MOST: usize = 200;

/// `text/plain; charset=utf-8` taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Params {
    /// What stands before the first `;`, lower-case.
    pub(super) value: String,
    list: Vec<(String, String)>,
}

impl Params {
    /// The parameter `name`, which is lower-case; none when it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.list.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// Reads a field; raw 8-bit letters are read as `declared` or a guess.
    pub(super) fn of(field: &[u8], declared: Option<&str>) -> Params {
        let line = word::unfold(field.get(..LONGEST).unwrap_or(field));
        let line = charset::header(&line, declared);
        let mut rest = line.trim_start();
        let end = rest.find(|c: char| c == ';' || c.is_whitespace()).unwrap_or(rest.len());
        let value = rest.get(..end).unwrap_or_default().trim_matches('"').to_ascii_lowercase();
        rest = rest.get(end..).unwrap_or_default();
        let mut pieces: Vec<Piece> = Vec::new();
        while pieces.len() < MOST {
            rest = rest.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
            if let Some(after) = rest.strip_prefix('(') {
                rest = after.split_once(')').map_or("", |(_, after)| after);
                continue;
            }
            let Some((name, after)) = rest.split_once('=') else { break };
            if let Some((_, next)) = name.rsplit_once(';') {
                rest = rest.get(name.len() - next.len()..).unwrap_or_default();
                continue;
            }
            let (said, after) = value_of(after, name);
            pieces.push(Piece::new(name, said));
            rest = after;
        }
        Params { value, list: joined(pieces) }
    }
}

/// One `name*1*=value`.
struct Piece {
    name: String,
    number: Option<u32>,
    /// It is percent-encoded.
    extended: bool,
    said: String,
}

impl Piece {
    fn new(name: &str, said: String) -> Piece {
        let name = name.trim_end().rsplit(char::is_whitespace).next().unwrap_or_default().to_ascii_lowercase();
        let (base, stars) = name.split_once('*').map_or((name.as_str(), None), |(base, stars)| (base, Some(stars)));
        let extended = stars.is_some_and(|s| s.is_empty() || s.ends_with('*'));
        let number = stars.and_then(|s| s.trim_end_matches('*').parse().ok());
        Piece { name: base.to_owned(), number, extended, said }
    }
}

/// The value that `text` starts with, and what follows it.
fn value_of<'a>(text: &'a str, name: &str) -> (String, &'a str) {
    let text = text.trim_start();
    if let Some(quoted) = text.strip_prefix('"') {
        let mut said = String::new();
        let mut letters = quoted.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => return (said, quoted.get(at + 1..).unwrap_or_default()),
                '\\' => match letters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => said.push(escaped),
                    Some((_, other)) => said.extend(['\\', other]),
                    None => said.push('\\'),
                },
                _ => said.push(letter),
            }
        }
        return (said.split(';').next().unwrap_or_default().to_owned(), "");
    }
    let (said, after) = text.split_at(text.find(';').unwrap_or(text.len()));
    let said = said.trim();
    if name.to_ascii_lowercase().contains("name") {
        return (said.to_owned(), after);
    }
    let end = said.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(said.len());
    let (said, left) = said.split_at(end);
    (said.to_owned(), if left.contains('=') { text.get(end..).unwrap_or_default() } else { after })
}

/// Parameters with their continuations put together and decoded.
fn joined(mut pieces: Vec<Piece>) -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = Vec::new();
    pieces.sort_by_key(|p| p.number);
    for at in 0..pieces.len() {
        let Some(first) = pieces.get(at) else { break };
        let name = first.name.clone();
        if list.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let same: Vec<&Piece> = pieces.iter().filter(|p| p.name == name && p.number.is_some()).collect();
        let whole = pieces.iter().filter(|p| p.name == name && p.number.is_none());
        let extended = whole.clone().find(|p| p.extended);
        let said = match (extended, same.is_empty(), whole.clone().next()) {
            (Some(piece), ..) => unpercent(&[piece]),
            (None, false, _) => unpercent(&same),
            (None, true, Some(piece)) if piece.said.contains("=?") => word::decode(&piece.said),
            (None, true, Some(piece)) => piece.said.clone(),
            (None, true, None) => continue,
        };
        list.push((name, said));
    }
    list
}

/// `charset'language'percent-encoded` in one or several pieces; the charset stands in the first.
fn unpercent(pieces: &[&Piece]) -> String {
    let mut bytes = Vec::new();
    let mut label = None;
    for (n, piece) in pieces.iter().enumerate() {
        let mut said = piece.said.as_str();
        if n == 0 && piece.extended {
            let mut parts = said.splitn(3, '\'');
            if let (Some(charset), Some(_), Some(text)) = (parts.next(), parts.next(), parts.next()) {
                label = Some(charset);
                said = text;
            }
        }
        if piece.extended {
            let mut rest = said.bytes();
            while let Some(byte) = rest.next() {
                let mut ahead = rest.clone();
                let code = (hex(ahead.next().as_ref()), hex(ahead.next().as_ref()));
                if let (b'%', (Some(a), Some(b))) = (byte, code) {
                    bytes.push(a << 4 | b);
                    rest = ahead;
                } else {
                    bytes.push(byte);
                }
            }
        } else {
            bytes.extend_from_slice(said.as_bytes());
        }
    }
    let text = charset::decode(&bytes, label);
    if text.contains("=?") { word::decode(&text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(field: &str, name: &str) -> String {
        Params::of(field.as_bytes(), None).get(name).unwrap_or("-").to_owned()
    }

    #[test]
    fn values_and_parameters_are_read_however_they_are_spelled() {
        let params = Params::of(b" Text/PLAIN; Charset=\"UTF-8\" ; format = flowed;; delsp=yes (x)", None);
        assert_eq!(params.value, "text/plain");
        assert_eq!((params.get("charset"), params.get("format")), (Some("UTF-8"), Some("flowed")));
        assert_eq!(params.get("delsp"), Some("yes"));
        assert_eq!(get("text/html charset=utf-8", "charset"), "utf-8");
        assert_eq!(get("multipart/mixed; boundary=a=b/c:d; x=1", "boundary"), "a=b/c:d");
        assert_eq!(get("multipart/mixed;\r\n\tboundary=\"a \\\"b\"", "boundary"), "a \"b");
        assert_eq!(get("multipart/mixed; boundary=\"open; x=1", "boundary"), "open");
        assert_eq!(get("x/y; junk; charset=a charset=b", "charset"), "a");
        assert_eq!(get("x/y", "charset"), "-");
    }

    #[test]
    fn file_names_come_in_many_dresses() {
        for (field, name) in [
            ("attachment; filename=\"=?koi8-r?B?8NLJ18XU?=.txt\"", "Привет.txt"),
            ("attachment; filename==?utf-8?Q?=D0=9F.txt?=", "П.txt"),
            ("attachment; filename=My file.pdf; size=3", "My file.pdf"),
            ("attachment; filename*=utf-8''%D0%9F%20x.txt; filename=fallback", "П x.txt"),
            ("attachment; filename*0*=utf-8''%D0; filename*1*=%9F; filename*2=.txt", "П.txt"),
            ("attachment; filename*1*=%F2.txt; filename*0*=windows-1251''%CF%F0%E8%E2%E5", "Привет.txt"),
            ("attachment; filename*0=\"long \"; filename*1=\"name.txt\"", "long name.txt"),
            ("attachment; filename=\"a\\b.txt\"", "a\\b.txt"),
            ("attachment; filename=\"Счёт.pdf\"", "Счёт.pdf"),
        ] {
            assert_eq!(get(field, "filename"), name, "{field}");
        }
        let raw = encoding_rs::WINDOWS_1251.encode("attachment; filename=\"Договор.doc\"").0;
        assert_eq!(Params::of(&raw, None).get("filename"), Some("Договор.doc"));
    }

    #[test]
    fn hostile_fields_take_linear_time() {
        for piece in [";", "a=", "a=b;", "(", "\"", "a*1*=%;", "=;", "a;"] {
            let params = Params::of(format!("x/y; {}", piece.repeat(16_000 / piece.len())).as_bytes(), None);
            assert_eq!(params.value, "x/y");
        }
    }
}
