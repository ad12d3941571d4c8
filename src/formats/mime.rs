//! The tree of a mail's parts, walked line by line into its leaves. No recursion over what the sender nests.

use std::borrow::Cow;

use super::fields::{self, Block};
use super::limits::Limits;
use super::params::Params;
use super::transfer::Coding;
use super::word;

/// One part that holds content.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    /// The media type, lower-case.
    pub(super) media_type: String,
    /// Its content, unpacked.
    pub(super) content: Cow<'a, [u8]>,
    /// The content came as base64: its bytes are exact.
    pub(super) exact: bool,
    /// The charset it declares.
    pub(super) charset: Option<String>,
    /// The name of the file, decoded; may be empty.
    pub(super) name: String,
    /// It says that it is an attachment.
    pub(super) attached: bool,
    /// `format=flowed`, and whether `delsp=yes`.
    pub(super) flowed: Option<bool>,
    /// Which outermost multipart/alternative it is in.
    pub(super) alternative: Option<usize>,
}

/// The leaves of the mail `raw` with the header `top`, in order.
pub(super) fn leaves<'a>(raw: &'a [u8], top: &Block<'a>, limits: &Limits) -> Vec<Leaf<'a>> {
    let mut walk = Walk { raw, limits, stack: Vec::new(), leaves: Vec::new(), open: None, groups: 0, depth: 0 };
    walk.all(top);
    walk.leaves
}

/// A multipart whose parts are being read.
struct Multi {
    boundary: Vec<u8>,
    digest: bool,
    alternative: Option<usize>,
    /// Where what stands before its first part starts; none once a part came.
    preamble: Option<usize>,
}

/// A leaf whose end is not found yet.
struct Open {
    start: usize,
    media_type: String,
    coding: Coding,
    content: Params,
    disposition: Params,
}

struct Walk<'a, 'l> {
    raw: &'a [u8],
    limits: &'l Limits,
    stack: Vec<Multi>,
    leaves: Vec<Leaf<'a>>,
    open: Option<Open>,
    groups: usize,
    /// How many packed multiparts this one stands in.
    depth: usize,
}

