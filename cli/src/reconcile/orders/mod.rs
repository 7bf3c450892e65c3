//! Reads the file of orders.

mod cells;
mod columns;
mod group;
mod header;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod random;
mod seen;

use std::collections::HashSet;

use iamport::{Amount, Currency, Payment};

pub(super) use self::{cells::Stated, group::Order, seen::Seen};
use self::{
    cells::{is_total, money},
    columns::Columns,
    group::{Entry, Groups, Role},
    header::{Found, Header},
};
use super::{
    outcome::OrderResult,
    table::{Change, Layout, Record, Rows, Table, TextEncoding},
};
use crate::{args, error::CliError, output::note};

/// The most lines that a note lists.
const LISTED: usize = 10;

/// A row of the file.
pub(super) struct Row {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Its cells, one for each column.
    pub(super) fields: Vec<String>,
    /// The order, or why the row is invalid.
    pub(super) order: Result<Order, String>,
    /// The result of a row that belongs to an order on another row.
    pub(super) belongs: Option<(OrderResult, String)>,
}

/// A file of orders, read row by row.
pub(super) struct Orders {
    rows: Rows,
    header: Header,
    layout: Layout,
    groups: Groups,
    /// The order numbers of all rows.
    seen: Seen,
    /// The file's name in messages.
    pub(super) name: String,
    /// The number of rows, without totals.
    pub(super) rows_in_total: u64,
    /// The encoding of CSV.
    pub(super) encoding: Option<TextEncoding>,
}

impl Orders {
    /// Opens the file, and reads it once or twice to see which rows belong together.
    pub(super) fn open(args: &args::Reconcile, encoding: Option<TextEncoding>) -> Result<Self, CliError> {
        let mut table = Table::open(&args.orders, encoding, args.quiet)?;
        let Found { layout, header, others } = header::find(&mut table, args.sheet.as_deref(), &args.column)?;
        let rows = table.rows(&layout)?;
        let (name, encoding) = (table.name.clone(), table.encoding);
        let (groups, seen) = (Groups::new(args.rows), Seen::default());
        let mut orders = Self { rows, header, layout, groups, seen, name, rows_in_total: 0, encoding };
        if !args.quiet {
            orders.describe(&others);
        }
        let (mut repeated, mut totals) = (HashSet::new(), Vec::new());
        while let Some(record) = orders.next_record(&mut totals)? {
            orders.rows_in_total += 1;
            let key = orders.seen.fingerprint(record.cell(orders.header.columns.order));
            if let Ok(entry) = orders.entry(&record) {
                let key = orders.seen.fingerprint(&entry.merchant_uid);
                if !orders.seen.insert(key) || entry.is_refund() {
                    repeated.insert(key);
                }
            } else {
                // The payment of an order whose row is invalid is not one without an order.
                orders.seen.insert_invalid(key);
            }
        }
        if orders.rows_in_total == 0 {
            return Err(CliError::Input(format!("{} has a header and no orders", orders.name)));
        }
        if let Some(lines) = listed(&totals, orders.line_name()).filter(|_| !args.quiet) {
            note(format_args!("iamport: {}: skipped as totals: {lines}", orders.name));
        }
        if !repeated.is_empty() {
            orders.rows = table.rows(&orders.layout)?;
            while let Some(record) = orders.next_record(&mut Vec::new())? {
                let Ok(entry) = orders.entry(&record) else { continue };
                let key = orders.seen.fingerprint(&entry.merchant_uid);
                if repeated.contains(&key) {
                    orders.groups.add(key, &entry, record.line);
                }
            }
        }
        orders.rows = table.rows(&orders.layout)?;
        Ok(orders)
    }

