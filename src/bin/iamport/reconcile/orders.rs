//! The orders as their file has them.

use std::{
    fs::File,
    io::{Chain, Read, Seek},
    path::Path,
};

use csv::{ReaderBuilder, StringRecord, Terminator};
use encoding_rs_io::DecodeReaderBytes;
use iamport::{Amount, Currency, PaymentStatus};

use super::encoding;
use crate::{args, error::CliError};

/// Stands behind the last line. If it is not a line of its own there, a quote was never closed.
const END: &str = "\u{1}";
const END_LINE: &[u8] = b"\n\x01\n";

/// A row of the file.
pub(super) struct Row {
    /// How many rows are before it.
    pub(super) index: u64,
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Its cells, one for each column.
    pub(super) fields: Vec<String>,
    /// The order, or why it is none.
    pub(super) order: Result<Order, String>,
}

/// What an order ought to be.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) merchant_uid: String,
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) status: PaymentStatus,
}

/// A file in UTF-8, whatever it was in, and the line behind it.
type Text = Chain<DecodeReaderBytes<File, Vec<u8>>, &'static [u8]>;

/// A file of orders, read as it goes.
pub(super) struct Orders {
    rows: csv::Reader<Text>,
    record: StringRecord,
    index: u64,
    columns: Columns,
    pub(super) header: Vec<String>,
    /// The file, as it is called in messages.
    pub(super) name: String,
    /// About how many there are.
    pub(super) about: u64,
    /// Whether a spreadsheet wrote it, and needs a byte order mark to read it back.
    pub(super) marked: bool,
}

/// A line of the file, or several where a cell has several.
struct Line {
    number: u64,
    cells: Vec<String>,
    /// Whether every quote that is opened in it is closed.
    closed: bool,
}

/// Where in a row the columns are.
#[derive(Default)]
struct Columns {
    merchant_uid: usize,
    amount: usize,
    currency: Option<usize>,
    status: Option<usize>,
}

impl Orders {
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let name = path.display().to_string();
        let twice =
            |name: &str| CliError::Input(format!("{name} cannot be read twice, as orders are; save them to a file"));
        if name == "-" {
            return Err(twice("standard input"));
        }
        let unreadable = |error| CliError::Input(format!("{name} cannot be read: {error}"));
        let mut file = File::open(path).map_err(unreadable)?;
        if file.stream_position().is_err() {
            // A pipe, or a terminal.
            return Err(twice(&name));
        }
        let survey = encoding::survey(&mut file).map_err(unreadable)?;
        let text = encoding::decoded(file, &survey).chain(END_LINE);
        // Lines end in \n alone, so that they can be counted; a \r before it is taken off its cell.
        let mut builder = ReaderBuilder::new();
        let rows = builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n')).from_reader(text);
        let mut orders = Self {
            rows,
            record: StringRecord::new(),
            index: 0,
            columns: Columns::default(),
            header: Vec::new(),
            about: survey.lines.saturating_sub(1),
            marked: !survey.plain,
            name,
        };
        let header = orders.line()?.map(|line| line.cells).unwrap_or_default();
        orders.header = named(header);
        orders.columns =
            Columns::of(&orders.header).map_err(|why| CliError::Input(format!("{} {why}", orders.name)))?;
        Ok(orders)
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Row>, CliError> {
        let Some(line) = self.line()? else { return Ok(None) };
        let order = self.order(&line);
        let Line { number, mut cells, .. } = line;
        cells.resize(self.header.len(), String::new());
        let index = self.index;
        self.index += 1;
        Ok(Some(Row { index, line: number, fields: cells, order }))
    }

    /// The next line that is not blank.
    fn line(&mut self) -> Result<Option<Line>, CliError> {
        loop {
            let more = self.rows.read_record(&mut self.record);
            if !more.map_err(|error| CliError::Input(format!("{} cannot be read: {error}", self.name)))? {
                return Ok(None);
            }
            let mut cells: Vec<String> = self.record.iter().map(ToOwned::to_owned).collect();
            let mut closed = true;
            let within = cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            if let Some(last) = cells.last_mut() {
                if let Some(text) = last.strip_suffix(&format!("\n{END}\n")) {
                    (closed, *last) = (false, text.to_owned());
                }
                if last.ends_with('\r') {
                    last.pop();
                }
            }
            match &*cells {
                [only] if only == END => return Ok(None),
                [only] if only.trim().is_empty() => continue,
                _ => {}
            }
            // The reader is behind the line by now, or at the end of a file whose last line has none.
            let lines = u64::try_from(within).unwrap_or(0) + u64::from(closed);
            return Ok(Some(Line { number: self.rows.position().line().saturating_sub(lines), cells, closed }));
        }
    }