impl<'a> Walk<'a, '_> {
    fn all(&mut self, top: &Block<'a>) {
        self.enter(top);
        let mut at = top.body;
        while at < self.raw.len() && !self.stack.is_empty() {
            let end = fields::line_end(self.raw, at);
            let found = self.boundary(self.raw.get(at..end).unwrap_or_default());
            let Some((level, last)) = found else {
                at = end;
                continue;
            };
            self.close(at, level + 1);
            at = end;
            if last {
                self.close(at, level);
            } else if self.leaves.len() >= self.limits.parts {
                self.stack.clear();
                self.open = Some(opaque(at));
            } else {
                if let Some(multi) = self.stack.last_mut() {
                    multi.preamble = None;
                }
                let block = fields::block(self.raw, end, self.limits, |line| self.boundary(line).is_some());
                self.enter(&block);
                at = block.body;
            }
        }
        self.close(self.raw.len(), 0);
    }

    /// Which open multipart the line is a boundary of, and whether it is the last one; the innermost counts.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let line = line.strip_prefix(b"--")?.trim_ascii_end();
        let level = |line: &[u8]| self.stack.iter().rposition(|m| m.boundary == line);
        level(line).map(|n| (n, false)).or_else(|| level(line.strip_suffix(b"--")?.trim_ascii_end()).map(|n| (n, true)))
    }

    /// Starts the part with this header: one more multipart, or a leaf.
    fn enter(&mut self, block: &Block<'a>) {
        let parent = self.stack.last();
        let alternative = parent.and_then(|m| m.alternative);
        let content = block.first("content-type").map(|v| Params::of(v, None)).unwrap_or_default();
        let coding = block.first("content-transfer-encoding").map(Coding::of).unwrap_or_default();
        let multipart = content.value.starts_with("multipart/");
        let boundary = block.first("content-type").filter(|_| multipart).and_then(boundary);
        let media_type = match content.value.as_str() {
            "" if parent.is_some_and(|m| m.digest) => "message/rfc822".to_owned(),
            "" | "text" => "text/plain".to_owned(),
            other if other.starts_with("multipart/") && boundary.is_none() => "text/plain".to_owned(),
            other => other.to_owned(),
        };
        let entered = media_type.starts_with("multipart/") && coding == Coding::Plain;
        if let Some(boundary) = boundary.filter(|_| entered && self.stack.len() + self.depth < self.limits.depth) {
            let chosen = media_type == "multipart/alternative";
            self.groups += usize::from(chosen && alternative.is_none());
            self.stack.push(Multi {
                boundary,
                digest: media_type == "multipart/digest",
                alternative: alternative.or(chosen.then_some(self.groups)),
                preamble: Some(block.body),
            });
            return;
        }
        let disposition = block.first("content-disposition").map(|v| Params::of(v, content.get("charset")));
        self.open =
            Some(Open { start: block.body, media_type, coding, content, disposition: disposition.unwrap_or_default() });
    }

    /// Ends what is open before `at`, and every multipart from `level` on.
    fn close(&mut self, at: usize, level: usize) {
        if let Some(open) = self.open.take() {
            self.leaf(open, at);
        }
        while self.stack.len() > level {
            let Some(multi) = self.stack.pop() else { break };
            if let Some(start) = multi.preamble {
                let text = Open { media_type: "text/plain".to_owned(), ..opaque(start) };
                self.leaf(text, at);
            }
        }
    }

    fn leaf(&mut self, open: Open, end: usize) {
        let packed = self.raw.get(open.start..end).unwrap_or_default();
        let packed = if end < self.raw.len() { chomp(packed) } else { packed };
        if open.media_type.starts_with("multipart/") && open.coding != Coding::Plain {
            return self.unpacked(&open, packed);
        }
        let content = open.coding.unpack(packed);
        let name = open.disposition.get("filename").or(open.content.get("name")).unwrap_or_default();
        let flowed = open.content.get("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
        let delsp = open.content.get("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"));
        let name = match open.media_type.as_str() {
            "message/rfc822" | "message/global" if name.is_empty() => title(&content),
            _ => name.to_owned(),
        };
        self.leaves.push(Leaf {
            exact: open.coding == Coding::Base64,
            charset: open.content.get("charset").map(str::to_owned),
            name,
            attached: open.disposition.value == "attachment",
            flowed: flowed.then_some(delsp),
            alternative: self.stack.last().and_then(|m| m.alternative),
            media_type: open.media_type,
            content,
        });
    }

    /// A multipart that is packed as a whole, against all rules: its parts, or one opaque leaf.
    fn unpacked(&mut self, open: &Open, packed: &[u8]) {
        let bytes = open.coding.unpack(packed);
        let boundary = open.content.get("boundary").unwrap_or_default();
        let depth = self.depth + self.stack.len() + 1;
        if boundary.is_empty() || depth >= self.limits.depth {
            self.leaves.push(Leaf { content: Cow::Owned(bytes.into_owned()), ..nameless(&open.media_type) });
            return;
        }
        let field = format!("{}; boundary=\"{boundary}\"", open.media_type);
        let top = Block {
            fields: vec![fields::Field { name: b"content-type", value: field.as_bytes() }],
            body: 0,
            excess: None,
        };
        let limits = Limits { parts: self.limits.parts.saturating_sub(self.leaves.len()), ..self.limits.clone() };
        let mut walk =
            Walk { raw: &bytes, limits: &limits, stack: Vec::new(), leaves: Vec::new(), open: None, groups: 0, depth };
        walk.all(&top);
        for leaf in walk.leaves {
            let alternative = leaf.alternative.map(|n| n + self.groups);
            self.leaves.push(Leaf { content: Cow::Owned(leaf.content.into_owned()), alternative, ..leaf });
        }
        self.groups += walk.groups;
    }
}

/// The boundary that a Content-Type names, byte by byte: it may hold letters of any charset.
fn boundary(field: &[u8]) -> Option<Vec<u8>> {
    let letters: String = field.iter().copied().map(char::from).collect();
    let content = Params::of(letters.as_bytes(), None);
    let named = content.get("boundary")?.trim_end();
    named.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn opaque(start: usize) -> Open {
    Open {
        start,
        media_type: "application/octet-stream".to_owned(),
        coding: Coding::Plain,
        content: Params::default(),
        disposition: Params::default(),
    }
}

fn nameless(media_type: &str) -> Leaf<'static> {
    Leaf {
        media_type: media_type.to_owned(),
        content: Cow::Borrowed(&[]),
        exact: true,
        charset: None,
        name: String::new(),
        attached: true,
        flowed: None,
        alternative: None,
    }
}