    fn describe(&self, others: &[String]) {
        let sheet = match &self.layout {
            Layout::Sheet { name, is_only: false } => format!(", sheet {name}"),
            _ => String::new(),
        };
        let Header { names, columns, above, .. } = &self.header;
        let also = if others.is_empty() {
            String::new()
        } else {
            format!("; not read: sheet {} (--sheet chooses)", others.join(", "))
        };
        note(format_args!("iamport: {}{sheet}: {}{also}", self.name, columns.describe(names)));
        if let Some(lines) = listed(above, self.line_name()) {
            note(format_args!("iamport: {}: skipped above the header: {lines}", self.name));
        }
    }

    /// Returns whether a row has this order number.
    pub(super) fn contains(&self, merchant_uid: &str) -> bool {
        self.seen.contains(merchant_uid)
    }

    /// Returns a row for a payment without an order.
    pub(super) fn row_of(&self, payment: &Payment) -> Row {
        let order = Order {
            merchant_uid: payment.merchant_uid.clone(),
            amount: payment.amount,
            currency: payment.currency.clone().unwrap_or_else(|| "".into()),
            status: Stated::from(&payment.status),
            refunded: None,
        };
        let mut fields = vec![String::new(); self.header.names.len()];
        let columns = &self.header.columns;
        for (column, text) in [
            (Some(columns.order), order.merchant_uid.clone()),
            (Some(columns.amount), order.amount.to_string()),
            (columns.currency, order.currency.to_string()),
            (columns.status, payment.status.to_string()),
        ] {
            if let Some(field) = column.and_then(|column| fields.get_mut(column)) {
                *field = text;
            }
        }
        Row { line: 0, fields, order: Ok(order), belongs: None }
    }

