//! Reads JSON (RFC 8259) value by value, and hands numbers out as they are written.
//!
//! serde_json cannot: it makes a binary float of a number, and its `RawValue` would read each value once more on each
//! level above it. So the tokens are read here; syntax errors are still located by serde_json. A property test and a fuzz
//! target compare what both accept.

use std::borrow::Cow;

use crate::types::string;

/// The next value of a body. [`JsonReader::item`] and [`JsonReader::field`] read the content of arrays and objects.
pub(super) enum JsonToken<'b> {
    Null,
    Boolean(bool),
    /// A number without fraction and exponent.
    Integer(&'b str),
    Number(&'b str),
    String(Text<'b>),
    Array,
    Object,
}

/// A string as it is written, with its quotes.
#[derive(Clone, Copy)]
pub(super) struct Text<'b> {
    quoted: &'b str,
    escaped: bool,
}

/// The reason why a body cannot be read, and its position.
#[derive(Debug)]
pub(super) enum Invalid {
    Syntax,
    Surrogate(usize),
    Depth(usize),
    Duplicate(usize),
}

pub(super) struct JsonReader<'b> {
    text: &'b str,
    at: usize,
}

impl<'b> JsonReader<'b> {
    pub(super) fn new(text: &'b str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the position of the next byte.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn token(&mut self) -> Result<JsonToken<'b>, Invalid> {
        match self.skip_space() {
            Some(b'"') => self.string().map(JsonToken::String),
            Some(b'{') => Ok(self.bump(JsonToken::Object)),
            Some(b'[') => Ok(self.bump(JsonToken::Array)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.literal("null", JsonToken::Null),
            Some(b't') => self.literal("true", JsonToken::Boolean(true)),
            Some(b'f') => self.literal("false", JsonToken::Boolean(false)),
            _ => Err(Invalid::Syntax),
        }
    }

    /// Moves to the next item of an array, or past its end.
    pub(super) fn item(&mut self, first: bool) -> Result<bool, Invalid> {
        match (self.skip_space(), first) {
            (Some(b']'), _) => Ok(self.bump(false)),
            (_, true) => Ok(true),
            (Some(b','), false) => Ok(self.bump(true)),
            _ => Err(Invalid::Syntax),
        }
    }

    /// Moves to the name of the next field of an object, or past its end.
    pub(super) fn field(&mut self, first: bool) -> Result<bool, Invalid> {
        match (self.skip_space(), first) {
            (Some(b'}'), _) => return Ok(self.bump(false)),
            (_, true) => {}
            (Some(b','), false) => self.at += 1,
            _ => return Err(Invalid::Syntax),
        }
        if self.skip_space() == Some(b'"') { Ok(true) } else { Err(Invalid::Syntax) }
    }

    /// Reads a name and its colon.
    pub(super) fn name(&mut self) -> Result<Text<'b>, Invalid> {
        let name = self.string()?;
        match self.skip_space() {
            Some(b':') => Ok(self.bump(name)),
            _ => Err(Invalid::Syntax),
        }
    }

    /// Moves past this text if it comes next.
    pub(super) fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text.as_bytes());
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Invalid> {
        self.skip_space().map_or(Ok(()), |_| Err(Invalid::Syntax))
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'b [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn bump<T>(&mut self, value: T) -> T {
        self.at += 1;
        value
    }

    fn skip_space(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                byte => return byte,
            }
        }
    }

    fn since(&self, start: usize) -> Result<&'b str, Invalid> {
        self.text.get(start..self.at).ok_or(Invalid::Syntax)
    }

    fn literal(&mut self, word: &str, value: JsonToken<'b>) -> Result<JsonToken<'b>, Invalid> {
        if self.skip(word) { Ok(value) } else { Err(Invalid::Syntax) }
    }

    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(Invalid::Syntax) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<JsonToken<'b>, Invalid> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if !matches!(self.byte(), Some(b'.' | b'e' | b'E')) {
            // Readers of JSON make a float of `-0`, which has no integer.
            return self
                .since(start)
                .map(|text| if text == "-0" { JsonToken::Number(text) } else { JsonToken::Integer(text) });
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        self.since(start).map(JsonToken::Number)
    }

    fn string(&mut self) -> Result<Text<'b>, Invalid> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            self.at += plain(self.rest());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text { quoted: self.since(start)?, escaped });
                }
                Some(b'\\') => self.escape()?,
                _ => return Err(Invalid::Syntax),
            }
            escaped = true;
        }
    }

    fn escape(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => match self.unit()? {
                0xdc00..=0xdfff => return Err(Invalid::Surrogate(start)),
                0xd800..=0xdbff if self.byte() != Some(b'\\') => return Err(Invalid::Surrogate(start)),
                0xd800..=0xdbff => {
                    self.at += 1;
                    if self.byte() != Some(b'u') || !(0xdc00..=0xdfff).contains(&self.unit()?) {
                        return Err(Invalid::Surrogate(start));
                    }
                }
                _ => {}
            },
            _ => return Err(Invalid::Syntax),
        }
        Ok(())
    }

    /// Reads the UTF-16 code unit of `uXXXX`.
    fn unit(&mut self) -> Result<u16, Invalid> {
        let digits = self.rest().get(1..5).ok_or(Invalid::Syntax)?;
        self.at += 5;
        let unit = digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?));
        unit.and_then(|unit| u16::try_from(unit).ok()).ok_or(Invalid::Syntax)
    }
}

/// Returns the number of bytes of a string before a quote, a backslash, a control character or the end.
fn plain(text: &[u8]) -> usize {
    text.iter().position(|byte| !is_plain(*byte)).unwrap_or(text.len())
}

fn is_plain(byte: u8) -> bool {
    !matches!(byte, b'"' | b'\\' | ..b' ')
}

impl<'b> Text<'b> {
    /// Returns how many characters the string has at most.
    pub(super) fn max_chars(self) -> usize {
        self.quoted.len().saturating_sub(2)
    }

    /// Returns the number of characters.
    pub(super) fn chars(self) -> usize {
        let mut rest = self.quoted.get(1..self.max_chars() + 1).unwrap_or_default();
        let mut count = 0;
        while let Some((before, escape)) = rest.split_once('\\').filter(|_| self.escaped) {
            count += before.chars().count() + 1;
            let length = match escape.as_bytes() {
                // The first half of a surrogate pair.
                [b'u', b'd' | b'D', b'8' | b'9' | b'a' | b'b' | b'A' | b'B', ..] => 11,
                [b'u', ..] => 5,
                _ => 1,
            };
            rest = escape.get(length..).unwrap_or_default();
        }
        count + rest.chars().count()
    }

    pub(super) fn decode(self) -> Cow<'b, str> {
        if self.escaped {
            return string(self.quoted).unwrap_or_default();
        }
        self.quoted.get(1..self.max_chars() + 1).unwrap_or_default().into()
    }
}
