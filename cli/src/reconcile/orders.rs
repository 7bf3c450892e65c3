//! Reads the file of orders.

use std::{
    collections::HashSet,
    fs::File,
    hash::{BuildHasher, RandomState},
    io::{self, Read, Seek},
    path::Path,
};

use iamport::{Amount, Currency, Payment, PaymentStatus};

use super::{
    columns::{Columns, named},
    csv_rows::{CsvRows, Quotes, check_quotes},
    encoding::TextEncoding,
    record::Record,
    workbook_rows::WorkbookRows,
};
use crate::{args, error::CliError, output::note};

/// The order numbers that rows of totals have, without spaces.
const TOTALS: [&str; 7] = ["합계", "총합계", "총계", "소계", "누계", "total", "sum"];

/// A row of the file.
pub(super) struct Row {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Its cells, one for each column.
    pub(super) fields: Vec<String>,
    /// The order, or why the row is invalid.
    pub(super) order: Result<Order, String>,
    /// Whether an earlier valid row has this order number.
    pub(super) duplicate: bool,
}

/// An order in the merchant's records.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) merchant_uid: String,
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) status: PaymentStatus,
}

/// A file of orders, read row by row.
pub(super) struct Orders {
    rows: Rows,
    columns: Columns,
    seen: Seen,
    /// The order numbers of invalid rows.
    named: Seen,
    pub(super) header: Vec<String>,
    /// The file's name in messages.
    pub(super) name: String,
    /// The approximate number of rows, if it is known.
    pub(super) about: u64,
    /// The encoding of CSV.
    pub(super) encoding: Option<TextEncoding>,
}

enum Rows {
    Csv(Box<CsvRows<File>>),
    Workbook(WorkbookRows),
}

impl Rows {
    fn next(&mut self) -> io::Result<Option<Record>> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Workbook(rows) => rows.next(),
        }
    }
}

impl Orders {
    pub(super) fn open(path: &Path, chosen: Option<TextEncoding>) -> Result<Self, CliError> {
        let name = path.display().to_string();
        let twice = |name: &str| {
            let why = "is not supported, because the orders are read twice; save them to a file";
            CliError::Input(format!("{name} {why}"))
        };
        if name == "-" {
            return Err(twice("standard input"));
        }
        let unreadable = |error| unreadable(&name, &error);
        let mut file = File::open(path).map_err(unreadable)?;
        if file.stream_position().is_err() {
            // A pipe, or a terminal.
            return Err(twice(&name));
        }
        let (mut rows, encoding, about) = if is_workbook(&mut file).map_err(unreadable)? {
            (Rows::Workbook(WorkbookRows::new(file)), None, 0)
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
            return Err(CliError::Input(format!("{name} is not an Excel workbook")));
        } else {
            let (rows, encoding, about) = Self::open_csv(file, chosen, &name)?;
            (Rows::Csv(Box::new(rows)), Some(encoding), about)
        };
        let header = named(rows.next().map_err(unreadable)?.map(|record| record.cells).unwrap_or_default());
        let columns = Columns::of(&header, chosen.is_some()).map_err(|why| CliError::Input(format!("{name} {why}")))?;
        Ok(Self { rows, columns, seen: Seen::default(), named: Seen::default(), header, name, about, encoding })
    }

    fn open_csv(
        mut file: File,
        chosen: Option<TextEncoding>,
        name: &str,
    ) -> Result<(CsvRows<File>, TextEncoding, u64), CliError> {
        let unreadable = |error| unreadable(name, &error);
        let encoding = TextEncoding::detect(&mut file, chosen).map_err(unreadable)?;
        if let Some(detected) = encoding.unusual().filter(|name| chosen.is_none_or(|chosen| chosen.name() != *name)) {
            note(format_args!("iamport: {name} is read as {detected}; --encoding sets another encoding"));
        }
        let about = match check_quotes(&mut file, encoding).map_err(unreadable)? {
            Quotes::Closed { rows } => rows.saturating_sub(1),
            Quotes::Unclosed { line } => {
                return Err(CliError::Input(format!(
                    "{name}, line {line}: a quote is opened and not closed; write it twice (\"\") if it is part of a cell"
                )));
            }
        };
        Ok((CsvRows::new(file, encoding), encoding, about))
    }

    /// Returns whether a row so far has this order number.
    pub(super) fn contains(&self, merchant_uid: &str) -> bool {
        self.seen.contains(merchant_uid) || self.named.contains(merchant_uid)
    }

    /// Returns a row for a payment without an order.
    pub(super) fn row_of(&self, payment: &Payment) -> Row {
        let order = Order {
            merchant_uid: payment.merchant_uid.clone(),
            amount: payment.amount,
            currency: payment.currency.clone().unwrap_or_else(|| "".into()),
            status: payment.status.clone(),
        };
        let mut fields = vec![String::new(); self.header.len()];
        let Columns { merchant_uid, amount, currency, status } = self.columns;
        for (column, text) in [
            (Some(merchant_uid), order.merchant_uid.clone()),
            (Some(amount), order.amount.to_string()),
            (currency, order.currency.to_string()),
            (status, order.status.to_string()),
        ] {
            if let Some(field) = column.and_then(|column| fields.get_mut(column)) {
                *field = text;
            }
        }
        Row { line: 0, fields, order: Ok(order), duplicate: false }
    }

