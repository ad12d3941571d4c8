//! The signed mark in what we send: a Message-ID, or an address for answers, that names the ticket and the message and
//! that nobody without the key of the desk can make. Which ticket a mail then joins is decided in `intake`.
//!
//! A Message-ID reads `desk1.<ticket>.<message>.<mac>.<desk>@<host>`, an address `support+t<ticket>-<message>-<mac>@…`.
//! The number behind `desk` is the edition of the key. All of it is lower-case, for some servers change the case.

use super::address::{fold, is_own};
use hmac::digest::Key;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Which of our messages a mail answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// The ticket it was sent for.
    pub ticket: i64,
    /// The message.
    pub message: i64,
}

/// What an id or an address says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It is none of any desk.
    Nothing,
    /// We made it.
    Ours(Token),
    /// It looks like ours, but we did not make it, or not for a message that we know.
    Forged,
    /// Another desk made it, by its own word.
    Other {
        /// The id of that desk.
        desk: String,
    },
}

impl Mark {
    /// The mark that says more: one of ours before a forged one, that before one of another desk, and of equals the first.
    ///
    /// ```
    /// use frontdesk::domain::token::{Mark, Token};
    /// let ours = |ticket| Mark::Ours(Token { ticket, message: 1 });
    /// let newest_first = [Mark::Nothing, Mark::Forged, ours(7), ours(3)];
    /// assert_eq!(newest_first.into_iter().fold(Mark::Nothing, Mark::or), ours(7));
    /// ```
    #[must_use]
    pub fn or(self, other: Mark) -> Mark {
        let weight = |mark: &Mark| match mark {
            Mark::Ours(_) => 3,
            Mark::Forged => 2,
            Mark::Other { .. } => 1,
            Mark::Nothing => 0,
        };
        if weight(&other) > weight(&self) { other } else { self }
    }
}

/// To whom the message of a token was sent; none where there is no such message on that ticket.
pub type RecipientOf<'a> = &'a mut dyn FnMut(Token) -> Option<String>;

/// The edition of the key that signs today.
const EDITION: &str = "1";
/// Bytes of a signature: 80 bits, sixteen letters.
const BYTES: usize = 10;
const LETTERS: usize = 16;
/// Nothing of ours is longer.
const LONGEST: usize = 512;
/// An address is refused by servers whose part before the `@` is longer (RFC 5321).
const LONGEST_LOCAL: usize = 64;

/// The Message-ID, without `<>`, of a message to `recipient`. `uid` is the id of the desk (16 hex digits), `host` what
/// stands behind the `@`.
///
/// ```
/// use frontdesk::domain::token::{Token, message_id};
/// let token = Token { ticket: 42, message: 318 };
/// let id = message_id(&[7; 32], "00c0ffee00c0ffee", token, "Ann@acme.test", "Acme.test");
/// assert_eq!(id, "desk1.42.318.htmn963pb2kbdpt9.00c0ffee00c0ffee@acme.test");
/// ```
#[must_use]
pub fn message_id(key: &[u8], uid: &str, token: Token, recipient: &str, host: &str) -> String {
    let Token { ticket, message } = token;
    let mac = letters(key, token, recipient);
    format!("desk{EDITION}.{ticket}.{message}.{mac}.{uid}@{host}").to_lowercase()
}

/// The address that asks for answers to a message: `base` with the mark behind a `+`; none where `base` is no address or
/// grows too long by it.
///
/// ```
/// use frontdesk::domain::token::{Token, reply_address};
/// let token = Token { ticket: 42, message: 318 };
/// let address = reply_address("support@acme.test", &[7; 32], token, "ann@acme.test").unwrap();
/// assert_eq!(address, "support+t42-318-htmn963pb2kbdpt9@acme.test");
/// ```
#[must_use]
pub fn reply_address(base: &str, key: &[u8], token: Token, recipient: &str) -> Option<String> {
    let (local, domain) = base.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty())?;
    let Token { ticket, message } = token;
    let local = format!("{local}+t{ticket}-{message}-{}", letters(key, token, recipient));
    (local.len() <= LONGEST_LOCAL).then(|| format!("{local}@{domain}"))
}

