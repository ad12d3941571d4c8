//! Reading what a server says, answer by answer, within limits: no line and no literal is longer than was agreed before,
//! and nothing is set aside for what is only announced. What an answer means is not known here.

use std::io::{self, Read};

/// How long an answer may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Bytes of an answer, short literals included.
    pub(super) text: usize,
    /// Bytes of the one long literal of an answer; none where no long one is expected.
    pub(super) literal: Option<u64>,
}

impl Caps {
    /// For everything but mails and long lists.
    pub(super) const SHORT: Caps = Caps { text: 64 << 10, literal: None };
}

/// One whole answer: its text, and beside it the literal that was too long to stand in it, which the text has as `{0}`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) text: Vec<u8>,
    pub(super) literal: Option<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The line is cut, or nothing came in time.
    Broken(io::Error),
    /// An answer without end.
    Endless,
    /// A literal of so many bytes, which is more than was agreed.
    TooLong(u64),
}

impl From<io::Error> for Trouble {
    fn from(e: io::Error) -> Trouble {
        Trouble::Broken(e)
    }
}

/// What came and was not yet used.
pub(super) struct Lines<R> {
    from: R,
    waiting: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(from: R) -> Lines<R> {
        Lines { from, waiting: Vec::new() }
    }

    pub(super) fn wire(&mut self) -> &mut R {
        &mut self.from
    }

    /// Gives the line back; none where something is left that came too early to be honest.
    pub(super) fn into_wire(self) -> Option<R> {
        self.waiting.is_empty().then_some(self.from)
    }

    /// Whether the beginning of an answer is there; what came stays where it is.
    pub(super) fn has_line(&mut self) -> Result<bool, Trouble> {
        if !self.waiting.contains(&b'\n') {
            if self.waiting.len() > Caps::SHORT.text {
                return Err(Trouble::Endless);
            }
            self.fill()?;
        }
        Ok(self.waiting.contains(&b'\n'))
    }

    /// The next answer.
    pub(super) fn answer(&mut self, caps: Caps) -> Result<Answer, Trouble> {
        let mut answer = Answer::default();
        loop {
            let begun = answer.text.len();
            self.line(&mut answer.text, caps.text)?;
            let Some(length) = announced(&answer.text, begun) else {
                answer.text.extend_from_slice(b"\r\n");
                return Ok(answer);
            };
            match caps.literal {
                Some(cap) if answer.literal.is_none() => {
                    let brace = answer.text.iter().rposition(|&b| b == b'{').unwrap_or(begun);
                    answer.text.truncate(brace);
                    answer.text.extend_from_slice(b"{0}\r\n");
                    let mut literal = Vec::new();
                    self.literal(length, cap, &mut literal)?;
                    answer.literal = Some(literal);
                }
                _ => {
                    answer.text.extend_from_slice(b"\r\n");
                    let room = caps.text.saturating_sub(answer.text.len());
                    self.literal(length, u64::try_from(room).unwrap_or(u64::MAX), &mut answer.text)?;
                }
            }
        }
    }

    /// Adds one line, without its end, to `text`, which stays shorter than `cap`.
    fn line(&mut self, text: &mut Vec<u8>, cap: usize) -> Result<(), Trouble> {
        let mut looked_at = 0;
        loop {
            let fresh = self.waiting.get(looked_at..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|&b| b == b'\n').map(|at| looked_at + at) {
                text.extend(self.waiting.drain(..=end));
                text.pop();
                text.pop_if(|last| *last == b'\r');
                return if text.len() > cap { Err(Trouble::Endless) } else { Ok(()) };
            }
            looked_at = self.waiting.len();
            if text.len() + looked_at > cap {
                return Err(Trouble::Endless);
            }
            self.fill()?;
        }
    }

