//! Subjects of mails: the number of a ticket in them, the subject of an answer, what two have in common.

use super::hidden::one_line;
use super::ticket::TicketId;

/// An answer's subject has no more characters.
const MOST: usize = 200;

/// What mail programs put before the subject of an answer, in lower case.
#[rustfmt::skip]
const ANSWERED: &[&str] = &[
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "res", "ref", "rif", "ynt", "vá", "atb", "отв", "ответ", "на",
    "відп", "відповідь", "回复", "回覆", "答复", "答覆", "返信",
];

/// The same for a mail that is passed on.
#[rustfmt::skip]
const FORWARDED: &[&str] = &[
    "fwd", "fw", "wg", "tr", "vl", "vb", "rv", "enc", "doorst", "ilt", "пересл", "переслано", "пер", "转发", "轉寄", "転送",
];

/// The ticket that the subject names as we write it: `[#42]`; of several the last, for ours stands at the end.
///
/// ```
/// use frontdesk::domain::subject::number_in;
/// assert_eq!(number_in("Re: Cannot log in [#42]"), Some(42));
/// assert_eq!(number_in("Отв: Fwd: [#42] Не входит"), Some(42));
/// assert_eq!(number_in("[#7] Re: Cannot log in [#42]"), Some(42));
/// assert_eq!(["#42", "order 42", "[42]", "[# 42]", "[#0]", "[#042]", "[#+42]", "[#٤٢]"].map(number_in), [None; 8]);
/// ```
#[must_use]
pub fn number_in(subject: &str) -> Option<TicketId> {
    marks(subject).last().map(|(_, number)| number)
}

