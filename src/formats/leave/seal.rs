//! The lines of a whole desk: counted, hashed, and closed by a last line that tells both, so that a file that was cut off or
//! changed on the way is noticed. Bytes are written as base64 while they go by.

use super::super::transfer;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};

/// No line is longer, in bytes.
pub const LONGEST: usize = 96 << 20;

/// So many bytes become base64 at once: a multiple of 3.
const PIECE: usize = 48 << 10;

/// The end of a file, as its last line tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct End {
    /// How many lines stand before it.
    pub lines: u64,
    /// The SHA-256 of their bytes; none where somebody changed the file on purpose.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// Lines on their way out.
///
/// ```
/// use frontdesk::formats::leave::{Lines, Sealed};
/// let mut file = Vec::new();
/// let mut lines = Sealed::new(&mut file);
/// lines.put("{\"kind\":\"mute\",\"pattern\":\"@x.test\"}\n").unwrap();
/// lines.put_with("{\"kind\":\"raw\",\"message\":1}\n", b"Hi").unwrap();
/// assert_eq!(lines.end().unwrap(), 2);
/// let text = String::from_utf8(file).unwrap();
/// assert_eq!(text.lines().nth(1), Some("{\"kind\":\"raw\",\"message\":1,\"data\":\"SGk=\"}"));
/// assert!(text.lines().nth(2).unwrap().starts_with("{\"kind\":\"end\",\"lines\":2,\"sha256\":\""));
/// ```
pub struct Sealed<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    lines: u64,
}

impl<'a> Sealed<'a> {
    /// Lines that go to `out`.
    pub fn new(out: &'a mut dyn Write) -> Sealed<'a> {
        Sealed { out, hash: Sha256::new(), lines: 0 }
    }

    /// Writes a line, which ends with its newline.
    ///
    /// # Errors
    /// Those of the writer; a line that is too long to be read again.
    pub fn put(&mut self, line: &str) -> io::Result<()> {
        within(line.len())?;
        self.lines += 1;
        self.raw(line.as_bytes())
    }

    /// Writes a record with bytes as its last member, `data`.
    ///
    /// # Errors
    /// As [`Sealed::put`].
    pub fn put_with(&mut self, record: &str, data: &[u8]) -> io::Result<()> {
        within(record.len() + data.len().div_ceil(3) * 4)?;
        self.lines += 1;
        self.raw(record.trim_end().trim_end_matches('}').as_bytes())?;
        self.raw(b",\"data\":\"")?;
        let mut letters = String::with_capacity(PIECE / 3 * 4);
        for piece in data.chunks(PIECE) {
            letters.clear();
            transfer::push_base64(&mut letters, piece);
            self.raw(letters.as_bytes())?;
        }
        self.raw(b"\"}\n")
    }

    /// Writes the last line; gives how many stand before it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn end(self) -> io::Result<u64> {
        let sha = hexadecimal(self.hash);
        writeln!(self.out, "{{\"kind\":\"end\",\"lines\":{},\"sha256\":\"{sha}\"}}", self.lines)?;
        Ok(self.lines)
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }
}