    /// Adds a literal to `into`, which grows only as the bytes come.
    fn literal(&mut self, length: u64, cap: u64, into: &mut Vec<u8>) -> Result<(), Trouble> {
        if length > cap {
            return Err(Trouble::TooLong(length));
        }
        let here = usize::try_from(length).unwrap_or(usize::MAX).min(self.waiting.len());
        into.extend(self.waiting.drain(..here));
        let missing = length - u64::try_from(here).unwrap_or(length);
        let came = (&mut self.from).take(missing).read_to_end(into)?;
        if u64::try_from(came).unwrap_or(0) < missing {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(())
    }

    fn fill(&mut self) -> Result<(), Trouble> {
        let mut block = [0; 16 << 10];
        loop {
            match self.from.read(&mut block) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                Ok(n) => {
                    self.waiting.extend(block.iter().take(n));
                    return Ok(());
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
}

/// The length of the literal that the line from `begun` on announces. Words of the server may end like that, too, so only
/// an answer with data can announce one.
fn announced(text: &[u8], begun: usize) -> Option<u64> {
    let kind = text.strip_prefix(b"* ")?.split(|&b| b == b' ').next()?;
    if ["OK", "NO", "BAD", "BYE", "PREAUTH"].iter().any(|word| kind.eq_ignore_ascii_case(word.as_bytes())) {
        return None;
    }
    let line = text.get(begun..)?.strip_suffix(b"}")?;
    let digits = line.get(line.iter().rposition(|&b| b == b'{')? + 1..)?;
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    plain.then(|| std::str::from_utf8(digits).ok().and_then(|d| d.parse().ok()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAIL: Caps = Caps { text: 100, literal: Some(10) };

    fn first(said: &[u8], caps: Caps) -> Result<(String, Option<Vec<u8>>), Trouble> {
        let answer = Lines::new(said).answer(caps)?;
        Ok((String::from_utf8(answer.text).unwrap(), answer.literal))
    }

    #[test]
    fn an_answer_is_whole_with_its_literals() {
        let said = b"* 1 FETCH (BODY[] {3}\r\na\nb X {2}\r\n{9 UID 7)\r\n* next";
        let whole = ("* 1 FETCH (BODY[] {0}\r\n X {2}\r\n{9 UID 7)\r\n".to_owned(), Some(b"a\nb".to_vec()));
        assert_eq!(first(said, MAIL).unwrap(), whole);
        assert_eq!(first(b"* LIST () {3}\r\na\nb\n", Caps::SHORT).unwrap().0, "* LIST () {3}\r\na\nb\r\n");
    }

    #[test]
    fn words_that_end_like_a_literal_announce_none() {
        for words in ["* OK {5}", "* BYE {99999999999999999999}", "A1 NO {5}", "+ {5}", "* 1 FETCH {x}", "* 1 FETCH {}"]
        {
            assert_eq!(first(format!("{words}\r\n").as_bytes(), Caps::SHORT).unwrap().0, format!("{words}\r\n"));
        }
    }

    #[test]
    fn more_than_was_agreed_is_refused_before_it_comes() {
        for (said, length) in [("11", 11), ("4294967296", 1 << 32), ("99999999999999999999999", u64::MAX)] {
            let said = format!("* 1 FETCH (BODY[] {{{said}}}\r\n");
            assert!(matches!(first(said.as_bytes(), MAIL), Err(Trouble::TooLong(n)) if n == length));
        }
        assert!(matches!(first(b"* LIST () {99999}\r\n", Caps::SHORT), Err(Trouble::TooLong(99_999))));
    }

    #[test]
    fn a_line_without_end_is_given_up_and_little_of_it_read() {
        let mut lines = Lines::new(io::repeat(b'x').take(100 << 20));
        assert!(matches!(lines.answer(Caps::SHORT), Err(Trouble::Endless)));
        assert!(lines.wire().limit() > 99 << 20);
        let many = "* X {1}\r\na".repeat(50_000);
        assert!(matches!(first(many.as_bytes(), Caps::SHORT), Err(Trouble::Endless | Trouble::TooLong(1))));
    }

    #[test]
    fn what_ends_too_early_is_broken() {
        for said in ["", "* OK", "* 1 FETCH (BODY[] {5}\r\nabc", "* 1 FETCH (BODY[] {5}\r\nabcde"] {
            assert!(matches!(first(said.as_bytes(), MAIL), Err(Trouble::Broken(_))), "{said}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_end_in_answers_within_their_caps(said in "([*] |[{}0-9]|\r\n|[ -~]){0,200}") {
            let mut lines = Lines::new(said.as_bytes());
            while let Ok(answer) = lines.answer(MAIL) {
                prop_assert!(answer.text.len() <= 200 && answer.literal.is_none_or(|l| l.len() <= 10));
            }
        }
    }
}
