//! The letter as HTML: light markdown through a parser, everything else escaped. It loads nothing from anywhere, holds no
//! HTML of anybody, and its links lead to web pages and mail addresses only.

use super::{Letter, head, lines, signature};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};

const QUOTE: &str = "<blockquote style=\"margin:0 0 0 .5em;padding-left:.8em;border-left:2px solid #ccc\">";

/// The whole page.
pub(super) fn page(letter: &Letter<'_>) -> String {
    let mut out = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n".to_owned();
    out.push_str(&markdown(&lines(letter.text)));
    if let Some(signature) = signature(letter) {
        out.push_str("<p style=\"color:#666\">-- <br>\n");
        out.push_str(&broken_lines(&signature));
        out.push_str("</p>\n");
    }
    if let Some(quote) = letter.quote {
        out.push_str("<p>");
        out.push_str(&escaped(&head::visible(quote.attribution)));
        out.push_str("</p>\n");
        out.push_str(QUOTE);
        out.push_str(&broken_lines(lines(quote.text).trim_end()));
        out.push_str("</blockquote>\n");
    }
    out.push_str("</body></html>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text with its lines and the blanks that begin them.
fn broken_lines(text: &str) -> String {
    let line = |line: &str| {
        let words = line.trim_start_matches([' ', '\t']);
        format!("{}{}", "&nbsp;".repeat((line.len() - words.len()).min(40)), escaped(words))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("<br>\n")
}

/// Markdown as HTML that loads nothing, runs nothing, and links to web pages and mail addresses only.
pub(super) fn markdown(text: &str) -> String {
    let mut reading = Reading::default();
    let events = TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH));
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, events.flat_map(|event| reading.harmless(event)));
    out
}

/// Where in the text we are.
#[derive(Default)]
struct Reading {
    /// For each link or picture that is open: whether it became a link.
    links: Vec<bool>,
    in_code: bool,
}

impl Reading {
    /// The event as it may go out.
    fn harmless<'a>(&mut self, event: Event<'a>) -> Vec<Event<'a>> {
        match event {
            Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
            Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
            Event::Html(source) | Event::InlineHtml(source) => typed(&source),
            // A person who ends a line means it.
            Event::SoftBreak => vec![Event::HardBreak],
            Event::Start(Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. }) => {
                self.open(link_type, dest_url)
            }
            Event::End(TagEnd::Link | TagEnd::Image) => match self.links.pop() {
                Some(true) => vec![Event::End(TagEnd::Link)],
                _ => Vec::new(),
            },
            Event::Start(Tag::CodeBlock(_)) => {
                self.in_code = true;
                vec![event]
            }
            Event::End(TagEnd::CodeBlock) => {
                self.in_code = false;
                vec![event]
            }
            Event::Text(text) if !self.in_code && self.links.is_empty() => with_links(&text),
            other => vec![other],
        }
    }

    /// A picture becomes a link too: it is not loaded.
    fn open<'a>(&mut self, link_type: LinkType, to: CowStr<'a>) -> Vec<Event<'a>> {
        let leads = link_type == LinkType::Email || ["http://", "https://", "mailto:"].iter().any(|s| begins(&to, s));
        let opens = leads && !self.links.contains(&true);
        self.links.push(opens);
        if opens { vec![link(link_type, to)] } else { Vec::new() }
    }
}

fn begins(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

fn link(link_type: LinkType, to: CowStr<'_>) -> Event<'_> {
    Event::Start(Tag::Link { link_type, dest_url: to, title: "".into(), id: "".into() })
}

/// HTML in the source, as it was typed.
fn typed(source: &str) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    for line in source.split_inclusive('\n') {
        events.push(Event::Text(line.trim_end_matches('\n').to_owned().into()));
        if line.ends_with('\n') {
            events.push(Event::HardBreak);
        }
    }
    events
}

/// Text whose bare web addresses became links.
fn with_links(text: &str) -> Vec<Event<'static>> {
    let mut events = Vec::new();
    let mut rest = text;
    let plain = |text: &str| Event::Text(text.to_owned().into());
    while let Some(start) = ["https://", "http://"].iter().filter_map(|s| rest.find(s)).min() {
        let (before, from) = rest.split_at(start);
        let end =
            from.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"«»".contains(c)).unwrap_or(from.len());
        let url =
            from.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '*']);
        events.push(plain(before));
        if url.ends_with("//") {
            events.push(plain(url));
        } else {
            let to: CowStr<'static> = url.to_owned().into();
            events.extend([link(LinkType::Autolink, to), plain(url), Event::End(TagEnd::Link)]);
        }
        rest = from.get(url.len()..).unwrap_or_default();
    }
    events.push(plain(rest));
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn light_markdown_reads_as_it_was_meant() {
        for (text, html) in [
            ("one\ntwo", "<p>one<br />\ntwo</p>\n"),
            ("**b** _i_ `c`", "<p><strong>b</strong> <em>i</em> <code>c</code></p>\n"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("[a](https://x.org)", "<p><a href=\"https://x.org\">a</a></p>\n"),
            ("<a@b.org>", "<p><a href=\"mailto:a@b.org\">a@b.org</a></p>\n"),
            (
                "see https://x.org/a_b_c?d=1&e=2.",
                "<p>see <a href=\"https://x.org/a_b_c?d=1&amp;e=2\">https://x.org/a_b_c?d=1&amp;e=2</a>.</p>\n",
            ),
            ("`https://x.org`", "<p><code>https://x.org</code></p>\n"),
        ] {
            assert_eq!(markdown(text), html, "{text}");
        }
    }

    #[test]
    fn nothing_runs_and_nothing_is_loaded() {
        for (text, html) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a <b onclick=x>b</b>", "a &lt;b onclick=x&gt;b&lt;/b&gt;"),
            ("[a](javascript:alert(1))", "<p>a</p>"),
            ("[a](JaVaScRiPt:x) [b](data:x) [c](file:///etc)", "<p>a b c</p>"),
            ("![dot](https://x.org/dot.png)", "<a href=\"https://x.org/dot.png\">dot</a>"),
            ("[![dot](https://x/1)](https://x/2)", "<a href=\"https://x/2\">dot</a>"),
            ("[a](https://x.org \"t\\\" onclick=\\\"x\")", "<a href=\"https://x.org\">a</a>"),
            ("https://x.org/\"onclick=x", "<a href=\"https://x.org/\">https://x.org/</a>\"onclick=x"),
        ] {
            assert!(markdown(text).contains(html), "{text}: {}", markdown(text));
        }
    }

    proptest! {
        #[test]
        fn only_our_own_tags_come_out(text in "[ -~\n]{0,80}|[<>&\"'a-c/=:\\[\\]()!`*_\n -]{0,60}|\\PC*") {
            let html = markdown(&text);
            let allowed = ["p", "br", "strong", "em", "del", "code", "pre", "ul", "ol", "li", "a", "blockquote", "hr",
                "h1", "h2", "h3", "h4", "h5", "h6"];
            for tag in html.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(allowed.contains(&name.as_str()), "{}: {}", name, html);
                let inside = tag.split('>').next().unwrap_or_default();
                let leads = inside.starts_with("a href=\"http") || inside.starts_with("a href=\"mailto:");
                let plain = !inside.contains('=') || inside.starts_with("ol start=\"") || inside.starts_with("code class=\"");
                prop_assert!(leads || plain || inside.to_ascii_lowercase().starts_with("a href=\"http")
                    || inside.to_ascii_lowercase().starts_with("a href=\"mailto:"), "{}", inside);
            }
        }
    }
}
