//! Delivery reports in words, as mail servers write them: qmail, Exim, Postfix, Exchange, Google, Mail.ru, Yandex.
//! The rules look for shapes (a reply code, an address alone in its line, a mail copied below), not for servers.

/// Of a report so many lines and bytes are read.
const MOST_LINES: usize = 400;
const MOST_BYTES: usize = 64 << 10;
/// A reason goes on over so many lines.
const MOST_REASON_LINES: usize = 6;
const MOST_RECIPIENTS: usize = 100;

/// What the words of a report say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Message-ID of the mail that is copied below the words.
    pub(super) original: Option<String>,
    /// Addresses in the places where reports name those who got nothing, lower-case.
    pub(super) recipients: Vec<String>,
    /// `5.1.1`
    pub(super) status: Option<String>,
    /// Lines that tell why.
    pub(super) reason: String,
    /// It is still being tried.
    pub(super) delayed: bool,
    /// It was given up.
    pub(super) final_: bool,
}

/// Phrases of a reason, the most telling first; lower-case.
const TELLING: [&str; 34] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such mailbox",
    "no mailbox here",
    "mailbox unavailable",
    "mailbox not found",
    "mailbox is full",
    "mailbox full",
    "user not found",
    "recipient not found",
    "address not found",
    "couldn't be found",
    "does not exist",
    "doesn't exist",
    "doesn't have",
    "over quota",
    "quota exceeded",
    "exceeded storage",
    "host or domain name not found",
    "unrouteable address",
    "connection timed out",
    "too large",
    "rejected",
    "blocked",
    "spam",
    "не существует",
    "не найден",
    "переполнен",
    "заблокирован",
    "отклонен",
    "превышен",
    "nicht gefunden",
    "unbekannt",
];

/// Phrases of any report, where nothing tells more.
const GENERAL: [&str; 12] = [
    "could not be delivered",
    "couldn't be delivered",
    "wasn't delivered",
    "was not delivered",
    "delivery has failed",
    "unable to deliver",
    "wasn't able to deliver",
    "не было доставлено",
    "не может быть доставлено",
    "не удалось доставить",
    "не удается доставить",
    "konnte nicht",
];

const DELAYED: [&str; 10] = [
    "warning message only",
    "do not need to resend",
    "has been delayed",
    "not been delivered yet",
    "will be retried",
    "still being retried",
    "attempts to deliver the message will continue",
    "delivery attempts will continue",
    "доставка задерживается",
    "попытки доставки будут продолжены",
];

const FINAL: [&str; 6] =
    ["permanent error", "i've given up", "giving up", "gave up", "retry timeout exceeded", "delivery has failed"];

/// Lines below which stands the mail that came back.
const COPIES: [&str; 9] = [
    "below this line is a copy of the message",
    "this is a copy of the message",
    "this is a copy of your message",
    "original message headers",
    "original message follows",
    "original message header",
    "undelivered message",
    "заголовки исходного сообщения",
    "исходные заголовки сообщения",
];

/// Reads the text of a report.
pub(super) fn read(text: &str) -> Said {
    let text = text.get(..text.floor_char_boundary(MOST_BYTES)).unwrap_or(text);
    let lines: Vec<&str> =
        text.lines().take(MOST_LINES).map(|line| line.trim_start_matches(['>', ' ', '\t']).trim_end()).collect();
    let copy = lines.iter().position(|line| starts_copy(line)).unwrap_or(lines.len());
    let report = lines.get(..copy).unwrap_or_default();
    let lower: Vec<String> = report.iter().map(|line| line.to_lowercase()).collect();
    let any = |phrases: &[&str]| lower.iter().any(|line| phrases.iter().any(|phrase| line.contains(phrase)));
    let coded = report.iter().enumerate().find_map(|(n, line)| Some((n, reply(line)?)));
    let told = |phrases: &[&str]| lower.iter().position(|line| phrases.iter().any(|phrase| line.contains(phrase)));
    let telling = || told(&TELLING).or_else(|| told(&GENERAL)).or_else(|| lower.iter().position(|l| !l.is_empty()));
    let (first, from) = coded.or_else(|| telling().map(|n| (n, 0))).unwrap_or((report.len(), 0));
    let paragraph = || report.iter().skip(first).take(MOST_REASON_LINES).take_while(|line| !line.is_empty());
    let mut reason =
        paragraph().enumerate().map(|(n, line)| line.get(if n == 0 { from } else { 0 }..).unwrap_or_default());
    let reason = reason.by_ref().collect::<Vec<_>>().join(" ");
    let status = status(&reason).or_else(|| report.iter().find_map(|line| status(line)));
    Said {
        original: original(lines.get(copy..).unwrap_or_default()).or_else(|| original(report)),
        recipients: recipients(report),
        status,
        reason,
        delayed: any(&DELAYED),
        final_: any(&FINAL),
    }
}

