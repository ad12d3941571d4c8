//! Which key does what. A key of the Russian layout does what the Latin one on the same place does.

use crate::host::keys::Key;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    Take,
    Assign,
    Tag,
    Priority,
    Reply,
    Note,
    Log,
    /// Until the customer writes, or a moment.
    Wait { until: bool },
    Hold { until: bool },
    Snooze,
    Due,
    Close { reason: bool },
    Merge,
    Spam,
    Mute,
    Skip,
    Back,
    Undo,
    Whole,
    Help,
    Quit,
    Interrupt,
    Sleep,
    /// The conversation, so many lines down; or so many screens.
    Scroll { lines: i64, screens: i64 },
    Repaint,
}

impl Wish {
    /// Whether the ticket is out of sight afterwards: that is not done to one that nobody has seen.
    pub(super) fn ends(self) -> bool {
        matches!(self, Wish::Wait { .. } | Wish::Hold { .. } | Wish::Close { .. } | Wish::Spam)
    }
}

/// The keys as they are shown: the key, what it does in a word, and in some words.
pub(super) const KEYS: [(&str, &str, &str); 21] = [
    ("t", "take", "take it"),
    ("a", "assign", "assign it: a name, or next"),
    ("+", "tag", "tag it"),
    ("p", "prio", "priority: l n h u"),
    ("r", "reply", "answer, also by a saved answer"),
    ("n", "note", "note (internal)"),
    ("l", "log", "log time: 15m called him"),
    ("c", "close", "close; C with a reason"),
    ("w", "wait", "wait for the customer; W until"),
    ("h", "hold", "wait for others; H until"),
    ("z", "snooze", "out of sight until"),
    ("d", "due", "promised by voice until"),
    ("m", "merge", "merge into another"),
    ("s", "spam", "close as spam"),
    ("M", "mute", "mute the sender"),
    ("v", "all", "everything, in the pager"),
    ("space", "next", "skip (or Enter, j)"),
    ("k", "back", "back to the one before"),
    ("u", "undo", "take the last deed back"),
    ("?", "keys", "this page"),
    ("q", "quit", "end (or Ctrl-D, Ctrl-C)"),
];

/// The order in which the bottom line shows keys while there is room; `?` stands first.
pub(super) const AT_THE_BOTTOM: [&str; 14] =
    ["q", "r", "c", "space", "t", "+", "a", "w", "z", "u", "n", "m", "s", "v"];

/// What a key asks for.
pub(super) fn wish(key: &Key) -> Option<Wish> {
    Some(match key {
        Key::Enter => Wish::Skip,
        Key::Ctrl('c') => Wish::Interrupt,
        Key::Ctrl('d') => Wish::Quit,
        Key::Ctrl('z') => Wish::Sleep,
        Key::Ctrl('l') => Wish::Repaint,
        Key::Down => Wish::Scroll { lines: 1, screens: 0 },
        Key::Up => Wish::Scroll { lines: -1, screens: 0 },
        Key::PageDown => Wish::Scroll { lines: 0, screens: 1 },
        Key::PageUp => Wish::Scroll { lines: 0, screens: -1 },
        Key::Home => Wish::Scroll { lines: i64::MIN, screens: 0 },
        Key::Char(c) => return of_letter(latin(*c)),
        _ => return None,
    })
}

fn of_letter(c: char) -> Option<Wish> {
    Some(match c {
        't' => Wish::Take,
        'a' => Wish::Assign,
        '+' | '=' => Wish::Tag,
        'p' => Wish::Priority,
        'r' => Wish::Reply,
        'n' => Wish::Note,
        'l' => Wish::Log,
        'w' | 'W' => Wish::Wait { until: c == 'W' },
        'h' | 'H' => Wish::Hold { until: c == 'H' },
        'z' => Wish::Snooze,
        'd' => Wish::Due,
        'c' | 'C' => Wish::Close { reason: c == 'C' },
        'm' => Wish::Merge,
        'M' => Wish::Mute,
        's' => Wish::Spam,
        ' ' | 'j' => Wish::Skip,
        'k' => Wish::Back,
        'u' => Wish::Undo,
        'v' => Wish::Whole,
        // Where the Russian layout has its comma.
        '?' | ',' => Wish::Help,
        'q' => Wish::Quit,
        _ => return None,
    })
}

/// The Latin key on the place of a Russian one; any other stays what it is.
pub(super) fn latin(c: char) -> char {
    const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ";
    const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~";
    RUSSIAN.chars().zip(LATIN.chars()).find(|(russian, _)| *russian == c).map_or(c, |(_, latin)| latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_russian_layout_has_each_letter_on_its_place() {
        let typed: String = "йцукен фывапролдж ячсмить ЬСЦР".chars().map(latin).collect();
        assert_eq!(typed, "qwerty asdfghjkl; zxcvbnm MCWH");
        assert_eq!(latin('請'), '請');
    }

    #[test]
    fn every_key_that_is_shown_does_something_and_no_two_the_same() {
        let mut seen = Vec::new();
        for (name, ..) in KEYS {
            let c = if name == "space" { ' ' } else { name.chars().next().unwrap() };
            let wish = of_letter(c).unwrap();
            assert!(!seen.contains(&wish), "{name}");
            seen.push(wish);
        }
        assert!(AT_THE_BOTTOM.iter().all(|key| KEYS.iter().any(|(name, ..)| name == key)));
    }
}
