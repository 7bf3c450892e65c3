//! Reads the rows of a sheet of a workbook (.xlsx) as a stream.

use std::{
    fs::File,
    io::{self, BufReader},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{
    number_format::NumberFormat,
    record::{Change, Record, Value},
};

/// The largest number of columns of a sheet in Excel.
const MAX_COLUMNS: usize = 16_384;
/// The smallest number of more digits than Excel keeps.
const SIXTEEN_DIGITS: f64 = 1e15;
/// The smallest number from which on not every integer can be stored.
const INEXACT: f64 = 9_007_199_254_740_992.0;
/// The number of days between the first days of the two calendars of Excel, which count from 1900 and from 1904.
const DAYS_TO_1904: f64 = 1462.0;

/// Returns the names of the sheets, and whether each is shown.
pub(super) fn sheets(file: File) -> Result<Vec<(String, bool)>, XlsxError> {
    let workbook: Xlsx<_> = calamine::open_workbook_from_rs(BufReader::new(file))?;
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    Ok(sheets.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible)).collect())
}

pub(super) struct WorkbookRows {
    /// `None` is the end; without it, the reader panicked.
    rows: Option<Receiver<Result<Option<Record>, XlsxError>>>,
    thread: Option<JoinHandle<()>>,
    /// The number of columns of the first row.
    width: Option<usize>,
    ended: bool,
}

impl WorkbookRows {
    /// Reads in a thread, because the reader borrows from the workbook. A bounded channel limits how far it reads ahead.
    pub(super) fn new(file: File, sheet: String) -> Self {
        let (sender, rows) = sync_channel(64);
        let thread = thread::spawn(move || {
            let end = send_rows(file, &sheet, &sender).map(|()| None);
            let _ = sender.send(end);
        });
        Self { rows: Some(rows), thread: Some(thread), width: None, ended: false }
    }

    /// Reads the next row that is not blank. A row that is shorter than the first gets empty cells.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        if self.ended {
            return Ok(None);
        }
        let record = self.rows.as_ref().and_then(|rows| rows.recv().ok());
        let record = record.ok_or_else(|| io::Error::other("it is not a workbook that Excel writes"))?;
        let Some(mut record) = record.map_err(io::Error::other)? else {
            self.ended = true;
            return Ok(None);
        };
        let width = *self.width.get_or_insert(record.cells.len());
        if record.cells.len() < width {
            record.cells.resize(width, String::new());
        }
        Ok(Some(record))
    }
}

/// The thread reads from a file that others share, so it ends before they go on.
impl Drop for WorkbookRows {
    fn drop(&mut self) {
        drop(self.rows.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn send_rows(file: File, sheet: &str, sender: &SyncSender<Result<Option<Record>, XlsxError>>) -> Result<(), XlsxError> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(BufReader::new(file))?;
    let days = if workbook.has_1904_epoch() { DAYS_TO_1904 } else { 0.0 };
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let format = |style: &calamine::Style| {
        let code = style.number_format.as_ref().map_or("", |format| &format.format_code);
        (NumberFormat::parse(code), Arc::from(code))
    };
    let formats: Vec<(Option<NumberFormat>, Arc<str>)> = cells.styles().iter().map(format).collect();
    let mut record = Record::new(1);
    // Sending fails when the receiver is dropped.
    let send = |record: Record| record.is_blank() || sender.send(Ok(Some(record))).is_ok();
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let (row, column) = cell.get_position();
        let line = u64::from(row) + 1;
        if line != record.line && !send(std::mem::replace(&mut record, Record::new(line))) {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(MAX_COLUMNS);
        let format = formats.get(style);
        let (text, change) = text(cell.get_value(), format.and_then(|(format, _)| format.as_ref()));
        if text.is_empty() || column >= MAX_COLUMNS {
            continue;
        }
        let value = value(cell.get_value(), format.map(|(_, code)| code), days);
        record.values.extend(value.map(|value| (column, value)));
        record.changed.extend(change.map(|change| (column, change)));
        if column >= record.cells.len() {
            record.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = record.cells.get_mut(column) {
            *cell = text;
        }
    }
    send(record);
    Ok(())
}

/// Returns a value as Excel shows it, and what Excel did to it.
fn text(value: &DataRef<'_>, format: Option<&NumberFormat>) -> (String, Option<Change>) {
    let text = match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => shown(&number.to_string(), format),
        DataRef::Float(number) => {
            // Excel shows 15 digits, which hides the rounding of binary fractions.
            let digits = if number.abs() < SIXTEEN_DIGITS {
                format!("{number:.14e}").parse().unwrap_or(*number).to_string()
            } else {
                number.to_string()
            };
            // Excel replaces the 16th digit by 0.
            let is_rounded = number.abs() >= INEXACT || number.abs() >= SIXTEEN_DIGITS && digits.ends_with('0');
            return (shown(&digits, format), is_rounded.then_some(Change::Rounded));
        }
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            return (text, Some(Change::Date));
        }
        DataRef::Error(error) => error.to_string(),
    };
    (text, None)
}

/// Returns a value that is not text, with dates counted from 1900.
fn value(value: &DataRef<'_>, format: Option<&Arc<str>>, days: f64) -> Option<Value> {
    let format = || format.cloned().unwrap_or_default();
    match value {
        DataRef::Float(number) => Some(Value::Number(*number, format())),
        DataRef::DateTime(at) if at.is_duration() => Some(Value::Number(at.as_f64(), format())),
        DataRef::DateTime(at) => Some(Value::Number(at.as_f64() + days, format())),
        DataRef::Bool(value) => Some(Value::Bool(*value)),
        _ => None,
    }
}

fn shown(digits: &str, format: Option<&NumberFormat>) -> String {
    format.and_then(|format| format.apply(digits)).unwrap_or_else(|| digits.to_owned())
}