/// Whether the mail that came back is copied from this line on.
fn starts_copy(line: &str) -> bool {
    let lower = || line.to_lowercase();
    let field = |name: &str| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    ["return-path:", "received:", "message-id:", "dkim-signature:"].iter().any(|name| field(name))
        || (line.len() <= 120 && COPIES.iter().any(|phrase| lower().contains(phrase)))
}

/// The first Message-ID field among the lines; its id may stand in the next line.
fn original(lines: &[&str]) -> Option<String> {
    let field = |line: &&str| line.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("message-id:"));
    let at = lines.iter().position(field)?;
    let value = lines.get(at)?.get(11..).map(str::trim).filter(|value| !value.is_empty());
    let value = value.or(lines.get(at + 1).map(|line| line.trim()))?;
    let id = value.trim_start_matches('<').split(['>', '<', ' ']).next()?;
    let plain = !id.chars().any(|c| c.is_control() || c.is_whitespace());
    (plain && id.contains('@') && id.len() <= 998).then(|| id.to_owned())
}

/// Addresses that stand at the head of a line with a mark or alone in it: `<joe@x>:`, `joe@x`, `Joe (joe@x)`.
fn recipients(lines: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in lines {
        let inside = |open: char, close: char| {
            line.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(inside, _)| inside)
        };
        let headed = line.starts_with('<').then(|| inside('<', '>')).flatten();
        let alone = || Some(line.trim_end_matches(':')).filter(|line| !line.contains(' '));
        let named = || line.ends_with([')', '>']).then(|| inside('(', ')').or_else(|| inside('<', '>'))).flatten();
        let email = headed.or_else(alone).or_else(named).filter(|_| line.len() <= 400).and_then(address);
        found.extend(email.filter(|email| !found.contains(email)));
        if found.len() == MOST_RECIPIENTS {
            break;
        }
    }
    let spoken = || lines.iter().filter(|line| GENERAL.iter().any(|p| line.to_lowercase().contains(p)));
    if found.is_empty() {
        let words = spoken().flat_map(|line| line.split_whitespace()).take(400);
        found.extend(words.filter_map(|w| address(w.trim_matches(|c| "<>(),.:;\"'".contains(c)))).next());
    }
    found
}

/// `word` as an address, lower-case, when it is nothing else.
pub(super) fn address(word: &str) -> Option<String> {
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    let (user, host) = word.rsplit_once('@')?;
    let plain = !word.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;()\"[]".contains(c));
    (plain && !user.is_empty() && !host.is_empty() && word.len() <= 320).then(|| word.to_lowercase())
}

/// Where in the line a reply of a server begins: `550 5.1.1 …`, `#5.1.1 …`, `552-no`.
fn reply(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    for (at, byte) in bytes.iter().enumerate().take(1_000) {
        let starts = at == 0
            || bytes.get(at - 1).is_some_and(|b| matches!(b, b' ' | b'#' | b'(' | b'[' | b'\t' | b'\'' | b'"' | b':'));
        if !starts || !matches!(byte, b'4' | b'5') {
            continue;
        }
        let code = digit(at + 1) && digit(at + 2) && matches!(bytes.get(at + 3), Some(b' ' | b'-'));
        let says =
            || bytes.get(at + 4..).is_some_and(|rest| rest.iter().any(u8::is_ascii_alphabetic) || !rest.is_ascii());
        if (code && says()) || (enhanced(line, at).is_some()) {
            return Some(at);
        }
    }
    None
}

/// The status of RFC 3463 in a text: `5.1.1`, `4.7.0`. The parts of a network address are none.
pub(super) fn status(text: &str) -> Option<String> {
    let text = text.get(..text.floor_char_boundary(4_000)).unwrap_or(text);
    text.match_indices(['4', '5']).find_map(|(at, _)| enhanced(text, at)).map(str::to_owned)
}

/// The status that stands at `at`.
fn enhanced(text: &str, at: usize) -> Option<&str> {
    let inside = |c: char| c.is_alphanumeric() || c == '.';
    if text.get(..at)?.ends_with(inside) {
        return None;
    }
    let rest = text.get(at..)?;
    let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
    let said = rest.get(..end)?.trim_end_matches('.');
    let mut parts = said.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (class.len() == 1 && number(subject) && number(detail) && parts.next().is_none()).then_some(said)
}