    /// Returns the word for a line of the file: `line`, or `row` of a sheet.
    pub(super) fn line_name(&self) -> &'static str {
        if self.layout.delimiter().is_some() { "line" } else { "row" }
    }

    /// Returns the names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header.names
    }

    pub(super) fn amount_column(&self) -> usize {
        self.header.columns.amount
    }

    /// Reads the next row.
    pub(super) fn next(&mut self) -> Result<Option<Row>, CliError> {
        let Some(record) = self.next_record(&mut Vec::new())? else { return Ok(None) };
        let line = record.line;
        let entry = self.entry(&record);
        let mut fields = record.cells;
        fields.resize(self.header.names.len(), String::new());
        let counted = |of: u64| format!("counted with {} {of}", self.line_name());
        let (order, belongs) = match entry {
            Err(why) => (Err(why), None),
            Ok(entry) => {
                let key = self.seen.fingerprint(&entry.merchant_uid);
                let merchant_uid = entry.merchant_uid.clone();
                let (amount, currency, status) = (entry.amount, entry.currency.clone(), Stated::Paid);
                let part =
                    |belongs| (Ok(Order { merchant_uid, amount, currency, status, refunded: None }), Some(belongs));
                match self.groups.role(key, entry, line) {
                    Role::Order(order) => (Ok(order), None),
                    Role::Invalid(why) => (Err(why), None),
                    Role::Duplicate(of) => {
                        let other = if of < line { "an earlier" } else { "a later" };
                        part((OrderResult::Duplicate, format!("{other} valid row has this order number")))
                    }
                    Role::Refund(of) => part((OrderResult::Refund, counted(of))),
                    Role::SameOrder(of) => part((OrderResult::SameOrder, counted(of))),
                }
            }
        };
        Ok(Some(Row { line, fields, order, belongs }))
    }

    /// Reads the next row below the header that is not a total. Adds the lines of totals before it.
    fn next_record(&mut self, totals: &mut Vec<u64>) -> Result<Option<Record>, CliError> {
        while let Some(record) = self.rows.next()? {
            let uid = record.cell(self.header.columns.order);
            if record.line <= self.header.line {
                continue;
            }
            if is_total(uid) || uid.is_empty() && record.cells.iter().any(|cell| is_total(cell)) {
                totals.push(record.line);
                continue;
            }
            return Ok(Some(record));
        }
        Ok(None)
    }

    fn entry(&self, record: &Record) -> Result<Entry, String> {
        let Header { names, columns, .. } = &self.header;
        let Columns { order, amount, currency, status, refunded, unit, has_payment, .. } = columns;
        let cells = &record.cells;
        if let Some(encoding) = self.encoding
            && cells.iter().any(|cell| cell.contains('\u{fffd}'))
        {
            return Err(format!("expected bytes that are valid in {}", encoding.name()));
        }
        if let Some(delimiter) = self.layout.delimiter() {
            let (expected, got) = (names.len(), cells.len());
            if got > expected {
                let hint = "put cells with a comma in quotes: \"15,900\"";
                return Err(format!("expected {expected} columns as in the header, got {got}; {hint}"));
            }
            let has_row = |cell: &String| {
                let lines = cell.lines().skip(1);
                expected > 1 && lines.into_iter().any(|line| line.matches(delimiter).count() + 1 == expected)
            };
            if cells.iter().any(has_row) {
                return Err("a cell has whole rows in it; close the quote before them".to_owned());
            }
        }
        let optional = |column: Option<usize>| column.map(|column| record.cell(column)).filter(|cell| !cell.is_empty());
        for (name, column) in [("merchant_uid (주문번호)", *order), ("amount (금액)", *amount)] {
            if record.cell(column).is_empty() {
                return Err(format!("{name} is empty"));
            }
        }
        let uid = record.cell(*order);
        let uid = match uid.split_once(" / ") {
            Some((payment, order)) if *has_payment && payment.starts_with("imp") => order.trim(),
            _ => uid,
        };
        match record.changed.iter().find(|(column, _)| column == order) {
            Some((_, Change::Date)) => {
                return Err("merchant_uid is a date that Excel made of a number; format the column as text and enter \
                            it again"
                    .to_owned());
            }
            Some((_, Change::Rounded)) => return Err(ROUNDED.to_owned()),
            None if is_scientific(uid) => return Err(ROUNDED.to_owned()),
            None => {}
        }
        let (amount, written) = money(record.cell(*amount)).map_err(|why| format!("invalid amount: {why}"))?;
        let stated = optional(*currency).map(|text| {
            let code = if matches!(text, "원" | "₩" | "원화") { "KRW" } else { text };
            args::currency(code).map_err(|why| format!("invalid currency: {why}"))
        });
        let currencies = [stated.transpose()?, written, unit.clone()];
        let mut currencies = currencies.into_iter().flatten();
        let currency = currencies.next().unwrap_or(Currency::Krw);
        if let Some(other) = currencies.find(|other| *other != currency) {
            return Err(format!("expected one currency, got {currency} and {other}"));
        }
        let refunded = match optional(*refunded).map(money).transpose() {
            Ok(refunded) => refunded,
            Err(why) => return Err(format!("invalid refunded amount: {why}")),
        };
        let refunded = match refunded {
            Some((_, Some(other))) if other != currency => {
                return Err(format!("expected one currency, got {currency} and {other}"));
            }
            Some((amount, _)) => Some(if amount < Amount::ZERO { Amount::ZERO - amount } else { amount }),
            None => None,
        };
        let status = optional(*status).map(Stated::parse).transpose()?;
        Ok(Entry { merchant_uid: uid.to_owned(), amount, currency, status, refunded })
    }
}

const ROUNDED: &str = "merchant_uid is a number that Excel has rounded; format the column as text and enter it again";

/// Returns whether a spreadsheet has written a long number as in `1.23457E+11`.
fn is_scientific(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.split_once("E+").is_some_and(|(digits, exponent)| is_number(digits) && is_number(exponent))
}

/// `line 3`, `lines 3, 4`; `None` if there is none.
fn listed(lines: &[u64], word: &str) -> Option<String> {
    let shown: Vec<String> = lines.iter().take(LISTED).map(u64::to_string).collect();
    let more = lines.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let plural = if lines.len() == 1 { "" } else { "s" };
    (!lines.is_empty()).then(|| format!("{word}{plural} {}{more}", shown.join(", ")))
}
