//! HTML as text that a person can read in a terminal. One pass, no tree, no recursion: linear time for any input.
//! Nothing is rendered or fetched, and nothing of the markup survives.

mod page;
mod tag;

use page::Page;
use tag::{Tag, entity};

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
            ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
            ("<div>a</div><div>-- <br></div>Joe", "a\n-- \nJoe"),
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
