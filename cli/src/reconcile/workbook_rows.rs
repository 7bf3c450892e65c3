//! Reads the rows of the first sheet of a workbook (.xlsx) as a stream.

use std::{
    fs::File,
    io::{self, BufReader},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::record::Record;

/// The largest number of columns of a sheet in Excel.
const MAX_COLUMNS: usize = 16_384;
/// The smallest number that Excel rounds to 15 digits.
const ROUNDED: f64 = 1e15;

pub(super) struct WorkbookRows {
    /// `None` is the end; without it, the reader panicked.
    rows: Receiver<Result<Option<Record>, XlsxError>>,
    /// The number of columns of the first row.
    width: Option<usize>,
    ended: bool,
}

impl WorkbookRows {
    /// Reads in a thread, because the reader borrows from the workbook. A bounded channel limits how far it reads ahead.
    pub(super) fn new(file: File) -> Self {
        let (sender, rows) = sync_channel(64);
        thread::spawn(move || {
            let end = send_rows(file, &sender).map(|()| None);
            let _ = sender.send(end);
        });
        Self { rows, width: None, ended: false }
    }

    /// Reads the next row that is not blank. A row that is shorter than the first gets empty cells.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        if self.ended {
            return Ok(None);
        }
        let record = self.rows.recv().map_err(|_| io::Error::other("it is not a workbook that Excel writes"))?;
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

fn send_rows(file: File, sender: &SyncSender<Result<Option<Record>, XlsxError>>) -> Result<(), XlsxError> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(BufReader::new(file))?;
    let Some(sheet) = workbook.sheet_names().into_iter().next() else { return Ok(()) };
    let mut cells = workbook.worksheet_cells_reader(&sheet)?;
    let zeros: Vec<usize> = cells.styles().iter().map(|style| leading_zeros(style.number_format.as_ref())).collect();
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
        let (text, rounded) = text(cell.get_value(), zeros.get(style).copied().unwrap_or_default());
        if text.is_empty() || column >= MAX_COLUMNS {
            continue;
        }
        if rounded {
            record.rounded.push(column);
        }
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

/// Returns the width of a number format such as `00000`, which shows leading zeros.
fn leading_zeros(format: Option<&calamine::NumberFormat>) -> usize {
    let code = format.map_or("", |format| &format.format_code);
    if code.bytes().all(|byte| byte == b'0') { code.len() } else { 0 }
}

/// Returns a value as Excel shows it, and whether it is a number that Excel has rounded.
fn text(value: &DataRef<'_>, zeros: usize) -> (String, bool) {
    match value {
        DataRef::Empty => (String::new(), false),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), false),
        DataRef::SharedString(text) => ((*text).to_owned(), false),
        DataRef::Int(number) => (format!("{number:0zeros$}"), false),
        DataRef::Float(number) => {
            // Excel shows 15 digits, which hides the rounding of binary fractions.
            let shown = format!("{number:.14e}").parse().unwrap_or(*number);
            (format!("{shown:0zeros$}"), number.abs() >= ROUNDED)
        }
        DataRef::Bool(true) => ("TRUE".to_owned(), false),
        DataRef::Bool(false) => ("FALSE".to_owned(), false),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            (format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"), false)
        }
        DataRef::Error(error) => (error.to_string(), false),
    }
}
