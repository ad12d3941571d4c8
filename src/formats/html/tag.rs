//! One tag: its name and attributes; and entities.

use std::borrow::Cow;

/// A tag taken apart.
pub(super) struct Tag<'a> {
    /// Lower-case.
    pub(super) name: String,
    /// It is an end tag.
    pub(super) closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Takes apart what stands between `<` and `>`.
    pub(super) fn of(inside: &'a str) -> Tag<'a> {
        let closing = inside.starts_with('/');
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let end = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        let name = if name.len() > 20 { String::new() } else { name.to_ascii_lowercase() };
        Tag { name, closing, attributes }
    }

    /// The value of an attribute, decoded.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || c == '=')?;
            let (name, after) = rest.split_at(end.max(usize::from(rest.starts_with('='))));
            let Some(value) = after.trim_start().strip_prefix('=') else {
                rest = after;
                continue;
            };
            let value = value.trim_start();
            let (said, left) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = value.get(1..).unwrap_or_default();
                    inner.split_once(quote).unwrap_or((inner, ""))
                }
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(unescaped(said));
            }
            rest = left;
        }
    }

    /// It hides what is in it.
    pub(super) fn is_hidden(&self) -> bool {
        const CAN_HIDE: [&str; 12] =
            ["div", "span", "td", "tr", "table", "p", "a", "font", "b", "strong", "center", "section"];
        let style = CAN_HIDE.contains(&self.name.as_str()).then(|| self.attribute("style")).flatten();
        style.is_some_and(|s| {
            let tight: String = s.chars().filter(|c| !c.is_whitespace()).collect();
            tight.to_ascii_lowercase().contains("display:none")
        })
    }
}

/// `text` with its entities decoded.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (letters, length) = entity(from);
        out.push_str(&letters);
        rest = from.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The letters that the entity at the start of `text` stands for, and its length; a `&` alone when it is none.
pub(super) fn entity(text: &str) -> (Cow<'static, str>, usize) {
    const WITHOUT_END: [(&str, &str); 6] =
        [("&nbsp", "\u{a0}"), ("&amp", "&"), ("&lt", "<"), ("&gt", ">"), ("&quot", "\""), ("&copy", "©")];
    let end = text.bytes().take(34).skip(1).position(|b| !b.is_ascii_alphanumeric() && b != b'#').map_or(0, |n| n + 1);
    if let (Some(name), Some(b';')) = (text.get(..=end), text.as_bytes().get(end)) {
        if let Some(code) = name.strip_prefix("&#") {
            if let Some(letter) = numeric(code.trim_end_matches(';')) {
                return (Cow::Owned(letter.to_string()), name.len());
            }
        } else {
            let mut said = String::new();
            mail_parser::decoders::html::add_html_token(&mut said, name.as_bytes(), false);
            if said != name {
                return (Cow::Owned(said), name.len());
            }
        }
    }
    let known = WITHOUT_END.iter().find(|(name, _)| text.starts_with(name));
    known.map_or((Cow::Borrowed("&"), 1), |(name, said)| (Cow::Borrowed(*said), name.len()))
}

fn numeric(code: &str) -> Option<char> {
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    match u8::try_from(number) {
        Ok(byte @ 0x80..=0x9f) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        _ => char::from_u32(number),
    }
}
