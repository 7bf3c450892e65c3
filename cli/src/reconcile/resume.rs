//! Reads the results of an earlier run along with the orders.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use super::{
    csv_rows::CsvRows,
    encoding::TextEncoding,
    outcome::{COLUMNS, OrderResult, Verdict},
};
use crate::{args::ResultFormat, error::CliError};

/// A result of an earlier run.
pub(super) struct PriorResult {
    pub(super) fields: Vec<String>,
    pub(super) verdict: Verdict,
}

pub(super) struct PriorResults {
    reader: Reader,
    header: Vec<String>,
    name: String,
    /// The result after the one returned last. An incomplete last result is dropped.
    ahead: Option<Vec<String>>,
    /// Whether the last line ends.
    ended: bool,
}

enum Reader {
    Csv(Box<CsvRows<File>>),
    Lines(BufReader<File>),
}

impl PriorResults {
    /// Reads the results of a file that has some. `header` has the columns of the orders.
    pub(super) fn open(mut file: File, path: &Path, format: ResultFormat, header: &[String]) -> Result<Self, CliError> {
        let name = path.display().to_string();
        let header: Vec<String> = header.iter().cloned().chain(COLUMNS.map(ToOwned::to_owned)).collect();
        let mut open = || -> io::Result<(bool, Reader)> {
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            file.rewind()?;
            // A spreadsheet may have saved them again, in its own encoding.
            let reader = match format {
                ResultFormat::Csv => {
                    let encoding = TextEncoding::detect(&mut file, None)?;
                    Reader::Csv(Box::new(CsvRows::new(file.try_clone()?, encoding)))
                }
                _ => Reader::Lines(BufReader::new(file.try_clone()?)),
            };
            Ok((last == *b"\n", reader))
        };
        let (ended, reader) = open().map_err(|error| CliError::Input(format!("{name} cannot be read: {error}")))?;
        let mut prior = Self { reader, header, name, ahead: None, ended };
        if matches!(prior.reader, Reader::Csv(_)) && prior.read()?.as_ref() != Some(&prior.header) {
            return Err(prior.mismatch_error());
        }
        prior.ahead = prior.read()?;
        Ok(prior)
    }

    /// Reads the next complete result.
    pub(super) fn next(&mut self) -> Result<Option<PriorResult>, CliError> {
        let Some(cells) = self.ahead.take() else { return Ok(None) };
        self.ahead = self.read()?;
        let complete = cells.len() == self.header.len();
        if self.ahead.is_none() && !(self.ended && complete) {
            return Ok(None);
        }
        let mut fields = cells;
        let (detail, outcome) = (fields.pop(), fields.pop());
        match (outcome.as_deref().and_then(OrderResult::from_name), detail) {
            // The payments of the period follow the orders. They are listed again.
            (Some(OrderResult::NoOrder | OrderResult::PaidTwice), _) => Ok(None),
            (Some(outcome), Some(detail)) if complete => {
                Ok(Some(PriorResult { fields, verdict: Verdict::new(outcome, detail) }))
            }
            _ => Err(self.mismatch_error()),
        }
    }

    /// Reads the cells of the next result, in the order of the header; `None` if it is not a result.
    fn read(&mut self) -> Result<Option<Vec<String>>, CliError> {
        match &mut self.reader {
            Reader::Csv(rows) => Ok(rows.next()?.map(|record| record.cells)),
            Reader::Lines(lines) => {
                let mut line = Vec::new();
                if lines.read_until(b'\n', &mut line)? == 0 {
                    return Ok(None);
                }
                let mut fields = serde_json::from_slice::<HashMap<String, String>>(&line).unwrap_or_default();
                let cells: Option<Vec<_>> = self.header.iter().map(|column| fields.remove(column)).collect();
                match cells.filter(|_| fields.is_empty()) {
                    None if line.ends_with(b"\n") => Err(self.mismatch_error()),
                    cells => Ok(Some(cells.unwrap_or_default())),
                }
            }
        }
    }

    /// Returns the error of results that belong to another run.
    pub(super) fn mismatch_error(&self) -> CliError {
        CliError::Input(format!(
            "{} does not hold results of these orders in this format; --resume needs the same orders, --output and --format as before",
            self.name
        ))
    }
}
