//! HTML as text that a person can read in a terminal. One pass, no tree, no recursion: linear time for any input.
//! Nothing is rendered or fetched, and nothing of the markup survives.

use std::borrow::Cow;

/// Quotes and lists are indented up to this deep.
const DEEPEST: usize = 10;
/// A longer link is a tracking link: only its text is shown.
const LONGEST_LINK: usize = 1_000;
/// Letters of an image's description that are shown.
const LONGEST_ALT: usize = 200;

/// The text of an HTML page, of its first `limit` bytes: block elements on lines of their own, `- ` before list items,
/// ` <address>` after a link whose text is another, ` | ` between the cells of a table row, `> ` before quoted lines.
/// Scripts, styles, the head and what `display:none` hides are left out.
///
/// ```
/// use frontdesk::formats::html::text_of_html;
/// let page = "<p>Hello,</p><ul><li>one<li>two</ul><blockquote>4 &lt; 5</blockquote><a href='https://x.org/a'>here</a>";
/// assert_eq!(text_of_html(page, 1000), "Hello,\n\n- one\n- two\n> 4 < 5\nhere <https://x.org/a>");
/// ```
#[must_use]
pub fn text_of_html(html: &str, limit: usize) -> String {
    let html = html.get(..html.floor_char_boundary(limit)).unwrap_or(html);
    let (text, unclosed) = Reader::new(html, true).read();
    if unclosed { Reader::new(html, false).read().0 } else { text }
}

/// Goes through the page once.
struct Reader<'a> {
    html: &'a str,
    at: usize,
    page: Page,
    /// Leave out what `display:none` hides.
    hide: bool,
    /// The hidden element that the reader is in, and how many of its name are open.
    hidden: Option<(String, usize)>,
    /// Where the last of these characters stands; behind it no search for one starts.
    last: [usize; 3],
    /// Raw elements that are known to have no end.
    endless: Vec<&'static str>,
}

/// Elements whose content is not text.
const RAW: [&str; 7] = ["script", "style", "title", "template", "xml", "svg", "object"];

/// A tag taken apart.
struct Tag<'a> {
    name: String,
    closing: bool,
    attributes: &'a str,
}

