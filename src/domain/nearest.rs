//! The known word that a mistyped one was probably meant to be.

/// The word of `among` that `word` looks like: the same but for case, at most two mistyped letters away (one in a word of
/// three letters or fewer; a swap of neighbours counts as one), or begun by it, or its beginning. The first of equals.
///
/// ```
/// use frontdesk::domain::nearest::nearest;
/// let keys = ["client", "channel", "prio", "who"];
/// assert_eq!(nearest("clinet", keys.into_iter()), Some("client"));
/// assert_eq!(nearest("priority", keys.into_iter()), Some("prio"));
/// assert_eq!(nearest("chan", keys.into_iter()), Some("channel"));
/// assert_eq!(nearest("sla", keys.into_iter()), None);
/// ```
pub fn nearest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let limit = if word.len() <= 3 { 1 } else { 2 };
    let ranked = among.filter_map(|known| {
        let letters: Vec<char> = known.chars().flat_map(char::to_lowercase).collect();
        let mistakes = distance(&word, &letters);
        if mistakes <= limit {
            return Some((mistakes, known));
        }
        let begun = word.len() >= 2 && letters.starts_with(&word);
        let longer = letters.len() >= 3 && word.starts_with(&letters);
        (begun || longer).then_some((limit + 1, known))
    });
    ranked.min_by_key(|(mistakes, _)| *mistakes).map(|(_, known)| known)
}

/// No name that people type is longer.
const LONGEST: usize = 64;

/// The number of letters to change, drop, add or swap with their neighbour (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        let mut last_b = None;
        for (j, &y) in b.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            if last_a == Some(y) && last_b == Some(x) && j > 0 {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
            last_b = Some(y);
        }
        before = std::mem::replace(&mut above, row);
        last_a = Some(x);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn far(a: &str, b: &str) -> usize {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn distances_count_changes_drops_additions_and_swaps() {
        assert_eq!([far("ана", "ана"), far("ана", "анна"), far("ab", "ba"), far("ab", "cd")], [0, 1, 1, 2]);
        assert_eq!([far("", "ab"), far("client", "clinet"), far("kitten", "sitting")], [2, 1, 3]);
    }

    #[test]
    fn the_nearer_of_two_wins_over_a_prefix() {
        assert_eq!(nearest("older", ["olders-long", "oldr"].into_iter()), Some("oldr"));
        assert_eq!(nearest("ANA", ["bob", "ana"].into_iter()), Some("ana"));
        assert_eq!(nearest("", ["bob"].into_iter()), None);
    }

    proptest! {
        #[test]
        fn a_word_is_nearest_to_itself(word in "\\PC{1,30}") {
            prop_assert_eq!(nearest(&word, [word.as_str()].into_iter()).is_some(), word.chars().flat_map(char::to_lowercase).count() <= LONGEST);
        }

        #[test]
        fn distance_is_symmetric(a in "[abв]{0,6}", b in "[abв]{0,6}") {
            prop_assert_eq!(far(&a, &b), far(&b, &a));
        }
    }
}
