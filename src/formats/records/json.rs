//! One JSON value after another out of a stream of bytes. Numbers that a machine number does not hold exactly stay the text
//! they were written in. Faults of meaning (a key twice, half a character) leave the reader behind the value; faults of form
//! do not.

use serde_json::{Map, Number, Value};

use super::bytes::{Bytes, Spot};
use super::delimited::Fault;
use super::table::RAW;

/// Arrays and objects nested deeper are refused.
pub(super) const DEPTH: usize = 64;
/// A value is no longer, in bytes.
pub(super) const LONGEST: usize = 64 << 20;
/// A value has no more values within it.
pub(super) const VALUES: usize = 250_000;
/// A number has no more characters.
const DIGITS: usize = 400;
/// A fraction of so many digits comes out of an `f64` as it went in.
const EXACT: usize = 15;

/// A value that was read.
pub(super) struct Read {
    pub(super) value: Value,
    /// Of an object, its keys in their order.
    pub(super) keys: Vec<String>,
    /// The value as it stood there; empty where that is longer than 1 MiB.
    pub(super) raw: String,
}

/// Reads values.
pub(super) struct Reader<'a> {
    bytes: &'a mut Bytes,
    /// Values end on the line they begin on.
    one_line: bool,
    raw: Vec<u8>,
    size: usize,
    values: usize,
    depth: usize,
    /// The keys of the value itself, in their order.
    keys: Vec<String>,
    /// The first fault of meaning; nothing more is kept once there is one.
    fault: Option<Fault>,
    skipping: bool,
}

