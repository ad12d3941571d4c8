//! What stands under a text and is not part of it: the line of a phone, a legal notice, the foot of a mailing list.

use super::marks;

const LONGEST_SENT: usize = 300;

/// True for «Sent from my iPhone» and its kin. Asked only of lines that close a text.
pub(super) fn sent_from(body: &str) -> bool {
    if body.len() < 6 || body.len() > LONGEST_SENT {
        return false;
    }
    let plain = without_links(body);
    let bare = plain.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = bare.to_lowercase();
    // An excuse for typing errors may follow; the device stands before it.
    let clause = lower.split([',', ';', '!', '?']).next().unwrap_or_default();
    let clause = clause.split(". ").next().unwrap_or_default();
    let words = clause.split_whitespace().count();
    if words == 0 || words > 12 {
        return false;
    }
    if marks::SENT_TAILS.iter().any(|tail| clause.ends_with(tail)) && (words <= 4 || names_device(clause)) {
        return words > 2 || names_device(clause);
    }
    let Some(lead) = marks::SENT_LEADS.iter().find(|lead| clause.starts_with(**lead)) else { return false };
    let rest = clause.get(lead.len()..).unwrap_or_default();
    let shown = bare.get(lead.len()..).unwrap_or_default();
    let linked = plain.len() < body.len() && words <= 4;
    names_device(rest) || lead.contains("outlook") || linked || names_model(rest, shown) || names_program(lead, shown)
}

/// True when a word of `lower` begins with the name of a device or of a mail program.
fn names_device(lower: &str) -> bool {
    let begins = |i: usize| lower.get(..i).is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()));
    marks::DEVICES.iter().any(|device| lower.match_indices(device).any(|(i, _)| begins(i)))
}

/// True for «my TI-85»: a short name with a figure or a capital in it.
fn names_model(rest: &str, shown: &str) -> bool {
    let Some(model) = rest.trim_start().strip_prefix("my ") else { return false };
    let few = model.split_whitespace().count() <= 3;
    few && shown.trim_start().chars().skip(3).any(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// True for «via Superhuman», «from Canary Mail»: one or two capitalised words and no more.
fn names_program(lead: &str, shown: &str) -> bool {
    let direct = matches!(lead, "sent from" | "sent via" | "sent with" | "sent using");
    direct && (1..=2).contains(&shown.split_whitespace().count()) && {
        shown
            .split_whitespace()
            .all(|word| word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphanumeric))
    }
}

/// `[mail](https://…)` as `mail`, bare links dropped.
fn without_links(body: &str) -> String {
    let mut plain = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(i) = rest.find("http") {
        plain.push_str(rest.get(..i).unwrap_or_default().trim_end_matches(['(', '<', '[']));
        let link = rest.get(i..).unwrap_or_default();
        let end = link.find(|c: char| c.is_whitespace() || ")>]".contains(c)).unwrap_or(link.len());
        rest = link.get(end..).unwrap_or_default().trim_start_matches([')', '>', ']']);
        plain.push(' ');
    }
    plain.push_str(rest);
    plain.replace(['[', ']', '*', '_'], "")
}

const LONGEST_NOTICE: usize = 6000;

/// True when a paragraph at the foot of a text is a legal notice or the mark of a filter.
pub(super) fn notice(paragraph: &str) -> bool {
    if paragraph.len() > LONGEST_NOTICE {
        return false;
    }
    let lower = paragraph.to_lowercase();
    let stems = marks::NOTICE_STEMS.iter().filter(|stem| lower.contains(**stem)).count();
    (stems >= 3 && paragraph.len() >= 120) || marks::FOOTERS.iter().any(|footer| lower.contains(footer))
}

const LONGEST_BANNER: usize = 700;

/// True when a paragraph at the head of a text is the warning of a gateway: it calls for care, or stands in brackets, and
/// says that the mail came from outside.
pub(super) fn banner(paragraph: &str) -> bool {
    if paragraph.len() > LONGEST_BANNER {
        return false;
    }
    let lower = paragraph.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let boxed = bare.len() + 2 <= lower.len() && !lower.starts_with(char::is_alphanumeric) && bare.len() <= 60;
    let calls = marks::CARE.iter().any(|word| bare.starts_with(word));
    (boxed || calls) && marks::OUTSIDE.iter().any(|phrase| bare.contains(phrase))
}

/// True for the heading of a notice, where a notice stands below.
pub(super) fn notice_heading(paragraph: &str) -> bool {
    let lower = if paragraph.len() <= 80 { paragraph.to_lowercase() } else { return false };
    let bare = lower.trim_start_matches(|c: char| !c.is_alphabetic());
    marks::NOTICE_HEADINGS.iter().any(|heading| bare.starts_with(heading))
}

/// True when the lines under a rule are the foot of a list, a business card or a notice rather than text.
pub(super) fn foot<'a>(bodies: impl Iterator<Item = &'a str>) -> bool {
    let (mut telling, mut long, mut count) = (false, false, 0);
    let mut lower = String::new();
    for body in bodies {
        count += 1;
        long |= body.chars().count() > 100;
        telling |= body.contains('@') || body.contains("http") || body.contains("www.") || phone(body);
        lower.push_str(&body.to_lowercase());
        lower.push(' ');
    }
    let list = marks::LIST_NOTES.iter().any(|note| lower.contains(note));
    list || (telling && !long && count <= 8) || notice(&lower)
}

/// True for a line that is little more than a telephone number.
fn phone(body: &str) -> bool {
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && body.chars().filter(|c| c.is_alphabetic()).count() <= 12
}
