//! What an earlier run left: its results are read again, and where they end this one goes on.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use super::{outcome::OrderResult, results::COLUMNS};
use crate::{error::CliError, output::Format};

/// A result that is there already.
pub(super) struct Done {
    pub(super) fields: Vec<String>,
    pub(super) outcome: OrderResult,
}

pub(super) struct PriorResults {
    reader: Reader,
    header: Vec<String>,
    name: String,
    /// Where the last whole result ends, in bytes.
    pub(super) end: u64,
}

enum Reader {
    /// `whole`: whether its last line has an end.
    Csv {
        rows: Box<csv::Reader<File>>,
        size: u64,
        whole: bool,
    },
    Lines {
        lines: BufReader<File>,
        json: bool,
        at: u64,
    },
}

impl PriorResults {
    /// The results of a file that has some.
    pub(super) fn open(path: &Path, format: Format, header: &[String]) -> Result<Self, CliError> {
        let name = path.display().to_string();
        let header: Vec<String> = header.iter().cloned().chain(COLUMNS.map(ToOwned::to_owned)).collect();
        let reader = File::open(path).and_then(|file| match format {
            Format::Csv => Reader::csv(file),
            format => Ok(Reader::Lines { lines: BufReader::new(file), json: format == Format::Json, at: 0 }),
        });
        let reader = reader.map_err(|error| CliError::Input(format!("{name} cannot be read: {error}")))?;
        let mut kept = Self { reader, header, name, end: 0 };
        if let Reader::Csv { rows, .. } = &mut kept.reader {
            if !rows.headers().is_ok_and(|columns| columns.iter().eq(&kept.header)) {
                return Err(kept.mismatch_error());
            }
            kept.end = rows.position().byte();
        }
        Ok(kept)
    }

    /// The next result that was written as a whole.
    pub(super) fn next(&mut self) -> Result<Option<Done>, CliError> {
        let cells = match &mut self.reader {
            Reader::Csv { rows, size, whole } => {
                // Of bytes: a line that was cut off may end in half a letter.
                let mut record = csv::ByteRecord::new();
                match rows.read_byte_record(&mut record) {
                    Ok(false) => return Ok(None),
                    Ok(true) => {}
                    Err(_) => return Err(self.mismatch_error()),
                }
                let end = rows.position().byte();
                if end >= *size && (!*whole || record.len() != self.header.len()) {
                    return Ok(None);
                }
                self.end = end;
                csv::StringRecord::from_byte_record(record)
                    .ok()
                    .map(|record| record.iter().map(ToOwned::to_owned).collect())
            }
            Reader::Lines { lines, json, at } => {
                let mut line = Vec::new();
                lines.read_until(b'\n', &mut line).map_err(CliError::Output)?;
                if *at == 0 && *json {
                    if !line.starts_with(b"[") {
                        return Err(self.mismatch_error());
                    }
                    *at = 2;
                    line.clear();
                    lines.read_until(b'\n', &mut line).map_err(CliError::Output)?;
                }
                let whole = line.ends_with(b"\n");
                let object = line.trim_ascii_end();
                let object = if *json { object.strip_suffix(b",").unwrap_or(object) } else { object };
                if line.is_empty() || *json && object == b"]" {
                    return Ok(None);
                }
                let fields = serde_json::from_slice::<HashMap<String, String>>(object).ok();
                let cells = fields.and_then(|mut fields| {
                    self.header.iter().map(|column| fields.remove(column)).collect::<Option<Vec<_>>>()
                });
                if !whole && (cells.is_none() || !*json) {
                    return Ok(None);
                }
                let length = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                self.end = at.saturating_add(length(if *json { object } else { &line }));
                *at = at.saturating_add(length(&line));
                cells
            }
        };
        let done = cells.filter(|cells: &Vec<String>| cells.len() == self.header.len()).and_then(|mut fields| {
            fields.pop();
            let outcome = OrderResult::from_name(&fields.pop()?)?;
            Some(Done { fields, outcome })
        });
        done.map(Some).ok_or_else(|| self.mismatch_error())
    }

    /// Not what this run would have written.
    pub(super) fn mismatch_error(&self) -> CliError {
        CliError::Input(format!(
            "{} does not hold results of these orders in this format; --resume needs the same orders, --output and --format as before",
            self.name
        ))
    }
}

impl Reader {
    fn csv(mut file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        let mut last = [0];
        if size > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            file.rewind()?;
        }
        let rows = csv::ReaderBuilder::new().flexible(true).from_reader(file);
        Ok(Self::Csv { rows: rows.into(), size, whole: last == *b"\n" })
    }
}
