//! The line as shells give it and the answer as they want it. Only bash gives a raw line and takes raw text back.

use super::{Candidate, Found};
use crate::domain::hidden::is_hidden;
use crate::render::guard;

/// The words of a command line up to the cursor, without quotes; the last one is being typed. The program's own name,
/// and assignments before it, are left out.
pub(super) fn split(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut open = None;
    let mut between = true;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let blank = open.is_none() && c.is_whitespace();
        if blank {
            if !between {
                words.push(String::new());
            }
            between = true;
            continue;
        }
        between = false;
        let Some(word) = words.last_mut() else { continue };
        match (open, c) {
            (None, '\'' | '"') => open = Some(c),
            (Some(quote), c) if c == quote => open = None,
            (None | Some('"'), '\\') => word.extend(chars.next()),
            _ => word.push(c),
        }
    }
    let assigns = |w: &String| {
        w.split_once('=')
            .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
    };
    let before = words.iter().take_while(|w| assigns(w)).count();
    words.drain(..(before + 1).min(words.len()));
    words
}

/// A line for each candidate: the value, a tab, a word about it.
pub(super) fn tabbed(found: &Found) -> String {
    match found {
        Found::Files => ":files\n".to_owned(),
        Found::Folders => ":folders\n".to_owned(),
        Found::Words(candidates) => candidates
            .iter()
            .filter(|c| fits_a_line(c))
            .map(|c| format!("{}\t{}\n", c.value, short(&c.about)))
            .collect(),
    }
}

/// Bash replaces what stands behind the last character that breaks words, and takes the text as it is. Where the
/// candidates are `listed` for people, each comes with a word about it.
pub(super) fn for_bash(found: Found, current: &str, breaks: &str, listed: bool) -> String {
    let Found::Words(candidates) = found else { return tabbed(&found) };
    let kept = match current.rfind(|c| ":=@".contains(c) && breaks.contains(c)) {
        // Readline leaves this one in the word it asks about.
        Some(at) if current.get(at..).is_some_and(|rest| rest.starts_with('@')) => at,
        Some(at) => at + 1,
        None => 0,
    };
    let candidates: Vec<&Candidate> = candidates.iter().filter(|c| fits_a_line(c)).collect();
    let many = candidates.len() > 1;
    let line = |c: &&Candidate| {
        let value = escaped(c.value.get(kept..).unwrap_or(&c.value));
        if listed && many && !c.about.is_empty() {
            format!("{value}  ({})\n", short(&c.about))
        } else {
            format!("{value}\n")
        }
    };
    candidates.iter().map(line).collect()
}

/// A line break in a value would be two values; what is hidden in one nobody has seen when he takes it.
fn fits_a_line(c: &Candidate) -> bool {
    !c.value.is_empty() && !c.value.chars().any(is_hidden)
}

/// A subject is somebody else's text: one line, nothing that steers a terminal, not too long.
fn short(about: &str) -> String {
    let line = guard::line(about).replace('\t', " ");
    if line.chars().count() > 60 { line.chars().take(59).chain(['…']).collect() } else { line }
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if " '\"\\$&|;<>()*?[]{}#`!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(of: &[(&str, &str)]) -> Found {
        Found::Words(of.iter().map(|(v, a)| Candidate::new(*v, *a)).collect())
    }

    #[test]
    fn a_line_is_split_as_the_shell_would() {
        assert_eq!(split("desk show 4"), ["show", "4"]);
        assert_eq!(split("desk show "), ["show", ""]);
        assert_eq!(split("desk"), [""; 0]);
        assert_eq!(
            split("A=1 desk note 42 \"two words\" и\\ три 'a\"b' \"op"),
            ["note", "42", "two words", "и три", "a\"b", "op"]
        );
        assert_eq!(split("  desk   ls  ''"), ["ls", ""]);
    }

    #[test]
    fn bash_gets_what_stands_behind_the_last_break() {
        let breaks = " \t\n\"'@><=;|&(:";
        let found = || words(&[("client:acme", ""), ("client:acid", "")]);
        assert_eq!(for_bash(found(), "client:ac", breaks, false), "acme\nacid\n");
        assert_eq!(for_bash(found(), "client:ac", " ", false), "client:acme\nclient:acid\n");
        assert_eq!(for_bash(words(&[("@ana", "")]), "@a", breaks, false), "@ana\n");
        assert_eq!(for_bash(words(&[("from:joe@x.io", "")]), "from:joe@x", breaks, false), "@x.io\n");
        assert_eq!(for_bash(words(&[("ООО Акме", "")]), "", breaks, false), "ООО\\ Акме\n");
    }

    #[test]
    fn a_word_about_it_stands_only_where_people_choose_among_several() {
        let two = || words(&[("42", "Printer"), ("45", "Login")]);
        assert_eq!(for_bash(two(), "4", ":", true), "42  (Printer)\n45  (Login)\n");
        assert_eq!(for_bash(two(), "4", ":", false), "42\n45\n");
        assert_eq!(for_bash(words(&[("42", "Printer")]), "4", ":", true), "42\n");
    }

    #[test]
    fn a_hostile_subject_steers_nothing() {
        let said = tabbed(&words(&[("42", "a\tb\u{1b}[2J\nc"), ("4\n5", "")]));
        assert_eq!(said.matches('\n').count(), 1, "{said:?}");
        assert!(!said.contains('\u{1b}') && said.matches('\t').count() == 1, "{said:?}");
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_split_without_harm(line in "\\PC{0,40}") {
            split(&line);
        }
    }
}
