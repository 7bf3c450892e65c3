//! Reads JSON (RFC 8259) value by value, and hands numbers out as they are written.
//!
//! serde_json cannot: it makes a binary float of a number, and its `RawValue` would read each value once more on each
//! level above it. So the tokens are read here; escapes are still decoded, and syntax errors located, by serde_json. A
//! property test and a fuzz target compare what both accept.

use std::borrow::Cow;

/// The next value of a body. [`Reader::item`] and [`Reader::name`] read the content of arrays and objects.
pub(super) enum Token<'b> {
    Null,
    Boolean(bool),
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
    /// The position of its first byte.
    pub(super) at: usize,
}

/// The reason why a body cannot be read, and its position.
#[derive(Debug)]
pub(super) enum Invalid {
    Syntax,
    Surrogate(usize),
    Depth(usize),
    Duplicate(usize),
}

pub(super) struct Reader<'b> {
    text: &'b str,
    at: usize,
}

impl<'b> Reader<'b> {
    pub(super) fn new(text: &'b str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the position of the next byte.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn token(&mut self) -> Result<Token<'b>, Invalid> {
        match self.skip_space() {
            Some(b'"') => self.string().map(Token::String),
            Some(b'{') => Ok(self.bump(Token::Object)),
            Some(b'[') => Ok(self.bump(Token::Array)),
            Some(b'-' | b'0'..=b'9') => self.number().map(Token::Number),
            Some(b'n') => self.literal("null", Token::Null),
            Some(b't') => self.literal("true", Token::Boolean(true)),
            Some(b'f') => self.literal("false", Token::Boolean(false)),
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

    /// Reads the next name of an object, or moves past its end.
    pub(super) fn name(&mut self, first: bool) -> Result<Option<Text<'b>>, Invalid> {
        match (self.skip_space(), first) {
            (Some(b'}'), _) => return Ok(self.bump(None)),
            (_, true) => {}
            (Some(b','), false) => self.at += 1,
            _ => return Err(Invalid::Syntax),
        }
        let (Some(b'"'), name) = (self.skip_space(), self.string()?) else { return Err(Invalid::Syntax) };
        match self.skip_space() {
            Some(b':') => Ok(self.bump(Some(name))),
            _ => Err(Invalid::Syntax),
        }
    }

    /// Checks that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Invalid> {
        self.skip_space().map_or(Ok(()), |_| Err(Invalid::Syntax))
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
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

    fn literal(&mut self, word: &str, value: Token<'b>) -> Result<Token<'b>, Invalid> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Invalid::Syntax);
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(Invalid::Syntax) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<&'b str, Invalid> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        match self.byte() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
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
        self.since(start)
    }

    fn string(&mut self) -> Result<Text<'b>, Invalid> {
        let start = self.at;
        let mut escaped = false;
        self.at += 1;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' ')).ok_or(Invalid::Syntax)?;
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text { quoted: self.since(start)?, escaped, at: start });
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
        let digits = self.text.get(self.at + 1..self.at + 5).ok_or(Invalid::Syntax)?;
        self.at += 5;
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| hexadecimal).ok_or(Invalid::Syntax)
    }
}

impl<'b> Text<'b> {
    /// Returns how many characters the string has at most.
    pub(super) fn max_chars(self) -> usize {
        self.quoted.len().saturating_sub(2)
    }

    pub(super) fn decode(self) -> Cow<'b, str> {
        if self.escaped {
            return serde_json::from_str::<String>(self.quoted).unwrap_or_default().into();
        }
        self.quoted.get(1..self.max_chars() + 1).unwrap_or_default().into()
    }
}