/// What a Message-ID, with or without `<>`, says to the desk `uid` that has `key`.
///
/// ```
/// use frontdesk::domain::token::{Mark, Token, in_message_id, message_id};
/// let (key, uid, token) = ([7; 32], "00c0ffee00c0ffee", Token { ticket: 42, message: 318 });
/// let id = message_id(&key, uid, token, "ann@acme.test", "acme.test");
/// let mut sent_to = |_| Some("ANN@acme.test".to_owned());
/// assert_eq!(in_message_id(&id.to_uppercase(), &key, uid, &mut sent_to), Mark::Ours(token));
/// assert_eq!(in_message_id(&id.replace("42", "43"), &key, uid, &mut sent_to), Mark::Forged);
/// assert_eq!(in_message_id(&id, &key, uid, &mut |_| None), Mark::Forged);
/// assert_eq!(in_message_id("CAF12@mail.test", &key, uid, &mut sent_to), Mark::Nothing);
/// ```
#[must_use]
pub fn in_message_id(id: &str, key: &[u8], uid: &str, recipient_of: RecipientOf<'_>) -> Mark {
    let Some((edition, token, mac, desk)) = parts_of_id(id) else { return Mark::Nothing };
    if !desk.eq_ignore_ascii_case(uid) {
        return Mark::Other { desk: desk.to_ascii_lowercase() };
    }
    if edition == EDITION { proven(token, mac, key, recipient_of) } else { Mark::Forged }
}

/// What an address says that a mail was delivered to; only addresses of ours carry marks, and `own` names them, single ones
/// (`support@acme.test`) and whole domains (`@acme.test`).
///
/// ```
/// use frontdesk::domain::token::{Mark, Token, in_address, reply_address};
/// let (key, token) = ([7; 32], Token { ticket: 42, message: 318 });
/// let address = reply_address("support@acme.test", &key, token, "ann@acme.test").unwrap();
/// let mut sent_to = |_| Some("ann@acme.test".to_owned());
/// assert_eq!(in_address(&address, &key, &["support@acme.test".to_owned()], &mut sent_to), Mark::Ours(token));
/// assert_eq!(in_address(&address, &key, &["@other.test".to_owned()], &mut sent_to), Mark::Nothing);
/// ```
#[must_use]
pub fn in_address(address: &str, key: &[u8], own: &[String], recipient_of: RecipientOf<'_>) -> Mark {
    if address.len() > LONGEST || !is_own(address, own) {
        return Mark::Nothing;
    }
    let detail = || address.rsplit_once('@')?.0.rsplit_once('+')?.1.strip_prefix(['t', 'T']);
    let Some(mut pieces) = detail().map(|detail| detail.splitn(3, '-')) else { return Mark::Nothing };
    match (pieces.next().and_then(number), pieces.next().and_then(number), pieces.next()) {
        (Some(ticket), Some(message), Some(mac)) => proven(Token { ticket, message }, mac, key, recipient_of),
        _ => Mark::Nothing,
    }
}

/// Edition, token, signature and desk of an id that has the form of a desk's.
fn parts_of_id(id: &str) -> Option<(&str, Token, &str, &str)> {
    let id = id.trim();
    let bare = id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id);
    let (local, _) = bare.split_once('@').filter(|_| bare.len() <= LONGEST)?;
    let mut pieces = local.split('.');
    let mut next = || pieces.next();
    let (head, ticket, message, mac, desk) = (next()?, next()?, next()?, next()?, next()?);
    let edition = head.get(..4).filter(|word| word.eq_ignore_ascii_case("desk")).and(head.get(4..))?;
    let known = edition.bytes().all(|b| b.is_ascii_digit()) && !edition.is_empty() && next().is_none();
    let named = desk.len() == 16 && desk.bytes().all(|b| b.is_ascii_hexdigit());
    let token = Token { ticket: number(ticket)?, message: number(message)? };
    (known && named).then_some((edition, token, mac, desk))
}

fn number(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain)
}

