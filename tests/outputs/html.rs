//! Reads a page as strictly as nothing else would: every tag is closed, every value stands in quotes, no sign is left that
//! could be read in two ways. What is read so, every browser reads the same.

use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: &[&str] = &["meta", "br", "hr", "img", "input", "link", "rect", "line", "path", "circle", "polyline"];
/// Attributes whose values come from texts: of them only the beginning is compared.
const TOLD: &[&str] = &["id", "title", "data-name", "aria-label", "lang", "content"];

/// What a page is made of: elements with their attributes, and what stands in style and script.
pub fn made_of(page: &str) -> Result<BTreeSet<String>, String> {
    let mut parts = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>").ok_or("it does not begin as a page")?;
    while let Some(at) = rest.find('<') {
        text(&rest[..at])?;
        rest = &rest[at + 1..];
        if let Some(closing) = rest.strip_prefix('/') {
            let (name, after) = closing.split_once('>').ok_or("a tag has no end")?;
            if open.pop().as_deref() != Some(name) {
                return Err(format!("</{name}> closes what is not open: {}", near(rest)));
            }
            rest = after;
            continue;
        }
        let (name, after) = element(rest, &mut parts)?;
        rest = after;
        if name == "style" || name == "script" {
            let end = format!("</{name}>");
            let (within, after) = rest.split_once(&end).ok_or("style without an end")?;
            parts.insert(format!("{name}: {within}"));
            rest = after;
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    text(rest)?;
    if open.is_empty() { Ok(parts) } else { Err(format!("{open:?} are not closed")) }
}

/// An element from behind its `<`; what follows it.
fn element<'a>(from: &'a str, parts: &mut BTreeSet<String>) -> Result<(String, &'a str), String> {
    let letters = |t: &str| t.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-:".contains(b)).count();
    let (name, mut rest) = from.split_at(letters(from));
    if name.is_empty() {
        return Err(format!("a < that is no tag: {}", near(from)));
    }
    parts.insert(format!("<{name}>"));
    loop {
        if let Some(after) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
            return Ok((name.to_owned(), after));
        }
        let spaced = rest.trim_start_matches([' ', '\n']);
        if spaced.len() == rest.len() {
            return Err(format!("<{name} is not read: {}", near(rest)));
        }
        if spaced.starts_with(['/', '>']) {
            rest = spaced;
            continue;
        }
        let (key, after) = spaced.split_at(letters(spaced));
        if key.is_empty() {
            return Err(format!("<{name} has an attribute without a name: {}", near(spaced)));
        }
        let Some(quoted) = after.strip_prefix("=\"") else {
            if after.starts_with('=') {
                return Err(format!("<{name} {key} is not in quotes: {}", near(after)));
            }
            parts.insert(format!("<{name} {key}>"));
            rest = after;
            continue;
        };
        let (value, after) = quoted.split_once('"').ok_or("a value has no end")?;
        text(value)?;
        parts.insert(format!("<{name} {key}=\"{}\">", compared(key, value)));
        rest = after;
    }
}

/// A value as far as it is compared: figures are as good as others, and of an address its scheme.
fn compared(key: &str, value: &str) -> String {
    if TOLD.contains(&key) && !value.contains("default-src") {
        return "…".to_owned();
    }
    if ["href", "src", "action", "xlink:href", "formaction"].contains(&key) {
        let scheme = value.split(':').next().filter(|s| s.len() < value.len()).unwrap_or("#");
        return format!("{scheme}:…");
    }
    if value.bytes().any(|b| b.is_ascii_digit()) && !value.contains('\'') {
        return value.chars().filter(|c| c.is_ascii_alphabetic()).collect();
    }
    value.to_owned()
}

/// A text holds no sign of markup but those that are written out.
fn text(text: &str) -> Result<(), String> {
    if text.contains(['<', '>']) {
        return Err(format!("a sign of markup in {}", near(text)));
    }
    for (at, _) in text.match_indices('&') {
        let rest = &text[at + 1..];
        let end = rest.find(';').filter(|end| *end < 8);
        if !end.is_some_and(|end| ["amp", "lt", "gt", "quot", "#39", "nbsp", "#x27", "#x2f"].contains(&&rest[..end])) {
            return Err(format!("an & that is no sign: {}", near(&text[at..])));
        }
    }
    Ok(())
}

fn near(text: &str) -> String {
    format!("{:?}", text.chars().take(80).collect::<String>())
}

#[test]
fn a_page_that_is_not_ours_is_seen() {
    let page = |body: &str| made_of(&format!("<!doctype html>\n<html><body>{body}</body></html>"));
    let good = page("<p class=\"a\">x &lt; y</p><a href=\"http://a.test\">b</a><br>").unwrap();
    assert!(good.contains("<a href=\"http:…\">") && good.contains("<p class=\"a\">"));
    for bad in [
        "<p>x < y</p>",
        "<p>a > b</p>",
        "<p class=a>x</p>",
        "</p>",
        "<p>",
        "<p a=\"x\"y=\"\">x</p>",
        "<!-- x -->",
        "<p>&x</p>",
    ] {
        assert!(page(bad).is_err(), "{bad}");
    }
    assert_ne!(page("<a href=\"javascript:x\">b</a>"), page("<a href=\"http://a.test\">b</a>"));
}
