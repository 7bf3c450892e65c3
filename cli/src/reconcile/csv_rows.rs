//! Reads the rows of a CSV text, with their line numbers.

use std::io::{self, BufRead, BufReader, Chain, Read, Seek};

use csv::{ReaderBuilder, StringRecord, Terminator};
use encoding_rs_io::DecodeReaderBytes;

use super::{encoding::TextEncoding, record::Record};

/// The input as UTF-8, with a line feed added at its end.
type Decoded<R> = Chain<DecodeReaderBytes<R, Vec<u8>>, &'static [u8]>;

pub(super) struct CsvRows<R: Read> {
    rows: csv::Reader<Decoded<R>>,
    record: StringRecord,
}

impl<R: Read> CsvRows<R> {
    pub(super) fn new(input: R, encoding: TextEncoding) -> Self {
        // Every row ends in \n, so that lines can be counted; a \r before it is removed from its cell.
        let text = encoding.decode(input).chain(&b"\n"[..]);
        let mut builder = ReaderBuilder::new();
        let rows = builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n')).from_reader(text);
        Self { rows, record: StringRecord::new() }
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
            let record = Record { line, cells, rounded: Vec::new() };
            if !record.is_blank() {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

/// The result of [`check_quotes`].
pub(super) enum Quotes {
    /// All quotes are closed; the text has about this number of rows.
    Closed { rows: u64 },
    /// The quote opened on this line is not closed, or only by a quote inside a later cell.
    Unclosed { line: u64 },
}

/// Checks the quotes of a text, and rewinds it. A quote that is not closed would make the rest of the text one cell.
pub(super) fn check_quotes(input: &mut (impl Read + Seek), encoding: TextEncoding) -> io::Result<Quotes> {
    enum State {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    use State::{Closed, Plain, Quoted, Start};

    input.rewind()?;
    let mut text = BufReader::with_capacity(64 * 1024, encoding.decode(&mut *input));
    let (mut state, mut line, mut rows, mut opened) = (Start, 1, 0, 0);
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
                    rows += 1;
                    Start
                }
                (_, b',') => Start,
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
    Ok(if matches!(state, Quoted) { Quotes::Unclosed { line: opened } } else { Quotes::Closed { rows } })
}
