//! The page as GitHub-flavoured Markdown. Every text is inert: no character of it starts a tag, a link, code or a cell.

use super::chart::lines::lines;
use super::chart::{Form, Length, is_compared, longest, share};
use super::ink::Ink;
use super::view::{Block, Card, Grid};
use crate::report::Style;

/// What stands in a fence is as wide as a chat shows without breaking it.
const FENCED: usize = 64;

/// The page, each line ended.
pub fn page(blocks: &[Block]) -> String {
    let mut out = String::new();
    for run in blocks.chunk_by(|a, b| matches!((a, b), (Block::Inline(..), Block::Inline(..)))) {
        if !out.is_empty() {
            out.push('\n');
        }
        for (i, block) in run.iter().enumerate() {
            if i > 0 {
                // Two spaces at the end keep the lines apart.
                out.insert_str(out.len() - 1, "  ");
            }
            put(block, &mut out);
        }
    }
    out
}

fn put(block: &Block, out: &mut String) {
    match block {
        Block::Heading(level, text) => {
            out.push_str(&format!("{} {}\n", "#".repeat((level + 1).min(6)), escape(text).replace('#', "\\#")));
        }
        Block::Facts(rows) => {
            for (head, value) in rows {
                out.push_str(&format!("- **{}:** {}\n", escape(head), paragraph(value, "  ", false)));
            }
        }
        Block::Inline(title, rows) => inline(title, rows, out),
        Block::Grid(grid) => table(grid, out),
        Block::Cards(cards) => {
            for (i, card) in cards.iter().enumerate() {
                if i > 0 && !card.bodies.is_empty() {
                    out.push('\n');
                }
                self::card(card, out);
            }
        }
        Block::Prose(text) => {
            out.push_str(&paragraph(&Ink { text: text.clone(), ..Ink::default() }, "", true));
            out.push('\n');
        }
        Block::Nothing(sentence) => out.push_str(&format!("*{}*\n", escape(sentence))),
        Block::Chart(drawn) => chart(&drawn.form, out),
    }
}