impl<'a> Reader<'a> {
    /// A reader that goes on where `bytes` stand.
    pub(super) fn new(bytes: &'a mut Bytes, one_line: bool) -> Reader<'a> {
        Reader {
            bytes,
            one_line,
            raw: Vec::new(),
            size: 0,
            values: 0,
            depth: 0,
            keys: Vec::new(),
            fault: None,
            skipping: false,
        }
    }

    /// The next value.
    pub(super) fn value(mut self) -> Result<Read, Fault> {
        let value = self.any()?;
        let raw = if self.raw.len() > RAW { Vec::new() } else { self.raw };
        let raw = String::from_utf8(raw).unwrap_or_default();
        self.fault.map_or(Ok(Read { value, keys: self.keys, raw }), Err)
    }

    /// Passes over the next value, whatever its size.
    pub(super) fn skip(mut self) -> Result<(), Fault> {
        self.skipping = true;
        self.any().map(drop)
    }

    /// The next text, as the key of a member.
    pub(super) fn key(mut self) -> Result<String, Fault> {
        let key = self.text()?;
        self.fault.map_or(Ok(key), Err)
    }

    fn any(&mut self) -> Result<Value, Fault> {
        let spot = self.bytes.spot();
        self.values += 1;
        if self.values > VALUES {
            self.note(spot, "the record has more than 250,000 values".to_owned());
        }
        match self.bytes.peek() {
            Some(b'{' | b'[') if self.depth == DEPTH => {
                self.note(spot, "nested deeper than 64".to_owned());
                self.pass_nested()?;
                Ok(Value::Null)
            }
            Some(open @ (b'{' | b'[')) => {
                self.depth += 1;
                let value = if open == b'{' { self.object() } else { self.array() };
                self.depth -= 1;
                value
            }
            Some(b'"') => self.text().map(Value::from),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::from(true)),
            Some(b'f') => self.word("false", Value::from(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn object(&mut self) -> Result<Value, Fault> {
        let mut members = Map::new();
        self.next();
        self.blanks()?;
        if self.bytes.peek() == Some(b'}') {
            self.next();
            return Ok(Value::Object(members));
        }
        loop {
            let spot = self.bytes.spot();
            if self.bytes.peek() != Some(b'"') {
                return Err(self.unexpected("a key in quotes"));
            }
            let key = self.text()?;
            self.blanks()?;
            if self.bytes.peek() != Some(b':') {
                return Err(self.unexpected("':'"));
            }
            self.next();
            self.blanks()?;
            let value = self.any()?;
            if self.keeps() {
                if members.contains_key(&key) {
                    let key: String = key.chars().take(60).collect();
                    self.note(spot, format!("the key \"{key}\" comes twice"));
                } else {
                    if self.depth == 1 {
                        self.keys.push(key.clone());
                    }
                    members.insert(key, value);
                }
            }
            if self.ends(b'}')? {
                return Ok(Value::Object(members));
            }
        }
    }

    fn array(&mut self) -> Result<Value, Fault> {
        let mut elements = Vec::new();
        self.next();
        self.blanks()?;
        if self.bytes.peek() == Some(b']') {
            self.next();
            return Ok(Value::Array(elements));
        }
        loop {
            let value = self.any()?;
            if self.keeps() {
                elements.push(value);
            }
            if self.ends(b']')? {
                return Ok(Value::Array(elements));
            }
        }
    }

    /// After an element: whether the array or object ends here, or goes on after a comma.
    fn ends(&mut self, close: u8) -> Result<bool, Fault> {
        self.blanks()?;
        match self.bytes.peek() {
            Some(byte) if byte == close => {
                self.next();
                Ok(true)
            }
            Some(b',') => {
                self.next();
                self.blanks()?;
                Ok(false)
            }
            _ => Err(self.unexpected(&format!("',' or '{}'", char::from(close)))),
        }
    }

    /// Passes over what is nested too deep, without going as deep itself.
    fn pass_nested(&mut self) -> Result<(), Fault> {
        let mut open = 0_usize;
        loop {
            match self.bytes.peek() {
                Some(b'"') => drop(self.text()?),
                Some(byte) => {
                    open += usize::from(matches!(byte, b'{' | b'['));
                    open = open.saturating_sub(usize::from(matches!(byte, b'}' | b']')));
                    self.within_line()?;
                    self.next();
                    if open == 0 {
                        return Ok(());
                    }
                }
                None => return Err(self.unexpected("the end of the record")),
            }
        }
    }

    fn text(&mut self) -> Result<String, Fault> {
        let spot = self.bytes.spot();
        let mut text: Vec<u8> = Vec::new();
        self.next();
        loop {
            let at = self.bytes.spot();
            match self.bytes.peek() {
                Some(b'"') => {
                    self.next();
                    break;
                }
                Some(b'\\') => {
                    self.next();
                    if let Some(c) = self.escape(at)?
                        && self.keeps()
                    {
                        text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
                None | Some(0..0x20) => return Err(self.unexpected("the end of the text, '\"'")),
                Some(byte) => {
                    self.next();
                    if self.keeps() {
                        text.push(byte);
                    }
                }
            }
        }
        String::from_utf8(text).or_else(|_| {
            self.note(spot, "the text is no UTF-8".to_owned());
            Ok(String::new())
        })
    }

    /// What follows a backslash; none for half a character.
    fn escape(&mut self, at: Spot) -> Result<Option<char>, Fault> {
        let Some(byte) = self.bytes.peek() else { return Err(self.unexpected("an escape")) };
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.next();
                return self.unicode(at);
            }
            _ => return Err(self.unexpected("one of \"\\/bfnrtu")),
        };
        self.next();
        Ok(Some(plain))
    }

    fn unicode(&mut self, at: Spot) -> Result<Option<char>, Fault> {
        let mut unit = self.hex()?;
        loop {
            if let Some(c) = char::from_u32(unit) {
                return Ok(Some(c));
            }
            let half = |reader: &mut Self| reader.note(at, "half of a character (a lone surrogate)".to_owned());
            if unit >= 0xdc00 || self.bytes.peek() != Some(b'\\') {
                half(self);
                return Ok(None);
            }
            self.next();
            if self.bytes.peek() != Some(b'u') {
                half(self);
                return self.escape(at);
            }
            self.next();
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                return Ok(char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (second - 0xdc00)));
            }
            half(self);
            unit = second;
        }
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.bytes.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.unexpected("four hexadecimal digits")) };
            self.next();
            unit = unit * 16 + digit;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let spot = self.bytes.spot();
        let mut token = String::new();
        while let Some(byte @ (b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) = self.bytes.peek() {
            self.next();
            if token.len() <= DIGITS {
                token.push(char::from(byte));
            }
        }
        if token.len() > DIGITS {
            self.note(spot, "a number of more than 400 characters".to_owned());
            return Ok(Value::Null);
        }
        let Some(whole) = form(&token) else {
            return Err(Fault { spot, why: format!("\"{token}\" is no number"), last: true });
        };
        if whole {
            let exact = token.parse().map(i64::into).or_else(|_| token.parse().map(u64::into));
            return Ok(exact.map_or_else(|_| Value::from(token), |number: Number| Value::Number(number)));
        }
        match token.parse().ok().and_then(Number::from_f64) {
            None => {
                self.note(spot, format!("{token} is beyond all numbers"));
                Ok(Value::Null)
            }
            Some(number) if digits(&token) <= EXACT => Ok(Value::Number(number)),
            Some(_) => Ok(Value::from(token)),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        for letter in word.bytes() {
            if self.bytes.peek() != Some(letter) {
                return Err(self.unexpected(word));
            }
            self.next();
        }
        Ok(value)
    }

    fn blanks(&mut self) -> Result<(), Fault> {
        while matches!(self.bytes.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.within_line()?;
            self.next();
        }
        Ok(())
    }

    fn within_line(&mut self) -> Result<(), Fault> {
        if self.one_line && self.bytes.peek() == Some(b'\n') {
            return Err(self.unexpected("the end of the record"));
        }
        Ok(())
    }

    /// Whether what is read is still wanted.
    fn keeps(&self) -> bool {
        self.fault.is_none() && !self.skipping
    }

    fn next(&mut self) {
        let spot = self.bytes.spot();
        let Some(byte) = self.bytes.next() else { return };
        if self.keeps() && self.raw.len() <= RAW {
            self.raw.push(byte);
        }
        self.size = self.size.saturating_add(1);
        if self.size > LONGEST {
            self.note(spot, "the record is longer than 64 MiB".to_owned());
        }
    }

    fn note(&mut self, spot: Spot, why: String) {
        if !self.skipping {
            self.fault.get_or_insert(Fault { spot, why, last: false });
        }
    }

    /// Something else stands here. An earlier fault says more than the one it led to.
    fn unexpected(&mut self, wanted: &str) -> Fault {
        let spot = self.bytes.spot();
        let found = match self.bytes.peek() {
            None => "the file ends".to_owned(),
            Some(b'\n' | b'\r') => "the line ends".to_owned(),
            Some(byte @ 0x21..0x7f) => format!("'{}' stands", char::from(byte)),
            Some(byte) => format!("the byte {byte:#04x} stands"),
        };
        Fault { spot, why: format!("{found} where {wanted} was expected"), last: true }
    }
}

/// Whether the text has the form of a JSON number, and of a whole one.
fn form(token: &str) -> Option<bool> {
    let rest = token.strip_prefix('-').unwrap_or(token);
    let (rest, power) = rest.split_once(['e', 'E']).map_or((rest, None), |(rest, power)| (rest, Some(power)));
    let (whole, part) = rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part)));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let fits = all(whole) && (whole == "0" || !whole.starts_with('0')) && part.is_none_or(all);
    let power_fits = power.is_none_or(|power| all(power.strip_prefix(['+', '-']).unwrap_or(power)));
    (fits && power_fits).then_some(part.is_none() && power.is_none())
}

/// How many digits say something: those before the power, without zeros at the front.
fn digits(token: &str) -> usize {
    let base = token.split(['e', 'E']).next().unwrap_or_default();
    base.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count()
}