/// Whether the signature is the one that we gave the token.
fn proven(token: Token, mac: &str, key: &[u8], recipient_of: RecipientOf<'_>) -> Mark {
    let claimed = (mac.len() == LETTERS && mac.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then(|| u128::from_str_radix(mac, 32).ok())
        .flatten()
        .map(u128::to_be_bytes);
    let (Some(claimed), Some(recipient)) = (claimed, recipient_of(token)) else { return Mark::Forged };
    let (_, claimed) = claimed.split_at(claimed.len() - BYTES);
    // This comparison takes the same time wherever the first difference is.
    match signed(key, token, &recipient).verify_truncated_left(claimed) {
        Ok(()) => Mark::Ours(token),
        Err(_) => Mark::Forged,
    }
}

fn signed(key: &[u8], token: Token, recipient: &str) -> Hmac<Sha256> {
    // A key up to the block of SHA-256 is padded with zeros by the definition of HMAC (RFC 2104); ours has 32 bytes.
    let mut block = Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block);
    mac.update(format!("v1|{}|{}|{}", token.ticket, token.message, fold(recipient)).as_bytes());
    mac
}

/// The first bytes of the signature in base 32: figures, then the letters a to v (RFC 4648, "extended hex").
fn letters(key: &[u8], token: Token, recipient: &str) -> String {
    let mac = signed(key, token, recipient).finalize().into_bytes();
    let number = mac.iter().take(BYTES).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let five_bits = |place: usize| u32::try_from(number >> (5 * place) & 31).ok();
    (0..LETTERS).rev().filter_map(five_bits).filter_map(|digit| char::from_digit(digit, 32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: [u8; 32] = [7; 32];
    const UID: &str = "00c0ffee00c0ffee";
    const TOKEN: Token = Token { ticket: 42, message: 318 };

    fn id() -> String {
        message_id(&KEY, UID, TOKEN, "ann@acme.test", "desk.test")
    }

    fn read(id: &str) -> Mark {
        in_message_id(id, &KEY, UID, &mut |token| (token == TOKEN).then(|| "ann@acme.test".to_owned()))
    }

    fn read_address(address: &str) -> Mark {
        let own = ["support@acme.test".to_owned()];
        in_address(address, &KEY, &own, &mut |token| (token == TOKEN).then(|| "ann@acme.test".to_owned()))
    }

    #[test]
    fn the_signature_is_hmac_sha256_of_the_token_and_the_recipient() {
        // RFC 4231, test case 2: the key is padded as HMAC says.
        let mut block = Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(b"Jefe").for_each(|(to, from)| *to = *from);
        let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block);
        mac.update(b"what do ya want for nothing?");
        assert_eq!(mac.finalize().into_bytes()[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        let mut by_slice = <Hmac<Sha256> as hmac::digest::KeyInit>::new_from_slice(&KEY).unwrap();
        by_slice.update(b"v1|42|318|ann@acme.test");
        assert_eq!(by_slice.finalize().into_bytes(), signed(&KEY, TOKEN, "Ann@ACME.test").finalize().into_bytes());
    }

    #[test]
    fn servers_that_change_the_case_or_add_brackets_change_nothing() {
        assert_eq!(read(&id()), Mark::Ours(TOKEN));
        assert_eq!(read(&id().to_uppercase()), Mark::Ours(TOKEN));
        assert_eq!(read(&format!(" <{}> ", id())), Mark::Ours(TOKEN));
        let address = reply_address("support@acme.test", &KEY, TOKEN, "ann@acme.test").unwrap();
        assert_eq!(read_address(&address), Mark::Ours(TOKEN));
        assert_eq!(read_address(&address.to_uppercase()), Mark::Ours(TOKEN));
    }

    #[test]
    fn another_key_ticket_message_or_recipient_is_forged() {
        assert_eq!(in_message_id(&id(), &[8; 32], UID, &mut |_| Some("ann@acme.test".to_owned())), Mark::Forged);
        assert_eq!(in_message_id(&id(), &KEY, UID, &mut |_| Some("bob@acme.test".to_owned())), Mark::Forged);
        for (was, is) in [(".42.", ".41."), (".318.", ".319."), ("desk1", "desk2")] {
            let forged = id().replace(was, is);
            assert_eq!(in_message_id(&forged, &KEY, UID, &mut |_| Some("ann@acme.test".to_owned())), Mark::Forged);
        }
    }

    #[test]
    fn another_desk_is_named() {
        let other = message_id(&[8; 32], "deadbeefdeadbeef", TOKEN, "ann@acme.test", "desk.test");
        assert_eq!(read(&other.to_uppercase()), Mark::Other { desk: "deadbeefdeadbeef".to_owned() });
    }

    #[test]
    fn what_is_no_mark_is_nothing() {
        for id in [
            "",
            "<>",
            "@",
            "desk1@x",
            "desk1.42.318@x",
            "desk1.42.318.aaaa.beef@x",
            "desk.42.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee@x",
            "desk1.+42.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee@x",
            "desk1.042.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee@x",
            "desk1.99999999999999999999.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee@x",
            "desk1.42.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee.more@x",
            "desk1.42.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee",
            "деск1.42.318.aaaaaaaaaaaaaaaa.00c0ffee00c0ffee@x",
        ] {
            assert_eq!(read(id), Mark::Nothing, "{id}");
        }
        for address in
            ["support@acme.test", "support+test@acme.test", "support+t42@acme.test", "ann+t42-318-a@acme.test"]
        {
            assert_eq!(read_address(address), Mark::Nothing, "{address}");
        }
        assert_eq!(read_address("support+t42-318-a@acme.test"), Mark::Forged);
    }

    #[test]
    fn ten_kilobytes_are_nothing() {
        assert_eq!(read(&format!("{}{}", id(), "x".repeat(10_000))), Mark::Nothing);
        assert_eq!(read(&"desk1.".repeat(2000)), Mark::Nothing);
        assert_eq!(read_address(&format!("support+t42-318-{}@acme.test", "a".repeat(10_000))), Mark::Nothing);
    }

    #[test]
    fn an_address_that_servers_would_refuse_is_not_made() {
        assert_eq!(reply_address(&format!("{}@acme.test", "s".repeat(50)), &KEY, TOKEN, "a@b.test"), None);
        assert_eq!(reply_address("support", &KEY, TOKEN, "a@b.test"), None);
    }

    proptest! {
        #[test]
        fn every_mark_reads_back(key: [u8; 32], ticket in 1_i64.., message in 1_i64.., to in "[A-Za-z.]{1,20}@[A-Za-z]{1,20}") {
            let token = Token { ticket, message };
            let mut sent_to = |_| Some(to.clone());
            let id = message_id(&key, UID, token, &to, "desk.test");
            prop_assert_eq!(in_message_id(&id, &key, UID, &mut sent_to), Mark::Ours(token));
            let own = ["s@acme.test".to_owned()];
            if let Some(address) = reply_address("s@acme.test", &key, token, &to) {
                prop_assert_eq!(in_address(&address, &key, &own, &mut sent_to), Mark::Ours(token));
            }
        }

        #[test]
        fn a_damaged_mark_is_never_another_token(at in 0_usize..200, with in any::<char>(), cut in 0_usize..200) {
            let address = reply_address("support@acme.test", &KEY, TOKEN, "ann@acme.test").unwrap();
            let swap = |text: &str| {
                text.chars().enumerate().map(|(i, c)| if i == at % text.len() { with } else { c }).collect::<String>()
            };
            let sent_to = |_| Some("ann@acme.test".to_owned());
            let own = ["support@acme.test".to_owned()];
            for text in [swap(&id()), id().chars().take(cut).collect(), id().replace('0', "o"), id().replace('o', "0")] {
                let mark = in_message_id(&text, &KEY, UID, &mut sent_to.clone());
                prop_assert!(!matches!(mark, Mark::Ours(token) if token != TOKEN), "{}: {:?}", text, mark);
            }
            for text in [swap(&address), address.chars().take(cut).collect(), address.replace('0', "o")] {
                let mark = in_address(&text, &KEY, &own, &mut sent_to.clone());
                prop_assert!(!matches!(mark, Mark::Ours(token) if token != TOKEN), "{}: {:?}", text, mark);
            }
        }

        #[test]
        fn a_changed_signature_is_forged(place in 0_usize..LETTERS, digit in 0_u32..32) {
            let mac = letters(&KEY, TOKEN, "ann@acme.test");
            let other: String = mac.char_indices().map(|(i, c)| if i == place { char::from_digit(digit, 32).unwrap() } else { c }).collect();
            let expected = if other == mac { Mark::Ours(TOKEN) } else { Mark::Forged };
            prop_assert_eq!(read(&id().replace(&mac, &other)), expected);
        }

        #[test]
        fn no_text_breaks_it(text in any::<String>()) {
            let _ = (read(&text), read_address(&text), read(&format!("desk1.{text}@x")), read_address(&format!("support+t{text}@acme.test")));
        }
    }
}
