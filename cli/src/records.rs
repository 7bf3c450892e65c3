//! Reads the records of a file: the file is one JSON value, or else has one record per line.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use serde::de::{Deserialize, IgnoredAny};
use serde_json::Deserializer;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A record, without the blanks around it.
pub(crate) struct Record<'a> {
    pub(crate) json: &'a [u8],
    /// The line on which it begins, counted from 1.
    pub(crate) line: usize,
    /// The number of bytes before it on that line.
    pub(crate) column: usize,
}

/// The records of a file. Only one of them is in memory.
pub(crate) struct Records {
    reader: Box<dyn BufRead>,
    is_one_value: bool,
    /// The number of lines read.
    lines: usize,
    buffer: Vec<u8>,
}

impl Records {
    /// Reads ahead to see whether the file is one value of several lines. An invalid one is a record of its own, unless
    /// its second line is a record, so that only its first line is invalid.
    pub(crate) fn new(reader: Box<dyn Read>) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(1 << 18, reader);
        let mut mark = Vec::new();
        reader.by_ref().take(3).read_to_end(&mut mark)?;
        if mark == BYTE_ORDER_MARK {
            mark.clear();
        }
        let mut reader: Box<dyn BufRead> = Box::new(Cursor::new(mark).chain(reader));

        let (mut ahead, mut is_one_value) = (next_line(&mut reader)?, false);
        if value(&*ahead).is_err_and(|error| error.is_eof()) {
            let second = next_line(&mut reader)?;
            let second_is_record = value(&*second).is_ok();
            let text = Cursor::new([ahead, second].concat()).chain(reader);
            let mut recorder = Recorder { reader: text, read: Vec::new() };
            is_one_value = match value(&mut recorder) {
                Err(error) if error.is_io() => return Err(error.into()),
                result => result.is_ok() || !second_is_record,
            };
            (ahead, reader) = (recorder.read, Box::new(recorder.reader));
        }
        let reader = Box::new(Cursor::new(ahead).chain(reader));
        Ok(Self { reader, is_one_value, lines: 0, buffer: Vec::new() })
    }

    /// Reads the next record.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        self.buffer.clear();
        while self.buffer.trim_ascii().is_empty() {
            self.lines += breaks(&self.buffer);
            self.buffer.clear();
            let length = if self.is_one_value {
                self.reader.read_to_end(&mut self.buffer)?
            } else {
                self.reader.read_until(b'\n', &mut self.buffer)?
            };
            if length == 0 {
                return Ok(None);
            }
        }
        let (before, _) = self.buffer.split_at(self.buffer.len() - self.buffer.trim_ascii_start().len());
        let line = self.lines + breaks(before) + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        // Only the last record can have several lines.
        self.lines += 1;
        Ok(Some(Record { json: self.buffer.trim_ascii(), line, column }))
    }
}

/// Reads blank lines and the line after them.
fn next_line(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    while lines.trim_ascii().is_empty() && reader.read_until(b'\n', &mut lines)? > 0 {}
    Ok(lines)
}

/// Reads a JSON value and what follows it.
fn value(json: impl Read) -> serde_json::Result<()> {
    let mut json = Deserializer::from_reader(json);
    IgnoredAny::deserialize(&mut json)?;
    json.end()
}

/// Keeps what is read.
struct Recorder<R> {
    reader: R,
    read: Vec<u8>,
}

impl<R: Read> Read for &mut Recorder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.read.extend(buffer.iter().take(length));
        Ok(length)
    }
}

fn breaks(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}
