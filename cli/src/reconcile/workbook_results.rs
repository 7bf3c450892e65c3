//! Writes results as a workbook (.xlsx): one sheet with the results, one with the summary.

use std::{fs::File, io};

use iamport::{Amount, Currency};
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use super::{
    orders::{ColumnKind, Orders, Row, money},
    outcome::{Assessment, OrderResult, PAYMENT_COLUMNS},
    summary::{OVER, Summary, counts_columns, totals_columns, totals_note},
    table::Value,
};
use crate::output::{Formats, Lang, io_error, prepare};

/// The widths of the columns that are added: the result, its detail, and those of the payment.
const ADDED_WIDTHS: [u8; 10] = [18, 60, 20, 28, 14, 14, 20, 18, 18, 20];

pub(super) struct WorkbookResults {
    workbook: Workbook,
    file: File,
    lang: Lang,
    /// The kinds of the columns of the orders.
    kinds: Vec<ColumnKind>,
    /// The row that is written next.
    row: u32,
    columns: u16,
    formats: Formats,
    mismatch: Format,
    problem: Format,
}

impl WorkbookResults {
    /// Rows go to a temporary file, so that memory does not grow with them.
    pub(super) fn new(file: File, header: &[String], lang: Lang, orders: &Orders) -> io::Result<Self> {
        let coloured = |colour: u32| Format::new().set_background_color(Color::RGB(colour));
        let (mismatch, problem) = (coloured(0x00FF_C7CE), coloured(0x00FF_EB9C));
        let kinds: Vec<ColumnKind> = (0..orders.header().len()).map(|column| orders.kind(column)).collect();
        let columns = u16::try_from(header.len()).unwrap_or(u16::MAX);
        let (workbook, formats) = (Workbook::new(), Formats::new());
        let mut results = Self { workbook, file, lang, kinds, row: 1, columns, formats, mismatch, problem };
        let sheet = results.workbook.add_worksheet_with_constant_memory().map_err(io_error)?;
        begin(sheet, &results.formats, header, lang, &results.kinds, orders.widths()).map_err(io_error)?;
        Ok(results)
    }

    pub(super) fn write(&mut self, row: &Row, assessment: &Assessment) -> io::Result<()> {
        self.write_row(row, assessment).map_err(io_error)?;
        self.row += 1;
        Ok(())
    }