fn within(length: usize) -> io::Result<()> {
    let why = || format!("a record is larger than {} MiB, and would not come back", LONGEST >> 20);
    if length < LONGEST { Ok(()) } else { Err(io::Error::other(why())) }
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// Lines on their way in.
pub struct Lines<R> {
    input: R,
    hash: Sha256,
    line: Vec<u8>,
    /// How many were read.
    pub read: u64,
    /// How many bytes were read.
    pub bytes: u64,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a file.
    pub fn new(input: R) -> Lines<R> {
        Lines { input, hash: Sha256::new(), line: Vec::new(), read: 0, bytes: 0 }
    }

    /// The next line; none at the end of the file.
    ///
    /// # Errors
    /// Where it cannot be read, is too long, or has no end.
    pub fn line(&mut self) -> Result<Option<&[u8]>, String> {
        self.hash.update(&self.line);
        self.line.clear();
        self.line.shrink_to(1 << 20);
        let mut limited = (&mut self.input).take(LONGEST as u64 + 1);
        let read = limited.read_until(b'\n', &mut self.line).map_err(|e| e.to_string())?;
        if read == 0 {
            return Ok(None);
        }
        self.read += 1;
        self.bytes += read as u64;
        match self.line.last() {
            Some(b'\n') => Ok(Some(&self.line)),
            _ if read > LONGEST => Err(format!("a line of more than {} MiB", LONGEST >> 20)),
            _ => Err("the line has no end: the file was cut off".to_owned()),
        }
    }

    /// Whether the file is whole and as it was written: for its last line, right after that was read.
    ///
    /// # Errors
    /// Where it is not: why.
    pub fn ends(&mut self, end: &End) -> Result<(), String> {
        let lines = self.read.saturating_sub(1);
        if end.lines != lines {
            return Err(format!("{lines} lines stand before the last one, and it counts {}", end.lines));
        }
        let found = hexadecimal(self.hash.clone());
        if end.sha256.as_ref().is_some_and(|sha| *sha != found) {
            return Err("the file is not as it was written: something in it was changed on the way".to_owned());
        }
        let rest = self.input.fill_buf().map_err(|e| e.to_string())?;
        if rest.is_empty() { Ok(()) } else { Err("something stands behind the last line".to_owned()) }
    }
}

/// Whether the file ends as a whole desk does: a cut-off one is noticed before anything is begun.
///
/// # Errors
/// Those of reading.
pub fn has_an_end(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(400)))?;
    let mut tail = Vec::with_capacity(400);
    file.take(400).read_to_end(&mut tail)?;
    let last = tail.strip_suffix(b"\n").and_then(|tail| tail.rsplit(|b| *b == b'\n').next());
    Ok(last.is_some_and(|line| serde_json::from_slice::<End>(line).is_ok()))
}

/// Bytes as base64.
#[must_use]
pub fn packed(bytes: &[u8]) -> String {
    let mut letters = String::with_capacity(bytes.len().div_ceil(3) * 4);
    transfer::push_base64(&mut letters, bytes);
    letters
}

/// The bytes that base64 stands for; none where it is no base64, or not as it is written here.
#[must_use]
pub fn unpacked(letters: &[u8]) -> Option<Vec<u8>> {
    let bare = letters.strip_suffix(b"==").or_else(|| letters.strip_suffix(b"=")).unwrap_or(letters);
    let known = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    (letters.len().is_multiple_of(4) && bare.iter().all(known)).then(|| transfer::base64(letters))
}

/// The same where it is folded into lines, as in a mail.
#[must_use]
pub fn unfolded(letters: &[u8]) -> Vec<u8> {
    transfer::base64(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn file() -> Vec<u8> {
        let mut file = Vec::new();
        let mut lines = Sealed::new(&mut file);
        lines.put("{\"kind\":\"a\"}\n").unwrap();
        lines.put_with("{\"kind\":\"b\"}\n", &vec![7; 100_000]).unwrap();
        lines.end().unwrap();
        file
    }

    fn judged(file: &[u8]) -> Result<u64, String> {
        let mut lines = Lines::new(file);
        loop {
            let Some(line) = lines.line()? else { return Err("no end".to_owned()) };
            if let Ok(end) = serde_json::from_slice::<End>(line) {
                lines.ends(&end)?;
                return Ok(lines.read);
            }
        }
    }

    #[test]
    fn a_file_that_was_cut_off_or_changed_anywhere_is_noticed() {
        let whole = file();
        assert_eq!(judged(&whole), Ok(3));
        assert!(has_an_end(&mut Cursor::new(&whole)).unwrap());
        for cut in (0..whole.len()).step_by(997).chain([whole.len() - 1]) {
            assert!(judged(&whole[..cut]).is_err(), "{cut}");
            assert!(!has_an_end(&mut Cursor::new(&whole[..cut])).unwrap(), "{cut}");
        }
        for at in (0..whole.len()).step_by(1_009) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(judged(&changed).is_err(), "{at}");
        }
        assert!(judged(&[whole.as_slice(), b"\n"].concat()).is_err());
    }

    #[test]
    fn what_is_no_base64_is_none() {
        assert_eq!(unpacked(b"SGk="), Some(b"Hi".to_vec()));
        assert_eq!(unpacked(b""), Some(Vec::new()));
        for odd in [&b"SGk"[..], b"SG k", b"=SGk", b"SGk\n", b"===="] {
            assert_eq!(unpacked(odd), None, "{odd:?}");
        }
    }
}
