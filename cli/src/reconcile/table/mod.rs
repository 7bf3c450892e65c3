//! Reads a table as text, row by row: CSV in any encoding, or a sheet of a workbook.

mod csv_rows;
mod encoding;
mod number_format;
mod record;
mod text;
mod workbook_rows;

use std::{
    fs::File,
    io::{self, Read, Seek},
    path::Path,
};

use self::{
    csv_rows::{CsvRows, Dialect, Quotes, check_quotes, has_bare_returns},
    workbook_rows::WorkbookRows,
};
pub(super) use self::{
    encoding::TextEncoding,
    number_format::currency,
    record::{Change, Record, Value},
    text::{folded, plain},
};
use crate::{error::CliError, output::note};

/// The delimiters of CSV.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A file with a table, which can be read several times.
pub(super) struct Table {
    file: File,
    /// The file's name in messages.
    pub(super) name: String,
    /// The encoding of CSV; a workbook has none.
    pub(super) encoding: Option<TextEncoding>,
}

/// One way to read a table from a file.
pub(super) enum Layout {
    Csv(Dialect),
    Sheet { name: String, is_only: bool },
}

impl Layout {
    /// Returns the delimiter of the rows; a sheet has none.
    pub(super) fn delimiter(&self) -> Option<char> {
        match self {
            Self::Csv(dialect) => Some(dialect.delimiter.into()),
            Self::Sheet { .. } => None,
        }
    }
}

impl Table {
    /// Opens a file. What cannot be read several times is copied to a temporary file without a name.
    pub(super) fn open(path: &Path, chosen: Option<TextEncoding>, quiet: bool) -> Result<Self, CliError> {
        let name = crate::input::name(path);
        let unreadable = |error| unreadable(&name, &error);
        let mut file = match path.to_str() {
            Some("-") => spooled(io::stdin().lock()).map_err(unreadable)?,
            _ => {
                let mut file = File::open(path).map_err(unreadable)?;
                if file.stream_position().is_err() { spooled(file).map_err(unreadable)? } else { file }
            }
        };
        let mut start = Vec::new();
        file.by_ref().take(512).read_to_end(&mut start).map_err(unreadable)?;
        file.rewind().map_err(unreadable)?;
        let is_workbook = start.starts_with(b"PK\x03\x04");
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if let Some(why) = foreign(&start, is_workbook, &extension) {
            return Err(CliError::Input(format!("{name} {why}")));
        }
        if is_workbook {
            return Ok(Self { file, name, encoding: None });
        }
        let encoding = TextEncoding::detect(&mut file, chosen).map_err(unreadable)?;
        if let Some(detected) =
            encoding.unusual().filter(|_| !quiet).filter(|name| chosen.is_none_or(|chosen| chosen.name() != *name))
        {
            note(format_args!("iamport: {name} is read as {detected}; --encoding sets another encoding"));
        }
        Ok(Self { file, name, encoding: Some(encoding) })
    }

    /// Returns the ways to read the file: the delimiters of CSV, or the sheets that are shown.
    pub(super) fn layouts(&mut self, sheet: Option<&str>) -> Result<Vec<Layout>, CliError> {
        let unreadable =
            |name: &str, error: &dyn ToString| CliError::Input(format!("{name} cannot be read: {}", error.to_string()));
        let Some(encoding) = self.encoding else {
            let file = self.file.try_clone().map_err(|error| unreadable(&self.name, &error))?;
            let sheets = workbook_rows::sheets(file).map_err(|error| unreadable(&self.name, &error))?;
            let is_only = sheets.len() == 1;
            let chosen = |(name, is_shown): (String, bool)| {
                let is_read = sheet.map_or(is_shown, |sheet| sheet == name);
                is_read.then_some(Layout::Sheet { name, is_only })
            };
            let layouts: Vec<Layout> = sheets.into_iter().filter_map(chosen).collect();
            return match sheet {
                Some(sheet) if layouts.is_empty() => {
                    Err(CliError::Input(format!("{} has no sheet {sheet}; correct --sheet", self.name)))
                }
                _ => Ok(layouts),
            };
        };
        if sheet.is_some() {
            return Err(CliError::Input(format!("{} is not a workbook: --sheet does not apply", self.name)));
        }
        let has_bare_returns =
            has_bare_returns(&mut self.file, encoding).map_err(|error| unreadable(&self.name, &error))?;
        Ok(DELIMITERS.map(|delimiter| Layout::Csv(Dialect { encoding, delimiter, has_bare_returns })).into())
    }

