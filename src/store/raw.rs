//! The mail as it came, byte for byte, in little room: attachments, whose bytes are kept once per content, are cut out of
//! it and put back when it is read; the rest is compressed. A mail that would not come back exactly is kept whole.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// A packed mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    /// Where attachments were cut out: `offset:number:width:eol` each, in order, with a blank between.
    pub(crate) cuts: String,
    /// The rest, compressed (Zstandard).
    pub(crate) data: Vec<u8>,
    /// Of the whole mail.
    pub(crate) sha256: [u8; 32],
}

/// Attachments smaller than this are not worth a cut.
const WORTH_CUTTING: usize = 1024;

/// The SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Compresses bytes that stand alone.
pub(crate) fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(bytes, 1).map_err(|e| Error::bug("a mail cannot be compressed").because(e))
}

/// The `length` bytes that were compressed.
pub(crate) fn inflate(data: &[u8], length: usize) -> Result<Vec<u8>> {
    let damaged = || Error::refused("a mail in the store is damaged").hint("desk doctor");
    let bytes = zstd::bulk::decompress(data, length).map_err(|e| damaged().because(e))?;
    if bytes.len() == length { Ok(bytes) } else { Err(damaged()) }
}

/// The bytes that were compressed, `most` at most: of a mail, what is left when its attachments are cut out.
pub(crate) fn inflate_up_to(data: &[u8], most: usize) -> Result<Vec<u8>> {
    let damaged = |e| Error::refused("a mail in the store is damaged").hint("desk doctor").because(e);
    zstd::bulk::decompress(data, most).map_err(damaged)
}

/// Packs mails, one after the other: to set a compressor up takes longer than to compress a small mail.
#[derive(Default)]
pub(crate) struct Packer {
    compressor: Option<zstd::bulk::Compressor<'static>>,
}

impl Packer {
    /// Packs a mail whose attachments are kept elsewhere.
    pub(crate) fn pack(&mut self, raw: &[u8], attachments: &[&[u8]]) -> Result<Packed> {
        let (cuts, rest) = cut(raw, attachments);
        let failed = |e| Error::bug("a mail cannot be compressed").because(e);
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            empty => empty.insert(zstd::bulk::Compressor::new(1).map_err(failed)?),
        };
        let data = compressor.compress(&rest).map_err(failed)?;
        Ok(Packed { cuts, data, sha256: sha256(raw) })
    }
}

/// Takes the attachments out of a mail: where they stood, and the rest.
fn cut<'a>(raw: &'a [u8], attachments: &[&[u8]]) -> (String, Cow<'a, [u8]>) {
    let mut cuts = String::new();
    let mut rest = Vec::new();
    let mut from = 0;
    for (n, content) in attachments.iter().enumerate().filter(|(_, c)| c.len() >= WORTH_CUTTING) {
        if let Some((at, length, width, eol)) = find_encoded(raw.get(from..).unwrap_or_default(), content) {
            rest.extend_from_slice(raw.get(from..from + at).unwrap_or_default());
            cuts.push_str(&format!(
                "{}{}:{n}:{width}:{}",
                if cuts.is_empty() { "" } else { " " },
                rest.len(),
                eol.len()
            ));
            from += at + length;
        }
    }
    if cuts.is_empty() {
        return (cuts, Cow::Borrowed(raw));
    }
    rest.extend_from_slice(raw.get(from..).unwrap_or_default());
    (cuts, Cow::Owned(rest))
}

/// The mail as it came. `attachment` gives the content of the attachment of a number.
pub(crate) fn unpack(
    packed: &Packed,
    bytes: usize,
    mut attachment: impl FnMut(i64) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let damaged = || Error::refused("a mail in the store is damaged").hint("desk doctor");
    let rest = zstd::bulk::decompress(&packed.data, bytes).map_err(|e| damaged().because(e))?;
    let mut raw = Vec::with_capacity(bytes);
    let mut from = 0;
    for cut in packed.cuts.split_ascii_whitespace() {
        let mut fields = cut.split(':').map(str::parse::<usize>);
        let (Some(Ok(at)), Some(Ok(n)), Some(Ok(width)), Some(Ok(eol))) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(damaged());
        };
        raw.extend_from_slice(rest.get(from..at).ok_or_else(damaged)?);
        let content = attachment(i64::try_from(n).map_err(|_| damaged())?)?;
        encode(&content, width, if eol == 2 { b"\r\n" } else { b"\n" }, &mut raw);
        from = at;
    }
    raw.extend_from_slice(rest.get(from..).ok_or_else(damaged)?);
    if sha256(&raw) == packed.sha256 { Ok(raw) } else { Err(damaged()) }
}