fn inline(title: &str, rows: &[(&'static str, Ink)], out: &mut String) {
    if !title.is_empty() {
        out.push_str(&format!("**{}** ", escape(title)));
    }
    let items: Vec<String> =
        rows.iter().map(|(h, v)| format!("{} {}", escape(h), words(v)).trim().to_owned()).collect();
    out.push_str(&items.join(" · "));
    out.push('\n');
}

fn table(grid: &Grid, out: &mut String) {
    let heads: Vec<String> = grid.heads.iter().map(|(h, _)| escape(h)).collect();
    line(&heads, out);
    let rule = grid.heads.iter().map(|(_, s)| if *s == Style::Right { "---:" } else { "---" });
    line(&rule.map(str::to_owned).collect::<Vec<_>>(), out);
    for row in &grid.rows {
        line(&row.iter().map(words).collect::<Vec<_>>(), out);
    }
    if let Some(total) = &grid.total {
        line(&total.iter().map(|i| strong(&words(i))).collect::<Vec<_>>(), out);
    }
}

fn line(cells: &[String], out: &mut String) {
    for cell in cells {
        out.push_str("| ");
        out.push_str(cell);
        out.push(' ');
    }
    out.push_str("|\n");
}

fn strong(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("**{text}**") }
}

fn card(card: &Card, out: &mut String) {
    let head = card.head.iter().map(words).collect::<Vec<_>>().join(" · ");
    if card.bodies.is_empty() {
        out.push_str(&format!("- {}\n", start(&head)));
        return;
    }
    out.push_str(&format!("{}\n", strong(&head)));
    for body in &card.bodies {
        out.push_str(&format!("\n> {}\n", paragraph(body, "> ", true)));
    }
}

/// A chart as a small table with bars in it; the week as it stands in text.
fn chart(form: &Form, out: &mut String) {
    const BAR: i64 = 20;
    let bar = |length: &Length, top| {
        let cells = share(length.size, top, BAR).max(i64::from(length.size > 0));
        "█".repeat(usize::try_from(cells).unwrap_or(0))
    };
    match form {
        Form::Bars(bars) => {
            let compared = is_compared(bars);
            let top = longest(bars.iter().flat_map(|b| [&b.now, &b.before]));
            let row = |label: &str, now: &str, before: &str, bar: &str| match compared {
                true => [label, now, before, bar].map(str::to_owned).to_vec(),
                false => [label, now, bar].map(str::to_owned).to_vec(),
            };
            let (now, before) = if compared { ("now", "before") } else { ("", "") };
            line(&row("", now, before, ""), out);
            line(&row("---", "---:", "---:", "---"), out);
            for b in bars {
                line(&row(&escape(&b.label), &escape(&b.now.words), &escape(&b.before.words), &bar(&b.now, top)), out);
            }
        }
        Form::Series { labels, rows } => {
            let top = longest(rows.iter().flat_map(|r| &r.bars));
            let heads = rows.iter().flat_map(|r| [escape(&r.name), String::new()]);
            line(&std::iter::once(String::new()).chain(heads).collect::<Vec<_>>(), out);
            let rules = rows.iter().flat_map(|_| ["---:".to_owned(), "---".to_owned()]);
            line(&std::iter::once("---".to_owned()).chain(rules).collect::<Vec<_>>(), out);
            for (i, label) in labels.iter().enumerate() {
                let cells = rows.iter().filter_map(|r| r.bars.get(i)).flat_map(|b| [escape(&b.words), bar(b, top)]);
                line(&std::iter::once(escape(label)).chain(cells).collect::<Vec<_>>(), out);
            }
        }
        Form::Week(_) => {
            let fenced = lines(form, Some(FENCED), false).into_iter();
            let text = fenced.map(|l| l.iter().map(|i| i.text.as_str()).collect::<String>());
            out.push_str(&format!("```text\n{}\n```\n", text.collect::<Vec<_>>().join("\n")));
        }
    }
}

/// One line of words with its highlights in bold.
fn words(ink: &Ink) -> String {
    let mut out = String::new();
    for (part, marked) in ink.stretches() {
        // Emphasis must touch its words: `** a**` is no emphasis.
        let inner = part.trim();
        if marked && !inner.is_empty() {
            let (before, after) = part.split_once(inner).unwrap_or_default();
            out.push_str(&format!("{before}**{}**{after}", escape(inner)));
        } else {
            out.push_str(&escape(part));
        }
    }
    out
}

/// The lines of a text as lines of one paragraph or several, each after the first led by `lead`. `opens`: nothing stands
/// before the first on its line.
fn paragraph(ink: &Ink, lead: &str, opens: bool) -> String {
    let mut out = String::new();
    let mut from = 0;
    let lines: Vec<&str> = ink.text.split('\n').collect();
    for (i, text) in lines.iter().enumerate() {
        let to = from + text.len();
        let line = Ink { marks: super::ink::clip(&ink.marks, from, to), text: (*text).to_owned(), tone: ink.tone };
        from = to + 1;
        let escaped = if i > 0 || opens { start(&words(&line)) } else { words(&line) };
        if i > 0 {
            out.push('\n');
            out.push_str(if escaped.is_empty() { lead.trim_end() } else { lead });
        }
        out.push_str(&escaped);
        if !text.is_empty() && lines.get(i + 1).is_some_and(|next| !next.is_empty()) {
            out.push_str("  ");
        }
    }
    out
}

/// Makes a line's beginning inert: no list, rule, number or indented code.
fn start(line: &str) -> String {
    let text = line.trim_start_matches(' ');
    let indent = "\u{a0}".repeat(line.len() - text.len());
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if text.starts_with(['-', '+', '=', '#', '>']) {
        return format!("{indent}\\{text}");
    }
    if digits.len() < text.len() && digits.starts_with(['.', ')']) {
        return format!("{indent}{}\\{digits}", text.strip_suffix(digits).unwrap_or_default());
    }
    format!("{indent}{text}")
}

/// A backslash before what would mean something inside a line; bare addresses become no links.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let next = rest.as_str();
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | '<' | '|' | '~' | '$' => true,
            '!' => next.starts_with('['),
            '&' => next.starts_with(|n: char| n == '#' || n.is_ascii_alphabetic()),
            ':' => next.starts_with("//"),
            '.' => ends_with_www(&out),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    text.len().checked_sub(3).and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        words(&Ink { text: text.into(), ..Ink::default() })
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            said("<b>`x`</b> | [a](http://b) ![i](j) *s* _e_ ~~d~~ #1 &lt; \\ @ana $x$ www.c.test"),
            r"\<b>\`x\`\</b> \| \[a](http\://b) \!\[i](j) \*s\* \_e\_ \~\~d\~\~ #1 \&lt; \\ @ana \$x\$ www\.c.test"
        );
    }

    #[test]
    fn no_line_of_a_text_starts_a_block() {
        let ink = Ink { text: "- a\n1. b\n# h\n===\n    code\n> q\n\nend".into(), ..Ink::default() };
        assert_eq!(
            paragraph(&ink, "> ", true),
            "\\- a  \n> 1\\. b  \n> \\# h  \n> \\===  \n> \u{a0}\u{a0}\u{a0}\u{a0}code  \n> \\> q\n>\n> end"
        );
    }

    #[test]
    fn harmless_signs_stay_as_they_are() {
        assert_eq!(said("Tom & Jerry! a > b, #1: C++ [no"), r"Tom & Jerry! a > b, #1: C++ \[no");
    }

    #[test]
    fn highlights_are_bold_and_touch_their_words() {
        let ink = Ink { text: "no счёт today".into(), marks: vec![(2, 12)], ..Ink::default() };
        assert_eq!(words(&ink), "no **счёт** today");
    }
}
