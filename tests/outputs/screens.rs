//! Screens that are painted over and over, on a real terminal.

use crate::furnished::hostile;
use crate::table::count;
use crate::terminal::Terminal;

/// What a screen may be painted with: places, colours, modes; nothing that reaches the clipboard, the title or a link.
fn foreign(text: &str) -> Option<String> {
    let near = |at: usize| Some(text[at..].chars().take(40).collect::<String>().escape_debug().to_string());
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match c {
            '\u{1b}' => {
                let Some(control) = rest.strip_prefix('[') else { return near(at) };
                let end = control.find(|c: char| c.is_ascii_alphabetic())?;
                let plain = control[..end].chars().all(|c| c.is_ascii_digit() || ";?".contains(c));
                if !plain || !"ABCDHJKhlm".contains(&control[end..=end]) {
                    return near(at);
                }
            }
            '\n' | '\r' => {}
            c if crate::people::harmful(&format!("é{c}é")).is_some() => return near(at),
            _ => {}
        }
    }
    None
}

#[test]
fn a_terminal_is_painted_without_what_steers_it() {
    let stage = hostile();
    let mut terminal = Terminal::open(&stage, &["triage", "status:all", "sort:number"], (80, 24));
    for n in 1..=count() {
        terminal.shows(&format!("{n} of "));
        terminal.types("j");
    }
    terminal.shows(&format!("{} of ", count() + 1));
    terminal.types("q");
    terminal.end();
    assert_eq!(foreign(&terminal.bytes()), None);
    let mut terminal = Terminal::open(&stage, &["watch", "status:all"], (100, 30));
    terminal.shows("zq");
    terminal.types("q");
    terminal.end();
    assert_eq!(foreign(&terminal.bytes()), None);
}
