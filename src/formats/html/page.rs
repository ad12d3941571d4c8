//! The text as it grows out of a page: line ends, quotes, lists, cells and links.

use super::tag::Tag;

/// Quotes and lists are indented up to this deep.
const DEEPEST: usize = 10;
/// A longer link is a tracking link: only its text is shown.
const LONGEST_LINK: usize = 1_000;
/// Letters of an image's description that are shown.
const LONGEST_ALT: usize = 200;

/// The text as it grows: what stands in front of the next letter is decided when that letter comes.
#[derive(Default)]
pub(super) struct Page {
    /// What there is so far.
    pub(super) out: String,
    /// Line ends to come before the next letter.
    breaks: usize,
    /// A space to come before it.
    space: bool,
    /// The block has had a space that does not break, and nothing else: it is a blank line if it stays so.
    empty: bool,
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
    /// Adds text outside tags.
    pub(super) fn say(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '\0' | '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{34f}' => {}
                '\n' if self.pre > 0 => self.breaks += 1,
                '\r' if self.pre > 0 => {}
                _ if self.pre > 0 || !letter.is_whitespace() => self.letter(letter),
                _ => (self.space, self.empty) = (true, self.empty || letter == '\u{a0}'),
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
        (self.breaks, self.space, self.empty, self.cell, self.row) = (0, false, false, false, true);
    }

    /// The next letter starts a line, after a blank one when `lines` is 2.
    fn block(&mut self, lines: usize) {
        if !self.cell {
            self.end_line();
            let lines = if self.empty && self.breaks > 0 { 2 } else { lines };
            self.breaks = self.breaks.max(lines);
            self.empty = false;
        }
    }

    /// Forgets the space at the end of a line, but not that of the mark before a signature.
    fn end_line(&mut self) {
        let marked = self.breaks == 0 && self.out.strip_suffix("--").is_some_and(|o| o.is_empty() || o.ends_with('\n'));
        if std::mem::take(&mut self.space) && marked {
            self.out.push(' ');
        }
    }

    /// Does what a tag does to the text.
    pub(super) fn tag(&mut self, tag: &Tag<'_>) {
        match (tag.name.as_str(), tag.closing) {
            ("br", _) => {
                self.end_line();
                self.breaks = (self.breaks + 1).min(2);
            }
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
            ("td" | "th", true) => (self.breaks, self.cell, self.empty) = (self.breaks.min(1), false, false),
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

    /// Ends the link that is open, if any.
    pub(super) fn end_link(&mut self) {
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
