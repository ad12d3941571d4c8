//! What of a mail a person reads, and what came with it as files.

use super::charset;
use super::html;
use super::limits::Limits;
use super::mime::Leaf;
use crate::domain::mail::Part;

/// The text of a mail and its files.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) attachments: Vec<Part>,
}

/// What a leaf is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    Html,
    File,
}

/// Sorts the leaves into text and files. Of alternatives the plain one is the text, HTML only where there is none.
pub(super) fn compose(leaves: Vec<Leaf<'_>>, limits: &Limits) -> Result<Body, String> {
    let alone = leaves.len() == 1;
    let mut sorted: Vec<(Role, String, Leaf<'_>)> = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let role = role(&leaf, alone);
        let text = if role == Role::File { String::new() } else { decoded(&leaf, role) };
        sorted.push((role, text, leaf));
    }
    let mut plain: Vec<usize> = sorted
        .iter()
        .filter(|(role, text, _)| *role == Role::Plain && !text.trim().is_empty())
        .filter_map(|(_, _, leaf)| leaf.alternative)
        .collect();
    plain.dedup();
    let mut body = Body::default();
    for (role, text, leaf) in sorted {
        match role {
            Role::Plain => match leaf.flowed {
                Some(delsp) => body.add(clean(unflowed(&text, delsp))),
                None => body.add(clean(text)),
            },
            Role::Html if leaf.alternative.is_some_and(|group| plain.contains(&group)) => {}
            Role::Html => {
                let read = html::text_of_html(&text, limits.html);
                if !letters(&read).eq(letters(&body.text)) {
                    body.add(clean(read));
                }
                if text.len() > limits.html {
                    body.attach(leaf, limits)?;
                }
            }
            Role::File => body.attach(leaf, limits)?,
        }
    }
    Ok(body)
}

impl Body {
    /// A text that comes alone is taken as it is: it may be long.
    fn add(&mut self, text: String) {
        if self.text.is_empty() {
            self.text = text;
        } else if !text.is_empty() {
            self.text.push_str("\n\n");
            self.text.push_str(&text);
        }
    }

    fn attach(&mut self, leaf: Leaf<'_>, limits: &Limits) -> Result<(), String> {
        if u64::try_from(leaf.content.len()).unwrap_or(u64::MAX) > limits.attachment {
            return Err(format!("an attachment is larger than {} MiB", limits.attachment >> 20));
        }
        let Leaf { name, media_type, content, .. } = leaf;
        self.attachments.push(Part { name, media_type, content: content.into_owned() });
        Ok(())
    }
}

fn role(leaf: &Leaf<'_>, alone: bool) -> Role {
    let named = !leaf.name.is_empty() && !alone && leaf.alternative.is_none();
    match leaf.media_type.as_str() {
        _ if leaf.attached || named => Role::File,
        "text/html" => Role::Html,
        "text/plain" if is_html(&leaf.content) => Role::Html,
        "text/plain" => Role::Plain,
        "text/enriched" | "text/markdown" | "text/x-markdown" | "text/unknown" | "plain/text" if alone => Role::Plain,
        _ => Role::File,
    }
}

/// HTML that says it is plain text.
fn is_html(content: &[u8]) -> bool {
    let start = content.trim_ascii_start();
    let starts = |with: &[u8]| start.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with));
    starts(b"<!doctype html") || starts(b"<html>") || starts(b"<html ")
}

fn decoded(leaf: &Leaf<'_>, role: Role) -> String {
    match (&leaf.charset, role) {
        (None, Role::Html) => charset::decode(&leaf.content, meta_charset(&leaf.content).as_deref()),
        (label, _) => charset::decode(&leaf.content, label.as_deref()),
    }
}

/// The charset that an HTML page names in its head.
fn meta_charset(html: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(html.get(..2048).unwrap_or(html)).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let after = after.trim_start_matches(['"', '\'']);
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c)).unwrap_or(after.len());
    after.get(..end).map(str::to_owned)
}

/// Text with LF line ends, without NUL and without blank lines at its end. It stays where it is in memory.
fn clean(mut text: String) -> String {
    text.truncate(text.trim_end_matches(|c: char| c.is_whitespace() || c == '\0').len());
    // Reading a charset takes room for the worst case.
    text.shrink_to_fit();
    if !text.contains(['\r', '\0']) {
        return text;
    }
    let mut bytes = text.into_bytes();
    let mut before = 0;
    // A CR becomes the line end, the LF after it goes.
    bytes.retain_mut(|byte| {
        let goes = *byte == 0 || (*byte == b'\n' && before == b'\r');
        before = *byte;
        if *byte == b'\r' {
            *byte = b'\n';
        }
        !goes
    });
    String::from_utf8(bytes).unwrap_or_default()
}

