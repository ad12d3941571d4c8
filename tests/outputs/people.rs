//! What people read: text on terminals and in pipes, Markdown, pages.

use frontdesk::render::width::width;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// The first character that could steer a terminal or deceive the eye; the list is that of the promise, not the program's.
pub fn harmful(text: &str) -> Option<char> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let hidden = matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
        // Between two Latin letters a joiner is there to deceive.
        let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && (before.is_ascii() || next.is_ascii());
        if c.is_control() && c != '\n' || hidden || joins {
            return Some(c);
        }
        before = c;
    }
    None
}

/// The first line that is wider than the terminal.
pub fn too_wide(text: &str, cells: usize) -> Option<&str> {
    text.lines().find(|line| width(line) > cells)
}

/// What a page of Markdown has in it that no page of ours writes.
pub fn markup(page: &str) -> Option<String> {
    let all = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let found = Parser::new_ext(page, all).find_map(|event| match &event {
        Event::Start(
            Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::FootnoteDefinition(_) | Tag::Strikethrough,
        )
        | Event::Html(_)
        | Event::InlineHtml(_)
        | Event::Code(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::TaskListMarker(_) => Some(format!("{event:?}")),
        Event::Start(Tag::CodeBlock(kind)) if !matches!(kind, CodeBlockKind::Fenced(word) if &**word == "text") => {
            Some(format!("{event:?}"))
        }
        _ => None,
    });
    found.or_else(|| ragged(page))
}

/// A row of a table that has another number of cells than its head.
fn ragged(page: &str) -> Option<String> {
    let cells = |line: &str| {
        let mut escaped = false;
        line.chars()
            .filter(|c| {
                let counts = *c == '|' && !escaped;
                escaped = *c == '\\' && !escaped;
                counts
            })
            .count()
    };
    let mut head = None;
    for line in page.lines() {
        if !line.starts_with('|') {
            head = None;
        } else if *head.get_or_insert(cells(line)) != cells(line) {
            return Some(format!("a row of {} cells: {line}", cells(line)));
        }
    }
    None
}