    fn write_row(&mut self, row: &Row, assessment: &Assessment) -> Result<(), XlsxError> {
        let Self { workbook, formats, row: number, kinds, lang, mismatch, problem, .. } = self;
        let (sheet, number) = (workbook.worksheet_from_index(0)?, *number);
        let mut values = row.values.iter().peekable();
        let mut column = 0;
        for ((index, cell), kind) in row.fields.iter().enumerate().zip(kinds) {
            let value = values.next_if(|(of, _)| *of == index).map(|(_, value)| value);
            // The text of an order number is what was looked up.
            let value = value.filter(|_| *kind != ColumnKind::Order || row.order.is_err());
            let at = (number, column);
            column += 1;
            match (value, if *kind == ColumnKind::Money { money(cell).ok() } else { None }) {
                _ if cell.is_empty() => {}
                (Some(Value::Number(_, code)), Some((amount, _))) if matches!(&**code, "" | "General") => {
                    formats.write_amount(sheet, at, amount, None)?;
                }
                (Some(Value::Number(value, code)), _) => {
                    sheet.write_number_with_format(at.0, at.1, *value, formats.number(code))?;
                }
                (Some(Value::Bool(value)), _) => drop(sheet.write_boolean(at.0, at.1, *value)?),
                (None, Some((amount, unit))) => formats.write_amount(sheet, at, amount, unit.as_ref())?,
                (None, None) => formats.write_text(sheet, at, cell)?,
            }
        }
        let result = assessment.outcome.title(*lang);
        match assessment.outcome {
            outcome if outcome.is_fine() => sheet.write_string(number, column, result)?,
            OrderResult::BadRow | OrderResult::Error | OrderResult::Duplicate => {
                sheet.write_string_with_format(number, column, result, problem)?
            }
            _ => sheet.write_string_with_format(number, column, result, mismatch)?,
        };
        // The file is in won unless it says something else.
        let unit = assessment.currency.as_ref().filter(|currency| **currency != Currency::Krw);
        let detail = [assessment.detail.text(*lang)];
        let names = ["detail"].iter().chain(&PAYMENT_COLUMNS);
        let cells = detail.into_iter().chain(assessment.payment.iter().map(String::as_str));
        for ((column, name), cell) in (column + 1..).zip(names).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let at = (number, column);
            match (name.rsplit_once('_'), cell.parse::<Amount>()) {
                (Some((_, "amount")), Ok(amount)) => formats.write_amount(sheet, at, amount, unit)?,
                (Some((_, "at")), _) => formats.write_time(sheet, at, cell)?,
                _ => formats.write_text(sheet, at, cell)?,
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        self.write_end(summary).map_err(io_error)
    }

    fn write_end(&mut self, summary: &Summary) -> Result<(), XlsxError> {
        let Self { workbook, file, formats, row, columns, lang, .. } = self;
        let sheet = workbook.worksheet_from_index(0)?;
        sheet.autofilter(0, 0, row.saturating_sub(1), columns.saturating_sub(1))?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(lang.of("summary", "요약"))?.set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_column_width(0, 20)?;
        for (column, title) in (0..).zip(counts_columns(*lang)) {
            formats.write_heading(sheet, (0, column), title, column == 1)?;
        }
        let mut row = 1;
        for (result, rows, meaning) in summary.counts(*lang) {
            sheet.write_string(row, 0, result)?;
            formats.write_amount(sheet, (row, 1), rows.into(), None)?;
            formats.write_text(sheet, (row, 2), meaning)?;
            row += 1;
        }
        row += 1;
        for (column, title) in (0..).zip(totals_columns(*lang)) {
            formats.write_heading(sheet, (row, column), title, column >= 2)?;
            sheet.set_column_width(column, 15)?;
        }
        for (currency, side, orders, amounts) in summary.totals() {
            row += 1;
            sheet.write_string(row, 0, currency.to_string())?.write_string(row, 1, side.title(*lang))?;
            formats.write_amount(sheet, (row, 2), orders.into(), None)?;
            for (column, amount) in (3..).zip(amounts) {
                match amount {
                    Some(amount) => formats.write_amount(sheet, (row, column), amount, None)?,
                    None => drop(sheet.write_string(row, column, lang.of(OVER.0, OVER.1))?),
                }
            }
        }
        formats.write_text(sheet, (row + 1, 0), totals_note(*lang))?;
        workbook.save_to_writer(file)
    }
}

/// Writes the header, and sets how the sheet is shown and printed.
fn begin(
    sheet: &mut Worksheet,
    formats: &Formats,
    header: &[String],
    lang: Lang,
    kinds: &[ColumnKind],
    widths: &[usize],
) -> Result<(), XlsxError> {
    prepare(sheet, lang.of("results", "결과"))?;
    let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Money | ColumnKind::Number);
    let of_payment = PAYMENT_COLUMNS.iter().map(|name| name.ends_with("_amount") || name.ends_with("_at"));
    let numbers = kinds.iter().map(is_number).chain([false; 2]).chain(of_payment);
    // A number of money gets separators.
    let width = |(width, kind): (&usize, &ColumnKind)| {
        u8::try_from(*width).unwrap_or(u8::MAX).clamp(8, 30) + if *kind == ColumnKind::Money { 6 } else { 2 }
    };
    let widths = widths.iter().zip(kinds).map(width).chain(ADDED_WIDTHS);
    for (((column, title), is_number), width) in (0..).zip(header).zip(numbers).zip(widths) {
        formats.write_heading(sheet, (0, column), title, is_number)?;
        sheet.set_column_width(column, f64::from(width))?;
    }
    Ok(())
}