    /// Returns the word for a line of the file: `line`, or `row` of a sheet.
    pub(super) fn line_name(&self) -> &'static str {
        if matches!(self.rows, Rows::Csv(_)) { "line" } else { "row" }
    }

    pub(super) fn amount_column(&self) -> usize {
        self.columns.amount
    }

    /// Reads the next row.
    pub(super) fn next(&mut self) -> Result<Option<Row>, CliError> {
        let record = self.rows.next().map_err(|error| unreadable(&self.name, &error))?;
        let Some(record) = record else { return Ok(None) };
        let order = self.order(&record);
        let Record { line, cells: mut fields, .. } = record;
        fields.resize(self.header.len(), String::new());
        let duplicate = match &order {
            Ok(order) => !self.seen.insert(&order.merchant_uid),
            Err(_) => {
                self.named.insert(fields.get(self.columns.merchant_uid).map_or("", |uid| uid.trim()));
                false
            }
        };
        Ok(Some(Row { line, fields, order, duplicate }))
    }

    fn order(&self, Record { cells, rounded, .. }: &Record) -> Result<Order, String> {
        if let Some(encoding) = self.encoding
            && cells.iter().any(|cell| cell.contains('\u{fffd}'))
        {
            return Err(format!("expected bytes that are valid in {}", encoding.name()));
        }
        let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
        let is_total = |cell: &str| {
            let word: String = cell.split_whitespace().collect();
            TOTALS.iter().any(|total| word.eq_ignore_ascii_case(total))
        };
        let uid = cell(self.columns.merchant_uid);
        if is_total(uid) || uid.is_empty() && cells.iter().any(|cell| is_total(cell)) {
            return Err("expected an order, got a row of totals; remove it".to_owned());
        }
        let (expected, got) = (self.header.len(), cells.len());
        if got != expected {
            let hint = if got > expected { "; put cells with a comma in quotes: \"15,900\"" } else { "" };
            return Err(format!("expected {expected} columns as in the first line, got {got}{hint}"));
        }
        let optional = |column: Option<usize>| column.map(cell).filter(|cell| !cell.is_empty());
        let Columns { merchant_uid, amount, currency, status } = self.columns;
        for (name, column) in [("merchant_uid (주문번호)", merchant_uid), ("amount (금액)", amount)] {
            if cell(column).is_empty() {
                return Err(format!("{name} is empty"));
            }
        }
        if rounded.contains(&merchant_uid) || is_scientific(uid) {
            return Err(
                "merchant_uid is a number that Excel has rounded; format the column as text and enter it again"
                    .to_owned(),
            );
        }
        let status = optional(status).unwrap_or("paid");
        if !PaymentStatus::KNOWN.contains(&status) {
            return Err(format!("invalid status: expected one of {}", PaymentStatus::KNOWN.join(", ")));
        }
        Ok(Order {
            merchant_uid: uid.to_owned(),
            amount: args::amount(cell(amount)).map_err(|why| format!("invalid amount: {why}"))?,
            currency: args::currency(optional(currency).unwrap_or("KRW"))
                .map_err(|why| format!("invalid currency: {why}"))?,
            status: status.into(),
        })
    }
}

/// Returns whether a spreadsheet has written a long number as in `1.23457E+11`.
fn is_scientific(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.split_once("E+").is_some_and(|(digits, exponent)| is_number(digits) && is_number(exponent))
}

/// Returns whether the file is a ZIP archive, as a workbook is.
fn is_workbook(file: &mut File) -> io::Result<bool> {
    let mut magic = Vec::new();
    file.take(4).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(magic == b"PK\x03\x04")
}

fn unreadable(name: &str, error: &io::Error) -> CliError {
    CliError::Input(format!("{name} cannot be read: {error}"))
}

/// The order numbers so far, as 128-bit fingerprints: a million of them need up to 60 MB.
#[derive(Default)]
pub(super) struct Seen {
    fingerprints: HashSet<(u64, u64)>,
    keys: (RandomState, RandomState),
}

impl Seen {
    /// Adds an order number. Returns whether it is new.
    pub(super) fn insert(&mut self, merchant_uid: &str) -> bool {
        self.fingerprints.insert(self.fingerprint(merchant_uid))
    }

    fn contains(&self, merchant_uid: &str) -> bool {
        self.fingerprints.contains(&self.fingerprint(merchant_uid))
    }

    fn fingerprint(&self, merchant_uid: &str) -> (u64, u64) {
        let (first, second) = &self.keys;
        (first.hash_one(merchant_uid), second.hash_one(merchant_uid))
    }
}
