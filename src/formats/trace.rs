//! What servers and programs wrote into a header on the way: where the mail was delivered, which conversation of Outlook
//! it belongs to, which desk sent it. Anyone may have written any of it.

use super::address;
use super::fields::Block;
use super::transfer;

/// Addresses and fields beyond this many are left out.
const MOST: usize = 20;
/// The name of a desk is no longer.
const LONGEST_INSTANCE: usize = 64;
/// The bytes of a Thread-Index that stay the same in all mails of a conversation: one, a time of 5, a GUID of 16.
const CONVERSATION: usize = 22;
/// Each answer adds so many bytes to them.
const ANSWER: usize = 5;
/// A longer Thread-Index is none.
const LONGEST_INDEX: usize = 16 << 10;

/// The mailboxes that the mail was put into, lower-case, each once, the topmost first.
pub(super) fn delivered_to(block: &Block<'_>) -> Vec<String> {
    let mut delivered: Vec<String> = Vec::new();
    for name in ["delivered-to", "x-original-to", "envelope-to"] {
        for address in address::all(block, name, None, MOST) {
            let email = address.email.to_lowercase();
            if delivered.len() < MOST && !delivered.contains(&email) {
                delivered.push(email);
            }
        }
    }
    delivered
}

/// The conversation of Thread-Index in hexadecimal; none when it is not what Outlook writes.
pub(super) fn thread_index(block: &Block<'_>) -> Option<String> {
    let value = block.first("thread-index").filter(|v| v.len() <= LONGEST_INDEX)?;
    let packed: Vec<u8> = value.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let plain = packed.trim_ascii_end();
    let plain = plain.strip_suffix(b"==").or(plain.strip_suffix(b"=")).unwrap_or(plain);
    if !plain.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')) {
        return None;
    }
    let index = transfer::base64(&packed);
    let conversation = index.get(..CONVERSATION)?;
    let whole = (index.len() - CONVERSATION).is_multiple_of(ANSWER);
    let marked = conversation.first() == Some(&1) && conversation.get(6..)?.iter().any(|b| *b != 0);
    (whole && marked).then(|| conversation.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The name of the desk that sent the mail: one plain word.
pub(super) fn instance(block: &Block<'_>) -> Option<String> {
    let value = block.first("x-desk-instance")?.trim_ascii();
    let plain = value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    (plain && value.len() <= LONGEST_INSTANCE).then(|| String::from_utf8_lossy(value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fields;
    use super::super::limits::Limits;
    use super::*;

    fn block(header: &str) -> Block<'_> {
        fields::block(header.as_bytes(), 0, &Limits::default(), |_| false)
    }

    #[test]
    fn deliveries_are_told_once_and_not_without_end() {
        let header = "Delivered-To: Support@X.org\nX-Original-To: <info@x.org>\nEnvelope-To: support@x.org, a@b\n";
        assert_eq!(delivered_to(&block(header)), ["support@x.org", "info@x.org", "a@b"]);
        let many: String = (0..100).map(|n| format!("Delivered-To: a{n}@b\n")).collect();
        assert_eq!(delivered_to(&block(&many)).len(), 20);
    }

    #[test]
    fn answers_share_the_conversation_of_the_first_mail() {
        let index = |bytes: &[u8]| {
            let mut packed = String::from("Thread-Index: ");
            transfer::push_base64(&mut packed, bytes);
            thread_index(&block(&format!("{packed}\n")))
        };
        let mut bytes = vec![1, 0xd9];
        bytes.extend(2..22);
        let first = index(&bytes).unwrap();
        assert_eq!(first, "01d902030405060708090a0b0c0d0e0f101112131415");
        bytes.extend([9; 10]);
        assert_eq!(index(&bytes), Some(first));
        assert_eq!(index(&bytes[..30]), None);
        assert_eq!(index(&bytes[..21]), None);
        bytes[0] = 2;
        assert_eq!(index(&bytes), None);
        assert_eq!(index(&[[1, 2, 3, 4, 5, 6].as_slice(), &[0; 16]].concat()), None);
        assert_eq!(thread_index(&block("Thread-Index: AdXYZ?1\n")), None);
        assert_eq!(thread_index(&block("Thread-Index:\n")), None);
        assert_eq!(
            thread_index(&block("Thread-Index: Adk\n CAwQFBgcICQoL\n DA0ODxAREhMUFQ==\n")).map(|s| s.len()),
            Some(44)
        );
    }

    #[test]
    fn a_desk_is_named_by_one_plain_word() {
        assert_eq!(instance(&block("X-Desk-Instance: k3-x_Y.1\n")).as_deref(), Some("k3-x_Y.1"));
        assert_eq!(instance(&block("X-Desk-Instance: two words\n")), None);
        assert_eq!(instance(&block(&format!("X-Desk-Instance: {}\n", "a".repeat(65)))), None);
        assert_eq!(instance(&block("X-Desk-Instance: \u{1b}[2J\n")), None);
    }
}