/// The part without the line end that belongs to the boundary after it.
fn chomp(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// The file name of an attached mail: its subject.
fn title(mail: &[u8]) -> String {
    let block = fields::block(mail, fields::start(mail), &Limits::default(), |_| false);
    let subject = block.first("subject").map(|v| word::text(v, None)).unwrap_or_default();
    let subject: String = subject.chars().take(120).collect();
    if subject.is_empty() { "mail.eml".to_owned() } else { format!("{subject}.eml") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Vec<(String, String)> {
        read_within(raw, &Limits::default())
    }

    fn read_within(raw: &str, limits: &Limits) -> Vec<(String, String)> {
        let raw = raw.as_bytes();
        let top = fields::block(raw, 0, limits, |_| false);
        let text = |l: Leaf<'_>| (l.media_type, String::from_utf8_lossy(&l.content).into_owned());
        leaves(raw, &top, limits).into_iter().map(text).collect()
    }

    fn pair(media_type: &str, content: &str) -> (String, String) {
        (media_type.to_owned(), content.to_owned())
    }

    const NESTED: &str = "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\nContent-Type: multipart/alternative; \
        boundary=ab\n\n--ab\n\nplain\n--ab\nContent-Type: text/html\n\n<p>\n--ab--\nepilogue\n--a\n\
        Content-Type: image/png\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n--a--\nepilogue\n";

    #[test]
    fn parts_are_found_in_order_with_either_line_end() {
        let parts = [pair("text/plain", "plain"), pair("text/html", "<p>"), pair("image/png", "hello")];
        assert_eq!(read(NESTED), parts);
        assert_eq!(read(&NESTED.replace('\n', "\r\n")), parts);
    }

    #[test]
    fn missing_last_boundaries_lose_nothing() {
        let cut = NESTED.replace("--ab--\nepilogue\n", "").replace("--a--\nepilogue\n", "");
        assert_eq!(read(&cut), [pair("text/plain", "plain"), pair("text/html", "<p>"), pair("image/png", "hello")]);
    }

    #[test]
    fn a_multipart_without_its_boundary_is_text() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\nall the text\n";
        assert_eq!(read(raw), [pair("text/plain", "all the text\n")]);
        let raw = "Content-Type: multipart/mixed\n\n--a\nwords\n";
        assert_eq!(read(raw), [pair("text/plain", "--a\nwords\n")]);
    }

    #[test]
    fn a_packed_multipart_is_unpacked() {
        let mut packed = String::new();
        crate::formats::transfer::push_base64(
            &mut packed,
            b"--a\n\nfirst\n--a\nContent-Type: text/html\n\nsecond\n--a--\n",
        );
        let raw = format!("Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n{packed}\n");
        assert_eq!(read(&raw), [pair("text/plain", "first"), pair("text/html", "second")]);
    }

    #[test]
    fn what_is_too_deep_is_one_opaque_part() {
        let deep: String =
            (0..40_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let found = read(&deep);
        assert_eq!((found.len(), found[0].0.as_str()), (1, "multipart/mixed"));
        assert!(found[0].1.len() > 1_000_000);
    }

    #[test]
    fn what_is_too_many_is_one_opaque_part() {
        let many = format!("Content-Type: multipart/mixed; boundary=a\n\n{}", "--a\n\nx\n".repeat(20_000));
        let found = read(&many);
        assert_eq!((found.len(), found[500].0.as_str()), (501, "application/octet-stream"));
    }

    #[test]
    fn an_attached_mail_is_never_entered() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n\
            Subject: =?utf-8?Q?=D0=9F?=\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--a--\n";
        let raw = raw.as_bytes();
        let top = fields::block(raw, 0, &Limits::default(), |_| false);
        let found = leaves(raw, &top, &Limits::default());
        assert_eq!((found.len(), found[0].name.as_str()), (1, "П.eml"));
        let nested = "Content-Type: message/rfc822\n\n".repeat(40_000);
        assert_eq!(read(&nested).len(), 1);
    }

    #[test]
    fn a_boundary_may_have_any_letters() {
        let raw = b"Content-Type: multipart/mixed; boundary=\"Gr\xfc\xdfe\"\n\n--Gr\xfc\xdfe\n\nx\n--Gr\xfc\xdfe--\n";
        let top = fields::block(raw, 0, &Limits::default(), |_| false);
        assert_eq!(leaves(raw, &top, &Limits::default())[0].content.as_ref(), b"x");
        let raw = "Content-Type: multipart/mixed; boundary=\"Граница\"\n\n--Граница\n\nx\n--Граница--\n";
        assert_eq!(read(raw), [pair("text/plain", "x")]);
    }

    #[test]
    fn an_inner_boundary_may_equal_the_outer_one() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n\
            --a--\n--a\n\ny\n--a--\n";
        assert_eq!(read(raw), [pair("text/plain", "x"), pair("text/plain", "y")]);
    }
}
