//! Reads the file of orders.

mod cells;
mod columns;
mod entry;
mod group;
mod header;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod random;
mod seen;

use std::collections::{BTreeSet, HashSet};

use iamport::Payment;
use unicode_width::UnicodeWidthStr;

pub(super) use self::{
    cells::{Stated, korean, money},
    group::Order,
    seen::Seen,
};
use self::{
    cells::{is_count, is_total},
    columns::Columns,
    group::{Groups, Role},
    header::{Found, Header},
};
use super::{
    outcome::OrderResult,
    table::{Layout, Record, Rows, Table, TextEncoding, Value},
};
use crate::{
    args,
    error::CliError,
    output::{Lang, Message, message, note},
};

/// The most lines that a note lists.
const LISTED: usize = 10;

/// A row of the file.
pub(super) struct Row {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Its cells, one for each column.
    pub(super) fields: Vec<String>,
    /// The cells of a workbook that are not text, by their columns.
    pub(super) values: Vec<(usize, Value)>,
    /// The order, or why the row is invalid.
    pub(super) order: Result<Order, Message>,
    /// The result of a row that belongs to an order on another row.
    pub(super) belongs: Option<(OrderResult, Message)>,
}

/// What a column of the file has.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum ColumnKind {
    /// Order numbers, which are texts.
    Order,
    Money,
    /// Numbers, dates or times in a workbook.
    Number,
    Text,
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
    /// The columns that have numbers.
    numbers: HashSet<usize>,
    /// The widths of the columns, as a terminal shows their cells.
    widths: Vec<usize>,
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
        let numbers = HashSet::new();
        let widths = header.names.iter().map(|name| name.width()).collect();
        let mut orders = Self { rows, header, layout, groups, seen, name, numbers, widths, rows_in_total: 0, encoding };
        if !args.quiet {
            orders.describe(&others);
        }
        let (mut repeated, mut totals) = (HashSet::new(), Vec::new());
        while let Some(record) = orders.next_record(&mut totals)? {
            orders.rows_in_total += 1;
            let is_number = |(column, value): &(usize, Value)| matches!(value, Value::Number(..)).then_some(*column);
            orders.numbers.extend(record.values.iter().filter_map(is_number));
            for (width, cell) in orders.widths.iter_mut().zip(&record.cells) {
                *width = cell.width().max(*width);
            }
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

    /// Returns a row for a payment without an order, with its status as people read it in a language.
    pub(super) fn row_of(&self, payment: &Payment, lang: Lang) -> Row {
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
            (columns.status, lang.of(payment.status.as_str(), korean(payment.status.as_str())).to_owned()),
        ] {
            if let Some(field) = column.and_then(|column| fields.get_mut(column)) {
                *field = text;
            }
        }
        Row { line: 0, fields, values: Vec::new(), order: Ok(order), belongs: None }
    }

    /// Returns the word for a line of the file: `line`, or `row` of a sheet.
    pub(super) fn line_name(&self) -> &'static str {
        if self.layout.delimiter().is_some() { "line" } else { "row" }
    }

    /// Returns the names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header.names
    }

    /// Returns the columns that are compared, in the order of the file.
    pub(super) fn used_columns(&self) -> Vec<usize> {
        let Columns { order, amount, currency, status, refunded, .. } = self.header.columns;
        let used = [Some(order), Some(amount), currency, status, refunded];
        used.into_iter().flatten().collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn order_column(&self) -> usize {
        self.header.columns.order
    }

    pub(super) fn amount_column(&self) -> usize {
        self.header.columns.amount
    }

    pub(super) fn widths(&self) -> &[usize] {
        &self.widths
    }

    /// Returns how a column is written to a workbook.
    pub(super) fn kind(&self, column: usize) -> ColumnKind {
        let Columns { order, amount, refunded, .. } = self.header.columns;
        match column {
            _ if column == order => ColumnKind::Order,
            _ if column == amount || Some(column) == refunded => ColumnKind::Money,
            _ if self.numbers.contains(&column) => ColumnKind::Number,
            _ => ColumnKind::Text,
        }
    }

    /// Reads the next row.
    pub(super) fn next(&mut self) -> Result<Option<Row>, CliError> {
        let Some(record) = self.next_record(&mut Vec::new())? else { return Ok(None) };
        let line = record.line;
        let entry = self.entry(&record);
        let (mut fields, values) = (record.cells, record.values);
        fields.resize(self.header.names.len(), String::new());
        let name = self.line_name();
        let counted = |of: u64| message!("counted with {name} {of}", "주문 파일의 {of}행과 함께 계산했습니다");
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
                        let detail = message!(
                            "{name} {of} has this order number",
                            "주문 파일의 {of}행에 같은 주문번호가 있습니다"
                        );
                        part((OrderResult::Duplicate, detail))
                    }
                    Role::Refund(of) => part((OrderResult::Refund, counted(of))),
                    Role::SameOrder(of) => part((OrderResult::SameOrder, counted(of))),
                }
            }
        };
        Ok(Some(Row { line, fields, values, order, belongs }))
    }

    /// Reads the next row below the header that is not a total. Adds the lines of totals before it.
    fn next_record(&mut self, totals: &mut Vec<u64>) -> Result<Option<Record>, CliError> {
        while let Some(record) = self.rows.next()? {
            let uid = record.cell(self.header.columns.order);
            if record.line <= self.header.line {
                continue;
            }
            let cells = || record.cells.iter().filter(|cell| !cell.trim().is_empty());
            let is_sum = match uid {
                "" => cells().any(|cell| is_total(cell)),
                uid => is_total(uid) || is_count(uid) && cells().next().is_some_and(|cell| is_total(cell)),
            };
            if is_sum {
                totals.push(record.line);
                continue;
            }
            return Ok(Some(record));
        }
        Ok(None)
    }
}

/// `line 3`, `lines 3, 4`; `None` if there is none.
fn listed(lines: &[u64], word: &str) -> Option<String> {
    let shown: Vec<String> = lines.iter().take(LISTED).map(u64::to_string).collect();
    let more = lines.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let plural = if lines.len() == 1 { "" } else { "s" };
    (!lines.is_empty()).then(|| format!("{word}{plural} {}{more}", shown.join(", ")))
}