impl<'a> Reader<'a> {
    fn new(html: &'a str, hide: bool) -> Reader<'a> {
        let last = ['>', '"', '\''].map(|c| html.rfind(c).map_or(0, |n| n + 1));
        Reader { html, at: 0, page: Page::default(), hide, hidden: None, last, endless: Vec::new() }
    }

    /// The text, and whether a hidden element never ended.
    fn read(mut self) -> (String, bool) {
        while let Some(rest) = self.html.get(self.at..).filter(|r| !r.is_empty()) {
            let run = rest.find(['<', '&']).unwrap_or(rest.len());
            if run > 0 {
                self.say(rest.get(..run).unwrap_or_default());
                self.at += run;
            } else if rest.starts_with('&') {
                let (letters, length) = entity(rest);
                self.say(&letters);
                self.at += length;
            } else {
                self.markup(rest);
            }
        }
        self.page.end_link();
        (self.page.out.trim_end().to_owned(), self.hidden.is_some())
    }

    fn say(&mut self, text: &str) {
        if self.hidden.is_none() {
            self.page.say(text);
        }
    }

    /// What starts with `<`: a comment, a declaration, a tag, or only a sign.
    fn markup(&mut self, rest: &'a str) {
        let ends = self.last[0] > self.at;
        let next = rest.as_bytes().get(1).copied().unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("<!--").and_then(|r| self.comment(r)) {
            self.at += 4 + comment;
        } else if ends && (next == b'!' || next == b'?') {
            self.at += rest.find('>').map_or(rest.len(), |n| n + 1);
        } else if ends && (next.is_ascii_alphabetic() || next == b'/') {
            let end = self.tag_end(rest);
            let inside = rest.get(1..end).unwrap_or_default();
            self.at += end + 1;
            self.tag(&Tag::of(inside));
        } else {
            self.say("<");
            self.at += 1;
        }
    }

    /// How long a comment is; none when it never ends.
    fn comment(&mut self, rest: &str) -> Option<usize> {
        if self.endless.contains(&"--") {
            return None;
        }
        let end = rest.find("-->").map(|n| n + 3);
        if end.is_none() {
            self.endless.push("--");
        }
        end
    }

    /// Where the `>` of the tag is; quotes that are never closed do not count.
    fn tag_end(&self, rest: &str) -> usize {
        let mut quote = 0u8;
        for (n, byte) in rest.bytes().enumerate() {
            match byte {
                _ if quote != 0 => quote = if byte == quote { 0 } else { quote },
                b'"' if self.last[1] > self.at + n + 1 => quote = byte,
                b'\'' if self.last[2] > self.at + n + 1 => quote = byte,
                b'>' => return n,
                _ => {}
            }
        }
        rest.find('>').unwrap_or(rest.len() - 1)
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if let Some((name, depth)) = &mut self.hidden {
            if *name == tag.name {
                *depth = if tag.closing { depth.saturating_sub(1) } else { *depth + 1 };
                if *depth == 0 {
                    self.hidden = None;
                }
            }
            return;
        }
        if !tag.closing {
            if let Some(raw) = RAW.iter().find(|r| **r == tag.name) {
                self.pass(raw);
                return;
            }
            if self.hide && tag.is_hidden() {
                self.hidden = Some((tag.name.clone(), 1));
                return;
            }
        }
        self.page.tag(tag);
    }

    /// Goes to the end of a raw element.
    fn pass(&mut self, name: &'static str) {
        if self.endless.contains(&name) {
            return;
        }
        let rest = self.html.as_bytes().get(self.at..).unwrap_or_default();
        let is_end = |w: &[u8]| {
            w.strip_prefix(b"</")
                .and_then(|w| w.get(..name.len()))
                .is_some_and(|w| w.eq_ignore_ascii_case(name.as_bytes()))
        };
        match rest.windows(name.len() + 2).position(is_end) {
            Some(n) => self.at += n,
            None if name == "script" || name == "style" => self.at = self.html.len(),
            None => self.endless.push(name),
        }
    }
}

impl<'a> Tag<'a> {
    fn of(inside: &'a str) -> Tag<'a> {
        let closing = inside.starts_with('/');
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let end = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        let name = if name.len() > 20 { String::new() } else { name.to_ascii_lowercase() };
        Tag { name, closing, attributes }
    }

    /// The value of an attribute, decoded.
    fn attribute(&self, wanted: &str) -> Option<String> {
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

    fn is_hidden(&self) -> bool {
        const CAN_HIDE: [&str; 12] =
            ["div", "span", "td", "tr", "table", "p", "a", "font", "b", "strong", "center", "section"];
        let style = CAN_HIDE.contains(&self.name.as_str()).then(|| self.attribute("style")).flatten();
        style.is_some_and(|s| {
            let tight: String = s.chars().filter(|c| !c.is_whitespace()).collect();
            tight.to_ascii_lowercase().contains("display:none")
        })
    }
}

/// The text as it grows: what stands in front of the next letter is decided when that letter comes.
#[derive(Default)]
struct Page {
    out: String,
    /// Line ends to come before the next letter.
    breaks: usize,
    /// A space to come before it.
    space: bool,
    /// A cell of a table row starts with it.
    cell: bool,
    /// The row that is open has text already.
    row: bool,
    /// The list item it starts.
    bullet: Option<String>,
    /// Paragraphs have no blank line between them: Word writes each line as one.
    tight: bool,
    quotes: usize,
    /// The depth of quotes of the last line.
    quoted: usize,
    pre: usize,
    /// The open lists: the next number, none for bullets.
    lists: Vec<Option<u32>>,
    /// The open link: where it goes, and where its text starts.
    link: Option<(String, usize)>,
}

impl Page {
    fn say(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '\0' | '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{34f}' => {}
                '\n' if self.pre > 0 => self.breaks += 1,
                '\r' if self.pre > 0 => {}
                _ if self.pre > 0 || !letter.is_whitespace() => self.letter(letter),
                _ => self.space = true,
            }
        }
    }

    fn letter(&mut self, letter: char) {
        let starts = self.out.is_empty();
        if self.breaks > 0 || starts {
            for n in 0..if starts { 0 } else { self.breaks } {
                if n > 0 {
                    self.out.push_str(marks(self.quoted.min(self.quotes)).trim_end());
                }
                self.out.push('\n');
            }
            self.out.push_str(marks(self.quotes));
            self.quoted = self.quotes;
        } else if self.cell && self.row {
            self.out.push_str(" | ");
        } else if self.space {
            self.out.push(' ');
        }
        if let Some(bullet) = self.bullet.take() {
            self.out.push_str(&bullet);
        }
        self.out.push(letter);
        (self.breaks, self.space, self.cell, self.row) = (0, false, false, true);
    }

