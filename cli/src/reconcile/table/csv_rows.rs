//! Reads the rows of a CSV text, with their line numbers.

use std::io::{self, BufRead, BufReader, Chain, Read, Seek};

use csv::{ReaderBuilder, StringRecord, Terminator};
use encoding_rs_io::DecodeReaderBytes;

use super::{encoding::TextEncoding, record::Record};

/// How a CSV text is written.
#[derive(Clone, Copy)]
pub(in crate::reconcile) struct Dialect {
    pub(super) encoding: TextEncoding,
    pub(super) delimiter: u8,
    /// Whether lines end in `\r` alone.
    pub(super) has_bare_returns: bool,
}

impl Dialect {
    fn decode<R: Read>(self, input: R) -> Lines<R> {
        Lines { text: self.encoding.decode(input), has_bare_returns: self.has_bare_returns }
    }
}

/// A text in UTF-8 whose lines end in `\n` or `\r\n`.
pub(super) struct Lines<R: Read> {
    text: DecodeReaderBytes<R, Vec<u8>>,
    has_bare_returns: bool,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.text.read(buffer)?;
        if self.has_bare_returns {
            buffer.iter_mut().take(length).filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        Ok(length)
    }
}

/// Returns whether the lines of a text end in `\r` alone, by its first bytes, and rewinds it.
pub(super) fn has_bare_returns(input: &mut (impl Read + Seek), encoding: TextEncoding) -> io::Result<bool> {
    let mut start = Vec::new();
    encoding.decode(&mut *input).take(64 * 1024).read_to_end(&mut start)?;
    input.rewind()?;
    Ok(start.contains(&b'\r') && !start.contains(&b'\n'))
}

pub(super) struct CsvRows<R: Read> {
    rows: csv::Reader<Chain<Lines<R>, &'static [u8]>>,
    record: StringRecord,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn new(input: R, dialect: Dialect) -> Self {
        // Every row ends in \n, so that lines can be counted; a \r before it is removed from its cell.
        let text = dialect.decode(input).chain(&b"\n"[..]);
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n')).delimiter(dialect.delimiter);
        Self { rows: builder.from_reader(text), record: StringRecord::new() }
    }

    /// Reads the next row that is not blank.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        while self.rows.read_record(&mut self.record)? {
            let mut cells: Vec<String> = self.record.iter().map(ToOwned::to_owned).collect();
            if let Some(last) = cells.last_mut().filter(|last| last.ends_with('\r')) {
                last.pop();
            }
            // The reader is past the row, but may not have skipped the blank lines after it.
            let within = cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            let lines = u64::try_from(within).unwrap_or(0).saturating_add(1);
            let line = self.rows.position().line().saturating_sub(lines);
            let record = Record { cells, ..Record::new(line) };
            if !record.is_blank() {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// The result of [`check_quotes`].
pub(super) enum Quotes {
    /// All quotes are closed.
    Closed,
    /// The quote opened on this line is not closed, or only by a quote inside a later cell.
    Unclosed { line: u64 },
}

/// Checks the quotes of a text, and rewinds it. A quote that is not closed would make the rest of the text one cell.
pub(super) fn check_quotes(input: &mut (impl Read + Seek), dialect: Dialect) -> io::Result<Quotes> {
    enum State {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    use State::{Closed, Plain, Quoted, Start};

    input.rewind()?;
    let mut text = BufReader::with_capacity(64 * 1024, dialect.decode(&mut *input));
    let (mut state, mut line, mut opened) = (Start, 1, 0);
    loop {
        let bytes = text.fill_buf()?;
        let length = bytes.len();
        if length == 0 {
            break;
        }
        for byte in bytes {
            state = match (state, byte) {
                (Quoted, b'"') => Closed,
                (Closed, b'"') => Quoted,
                (Quoted, b'\n') => {
                    line += 1;
                    Quoted
                }
                (Quoted, _) => Quoted,
                (_, b'\n') => {
                    line += 1;
                    Start
                }
                (_, byte) if *byte == dialect.delimiter => Start,
                (Start, b'"') => {
                    opened = line;
                    Quoted
                }
                (Closed, byte) if opened < line && !byte.is_ascii_whitespace() => {
                    return input.rewind().map(|()| Quotes::Unclosed { line: opened });
                }
                _ => Plain,
            };
        }
        text.consume(length);
    }
    input.rewind()?;
    Ok(if matches!(state, Quoted) { Quotes::Unclosed { line: opened } } else { Quotes::Closed })
}
