//! A file as UTF-8 bytes, one after another, with the line and column of each: its charset is found and undone here.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::super::charset;

/// A file that can be read again from its beginning.
pub trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// So much is read at once, and looked at to judge a file.
pub(super) const SAMPLE: usize = 64 << 10;

/// A place in a text, both counted from 1; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: u64,
    pub(super) column: u64,
}

/// A file as it is, or read as UTF-8.
enum Inner {
    Plain(Box<dyn Source>),
    Recoded(Recoded),
}

/// The bytes of a file in UTF-8, without its byte order mark.
pub(super) struct Bytes {
    source: Inner,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    spot: Spot,
    after_cr: bool,
    failed: Option<io::Error>,
}

impl Bytes {
    /// Finds the charset of the file and begins at its first character.
    pub(super) fn open(mut source: Box<dyn Source>) -> io::Result<Bytes> {
        let (encoding, mark) = charset_of(source.as_mut())?;
        source.seek(SeekFrom::Start(mark))?;
        let source =
            if encoding == UTF_8 { Inner::Plain(source) } else { Inner::Recoded(Recoded::new(source, encoding)) };
        let spot = Spot { line: 1, column: 1 };
        Ok(Bytes { source, buffer: vec![0; SAMPLE], at: 0, end: 0, spot, after_cr: false, failed: None })
    }

    /// The same file from its beginning.
    pub(super) fn again(self) -> io::Result<Bytes> {
        Bytes::open(match self.source {
            Inner::Plain(source) => source,
            Inner::Recoded(recoded) => recoded.source,
        })
    }

    /// The next byte, left where it is; none at the end and where reading failed.
    pub(super) fn peek(&mut self) -> Option<u8> {
        if self.at == self.end {
            self.fill();
        }
        self.buffer.get(..self.end)?.get(self.at).copied()
    }

    /// The next byte.
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'\n' if self.after_cr => {}
            b'\n' | b'\r' => self.spot = Spot { line: self.spot.line + 1, column: 1 },
            0x80..0xc0 => {}
            _ => self.spot.column += 1,
        }
        self.after_cr = byte == b'\r';
        Some(byte)
    }

    /// Where the next byte stands.
    pub(super) fn spot(&self) -> Spot {
        self.spot
    }

    /// Passes blanks and line ends.
    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.next();
        }
    }

    /// Passes the rest of the line with its end.
    pub(super) fn rest_of_line(&mut self) {
        while let Some(byte) = self.next() {
            if byte == b'\n' || (byte == b'\r' && self.peek() != Some(b'\n')) {
                return;
            }
        }
    }

    /// Why reading stopped before the end, once.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.failed.take()
    }

    /// What is to be read next, up to [`SAMPLE`] bytes; only at the beginning it is that long for sure.
    pub(super) fn ahead(&mut self) -> &[u8] {
        while self.end < SAMPLE && self.failed.is_none() {
            let before = self.end;
            self.more();
            if self.end == before {
                break;
            }
        }
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    fn fill(&mut self) {
        (self.at, self.end) = (0, 0);
        self.more();
    }

    /// Reads once into what is free of the buffer.
    fn more(&mut self) {
        loop {
            let Some(free) = self.buffer.get_mut(self.end..) else { return };
            let read = match &mut self.source {
                Inner::Plain(source) => source.read(free),
                Inner::Recoded(recoded) => recoded.read(free),
            };
            match read {
                Ok(n) => self.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => self.failed = Some(e),
            }
            return;
        }
    }
}

/// The charset of a file and the length of its byte order mark. What begins as ASCII is judged where it stops being that.
fn charset_of(source: &mut dyn Source) -> io::Result<(&'static Encoding, u64)> {
    source.seek(SeekFrom::Start(0))?;
    let mut sample = Vec::new();
    by_ref(source).take(SAMPLE as u64).read_to_end(&mut sample)?;
    for (mark, encoding) in [(&b"\xef\xbb\xbf"[..], UTF_8), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)] {
        if sample.starts_with(mark) {
            return Ok((encoding, mark.len() as u64));
        }
    }
    if let Some(encoding) = unmarked_utf_16(&sample) {
        return Ok((encoding, 0));
    }
    loop {
        if sample.is_empty() {
            return Ok((UTF_8, 0));
        }
        if let Some(first) = sample.iter().position(|byte| !byte.is_ascii()) {
            sample.drain(..first);
            by_ref(source).take((SAMPLE - sample.len()) as u64).read_to_end(&mut sample)?;
            return Ok((charset::of_sample(&sample), 0));
        }
        sample.clear();
        by_ref(source).take(SAMPLE as u64).read_to_end(&mut sample)?;
    }
}

fn by_ref(source: &mut dyn Source) -> &mut dyn Read {
    source
}

/// UTF-16 without a mark: of most pairs of bytes the same one is that of Latin or of Cyrillic, and NULs are among them.
fn unmarked_utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    if pairs < 2 || !sample.contains(&0) {
        return None;
    }
    let high = |n: usize| sample.chunks_exact(2).filter(|pair| matches!(pair.get(n), Some(0 | 4))).count();
    let low = |n: usize| sample.chunks_exact(2).filter(|pair| pair.get(n) == Some(&0)).count();
    match (high(0), high(1)) {
        (_, b) if b * 5 > pairs * 4 && low(0) * 20 < pairs => Some(UTF_16LE),
        (a, _) if a * 5 > pairs * 4 && low(1) * 20 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Bytes of another charset, read as UTF-8.
struct Recoded {
    source: Box<dyn Source>,
    decoder: Decoder,
    input: Vec<u8>,
    at: usize,
    end: usize,
    done: bool,
}

impl Recoded {
    fn new(source: Box<dyn Source>, encoding: &'static Encoding) -> Recoded {
        let decoder = encoding.new_decoder_without_bom_handling();
        Recoded { source, decoder, input: vec![0; SAMPLE], at: 0, end: 0, done: false }
    }

    /// As of any reader.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // A decoder gets no further with less room than one character.
        if out.len() < 16 {
            return Ok(0);
        }
        loop {
            if self.at == self.end && !self.done {
                (self.at, self.end) = (0, self.source.read(&mut self.input)?);
                self.done = self.end == 0;
            }
            let input = self.input.get(self.at..self.end).unwrap_or_default();
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, out, self.done);
            self.at += read;
            if written > 0 || (self.done && result == CoderResult::InputEmpty) {
                if self.done && result == CoderResult::InputEmpty {
                    // A decoder that has said its last word must not be asked again.
                    self.decoder = UTF_8.new_decoder_without_bom_handling();
                }
                return Ok(written);
            }
        }
    }
}