    fn order(&self, Line { cells, closed, .. }: &Line) -> Result<Order, String> {
        if !closed {
            return Err("a quote is opened here and never closed; what follows was not read".to_owned());
        }
        if cells.iter().any(|cell| cell.contains('\u{fffd}')) {
            return Err("it holds bytes that are neither UTF-8 nor CP949".to_owned());
        }
        if cells.len() != self.header.len() {
            return Err(format!("it has {} columns, the first line has {}", cells.len(), self.header.len()));
        }
        let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
        let optional = |column: Option<usize>| column.map(cell).filter(|cell| !cell.is_empty());
        let Columns { merchant_uid, amount, currency, status } = self.columns;
        for (name, column) in [("merchant_uid", merchant_uid), ("amount", amount)] {
            if cell(column).is_empty() {
                return Err(format!("it has no {name}"));
            }
        }
        let status = optional(status).unwrap_or("paid");
        if !PaymentStatus::KNOWN.contains(&status) {
            return Err(format!("its status is none of {}", PaymentStatus::KNOWN.join(", ")));
        }
        Ok(Order {
            merchant_uid: cell(merchant_uid).to_owned(),
            amount: args::amount(cell(amount))?,
            currency: args::currency(optional(currency).unwrap_or("KRW"))?,
            status: status.into(),
        })
    }
}

impl Columns {
    fn of(header: &[String]) -> Result<Self, String> {
        let find = |name: &str| header.iter().position(|column| column == name);
        if header.is_empty() {
            return Err("is empty".to_owned());
        }
        let need = |name: &str| find(name).ok_or_else(|| format!("has no column {name}. {}", without(name, header)));
        let (merchant_uid, amount) = (need("merchant_uid")?, need("amount")?);
        if let Some(taken) = super::results::COLUMNS.iter().find(|column| find(column).is_some()) {
            return Err(format!("has a column {taken} already, which is where the results go; rename it"));
        }
        if let Some(twice) = header.iter().enumerate().find(|(index, name)| find(name) != Some(*index)) {
            return Err(format!("has two columns {}; rename one", twice.1));
        }
        Ok(Self { merchant_uid, amount, currency: find("currency"), status: find("status") })
    }
}

/// What the first line of a file without that column ought to be, and what it is. Says nothing of what it holds: where
/// there is none that names the columns, it is of somebody.
fn without(name: &str, header: &[String]) -> String {
    let first = header.first().map_or("", String::as_str);
    if first.starts_with("PK\u{3}\u{4}") {
        return "It is a workbook; save it as CSV (CSV UTF-8 in Excel).".to_owned();
    }
    if header.iter().any(|column| column.contains(|c: char| c.is_control() && !c.is_whitespace())) {
        return "It is no text in UTF-8 or CP949; save it as CSV (CSV UTF-8 in Excel).".to_owned();
    }
    let but = match header.len() {
        _ if header.iter().any(|column| column.eq_ignore_ascii_case(name)) => format!("write {name} in small letters"),
        1 if first.contains(';') => "this one has semicolons".to_owned(),
        1 if first.contains('\t') => "this one has tabs".to_owned(),
        1 => "this one has a single column".to_owned(),
        many => format!("this one has {many} columns, but not that"),
    };
    format!(
        "Its first line names the columns merchant_uid, amount and, if need be, currency and status, with commas \
         between them; {but}"
    )
}

/// The names of columns without the blanks around them; one without a name is called by its number.
fn named(header: Vec<String>) -> Vec<String> {
    let name = |(index, name): (usize, &String)| match name.trim() {
        "" => format!("column_{}", index + 1),
        name => name.to_owned(),
    };
    header.iter().enumerate().map(name).collect()
}
