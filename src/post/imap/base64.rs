//! Base64 as login and folder names need it: encoding with padding, and the alphabet of modified UTF-7.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The sixty-four digits of `bytes`, without padding.
pub(super) fn bare(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, n| bits << 8 | usize::from(group.get(n).copied().unwrap_or(0)));
        for digit in 0..=group.len() {
            out.push(char::from(ALPHABET.get(bits >> (18 - 6 * digit) & 63).copied().unwrap_or(b'A')));
        }
    }
    out
}

/// Base64 with padding.
pub(super) fn padded(bytes: &[u8]) -> String {
    let mut out = bare(bytes);
    out.extend(std::iter::repeat_n('=', (4 - out.len() % 4) % 4));
    out
}

/// The bytes that digits without padding stand for; none where a digit is none or bits are left over.
pub(super) fn read(digits: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|&known| known == digit)?;
        bits = bits << 6 | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (held < 6 && bits == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_pairs_agree() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(padded(plain.as_bytes()), coded);
        }
        assert_eq!(padded(b"\0mila\0p\xd1\x8f"), "AG1pbGEAcNGP");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(bytes: Vec<u8>) {
            prop_assert_eq!(read(&bare(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = read(&text);
        }
    }
}