/// Where the base64 form of `content` stands: offset, length, line width, line end.
fn find_encoded<'a>(raw: &[u8], content: &[u8]) -> Option<(usize, usize, usize, &'a [u8])> {
    let mut head = Vec::new();
    encode(content.get(..45)?, 60, b"", &mut head);
    let at = find(raw, &head)?;
    let line = raw.get(at..)?.iter().position(|b| *b == b'\n')?;
    let (width, eol): (usize, &[u8]) =
        if line > 0 && raw.get(at + line - 1) == Some(&b'\r') { (line - 1, b"\r\n") } else { (line, b"\n") };
    if width == 0 || !width.is_multiple_of(4) {
        return None;
    }
    let mut form = Vec::with_capacity(content.len() * 7 / 5);
    encode(content, width, eol, &mut form);
    raw.get(at..)?.starts_with(&form).then_some((at, form.len(), width, eol))
}

fn find(raw: &[u8], head: &[u8]) -> Option<usize> {
    let first = *head.first()?;
    let mut from = 0;
    loop {
        let at = from + raw.get(from..)?.iter().position(|b| *b == first)?;
        if raw.get(at..)?.starts_with(head) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Base64 (RFC 4648) in lines of `width`, the last one without an end.
fn encode(bytes: &[u8], width: usize, eol: &[u8], out: &mut Vec<u8>) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |n: u32| LETTERS.get((n & 63) as usize).copied().unwrap_or(b'=');
    let mut column = 0;
    for chunk in bytes.chunks(3) {
        if column == width && !eol.is_empty() {
            out.extend_from_slice(eol);
            column = 0;
        }
        let at = |i: usize| chunk.get(i).copied().map_or(0, u32::from);
        let n = at(0) << 16 | at(1) << 8 | at(2);
        out.push(letter(n >> 18));
        out.push(letter(n >> 12));
        out.push(if chunk.len() > 1 { letter(n >> 6) } else { b'=' });
        out.push(if chunk.len() > 2 { letter(n) } else { b'=' });
        column += 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail_with(content: &[u8], width: usize, eol: &[u8]) -> Vec<u8> {
        let mut raw = b"Subject: x\r\n\r\n--a\r\n".to_vec();
        encode(content, width, eol, &mut raw);
        raw.extend_from_slice(eol);
        raw.extend_from_slice(b"--a--\r\n");
        raw
    }

    #[test]
    fn a_mail_comes_back_byte_for_byte_and_its_attachment_is_not_kept_twice() {
        let content: Vec<u8> = (0..20_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
        for (width, eol) in [(76, &b"\r\n"[..]), (76, b"\n"), (60, b"\n"), (64, b"\r\n")] {
            let raw = mail_with(&content, width, eol);
            let packed = Packer::default().pack(&raw, &[&content]).unwrap();
            assert!(packed.data.len() < 200 && !packed.cuts.is_empty(), "{} {}", packed.data.len(), packed.cuts);
            assert_eq!(unpack(&packed, raw.len(), |_| Ok(content.clone())).unwrap(), raw);
        }
    }

    #[test]
    fn an_odd_encoding_is_kept_whole() {
        let content = vec![7_u8; 5000];
        let mut raw = mail_with(&content, 76, b"\n");
        let middle = raw.len() / 2;
        raw.insert(middle, b' ');
        let packed = Packer::default().pack(&raw, &[&content]).unwrap();
        assert_eq!(packed.cuts, "");
        assert_eq!(unpack(&packed, raw.len(), |_| Ok(Vec::new())).unwrap(), raw);
    }

    #[test]
    fn a_flipped_byte_is_noticed() {
        let packed = Packed { sha256: [0; 32], ..Packer::default().pack(b"Subject: x\n\nhello", &[]).unwrap() };
        assert!(unpack(&packed, 17, |_| Ok(Vec::new())).is_err());
    }
}