/// The letters and digits of a text: equal for two versions of the same words.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric())
}

/// Paragraphs of `format=flowed` (RFC 3676) in one line each; quote marks become `> `.
fn unflowed(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let said = line.trim_start_matches('>');
        let depth = line.len() - said.len();
        let said = said.strip_prefix(' ').unwrap_or(said);
        let signature = said == "-- ";
        if open.is_some_and(|before| before != depth || signature) {
            out.push('\n');
            open = None;
        }
        if open.is_none() {
            out.extend(std::iter::repeat_n('>', depth));
            out.push_str(if depth > 0 && !said.is_empty() { " " } else { "" });
        }
        let soft = said.ends_with(' ') && !signature;
        out.push_str(said.strip_suffix(' ').filter(|_| soft && delsp).unwrap_or(said));
        open = soft.then_some(depth);
        if !soft {
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{fields, mime};
    use super::*;

    fn read(raw: &str) -> Body {
        let limits = Limits::default();
        let top = fields::block(raw.as_bytes(), 0, &limits, |_| false);
        compose(mime::leaves(raw.as_bytes(), &top, &limits), &limits).unwrap()
    }

    fn mixed(parts: &[&str]) -> String {
        let parts: String = parts.iter().map(|p| format!("--a\n{p}\n")).collect();
        format!("Content-Type: multipart/mixed; boundary=a\n\n{parts}--a--\n")
    }

    const BOTH: &str = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\n\
        Content-Type: text/html\n\n<p>rich</p>\n--b\nContent-Type: text/calendar\n\nBEGIN\n--b--";

    #[test]
    fn the_plain_alternative_is_the_text_and_html_is_no_file() {
        let body = read(BOTH);
        assert_eq!(body.text, "plain");
        assert_eq!(body.attachments.iter().map(|p| p.media_type.as_str()).collect::<Vec<_>>(), ["text/calendar"]);
    }

    #[test]
    fn html_is_the_text_where_the_plain_one_is_blank() {
        assert_eq!(read(&BOTH.replace("plain", " \n")).text, "rich");
        assert_eq!(read("Content-Type: text/html; charset=utf-8\n\n<b>Да</b>").text, "Да");
        assert_eq!(read("Subject: x\n\n<html><p>a</p></html>").text, "a");
    }

    #[test]
    fn inline_texts_are_joined_and_named_ones_are_files() {
        let body = read(&mixed(&[
            "\none\r\n\n",
            "Content-Type: text/plain; name=log.txt\n\nlog",
            BOTH,
            "Content-Type: text/html\n\n<i>foot</i>",
            "Content-Type: text/plain\nContent-Disposition: attachment\n\nfile",
        ]));
        assert_eq!(body.text, "one\n\nplain\n\nfoot");
        assert_eq!(body.attachments.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["log.txt", "", ""]);
    }

    #[test]
    fn html_that_says_the_same_as_the_text_is_left_out() {
        assert_eq!(
            read(&mixed(&["\nSame words", "Content-Type: text/html\n\n<p>Same</p><p>words</p>"])).text,
            "Same words"
        );
    }

    #[test]
    fn html_longer_than_the_limit_is_also_a_file() {
        let body = read(&format!("Content-Type: text/html\n\n{}", "<p>a</p>".repeat(100_000)));
        assert_eq!((body.attachments.len(), body.text.is_empty()), (1, false));
    }

    #[test]
    fn flowed_paragraphs_are_unfolded() {
        let flowed = "One \ntwo\n\n> quoted \n> more\n>> deeper\n From me\n-- \nJoe\n";
        let raw = format!("Content-Type: text/plain; format=flowed\n\n{flowed}");
        assert_eq!(read(&raw).text, "One two\n\n> quoted more\n>> deeper\nFrom me\n-- \nJoe");
        assert_eq!(unflowed("a \nb", true), "ab\n");
    }

    #[test]
    fn an_undeclared_page_names_its_charset_itself() {
        let page =
            "<html><head><meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\"></head>Привет всем</html>";
        let mut raw = b"Content-Type: text/html\n\n".to_vec();
        raw.extend_from_slice(&encoding_rs::KOI8_R.encode(page).0);
        let limits = Limits::default();
        let top = fields::block(&raw, 0, &limits, |_| false);
        assert_eq!(compose(mime::leaves(&raw, &top, &limits), &limits).unwrap().text, "Привет всем");
    }

    #[test]
    fn line_ends_are_lf_and_nul_is_gone() {
        assert_eq!(read("A: b\n\na\r\nb\0\rc\n \n\r\n").text, "a\nb\nc");
    }
}