    /// The next letter starts a line, after a blank one when `lines` is 2.
    fn block(&mut self, lines: usize) {
        if !self.cell {
            self.breaks = self.breaks.max(lines);
            self.space = false;
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        match (tag.name.as_str(), tag.closing) {
            ("br", _) => self.breaks = (self.breaks + 1).min(2),
            ("p", closing) => {
                if !closing {
                    self.tight = tag.attribute("class").is_some_and(|c| c.contains("MsoNormal"));
                }
                self.block(if self.tight { 1 } else { 2 });
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) => self.block(2),
            ("td" | "th", false) => {
                self.breaks = if self.row { 0 } else { self.breaks };
                self.cell = true;
            }
            ("td" | "th", true) => (self.breaks, self.cell) = (self.breaks.min(1), false),
            ("tr", _) => {
                (self.cell, self.row) = (false, false);
                self.block(1);
            }
            ("a", false) => self.start_link(tag),
            ("a", true) => self.end_link(),
            ("img", _) => {
                let alt: String = tag.attribute("alt").unwrap_or_default().chars().take(LONGEST_ALT).collect();
                if !alt.trim().is_empty() {
                    self.say(&format!("[{}]", alt.trim()));
                }
            }
            ("blockquote" | "pre" | "ul" | "ol" | "li", _) => self.nest(tag),
            (
                "div" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "address" | "form"
                | "center" | "fieldset" | "figure" | "figcaption" | "dl" | "dt" | "dd" | "table" | "tbody" | "thead"
                | "tfoot" | "caption" | "hr" | "body" | "html" | "head" | "option",
                _,
            ) => self.block(1),
            _ => {}
        }
    }

    fn nest(&mut self, tag: &Tag<'_>) {
        self.cell = false;
        self.block(1);
        let step = |depth: usize| if tag.closing { depth.saturating_sub(1) } else { depth + 1 };
        match tag.name.as_str() {
            "blockquote" => self.quotes = step(self.quotes),
            "pre" => self.pre = step(self.pre),
            "li" if !tag.closing => {
                let depth = self.lists.len().clamp(1, DEEPEST) - 1;
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                };
                self.bullet = Some(format!("{}{mark}", "  ".repeat(depth)));
            }
            "ul" | "ol" if tag.closing => {
                self.lists.pop();
                self.bullet = None;
            }
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(tag.attribute("start").and_then(|s| s.trim().parse().ok()).unwrap_or(1))),
            _ => {}
        }
    }

    fn start_link(&mut self, tag: &Tag<'_>) {
        self.end_link();
        let Some(to) = tag.attribute("href") else { return };
        let to: String = to.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let shown = ["http://", "https://", "mailto:", "ftp://"];
        if to.len() <= LONGEST_LINK
            && shown.iter().any(|s| to.get(..s.len()).is_some_and(|t| t.eq_ignore_ascii_case(s)))
        {
            self.link = Some((to, self.out.len()));
        }
    }

    fn end_link(&mut self) {
        let Some((to, start)) = self.link.take() else { return };
        let said = self.out.get(start..).unwrap_or_default().trim();
        if !said.is_empty() && essence(said) != essence(&to) {
            self.out.push_str(" <");
            self.out.push_str(to.strip_prefix("mailto:").unwrap_or(&to));
            self.out.push('>');
        }
    }
}

/// The marks before a quoted line.
fn marks(depth: usize) -> &'static str {
    const MARKS: &str = "> > > > > > > > > > ";
    MARKS.get(..2 * depth.min(DEEPEST)).unwrap_or_default()
}