/// The subject of an answer: `Re:` once, whatever stood there, and the mark of the ticket once, at its end; on one line, in
/// 200 characters.
///
/// ```
/// use frontdesk::domain::subject::answered;
/// assert_eq!(answered("Cannot log in", 42), "Re: Cannot log in [#42]");
/// assert_eq!(answered("RE: AW: Re[2]: [#42] Cannot log in [#42]", 42), "Re: Cannot log in [#42]");
/// assert_eq!(answered("Ответ: Не входит", 42), "Re: Не входит [#42]");
/// assert_eq!(answered("Fwd: printer", 42), "Re: Fwd: printer [#42]");
/// assert_eq!(answered("E\r\nBcc: all@acme.test", 42), "Re: E Bcc: all@acme.test [#42]");
/// ```
#[must_use]
pub fn answered(subject: &str, ticket: TicketId) -> String {
    let mark = format!("[#{ticket}]");
    let line = one_line(&one_line(subject).replace(&mark, " "));
    let bare = without(&line, &[ANSWERED]);
    let room = MOST.saturating_sub("Re: ".len() + 1 + mark.len());
    let mut words = ["Re:", bare, &mark].map(str::to_owned);
    if bare.chars().count() > room {
        let kept: String = bare.chars().take(room.saturating_sub(1)).collect();
        words = ["Re:".to_owned(), format!("{}…", kept.trim_end()), mark];
    }
    words.iter().filter(|word| !word.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// What stays of a subject when mails are counted that say the same: no prefixes, marks, figures, capitals or runs of
/// blanks.
///
/// ```
/// use frontdesk::domain::subject::normal;
/// assert_eq!(normal("Re: FWD: Disk  full on db17 [#42]"), normal("disk full on db3"));
/// assert_eq!(normal("Заказ 17-204 не пришёл"), normal("ЗАКАЗ 9-1 не пришёл"));
/// assert_ne!(normal("Disk full"), normal("Disk is full"));
/// ```
#[must_use]
pub fn normal(subject: &str) -> String {
    let line = one_line(subject);
    let mut unmarked = String::with_capacity(line.len());
    let mut from = 0;
    for (at, number) in marks(&line) {
        unmarked.push_str(line.get(from..at).unwrap_or_default());
        unmarked.push(' ');
        from = at + format!("[#{number}]").len();
    }
    unmarked.push_str(line.get(from..).unwrap_or_default());
    let bare = without(unmarked.trim_start(), &[ANSWERED, FORWARDED]);
    let letters: String = bare.chars().filter(|c| !c.is_numeric()).flat_map(char::to_lowercase).collect();
    one_line(&letters)
}

/// Where the marks of tickets begin, and their numbers.
fn marks(subject: &str) -> impl Iterator<Item = (usize, TicketId)> {
    subject.match_indices("[#").filter_map(|(at, open)| {
        let rest = subject.get(at + open.len()..)?;
        let digits = rest.get(..rest.bytes().take_while(u8::is_ascii_digit).count())?;
        let closed = rest.get(digits.len()..)?.starts_with(']');
        let number = digits.parse().ok().filter(|_| closed && !digits.starts_with('0'))?;
        Some((at, number))
    })
}

/// The subject without the prefixes it begins with, also counted ones (`Re[2]:`, `Re(3):`, `Re^4:`).
fn without<'a>(subject: &'a str, prefixes: &[&[&str]]) -> &'a str {
    const LONGEST: usize = 32;
    let mut rest = subject.trim_start();
    loop {
        let colon = rest.char_indices().take(LONGEST).find(|(_, c)| matches!(c, ':' | '：'));
        let Some((head, tail)) = colon.and_then(|(at, c)| Some((rest.get(..at)?, rest.get(at + c.len_utf8()..)?)))
        else {
            return rest;
        };
        let counted = |c: char| c.is_ascii_digit() || c.is_whitespace() || "[]()^*".contains(c);
        let word = head.trim_end_matches(counted).to_lowercase();
        if !prefixes.iter().any(|words| words.contains(&word.as_str())) {
            return rest;
        }
        rest = tail.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_of_many_programs_become_one() {
        for subject in [
            "Printer",
            "re: Printer",
            "RE : Printer",
            "Re[2]: Re: Printer",
            "Re(3): Printer",
            "Re^2: Printer",
            "AW: SV: Antw: Printer",
            "Ответ: Отв: RE:Re:Printer",
            "回复：Printer",
            "[#42] Re: Printer",
            "Re: [#42] Re: Printer [#42] [#42]",
            "  Re:\tPrinter \r\n",
        ] {
            assert_eq!(answered(subject, 42), "Re: Printer [#42]", "{subject}");
        }
    }

    #[test]
    fn words_before_a_colon_that_are_no_prefix_stay() {
        assert_eq!(answered("Report: prices", 1), "Re: Report: prices [#1]");
        assert_eq!(answered("Reg: prices", 1), "Re: Reg: prices [#1]");
        assert_eq!(answered("2: prices", 1), "Re: 2: prices [#1]");
    }

    #[test]
    fn the_mark_of_another_desk_stays_and_ours_is_read() {
        let subject = answered("[#7] Cannot log in", 42);
        assert_eq!(subject, "Re: [#7] Cannot log in [#42]");
        assert_eq!(number_in(&subject), Some(42));
    }

    #[test]
    fn a_subject_without_words_still_has_its_mark() {
        for subject in ["", "  ", "Re:", "\u{202e}", "[#42]"] {
            assert_eq!(answered(subject, 42), "Re: [#42]");
        }
    }

    #[test]
    fn a_long_subject_is_cut_and_keeps_its_mark() {
        let subject = answered(&"ж".repeat(998), 42);
        assert_eq!(subject.chars().count(), 200);
        assert!(subject.ends_with("ж… [#42]"));
        assert_eq!(answered(&"ж".repeat(190), 42).chars().count(), 200);
        assert!(!answered(&"ж".repeat(190), 42).contains('…'));
    }

    #[test]
    fn a_number_that_no_ticket_has_is_none() {
        for subject in ["[#99999999999999999999]", "[#]", "[#-1]", "[#4 2]", "[#42", "#42]", "[[#42", "№42"] {
            assert_eq!(number_in(subject), None, "{subject}");
        }
        assert_eq!(number_in("[#[#42]]"), Some(42));
    }

    #[test]
    fn what_counts_as_equal() {
        assert_eq!(normal("Fwd: Re: [#1] Alert 12:30"), "alert :");
        assert_eq!(normal("  \u{200b}ALERT :"), "alert :");
        assert_eq!(normal("Re: 17 [#2]"), "");
    }

    proptest! {
        #[test]
        fn an_answer_to_an_answer_has_the_same_subject(subject in "((Re|Fwd|Отв|AW)(\\[2\\])?: ?|\\[#[0-9]{1,2}\\] ?|\\PC{0,120}|\\s){0,6}", ticket in 1_i64..100) {
            let once = answered(&subject, ticket);
            prop_assert_eq!(answered(&once, ticket), once.clone());
            prop_assert_eq!(number_in(&once), Some(ticket));
            prop_assert_eq!(once.matches(&format!("[#{ticket}]")).count(), 1);
        }

        #[test]
        fn no_subject_breaks_out_of_its_line(subject: String, ticket in 1_i64..) {
            let answer = answered(&subject, ticket);
            prop_assert!(answer.starts_with("Re: ") && answer.chars().count() <= MOST);
            prop_assert!(!answer.chars().any(crate::domain::hidden::is_hidden));
            let plain = normal(&subject);
            prop_assert!(!plain.chars().any(|c| c.is_ascii_digit() || c.is_ascii_uppercase()));
            prop_assert_eq!(normal(&format!("Re: {subject} [#{ticket}]")), plain);
        }
    }
}