    /// Checks that all quotes are closed. An open one would make the rest of the text one cell.
    pub(super) fn check_quotes(&mut self, layout: &Layout) -> Result<(), CliError> {
        let Layout::Csv(dialect) = layout else { return Ok(()) };
        match check_quotes(&mut self.file, *dialect).map_err(|error| unreadable(&self.name, &error))? {
            Quotes::Closed => Ok(()),
            Quotes::Unclosed { line } => Err(CliError::Input(format!(
                "{}, line {line}: a quote is opened and not closed; write it twice (\"\") if it is part of a cell",
                self.name
            ))),
        }
    }

    /// Reads the rows from the start. Only one reader may be in use at a time.
    pub(super) fn rows(&mut self, layout: &Layout) -> Result<Rows, CliError> {
        let file = self.file.rewind().and_then(|()| self.file.try_clone());
        let file = file.map_err(|error| unreadable(&self.name, &error))?;
        let source = match layout {
            Layout::Csv(dialect) => Source::Csv(Box::new(CsvRows::new(file, *dialect))),
            Layout::Sheet { name, .. } => Source::Sheet(WorkbookRows::new(file, name.clone())),
        };
        Ok(Rows { source, name: self.name.clone() })
    }
}

/// The rows of a table that are not blank.
pub(super) struct Rows {
    source: Source,
    name: String,
}

enum Source {
    Csv(Box<CsvRows<File>>),
    Sheet(WorkbookRows),
}

impl Rows {
    pub(super) fn next(&mut self) -> Result<Option<Record>, CliError> {
        let next = match &mut self.source {
            Source::Csv(rows) => rows.next(),
            Source::Sheet(rows) => rows.next(),
        };
        next.map_err(|error| unreadable(&self.name, &error))
    }
}

/// Copies a text to a temporary file that has no name, so that nothing of it is left.
fn spooled(mut input: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut input, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// The beginnings of web pages, and of the XML that some back offices name .xls.
const HTML: [&[u8]; 8] = [b"<!doctype html", b"<html", b"<head", b"<meta", b"<style", b"<body", b"<table", b"<?xml"];

/// Returns what a file is that is neither CSV nor a workbook of today.
fn foreign(start: &[u8], is_zip: bool, extension: &str) -> Option<&'static str> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start().to_ascii_lowercase();
    if start.starts_with(b"\xd0\xcf\x11\xe0") {
        Some(
            "is a workbook with a password, or one of the old format .xls\n  In Excel, save it as .xlsx without a password.",
        )
    } else if is_zip && start.get(30..).is_some_and(|rest| rest.starts_with(b"mimetypeapplication/vnd.oasis")) {
        Some("is an OpenDocument spreadsheet (.ods)\n  Save it as .xlsx or as CSV.")
    } else if HTML.iter().any(|tag| text.starts_with(tag)) {
        Some(
            "is a web page (HTML or XML), which some back offices name .xls\n  Open it in Excel, and save it as .xlsx.",
        )
    } else if extension == "xlsx" && !is_zip {
        Some("is not an Excel workbook")
    } else {
        None
    }
}

fn unreadable(name: &str, error: &io::Error) -> CliError {
    CliError::Input(format!("{name} cannot be read: {error}"))
}
