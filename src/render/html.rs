//! The page as HTML that stands alone: its style within, nothing loaded, no script allowed. Light and dark, for a
//! telephone, a screen and paper.

use super::chart::svg::picture;
use super::ink::{Ink, Tone, clip};
use super::view::{Block, Card, Grid};
use crate::report::Style;

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub fn page(blocks: &[Block]) -> String {
    let title = blocks.iter().find_map(|b| if let Block::Heading(_, text) = b { Some(text.as_str()) } else { None });
    let title = escape(title.unwrap_or("desk"));
    let mut out = format!(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    for block in blocks {
        put(block, &mut out);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn put(block: &Block, out: &mut String) {
    match block {
        Block::Heading(level, text) => {
            let level = (level + 1).min(6);
            out.push_str(&format!("<h{level}>{}</h{level}>\n", escape(text)));
        }
        Block::Facts(rows) => {
            out.push_str("<dl>\n");
            for (head, value) in rows {
                out.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escape(head), words(value)));
            }
            out.push_str("</dl>\n");
        }
        Block::Inline(title, rows) => inline(title, rows, out),
        Block::Grid(grid) => table(grid, out),
        Block::Cards(cards) => {
            for card in cards {
                self::card(card, out);
            }
        }
        Block::Prose(text) => out.push_str(&format!("<p>{}</p>\n", escape(text))),
        Block::Nothing(sentence) => out.push_str(&format!("<p class=\"nothing\">{}</p>\n", escape(sentence))),
        Block::Chart(drawn) => out.push_str(&picture(drawn)),
    }
}

fn inline(title: &str, rows: &[(&'static str, Ink)], out: &mut String) {
    out.push_str("<p class=\"inline\">");
    if !title.is_empty() {
        out.push_str(&format!("<b>{}</b>", escape(title)));
    }
    for (head, value) in rows {
        let head = if head.is_empty() { String::new() } else { format!("<i>{}</i> ", escape(head)) };
        out.push_str(&format!("<span>{head}{}</span>", words(value)));
    }
    out.push_str("</p>\n");
}

fn table(grid: &Grid, out: &mut String) {
    let class = |style: &Style| match style {
        Style::Right => " class=\"right\"",
        Style::Flex | Style::Body => " class=\"flex\"",
        Style::Left => "",
    };
    out.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for (head, style) in &grid.heads {
        out.push_str(&format!("<th{}>{}</th>", class(style), escape(head)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let line = |row: &[Ink], out: &mut String| {
        out.push_str("<tr>");
        for ((_, style), ink) in grid.heads.iter().zip(row) {
            out.push_str(&format!("<td{}>{}</td>", class(style), words(ink)));
        }
        out.push_str("</tr>");
    };
    for row in &grid.rows {
        line(row, out);
        out.push('\n');
    }
    out.push_str("</tbody>\n");
    if let Some(total) = &grid.total {
        out.push_str("<tfoot>");
        line(total, out);
        out.push_str("</tfoot>\n");
    }
    out.push_str("</table></div>\n");
}

fn card(card: &Card, out: &mut String) {
    out.push_str(if card.bodies.is_empty() { "<article class=\"bare\"><header>" } else { "<article><header>" });
    for ink in &card.head {
        out.push_str(&format!("<span>{}</span>", words(ink)));
    }
    out.push_str("</header>");
    for body in &card.bodies {
        out.push_str(&format!("<div class=\"body\">{}</div>", quoted(body)));
    }
    out.push_str("</article>\n");
}

/// A text whose quoted lines stand back.
fn quoted(ink: &Ink) -> String {
    let mut out = String::new();
    let mut from = 0;
    for (i, text) in ink.text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let to = from + text.len();
        let line = words(&Ink { marks: clip(&ink.marks, from, to), text: text.to_owned(), tone: ink.tone });
        from = to + 1;
        if text.trim_start().starts_with('>') {
            out.push_str(&format!("<span class=\"quote\">{line}</span>"));
        } else {
            out.push_str(&line);
        }
    }
    out
}

fn words(ink: &Ink) -> String {
    let mut out = String::new();
    for (part, marked) in ink.stretches() {
        if marked {
            out.push_str(&format!("<mark>{}</mark>", escape(part)));
        } else {
            out.push_str(&escape(part));
        }
    }
    let class = match ink.tone {
        Tone::Plain => return out,
        Tone::Strong => "strong",
        Tone::Faint => "faint",
        Tone::Alarm => "alarm",
        Tone::Warn => "warn",
        Tone::Good => "good",
        Tone::Tag => "tag",
    };
    if out.is_empty() { out } else { format!("<span class=\"{class}\">{out}</span>") }
}

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_an_element_or_an_attribute() {
        assert_eq!(
            escape("</title><script>x='1'&\"</script>"),
            "&lt;/title&gt;&lt;script&gt;x=&#39;1&#39;&amp;&quot;&lt;/script&gt;"
        );
    }

    #[test]
    fn quoted_lines_stand_back_and_highlights_are_marked() {
        let ink = Ink { text: "> a\nb счёт".into(), marks: vec![(6, 14)], ..Ink::default() };
        assert_eq!(quoted(&ink), "<span class=\"quote\">&gt; a</span>\nb <mark>счёт</mark>");
    }
}
