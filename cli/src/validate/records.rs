//! Splits a file into its JSON records: one per line, several per line, or one over many lines.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};
use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// The number of bytes that are read at once.
const CHUNK: usize = 1 << 18;

/// A longer line is not parsed as one record, since it may hold any number of them.
const LONG_LINE: usize = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The records of a file. Only one chunk and one record are in memory.
pub(super) struct Records<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The index of the next record in the buffer.
    start: usize,
    /// The line of the next record, counted from 1.
    line: usize,
    /// The number of bytes of that line before the record.
    column: usize,
    /// Whether no record of that line was read.
    line_is_whole: bool,
    at_end: bool,
    /// Where in the buffer, once it has the end of the file, lines begin with a bracket that nothing closes; in order.
    unclosed: Vec<usize>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(reader: R) -> io::Result<Self> {
        let mut records = Self {
            reader,
            buffer: Vec::with_capacity(CHUNK),
            start: 0,
            line: 1,
            column: 0,
            line_is_whole: true,
            at_end: false,
            unclosed: Vec::new(),
        };
        while records.buffer.len() < BYTE_ORDER_MARK.len() && !records.at_end {
            records.fill()?;
        }
        if records.buffer.starts_with(BYTE_ORDER_MARK) {
            records.start = BYTE_ORDER_MARK.len();
        }
        Ok(records)
    }

    /// Returns the line on which the next record begins, counted from 1, and the number of bytes before it on that line.
    pub(super) fn position(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// Goes to the next record. Returns whether there is one.
    pub(super) fn seek(&mut self) -> io::Result<bool> {
        loop {
            let blanks = self.rest().iter().take_while(|byte| is_blank(**byte)).count();
            self.advance(blanks);
            if !self.rest().is_empty() {
                return Ok(true);
            }
            if self.at_end {
                return Ok(false);
            }
            self.fill()?;
        }
    }

    /// Returns the line that begins here, a record in most files; `None` in the middle of a line, and for a long one.
    pub(super) fn whole_line(&mut self) -> io::Result<Option<&[u8]>> {
        if !self.line_is_whole {
            return Ok(None);
        }
        let mut searched = 0;
        let end = loop {
            let unsearched = self.rest().get(searched..).unwrap_or_default();
            if let Some(found) = memchr(b'\n', unsearched) {
                break searched + found;
            }
            searched = self.rest().len();
            if self.at_end {
                break searched;
            }
            if searched > LONG_LINE {
                return Ok(None);
            }
            self.fill()?;
        };
        Ok(self.rest().get(..end).map(<[u8]>::trim_ascii_end))
    }

    /// Returns the JSON value that begins here, which can have several lines, or the invalid text.
    pub(super) fn value(&mut self) -> io::Result<&[u8]> {
        let length = loop {
            if self.unclosed.binary_search(&self.start).is_ok() {
                break self.invalid_record()?;
            }
            let mut values = Deserializer::from_slice(self.rest()).into_iter::<IgnoredAny>();
            let value = values.next();
            let length = values.byte_offset();
            match value {
                // A number at the end of the buffer may have more digits.
                Some(Ok(_)) if self.at_end || length < self.rest().len() => break length,
                Some(Err(error)) if self.at_end || !error.is_eof() => {
                    // Otherwise each of these lines would be read to the end of the file.
                    if error.is_eof() && self.unclosed.is_empty() {
                        self.unclosed = unclosed_lines(&self.buffer, self.start);
                    }
                    break self.invalid_record()?;
                }
                _ => {
                    // Doubled for the next attempt, so that a long record is parsed in linear time.
                    let enough = self.rest().len() * 2;
                    while self.rest().len() < enough && !self.at_end {
                        self.fill()?;
                    }
                }
            }
        };
        Ok(self.rest().get(..length).unwrap_or_default())
    }

    /// Skips the record that begins here and the blanks after it.
    pub(super) fn advance(&mut self, length: usize) {
        let record = self.rest().get(..length).unwrap_or_default();
        let breaks = memchr_iter(b'\n', record).count();
        let blank = record.iter().all(|byte| is_blank(*byte));
        let last = if breaks > 0 { memrchr(b'\n', record) } else { None };
        self.column = last.map_or(self.column + length, |last| length - last - 1);
        self.line += breaks;
        self.line_is_whole = blank && (self.line_is_whole || breaks > 0);
        self.start += length;
    }

    fn invalid_record(&mut self) -> io::Result<usize> {
        let length = self.invalid()?;
        Ok(self.rest().get(..length).unwrap_or_default().trim_ascii_end().len())
    }

    /// Returns the length of an invalid record: its line, and after the start of an object or an array the following lines
    /// that are indented or begin with a closing bracket.
    fn invalid(&mut self) -> io::Result<usize> {
        let may_go_on = matches!(self.rest().first(), Some(b'{' | b'['));
        let mut length = 0;
        loop {
            match memchr(b'\n', self.rest().get(length..).unwrap_or_default()) {
                Some(found) => length += found,
                None if self.at_end => return Ok(self.rest().len()),
                None => {
                    self.fill()?;
                    continue;
                }
            }
            while self.rest().len() <= length + 1 && !self.at_end {
                self.fill()?;
            }
            match self.rest().get(length + 1) {
                Some(next) if may_go_on && (is_blank(*next) || matches!(next, b'}' | b']')) => length += 1,
                _ => return Ok(length),
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Reads at most one chunk.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let filled = self.buffer.len();
        self.buffer.resize(filled + CHUNK, 0);
        let read = loop {
            match self.reader.read(self.buffer.get_mut(filled..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(filled + *read.as_ref().unwrap_or(&0));
        self.at_end = read? == 0;
        Ok(())
    }
}

/// Returns where lines begin with a bracket that is not closed, in JSON from `start` on that ends early.
fn unclosed_lines(json: &[u8], start: usize) -> Vec<usize> {
    let (mut depth, mut in_string, mut escaped, mut line_begins) = (0_usize, false, false, true);
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in json.iter().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if line_begins {
                    open.push((depth, at));
                }
            }
            b'}' | b']' => {
                open.pop_if(|(opened, _)| *opened == depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        line_begins = *byte == b'\n' || (line_begins && is_blank(*byte));
    }
    open.into_iter().map(|(_, at)| at).collect()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