/// What an address says, whether it is written as a link or as text.
fn essence(address: &str) -> &str {
    let address = address.trim_matches(|c: char| c.is_whitespace() || "<>| ".contains(c));
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/')
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
fn entity(text: &str) -> (Cow<'static, str>, usize) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn read(html: &str) -> String {
        text_of_html(html, 1 << 20)
    }

    #[test]
    fn blocks_are_lines_and_inline_elements_are_not() {
        for (html, text) in [
            ("<div>a</div><div>b</div>", "a\nb"),
            ("<p>a</p>\n<p>b <b>c</b>d</p>", "a\n\nb cd"),
            ("a<br>b<br/><br>c", "a\nb\n\nc"),
            ("a<div><br></div><div>b</div>", "a\n\nb"),
            ("<p class=MsoNormal>a</p><p class=\"MsoNormal\">b</p>", "a\nb"),
            ("  a \n\t b&nbsp;c ", "a b c"),
            ("<h1>T</h1>x", "T\n\nx"),
            ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\nd"),
        ] {
            assert_eq!(read(html), text, "{html}");
        }
    }

    #[test]
    fn lists_links_tables_and_images_are_readable() {
        for (html, text) in [
            ("<ul><li>a<li>b<ol><li>c</li><li>d</li></ol></ul>e", "- a\n- b\n  1. c\n  2. d\ne"),
            ("<a href=\"https://x.org/\">x.org</a>", "x.org"),
            ("<a href=\"https://x.org/a?b=1&amp;c=2\">see</a>, ok", "see <https://x.org/a?b=1&c=2>, ok"),
            ("<a href=mailto:a@b>a@b</a> <a href='#x'>y</a> <a href='javascript:z'>z</a>", "a@b y z"),
            ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td><p>2</p></td></tr></table>x", "A | B\n1 | 2\nx"),
            ("<img src=x alt='A cat'><img src=y>", "[A cat]"),
        ] {
            assert_eq!(read(html), text, "{html}");
        }
    }

    #[test]
    fn quotes_are_marked() {
        let html = "Ann wrote:<blockquote><p>a</p><p>b</p><blockquote>c</blockquote></blockquote>d";
        assert_eq!(read(html), "Ann wrote:\n\n> a\n>\n> b\n>\n> > c\nd");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        for (html, text) in [
            ("<html><head><title>T</title><style>p{}</style></head><body>a</body></html>", "a"),
            ("a<script>if (a < b) '</p>'</script>b", "ab"),
            ("a<!-- x > y -->b<!DOCTYPE x>c<?xml y?>d", "abcd"),
            ("a<div style='Display: None'>x<div>y</div></div>b", "ab"),
            ("a<div style='display:none'>b", "a\nb"),
            ("<style>a", ""),
            ("a<!-- b", "a<!-- b"),
        ] {
            assert_eq!(read(html), text, "{html}");
        }
    }

    #[test]
    fn entities_are_decoded() {
        assert_eq!(
            read("&lt;b&gt; &amp;amp; &#1055;&#x43F; &laquo;&raquo;&euro;&#150; &nosuch; & &copy &"),
            "<b> &amp; Пп «»€– &nosuch; & © &"
        );
    }

    #[test]
    fn broken_markup_is_text_or_nothing() {
        assert_eq!(read("1 < 2 <3"), "1 < 2 <3");
        assert_eq!(read("<a href=\"x>y</a>z"), "yz");
        assert_eq!(read("<a title=\"a>b\">c</a>"), "c");
        assert_eq!(read("</p></div></blockquote></ul>a"), "a");
    }

    #[test]
    fn only_the_first_bytes_are_read() {
        assert_eq!(text_of_html("ééé", 3), "é");
    }

    #[test]
    fn hostile_pages_take_linear_time() {
        let pieces = [
            "<div>",
            "<",
            "<a ",
            "<a '",
            "<a \">",
            "&",
            "&#",
            "<!--",
            "<blockquote>a<br>",
            "<ul><li>a",
            "<table><tr><td>a",
            "<title>",
            "<svg>",
            "<a href=http://x>",
            "<x y=",
            "<span style=display:none>",
            "</div>",
            "<a =",
            "<p style=\"",
            "<pre>\n",
            "<td>a",
        ];
        for piece in pieces {
            let page = piece.repeat((1 << 20) / piece.len());
            let began = Instant::now();
            let text = read(&page);
            assert!(text.len() <= 8 << 20, "{piece}");
            assert!(began.elapsed() < Duration::from_secs(10), "{piece} took {:?}", began.elapsed());
        }
    }

    proptest! {
        #[test]
        fn any_page_is_read(html in "(<[a-z/!]{0,3}[ a-z=\"']{0,6}>?|&[a-z#0-9]{0,5};?|[a-zа-я \n<>]{0,5}){0,40}") {
            prop_assert!(!read(&html).contains('\0'));
        }
    }
}
